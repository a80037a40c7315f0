"""The words of a sentence that carry meaning, each with its part in it: Latin ones and Japanese ones."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from assistant.text import tokens
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.verify.vocab import STOP_EN, STOP_JA, stem

_LATIN = lazy_pattern(r"[A-Za-z0-9À-ɏ][A-Za-z0-9À-ɏ]*(?:[-./&'_+][A-Za-z0-9À-ɏ]+)*\+?")
_MODEL_TAIL = lazy_pattern(
    r"[ -]?((?:[vV]?[0-9]{1,4}(?:\.[0-9])?[A-Za-z]{0,3})|II|III|IV)(?![A-Za-z0-9_%]|\.[0-9]|,[0-9]{3}|[ ]?(?:[万億兆個台倍年月日社人nmWGTMPk]|million|billion|percent|times|chips|GB|TB|nm|years))"
)
_ATTACHED = lazy_pattern(r"([A-Z]{2,5})[0-9]+$")
_KATAKANA = lazy_pattern(r"[ァ-ヺー・＝=]{2,}")
_MODELISH = lazy_pattern(r"[A-Za-z]+[-]?[0-9]|[0-9]+[A-Za-z]{2,}|v[0-9]")
NOT_NEGATION = lazy_pattern(
    r"(?:なければなら|なくてはなら|ないといけ|ざるを得|ざるをえ|かもしれ|に違いな|にちがいな|だけで(?:は)?な|のみなら|ばかりで(?:は)?な|にほかなら|に他なら|しかな|に過ぎな|にすぎな|"
    r"ではないか|じゃないか|ないだろうか|ではないでしょうか|までもな|間違いな|欠かせな|欠かせず|やまな|ばかりか|避けて通れ|限らず|問わず|かかわらず|関わらず|とどまらず|留まらず|のではない(?:か|だろ|でしょ))"
)
_NEGATION_EN = frozenset(
    "not never no neither nor without cannot hardly n't lacks lack failed fails refuses refused unable nobody nothing none".split()
)
_ROLE = {
    "は": "subject",
    "が": "subject",
    "も": "subject",
    "を": "object",
    "に": "dative",
    "へ": "dative",
    "から": "source",
    "より": "source",
    "と": "with",
    "の": "of",
    "で": "place",
}


class Found(NamedTuple):
    """A word with offsets into the folded text; what the fields mean, see :class:`~assistant.verify.statement.Word`."""

    form: str
    start: int
    end: int
    kind: str
    role: str
    negated: bool
    model: bool


def words_of(text: str, lang: str) -> list[Found]:
    """The words of a folded text, in order."""
    found = _latin_words(text, lang)
    if lang == "ja":
        found += _japanese_words(text)
        found.sort(key=lambda word: word.start)
    return found


def canonical_name(written: str) -> str:
    """Trainium 3, TRAINIUM-3 and trainium3 are one name; Trainium3 and Trainium2 are two."""
    return re.sub(r"[^0-9a-zà-ɏ.+]", "", normalise(written)).strip(".")


def _latin_words(text: str, lang: str) -> list[Found]:
    found: list[Found] = []
    position = 0
    for match in _LATIN.finditer(text):
        if match.start() < position:
            continue
        written, end = match.group(), match.end()
        if written.endswith("'s"):
            written, end = written[:-2], end - 2
        attached = _ATTACHED.match(written)
        if attached is not None and text[end : end + 1] in "基個台枚社人つ":
            written, end = attached[1], match.start() + len(attached[1])  # GPU1基 is one GPU
        model = bool(_MODELISH.search(written))
        if written.isalpha() and len(written) > 1 and (written[0].isupper() or written.isupper()):
            tail = _MODEL_TAIL.match(text, end)
            if tail is not None:
                written, end, model = text[match.start() : tail.end()], tail.end(), True
        position = end
        lowered = written.lower()
        if written.replace(",", "").replace(".", "").replace("-", "").replace("/", "").isdigit():
            continue
        if lowered in STOP_EN:
            continue
        if not found and lang == "en" and lowered.endswith("ly") and not model:
            written = lowered  # Technically, at the beginning, names nobody
        capital = written[0].isupper() or any(char.isupper() for char in written[1:])
        name = model or capital  # the first word of a sentence too: better one name too many than one too few
        form = canonical_name(written) if name and (model or not written.isalpha()) else stem(lowered.replace("'", ""))
        if name and lang == "en" and not model and lowered.isalpha():
            form = stem(lowered)
        kind = "name" if name else _english_kind(lowered)
        if lang == "ja" and not model and _PER_ONE.match(text, end):
            kind = "other"  # GPU1個当たり says what a figure is per
        role, negated = (
            (_role_after(text, end), _COPULA_NOT.match(text, end) is not None) if lang == "ja" else ("", False)
        )
        found.append(Found(form, match.start(), end, kind, role, negated, model))
    if lang == "en":
        found = _english_roles(text, found)
    return found


_PER_ONE = lazy_pattern(r"[ ]?1?[個基台枚つ]?(?:当たり|あたり|につき)")


def _english_kind(word: str) -> str:
    if word.endswith("ly"):
        return "other"
    return "noun"


def _role_after(text: str, end: int) -> str:
    """Case of what ends at ``end``: the particle after it and what belongs to it."""
    tail = _TAIL.match(text, end)
    return _ROLE.get(tail["particle"], "by" if tail["particle"] else "") if tail is not None else ""


_COPULA_NOT = lazy_pattern(r"[」』]?(?:では|じゃ|で)(?:な[いくかけ]|ありませ|あらず)")
_TAIL = lazy_pattern(
    r"(?:（[^）]{0,30}）|\([^)]{0,30}\)|[」』\"])*(?:[ ]?[A-Za-z0-9ァ-ヺー・一-鿿]{0,12}?)(?:（[^）]{0,30}）|[」』\"])*"
    r"(?P<particle>により|によって|による|によれば|によると|から|より|は|が|を|に|へ|と|の|で|も)"
)


def _english_roles(text: str, words: list[Found]) -> list[Found]:
    negated_at = [
        match.end()
        for match in re.finditer(r"[A-Za-z]+(?:n't)?|n't", text)
        if match.group().lower() in _NEGATION_EN or match.group().endswith("n't")
    ]
    only = {
        match.end()
        for match in re.finditer(
            r"\bnot(?= only\b)|\bno(?= (?:less|fewer|more|later|earlier) than\b)|\bnot(?= (?:less|fewer|more) than\b)",
            text,
        )
    }
    longer = [match.end() for match in re.finditer(r"\bno longer\b", text)]
    out = []
    taken: set[int] = set()
    for word in words:
        negated = False
        for position in [*negated_at, *longer]:
            if position in only or position in taken:
                continue
            between = text[position : word.start]
            if 0 <= word.start - position <= 40 and not re.search(r"[,;:.]|\b(?:but|and|which|that)\b", between):
                negated = True
                taken.add(position)
                break
        before = text[max(0, word.start - 16) : word.start].lower().rstrip(" \"'“")
        role = ""
        for cue, name in (
            (" by", "by"),
            ("by", "by"),
            (" from", "source"),
            (" to", "dative"),
            (" in", "place"),
            (" of", "of"),
            (" with", "with"),
            (" into", "dative"),
            (" at", "place"),
        ):
            if before.endswith(cue):
                role = name
                break
        out.append(word._replace(role=role, negated=negated))
    return out


# ---------------------------------------------------------------- Japanese words
@lru_cache(maxsize=4096)
def morphemes(text: str) -> tuple[tuple[int, int, str, str, tuple[str, ...], bool], ...]:
    """The words of a folded text, remembered: each sentence is looked at several times."""
    return tuple(
        [(start, end, text[start:end], form, part, new) for start, end, form, part, new in tokens.morphemes(text)]
    )


_FIGURE_NEXT = lazy_pattern(r"(?:で|でも|の)?[\s約およそ]*[0-9０-９〇一二三四五六七八九十百千万数]|、|[0-9.]*[%％]")


_FUNCTION = frozenset({"空白", "補助記号", "記号", "助詞", "助動詞", "連体詞", "接続詞", "感動詞"})
_KINDS = {
    "名詞": "noun",
    "動詞": "verb",
    "形容詞": "adjective",
    "形状詞": "adjective",
    "副詞": "other",
    "接尾辞": "noun",
}
_BOUNDS = frozenset({"未満", "以上", "以下", "超", "以内", "約"})


def _japanese_words(text: str) -> list[Found]:
    items = morphemes(text)
    found: list[Found] = []
    prefix_negated = False
    for index, (start, end, surface, norm, part, unknown) in enumerate(items):
        if part[0] in _FUNCTION or surface.isascii():
            continue
        if part[0] == "接頭辞":
            prefix_negated = surface in ("未", "不", "非", "無")
            continue
        if part[0] == "接尾辞" and surface not in ("増", "減"):
            continue
        negate_here, prefix_negated = prefix_negated, False
        form = norm.replace(" ", "").lower()
        if part[1] == "数詞" or form in STOP_JA or (part[0] == "代名詞"):
            continue
        if surface in _BOUNDS:
            continue
        if surface in ("最大", "最低") and _FIGURE_NEXT.match(text, end):
            continue  # 最大144個; 最大の発明 says something of its own
        kind = _KINDS.get(part[0], "noun")
        if part[1] == "固有名詞" or (
            kind == "noun" and (unknown and len(surface) > 1 and _KATAKANA.fullmatch(surface))
        ):
            kind = "name"
        if kind == "noun" and len(surface) == 1 and part[2] == "助数詞可能":
            continue
        role = _role_after(text, end) if kind in ("name", "noun") else ""
        found.append(Found(form, start, end, kind, role, negate_here or _negated(items, index, text), False))
    return found


def _negated(items: tuple[tuple[int, int, str, str, tuple[str, ...], bool], ...], index: int, text: str) -> bool:
    """Whether the predicate at ``index`` is negated by what follows it in its phrase."""
    start = items[index][0]
    compound = True
    for offset in range(index + 1, min(index + 9, len(items))):
        begin, _, surface, norm, part, _ = items[offset]
        if compound and part[0] in ("接尾辞", "名詞") and items[index][4][0] in ("名詞", "接尾辞"):
            continue  # 輸出国ではない negates the compound
        compound = False
        if (
            (
                surface in ("ない", "なかっ", "なく", "なけれ", "なき", "なし", "無し", "無い", "無く", "無かっ")
                and (part[0] in ("助動詞", "形容詞"))
            )
            or (
                part[0] == "助動詞"
                and surface in ("ぬ", "ず", "ん", "ざる", "ね")
                and part[4] in ("助動詞-ヌ", "文語助動詞-ズ", "助動詞-ナイ")
            )
            or (surface == "まい" and part[0] == "助動詞")
        ):
            window = text[max(0, start - 1) : begin + 10]
            cue = NOT_NEGATION.search(window)
            return cue is None
        if (
            part[0] == "助動詞"
            or (part[0] == "動詞" and part[1] == "非自立可能")
            or surface in ("て", "で", "は", "に", "も", "と", "が", "し", "得", "こと", "わけ", "の", "では")
        ):
            if surface in ("が", "の") and norm not in ("が", "の"):
                return False
            continue
        return False
    return False
