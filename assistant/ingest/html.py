"""Loads HTML pages: the article's text, not the menus around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import ClassVar

import lxml.html

from assistant.ingest.builder import TextBuilder
from assistant.ingest.decode import decode
from assistant.ingest.head import Head, write_head
from assistant.ingest.htmlmeta import PageMetadata, read_metadata
from assistant.ingest.htmlpage import find_region, is_chrome, remove_chrome
from assistant.ingest.htmlwalk import Element, HtmlWalker, inline_text
from assistant.ingest.language import language_of
from assistant.ingest.source import SourceFile, UnreadableSource, id_from_stem
from assistant.text.patterns import lazy_pattern
from assistant.types import Article, ArticleMetadata, BlockKind, Refusal

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:\-]+)", re.IGNORECASE)
_XML_DECLARATION = lazy_pattern(r"\s*<\?xml[^>]*\?>")
_XML_ENCODING = re.compile(rb"\s*<\?xml[^>]{0,100}encoding\s*=\s*[\"']([\w.:\-]+)[\"']")
_SNIFF_BYTES = 4096
_MIN_EXTRACTED_CHARS = 60
_BODY_BLOCKS = ("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "div", "dd", "dt", "figcaption")


class HtmlLoader:
    """Reads one page as one article.

    A page with one clear ``<article>`` or ``<main>`` is walked as it stands, so that no paragraph is lost
    and no character changes. Any other page goes through trafilatura, which judges by density of text.
    """

    name: ClassVar[str] = "html"
    suffixes: ClassVar[frozenset[str]] = frozenset({".html", ".htm", ".xhtml"})

    def load(self, source: SourceFile) -> Iterator[Article | Refusal]:
        data = source.read_bytes()
        tree = _parse(decode(data, declared=_declared_charset(data)).text)
        body = tree.find("body")
        if body is None:
            raise UnreadableSource("the page has no text")
        region = find_region(body)
        page = read_metadata(tree, region)
        title = page.title or source.stem
        sample = inline_text(body if region is None else region)
        lang = language_of(page.lang, sample)
        head = _head(title, page)
        builder = TextBuilder()
        write_head(builder, head, lang)
        if region is not None:
            HtmlWalker(builder, lang, skip=is_chrome, title=title).walk(region)
        else:
            _walk_extracted(tree, HtmlWalker(builder, lang, title=title, restore=_published_blocks(body)))
        text, blocks = builder.build()
        if all(block.kind in (BlockKind.TITLE, BlockKind.METADATA) for block in blocks):
            raise UnreadableSource("no article text was found in the page; is it an article, and not a list or an app?")
        yield Article(
            article_id=id_from_stem(source.stem),
            title=title,
            text=text,
            lang=lang,
            blocks=blocks,
            metadata=head.metadata,
            source_path=str(source.path),
        )


def _parse(text: str) -> Element:
    text = _XML_DECLARATION.sub("", text, count=1)
    if not text.strip():
        raise UnreadableSource("the file has no text")
    # Bytes with a fixed encoding: given a str, libxml2 may believe the charset in the page's head.
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return lxml.html.document_fromstring(text.encode(), parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError) as exc:
        raise UnreadableSource(f"not an HTML page: {exc}") from exc


def _declared_charset(data: bytes) -> str | None:
    head = data[:_SNIFF_BYTES]
    match = _XML_ENCODING.match(head) or _CHARSET.search(head)
    return match[1].decode("ascii") if match else None


def _walk_extracted(tree: Element, walker: HtmlWalker) -> None:
    from trafilatura import bare_extraction
    from trafilatura.htmlprocessing import convert_to_html
    from trafilatura.settings import use_config

    # Below its 250 characters trafilatura gives up and takes the whole page; a Japanese brief is shorter.
    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", str(_MIN_EXTRACTED_CHARS))
    pruned = deepcopy(tree)
    remove_chrome(pruned.find("body"))
    try:
        document = bare_extraction(pruned, include_comments=False, deduplicate=False, config=config)
    except ValueError:  # trafilatura's word for "nothing there"
        document = None
    if document is not None and document.body is not None:
        walker.walk(convert_to_html(document.body).find("body"))


def _published_blocks(body: Element) -> Mapping[str, str]:
    """Block texts as published, by their characters without white space.

    trafilatura collapses the ideographic space (「東京　太郎」) like any other, and keeps paragraphs that are
    nothing but a link to elsewhere: the first is undone here, the second mapped to nothing.
    """
    published: dict[str, str] = {}
    for block in body.iter(*_BODY_BLOCKS):
        text = inline_text(block)
        key = "".join(text.split())
        linked = sum(len("".join("".join(link.itertext()).split())) for link in block.iter("a"))
        if key and linked >= 0.9 * len(key) and not text.endswith(("。", ".", "！", "？")):
            published.setdefault(key, "")
        elif published.get(key) == "" or "\u3000" in text:
            published[key] = text
    return published


def _head(title: str, page: PageMetadata) -> Head:
    return Head(
        title=title,
        published=page.published.shown if page.published else "",
        updated=page.updated.shown if page.updated else "",
        metadata=ArticleMetadata(
            published=page.published.iso if page.published else None,
            updated=page.updated.iso if page.updated else None,
            url=page.url or None,
            author=page.author or None,
            categories=page.categories,
            tags=page.tags,
            excerpt=page.excerpt or None,
            licence=page.licence or None,
        ),
    )
