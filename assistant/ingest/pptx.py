"""Loads PowerPoint files slide by slide: titles, texts, tables, notes. Hidden slides are left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from assistant.ingest.builder import TextBuilder
from assistant.ingest.grid import Grid
from assistant.ingest.head import Head, says_the_same, write_head
from assistant.ingest.language import detect_language
from assistant.ingest.package import Element, Package, attribute, child, children, local
from assistant.ingest.source import SourceFile, UnreadableSource, id_from_stem
from assistant.types import Article, Refusal

_TITLES = frozenset({"title", "ctrTitle"})
_FURNITURE = frozenset({"dt", "ftr", "hdr", "sldNum", "sldImg"})
_SAMPLE_CHARS = 4000
_GENERIC_TITLES = frozenset({"", "powerpoint presentation", "powerpoint プレゼンテーション", "presentation"})


class PptxLoader:
    """Reads one presentation as one article; each slide is a place of its own."""

    name: ClassVar[str] = "pptx"
    suffixes: ClassVar[frozenset[str]] = frozenset({".pptx", ".pptm"})

    def load(self, source: SourceFile) -> Iterator[Article | Refusal]:
        package = Package(source.read_bytes(), "PowerPoint")
        slides = list(_slides(package))
        sample = "".join(text for _, _, slide in slides for text in _texts(slide))[:_SAMPLE_CHARS]
        if not sample.strip():
            raise UnreadableSource("the presentation has no text; if its slides are pictures, run text recognition")
        lang = detect_language(sample)
        first = next((title for _, _, slide in slides if (title := _slide_title(slide))), "")
        title = _core_title(package) or first or source.stem
        builder = TextBuilder()
        write_head(builder, Head(title), lang)
        for number, part, slide in slides:
            builder.enter(f"スライド {number}" if lang == "ja" else f"slide {number}")
            _SlideWriter(builder, title if number == 1 else "").write(slide, _notes(package, part))
        text, blocks = builder.build()
        yield Article(
            article_id=id_from_stem(source.stem),
            title=title,
            text=text,
            lang=lang,
            blocks=blocks,
            source_path=str(source.path),
        )


class _SlideWriter:
    def __init__(self, builder: TextBuilder, title: str) -> None:
        self._builder = builder
        self._title = title  # of the presentation, which the first slide need not repeat
        self._bullet = "・" if builder.lang == "ja" else "- "

    def write(self, slide: Element, notes: Element | None) -> None:
        shapes = list(_shapes(_tree(slide)))
        title = _slide_title(slide)
        if not says_the_same(title, self._title):
            self._builder.heading(1, title)
        for shape in shapes:
            if _placeholder(shape) not in _TITLES:
                self._shape(shape)
        said = [text for shape in _shapes(_tree(notes)) if _placeholder(shape) == "body" for text in _paragraphs(shape)]
        if said:
            self._builder.heading(2, "ノート" if self._builder.lang == "ja" else "Notes")
            for text in said:
                self._builder.paragraph(text)

    def _shape(self, shape: Element) -> None:
        if local(shape) == "graphicFrame":
            table = next((item for item in shape.iter() if local(item) == "tbl"), None)
            if table is not None:
                self._table(table)
            return
        body = child(shape, "txBody")
        listed = _placeholder(shape) in ("body", "obj", "", "subTitle") and _placeholder(shape) is not None
        paragraphs = [(item, _paragraph(item)) for item in children(body, "p")]
        several = sum(bool(text) for _, text in paragraphs) > 1
        for item, text in paragraphs:
            properties = child(item, "pPr")
            marked = child(properties, "buChar") is not None or child(properties, "buAutoNum") is not None
            bare = child(properties, "buNone") is not None
            if marked or (listed and several and not bare):
                self._builder.list_item(text, self._bullet)
            else:
                self._builder.paragraph(text)

    def _table(self, table: Element) -> None:
        grid = Grid()
        properties = child(table, "tblPr")
        first_is_head = properties is not None and attribute(properties, "firstRow") in ("1", "true")
        for line in children(table, "tr"):
            across = 0
            for cell in children(line, "tc"):
                if attribute(cell, "vMerge") in ("1", "true"):
                    continue  # hangs down from the cell above
                if attribute(cell, "hMerge") in ("1", "true") and across > 0:
                    across -= 1
                    continue
                width, height = _count(attribute(cell, "gridSpan")), _count(attribute(cell, "rowSpan"))
                grid.cell(" ".join(_paragraphs(cell)), across=width, down=height)
                across = width - 1
            grid.end_line()
        header, rows, numbers = grid.table()
        if not header and first_is_head and len(rows) > 1:
            header, rows, numbers = rows[0], rows[1:], numbers[:-1]
        self._builder.table(rows, header=header, numbers=numbers)


def _slides(package: Package) -> Iterator[tuple[int, str, Element]]:
    """``(number, part, root)`` of the slides that are shown, in order; hidden ones keep their number."""
    main = package.main_part()
    relations = package.relations(main)
    for number, item in enumerate(children(child(package.xml(main), "sldIdLst"), "sldId"), start=1):
        # The slide's own number is also called id, without a namespace.
        key = next((value for name, value in item.attrib.items() if name.endswith("}id")), "")
        relation = relations.get(key)
        slide = package.xml(relation.target) if relation is not None else None
        if relation is not None and slide is not None and attribute(slide, "show") not in ("0", "false"):
            yield number, relation.target, slide


def _notes(package: Package, part: str) -> Element | None:
    for relation in package.relations(part).values():
        if relation.kind == "notesSlide":
            return package.xml(relation.target)
    return None


def _tree(slide: Element | None) -> Element | None:
    return child(slide, "cSld", "spTree")


def _shapes(tree: Element | None) -> Iterator[Element]:
    """Shapes with text and tables, out of their groups, in the order a screen reader takes them."""
    for item in tree if tree is not None else ():
        name = local(item)
        if name == "grpSp":
            yield from _shapes(item)
        elif name == "AlternateContent":
            yield from _shapes(child(item, "Choice"))
        elif name in ("sp", "graphicFrame") and _placeholder(item) not in _FURNITURE:
            yield item


def _placeholder(shape: Element) -> str | None:
    """The kind of a placeholder, empty for one without; None for a free shape."""
    for item in shape:
        holder = child(item, "nvPr", "ph")
        if holder is not None:
            return attribute(holder, "type") or ""
    return None


def _slide_title(slide: Element) -> str:
    for shape in _shapes(_tree(slide)):
        if _placeholder(shape) in _TITLES:
            return " ".join(_paragraphs(shape))
    return ""


def _paragraphs(shape: Element) -> list[str]:
    return [text for item in children(child(shape, "txBody"), "p") if (text := _paragraph(item))]


def _paragraph(paragraph: Element) -> str:
    parts: list[str] = []
    for item in paragraph:
        name = local(item)
        if name in ("r", "fld"):
            parts.extend(part.text or "" for part in children(item, "t"))
        elif name == "br":
            parts.append("\n")
    text = "".join(parts).replace("\v", "\n")
    return "\n".join(" ".join(line.split(" ")).strip() for line in text.split("\n")).strip()


def _texts(slide: Element) -> Iterator[str]:
    return (item.text or "" for item in slide.iter() if local(item) == "t")


def _core_title(package: Package) -> str:
    core = package.xml("docProps/core.xml")
    written = child(core, "title") if core is not None else None
    text = " ".join((written.text or "").split()) if written is not None else ""
    return "" if text.lower() in _GENERIC_TITLES else text


def _count(text: str | None) -> int:
    return min(max(int(text), 1), 1000) if text is not None and text.isdecimal() and len(text) < 5 else 1
