"""Dates and periods in Japanese and English text, as spans of days.

``find_dates`` gives every date the days it covers: 2024年度 is 2024-04-01 to 2025-03-31. What cannot
be placed (12月3日 without a year, 紀元前221年) keeps a ``key`` that still compares.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.text.date_eras import ERAS, GREGORIAN_SINCE, LETTERS
from assistant.text.quantity_fold import Folded, fold
from assistant.text.quantity_numbers import kanji_value
from assistant.text.quantity_types import Qualifier, Relation
from assistant.text.units import match_unit


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


@dataclass(slots=True)
class _Found:
    start: int
    end: int
    first: date | None
    last: date | None
    granularity: str
    key: str = ""
    relative: bool = False


_K = "〇一二三四五六七八九十"
_ERA = "|".join(ERAS)
_YEAR = rf"(?:(?P<era>{_ERA})[ ]?(?P<ey>元|[0-9]{{1,2}}|[{_K}]{{1,3}})|(?<![0-9.,])(?P<y>[0-9]{{3,4}}|'[0-9]{{2}})|(?P<ky>[一二][{_K}]{{3}}|千[{_K}百]{{1,7}}|二千[{_K}]{{0,4}}))[ ]?"
_TAIL = (
    r"(?:[ ]?(?:第[ ]?)?(?P<q>[1-4一二三四])[ ]?(?:四半期|Q)"
    r"|[ ]?(?P<half>上半期|下半期|上期|下期|前半|後半|上半|下半)"
    r"|[ ]?の?(?P<season>春|夏|秋|冬)(?![0-9一-鿿])"
    r"|[ ]?の?(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]|正)[ ]?月(?!間)(?:[ ]?(?P<d>3[01]|[12][0-9]|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])[ ]?日(?![間目本]))?)?"
)
_JA_YEAR = re.compile(
    rf"(?:(?P<bc>紀元前|西暦|前)[ ]?)?{_YEAR}(?P<decade>年代)?(?(decade)(?P<dhalf>前半|後半)?|年(?P<fy>度)?(?!間|余|以上|ぶり|後|前(?!半)|連続|生|来|未満|以内|目|周|ほど|もの|分)(?:\((?:{_ERA})(?:元|[0-9{_K}]{{1,3}})年\))?{_TAIL})"
)
_JA_MONTH = re.compile(
    rf"(?<![0-9{_K}.,数何])(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?![間面])(?:(?P<d>3[01]|[12][0-9]|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])日(?![間目本]))?"
)
_JA_DAY = re.compile(
    r"(?<![0-9一-十月数何第.,-])(?P<d>3[01]|[12][0-9]|0?[1-9])日(?=[、,にか]|午|夜|朝|夕|未明|付|発|時点|現在|\((?:[月火水木金土日]\)|[^)]{0,6}時間))(?!に[わ1一]|から?[0-9]*日間|か[ら月]?[0-9])"
)
_JA_CENTURY = re.compile(
    rf"(?P<bc>紀元前|前)?(?P<c>[0-9]{{1,2}}|[{_K}]{{1,3}})世紀(?!間)(?P<half>前半|後半|初頭|末|半ば)?"
)
_JA_FY_QUARTER = re.compile(r"(?<![0-9.])(?P<y>[0-9]{4})年(?P<m>1[0-2]|[1-9])月期")
_JA_RELATIVE = {
    "一昨年": ("year", -2),
    "おととし": ("year", -2),
    "昨年度": ("fiscal_year", -1),
    "前年度": ("fiscal_year", -1),
    "今年度": ("fiscal_year", 0),
    "本年度": ("fiscal_year", 0),
    "来年度": ("fiscal_year", 1),
    "昨年": ("year", -1),
    "去年": ("year", -1),
    "前年": ("year", -1),
    "今年": ("year", 0),
    "本年": ("year", 0),
    "来年": ("year", 1),
    "再来年": ("year", 2),
    "先月": ("month", -1),
    "前月": ("month", -1),
    "今月": ("month", 0),
    "来月": ("month", 1),
    "先週": ("week", -1),
    "今週": ("week", 0),
    "来週": ("week", 1),
    "一昨日": ("day", -2),
    "おととい": ("day", -2),
    "昨日": ("day", -1),
    "今日": ("day", 0),
    "本日": ("day", 0),
    "明日": ("day", 1),
    "前四半期": ("quarter", -1),
    "今四半期": ("quarter", 0),
    "来四半期": ("quarter", 1),
}
_JA_NEAR = {
    "同年": ("year", 0),
    "翌年": ("year", 1),
    "同月": ("month", 0),
    "翌月": ("month", 1),
    "同日": ("day", 0),
    "翌日": ("day", 1),
}
_JA_WORDS = re.compile("|".join(sorted([*_JA_RELATIVE, *_JA_NEAR], key=len, reverse=True)))
_MONTHS = {
    name: index
    for index, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
_MONTH = (
    r"(?P<mon>Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?|"
    r"Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)(?![A-Za-z])"
)
_EN_MONTH = re.compile(
    rf"(?:(?<![0-9A-Za-z.,$])(?P<d1>3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th)?[ -](?:of[ ])?|(?<![A-Za-z0-9])(?P<mod>(?:in|since|until|by|of|early|late|mid|last|this|next|during|from|to|between|and|before|after)[ -])?){_MONTH}"
    r"(?:[ -](?P<d2>3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th)?(?![0-9A-Za-z:%]|[.,][0-9]))?(?:(?:[ ]?,)?[ -](?P<y>[12][0-9]{3})(?![0-9]|[.,][0-9]))?"
)
_ISO = re.compile(
    r"(?<![0-9A-Za-z./:-])(?:(?P<y>[12][0-9]{3})(?P<sep>[-/.])(?P<m>0?[1-9]|1[0-2])(?:(?P=sep)(?P<d>3[01]|[12][0-9]|0?[1-9]))?"
    r"|(?P<l>[MTSHR])(?P<ly>[0-9]{1,2})[./-](?P<lm>0?[1-9]|1[0-2])[./-](?P<ld>3[01]|[12][0-9]|0?[1-9])"
    r"|(?P<a>[0-9]{1,2})/(?P<b>[0-9]{1,2})/(?P<uy>[12][0-9]{3})"
    r"|(?P<jm>1[0-2]|0?[1-9])/(?P<jd>3[01]|[12][0-9]|0?[1-9])(?=[ ]?\([月火水木金土日]\)))(?![0-9A-Za-z]|[-/.:][0-9])"
)
_EN_WORDS = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?:Q(?P<q>[1-4])|(?P<qw>[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth)[ -]quarter)(?:(?:[ ]of)?[ ,-]{1,2}(?:fiscal[ ])?(?P<qy>(?:FY[ ]?)?[12][0-9]{3}))?"
    r"|(?P<hw>[Ff]irst|[Ss]econd)[ ]half[ ]of[ ](?P<hy>[12][0-9]{3})"
    r"|(?P<qy2>[12][0-9]{3})[ ]?Q(?P<q2>[1-4])"
    r"|(?:FY[ ']?|[Ff]iscal[ ](?:year[ ])?)(?P<fy>[12][0-9]{3}|[0-9]{2})"
    r"|(?P<dec>[12][0-9]{2}0)'?s"
    r"|(?P<cen>[0-9]{1,2})(?:st|nd|rd|th)[ -][Cc]entur(?:y|ies)(?P<cbc>[ ]B\.?C\.?)?"
    r"|(?P<bc>[0-9]{1,4})[ ]?B\.?C\.?(?:E\.?)?|A\.?D\.?[ ](?P<ad>[0-9]{1,4})"
    r"|(?P<rel>[Ll]ast|[Tt]his|[Nn]ext|[Tt]he previous)[ ](?P<unit>year|quarter|month|week)|(?P<day>[Yy]esterday|[Tt]oday|[Tt]omorrow)"
    r"|(?P<season>[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter)[ ](?:of[ ])?(?P<sy>[12][0-9]{3})"
    r")(?![A-Za-z0-9])"
)
_BARE = re.compile(
    r"(?<![0-9A-Za-z_.,:/$€£¥₩#+*×=-])(?<!-)(?P<y>[12][0-9]{3})(?:(?P<dash>-)(?P<y2>[12][0-9]{3}|[0-9]{2})(?![0-9]))?(?!-?[0-9A-Za-z_%°$€£¥]|[.,:/][0-9]|[万億兆千百])"
)
_SECOND = re.compile(r"(?<=[0-9]{4}-)(?P<y>[12][0-9]{3})(?![0-9A-Za-z%]|[.,:/-][0-9])")
_YEAR_CUES = re.compile(
    r"(?:\b(?:in|since|from|until|till|by|circa|ca?\.|of|during|before|after|year|early|late|mid|between|and|to|born|died|around|about|through|b\.|d\.)[ ]|\()$",
    re.IGNORECASE,
)
_SCALE_WORD = re.compile(r"[ ](?:hundred|thousand|million|billion|trillion)(?![a-z])", re.IGNORECASE)
_QUARTER_WORDS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_SEASONS = {"春": 3, "夏": 6, "秋": 9, "冬": 12, "spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_CENTURY_PARTS = {"前半": (0, 49), "後半": (50, 99), "初頭": (0, 19), "末": (80, 99), "半ば": (30, 69)}
_KANA = re.compile(r"[぀-ヿ一-鿿]")


def _number(token: str) -> int | None:
    if token.isdigit() and token.isascii():
        return int(token)
    value = kanji_value(token)
    return None if value is None else int(value)


def _period(granularity: str, year: int, month: int = 1, day: int = 1) -> tuple[date, date] | None:
    """First and last day of the period that begins with the given day, or None where no such day exists."""
    lengths = {
        "month": 1,
        "quarter": 3,
        "season": 3,
        "half": 6,
        "year": 12,
        "fiscal_year": 12,
        "decade": 120,
        "century": 1200,
    }
    try:
        first = date(year, month, day)
        if granularity == "day":
            return first, first
        if granularity == "week":
            first -= timedelta(days=first.weekday())
            return first, first + timedelta(days=6)
        months = year * 12 + month - 1 + lengths[granularity] - 1
        return first, date(months // 12, months % 12 + 1, monthrange(months // 12, months % 12 + 1)[1])
    except (ValueError, OverflowError):  # 31 February, the year 0, the week before the first
        return None


def _found(
    match: re.Match[str], granularity: str, year: int, month: int = 1, day: int = 1, key: str = ""
) -> _Found | None:
    period = _period(granularity, year, month, day)
    if period is None:
        return None
    return _Found(match.start(), match.end(), period[0], period[1], granularity, key)


def _ja_year(match: re.Match[str], text: str, last: date | None) -> _Found | None:
    group = match.groupdict()
    lunar = False
    if group["era"]:
        if group["decade"]:
            number = _number(group["ey"])
        else:
            number = 1 if group["ey"] == "元" else _number(group["ey"])
        if number is None:
            return None
        year = ERAS[group["era"]] + number - 1 if not group["decade"] else ERAS[group["era"]] + number - 1
        lunar = year < GREGORIAN_SINCE
    else:
        token = (group["y"] or group["ky"]).lstrip("'")
        number = _number(token)
        if number is None or not number:
            return None
        year = number + (1900 if number > 40 else 2000) if group["y"] and group["y"][0] == "'" else number
        if group["bc"] != "西暦" and group["bc"] is None and len(token) == 3 and number % 50 == 0 and not group["m"]:
            return None  # 100年 is a length of time; 794年 is a date
        if number == 1000 and not group["m"]:
            return None
    if group["bc"] in ("紀元前", "前"):
        if group["bc"] == "前" and len(group["y"] or "") == 4:
            return None
        return _Found(match.start(), match.end(), None, None, "year", f"bc-{year:04d}")
    if group["decade"]:
        found = _found(match, "decade", year)
        if found is not None and group["dhalf"] and found.first and found.last:
            middle = date(found.first.year + 5, 1, 1)
            if group["dhalf"] == "前半":
                found.last = middle - timedelta(days=1)
            else:
                found.first = middle
            found.key = f"{year}s-{group['dhalf']}"
        return found
    start_month = 4 if group["fy"] else 1
    if group["q"]:
        quarter = _number(group["q"]) or 1
        months = start_month - 1 + (quarter - 1) * 3
        return _found(match, "quarter", year + months // 12, months % 12 + 1)
    if group["half"]:
        months = start_month - 1 + (6 if group["half"][0] in "下後" else 0)
        return _found(match, "half", year + months // 12, months % 12 + 1)
    if group["season"]:
        return _found(match, "season", year, _SEASONS[group["season"]])
    if group["fy"]:
        return _found(match, "fiscal_year", year, 4, key=f"FY{year}")
    if group["m"] and not lunar:
        month = 1 if group["m"] == "正" else _number(group["m"])
        day = _number(group["d"]) if group["d"] else None
        found = _found(match, "day" if day else "month", year, month or 1, day or 1)
        return found or _found(match, "month", year, month or 1)
    return _found(match, "year", year)


def _month_day(match: re.Match[str], month: int, day: int | None, anchor: date | None) -> _Found | None:
    if anchor is not None:
        found = _found(match, "day" if day else "month", anchor.year, month, day or 1)
        if found is not None:
            return found
    if day and day > monthrange(2024, month)[1]:
        return None
    key = f"--{month:02d}-{day:02d}" if day else f"--{month:02d}"
    return _Found(match.start(), match.end(), None, None, "day" if day else "month", key)


def _century(match: re.Match[str], number: int | None, bc: bool, half: str | None = None) -> _Found | None:
    if not number:
        return None
    if bc:
        return _Found(match.start(), match.end(), None, None, "century", f"bc-c{number:02d}")
    found = _found(match, "century", (number - 1) * 100 + 1)
    if found is not None and half and found.first is not None:
        low, high = _CENTURY_PARTS[half]
        begin = (number - 1) * 100 + 1
        found.first, found.last = date(begin + low, 1, 1), date(begin + high, 12, 31)
        found.key = f"c{number}-{half}"
    return found


def _shift(granularity: str, offset: int, anchor: date) -> tuple[date, date] | None:
    try:
        if granularity in ("day", "week"):
            day = anchor + timedelta(days=offset * (7 if granularity == "week" else 1))
            return _period(granularity, day.year, day.month, day.day)
        if granularity == "year":
            return _period("year", anchor.year + offset)
        if granularity == "fiscal_year":
            return _period("fiscal_year", anchor.year - (anchor.month < 4) + offset, 4)
        length = 3 if granularity == "quarter" else 1
        months = anchor.year * 12 + (anchor.month - 1) // length * length + offset * length
        return _period(granularity, months // 12, months % 12 + 1)
    except OverflowError:
        return None


def _relative(match: re.Match[str], granularity: str, offset: int, anchor: date | None) -> _Found:
    period = _shift(granularity, offset, anchor) if anchor is not None else None
    first, last = period or (None, None)
    key = f"{granularity}{offset:+d}" if first is None else ""
    return _Found(match.start(), match.end(), first, last, granularity, key, True)


def _iso(match: re.Match[str], text: str, anchor: date | None) -> _Found | None:
    group = match.groupdict()
    if group["y"]:
        if group["d"] is None:
            # 2019-20 and 3.12 style tokens: only 2024-12 and 2024/12 name a month.
            if group["sep"] == "." or (len(group["m"]) < 2 and group["sep"] == "-"):
                return None
            return _found(match, "month", int(group["y"]), int(group["m"]))
        return _found(match, "day", int(group["y"]), int(group["m"]), int(group["d"]))
    if group["l"]:
        return _found(match, "day", LETTERS[group["l"]] + int(group["ly"]) - 1, int(group["lm"]), int(group["ld"]))
    if group["uy"]:
        month, day = int(group["a"]), int(group["b"])
        if month > 12:
            month, day = day, month
        return _found(match, "day", int(group["uy"]), month, day) if 1 <= month <= 12 and day else None
    return _month_day(match, int(group["jm"]), int(group["jd"]), anchor)


def _english_month(match: re.Match[str], anchor: date | None) -> _Found | None:
    group = match.groupdict()
    day = group["d1"] or group["d2"]
    name = group["mon"]
    if not day and not group["y"] and (not group["mod"] or name in ("Mar", "Jan", "Sep", "Sept")):
        return None
    if (
        name in ("May", "March")
        and not group["y"]
        and not day
        and (group["mod"] or "").lower() in ("to ", "and ", "of ")
    ):
        return None
    month = _MONTHS[name[:3].lower()]
    start = match.start("d1") if group["d1"] else match.start("mon")
    number = int(day) if day else None
    if group["y"]:
        found = _found(match, "day" if number else "month", int(group["y"]), month, number or 1)
    else:
        found = _month_day(match, month, number, anchor)
    if found is not None:
        found.start = start
    return found


def _english(match: re.Match[str], text: str, anchor: date | None) -> _Found | None:
    group = match.groupdict()
    quarter = int(group["q"] or group["q2"] or _QUARTER_WORDS.get((group["qw"] or "").lower(), 0))
    if quarter:
        year = group["qy"] or group["qy2"]
        if year:
            return _found(match, "quarter", int(year[-4:]), quarter * 3 - 2)
        if anchor is not None:
            return _found(match, "quarter", anchor.year, quarter * 3 - 2)
        return _Found(match.start(), match.end(), None, None, "quarter", f"--Q{quarter}")
    if group["hy"]:
        return _found(match, "half", int(group["hy"]), 1 if group["hw"].lower() == "first" else 7)
    if group["fy"]:
        year = int(group["fy"]) + (2000 if len(group["fy"]) == 2 else 0)
        # A Japanese fiscal year runs from April; elsewhere its bounds are the company's, so the calendar year stands in.
        return _found(match, "fiscal_year", year, 4 if _KANA.search(text) else 1, key=f"FY{year}")
    if group["dec"]:
        return _found(match, "decade", int(group["dec"]))
    if group["cen"]:
        return _century(match, int(group["cen"]), bool(group["cbc"]))
    if group["bc"]:
        return _Found(match.start(), match.end(), None, None, "year", f"bc-{int(group['bc']):04d}")
    if group["ad"]:
        return _found(match, "year", int(group["ad"]))
    if group["season"]:
        return _found(match, "season", int(group["sy"]), _SEASONS[group["season"].lower()])
    if group["day"]:
        return _relative(match, "day", {"yesterday": -1, "today": 0, "tomorrow": 1}[group["day"].lower()], anchor)
    offset = {"last": -1, "this": 0, "next": 1, "the previous": -1}[group["rel"].lower()]
    return _relative(match, group["unit"], offset, anchor)


def _bare_year(match: re.Match[str], text: str) -> _Found | None:
    year = int(match["y"])
    cued = _YEAR_CUES.search(text, max(0, match.start() - 9), match.start()) is not None
    if not (1000 <= year <= 2200 if cued else 1800 <= year <= 2099):
        return None
    end = match.end()
    if _SCALE_WORD.match(text, end) or text[max(0, match.start() - 4) : match.start()] in ("USD ", "JPY ", "US$ "):
        return None
    space = end < len(text) and text[end] in " \xa0"
    unit = match_unit(text, end + space)
    if unit is not None and not (unit[0].dimension.startswith("count") and cued and _KANA.search(text) is None):
        # "2000 people", "1850 m"; but "in 1998 games were held" is rare enough to be a year
        if not space or unit[0].dimension != "time":
            return None
    if match["y2"]:
        second = int(match["y2"]) if len(match["y2"]) == 4 else year // 100 * 100 + int(match["y2"])
        if len(match["y2"]) == 2:
            if second != year + 1 and not (year < second <= year + 20):
                return None
            first, last = _period("year", year), _period("year", second)
            return _Found(match.start(), end, first[0], last[1], "year", f"{year}-{second}") if first and last else None
        end = match.end("y")
    found = _found(match, "year", year)
    if found is not None:
        found.end = end
    return found


def _candidates(text: str, anchor: date | None) -> Iterator[_Found | None]:
    if not text.isascii() and _KANA.search(text):
        if "年" in text:
            yield from (_ja_year(match, text, anchor) for match in _JA_YEAR.finditer(text))
        if "月" in text:
            for match in _JA_MONTH.finditer(text):
                month, day = _number(match["m"]), _number(match["d"]) if match["d"] else None
                yield _month_day(match, month, day, anchor) if month else None
        if "世紀" in text:
            yield from (_century(m, _number(m["c"]), bool(m["bc"]), m["half"]) for m in _JA_CENTURY.finditer(text))
        for match in _JA_DAY.finditer(text):
            day = int(match["d"])
            found = _found(match, "day", anchor.year, anchor.month, day) if anchor else None
            yield found or _Found(match.start(), match.end(), None, None, "day", f"---{day:02d}")
        for match in _JA_WORDS.finditer(text):
            if match.group() in _JA_RELATIVE:
                yield _relative(match, *_JA_RELATIVE[match.group()], anchor)
            else:
                yield _Found(match.start(), match.end(), None, None, "near", match.group(), True)
    yield from (_iso(match, text, anchor) for match in _ISO.finditer(text))
    yield from (_english_month(match, anchor) for match in _EN_MONTH.finditer(text))
    yield from (_english(match, text, anchor) for match in _EN_WORDS.finditer(text))
    yield from (_bare_year(match, text) for match in _BARE.finditer(text))
    yield from (_found(match, "year", int(match["y"])) for match in _SECOND.finditer(text))


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
_BEFORE = re.compile(
    r"(?P<lt>before|prior to|earlier than)|(?P<gt>after|later than)|(?P<ge>since|as of|from|starting(?: in)?)|(?P<le>by|until|till)|(?P<ab>around|about|circa|c\.|ca\.)",
    re.IGNORECASE,
)
_BEFORE_END = re.compile(
    rf"(?:^|[^A-Za-z])(?:{_BEFORE.pattern})[ ](?:the[ ])?(?:year[ ]|early[ ]|late[ ])?$", re.IGNORECASE
)
_BOUNDS = {
    "lt": Qualifier.LESS_THAN,
    "gt": Qualifier.MORE_THAN,
    "ge": Qualifier.AT_LEAST,
    "le": Qualifier.AT_MOST,
    "ab": Qualifier.ABOUT,
}


def _qualifier(text: str, found: _Found) -> Qualifier:
    tail = text[found.end : found.end + 3]
    for word, qualifier in _SUFFIXES:
        if tail.startswith(word):
            return qualifier
    if found.start and text[found.start - 1] == " ":
        match = _BEFORE_END.search(text, max(0, found.start - 24), found.start)
        if match is not None and match.lastgroup is not None:
            return _BOUNDS[match.lastgroup]
    return Qualifier.EXACT


def find_folded(folded: Folded, anchor: date | None = None) -> list[_Found]:
    """Dates of folded text in order, without overlaps; the longest reading at a place wins."""
    found = [item for item in _candidates(folded.text, anchor) if item is not None]
    found.sort(key=lambda item: (item.start, -item.end))
    kept: list[_Found] = []
    last: date | None = None
    for item in found:
        if kept and item.start < kept[-1].end:
            continue
        if item.granularity == "near":
            granularity, offset = _JA_NEAR[item.key]
            item.granularity = granularity
            period = _shift(granularity, offset, last) if last is not None else None
            item.first, item.last = period or (None, None)
        elif item.first is not None:
            last = item.first
        kept.append(item)
    return kept


def find_dates(text: str, *, anchor: date | None = None) -> tuple[DateSpan, ...]:
    """Find dates and periods.

    Args:
        text: Any text; offsets of the result are into it.
        anchor: The day the text was published; gives 昨年 and 12月3日 their year.

    Returns:
        Spans in order, never overlapping. Relative words without an anchor have no ``first``.
    """
    folded = fold(text)
    spans = []
    for item in find_folded(folded, anchor):
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
    return tuple(spans)


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
