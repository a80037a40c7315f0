"""Numerals: digits with 万 and 億, kanji numbers, English number words, fractions.

Works on folded text (``quantity_fold``), so digits, dashes and tildes are ASCII.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from assistant.text.patterns import lazy_pattern

_D = Decimal
ZERO: Final = _D(0)
ONE: Final = _D(1)


@dataclass(slots=True)
class Numeral:
    """A number as written: its place, its value or range, and the value of its last digit."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    step: Decimal
    kind: str  # "digits", "kanji", "word", "fraction", "multiple", "share", "vague", "ordinal"
    scale: Decimal = ONE  # 10**8 for "80億": what one of the written digits' ones is worth


_GROUPED = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{1,3}(?:\xa0[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
_KANJI_DIGITS = {char: index for index, char in enumerate("〇一二三四五六七八九")}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": _D(10) ** 4, "億": _D(10) ** 8, "兆": _D(10) ** 12, "京": _D(10) ** 16}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_VULGAR = {
    "¼": (1, 4),
    "½": (1, 2),
    "¾": (3, 4),
    "⅓": (1, 3),
    "⅔": (2, 3),
    "⅕": (1, 5),
    "⅖": (2, 5),
    "⅗": (3, 5),
    "⅘": (4, 5),
    "⅙": (1, 6),
    "⅛": (1, 8),
    "⅜": (3, 8),
    "⅝": (5, 8),
    "⅞": (7, 8),
}

_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = {
    "thousand": _D(10) ** 3,
    "million": _D(10) ** 6,
    "billion": _D(10) ** 9,
    "trillion": _D(10) ** 12,
    "quadrillion": _D(10) ** 15,
}
EN_SCALES = {**_SCALES, "hundred": _D(100), "dozen": _D(12), "mn": _D(10) ** 6, "mln": _D(10) ** 6, "mil": _D(10) ** 6}
EN_SCALES |= {"crore": _D(10) ** 7, "lakh": _D(10) ** 5}
EN_SCALES |= {"bn": _D(10) ** 9, "bln": _D(10) ** 9, "tn": _D(10) ** 12, "trn": _D(10) ** 12}
_WORD_VALUES = {word: index for index, word in enumerate(_ONES, start=1)}
_WORD_VALUES |= {word: index for index, word in enumerate(_TEENS, start=10)}
_WORD_VALUES |= {word: index * 10 for index, word in enumerate(_TENS, start=2)}
_WORD_VALUES["zero"] = 0
_ORDINALS = [
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
_ORDINAL_VALUES = {word: index for index, word in enumerate(_ORDINALS, start=3)} | {"first": 1, "second": 2}
_DENOMINATORS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6}
_DENOMINATORS |= {"seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "hundredth": 100, "thousandth": 1000}
_MULTIPLES = {
    "twice": _D(2),
    "thrice": _D(3),
    "double": _D(2),
    "doubled": _D(2),
    "doubles": _D(2),
    "doubling": _D(2),
    "triple": _D(3),
    "tripled": _D(3),
    "triples": _D(3),
    "tripling": _D(3),
    "quadruple": _D(4),
    "quadrupled": _D(4),
    "quadruples": _D(4),
    "halved": _D("0.5"),
    "halves": _D("0.5"),
    "halving": _D("0.5"),
}
_VAGUE_EN = {"dozens": (24, 99), "hundreds": (200, 999), "thousands": (2000, 9999)}
_VAGUE_SCALES = {"millions": 10**6, "billions": 10**9, "trillions": 10**12}


def _trie(words: set[str]) -> str:
    """A regular expression for the words, shared prefixes once: three times as fast as an alternation."""
    heads: dict[str, set[str]] = {}
    for word in words:
        if word:
            heads.setdefault(word[0], set()).add(word[1:])
    body = "|".join(head + _trie(tails) for head, tails in sorted(heads.items()))
    if not body:
        return ""
    return f"(?:{body})" + ("?" if "" in words else "")


def _starts(words: set[str]) -> str:
    # Upper-case initials only: a sentence may begin with a number, WORDS IN CAPITALS are titles.
    initials = "".join(sorted({word[0] for word in words}))
    heads = (f"[{head.upper()}{head}]" + _trie({word[1:] for word in words if word[0] == head}) for head in initials)
    return f"(?<![A-Za-z0-9_])(?=[{initials}{initials.upper()}])(?P<eng>(?:{'|'.join(heads)})(?![A-Za-z]))"


_NUMBER_WORD = r"(?:" + "|".join(sorted([*_WORD_VALUES, "hundred", *_SCALES], key=len, reverse=True)) + ")"
_WORD = lazy_pattern(_NUMBER_WORD + r"(?![A-Za-z])", re.IGNORECASE)
_JOIN = lazy_pattern(r"[ -](?:and )?", re.IGNORECASE)
_ARTICLE_SCALE = lazy_pattern(r"(?:a|an) (dozen|hundred|thousand|million|billion|trillion)(?![a-z])", re.IGNORECASE)
_HALF_SCALE = lazy_pattern(r"half an? (dozen|million|billion|trillion|century|decade)(?![a-z])", re.IGNORECASE)
_FRACTION = lazy_pattern(
    r"(?P<top>an?|one|two|three|four|five|six|seven|eight|nine)[ -]"
    r"(?P<low>half|third|quarter|fourth|fifth|sixth|seventh|eighth|ninth|tenth|hundredth|thousandth)(?P<plural>s?)(?![a-z])"
    r"(?P<of>[ ](?:of|as|the|less|more|that|cut|share|stake)(?![a-z]))?",
    re.IGNORECASE,
)
_SHARE = lazy_pattern(r"in (?P<low>[0-9]{1,4}|two|three|four|five|six|seven|eight|nine|ten|twenty)(?![A-Za-z0-9,.%])")
_AND_HALF = lazy_pattern(r"[ -]and(?: |-)(?:a|one)[ -](half|quarter|third)(?![a-z])", re.IGNORECASE)
_PLURAL_VAGUE = lazy_pattern(
    r"(?:(tens|hundreds|thousands|dozens) of )?(dozens|hundreds|thousands|millions|billions|trillions)(?= of[ ]|[ ][a-z])",
    re.IGNORECASE,
)
_NOT_HALF = lazy_pattern(
    r"half[- ](?:time|life|way|back|brother|sister|year|hour|day|mile|marathon|century|decade|season|note|term|hearted)"
    r"|halfway|half of the (?:year|century|season|decade|[0-9])",
    re.IGNORECASE,
)
_HALF_UNIT = lazy_pattern(r"half[- ](?:an? )?(hour|year|day|mile|century|decade)(?![a-z])", re.IGNORECASE)
_ORDINAL_OK = lazy_pattern(
    r"[ -](?:generations?|largest|biggest|highest|smallest|lowest|longest|tallest|fastest|oldest|most|best|place|edition|"
    r"season|round|tier|term|consecutive|straight|anniversary)(?![a-z])",
    re.IGNORECASE,
)

_ENGLISH_STARTS = _starts(
    {*_WORD_VALUES, "half", "a dozen", "a hundred", "a thousand", "a million", "a billion", "a trillion", "tens of"}
    | {"a third", "a quarter", "a fifth", "a tenth", "a half", "an eighth", *_MULTIPLES}
    | {*_VAGUE_EN, *_VAGUE_SCALES, *_ORDINAL_VALUES}
)
# One search finds where any number can start. Named groups say which reader takes it.
NUMBER_ASCII = lazy_pattern(rf"(?P<dig>{_GROUPED}|\.[0-9]+)|{_ENGLISH_STARTS}")
NUMBER = lazy_pattern(
    rf"(?P<dig>{_GROUPED}|\.[0-9]+)"
    r"|(?P<vag>[一二三四五六七八九十百千]*数[十百千万億兆]+|十数)"
    r"|(?P<kan>[〇一二三四五六七八九十百千][〇一二三四五六七八九十百千万億兆京]*)"
    r"|(?P<jfr>過半数|半分|半数|半減|倍増|半(?=年|日|世紀|月|時間|周)|(?<![0-9〇一-十百千万億数何])倍(?=[にのをがとで、。以])|[¼-¾⅓-⅞])"
    rf"|{_ENGLISH_STARTS}"
)
_TAIL = lazy_pattern(
    rf"(?:[百千万億兆京]+(?:{_GROUPED}(?=[千百万億兆京]|(?![0-9]))|[一二三四五六七八九](?=[十百千万億兆]))?)+"
)
_POWER = lazy_pattern(r"[ \xa0]?[×x*·][ \xa0]?10(?:\^\(?(-?[0-9]{1,3})\)?|の(-?[0-9]{1,3})乗|([⁻⁰¹²³⁴-⁹]{1,4}))")
_EXPONENT = lazy_pattern(r"[eE]([+-]?[0-9]{1,3})(?![0-9A-Za-z])")
_KANJI_POINT = lazy_pattern(r"[・.]([〇一二三四五六七八九]+)")
_OF_PARTS = lazy_pattern(rf"分の({_GROUPED}|[一二三四五六七八九十]+)")
_SLASH = lazy_pattern(r"/([0-9]{1,2})(?![0-9/.:A-Za-z日月年])")


def digits_value(token: str) -> Decimal:
    return _D(token.replace(",", "").replace("\xa0", ""))


def place(value: Decimal) -> Decimal:
    """Value of the last written digit: 0.1 for 3.0, 1 for 400."""
    exponent = value.as_tuple().exponent
    return ONE.scaleb(exponent) if isinstance(exponent, int) else ONE


def kanji_value(token: str) -> Decimal | None:
    """Value of a kanji number, positional (二〇二五) or with 十百千万 (百二十三万), or None if malformed."""
    if all(char in _KANJI_DIGITS for char in token):
        if len(token) > 1 and token[0] == "〇":
            return None
        return _D("".join(str(_KANJI_DIGITS[char]) for char in token))
    total, section, digit = ZERO, 0, -1
    last_small, last_large = 10_000, _D(10) ** 20
    for char in token:
        if char in _KANJI_DIGITS:
            digit = max(digit, 0) * 10 + _KANJI_DIGITS[char]  # 一〇〇万
        elif char in _SMALL:
            if _SMALL[char] >= last_small or digit == 0:
                return None
            last_small = _SMALL[char]
            section += (1 if digit < 0 else digit) * last_small
            digit = -1
        else:
            section += max(digit, 0)
            if not section or _LARGE[char] >= last_large:
                return None
            last_large, last_small = _LARGE[char], 10_000
            total += section * last_large
            section, digit = 0, -1
    return total + section + max(digit, 0)


_PART = lazy_pattern(rf"({_GROUPED}|[一二三四五六七八九])|([十百千])|([万億兆京])")


def _mixed(first: Decimal, tail: str) -> tuple[Decimal, Decimal, Decimal] | None:
    """Value, step and scale of digits followed by a tail such as 兆2,000億 or 万5千."""
    total, section, pending = ZERO, ZERO, first
    has_pending = True
    step, scale = place(first), ONE
    last_large = _D(10) ** 20
    for match in _PART.finditer(tail):
        number, small, large = match.groups()
        if number:
            if has_pending:
                return None
            pending = _D(_KANJI_DIGITS[number]) if number in _KANJI_DIGITS else digits_value(number)
            has_pending, step, scale = True, place(pending), ONE
        elif small:
            factor = _D(_SMALL[small])
            section += (pending if has_pending else ONE) * factor
            # 5百: the written digit counts hundreds. In 1,234百万 the factors multiply up.
            step, scale = (step * factor, scale * factor) if has_pending else (factor, factor)
            pending, has_pending = ZERO, False
        else:
            factor = _LARGE[large]
            amount = section + (pending if has_pending else ZERO)
            if amount == 0 and first != 0:
                amount = ONE
            if factor >= last_large:
                return None
            last_large = factor
            total += amount * factor
            step, scale = step * factor, scale * factor
            section, pending, has_pending = ZERO, ZERO, False
    return total + section + (pending if has_pending else ZERO), step, scale


def _read_digits(text: str, start: int, end: int) -> Numeral:
    value = digits_value(text[start:end])
    numeral = Numeral(start, end, value, value, place(value), "digits")
    if end >= len(text):
        return numeral
    char = text[end]
    if char in "百千万億兆京":
        match = _TAIL.match(text, end)
        mixed = _mixed(value, match.group()) if match else None
        if match and mixed is not None:
            numeral.low = numeral.high = mixed[0]
            numeral.step, numeral.scale = mixed[1], mixed[2]
            numeral.end = match.end()
        return numeral
    if char == "分":
        parts = _OF_PARTS.match(text, end)
        if parts is not None and value > 0:
            top = parts.group(1)
            upper = kanji_value(top) if top[0] in "一二三四五六七八九十" else digits_value(top)
            if upper is not None:
                share = upper / value
                return Numeral(start, parts.end(), share, share, ZERO, "fraction")
        return numeral
    if char in _VULGAR and "." not in text[start:end]:
        extra = _D(_VULGAR[char][0]) / _VULGAR[char][1]
        return Numeral(start, end + 1, value + extra, value + extra, ZERO, "digits")
    if char == "/":
        slash = _SLASH.match(text, end)
        if slash is not None and text[start:end].isdigit() and 0 < value < int(slash.group(1)) <= 10:
            share = value / int(slash.group(1))
            return Numeral(start, slash.end(), share, share, ZERO, "fraction")
        return numeral
    if char in "eE":
        match = _EXPONENT.match(text, end)
        if match is not None:
            return _powered(numeral, int(match.group(1)), match.end())
        return numeral
    if char in " \xa0×x*·":
        match = _POWER.match(text, end)
        if match is not None:
            digits = match.group(1) or match.group(2) or (match.group(3) or "").translate(_SUPERSCRIPTS)
            if re.fullmatch(r"-?[0-9]{1,3}", digits):
                return _powered(numeral, int(digits), match.end())
    return numeral


def _powered(numeral: Numeral, exponent: int, end: int) -> Numeral:
    factor = ONE.scaleb(exponent)
    value = numeral.low * factor
    return Numeral(numeral.start, end, value, value, numeral.step * factor, "digits", factor)


def _read_kanji(text: str, start: int, end: int) -> Numeral | None:
    while end > start:
        value = kanji_value(text[start:end])
        if value is not None:
            break
        end -= 1  # 千代田 was cut by the search already; 三十三百 reads as 三十三
    else:
        return None
    numeral = Numeral(start, end, value, value, ONE, "kanji")
    point = _KANJI_POINT.match(text, end)
    if point is not None and end - start <= 3:
        fraction = "".join(str(_KANJI_DIGITS[char]) for char in point.group(1))
        value = _D(f"{value}.{fraction}")
        tail = text[point.end() : point.end() + 1]
        factor = _LARGE.get(tail, ONE)
        return Numeral(
            start,
            point.end() + (tail in _LARGE),
            value * factor,
            value * factor,
            place(value) * factor,
            "kanji",
            factor,
        )
    parts = _OF_PARTS.match(text, end)
    if parts is not None and value > 0:
        top = parts.group(1)
        upper = kanji_value(top) if top[0] in "一二三四五六七八九十" else digits_value(top)
        if upper is not None:
            return Numeral(start, parts.end(), upper / value, upper / value, ZERO, "fraction")
    return numeral


def _read_vague(text: str, start: int, end: int) -> Numeral | None:
    head, _, scales = text[start:end].partition("数")
    base = kanji_value(head) if head else ZERO
    factor = kanji_value("一" + scales) if scales and scales[0] in "万億兆" else kanji_value(scales) if scales else ONE
    if base is None or factor is None:
        return None
    return Numeral(start, end, base + 2 * factor if scales else base + 1, base + 10 * factor - 1, ZERO, "vague", factor)


def _read_words(text: str, start: int) -> tuple[Decimal, int, Decimal] | None:
    """Read a run of number words as far as it stays one number ("five and seven" is two)."""
    total = section = ZERO
    last_scale = _D(10) ** 20
    position = start
    end = -1
    previous = ""
    step = ONE
    while (match := _WORD.match(text, position)) is not None:
        word = match.group().lower()
        joined_by_and = previous and " and " in text[end : match.start()].lower()
        if joined_by_and and previous not in EN_SCALES:
            break
        if word in _SCALES:
            if section == 0 or _SCALES[word] >= last_scale:
                break
            last_scale = step = _SCALES[word]
            total += section * last_scale
            section = ZERO
        elif word == "hundred":
            if not 0 < section < 100:
                break
            section, step = section * 100, _D(100)
        else:
            value = _WORD_VALUES[word]
            room = 10 if value < 10 else 100
            if end >= 0 and (section % room or value == 0 or (value < 10 and previous in _TEENS)):
                break
            section, step = section + value, ONE
        end, previous = match.end(), word
        join = _JOIN.match(text, end)
        if join is None:
            break
        position = join.end()
    return (total + section, end, step) if end >= 0 else None


def _read_english(text: str, start: int, end: int) -> Numeral | None:
    word = text[start:end].lower()
    if word in _MULTIPLES and word != "halves":
        value = _MULTIPLES[word]
        return Numeral(start, end, value, value, ONE if value >= 1 else ZERO, "multiple")
    vague = _PLURAL_VAGUE.match(text, start)
    if vague is not None or word in _VAGUE_EN or word in _VAGUE_SCALES or word == "tens of":
        if vague is None:
            return None
        last = vague.group(2).lower()
        low, high = _VAGUE_EN.get(last) or (2 * _VAGUE_SCALES[last], 1000 * _VAGUE_SCALES[last] - 1)
        if vague.group(1):
            factor = {"tens": 10, "dozens": 12, "hundreds": 100, "thousands": 1000}[vague.group(1).lower()]
            unit = low // 2 if last != "dozens" else 12
            low, high = 2 * factor * unit, 10 * factor * unit - 1
        return Numeral(start, vague.end(), _D(low), _D(high), ZERO, "vague")
    if word == "half":
        return _read_half(text, start, end)
    fraction = _FRACTION.match(text, start)
    if fraction is not None:
        article = fraction["top"].lower() in {"a", "an", "one"}
        if fraction["of"] or (fraction["plural"] and not article) or fraction["top"].lower() == "one":
            top = 1 if article else _WORD_VALUES[fraction["top"].lower()]
            low_word = fraction["low"].lower()
            share = _D(top) / _DENOMINATORS[low_word]
            return Numeral(start, fraction.end("plural"), share, share, ZERO, "fraction")
    scale = _ARTICLE_SCALE.match(text, start)
    if scale is not None:
        value = EN_SCALES[scale.group(1).lower()]
        return Numeral(start, scale.end(), value, value, value, "word", value)
    if word in _ORDINAL_VALUES:
        if (
            text[start - 6 : start].lower().endswith(("one-", "one ", "two-", "a "))
            and _ORDINAL_OK.match(text, end) is None
        ):
            return None  # "a third" is a fraction
        if word in {"first", "second"} and _ORDINAL_OK.match(text, end) is None:
            return None
        value = _D(_ORDINAL_VALUES[word])
        return Numeral(start, end, value, value, ONE, "ordinal")
    words = _read_words(text, start)
    if words is None:
        return None
    value, end, step = words
    share_of = _SHARE.match(text, end + 1) if text[end : end + 1] == " " else None
    if share_of is not None and value > 0:
        divisor = share_of["low"]
        base = _D(divisor) if divisor.isdigit() else _D(_WORD_VALUES[divisor])
        if base > value:
            return Numeral(start, share_of.end(), value / base, value / base, ZERO, "share")
    half = _AND_HALF.match(text, end)
    if half is not None:
        value += ONE / _DENOMINATORS[half.group(1).lower()]
        return Numeral(start, half.end(), value, value, ZERO, "word")
    dozen = text[end : end + 6].lower()
    if dozen == " dozen":
        return Numeral(start, end + 6, value * 12, value * 12, _D(12), "word", _D(12))
    return Numeral(start, end, value, value, step, "word", step)


def _read_half(text: str, start: int, end: int) -> Numeral | None:
    scale = _HALF_SCALE.match(text, start)
    half = _D("0.5")
    if scale is not None and scale.group(1).lower() in EN_SCALES:
        value = half * EN_SCALES[scale.group(1).lower()]
        return Numeral(start, scale.end(), value, value, ZERO, "word", EN_SCALES[scale.group(1).lower()])
    unit = _HALF_UNIT.match(text, start)
    if unit is not None:
        return Numeral(start, unit.start(1) - 1, half, half, ZERO, "word")
    before = text[max(0, start - 8) : start].lower()
    if before.endswith(("first ", "first-", "second ", "second-", "latter ", "other ", "and a ", "better ")):
        return None
    if _NOT_HALF.match(text, start) is not None:
        return None
    return Numeral(start, end, half, half, ZERO, "multiple")


def _read_share_ja(text: str, start: int, end: int) -> Numeral | None:
    token = text[start:end]
    if token == "半":
        half = _D("0.5")
        return Numeral(start, end, half, half, ZERO, "kanji")
    if token in ("倍", "倍増"):
        return Numeral(start, end, _D(2), _D(2), ONE, "multiple")
    if token in _VULGAR:
        share = _D(_VULGAR[token][0]) / _VULGAR[token][1]
        return Numeral(start, end, share, share, ZERO, "fraction")
    if token[0] in "過半":
        return Numeral(start, end, _D("0.5"), _D("0.5"), ZERO, "multiple")
    return None


def read_numeral(text: str, match: re.Match[str]) -> Numeral | None:
    """Read the numeral that a match of ``NUMBER`` begins; None if it is none after all."""
    kind = match.lastgroup
    start, end = match.span()
    if kind == "dig":
        return _read_digits(text, start, end)
    if kind == "kan":
        return _read_kanji(text, start, end)
    if kind == "vag":
        return _read_vague(text, start, end)
    if kind == "jfr":
        return _read_share_ja(text, start, end)
    return _read_english(text, start, end)
