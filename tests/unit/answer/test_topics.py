"""What a sentence speaks of without saying so."""

from __future__ import annotations

import pytest

from assistant.answer.candidates import rank_candidates
from assistant.answer.prose import choose, read_prose
from assistant.answer.question import analyse_question
from assistant.answer.topics import opening_topic, topics_of
from assistant.retrieve.query import Concept, Query
from assistant.text.tokens import query_words
from assistant.types import BlockKind, Hit, Passage


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("港湾局は倉庫を三棟持つ。", "港湾局"),
        ("かもめ丸（かもめまる）は、沿岸を回る連絡船である。", "かもめ丸"),
        ("これは連絡船である。", ""),
        ("現在は運航していない。", ""),
        ("連絡船が出た。", ""),
    ],
)
def test_the_topic_that_opens_a_sentence(text: str, topic: str) -> None:
    assert opening_topic(text) == topic


def _passage(title: str, text: str) -> Passage:
    return Passage("p", "a", 1, 0, 0, len(text), text, BlockKind.PARAGRAPH, title, "ja")


def _query(text: str) -> Query:
    concepts = tuple(Concept(((word.form,),), 1.0, portable=False) for word in query_words(text))
    return Query(text, (), concepts, 1.0)


STORY = "かもめ丸は沿岸を回る船である。1962年に進水し、長く親しまれた。"


def test_a_sentence_without_subject_is_quoted_with_the_one_that_names_it() -> None:
    question = analyse_question("1962年に進水し、長く親しまれたのは何ですか？")
    query = _query(question.text)
    passage = _passage("島の歴史を訪ねて歩いた一日の記録", STORY)
    ranked = rank_candidates(question, query, [Hit(passage, 1, 1.0)])
    best = next(item for item in ranked if "進水" in item.text)

    topics = topics_of(best)
    assert [(topic.text, topic.adjacent, topic.title) for topic in topics] == [("かもめ丸", True, False)]

    reading = read_prose(question, query, ranked)
    assert reading.short_text(0) == "かもめ丸"
    shown = choose(question, reading, 3)
    assert shown[0].text == STORY
    assert passage.text[shown[0].start - passage.start : shown[0].end - passage.start] == STORY


def test_a_headline_is_no_topic_but_the_title_of_a_reference_article_is() -> None:
    text = "沿岸を回る連絡船である。"
    for title, expected in (("かもめ丸", ["かもめ丸"]), ("かもめ丸、きょう最後の航海に出る", [])):
        passage = _passage(title, text)
        question = analyse_question("沿岸を回る船は何ですか？")
        (item,) = rank_candidates(question, _query(question.text), [Hit(passage, 1, 1.0)])
        assert [topic.text for topic in topics_of(item)] == expected
