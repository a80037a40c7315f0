"""Views: what is valid now and on a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete

from assistant.chunk import chunk
from assistant.library import tables
from assistant.library.rows import encode
from assistant.library.store import Library
from assistant.library.summary import Standing
from assistant.library.validity import View
from assistant.settings import ChunkSettings, Settings
from assistant.types import Article, ArticleMetadata
from tests.fakes import make_article

CHUNKING = Settings().chunking


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library.open(f"sqlite:///{tmp_path / 'library.sqlite3'}", ZoneInfo("Asia/Tokyo"))
    yield opened
    opened.close()


def made(article_id: str, text: str = "", *, title: str = "", version: int = 1, **about: object) -> Article:
    return make_article(
        article_id,
        title or f"{article_id}という題名",
        [text or f"{article_id}だけの本文。"],
        metadata=ArticleMetadata(**about),  # type: ignore[arg-type]
        version=version,
    )


def store(library: Library, *articles: Article) -> None:
    with library.write() as writer:
        current = writer.current([item.article_id for item in articles])
        writer.put(
            [(encode(item), chunk(item, ChunkSettings()), current.get(item.article_id)) for item in articles], CHUNKING
        )


def superseded(view: View) -> dict[str, str]:
    return {old: new.article_id for old, new in view.superseded_by.items()}


@pytest.mark.parametrize(
    "name",
    [
        "old",
        "./posts/old.md",
        "/corpus/articles/old.md",
        "https://news.example/old?x=1",
        "oldという題名",
        "「oldという題名」",
    ],
)
def test_an_article_is_named_by_id_path_url_or_title(library: Library, name: str) -> None:
    store(library, replace(made("old", url="http://www.news.example/old/"), source_path="/corpus/articles/old.md"))
    store(library, replace(made("other"), source_path="/corpus/posts/other.md"))
    if name.startswith("./posts"):
        name = "./articles/old.md"
    store(library, made("new", supersedes=(name,)))
    view = library.view()
    assert superseded(view) == {"old": "new"}
    assert view.problems == ()


def test_a_chain_leads_to_its_end_and_holds_without_its_middle(library: Library) -> None:
    store(library, made("a"), made("b", supersedes=("a",)), made("c", supersedes=("b",)))
    assert superseded(library.view()) == {"a": "c", "b": "c"}
    with library.write() as writer:
        writer.set_removed(["b"], True)
    assert superseded(library.view())["a"] == "c"
    with library.write() as writer:
        writer.set_removed(["c"], True)
        writer.set_removed(["b"], False)
    assert superseded(library.view()) == {"a": "b"}


def test_of_two_that_replace_each_other_the_younger_counts(library: Library) -> None:
    store(
        library,
        made("a", published="2026-01-01", supersedes=("b",)),
        made("b", published="2026-01-02", supersedes=("a",)),
    )
    assert superseded(library.view()) == {"a": "b"}


def test_links_that_lead_nowhere_are_told(library: Library) -> None:
    store(
        library,
        made("one", title="同じ題名の記事です"),
        made("two", title="同じ題名の記事です"),
        made("x", corrects=("同じ題名の記事です",)),
        made("y", corrects=("無い記事",), supersedes=("y",)),
    )
    problems = {(item.article_id, item.reason) for item in library.view().problems}
    assert problems == {("x", "ambiguous"), ("y", "unknown"), ("y", "itself")}
    assert "fits 2 articles (one, two)" in " ".join(str(item) for item in library.view().problems)


@pytest.mark.parametrize(
    ("until", "moment", "hidden"),
    [
        ("2026-06-02", "2026-06-01T14:59:59+00:00", True),
        ("2026-06-02", "2026-06-01T15:00:00+00:00", False),
        ("2026-06-02T09:30:00", "2026-06-02T00:29:59+00:00", True),
        ("2026-06-02T09:30:00", "2026-06-02T00:30:00+00:00", False),
        ("2026-06-02T09:30:00-05:00", "2026-06-02T14:29:59+00:00", True),
        ("2026-06-02T09:30:00-05:00", "2026-06-02T14:30:00+00:00", False),
    ],
)
def test_a_time_without_offset_is_one_of_the_newsroom(library: Library, until: str, moment: str, hidden: bool) -> None:
    store(library, made("a", embargo_until=until))
    assert ("a" in library.view(now=datetime.fromisoformat(moment)).withheld) is hidden


def test_an_article_under_embargo_corrects_nothing_and_replaces_nothing_yet(library: Library) -> None:
    store(library, made("a"), made("b", supersedes=("a",), embargo_until="2026-06-02"))
    before = library.view(now=datetime(2026, 6, 1, tzinfo=UTC))
    assert (before.hidden, superseded(before)) == ({"b"}, {})
    after = library.view(now=datetime(2026, 6, 3, tzinfo=UTC))
    assert (after.hidden, superseded(after)) == ({"a"}, {"a": "b"})


def test_the_versions_of_a_day(library: Library) -> None:
    store(library, made("a", published="2026-01-10", text="はじめの本文。"))
    store(library, made("a", published="2026-01-10", updated="2026-01-20", text="二番目の本文。", version=2))
    store(library, made("late", published="2026-02"), made("undated"))

    def on(day: str) -> tuple[frozenset[str], dict[str, int]]:
        view = library.view(date.fromisoformat(day))
        return view.hidden, dict(view.older)

    assert on("2026-01-09") == ({"a", "late", "undated"}, {})
    assert on("2026-01-10") == ({"late", "undated"}, {"a": 1})
    assert on("2026-01-19") == ({"late", "undated"}, {"a": 1})
    assert on("2026-01-20") == ({"late", "undated"}, {})
    assert on("2026-02-01") == ({"undated"}, {})
    assert on("2999-01-01") == (frozenset(), {})  # without a date it counts from its indexing
    assert library.view(date(2026, 1, 15)).newest == "2026-01-10"


def test_what_is_withdrawn_today_is_seen_on_no_day(library: Library) -> None:
    store(library, made("a", published="2026-01-10"), made("b", published="2026-01-10", embargo_until="2026-01-15"))
    assert library.view(date(2026, 1, 14)).hidden == {"b"}
    assert library.view(date(2026, 1, 15)).hidden == frozenset()
    with library.write() as writer:
        writer.set_removed(["a"], True)
    assert library.view(date(2026, 1, 20)).hidden == {"a"}


def test_copies_take_over_from_one_another(library: Library) -> None:
    text = "キサラギ電機の新しい工場が3月2日に動き始めた。月に500台をつくり、近くの高校からも40人が就職した。式には市長も出た。"
    store(
        library,
        made("wire", f"【共同】{text}", title="工場が動く", published="2026-03-01"),
        made("own", text, title="工場が動く", published="2026-03-02"),
        made("again", text, title="工場が動く", published="2026-03-05"),
        made("other", text.replace("500", "600"), title="工場が動く", published="2026-03-02"),
    )
    view = library.view()
    assert view.hidden == {"wire", "again"}
    assert [item.article_id for item in view.copies["own"]] == ["again", "wire"]
    assert {item.article_id: item.standing for item in library.sources()} == {
        "own": Standing.SHOWN,
        "other": Standing.SHOWN,
        "again": Standing.COPY,
        "wire": Standing.COPY,
    }
    assert library.view(date(2026, 3, 1)).hidden == {"own", "again", "other"}
    with library.write() as writer:
        writer.set_removed(["own"], True)
    assert library.view().hidden == {"own", "wire"}
    store(library, made("again", text.replace("40", "41"), title="工場が動く", version=2))
    assert library.view().hidden == {"own"}


def test_traits_of_an_older_release_are_worked_out_with_the_next_write(library: Library) -> None:
    text = "同じ本文が二つの記事にある。どちらも60字より長いので、書き出しの違いにかかわらず写しと分かるはずだ。念のためもう一文を足しておく。"
    store(library, made("a", text, title="題"), made("b", text, title="題"), made("c", supersedes=("a",)))
    with library.write() as writer:
        for table in (tables.traits, tables.links, tables.twins):
            writer._connection.execute(delete(table))
        writer.set_state("traits", "0")
    assert library.view().hidden == frozenset()
    store(library, made("d"))
    assert superseded(library.view()) == {"a": "c", "b": "c"}


def test_the_report_counts(library: Library) -> None:
    store(library, made("a", "a社の製品は5個です。"), made("b", supersedes=("a",)), made("c", corrects=("b",)))
    report = library.report()
    assert report.standings == {"shown": 2, "superseded": 1}
    assert report.corrected == 1
    (problem,) = report.problems
    assert "could not be told" in problem
