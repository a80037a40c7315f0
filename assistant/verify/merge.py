"""A claim that no single sentence backs, but several of one subject do together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.types import Verdict
from assistant.verify.agree import covered, polarity_differences
from assistant.verify.judge import SUPPORT_COVERAGE
from assistant.verify.places import has_word
from assistant.verify.speakers import other_speaker
from assistant.verify.statement import Statement, Word
from assistant.verify.vocab import GENERIC

if TYPE_CHECKING:
    from assistant.verify.weigh import Judged

_FIT = 0.5
_PARTY = 0.8
_MOST = 3
_COVERAGE = max(SUPPORT_COVERAGE, 0.85)


def merged_support(claim: Statement, judged: Sequence[Judged]) -> list[Judged]:
    """The fewest sentences (two or three) that back every figure, date, name and nearly every word.

    Every one of them must speak of the claim's subject, and none may turn any of it round.
    """
    subject = claim.names[0] if claim.names else None
    if subject is None or claim.denied:
        return []
    models = [word for word in claim.names if word.model]
    usable = [
        item
        for item in judged
        if item.result.coverage >= 0.4
        and not (item.sentence.is_row and item.sentence.passage.spec is None and models)
        and item.result.verdict is not Verdict.CONTRADICTED
        and not item.sentence.statement.denied
        and item.sentence.statement.certainty >= claim.certainty
        and covered(subject, item.sentence.statement, item.sentence.context)
        and all(covered(word, item.sentence.statement, item.sentence.context) for word in models)
        and not polarity_differences(claim, item.sentence.statement)
        and (claim.negated or not item.sentence.statement.negated)
        and other_speaker(claim, item.sentence.statement, item.sentence.context) is None
    ]
    if len(usable) < 2:
        return []
    slots = len(claim.quantities) + len(claim.dates)
    if slots < 2:
        return []
    chosen: list[Judged] = []
    last = next((word for word in reversed(claim.words) if word.kind != "name"), None)
    have: set[int] = set()
    words: set[int] = set()
    while len(chosen) < _MOST:
        best, gain = None, 0.0
        for item in usable:
            if any(item is other for other in chosen):
                continue
            new = _slots(item, claim, last) - have
            more = sum(claim.words[index].weight for index in _words(claim, item) - words)
            if len(new) * 5 + more > gain:
                best, gain = item, len(new) * 5 + more
        if best is None:
            break
        chosen.append(best)
        have |= _slots(best, claim, last)
        words |= _words(claim, best)
        total = sum(word.weight for word in claim.words)
        share = sum(claim.words[index].weight for index in words) / total if total else 1.0
        names = all(index in words for index, word in enumerate(claim.words) if word.kind == "name")
        nouns = claim.lang != "ja" or all(
            index in words
            for index, word in enumerate(claim.words)
            if word.kind in ("noun", "adjective") and word.form not in GENERIC
        )
        if len(have) == slots and names and nouns and share >= _COVERAGE:
            return chosen if len(chosen) > 1 and all(_same_parties(claim, item) for item in chosen) else []
    return []


def _same_parties(claim: Statement, item: Judged) -> bool:
    """Whether a sentence that backs a sum of money names everybody the claim names: who pays whom is one fact, and
    a party from another sentence would make another of it."""
    money = any(
        slot.covered and claim.quantities[index].dimension.startswith("currency")
        for index, slot in enumerate(item.result.slots[: len(claim.quantities)])
    )
    return not money or all(
        covered(word, item.sentence.statement, item.sentence.context) >= _PARTY for word in claim.names
    )


def _slots(item: Judged, claim: Statement, last: Word | None) -> set[int]:
    """Slots the sentence backs by itself. A date counts only where the claim's predicate stands too."""
    found = set()
    for index, slot in enumerate(item.result.slots):
        if not slot.covered or slot.fit < _FIT:
            continue
        if index >= len(claim.quantities) and last is not None and not has_word(item.sentence.statement, last):
            continue
        found.add(index)
    return found


def _words(claim: Statement, item: Judged) -> set[int]:
    sentence = item.sentence
    return {
        index for index, word in enumerate(claim.words) if covered(word, sentence.statement, sentence.context) >= 0.8
    }
