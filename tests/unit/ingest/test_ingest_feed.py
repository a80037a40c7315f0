"""RSS and Atom files, EPUB and RTF."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from assistant.ingest import SourceFile, load
from assistant.types import Article, Refusal

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>編集部</title><language>ja</language>
<item><title>工場 &amp; 人員</title><link>https://example.com/2025/04/kojo.html</link>
<pubDate>Tue, 08 Apr 2025 09:00:00 +0900</pubDate><dc:creator>山田花子</dc:creator><category>経済</category>
<description>短い概要</description>
<content:encoded><![CDATA[<p>旭川の工場は<b>300人</b>を雇う。</p><script>track()</script><p>二つ目の段落。</p>]]></content:encoded></item>
<item><title>空の記事</title><link>https://example.com/empty</link></item>
<item><title>重複</title><link>https://example.com/2025/04/kojo.html</link><description>同じ番地。</description></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>t</title>
<entry><title type="html">Plant &amp;amp; staff</title><id>tag:x,1</id>
<link rel="alternate" href="https://example.org/plant"/><link rel="edit" href="https://example.org/edit"/>
<published>2025-04-08T03:04:05Z</published><updated>2025-04-09T00:00:00Z</updated><author><name>Jane Doe</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>The plant employs 300 people.</p></div></content></entry></feed>"""


def read(tmp_path: Path, name: str, data: str | bytes) -> list[Article | Refusal]:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(load(SourceFile(path, tmp_path)))


def test_entries_of_rss_are_articles(tmp_path: Path) -> None:
    article, empty, again = read(tmp_path, "news.rss", RSS)
    assert isinstance(article, Article)
    assert (article.article_id, article.title, article.lang) == ("example.com-2025-04-kojo", "工場 & 人員", "ja")
    about = article.metadata
    assert (about.url, about.published, about.author, about.tags) == (
        "https://example.com/2025/04/kojo.html",
        "2025-04-08T09:00:00+09:00",
        "山田花子",
        ("経済",),
    )
    assert article.text.endswith("旭川の工場は300人を雇う。\n\n二つ目の段落。")
    assert isinstance(empty, Refusal)
    assert "entry 2 (空の記事) has no text" in empty.reason
    assert isinstance(again, Refusal)
    assert "the address of an entry above it" in again.reason


def test_entries_of_atom_are_articles(tmp_path: Path) -> None:
    (article,) = read(tmp_path, "news.atom", ATOM)
    assert isinstance(article, Article)
    assert article.title == "Plant & staff"
    assert article.metadata.updated == "2025-04-09T00:00:00+00:00"
    assert (article.metadata.author, article.metadata.url) == ("Jane Doe", "https://example.org/plant")
    assert article.text.endswith("The plant employs 300 people.")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("<urlset><url/></urlset>", "XML of the kind 'urlset' is not read"),
        ("<rss><channel/></rss>", "the feed has no entries"),
        ("<rss><channel>", "not well-formed"),
        (
            '<!DOCTYPE r [<!ENTITY a "b">]><rss><channel><item><title>&a;</title></item></channel></rss>',
            "declares XML entities",
        ),
        ('<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]><feed>&a;</feed>', "declares XML entities"),
    ],
)
def test_other_xml_is_refused(tmp_path: Path, data: str, reason: str) -> None:
    (refusal,) = read(tmp_path, "x.xml", data)
    assert isinstance(refusal, Refusal)
    assert reason in refusal.reason


def make_book(path: Path, *, encryption: str = "") -> None:
    chapter = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body><h1>第{n}章</h1><p>本文{n}の工場は{n}00人を雇う。&nbsp;</p></body></html>'
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        )
        book.writestr(
            "OEBPS/book.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
            "<dc:title>工場の本</dc:title><dc:creator>佐藤</dc:creator><dc:language>ja</dc:language></metadata><manifest>"
            '<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
            '<item id="b" href="text/2.xhtml" media-type="application/xhtml+xml"/>'
            '<item id="a" href="text/1.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>',
        )
        book.writestr("OEBPS/nav.xhtml", "<html><body><p>目次だけの行</p></body></html>")
        for number in (1, 2):
            book.writestr(f"OEBPS/text/{number}.xhtml", chapter.format(n=number))
        if encryption:
            book.writestr("META-INF/encryption.xml", encryption)


def test_a_book_is_read_in_the_order_of_its_spine(tmp_path: Path) -> None:
    make_book(tmp_path / "b.epub")
    (article,) = load(SourceFile(tmp_path / "b.epub", tmp_path))
    assert isinstance(article, Article)
    assert (article.title, article.metadata.author) == ("工場の本", "佐藤")
    assert article.text.endswith("第1章\n\n本文1の工場は100人を雇う。\n\n第2章\n\n本文2の工場は200人を雇う。")


def test_a_protected_book_is_refused(tmp_path: Path) -> None:
    method = '<encryption><EncryptedData><EncryptionMethod Algorithm="{}"/></EncryptedData></encryption>'
    make_book(tmp_path / "a.epub", encryption=method.format("http://www.w3.org/2001/04/xmlenc#aes256-cbc"))
    (refusal,) = load(SourceFile(tmp_path / "a.epub", tmp_path))
    assert isinstance(refusal, Refusal)
    assert "copy protection" in refusal.reason
    make_book(tmp_path / "f.epub", encryption=method.format("http://www.idpf.org/2008/embedding"))
    (article,) = load(SourceFile(tmp_path / "f.epub", tmp_path))
    assert isinstance(article, Article), "only its fonts are obfuscated"


def test_rtf_in_japanese(tmp_path: Path) -> None:
    def escaped(text: str) -> str:
        return "".join(f"\\'{byte:02x}" for byte in text.encode("cp932"))

    body = (
        r"{\rtf1\ansi\ansicpg932\deff0{\fonttbl{\f0\fnil\fcharset128 MS Gothic;}}\f0 "
        + escaped("工場の近況") + r"\par " + r"\u26085?\u26412? " + escaped("では三百人が働く。") + r"\par {\*\comment hidden}"
        + r"\trowd\cellx1\cellx2 " + escaped("地域") + r"\cell " + escaped("人員") + r"\cell\row A\cell 144\cell\row }"
    )  # fmt: skip
    (article,) = read(tmp_path, "a.rtf", body)
    assert isinstance(article, Article)
    assert article.title == "工場の近況"
    assert "日本 では三百人が働く。" in article.text
    assert "hidden" not in article.text
    assert [block.row for block in article.blocks if block.cells] == [None, 1]
    (refusal,) = read(tmp_path, "b.rtf", "plain text")
    assert isinstance(refusal, Refusal)
