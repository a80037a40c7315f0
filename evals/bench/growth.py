"""Draws latency against library size as an SVG file that stands by itself."""

from __future__ import annotations

import math
from collections.abc import Sequence

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 560, 320, 56, 96, 40, 48
_COLOURS = ("#1f5fa8", "#b3541e")


def growth_svg(points: Sequence[tuple[int, float, float]]) -> str:
    """p50 and p95 (milliseconds) against passages, both axes from the data, the lower one logarithmic.

    Args:
        points: ``(passages, p50, p95)``, the smallest library first.
    """
    least, most = math.log10(points[0][0]), math.log10(points[-1][0])
    top = _round_up(max(max(p50, p95) for _, p50, p95 in points))

    def x(passages: float) -> float:
        share = (math.log10(passages) - least) / (most - least) if most > least else 0.5
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(milliseconds: float) -> float:
        return _HEIGHT - _BOTTOM - milliseconds / top * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'height="{_HEIGHT}" font-family="sans-serif" font-size="12">',
        "<title>Time of one search against passages in the library</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="22" font-size="14" fill="#222">Time of one search against passages in the library</text>',
    ]
    for step in range(5):
        value = top * step / 4
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="#ddd"/>'
            f'<text x="{_LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end" fill="#444">{value:g} ms</text>'
        )
    for passages, _, _ in points:
        parts.append(
            f'<text x="{x(passages):.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle" fill="#444">{passages:,}</text>'
        )
    parts.append(
        f'<text x="{x(10 ** ((least + most) / 2)):.1f}" y="{_HEIGHT - 10}" text-anchor="middle" fill="#444">passages</text>'
    )
    for place, (name, colour) in enumerate(zip(("p50", "p95"), _COLOURS, strict=True), start=1):
        line = " ".join(f"{x(point[0]):.1f},{y(float(point[place])):.1f}" for point in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for point in points:
            value = float(point[place])
            parts.append(
                f'<circle cx="{x(point[0]):.1f}" cy="{y(value):.1f}" r="4" fill="{colour}"/>'
                f'<text x="{x(point[0]) + 6:.1f}" y="{y(value) - 8:.1f}" fill="{colour}">{value:g}</text>'
            )
        parts.append(
            f'<text x="{x(points[-1][0]) + 24:.1f}" y="{y(float(points[-1][place])) + 4:.1f}" fill="{colour}">{name}</text>'
        )
    return "\n".join(parts) + "\n</svg>\n"


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 8 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(max(value, 0.1)))
    return next(step * power for step in (1, 2, 4, 8, 10) if step * power >= value)
