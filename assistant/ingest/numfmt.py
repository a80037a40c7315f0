"""Numbers and dates of spreadsheet cells as Excel shows them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from assistant.text.patterns import lazy_pattern

BUILTIN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: "ge.m.d", 28: 'ggge"年"m"月"d"日"', 29: 'ggge"年"m"月"d"日"',
    30: "m/d/yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"時"mm"分"', 33: 'h"時"mm"分"ss"秒"', 34: 'yyyy"年"m"月"',
    35: 'm"月"d"日"', 36: "ge.m.d", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@", 50: "ge.m.d",
    51: 'ggge"年"m"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'ggge"年"m"月"d"日"', 55: 'yyyy"年"m"月"',
    56: 'm"月"d"日"', 57: "ge.m.d", 58: 'ggge"年"m"月"d"日"',
}  # fmt: skip
"""Formats known by number alone (ECMA-376 part 1, 18.8.30; 27 to 58 as Japanese Excel has them)."""

_TOKEN = lazy_pattern(
    r"""\[\$(?P<currency>[^\]\-]*)(?:-[^\]]*)?\] | \[(?P<elapsed>h+|m+|s+)\] | \[[^\]]*\]  # currency; elapsed; colour, condition
      | "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | _. | \*.                                   # literals; widths and fillers
      | (?P<general>General) | (?P<half>AM/PM|A/P|午前/午後) | (?P<text>@)
      | (?P<exponent>E[+\-]0+) | (?P<date>y+|m+|d+|h+|s+(?:\.0+)?|g+|e+|a{3,4}|r+)
      | (?P<digits>[0#?](?:[0#?,.]*[0#?])?,*|[.][0#?]+) | (?P<percent>%) | (?P<other>.)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_ERAS = ((datetime(2019, 5, 1), "令和", "R"), (datetime(1989, 1, 8), "平成", "H"), (datetime(1926, 12, 25), "昭和", "S"),
         (datetime(1912, 7, 30), "大正", "T"), (datetime(1868, 1, 25), "明治", "M"))  # fmt: skip
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MAX_SERIAL = 2_958_466  # the day after 9999-12-31
_GENERAL_DIGITS = 11

Token = tuple[str, str]


def shown(value: Decimal, code: str, *, epoch_1904: bool = False) -> str:
    """A number as its format shows it.

    Args:
        value: The stored number; a date is days since the workbook's epoch.
        code: The format code: one to four sections between semicolons.
        epoch_1904: The workbook counts days from 1904-01-01.
    """
    sections = _sections(code)
    if len(sections) > 2 and value == 0:
        section = sections[2]
    elif len(sections) > 1 and value < 0:
        section, value = sections[1], -value
    else:
        section = sections[0]
    kinds = {kind for kind, _ in section}
    if not section:
        return ""
    if "date" in kinds or "elapsed" in kinds:
        dated = _dated(value, section, epoch_1904=epoch_1904)
        return dated if dated is not None else general(value)
    return _figure(value, section, negative_sign=len(sections) < 2 or section is not sections[1])


def is_date_code(code: str) -> bool:
    """Whether a format shows dates or times."""
    return any(kind in ("date", "elapsed") for kind, _ in _sections(code)[0])


def general(value: Decimal) -> str:
    """A number without a format: up to eleven digits, as in a cell that is wide enough."""
    if value == 0:
        return "0"
    if Decimal("1e-9") <= abs(value) < Decimal("1e11"):
        whole = len(str(abs(int(value))))
        rounded = value.quantize(Decimal(1).scaleb(-max(_GENERAL_DIGITS - whole - 1, 0)), ROUND_HALF_UP)
        text = f"{rounded:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if abs(value) < Decimal("1e20") and value == value.to_integral_value():
        return f"{value:.0f}"
    return f"{float(value):.6g}"


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[tuple[Token, ...], ...]:
    """The format's sections as tokens ``(kind, text)``."""
    sections: list[list[Token]] = [[]]
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup
        if kind is None:
            continue
        text = match[kind]
        if kind == "other" and text == ";":
            sections.append([])
        elif kind == "date" and text[0] in "rR":
            sections[-1].append(("date", "ge"))
        else:
            sections[-1].append((kind, text))
    return tuple(tuple(section) for section in sections)


def _figure(value: Decimal, section: tuple[Token, ...], *, negative_sign: bool) -> str:
    digits = [text for kind, text in section if kind == "digits"]
    if any(kind == "general" for kind, _ in section) or any(kind == "text" for kind, _ in section):
        own = {"general": general(value), "text": general(value)}
        return "".join(
            own.get(kind, text if kind in ("quoted", "escaped", "other", "currency") else "") for kind, text in section
        )
    if not digits:
        return _literals(section)
    pattern = "".join(digits)
    if any(kind == "other" and text == "/" for kind, text in section):
        return general(value)  # fractions: the figure says the same
    for kind, _ in section:
        if kind == "percent":
            value *= 100
    exponent = next((text for kind, text in section if kind == "exponent"), "")
    if exponent:
        number = f"{float(value):.{_decimals(pattern)}E}"
        mantissa, _, power = number.partition("E")
        sign = "-" if power.startswith("-") else "+" if exponent[1] == "+" else ""
        formatted = f"{mantissa}E{sign}{int(power[1:]):0{len(exponent) - 2}d}"
        return _placed(section, formatted)
    scale = len(pattern) - len(pattern.rstrip(","))
    pattern = pattern.rstrip(",")
    value = value.scaleb(-3 * scale)
    formatted = _grouped(abs(value), pattern)
    sign = "-" if value < 0 and negative_sign and formatted.strip("0.,") else ""
    return sign + _placed(section, formatted)


def _grouped(value: Decimal, pattern: str) -> str:
    whole, _, fraction = pattern.partition(".")
    decimals = len(re.findall(r"[0#?]", fraction))
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) if decimals < 28 else value
    text = f"{rounded:,f}" if "," in whole else f"{rounded:f}"
    left, _, right = text.partition(".")
    needed = whole.count("0")
    left = left.rjust(needed, "0") if left != "0" or needed else ""
    keep = len(re.sub(r"[#?]+$", "", re.sub(r"[^0#?]", "", fraction)))
    right = right[:keep] + right[keep:].rstrip("0")
    return left + ("." + right if right else "")


def _placed(section: tuple[Token, ...], formatted: str) -> str:
    """The formatted figure in its place among the literals."""
    parts: list[str] = []
    placed = False
    for kind, text in section:
        if kind == "digits":
            parts.append("" if placed else formatted)
            placed = True
        elif kind == "percent":
            parts.append("%")
        elif kind in ("quoted", "escaped", "other", "currency"):
            parts.append(text)
    return "".join(parts).strip()


def _literals(section: tuple[Token, ...]) -> str:
    return "".join(text for kind, text in section if kind in ("quoted", "escaped", "other", "currency")).strip()


def _decimals(pattern: str) -> int:
    return len(re.findall(r"[0#?]", pattern.partition(".")[2]))


def _dated(value: Decimal, section: tuple[Token, ...], *, epoch_1904: bool) -> str | None:
    """A date or time; None where the number is none."""
    try:
        if value < 0 or value >= _MAX_SERIAL:
            return None
        milliseconds = int((value * 86_400_000).to_integral_value(ROUND_HALF_UP))
    except (InvalidOperation, OverflowError):
        return None
    # Excel counts a 29 February 1900 that never was.
    epoch = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 30 if value >= 60 else 31)
    moment = epoch + timedelta(milliseconds=milliseconds)
    half_day = any(kind == "half" for kind, _ in section)
    smallest = any(kind == "date" and text[0] in "sS" for kind, text in section)
    if not smallest and moment.second >= 30 and moment.microsecond + moment.second * 1_000_000 >= 59_500_000:
        moment += timedelta(seconds=60 - moment.second)  # 9:00 stored as 8:59:59.99…
    parts: list[str] = []
    for index, (kind, text) in enumerate(section):
        if kind == "date":
            parts.append(_part(moment, text.lower(), _is_minute(section, index), half_day))
        elif kind == "elapsed":
            total = milliseconds // 1000
            parts.append(f"{total // {'h': 3600, 'm': 60, 's': 1}[text[0].lower()]:0{len(text)}d}")
        elif kind == "half":
            names = ("午前", "午後") if text.startswith("午") else ("A", "P") if len(text) == 3 else ("AM", "PM")
            parts.append(names[moment.hour >= 12])
        elif kind in ("quoted", "escaped", "other"):
            parts.append(text)
    return "".join(parts).strip()


def _is_minute(section: tuple[Token, ...], index: int) -> bool:
    """Whether an m stands for minutes: behind hours, or before seconds."""
    if section[index][1][0] not in "mM":
        return False
    times = [(kind, text[0].lower()) for kind, text in section[:index] if kind in ("date", "elapsed")]
    after = [text[0].lower() for kind, text in section[index + 1 :] if kind in ("date", "elapsed")]
    return bool((times and times[-1][1] == "h") or (after and after[0] == "s"))


def _part(moment: datetime, code: str, minute: bool, half_day: bool) -> str:
    letter, width = code[0], len(code)
    if letter == "y":
        return f"{moment.year:04d}" if width > 2 else f"{moment.year % 100:02d}"
    if letter == "m" and not minute:
        month = _MONTHS[moment.month - 1]
        return {1: str(moment.month), 2: f"{moment.month:02d}", 3: month[:3], 4: month, 5: month[0]}.get(width, month)
    if letter == "m":
        return f"{moment.minute:0{min(width, 2)}d}"
    if letter == "d":
        day = _DAYS[moment.weekday()]
        return {1: str(moment.day), 2: f"{moment.day:02d}", 3: day[:3]}.get(width, day)
    if letter == "a":
        return "月火水木金土日"[moment.weekday()] + ("曜日" if width == 4 else "")
    if letter == "h":
        hour = (moment.hour % 12 or 12) if half_day else moment.hour
        return f"{hour:0{min(width, 2)}d}"
    if letter == "s":
        whole, _, fraction = code.partition(".")
        tail = f".{moment.microsecond:06d}"[: len(fraction) + 1] if fraction else ""
        return f"{moment.second:0{min(len(whole), 2)}d}{tail}"
    return _era(moment, code)


def _era(moment: datetime, code: str) -> str:
    first, name, latin = next((era for era in _ERAS if moment >= era[0]), _ERAS[-1])
    year = moment.year - first.year + 1
    if code.startswith("g"):
        era = {1: latin, 2: name[0]}.get(len(code.rstrip("e")), name)
        return era + (str(year) if code.endswith("e") else "")
    return f"{year:0{min(len(code), 2)}d}"
