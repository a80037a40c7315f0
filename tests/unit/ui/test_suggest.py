from __future__ import annotations

from assistant.types import Article, ArticleMetadata, Block, BlockKind, SpecRow
from tests.fakes import FakeAssistant, make_answer, make_article, trainium_assistant
from ui.compare import split_names
from ui.suggest import Suggestions


def test_given_questions_win() -> None:
    assert Suggestions(trainium_assistant()).questions("en") == ("How much memory does Trainium3 have?",)


def test_made_questions_are_known_to_have_an_answer() -> None:
    article = make_article("a", "題", ("本文。",), metadata=ArticleMetadata(author="編集部", published="2025-01-02"))
    who, when = "「題」を書いたのは誰ですか？", "「題」はいつ公開されましたか？"
    assistant = FakeAssistant(articles=[article], answers={when: make_answer(when)})
    suggestions = Suggestions(assistant)
    assert suggestions.questions("ja") == (when,)
    assert [question for question, _ in assistant.asked] == [who, when]
    suggestions.questions("ja")
    assert len(assistant.asked) == 2, "kept, not asked again"


def test_an_empty_library_suggests_nothing() -> None:
    suggestions = Suggestions(FakeAssistant())
    assert suggestions.empty_library()
    assert suggestions.questions("ja") == ()


def test_names_are_split_at_commas_of_either_script() -> None:
    assert split_names(" A、B, C，A\nD ,,") == ["A", "B", "C", "D"]
    assert split_names("") == []


def test_facts_with_a_unit_come_first_and_from_every_sheet() -> None:
    def sheet(name: str) -> Article:
        text = f"{name}の愛称: 星\n{name}の質量: 1.2 kg"
        middle = text.index("\n")
        return Article(
            name,
            name,
            text,
            "ja",
            (
                Block(
                    BlockKind.TABLE_ROW,
                    0,
                    middle,
                    table=1,
                    row=1,
                    spec=SpecRow(name, "愛称", "星", attribute_alt="nickname"),
                ),
                Block(
                    BlockKind.TABLE_ROW,
                    middle + 1,
                    len(text),
                    table=1,
                    row=2,
                    spec=SpecRow(name, "質量", "1.2", "kg", attribute_alt="mass"),
                ),
            ),
        )

    asked = ["X1の質量は？", "X2の質量は？", "X1の愛称は？", "X2の愛称は？"]
    assistant = FakeAssistant(articles=[sheet("X1"), sheet("X2")], answers={q: make_answer(q) for q in asked})
    assert Suggestions(assistant).questions("ja") == tuple(asked)
    assistant.answers["X2: mass?"] = make_answer("mass")
    assert Suggestions(assistant).questions("en") == ("X2: mass?",)
