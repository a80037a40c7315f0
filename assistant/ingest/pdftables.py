"""Tables on a PDF page: those drawn with lines, and those that only stand in columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.ingest.columns import header_like, is_number
from assistant.ingest.grid import Grid
from assistant.ingest.pdflines import Line, find_lines, line_of
from assistant.ingest.pdfpage import Glyph, Rule
from assistant.ingest.pdftext import join_lines
from assistant.text.patterns import lazy_pattern

_SNAP = 3.0
_MAX_LINES = 1500
_MIN_ROWS = 3
_LONG_CELL = {True: 18, False: 34}
"""Characters from which a cell of text reads like prose, by whether it is Japanese."""
_JAPANESE = lazy_pattern(r"[\u3041-\u30ff\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table with its place on the page."""

    x0: float
    top: float
    x1: float
    bottom: float
    grid: Grid


def ruled_tables(glyphs: Sequence[Glyph], rules: Sequence[Rule]) -> list[PageTable]:
    """Tables whose cells are drawn; a single box around text is none."""
    across = _joined([rule for rule in rules if rule.horizontal], horizontal=True)[:_MAX_LINES]
    down = _joined([rule for rule in rules if not rule.horizontal], horizontal=False)[:_MAX_LINES]
    tables = []
    for horizontals, verticals in _connected(across, down):
        ys = _positions([rule.y0 for rule in horizontals])
        xs = _positions([rule.x0 for rule in verticals])
        if len(xs) < 3 or len(ys) < 3:
            continue
        inside = [
            glyph
            for glyph in glyphs
            if xs[0] - _SNAP <= (glyph.x0 + glyph.x1) / 2 <= xs[-1] + _SNAP
            and ys[0] - _SNAP <= (glyph.top + glyph.bottom) / 2 <= ys[-1] + _SNAP
        ]
        grid = _filled(inside, xs, ys, horizontals, verticals)
        filled = [row for row in grid.rows if sum(bool(cell) for cell in row) > 1]
        if len(filled) >= 2:
            tables.append(PageTable(xs[0], ys[0], xs[-1], ys[-1], grid))
    return tables


def aligned_tables(rows: Sequence[Sequence[Line]], rules: Sequence[Rule]) -> list[PageTable]:
    """Tables without drawn cells: neighbouring rows whose stretches stand below each other."""
    tables: list[PageTable] = []
    run: list[Sequence[Line]] = []
    for row in [*rows, []]:
        if run and (not row or not _continues(run, row)):
            tables.extend(_table_of(run, rules))
            run = []
        if row and (run or len(row) > 1):
            run.append(row)
    return tables


def _joined(rules: list[Rule], *, horizontal: bool) -> list[Rule]:
    """Collinear pieces made one line."""

    def key(rule: Rule) -> tuple[float, float]:
        return (round(rule.y0), rule.x0) if horizontal else (round(rule.x0), rule.y0)

    found: list[Rule] = []
    for rule in sorted(rules, key=key):
        last = found[-1] if found else None
        if last is None:
            found.append(rule)
        elif horizontal and abs(last.y0 - rule.y0) <= 1.5 and rule.x0 <= last.x1 + _SNAP:
            found[-1] = Rule(last.x0, last.y0, max(last.x1, rule.x1), last.y0)
        elif not horizontal and abs(last.x0 - rule.x0) <= 1.5 and rule.y0 <= last.y1 + _SNAP:
            found[-1] = Rule(last.x0, last.y0, last.x0, max(last.y1, rule.y1))
        else:
            found.append(rule)
    return found


def _connected(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of lines that touch."""
    groups: list[tuple[list[Rule], list[Rule]]] = []
    left = set(range(len(down)))
    unused = set(range(len(across)))
    while unused:
        start = min(unused)
        unused.discard(start)
        horizontals, verticals = [across[start]], []
        frontier = [across[start]]
        while frontier:
            line = frontier.pop()
            if line.horizontal:
                for index in [index for index in left if _touch(line, down[index])]:
                    left.discard(index)
                    verticals.append(down[index])
                    frontier.append(down[index])
            else:
                for index in [index for index in unused if _touch(across[index], line)]:
                    unused.discard(index)
                    horizontals.append(across[index])
                    frontier.append(across[index])
        if verticals:
            groups.append((horizontals, verticals))
    return groups


def _touch(across: Rule, down: Rule) -> bool:
    return across.x0 - _SNAP <= down.x0 <= across.x1 + _SNAP and down.y0 - _SNAP <= across.y0 <= down.y1 + _SNAP


def _positions(values: list[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _SNAP:
            found.append(value)
    return found


def _filled(
    glyphs: list[Glyph], xs: list[float], ys: list[float], horizontals: list[Rule], verticals: list[Rule]
) -> Grid:
    """The cells' texts; where no line parts two cells they are one."""
    grid = Grid()
    taken: set[tuple[int, int]] = set()
    cells: dict[tuple[int, int], list[Glyph]] = {}
    for glyph in glyphs:
        place = (_band(ys, (glyph.top + glyph.bottom) / 2), _band(xs, (glyph.x0 + glyph.x1) / 2))
        cells.setdefault(place, []).append(glyph)

    def parted_right(row: int, column: int) -> bool:
        y, x = (ys[row] + ys[row + 1]) / 2, xs[column + 1]
        return any(abs(rule.x0 - x) <= _SNAP and rule.y0 <= y <= rule.y1 for rule in verticals)

    def parted_below(row: int, column: int) -> bool:
        x, y = (xs[column] + xs[column + 1]) / 2, ys[row + 1]
        return any(abs(rule.y0 - y) <= _SNAP and rule.x0 <= x <= rule.x1 for rule in horizontals)

    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            if (row, column) in taken:
                continue
            width = height = 1
            while column + width < len(xs) - 1 and not parted_right(row, column + width - 1):
                width += 1
            while row + height < len(ys) - 1 and not parted_below(row + height - 1, column):
                height += 1
            inside = []
            for y in range(row, row + height):
                for x in range(column, column + width):
                    taken.add((y, x))
                    inside.extend(cells.get((y, x), []))
            lines = [
                line for pieces in find_lines(inside) if (line := line_of(g for piece in pieces for g in piece.glyphs))
            ]
            grid.cell(join_lines([line.text for line in lines]), across=width, down=height)
        grid.end_line()
    return grid


def _band(edges: list[float], value: float) -> int:
    for index in range(len(edges) - 2):
        if value < edges[index + 1]:
            return index
    return len(edges) - 2


def _continues(run: list[Sequence[Line]], row: Sequence[Line]) -> bool:
    size = max(line.size for line in row)
    gap = min(line.top for line in row) - max(line.bottom for line in run[-1])
    if gap > 1.9 * size:
        return False
    if len(row) > 1:
        return True
    # A line that goes on in one cell only; prose below the table is wider than its cell.
    left, right = _columns(run)[0][0], _columns(run)[-1][1]
    (line,) = row
    return any(x0 - 2 <= line.x0 and line.x1 <= x1 + 2 for x0, x1 in _columns(run)[1:]) and right - left > 0


def _columns(run: Sequence[Sequence[Line]]) -> list[tuple[float, float]]:
    """The columns of rows of at least two stretches, as ranges of x that no stretch bridges."""
    spans = sorted((line.x0, line.x1) for row in run if len(row) > 1 for line in row)
    columns: list[tuple[float, float]] = []
    for x0, x1 in spans:
        if columns and x0 < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], x1))
        else:
            columns.append((x0, x1))
    return columns


def _table_of(run: list[Sequence[Line]], rules: Sequence[Rule]) -> list[PageTable]:
    while run and len(run[-1]) < 2:
        run = run[:-1]
    if len(run) < 2:
        return []
    columns = _columns(run)
    full = [row for row in run if len(row) > 1]
    x0, x1 = columns[0][0], columns[-1][1]
    top, bottom = min(line.top for line in run[0]), max(line.bottom for line in run[-1])
    size = max(line.size for line in run[0])
    drawn = sum(
        rule.horizontal and top - size <= rule.y0 <= bottom + size and rule.x0 <= x0 + size and rule.x1 >= x1 - size
        for rule in rules
    )
    if len(columns) < 2 or len(full) < (2 if drawn >= 2 else _MIN_ROWS):
        return []
    rows = _merged_rows(run, columns)
    if not _reads_like_a_table(rows, drawn):
        return []
    grid = Grid()
    for cells in rows:
        for cell in cells:
            grid.cell(cell)
        grid.end_line()
    return [PageTable(x0, top, x1, bottom, grid)]


def _merged_rows(run: list[Sequence[Line]], columns: list[tuple[float, float]]) -> list[list[str]]:
    """Cells by column; a row without its first cell that follows closely goes on the one above."""
    rows: list[list[list[str]]] = []
    previous: Sequence[Line] = ()
    for row in run:
        cells: list[list[str]] = [[] for _ in columns]
        for line in row:
            index = max(range(len(columns)), key=lambda i: min(line.x1, columns[i][1]) - max(line.x0, columns[i][0]))
            cells[index].append(line.text)
        gap = min(line.top for line in row) - max((line.bottom for line in previous), default=0.0)
        if rows and not cells[0] and len(row) < len(columns) and gap < 0.4 * row[0].size:
            for above, below in zip(rows[-1], cells, strict=True):
                above.extend(below)
        else:
            rows.append(cells)
        previous = row
    return [[join_lines(cell) for cell in row] for row in rows]


def _reads_like_a_table(rows: list[list[str]], drawn: int) -> bool:
    """Whether short cells stand below each other, and not two columns of prose."""
    cells = [cell for row in rows for cell in row if cell]
    japanese = any(_JAPANESE.search(cell) for cell in cells)
    lengths = [sorted(len(row[index]) for row in rows if row[index]) for index in range(len(rows[0]))]
    middles = [column[len(column) // 2] for column in lengths if column]
    long = sum(middle >= _LONG_CELL[japanese] for middle in middles)
    if long >= 2 or (long == 1 and len(middles) == 2 and drawn < 2 and middles[0] >= middles[1]):
        return False
    figures = any(is_number(cell) or re.search(r"\d", cell) for row in rows[1:] for cell in row[1:])
    return drawn >= 2 or (figures and (header_like(rows[0]) or len(rows) > _MIN_ROWS))
