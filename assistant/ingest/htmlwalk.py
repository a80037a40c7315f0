"""Walks an HTML tree and writes what a reader sees, block by block. Also used for HTML inside Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from assistant.ingest.builder import TextBuilder
from assistant.ingest.grid import Grid
from assistant.ingest.head import says_the_same
from assistant.ingest.lines import is_separator
from assistant.text.patterns import lazy_pattern
from assistant.types import BlockKind

Element = Any
"""An lxml element; lxml has no types."""

_NEVER_SHOWN = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "title",
        "meta",
        "link",
        "iframe",
        "object",
        "embed",
        "applet",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "map",
        "form",
        "input",
        "button",
        "select",
        "option",
        "textarea",
        "datalist",
        "dialog",
        "frame",
        "frameset",
        "rp",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "ul",
    ]
)
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_SPACE = lazy_pattern(r"[ \t\n\r\f]+")
_WIDE = r"[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]"
_WRAP_IN_JAPANESE = lazy_pattern(rf"(?<={_WIDE})[ \t\r\f]*\n[ \t\n\r\f]*(?={_WIDE})")
"""A line break of the source between two wide characters is not shown (CSS Text 3, segment breaks)."""
_RAISED = lazy_pattern(r"[0-9+\-−]+")
_SUPERSCRIPT = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_SUBSCRIPT = str.maketrans("0123456789+-−", "₀₁₂₃₄₅₆₇₈₉₊₋₋")
_BREAK = "\x00"
"""Stands for <br> while white space is collapsed. HTML text cannot contain it."""


class HtmlWalker:
    """Writes the blocks of a tree into a builder.

    Args:
        builder: Where the text goes.
        lang: Decides the sign of list items.
        skip: Elements that are not part of the article, with everything in them.
        title: Not repeated when the first block says the same; empty to repeat whatever there is.
        restore: Block text without white space to the block text as published, for trees whose text was
            normalised on the way; to an empty text for blocks to leave out.
    """

    def __init__(
        self,
        builder: TextBuilder,
        lang: str,
        *,
        skip: Callable[[Element], bool] | None = None,
        title: str = "",
        restore: Mapping[str, str] | None = None,
    ) -> None:
        self._builder = builder
        self._bullet = "・" if lang == "ja" else "- "
        self._skip = skip or (lambda element: False)
        self._title = title
        self._restore = restore or {}
        self._inline: list[str] = []
        self._kind = BlockKind.PARAGRAPH
        self._marker = ""
        self._level = 0

    def walk(self, element: Element) -> None:
        """Write everything in ``element``, its own tail excluded."""
        self._children(element)
        self._flush()

    def _visit(self, element: Element) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _NEVER_SHOWN or is_hidden(element) or self._skip(element):
            self._separate_if_block(tag)
            return
        if tag == "br":
            self._inline.append(_BREAK)
        elif tag == "rt":
            self._inline.append(f"（{inline_text(element)}）")
        elif tag in ("sup", "sub"):
            self._inline.append(raised(element, self._builder.lang))
        elif tag not in _BLOCKS:
            self._children(element)
        else:
            self._flush()
            self._block(element, tag)
            self._flush()

    def _block(self, element: Element, tag: str) -> None:
        if tag in _HEADINGS:
            self._within(element, BlockKind.HEADING, level=_HEADINGS[tag])
        elif tag == "pre":
            self._builder.paragraph("".join(element.itertext()), BlockKind.CODE)
        elif tag == "table" and element.find(".//table") is None:
            self._table(element)
        elif tag == "dl":
            self._definitions(element)
        elif tag in ("ul", "ol", "menu"):
            self._list(element, ordered=tag == "ol")
        elif tag == "blockquote":
            self._within(element, BlockKind.QUOTE)
        elif tag == "figcaption":
            self._within(element, BlockKind.CAPTION)
        else:
            self._children(element)

    def _within(self, element: Element, kind: BlockKind, *, level: int = 0, marker: str = "") -> None:
        before = self._kind, self._level, self._marker
        self._kind, self._level, self._marker = kind, level, marker
        self._children(element)
        self._flush()
        self._kind, self._level, self._marker = before

    def _children(self, element: Element) -> None:
        if element.text:
            self._inline.append(element.text)
        for child in element:
            self._visit(child)
            if child.tail:
                self._inline.append(child.tail)

    def _list(self, element: Element, *, ordered: bool) -> None:
        start = element.get("start", "1")
        number = int(start) if start.isdecimal() and len(start) < 7 else 1
        for child in element:
            if child.tag == "li" and not is_hidden(child) and not self._skip(child):
                self._within(child, BlockKind.LIST_ITEM, marker=f"{number}. " if ordered else self._bullet)
                number += 1
            else:
                self._visit(child)

    def _definitions(self, element: Element) -> None:
        """Terms and what is said of them, as rows of two cells."""
        rows: list[list[str]] = []
        for child in element.iter("dt", "dd"):
            text = inline_text(child, skip=self._skip)
            if child.tag == "dt" or not rows:
                rows.append([text])
            else:
                rows[-1].append(text)
        self._builder.table(rows)

    def _table(self, element: Element) -> None:
        captions = [inline_text(child) for child in element.iter("caption")]
        header, rows, _ = _grid(element, self._skip).table()
        self._builder.table(rows, header=header, caption=" ".join(captions))

    def _separate_if_block(self, tag: object) -> None:
        if tag in _BLOCKS:
            self._flush()

    def _flush(self) -> None:
        text = collapse("".join(self._inline))
        self._inline.clear()
        if not text:
            return
        text = self._restore.get("".join(text.split()), text)
        if not text:
            return
        title, self._title = self._title, ""
        if title and says_the_same(text, title):
            return
        if is_separator(text):
            self._builder.paragraph(text, BlockKind.SEPARATOR)
        elif self._kind is BlockKind.HEADING:
            self._builder.heading(self._level, text.replace("\n", " "))
        elif self._kind is BlockKind.LIST_ITEM and self._marker:
            self._builder.list_item(text, self._marker)
            self._marker = ""  # a second paragraph of the same item has no sign of its own
        else:
            self._builder.paragraph(text, self._kind)


def collapse(text: str) -> str:
    """White space as a browser shows it: runs become one space, the ideographic space stays."""
    text = _WRAP_IN_JAPANESE.sub("", text)
    lines = [_SPACE.sub(" ", line).strip(" ") for line in text.split(_BREAK)]
    return "\n".join(lines).strip("\n ")


def inline_text(element: Element, *, skip: Callable[[Element], bool] | None = None) -> str:
    """The text of an element as one stretch."""
    parts: list[str] = []

    def collect(node: Element) -> None:
        parts.append(node.text or "")
        for child in node:
            if child.tag in ("sup", "sub"):
                parts.append(raised(child))
            elif isinstance(child.tag, str) and child.tag not in _NEVER_SHOWN and not (skip and skip(child)):
                opening, closing = ("（", "）") if child.tag == "rt" else ("", "")
                spaced = " " if child.tag in _BLOCKS or child.tag == "br" else ""
                parts.append(spaced + opening)
                collect(child)
                parts.append(closing + spaced)
            parts.append(child.tail or "")

    collect(element)
    return collapse("".join(parts))


def raised(element: Element, lang: str = "ja") -> str:
    """A superscript or subscript: figures as raised figures (10⁶ is not 106), a link to a note as its mark."""
    text = collapse("".join(element.itertext()))
    if not _RAISED.fullmatch(text):
        return text
    if element.tag == "sup" and (element.find(".//a") is not None or element.getparent().tag == "a"):
        return f"（注{text}）" if lang == "ja" else f" (note {text})"
    return text.translate(_SUPERSCRIPT if element.tag == "sup" else _SUBSCRIPT)


def is_hidden(element: Element) -> bool:
    """Whether a browser would not show the element."""
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    style = element.get("style") or ""
    return "none" in style and re.search(r"display\s*:\s*none", style) is not None


def _grid(table: Element, skip: Callable[[Element], bool]) -> Grid:
    grid = Grid()
    for line in table.iter("tr"):
        if skip(line) or is_hidden(line):
            continue
        cells = [cell for cell in line if cell.tag in ("td", "th")]
        for cell in cells:
            grid.cell(inline_text(cell, skip=skip), across=_span(cell, "colspan"), down=_span(cell, "rowspan"))
        in_head = line.getparent() is not None and line.getparent().tag == "thead"
        grid.end_line(head=in_head or (len(cells) > 1 and all(cell.tag == "th" for cell in cells)))
    return grid


def _span(cell: Element, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return max(int(value), 1) if value.isdecimal() and len(value) < 5 else 1
