"""Which article a question about an article means."""

from __future__ import annotations

import pytest

from assistant.answer.metadata import _articles
from assistant.answer.question import QuestionKind, analyse_question
from assistant.retrieve.query import Concept
from assistant.types import BlockKind, Hit, Passage, SpecRow


def _hit(article: str, title: str, text: str, rank: int, *, lang: str = "ja", spec: bool = False) -> Hit:
    row = SpecRow(title, "高さ", "32") if spec else None
    kind = BlockKind.TABLE_ROW if spec else BlockKind.PARAGRAPH
    return Hit(
        Passage(f"{article}-p", article, 1, 0, 0, len(text), text, kind, title, lang, spec=row), rank, 1.0 / rank
    )


def _ids(question: str, subject: str, *hits: Hit) -> list[str]:
    concepts = [Concept(((word,),), 1.0, True) for word in subject.split()]
    return [article for article, _, _ in _articles(analyse_question(question), concepts, hits)]


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("灯台の修理の記事はどの部署が書きましたか？", "author"),
        ("灯台の修理をまとめた記事が出たのはいつですか？", "date"),
        ("When was the article on lighthouses and their keepers published?", "date"),
        ("When did the story on the harbour fire come out?", "date"),
    ],
)
def test_questions_on_the_article_itself(question: str, field: str) -> None:
    found = analyse_question(question)
    assert (found.kind, found.metadata_field) == (QuestionKind.METADATA, field)


def test_a_ship_may_come_out_without_an_article() -> None:
    assert analyse_question("When did the ship come out?").kind is QuestionKind.DATE


def test_the_subject_in_the_title_counts_before_the_text() -> None:
    passing = _hit("a", "港の火事", "灯台の修理も進む。", 1)
    meant = _hit("b", "灯台の修理が終わる", "灯台の修理が終わった。", 2)
    assert _ids("灯台の修理の記事は誰が書きましたか？", "灯台 修理", passing, meant) == ["b", "a"]


def test_an_article_comes_before_a_sheet_unless_a_sheet_is_asked_for() -> None:
    sheet = _hit("spec", "灯台", "灯台の高さ: 32", 1, spec=True)
    article = _hit("a", "灯台とは", "灯台は光を出す。", 2)
    assert _ids("灯台の記事は誰が書きましたか？", "灯台", sheet, article)[0] == "a"
    assert _ids("灯台のシートは誰が書きましたか？", "灯台", article, sheet)[0] == "spec"


def test_the_language_asked_for_is_kept() -> None:
    english = _hit("en", "Lighthouse repaired", "lighthouse", 1, lang="en")
    japanese = _hit("ja", "lighthouse 修理", "lighthouse", 2)
    assert _ids("lighthouseについての英語の記事は誰が書きましたか？", "lighthous", english, japanese) == ["en"]
