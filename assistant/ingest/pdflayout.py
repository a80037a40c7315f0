"""From the lines of a page to its paragraphs in reading order, columns one after the other."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.ingest.pdflines import Line, cut_finely, find_lines
from assistant.ingest.pdfpage import PageContent
from assistant.ingest.pdftables import PageTable, aligned_tables, ruled_tables
from assistant.text.patterns import lazy_pattern

_EDGE = 0.12
"""Share of the page's height where running heads and feet stand."""
_PAGE_NUMBER = lazy_pattern(
    r"(?:[-–—・\s]*(?:p(?:age|\.)?\s*)?(?:[0-9０-９]{1,4}|[ivxlc]{1,6})(?:\s*(?:/|／|of|頁|ページ)\s*[0-9０-９]{0,4})?\s*(?:頁|ページ)?[-–—・\s]*)",
    re.IGNORECASE,
)
_PRINTED_HEAD = lazy_pattern(r"[0-9]{1,4}/[0-9]{1,2}/[0-9]{1,4},? [0-9]{1,2}:[0-9]{2}(?: ?[AP]M)?(?:\s.*)?")
_PRINTED_FOOT = lazy_pattern(r"(?:https?|file)://\S+(?:\s+[0-9]+/[0-9]+)?")
_END = lazy_pattern(r"[。．.!！?？」』）)】:：]$")
_FIRST_WORD = lazy_pattern(r"(?P<wide>[（「『【［〈《]*)(?P<word>[\x21-\x7e]*)")
"""What a line break keeps together at the beginning of a line."""
BULLET = lazy_pattern(
    r"(?:[・•‣◦▪●○■□◆◇※–—\-*\uf0b7][\s　]*|(?:[0-9０-９]{1,2}[.．)）]|[(（][0-9０-９a-z]{1,2}[)）]|[①-⑳])[\s　]*)(?=\S)"
)


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together."""

    lines: list[Line]
    page: int

    @property
    def size(self) -> float:
        sizes = sorted(line.size for line in self.lines)
        return sizes[len(sizes) // 2]

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)

    @property
    def top(self) -> float:
        return self.lines[0].top


@dataclass(slots=True)
class PageLayout:
    """A page's paragraphs and tables in reading order."""

    number: int
    items: list[Paragraph | PageTable] = field(default_factory=list)


def running_lines(pages: Sequence[PageContent]) -> list[tuple[PageContent, list[list[Line]]]]:
    """The rows of each page without what is repeated at its head or foot, and without page numbers."""
    rows = [(page, find_lines(page.glyphs)) for page in pages]
    keys: Counter[tuple[bool, str]] = Counter()
    for page, lines in rows:
        keys.update({key for row in lines if (key := _edge_key(row, page)) is not None})
    needed = max(2, min(3, len(pages)), len(pages) // 4)
    kept = []
    for page, lines in rows:
        body = [row for row in lines if not _is_furniture(row, page, keys, needed)]
        kept.append((page, body))
    return kept


def lay_out(page: PageContent, rows: list[list[Line]]) -> PageLayout:
    """Paragraphs and tables of a page, given its rows without running heads."""
    glyphs = [glyph for row in rows for line in row for glyph in line.glyphs]
    tables = ruled_tables(glyphs, page.rules)
    loose = [
        left for row in rows if (left := [line for line in row if not any(_inside(line, table) for table in tables)])
    ]
    aligned = aligned_tables([cut_finely(row) for row in loose], page.rules)
    lines = [line for row in loose for line in row if not any(_inside(line, table) for table in aligned)]
    boxes: list[Line | PageTable] = [*lines, *tables, *aligned]
    layout = PageLayout(page.number)
    for column in _columns(boxes):
        layout.items.extend(_paragraphs(column, page.number))
    return layout


def _edge_key(row: list[Line], page: PageContent) -> tuple[bool, str] | None:
    """What a row at the head or foot says, figures aside; None for rows of the body."""
    top, bottom = min(line.top for line in row), max(line.bottom for line in row)
    at_head = bottom <= _EDGE * page.height
    if not at_head and top < (1 - _EDGE) * page.height:
        return None
    text = " ".join(line.text for line in row)
    return at_head, re.sub(r"[0-9０-９]+", "#", text)


def _is_furniture(row: list[Line], page: PageContent, keys: Counter[tuple[bool, str]], needed: int) -> bool:
    key = _edge_key(row, page)
    if key is None:
        return False
    text = " ".join(line.text for line in row)
    printed = (_PRINTED_HEAD if key[0] else _PRINTED_FOOT).fullmatch(text) is not None
    return keys[key] >= needed or printed or _PAGE_NUMBER.fullmatch(text) is not None


def _inside(line: Line, table: PageTable) -> bool:
    x, y = (line.x0 + line.x1) / 2, line.middle
    return table.x0 - 3 <= x <= table.x1 + 3 and table.top - 1 <= y <= table.bottom + 1


def _columns(boxes: list[Line | PageTable]) -> list[list[Line | PageTable]]:
    """The boxes in reading order, cut into the columns they stand in."""
    if len(boxes) < 6:
        return [_downwards(boxes)]
    gutter = _gutter(boxes)
    if gutter is None:
        return [_downwards(boxes)]
    spanning = _downwards([box for box in boxes if box.x0 < gutter < box.x1])
    rest = [box for box in boxes if not box.x0 < gutter < box.x1]
    ordered: list[list[Line | PageTable]] = []
    for above in [*spanning, None]:
        section = [box for box in rest if above is None or box.top < above.top]
        rest = [box for box in rest if box not in section]
        for side in (
            [box for box in section if box.x1 <= gutter],
            [box for box in section if box.x0 >= gutter],
        ):
            if side:
                ordered.extend(_columns(side))
        if above is not None:
            ordered.append([above])
    return _rejoined(ordered)


def _rejoined(columns: list[list[Line | PageTable]]) -> list[list[Line | PageTable]]:
    """Neighbouring pieces of one box each, put together again."""
    joined: list[list[Line | PageTable]] = []
    for column in columns:
        if (
            joined
            and len(column) == 1
            and joined[-1]
            and column[0].top >= joined[-1][-1].bottom - 1
            and _spans(joined[-1], column[0])
        ):
            joined[-1].extend(column)
        else:
            joined.append(list(column))
    return joined


def _spans(column: list[Line | PageTable], box: Line | PageTable) -> bool:
    """Whether a box stands in the width of a column, and does not reach beyond it."""
    x0, x1 = min(item.x0 for item in column), max(item.x1 for item in column)
    allowed = 0.1 * (x1 - x0)
    return box.x0 >= x0 - allowed and box.x1 <= x1 + allowed


def _gutter(boxes: list[Line | PageTable]) -> float | None:
    """The x of a white band with lines on both sides, which few lines cross; None without one."""
    left, right = min(box.x0 for box in boxes), max(box.x1 for box in boxes)
    lines = [box for box in boxes if isinstance(box, Line)]
    if not lines:
        return None
    size = sorted(line.size for line in lines)[len(lines) // 2]
    best: tuple[int, float] | None = None
    starts = sorted({round(box.x0) for box in boxes if box.x0 > left + 0.15 * (right - left)})
    for start in starts:
        x = start - 0.5
        ends = [box.x1 for box in boxes if box.x1 <= x]
        if not ends:
            continue
        crossing = sum(box.x0 < x < box.x1 for box in boxes)
        on_left = [box for box in boxes if box.x1 <= x]
        on_right = [box for box in boxes if box.x0 >= x]
        # What ends just left of the band counts; a ragged margin is white too.
        beside = sum(
            any(abs(a.middle - b.middle) < size for b in on_left if isinstance(b, Line))
            for a in on_right
            if isinstance(a, Line)
        )
        if len(on_left) < 3 or beside < 3 or crossing > 0.4 * len(boxes) or x - max(ends) < 0.4 * size:
            continue
        # Two columns are about as wide as each other; a stray number beside a paragraph makes none.
        widths = [max(b.x1 for b in side) - min(b.x0 for b in side) for side in (on_left, on_right)]
        if min(widths) < 0.15 * (right - left):
            continue
        score = beside - crossing
        if score > 0 and (best is None or score > best[0]):
            best = (score, x)
    return best[1] if best is not None else None


def _downwards(boxes: list[Line | PageTable]) -> list[Line | PageTable]:
    """From top to bottom; stretches of one row from left to right."""
    ordered = sorted(boxes, key=lambda box: (box.top + box.bottom) / 2 if isinstance(box, Line) else box.top)
    rows: list[list[Line | PageTable]] = []
    for box in ordered:
        last = rows[-1][0] if rows else None
        if isinstance(box, Line) and isinstance(last, Line) and abs(box.middle - last.middle) < 0.3 * last.size:
            rows[-1].append(box)
        else:
            rows.append([box])
    return [box for row in rows for box in sorted(row, key=lambda item: item.x0)]


def _paragraphs(column: list[Line | PageTable], page: int) -> list[Paragraph | PageTable]:
    items: list[Paragraph | PageTable] = []
    lines = [box for box in column if isinstance(box, Line)]
    left = min((line.x0 for line in lines), default=0.0)
    right = max((line.x1 for line in lines), default=0.0)
    pitch = _pitch(lines)
    usual = sorted(line.size for line in lines)[(len(lines) - 1) // 2] if lines else 0.0
    for box in column:
        if isinstance(box, PageTable):
            items.append(box)
            continue
        last = items[-1] if items else None
        if isinstance(last, Paragraph) and _same_row(last.lines[-1], box):
            last.lines[-1] = _beside(last.lines[-1], box)
        elif isinstance(last, Paragraph) and _goes_on(last, box, left=left, right=right, pitch=pitch, usual=usual):
            last.lines.append(box)
        else:
            items.append(Paragraph([box], page))
    return items


def _goes_on(paragraph: Paragraph, line: Line, *, left: float, right: float, pitch: float, usual: float) -> bool:
    """Whether a line belongs to the paragraph above it."""
    previous = paragraph.lines[-1]
    size = previous.size
    if abs(line.size - size) > 0.12 * size:
        return False
    if line.bold != previous.bold and (len(paragraph.lines) == 1 or line.bold):
        return False
    if line.top - previous.top > max(1.25 * pitch, 1.6 * size):
        return False
    if (
        BULLET.match(line.text)
        and not re.match(r"[0-9]+\.[0-9]", line.text)
        and (_ended(previous) or BULLET.match(paragraph.lines[0].text))
    ):
        return False
    indent = line.x0 - (paragraph.lines[1].x0 if len(paragraph.lines) > 1 else left)
    if (
        indent > 0.6 * size
        and not BULLET.match(paragraph.lines[0].text)
        and previous.x0 <= line.x0 - 0.6 * size
        and _ended(previous)
    ):
        return False
    if previous.text.endswith(("-", "\u00ad", "\u2010")):
        return True
    # The line was not full: what follows would have found room in it.
    room = right - previous.x1
    if size > 1.25 * usual:
        return True  # a heading over two lines; it is broken where it reads well
    word = _FIRST_WORD.match(line.text)
    needed = (len(word["wide"]) + 0.6 * len(word["word"]) + 0.5) * size if word is not None else 0.0
    return room <= max(needed, (1.5 if word is not None and word["word"] and not word["wide"] else 2.2) * size)


def _ended(line: Line) -> bool:
    return _END.search(line.text) is not None


def _same_row(left: Line, right: Line) -> bool:
    return abs(left.middle - right.middle) < 0.3 * left.size and right.x0 >= left.x1 - 1


def _beside(left: Line, right: Line) -> Line:
    return replace(
        left,
        text=f"{left.text} {right.text}",
        x1=right.x1,
        top=min(left.top, right.top),
        bottom=max(left.bottom, right.bottom),
        glyphs=left.glyphs + right.glyphs,
    )


def _pitch(lines: list[Line]) -> float:
    """The usual distance of two lines: the most frequent one, rounded to half a point."""
    steps = Counter(
        round((below.top - above.top) * 2) / 2
        for above, below in itertools.pairwise(lines)
        if abs(above.size - below.size) < 0.15 * above.size
        and 0.9 * above.size < below.top - above.top < 2.8 * above.size
    )
    if steps:
        most = steps.most_common(1)[0][1]
        return min(step for step, count in steps.items() if count == most)
    return 1.7 * max((line.size for line in lines), default=10.0)
