"""Loads Excel workbooks: every visible sheet, its tables as rows, its cells as a person sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

from assistant.ingest.builder import TextBuilder
from assistant.ingest.columns import header_like, is_number
from assistant.ingest.facts import spec_columns
from assistant.ingest.grid import header_count, header_names
from assistant.ingest.head import Head, write_head
from assistant.ingest.language import detect_language
from assistant.ingest.source import SourceFile, UnreadableSource, id_from_stem
from assistant.ingest.xlsxcells import SheetCells, Workbook
from assistant.text.patterns import lazy_pattern
from assistant.types import Article, BlockKind, Refusal

_GENERIC_NAME = lazy_pattern(r"(?:sheet|シート|table|データ|data|specs?|仕様|一覧|表)\s?\d*", re.IGNORECASE)
_NOTE = lazy_pattern(r"\s*(?:[*＊※†‡]|[(（]?注\s?\d*[)）:：.．]|[Nn]otes?\s?\d*[:.])")
_SAMPLE_CELLS = 400
_TITLE_MAX_CHARS = 80

Line = tuple[int, list[str]]  # the row's number in the sheet, its cells


class XlsxLoader:
    """Reads one workbook as one article. Hidden sheets, rows and columns are left out.

    A cell shows the result that was stored with its formula; cells without one are reported.
    """

    name: ClassVar[str] = "xlsx"
    suffixes: ClassVar[frozenset[str]] = frozenset({".xlsx", ".xlsm"})

    def load(self, source: SourceFile) -> Iterator[Article | Refusal]:
        workbook = Workbook(source.read_bytes())
        sheets = [sheet for sheet in workbook.sheets() if sheet.rows]
        if not sheets:
            raise UnreadableSource("the workbook has no text in its visible sheets")
        cells = [cell for sheet in sheets for row in sheet.rows.values() for cell in row.values()]
        lang = detect_language(" ".join([*(sheet.name for sheet in sheets), *cells[:_SAMPLE_CELLS]]))
        builder = TextBuilder()
        title = workbook.title or source.stem
        write_head(builder, Head(title), lang)
        for sheet in sheets:
            builder.enter(f"シート「{sheet.name}」" if lang == "ja" else f'sheet "{sheet.name}"')
            builder.entity = "" if _GENERIC_NAME.fullmatch(sheet.name.strip()) else sheet.name.strip()
            for region in _regions(sheet):
                _write_region(builder, region, title)
        text, blocks = builder.build()
        yield Article(
            article_id=id_from_stem(source.stem),
            title=title,
            text=text,
            lang=lang,
            blocks=blocks,
            source_path=str(source.path),
        )
        for sheet in sheets:
            if sheet.without_result:
                yield source.refusal(
                    f"sheet {sheet.name!r}: {len(sheet.without_result)} formulas have no stored result, "
                    f"{sheet.without_result[0]} first; open the file in a spreadsheet program and save it"
                )


def _write_region(builder: TextBuilder, lines: list[Line], title: str) -> None:
    """One stretch of rows without a blank one between them: titles, a table, its notes."""
    above: list[str] = []
    while lines and len(_filled(lines[0][1])) == 1 and not _starts_table(lines):
        above.append(_filled(lines.pop(0)[1])[0])
    notes: list[str] = []
    while lines and len(_filled(lines[-1][1])) == 1 and _NOTE.match(_filled(lines[-1][1])[0]):
        notes.insert(0, _filled(lines.pop()[1])[0])
    if not lines:
        for text in [*above, *notes]:
            if text != title:
                builder.paragraph(text)
        return
    for text in above[:-1]:
        builder.paragraph(text) if len(text) > _TITLE_MAX_CHARS else builder.heading(2, text)
    caption = above[-1] if above else ""
    if len(caption) > _TITLE_MAX_CHARS:
        builder.paragraph(caption)
        caption = ""
    rows = _squeezed([cells for _, cells in lines])
    count = _header_rows(rows)
    numbers = [number for number, _ in lines]
    if len(rows[0]) == 1:
        for row in rows:
            builder.paragraph(row[0], BlockKind.PARAGRAPH)
        for note in notes:
            builder.paragraph(note)
        return
    own = builder.entity
    if builder.entity and not spec_columns(header_names(rows[:count])):
        builder.entity = ""  # a sheet's name is the subject of lists of attributes only
    builder.table(
        rows[count:], header=header_names(rows[:count]), caption=caption, notes=notes, numbers=numbers[count:]
    )
    builder.entity = own


def _regions(sheet: SheetCells) -> Iterator[list[Line]]:
    """The sheet's rows, cut at blank rows and, where tables stand side by side, at blank columns."""
    region: list[Line] = []
    previous = 0
    for number in sorted(sheet.rows):
        row = sheet.rows[number]
        cells = [row.get(column, "") for column in range(max(row) + 1)]
        if region and sheet.gap(previous, number):
            yield from _side_by_side(region)
            region = []
        region.append((number, cells))
        previous = number
    if region:
        yield from _side_by_side(region)


def _side_by_side(region: list[Line]) -> Iterator[list[Line]]:
    width = max(len(cells) for _, cells in region)
    lines = [(number, cells + [""] * (width - len(cells))) for number, cells in region]
    used = [any(cells[column].strip() for _, cells in lines) for column in range(width)]
    start = 0
    pieces: list[tuple[int, int]] = []
    for column in range(width + 1):
        if column == width or not used[column]:
            if column > start:
                pieces.append((start, column))
            start = column + 1
    # A single column beside a table is its remarks, not a table of its own.
    if len(pieces) > 1 and all(end - first > 1 for first, end in pieces):
        for first, end in pieces:
            piece = [(number, cells[first:end]) for number, cells in lines if any(map(str.strip, cells[first:end]))]
            if piece:
                yield piece
    else:
        yield lines


def _starts_table(lines: Sequence[Line]) -> bool:
    """Whether a row of one cell is the first of a list of one column."""
    return all(len(_filled(cells)) <= 1 for _, cells in lines) and len(lines) > 3


def _filled(cells: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in cells if cell.strip()]


def _squeezed(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The rows without columns that are empty in all of them."""
    width = max(map(len, rows))
    used = [column for column in range(width) if any(column < len(row) and row[column].strip() for row in rows)]
    return [[row[column] if column < len(row) else "" for column in used] for row in rows]


def _header_rows(rows: list[list[str]]) -> int:
    if len(rows) < 2:
        return 0
    if spec_columns(rows[0]) is not None:
        return 1
    count = header_count(rows)
    first = [cell.strip() for cell in rows[0]]
    if not count and all(first) and len(set(first)) == len(first) and header_like(first):
        has_figures = any(is_number(cell) for row in rows[1:] for cell in row[1:])
        count = 1 if has_figures or len(first) > 2 else 0
    return count
