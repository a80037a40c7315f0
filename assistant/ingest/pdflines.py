"""Glyphs to lines: what stands on one baseline, cut where columns part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.ingest.pdfpage import Glyph
from assistant.text.patterns import lazy_pattern

WIDE = lazy_pattern(
    r"[\u1100-\u11ff\u2e80-\u303f\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
"""Characters between which no space is put."""
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_KANA = lazy_pattern(r"[\u3041-\u30ffー・\s]+")
_SPACE_GAP = 0.18
"""Shares of the type size: beyond the first, words are apart; the others part columns of text and of tables."""
_COLUMN_GAP = 1.2
_CELL_GAP = 0.6


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of text on one baseline."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool
    glyphs: tuple[Glyph, ...]

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def find_lines(glyphs: Sequence[Glyph]) -> list[list[Line]]:
    """Rows from top to bottom, each with its stretches from left to right."""
    rows = _without_readings(_raised_merged(_rows(glyphs)))
    return [pieces for row in rows if (pieces := _pieces(row))]


def line_of(glyphs: Iterable[Glyph]) -> Line | None:
    """Glyphs as one line; None without any."""
    ordered = sorted(glyphs, key=lambda glyph: glyph.x0)
    if not ordered:
        return None
    sizes = sorted(glyph.size for glyph in ordered)
    size = sizes[len(sizes) // 2]
    base = _base(ordered, size)
    parts: list[str] = []
    previous: Glyph | None = None
    for glyph in ordered:
        if previous is not None:
            parts.append(_between(previous, glyph, size))
        raised = glyph.size < 0.9 * size and base - glyph.base > 0.12 * size
        parts.append(glyph.text.translate(_SUPERSCRIPT) if raised else glyph.text)
        previous = glyph
    return Line(
        "".join(parts).strip(),
        min(glyph.x0 for glyph in ordered),
        min(glyph.top for glyph in ordered),
        max(glyph.x1 for glyph in ordered),
        max(glyph.bottom for glyph in ordered),
        size,
        sum(glyph.bold for glyph in ordered) > 0.6 * len(ordered),
        tuple(ordered),
    )


def _between(left: Glyph, right: Glyph, size: float) -> str:
    gap = right.x0 - left.x1
    if right.before == "\u3000":
        return "\u3000"
    both_wide = WIDE.match(left.text) is not None and WIDE.match(right.text) is not None
    if both_wide:
        return " " if gap > 0.9 * size else ""
    # Beside a wide character a narrow gap is only typesetting (四分アキ).
    either_wide = WIDE.match(left.text) is not None or WIDE.match(right.text) is not None
    if right.before:
        return " " if gap > 0.05 * size or not either_wide else ""
    return " " if gap > (0.4 if either_wide else _SPACE_GAP) * size else ""


def _rows(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Glyphs by baseline."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda item: item.base):
        if rows and abs(glyph.base - rows[-1][0].base) <= 0.2 * max(glyph.size, rows[-1][0].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return rows


def _raised_merged(rows: list[list[Glyph]]) -> list[list[Glyph]]:
    """Small rows that lie within the height of a neighbour and touch it are its superscripts and subscripts."""
    merged: list[list[Glyph]] = []
    waiting: list[Glyph] = []
    for index, row in enumerate(rows):
        size = max(glyph.size for glyph in row)
        below = [glyph for glyph in waiting if _belongs(glyph, row)]
        stay = [glyph for glyph in waiting if glyph not in below]
        if stay:
            merged.append(stay)
        waiting = []
        row = [*row, *below]
        if merged and all(glyph.size < 0.9 * max(other.size for other in merged[-1]) for glyph in row):
            inside = [glyph for glyph in row if _belongs(glyph, merged[-1])]
            merged[-1].extend(inside)
            row = [glyph for glyph in row if glyph not in inside]
        if not row:
            continue
        following = 0.0
        for other in rows[index + 1 :]:
            if other[0].base - row[0].base >= size:
                break
            following = max(following, *(glyph.size for glyph in other))
        if following and size < 0.9 * following:
            waiting = row
        else:
            merged.append(row)
    if waiting:
        merged.append(waiting)
    return merged


def _belongs(small: Glyph, row: Sequence[Glyph]) -> bool:
    size = max(glyph.size for glyph in row)
    if small.size >= 0.9 * size:
        return False
    return any(
        min(abs(small.x0 - glyph.x1), abs(glyph.x0 - small.x1)) < 0.35 * size
        and min(small.bottom, glyph.bottom) - max(small.top, glyph.top) > 0.5 * small.size
        for glyph in row
    )


def _without_readings(rows: list[list[Glyph]]) -> list[list[Glyph]]:
    """Leave out readings printed above kanji (ruby): small kana right above larger characters."""
    kept = []
    for index, row in enumerate(rows):
        if _KANA.fullmatch("".join(glyph.text for glyph in row)):
            size = max(glyph.size for glyph in row)
            # Rows of other columns may stand between a reading and its word.
            larger = [
                glyph
                for below in rows[index + 1 : index + 4]
                for glyph in below
                if glyph.size > 1.6 * size and glyph.top - size < row[0].bottom
            ]
            if larger and all(any(big.x0 - size <= glyph.x0 <= big.x1 + size for big in larger) for glyph in row):
                continue
        kept.append(row)
    return kept


def cut_finely(row: Sequence[Line]) -> list[Line]:
    """A row cut at every gap that could part two columns of a table."""
    return _pieces([glyph for line in row for glyph in line.glyphs], gap=_CELL_GAP)


def _pieces(row: Sequence[Glyph], *, gap: float = _COLUMN_GAP) -> list[Line]:
    ordered = sorted(row, key=lambda glyph: glyph.x0)
    pieces: list[list[Glyph]] = []
    for glyph in ordered:
        if pieces and glyph.x0 - pieces[-1][-1].x1 <= gap * max(glyph.size, pieces[-1][-1].size):
            pieces[-1].append(glyph)
        else:
            pieces.append([glyph])
    lines = (line_of(piece) for piece in pieces)
    return [line for line in lines if line is not None and line.text]


def _base(glyphs: Sequence[Glyph], size: float) -> float:
    bases = sorted(glyph.base for glyph in glyphs if glyph.size >= 0.9 * size)
    return bases[len(bases) // 2] if bases else glyphs[0].base
