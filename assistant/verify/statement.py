"""A sentence as what can be compared: words with their roles, names, figures, dates, negation, certainty."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

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
    groups_of,
)
from assistant.verify.words import NOT_NEGATION, words_of

_CJK = lazy_pattern(r"[\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_NEGATED_EN = lazy_pattern(r"\b(?:not(?! only)|never|neither|nor|no longer)\b|n't\b")
_NEGATED_JA = lazy_pattern(
    r"ではな[いくか]|ありません|ではありませ|じゃな[いくか]|(?:われ|され|られ)(?:て(?:は)?い)?(?:ない|なかった|ません)"
)
_WEIGHTS = {"name": 2.0, "noun": 1.0, "verb": 0.6, "adjective": 0.7}
_NONE: frozenset[str] = frozenset()


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
    overtaken: int = 0  # up to here it tells of a plan that came otherwise: 「288GBの計画だったが、…」

    names: tuple[Word, ...] = field(init=False)
    word_forms: frozenset[str] = field(init=False)  # what words of another statement are looked up in, see has_word
    word_concepts: frozenset[str] = field(init=False)
    word_groups: frozenset[int] = field(init=False)  # of words that are no model names

    def __post_init__(self) -> None:
        put = object.__setattr__
        words = self.words
        put(self, "names", tuple([word for word in words if word.kind == "name"]))
        put(self, "word_forms", frozenset([word.form for word in words]))
        put(self, "word_concepts", frozenset([key for word in words if word.concepts for key in word.concepts]))
        put(self, "word_groups", frozenset([key for word in words if not word.model for key in word.groups]))


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
    placed = []
    for form, begin, stop, kind, role, negated, model in words_of(folded.text, lang):
        start, end = folded.original(begin, stop)
        if (
            blocked
            and any(start < last and first < end for first, last in blocked)
            and not (model and not _inside(start, end, blocked))
        ):
            continue
        around = (
            frozenset([key for first, last, key in concepts if first <= start and end <= last]) if concepts else _NONE
        )
        weight = _WEIGHTS.get(kind, 0.25)
        placed.append(Word(form, start, end, kind, role, negated, around, model, groups_of(form), weight))
    found = tuple(placed)
    groups = frozenset(number for word in found for number in word.groups)
    overtaken = _overtaken(text, lang)
    return Statement(
        text=text,
        lang=lang,
        words=found,
        quantities=quantities,
        dates=dates,
        certainty=_certainty(text[overtaken:], lang),
        overtaken=overtaken,
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
        owners: dict[str, set[str]] = {}
        for key, spellings in folded.items():
            for spelling in spellings:
                owners.setdefault(spelling, set()).add(key)
        found = {}
        for key, spellings in folded.items():
            inner: set[str] = set()
            for spelling in spellings:
                for length in range(3, len(spelling)):
                    for start in range(len(spelling) - length + 1):
                        inner |= owners.get(spelling[start : start + length], _NONE)
            inner.discard(key)
            if inner:
                found[key] = frozenset(inner)
        _PARTS[id(glossary)] = found
    return found


_OVERTAKEN_JA = lazy_pattern(
    r"(?:予定|計画|見込み|見通し|方針|構想|目標|予想|予測)(?:だった|であった|でした)(?:が|ものの|けれども?|のに対し)"
)
_OVERTAKEN_EN = lazy_pattern(
    r"\b(?:had (?:been )?|was |were )(?:originally |first |initially )?(?:planned|expected|scheduled|slated|due|meant)\b[^.;]*?"
    r"(?:[,;] but|[,;] yet| but)\b",
    re.IGNORECASE,
)


def _overtaken(text: str, lang: str) -> int:
    """Where the part of a sentence ends that tells of a plan, when the rest tells how it came."""
    match = (_OVERTAKEN_JA if lang == "ja" else _OVERTAKEN_EN).search(text)
    return match.end() if match is not None else 0


_MAY = lazy_pattern(r"\bMay\b")
"""The month; the verb is written small, but at the beginning of a question."""


def _certainty(text: str, lang: str) -> int:
    if lang == "ja":
        tail = text
        if any(cue in tail for cue in CONSIDER_JA):
            return 1
        return 2 if any(cue in tail for cue in PLAN_JA) else 3
    lowered = _MAY.sub("", text).lower() + " "
    if any(f" {cue}" in f" {lowered}" for cue in CONSIDER_EN):
        return 1
    return 2 if any(f" {cue}" in f" {lowered}" for cue in PLAN_EN) else 3
