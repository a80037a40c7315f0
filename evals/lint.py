"""What is wrong with cases: dangling quotes, duplicates, contradictions, leaks from the tuning into the final half."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from evals.cases import (
    ANSWERABLE_KINDS,
    UNANSWERABLE_KINDS,
    CaseProblem,
    PlacedCase,
    PlacedClaim,
    Split,
)
from evals.matching import fold

ALIKE = 0.8
"""Share of common character pairs from which two questions are the same question."""


def lint_cases(
    cases: Sequence[PlacedCase], texts: Mapping[str, str], split: Split | None = None
) -> Iterator[CaseProblem]:
    """Problems of questions.

    Args:
        cases: The cases of all files of a suite.
        texts: Stored text of every article by id.
        split: Which clusters of articles are final; without one leaks are not looked for.
    """
    ids: dict[str, PlacedCase] = {}
    questions: dict[str, PlacedCase] = {}
    for placed in cases:
        case = placed.case
        asked = " | ".join(fold(part) for part in (*case.history, case.question))
        asked += f" | {case.as_of}" if case.as_of else ""
        for name, key, seen in (("case_id", case.case_id, ids), ("question", asked, questions)):
            if (first := seen.setdefault(key, placed)) is not placed:
                yield _problem(placed, f"the {name} {key!r} is also in {first.path.name}:{first.line}")
        if not case.case_id.startswith(f"{case.lang}-"):
            yield _problem(placed, f"case_id {case.case_id!r} does not start with {case.lang!r}")
        kinds = ANSWERABLE_KINDS if case.answerable else UNANSWERABLE_KINDS
        if case.kind not in kinds:
            yield _problem(placed, f"kind {case.kind!r} is not one of {', '.join(sorted(kinds))}")
        if case.answerable != bool(case.expected or case.required) or case.answerable != bool(case.gold_evidence):
            yield _problem(placed, "an answerable case has expected and gold_evidence, any other case has neither")
        if any(fold(bad) == fold(good) for bad in case.forbidden for good in case.expected):
            yield _problem(placed, "what is forbidden is expected too")
        for evidence in case.gold_evidence:
            if evidence.article_id not in texts:
                yield _problem(placed, f"there is no article {evidence.article_id!r}")
            elif evidence.quote not in texts[evidence.article_id]:
                yield _problem(placed, f"{evidence.article_id!r} does not say {evidence.quote!r}")
    if split is not None:
        yield from _leaks(cases, split)


def _leaks(cases: Sequence[PlacedCase], split: Split) -> Iterator[CaseProblem]:
    tuning = [item for item in cases if split.half_of(item) == "tuning"]
    quotes = {(e.article_id, e.quote): item for item in tuning for e in item.case.gold_evidence}
    pairs = [(item, _pairs(item.case.question)) for item in tuning]
    for placed in cases:
        if split.half_of(placed) != "final":
            continue
        for evidence in placed.case.gold_evidence:
            if (other := quotes.get((evidence.article_id, evidence.quote))) is not None:
                yield _problem(placed, f"leak: tuning case {other.case.case_id} has the same quote {evidence.quote!r}")
        mine = _pairs(placed.case.question)
        for other, theirs in pairs:
            if other.case.lang == placed.case.lang and len(mine & theirs) >= ALIKE * len(mine | theirs):
                yield _problem(placed, f"leak: tuning case {other.case.case_id} asks nearly the same")


def lint_claims(claims: Sequence[PlacedClaim]) -> Iterator[CaseProblem]:
    """Problems of claims and drafts: ids and texts that occur twice."""
    ids: dict[str, PlacedClaim] = {}
    texts: dict[str, PlacedClaim] = {}
    for placed in claims:
        # Width, commas and spaces may be what a claim is about, so only the very same text is a duplicate.
        for name, key, seen in (("id", placed.case.id, ids), ("text", placed.case.text, texts)):
            if (first := seen.setdefault(key, placed)) is not placed:
                text = f"{placed.case.id}: the {name} {key!r} is also in {first.path.name}:{first.line}"
                yield CaseProblem(placed.path, placed.line, text)


def _pairs(text: str) -> frozenset[str]:
    folded = fold(text)
    return frozenset(folded[start : start + 2] for start in range(len(folded) - 1))


def _problem(placed: PlacedCase, text: str) -> CaseProblem:
    return CaseProblem(placed.path, placed.line, f"{placed.case.case_id}: {text}")
