"""What stands around a figure: signs and currency before it, qualifiers, and the basis it is per.

All functions read folded text at given offsets and cost nothing where the neighbouring character
already says that there is nothing to read.
"""

from __future__ import annotations

import re

from assistant.text.patterns import lazy_pattern
from assistant.text.quantity_types import Qualifier
from assistant.text.units import SIGNS

_Q = Qualifier
_JA_PREFIX = {
    _Q.ABOUT: "約 およそ おおよそ ほぼ 概ね おおむね 大体 だいたい ざっと ほとんど 推定",
    _Q.UP_TO: "最大 最大で 最大約 最高 最高で 最長 最長で 最多 最多で ピーク時",
    _Q.AT_LEAST: "最低 最低でも 最小 最小で 最短 最短で 少なくとも",
    _Q.AT_MOST: "多くとも 上限 最多でも",
    _Q.MORE_THAN: "",
}
_EN_PREFIX = {
    _Q.ABOUT: "about|approximately|approx\\.?|around|roughly|nearly|almost|some|circa|an estimated|estimated|close to|~|≈|ca\\.",
    _Q.UP_TO: "up to|as much as|as many as|as high as|a maximum of|maximum of|maximum|a peak of|peak of|max\\.?",
    _Q.AT_MOST: "at most|no more than|not more than|no greater than|not exceeding|≤|<=|≦|no later than|within",
    _Q.LESS_THAN: "less than|fewer than|lower than|smaller than|under|below|just under|short of|<",
    _Q.AT_LEAST: "at least|no less than|no fewer than|not less than|a minimum of|minimum of|minimum|as little as|≥|>=|≧",
    _Q.MORE_THAN: "more than|greater than|higher than|larger than|over|above|just over|well over|exceeding|exceeded|exceeds|in excess of|upwards of|>|surpassing|surpassed|topped|topping",
}
_JA_SUFFIX = {
    _Q.AT_MOST: "以下 以内",
    _Q.LESS_THAN: "未満 を下回 に満たな 足らず より少な より小さ より短 より低 弱",
    _Q.AT_LEAST: "以上",
    _Q.MORE_THAN: "超え 超の 超 を超え を超す を越え を上回 余り 余 あまり より多 より大き より長 より高 強",
    _Q.ABOUT: "程度 前後 ほど ぐらい くらい 近く 近い 内外 弱の 強の",
    _Q.UP_TO: "",
}
_EN_SUFFIX = {
    _Q.AT_LEAST: "or more|or higher|or greater|or above|or better|or older|and above|and over|at least|minimum",
    _Q.AT_MOST: "or less|or fewer|or lower|or below|or under|or younger|at most|maximum|max",
    _Q.ABOUT: "or so|or thereabouts|approximately",
}
_NAMES = {
    _Q.ABOUT: "ab",
    _Q.UP_TO: "up",
    _Q.AT_MOST: "le",
    _Q.LESS_THAN: "lt",
    _Q.AT_LEAST: "ge",
    _Q.MORE_THAN: "gt",
}
_BY_NAME = {name: qualifier for qualifier, name in _NAMES.items()}


def _alternatives(japanese: dict[Qualifier, str], english: dict[Qualifier, str]) -> tuple[str, str]:
    def groups(parts: dict[Qualifier, str]) -> str:
        return "|".join(f"(?P<{_NAMES[key]}>{body})" for key, body in parts.items() if body)

    ja = {
        key: "|".join(sorted(map(re.escape, words.split()), key=len, reverse=True)) for key, words in japanese.items()
    }
    return groups(ja), groups(english)


_JA_HEAD, _EN_HEAD = _alternatives(_JA_PREFIX, _EN_PREFIX)
_JA_TAIL, _EN_TAIL = _alternatives(_JA_SUFFIX, _EN_SUFFIX)
_HEAD_JA = lazy_pattern(rf"(?:{_JA_HEAD})[にの、でも]?[ ]?$")
_HEAD_EN = lazy_pattern(rf"(?<![A-Za-z])(?:{_EN_HEAD})(?:[ ](?:a|an|the)(?=[ ]$))?[ \xa0]*$", re.IGNORECASE)
_TAIL_JA = lazy_pattern(rf"[ ]?(?:{_JA_TAIL})")
_TAIL_EN = lazy_pattern(rf",?[ ](?:{_EN_TAIL})(?![A-Za-z])|(?P<plus>\+)", re.IGNORECASE)
_HEAD_LAST = frozenset("約そぼねいとくど定大で高長多低小短も限時にの、 \xa0~≈≤<>=≥≦≧")
_TAIL_FIRST = frozenset("以未を足超余あ程前ほぐく近弱強に内まよ")
_STRENGTH_STOP = lazy_pattern(
    r"強[化力い度風制豪]|弱[いまく点体小]|超[高電伝大音越過特人]|余[裕暇念命地]|前後[にをし]|までも"
)


def qualifier_before(text: str, position: int) -> tuple[Qualifier, int] | None:
    """Read a qualifier that ends at ``position``; returns it with its start."""
    if not position:
        return None
    last = text[position - 1]
    if last not in _HEAD_LAST:
        return None
    low = max(0, position - 20)
    match = None
    if last in " \xa0":
        # A look at the word before spares most figures the search.
        word = text[low : position - 1].rpartition(" ")[2]
        if word.lower() in _HEAD_WORDS or word[-1:] in "~≈≤<>=≥≦≧":
            match = _HEAD_EN.search(text, low, position)
        if match is None and word[-1:] in _HEAD_LAST:
            match = _HEAD_JA.search(text, low, position)
    elif last in "~≈≤<>=≥≦≧":
        match = _HEAD_EN.search(text, low, position)
    else:
        match = _HEAD_JA.search(text, low, position)
    if match is None or match.lastgroup is None:
        return None
    start = match.start()
    if match[match.lastgroup] == "~" and start and text[start - 1] not in " \n(（、。":
        return None  # the tilde of a range
    return _BY_NAME[match.lastgroup], start


def qualifier_after(text: str, position: int) -> tuple[Qualifier, int] | None:
    """Read a qualifier that starts at ``position``; returns it with its end."""
    if position >= len(text):
        return None
    first = text[position]
    if first in _TAIL_FIRST or (first == " " and text[position + 1 : position + 2] in _TAIL_FIRST):
        match = _TAIL_JA.match(text, position)
        if match is None or match.lastgroup is None or _STRENGTH_STOP.match(text, position):
            return None
        word = match[match.lastgroup]
        if word in ("弱", "強"):
            return _Q.ABOUT, match.end()
        return _BY_NAME[match.lastgroup], match.end()
    if first in " ,+":
        match = _TAIL_EN.match(text, position)
        if match is None or match.lastgroup is None:
            return None
        if match.lastgroup == "plus":
            follower = text[position + 1 : position + 2]
            return None if follower.isalnum() and follower.isascii() else (_Q.AT_LEAST, match.end())
        return _BY_NAME[match.lastgroup], match.end()
    return None


_LAST_WORDS = (
    "about approximately approx approx. around roughly nearly almost some circa ca. estimated to much many high of maximum "
    "max max. most than exceeding within under below least minimum little over above exceeded exceeds excess upwards "
    "surpassing surpassed topped topping the a an"
)
_HEAD_WORDS = frozenset(_LAST_WORDS.split())


# ---------------------------------------------------------------- currency and sign before a number
_SIGN = lazy_pattern(
    r"(?<![A-Za-z])(?:" + "|".join(sorted(map(re.escape, SIGNS), key=len, reverse=True)) + r")[ \xa0]{0,2}$"
)
_SIGN_LAST = frozenset("$€£¥₩₹₽ \xa0.") | {key[-1] for key in SIGNS}


def currency_before(text: str, position: int) -> tuple[str, int] | None:
    """Read a currency sign or code that ends at ``position``; returns the ISO code and its start."""
    if not position or text[position - 1] not in _SIGN_LAST:
        return None
    if text[position - 1] in " \xa0" and text[position - 2 : position - 1] not in _SIGN_LAST:
        return None
    match = _SIGN.search(text, max(0, position - 6), position)
    if match is None:
        return None
    return SIGNS[match.group().rstrip(" \xa0")], match.start()


_MINUS_WORD = lazy_pattern(r"(?:マイナス|minus[ ]|negative[ ]|氷点下)$", re.IGNORECASE)


def minus_before(text: str, position: int) -> int | None:
    """Start of a minus sign that ends at ``position``, or None."""
    if not position:
        return None
    last = text[position - 1]
    if last in "▲△":
        return position - 1
    if last == " " and text[position - 2 : position - 1] in ("▲", "△"):
        return position - 2  # "△ 1,200" of financial tables
    if last == "-":
        before = text[position - 2 : position - 1]
        return position - 1 if not before or before in " \n\t(|:,、。「$€£¥はがもで" else None
    if last in "ス下 ":
        match = _MINUS_WORD.search(text, max(0, position - 9), position)
        return match.start() if match is not None else None
    return None


# ---------------------------------------------------------------- the basis: per chip, 1時間当たり
_PER_NAMES = {
    "second": "秒 s sec second seconds 秒間",
    "minute": "分 min minute minutes",
    "hour": "時 時間 h hr hour hours",
    "day": "日 day days d",
    "week": "週 週間 week weeks",
    "month": "月 か月 ヶ月 カ月 月間 month months mo",
    "year": "年 年間 year years yr annum",
    "person": "人 名 person capita head people",
    "share": "株 share shares",
    "unit": "個 台 つ 枚 本 件 unit units item piece pieces 基",
    "chip": "チップ chip chips",
    "gpu": "GPU gpu gpus",
    "server": "サーバー サーバ server servers",
    "node": "ノード node nodes",
    "rack": "ラック rack racks",
    "core": "コア core cores",
    "instance": "インスタンス instance instances",
    "token": "トークン token tokens",
    "barrel": "バレル barrel barrels",
    "household": "世帯 戸 household households",
    "time": "回 time",
    "m2": "平方メートル m2 m²",
    "km2": "平方キロメートル 平方キロ km2 km²",
}
_PER = {word: name for name, words in _PER_NAMES.items() for word in words.split()}
_PER_JA = "|".join(sorted((word for word in _PER if not word.isascii()), key=len, reverse=True))
_PER_AFTER = lazy_pattern(
    rf"[ ]?/[ ]?(?P<slash>{_PER_JA}|[A-Za-z][A-Za-z0-9²]*)|[ ]?毎(?P<every>秒|分|時)"
    r"|[ ](?:per|each|every)[ ](?P<per>[A-Za-z][A-Za-z0-9-]*)|[ ]an?[ ](?P<a>second|minute|hour|day|week|month|year|share|barrel|gallon|head|piece|unit)(?![a-z])"
    r"|[ ](?P<each>each|apiece)(?![A-Za-z])"
)
EVERY = {
    "毎秒": "second",
    "毎分": "minute",
    "毎時": "hour",
    "毎日": "day",
    "毎月": "month",
    "毎年": "year",
    "時速": "hour",
    "秒速": "second",
    "分速": "minute",
    "時給": "hour",
    "日給": "day",
    "月給": "month",
    "月額": "month",
    "年額": "year",
    "年率": "year",
    "年間": "year",
    "月間": "month",
    "年収": "year",
    "日産": "day",
    "月産": "month",
    "年産": "year",
}
_EVERY_LAST = frozenset(word[-1] for word in EVERY)
_PER_BEFORE = lazy_pattern(
    rf"(?P<noun>[ァ-ヶー]{{2,12}}|[A-Za-z][A-Za-z0-9]*|[一-鿿]{{1,4}})?[ ]?(?:1|一)?[ ]?(?P<unit>{_PER_JA})?"
    r"(?:あたり|当たり|当り|につき|ごとに|毎に)(?:の)?(?:[^0-9一-十、。]{0,8})$"
)
PER_TAIL = lazy_pattern(r"[ ]?(?:あたり|当たり|当り|につき|ごとに)")


def per_after(text: str, position: int) -> tuple[str, int] | None:
    """Read "/chip", "per hour", 毎秒 at ``position``; returns the basis and its end."""
    if position >= len(text) or text[position] not in " /毎":
        return None
    match = _PER_AFTER.match(text, position)
    if match is None:
        return None
    if match["each"]:
        return "unit", match.end()
    word = match["slash"] or match["every"] or match["per"] or match["a"]
    name = _PER.get(word) or _PER.get(word.lower())
    if name is None:
        if match["slash"]:
            return None
        name = word.lower()
    return name, match.end()


def per_before(text: str, position: int) -> tuple[str, int] | None:
    """Read 毎秒, 時速 or チップ1個当たり in front of ``position``; returns the basis and its start."""
    if position < 2:
        return None
    if text[position - 1] in _EVERY_LAST:
        name = EVERY.get(text[position - 2 : position])
        if name is not None:
            return name, position - 2
    low = max(0, position - 26)
    head = text[low:position]
    if "たり" not in head and "当り" not in head and "につき" not in head and "ごとに" not in head:
        return None
    match = _PER_BEFORE.search(text, low, position)
    if match is None:
        return None
    noun = match["noun"] or ""
    name = _PER.get(noun) or _PER.get(noun.lower())
    if name is None and match["unit"]:
        name = _PER[match["unit"]]
    if name is None:
        # 基本料金当たり: the noun itself is the basis, as written
        trimmed = next((word for word in sorted(_PER, key=len, reverse=True) if noun.endswith(word)), None)
        name = _PER[trimmed] if trimmed else noun.lower()
    return (name, match.start()) if name else None
