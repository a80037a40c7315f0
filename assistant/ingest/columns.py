"""Tables drawn in plain text, or given without saying which row is the header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.types import Cell

_BAR = re.compile(r"(?:^|(?<=\s))[|｜](?=\s|$)")
_RULE_ROW = re.compile(r"[\s|｜:+\-–—=]*[-–—=]{2,}[\s|｜:+\-–—=]*")
_NUMBER = re.compile(
    r"""(?:※\s?\d*[\s,、※\d]*?\s)?                      # a footnote mark before the figure
        [(（]?[△▲▼±+\-−–－]?\s*(?:US)?[$¥￥€£]?\s*\(?[△▲]?[0-9０-９][0-9０-９,，.．]*
        \s*[)）]?\s*(?:%|％|[^\W\d_]{1,4}|[^\W\d_]{1,3}/[^\W\d_]{1,4})?[)）]?""",
    re.VERBOSE,
)
_EMPTY_MARKS = frozenset({"", "-", "–", "—", "－", "―", "−", "…", "n/a", "N/A"})
_PERIOD = re.compile(
    r"""(?:FY|CY)?\s?(?:19|20)\d{2}(?:\s?(?:年度?|[/-]\d{1,2}))?(?:\s?[0-9０-９]{1,2}月(?:期|[0-9０-９]{1,2}日)?)?
        |第?[0-9０-９]{1,3}(?:期|四半期|回|世代)|[1-4]Q|Q[1-4](?:\s?(?:19|20)\d{2})?|[0-9０-９]{1,2}月期?""",
    re.VERBOSE,
)
_HEADER_MAX_ROWS = 3
_HEADER_CELL_MAX_CHARS = 40


def looks_tabular(line: str) -> bool:
    """Whether a line has columns: bars with space around them, or TABs."""
    if "\t" in line:
        return True
    return ("|" in line or "｜" in line) and _BAR.search(line) is not None


def is_rule_row(line: str) -> bool:
    """Whether a line is the ``|---|---|`` under a header."""
    return _RULE_ROW.fullmatch(line) is not None


def split_columns(text: str, start: int, end: int) -> list[Cell]:
    """The cells of the line ``text[start:end]`` by offsets; a line without columns is one cell."""
    line = text[start:end]
    if "|" in line or "｜" in line:
        cuts = [match.span() for match in _BAR.finditer(line)]
    else:
        cuts = [(index, index + 1) for index, character in enumerate(line) if character == "\t"]
    edges = [(0, 0), *cuts, (len(line), len(line))]
    cells = []
    for (_, left), (right, _) in pairwise(edges):
        raw = line[left:right]
        stripped = raw.strip()
        at = start + left + (len(raw) - len(raw.lstrip()) if stripped else 0)
        cells.append(Cell(at, at + len(stripped)))
    # "| a | b |" is drawn with outer bars; " | a | b" has an empty first cell.
    if len(cuts) > 2 and cuts[0][0] == 0 and cuts[-1][1] == len(line) and text[max(start - 1, 0) : start] != " ":
        cells = cells[1:-1]
    elif cuts and cuts[0][0] == 0 and text[max(start - 1, 0) : start] != " ":
        cells = cells[1:]
    return cells


@dataclass(frozen=True, slots=True)
class Columns:
    """Which rows of a table are its header, and what each column is called."""

    header_rows: range
    names: tuple[str, ...]

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]]) -> Columns:
        """Read the header off the first rows. A table of key and value pairs has none."""
        count = _header_count(rows)
        return cls(range(count), _names([list(row) for row in rows[:count]]))

    def with_headers(self, cells: Sequence[Cell]) -> tuple[Cell, ...]:
        """Cells with their column names. A header that lacks the label column is aligned to the right."""
        shift = len(cells) - len(self.names)
        shift = shift if 0 < shift <= 2 and self.names and len(cells) > 2 else 0
        named = []
        for index, cell in enumerate(cells):
            position = index - shift
            header = self.names[position] if 0 <= position < len(self.names) and len(cells) > 1 else ""
            named.append(Cell(cell.start, cell.end, header))
        return tuple(named)


def is_number(cell: str) -> bool:
    """Whether a cell holds a figure (``△1,234``, ``12.5%``, ``$ 3``) rather than a name or a period."""
    cell = cell.strip()
    return _NUMBER.fullmatch(cell) is not None and _PERIOD.fullmatch(cell) is None


def header_like(row: Sequence[str]) -> bool:
    """Whether a row could name columns: short cells, no figures besides years."""
    filled = [cell.strip() for cell in row if cell.strip() not in _EMPTY_MARKS]
    return bool(filled) and all(len(cell) <= _HEADER_CELL_MAX_CHARS and not is_number(cell) for cell in filled)


def _header_count(rows: Sequence[Sequence[str]]) -> int:
    if len(rows) < 2:
        return 0
    if is_rule_row(" | ".join(rows[1])) and any(cell.strip("-:= ") == "" and cell for cell in rows[1]):
        return 1
    count = 0
    for row in rows[: min(_HEADER_MAX_ROWS, len(rows) - 1)]:
        continues = count == 0 or not row[0].strip() or all(_is_period(cell) for cell in row[1:])
        if len(row) < 2 or not header_like(row) or not continues:
            break
        count += 1
    if not count:
        return 0
    body = [row for row in rows[count:] if len(row) > 1]
    has_figures = any(is_number(cell) or cell.strip() in _EMPTY_MARKS - {""} for row in body for cell in row[1:])
    width = max(len(row) for row in rows)
    first = [cell.strip() for cell in rows[0]]
    names_columns = all(first) and len(set(first)) == len(first) and all(len(cell) <= 20 for cell in first)
    if has_figures and (width > 2 or not first[0] or _is_period(first[-1]) or names_columns):
        return count
    return count if width > 2 and names_columns else 0


def _is_period(cell: str) -> bool:
    return not cell.strip() or _PERIOD.fullmatch(cell.strip()) is not None


def _names(header: list[list[str]]) -> tuple[str, ...]:
    """One name per column; what spans columns in an upper row is repeated over them."""
    width = max(map(len, header), default=0)
    names = [""] * width
    for depth, row in enumerate(header):
        filled = [cell.strip() for cell in row[1:] if cell.strip()]
        # A single name is centred over all columns, wherever it was printed.
        spanning = filled[0] if len(filled) == 1 else ""
        for column in range(width):
            cell = row[column].strip() if column < len(row) else ""
            if depth < len(header) - 1 and column:
                spanning = cell or spanning
                cell = spanning
            names[column] = f"{names[column]} {cell}".strip() if cell else names[column]
    return tuple(names)
