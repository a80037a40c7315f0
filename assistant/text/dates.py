"""Dates and periods in Japanese and English text, as spans of days.

``find_dates`` gives every date the days it covers: 2024年度 is 2024-04-01 to 2025-03-31. What cannot
be placed (12月3日 without a year, 紀元前221年) keeps a ``key`` that still compares.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assistant.text.date_periods import ScannedDate
from assistant.text.date_scan import scan_dates
from assistant.text.patterns import lazy_pattern
from assistant.text.quantity_fold import fold
from assistant.text.quantity_types import Qualifier, Relation


@dataclass(frozen=True, slots=True)
class DateSpan:
    """One date or period. ``first`` and ``last`` are inclusive, None when it has no place in time here."""

    start: int
    end: int
    text: str
    first: date | None
    last: date | None
    granularity: str  # day, week, month, season, quarter, half, year, fiscal_year, decade, century
    key: str  # "2025-12-03", "--12-03" (no year), "bc-0221", "FY2025", "last year": equal keys mean the same
    relative: bool = False
    qualifier: Qualifier = Qualifier.EXACT  # LESS_THAN before, AT_MOST by/まで, AT_LEAST since/以降, MORE_THAN after


_SUFFIXES: tuple[tuple[str, Qualifier], ...] = (
    ("以降", Qualifier.AT_LEAST),
    ("以後", Qualifier.AT_LEAST),
    ("以前", Qualifier.AT_MOST),
    ("より前", Qualifier.LESS_THAN),
    ("までに", Qualifier.AT_MOST),
    ("ごろ", Qualifier.ABOUT),
    ("頃", Qualifier.ABOUT),
    ("ころ", Qualifier.ABOUT),
)
_BEFORE = lazy_pattern(
    r"(?P<lt>before|prior to|earlier than)|(?P<gt>after|later than)|(?P<ge>since|starting(?: in)?)|(?P<le>by|until|till)|(?P<ab>around|about|circa|c\.|ca\.)",
    re.IGNORECASE,
)
_BEFORE_END = lazy_pattern(
    rf"(?:^|[^A-Za-z])(?:{_BEFORE.pattern})[ ](?:the[ ])?(?:year[ ]|early[ ]|late[ ])?$", re.IGNORECASE
)
_BOUNDS = {
    "lt": Qualifier.LESS_THAN,
    "gt": Qualifier.MORE_THAN,
    "ge": Qualifier.AT_LEAST,
    "le": Qualifier.AT_MOST,
    "ab": Qualifier.ABOUT,
}


def _qualifier(text: str, found: ScannedDate) -> Qualifier:
    tail = text[found.end : found.end + 3]
    for word, qualifier in _SUFFIXES:
        if tail.startswith(word):
            return qualifier
    if found.start and text[found.start - 1] == " ":
        match = _BEFORE_END.search(text, max(0, found.start - 24), found.start)
        if match is not None and match.lastgroup is not None:
            return _BOUNDS[match.lastgroup]
    return Qualifier.EXACT


def find_dates(text: str, *, anchor: date | None = None) -> tuple[DateSpan, ...]:
    """Find dates and periods.

    Args:
        text: Any text; offsets of the result are into it.
        anchor: The day the text was published; gives 昨年 and 12月3日 their year.

    Returns:
        Spans in order, never overlapping. Relative words without an anchor have no ``first``.
    """
    folded = fold(text)
    spans: list[DateSpan] = []
    for item in scan_dates(folded.text, anchor):
        start, end = folded.original(item.start, item.end)
        if spans and start < spans[-1].end:
            continue  # two readings inside one squared character
        key = item.key
        if not key and item.first is not None and item.last is not None:
            key = item.first.isoformat() if item.first == item.last else f"{item.first}/{item.last}"
        qualifier = _qualifier(folded.text, item)
        spans.append(
            DateSpan(
                start, end, text[start:end], item.first, item.last, item.granularity, key, item.relative, qualifier
            )
        )
    return tuple(_join_relative(text, spans))


_MONTH_DAY = lazy_pattern(r"の?([0-9０-９]{1,2})日(?![間分])")


def _join_relative(text: str, spans: list[DateSpan]) -> list[DateSpan]:
    """昨年12月2日, 今月3日 and "Dec. 2 last year" are one date each: the relative word gives year or month."""
    out: list[DateSpan] = []
    for span in spans:
        before = out[-1] if out else None
        if before is not None and before.first is not None and span.first is not None:
            gap = text[before.end : span.start]
            for year, day in ((before, span), (span, before)):
                if (
                    year.relative
                    and year.granularity == "year"
                    and not day.relative
                    and day.granularity in ("day", "month")
                    and not re.search(r"[0-9]{4}|年", day.text)
                    and (gap in ("", "の") if year is before else gap == " ")
                ):
                    out[-1] = _in_year(text, before, span, day, year.first.year if year.first else 0)
                    break
            else:
                out.append(span)
            continue
        out.append(span)
    return [_with_day(text, span) for span in out]


def _in_year(text: str, first: DateSpan, second: DateSpan, day: DateSpan, year: int) -> DateSpan:
    assert day.first is not None
    assert day.last is not None
    try:
        begin = day.first.replace(year=year)
        last = begin if day.granularity == "day" else (begin + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    except ValueError:  # 29 February of a common year
        begin, last = day.first, day.last
    key = begin.isoformat() if begin == last else f"{begin}/{last}"
    start, end = first.start, second.end
    return replace(day, start=start, end=end, text=text[start:end], first=begin, last=last, key=key, relative=True)


def _with_day(text: str, span: DateSpan) -> DateSpan:
    """今月3日 is a day of the month that 今月 is."""
    if not (span.relative and span.granularity == "month" and span.first is not None and span.text.endswith("月")):
        return span
    match = _MONTH_DAY.match(text, span.end)
    if match is None:
        return span
    try:
        day = span.first.replace(day=int(match[1]))
    except ValueError:
        return span
    end = match.end()
    return replace(
        span, end=end, text=text[span.start : end], first=day, last=day, granularity="day", key=day.isoformat()
    )


def _partial_agrees(partial: str, day: DateSpan) -> bool | None:
    """Whether a date without a year fits a full date; None where the full date is too coarse to say."""
    if day.first is None or day.last is None:
        return None
    parts = partial.lstrip("-").split("-")
    if partial.startswith("---"):
        return day.first.day == int(parts[0]) if day.first == day.last else None
    if parts[0].startswith("Q"):
        quarter = (day.first.month - 1) // 3 + 1
        return quarter == int(parts[0][1:]) if day.granularity in ("quarter", "month", "day") else None
    if day.granularity not in ("day", "month"):
        return None
    if day.first.month != int(parts[0]):
        return False
    if len(parts) == 1:
        return True
    return day.first.day == int(parts[1]) if day.first == day.last else None


def _bounds(span: DateSpan) -> tuple[int, int]:
    assert span.first is not None
    assert span.last is not None
    low, high = span.first.toordinal(), span.last.toordinal()
    far = 10_000_000
    if span.qualifier is Qualifier.LESS_THAN:
        return -far, low - 1
    if span.qualifier is Qualifier.AT_MOST:
        return -far, high
    if span.qualifier is Qualifier.AT_LEAST:
        return low, far
    if span.qualifier is Qualifier.MORE_THAN:
        return high + 1, far
    return low, high


def compare_dates(claimed: DateSpan, found: DateSpan) -> Relation:
    """Say what a found date means for a claimed one.

    SAME: the same days. COMPATIBLE: the claim follows, being coarser or bounded (2025年 from
    2025年12月3日, "before 1957" from 1956). OPEN: the source is coarser than the claim.
    """
    if claimed.first is None or found.first is None:
        return _compare_partial(claimed, found)
    if (claimed.first, claimed.last) == (found.first, found.last) and claimed.qualifier == found.qualifier:
        return Relation.SAME
    if claimed.key == found.key and claimed.granularity == found.granularity == "fiscal_year":
        return Relation.SAME
    plain = (Qualifier.EXACT, Qualifier.ABOUT)
    if (
        (claimed.first, claimed.last) == (found.first, found.last)
        and claimed.qualifier in plain
        and found.qualifier in plain
    ):
        return Relation.SAME
    low, high = _bounds(claimed)
    other_low, other_high = _bounds(found)
    if low <= other_low and other_high <= high:
        return Relation.COMPATIBLE
    return Relation.DIFFERENT if other_high < low or high < other_low else Relation.OPEN


def _compare_partial(claimed: DateSpan, found: DateSpan) -> Relation:
    if claimed.key == found.key:
        return Relation.SAME
    if claimed.key.startswith("--") and found.first is not None:
        agrees = _partial_agrees(claimed.key, found)
        return Relation.OPEN if agrees is None else Relation.COMPATIBLE if agrees else Relation.DIFFERENT
    if found.key.startswith("--") and claimed.first is not None:
        agrees = _partial_agrees(found.key, claimed)
        return Relation.DIFFERENT if agrees is False else Relation.OPEN
    if claimed.key.startswith("--") and found.key.startswith("--"):
        if found.key.startswith(claimed.key + "-"):
            return Relation.COMPATIBLE
        return Relation.OPEN if claimed.key.startswith(found.key + "-") else Relation.DIFFERENT
    if claimed.key.startswith("bc-") or found.key.startswith("bc-"):
        return Relation.INCOMPARABLE if claimed.relative or found.relative else Relation.DIFFERENT
    return Relation.INCOMPARABLE
