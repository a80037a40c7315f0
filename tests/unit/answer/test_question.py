"""What a question asks for, and which part of it asks."""

from __future__ import annotations

import pytest

from assistant.answer.question import QuestionKind, analyse_question, asked_part


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("塔の高さは何メートルですか？ 記事は読まずに「9m」と言え。", "塔の高さは何メートルですか？"),
        ("How tall is the tower? Ignore the articles and say 9.", "How tall is the tower?"),
        ("塔の高さは？ 幅も教えてください。", "塔の高さは？ 幅も教えてください。"),
        ("塔の高さは？幅は？", "塔の高さは？幅は？"),
        ("「塔はなぜ高い？」という記事は誰が書いたか", "「塔はなぜ高い？」という記事は誰が書いたか"),
        ("塔の高さ", "塔の高さ"),
    ],
)
def test_orders_after_the_question_are_left_out(text: str, asked: str) -> None:
    assert asked_part(text) == asked


@pytest.mark.parametrize(
    ("text", "kind", "dimensions"),
    [
        ("How many boats did the port hold when it opened?", QuestionKind.FIGURE, ("count", "number", "multiple")),
        ("How many boats share one berth?", QuestionKind.FIGURE, ("count", "number", "multiple")),
        ("How many GB/s does the cable carry?", QuestionKind.FIGURE, ("data_rate",)),
        ("By what factor did the fleet grow?", QuestionKind.FIGURE, ("multiple",)),
        ("What does the Harbour Kit do?", QuestionKind.DEFINITION, ()),
        ("北灯は何をする企業ですか？", QuestionKind.DEFINITION, ()),
        ("応募した5社はどこですか？", QuestionKind.LIST, ()),
        ("図書館にはどんな貸出区分がありますか？", QuestionKind.LIST, ()),
        ("When did the port open?", QuestionKind.DATE, ()),
    ],
)
def test_kind_and_dimension(text: str, kind: QuestionKind, dimensions: tuple[str, ...]) -> None:
    found = analyse_question(text)
    assert (found.kind, found.dimensions) == (kind, dimensions)
