"""The figures of a comparison in one unit for each attribute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.text.quantities import find_quantities
from assistant.types import ComparisonCell

_DIGITS = 4
"""Significant digits of a converted figure; more would claim what the source does not say."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A cell's figure in the unit its attribute is shown in."""

    cell: ComparisonCell
    amount: Decimal  # in ``unit``
    unit: str
    dimension: str
    converted: bool  # the sheet prints another unit
    binary: bool  # of GiB and the like

    @property
    def figure(self) -> str:
        return shown_figure(self.amount)


def measured(cells: Sequence[ComparisonCell]) -> list[Measure]:
    """The cells of one attribute that are single figures, in the unit most of them are printed in.

    Cells without a figure, ranges, and cells of another dimension than most (``TFLOPS`` among ``TOPS``)
    are left out: they are shown as printed and not drawn.
    """
    found = []
    for cell in cells:
        quantities = find_quantities(f"{cell.value} {cell.unit}".strip())
        if len(quantities) == 1 and not quantities[0].is_range and cell.unit:
            found.append((cell, quantities[0]))
    if not found:
        return []
    dimension = Counter(quantity.dimension for _, quantity in found).most_common(1)[0][0]
    found = [(cell, quantity) for cell, quantity in found if quantity.dimension == dimension]
    # Binary prefixes are never the common unit where a decimal one is printed too.
    units = Counter(cell.unit for cell, quantity in found if not quantity.binary) or Counter(
        cell.unit for cell, _ in found
    )
    common = units.most_common(1)[0][0]
    scale = _scale(next(pair for pair in found if pair[0].unit == common)[0])
    return [
        Measure(cell, quantity.low / scale, common, dimension, cell.unit != common, quantity.binary)
        for cell, quantity in found
    ]


def _scale(cell: ComparisonCell) -> Decimal:
    """Base units in one of the printed unit alone: 10**12 for TB, 1 for the 個 of 2080億個."""
    (quantity,) = find_quantities(f"1 {cell.unit}")[:1] or find_quantities(f"{cell.value} {cell.unit}")[:1]
    return quantity.low or Decimal(1)


def shown_figure(amount: Decimal) -> str:
    """A figure for people: four significant digits where it has decimals, thousands apart."""
    if amount == 0:
        return "0"
    places = max(0, _DIGITS - 1 - amount.adjusted())
    rounded = round(amount, places) if places else amount.to_integral_value()
    text = f"{rounded:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
