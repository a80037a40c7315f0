"""What a question asks for beside its words."""

from __future__ import annotations

import pytest

from assistant.retrieve.asked import analyse


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("工場はいつできたか", "工場は2019年に完成した", "工場は郊外にある"),
        ("When did it open?", "it opened in march 2019", "it is by the river"),
        ("チップは何個か", "チップは144個ある", "チップは小さい"),
        ("社長は誰か", "社長の田中氏が話した", "社 の 本"),
        ("工場はどこにあるか", "工場は熊本県に建つ", "工場は新しい"),
    ],
)
def test_an_answer_of_the_asked_type_is_told_from_another(question: str, text: str, other: str) -> None:
    answer = analyse(question).answer
    assert answer is not None
    assert answer.search(text)
    assert not answer.search(other)


def test_the_counter_asked_for() -> None:
    counter = analyse("図書館の本は何冊か").counter
    assert counter is not None
    assert counter.search("蔵書は1300冊だった")
    assert not counter.search("職員は3人だった")


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("甲社の2019年における「建設仮勘定、固定資産」は？", True),
        ("「建設仮勘定」の金額は？", True),
        ("「赤い靴」を作曲したのは誰か", False),
        ("建設仮勘定は？", False),
    ],
)
def test_a_question_for_the_row_of_a_label(question: str, label: bool) -> None:
    assert analyse(question).names_label is label


def test_the_items_of_a_label() -> None:
    assert analyse("「建設仮勘定、固定資産」は？").quoted == ("建設仮勘定", "固定資産")


@pytest.mark.parametrize(
    ("question", "text", "match"),
    [
        ("個別決算における「資本金」は？", "前事業年度 | 当事業年度", 1.0),
        ("個別決算における「資本金」は？", "前連結会計年度 | 当連結会計年度", -1.0),
        ("2019年における「資本金」は？", "前連結会計年度 | 当連結会計年度", 1.0),
        ("2019年における「資本金」は？", "資本金 | 100", 0.0),
    ],
)
def test_which_accounts_are_asked_of(question: str, text: str, match: float) -> None:
    assert analyse(question).scope_match(text) == match


def test_an_english_question_is_read_by_words() -> None:
    asked = analyse("What was the provision for income taxes?")
    assert "income taxes" in asked.trigrams
    assert "provision" in asked.bigrams
    assert not {"what", "the"} & set(asked.bigrams)


def test_question_words_are_no_part_of_a_phrase() -> None:
    asked = analyse("首都はどこですか？")
    assert asked.runs[0] == "首都は"
    assert "どこ" not in "".join((*asked.runs, *asked.bigrams, *asked.trigrams))
    assert analyse("").runs == ()
