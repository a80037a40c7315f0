"""The guard: which figures and dates of a sentence its evidence does not state.

Strict on purpose, since it judges text that models write: a figure must stand in the evidence with
its unit, in whatever notation (80億ドル for $8 billion). A figure that merely follows ("over 350" from
362) counts as unsupported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.text.dates import DateSpan, compare_dates, find_dates
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import find_quantities
from assistant.text.quantity_compare import compare, is_rounding
from assistant.text.quantity_fold import fold
from assistant.text.quantity_types import Qualifier, Quantity, Relation

_YEAR = lazy_pattern(r"[12][0-9]{3}")
_UNIT_WORD = lazy_pattern(r"[A-Za-z]+|[^\sA-Za-z0-9./]+")
_VAGUE_DAYS = frozenset({"day+0"})  # 今日 and "today" mostly mean nowadays


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures and dates of one text, read once."""

    text: str
    quantities: tuple[Quantity, ...]
    dates: tuple[DateSpan, ...]


def read_figures(text: str, *, anchor: date | None = None) -> Figures:
    return Figures(text, find_quantities(text), find_dates(text, anchor=anchor))


def _unit_in_header(claimed: Quantity, found: Quantity, evidence: Figures) -> bool:
    """Whether a bare cell gets the claimed unit from its table's header: "(in millions) | 1,452.4"."""
    if found.dimension != "number" and found.dimension != claimed.dimension:
        return False
    if found.scale != 1 or not claimed.unit or not claimed.scale or claimed.low / claimed.scale != found.low:
        return False
    if claimed.is_range or found.is_range or claimed.qualifier not in (Qualifier.EXACT, found.qualifier):
        return False
    rest = fold(evidence.text[: found.start] + " " + evidence.text[found.end :]).text.lower()
    return all(word.lower() in rest for word in _UNIT_WORD.findall(claimed.unit))


def states(claimed: Quantity, found: Quantity) -> bool:
    """Whether a found figure is the claimed one, in any notation."""
    relation = compare(claimed, found)
    if relation is Relation.SAME:
        return True
    if relation is Relation.COMPATIBLE:
        # Not a consequence ("over 350" from 362): the same figure, with a bound the source allows.
        return claimed.low == found.low and claimed.high == found.high
    if relation is Relation.ROUNDED:
        return claimed.qualifier is Qualifier.ABOUT and is_rounding(claimed, found.low, claimed.low, found.step)
    return False


def _date_stated(claimed: DateSpan, evidence: Sequence[Figures]) -> bool:
    relations = [compare_dates(claimed, found) for item in evidence for found in item.dates]
    if Relation.SAME in relations or Relation.COMPATIBLE in relations:
        return True
    if claimed.first is None or claimed.granularity not in ("day", "month"):
        return False
    # "In 2025 ... on 3 December": year and day stand apart in the evidence.
    year = month_day = False
    for item in evidence:
        for found in item.dates:
            if found.first is None:
                month_day |= (
                    found.key == f"--{claimed.first:%m-%d}"
                    if claimed.granularity == "day"
                    else found.key == f"--{claimed.first:%m}"
                )
            else:
                year |= found.first.year == claimed.first.year == (found.last or found.first).year
    return year and month_day


def unsupported_figures(
    sentence: str, evidence: Sequence[str | Figures], *, anchor: date | None = None
) -> tuple[str, ...]:
    """Name the figures and dates of a sentence that no evidence states.

    Args:
        sentence: What a reader wrote.
        evidence: The cited spans; pass table headers along with their cells. ``read_figures`` saves
            reading a span twice.
        anchor: Publication day of the evidence, to resolve 昨年.

    Returns:
        The figures as written with their qualifier, in order of appearance; empty if all are stated.
    """
    read = [item if isinstance(item, Figures) else read_figures(item, anchor=anchor) for item in evidence]
    claimed = read_figures(sentence, anchor=anchor)
    missing: list[tuple[int, str]] = []
    for quantity in claimed.quantities:
        if not any(
            states(quantity, found) or _unit_in_header(quantity, found, item)
            for item in read
            for found in item.quantities
        ):
            if _bare_year_stated(quantity.text, read):
                continue
            missing.append((quantity.start, sentence[quantity.span_start : quantity.span_end]))
    for span in claimed.dates:
        if (span.first is None and span.key in _VAGUE_DAYS) or _date_stated(span, read):
            continue
        digits = fold(span.text).text
        if _YEAR.fullmatch(digits) and any(f.low == f.high == int(digits) for item in read for f in item.quantities):
            continue  # 1850 without a unit was read as a year here and as 1,850 there
        missing.append((span.start, span.text))
    return tuple(text for _, text in sorted(missing))


def _bare_year_stated(text: str, evidence: Sequence[Figures]) -> bool:
    digits = fold(text).text.replace(",", "")
    if not _YEAR.fullmatch(digits):
        return False
    return any(fold(span.text).text == digits for item in evidence for span in item.dates)
