"""Whether a sentence holds the kind of answer that is asked for."""

from __future__ import annotations

import pytest

from assistant.answer.question import analyse_question
from assistant.answer.typed import has_dimension, typed
from assistant.types import BlockKind, Passage


def passage(text: str) -> Passage:
    return Passage("p", "a", 1, 0, 0, len(text), text, BlockKind.PARAGRAPH, "題名", "ja")


@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        ("橋の長さは何メートルですか？", "橋は全長120メートルである。", "橋には4人の技師が関わった。"),
        ("橋はいつ開通しましたか？", "橋は1998年4月に開通した。", "橋は海沿いにある。"),
        ("橋はいつ開通しますか？", "開通の時期は明らかにしていない。", "橋は海沿いにある。"),
        ("なぜ工事は止まったのですか？", "資材が足りないため、工事は止まった。", "工事は春に止まった。"),
        ("逆転層とは何ですか？", "逆転層とは上ほど気温が高い層を指す。", "逆転層が観測された。"),
    ],
)
def test_kinds_of_answer(question: str, holds: str, lacks: str) -> None:
    asked = analyse_question(question)
    assert typed(asked, holds, passage(holds)) == 1.0
    assert typed(asked, lacks, passage(lacks)) == 0.0


def test_a_list_counts_by_its_marks() -> None:
    asked = analyse_question("参加した自治体をすべて挙げてください。")
    one, four = "札幌市、仙台市", "札幌市、仙台市、千葉市、大阪市"
    assert typed(asked, one, passage(one)) == pytest.approx(1 / 3)
    assert typed(asked, four, passage(four)) == 1.0


def test_any_currency_stands_for_currency() -> None:
    assert has_dimension("currency:USD", ["currency"])
    assert has_dimension("currency:USD", ["currency:USD"])
    assert not has_dimension("currency:USD", ["currency:JPY"])
