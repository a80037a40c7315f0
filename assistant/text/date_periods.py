"""Periods of days: the arithmetic of months, quarters and fiscal years, and the scanned date itself."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(slots=True)
class ScannedDate:
    """A date on folded text; ``first`` is None where it has no place in time."""

    start: int
    end: int
    first: date | None
    last: date | None
    granularity: str
    key: str = ""
    relative: bool = False


_MONTHS_IN = {
    "month": 1,
    "quarter": 3,
    "season": 3,
    "half": 6,
    "year": 12,
    "fiscal_year": 12,
    "decade": 120,
    "century": 1200,
}


def period(granularity: str, year: int, month: int = 1, day: int = 1) -> tuple[date, date] | None:
    """First and last day of the period that begins with the given day, or None where no such day exists."""
    try:
        first = date(year, month, day)
        if granularity == "day":
            return first, first
        if granularity == "week":
            first -= timedelta(days=first.weekday())
            return first, first + timedelta(days=6)
        last = year * 12 + month - 1 + _MONTHS_IN[granularity] - 1
        return first, date(last // 12, last % 12 + 1, monthrange(last // 12, last % 12 + 1)[1])
    except (ValueError, OverflowError):  # 31 February, the year 0, the week before the first
        return None


def dated(
    start: int, end: int, granularity: str, year: int, month: int = 1, day: int = 1, key: str = ""
) -> ScannedDate | None:
    days = period(granularity, year, month, day)
    return ScannedDate(start, end, days[0], days[1], granularity, key) if days is not None else None


def undated(start: int, end: int, granularity: str, key: str) -> ScannedDate:
    return ScannedDate(start, end, None, None, granularity, key)


def shift(granularity: str, offset: int, anchor: date) -> tuple[date, date] | None:
    try:
        if granularity in ("day", "week"):
            day = anchor + timedelta(days=offset * (7 if granularity == "week" else 1))
            return period(granularity, day.year, day.month, day.day)
    except OverflowError:
        return None
    if granularity == "year":
        return period("year", anchor.year + offset)
    if granularity == "fiscal_year":
        return period("fiscal_year", anchor.year - (anchor.month < 4) + offset, 4)
    length = 3 if granularity == "quarter" else 1
    months = anchor.year * 12 + (anchor.month - 1) // length * length + offset * length
    return period(granularity, months // 12, months % 12 + 1)


def relative(start: int, end: int, granularity: str, offset: int, anchor: date | None) -> ScannedDate:
    days = shift(granularity, offset, anchor) if anchor is not None else None
    if days is None:
        return ScannedDate(start, end, None, None, granularity, f"{granularity}{offset:+d}", True)
    return ScannedDate(start, end, days[0], days[1], granularity, "", True)


def month_day(start: int, end: int, month: int, day: int | None, anchor: date | None) -> ScannedDate | None:
    if anchor is not None:
        found = dated(start, end, "day" if day else "month", anchor.year, month, day or 1)
        if found is not None:
            return found
    if day and day > monthrange(2024, month)[1]:
        return None
    return undated(start, end, "day" if day else "month", f"--{month:02d}-{day:02d}" if day else f"--{month:02d}")
