"""Loads PDF files by their text layer. Each block knows its page; a page without text is reported."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from assistant.ingest.builder import TextBuilder
from assistant.ingest.grid import Grid
from assistant.ingest.head import Head, says_the_same, write_head
from assistant.ingest.language import detect_language
from assistant.ingest.lines import is_separator
from assistant.ingest.pdflayout import BULLET, PageLayout, Paragraph, lay_out, running_lines
from assistant.ingest.pdfpage import PageContent, read_page
from assistant.ingest.pdftables import PageTable
from assistant.ingest.pdftext import join_lines, words_of
from assistant.ingest.source import SourceFile, UnreadableSource, id_from_stem
from assistant.text.patterns import lazy_pattern
from assistant.types import Article, BlockKind, Refusal

MAX_PAGES = 5000

_PASSWORD = 4  # FPDF_ERR_PASSWORD
_SECURITY = 5
_NO_TITLE = lazy_pattern(
    r"(?:Microsoft (?:Word|PowerPoint|Excel)\s*-.*|untitled.*|無題.*|.*\.(?:docx?|pptx?|xlsx?|pdf|indd|html?|txt)|Document\d*|文書\s?\d*|\W*|about:blank)",
    re.IGNORECASE,
)
_CAPTION = lazy_pattern(r"(?:表|図表|Table|TABLE)\s?[0-9０-９一二三四五六七八九十]|.{0,40}[(（［\[]?単位\s*[:：]")
_NOTE = lazy_pattern(r"\s*(?:[*＊※†‡]\s?[0-9０-９]*|[(（]?注\s?[0-9０-９]*[)）:：.．]|[Nn]otes?\s?[0-9]*[:.])")
_HEADING_SHARE = 1.12
_HEADING_MAX_CHARS = 120
_BOLD_HEADING_MAX_CHARS = 60
_UNREADABLE_SHARE = 0.3
_ENDS = lazy_pattern(r"[。．.!！?？」』）)】]$")


class PdfLoader:
    """Reads one file as one article. Files that need a password are refused."""

    name: ClassVar[str] = "pdf"
    suffixes: ClassVar[frozenset[str]] = frozenset({".pdf"})

    def load(self, source: SourceFile) -> Iterator[Article | Refusal]:
        contents, written_title = _contents(source.read_bytes())
        scanned = [page.number for page in contents if not page.glyphs and page.has_image]
        garbled = [
            page.number
            for page in contents
            if page.unreadable > _UNREADABLE_SHARE * (len(page.glyphs) + page.unreadable)
        ]
        readable = [page for page in contents if page.glyphs and page.number not in garbled]
        if not readable:
            raise UnreadableSource(_why_empty(scanned, garbled))
        rows = running_lines(readable)
        layouts = [lay_out(page, lines) for page, lines in rows]
        sample = "".join(line.text for _, page_rows in rows[:5] for row in page_rows for line in row)
        if not sample:
            raise UnreadableSource("the file has no text besides page numbers and running heads")
        lang = detect_language(sample)
        known = words_of([line.text for _, page_rows in rows for row in page_rows for line in row])
        body = _Body(layouts, known)
        title = _title(body, written_title) or source.stem
        builder = TextBuilder()
        write_head(builder, Head(title), lang)
        _Writer(builder, body, title).write()
        text, blocks = builder.build()
        yield Article(
            article_id=id_from_stem(source.stem),
            title=title,
            text=text,
            lang=lang,
            blocks=blocks,
            source_path=str(source.path),
        )
        if scanned:
            yield source.refusal(
                f"{_pages(scanned)} no text layer (a scan or a picture); run text recognition over the file"
            )
        if garbled:
            yield source.refusal(
                f"{_pages(garbled)} text whose font does not say which characters it shows; run text recognition"
            )


def _contents(data: bytes) -> tuple[list[PageContent], str]:
    import pypdfium2

    if b"%PDF-" not in data[:1024]:
        raise UnreadableSource("not a PDF file: it does not begin with '%PDF-'")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as exc:
        code = getattr(exc, "err_code", None)
        if code == _PASSWORD or "password" in str(exc).lower():
            raise UnreadableSource("the PDF is encrypted and needs a password; save it without one") from exc
        if code == _SECURITY or "security" in str(exc).lower():
            raise UnreadableSource(
                "the PDF is encrypted in a way that is not supported; save it without protection"
            ) from exc
        raise UnreadableSource(f"the PDF is damaged: {exc}") from exc
    try:
        count = len(document)
        if count == 0:
            raise UnreadableSource("the PDF has no pages")
        if count > MAX_PAGES:
            raise UnreadableSource(f"the PDF has {count:,} pages, more than the {MAX_PAGES:,} that are read; split it")
        contents = [_page(document, index) for index in range(count)]
        title = " ".join((document.get_metadata_value("Title") or "").split())
        return contents, title
    finally:
        document.close()


def _page(document: Any, index: int) -> PageContent:
    import pypdfium2

    try:
        page = document[index]
    except pypdfium2.PdfiumError as exc:
        raise UnreadableSource(f"page {index + 1} of the PDF is damaged: {exc}") from exc
    try:
        return read_page(page, index + 1)
    finally:
        page.close()


class _Body:
    """The document as a list of headings, paragraphs and tables."""

    def __init__(self, layouts: Sequence[PageLayout], known: frozenset[str]) -> None:
        self.known = known
        self.items: list[tuple[int, Paragraph | PageTable]] = [
            (layout.number, item) for layout in layouts for item in layout.items
        ]
        paragraphs = [item for _, item in self.items if isinstance(item, Paragraph)]
        weights: Counter[float] = Counter()
        bold = total = 0
        for paragraph in paragraphs:
            for line in paragraph.lines:
                weights[round(line.size * 2) / 2] += len(line.text)
                total += len(line.text)
                bold += len(line.text) * line.bold
        self.size = weights.most_common(1)[0][0] if weights else 0.0
        self._bold_means_heading = bold < 0.4 * total
        sizes = sorted({self._rounded(item) for item in paragraphs if self._is_larger(item)}, reverse=True)
        self._levels = {size: min(level, 5) for level, size in enumerate(sizes, start=1)}

    def text(self, paragraph: Paragraph) -> str:
        return join_lines([line.text for line in paragraph.lines], self.known)

    def level(self, paragraph: Paragraph) -> int:
        """1 to 6 for headings, 0 for text."""
        if self._is_larger(paragraph):
            return self._levels.get(self._rounded(paragraph), 1)
        text = self.text(paragraph)
        short = len(text) <= _BOLD_HEADING_MAX_CHARS and len(paragraph.lines) <= 2
        if self._bold_means_heading and paragraph.bold and short and not _ENDS.search(text) and not _NOTE.match(text):
            return min(len(self._levels) + 1, 6)
        return 0

    def _is_larger(self, paragraph: Paragraph) -> bool:
        if paragraph.size < _HEADING_SHARE * self.size or len(paragraph.lines) > 4:
            return False
        chars = sum(len(line.text) for line in paragraph.lines)
        return (
            chars <= _HEADING_MAX_CHARS
            and not paragraph.lines[-1].text.endswith("。")
            and any(char.isalpha() for line in paragraph.lines for char in line.text)
        )

    @staticmethod
    def _rounded(paragraph: Paragraph) -> float:
        return float(round(paragraph.size))


class _Writer:
    def __init__(self, builder: TextBuilder, body: _Body, title: str) -> None:
        self._builder = builder
        self._body = body
        self._title = title
        self._bullet = "・" if builder.lang == "ja" else "- "
        self._pending: Paragraph | None = None  # text that may go on in the next column or page
        self._header: list[str] = []  # of the last table, for its continuation on the next page
        self._table_ended = (0, 0)  # page and width of the table that came last

    def write(self) -> None:
        items = self._body.items
        skip = 0
        for index, (page, item) in enumerate(items):
            if skip:
                skip -= 1
                continue
            following = items[index + 1][1] if index + 1 < len(items) else None
            if isinstance(item, PageTable):
                notes = self._notes_below(items[index + 1 :], page)
                skip = len(notes)
                self._table(item.grid, page, "", [self._body.text(note) for note in notes])
            elif isinstance(following, PageTable) and items[index + 1][0] == page and self._is_caption(item):
                self._flush()
                notes = self._notes_below(items[index + 2 :], page)
                skip = 1 + len(notes)
                self._table(following.grid, page, self._body.text(item), [self._body.text(note) for note in notes])
            else:
                self._paragraph(item, page)
        self._flush()

    def _paragraph(self, item: Paragraph, page: int) -> None:
        level = self._body.level(item)
        text = self._body.text(item)
        if self._title and says_the_same(text, self._title) and page == self._body.items[0][0]:
            self._title = ""
            self._flush()
            return
        if level:
            self._flush()
            self._builder.page = page
            self._builder.heading(level, text)
        elif self._pending is not None and self._is_continued(self._pending, item):
            self._pending.lines.extend(item.lines)
        else:
            self._flush()
            self._pending = Paragraph(list(item.lines), page)

    def _is_continued(self, above: Paragraph, below: Paragraph) -> bool:
        """Whether a paragraph was cut by the end of a column or page: its sentence has not ended."""
        last, first = above.lines[-1], below.lines[0]
        left_column = first.top < last.top or below.page != above.page
        return (
            left_column
            and not _ENDS.search(last.text)
            and not BULLET.match(first.text)
            and abs(above.size - below.size) <= 0.1 * above.size
            and above.bold == below.bold
            and len(above.lines) > 1
        )

    def _flush(self) -> None:
        item, self._pending = self._pending, None
        if item is None:
            return
        self._builder.page = item.page
        text = self._body.text(item)
        mark = BULLET.match(text)
        if is_separator(text):
            self._builder.paragraph(text, BlockKind.SEPARATOR)
        elif _NOTE.match(text) and item.size < 0.95 * self._body.size:
            self._builder.paragraph(text, BlockKind.FOOTNOTE)
        elif mark is not None and not re.match(r"[0-9]+\.[0-9]|※|[–—-]\s?[0-9]", text):
            sign = mark.group().strip()
            kept = f"{sign} " if re.search(r"[0-9０-９①-⑳a-z]", sign) else self._bullet
            self._builder.list_item(text[mark.end() :], kept)
        else:
            self._builder.paragraph(text)

    def _table(self, grid: Grid, page: int, caption: str, notes: list[str]) -> None:
        self._flush()
        self._builder.page = page
        header, rows, numbers = grid.table()
        width = len(rows[0]) if rows else 0
        if not header and self._header and self._table_ended == (page - 1, width):
            header = self._header  # the table goes on from the page before
        self._builder.table(rows, header=header, caption=caption, notes=notes, numbers=numbers)
        self._header = header
        self._table_ended = (page, width)

    def _is_caption(self, item: Paragraph) -> bool:
        text = self._body.text(item)
        return len(text) <= 120 and _CAPTION.match(text) is not None and not text.endswith("。")

    def _notes_below(self, items: Sequence[tuple[int, Paragraph | PageTable]], page: int) -> list[Paragraph]:
        notes: list[Paragraph] = []
        for number, item in items:
            if number != page or not isinstance(item, Paragraph) or not _NOTE.match(item.lines[0].text):
                break
            notes.append(item)
        return notes


def _title(body: _Body, written: str) -> str:
    """The largest text of the first page, else what the file says."""
    first = body.items[0][0] if body.items else 0
    headings = [
        item for page, item in body.items if page == first and isinstance(item, Paragraph) and body.level(item) == 1
    ]
    stated = "" if _NO_TITLE.fullmatch(written) else written
    if headings and headings[0].size >= 1.25 * body.size:
        return body.text(headings[0])
    return stated or (body.text(headings[0]) if headings else "")


def _why_empty(scanned: list[int], garbled: list[int]) -> str:
    if garbled:
        return f"{_pages(garbled)} text whose font does not say which characters it shows; run text recognition over the file"
    if scanned:
        return f"{_pages(scanned)} no text layer (a scan or a picture); run text recognition over the file"
    return "the PDF has no text"


def _pages(numbers: list[int]) -> str:
    """``page 3 has``, ``pages 1, 4–6 have``."""
    if len(numbers) == 1:
        return f"page {numbers[0]} has"
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return "pages " + ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs) + " have"
