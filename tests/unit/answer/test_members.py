"""Lists with all their members: what announces them, and where they stand."""

from __future__ import annotations

import pytest

from assistant.answer.candidates import rank_candidates
from assistant.answer.members import count_told, lists, with_members
from assistant.answer.prose import choose, read_prose, short_of
from assistant.answer.question import QuestionKind, analyse_question
from assistant.retrieve.query import Concept, Query
from assistant.text.tokens import query_words
from assistant.types import BlockKind, Hit, Passage


def _shown(question: str, *passages: Passage) -> tuple[list[str], str | None]:
    asked = analyse_question(question)
    concepts = tuple(Concept(((word.form,),), 1.0, portable=True) for word in query_words(question))
    query = Query(question, (), concepts, 1.0)
    hits = [Hit(passage, rank, 1.0 / rank) for rank, passage in enumerate(passages, start=1)]
    reading = read_prose(asked, query, rank_candidates(asked, query, hits))
    return [item.text for item in choose(asked, reading, 3)], short_of(asked, query, reading)


def _passage(text: str, *, name: str = "p", start: int = 0, headings: tuple[str, ...] = ()) -> Passage:
    return Passage(name, "a", 1, 0, start, start + len(text), text, BlockKind.PARAGRAPH, "", "ja", headings)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("新しい港には3つの桟橋区画を設ける。", (3, "桟橋区画")),
        ("応募したのは四社だった。", (4, "")),
        ("The plan rests on five pillars.", (5, "")),
        ("3つ目の橋は去年できた。", (0, "")),
        ("1.5つの", (0, "")),
        ("橋は長い。", (0, "")),
    ],
)
def test_how_many_members_a_text_announces(text: str, told: tuple[int, str]) -> None:
    assert count_told(text) == told


def test_a_sentence_lists_when_it_names_enough() -> None:
    assert lists("松、竹、梅だ。", 3)
    assert not lists("松と竹だ。", 3)
    assert lists("Oslo, Bergen and Bodø.", 3)


def test_the_sentence_after_the_one_that_announces_is_shown() -> None:
    text = "市は2024年、図書館に4つの貸出区分を設けた。一般、児童、団体、郵送だ。窓口は2階にある。"
    shown, short = _shown("図書館にはどんな貸出区分がありますか？", _passage(text))
    assert shown == ["市は2024年、図書館に4つの貸出区分を設けた。", "一般、児童、団体、郵送だ。"]
    assert short is None


def test_the_items_under_the_heading_that_is_announced_are_shown() -> None:
    intro = _passage("記者が使う3つの点検項目を紹介する。", name="p1")
    items = _passage(
        "3つの点検項目\n\n1. いつの数字か。 古い表が残る。\n2. 誰の数字か。\n3. 何を除くか。",
        name="p2",
        start=100,
        headings=("3つの点検項目",),
    )
    shown, _ = _shown("記者が使う3つの点検項目は何ですか？", intro, items)
    assert shown[0] == "記者が使う3つの点検項目を紹介する。"
    assert [line[:2] for line in shown[1:]] == ["1.", "2.", "3."]


def test_a_sentence_that_lists_its_members_itself_stands_alone() -> None:
    passage = _passage("港の3つの入口は東門、西門、南門である。駐車場は北にある、と市は言う、という。")
    asked = analyse_question("港の3つの入口は何ですか？")
    assert asked.kind is QuestionKind.LIST
    query = Query(asked.text, (), tuple(Concept(((w.form,),), 1.0, True) for w in query_words(asked.text)), 1.0)
    ranked = rank_candidates(asked, query, [Hit(passage, 1, 1.0)])
    best = next(item for item in ranked if "入口" in item.text)
    assert with_members(best, ranked) == []


def test_the_list_of_the_size_asked_for_is_taken() -> None:
    text = "審査に残ったのは5社だ。赤石、青山、緑川、白井、黒田だ。地元からは次の2社が審査に残った。青山と白井だ。"
    shown, _ = _shown("審査に残った5社はどこですか？", _passage(text))
    assert shown == ["審査に残ったのは5社だ。", "赤石、青山、緑川、白井、黒田だ。"]
