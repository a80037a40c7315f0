"""What a question names and a passage does not."""

from __future__ import annotations

import pytest

from assistant.answer.candidates import Candidate, rank_candidates
from assistant.answer.gaps import gaps
from assistant.answer.question import analyse_question
from assistant.retrieve.query import Concept, Query
from assistant.text.tokens import query_words
from assistant.types import BlockKind, Hit, Passage


def _best(question: str, text: str, lang: str) -> Candidate:
    concepts = tuple(Concept(((word.form,),), 1.0, portable=False) for word in query_words(question))
    passage = Passage("p", "a", 1, 0, 0, len(text), text, BlockKind.PARAGRAPH, "", lang)
    return rank_candidates(analyse_question(question), Query(question, (), concepts, 1.0), [Hit(passage, 1, 1.0)])[0]


def _gaps(question: str, text: str, lang: str = "ja") -> dict[str, float]:
    return gaps(question, _best(question, text, lang))


def test_the_number_of_another_election_is_missing() -> None:
    text = "2013年の第23回選挙では接戦となった。"
    assert _gaps("第22回選挙では接戦となったか？", text)["figures_missing"] == 1.0
    assert _gaps("第23回選挙では接戦となったか？", text)["figures_missing"] == 0.0
    # 3 stands inside 2013 and 23, and is no figure of the text.
    assert _gaps("第3回選挙では接戦となったか？", text)["figures_missing"] == 1.0


def test_a_compound_counts_by_the_part_that_stands_together() -> None:
    found = _gaps("地区委員会の決議機関はどこか？", "都道府県委員会の決議機関は総会である。")
    assert 0 < found["runs_missing"] < 0.5
    assert found["worst_run"] == pytest.approx(2 / 5)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who wrote the report?", "The report was written by the harbour office."),
        ("When did the ferry company sell its ships?", "The ferry company sold a ship in May."),
        ("Which cities were connected?", "The line connects the city and the port."),
    ],
)
def test_english_words_are_there_in_any_form(question: str, text: str) -> None:
    assert _gaps(question, text, "en")["words_missing"] == 0.0


def test_a_name_that_the_text_lacks_is_missing() -> None:
    found = _gaps("Who runs the Seagull Line?", "The Heron Line is run by the city.", "en")
    assert found["capitals_missing"] == 0.5
    assert found["words_missing"] > 0
