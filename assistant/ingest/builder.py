"""Builds an article's text and its blocks side by side, so that offsets are right by construction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.ingest.tablefacts import Around, table_facts
from assistant.text.patterns import lazy_pattern
from assistant.types import CELL_SEPARATOR, Block, BlockKind, Cell, SpecRow

_CELL_SPACE = lazy_pattern(r"[ \t\r\n\f\v]+")
"""A cell stands on one line. The ideographic space is text (「東京　本社」) and stays."""

_LINES = frozenset({BlockKind.LIST_ITEM, BlockKind.METADATA})
_ROWS = frozenset({BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW})


class TextBuilder:
    """Appends blocks to a text. Paragraph-like blocks are separated by a blank line, rows and list
    items of one run by a line break. Empty strings add nothing."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._tables = 0
        self._headings: list[tuple[int, str]] = []  # those above what comes next, the title as level 0
        self.page: int | None = None  # set by loaders whose sources have pages
        self._place = ""
        self.lang = "ja"
        self.entity = ""  # whom the source says its tables are about, with other names
        self.aliases: tuple[str, ...] = ()

    def title(self, text: str) -> None:
        self._append(BlockKind.TITLE, text)
        self._headings = [(0, text)]

    def enter(self, place: str) -> None:
        """Begin a slide or a sheet, named in the article's language; headings do not reach beyond it."""
        self._place = place
        self._headings = [above for above in self._headings if above[0] == 0]

    def metadata(self, label: str, value: str) -> None:
        """Add one ``label: value`` line, answerable like any other text."""
        if value.strip():
            self._append(BlockKind.METADATA, f"{label}: {value.strip()}")

    def heading(self, level: int, text: str) -> None:
        level = min(max(level, 1), 6)
        self._append(BlockKind.HEADING, text, level=level)
        self._headings = [*(above for above in self._headings if above[0] < level), (level, text)]

    def paragraph(self, text: str, kind: BlockKind = BlockKind.PARAGRAPH) -> None:
        self._append(kind, text)

    def list_item(self, text: str, marker: str = "・") -> None:
        if text.strip():
            self._append(BlockKind.LIST_ITEM, f"{marker}{text.strip()}")

    def table(
        self,
        rows: Sequence[Sequence[str]],
        *,
        header: Sequence[str] | None = None,
        caption: str = "",
        notes: Sequence[str] = (),
        numbers: Sequence[int] | None = None,
    ) -> None:
        """Add a table. Each row becomes one block whose cells know their header and which states its facts,
        where the table makes clear whose they are.

        Args:
            rows: Data rows, cells as text; ragged rows are allowed.
            header: Column names; without it the cells have no header.
            caption: Stands above the table as its own block.
            notes: Stand below the table, each with the mark by which its rows refer to it.
            numbers: The number of each row as a person sees it; counted from 1 by default.
        """
        self._tables += 1
        if caption.strip():
            self._append(BlockKind.CAPTION, caption, table=self._tables)
        header = header or ()
        if any(cell.strip() for cell in header):
            self._row(BlockKind.TABLE_HEADER, header, ())
        headings = [text for _, text in self._headings]
        around = Around(self.lang, caption, headings, self.entity, self.aliases, notes)
        facts = table_facts(header, rows, around)
        for number, row, stated in zip(numbers or range(1, len(rows) + 1), rows, facts, strict=True):
            self._row(BlockKind.TABLE_ROW, row, header, number=number, facts=stated)
        for note in notes:
            self._append(BlockKind.FOOTNOTE, note, table=self._tables)

    def spec_rows(self, rows: Sequence[tuple[str, SpecRow]], *, numbers: Sequence[int] | None = None) -> None:
        """Add facts of a spec sheet: ``(the line as shown, the fact)``."""
        self._tables += 1
        for number, (line, spec) in zip(numbers or range(1, len(rows) + 1), rows, strict=True):
            self._append(BlockKind.TABLE_ROW, line, table=self._tables, row=number, spec=spec)

    def verbatim(self, text: str, blocks: Sequence[Block]) -> None:
        """Add a text unchanged, with blocks whose offsets and table numbers count from its start."""
        if not blocks:
            return
        if self._length:
            self._write("\n\n")
        offset, tables = self._length, self._tables
        self._write(text)
        for block in blocks:
            self._tables = max(self._tables, tables + (block.table or 0))
            self._blocks.append(
                replace(
                    block,
                    start=block.start + offset,
                    end=block.end + offset,
                    page=self.page,
                    place=self._place,
                    table=None if block.table is None else block.table + tables,
                    cells=tuple(
                        replace(cell, start=cell.start + offset, end=cell.end + offset) for cell in block.cells
                    ),
                )
            )

    def build(self) -> tuple[str, tuple[Block, ...]]:
        """The whole text and its blocks, in order."""
        return "".join(self._parts), tuple(self._blocks)

    def _row(
        self,
        kind: BlockKind,
        cells: Sequence[str],
        header: Sequence[str],
        *,
        number: int | None = None,
        facts: tuple[SpecRow, ...] = (),
    ) -> None:
        texts = [_CELL_SPACE.sub(" ", cell).strip() for cell in cells]
        if not any(texts):
            return
        self._separate(kind, self._tables)
        start = self._length
        spans = []
        position = start
        for index, text in enumerate(texts):
            spans.append(Cell(position, position + len(text), header[index].strip() if index < len(header) else ""))
            position += len(text) + len(CELL_SEPARATOR)
        self._write(CELL_SEPARATOR.join(texts))
        self._blocks.append(
            Block(
                kind,
                start,
                self._length,
                page=self.page,
                table=self._tables,
                row=number,
                cells=tuple(spans),
                spec=facts[0] if len(facts) == 1 else None,
                facts=facts if len(facts) > 1 else (),
                place=self._place,
            )
        )

    def _append(
        self,
        kind: BlockKind,
        text: str,
        *,
        level: int = 0,
        table: int | None = None,
        row: int | None = None,
        spec: SpecRow | None = None,
    ) -> None:
        # The first line of code keeps its indentation.
        text = text.strip("\n").rstrip() if kind is BlockKind.CODE else text.strip()
        if not text.strip():
            return
        self._separate(kind, table)
        start = self._length
        self._write(text)
        self._blocks.append(
            Block(
                kind,
                start,
                self._length,
                level=level,
                page=self.page,
                table=table,
                row=row,
                spec=spec,
                place=self._place,
            )
        )

    def _separate(self, kind: BlockKind, table: int | None) -> None:
        if not self._blocks:
            return
        previous = self._blocks[-1]
        if kind in _ROWS:
            tight = previous.kind in _ROWS and previous.table == table
        else:
            tight = kind in _LINES and previous.kind is kind
        self._write("\n" if tight else "\n\n")

    def _write(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
