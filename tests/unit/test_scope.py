"""Which articles a filter lets in."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.answer.draft import Draft
from assistant.answer.inside import keep_inside
from assistant.errors import ConfigError
from assistant.scope import Scope
from assistant.types import AppliedCorrection, Citation, Conflict, ConflictValue, PublishedCopy
from tests.fakes import cite_words, make_article

FACTS = {
    "article_id": "a1",
    "lang": "ja",
    "published": "2026-03-05T23:30:00+09:00",
    "url": "https://www.news.example/a1",
    "source_path": "/srv/desk/posts/2026-a1.md",
}


@pytest.mark.parametrize(
    ("scope", "inside"),
    [
        (Scope(), True),
        (Scope(("a1",)), True),
        (Scope(("b", "news.example")), True),
        (Scope(("posts",)), True),
        (Scope(("2026-a1.md",)), True),
        (Scope(("srv",)), False),
        (Scope(("",)), False),
        (Scope(("a",)), False),
        (Scope(published_from=date(2026, 3, 5)), True),
        (Scope(published_to=date(2026, 3, 5)), True),
        (Scope(published_from=date(2026, 3, 6)), False),
        (Scope(published_to=date(2026, 3, 4)), False),
        (Scope(lang="ja"), True),
        (Scope(lang="en"), False),
        (Scope(("a1",), lang="en"), False),
    ],
)
def test_admits(scope: Scope, inside: bool) -> None:
    assert scope.admits(**FACTS) is inside


@pytest.mark.parametrize(
    ("published", "inside"),
    [(None, False), ("", False), ("2026", False), ("2026-03", True), ("2026-04", False), ("2026-03-31", True)],
)
def test_a_month_is_inside_as_a_whole_or_not_at_all(published: str | None, inside: bool) -> None:
    scope = Scope(published_from=date(2026, 3, 1), published_to=date(2026, 4, 15))
    assert scope.admits(**{**FACTS, "published": published}) is inside


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ConfigError, match="'2026-03-02' is after the last '2026-03-01'"):
        Scope(published_from=date(2026, 3, 2), published_to=date(2026, 3, 1))
    with pytest.raises(ConfigError, match="'fr'"):
        Scope(lang="fr")
    assert not Scope()


def citation(article_id: str, words: str, marker: int, **more: object) -> Citation:
    from dataclasses import replace

    return replace(cite_words(make_article(article_id, "題", (words,)), words, marker=marker), **more)  # type: ignore[arg-type]


def note(of: str, by: str) -> AppliedCorrection:
    return AppliedCorrection("statement", of, 1, "題", None, by, 1, "訂正", "2026-03-10")


def test_what_is_added_later_stays_inside_too() -> None:
    from assistant.types import AnswerSentence

    copies = (PublishedCopy("out", "写し"), PublishedCopy("in2", "写し"))
    one, two = citation("in", "一は12個。", 1, copies=copies), citation("out", "一は15個。", 2)
    values = tuple(ConflictValue(item.quote, item) for item in (one, two, citation("in2", "一は9個。", 3)))
    draft = Draft(
        (AnswerSentence("一は12個。", (1,)), AnswerSentence("一は15個。", (2,)), AnswerSentence("どちらも。", (1, 2))),
        (one, two),
        "15個",
        (Conflict("数", values), Conflict("別", values[:2])),
        corrections=(note("in", "out"), note("in", "in2")),
    )
    assert keep_inside(draft, frozenset(), "ja") is draft
    kept = keep_inside(draft, frozenset({"out"}), "ja")
    assert [item.text for item in kept.sentences] == ["一は12個。"]
    assert [item.article_id for item in kept.citations] == ["in"]
    assert [copy.article_id for copy in kept.citations[0].copies] == ["in2"]
    assert kept.short is None
    assert [[value.citation.article_id for value in conflict.values] for conflict in kept.conflicts] == [["in", "in2"]]
    assert [item.by_article_id for item in kept.corrections] == ["in2"]
    assert "絞り込みの外" in kept.notice
    nothing = keep_inside(draft, frozenset({"in", "out"}), "en")
    assert (nothing.sentences, nothing.refusal) == ((), "fact")
