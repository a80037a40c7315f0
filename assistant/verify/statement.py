"""A sentence as what can be compared: words with their roles, names, figures, dates, negation, certainty."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from assistant.text import tokens
from assistant.text.dates import DateSpan, find_dates
from assistant.text.glossary import EMPTY, Glossary
from assistant.text.normalise import normalise, normalise_with_offsets
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import Qualifier, Quantity, find_quantities
from assistant.text.quantity_fold import fold
from assistant.verify.vocab import (
    CONSIDER_EN,
    CONSIDER_JA,
    DENIAL_EN,
    DENIAL_JA,
    PLAN_EN,
    PLAN_JA,
    STOP_EN,
    STOP_JA,
    groups_of,
    stem,
)

_LATIN = lazy_pattern(r"[A-Za-z0-9À-ɏ][A-Za-z0-9À-ɏ]*(?:[-./&'_+][A-Za-z0-9À-ɏ]+)*\+?")
_CJK = lazy_pattern(r"[\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
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
_NEGATED_EN = lazy_pattern(r"\b(?:not(?! only)|never|neither|nor|no longer)\b|n't\b")
_NEGATED_JA = lazy_pattern(
    r"ではな[いくか]|ありません|ではありませ|じゃな[いくか]|(?:われ|され|られ)(?:て(?:は)?い)?(?:ない|なかった|ません)"
)
_WEIGHTS = {"name": 2.0, "noun": 1.0, "verb": 0.6, "adjective": 0.7}
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


@dataclass(frozen=True, slots=True)
class Word:
    """One word that carries meaning."""

    form: str  # normalised: what two spellings of it share
    start: int
    end: int
    kind: str  # name, noun, verb, adjective, other
    role: str = ""  # of a name or noun: subject, object, dative, source, with, of, place, by
    negated: bool = False
    concepts: frozenset[str] = frozenset()  # glossary terms it is part of
    model: bool = False  # a name with digits: Trainium3, HBM3E, H100
    groups: frozenset[int] = frozenset()  # groups of like words it belongs to
    weight: float = 1.0


ATTRIBUTES = frozenset("hbm fp bf int mxfp nvfp tf cfp uint pcie ddr lpddr gddr ocp sm cu".split())
"""Families of names that describe a product and are none."""


def family(word: Word) -> str:
    """The letters a model name begins with: trainium of trainium3."""
    match = re.match(r"[a-z]+", word.form)
    return match.group() if match is not None else ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One analysed sentence."""

    text: str
    lang: str
    words: tuple[Word, ...]
    quantities: tuple[Quantity, ...]
    dates: tuple[DateSpan, ...]
    certainty: int  # 3 fact, 2 plan, 1 under consideration
    denied: bool  # the sentence says that something is wrong
    forms: frozenset[str] = field(default_factory=frozenset)
    concepts: frozenset[str] = field(default_factory=frozenset)
    groups: frozenset[int] = field(default_factory=frozenset)
    squeezed: str = ""
    negated: bool = False  # anything in it is negated

    @property
    def names(self) -> tuple[Word, ...]:
        return tuple(word for word in self.words if word.kind == "name")


def squeeze(text: str) -> str:
    """Width, case, spaces and end marks folded away: what a verbatim repetition shares."""
    return re.sub(r"[\s。．.!！?？「」『』\"'、,，()（）]+", "", normalise(text))


def language_of(text: str) -> str:
    return "ja" if _CJK.search(text) else "en"


def read_statement(text: str, *, anchor: date | None = None, glossary: Glossary = EMPTY) -> Statement:
    """Analyse one sentence; ``anchor`` is the day it was published."""
    dates = find_dates(text, anchor=anchor)
    quantities = tuple(
        item
        for item in find_quantities(text)
        if not _is_basis(text, item)
        and not any(day.start <= item.start and item.end <= day.end and day.relative for day in dates)  # 先月20日
    )
    folded = fold(text)
    blocked = [
        (item.span_start if item.span_start >= 0 else item.start, max(item.end, item.span_end)) for item in quantities
    ]
    blocked += [(item.start, item.end) for item in dates]
    concepts = _concepts(text, glossary)
    lang = language_of(text)
    raw = list(_latin_words(folded.text, lang, text))
    if lang == "ja":
        raw += _japanese_words(folded.text)
    raw.sort(key=lambda word: word.start)
    placed = []
    for word in raw:
        start, end = folded.original(word.start, word.end)
        if any(start < stop and begin < end for begin, stop in blocked) and not (
            word.model and not _inside(start, end, blocked)
        ):
            continue
        around = frozenset(key for begin, stop, key in concepts if begin <= start and end <= stop)
        weight = _WEIGHTS.get(word.kind, 0.25)
        placed.append(
            Word(
                word.form,
                start,
                end,
                word.kind,
                word.role,
                word.negated,
                around,
                word.model,
                groups_of(word.form),
                weight,
            )
        )
    found = tuple(placed)
    groups = frozenset(number for word in found for number in word.groups)
    return Statement(
        text=text,
        lang=lang,
        words=found,
        quantities=quantities,
        dates=dates,
        certainty=_certainty(text, lang),
        denied=any(cue in text for cue in (DENIAL_JA if lang == "ja" else DENIAL_EN)),
        forms=frozenset(word.form for word in found),
        concepts=_with_parts(frozenset(key for _, _, key in concepts), glossary),
        groups=groups,
        squeezed=squeeze(text),
        negated=any(word.negated for word in found)
        or _NEGATED_EN.search(text) is not None
        or _NEGATED_JA.search(text) is not None
        or _ends_negated(text),
    )


_NOT_AT_END = lazy_pattern(r"(?<![少危切つ])(?:ない|なかった|ません|ませんでした)[。．」』）]*$")


def _ends_negated(text: str) -> bool:
    """Whether a Japanese sentence ends in a negation: 256GBにならなかった."""
    found = _NOT_AT_END.search(text)
    return found is not None and NOT_NEGATION.search(text, max(0, found.start() - 8)) is None


_THINGS = frozenset(
    f"count:{name}" for name in "item chip gpu core server node rack instance aircraft sheet model".split()
)
_BASIS_TAIL = lazy_pattern(r"(?:は|で|の|が|に|当たり|あたり|同士|単体|とも)")
_CONTAINER = lazy_pattern(r"の[^、。はがをも]{1,12}?(?:に|で|当たり|あたり|から)")
_BASIS_HEAD = lazy_pattern(r"[A-Za-z0-9ァ-ヶー一-鿿）)][ ]?$")


def _is_basis(text: str, quantity: Quantity) -> bool:
    """Whether チップ1個は or 1台の中で says what a figure is about and is none itself."""
    return (
        quantity.low == quantity.high == 1
        and quantity.dimension in _THINGS
        and quantity.qualifier is Qualifier.EXACT
        and _BASIS_TAIL.match(text, quantity.end) is not None
        and (
            text[quantity.end] != "の"
            or _BASIS_HEAD.search(text, 0, quantity.start) is not None
            or _CONTAINER.match(text, quantity.end) is not None
        )  # 1つの更新 counts; 1つのポッドには says where
    )


def _inside(start: int, end: int, blocked: Iterable[tuple[int, int]]) -> bool:
    return any(begin <= start and end <= stop for begin, stop in blocked)


def _concepts(text: str, glossary: Glossary) -> list[tuple[int, int, str]]:
    if not glossary.terms:
        return []
    mentions = glossary.mentions(text)
    if not mentions:
        return []
    folded = None if len(normalise(text)) == len(text) else normalise_with_offsets(text)
    found = []
    for mention in mentions:
        start, end = (mention.start, mention.end) if folded is None else folded.span(mention.start, mention.end)
        found.append((start, end, mention.term.spellings[0]))
    return found


def _with_parts(keys: frozenset[str], glossary: Glossary) -> frozenset[str]:
    """The terms found and those they contain: who speaks of メモリ容量 speaks of メモリ."""
    parts = _parts(glossary) if keys else {}
    return keys.union(*(parts[key] for key in keys if key in parts))


_PARTS: dict[int, dict[str, frozenset[str]]] = {}


def _parts(glossary: Glossary) -> dict[str, frozenset[str]]:
    found = _PARTS.get(id(glossary))
    if found is None:
        if len(_PARTS) > 8:
            _PARTS.clear()
        folded = {term.spellings[0]: [normalise(item) for item in term.spellings] for term in glossary.terms}
        found = {}
        for key, spellings in folded.items():
            inner = {
                other
                for other, theirs in folded.items()
                if other != key
                and any(one in two and len(one) > 2 and len(one) < len(two) for one in theirs for two in spellings)
            }
            if inner:
                found[key] = frozenset(inner)
        _PARTS[id(glossary)] = found
    return found


def _certainty(text: str, lang: str) -> int:
    if lang == "ja":
        tail = text
        if any(cue in tail for cue in CONSIDER_JA):
            return 1
        return 2 if any(cue in tail for cue in PLAN_JA) else 3
    lowered = text.lower() + " "
    if any(f" {cue}" in f" {lowered}" for cue in CONSIDER_EN):
        return 1
    return 2 if any(f" {cue}" in f" {lowered}" for cue in PLAN_EN) else 3


# ---------------------------------------------------------------- Latin words
def canonical_name(written: str) -> str:
    """Trainium 3, TRAINIUM-3 and trainium3 are one name; Trainium3 and Trainium2 are two."""
    return re.sub(r"[^0-9a-zà-ɏ.+]", "", normalise(written)).strip(".")


def _latin_words(text: str, lang: str, original: str) -> list[Word]:
    found: list[Word] = []
    matches = list(_LATIN.finditer(text))
    position = 0
    for match in matches:
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
        found.append(Word(form, match.start(), end, kind, role, negated, frozenset(), model))
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


def _english_roles(text: str, words: list[Word]) -> list[Word]:
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
        out.append(Word(word.form, word.start, word.end, word.kind, role, negated, word.concepts, word.model))
    return out


# ---------------------------------------------------------------- Japanese words
@lru_cache(maxsize=4096)
def morphemes(text: str) -> tuple[tuple[int, int, str, str, tuple[str, ...], bool], ...]:
    """The words of a folded text, remembered: each sentence is looked at several times."""
    return tuple(tokens.morphemes(text))


_FIGURE_NEXT = lazy_pattern(r"(?:で|でも|の)?[\s約およそ]*[0-9０-９〇一二三四五六七八九十百千万数]|、|[0-9.]*[%％]")


def _japanese_words(text: str) -> list[Word]:
    items = morphemes(text)
    found: list[Word] = []
    prefix_negated = False
    for index, (start, end, surface, norm, part, unknown) in enumerate(items):
        if surface.isascii() or part[0] in ("空白", "補助記号", "記号", "助詞", "助動詞", "連体詞", "接続詞", "感動詞"):
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
        if surface in ("未満", "以上", "以下", "超", "以内", "約"):
            continue
        if surface in ("最大", "最低") and _FIGURE_NEXT.match(text, end):
            continue  # 最大144個; 最大の発明 says something of its own
        kind = {
            "名詞": "noun",
            "動詞": "verb",
            "形容詞": "adjective",
            "形状詞": "adjective",
            "副詞": "other",
            "接尾辞": "noun",
        }.get(part[0], "noun")
        if part[1] == "固有名詞" or (
            kind == "noun" and (unknown and len(surface) > 1 and _KATAKANA.fullmatch(surface))
        ):
            kind = "name"
        if kind == "noun" and len(surface) == 1 and part[2] == "助数詞可能":
            continue
        role = _role_after(text, end) if kind in ("name", "noun") else ""
        found.append(Word(form, start, end, kind, role, negate_here or _negated(items, index, text)))
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
