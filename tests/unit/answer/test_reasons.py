"""Reasons that stand beside the sentence that restates the question."""

from __future__ import annotations

from assistant.answer.candidates import rank_candidates
from assistant.answer.prose import choose, read_prose
from assistant.answer.question import analyse_question
from assistant.retrieve.query import Concept, Query
from assistant.text.tokens import query_words
from assistant.types import BlockKind, Hit, Passage


def _shown(question: str, text: str, lang: str) -> list[str]:
    asked = analyse_question(question)
    query = Query(question, (), tuple(Concept(((w.form,),), 1.0, True) for w in query_words(question)), 1.0)
    passage = Passage("p", "a", 1, 0, 0, len(text), text, BlockKind.PARAGRAPH, "", lang)
    return [
        item.text
        for item in choose(asked, read_prose(asked, query, rank_candidates(asked, query, [Hit(passage, 1, 1.0)])), 3)
    ]


def test_the_cause_two_sentences_on_is_shown() -> None:
    text = "灯台の高さには、32mと29mという2つの数字がある。どちらも海面からの値だ。違いは測った年にある。"
    assert "違いは測った年にある。" in _shown("灯台の高さに32mと29mの2つの数字があるのはなぜですか？", text, "ja")


def test_the_same_in_english() -> None:
    text = "Two heights circulate. The almanac gives 32 m from the sea. The survey gives 29 m, because it was made at high tide."
    shown = _shown("Why do two heights circulate?", text, "en")
    assert shown[-1].endswith("because it was made at high tide.")
