"""Dates as they are written in front matter and page heads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time

from assistant.text.patterns import lazy_pattern

_NUMERIC = lazy_pattern(
    r"""(?P<year>\d{4}) (?:[-/.](?P<month>\d{1,2}) (?:[-/.](?P<day>\d{1,2}))?)?
        (?:(?:[Tt]|\s+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?)?
        \s*(?P<zone>[Zz]|UTC|GMT|JST|[+-]\d{2}(?::?\d{2})?)?""",
    re.VERBOSE,
)
_JAPANESE = lazy_pattern(
    r"""(?P<year>\d{4})年(?:\s*(?P<month>\d{1,2})月(?:\s*(?P<day>\d{1,2})日)?)?
        (?:\s*[（(][日月火水木金土][）)])?
        (?:\s*(?P<hour>\d{1,2})(?:時|:)\s*(?P<minute>\d{1,2})分?)?
        \s*(?P<second>(?!))?(?P<zone>JST|[+-]\d{2}:?\d{2})?""",
    re.VERBOSE,
)
_ENGLISH = lazy_pattern(r"(?P<month>[A-Z][a-z]{2,8})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})")
_ENGLISH_DAY_FIRST = lazy_pattern(r"(?P<day>\d{1,2})\s+(?P<month>[A-Z][a-z]{2,8})\.?,?\s+(?P<year>\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_WIDTH = {ord(wide): narrow for wide, narrow in zip("０１２３４５６７８９：／－", "0123456789:/-", strict=True)}


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date in two forms: ``iso`` for sorting and filters, ``shown`` for the article's head."""

    iso: str
    shown: str


def parse_date(written: str) -> WrittenDate:
    """Read a date, with time and zone where given. Month and day may be missing.

    Raises:
        ValueError: It is not a date, or not one of the calendar.
    """
    text = written.strip()
    plain = text.translate(_FULL_WIDTH)
    try:
        return _parse(text, plain)
    except ValueError as exc:
        raise ValueError(
            f"{written!r} is not a date ({exc}); write it like 2025-12-03 or 2025-12-03 02:21 +0900"
        ) from exc


def _parse(text: str, plain: str) -> WrittenDate:
    if match := _NUMERIC.fullmatch(plain):
        return _from_parts(match.groupdict(), shown=None)
    if match := _JAPANESE.fullmatch(plain):
        return _from_parts(match.groupdict(), shown=text)
    match = _ENGLISH.fullmatch(plain) or _ENGLISH_DAY_FIRST.fullmatch(plain)
    if match and match["month"][:3].lower() in _MONTHS:
        month = _MONTHS.index(match["month"][:3].lower()) + 1
        return _from_parts({**match.groupdict(), "month": str(month)}, shown=text)
    raise ValueError("unknown form")


def _from_parts(parts: dict[str, str | None], *, shown: str | None) -> WrittenDate:
    year, month, day = (int(parts[name] or 0) for name in ("year", "month", "day"))
    hour, minute, second = (parts.get(name) for name in ("hour", "minute", "second"))
    date(year, month or 1, day or 1)  # the calendar decides, with its own message
    iso = f"{year:04d}" + (f"-{month:02d}" if month else "") + (f"-{day:02d}" if day else "")
    readable = iso
    if hour is not None and minute is not None:
        if not day:
            raise ValueError("a time needs a full date")
        moment = time(int(hour), int(minute), int(second or 0))
        zone = _zone(parts.get("zone"))
        iso += f"T{moment.isoformat()}{zone}"
        readable += f" {moment.hour:02d}:{moment.minute:02d}" + (f" (UTC{zone})" if zone else "")
    return WrittenDate(iso, shown or readable)


def _zone(written: str | None) -> str:
    """``+09:00`` for what stands behind a time; empty when nothing does."""
    if not written:
        return ""
    named = {"Z": "+00:00", "UTC": "+00:00", "GMT": "+00:00", "JST": "+09:00"}
    if written.upper() in named:
        return named[written.upper()]
    digits = written[1:].replace(":", "").ljust(4, "0")
    if int(digits[:2]) > 14 or int(digits[2:]) > 59:
        raise ValueError(f"time zone {written!r} does not exist")
    return f"{written[0]}{digits[:2]}:{digits[2:]}"
