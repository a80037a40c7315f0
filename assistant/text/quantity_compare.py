"""What a found quantity means for a claimed one."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from assistant.text.quantity_counters import counters_agree
from assistant.text.quantity_types import Qualifier, Quantity, Relation

_D = Decimal
_INFINITE: Final = _D("Infinity")
# Beyond this a "rounding" is another figure: 1 million is not a rounding of 1.4 million.
ROUNDING_LIMIT: Final = _D("0.2")
ABOUT_LIMIT: Final = _D("0.1")
FRACTION_LIMIT: Final = _D("0.03")
_POINTS: Final = frozenset({Qualifier.EXACT, Qualifier.ABOUT})


def bridge(claimed: str, found: str) -> Decimal | None:
    """Factor that turns a value of the found dimension into the claimed one, or None."""
    if claimed == found:
        return _D(1)
    first, second = sorted((claimed, found))
    if (first, second) == ("multiple", "percent"):
        return _D("0.01") if found == "percent" else _D(100)
    if {first, second} <= {"degree", "temperature"} or {first, second} <= {"count:time", "multiple", "degree"}:
        return _D(1) if "temperature" not in (first, second) or "degree" in (first, second) else None
    if first.startswith("count:") and second.startswith("count:"):
        return _D(1) if counters_agree(first[6:], second[6:]) else None
    if first.startswith(("count:", "multiple")) and second == "number":
        return _D(1)
    if first.startswith("ordinal") and second.startswith("ordinal") and "ordinal" in (first, second):
        return _D(1)
    if {first, second} == {"age", "time"} or (first, second) == ("number", "point"):
        return _D(1) if "point" in (first, second) else (_D(31556952) if claimed == "time" else _D(1) / 31556952)
    return None


def _interval(low: Decimal, high: Decimal, qualifier: Qualifier) -> tuple[Decimal, bool, Decimal, bool]:
    """Bounds with whether each is included."""
    if qualifier in (Qualifier.UP_TO, Qualifier.AT_MOST):
        return -_INFINITE, False, high, True
    if qualifier is Qualifier.LESS_THAN:
        return -_INFINITE, False, low, False
    if qualifier is Qualifier.AT_LEAST:
        return low, True, _INFINITE, False
    if qualifier is Qualifier.MORE_THAN:
        return high, False, _INFINITE, False
    return low, True, high, True


def _inside(inner: tuple[Decimal, bool, Decimal, bool], outer: tuple[Decimal, bool, Decimal, bool]) -> bool:
    low_ok = inner[0] > outer[0] or (inner[0] == outer[0] and (outer[1] or not inner[1]))
    high_ok = inner[2] < outer[2] or (inner[2] == outer[2] and (outer[3] or not inner[3]))
    return low_ok and high_ok


def _apart(one: tuple[Decimal, bool, Decimal, bool], two: tuple[Decimal, bool, Decimal, bool]) -> bool:
    if one[2] < two[0] or two[2] < one[0]:
        return True
    touching = one[2] == two[0] or two[2] == one[0]
    # 10以上 and 10以下 share one value, yet no writer means the same by them.
    return touching and ((one[0] != one[2] and two[0] != two[2]) or not _shares_edge(one, two))


def _shares_edge(one: tuple[Decimal, bool, Decimal, bool], two: tuple[Decimal, bool, Decimal, bool]) -> bool:
    return (one[2] == two[0] and one[3] and two[1]) or (two[2] == one[0] and two[3] and one[1])


def _significant_step(value: Decimal) -> Decimal:
    """Place of the last non-zero digit: 100 for 400."""
    if not value:
        return _D(0)
    exponent = value.normalize().as_tuple().exponent
    return _D(1).scaleb(exponent) if isinstance(exponent, int) else _D(0)


def _apart_by(one: Decimal, two: Decimal) -> Decimal:
    return abs(one - two) / max(abs(one), abs(two)) if one or two else _D(0)


def is_rounding(coarse: Quantity, fine: Decimal, value: Decimal, fine_step: Decimal) -> bool:
    """Whether ``value`` (of ``coarse``) is ``fine`` rounded to the digits it was written with."""
    gap = _apart_by(value, fine)
    about = coarse.qualifier is Qualifier.ABOUT
    if coarse.step == 0:
        return gap <= (ABOUT_LIMIT if about else FRACTION_LIMIT)
    step = coarse.step
    if about and coarse.scale:
        step = max(step, _significant_step(value / coarse.scale) * coarse.scale)
        return abs(value - fine) <= step / 2 and gap <= ABOUT_LIMIT
    if fine_step >= step:
        return False
    return abs(value - fine) <= step / 2 and gap <= ROUNDING_LIMIT


def _binary_decimal(claimed: Quantity, found: Quantity) -> bool:
    if claimed.binary == found.binary or not claimed.scale or not found.scale:
        return False
    if claimed.low / claimed.scale != found.low / found.scale:
        return False
    ratio = max(claimed.scale, found.scale) / min(claimed.scale, found.scale)
    return ratio < _D("1.25")  # the same prefix; 1 GB against 1 TiB is simply another value


def compare(claimed: Quantity, found: Quantity) -> Relation:
    """Say what a found quantity means for a claimed one.

    The order matters: COMPATIBLE says that the claim follows from what was found, OPEN that it
    neither follows nor is excluded. "約" on either side does not make two equal values unequal, and a
    peak (最大, up to) counts as reached, so that it is COMPATIBLE with the plain value.
    """
    factor = bridge(claimed.dimension, found.dimension)
    if factor is None or (claimed.per and found.per and claimed.per != found.per):
        return Relation.INCOMPARABLE
    if claimed.dimension in ("data", "data_rate") and _binary_decimal(claimed, found):
        return Relation.BINARY_DECIMAL
    # A product would round to 28 digits; equal dimensions compare as written.
    low, high = (found.low, found.high) if factor == 1 else (found.low * factor, found.high * factor)
    equal = (low, high) == (claimed.low, claimed.high)
    mine, other = claimed.qualifier, found.qualifier
    if equal:
        if mine is other or {mine, other} <= _POINTS or {mine, other} == {Qualifier.UP_TO, Qualifier.AT_MOST}:
            return Relation.SAME
        if Qualifier.UP_TO in (mine, other) and {mine, other} - {Qualifier.UP_TO} <= _POINTS:
            return Relation.COMPATIBLE
    if mine in _POINTS and other in (*_POINTS, Qualifier.UP_TO) and not claimed.is_range and not found.is_range:
        coarser = is_rounding(claimed, low, claimed.low, found.step * factor)
        finer = is_rounding(found, claimed.low / factor, found.low, claimed.step / factor)
        if coarser or finer:
            return Relation.ROUNDED
        if other in _POINTS:
            return Relation.DIFFERENT
    wanted = _interval(claimed.low, claimed.high, mine)
    given = _interval(low, high, other)
    if mine is Qualifier.ABOUT and not claimed.is_range:
        slack = abs(claimed.low) * _D("0.05")
        wanted = (claimed.low - slack, True, claimed.high + slack, True)
    if _inside(given, wanted):
        return Relation.COMPATIBLE
    if other is Qualifier.UP_TO and mine in _POINTS:
        # "up to 4.4x" names one figure; another plain figure is another figure
        return Relation.DIFFERENT
    return Relation.DIFFERENT if _apart(wanted, given) else Relation.OPEN
