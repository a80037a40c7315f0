"""Loads EPUB books: the chapters of the spine in order, as one article."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import ClassVar

import lxml.html

from assistant.ingest.builder import TextBuilder
from assistant.ingest.decode import decode
from assistant.ingest.head import Head, write_head
from assistant.ingest.htmlwalk import HtmlWalker, inline_text
from assistant.ingest.language import language_of
from assistant.ingest.package import Element, Package, attribute, child, children, local, resolve
from assistant.ingest.source import SourceFile, UnreadableSource, id_from_stem
from assistant.types import Article, ArticleMetadata, BlockKind, Refusal

_FONT_OBFUSCATION = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_PAGES = frozenset({"application/xhtml+xml", "text/html"})


class EpubLoader:
    """Reads one book. Books with copy protection are refused."""

    name: ClassVar[str] = "epub"
    suffixes: ClassVar[frozenset[str]] = frozenset({".epub"})

    def load(self, source: SourceFile) -> Iterator[Article | Refusal]:
        package = Package(source.read_bytes(), "EPUB")
        _refuse_protected(package)
        folder, opf = _opf(package)
        metadata = child(opf, "metadata")
        chapters = list(_chapters(package, folder, opf))
        sample = " ".join(inline_text(chapter) for chapter in chapters[:5])[:4000]
        if not sample.strip():
            raise UnreadableSource("the book has no text")
        title = _text(metadata, "title") or source.stem
        lang = language_of(_text(metadata, "language"), f"{title}\n{sample}")
        authors = [" ".join((item.text or "").split()) for item in children(metadata, "creator")]
        about = ArticleMetadata(author="、".join(filter(None, authors)) or None)
        builder = TextBuilder()
        write_head(builder, Head(title, about), lang)
        for chapter in chapters:
            HtmlWalker(builder, lang, title=title).walk(chapter)
        text, blocks = builder.build()
        if all(block.kind in (BlockKind.TITLE, BlockKind.METADATA) for block in blocks):
            raise UnreadableSource("the book has no text")
        yield Article(
            article_id=id_from_stem(source.stem),
            title=title,
            text=text,
            lang=lang,
            blocks=blocks,
            metadata=about,
            source_path=str(source.path),
        )


def _refuse_protected(package: Package) -> None:
    root = package.xml("META-INF/encryption.xml")
    for item in root.iter() if root is not None else ():
        if local(item) == "EncryptionMethod" and attribute(item, "Algorithm") not in _FONT_OBFUSCATION:
            raise UnreadableSource("the book has copy protection; only books without it are read")


def _opf(package: Package) -> tuple[str, Element]:
    container = package.xml("META-INF/container.xml")
    rootfile = child(container, "rootfiles", "rootfile")
    path = attribute(rootfile, "full-path") or "" if rootfile is not None else ""
    opf = package.xml(path) if path else None
    if opf is None:
        raise UnreadableSource("not an EPUB book: it names no package document")
    return posixpath.dirname(path), opf


def _chapters(package: Package, folder: str, opf: Element) -> Iterator[Element]:
    """The bodies of the pages in reading order; the table of contents is left out."""
    items = {attribute(item, "id"): item for item in children(child(opf, "manifest"), "item")}
    for reference in children(child(opf, "spine"), "itemref"):
        item = items.get(attribute(reference, "idref"))
        if item is None or attribute(item, "media-type") not in _PAGES or attribute(reference, "linear") == "no":
            continue
        if "nav" in (attribute(item, "properties") or "").split():
            continue
        data = package.read(resolve(folder, attribute(item, "href") or ""))
        if not data or not data.strip():
            continue
        parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        page = lxml.html.document_fromstring(decode(data).text.encode(), parser=parser)
        body = page.find("body")
        if body is not None:
            yield body


def _text(metadata: Element | None, name: str) -> str:
    found = child(metadata, name)
    return " ".join((found.text or "").split()) if found is not None else ""
