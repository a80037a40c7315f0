"""Tables with merged cells as plain rows and columns."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.ingest.columns import Columns, header_like

MAX_SPAN = 100


class Grid:
    """Collects the cells of a table line by line.

    A cell over several lines is repeated in each, so that a row can be read alone; over several columns
    it stands in the first.
    """

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.heads: list[bool] = []  # whether the source marks the row as a header
        self._row: list[str] = []
        self._hanging: dict[int, tuple[int, str]] = {}

    def cell(self, text: str, *, across: int = 1, down: int = 1) -> None:
        """Add a cell behind those of this line and those that hang down from lines above."""
        self._take_hanging()
        for offset in range(min(max(across, 1), MAX_SPAN)):
            shown = "" if offset else text
            if down > 1:
                self._hanging[len(self._row)] = (min(down, MAX_SPAN) - 1, shown)
            self._row.append(shown)

    def end_line(self, *, head: bool = False) -> None:
        self._take_hanging()
        self.rows.append(self._row)
        self.heads.append(head)
        self._row = []

    def table(self) -> tuple[list[str], list[list[str]], list[int]]:
        """Header, data rows, and the number of each data row, counted from 1 below the header.

        The header is what the source marks as one; without a mark it is told from the cells.
        """
        kept = [(row, head) for row, head in zip(self.rows, self.heads, strict=True) if any(map(str.strip, row))]
        width = max((len(row) for row, _ in kept), default=0)
        rows = [row + [""] * (width - len(row)) for row, _ in kept]
        count = 0
        while count < min(len(kept), 3) and kept[count][1]:
            count += 1
        if not any(head for _, head in kept):
            count = header_count(rows)
        if count == len(rows):
            count = 0
        return header_names(rows[:count]), rows[count:], list(range(1, len(rows) - count + 1))

    def _take_hanging(self) -> None:
        while len(self._row) in self._hanging:
            left, text = self._hanging.pop(len(self._row))
            if left > 1:
                self._hanging[len(self._row)] = (left - 1, text)
            self._row.append(text)


def header_count(rows: Sequence[Sequence[str]]) -> int:
    """How many of the first rows are the header, told from the cells alone."""
    count = len(Columns.of(rows).header_rows)
    # A name over two lines (製品) is repeated in the second, where the others are divided further.
    while 0 < count < min(3, len(rows) - 1) and header_like(rows[count]) and _shares(rows[count - 1], rows[count]):
        count += 1
    return count


def _shares(upper: Sequence[str], lower: Sequence[str]) -> bool:
    return any(above.strip() and above.strip() == below.strip() for above, below in zip(upper, lower, strict=False))


def header_names(lines: Sequence[Sequence[str]]) -> list[str]:
    """One name a column out of one to three header lines."""
    if len(lines) <= 1:
        return [cell.strip() for line in lines for cell in line]
    return [" ".join(dict.fromkeys(filter(None, (part.strip() for part in names)))) for names in _columns_of(lines)]


def _columns_of(lines: Sequence[Sequence[str]]) -> list[list[str]]:
    """The cells of each column; in all lines but the last, a name covers the empty cells to its right."""
    filled: list[list[str]] = []
    for depth, line in enumerate(lines):
        row: list[str] = []
        covering = ""
        for column, cell in enumerate(line):
            below = any(lower[column].strip() for lower in lines[depth + 1 :] if column < len(lower))
            if cell.strip():
                covering = cell
            row.append(covering if depth < len(lines) - 1 and not cell.strip() and below else cell)
        filled.append(row)
    return [list(column) for column in zip(*filled, strict=False)]
