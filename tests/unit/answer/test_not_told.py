"""Rows and sentences that share a question's words and do not answer it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.answer.candidates import rank_candidates
from assistant.answer.prose import read_prose, why_not
from assistant.answer.question import analyse_question
from assistant.answer.reader import ExtractiveReader
from assistant.retrieve.query import Concept, Query
from assistant.text.tokens import query_words
from assistant.types import BlockKind, Hit, Passage, SpecRow


def _reason(question: str, passage: Passage) -> str | None:
    asked = analyse_question(question)
    concepts = tuple(Concept(((word.form,),), 1.0, portable=True) for word in query_words(question))
    names = tuple(
        word for concept in concepts for word in concept.spellings[0] if word[-1].isdigit() and word[0].isalpha()
    )
    query = Query(question, (), concepts, 1.0, names)
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


def _passage(text: str, lang: str = "ja") -> Passage:
    return Passage("p", "a", 1, 0, 0, len(text), text, BlockKind.PARAGRAPH, "", lang)


def test_the_price_of_another_product_in_a_passage_that_names_both_is_no_answer() -> None:
    text = "heron2は港で使う。gull7の料金は1時間9ドルである。"
    assert _reason("heron2の料金はいくらですか？", _passage(text)) == "fact"
    assert _reason("gull7の料金はいくらですか？", _passage(text)) is None


def test_the_maker_alone_is_not_the_product() -> None:
    spec = SpecRow("Nordwerk Port", "利用料", "5", "USD/時", attribute_alt="fee", source="Nordwerk Port price")
    asked = analyse_question("Skaldの利用料はいくらですか？")
    skald = Concept((("skald",), ("nordwerk", "skald")), 1.0, portable=True)
    query = Query(asked.text, (), (skald, Concept((("利用", "料"),), 1.0, True)), 1.0)
    ranked = rank_candidates(asked, query, [Hit(_row(spec), 1, 1.0)])
    assert why_not(asked, query, read_prose(asked, query, ranked), 0.0) == "fact"


def test_what_was_cancelled_answers_when_it_ships() -> None:
    text = "Nordwerkは次の船Skaldを取りやめた。2026年8月に港を直す。"
    assert (
        _first("Nordwerkの次の船Skaldはいつ出荷されますか？", _passage(text)) == "Nordwerkは次の船Skaldを取りやめた。"
    )


def _first(question: str, passage: Passage) -> str:
    asked = analyse_question(question)
    query = Query(question, (), tuple(Concept(((w.form,),), 1.0, True) for w in query_words(question)), 1.0)
    return read_prose(asked, query, rank_candidates(asked, query, [Hit(passage, 1, 1.0)])).ranked[0].text


def test_a_row_on_something_else_does_not_hide_the_sentence() -> None:
    question = "Who repairs the Heron 2?"
    row, text = _row(POWER), "The harbour yard repairs the Heron 2 in spring."
    asked = analyse_question(question)
    concepts = tuple(Concept(((word.form,),), 1.0, portable=True) for word in query_words(question))
    reader = ExtractiveReader(max_sentences=3, threshold=0.0)
    hits = [Hit(row, 1, 1.0), Hit(replace(_passage(text, "en"), passage_id="q", article_id="b"), 2, 0.5)]
    draft = reader.read(asked, Query(question, (), concepts, 1.0), hits)
    assert [sentence.text for sentence in draft.sentences] == [text]
