"""Loads RSS and Atom files: each entry is an article with its link, date and author."""

from __future__ import annotations

import html
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import ClassVar
from urllib.parse import unquote, urlsplit

import lxml.html

from assistant.ingest.builder import TextBuilder
from assistant.ingest.dates import WrittenDate, parse_date
from assistant.ingest.head import Head, write_head
from assistant.ingest.htmlwalk import HtmlWalker
from assistant.ingest.language import language_of
from assistant.ingest.package import Element, attribute, child, children, local, parse_xml
from assistant.ingest.source import SourceFile, UnreadableSource, id_from_stem
from assistant.text.patterns import lazy_pattern
from assistant.types import Article, ArticleMetadata, BlockKind, Refusal

_TAG = lazy_pattern(r"<[a-zA-Z/!][^>]*>")
_MAIL = lazy_pattern(r"\S+@\S+\s*\((?P<name>[^)]+)\)")
_TITLE_CHARS = 60


class FeedLoader:
    """Reads RSS 0.9 to 2.0 and Atom. Any other XML is refused."""

    name: ClassVar[str] = "feed"
    suffixes: ClassVar[frozenset[str]] = frozenset({".rss", ".atom", ".xml"})

    def load(self, source: SourceFile) -> Iterator[Article | Refusal]:
        root = parse_xml(source.read_bytes().lstrip(), "the feed")
        kind = local(root)
        if kind == "feed":
            entries, channel = children(root, "entry"), root
        elif kind in ("rss", "RDF"):
            channel = child(root, "channel")
            entries = children(root, "item") or children(channel, "item")
        else:
            raise UnreadableSource(f"XML of the kind {kind!r} is not read; RSS and Atom feeds are")
        if not entries:
            raise UnreadableSource("the feed has no entries")
        declared = attribute(root, "lang") or _text(channel, "language")
        used: set[str] = set()
        for number, entry in enumerate(entries, start=1):
            article = _article(entry, source, declared)
            if article is None:
                yield source.refusal(
                    f"entry {number} ({_plain(_text(entry, 'title')) or 'without title'!s}) has no text"
                )
            elif article.article_id in used:
                yield source.refusal(f"entry {number} has the address of an entry above it: {article.metadata.url!r}")
            else:
                used.add(article.article_id)
                yield article


def _article(entry: Element, source: SourceFile, declared: str) -> Article | None:
    body = _body(entry)
    plain = _plain(body)
    title = _plain(_text(entry, "title")) or plain[:_TITLE_CHARS]
    if not plain:
        return None
    lang = language_of(declared, f"{title}\n{plain}")
    published = _date(
        _text(entry, "published") or _text(entry, "pubDate") or _text(entry, "issued") or _text(entry, "date")
    )
    updated = _date(_text(entry, "updated") or _text(entry, "modified"))
    link = _link(entry)
    shown = published or updated
    metadata = ArticleMetadata(
        published=shown.iso if shown else None,
        updated=updated.iso if updated and published and updated.iso != published.iso else None,
        url=link or None,
        author=_author(entry) or None,
        tags=tuple(dict.fromkeys(filter(None, (_category(item) for item in children(entry, "category", "subject"))))),
    )
    builder = TextBuilder()
    write_head(
        builder,
        Head(title, metadata, shown.shown if shown else "", updated.shown if metadata.updated and updated else ""),
        lang,
    )
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    tree = lxml.html.document_fromstring(f"<body>{body}</body>".encode(), parser=parser)
    HtmlWalker(builder, lang, title=title).walk(tree)
    text, blocks = builder.build()
    if all(block.kind in (BlockKind.TITLE, BlockKind.METADATA) for block in blocks):
        builder.paragraph(plain)  # the title is all there is
        text, blocks = builder.build()
    return Article(
        article_id=_id(link or _text(entry, "guid") or _text(entry, "id") or title, source.stem),
        title=title,
        text=text,
        lang=lang,
        blocks=blocks,
        metadata=metadata,
        source_path=str(source.path),
        id_is_explicit=True,
    )


def _body(entry: Element) -> str:
    """The fullest text there is, as HTML."""
    for name in ("encoded", "content", "description", "summary"):
        for item in children(entry, name):
            kind = attribute(item, "type") or ("html" if name in ("encoded", "description") else "text")
            if kind == "xhtml":
                written = "".join(lxml.html.tostring(part, encoding="unicode") for part in item)
            elif "html" in kind or _TAG.search(item.text or ""):
                written = item.text or ""
            else:
                lines = (html.escape(line) for line in (item.text or "").split("\n\n"))
                written = "".join(f"<p>{line}</p>" for line in lines)
            if _plain(written):
                return written
    return ""


def _link(entry: Element) -> str:
    """The address of the article."""
    for item in children(entry, "link"):
        address = (attribute(item, "href") or item.text or "").strip()
        if (attribute(item, "rel") or "alternate") == "alternate" and address.startswith(("http://", "https://")):
            return address
    guid = child(entry, "guid")
    address = (guid.text or "").strip() if guid is not None and attribute(guid, "isPermaLink") != "false" else ""
    return address if address.startswith(("http://", "https://")) else ""


def _author(entry: Element) -> str:
    names = []
    for item in children(entry, "author", "creator"):
        name = child(item, "name")
        written = ((name.text if name is not None else item.text) or "").strip()
        match = _MAIL.fullmatch(written)
        names.append(match["name"] if match else "" if "@" in written else written)
    return "、".join(dict.fromkeys(filter(None, names)))


def _category(item: Element) -> str:
    return (attribute(item, "label") or attribute(item, "term") or item.text or "").strip()


def _date(written: str) -> WrittenDate | None:
    if not written:
        return None
    try:
        moment = parsedate_to_datetime(written)  # RSS writes dates like mail does
        return parse_date(moment.isoformat())
    except (ValueError, TypeError, IndexError):
        pass
    try:
        return parse_date(written)
    except ValueError:
        return None


def _text(entry: Element | None, name: str) -> str:
    found = child(entry, name)
    if found is None:
        return ""
    if attribute(found, "type") == "xhtml":
        return "".join(found.itertext()).strip()
    return (found.text or "").strip()


def _plain(written: str) -> str:
    """Text without tags and references, on one line."""
    return " ".join(html.unescape(_TAG.sub(" ", written)).split())


def _id(address: str, stem: str) -> str:
    """An id that stays the same when the feed is fetched again."""
    parts = urlsplit(address) if "//" in address else None
    if parts is not None and parts.netloc:
        path = unquote(parts.path).strip("/").removesuffix(".html")
        query = f"-{parts.query}" if parts.query else ""
        return id_from_stem(f"{parts.netloc.removeprefix('www.')}-{path}{query}"[:200])
    return id_from_stem(f"{stem}-{address}"[:200])
