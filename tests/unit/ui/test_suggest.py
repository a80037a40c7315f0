from __future__ import annotations

from assistant.types import ArticleMetadata
from tests.fakes import FakeAssistant, make_answer, make_article, trainium_assistant
from ui.app import split_names
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
