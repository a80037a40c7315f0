"""The shortest exact answer inside a sentence: a figure with its unit, a date, a name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer.candidates import has_dimension
from assistant.answer.question import Question, QuestionKind
from assistant.ingest.facts import quantity
from assistant.retrieve.query import Query
from assistant.text.dates import find_dates
from assistant.text.normalise import normalise_with_offsets
from assistant.text.quantities import find_quantities
from assistant.text.tokens import named_entities
from assistant.types import SpecRow

_AUTHOR_LINE = re.compile(r"^[^:：]{1,12}[:：]\s*")
_ENTITY_KINDS = {QuestionKind.PERSON: "人名", QuestionKind.PLACE: "地名"}


def short_answer(question: Question, query: Query, text: str, *, spec: SpecRow | None = None) -> str | None:
    """The exact span of ``text`` that answers ``question``; None when none stands out.

    Returns:
        A slice of ``text``; for a spec row the value with its unit, as printed in the row.
    """
    if question.kind is QuestionKind.METADATA:
        return _AUTHOR_LINE.sub("", text, count=1).strip() or None
    if spec is not None:
        return _spec_value(spec, text)
    if question.kind is QuestionKind.FIGURE:
        return _figure(question, query, text)
    if question.kind is QuestionKind.DATE:
        spans = [(date.start, date.end) for date in find_dates(text)]
        return _nearest(query, text, spans)
    wanted = _ENTITY_KINDS.get(question.kind)
    if wanted is not None:
        asked = question.text
        spans = [
            (start, end) for start, end, kind in named_entities(text) if kind == wanted and text[start:end] not in asked
        ]
        return _nearest(query, text, spans)
    return None


def _spec_value(spec: SpecRow, text: str) -> str | None:
    for shown in (f"{spec.value} {spec.unit}".strip(), f"{spec.value}{spec.unit}", spec.value):
        if shown and shown in text and (spec.unit in shown or spec.unit not in text):
            return shown
    # In a row of cells value and unit stand apart, or the unit in the name of the column.
    return quantity(spec.value, spec.unit) if spec.value and spec.value in text else None


def _figure(question: Question, query: Query, text: str) -> str | None:
    quantities = find_quantities(text)
    if question.dimensions:
        fitting = [item for item in quantities if has_dimension(item.dimension, question.dimensions)]
        # The word that names the figure last says its dimension best: prefer the first that fits any.
        for dimension in question.dimensions:
            exact = [item for item in fitting if has_dimension(item.dimension, (dimension,))]
            if exact:
                fitting = exact
                break
    else:
        asked = question.text
        fitting = [item for item in quantities if item.text not in asked]
    return _nearest(query, text, [(item.span_start, item.span_end) for item in fitting])


def _nearest(query: Query, text: str, spans: Sequence[tuple[int, int]]) -> str | None:
    """The span closest to the words of the question; the last words count most."""
    if not spans:
        return None
    if len(spans) == 1:
        return text[spans[0][0] : spans[0][1]].strip() or None
    anchors = _anchors(query, text)
    if not anchors:
        return text[spans[0][0] : spans[0][1]].strip() or None

    def cost(span: tuple[int, int]) -> float:
        return sum(weight * min(_gap(span, place) for place in places) for places, weight in anchors)

    best = min(spans, key=lambda span: (cost(span), span[0]))
    return text[best[0] : best[1]].strip() or None


def _gap(span: tuple[int, int], place: tuple[int, int]) -> float:
    """Distance in characters; a figure usually follows what it measures, so after counts as nearer."""
    if span[0] >= place[1]:
        return float(span[0] - place[1])
    if span[1] <= place[0]:
        return 1.0 + 1.2 * (place[0] - span[1])
    return 0.0


def _anchors(query: Query, text: str) -> list[tuple[list[tuple[int, int]], float]]:
    """Where the concepts of the question stand in the text, with their weights."""
    folded = normalise_with_offsets(text)
    anchors = []
    for position, concept in enumerate(query.concepts, start=1):
        places = []
        for spelling in concept.spellings:
            for word in spelling:
                start = folded.text.find(word)
                while start >= 0:
                    places.append(folded.span(start, start + len(word)))
                    start = folded.text.find(word, start + 1)
        if places:
            anchors.append((places, position / len(query.concepts)))
    return anchors
