"""What a reader proposes before the checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer.calculate import Calculation
from assistant.spans import fact_line, row_span
from assistant.types import AnswerSentence, AppliedCorrection, Citation, Conflict, Passage, Withheld, cite


@dataclass(frozen=True, slots=True)
class Draft:
    """Sentences with citations, or the reason to refuse.

    ``lead`` is what stands before the sentences in our own words: はい, a premise that does not hold, a
    disagreement. It states no fact. ``calculation`` is computed again before its sentence, the first, is shown.
    """

    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    short: str | None
    conflicts: tuple[Conflict, ...] = ()
    refusal: str | None = None  # subject, fact, name, empty, today, ambiguous
    missing_name: str = ""
    lead: str = ""
    calculation: Calculation | None = None
    choices: tuple[str, ...] = ()
    withheld: tuple[Withheld, ...] = ()  # what a chat model wrote and the checks refused
    notice: str = ""  # why sentences are quoted although a chat model is set
    reader: str = ""  # who wrote it, if not the reader that was asked
    partial: bool = False
    corrections: tuple[AppliedCorrection, ...] = ()


def refuse(reason: str, missing_name: str = "", choices: tuple[str, ...] = ()) -> Draft:
    return Draft((), (), None, refusal=reason, missing_name=missing_name, choices=choices)


def quote_rows(rows: Sequence[Passage]) -> tuple[tuple[AnswerSentence, ...], tuple[Citation, ...]]:
    """Rows of spec sheets as sentences, quoted without the note on their source."""
    citations = tuple(cite(row, *row_span(row), marker=marker) for marker, row in enumerate(rows, start=1))
    sentences = tuple(AnswerSentence(fact_line(row), (item.marker,)) for row, item in zip(rows, citations, strict=True))
    return sentences, citations
