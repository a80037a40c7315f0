"""One figure: a numeral with its sign, currency, magnitude and unit, or the finding that it is none.

A number inside a part number, version, address or telephone number is no quantity; most of this
module is about telling them apart. Works on folded text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from assistant.text.patterns import lazy_pattern
from assistant.text.quantity_context import PER_TAIL, currency_before, minus_before
from assistant.text.quantity_counters import JAPANESE_ORDINALS
from assistant.text.quantity_names import (
    ACRONYM,
    CAPITALISED,
    CHAIN,
    FUNCTION_WORDS,
    NAMED,
    NUMBERED,
    RANKED_WORD,
    is_counted,
    rejected_left,
    rejected_right,
    skip_token,
)
from assistant.text.quantity_numbers import EN_SCALES, ONE, ZERO, Numeral, read_numeral
from assistant.text.units import JAPANESE, SYMBOLS, Unit, match_unit


@dataclass(slots=True)
class Atom:
    """A figure on folded text, in base units."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    step: Decimal
    scale: Decimal
    dimension: str
    unit: str
    factor: Decimal = ONE
    binary: bool = False
    weak: bool = False  # counts only as the first half of a range: 三から五人
    bare: bool = False  # neither unit nor magnitude
    magnified: bool = False  # has 億, million


_FOUR_K = lazy_pattern(
    r"[ ]?(?:テレビ|映像|動画|解像|画質|放送|対応|ディスプレイ|モニター|カメラ|[Tt][Vv]|video|display|resolution|UHD)"
)
_LETTER_SCALE = {"K": 3, "k": 3, "M": 6, "B": 9, "T": 12, "m": 6, "b": 9, "t": 12}
_SCALE = lazy_pattern(
    r"(?P<word>(?:[ \xa0-](?:hundred|thousand|million|billion|trillion|quadrillion|dozen|crore|lakh))+(?![A-Za-z]))"
    r"|[ \xa0]?(?P<short>mn|mln|mil|bn|bln|tn|trn)(?![A-Za-z])|(?P<letter>[KkMBTmbt])(?![A-Za-z0-9/²³])",
    re.IGNORECASE,
)
_PRECISION = lazy_pattern(
    r"[ ]?(?:(?:dense|sparse)[ ])?(?:(?:MX|NV)?(?:FP|BF|TF|INT)[0-9]{1,2})[ のｰ-]?", re.IGNORECASE
)
_GLUED_ONLY = frozenset({"in", "s", "t", "l", "b", "pm", "pA", "as", "B", "V"})
_SUFFIXED = lazy_pattern(r"(?:st|nd|rd|th)(?![A-Za-z])")
_CLOCK_JA = lazy_pattern(r"時(?![間代点速期給])(?:(?P<m>[0-5]?[0-9])分(?!の)|(?P<half>半))?")
_CLOCK_EN = lazy_pattern(r"(?::(?P<m>[0-5][0-9])(?::(?P<s>[0-5][0-9]))?)?(?:[ ]?(?P<ap>[ap])\.?m\.?(?![A-Za-z]))?")
_HALF_DAY = lazy_pattern(r"(?P<am>午前)|(?P<pm>午後|夜)$")
_TIMES_MORE = lazy_pattern(
    r"[ ](?:as|more|larger|faster|higher|the|greater|better|bigger|less|that|its|longer|lower|smaller|what|over)(?![a-z])"
)
_X = lazy_pattern(r"[ ]?[x×](?![0-9A-Za-z]|[ ]?[0-9])")
_PRODUCT = lazy_pattern(r"[ ][A-Z][A-Za-z]*-?[0-9]")

_ORDINAL_NOUN = lazy_pattern(r"generation|place")
_AGE_AFTER = lazy_pattern(r"[のにでがはをかとも、。・]|[後前半男女若]|$")


def _clock(text: str, numeral: Numeral, end: int) -> Atom | None:
    """Read 10時30分, 午後3時, 3:30 pm."""
    value = numeral.low
    if value != int(value) or not 0 <= value <= 24 or end >= len(text):
        return None
    start = numeral.start
    hour, minute, second = int(value), 0, 0
    after = text[end]
    if after == "時":
        match = _CLOCK_JA.match(text, end)
        if match is None:
            return None
        if match["m"] or match["half"]:
            minute = int(match["m"]) if match["m"] else 30
        half = _HALF_DAY.search(text, max(0, start - 2), start)
        if half is not None:
            start = half.start()
            if half["pm"] and hour < 12:
                hour += 12
        elif numeral.kind == "kanji":
            return None
    elif after == ":" or after in " apAP":
        match = _CLOCK_EN.match(text, end)
        if match is None or match.end() == end or (match["m"] is None and match["ap"] is None):
            return None
        if text[match.end() : match.end() + 1] in (":", ".") and text[match.end() + 1 : match.end() + 2].isdigit():
            return None
        minute, second = int(match["m"] or 0), int(match["s"] or 0)
        if match["ap"] == "p" and hour < 12:
            hour += 12
        elif match["ap"] == "a" and hour == 12:
            hour = 0
    else:
        return None
    seconds = Decimal(hour * 3600 + minute * 60 + second)
    return Atom(start, match.end(), seconds, seconds, ONE, ONE, "clock", text[end : match.end()].strip())


def _magnitude(text: str, end: int, currency: str | None) -> tuple[Decimal, int] | None:
    match = _SCALE.match(text, end)
    if match is None:
        return None
    if match["word"]:
        factor = ONE
        for word in re.split(r"[ \xa0-]", match["word"].strip(" \xa0-").lower()):
            factor *= EN_SCALES.get(word, ONE)
        return factor, match.end()
    if match["short"]:
        short = match["short"].lower()
        return (EN_SCALES[short], match.end()) if currency or text[end] in " \xa0" or short != "tn" else None
    letter = match["letter"]
    if currency is None and letter in "mbtk" and letter != "k":
        return None
    return ONE.scaleb(_LETTER_SCALE[letter]), match.end()


def _match_after(text: str, end: int) -> tuple[Unit, int, int] | None:
    """Unit behind a number, glued, after one space, or after a hyphen; with its start and end."""
    if end >= len(text):
        return None
    direct = match_unit(text, end)
    if direct is not None:
        return direct[0], end, direct[1]
    gap = text[end]
    if gap in "(（" and text[end + 1 : end + 2] in "%億百千":
        return None
    if gap not in " \xa0-":
        return None
    spaced = match_unit(text, end + 1)
    if spaced is None:
        return None
    token = text[end + 1 : spaced[1]]
    if token in _GLUED_ONLY and gap != "-":
        return None
    if gap == "-" and ((token[0].isupper() and token not in SYMBOLS) or not token.isascii()):
        return None
    if gap in " \xa0" and not token.isascii() and token in JAPANESE and len(token) == 1 and token in "分日本体度次台":
        # A line break in a table cell often became a space here: "3 日本".
        return None if text[spaced[1] : spaced[1] + 1] >= "一" else (spaced[0], end + 1, spaced[1])
    return spaced[0], end + 1, spaced[1]


def _ordinal(text: str, numeral: Numeral, start: int, end: int) -> Atom:
    value = numeral.low
    name, unit_text = "", ""
    if text[start] == "第":
        unit = match_unit(text, end)
        if unit is not None and not text[end].isascii():
            unit_text = text[end : unit[1]]
            name = JAPANESE_ORDINALS.get(unit_text) or (unit[0].dimension.partition(":")[2])
            end = unit[1]
    elif end < len(text) and text[end] in " -":
        unit = match_unit(text, end + 1)
        word = _ORDINAL_NOUN.match(text, end + 1)
        if word is not None:
            name, end = {"generation": "generation", "place": "rank"}[word.group()], word.end()
        elif unit is not None and unit[0].dimension.startswith("count:"):
            name, end = unit[0].dimension[6:], unit[1]
    return Atom(start, end, value, value, ONE, ONE, f"ordinal:{name}" if name else "ordinal", unit_text)


def read_atom(text: str, match: re.Match[str]) -> Atom | int:
    """Read the figure a match of ``NUMBER`` begins.

    Returns:
        The atom, or the offset from which to search on when there is none.
    """
    start = match.start()
    digits = match.lastgroup == "dig"
    if digits and rejected_left(text, start):
        return skip_token(text, start)
    numeral = read_numeral(text, match)
    if numeral is None:
        # "a third-generation chip" holds an ordinal behind an article that began no fraction
        return start + 2 if text[start : start + 2].lower() == "a " else match.end()
    if numeral.start and text[start - 1] == "第":
        if numeral.kind == "kanji" and RANKED_WORD.match(text, numeral.end):
            return numeral.end  # 第三者, 第一人者
        return _ordinal(text, numeral, start - 1, numeral.end)
    kind, end = numeral.kind, numeral.end
    if kind == "ordinal":
        return _ordinal(text, numeral, start, end)
    if digits:
        chain = CHAIN.match(text, start - 1 if start and text[start - 1] == "(" else start)
        if chain is not None:
            return chain.end()
        if text[start] == "." and start and (text[start - 1].isdigit() or text[start - 1] == "."):
            return end
        clock = _clock(text, numeral, end)
        if clock is not None:
            return clock
        padded = text[start] == "0" and end - start > 1 and text[start + 1] != "."
        if padded and match_unit(text, end) is None:
            return skip_token(text, start)  # 007, 0120-...
        if end < len(text) and _SUFFIXED.match(text, end):
            return _ordinal(text, numeral, start, end + 2)
    elif kind == "kanji" and end < len(text) and text[end] == "時":
        clock = _clock(text, numeral, end)
        if clock is not None:
            return clock
    return _measure(text, numeral, digits)


def _measure(text: str, numeral: Numeral, digits: bool) -> Atom | int:
    """Put sign, currency, magnitude and unit to a numeral."""
    start, end, kind = numeral.start, numeral.end, numeral.kind
    low, high, step, scale = numeral.low, numeral.high, numeral.step, numeral.scale
    currency: str | None = None
    if kind in ("digits", "word", "vague"):
        sign = currency_before(text, start)
        if sign is not None:
            currency, start = sign
    minus = minus_before(text, start) if digits or kind == "kanji" else None
    if minus is not None:
        start = minus
        if currency is None:
            sign = currency_before(text, start)
            if sign is not None:
                currency, start = sign
    magnified = scale != ONE
    # The cell of a table mostly ends here; nothing to read saves half of the work on financial tables.
    plain = (
        end >= len(text) or text[end] in "\n|,)" or (text[end] == " " and text[end + 1 : end + 2] in ("|", "\n", ""))
    )
    if digits or kind == "word":
        magnitude = None if plain else _magnitude(text, end, currency)
        if magnitude is not None and not (text[end] == "B" and _is_bytes(numeral, text, end)):
            if text[end] == "K" and numeral.low in (4, 8) and _FOUR_K.match(text, end + 1):
                return end + 1
            factor, end = magnitude
            low, high, step, scale, magnified = low * factor, high * factor, step * factor, scale * factor, True
    atom = Atom(start, end, low, high, step, scale, "number", "", magnified=magnified)
    if kind in ("fraction", "multiple", "share"):
        return _with_share(text, atom, kind)
    unit = None if plain else _match_after(text, end)
    if unit is None and digits and not plain:
        precision = _PRECISION.match(text, end)
        if precision is not None:
            unit = _match_after(text, precision.end())
            if unit is not None and unit[0].dimension not in ("compute", "ops"):
                unit = None
        times = _X.match(text, end) if unit is None else None
        if times is not None:
            if not _PRODUCT.match(text, times.end()):
                atom.end, atom.dimension, atom.unit = times.end(), "multiple", "x"
            return _finish(atom, minus)
    unit_text = text[unit[1] : unit[2]] if unit is not None else ""
    if kind == "kanji" and currency is None and not magnified:
        token = text[numeral.start : numeral.end]
        if not is_counted(text, numeral, unit_text):
            if unit is None and token[0] in "一二三四五六七八九" and (len(token) >= 3 or token[-1] in "万億兆"):
                unit = None
            elif all(char in "一二三四五六七八九十" for char in token) and len(token) <= 2:
                atom.weak, unit = True, None
            else:
                return end
        elif unit_text == "度" and unit is not None:
            unit = (Unit("count:time"), unit[1], unit[2])
    if unit is not None and not (currency is not None and unit[0].dimension.startswith("count")):
        _apply_unit(text, atom, unit, currency)
    elif currency is not None:
        atom.dimension = f"currency:{currency}"
    if currency is not None:
        head = text[start : numeral.start].strip(" \xa0-▲△")
        tail = text[numeral.end : atom.end].strip(" \xa0")
        atom.unit = f"{head} {tail}" if tail else head
    elif not atom.unit and magnified:
        atom.unit = text[numeral.end : atom.end].strip(" \xa0-")
    if atom.dimension == "number":
        verdict = _bare(text, atom, numeral, digits)
        if verdict is not None:
            return verdict
    return _finish(atom, minus)


def _is_bytes(numeral: Numeral, text: str, end: int) -> bool:
    """64B and 512B are bytes, 7B and 70B billions: powers of two from 64, unless parameters follow."""
    value = int(numeral.low) if numeral.low == int(numeral.low) else 0
    if value < 64 or value & (value - 1):
        return False
    return re.match(r"[ ]?(?:param|model|token|パラ|モデル|トーク)", text[end + 1 : end + 8]) is None


def _apply_unit(text: str, atom: Atom, unit: tuple[Unit, int, int], currency: str | None) -> None:
    measure, unit_start, unit_end = unit
    dimension, factor = measure.dimension, measure.factor
    name = text[unit_start:unit_end]
    if currency is not None and not dimension.startswith("currency"):
        atom.dimension = f"currency:{currency}"  # "$5 m" was read by its magnitude; "$5 per day" by its basis
        return
    if name == "times" and (_TIMES_MORE.match(text, unit_end) or atom.low != int(atom.low)):
        dimension = "multiple"
    elif name == "キロ" and re.search("体重|重さ|重量|質量|減量", text[max(0, atom.start - 12) : atom.start]):
        dimension, factor = "mass", ONE
    elif name == "度" and re.search("気温|摂氏|水温|体温|温度|氷点下|室温", text[max(0, atom.start - 12) : atom.end]):
        dimension = "temperature"
    elif name == "代" and atom.low % 10 == 0 and 10 <= atom.low <= 90 and _AGE_AFTER.match(text, unit_end):
        dimension, atom.high = "age", atom.high + 9
    elif name == "pounds" and atom.magnified:
        dimension, factor = "currency:GBP", ONE
    atom.low = atom.low * factor + measure.offset
    atom.high = atom.high * factor + measure.offset
    atom.step, atom.scale = atom.step * factor, atom.scale * factor
    atom.dimension, atom.binary, atom.factor = dimension, measure.binary, factor
    head = text[atom.end - _tail_length(text, atom) : atom.end] if atom.magnified else ""
    atom.unit = (head + (" " if head and name.isascii() and head.isascii() else "") + name).strip()
    atom.end = unit_end
    if (
        text[unit_end : unit_end + 1] == "半"
        and dimension == "time"
        and text[unit_end + 1 : unit_end + 2] not in ("期", "ば")
    ):
        atom.low += factor / 2
        atom.high += factor / 2
        atom.step, atom.end = ZERO, unit_end + 1


def _tail_length(text: str, atom: Atom) -> int:
    """Length of the trailing magnitude word (億, million) in front of the unit."""
    match = re.search(r"(?:[一-鿿]+|[A-Za-z]+)$", text[atom.start : atom.end])
    if match is None:
        return 0
    kept = re.search(r"[百千万億兆京]+$|[A-Za-z]+$", match.group())
    return len(kept.group()) if kept else 0


def _with_share(text: str, atom: Atom, kind: str) -> Atom:
    """A fraction, unless a unit follows: half is 0.5, ½ mile is a length."""
    atom.dimension = "multiple"
    if kind == "share":
        return atom
    unit = _match_after(text, atom.end)
    if unit is not None and unit[0].dimension in ("length", "time", "mass", "volume", "area", "age"):
        _apply_unit(text, atom, unit, None)
    elif unit is not None and unit[0].dimension == "multiple":
        atom.end = unit[2]
    return atom


def _bare(text: str, atom: Atom, numeral: Numeral, digits: bool) -> Atom | int | None:
    """Judge a number without a unit: labels become ordinals, parts of names are dropped."""
    if digits and rejected_right(text, numeral.start, numeral.end) and atom.end == numeral.end:
        return skip_token(text, numeral.start)
    atom.bare = not atom.magnified
    if not atom.bare:
        return None
    if numeral.kind == "word":
        return atom.end if numeral.low == 1 else None
    if not digits or not atom.start:
        return None
    before = text[atom.start - 1]
    if before.isalpha() and "Ͱ" <= before <= "ӿ":
        return atom.end  # σ3
    if (
        before in "(（"
        and atom.end - atom.start <= 2
        and text[atom.end : atom.end + 1] == ")"
        and not _in_cell(text, atom.start - 1)
    ):
        return atom.end  # (1) numbers a point of a list
    if before in " .:：TLX〒話ン" or before.isalpha():
        word = text[max(0, atom.start - 14) : atom.start].rstrip(" .:：").rpartition(" ")[2]
        if (not word.isascii() or word[:1] in "vVIiDdaTF") and NAMED.search(text, max(0, atom.start - 14), atom.start):
            return skip_token(text, numeral.start)
        if not any(map(str.isupper, word)):
            return _too_long(text, atom)
        label = NUMBERED.search(text, max(0, atom.start - 10), atom.start) if before in " ." else None
        if label is not None:
            return Atom(
                atom.start, atom.end, atom.low, atom.high, ONE, ONE, "ordinal:" + label["label"].lower().rstrip("."), ""
            )
        name = CAPITALISED.search(text, max(0, atom.start - 20), atom.start) if before == " " else None
        if (
            name is not None
            and name["word"] not in FUNCTION_WORDS
            and numeral.low < 1000
            and "," not in text[atom.start : atom.end]
        ):
            return skip_token(text, numeral.start)
        if (
            before == " "
            and "," not in text[atom.start : atom.end]
            and ACRONYM.search(text, max(0, atom.start - 8), atom.start)
        ):
            return skip_token(text, numeral.start)  # ISO 9001, ASC 606
    return _too_long(text, atom)


def _too_long(text: str, atom: Atom) -> int | None:
    """Where to go on behind an identifier: twelve digits and more without a separator."""
    return atom.end if atom.end - atom.start > 11 and text[atom.start : atom.end].isdigit() else None


def _in_cell(text: str, position: int) -> bool:
    head = text[max(0, position - 4) : position].rstrip(" $")
    return head[-1:] == "|"


def _finish(atom: Atom, minus: int | None) -> Atom:
    if minus is not None:
        atom.low, atom.high = -atom.high, -atom.low
    return atom


def is_basis(text: str, atom: Atom) -> bool:
    """Whether a figure only names a basis: the 1個 of チップ1個当たり, the 1 of 1 chip当たり."""
    return (PER_TAIL.match(text, atom.end) is not None and atom.low == 1) or (
        atom.low == atom.scale and PER_TAIL.match(text, atom.end) is not None
    )
