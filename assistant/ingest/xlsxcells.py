"""The cells of an Excel workbook as text, sheet by sheet."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from lxml import etree

from assistant.ingest.numfmt import BUILTIN, shown
from assistant.ingest.package import Element, Package, attribute, child, children, local
from assistant.ingest.source import UnreadableSource
from assistant.text.patterns import lazy_pattern

MAX_CELLS = 2_000_000
_REFERENCE = lazy_pattern(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_ESCAPE = lazy_pattern(r"_x([0-9A-Fa-f]{4})_")
_MAX_COLUMNS = 16_384
_MAX_MERGED_CELLS = 100_000


@dataclass(slots=True)
class SheetCells:
    """A sheet: row number from 1 to column number from 0 to text. Empty cells are absent."""

    name: str
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)  # numbers of hidden rows
    without_result: list[str] = field(default_factory=list)  # formulas whose result was not stored

    def gap(self, upper: int, lower: int) -> bool:
        """Whether a blank row that is shown stands between two rows."""
        return any(number not in self.hidden for number in range(upper + 1, min(lower, upper + 10_000)))


class Workbook:
    """A workbook opened from its bytes.

    Raises:
        UnreadableSource: It is no workbook, is encrypted or damaged.
    """

    def __init__(self, data: bytes) -> None:
        self._package = Package(data, "Excel")
        self._part = self._package.main_part()
        root = self._package.xml(self._part)
        if root is None or local(root) != "workbook":
            raise UnreadableSource("not an Excel file: it has no workbook (the binary .xlsb is not read)")
        self._root = root
        self._relations = self._package.relations(self._part)
        properties = child(root, "workbookPr")
        self._epoch_1904 = properties is not None and attribute(properties, "date1904") in ("1", "true")
        related = {relation.kind: relation.target for relation in self._relations.values()}
        self._strings = _shared_strings(self._package.read(related.get("sharedStrings", "")))
        self._formats = _formats(self._package.xml(related.get("styles", "")))
        self._cells = 0

    @property
    def title(self) -> str:
        core = self._package.xml("docProps/core.xml")
        written = child(core, "title") if core is not None else None
        return " ".join((written.text or "").split()) if written is not None else ""

    def sheets(self) -> Iterator[SheetCells]:
        """The visible sheets in the order of their tabs."""
        for sheet in children(child(self._root, "sheets"), "sheet"):
            relation = self._relations.get(attribute(sheet, "id") or "")
            if attribute(sheet, "state") in ("hidden", "veryHidden") or relation is None:
                continue
            if relation.kind != "worksheet":  # a chart has no cells
                continue
            data = self._package.read(relation.target)
            if data is not None:
                yield self._sheet(attribute(sheet, "name") or "", data)

    def _sheet(self, name: str, data: bytes) -> SheetCells:
        cells = SheetCells(name)
        hidden_columns: set[int] = set()
        merged: list[str] = []
        number = 0
        try:
            for _, element in etree.iterparse(
                io.BytesIO(data),
                tag=("{*}row", "{*}col", "{*}mergeCell"),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
                remove_comments=True,
                remove_pis=True,
            ):
                tag = local(element)
                if tag == "row":
                    number = int(element.get("r") or number + 1)
                    self._row(element, number, cells)
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]
                elif tag == "col" and element.get("hidden") in ("1", "true"):
                    last = min(int(element.get("max") or 0), _MAX_COLUMNS)
                    hidden_columns.update(range(int(element.get("min") or 1) - 1, last))
                elif tag == "mergeCell":
                    merged.append(element.get("ref") or "")
        except (etree.XMLSyntaxError, ValueError) as exc:
            raise UnreadableSource(f"sheet {name!r} is damaged: {exc}") from exc
        _spread(cells, merged)
        for hidden in cells.hidden:
            cells.rows.pop(hidden, None)
        for row in cells.rows.values():
            for column in hidden_columns & row.keys():
                del row[column]
        cells.rows = {key: row for key, row in cells.rows.items() if row}
        return cells

    def _row(self, element: Element, number: int, cells: SheetCells) -> None:
        if element.get("hidden") in ("1", "true"):
            cells.hidden.add(number)
        row: dict[int, str] = {}
        column = -1
        for cell in element:
            if local(cell) != "c":
                continue
            self._cells += 1
            if self._cells > MAX_CELLS:
                raise UnreadableSource(f"the workbook has more than {MAX_CELLS:,} cells; export the sheets as CSV")
            reference = cell.get("r")
            column = _column(reference) if reference else column + 1
            text = self._text(cell)
            if text:
                row[column] = text
            elif text is None:
                cells.without_result.append(reference or f"row {number}")
        if row:
            cells.rows[number] = row

    def _text(self, cell: Element) -> str | None:
        """The cell as shown; None for a formula whose result was not stored."""
        kind = cell.get("t") or "n"
        if kind == "inlineStr":
            return _string(child(cell, "is"))
        value = child(cell, "v")
        if value is None or value.text is None:
            return None if child(cell, "f") is not None else ""
        text: str = value.text
        if kind == "s":
            index = int(text)
            return self._strings[index] if 0 <= index < len(self._strings) else ""
        if kind == "b":
            return "TRUE" if text.strip() == "1" else "FALSE"
        if kind in ("str", "e", "d"):
            return _unescaped(text).strip()
        style = cell.get("s") or "0"
        code = self._formats[int(style)] if style.isdecimal() and int(style) < len(self._formats) else "General"
        try:
            number = Decimal(text.strip())
        except InvalidOperation:
            return text.strip()
        return shown(number, code, epoch_1904=self._epoch_1904) if number.is_finite() else text.strip()


def _spread(cells: SheetCells, merged: list[str]) -> None:
    """Repeat a merged cell in each of its rows, so that a row can be read alone."""
    budget = _MAX_MERGED_CELLS
    for reference in merged:
        first, _, last = reference.partition(":")
        if _REFERENCE.fullmatch(first) is None or _REFERENCE.fullmatch(last) is None:
            continue
        top, bottom, column = _row_number(first), _row_number(last), _column(first)
        text = cells.rows.get(top, {}).get(column)
        if text is None or bottom == top:
            continue
        for number in range(top + 1, bottom + 1):
            budget -= 1
            if budget < 0:
                return
            if number in cells.rows:
                cells.rows[number].setdefault(column, text)


def _shared_strings(data: bytes | None) -> list[str]:
    if data is None:
        return []
    found: list[str] = []
    try:
        for _, element in etree.iterparse(
            io.BytesIO(data), tag="{*}si", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        ):
            found.append(_string(element))
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as exc:
        raise UnreadableSource(f"the workbook's texts are damaged: {exc}") from exc
    return found


def _string(element: Element | None) -> str:
    """A text with or without runs; the readings of kanji (``rPh``) are not shown."""
    if element is None:
        return ""
    parts: list[str] = []
    for item in element:
        name = local(item)
        if name == "t":
            parts.append(item.text or "")
        elif name == "r":
            parts.extend(part.text or "" for part in children(item, "t"))
    return _unescaped("".join(parts)).strip()


def _unescaped(text: str) -> str:
    """Control characters are written ``_x000D_``."""

    def character(match: re.Match[str]) -> str:
        code = int(match[1], 16)
        return "\n" if code in (10, 13) else " " if code < 32 else chr(code) if not 0xD800 <= code < 0xE000 else ""

    return _ESCAPE.sub(character, text) if "_x" in text else text


def _formats(root: Element | None) -> list[str]:
    """The format code of each cell style."""
    own = {
        attribute(item, "numFmtId"): attribute(item, "formatCode") or "General"
        for item in children(child(root, "numFmts"), "numFmt")
    }
    codes = []
    for style in children(child(root, "cellXfs"), "xf"):
        number = attribute(style, "numFmtId") or "0"
        codes.append(own.get(number) or BUILTIN.get(int(number) if number.isdecimal() else 0, "General"))
    return codes


def _column(reference: str) -> int:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(f"cell reference {reference!r}")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _row_number(reference: str) -> int:
    match = _REFERENCE.fullmatch(reference)
    return int(match[2]) if match is not None else 0
