"""Blocks, metadata and spec rows to JSON and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from assistant.types import ArticleMetadata, Block, BlockKind, Cell, Hidden, Passage, Source, SpecRow

_COMPOUND = ("sources", "hidden")
_METADATA_FIELDS = tuple(field.name for field in fields(ArticleMetadata))


def dump_blocks(blocks: Sequence[Block]) -> str:
    rows = []
    for block in blocks:
        row: list[object] = [block.kind.value, block.start, block.end]
        extra: dict[str, object] = {}
        if block.level:
            extra["level"] = block.level
        if block.page is not None:
            extra["page"] = block.page
        if block.table is not None:
            extra["table"] = block.table
        if block.row is not None:
            extra["row"] = block.row
        if block.cells:
            extra["cells"] = [[cell.start, cell.end, cell.header] for cell in block.cells]
        if block.spec is not None:
            extra["spec"] = asdict(block.spec)
        if block.facts:
            extra["facts"] = [asdict(fact) for fact in block.facts]
        if block.place:
            extra["place"] = block.place
        if extra:
            row.append(extra)
        rows.append(row)
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def load_blocks(text: str) -> tuple[Block, ...]:
    blocks = []
    for row in json.loads(text):
        extra = dict(row[3]) if len(row) > 3 else {}
        cells = tuple(Cell(*cell) for cell in extra.pop("cells", ()))
        spec = extra.pop("spec", None)
        facts = tuple(_spec(fact) for fact in extra.pop("facts", ()))
        blocks.append(
            Block(
                BlockKind(row[0]), row[1], row[2], cells=cells, spec=_spec(spec) if spec else None, facts=facts, **extra
            )
        )
    return tuple(blocks)


def dump_facts(passage: Passage) -> str | None:
    """The fact of a spec row as an object, the facts of a row of several as a list; None without any."""
    if passage.spec is None and not passage.facts:
        return None
    value = asdict(passage.spec) if passage.spec is not None else [asdict(fact) for fact in passage.facts]
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def load_facts(text: str | None) -> tuple[SpecRow | None, tuple[SpecRow, ...]]:
    """``(spec, facts)`` of a passage."""
    value = json.loads(text) if text else None
    if isinstance(value, list):
        return None, tuple(_spec(fact) for fact in value)
    return (_spec(value) if value else None), ()


def dump_metadata(metadata: ArticleMetadata) -> str:
    """Fields that are set, as JSON. Not ``asdict``: it copies deeply and took a fifth of the time of a run."""
    values: dict[str, object] = {}
    for field in _METADATA_FIELDS:
        value = getattr(metadata, field)
        if value:
            values[field] = [asdict(item) for item in value] if field in _COMPOUND else value
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def load_metadata(text: str) -> ArticleMetadata:
    values = json.loads(text)
    kept: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in values.items()
        if key in _METADATA_FIELDS
    }
    if "hidden" in kept:
        kept["hidden"] = tuple(Hidden(**item) for item in kept["hidden"])
    kept["sources"] = tuple(Source(**source) for source in values.get("sources", ()))
    return ArticleMetadata(**kept)


def _spec(values: dict[str, object]) -> SpecRow:
    aliases = values.get("entity_aliases")
    if isinstance(aliases, list):
        values = {**values, "entity_aliases": tuple(aliases)}
    return SpecRow(**values)  # type: ignore[arg-type]
