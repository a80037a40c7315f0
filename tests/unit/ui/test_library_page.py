"""The Library page: who sees what, and indexing from it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.errors import CorpusError
from assistant.index.update import IndexReport
from assistant.types import AppliedCorrection, ArticleMetadata, Hidden, PublishedCopy, Refusal
from tests.fakes import FakeAssistant, FakeSummary, make_article
from ui.library import IndexDesk, Work, work_html
from ui.library_view import Listing, advice, chosen, details_html, health_html, listing_html, refused_html
from ui.render import answer_html, citation_item
from ui.server import create_server
from ui.strings import strings_for
from ui.tables import is_public
from ui.uploads import Stored, Upload, Uploads, safe_name
from ui.withdrawals import Withdrawal
from ui.wording.library import EN as WORDS

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
    sources = [
        summary(superseded_by="new"),
        summary(copy_of="first", article_id="b"),
        summary(corrected_by=("fix",), article_id="c"),
        summary(corrects=("old<",), article_id="d"),
        summary(standing="removed", withdrawn=True, article_id="e"),
        summary(hidden=(Hidden("zero width", 3),), article_id="f"),
    ]
    html = listing_html(sources, Listing(), EN, editor=True)
    for told in ("Superseded by new", "Copy of first", "Corrected", "Correction", "Withdrawn by an editor", "3 hidden"):
        assert told in html
    reader = listing_html(sources, Listing(), EN, editor=False)
    assert "5 in all" in reader
    assert "hidden characters" not in reader
    assert "data-details" not in reader
    assert "file" not in reader
    details = details_html(sources[3], [], [Withdrawal("d", "<why>", False, "kato", "2026-11-01T09:00:00+00:00")], EN)
    assert "old&lt;" in details
    assert "&lt;why&gt;" in details


def test_the_list_is_found_sorted_and_cut_into_pages() -> None:
    many = [
        summary(article_id=f"a{number:03}", title=f"記事 {number:03}", published=f"2026-01-{number % 28 + 1:02}")
        for number in range(120)
    ]
    html = listing_html(many, Listing(sort="title", down=False, page=3), JA, editor=False)
    assert html.count("<tr>") == 1 + 20
    assert "記事 100" in html
    assert 'aria-sort="ascending"' in html
    assert "3／3ページ" in html
    assert 'data-page-to="4" disabled' in html
    assert [item.article_id for item in chosen(many, Listing("００７"), editor=False)] == ["a007"]
    assert listing_html(many, Listing("zzz"), JA, editor=False).startswith('<p class="notice"')
    assert chosen(many, Listing(sort="published"), editor=False)[0].article_id == "a111"


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("the document is protected by a password; save it without one", "do_password"),
        ("not UTF-8, CP932 or EUC-JP: byte 0xff at offset 3; save it as UTF-8", "do_encoding"),
        ("it has 900 pages, more than the 500 that `ingest.max_pages` allows; split it", "do_limit"),
        ("broken front matter: it is opened by '---' but never closed", "do_head"),
        ("the name says PDF, but the content is not", "do_kind"),
        ("the document has no text; if it is a scan, run text recognition over it", "do_scan"),
        ("the page has no text", "do_other"),
    ],
)
def test_a_refusal_says_what_to_do(reason: str, told: str) -> None:
    wanted = getattr(WORDS, told).format(setting="ingest.max_pages")
    assert advice(reason, WORDS) == wanted
    html = refused_html([Refusal("/a/<b>.md", reason)], EN)
    assert "&lt;b&gt;.md" in html


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
        self.go.wait(60)
        return IndexReport(added=["a", "b"])

    def watch(self, paths: list[Path], *, on_report: Any, on_step: Any) -> Any:
        fake = self

        class Watching:
            def run(self) -> None:
                on_report(fake.index(paths, on_step=on_step), 0.1)
                fake.stopped.wait(60)

            def stop(self) -> None:
                fake.stopped.set()

        return Watching()


def until(desk: IndexDesk, condition: Callable[[Work], bool]) -> Work:
    deadline = time.monotonic() + 60
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
    assert "reading 3/10" in work_html(work, EN)
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
    assert assistant.stopped.wait(60)
    until(desk, lambda work: not work.watching)


def test_an_error_is_shown() -> None:
    desk = IndexDesk(Indexing())
    desk.index("/none")
    work = until(desk, lambda work: bool(work.error) and not work.busy)
    assert "There is no folder &#x27;/none&#x27;." in work_html(work, EN)


EDITORS_ONLY = (
    ("GET", "/ui/library/desk", None),
    ("GET", "/ui/library/health", None),
    ("GET", "/ui/library/work", None),
    ("GET", "/ui/library/article?article_id=shown", None),
    ("POST", "/ui/library/upload?name=a.md", "# a"),
    ("POST", "/ui/library/index", '{"action": "index", "folder": "/in"}'),
    ("POST", "/ui/library/withdraw", '{"article_id": "shown", "reason": "why"}'),
)


def test_a_reader_gets_no_editor_action(tmp_path: Path) -> None:
    assistant = Indexing([SHOWN, GONE], settings=SimpleNamespace(home=tmp_path))
    with TestClient(create_server(assistant)) as client:
        page = client.get("/ui/library").json()
        assert not page["editor"]
        assert "取り下げた記事" not in page["html"]
        assert "withdrawn" not in [item["value"] for item in page["filters"]]
        for method, path, body in EDITORS_ONLY:
            reply = client.request(method, path, content=body, headers={"content-type": "application/json"})
            assert reply.status_code == 403, path
    assert assistant.folders == []
    assert assistant.removed == set()
    assert {path.name for path in tmp_path.iterdir()} <= {"conversations.sqlite3"}, "nothing was stored for them"


def test_an_editor_withdraws_with_a_reason_and_brings_back(tmp_path: Path) -> None:
    assistant = Indexing([SHOWN], settings=SimpleNamespace(home=tmp_path))
    with TestClient(create_server(assistant, editors=True)) as client:
        wanted = {"article_id": "shown", "reason": "誤りがある"}
        assert client.post("/ui/library/withdraw", json={**wanted, "reason": " "}).status_code == 422
        assert client.post("/ui/library/withdraw", json={**wanted, "article_id": "none"}).status_code == 409
        assert "取り下げました" in client.post("/ui/library/withdraw", json=wanted).json()["html"]
        assert assistant.removed == {"shown"}
        details = client.get("/ui/library/article", params={"article_id": "shown"}).json()["html"]
        assert "誤りがある" in details
        assert 'data-undo="1"' in details
        assert client.post("/ui/library/withdraw", json={**wanted, "undo": True, "reason": "直った"}).status_code == 200
        assert assistant.removed == set()
        details = client.get("/ui/library/article", params={"article_id": "shown"}).json()["html"]
        assert details.index("直った") < details.index("誤りがある")
    lines = (tmp_path / "withdrawals.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2


def test_files_that_are_sent_are_kept_and_indexed(tmp_path: Path) -> None:
    assistant = Indexing([SHOWN], settings=SimpleNamespace(home=tmp_path))
    assistant.go.set()

    def send(name: str, data: bytes, **query: Any) -> tuple[int, str]:
        reply = client.post("/ui/library/upload", content=data, params={"name": name, **query})
        return reply.status_code, reply.json()["outcome"]

    with TestClient(create_server(assistant, editors=True)) as client:
        assert client.post("/ui/library/index", json={"action": "index"}).status_code == 422, "nothing was sent yet"
        assert send("記事.md", "# 題".encode()) == (200, "stored")
        assert send("記事.md", "# 題".encode()) == (200, "same")
        assert send("記事.MD", "# 別".encode()) == (409, "exists")
        assert send("記事.md", "# 別".encode(), replace="true") == (200, "stored")
        for name in ("../../x.exe", "a.exe", "noext"):
            assert send(name, b"x") == (422, "bad_format")
        for name in (".hidden.md", "..", "a\x00.md", "con.md", "a\u202e.md", "x" * 300 + ".md", "a|b.md"):
            assert send(name, b"x") == (422, "bad_name"), name
        assert send("../../../etc/c.md", b"# c") == (200, "stored")
        assert sorted(path.name for path in (tmp_path / "uploads").iterdir()) == ["c.md", "記事.md"]
        assert (tmp_path / "uploads" / "記事.md").read_text(encoding="utf-8") == "# 別"
        assert client.post("/ui/library/index", json={"action": "index"}).status_code == 200
        while client.get("/ui/library/work").json()["busy"]:
            time.sleep(0.01)
    assert assistant.folders == [str(tmp_path / "uploads")]


def test_a_file_may_be_too_large(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path, max_bytes=3)
    assert uploads.store("a.md", b"1234").outcome is Stored.TOO_LARGE
    assert uploads.store("a.md", b"123") == Upload(Stored.STORED, "a.md")
    assert not uploads.store("b.md", b"1234").name.startswith("/")
    assert safe_name("e\u0301.md") == "\u00e9.md", "composed, so that one name is one file"


def test_health_says_what_needs_a_look() -> None:
    status = SimpleNamespace(
        generation="gen-1",
        fingerprint="f",
        counts={"articles": 2, "passages": 1234},
        problems=("The index was built with other settings.",),
        refused=(),
        library=SimpleNamespace(standings={"shown": 1, "removed": 1}, problems=("A correction <x> leads nowhere.",)),
    )
    html = health_html(status, (), EN)
    assert "Needs attention" in html
    assert "1,234" in html
    assert "leads nowhere" in html
    assert "&lt;x&gt;" in html
    assert "Withdrawn by an editor 1" in html
    assert WORDS.nothing_indexed in health_html(SimpleNamespace(refused=()), (), EN)
