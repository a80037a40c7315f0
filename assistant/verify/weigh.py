"""How much a judged sentence weighs for or against a claim beside the others."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from assistant.text.quantities import Quantity, Relation
from assistant.types import SpecRow, Verdict
from assistant.verify.evidence import EvidenceSentence
from assistant.verify.judge import PairVerdict
from assistant.verify.relations import acts_on_another
from assistant.verify.slots import Slot, compare_quantity, fit, same_word, surroundings
from assistant.verify.statement import Statement, read_statement

_REPORTED = re.compile(r"^(?:ただし|一部の|なお)|と書(?:く|いた|かれ|い)|という(?:数字|表記|値)もある")
_EXACT = (Relation.SAME, Relation.ROUNDED)
_NAMELESS = 0.9
_MANY_WORDS = 4
_AGAINST_CONFLICT = 0.85
"""How fully another source must speak of the same thing to stand against a support."""


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


def conflicts(against: Judged, support: Judged, statement: Statement) -> bool:
    """Whether a contradicting sentence speaks of the very thing a support speaks of."""
    if support.result.verbatim and len(statement.words) > 8:
        return False
    if {difference.kind for difference in against.result.differences} <= {"unit"}:
        return False  # 144 GB here and 144 GiB there: told apart by the source, no dispute
    slots = [slot for slot in against.result.slots if slot.difference is not None]
    if slots and all(_binary_twin(slot) for slot in slots):
        return False
    if not slots or any(_has_claimed(slot, against) for slot in slots):
        return False  # a sentence that has the claimed figure too tells two things apart
    other = against.sentence.statement
    strangers = [word for word in other.names if not any(same_word(word, own) for own in statement.words)]
    if any(
        word.model or word.role == "subject"
        for word in strangers
        if not any(same_word(word, own) for own in support.sentence.statement.words)
    ):
        return False  # another precision, another company
    mine, theirs = support.sentence.passage.spec, against.sentence.passage.spec
    if mine is not None and theirs is not None:
        return (
            mine.entity == theirs.entity
            and mine.attribute == theirs.attribute
            and not _told_apart(statement, mine, theirs)
        )
    if against.result.coverage < _AGAINST_CONFLICT or min(slot.fit for slot in slots) < 0.6:
        return False
    if _REPORTED.search(other.text):
        return False  # the source itself sets this value apart
    if acts_on_another(statement):
        return False  # who paid five once may have paid eight in all
    if len(other.dates) > len(statement.dates):
        return False  # true on another day
    backwards = [
        fit(
            surroundings(other, slot.found.start, slot.found.end),
            surroundings(statement, slot.claimed.start, slot.claimed.end),
        )
        for slot in slots
        if slot.found is not None
    ]
    return bool(backwards) and min(backwards) >= 0.55


def _binary_twin(slot: Slot) -> bool:
    """Whether 20.7TB stands against 20736GiB: the same digits, counted in thousands or in 1,024s."""
    one, two = slot.claimed, slot.found
    if not isinstance(one, Quantity) or not isinstance(two, Quantity) or one.binary == two.binary:
        return False
    if one.binary:
        one, two = two, one
    power = round(math.log(float(two.scale), 1024)) if two.scale > 1 else 0
    decimal = two.low / two.scale * Decimal(1000) ** power
    return bool(abs(one.low - decimal) <= max(one.step, decimal / 200))


def _told_apart(statement: Statement, mine: SpecRow, theirs: SpecRow) -> bool:
    """Whether the claim names the condition that only the supporting row has."""
    own = read_statement(mine.conditions).forms - read_statement(theirs.conditions).forms
    return bool(own & statement.forms)


def _has_claimed(slot: Slot, against: Judged) -> bool:
    if not isinstance(slot.claimed, Quantity):
        return False
    return any(
        compare_quantity(slot.claimed, found) is Relation.SAME for found in against.sentence.statement.quantities
    )
