"""Where a figure stands: the words around it, whose it is, and on which basis."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import Quantity
from assistant.verify.statement import Statement, Word
from assistant.verify.vocab import opposites_of

_BOUND = 0.25
"""What a name in the same part of a list adds to a figure's fit, or takes from it."""


def same_word(first: Word, second: Word) -> bool:
    """Whether two words name the same: form, glossary term or group of like words."""
    if first.form == second.form or (first.concepts and first.concepts & second.concepts):
        return True
    if first.model or second.model:
        return False
    return bool(first.groups) and not first.groups.isdisjoint(second.groups)


def has_word(statement: Statement, word: Word) -> bool:
    """Whether any word of a statement is :func:`same_word` as ``word``."""
    if word.form in statement.word_forms or not statement.word_concepts.isdisjoint(word.concepts):
        return True
    return not word.model and not statement.word_groups.isdisjoint(word.groups)


_BORDER = lazy_pattern(r"[、，；;。｜|]|, | and ")
Surroundings = list[tuple[Word, float]]


def surroundings(statement: Statement, start: int, end: int) -> Surroundings:
    """Words around a place, nearer ones heavier, those behind a clause border lighter."""
    borders = [match.start() for match in _BORDER.finditer(statement.text)]
    before, behind = bisect_left(borders, start), bisect_left(borders, end)
    scale = 12 if statement.lang == "ja" else 24
    out: Surroundings = []
    for word in statement.words:
        if word.end <= start:
            gap, crossed = start - word.end, before - bisect_left(borders, word.end)
        elif word.start >= end:
            gap, crossed = word.start - end + 2, bisect_left(borders, word.start) - behind
        else:
            continue
        out.append((word, word.weight / (1 + gap / scale + 0.7 * crossed)))
    return out


def fit(ours: Surroundings, theirs: Surroundings) -> float:
    """Share of a claim figure's surroundings that also surround the evidence figure, 0 to 1."""
    total = sum(weight for _, weight in ours)
    if not total:
        return 0.5
    # The heaviest of the words that same_word would find, by what it would find them.
    forms: dict[str, float] = {}
    concepts: dict[str, float] = {}
    groups: dict[int, float] = {}
    for other, weight in theirs:
        if weight > forms.get(other.form, 0.0):
            forms[other.form] = weight
        for concept in other.concepts:
            concepts[concept] = max(weight, concepts.get(concept, 0.0))
        if not other.model:
            for group in other.groups:
                groups[group] = max(weight, groups.get(group, 0.0))
    score = 0.0
    for word, weight in ours:
        best = forms.get(word.form, 0.0)
        for concept in word.concepts:
            best = max(best, concepts.get(concept, 0.0))
        if not word.model:
            for group in word.groups:
                best = max(best, groups.get(group, 0.0))
        score += min(weight, best * 1.25)
        if not best and not opposites_of(word.form).isdisjoint(forms):
            score -= weight / 2
    return max(0.0, min(1.0, score / total))


_ASIDE = lazy_pattern(r"\([^()]*\)|（[^（）]*）")


def owner(statement: Statement, start: int) -> tuple[Word, ...]:
    """Whose figure it is: the name that governs the place, in "AはX、BはY" the nearer one, with all its words."""
    aside = [match.span() for match in _ASIDE.finditer(statement.text, 0, start)]
    names = [
        word
        for word in statement.words
        if word.kind == "name" and word.end <= start and not any(first < word.start < last for first, last in aside)
    ]
    if not names:
        return ()
    head = len(names) - 1
    if statement.lang == "ja":
        for index in range(len(names) - 1, -1, -1):
            if names[index].role in ("subject", "of", "place"):
                head = index
                break
    found = [names[head]]
    for word in reversed(names[:head]):
        if found[0].start - word.end > 1:
            break
        found.insert(0, word)
    return tuple(found)


_RESPECTIVELY = lazy_pattern(r"それぞれ|各々|順に|\brespectively\b")


def owners(statement: Statement) -> list[tuple[Word, ...]]:
    """The owner of every figure of a statement, in order; 「それぞれ」 deals the names out one by one."""
    plain = [owner(statement, item.start) for item in statement.quantities]
    if len(plain) > 1 and _RESPECTIVELY.search(statement.text):
        distinct: list[tuple[Word, ...]] = []
        for word in statement.names:
            if word.end > statement.quantities[0].start:
                break
            if distinct and word.start - distinct[-1][-1].end <= 1:
                distinct[-1] = (*distinct[-1], word)
            else:
                distinct.append((word,))
        if len(distinct) == len(plain):
            return distinct
    return plain


def owners_differ(first: tuple[Word, ...], second: tuple[Word, ...]) -> bool:
    """Whether two owners are surely not one: other model numbers, or no word in common."""
    if not first or not second:
        return False
    models, others = {word.form for word in first if word.model}, {word.form for word in second if word.model}
    if models and others:
        return not any(same_word(one, two) for one in first if one.model for two in second if two.model)
    return not any(same_word(one, two) for one in first for two in second)


_SYSTEM = lazy_pattern(
    r"UltraServer|ウルトラサーバー|サーバー|サーバ(?!ー)|ラック|クラスター|UltraCluster|インスタンス|システム|合計|全体|総計|[0-9一]台|個構成|NVL[0-9]+|\bpods?\b|ポッド|\bservers?\b|\bracks?\b|\bclusters?\b|\binstances?\b|"
    r"\bsystems?\b|\btotal\b|\baggregate\b|\bcombined\b",
    re.IGNORECASE,
)
_CHIP = lazy_pattern(
    r"[1一][個基](?:当たり|あたり|の)|(?:GPU|チップ)[ ]?[1一][個基]|(?:チップ|GPU|アクセラレーター|プロセッサー?)(?:[1一]個|単体|当たり|あたり)|個当たり|個あたり|\bper[- ](?:chip|gpu|accelerator)|\bper chip|\beach chip|\bsingle chip|各[^、。]{0,14}チップ|/chip|/GPU",
    re.IGNORECASE,
)


def basis(statement: Statement, quantity: Quantity) -> str:
    """What one unit of the figure is: ``chip``, ``system`` or not said. The nearest cue before it counts, else one behind."""
    if quantity.per in ("chip", "gpu"):
        return "chip"
    if quantity.per in ("server", "rack", "instance", "system", "node", "cluster"):
        return "system"
    text = statement.text
    begin = max(text.rfind(mark, 0, quantity.start) for mark in "。；;|") + 1
    nearest: tuple[int, str] | None = None
    for kind, pattern in (("system", _SYSTEM), ("chip", _CHIP)):
        for match in pattern.finditer(text, begin, quantity.start):
            if nearest is None or match.end() >= nearest[0]:
                nearest = (match.end(), kind)
    if nearest is not None:
        return nearest[1]
    tail = text[quantity.end : quantity.end + 60]
    after = min(
        (
            (cue.start(), kind)
            for kind, pattern in (("system", _SYSTEM), ("chip", _CHIP))
            if (cue := pattern.search(tail))
        ),
        default=None,
    )
    return after[1] if after is not None else ""


def bound_words(statement: Statement) -> list[list[Word]]:
    """For each figure the names in its own part of a list: "A: $2.70 in Iowa, $3.24 in Tokyo". Empty without a list."""
    figures = statement.quantities
    if len(figures) < 2:
        return [[] for _ in figures]
    borders = [match.start() for match in _BORDER.finditer(statement.text)]
    out: list[list[Word]] = []
    for index, item in enumerate(figures):
        if index + 1 < len(figures):
            ends = [border for border in borders if item.end <= border < figures[index + 1].start]
            end = ends[-1] if ends else item.end
        else:
            end = next((border for border in borders if border >= item.end), len(statement.text))
        out.append([word for word in statement.words if word.kind == "name" and item.end <= word.start < end])
    return out


def binding(claim: Statement, claimed: Quantity, bound: Sequence[Sequence[Word]], position: int) -> float:
    """How a name behind one of several figures speaks for or against it: Tokyo of "$2.70 in Tokyo"."""
    if len(bound) < 2 or len(claim.quantities) > 1:
        return 0.0
    mine = [word for word in claim.words if word.kind == "name" and not word.model]
    having = [any(same_word(word, other) for word in mine for other in words) for words in bound]
    if sum(having) != 1:
        return 0.0
    return _BOUND if having[position] else -_BOUND
