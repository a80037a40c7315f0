"""Processes that answer see what the server's own process and other commands do to the library."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.errors import IndexMissingError
from assistant.types import AnswerStatus
from tests.corpora import Site
from ui.served import Served
from ui.workers import ProcessWorker, open_assistant

QUESTION = "部品PPR-9005の月産は？"


@pytest.fixture
def served(site: Site) -> Iterator[Served]:
    settings = site.settings(retrieve={"dense": "exact"})
    with site.open() as assistant:
        served = Served(assistant, workers=[ProcessWorker(settings, open_assistant)])
        yield served
        served.close()


def test_an_answer_is_the_same_and_follows_the_library(site: Site, served: Served) -> None:
    here, there = served.direct.ask(QUESTION), served.ask(QUESTION)
    assert there.status is AnswerStatus.ANSWERED
    assert (there.text, there.citations, there.index) == (here.text, here.citations, here.index)
    *sentences, answer = served.stream(QUESTION)
    assert [item.text for item in sentences] == [item.text for item in answer.sentences]  # type: ignore[union-attr]
    assert served.check("部品PPR-9005の月産は1185個です。") == served.direct.check("部品PPR-9005の月産は1185個です。")

    served.direct.remove(["factory-05"])  # type: ignore[attr-defined]
    assert "1185" not in served.ask(QUESTION).text, "withdrawn: gone from answers at once"
    served.direct.remove(["factory-05"], undo=True)  # type: ignore[attr-defined]
    site.write(5, output=7777)
    served.direct.index([site.corpus], on_step=lambda *_: None)
    assert "7777" in served.ask(QUESTION).text, "a new generation is in force for the next question"


def test_an_error_of_the_library_keeps_its_kind(site: Site) -> None:
    settings = site.settings(home=site.root / "empty", retrieve={"dense": "exact"})
    with site.open() as assistant:
        served = Served(assistant, workers=[ProcessWorker(settings, open_assistant)])
        with pytest.raises(IndexMissingError):
            served.ask(QUESTION)
        served.close()
