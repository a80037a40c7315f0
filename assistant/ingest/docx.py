"""Loads Word documents as a reader sees them: tracked deletions, comments and hidden text are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from assistant.ingest.builder import TextBuilder
from assistant.ingest.docxruns import RunText
from assistant.ingest.docxstyles import Numbering, Styles
from assistant.ingest.grid import Grid
from assistant.ingest.head import Head, says_the_same, write_head
from assistant.ingest.language import detect_language
from assistant.ingest.lines import is_separator
from assistant.ingest.package import Element, Package, attribute, child, children, local
from assistant.ingest.source import SourceFile, UnreadableSource, id_from_stem
from assistant.text.patterns import lazy_pattern
from assistant.types import Article, BlockKind, Refusal

_WRAPPERS = frozenset({"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"})
_DELETED = frozenset({"del", "moveFrom"})
_SAMPLE_CHARS = 4000
_NO_TITLE = lazy_pattern(
    r"(?:Microsoft Word\s*-.*|Document\d*|文書\s?\d*|無題.*|Untitled.*|PowerPoint .*|Word Document)", re.I
)
_NOTE_LINE = lazy_pattern(r"\s*(?:[*＊※†‡]|[(（]?注\s?\d*[)）:：.．]|[Nn]otes?[:.])")
_CAPTION_STYLES = frozenset({"caption", "図表番号"})
_SKIPPED_STYLES = lazy_pattern(
    r"toc \d|toc heading|header|footer|table of (?:figures|authorities)|index \d|目次.*", re.IGNORECASE
)


class DocxLoader:
    """Reads one document as one article."""

    name: ClassVar[str] = "docx"
    suffixes: ClassVar[frozenset[str]] = frozenset({".docx", ".docm"})

    def load(self, source: SourceFile) -> Iterator[Article | Refusal]:
        package = Package(source.read_bytes(), "Word")
        part = package.main_part()
        root = package.xml(part)
        body = child(root, "body") if root is not None else None
        if body is None:
            raise UnreadableSource("not a Word file: it has no body")
        lang = detect_language(_sample(body))
        document = _Document(package, part, lang)
        title_block = next((item for item in _blocks(body) if document.is_title(item)), None)
        title = _title(package, document, title_block) or source.stem
        builder = TextBuilder()
        write_head(builder, Head(title), lang)
        writer = _Writer(builder, document, title)
        writer.write(body)
        text, blocks = builder.build()
        if all(block.kind is BlockKind.TITLE for block in blocks):
            raise UnreadableSource("the document has no text; if it is a scan, run text recognition over it")
        yield Article(
            article_id=id_from_stem(source.stem),
            title=title,
            text=text,
            lang=lang,
            blocks=blocks,
            source_path=str(source.path),
        )


class _Document:
    """Styles, lists and notes of a document."""

    def __init__(self, package: Package, part: str, lang: str) -> None:
        related = {relation.kind: relation.target for relation in package.relations(part).values()}
        self.styles = Styles(package.xml(related.get("styles", "")))
        self.numbering = Numbering(package.xml(related.get("numbering", "")), lang)
        self.runs = RunText(lang)
        self.bullet = "・" if lang == "ja" else "- "
        self.notes: dict[tuple[str, str], Element] = {}
        for kind, name in (("footnote", "footnotes"), ("endnote", "endnotes")):
            for note in children(package.xml(related.get(name, "")), kind):
                if attribute(note, "type") in (None, "normal"):
                    self.notes[kind, attribute(note, "id") or ""] = note

    def is_title(self, paragraph: Element) -> bool:
        return (
            local(paragraph) == "p" and self.styles.name(paragraph) in ("title", "表題") and bool(self.text(paragraph))
        )

    def text(self, paragraph: Element) -> str:
        return self.runs.of(paragraph)


class _Writer:
    """Writes the body of a document block by block."""

    def __init__(self, builder: TextBuilder, document: _Document, title: str) -> None:
        self._builder = builder
        self._document = document
        self._title = title
        self._caption = ""

    def write(self, body: Element) -> None:
        self._parts(list(_blocks(body)))
        self._flush_caption()
        self._notes(self._document.runs.take_mentions())

    def _parts(self, parts: list[Element]) -> None:
        skip = 0
        for index, part in enumerate(parts):
            if skip:
                skip -= 1
            elif local(part) == "p":
                following = parts[index + 1] if index + 1 < len(parts) else None
                self._paragraph(part, before_table=following is not None and local(following) == "tbl")
            else:
                notes = self._notes_below(parts[index + 1 :])
                skip = len(notes)
                self._table(part, notes)

    def _paragraph(self, paragraph: Element, *, before_table: bool) -> None:
        document = self._document
        style = document.styles.name(paragraph)
        if _SKIPPED_STYLES.fullmatch(style):
            return
        text = document.text(paragraph)
        for box in document.runs.take_boxes():
            self._parts(list(_blocks(box)))
        if not text:
            return
        title, self._title = self._title, ""
        if title and says_the_same(text, title):
            return
        self._title = "" if document.styles.level(paragraph) else title
        if before_table and (style in _CAPTION_STYLES or _is_caption(text)):
            self._flush_caption()
            self._caption = text
            return
        self._flush_caption()
        level = document.styles.level(paragraph)
        number = document.numbering.label(*document.styles.numbering(paragraph))
        if level:
            self._builder.heading(level, f"{number or ''} {text}".strip().replace("\n", " "))
        elif number is not None:
            self._builder.list_item(text, f"{number} " if number else document.bullet)
        elif is_separator(text):
            self._builder.paragraph(text, BlockKind.SEPARATOR)
        elif style in _CAPTION_STYLES:
            self._builder.paragraph(text, BlockKind.CAPTION)
        elif style in ("quote", "intense quote", "block text", "引用文", "引用文 2"):
            self._builder.paragraph(text, BlockKind.QUOTE)
        else:
            self._builder.paragraph(text)

    def _table(self, table: Element, notes: list[str]) -> None:
        lines = [line for line in _rows(table) if not _is_deleted(line)]
        cells = [[cell for cell in _blocks(line) if local(cell) == "tc"] for line in lines]
        if max(map(len, cells), default=0) <= 1 and len(cells) <= 3:  # a frame around text
            self._flush_caption()
            for line in cells:
                for cell in line:
                    self._parts(list(_blocks(cell)))
            for note in notes:
                self._builder.paragraph(note)
            return
        grid = self._grid(lines, cells)
        header, rows, numbers = grid.table()
        mentioned = [*notes, *self._note_lines(self._document.runs.take_mentions(below_table=True))]
        caption, self._caption = self._caption, ""
        self._builder.table(rows, header=header, caption=caption, notes=mentioned, numbers=numbers)

    def _grid(self, lines: list[Element], cells: list[list[Element]]) -> Grid:
        """The cells by row and column. ``vMerge`` continues the cell above it."""
        grid = Grid()
        above: dict[int, str] = {}
        self._document.runs.in_table = True
        for line, row in zip(lines, cells, strict=True):
            properties = child(line, "trPr")
            column = _number(child(properties, "gridBefore"), 0)
            for _ in range(column):
                grid.cell("")
            for cell in row:
                layout = child(cell, "tcPr")
                across = _number(child(layout, "gridSpan"), 1)
                merge = child(layout, "vMerge")
                if merge is not None and (attribute(merge, "val") or "continue") == "continue":
                    text = above.get(column, "")
                else:
                    text = " ".join(self._cell_text(cell).split("\n"))
                above[column] = text
                grid.cell(text, across=across)
                column += across
            mark = child(properties, "tblHeader")
            grid.end_line(head=mark is not None and (attribute(mark, "val") or "1") not in ("0", "false"))
        self._document.runs.in_table = False
        return grid

    def _cell_text(self, cell: Element) -> str:
        parts = []
        for part in _blocks(cell):
            if local(part) == "p":
                number = self._document.numbering.label(*self._document.styles.numbering(part))
                parts.append(f"{number or ''} {self._document.text(part)}".strip())
            elif local(part) == "tbl":
                for line in _rows(part):
                    inner = [self._cell_text(item) for item in _blocks(line) if local(item) == "tc"]
                    parts.append(
                        "、".join(filter(None, inner)) if self._builder.lang == "ja" else ", ".join(filter(None, inner))
                    )
        return " ".join(filter(None, parts))

    def _notes_below(self, parts: list[Element]) -> list[str]:
        """Paragraphs right below a table that begin with the mark of a note."""
        notes: list[str] = []
        for part in parts:
            text = self._document.text(part) if local(part) == "p" else ""
            if not text or not _NOTE_LINE.match(text) or self._document.styles.level(part):
                break
            notes.append(text)
        return notes

    def _notes(self, mentions: list[tuple[str, str, str]]) -> None:
        for line in self._note_lines(mentions):
            self._builder.paragraph(line, BlockKind.FOOTNOTE)

    def _note_lines(self, mentions: list[tuple[str, str, str]]) -> list[str]:
        lines = []
        for kind, note_id, mark in mentions:
            note = self._document.notes.get((kind, note_id))
            text = (
                " ".join(filter(None, (self._document.text(part) for part in _paragraphs(note))))
                if note is not None
                else ""
            )
            if text:
                lines.append(f"{mark.strip()}{'' if self._builder.lang == 'ja' else ' '}{text}")
        return lines

    def _flush_caption(self) -> None:
        caption, self._caption = self._caption, ""
        self._builder.paragraph(caption, BlockKind.CAPTION)


def _blocks(element: Element) -> Iterator[Element]:
    """Paragraphs, tables, rows and cells in an element, out of wrappers; what was deleted is left out."""
    for item in element:
        name = local(item)
        if name in ("p", "tbl", "tr", "tc"):
            yield item
        elif name in _WRAPPERS:
            yield from _blocks(item)


def _rows(table: Element) -> Iterator[Element]:
    return (item for item in _blocks(table) if local(item) == "tr")


def _paragraphs(element: Element) -> Iterator[Element]:
    return (item for item in _blocks(element) if local(item) == "p")


def _is_deleted(line: Element) -> bool:
    return any(local(mark) in _DELETED for mark in children(line, "trPr") for mark in mark)


def _number(element: Element | None, default: int) -> int:
    value = attribute(element, "val") if element is not None else None
    return min(int(value), 1000) if value is not None and value.isdecimal() and len(value) < 5 else default


def _is_caption(text: str) -> bool:
    return len(text) <= 120 and re.match(r"(?:表|図表|Table)\s?[0-9０-９一二三四五六七八九十]", text) is not None


def _sample(body: Element) -> str:
    parts: list[str] = []
    size = 0
    for item in body.iter():
        if local(item) == "t" and item.text:
            parts.append(item.text)
            size += len(item.text)
            if size > _SAMPLE_CHARS:
                break
    return "".join(parts)


def _title(package: Package, document: _Document, title_block: Element | None) -> str:
    if title_block is not None:
        return " ".join(document.text(title_block).split("\n"))
    core = package.xml("docProps/core.xml")
    written = child(core, "title") if core is not None else None
    text = " ".join((written.text or "").split()) if written is not None else ""
    return "" if _NO_TITLE.fullmatch(text) else text
