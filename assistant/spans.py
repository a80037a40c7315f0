"""What can be quoted of a passage, and the words of each such span."""

from __future__ import annotations

from assistant.text.sentences import split_sentences
from assistant.text.tokens import words
from assistant.types import BlockKind, Passage


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
        return [(0, _before_source_note(text))]
    if passage.kind in (BlockKind.METADATA, BlockKind.TABLE_ROW):
        spans, position = [], 0
        for line in text.split("\n"):
            if line.strip() and line.strip() != passage.title:
                spans.append((position, position + len(line)))
            position += len(line) + 1
        return spans
    return split_sentences(text, _after_headings(passage))


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
