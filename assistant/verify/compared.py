"""Sentences that set two products side by side: which figure or word belongs to which, and who beats whom."""

from __future__ import annotations

from dataclasses import replace

from assistant.text.patterns import lazy_pattern
from assistant.types import Difference
from assistant.verify.statement import ATTRIBUTES, Statement, Word, family

_BASE_JA = lazy_pattern(
    r"[^、。はが]{0,14}?(?:に比べ|と比べ|に対し|との比較|と比較|より|比で|の(?:約|最大|ほぼ|およそ)?(?:[0-9０-９]|半分|倍))"
)
_BASE_EN = lazy_pattern(r"(?:\bthan|\bcompared (?:with|to)|\bof|\bover|\bversus|\bvs\.?|\bthat of)(?: the| a)? $")
_RATIO = frozenset({"multiple", "percent"})


def products(statement: Statement) -> list[Word]:
    """Names with digits that are products, not formats or kinds of memory."""
    return [word for word in statement.words if word.model and family(word) not in ATTRIBUTES]


def own_part(claim: Statement, evidence: Statement) -> Statement:
    """The evidence without what it says of a sibling of the claim's product: MI350Xは空冷で、MI355Xは液冷."""
    mine = {word.form for word in products(claim)}
    families = {family(word) for word in products(claim)}
    theirs = products(evidence)
    strange = [word for word in theirs if word.form not in mine and family(word) in families]
    if not mine or not strange or not any(word.form in mine for word in theirs):
        return evidence

    def belongs(start: int) -> bool:
        before = [
            word
            for word in theirs
            if word.end <= start and (evidence.lang == "en" or word.role in ("subject", "of", "place", ""))
        ]
        return not before or before[-1].form in mine or family(before[-1]) not in families

    words = tuple(word for word in evidence.words if word in strange or belongs(word.start))
    return replace(
        evidence,
        words=words,
        forms=frozenset(word.form for word in words),
        concepts=frozenset(key for word in words for key in word.concepts)
        | (evidence.concepts - frozenset(key for word in evidence.words for key in word.concepts)),
        quantities=tuple(item for item in evidence.quantities if belongs(item.start)),
    )


_CONTRAST_JA = lazy_pattern(r"(?:が|けれども?|のに対し(?:て)?|(?:の)?一方(?:で)?)、")
_CONTRAST_EN = lazy_pattern(r"[,;] (?:but|while|whereas|yet)\b|;")
_TOPIC_JA = lazy_pattern(r"(?<![でにとへ])は")
_ELLIPTIC_EN = lazy_pattern(r"\b(?:does|do|did|is|are|was|were|has|have|had|can|could|will)(?: not|n't)[ .]*$")


def own_clause(claim: Statement, evidence: Statement) -> tuple[int, int] | None:
    """The half of a contrast that is about what the claim is about: of "AはXを使うが、Bは使わない" the second for B.

    None where there is no contrast, the claim has one itself, or its subject stands in both halves or in none.
    """
    contrast = _CONTRAST_JA if evidence.lang == "ja" else _CONTRAST_EN
    border = contrast.search(evidence.text)
    if border is None or claim.lang != evidence.lang or contrast.search(claim.text):
        return None
    mine = _topic(claim, 0, len(claim.text))
    if not mine:
        return None
    halves = ((0, border.start()), (border.end(), len(evidence.text)))
    topics = [_topic(evidence, *half) for half in halves]
    if not all(topics):
        return None
    own = [half for half, topic in zip(halves, topics, strict=True) if _about(mine, topic)]
    return own[0] if len(own) == 1 else None


def denied_by_ellipsis(evidence: Statement, clause: tuple[int, int]) -> bool:
    """Whether an English half ends in "does not", which denies what the other half says."""
    return evidence.lang == "en" and _ELLIPTIC_EN.search(evidence.text[slice(*clause)]) is not None


def _topic(statement: Statement, start: int, end: int) -> list[Word]:
    """Names of what a stretch is about: before its first は, or the first name of an English one."""
    names = [word for word in statement.names if start <= word.start < end]
    if statement.lang == "ja":
        mark = _TOPIC_JA.search(statement.text, start, end)
        return [word for word in names if mark is not None and word.end <= mark.start()]
    return names[:1]


def _about(mine: list[Word], topic: list[Word]) -> bool:
    return all(
        any(word.form == other.form or not word.concepts.isdisjoint(other.concepts) for other in topic) for word in mine
    )


def sides(statement: Statement, *, any_quantity: bool = False) -> tuple[str, str] | None:
    """``(what is measured, what it is measured by)`` of a comparison by ratio (or by any figure), or None."""
    if not any_quantity and not any(item.dimension in _RATIO for item in statement.quantities):
        return None
    found = products(statement)
    for word in found:
        after = statement.text[word.end : word.end + 24]
        before = statement.text[max(0, word.start - 24) : word.start]
        is_base = _BASE_JA.match(after) is not None if statement.lang == "ja" else _BASE_EN.search(before) is not None
        if is_base:
            others = [other for other in found if other.form != word.form]
            if others:
                return others[0].form, word.form
    return None


def reversed_comparison(claim: Statement, evidence: Statement) -> list[Difference]:
    """The claim's two sides when the evidence has them the other way round."""
    mine, theirs = sides(claim), sides(evidence)
    if mine is None:
        return []
    if theirs is None:
        if not any(item.dimension in _RATIO for item in evidence.quantities):
            return []  # two plain figures side by side compare nothing
        first = next((word.form for word in products(evidence) if word.form in mine), None)
        known = {word.form for word in products(evidence)}
        if first is None or first == mine[0] or not set(mine) <= known:
            return []
        theirs = (mine[1], mine[0])
    if mine == (theirs[1], theirs[0]) and mine[0] != mine[1]:
        return [Difference("name", f"{mine[0]} > {mine[1]}", f"{theirs[0]} > {theirs[1]}")]
    return []
