"""Broken files are read or refused; no parser crashes and nothing takes long."""

from __future__ import annotations

import pytest

from assistant.ingest import Intake, Limits
from tests.hostile.fuzz import GOOD_FILES, mutated, outcome

_ROUNDS = 12


@pytest.fixture(scope="module")
def intake():  # type: ignore[no-untyped-def]
    with Intake(Limits()) as intake:
        yield intake


@pytest.mark.parametrize("name", GOOD_FILES)
def test_mutated_files(intake: Intake, name: str) -> None:
    good = GOOD_FILES[name]()
    for number in range(_ROUNDS):
        articles, refusals = outcome(intake, name, mutated(good, number))
        assert articles or refusals
        for refusal in refusals:
            assert "crashed" not in refusal.reason, number
            assert "max_seconds" not in refusal.reason, number
        for article in articles:
            assert "\0" not in article.text
