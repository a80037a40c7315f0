"""What can be quoted of a passage, and the words of each such span."""

from __future__ import annotations

from dataclasses import replace

from assistant.ingest.facts import render_fact
from assistant.text.sentences import split_sentences
from assistant.text.tokens import words
from assistant.types import CELL_SEPARATOR, BlockKind, Passage


def span_words(passage: Passage) -> list[list[str]]:
    """Word tokens of each quotable span, in the order of :func:`quotable_spans`."""
    return [words(passage.text[start:end]) for start, end in quotable_spans(passage)]


def quotable_spans(passage: Passage) -> list[tuple[int, int]]:
    """What can be quoted of a passage: sentences, or lines of metadata and tables.

    Headings are no answers and are left out; of a spec row the note on its source is. Offsets are
    relative to the passage.
    """
    text = passage.text
    if passage.spec is not None:
        # Headings and the names of the columns stand on lines of their own above the row.
        return [(text.rfind("\n") + 1, _before_source_note(text))]
    if passage.kind in (BlockKind.METADATA, BlockKind.TABLE_ROW):
        spans, position = [], 0
        for line in text.split("\n"):
            if line.strip() and line.strip() != passage.title:
                spans.append((position, position + len(line)))
            position += len(line) + 1
        return spans
    return split_sentences(text, _after_headings(passage))


def row_span(passage: Passage) -> tuple[int, int]:
    """The row of a passage that states a fact, by article offsets."""
    start, end = quotable_spans(passage)[0]
    return passage.start + start, passage.start + end


def fact_line(passage: Passage) -> str:
    """What a row that states a fact says, as one line that can be read alone.

    A row of a spec sheet is such a line as it stands; the cells of any other table (``メモリ | 144 | GB``) are
    put into words.
    """
    start, end = row_span(passage)
    quote = passage.text[start - passage.start : end - passage.start]
    if passage.spec is None or CELL_SEPARATOR not in quote:
        return quote
    return render_fact(replace(passage.spec, as_of="", source=""), passage.lang)


def _before_source_note(text: str) -> int:
    """Where ［2025-12時点、出典: …］ at the end of a spec row begins; the end of the text without one."""
    for opening, closing in (("［", "］"), (" [", "]")):
        position = text.rfind(opening)
        if position > 0 and text.endswith(closing):
            return position
    return len(text)


def _after_headings(passage: Passage) -> int:
    """Offset of the first character after the headings that open a passage."""
    position = 0
    for heading in passage.heading_path:
        rest = passage.text[position:]
        line = rest.split("\n", 1)[0]
        if " ".join(line.split()) == heading:
            position += len(line)
            position += len(passage.text[position:]) - len(passage.text[position:].lstrip())
    return position if position < len(passage.text) else 0
