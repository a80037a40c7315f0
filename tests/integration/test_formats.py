"""The same content in every format gives the same answers, each with a place that a person can find."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.cli.main import main
from assistant.verify.draft import read_draft
from tests.documents import LOCATORS, QUESTIONS, ROWS, SUBJECT, WRITERS, write_docx, write_pdf


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Assistant, dict[str, str]]]:
    """All formats in one library, and the article id of each."""
    root = tmp_path_factory.mktemp("formats")
    folder = root / "in"
    folder.mkdir()
    for suffix, write in WRITERS.items():
        write(folder / f"{SUBJECT}.{suffix}")
    (folder / "scan.pdf").write_bytes(b"%PDF-1.4\nnot a document")
    write_pdf(folder / "locked.pdf", user_password="himitsu")
    with Assistant.open(Settings(home=root / "home")) as assistant:
        report = assistant.index([folder])
        assert sorted(Path(refusal.path).name for refusal in report.refused) == ["locked.pdf", "scan.pdf"]
        ids = {Path(item.source_path).suffix[1:]: item.article_id for item in assistant.sources()}
        assert set(ids) == set(WRITERS)
        yield assistant, ids


@pytest.mark.parametrize("suffix", list(WRITERS))
def test_ten_questions_have_the_same_answers(library: tuple[Assistant, dict[str, str]], suffix: str) -> None:
    assistant, ids = library
    others = [article_id for other, article_id in ids.items() if other != suffix]
    assistant.remove(others)
    try:
        answers = [assistant.ask(question) for question, _ in QUESTIONS]
    finally:
        assistant.remove(others, undo=True)
    assert [answer.short for answer in answers] == [short for _, short in QUESTIONS]
    for answer, row in zip(answers, ROWS, strict=False):
        (citation,) = answer.citations
        assert citation.article_id == ids[suffix]
        assert citation.locator.endswith(row[0]), citation.locator
        article = assistant.show(citation.article_id, citation.version)
        assert article.text[citation.start : citation.end] == citation.quote
        assert row[0] in citation.quote
        assert row[1] in citation.quote
        assert answer.text.startswith(f"{SUBJECT}の{row[0]}: {row[1]}")
    assert answers[1].citations[0].locator == LOCATORS[suffix]


def test_a_sentence_of_a_page_and_of_a_slide_names_it(library: tuple[Assistant, dict[str, str]]) -> None:
    assistant, ids = library
    places = {}
    for suffix in ("pdf", "pptx", "docx"):
        others = [article_id for other, article_id in ids.items() if other != suffix]
        assistant.remove(others)
        answer = assistant.ask("オーロラX2の工場はどこにあるか？")
        assistant.remove(others, undo=True)
        assert "旭川市" in answer.text
        places[suffix] = answer.citations[0].locator
    assert places == {"pdf": "1ページ", "pptx": "スライド 1", "docx": "オーロラX2 技術資料"}


def test_refusals_are_listed_with_their_reason(
    library: tuple[Assistant, dict[str, str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assistant, _ = library
    monkeypatch.setenv("ASSISTANT_HOME", str(assistant.settings.home))
    assert main(["status", "--json"]) == 0
    refused = {Path(path).name: reason for path, reason, _ in json.loads(capsys.readouterr().out)["refused"]}
    assert "needs a password" in refused["locked.pdf"]
    assert "damaged" in refused["scan.pdf"]
    assert main(["ask", "オーロラX2のメモリ容量は？", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["citations"]
    assert all(citation["locator"].endswith("メモリ容量") for citation in answer["citations"])


@pytest.mark.parametrize("suffix", ["docx", "pdf", "html"])
def test_a_draft_may_be_a_document(tmp_path: Path, library: tuple[Assistant, dict[str, str]], suffix: str) -> None:
    assistant, _ = library
    path = tmp_path / f"draft.{suffix}"
    if suffix == "docx":
        import docx

        document = docx.Document()
        document.add_paragraph("オーロラX2の消費電力は最大450 Wだ。")
        document.add_paragraph("オーロラX2のメモリ容量は128 GBだ。")
        document.save(str(path))
    elif suffix == "pdf":
        from reportlab.pdfgen.canvas import Canvas

        from tests.documents import _cid_fonts

        canvas = Canvas(str(path))
        canvas.setFont(_cid_fonts()[1], 11)
        canvas.drawString(60, 700, "オーロラX2の消費電力は最大450 Wだ。")
        canvas.drawString(60, 660, "オーロラX2のメモリ容量は128 GBだ。")
        canvas.save()
    else:
        path.write_text(
            "<html lang=ja><meta charset=utf-8><body><article><p>オーロラX2の消費電力は最大450 Wだ。</p>"
            "<p>オーロラX2のメモリ容量は128 GBだ。</p></article></body></html>",
            encoding="utf-8",
        )
    report = assistant.check(read_draft(path).text)
    verdicts = {item.claim.text: item.verdict.value for item in report.claims if item.verdict.value != "not_checkable"}
    assert verdicts == {
        "オーロラX2の消費電力は最大450 Wだ。": "supported",
        "オーロラX2のメモリ容量は128 GBだ。": "contradicted",
    }


def test_a_post_that_becomes_a_draft_is_gone(tmp_path: Path) -> None:
    posts = tmp_path / "blog" / "_posts"
    posts.mkdir(parents=True)
    (tmp_path / "blog" / "_config.yml").write_text("url: https://example.com\n", encoding="utf-8")
    post = posts / "2025-04-08-aurora.md"
    body = "オーロラX2の工場は旭川市にある。\n"
    post.write_text(f"---\ntitle: 工場\n---\n{body}", encoding="utf-8")
    write_docx(tmp_path / "other.docx")
    with Assistant.open(Settings(home=tmp_path / "home")) as assistant:
        assistant.index([tmp_path / "blog", tmp_path / "other.docx"])
        (article,) = [item for item in assistant.sources() if item.title == "工場"]
        assert assistant.show(article.article_id).metadata.url == "https://example.com/2025/04/08/aurora.html"
        post.write_text(f"---\ntitle: 工場\npublished: false\n---\n{body}", encoding="utf-8")
        report = assistant.index([tmp_path / "blog"], strict=True)
        assert report.withdrawn == [article.article_id]
        assert article.article_id not in {item.article_id for item in assistant.sources() if not item.withdrawn}
        post.write_text(f"---\ntitle: 工場\n---\n{body}", encoding="utf-8")
        assistant.index([tmp_path / "blog"])
        assert article.article_id in {item.article_id for item in assistant.sources() if not item.withdrawn}
