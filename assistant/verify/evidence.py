"""The sentences of retrieved passages, ready to be held against a claim, each with its exact place."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from threading import Lock

from assistant.library.store import Library
from assistant.spans import fact_line, row_span
from assistant.text.glossary import Glossary
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import Qualifier
from assistant.text.sentences import split_sentences
from assistant.types import BlockKind, Passage
from assistant.verify.agree import Context, context_of
from assistant.verify.statement import Statement, read_statement, squeeze

_CACHE_PASSAGES = 5_000
_CACHE_STATEMENTS = 10_000
_ANY_DAY = date.min
_CACHE_SHEETS = 200
_EXCERPT = lazy_pattern(r"(?:概要|要約|Summary|Excerpt)[:：]\s*", re.IGNORECASE)
_BEFORE = 2
"""Sentences before one that may name what it is about."""


class EvidenceSentence:
    """One sentence, row or cell of the library, analysed when somebody looks at it.

    ``start:end`` are offsets into the article's text; ``folded`` is the text for quick looks.
    """

    __slots__ = (
        "_around",
        "_before",
        "_context",
        "_reader",
        "_statement",
        "end",
        "folded",
        "is_heading",
        "is_row",
        "passage",
        "start",
        "text",
    )

    def __init__(
        self,
        reader: EvidenceReader,
        passage: Passage,
        start: int,
        end: int,
        text: str,
        *,
        around: tuple[str, ...] = (),
        before: tuple[EvidenceSentence, ...] = (),
        is_row: bool = False,
        is_heading: bool = False,
    ) -> None:
        self._reader = reader
        self.passage = passage
        self.start = start
        self.end = end
        self.text = text
        self.folded = normalise(text)
        self.is_row = is_row
        self.is_heading = is_heading
        self._around = around
        self._before = before
        self._statement: Statement | None = None
        self._context: Context | None = None

    @property
    def squeezed(self) -> str:
        return self._statement.squeezed if self._statement is not None else squeeze(self.text)

    @property
    def statement(self) -> Statement:
        if self._statement is None:
            statement = self._reader.read(self.text, published_day(self.passage))
            self._statement = _without_echo(statement) if self.passage.spec is not None else statement
        return self._statement

    @property
    def context(self) -> Context:
        """Title and headings, and the sentences before; only the latter lend their dates."""
        if self._context is None:
            around = context_of([self._reader.read(text) for text in self._around if text])
            before = context_of([item.statement for item in self._before])
            self._context = Context(
                around.forms | before.forms,
                around.concepts | before.concepts,
                around.groups | before.groups,
                before.dates,
                around.parties | before.parties,
                self.passage.spec is not None,
                published_day(self.passage),
            )
        return self._context


def _without_echo(statement: Statement) -> Statement:
    """A sheet prints 10 マイクロ秒 and then 「10マイクロ秒未満」: the one with its bound is meant."""
    bound = {
        (item.dimension, item.low, item.high)
        for item in statement.quantities
        if item.qualifier not in (Qualifier.EXACT, Qualifier.ABOUT)
    }
    kept = tuple(
        item
        for item in statement.quantities
        if item.qualifier not in (Qualifier.EXACT, Qualifier.ABOUT)
        or (item.dimension, item.low, item.high) not in bound
    )
    return replace(statement, quantities=kept)


def published_day(passage: Passage) -> date | None:
    try:
        return date.fromisoformat((passage.published or "")[:10])
    except ValueError:
        return None


class EvidenceReader:
    """Cuts passages into sentences and remembers them with their analysis."""

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary
        self._known: OrderedDict[str, tuple[EvidenceSentence, ...]] = OrderedDict()
        self._read: OrderedDict[tuple[str, date | None], Statement] = OrderedDict()
        self._sheets: dict[tuple[str, int], tuple[EvidenceSentence, ...]] = {}
        self._lock = Lock()

    def sentences(self, passage: Passage) -> tuple[EvidenceSentence, ...]:
        with self._lock:
            found = self._known.get(passage.passage_id)
            if found is not None:
                self._known.move_to_end(passage.passage_id)
                return found
        made = tuple(self._cut(passage))
        with self._lock:
            self._known[passage.passage_id] = made
            while len(self._known) > _CACHE_PASSAGES:
                self._known.popitem(last=False)
        return made

    def sheet(self, library: Library, row: Passage) -> tuple[EvidenceSentence, ...]:
        """All rows of the sheet that ``row`` is from, remembered."""
        key = (row.article_id, row.version)
        found = self._sheets.get(key)
        if found is None:
            if len(self._sheets) > _CACHE_SHEETS:
                self._sheets.clear()
            rows = [item for item in library.article_passages(*key) if item.spec is not None]
            found = self._sheets[key] = tuple(item for each in rows for item in self.sentences(each))
        return found

    def read(self, text: str, anchor: date | None = None) -> Statement:
        """The analysis of a text, remembered: titles and headings stand around many sentences, and copies of an
        article have the same ones.

        Args:
            text: A sentence, heading or name.
            anchor: The day it was published; left out where its dates are of no interest.
        """
        with self._lock:
            for key in ((text, _ANY_DAY), (text, anchor)):
                found = self._read.get(key)
                if found is not None:
                    self._read.move_to_end(key)
                    return found
        made = read_statement(text, anchor=anchor, glossary=self._glossary)
        # Without a day fewer dates are found; what has none with one has none with any.
        free = anchor is not None and not made.dates
        with self._lock:
            self._read[text, _ANY_DAY if free else anchor] = made
            while len(self._read) > _CACHE_STATEMENTS:
                self._read.popitem(last=False)
        return made

    def _cut(self, passage: Passage) -> Iterator[EvidenceSentence]:
        text, base = passage.text, passage.start
        if passage.spec is not None:
            yield self._spec_row(passage)
            return
        if passage.kind is BlockKind.METADATA:
            yield from self._metadata(passage)
            return
        around = (passage.title, *passage.heading_path)
        if passage.kind in (BlockKind.TABLE_ROW, BlockKind.TABLE_HEADER):
            yield from self._cells(passage, around)
            return
        before: list[EvidenceSentence] = []
        for start, end in split_sentences(text):
            for first, last in _lines(text, start, end):
                piece = text[first:last]
                made = EvidenceSentence(
                    self,
                    passage,
                    base + first,
                    base + last,
                    piece,
                    around=around,
                    before=tuple(before[-_BEFORE:]),
                    is_heading=piece in passage.heading_path,
                )
                yield made
                before.append(made)

    def _metadata(self, passage: Passage) -> Iterator[EvidenceSentence]:
        """The title and the excerpt; tags, categories and sources state nothing."""
        text, base = passage.text, passage.start
        for start, end in _lines(text, 0, len(text)):
            label = _EXCERPT.match(text, start, end)
            if label is not None:
                for first, last in split_sentences(text, label.end(), end):
                    yield EvidenceSentence(
                        self, passage, base + first, base + last, text[first:last], around=(passage.title,)
                    )
            elif start == 0:
                yield EvidenceSentence(self, passage, base, base + end, text[:end], is_heading=True)

    def _spec_row(self, passage: Passage) -> EvidenceSentence:
        spec = passage.spec
        assert spec is not None
        names = "、".join(filter(None, (spec.entity, *spec.entity_aliases, spec.attribute, spec.attribute_alt)))
        return EvidenceSentence(self, passage, *row_span(passage), fact_line(passage), around=(names,), is_row=True)

    def _cells(self, passage: Passage, around: tuple[str, ...]) -> Iterator[EvidenceSentence]:
        """Each cell read as "header of row label: value"; the quote is the whole row."""
        text, base = passage.text, passage.start
        header = [cell.strip() for cell in passage.context.splitlines()[-1].split("|")] if passage.context else []
        lines = list(_lines(text, 0, len(text)))
        while not header and lines and "|" not in text[slice(*lines[0])]:
            lines.pop(0)  # caption and headings
        if not header and len(lines) > 1 and "|" in text[slice(*lines[0])]:
            header = [cell.strip() for cell in text[slice(*lines.pop(0))].split("|")]  # a small table is one passage
        for first, last in lines:
            cells = [cell.strip() for cell in text[first:last].split("|")]
            if len(cells) < 2 or len(header) != len(cells):
                yield EvidenceSentence(
                    self,
                    passage,
                    base + first,
                    base + last,
                    text[first:last],
                    around=(*around, passage.context),
                    is_row=True,
                )
                continue
            for name, cell in zip(header[1:], cells[1:], strict=True):
                if cell:
                    joined = f"{cells[0]}の{name}は{cell}" if passage.lang == "ja" else f"{cells[0]} {name}: {cell}"
                    yield EvidenceSentence(
                        self, passage, base + first, base + last, joined, around=(*around, cells[0], name), is_row=True
                    )


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A stretch without headings and list marks: single line breaks cut it too."""
    position = start
    for piece in text[start:end].split("\n"):
        first, last = position, position + len(piece)
        position = last + 1
        while first < last and text[first].isspace():
            first += 1
        while first < last and text[first] in "・•*-" and last - first > 2 and not text[first + 1].isdigit():
            first += 1
            while first < last and text[first].isspace():
                first += 1
        while last > first and text[last - 1].isspace():
            last -= 1
        if first < last:
            yield first, last
