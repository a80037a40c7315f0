"""Tables drawn in plain text, or given without saying which row is the header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.text.patterns import lazy_pattern
from assistant.types import Cell

_BAR = lazy_pattern(r"(?:^|(?<=\s))[|｜](?=\s|$)")
_RULE_ROW = lazy_pattern(r"[\s|｜:+\-–—=]*[-–—=]{2,}[\s|｜:+\-–—=]*")
_NUMBER = lazy_pattern(
    r"""(?:※\s?\d*[\s,、※\d]*?\s)?                      # a footnote mark before the figure
        [(（]?[△▲▼±+\-−–－]?\s*(?:US)?[$¥￥€£]?\s*\(?[△▲]?[0-9０-９][0-9０-９,，.．]*
        \s*[)）]?\s*(?:%|％|[^\W\d_]{1,4}|[^\W\d_]{1,3}/[^\W\d_]{1,4})?[)）]?""",
    re.VERBOSE,
)
_EMPTY_MARKS = frozenset({"", "-", "–", "—", "－", "―", "−", "…", "n/a", "N/A"})
_PERIOD = lazy_pattern(
    r"""(?:FY|CY)?\s?(?:19|20)\d{2}(?:\s?(?:年度?|[/-]\d{1,2}))?(?:\s?[0-9０-９]{1,2}月(?:期|[0-9０-９]{1,2}日)?)?
        |第?[0-9０-９]{1,3}(?:期|四半期|回|世代)|[1-4]Q|Q[1-4](?:\s?(?:19|20)\d{2})?|[0-9０-９]{1,2}月期?""",
    re.VERBOSE,
)
_HEADER_MAX_ROWS = 3
_HEADER_CELL_MAX_CHARS = 40

Span = tuple[int, int]


def looks_tabular(line: str) -> bool:
    """Whether a line has columns: bars with space around them, or TABs."""
    if "\t" in line:
        return True
    return ("|" in line or "｜" in line) and _BAR.search(line) is not None


def is_rule_row(line: str) -> bool:
    """Whether a line is the ``|---|---|`` under a header."""
    return _RULE_ROW.fullmatch(line) is not None


def split_columns(text: str, start: int, end: int) -> list[Span]:
    """The cells of the line ``text[start:end]`` by offsets; a line without columns is one cell."""
    line = text[start:end]
    if "|" in line or "｜" in line:
        cuts = [match.start() for match in _BAR.finditer(line)]
    else:
        cuts = [index for index, character in enumerate(line) if character == "\t"]
    spans = []
    left = 0
    for right in (*cuts, len(line)):
        raw = line[left:right]
        at = start + left
        if stripped := raw.strip():
            at += len(raw) - len(raw.lstrip())
        spans.append((at, at + len(stripped)))
        left = right + 1
    # "| a | b |" is drawn with outer bars; in " | a | b" the first cell is empty.
    if cuts and cuts[0] == 0 and text[max(start - 1, 0) : start] != " ":
        return spans[1:-1] if len(cuts) > 2 and cuts[-1] == len(line) - 1 else spans[1:]
    return spans


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

    def cells(self, spans: Sequence[Span]) -> tuple[Cell, ...]:
        """Cells with their column names. A header that lacks the label column is aligned to the right."""
        names = self.names
        if not names or len(spans) == 1:
            return tuple([Cell(start, end) for start, end in spans])
        shift = len(spans) - len(names)
        if 0 < shift <= 2 and len(spans) > 2:
            names = ("",) * shift + names
        elif shift > 0:
            names += ("",) * shift
        return tuple([Cell(start, end, name) for (start, end), name in zip(spans, names, strict=False)])


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
    if is_rule_row(" | ".join(rows[1])):
        return 1
    count = 0
    for row in rows[: min(_HEADER_MAX_ROWS, len(rows) - 1)]:
        continues = count == 0 or not row[0].strip() or all(is_period(cell) for cell in row[1:])
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
    if has_figures and (width > 2 or not first[0] or is_period(first[-1]) or names_columns):
        return count
    return count if width > 2 and names_columns else 0


def is_period(cell: str) -> bool:
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
