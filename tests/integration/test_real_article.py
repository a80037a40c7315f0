"""Plain questions on the real article, as published. Skipped where it is not beside the checkout."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.text.normalise import normalise
from assistant.types import AnswerStatus

ARTICLES = Path(__file__).resolve().parents[3] / "shared" / "articles"
CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "golden" / "real_article.jsonl").read_text(encoding="utf-8").splitlines()
]

pytestmark = [
    pytest.mark.shared,
    pytest.mark.integration,
    pytest.mark.skipif(not ARTICLES.is_dir(), reason="the real article is not beside this checkout"),
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant.open(Settings(home=tmp_path_factory.mktemp("real"))) as opened:
        opened.index([ARTICLES])
        yield opened


def squeeze(text: str) -> str:
    return "".join(normalise(text).split())


@pytest.mark.parametrize("case", [case for case in CASES if case["expected"]], ids=lambda case: case["id"])
def test_plain_question_is_answered_from_the_right_words(assistant: Assistant, case: dict[str, str]) -> None:
    answer = assistant.ask(case["question"])

    assert answer.status is AnswerStatus.ANSWERED
    assert squeeze(case["expected"]) in squeeze(answer.sentences[0].text)
    for citation in answer.citations:
        text = assistant.show(citation.article_id, citation.version).text
        assert text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize("case", [case for case in CASES if not case["expected"]], ids=lambda case: case["id"])
def test_what_the_article_does_not_say_is_refused(assistant: Assistant, case: dict[str, str]) -> None:
    answer = assistant.ask(case["question"])

    assert answer.status is AnswerStatus.REFUSED
    assert answer.text
    assert answer.citations == ()


def test_figure_questions_get_the_figure_itself(assistant: Assistant) -> None:
    shorts = {
        question: assistant.ask(question).short
        for question in (
            "Trainium3のメモリ容量は？",
            "AnthropicはAWSからいくら投資を受けている？",
            "計算性能は前世代の何倍？",
        )
    }

    assert list(shorts.values()) == ["144GB", "80億ドル", "最大4.4倍"]


def test_the_repeated_tail_is_cited_once(assistant: Assistant) -> None:
    quotes = [hit.passage.text for hit in assistant.search("NVIDIAの牙城は崩れるか", top_k=50)]

    assert sum("そう簡単に崩れるものではありません" in quote for quote in quotes) == 1
