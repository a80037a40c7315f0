import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.types import Answer, AnswerSentence, AnswerStatus, Citation
from evals.attribution import attribution, checker_agreement, supports


def cited(marker: int, quote: str) -> Citation:
    return Citation(marker, "p", "a", 1, "A", None, None, "A", 0, len(quote), quote)


def answer(sentence: str, *quotes: str) -> Answer:
    citations = tuple(cited(marker, quote) for marker, quote in enumerate(quotes, start=1))
    markers = tuple(range(1, len(quotes) + 1))
    return Answer(
        "?", AnswerStatus.ANSWERED, "ja", "", sentences=(AnswerSentence(sentence, markers),), citations=citations
    )


def test_what_stands_in_the_quote_is_supported() -> None:
    assert attribution(answer("X100の質量は1.2 kgだ。", "X100の質量は1.2kgだ。")) == ((True,), (True,))


def test_a_sentence_its_citations_do_not_say_is_not_recalled_and_no_citation_is_precise() -> None:
    assert attribution(answer("X100の質量は3 kgだ。", "X100の質量は1.2 kgだ。")) == ((False,), (False,))


def test_a_citation_that_adds_nothing_is_not_precise() -> None:
    made = answer("X100の質量は1.2 kgだ。", "X100の質量は1.2 kgだ。", "Y9は赤い。")
    assert attribution(made) == ((True,), (True, False))


def test_citations_may_support_a_sentence_together(monkeypatch: pytest.MonkeyPatch) -> None:
    def words(quotes: Sequence[str], sentence: str) -> bool:
        return set(sentence.split()) <= {word for quote in quotes for word in quote.split()}

    monkeypatch.setattr("evals.attribution.supports", words)
    assert attribution(answer("heavy red", "heavy", "red")) == ((True,), (True, True))
    assert attribution(answer("heavy red", "heavy", "red", "blue")) == ((True,), (True, True, False))
    assert attribution(answer("heavy red", "heavy", "blue")) == ((False,), (False, False))


def test_nothing_is_supported_by_nothing() -> None:
    assert not supports([], "X100")


def test_the_agreement_of_the_checker_is_kept_beside_its_figures(tmp_path: Path) -> None:
    path = tmp_path / "checker.json"
    assert checker_agreement(path) == []
    path.write_text(json.dumps({"sets": [{"name": "jnli", "n": 10}]}))
    assert checker_agreement(path) == [{"name": "jnli", "n": 10}]
