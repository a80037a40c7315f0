"""A figure that a question takes for granted, against what the sheet says: 「5nmのTrainium3はいつ…」."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import Relation, compare, find_quantities
from assistant.types import Passage

_BEFORE_JA = lazy_pattern(
    r"(?P<figure>[0-9][0-9,.]*[ ]?[a-zA-Z%/億万]+)(?:の|で作られた|で製造された|を積む|を備える)$"
)
_BEFORE_EN = lazy_pattern(
    r"(?P<figure>[0-9][0-9,.]*[ -]?(?:nm|[kmgtp]i?b(?:/s)?|w|kw|mhz|ghz|[tp]flops))[ ]$", re.IGNORECASE
)
_NEAR = Decimal(8)
"""A figure further from every value of the sheet than this factor is about something the sheet does not have."""


@dataclass(frozen=True, slots=True)
class Premise:
    """``figure`` as the question has it, ``rest`` the question without it, ``row`` what the sheet says instead."""

    figure: str
    rest: str
    row: Passage


def false_premise(question: str, place: tuple[int, int], rows: Sequence[Passage]) -> Premise | None:
    """The figure before the entity at ``place`` of the normalised question, if its sheet has another value.

    None when no figure stands there, or a row states it, or no row is of its dimension and order of size.
    """
    folded = normalise(question)
    before = folded[: place[0]]
    match = _BEFORE_JA.search(before) or _BEFORE_EN.search(before)
    if match is None:
        return None
    claimed = find_quantities(match["figure"].replace("-", " "))
    if len(claimed) != 1 or claimed[0].low <= 0:
        return None
    other: tuple[Decimal, Passage] | None = None
    for row in rows:
        spec = row.spec
        if spec is None:
            continue
        for found in find_quantities(f"{spec.value} {spec.unit}".strip()):
            if found.dimension != claimed[0].dimension or found.low <= 0:
                continue
            if compare(claimed[0], found) is not Relation.DIFFERENT:
                return None
            factor = max(found.low / claimed[0].low, claimed[0].low / found.low)
            if factor <= _NEAR and (other is None or factor < other[0]):
                other = factor, row
    if other is None:
        return None
    return Premise(match["figure"].strip(), folded[: match.start()] + folded[place[0] :], other[1])
