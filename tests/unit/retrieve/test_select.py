"""Repeats and the surplus of one article wait until others have had their turn."""

from __future__ import annotations

import pytest

from assistant.retrieve.select import article_cap, same_text, surplus_last
from assistant.types import BlockKind, Passage

SENTENCE = "工場 は 熊本 県 に 建つ 新しい 設備 稼働 予定".split()


def passage(article: str, number: int) -> Passage:
    return Passage(f"{article}{number}", article, 1, number, 0, 1, "文", BlockKind.PARAGRAPH, "題", "ja")


def test_an_article_beyond_its_cap_comes_last_and_nothing_is_lost() -> None:
    ranked = [(passage("a", number), ()) for number in range(4)] + [(passage("b", 0), ())]
    assert list(surplus_last(ranked, cap=2)) == [0, 1, 4, 2, 3]


def test_the_same_text_in_another_article_comes_last() -> None:
    words = frozenset(SENTENCE)
    ranked = [(passage("a", 0), (words,)), (passage("b", 0), (words,)), (passage("c", 0), (frozenset("別の話"),))]
    assert list(surplus_last(ranked, cap=3)) == [0, 2, 1]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (SENTENCE, SENTENCE, True),
        ([*SENTENCE, "100gb"], [*SENTENCE, "200gb"], False),
        ([*SENTENCE, "2025"], SENTENCE, False),
        (SENTENCE, SENTENCE[:5], False),
    ],
)
def test_other_figures_are_another_text(one: list[str], other: list[str], same: bool) -> None:
    assert same_text(frozenset(one), frozenset(other)) is same


@pytest.mark.parametrize(("question", "cap"), [("製品を挙げて", 2), ("List the chips", 2), ("首都は？", 4)])
def test_a_question_for_a_list_wants_many_articles(question: str, cap: int) -> None:
    assert article_cap(question, 8) == cap
