"""Rows and sentences that share a question's words and do not answer it."""

from __future__ import annotations

import pytest

from assistant.answer.candidates import rank_candidates
from assistant.answer.prose import read_prose, why_not
from assistant.answer.question import analyse_question
from assistant.retrieve.query import Concept, Query
from assistant.text.tokens import query_words
from assistant.types import BlockKind, Hit, Passage, SpecRow


def _reason(question: str, passage: Passage) -> str | None:
    asked = analyse_question(question)
    concepts = tuple(Concept(((word.form,),), 1.0, portable=True) for word in query_words(question))
    query = Query(question, (), concepts, 1.0)
    ranked = rank_candidates(asked, query, [Hit(passage, 1, 1.0)])
    return why_not(asked, query, read_prose(asked, query, ranked), 0.0)


def _row(spec: SpecRow) -> Passage:
    text = f"{spec.entity}の{spec.attribute}（{spec.attribute_alt}）: {spec.value} {spec.unit}"
    return Passage("p", "a", 1, 0, 0, len(text), text, BlockKind.TABLE_ROW, spec.entity, "ja", spec=spec)


POWER = SpecRow("Heron 2", "消費電力", "600", "W", attribute_alt="power")


def test_a_row_of_another_entity_is_no_answer() -> None:
    assert _reason("Seagullの消費電力は何Wですか？", _row(POWER)) == "fact"
    assert _reason("Heron 2の消費電力は何Wですか？", _row(POWER)) is None


def test_a_row_on_another_attribute_is_no_answer() -> None:
    assert _reason("What does Heron 2 sell?", _row(POWER)) == "fact"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Who is the chief executive of Heron?", True),
        ("Who is Heron's chief executive?", True),
        ("Who is the chief executive of Seagull?", False),
    ],
)
def test_an_office_is_held_in_the_company_asked_for(question: str, told: bool) -> None:
    text = "Heron chief executive Ada Berg spoke on Monday. Seagull sells nets."
    passage = Passage("p", "a", 1, 0, 0, len(text), text, BlockKind.PARAGRAPH, "", "en")
    assert (_reason(question, passage) is None) is told


def test_a_table_of_prices_need_not_say_price_in_each_row() -> None:
    text = "The two-seat skiff-2 is $13.50."
    passage = Passage("p", "a", 1, 0, 0, len(text), text, BlockKind.PARAGRAPH, "", "en")
    assert _reason("What is the price of the skiff-2?", passage) is None
    assert _reason("What is the weight of the skiff-2?", passage) is not None
