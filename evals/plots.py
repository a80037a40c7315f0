"""Small plots as inline SVG: no script, no outside resource, colours from the page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 340, 220, 46, 36, 26


def line_plot(
    title: str, x_label: str, y_label: str, points: Sequence[tuple[float, float]], *, x_max: float = 1.0
) -> str:
    """A line through points with x in [0, x_max] and y in [0, 1]."""
    path = " ".join(f"{_x(x / x_max):.1f},{_y(y):.1f}" for x, y in points)
    return _frame(title, x_label, y_label, f'<polyline class="line" points="{path}"/>', x_max)


def calibration_plot(title: str, groups: Sequence[tuple[float, float, int]]) -> str:
    """Confidence against the share that was right; on the diagonal confidence means what it says."""
    marks = [f'<line class="guide" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>']
    marks += [
        f'<circle class="dot" cx="{_x(min(1.0, confidence)):.1f}" cy="{_y(right):.1f}" r="5">'
        f"<title>{right:.2f} right of {n} at confidence {confidence:.2f}</title></circle>"
        for confidence, right, n in groups
    ]
    return _frame(title, "confidence", "right", "".join(marks), 1.0)


def latency_plot(title: str, milliseconds: Sequence[float]) -> str:
    """The share of questions answered within so many milliseconds."""
    ordered = sorted(milliseconds)
    points = [(value, (index + 1) / len(ordered)) for index, value in enumerate(ordered)]
    return line_plot(title, "milliseconds", "share answered", points, x_max=max(ordered, default=1.0) or 1.0)


def _x(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - 12)


def _y(share: float) -> float:
    return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)


def _frame(title: str, x_label: str, y_label: str, inner: str, x_max: float) -> str:
    ticks = "".join(
        f'<line class="grid" x1="{_x(0)}" y1="{_y(step):.1f}" x2="{_x(1)}" y2="{_y(step):.1f}"/>'
        f'<text x="{LEFT - 6}" y="{_y(step) + 4:.1f}" text-anchor="end">{step:g}</text>'
        f'<text x="{_x(step):.1f}" y="{HEIGHT - BOTTOM + 15}" text-anchor="middle">{step * x_max:.3g}</text>'
        for step in (0.0, 0.25, 0.5, 0.75, 1.0)
    )
    return (
        f'<svg role="img" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f"<title>{escape(title)}</title>"
        f'<text class="head" x="{LEFT}" y="16">{escape(title)}</text>{ticks}{inner}'
        f'<text x="{_x(0.5):.1f}" y="{HEIGHT - 4}" text-anchor="middle">{escape(x_label)}</text>'
        f'<text transform="translate(11 {_y(0.5):.1f}) rotate(-90)" text-anchor="middle">{escape(y_label)}</text></svg>'
    )
