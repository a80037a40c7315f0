"""A Japanese sentence against one given sentence where no figure or name decides.

「男性がベンチに座っている」 against 「少年が立っている」: readable features (how far both run alike, what is left over, which
words exclude each other) go into a softmax whose weights were fitted by ``python -m evals.bench.fit_entailment``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.text.quantity_fold import fold
from assistant.types import Difference, Verdict
from assistant.verify.entail_weights import BIAS, WEIGHTS
from assistant.verify.places import same_word
from assistant.verify.scenes import alike, covers, excludes, kinds_of
from assistant.verify.statement import Statement
from assistant.verify.vocab import groups_of, opposites_of
from assistant.verify.words import morphemes

CLASSES = (Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.NOT_FOUND)
_CONTENT = frozenset("名詞 動詞 形容詞 形状詞 副詞 代名詞 接頭辞 接尾辞".split())
_QUALITIES = frozenset("形容詞 形状詞 副詞".split())
_LIGHT = frozenset("居る 有る 為る て いる".split())
_MARKS = frozenset("補助記号 空白 記号".split())


@dataclass(frozen=True, slots=True)
class _Token:
    form: str
    part: str

    @property
    def content(self) -> bool:
        return self.part in _CONTENT and self.form not in _LIGHT


@dataclass(frozen=True, slots=True)
class Entailment:
    """What a claim's sentence is to a given one, with the probability of each verdict (they sum to 1)."""

    verdict: Verdict
    shares: dict[Verdict, float]
    differences: tuple[Difference, ...] = ()


def applies(claim: Statement, evidence: Statement) -> bool:
    """Whether a pair is for this module: Japanese, with no name, date or measured figure in the claim."""
    return (
        claim.lang == evidence.lang == "ja"
        and not claim.dates
        and not claim.names
        and all(item.dimension.startswith("count:") or item.dimension == "number" for item in claim.quantities)
    )


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(norm.lower(), part[0]) for _, _, _, norm, part, _ in morphemes(fold(text).text) if part[0] not in _MARKS
    ]


def _same_sense(first: _Token, second: _Token) -> bool:
    return alike(first.form, second.form) or not groups_of(first.form).isdisjoint(groups_of(second.form))


def features(claim: Statement, evidence: Statement, verdict: Verdict, coverage: float) -> dict[str, float]:
    """Numbers that describe how a claim lies to its evidence.

    Args:
        claim: The claim.
        evidence: The given sentence.
        verdict: What the comparison of words, figures and names says (``judge``).
        coverage: Share of the claim's words the evidence has, 0 to 1.
    """
    mine, theirs = _tokens(claim.text), _tokens(evidence.text)
    first, second = [item.form for item in mine], [item.form for item in theirs]
    matcher = SequenceMatcher(None, second, first, autojunk=False)
    steps = [step for step in matcher.get_opcodes() if step[0] != "equal"]
    matched = sum(block.size for block in matcher.get_matching_blocks())
    shorter = min(len(first), len(second))
    prefix = next((index for index in range(shorter) if first[index] != second[index]), shorter)
    suffix = next(
        (index for index in range(shorter - prefix) if first[-1 - index] != second[-1 - index]), shorter - prefix
    )
    ours = [item for item in mine if item.content]
    other = [item for item in theirs if item.content]
    left_ours = [item for item in ours if item.form not in second]
    left_other = [item for item in other if item.form not in first]
    open_ours = [item for item in left_ours if not any(_same_sense(item, word) for word in other)]
    open_other = [item for item in left_other if not any(_same_sense(item, word) for word in ours)]
    wider = [item for item in open_ours if any(covers(item.form, word.form) for word in other)]
    unexplained = len(open_ours) - len(wider)
    excluded = [(one.form, two.form) for one in open_ours for two in open_other if excludes(one.form, two.form)]
    kinds = {kind for one, two in excluded for kind in kinds_of(one) & kinds_of(two)}
    swapped = swapped_alike = 0
    for tag, a, b, c, d in steps:
        if tag != "replace":
            continue
        pairs = [(one.form, two.form) for one in theirs[a:b] for two in mine[c:d] if one.content and two.content]
        swapped += sum(excludes(one, two) for one, two in pairs)
        swapped_alike += sum(one != two and alike(one, two) for one, two in pairs)
    subjects = [word for word in claim.words if word.role == "subject"]
    their_subjects = [word for word in evidence.words if word.role == "subject"]
    return {
        "same_order_claim": matched / max(1, len(first)),
        "same_order_evidence": matched / max(1, len(second)),
        "same_begin": prefix / max(1, shorter),
        "same_end": suffix / max(1, shorter),
        "identical": float(not steps),
        "changes": float(len(steps)),
        "one_change": float(len(steps) == 1),
        "claim_length": len(first) / 20,
        "left_in_claim": float(len(left_ours)),
        "left_in_evidence": float(len(left_other)),
        "sense_covered": 1 - unexplained / max(1, len(ours)),
        "nothing_unexplained": float(unexplained == 0),
        "evidence_all_used": float(not open_other),
        "evidence_one_unused": float(len(open_other) == 1),
        "only_widened": float(bool(wider) and unexplained == 0),
        "narrower": float(sum(any(covers(word.form, item.form) for word in other) for item in open_ours)),
        "qualities_unexplained": float(sum(item.part in _QUALITIES for item in open_ours)),
        "excluded": float(len(excluded)),
        "excluded_pose": float("pose" in kinds),
        "excluded_animal": float("animal" in kinds),
        "swapped": float(swapped),
        "swapped_alike": float(swapped_alike),
        "opposites": float(
            sum(
                bool(opposites_of(word.form) & evidence.forms) and word.form not in evidence.forms
                for word in claim.words
            )
        ),
        "negation_differs": float(claim.negated != evidence.negated),
        "subject_shared": float(
            any(same_word(one, two) or alike(one.form, two.form) for one in subjects for two in their_subjects)
        ),
        "counts_differ": float(
            sum(
                one.dimension.startswith("count") and two.dimension.startswith("count") and one.low != two.low
                for one in claim.quantities
                for two in evidence.quantities
            )
        ),
        "words_covered": coverage,
        "words_support": float(verdict is Verdict.SUPPORTED),
        "words_contradict": float(verdict is Verdict.CONTRADICTED),
    }


def entailment(claim: Statement, evidence: Statement, verdict: Verdict, coverage: float) -> Entailment:
    """The likeliest verdict for a pair that ``applies``; see ``features`` for the arguments."""
    values = features(claim, evidence, verdict, coverage)
    scores = [
        bias + sum(weight[number] * values[name] for name, weight in WEIGHTS.items())
        for number, bias in enumerate(BIAS)
    ]
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    shares = {kind: power / sum(powers) for kind, power in zip(CLASSES, powers, strict=True)}
    chosen = max(CLASSES, key=lambda kind: shares[kind])
    return Entailment(chosen, shares, _differences(claim, evidence) if chosen is Verdict.CONTRADICTED else ())


def _differences(claim: Statement, evidence: Statement) -> tuple[Difference, ...]:
    """Words of both that exclude each other, for the reason."""
    found = []
    for word in claim.words:
        if any(same_word(word, other) or alike(word.form, other.form) for other in evidence.words):
            continue
        for other in evidence.words:
            if excludes(word.form, other.form) or other.form in opposites_of(word.form):
                kind = "name" if word.kind in ("noun", "name") else "polarity"
                mine, theirs = claim.text[word.start : word.end], evidence.text[other.start : other.end]
                found.append(Difference(kind, mine, theirs))
                break
    return tuple(dict.fromkeys(found))
