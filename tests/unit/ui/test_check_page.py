"""The Check page: drafts in, verdicts out, exports that can be read again."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any

import docx
import pytest
from fastapi.testclient import TestClient

from assistant.errors import IndexMissingError
from assistant.types import CheckReport, Claim, ClaimVerdict, Verdict
from assistant.verify.draft import DraftText
from tests.fakes import FakeAssistant, trainium_assistant
from ui.check_view import check_html
from ui.checks import WAITING, BusyError, Check, CheckDesk
from ui.drafts import DRAFT_CHARS, DraftError, draft_of
from ui.server import create_server
from ui.spreadsheet import safe_cell, to_csv
from ui.strings import EN as EN_STRINGS
from ui.strings import JA as JA_STRINGS
from ui.viewer import Role, Viewer
from ui.wording.check import EN, JA


@pytest.fixture
def assistant() -> FakeAssistant:
    return trainium_assistant()


def draft_text(assistant: FakeAssistant) -> str:
    return next(iter(assistant.reports))


def send(client: TestClient, body: str | bytes, **query: Any) -> dict[str, Any]:
    told: dict[str, Any] = client.post("/ui/check", content=body, params=query).json()
    while told["state"] == "working":
        told = client.get(f"/ui/check/{told['id']}", params=query).json()
    return told


def test_a_draft_gets_a_row_a_claim(assistant: FakeAssistant) -> None:
    with TestClient(create_server(assistant)) as client:
        told = send(client, draft_text(assistant))
    assert told["state"] == "done"
    html = told["html"]
    assert html.count('class="claim-row') == 3
    assert 'class="claim contradicted" id="in-draft-1" href="#claim-1"' in html
    assert "<del>128GB</del>" in html
    assert "<ins>144GB</ins>" in html
    assert JA.evidence_against in html
    assert JA.no_nli in html
    assert JA.no_anchor in html


def test_another_viewer_finds_nothing_of_it(assistant: FakeAssistant) -> None:
    app = create_server(assistant)
    with TestClient(app) as client, TestClient(app) as other:
        told = send(client, draft_text(assistant))
        for path in (f"/ui/check/{told['id']}", f"/ui/check/{told['id']}/export?format=csv"):
            assert client.get(path).status_code == 200
            reply = other.get(path)
            assert reply.status_code == 404
            assert "128GB" not in reply.text


def test_the_date_given_beats_the_date_of_the_draft(assistant: FakeAssistant) -> None:
    with TestClient(create_server(assistant)) as client:
        send(client, "---\ndate: 2026-03-01\n---\n本文は3nm。")
        send(client, "---\ndate: 2026-03-01\n---\n本文は3nm。", dated="2025-01-31")
        assert client.post("/ui/check", content=b"x", params={"dated": "soon"}).status_code == 422
    assert assistant.anchors == [date(2026, 3, 1), date(2025, 1, 31)]


@pytest.mark.parametrize(
    ("body", "name", "told"),
    [
        (b"  \n", "", JA.empty),
        ("あ".encode() * (DRAFT_CHARS + 1), "", "長すぎます"),
        (b"not a zip", "a.docx", JA.unreadable.format(name="a.docx")),
        (b"x", "../../etc/passwd", JA.unknown_format.format(name="passwd")),
        (b"\x00\x01", "a.txt", JA.unreadable.format(name="a.txt")),
    ],
)
def test_what_cannot_be_checked_says_why(assistant: FakeAssistant, body: bytes, name: str, told: str) -> None:
    with TestClient(create_server(assistant)) as client:
        reply = client.post("/ui/check", content=body, params={"name": name})
    assert reply.status_code == 422
    assert told in reply.json()["message"]


def test_an_error_of_the_assistant_is_shown(assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(*_: object, **__: object) -> CheckReport:
        raise IndexMissingError("Nothing is indexed yet. Run `assistant index`.")

    monkeypatch.setattr(assistant, "check", check)
    with TestClient(create_server(assistant)) as client:
        told = send(client, "本文。")
    assert told["state"] == "failed"
    assert "Run `assistant index`." in told["html"]


def test_drafts_are_read_by_their_suffix() -> None:
    document = docx.Document()
    document.add_paragraph("Trainium3は3nmで製造される。")
    out = io.BytesIO()
    document.save(out)
    assert "3nmで製造される" in draft_of(out.getvalue(), "原稿.DOCX", JA).text
    assert draft_of("昨年の話。\r\n".encode("cp932"), "a.txt", JA).text == "昨年の話。\n"
    page = "<html><body><article><p>Trainium3 has 144 GB of memory, and this is its page.</p></article></body></html>"
    assert "144 GB" in draft_of(page.encode(), "a.html", EN).text
    assert draft_of(page.encode(), "", EN).text.startswith("Trainium3")


def test_a_word_file_with_a_bomb_in_it_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a/>" + b" " * 20_000_000)
    with pytest.raises(DraftError, match=r"a\.docx"):
        draft_of(out.getvalue(), "a.docx", EN)


def test_exports_can_be_read_again(assistant: FakeAssistant) -> None:
    with TestClient(create_server(assistant)) as client:
        told = send(client, draft_text(assistant), name="原稿.md", lang="ja")

        def export(kind: str) -> bytes:
            reply = client.get(f"/ui/check/{told['id']}/export", params={"format": kind, "lang": "ja"})
            assert reply.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
            return reply.content

        table, markdown, word = export("csv"), export("markdown").decode(), export("docx")
        assert client.get(f"/ui/check/{told['id']}/export", params={"format": "exe"}).status_code == 422
    assert table.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    assert [row[JA.column_verdict] for row in rows] == ["食い違い", "一致", "照合の対象外"]
    assert rows[0][JA.column_differences] == "128GB → 144GB"
    assert "144GB載り" in rows[0][JA.column_quote]
    assert markdown.startswith("# 事実確認: 原稿.md")
    assert "128GB → 144GB" in markdown
    read = docx.Document(io.BytesIO(word))
    text = "\n".join(paragraph.text for paragraph in read.paragraphs)
    assert "Trainium3のメモリ容量は128GBだ。 [×]3nmで製造されている。 [○]楽しみだ。" in text
    assert [cell.text for cell in read.tables[0].rows[1].cells] == ["数字", "128GB", "144GB"]


def test_no_cell_is_a_formula() -> None:
    for text in ('=HYPERLINK("http://evil.example","x")', "+1", "-1+2", "@sum", "\t=1", "＝1", " =1"):
        assert str(safe_cell(text)).startswith("'"), text
    assert safe_cell("144 GB") == "144 GB"
    assert safe_cell(-3) == -3
    assert to_csv([["=1", None, "a\x00b"]]).decode("utf-8-sig") == "'=1,,ab\r\n"


def test_hostile_drafts_are_text() -> None:
    draft = "<script>hit()</script><img src=x onerror=hit()>"
    claim = ClaimVerdict(Claim(draft, 0, len(draft)), Verdict.NOT_FOUND, "<b>reason</b>")
    for strings in (JA_STRINGS, EN_STRINGS):
        html = check_html(Check("id", "user", "", DraftText(draft), report=CheckReport((claim,))), strings)
        assert "<script" not in html
        assert "<img" not in html
        assert "&lt;b&gt;reason" in html


def test_finished_checks_are_kept_for_each_viewer_and_the_oldest_go() -> None:
    desk = CheckDesk(trainium_assistant())
    one, two = Viewer("one", Role.READER), Viewer("two", Role.READER)
    first = desk.start(two, DraftText("a"))
    ids = []
    for number in range(8):
        ids.append(desk.start(one, DraftText(str(number))))
        assert desk.find(one, ids[-1], wait_seconds=5) is not None
    assert [desk.find(one, check_id) is not None for check_id in ids] == [False] * 3 + [True] * 5
    assert desk.find(two, first, wait_seconds=5) is not None
    assert desk.find(one, first) is None
    desk.close()


def test_too_many_drafts_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assistant = replace(trainium_assistant())
    desk = CheckDesk(assistant)
    monkeypatch.setattr(desk._pool, "submit", lambda *_: None)
    viewer = Viewer("one", Role.READER)
    for _ in range(WAITING):
        desk.start(viewer, DraftText("a"))
    with pytest.raises(BusyError):
        desk.start(viewer, DraftText("a"))
    desk.close()
