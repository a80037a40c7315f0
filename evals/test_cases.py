"""Each case of the quick suite as a test, so that an editor's tools show it. Not part of `make test`.

A failing test is a case the system gets wrong, not a broken build: what may not get worse is for `assistant eval`.
"""

from __future__ import annotations

import pytest

from assistant import Assistant
from evals.cases import PlacedCase, PlacedClaim
from evals.desk import run_desk_case
from evals.lint import lint_cases, lint_claims
from evals.run import corpus_texts, load_suite
from evals.scoring import run_case

SUITE, PROBLEMS = load_suite("quick")


def test_the_cases_are_sound(assistant: Assistant) -> None:
    found = [*PROBLEMS, *lint_cases(SUITE.questions, corpus_texts(assistant), SUITE.split), *lint_claims(SUITE.claims)]
    assert [str(problem) for problem in found] == []


@pytest.mark.parametrize("item", SUITE.questions, ids=[item.case.case_id for item in SUITE.questions])
def test_question(assistant: Assistant, item: PlacedCase) -> None:
    result = run_case(assistant, item.case)
    assert result.passed, f"{result.why}: {item.case.question} → {result.text}"


@pytest.mark.parametrize("item", SUITE.claims, ids=[item.case.id for item in SUITE.claims])
def test_claim(assistant: Assistant, item: PlacedClaim) -> None:
    wrong = [f"{r.wanted.text}: {r.why} ({r.reason})" for r in run_desk_case(assistant, item.case) if not r.passed]
    assert wrong == []
