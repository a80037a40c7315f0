"""Telling numbers from names: part numbers, versions, addresses, labels, words written with kanji digits.

Works on folded text, at given offsets.
"""

from __future__ import annotations

import re

from assistant.text.patterns import lazy_pattern
from assistant.text.quantity_context import currency_before
from assistant.text.quantity_numbers import Numeral
from assistant.text.units import JAPANESE


def words(text: str) -> frozenset[str]:
    """A set out of words with spaces between them."""
    return frozenset(text.split())


TOKEN = lazy_pattern(r"[A-Za-z0-9_]*(?:[.\-:/][A-Za-z0-9_]+)*")
NUMBERED = lazy_pattern(
    r"(?<![A-Za-z])(?P<label>Phase|Chapter|Section|Figure|Fig\.|Table|Season|Episode|Part|Volume|Vol\.|Article|Level|Tier|Class|"
    r"Type|Route|No\.|Page|Step|Group|Stage|Round|Grade)[ ]?$"
)
NAMED = lazy_pattern(
    r"(?<![A-Za-z])(?:ISBN(?:-1[03])?|ISSN|arXiv|doi|DOI|〒|TEL|Tel|FAX|電話|バージョン|[Vv]er(?:sion|\.)?)[ :.：]*$"
)
CAPITALISED = lazy_pattern(r"(?<![A-Za-z0-9.])(?P<word>[A-Z][A-Za-z]+|[a-z]{1,2}[A-Z][A-Za-z]+)[ ]$")
FUNCTION_WORDS = words(
    "The In At On By For Of To From And Or But With About Over Under Nearly Almost Only Some All Both Up "
    "Around Roughly Approximately More Less Than After Before Since Until Between Its Their Our His Her "
    "These Those Another Least Most Has Have Had Is Are Was Were Be Total Just Exactly Every Each If When "
    "While There No Other"
)
CHAIN = lazy_pattern(r"[0-9]+(?:-[0-9]+){2,}|\(0[0-9]{1,4}\)[ ]?[0-9]+-[0-9]+")

# 一部, 十分, 三菱, 八戸 and 千葉 are words: a kanji number needs one of these counters, a digit does not.
_KANJI_COUNTERS = words(
    "人 名 個 つ 社 件 枚 冊 台 匹 頭 羽 隻 校 店 棟 歳 才 位 年 年間 周年 日間 日 週間 時間 分間 秒 秒間 回 円 元 割 倍 世紀 番目 回目 度目 代目 人目 年目 日目 "
    "つ目 世代 種類 本 曲 票 議席 点 度 か所 カ所 ヶ所 ヵ所 箇所 階 階建て 階建 試合 勝 敗 連覇 連勝 世帯 世 戸 軒 か国 カ国 ヶ国 ヵ国 か月 カ月 ヶ月 ヵ月 両 石 坪 巻 "
    "話 作 組 次 項目 都市 自治体 団体 種 国 馬力 海里 気圧 %"
)
_ONE_COUNTERS = words(
    "年 年間 週間 時間 分間 秒 秒間 回 円 割 位 番目 回目 種類 か月 カ月 ヶ月 ヵ月 世紀 日間 周年 次 世 社 階 校 票 勝 敗 人目 倍"
) - {"倍"}
_TEN_STOP = frozenset({"分", "歳", "度", "石", "字", "代", "種", "戸", "両", "次", "世", "組", "日", "国"})
_WORD_AFTER = lazy_pattern(
    r"人[称格種間前芝息気]|年生|本[木化気的部社来格当質店人線土州国]|日[市町中月曜本常]|時[的期停]|個[人性別体]|回[りす転路復]|名[古前義]|社会|"
    r"位[置]|世[界帯論間]|点[張字検]|度[会と合]|台[風本]|次[世元第回]|国[志際内家民]|組[織合]|作[品戦家者]|階[段級層]|勝[手負]|校[長]|店[長]|種[子目]|石[川田原井]"
)
_MONEY = frozenset(name for name, unit in JAPANESE.items() if unit.dimension.startswith("currency"))
ACRONYM = lazy_pattern(r"(?<![A-Za-z])[A-Z]{2,}[ ]$")
_RATING = lazy_pattern(r"/(?:5|10|20|100)(?![0-9/])")
RANKED_WORD = lazy_pattern("人者|者|歩|印象|義的|線で")
_NAME_BEFORE = frozenset("統同唯単均随逐画専不純万第其何")


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


def skip_token(text: str, position: int) -> int:
    match = TOKEN.match(text, position)
    return max(position + 1, match.end()) if match is not None else position + 1


def rejected_left(text: str, start: int) -> bool:
    """Whether the digits at ``start`` continue a name: Trainium3, GPT-4, v1.2, #5."""
    if not start:
        return False
    before = text[start - 1]
    if _is_letter(before):
        return currency_before(text, start) is None
    if before in "_#@№\\^〒":
        return True
    if start < 2:
        return False
    earlier = text[start - 2]
    if before in "-.":
        if earlier.isdigit():
            return before == "."
        if _is_letter(earlier) or "ァ" <= earlier <= "ヿ":
            word = re.search(r"[A-Za-z]+$", text[max(0, start - 12) : start - 1])
            return before == "-" and not (
                word is not None and word.group() in {"mid", "pre", "post", "sub", "under", "over", "top", "non"}
            )
    if before == "/":
        return _is_letter(earlier)
    return False


def rejected_right(text: str, start: int, end: int) -> bool:
    """Whether the digits up to ``end`` go on as a name: 3.12.1, 3.5-Sonnet, 5G, 24/7."""
    if end >= len(text):
        return False
    after = text[end]
    if after == "." or after == "_":
        return text[end + 1 : end + 2].isalnum() and text[end + 1 : end + 2].isascii()
    if after == "/":
        # 6.5/10 is a rating of two figures; 24/7 and 2017/18 are none
        return text[end + 1 : end + 2].isdigit() and _RATING.match(text, end) is None
    if after == "-":
        return text[end + 1 : end + 2].isascii() and text[end + 1 : end + 2].isupper()
    return _is_letter(after)


def is_counted(text: str, numeral: Numeral, unit_text: str) -> bool:
    token = text[numeral.start : numeral.end]
    if numeral.start and text[numeral.start - 1] in _NAME_BEFORE:
        return False
    if not unit_text:
        return False
    if "ァ" <= unit_text[0] <= "ヿ" and unit_text[0] not in "カヵヶケ":
        return True
    if _WORD_AFTER.match(text, numeral.end):
        return False
    if token == "一":
        return unit_text in _ONE_COUNTERS
    if len(token) == 1 and token in "十百千" and unit_text in _TEN_STOP:
        return False
    if unit_text == "日" and len(token) == 1:
        return False
    if unit_text == "分":
        return len(token) > 1
    return unit_text in _KANJI_COUNTERS or unit_text in _MONEY
