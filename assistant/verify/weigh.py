"""How much a judged sentence weighs for or against a claim beside the others."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import Relation
from assistant.types import Verdict
from assistant.verify.evidence import EvidenceSentence
from assistant.verify.judge import PairVerdict
from assistant.verify.statement import Statement

_EXACT = (Relation.SAME, Relation.ROUNDED)
_CONDITION = lazy_pattern(
    r"(?:される|する|れる|た|なる|れば|ければ|なら|ば)(?:と、|場合|ば、)|[えけせてねべめれ]ば、|\bif\b|\bonly when\b|\bprovided that\b",
    re.IGNORECASE,
)
_NAMELESS = 0.9
_MANY_WORDS = 4


@dataclass(frozen=True, slots=True)
class Judged:
    """One evidence sentence with what it says."""

    sentence: EvidenceSentence
    result: PairVerdict
    rank: int


def strength(item: Judged) -> tuple[bool, bool, float, float, int]:
    return (not item.result.verbatim, not item.result.near, -item.result.coverage, -item.result.likeness, item.rank)


def strength_against(item: Judged) -> tuple[bool, float, float, float, int]:
    """The sentence that puts another value in the same place comes first."""
    differing = [slot.fit for slot in item.result.slots if slot.difference is not None]
    place = round(max(differing, default=0.5), 1)
    return (not item.result.near, -place, -item.result.coverage, -item.result.likeness, item.rank)


def stands_alone(item: Judged, claim: Statement) -> bool:
    """Whether a contradiction is sure enough without a support to compare it with.

    A claim that names nothing is about anything: only a sentence it nearly repeats stands against it.
    """
    result = item.result
    if _CONDITION.search(claim.text) and not _CONDITION.search(item.sentence.text):
        return False  # what would be if all went well is not denied by what is
    if not claim.names and not result.near and (result.coverage < _NAMELESS or len(claim.words) < _MANY_WORDS):
        return False
    return result.names_shared or result.likeness >= 0.72


def is_solid(item: Judged) -> bool:
    """Whether a support in other words leaves nothing of the claim open."""
    result = item.result
    slots = bool(result.slots) and all(slot.relation in _EXACT and slot.fit >= 0.5 for slot in result.slots)
    return item.result.verdict is Verdict.SUPPORTED and slots and result.coverage >= 0.9


def outweighs(item: Judged) -> bool:
    return item.result.coverage >= 0.8
