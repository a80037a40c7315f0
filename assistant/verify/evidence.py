"""The sentences of retrieved passages, ready to be held against a claim, each with its exact place."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from threading import Lock

from assistant.text.glossary import Glossary
from assistant.text.sentences import split_sentences
from assistant.types import BlockKind, Passage
from assistant.verify.judge import Context, context_of
from assistant.verify.statement import Statement, read_statement

_CACHE_SENTENCES = 20_000
_SOURCE_NOTE = re.compile(r"[［\[](?=[^［\[]*$)")
_EXCERPT = re.compile(r"(?:概要|要約|Summary|Excerpt)[:：]\s*", re.IGNORECASE)
_BEFORE = 2
"""Sentences before one that may name what it is about."""


@dataclass(frozen=True, slots=True)
class EvidenceSentence:
    """One sentence, row or cell of the library. ``start:end`` are offsets into the article's text."""

    passage: Passage
    start: int
    end: int
    statement: Statement
    context: Context
    is_row: bool = False
    is_heading: bool = False  # a title or heading: shortened, so it backs only what repeats it


def published_day(passage: Passage) -> date | None:
    try:
        return date.fromisoformat((passage.published or "")[:10])
    except ValueError:
        return None


class EvidenceReader:
    """Cuts passages into analysed sentences and remembers them."""

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary
        self._known: OrderedDict[str, tuple[EvidenceSentence, ...]] = OrderedDict()
        self._lock = Lock()

    def sentences(self, passage: Passage) -> tuple[EvidenceSentence, ...]:
        with self._lock:
            found = self._known.get(passage.passage_id)
            if found is not None:
                self._known.move_to_end(passage.passage_id)
                return found
        made = tuple(self._read(passage))
        with self._lock:
            self._known[passage.passage_id] = made
            while len(self._known) > _CACHE_SENTENCES:
                self._known.popitem(last=False)
        return made

    def _statement(self, text: str, anchor: date | None) -> Statement:
        return read_statement(text, anchor=anchor, glossary=self._glossary)

    def _read(self, passage: Passage) -> Iterator[EvidenceSentence]:
        anchor = published_day(passage)
        if passage.spec is not None:
            yield self._spec_row(passage, anchor)
            return
        if passage.kind is BlockKind.METADATA:
            yield from self._metadata(passage, anchor)
            return
        around = [self._statement(part, anchor) for part in (passage.title, *passage.heading_path) if part]
        if passage.kind in (BlockKind.TABLE_ROW, BlockKind.TABLE_HEADER):
            yield from self._cells(passage, anchor, around)
            return
        before: list[Statement] = []
        for start, end in split_sentences(passage.text):
            for first, last in _lines(passage.text, start, end):
                statement = self._statement(passage.text[first:last], anchor)
                context = context_of([*around, *before[-_BEFORE:]])
                context = Context(context.forms, context.concepts, context.groups, tuple(day for item in before[-_BEFORE:] for day in item.dates))
                heading = passage.text[first:last] in passage.heading_path
                yield EvidenceSentence(passage, passage.start + first, passage.start + last, statement, context, is_heading=heading)
                before.append(statement)

    def _metadata(self, passage: Passage, anchor: date | None) -> Iterator[EvidenceSentence]:
        """The title and the excerpt; tags, categories and sources state nothing."""
        context = context_of([self._statement(passage.title, anchor)])
        context = Context(context.forms, context.concepts, context.groups)
        for start, end in _lines(passage.text, 0, len(passage.text)):
            label = _EXCERPT.match(passage.text, start, end)
            if label is not None:
                for first, last in split_sentences(passage.text, label.end(), end):
                    yield EvidenceSentence(passage, passage.start + first, passage.start + last, self._statement(passage.text[first:last], anchor), context)
            elif start == 0:
                yield EvidenceSentence(passage, passage.start, passage.start + end, self._statement(passage.text[:end], anchor), context, is_heading=True)

    def _spec_row(self, passage: Passage, anchor: date | None) -> EvidenceSentence:
        note = _SOURCE_NOTE.search(passage.text)
        end = note.start() if note is not None and note.start() > 0 else len(passage.text)
        while end > 1 and passage.text[end - 1].isspace():
            end -= 1
        spec = passage.spec
        assert spec is not None
        statement = self._statement(passage.text[:end], anchor)
        extra = self._statement("、".join((spec.entity, *spec.entity_aliases, spec.attribute, spec.attribute_alt)), None)
        context = context_of([extra])
        return EvidenceSentence(passage, passage.start, passage.start + end, statement, Context(context.forms, context.concepts, context.groups), True)

    def _cells(self, passage: Passage, anchor: date | None, around: list[Statement]) -> Iterator[EvidenceSentence]:
        """Each cell read as "header of row label: value"; the quote is the whole row."""
        start, end = 0, len(passage.text)
        base = passage.start
        context = context_of([*around, *([self._statement(passage.context, anchor)] if passage.context else [])])
        context = Context(context.forms, context.concepts, context.groups)
        header = [cell.strip() for cell in passage.context.splitlines()[-1].split("|")] if passage.context else []
        for first, last in _lines(passage.text, start, end):
            cells = [cell.strip() for cell in passage.text[first:last].split("|")]
            if len(cells) < 2 or len(header) != len(cells):
                yield EvidenceSentence(passage, base + first, base + last, self._statement(passage.text[first:last], anchor), context, True)
                continue
            for name, cell in zip(header[1:], cells[1:], strict=True):
                if cell:
                    joined = f"{cells[0]}の{name}は{cell}" if passage.lang == "ja" else f"{cells[0]} {name}: {cell}"
                    narrow = context_of([*around, self._statement(cells[0], anchor), self._statement(name, anchor)])
                    yield EvidenceSentence(
                        passage, base + first, base + last, self._statement(joined, anchor), Context(narrow.forms, narrow.concepts, narrow.groups), True
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
