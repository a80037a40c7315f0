"""Loads Markdown articles with front matter (Jekyll posts), and spec sheets written in Markdown."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from markdown_it.tree import SyntaxTreeNode

from assistant.ingest.builder import TextBuilder
from assistant.ingest.dates import parse_date
from assistant.ingest.decode import decode
from assistant.ingest.facts import render_fact, spec_columns, spec_from_row
from assistant.ingest.frontmatter import FrontMatter, front_matter_of
from assistant.ingest.head import Head, says_the_same, write_head
from assistant.ingest.language import language_of
from assistant.ingest.lines import is_separator
from assistant.ingest.mdinline import InlineText
from assistant.ingest.mdparser import parser
from assistant.ingest.site import Post, site_of
from assistant.ingest.source import SourceFile, UnreadableSource, id_from_stem, unify_newlines
from assistant.text.patterns import lazy_pattern
from assistant.types import Article, BlockKind, Refusal, SpecRow

_TEMPLATE_LINE = lazy_pattern(r"\s*(?:\{:.*\}|\{%.*%\})\s*")
"""Instructions to kramdown and Liquid (``{: .note}``, ``{% include … %}``), which no reader sees."""
_POST_DAY = lazy_pattern(r"(\d{4}-\d{1,2}-\d{1,2})-")
_SENTENCES_NOT_A_HEADING_CHARS = 80


class MarkdownLoader:
    """Reads one Markdown file as one article."""

    name: ClassVar[str] = "markdown"
    suffixes: ClassVar[frozenset[str]] = frozenset({".md", ".markdown"})

    def load(self, source: SourceFile) -> Iterator[Article | Refusal]:
        text = unify_newlines(decode(source.read_bytes()).text)
        front, body = front_matter_of(text)
        if front.draft:
            yield source.refusal("a draft: 'draft: true' or 'published: false' in its front matter", unpublished=True)
            return
        front = _published(front, source)
        if not body.strip():
            raise UnreadableSource("the article has no text")
        root = SyntaxTreeNode(parser().parse(body))
        lang = language_of(front.lang, f"{front.title}\n{body}")
        inline = InlineText(lang)
        title_node = None if front.title else next((node for node in root.children if node.type == "heading"), None)
        title = front.title or (inline.of(title_node).replace("\n", " ") if title_node else "") or source.stem
        builder = TextBuilder()
        write_head(builder, _head(title, front), lang)
        builder.entity, builder.aliases = front.entity, front.aliases
        writer = _Writer(builder, body, front, title=title, title_node=title_node, lang=lang, inline=inline)
        writer.write(root)
        whole, blocks = builder.build()
        if all(block.kind in (BlockKind.TITLE, BlockKind.METADATA, BlockKind.SEPARATOR) for block in blocks):
            raise UnreadableSource("the article has no text")
        yield Article(
            article_id=front.article_id or id_from_stem(source.stem),
            title=title,
            text=whole,
            lang=lang,
            blocks=blocks,
            metadata=front.metadata,
            source_path=str(source.path),
            id_is_explicit=bool(front.article_id),
        )


def _published(front: FrontMatter, source: SourceFile) -> FrontMatter:
    """The front matter with what a site's folder adds to it: the day in the file's name, the address."""
    site = site_of(source.path.parent)
    if site is None:
        return front
    metadata, published = front.metadata, front.published
    named = _POST_DAY.match(source.path.name)
    if published is None and site.kind == "jekyll" and named is not None:
        with contextlib.suppress(ValueError):
            published = parse_date(named[1])
            metadata = replace(metadata, published=published.iso)
    if not (metadata.url or "").startswith(("http://", "https://")):
        post = Post(
            source.path,
            published=metadata.published or "",
            permalink=front.permalink,
            slug=front.slug,
            title=front.title,
            categories=metadata.categories,
        )
        metadata = replace(metadata, url=site.address(post))
    return replace(front, metadata=metadata, published=published)


def _head(title: str, front: FrontMatter) -> Head:
    return Head(
        title=title,
        metadata=front.metadata,
        published=front.published.shown if front.published else "",
        updated=front.updated.shown if front.updated else "",
        aliases=front.aliases,
        vendor=front.vendor,
    )


class _Writer:
    """Writes the nodes of a Markdown document as blocks."""

    def __init__(
        self,
        builder: TextBuilder,
        body: str,
        front: FrontMatter,
        *,
        title: str,
        title_node: SyntaxTreeNode | None,
        lang: str,
        inline: InlineText,
    ) -> None:
        self._builder = builder
        self._lines = body.split("\n")
        self._front = front
        self._title = title
        self._title_node = title_node
        self._lang = lang
        self._inline = inline
        self._bullet = "・" if lang == "ja" else "- "
        self._nothing_yet = True

    def write(self, root: SyntaxTreeNode) -> None:
        for node in root.children:
            self._block(node, BlockKind.PARAGRAPH)

    def _block(self, node: SyntaxTreeNode, kind: BlockKind) -> None:
        if node is self._title_node:
            return
        match node.type:
            case "heading":
                self._heading(node)
            case "paragraph":
                self._paragraph(self._inline.of(node), kind)
            case "bullet_list" | "ordered_list":
                self._list(node)
            case "blockquote":
                for child in node.children:
                    self._block(child, BlockKind.QUOTE)
            case "fence" | "code_block":
                self._builder.paragraph(node.content, BlockKind.CODE)
            case "hr":
                self._builder.paragraph(self._source_line(node), BlockKind.SEPARATOR)
            case "table":
                self._table(node)
            case "html_block":
                self._html(node.content)
            case "footnote":
                note = self._inline.note(str(node.meta.get("label", "")))
                self._builder.paragraph(f"{note}{self._inline.of(node)}", BlockKind.FOOTNOTE)
            case _:
                for child in node.children:
                    self._block(child, kind)
        self._nothing_yet = False

    def _heading(self, node: SyntaxTreeNode) -> None:
        text = self._inline.of(node).replace("\n", " ")
        if not text:  # "###" alone
            self._builder.paragraph(self._source_line(node), BlockKind.SEPARATOR)
        elif self._nothing_yet and says_the_same(text, self._title):
            return
        elif node.markup in ("-", "=") and (len(text) > _SENTENCES_NOT_A_HEADING_CHARS or text.endswith("。")):
            # A rule right below a paragraph makes it a heading for Markdown, for nobody else.
            self._paragraph(self._inline.of(node), BlockKind.PARAGRAPH)
            self._builder.paragraph(self._lines[node.map[1] - 1] if node.map else "---", BlockKind.SEPARATOR)
        else:
            self._builder.heading(int(node.tag[1:]), text)

    def _paragraph(self, text: str, kind: BlockKind) -> None:
        if self._nothing_yet and says_the_same(text, self._title):
            return
        pending: list[str] = []
        for line in text.split("\n"):
            if _TEMPLATE_LINE.fullmatch(line):
                continue
            if is_separator(line):
                self._builder.paragraph("\n".join(pending), kind)
                self._builder.paragraph(line, BlockKind.SEPARATOR)
                pending = []
            else:
                pending.append(line)
        self._builder.paragraph("\n".join(pending), kind)

    def _list(self, node: SyntaxTreeNode) -> None:
        number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
        for item in node.children:
            marker = self._bullet if number is None else f"{number}. "
            for child in item.children:
                if child.type == "paragraph" and marker:
                    self._builder.list_item(self._inline.of(child), marker)
                    marker = ""
                elif child.type == "paragraph":
                    self._builder.paragraph(self._inline.of(child), BlockKind.LIST_ITEM)
                else:
                    self._block(child, BlockKind.PARAGRAPH)
            number = None if number is None else number + 1

    def _table(self, node: SyntaxTreeNode) -> None:
        lines = [line for part in node.children for line in part.children]
        cells = [[self._inline.of(cell).replace("\n", " ") for cell in line.children] for line in lines]
        header, rows = cells[0], cells[1:]
        if not self._front.entity or not self._spec_rows(header, rows):
            self._builder.table(rows, header=header)

    def _spec_rows(self, header: list[str], rows: list[list[str]]) -> bool:
        """Write the rows as facts. False, and nothing written, when the table is not a spec sheet."""
        columns = spec_columns(header)
        if columns is None:
            return False
        facts: list[tuple[str, SpecRow]] = []
        for row in rows:
            spec = spec_from_row(
                columns,
                row,
                entity=self._front.entity,
                lang=self._lang,
                aliases=self._front.aliases,
                sources=self._front.source_ids,
            )
            if spec is not None:
                facts.append((render_fact(spec, self._lang), spec))
        self._builder.spec_rows(facts)
        return bool(facts)

    def _html(self, html: str) -> None:
        """The text of an HTML block; its tags are dropped."""
        if not re.search(r"[^\s<>]", re.sub(r"<!--.*?-->|<[^>]*>", "", html, flags=re.DOTALL)):
            return
        import lxml.html

        from assistant.ingest.htmlwalk import HtmlWalker

        parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        tree = lxml.html.document_fromstring(f"<body>{html}</body>".encode(), parser=parser)
        HtmlWalker(self._builder, self._lang, title=self._title if self._nothing_yet else "").walk(tree)

    def _source_line(self, node: SyntaxTreeNode) -> str:
        return self._lines[node.map[0]] if node.map else "---"
