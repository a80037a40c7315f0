"""Cuts an article into passages at sentence ends and table rows."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.settings import CHUNKING_VERSION, ChunkSettings
from assistant.text.patterns import lazy_pattern
from assistant.text.sentences import split_sentences
from assistant.types import Article, Block, BlockKind, Passage, SpecRow

_REPEAT_MIN_CHARS = 12
"""Shorter sentences (「はい。」) may well be said twice."""
_SOFT_BREAK = lazy_pattern(r"[、,;；:：\s]")
_NOTE_MARK = lazy_pattern(r"[*＊※†‡]+\s?\d*|[(（\[［](?:注|note)?\s?\d+[)）\]］]|注\s?\d+")
"""What a note below a table begins with and its rows refer to: *1, ※2, （注3）, [4]."""
_TERMINATORS = "。！？!?.．｡」』）)"
_SECTION_MAX_CHARS = 40
_HEAD = frozenset({BlockKind.TITLE, BlockKind.METADATA})
_TABLE = frozenset({BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW})


@dataclass(frozen=True, slots=True)
class Skipped:
    """Text that is in the article but in no passage, and why: ``repeat`` or ``separator``."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Chunks:
    """The passages of one article, and what was left out of them."""

    passages: tuple[Passage, ...]
    skipped: tuple[Skipped, ...]


@dataclass(slots=True)
class _Run:
    """A passage in the making: a contiguous stretch of units of one kind under one heading."""

    start: int
    end: int
    kind: BlockKind
    heading_path: tuple[str, ...]
    context: str = ""
    page: int | None = None
    row: int | None = None
    spec: SpecRow | None = None
    facts: tuple[SpecRow, ...] = ()
    only_headings: bool = False


def chunk(article: Article, settings: ChunkSettings) -> Chunks:
    """Cut ``article`` into passages.

    Every passage is a slice of ``article.text``. Every character that is not white space is in
    exactly one passage or in one skipped stretch. A sentence that stood earlier in the same article
    is skipped, so that no quote is cited twice.
    """
    return _Chunker(article, settings).chunks()


class _Chunker:
    def __init__(self, article: Article, settings: ChunkSettings) -> None:
        self._article = article
        self._text = article.text
        self._target = settings.chunk_chars if article.lang == "ja" else settings.chunk_chars_en
        self._headings: list[tuple[int, str]] = []
        self._run: _Run | None = None
        self._runs: list[_Run] = []
        self._skipped: list[Skipped] = []
        self._seen: list[str] = []  # sorted, so that the sentences with a given beginning are neighbours
        self._table = 0
        self._place = ""
        self._table_section = ""  # 流動負債: the row of one cell that the rows below it belong to
        self._table_context: dict[int, list[str]] = {}
        self._table_notes: dict[int, list[str]] = {}
        for block in article.blocks:
            if block.kind is BlockKind.FOOTNOTE and block.table is not None:
                self._table_notes.setdefault(block.table, []).append(article.text[block.start : block.end])
        digest = hashlib.blake2b(digest_size=16)
        for part in (
            article.article_id,
            str(article.version),
            article.text,
            settings.model_dump_json(),
            str(CHUNKING_VERSION),
        ):
            digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
        self._digest = digest

    def chunks(self) -> Chunks:
        for block in self._article.blocks:
            self._add_block(block)
        self._flush()
        passages = tuple(self._passage(run, ordinal) for ordinal, run in enumerate(self._runs))
        return Chunks(passages, tuple(self._skipped))

    def _add_block(self, block: Block) -> None:
        kind = block.kind
        if block.place != self._place:
            self._flush()
            self._place = block.place
            self._headings.clear()
        if kind is BlockKind.SEPARATOR:
            self._skip(block.start, block.end, "separator")
        elif kind in _HEAD:
            self._extend(block, block.start, block.end, BlockKind.METADATA, limit=None)
        elif kind is BlockKind.HEADING:
            self._add_heading(block)
        elif block.spec is not None or block.facts:
            self._add_fact_row(block)
        elif kind in _TABLE or (kind is BlockKind.CAPTION and block.table is not None):
            self._add_table_part(block)
        else:
            self._add_prose(block)

    def _add_fact_row(self, block: Block) -> None:
        """A row that states facts is a passage of its own; the first of a table with its header."""
        run = self._run
        below_header = run is not None and run.kind in _TABLE and run.row is None and self._table == block.table
        if not below_header:
            self._flush_unless_heading()
        context = self._context_of(block) if block.cells else ""
        self._table = block.table or 0
        self._extend(block, block.start, block.end, BlockKind.TABLE_ROW, limit=None, context=context)
        if self._run is not None:
            self._run.spec, self._run.facts, self._run.row = block.spec, block.facts, block.row
        self._flush()

    def _add_heading(self, block: Block) -> None:
        self._flush_unless_heading()
        while self._headings and self._headings[-1][0] >= block.level:
            self._headings.pop()
        heading = " ".join(self._text[block.start : block.end].split())
        self._headings.append((block.level, heading))
        path = self._path(block)
        if self._run is None:
            self._run = _Run(block.start, block.end, BlockKind.HEADING, path, page=block.page, only_headings=True)
        else:
            self._run.end = block.end
            self._run.heading_path = path

    def _add_table_part(self, block: Block) -> None:
        table = block.table or 0
        if table != self._table:
            self._flush_unless_heading()  # rows of two tables never share a passage: the header is of one
            self._table = table
            self._table_section = ""
        run = self._run
        if run is not None and run.row is not None and block.row != run.row + 1:
            self._flush()  # rows of a passage follow each other, so that each can be told its number
        context = self._context_of(block)
        for start, end in self._pieces(block.start, block.end):
            self._extend(block, start, end, BlockKind.TABLE_ROW, limit=self._target, context=context)
            if self._run is not None and block.row is not None:
                self._run.row = block.row
        if block.kind is not BlockKind.TABLE_ROW:
            self._table_context.setdefault(table, []).append(self._text[block.start : block.end])
        elif len(block.cells) == 1 and block.end - block.start <= _SECTION_MAX_CHARS:
            self._table_section = self._text[block.start : block.end]

    def _context_of(self, block: Block) -> str:
        """Caption and header of the block's table, the section its row stands in, and the notes below it that
        the row refers to."""
        row = self._text[block.start : block.end]
        notes = [
            note
            for note in self._table_notes.get(block.table or 0, ())
            if (mark := _NOTE_MARK.match(note)) is not None and mark[0] in row
        ]
        section = [self._table_section] if self._table_section else []
        return "\n".join([*notes, *self._table_context.get(block.table or 0, ()), *section])

    def _path(self, block: Block) -> tuple[str, ...]:
        return (*((block.place,) if block.place else ()), *(text for _, text in self._headings))

    def _add_prose(self, block: Block) -> None:
        sentences = (
            [(block.start, block.end)]
            if block.kind is BlockKind.CODE
            else split_sentences(self._text, block.start, block.end)
        )
        for index, (start, end) in enumerate(sentences):
            if block.kind is not BlockKind.CODE and self._is_repeat(start, end, last=index == len(sentences) - 1):
                self._skip(start, end, "repeat")
                continue
            for piece_start, piece_end in self._pieces(start, end):
                self._extend(block, piece_start, piece_end, BlockKind.PARAGRAPH, limit=self._target)
        run = self._run
        if run is not None and not run.only_headings and run.end - run.start >= 0.6 * self._target:
            self._flush()

    def _is_repeat(self, start: int, end: int, *, last: bool) -> bool:
        if end - start < _REPEAT_MIN_CHARS:
            return False
        key = "".join(self._text[start:end].split())
        place = bisect_left(self._seen, key)
        after = self._seen[place] if place < len(self._seen) else ""
        if after == key:
            return True
        self._seen.insert(place, key)
        # A tail that was cut off in the middle of a sentence repeats the beginning of an earlier one.
        return last and key[-1] not in _TERMINATORS and after.startswith(key)

    def _pieces(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Cut a unit of more than twice the target at a comma or a space, or hard where there is none."""
        limit = 2 * self._target
        while end - start > limit:
            window = self._text[start : start + limit]
            breaks = [match.end() for match in _SOFT_BREAK.finditer(window)]
            cut = start + (breaks[-1] if breaks and breaks[-1] > limit // 2 else limit)
            yield from _trimmed(self._text, start, cut)
            start = cut
        yield from _trimmed(self._text, start, end)

    def _extend(
        self, block: Block, start: int, end: int, kind: BlockKind, *, limit: int | None, context: str = ""
    ) -> None:
        run = self._run
        if run is not None and not run.only_headings:
            too_long = limit is not None and end - run.start > limit
            if run.kind is not kind or too_long or run.page != block.page:
                self._flush()
                run = None
        if run is None:
            self._run = _Run(
                start,
                end,
                kind,
                self._path(block),
                context=context,
                page=block.page,
                row=block.row,
            )
            return
        if run.only_headings:
            run.only_headings = False
            run.kind = kind
            run.row = block.row
            run.context = context
            run.page = block.page
        run.end = end

    def _skip(self, start: int, end: int, reason: str) -> None:
        self._flush()
        self._skipped.append(Skipped(start, end, reason))

    def _flush_unless_heading(self) -> None:
        if self._run is not None and not self._run.only_headings:
            self._flush()

    def _flush(self) -> None:
        if self._run is not None:
            self._runs.append(self._run)
            self._run = None

    def _passage(self, run: _Run, ordinal: int) -> Passage:
        article = self._article
        digest = self._digest.copy()
        digest.update(f"{run.start}:{run.end}".encode())
        return Passage(
            passage_id=digest.hexdigest()[:20],
            article_id=article.article_id,
            version=article.version,
            ordinal=ordinal,
            start=run.start,
            end=run.end,
            text=self._text[run.start : run.end],
            kind=run.kind,
            title=article.title,
            lang=article.lang,
            heading_path=run.heading_path,
            context=run.context,
            page=run.page,
            row=run.row,
            spec=run.spec,
            facts=run.facts,
            published=article.metadata.published,
            url=article.metadata.url,
        )


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
