"""What stands on a PDF page: glyphs and ruling lines with their places, read through PDFium.

Lengths are points. ``x`` grows to the right and ``y`` downwards from the top left corner of the page as
it is shown; a page of vertical Japanese is turned, so that its columns are lines like any other.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2.raw as pdfium

Page = Any
"""A pypdfium2 page; the library has no types."""

_RULE_MAX_THICKNESS = 3.0
_RULE_MIN_LENGTH = 6.0
_HYPHEN = 2  # PDFium's sign for a hyphen at a line's end
_SOFT_HYPHEN = "\u00ad"
_MAP_CHECKED = 400
_MAX_OBJECTS = 50_000
_MAX_GLYPHS = 200_000
_MAX_FORM_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character with its box, its baseline and the size of its type.

    ``before`` is the white space that stands before it.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    size: float
    bold: bool = False
    before: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line, horizontal or vertical."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def horizontal(self) -> bool:
        return self.x1 - self.x0 >= self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class PageContent:
    """A page taken apart.

    Attributes:
        unreadable: Characters whose font does not say which they are.
        has_image: Whether a picture covers a good part of the page.
    """

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...]
    unreadable: int
    has_image: bool


def read_page(page: Page, number: int) -> PageContent:
    """Take a page apart; ``number`` counts from 1."""
    width, height = page.get_size()
    turn = _Turn(page.get_rotation(), *page.get_mediabox(), *page.get_cropbox())
    textpage = page.get_textpage()
    try:
        glyphs, unreadable = _glyphs(textpage.raw, turn)
    finally:
        textpage.close()
    rules, image_area = _drawn(page, turn)
    content = PageContent(
        number, width, height, tuple(glyphs), tuple(rules), unreadable, image_area > 0.2 * max(width * height, 1)
    )
    return _laid_down(content) if _is_vertical(glyphs) else content


class _Turn:
    """From PDF coordinates to those of the page as shown."""

    def __init__(self, rotation: int, *boxes: float) -> None:
        left, bottom, right, top = boxes[4:] or boxes
        self._rotation = rotation % 360
        self._left, self._bottom, self._right, self._top = left, bottom, right, top

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self._rotation == 90:
            return y - self._bottom, x - self._left
        if self._rotation == 180:
            return self._right - x, y - self._bottom
        if self._rotation == 270:
            return self._top - y, self._right - x
        return x - self._left, self._top - y

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        ax, ay = self.point(x0, y0)
        bx, by = self.point(x1, y1)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _glyphs(textpage: Any, turn: _Turn) -> tuple[list[Glyph], int]:
    glyphs: list[Glyph] = []
    unreadable = 0
    space = ""
    high = 0
    box = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    matrix = pdfium.FS_MATRIX()
    for index in range(min(pdfium.FPDFText_CountChars(textpage), _MAX_GLYPHS)):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0
        high = 0
        if code <= 32 and code != _HYPHEN and pdfium.FPDFText_IsGenerated(textpage, index) == 1:
            continue  # PDFium's own spaces and line breaks: gaps are measured here
        text = _SOFT_HYPHEN if code in (_HYPHEN, 0xAD) else chr(code)
        if text.isspace():
            space = "\u3000" if text == "\u3000" or space == "\u3000" else " "
            continue
        if code in (0, 0xFFFD, 0xFFFE, 0xFFFF) or (
            # A font that does not say which characters it shows gives itself away at once.
            (index < _MAP_CHECKED or unreadable)
            and code != _HYPHEN
            and pdfium.FPDFText_HasUnicodeMapError(textpage, index) == 1
        ):
            unreadable += 1
            continue
        if ord(text) < 32 or not pdfium.FPDFText_GetLooseCharBox(textpage, index, box):
            continue
        pdfium.FPDFText_GetCharOrigin(textpage, index, x, y)
        x0, top, x1, bottom = turn.box(box.left, box.bottom, box.right, box.top)
        if bottom - top < 0.5:
            continue  # a dot of dirt, or text made invisible
        base = turn.point(x.value, y.value)[1]
        bold = pdfium.FPDFText_GetFontWeight(textpage, index) >= 600
        size = pdfium.FPDFText_GetFontSize(textpage, index)
        if pdfium.FPDFText_GetMatrix(textpage, index, matrix):
            size *= math.hypot(matrix.c, matrix.d)
        glyphs.append(Glyph(_plain(text), x0, top, x1, bottom, base, size or bottom - top, bold, space))
        space = ""
    return _once(glyphs), unreadable


def _once(glyphs: list[Glyph]) -> list[Glyph]:
    """Without glyphs drawn twice in one place, which is how some programs print bold."""
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for glyph in glyphs:
        keys = [(glyph.text, round(glyph.x0 + shift), round(glyph.base)) for shift in (-0.4, 0.4)]
        if not any(key in seen for key in keys):
            kept.append(glyph)
        seen.update(keys)
    return kept


def _plain(text: str) -> str:
    """Radicals (⼈ U+2F08) stand where fonts share their glyph with the character (人 U+4EBA) that is meant."""
    return unicodedata.normalize("NFKC", text) if "\u2e80" <= text <= "\u2fdf" else text


def _drawn(page: Page, turn: _Turn) -> tuple[list[Rule], float]:
    """Ruling lines, and the area of pictures."""
    rules: list[Rule] = []
    image_area = 0.0
    box = [ctypes.c_float() for _ in range(4)]
    for raw in _objects(page.raw):
        kind = pdfium.FPDFPageObj_GetType(raw)
        if kind not in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE):
            continue
        if not pdfium.FPDFPageObj_GetBounds(raw, *box):
            continue
        x0, y0, x1, y1 = turn.box(*(value.value for value in box))
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            image_area += (x1 - x0) * (y1 - y0)
        elif min(x1 - x0, y1 - y0) <= _RULE_MAX_THICKNESS:
            rules.append(_rule(x0, y0, x1, y1))
        else:
            rules.extend(_edges(raw, turn, (x0, y0, x1, y1)))
    return [rule for rule in rules if max(rule.x1 - rule.x0, rule.y1 - rule.y0) >= _RULE_MIN_LENGTH], image_area


def _objects(page: Any) -> list[Any]:
    """The objects of a page, those inside of forms too."""
    found: list[Any] = []

    def collect(count: int, get: Any, holder: Any, depth: int) -> None:
        for index in range(count):
            if len(found) >= _MAX_OBJECTS:
                return
            item = get(holder, index)
            if pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_FORM_DEPTH:
                collect(pdfium.FPDFFormObj_CountObjects(item), pdfium.FPDFFormObj_GetObject, item, depth + 1)
            else:
                found.append(item)

    collect(pdfium.FPDFPage_CountObjects(page), pdfium.FPDFPage_GetObject, page, 0)
    return found


def _edges(path: Any, turn: _Turn, bounds: tuple[float, float, float, float]) -> list[Rule]:
    """The straight edges of a path that is drawn as lines; a filled area without outline has none."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    count = pdfium.FPDFPath_CountSegments(path)
    if count > 2000 or (not stroke.value and count <= 5):
        return []
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(path, matrix)
    edges: list[Rule] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    here = first = (0.0, 0.0)
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = turn.point(
            matrix.a * x.value + matrix.c * y.value + matrix.e, matrix.b * x.value + matrix.d * y.value + matrix.f
        )
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            here = first = point
            continue
        ends = [(here, point)] if kind == pdfium.FPDF_SEGMENT_LINETO else []
        if pdfium.FPDFPathSegment_GetClose(segment):
            ends.append((point, first))
        for (ax, ay), (bx, by) in ends:
            if abs(ax - bx) <= 1 or abs(ay - by) <= 1:
                edges.append(_rule(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))
        here = point
    inside = bounds[0] - 5, bounds[1] - 5, bounds[2] + 5, bounds[3] + 5
    # A matrix of an enclosing form is not known here; lines it would move are left out.
    return [
        edge
        for edge in edges
        if edge.x0 >= inside[0] and edge.y0 >= inside[1] and edge.x1 <= inside[2] and edge.y1 <= inside[3]
    ]


def _rule(x0: float, y0: float, x1: float, y1: float) -> Rule:
    """A line without thickness."""
    if x1 - x0 >= y1 - y0:
        return Rule(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)
    return Rule((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)


def _is_vertical(glyphs: list[Glyph]) -> bool:
    """Whether most Japanese characters stand below the one before them."""
    steps: Counter[str] = Counter()
    for left, right in itertools.pairwise(glyphs):
        if not (_is_wide(left.text) and _is_wide(right.text)):
            continue
        dx, dy = right.x0 - left.x0, right.top - left.top
        if abs(dy) < 0.3 * left.size and 0 < dx < 2 * left.size:
            steps["across"] += 1
        elif abs(dx) < 0.6 * left.size and 0 < dy < 2 * left.size:
            steps["down"] += 1
    return steps["down"] > 20 and steps["down"] > 2 * steps["across"]


def _is_wide(text: str) -> bool:
    return unicodedata.east_asian_width(text[0]) in "WF"


def _without_margins(content: PageContent) -> list[Glyph]:
    """The glyphs but for running heads and feet, which are set across even on a page of vertical writing."""
    margin = 0.06 * content.height
    kept: list[Glyph] = []
    glyphs = content.glyphs
    for index, glyph in enumerate(glyphs):
        if margin < (glyph.top + glyph.bottom) / 2 < content.height - margin:
            kept.append(glyph)
            continue
        beside = [glyphs[near] for near in (index - 1, index + 1) if 0 <= near < len(glyphs)]
        if not any(abs(other.base - glyph.base) < 0.3 * glyph.size for other in beside):
            kept.append(glyph)
    return kept


def _laid_down(content: PageContent) -> PageContent:
    """A page of vertical writing turned to the left: its rightmost column becomes the first line."""

    def box(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        return y0, content.width - x1, y1, content.width - x0

    glyphs: list[Glyph] = []
    for glyph in _without_margins(content):
        x0, top, x1, bottom = box(glyph.x0, glyph.top, glyph.x1, glyph.bottom)
        base = (top + bottom) / 2
        if bottom - top < 0.7 * glyph.size and glyphs and abs(glyphs[-1].base - base) < 0.7 * glyph.size:
            base = glyphs[-1].base  # 。 stands in the corner of its square, 二 is flat
        top, bottom = base - glyph.size / 2, base + glyph.size / 2
        x1 = max(x1, x0 + 0.9 * glyph.size) if _is_wide(glyph.text) else x1
        glyphs.append(replace(glyph, x0=x0, top=top, x1=x1, bottom=bottom, base=base))
    rules = tuple(_rule(*box(rule.x0, rule.y0, rule.x1, rule.y1)) for rule in content.rules)
    return replace(content, width=content.height, height=content.width, glyphs=tuple(glyphs), rules=rules)
