"""Cells of a comparison whose row has been corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer.replaced import cite_replacement, passage_of, replacement_at
from assistant.library.store import Library
from assistant.types import Comparison, ComparisonCell, Passage


def valid_rows(library: Library, rows: Sequence[Passage], chunking: str) -> list[Passage]:
    """The rows without those that a row of another sheet corrects: that one is among them itself."""
    view = library.view()
    kept = []
    for row in rows:
        if row.article_id in view.hidden:
            continue
        item = replacement_at(library, view, row)
        new = passage_of(library, item, chunking) if item is not None else None
        if new is None or new.spec is None:
            kept.append(row)
    return kept


def with_corrections(library: Library, comparison: Comparison, chunking: str) -> Comparison:
    """Cells that a text corrects get the corrected value and cite the correction; a cell is dropped where
    the right value is not known."""
    view = library.view()
    cells: list[ComparisonCell] = []
    for cell in comparison.cells:
        item = replacement_at(library, view, cell.citation)
        if item is None:
            cells.append(cell)
            continue
        citation = cite_replacement(library, item, chunking, marker=cell.citation.marker)
        if citation is not None and item.statement.now:
            cells.append(replace(cell, value=item.statement.now, unit="", citation=citation))
    if cells == list(comparison.cells):
        return comparison
    valid = {cell.citation for cell in cells}
    conflicts = [one for one in comparison.conflicts if all(value.citation in valid for value in one.values)]
    return replace(comparison, cells=tuple(cells), conflicts=tuple(conflicts))
