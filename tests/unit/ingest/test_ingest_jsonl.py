"""JSONL corpora: the given text is kept, bad lines are named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ingest import SourceFile, load
from assistant.ingest.jsonl import _article
from assistant.ingest.source import UnreadableSource
from assistant.types import Article, BlockKind, Refusal

ANY_TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from("車両ｶﾞﾗｽ㌔①Ａ1。！」\n\r\t |　-■1.𡈽"), st.characters(exclude_categories=["Cs"])
    ),
    max_size=200,
)


def read(tmp_path: Path, data: bytes) -> list[Article | Refusal]:
    path = tmp_path / "corpus.jsonl"
    path.write_bytes(data)
    return list(load(SourceFile(path, tmp_path)))


def lines(*records: object) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


@given(text=ANY_TEXT, author=st.none() | ANY_TEXT, ascii_only=st.booleans())
def test_the_given_text_is_kept_to_the_character(text: str, author: str | None, ascii_only: bool) -> None:
    line = json.dumps({"id": "1", "title": "題", "text": text, "lang": "ja", "author": author}, ensure_ascii=ascii_only)
    if not text.strip():
        with pytest.raises(UnreadableSource, match="the article '1' has no text"):
            _article(line.encode(), "corpus.jsonl")
        return
    article = _article(line.encode(), "corpus.jsonl")
    assert article.text.startswith(text)
    if author is None or not author.strip():
        assert article.text == text
    given_text = "".join(text.split())
    covered = [block for block in article.blocks if block.start < len(text)]
    assert "".join("".join(text[block.start : block.end].split()) for block in covered) == given_text
    for block in article.blocks:
        for cell in block.cells:
            assert block.start <= cell.start <= cell.end <= block.end


def test_an_article_and_what_is_known_of_it(tmp_path: Path) -> None:
    (article,) = read(
        tmp_path,
        lines(
            {
                "id": "a-1",
                "title": "新工場",
                "text": " 本文。\n",
                "lang": "ja",
                "published": "2025-12-03T02:21:37Z",
                "url": "https://example.com/1",
                "author": "編集部",
                "wiki": [1],
            }
        ),
    )
    assert isinstance(article, Article)
    assert article.text == " 本文。\n\n\nタイトル: 新工場\n著者: 編集部\n公開日: 2025-12-03 02:21 (UTC+00:00)"
    assert [(block.kind, article.text[block.start : block.end]) for block in article.blocks] == [
        (BlockKind.PARAGRAPH, "本文。"),
        (BlockKind.METADATA, "タイトル: 新工場"),
        (BlockKind.METADATA, "著者: 編集部"),
        (BlockKind.METADATA, "公開日: 2025-12-03 02:21 (UTC+00:00)"),
    ]
    assert article.metadata.published == "2025-12-03T02:21:37+00:00"
    assert article.metadata.url == "https://example.com/1"
    assert (article.article_id, article.id_is_explicit, article.title) == ("a-1", True, "新工場")
    assert article.source_path == str(tmp_path / "corpus.jsonl")


def test_a_url_alone_adds_no_line_and_an_unreadable_date_is_shown_as_written(tmp_path: Path) -> None:
    first, second = read(
        tmp_path,
        lines(
            {"id": "1", "title": "t", "text": "A text.", "lang": "en", "url": "https://example.com"},
            {"id": "2", "title": "t", "text": "A text.", "published": "last spring"},
        ),
    )
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.text, first.metadata.url) == ("A text.", "https://example.com")
    assert second.text == "A text.\n\nTitle: t\nPublished: last spring"
    assert (second.metadata.published, second.lang) == (None, "en")


def test_bad_lines_are_refused_by_number_and_the_rest_goes_on(tmp_path: Path) -> None:
    good = lines({"id": "1", "title": "", "text": "本文。"}, {"id": 2, "text": "英文 text ですよ。", "lang": "fr"})
    bad = [
        b"{not json}\n",
        b"[1]\n",
        lines({"title": "x", "text": "y"}),
        lines({"id": "3"}),
        lines({"id": "4", "text": " \n"}),
        lines({"id": "1", "text": "again"}),
        b'{"id": "5", "text": "\\ud800"}\n',
        b'{"id": "6", "text": "\xff"}\n',
        lines({"id": "7", "text": "x", "url": 3}),
        lines({"id": "8", "title": 8, "text": "x"}),
    ]
    items = read(tmp_path, b"\xef\xbb\xbf" + good + b"\n" + b"".join(bad) + lines({"id": "9", "text": "last"}))
    articles = [item for item in items if isinstance(item, Article)]
    refusals = [item for item in items if isinstance(item, Refusal)]
    assert [(item.article_id, item.title, item.lang) for item in articles] == [
        ("1", "1", "ja"),
        ("2", "2", "ja"),
        ("9", "9", "en"),
    ]
    assert [item.line for item in refusals] == [4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
    assert [item.reason for item in refusals[1:]] == [
        "a line must be a JSON object, not list",
        "'id' must be a text, not None",
        "'text' of '3' must be a text, not None",
        "the article '4' has no text",
        "the id '1' stands in line 1 already",
        "the article '5' has half a surrogate pair (\\ud800 to \\udfff)",
        "not UTF-8: byte 0xff at byte 21 of the line",
        "'url' must be a text, not 3",
        "'title' of '8' must be a text, not 8",
    ]
    assert refusals[0].reason.startswith("not JSON: ")


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "utf-16", "utf-16-le", "iso2022_jp", "utf-8-sig"])
def test_other_encodings_are_read_when_certain(tmp_path: Path, encoding: str) -> None:
    text = "AWSは12月3日、半導体「Trainium3」を発表した。"
    data = lines({"id": "1", "text": text}, {"id": "2", "text": text}).decode().encode(encoding)
    assert [item.text for item in read(tmp_path, data) if isinstance(item, Article)] == [text, text]


def test_an_empty_corpus_is_refused(tmp_path: Path) -> None:
    assert read(tmp_path, b"\n \n") == [Refusal(str(tmp_path / "corpus.jsonl"), "the file has no article", None)]
