"""One name in the place of another, when all else of a claim is what the source says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import Relation
from assistant.types import Difference
from assistant.verify.agree import NO_CONTEXT, Context, belongs_to, content_covered, coverage_of, covered
from assistant.verify.places import has_word, same_word
from assistant.verify.slots import Slot
from assistant.verify.statement import ATTRIBUTES, Statement, Word, family
from assistant.verify.vocab import stem

_SOLE = frozenset(
    stem(word)
    for word in "開発 発表 製造 設計 書く 述べる 語る 説明 develop announce manufacture design make unveil write wrote state explain".split()
)
"""Acts that one party does to one product, and who says it."""
_PARTNERS = frozenset({"with", "source", "dative"})
_REST = 0.75
"""Share of the claim's other words the source must have."""
_REST_OF_EVENT = 0.65
"""The same where two figures or dates of the source fit to the digit: that is one event in other words."""


def other_kind(claim: Statement, evidence: Statement, missing: Sequence[Word]) -> Difference | None:
    """HBM3E claimed of a product whose one kind of memory the evidence gives as HBM2e."""
    if len(missing) != 1 or family(missing[0]) not in ATTRIBUTES:
        return None
    products = [word for word in claim.names if word.model and family(word) not in ATTRIBUTES]
    if not products or not all(word.form in evidence.forms or word.concepts & evidence.concepts for word in products):
        return None
    if any(
        word.model and family(word) not in ATTRIBUTES and not any(same_word(word, own) for own in products)
        for word in evidence.words
    ):
        return None
    siblings = {word.form: word for word in evidence.words if word.model and family(word) == family(missing[0])}
    if len(siblings) != 1:
        return None
    other = next(iter(siblings.values()))
    word = missing[0]
    return Difference("name", claim.text[word.start : word.end], evidence.text[other.start : other.end])


def swapped_name(
    claim: Statement, evidence: Statement, context: Context, missing: Sequence[Word], slots: Sequence[Slot]
) -> Difference | None:
    """The one name (of one word or several) a claim has in the place of another, when all else agrees.

    A model for its sibling beside a figure that fits, who made, developed, announced or said a thing, with whom, and
    the one other party of an English sentence with the same figure.
    """
    run = _run(claim, missing)
    if run and belongs_to(claim, run[-1], missing):
        return None
    if not run or claim.negated or evidence.negated or claim.certainty != evidence.certainty:
        return None
    rest = replace(claim, words=tuple(word for word in claim.words if not any(word is own for own in run)))
    if not all(slot.covered and slot.fit >= 0.3 for slot in slots) or not _named_there(rest, evidence, context):
        return None
    strange = [word for word in evidence.names if not has_word(claim, word)]
    if any(word.model for word in run):
        event = sum(slot.relation is Relation.SAME for slot in slots) > 1
        return _sibling(claim, evidence, context, run, rest, strange, figures=bool(slots), event=event)
    strange = [word for word in strange if not word.model]
    acts = [word for word in rest.words if word.form in _SOLE]
    shared = any(same_word(act, word) for act in acts for word in evidence.words)
    first = run[0] is claim.words[0] or run[0].role in ("subject", "by") or run[-1] is claim.words[-1]
    about = any(word.model for word in rest.words) or (
        len(rest.names) > 1 and coverage_of(rest, evidence, context) >= _REST
    )
    if shared and about and first and not any(word.form in context.forms for word in run):
        agents = _runs(evidence, [word for word in strange if word.role in ("subject", "by") or _opens(evidence, word)])
        if len(agents) == 1:
            return _difference(claim, run, evidence, agents[0])
    if not slots:
        return None
    if shared and about and _owns_figure(claim, run, slots):
        makers = _runs(evidence, strange)
        if len(makers) == 1:
            return _difference(claim, run, evidence, makers[0])
    if run[-1].role in _PARTNERS:
        partners = _runs(evidence, [word for word in strange if word.role in _PARTNERS])
        if len(partners) == 1 and content_covered(rest, evidence, context):
            return _difference(claim, run, evidence, partners[0])
    others = _runs(evidence, strange)
    if claim.lang == evidence.lang == "en" and len(others) == 1 and coverage_of(rest, evidence, context) >= _REST:
        return _difference(claim, run, evidence, others[0])
    return None


_RATHER_JA = lazy_pattern(
    r"(?P<not>[^、。はがを]{2,24})(?:では|じゃ)なく、?(?P<but>[^、。はがを]{2,24}?)(?=[はがをにで])"
)
_RATHER_EN = lazy_pattern(r"(?P<but>[A-Z][\w.'-]*(?: [A-Z][\w.'-]*)*), not (?P<not>[A-Z][\w.'-]*(?: [A-Z][\w.'-]*)*)")


def denied_in_favour(claim: Statement, evidence: Statement, context: Context) -> Difference | None:
    """「TSMCではなくSamsungが製造する」 where the source has TSMC for the same act and nothing of Samsung."""
    match = (_RATHER_JA if claim.lang == "ja" else _RATHER_EN).search(claim.text)
    if match is None or evidence.negated or evidence.denied:
        return None
    turned, kept = (
        [word for word in claim.names if match.start(key) <= word.start < match.end(key)] for key in ("not", "but")
    )
    if not turned or not kept or any(covered(word, evidence, context) for word in kept):
        return None
    rest = replace(claim, words=tuple(word for word in claim.words if not any(word is own for own in (*turned, *kept))))
    there = all(covered(word, evidence, NO_CONTEXT) for word in turned)
    if not there or not rest.words or coverage_of(rest, evidence, context) < _REST:
        return None
    return _difference(claim, kept, evidence, [_twin(word, evidence) for word in turned])


def _twin(word: Word, evidence: Statement) -> Word:
    return next((other for other in evidence.words if same_word(word, other)), evidence.words[0])


def _sibling(
    claim: Statement,
    evidence: Statement,
    context: Context,
    run: Sequence[Word],
    rest: Statement,
    strange: Sequence[Word],
    *,
    figures: bool,
    event: bool,
) -> Difference | None:
    word = next(item for item in run if item.model)
    siblings = {other.form: other for other in strange if other.model and family(other) == family(word)}
    if len(run) > 1 or not figures or len(siblings) != 1 or not rest.names:
        return None
    agrees = content_covered(rest, evidence, context) or (
        claim.lang == "en" and coverage_of(rest, evidence, context) >= (_REST_OF_EVENT if event else _REST)
    )
    return _difference(claim, run, evidence, [next(iter(siblings.values()))]) if agrees else None


def _owns_figure(claim: Statement, run: Sequence[Word], slots: Sequence[Slot]) -> bool:
    """Whether a figure is said to be the name's: Samsungの3nm, "Samsung's 3 nm"."""
    behind = claim.text[run[-1].end : run[-1].end + 6]
    lead = "の" if claim.lang == "ja" else "'s "
    start = run[-1].end + len(lead)
    return behind.startswith((lead, lead.replace("'", "’"))) and any(
        slot.claimed.start <= start < slot.claimed.end for slot in slots
    )


def _named_there(rest: Statement, evidence: Statement, context: Context) -> bool:
    """Whether the source has the claim's other names: those of products and objects in the sentence itself."""
    for word in rest.words:
        if word.kind != "name" and word.role != "object":
            continue
        if not covered(word, evidence, NO_CONTEXT) and (word.model or not covered(word, evidence, context)):
            return False
    return True


def _run(claim: Statement, missing: Sequence[Word]) -> list[Word]:
    """The missing words when they are one name: Orian Leitersdorf; else nothing."""
    runs = _runs(claim, missing)
    return runs[0] if len(runs) == 1 else []


def _runs(statement: Statement, words: Sequence[Word]) -> list[list[Word]]:
    """Words that stand side by side, together."""
    out: list[list[Word]] = []
    for word in sorted(words, key=lambda item: item.start):
        if out and statement.text[out[-1][-1].end : word.start] in ("", " ", "・"):
            out[-1].append(word)
        else:
            out.append([word])
    return out


def _opens(evidence: Statement, word: Word) -> bool:
    """Whether an English sentence begins with the name, as what acts in it."""
    if evidence.lang != "en" or not evidence.names:
        return False
    opening = next(iter(_runs(evidence, evidence.names)))
    return any(word is item for item in opening) and opening[0] is evidence.words[0]


def _difference(claim: Statement, run: Sequence[Word], evidence: Statement, other: Sequence[Word]) -> Difference:
    return Difference("name", claim.text[run[0].start : run[-1].end], evidence.text[other[0].start : other[-1].end])
