"""One claim against one piece of evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher

from assistant.text.glossary import EMPTY, Glossary
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import Quantity, Relation
from assistant.types import Difference, Verdict
from assistant.verify.agree import (
    GENERIC_STEMS,
    NO_CONTEXT,
    Context,
    content_covered,
    context_of,
    coverage_of,
    covered,
    limit_difference,
    modality_difference,
    name_differences,
    object_agrees,
    polarity_differences,
    predicates_agree,
)
from assistant.verify.compared import own_clause, own_part, reversed_comparison
from assistant.verify.entail import applies, entailment
from assistant.verify.fates import other_fate
from assistant.verify.locations import other_place
from assistant.verify.near import compare_nearly
from assistant.verify.places import has_word, owner
from assistant.verify.relations import direction_unknown, left_behind, reversed_roles
from assistant.verify.slots import Slot, date_slots, quantity_slots
from assistant.verify.speakers import other_speaker
from assistant.verify.statement import ATTRIBUTES, Statement, Word, family, read_statement
from assistant.verify.swaps import denied_in_favour, other_kind, swapped_name
from assistant.verify.vocab import LIGHT_JA

__all__ = ["Context", "PairVerdict", "context_of", "judge", "judge_pair"]

SUPPORT_COVERAGE = 0.72
"""Share of the claim's words (by weight) the evidence must have for a support."""
GIVEN_COVERAGE = 0.55
"""The same where the evidence was given with the claim."""
CONTRADICT_COVERAGE = 0.5
"""The same for a contradiction: that both speak of one thing."""
GIVEN_CONTRADICT = 0.4
NAME_COVERAGE = 0.7
NAME_LIKENESS = 0.72
_HOPELESS = 0.3


@dataclass(frozen=True, slots=True)
class PairVerdict:
    """What one piece of evidence says about one claim."""

    verdict: Verdict
    coverage: float  # share of the claim's words the evidence has, 0 to 1
    differences: tuple[Difference, ...] = ()
    missing: tuple[str, ...] = ()  # names, figures and dates of the claim the evidence lacks
    certainty: tuple[int, int] = (3, 3)
    verbatim: bool = False
    names_shared: bool = True
    likeness: float = 0.0
    near: bool = False  # the claim repeats the evidence nearly word for word
    slots: tuple[Slot, ...] = ()
    spoken: bool = False  # all that differs is who says it


VERBATIM = PairVerdict(Verdict.SUPPORTED, 1.0, verbatim=True, likeness=1.0, near=True)
"""What a sentence says that has the very words of the claim."""


def judge_pair(
    claim: str, evidence: str, *, anchor: date | None = None, glossary: Glossary = EMPTY, title: str = ""
) -> PairVerdict:
    """Judge a claim by one given evidence text alone.

    Args:
        claim: One statement.
        evidence: The text it is held against; several sentences are read as one.
        anchor: Publication day of the evidence, to resolve 昨年.
        glossary: Spellings that mean the same.
        title: What the evidence is about, when it does not say so itself.
    """
    mine = read_statement(claim, anchor=anchor, glossary=glossary)
    theirs = read_statement(evidence, anchor=anchor, glossary=glossary)
    context = context_of([read_statement(title, glossary=glossary)]) if title else NO_CONTEXT
    result = judge(mine, theirs, context, on_topic=True)
    if result.verbatim or not applies(mine, theirs):
        return result
    found = entailment(mine, theirs, result.verdict, result.coverage)
    if found.verdict is result.verdict:
        return result
    return replace(result, verdict=found.verdict, differences=found.differences, near=False)


def likeness_of(claim: Statement, evidence: Statement) -> float:
    """How far both texts run in parallel, 0 to 1."""
    return SequenceMatcher(None, claim.squeezed, evidence.squeezed, autojunk=False).ratio()


def judge(
    claim: Statement, evidence: Statement, context: Context = NO_CONTEXT, *, on_topic: bool = False
) -> PairVerdict:
    """Judge an analysed claim by an analysed evidence sentence with its context.

    Args:
        claim: The claim.
        evidence: One sentence, row or cell.
        context: What stands around the evidence.
        on_topic: The evidence was chosen for this claim by somebody, so that fewer words need to agree.
    """
    exact = bool(claim.quantities or claim.dates or claim.names)
    enough = GIVEN_COVERAGE if on_topic and exact else SUPPORT_COVERAGE
    verbatim = bool(claim.squeezed) and claim.squeezed == evidence.squeezed
    if verbatim and claim.text.strip() == evidence.text.strip():
        return VERBATIM
    whole, evidence = evidence, own_part(claim, evidence)
    coverage = coverage_of(claim, evidence, context)
    if coverage < _HOPELESS:
        return PairVerdict(Verdict.NOT_FOUND, coverage, names_shared=False)
    slots = (*quantity_slots(claim, evidence), *date_slots(claim, evidence, context.dates))
    missing_names = [word for word in claim.names if not covered(word, evidence, context)]
    if not on_topic:
        missing_names += [word for word in _displaced(claim, evidence, context) if word not in missing_names]
    differences = [slot.difference for slot in slots if slot.difference is not None]
    uncovered = [slot for slot in slots if not slot.covered]
    certainty = (claim.certainty, evidence.certainty)
    aligned = coverage >= (GIVEN_CONTRADICT if on_topic else CONTRADICT_COVERAGE)
    missing = [claim.text[word.start : word.end] for word in missing_names] + [slot.claimed.text for slot in uncovered]
    shared = bool(claim.names) is False or any(covered(word, evidence, context) for word in claim.names)
    polarity = polarity_differences(claim, evidence)
    roles = reversed_roles(claim, evidence) or reversed_comparison(claim, whole)

    def verdict(
        kind: Verdict, found: Sequence[Difference] = (), likeness: float = 0.0, *, near: bool = False
    ) -> PairVerdict:
        return PairVerdict(
            kind, coverage, tuple(found), tuple(missing), certainty, verbatim, shared, likeness, near, slots
        )

    def other_words() -> PairVerdict | None:
        """The verdict where everything agrees but who says it."""
        speaker = other_speaker(claim, whole, context)
        if speaker is None:
            return None
        if speaker.found:
            return replace(verdict(Verdict.CONTRADICTED, [speaker]), spoken=True)
        return replace(verdict(Verdict.NOT_FOUND), missing=(speaker.claimed,))

    # Two halves of one sentence say opposite things: words of both in a row are no repetition.
    apart = (evidence.overtaken and not claim.overtaken and claim.certainty == 3) or own_clause(claim, whole)
    near = compare_nearly(claim, whole) if coverage >= 0.3 and evidence.denied == claim.denied and not apart else None
    limits = limit_difference(claim, whole) if near is not None else []
    if limits:
        return verdict(Verdict.CONTRADICTED, limits, near.share if near is not None else 0.0, near=True)
    if near is not None and not roles:
        kinds = {item.kind for item in near.differences}
        if near.differences and ("name" not in kinds or len(kinds) == 1 or near.share >= 0.88):
            if not near.missing or near.share >= 0.8:
                return verdict(Verdict.CONTRADICTED, near.differences, near.share, near=True)
        elif (
            not near.differences
            and not near.missing
            and not missing_names
            and object_agrees(claim, whole)
            and not (near.skips and uncovered)
            and not any(slot.difference is not None and slot.difference.kind == "unit" for slot in uncovered)
            and not (near.skips and not on_topic and direction_unknown(claim, whole))
            and (claim.certainty < evidence.certainty or modality_difference(claim, evidence) is None)
        ):
            return other_words() or verdict(Verdict.SUPPORTED, (), near.share, near=True)
    if evidence.denied and not claim.denied:
        if coverage >= SUPPORT_COVERAGE and not uncovered and not missing_names:
            return verdict(Verdict.CONTRADICTED, [Difference("polarity", claim.text, evidence.text)])
        return verdict(Verdict.NOT_FOUND)
    measured = on_topic or measure_covered(claim, evidence, context)
    if not measured:
        differences = []
    if (
        not on_topic
        and any(item.kind == "date" for item in differences)
        and not content_covered(claim, evidence, context)
    ):
        differences = [item for item in differences if item.kind != "date"]
    if not on_topic and differences and not event_covered(claim, evidence, context, coverage):
        undated = [item for item in differences if item.kind != "date"]
        differences = undated if coverage >= 0.8 or claim.lang != "ja" else []
    if roles and coverage >= CONTRADICT_COVERAGE and not missing_names:
        return verdict(Verdict.CONTRADICTED, roles)
    if on_topic and coverage >= enough and claim.quantities and not any(word.model for word in missing_names):
        missing_names = []  # the figures decide
    fate = None if on_topic or coverage < CONTRADICT_COVERAGE else other_fate(claim, evidence, context)
    if fate is not None:
        return verdict(Verdict.CONTRADICTED, [fate])
    elsewhere = None if on_topic else other_place(claim, evidence, context, missing_names)
    if elsewhere is not None:
        return verdict(Verdict.CONTRADICTED, [elsewhere])
    kind = other_kind(claim, evidence, missing_names)
    if kind is not None and coverage >= 0.4 and not on_topic:
        return verdict(Verdict.CONTRADICTED, [kind])
    swapped = None if on_topic else swapped_name(claim, evidence, context, missing_names, slots)
    if swapped is None and not on_topic:
        swapped = denied_in_favour(claim, evidence, context)
    if swapped is not None:
        return verdict(Verdict.CONTRADICTED, [swapped])
    if missing_names:
        names = name_differences(claim, evidence, context, missing_names)
        if names and coverage >= 0.4 and len(uncovered) <= max(0, len(slots) - 1):
            likeness = likeness_of(claim, evidence)
            if likeness >= NAME_LIKENESS:
                return verdict(Verdict.CONTRADICTED, [*names, *differences], likeness)
        return verdict(Verdict.NOT_FOUND)
    if differences and aligned and (on_topic or _strong(claim, slots, coverage)):
        return verdict(Verdict.CONTRADICTED, [*differences, *polarity])
    if polarity and coverage >= 0.6:
        return verdict(Verdict.CONTRADICTED, polarity)
    if not measured or uncovered or (not on_topic and not claim.names and _another_subject(claim, evidence)):
        return verdict(Verdict.NOT_FOUND)
    if coverage < enough:
        return verdict(Verdict.NOT_FOUND)
    modality = modality_difference(claim, evidence)
    if modality is not None:
        return verdict(Verdict.CONTRADICTED if modality[1] else Verdict.NOT_FOUND, [modality[0]] if modality[1] else [])
    if (not on_topic or not exact) and (
        not content_covered(claim, evidence, context) or not object_agrees(claim, evidence)
    ):
        return verdict(Verdict.NOT_FOUND)
    if not on_topic and (left_behind(claim, evidence) or not (slots or _says_it(claim, evidence, context))):
        return verdict(Verdict.NOT_FOUND)
    if (
        polarity
        or direction_unknown(claim, evidence)
        or not predicates_agree(claim, evidence, context, exact=_exact(slots, coverage))
    ):
        return verdict(Verdict.NOT_FOUND)
    return other_words() or verdict(Verdict.SUPPORTED)


def _says_it(claim: Statement, evidence: Statement, context: Context) -> bool:
    """Whether the sentence itself, not what stands around it, says it: all names but one, and half of the rest."""
    around = {word.form for word in claim.names if 0 < covered(word, evidence, context) < 1}
    if len(around) > 1:
        return False
    said = [word for word in claim.words if word.kind in ("noun", "verb", "adjective") and word.form not in LIGHT_JA]
    total = sum(word.weight for word in said)
    return 2 * sum(word.weight * (covered(word, evidence, NO_CONTEXT) > 0) for word in said) >= total


_LABELLED = lazy_pattern(r"[^：:。]{2,30}(?:（[^）]*）)?[：:](?!//)")


def _displaced(claim: Statement, evidence: Statement, context: Context) -> list[Word]:
    """Names the claim is about that only the evidence's surroundings have, while the sentence is about another name.

    "Amazonが約束した" under a title that names AWS says nothing of AWS.
    """
    only_around = [
        word
        for word in claim.names
        if (word.role == "subject" or word is claim.names[0]) and 0 < covered(word, evidence, context) < 1
    ]
    labelled = _LABELLED.match(evidence.text)
    if not only_around and labelled is not None and claim.words:
        # 「Metagenomi（メタゲノミ）：遺伝子編集の企業」 says nothing of カラクリ, which the title names
        first = claim.words[0]
        inside = [word for word in evidence.words if word.end <= labelled.end()]
        if first.role == "subject" and first.kind == "noun" and 0 < covered(first, evidence, context) < 1:
            only_around = [first] if any(word.kind == "name" for word in inside) else []
    if not only_around:
        return []
    others = [
        word
        for word in evidence.names
        if (
            word.role == "subject"
            or evidence.text[word.end : word.end + 16].lstrip().startswith((":", "："))
            or re.match(r"（[^）]*）[：:]", evidence.text[word.end :])
            or (evidence.lang == "en" and word.start == 0)
        )
        and family(word) not in ATTRIBUTES
        and not has_word(claim, word)
    ]
    return only_around if others else []


def measure_covered(claim: Statement, evidence: Statement, context: Context) -> bool:
    """Whether the evidence measures what the claim measures: メモリ容量 is not 演算性能."""
    if not claim.quantities:
        return True
    for word in claim.words:
        if word.kind == "name" or not word.concepts:
            continue
        if not (word.concepts & (evidence.concepts | context.concepts)) and not covered(word, evidence, context):
            return False
    if claim.lang != "ja":
        return _mostly_covered(claim, evidence, context)
    for item in claim.quantities:
        subjects = [
            word for word in claim.words if word.end <= item.start and word.role == "subject" and word.kind == "noun"
        ]
        if not subjects:
            continue
        share = covered(subjects[-1], evidence, context)
        if not share or (share < 1 and item.dimension == "multiple"):
            return False  # a ratio of what the sentence itself does not measure
    return True


def _mostly_covered(claim: Statement, evidence: Statement, context: Context) -> bool:
    """Whether an English claim's common words are mostly there: "capital expenditure" is not "committed"."""
    common = [word for word in claim.words if word.kind == "noun" and word.form not in GENERIC_STEMS]
    return len(common) < 2 or 2 * sum(covered(word, evidence, context) > 0 for word in common) >= len(common)


def event_covered(claim: Statement, evidence: Statement, context: Context, coverage: float) -> bool:
    """Whether the evidence tells of the same event: a date differs only if it is the date of that."""
    ends = [word for word in claim.words if word.kind in ("verb", "noun") and word.form not in LIGHT_JA]
    if claim.lang != "ja":
        common = [word for word in claim.words if word.kind == "noun" and word.form not in GENERIC_STEMS]
        return not common or any(covered(word, evidence, NO_CONTEXT) for word in common)
    if not ends:
        return True
    last = claim.words[-1]
    if last.kind == "name" or last.form in LIGHT_JA or last.role:
        return True
    return has_word(evidence, last)


def _another_subject(claim: Statement, evidence: Statement) -> bool:
    """Whether a claim that names nothing meets a figure that belongs to a named thing."""
    return bool(claim.quantities) and any(owner(evidence, item.start) for item in evidence.quantities)


def _exact(slots: Sequence[Slot], coverage: float) -> bool:
    """Figures that fit so well that the verb between them may be another."""
    return (
        bool(slots)
        and coverage >= 0.85
        and all(
            isinstance(slot.claimed, Quantity) and slot.relation is Relation.SAME and slot.fit >= 0.7 for slot in slots
        )
    )


def _strong(claim: Statement, slots: Sequence[Slot], coverage: float) -> bool:
    """Whether a difference is in the same place of both sentences, and not two facts side by side."""
    parts = [slot for slot in slots if slot.difference is not None]
    best = max((slot.fit for slot in parts), default=0.0)
    slipped = any(slot.difference is not None and slot.difference.kind == "unit" for slot in parts)
    # The same digits in another unit, 256 MB for 256 GB, are no chance.
    return best >= 0.45 or (coverage >= (0.7 if slipped else 0.75) and best >= (0.1 if slipped else 0.3))
