"""The Library page: who sees what, and indexing from it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.errors import CorpusError
from assistant.index.update import IndexReport
from assistant.types import AppliedCorrection, ArticleMetadata, PublishedCopy, Refusal
from tests.fakes import FakeAssistant, FakeSummary, make_article
from ui.library import IndexDesk, Work, work_html
from ui.render import answer_html, citation_item
from ui.server import create_server
from ui.strings import strings_for
from ui.tables import is_public, library_html

JA, EN = strings_for("ja"), strings_for("en")
SHOWN = make_article("shown", "公開中の記事", ["本文はここにある。"])
GONE = make_article("gone", "取り下げた記事", ["秘密の本文。"], metadata=ArticleMetadata(withdrawn=True))


def summary(**more: Any) -> FakeSummary:
    return replace(FakeAssistant([SHOWN]).sources()[0], **more)


def test_readers_see_nothing_of_what_is_withheld() -> None:
    with TestClient(create_server(FakeAssistant([SHOWN, GONE]))) as client:
        assert [item["article_id"] for item in client.get("/api/v1/sources").json()["sources"]] == ["shown"]
        page = client.get("/ui/source", params={"article_id": "gone"})
        assert page.status_code == 404
        assert "秘密" not in page.text
        assert "本文はここにある" in client.get("/ui/source", params={"article_id": "shown"}).text


def test_editors_see_it_marked() -> None:
    with TestClient(create_server(FakeAssistant([SHOWN, GONE]), editors=True)) as client:
        assert len(client.get("/api/v1/sources").json()["sources"]) == 2
        page = client.get("/ui/source", params={"article_id": "gone"})
        assert "秘密" in page.text
        assert JA.source_withdrawn in page.text


def test_an_embargo_is_not_public() -> None:
    assert is_public(summary())
    assert not is_public(summary(standing="embargo"))
    assert not is_public(summary(withdrawn=True))


def test_the_list_says_how_an_article_stands() -> None:
    html = library_html(
        [
            summary(superseded_by="new"),
            summary(copy_of="first", article_id="b"),
            summary(corrected_by=("fix",), also_published_as=("x", "y"), article_id="c"),
            summary(corrects=("old<",), article_id="d"),
        ],
        [Refusal("/a/b.md", "broken")],
        EN,
    )
    for told in (
        "Superseded by new",
        "Copy of first",
        "Corrected by fix",
        "Also published as: x, y",
        "Corrects old&lt;",
    ):
        assert told in html


def test_an_answer_says_what_was_corrected_and_where_else_it_was_published() -> None:
    answer = FakeAssistant([SHOWN]).ask("本文")
    citation = replace(answer.nearest[0].citation, copies=(PublishedCopy("w", "通信社の<記事>", None, "2026-03-01"),))
    note = AppliedCorrection("statement", "a", 1, "元の記事", None, "c", 1, "訂正", "2026-03-10", was="1", now="<2>")
    html = answer_html(replace(answered(answer), corrections=(note,), as_of="2026-03-11"), JA)
    assert "2026年3月10日の訂正により" in html
    assert "&lt;2&gt;" in html
    assert "2026年3月11日の時点" in html
    assert "通信社の&lt;記事&gt;" in citation_item(citation, JA)


def answered(answer: Any) -> Any:
    from assistant.types import AnswerSentence, AnswerStatus

    citation = answer.nearest[0].citation
    return replace(
        answer,
        status=AnswerStatus.ANSWERED,
        sentences=(AnswerSentence(citation.quote, (citation.marker,)),),
        citations=(citation,),
        nearest=(),
    )


@dataclass
class Indexing(FakeAssistant):
    """Indexes when it is let; watches until it is stopped."""

    go: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)
    folders: list[str] = field(default_factory=list)

    def index(self, paths: list[Path], *, on_step: Callable[[str, int, int], None]) -> IndexReport:
        if str(paths[0]) == "/none":
            raise CorpusError("There is no folder '/none'.")
        self.folders.append(str(paths[0]))
        on_step("read", 3, 10)
        self.go.wait(20)
        return IndexReport(added=["a", "b"])

    def watch(self, paths: list[Path], *, on_report: Any, on_step: Any) -> Any:
        fake = self

        class Watching:
            def run(self) -> None:
                on_report(fake.index(paths, on_step=on_step), 0.1)
                fake.stopped.wait(20)

            def stop(self) -> None:
                fake.stopped.set()

        return Watching()


def until(desk: IndexDesk, condition: Callable[[Work], bool]) -> Work:
    deadline = time.monotonic() + 20
    while not condition(desk.work):
        assert time.monotonic() < deadline, desk.work
        time.sleep(0.01)
    return desk.work


def test_a_folder_is_indexed_once_at_a_time() -> None:
    assistant = Indexing()
    desk = IndexDesk(assistant)
    assert work_html(desk.work, EN) == ""
    desk.index("/in")
    work = until(desk, lambda work: work.step == "read")
    assert "read 3/10" in work_html(work, EN)
    desk.index("/other")
    desk.watch("/other")
    assistant.go.set()
    work = until(desk, lambda work: not work.busy)
    assert "2 added" in work_html(work, EN)
    assert assistant.folders == ["/in"]


def test_watching_ends_when_told() -> None:
    assistant = Indexing()
    assistant.go.set()
    desk = IndexDesk(assistant)
    desk.watch("/in")
    work = until(desk, lambda work: work.report is not None and not work.busy)
    assert work.watching
    assert "Watching" in work_html(work, EN)
    desk.stop()
    assert assistant.stopped.wait(20)
    until(desk, lambda work: not work.watching)


def test_an_error_is_shown() -> None:
    desk = IndexDesk(Indexing())
    desk.index("/none")
    work = until(desk, lambda work: bool(work.error) and not work.busy)
    assert "There is no folder &#x27;/none&#x27;." in work_html(work, EN)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_page_is_built_for_editors(lang: str) -> None:
    with TestClient(create_server(Indexing([SHOWN]), editors=True)) as client:
        page = client.get(f"/{lang}/").text
        assert "library-watch" in page
    with TestClient(create_server(Indexing([SHOWN]))) as client:
        assert "library-watch" not in client.get(f"/{lang}/").text
