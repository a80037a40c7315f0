"""Charts as SVG: text labels on everything, colours from the style sheet, a title and a description to hear."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ui.escape import escape

WIDTH = 400
_BAR_STEP = 46
_BAR = 13
_LABEL_COLUMNS = 54
"""Width of a label in columns, of which a full-width character fills two."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is of, on what basis, how long, and the figure as text."""

    label: str
    note: str
    amount: Decimal
    text: str


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a scatter plot."""

    label: str
    x: Decimal
    y: Decimal
    text: str


def bar_chart(chart_id: str, title: str, description: str, bars: Sequence[Bar]) -> str:
    """Horizontal bars from zero; each has its name above and its figure behind it."""
    height = len(bars) * _BAR_STEP + 10
    most = max((abs(bar.amount) for bar in bars), default=Decimal(1)) or Decimal(1)
    parts = []
    for number, bar in enumerate(bars):
        top = number * _BAR_STEP + 8
        room = WIDTH - 12 - _columns(bar.text) * 7
        length = max(2.0, float(abs(bar.amount) / most) * room)
        note = clipped(bar.note, max(0, _LABEL_COLUMNS - _columns(bar.label) - 2))
        parts.append(
            f'<text class="label" x="0" y="{top + 10}">{escape(clipped(bar.label, _LABEL_COLUMNS))}'
            + (f'<tspan class="note" dx="8">{escape(note)}</tspan>' if note else "")
            + f'</text><rect class="bar" x="0" y="{top + 16}" width="{length:.1f}" height="{_BAR}" rx="2"/>'
            f'<text class="figure" x="{length + 6:.1f}" y="{top + 27}">{escape(bar.text)}</text>'
        )
    return _svg(chart_id, title, description, height, "".join(parts))


def scatter(chart_id: str, title: str, description: str, points: Sequence[Point], *, x_label: str, y_label: str) -> str:
    """Points from zero on both axes, each with its name beside it."""
    height, left, right, top, bottom = 330, 54, 16, 26, 46
    x_most = max(point.x for point in points) * Decimal("1.12") or Decimal(1)
    y_most = max(point.y for point in points) * Decimal("1.12") or Decimal(1)
    wide, tall = WIDTH - left - right, height - top - bottom

    def x_of(value: Decimal) -> float:
        return left + float(value / x_most) * wide

    def y_of(value: Decimal) -> float:
        return top + (1 - float(value / y_most)) * tall

    parts = [f'<text class="axis" x="0" y="14">{escape(clipped(y_label, _LABEL_COLUMNS))}</text>']
    parts += [
        f'<line class="grid" x1="{left}" y1="{y_of(tick):.1f}" x2="{WIDTH - right}" y2="{y_of(tick):.1f}"/>'
        f'<text class="tick" x="{left - 6}" y="{y_of(tick) + 4:.1f}" text-anchor="end">{_tick(tick)}</text>'
        for tick in _ticks(y_most)
    ]
    parts += [
        f'<text class="tick" x="{x_of(tick):.1f}" y="{height - bottom + 16}" text-anchor="middle">{_tick(tick)}</text>'
        for tick in _ticks(x_most)
    ]
    parts.append(
        f'<text class="axis" x="{WIDTH - right}" y="{height - 8}" text-anchor="end">'
        f"{escape(clipped(x_label, _LABEL_COLUMNS))}</text>"
    )
    taken: list[float] = []
    for point in sorted(points, key=lambda item: item.y, reverse=True):
        x, y = x_of(point.x), y_of(point.y)
        label = clipped(point.label, 26)
        leftwards = x + 10 + _columns(label) * 6.4 > WIDTH
        line = y + 4
        while any(abs(line - other) < 13 for other in taken):
            line += 13
        taken.append(line)
        anchor, place = ("end", x - 9) if leftwards else ("start", x + 9)
        parts.append(
            f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="5"><title>{escape(point.text)}</title></circle>'
            f'<text class="label" x="{place:.1f}" y="{line:.1f}" text-anchor="{anchor}">{escape(label)}</text>'
        )
    return _svg(chart_id, title, description, height, "".join(parts))


def clipped(text: str, columns: int) -> str:
    """At most so many columns of a text, with an ellipsis where it was longer."""
    if _columns(text) <= columns:
        return text
    kept, used = "", 1
    for character in text:
        used += _columns(character)
        if used > columns:
            break
        kept += character
    return f"{kept}…" if kept else ""


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def _ticks(most: Decimal) -> list[Decimal]:
    """Three to seven round figures from zero."""
    rough = most / 6
    unit = Decimal(10) ** rough.adjusted()
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    return [step * number for number in range(int(most / step) + 1)]


def _tick(value: Decimal) -> str:
    return f"{value.normalize():,f}"


def _svg(chart_id: str, title: str, description: str, height: int, inner: str) -> str:
    return (
        f'<svg class="chart" id="{chart_id}" role="img" viewBox="0 0 {WIDTH} {height}" '
        f'aria-labelledby="{chart_id}-title {chart_id}-desc"><title id="{chart_id}-title">{escape(title)}</title>'
        f'<desc id="{chart_id}-desc">{escape(description)}</desc>{inner}</svg>'
    )


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One value of a series: the place of its run from 0, the value and its interval in [0, 1], and both as text."""

    place: int
    value: float
    low: float
    high: float
    text: str


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a trend."""

    name: str
    points: tuple[TrendPoint, ...]


_DASHES = ("", "7 4", "2 3", "9 3 2 3", "12 4", "1 4")


def trend_chart(
    chart_id: str, title: str, description: str, series: Sequence[Series], *, count: int, ends: tuple[str, str]
) -> str:
    """Lines of rates from 0 to 1 over ``count`` runs, each with its intervals.

    Series differ by the dashes of their lines and the shape of their marks, which stand in the legend
    too; ``ends`` are the labels of the first and the last run.
    """
    left, right, top, tall = 34, 14, 10, 200
    wide = WIDTH - left - right
    height = top + tall + 34 + 20 * len(series)

    def x_of(place: int) -> float:
        return left + wide * (place / (count - 1) if count > 1 else 0.5)

    def y_of(value: float) -> float:
        return top + (1 - value) * tall

    parts = [
        f'<line class="grid" x1="{left}" y1="{y_of(tick):.1f}" x2="{WIDTH - right}" y2="{y_of(tick):.1f}"/>'
        f'<text class="tick" x="{left - 6}" y="{y_of(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>'
        for tick in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    parts.append(
        f'<text class="tick" x="{left}" y="{top + tall + 18}">{escape(ends[0])}</text>'
        f'<text class="tick" x="{WIDTH - right}" y="{top + tall + 18}" text-anchor="end">{escape(ends[1])}</text>'
    )
    for number, line in enumerate(series):
        kind = f"series-{number % 4}"
        dash = f' stroke-dasharray="{_DASHES[number % len(_DASHES)]}"' if number else ""
        path = " ".join(f"{x_of(point.place):.1f},{y_of(point.value):.1f}" for point in line.points)
        parts.append(f'<polyline class="line {kind}" points="{path}"{dash}/>')
        for point in line.points:
            x = x_of(point.place)
            parts.append(
                f'<line class="interval {kind}" x1="{x:.1f}" y1="{y_of(point.high):.1f}" x2="{x:.1f}" '
                f'y2="{y_of(point.low):.1f}"/>{_mark(number, x, y_of(point.value), kind, point.text)}'
            )
        row = top + tall + 40 + 20 * number
        last = f" {line.points[-1].value:.3f}" if line.points else ""
        parts.append(
            f'<line class="line {kind}" x1="{left}" y1="{row}" x2="{left + 34}" y2="{row}"{dash}/>'
            f"{_mark(number, left + 17, row, kind, '')}"
            f'<text class="label" x="{left + 44}" y="{row + 4}">{escape(clipped(line.name + last, _LABEL_COLUMNS))}</text>'
        )
    return _svg(chart_id, title, description, height, "".join(parts))


def _mark(number: int, x: float, y: float, kind: str, text: str) -> str:
    """A disc, square, triangle or diamond: the shape says which series it is."""
    told = f"<title>{escape(text)}</title>" if text else ""
    shapes = (
        f'<circle class="mark {kind}" cx="{x:.1f}" cy="{y:.1f}" r="4">{told}</circle>',
        f'<rect class="mark {kind}" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8">{told}</rect>',
        f'<path class="mark {kind}" d="M{x:.1f} {y - 5:.1f}l5 9h-10z">{told}</path>',
        f'<path class="mark {kind}" d="M{x:.1f} {y - 5.5:.1f}l5.5 5.5-5.5 5.5-5.5-5.5z">{told}</path>',
    )
    return shapes[number % len(shapes)]
