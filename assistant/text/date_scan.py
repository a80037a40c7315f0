"""Finding dates in width-folded text.

One pass over digit runs, one over kanji numbers, one over month names and one over words; each only
triggers, the grammar is matched in place. That is what keeps reading dates at megabytes a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from assistant.text.date_eras import ERAS, GREGORIAN_SINCE, LETTERS
from assistant.text.date_periods import ScannedDate, dated, month_day, period, relative, shift, undated
from assistant.text.patterns import lazy_pattern
from assistant.text.quantity_numbers import kanji_value
from assistant.text.units import match_unit

_K = "〇一二三四五六七八九十"
_DAY = r"3[01]|[12][0-9]|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九]"
_MONTH_NUMBER = r"1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]"
_MONTH_DAY = rf"(?P<m>{_MONTH_NUMBER}|正)[ ]?月(?![間面])(?:[ ]?(?P<d>{_DAY})[ ]?日(?![間目本]))?"
# What may stand between the number of a Japanese year and the rest of the date.
_YEAR_TAIL = lazy_pattern(
    r"[ ]?年(?:(?P<decade>代)(?P<dhalf>前半|後半)?|(?P<fy>度)?"
    r"(?!間|余|以上|ぶり|後(?!半|期)|前(?!半|期)|連続|連[勝覇敗]|生(?!ま)|来|未満|以内|目|周|ほど|もの|分|物|とも|近く|半[、のでを]|度目|弱|強|足らず)"
    rf"(?:\((?:[一-鿿]{{2}}(?:元|[0-9{_K}]{{1,3}})|[0-9]{{3,4}})年\))?"
    r"(?:[ ]?(?:第[ ]?)?(?P<q>[1-4一二三四])[ ]?(?:四半期|Q)"
    r"|[ ]?(?P<half>上半期|下半期|上期|下期|前半|後半|上半|下半)"
    r"|[ ]?の?(?P<season>春|夏|秋|冬)(?![0-9一-鿿])"
    rf"|[ ]?の?{_MONTH_DAY})?)"
)
_MONTH = lazy_pattern(_MONTH_DAY)
_DAY_ONLY = lazy_pattern(
    r"日(?=[、,にか]|午|夜|朝|夕|未明|付|発|時点|現在|\((?:[月火水木金土日]\)|[^)]{0,6}時間))(?!に[わ1一]|から?[0-9]*日間|か[ら月]?[0-9])"
)
_CENTURY = lazy_pattern(r"世紀(?!間|も|以上|未満|以内|超|近く|ぶり)(?P<half>前半|後半|初頭|末|半ば)?")
_CENTURY_PARTS = {"前半": (0, 49), "後半": (50, 99), "初頭": (0, 19), "末": (80, 99), "半ば": (30, 69)}
_RELATIVE_JA: dict[str, tuple[str, int]] = {
    "一昨年": ("year", -2),
    "おととし": ("year", -2),
    "昨年度": ("fiscal_year", -1),
    "前年度": ("fiscal_year", -1),
    "今年度": ("fiscal_year", 0),
    "本年度": ("fiscal_year", 0),
    "来年度": ("fiscal_year", 1),
    "再来年": ("year", 2),
    "昨年": ("year", -1),
    "去年": ("year", -1),
    "前年": ("year", -1),
    "今年": ("year", 0),
    "本年": ("year", 0),
    "来年": ("year", 1),
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
# These lean on the date mentioned before them, not on the day of publication.
_NEAR_JA = {"同年": ("year", 0), "翌年": ("year", 1), "同月": ("month", 0), "翌月": ("month", 1)}
_NEAR_JA |= {"同日": ("day", 0), "翌日": ("day", 1)}
_WORDS_JA = lazy_pattern("|".join(sorted([*_RELATIVE_JA, *_NEAR_JA], key=len, reverse=True)))
_KANJI_RUN = lazy_pattern(r"[〇一二三四五六七八九十百千元正]+(?=年|月|世紀)")
_DIGIT_RUN = lazy_pattern(r"[0-9]+")

_MONTHS = {
    name: index
    for index, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
_MONTH_TRIGGER = lazy_pattern("|".join(form for name in _MONTHS for form in (name.title(), name.upper())))
_MONTH_NAME = lazy_pattern(
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?|"
    r"Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?|JANUARY|FEBRUARY|MARCH|APRIL|MAY|JUNE|JULY|"
    r"AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER)(?![A-Za-z])"
    r"(?:[ -]?(?P<d>3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th)?(?![0-9A-Za-z:%]|[.,][0-9]))?"
    r"(?:(?:[ ]?,)?[ -](?:of[ ])?(?P<y>[12][0-9]{3})(?![0-9]|[.,][0-9]))?"
)
_DAY_BEFORE = lazy_pattern(r"(?<![0-9A-Za-z.,$])(?P<d>3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th)?[ -](?:of[ ])?$")
_MODIFIER = lazy_pattern(
    r"(?<![A-Za-z])(?P<mod>in|since|until|by|of|early|late|mid|last|this|next|during|from|to|between|and|before|after)[ -]$",
    re.IGNORECASE,
)
_ISO = lazy_pattern(
    r"(?:(?P<y>[12][0-9]{3})(?P<sep>[-/.])(?P<m>1[0-2]|0?[1-9])(?:(?P=sep)(?P<d>3[01]|[12][0-9]|0?[1-9]))?"
    r"|(?P<a>[0-9]{1,2})/(?P<b>[0-9]{1,2})/(?P<uy>[12][0-9]{3}|[0-9]{2})"
    r"|(?P<jm>1[0-2]|0?[1-9])/(?P<jd>3[01]|[12][0-9]|0?[1-9])(?=[ ]?\([月火水木金土日]\)))(?![0-9A-Za-z]|[-/.:][0-9])"
)
_LETTER_ERA = lazy_pattern(
    r"(?P<y>[0-9]{1,2})[./-](?P<m>1[0-2]|0?[1-9])[./-](?P<d>3[01]|[12][0-9]|0?[1-9])(?![0-9A-Za-z]|[-/.:][0-9])"
)
_AFTER_DIGITS = lazy_pattern(
    r"(?P<dec>'?s)(?![A-Za-z])|(?:st|nd|rd|th)[ -][Cc]entur(?:y|ies)(?P<cen>)(?P<cbc>[ ]B\.?C\.?)?|[ ]?B\.?C\.?(?:E\.?)?(?![A-Za-z])(?P<bc>)"
    r"|[ ]?Q(?P<q>[1-4])(?![0-9A-Za-z])"
)
_WORD_TRIGGER = lazy_pattern(
    "Q[1-4]|FY|Fiscal |fiscal |First|first|Second |Second-|second |second-|Third|third|Fourth|fourth|Last |last |This |this |Next |next |"
    "The previous |the previous |Yesterday|yesterday|Today|today|Tomorrow|tomorrow|AD |A.D. |Spring |spring |Summer |summer |Autumn |"
    "autumn |Fall |fall |Winter |winter "
)
_WORD = lazy_pattern(
    r"(?:Q(?P<q>[1-4])|(?P<qw>First|Second|Third|Fourth)[ -]quarter)(?:(?:[ ]of)?[ ,-]{1,2}(?:fiscal[ ](?:year[ ])?)?(?P<qy>(?:FY[ ]?)?[12][0-9]{3}))?(?![A-Za-z0-9])"
    r"|(?P<hw>First|Second)[ ]half[ ]of[ ](?P<hy>[12][0-9]{3})(?![A-Za-z0-9])"
    r"|(?:FY[ ']?|Fiscal[ ](?:year[ ])?)(?P<fy>[12][0-9]{3}|[0-9]{2})(?![A-Za-z0-9])"
    r"|A\.?D\.?[ ](?P<ad>[0-9]{1,4})(?![A-Za-z0-9])"
    r"|(?P<rel>Last|This|Next|The previous)[ ](?P<unit>year|quarter|month|week)(?![A-Za-z0-9])"
    r"|(?P<day>Yesterday|Today|Tomorrow)(?![A-Za-z0-9])"
    r"|(?P<season>Spring|Summer|Autumn|Fall|Winter)[ ](?:of[ ])?(?P<sy>[12][0-9]{3})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_YEAR_SPAN = lazy_pattern(r"[-/](?P<y>[12][0-9]{3}|[0-9]{2})(?![0-9A-Za-z%]|[.,:/-][0-9])")
_NO_YEAR_AFTER = lazy_pattern(
    r"-?[0-9A-Za-z_%°$€£¥]|[.,:/][0-9]|[ ]?[×x*][ ]?[0-9]|[万億兆千百]|[ ](?:hundred|thousand|million|billion|trillion)(?![a-z])"
)
_YEAR_CUE = lazy_pattern(
    r"(?:\b(?:in|since|from|until|till|by|circa|ca?\.|of|during|before|after|year|early|late|mid|between|and|to|born|died|around|"
    r"about|through|on|b\.|d\.)[ ]|\([ ]?)$",
    re.IGNORECASE,
)
_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_SEASONS = {"春": 3, "夏": 6, "秋": 9, "冬": 12, "spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_KANA = lazy_pattern(r"[぀-ヿ一-鿿]")


def _number(token: str) -> int | None:
    if token.isdigit() and token.isascii():
        return int(token)
    if token in ("元", "正"):
        return 1
    value = kanji_value(token) if "元" not in token and "正" not in token else None
    return None if value is None else int(value)


# ---------------------------------------------------------------- Japanese
def _ja_year(text: str, start: int, end: int) -> ScannedDate | None:
    """Read a year whose number is ``text[start:end]`` and which 年 follows, with its era and the rest."""
    tail = _YEAR_TAIL.match(text, end)
    if tail is None:
        return None
    token = text[start:end]
    number = _number(token)
    if not number:
        return None
    gap = start - 1 if start and text[start - 1] == " " else start
    era = ERAS.get(text[max(0, gap - 2) : gap])
    year, before_christ, lunar = number, False, False
    if era is not None and number < 100:
        start, year = gap - 2, era + number - 1
        lunar = year < GREGORIAN_SINCE
    elif (
        token == "元"
        or text[start - 1 : start] in ("第", "数", "何", "約")
        or text[max(0, start - 2) : start] in ("0.", "1.")
    ):
        return None
    elif start and text[start - 1] in "RHST" and number < 65 and not text[start - 2 : start - 1].isalnum():
        year, start = LETTERS[text[start - 1]] + number - 1, start - 1
    elif len(token) == 2 and text[start - 1 : start] == "'":
        start, year = start - 1, number + (1900 if number > 40 else 2000)
    else:
        if text.startswith("紀元前", max(0, start - 3)) and start >= 3:
            start, before_christ = start - 3, True
        elif text.startswith("西暦", max(0, start - 2)) and start >= 2:
            start -= 2
        elif (
            start
            and text[start - 1] == "前"
            and number < 1000
            and text[start - 2 : start - 1] not in ("年", "以", "の")
        ):
            start, before_christ = start - 1, True
        elif not 100 <= number <= 2999 or (start and text[start - 1] in ".,0123456789"):
            return None
        elif not token.isascii() and len(token) < 4:
            return None  # 百年, 千年: lengths of time
        elif ((number < 1000 and number % 50 == 0) or number == 1000) and not tail["m"] and not tail["decade"]:
            return None  # 100年 is a length of time; 794年 is a date
    stop = tail.end()
    if before_christ:
        return undated(start, stop, "decade" if tail["decade"] else "year", f"bc-{number:04d}")
    if tail["decade"]:
        if year % 10 and era is None:
            return None
        return _decade(start, stop, year, tail["dhalf"])
    offset = 3 if tail["fy"] else 0
    if tail["q"] or tail["half"]:
        offset += ((_number(tail["q"]) or 1) - 1) * 3 if tail["q"] else 6 * (tail["half"][0] in "下後")
        return dated(start, stop, "quarter" if tail["q"] else "half", year + offset // 12, offset % 12 + 1)
    if tail["season"]:
        return dated(start, stop, "season", year, _SEASONS[tail["season"]])
    if tail["fy"]:
        return dated(start, stop, "fiscal_year", year, 4, key=f"FY{year}")
    if tail["m"] and not lunar:
        month, day = _number(tail["m"]) or 1, _number(tail["d"]) if tail["d"] else None
        found = dated(start, stop, "day" if day else "month", year, month, day or 1)
        return found or dated(start, stop, "month", year, month)
    return dated(start, stop, "year", year)


def _decade(start: int, end: int, year: int, half: str | None) -> ScannedDate | None:
    found = dated(start, end, "decade", year)
    if found is not None and half:
        middle = date(year + 5, 1, 1)
        if half == "前半":
            found.last = middle - timedelta(days=1)
        else:
            found.first = middle
    return found


def _century(start: int, end: int, number: int, before_christ: bool, half: str | None = None) -> ScannedDate | None:
    if before_christ:
        return undated(start, end, "century", f"bc-c{number:02d}")
    begin = (number - 1) * 100 + 1
    found = dated(start, end, "century", begin) if 0 < number < 40 else None
    if found is not None and half:
        low, high = _CENTURY_PARTS[half]
        found.first, found.last = date(begin + low, 1, 1), date(begin + high, 12, 31)
    return found


def _ja_number(text: str, start: int, end: int, anchor: date | None) -> ScannedDate | None:
    """Read a date that begins with a number and goes on in Japanese."""
    space = text[end] == " "
    sign = text[end + space : end + space + 1]
    if sign == "年":
        return _ja_year(text, start, end)
    before = text[start - 1 : start]
    if sign == "月" and (before not in tuple(_K + "百.,数何") or not before):
        match = _MONTH.match(text, start)
        if match is None:
            return None
        month = _number(match["m"])
        return (
            month_day(start, match.end(), month, _number(match["d"]) if match["d"] else None, anchor) if month else None
        )
    if sign == "日" and not space and 1 <= end - start <= 2 and before not in tuple("月数何第.,-~"):
        match, day = _DAY_ONLY.match(text, end), int(text[start:end]) if text[start:end].isascii() else 0
        if match is None or not 1 <= day <= 31:
            return None
        found = dated(start, match.end(), "day", anchor.year, anchor.month, day) if anchor is not None else None
        return found or undated(start, match.end(), "day", f"---{day:02d}")
    if sign == "世" and not space and text[start:end] != "一":
        match, number = _CENTURY.match(text, end), _number(text[start:end])
        if match is None or not number:
            return None
        ancient = text.endswith(("紀元前", "前"), 0, start)
        begin = start - (3 if text.endswith("紀元前", 0, start) else 1 if ancient else 0)
        return _century(begin, match.end(), number, ancient, match["half"])
    return None


# ---------------------------------------------------------------- digits
def _western_number(text: str, start: int, end: int, anchor: date | None) -> ScannedDate | None:
    """Read ISO and US dates, bare years, 1980s, 19th century, 221 BC at a run of digits."""
    before = text[start - 1 : start]
    length = end - start
    after = text[end : end + 1]
    if before and before in "MTSHR" and length <= 2 and not text[start - 2 : start - 1].isalnum():
        match = _LETTER_ERA.match(text, start)
        if match is not None:
            year = LETTERS[before] + int(match["y"]) - 1
            return dated(start - 1, match.end(), "day", year, int(match["m"]), int(match["d"]))
    if before and (
        (before in "./:-" and text[start - 2 : start - 1].isalnum() and before != "-")
        or (before.isascii() and before.isalpha())
    ):
        return None
    if after and after in "-/.":
        match = _ISO.match(text, start) if before != "-" or not text[start - 2 : start - 1].isdigit() else None
        found = _iso(match, anchor) if match is not None else None
        if found is not None:
            return found
    if after and after in "'sstnr BQ" and length <= 4:
        match = _AFTER_DIGITS.match(text, end)
        if match is not None:
            number = int(text[start:end])
            if match["dec"] and length == 4 and number % 10 == 0 and 1000 <= number <= 2100:
                return dated(start, match.end(), "decade", number)
            if match["cen"] is not None and length <= 2:
                return _century(start, match.end(), number, bool(match["cbc"]))
            if match["bc"] is not None:
                return undated(start, match.end(), "year", f"bc-{number:04d}")
            if match["q"] and length == 4:
                return dated(start, match.end(), "quarter", number, int(match["q"]) * 3 - 2)
    if length != 4 or text[start] not in "12" or (before and before in "_.,:/$€£¥₩#+*×="):
        return None
    return _bare_year(text, start, end)


def _iso(match: re.Match[str], anchor: date | None) -> ScannedDate | None:
    start, end = match.span()
    if match["y"]:
        if match["d"] is None:
            # 2019-20 and 2024.1 are a season and a version; 2024-12 and 2024/12 name a month.
            if match["sep"] == "." or len(match["m"]) < 2:
                return None
            return dated(start, end, "month", int(match["y"]), int(match["m"]))
        return dated(start, end, "day", int(match["y"]), int(match["m"]), int(match["d"]))
    if match["uy"]:
        month, day = int(match["a"]), int(match["b"])
        if month > 12:
            month, day = day, month
        year = int(match["uy"]) + (0 if len(match["uy"]) == 4 else 2000 if int(match["uy"]) < 60 else 1900)
        return dated(start, end, "day", year, month, day) if 1 <= month <= 12 and day else None
    return month_day(start, end, int(match["jm"]), int(match["jd"]), anchor)


def _bare_year(text: str, start: int, end: int) -> ScannedDate | None:
    year = int(text[start:end])
    second = text[start - 1 : start] == "-" and text[start - 5 : start - 1].isdigit()  # 1939-1945
    if text[start - 1 : start] == "-" and not second:
        return None
    cued = second or _YEAR_CUE.search(text, max(0, start - 9), start) is not None
    if not (1000 <= year <= 2200 if cued else 1800 <= year <= 2099):
        return None
    if text.endswith(
        ("USD ", "JPY ", "US$ ", "$ ", "¥ ", "€ ", "£ ", "EUR ", "GBP ", "約", "~"), max(0, start - 4), start
    ):
        return None
    span = _YEAR_SPAN.match(text, end)
    if span is not None:
        other = int(span["y"]) if len(span["y"]) == 4 else year // 100 * 100 + int(span["y"])
        close = (
            other == year + 1
            if span.group()[0] == "/" or (len(span["y"]) == 2 and year % 100 < 12)
            else year < other <= year + 30
        )
        if len(span["y"]) == 2 or span.group()[0] == "/":
            first, last = period("year", year), period("year", other)
            if not close or first is None or last is None:
                return None
            return ScannedDate(start, span.end(), first[0], last[1], "year", f"{year}-{other}")
        if other < 1000 or other > 2200:
            return None
        return dated(start, end, "year", year)
    if _NO_YEAR_AFTER.match(text, end):
        return None
    space = text[end : end + 1] in (" ",)
    unit = match_unit(text, end + space)
    # "2000 people" and "1850 m" are amounts; "in 1998 games were held" is a year.
    if unit is not None and not (cued and space and unit[0].dimension.startswith("count") and text[end + 1].isascii()):
        return None
    return dated(start, end, "year", year)


# ---------------------------------------------------------------- English
def _english_month(text: str, position: int, anchor: date | None) -> ScannedDate | None:
    match = _MONTH_NAME.match(text, position)
    if match is None or (
        position and text[position - 1].isascii() and text[position - 1].isalpha() and text[position - 1] != "n"
    ):
        return None
    start, day, year = position, match["d"], match["y"]
    name = text[position : position + 3].lower()
    ahead = None if day else _DAY_BEFORE.search(text, max(0, position - 9), position)
    if ahead is not None:
        start, day = ahead.start(), ahead["d"]
    elif not year and not day:
        modifier = _MODIFIER.search(text, max(0, position - 9), position)
        long_name = match.end() - position > 4 or name in ("may", "jun", "jul")
        if (
            modifier is None
            or not long_name
            or (name in ("may", "mar") and modifier["mod"].lower() in ("to", "and", "of", "this"))
        ):
            return None
    elif name in ("may", "mar") and not year and text[position : position + 5] in ("MAY", "MARCH"):
        return None
    number = int(day) if day else None
    if year:
        return dated(start, match.end(), "day" if number else "month", int(year), _MONTHS[name], number or 1)
    return month_day(start, match.end(), _MONTHS[name], number, anchor)


def _english_word(text: str, position: int, anchor: date | None) -> ScannedDate | None:
    if position and text[position - 1].isascii() and text[position - 1].isalnum():
        return None
    match = _WORD.match(text, position)
    if match is None:
        return None
    start, end = match.span()
    quarter = int(match["q"] or _QUARTERS.get((match["qw"] or "").lower(), 0))
    if quarter:
        if match["qy"] or anchor is not None:
            year = int(match["qy"][-4:]) if match["qy"] else anchor.year if anchor is not None else 1
            return dated(start, end, "quarter", year, quarter * 3 - 2)
        return undated(start, end, "quarter", f"--Q{quarter}")
    if match["hy"]:
        return dated(start, end, "half", int(match["hy"]), 1 if match["hw"].lower() == "first" else 7)
    if match["fy"]:
        year = int(match["fy"]) + (2000 if len(match["fy"]) == 2 else 0)
        # A Japanese fiscal year runs from April; elsewhere its bounds are the company's, so the calendar year stands in.
        japanese = _KANA.search(text, max(0, start - 40), end + 40) is not None
        return dated(start, end, "fiscal_year", year, 4 if japanese else 1, key=f"FY{year}")
    if match["ad"]:
        return dated(start, end, "year", int(match["ad"]))
    if match["season"]:
        return dated(start, end, "season", int(match["sy"]), _SEASONS[match["season"].lower()])
    if match["day"]:
        if (
            text[start].isupper()
            and text[start - 1 : start] not in ("", "\n", '"', "“")
            and text[max(0, start - 2) : start] not in (". ", "? ")
        ):
            return None  # USA Today
        return relative(start, end, "day", {"yesterday": -1, "today": 0, "tomorrow": 1}[match["day"].lower()], anchor)
    offset = {"last": -1, "this": 0, "next": 1, "the previous": -1}[match["rel"].lower()]
    return relative(start, end, match["unit"].lower(), offset, anchor)


def _candidates(text: str, anchor: date | None) -> Iterator[ScannedDate | None]:
    japanese = not text.isascii() and _KANA.search(text) is not None
    done = 0
    for run in _DIGIT_RUN.finditer(text):
        start, end = run.span()
        if start < done or end - start > 4:
            continue
        found = None
        if japanese and end < len(text):
            found = _ja_number(text, start, end, anchor)
        if found is None:
            found = _western_number(text, start, end, anchor)
        if found is not None:
            done = found.end
            yield found
    if japanese:
        for run in _KANJI_RUN.finditer(text):
            if len(run.group()) <= 9:
                yield _ja_number(text, run.start(), run.end(), anchor)
        for match in _WORDS_JA.finditer(text):
            word = match.group()
            if word in _RELATIVE_JA:
                yield relative(match.start(), match.end(), *_RELATIVE_JA[word], anchor)
            else:
                yield ScannedDate(match.start(), match.end(), None, None, "near", word, True)
    for match in _MONTH_TRIGGER.finditer(text):
        yield _english_month(text, match.start(), anchor)
    for match in _WORD_TRIGGER.finditer(text):
        yield _english_word(text, match.start(), anchor)


def scan_dates(text: str, anchor: date | None = None) -> list[ScannedDate]:
    """Dates of folded text in order, without overlaps; the longest reading at a place wins."""
    text = text.replace("\xa0", " ")  # December\xa031 of typeset tables; one character either way
    found = [item for item in _candidates(text, anchor) if item is not None]
    found.sort(key=lambda item: (item.start, -item.end))
    kept: list[ScannedDate] = []
    last: date | None = None
    for item in found:
        if kept and item.start < kept[-1].end:
            continue
        if item.granularity == "near":
            granularity, offset = _NEAR_JA[item.key]
            item.granularity = granularity
            days = shift(granularity, offset, last) if last is not None else None
            item.first, item.last = days or (None, None)
        elif item.first is not None:
            last = item.first
        kept.append(item)
    return kept
