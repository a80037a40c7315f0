"""The shortest exact answer inside a sentence: a figure with its unit, a date, a name.

Japanese spans are ranked by fitted weights (`short_features.py`). English has no part-of-speech tagger
here, so figures, dates and capitalised names nearest to the words of the question are taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from assistant.answer.asked import what_is_asked
from assistant.answer.candidates import Candidate
from assistant.answer.question import Question, QuestionKind
from assistant.answer.short_features import (
    SpanFeatures,
    SpanScorer,
    question_weights,
    repeats,
    span_features,
    view,
)
from assistant.answer.short_spans import ShortSpan, spans_of
from assistant.answer.topics import ASKED_FOR, Topic, topic_features, topics_of
from assistant.answer.typed import has_dimension
from assistant.answer.weights import reader_weights
from assistant.ingest.facts import quantity
from assistant.retrieve.query import Query
from assistant.text.dates import find_dates
from assistant.text.normalise import normalise_with_offsets
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import Quantity, find_quantities
from assistant.types import SpecRow

WITHOUT_SPAN = frozenset((QuestionKind.REASON, QuestionKind.HOW, QuestionKind.YES_NO))
"""Kinds that a whole sentence answers, not a part of one."""
_COUNTS = frozenset(("count", "number"))
_AUTHOR_LINE = lazy_pattern(r"^[^:：]{1,12}[:：]\s*")
_NAME_EN = lazy_pattern(
    r"\b(?:(?:[A-Z][\w'’-]*|[A-Z]{2,}[\w-]*)(?:\s+(?:of|the|de|van|von|for|&)(?=\s+[A-Z]))?\s?){1,6}(?<!\s)"
)
_NAMED_EN = frozenset((QuestionKind.PERSON, QuestionKind.PLACE, QuestionKind.ORGANISATION))


@dataclass(frozen=True, slots=True)
class Short:
    """A span of a sentence, by offsets into it, with the logit that it is the answer.

    Where the answer is what the sentence speaks of without saying so, ``topic`` has it and the span is empty.
    """

    start: int
    end: int
    score: float
    topic: Topic | None = None


class Option(NamedTuple):
    """A span or a topic that could be the answer, with what speaks for it."""

    text: str
    span: ShortSpan | None
    topic: Topic | None
    features: SpanFeatures


def rank_shorts(question: Question, query: Query, sentences: Sequence[Candidate]) -> list[Short | None]:
    """The best span of each sentence; None where a sentence has none."""
    weights, scorer = reader_weights().span, span_scorer()
    best_logit = max((item.score for item in sentences), default=0.0)
    shorts: list[Short | None] = []
    for rank, (item, options) in enumerate(
        zip(sentences, short_options(question, query, sentences), strict=True), start=1
    ):
        around = weights.get("sentence", 0.0) * (item.score - best_logit) + weights.get("sentence_rank", 0.0) / rank
        scored: list[tuple[float, ShortSpan]] = []
        omitted: list[Short] = []
        for option in options:
            logit = scorer.score(option.features) + around
            if option.span is not None:
                scored.append((logit, option.span))
            else:
                omitted.append(Short(0, 0, logit, option.topic))
        chosen = [short for short in (_chosen(question, query, item.text, scored), *omitted) if short is not None]
        shorts.append(max(chosen, key=lambda short: short.score, default=None))
    return shorts


@lru_cache(maxsize=1)
def span_scorer() -> SpanScorer:
    return SpanScorer(reader_weights().span)


def short_options(question: Question, query: Query, sentences: Sequence[Candidate]) -> list[list[Option]]:
    """For each sentence what could be the short answer."""
    asked = what_is_asked(question)
    share = question_weights(query)
    views, spans = [], []
    for item in sentences:
        tokens, found = spans_of(item.text)
        views.append(view(item.text, item.passage.title, tokens, asked, share))
        spans.append(found)
    count = repeats(views, spans)
    options = []
    for item, seen, found in zip(sentences, views, spans, strict=True):
        here = []
        for span in found:
            text = item.text[span.start : span.end]
            here.append(Option(text, span, None, span_features(asked, seen, span, count[text])))
        if asked.kind in ASKED_FOR and item.passage.lang == "ja":
            here += [
                Option(topic.text, None, topic, SpanFeatures((), list(topic_features(asked, item, topic, share))))
                for topic in topics_of(item)
            ]
        options.append(here)
    return options


def _chosen(question: Question, query: Query, text: str, scored: Sequence[tuple[float, ShortSpan]]) -> Short | None:
    """The best span; for a figure of a known dimension the whole quantity that the best fitting span belongs to."""
    if not scored:
        return None
    if question.kind is QuestionKind.FIGURE and question.dimensions:
        quantities = _fitting(question, text)
        fitting = [
            (score, item.span_start, item.span_end)
            for score, span in scored
            for item in quantities
            if span.start < item.span_end and item.span_start < span.end
        ]
        if fitting:
            score, start, end = max(fitting, key=lambda item: (item[0], -item[1]))
            places = sorted({(first, last) for _, first, last in fitting})
            if len(places) > 1 and not _COUNTS & set(question.dimensions):
                # Several figures of one dimension, 4.4 times and 4 times: the words beside them decide.
                start, end = _nearest_place(query, text, places)
            return Short(start, end, score)
    score, span = max(scored, key=lambda item: (item[0], -item[1].start, -item[1].end))
    return Short(span.start, span.end, score)


def _fitting(question: Question, text: str) -> list[Quantity]:
    """The quantities of a dimension that can answer; those of the likeliest dimension where there are any."""
    quantities = find_quantities(text)
    if not question.dimensions:
        return [item for item in quantities if item.text not in question.text]
    # The word that names the figure last says its dimension best: prefer the first that fits any.
    for dimension in question.dimensions:
        exact = [item for item in quantities if has_dimension(item.dimension, (dimension,))]
        if exact:
            return exact
    return []


def short_answer(question: Question, query: Query, text: str, *, spec: SpecRow | None = None) -> str | None:
    """The span of a row, a metadata line or an English sentence that answers; None when none stands out.

    Returns:
        A slice of ``text``; for a spec row the value with its unit, as printed in the row.
    """
    if question.kind is QuestionKind.METADATA:
        return _AUTHOR_LINE.sub("", text, count=1).strip() or None
    if spec is not None:
        return _spec_value(spec, text)
    if question.kind is QuestionKind.FIGURE:
        return _nearest(query, text, [(item.span_start, item.span_end) for item in _fitting(question, text)])
    if question.kind is QuestionKind.DATE:
        return _nearest(query, text, [(date.start, date.end) for date in find_dates(text)])
    if question.kind in _NAMED_EN:
        asked = question.text.lower()
        spans = [match.span() for match in _NAME_EN.finditer(text) if match.group().strip().lower() not in asked]
        return _nearest(query, text, spans)
    return None


def _spec_value(spec: SpecRow, text: str) -> str | None:
    for shown in (f"{spec.value} {spec.unit}".strip(), f"{spec.value}{spec.unit}", spec.value):
        if shown and shown in text and (spec.unit in shown or spec.unit not in text):
            return shown
    # In a row of cells value and unit stand apart, or the unit in the name of the column.
    return quantity(spec.value, spec.unit) if spec.value and spec.value in text else None


def _nearest(query: Query, text: str, spans: Sequence[tuple[int, int]]) -> str | None:
    """The span closest to the words of the question; the last words count most."""
    if not spans:
        return None
    start, end = _nearest_place(query, text, spans)
    return text[start:end].strip() or None


def _nearest_place(query: Query, text: str, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    anchors = _anchors(query, text)
    if len(spans) == 1 or not anchors:
        return spans[0]

    def cost(span: tuple[int, int]) -> float:
        return sum(weight * min(_gap(span, place) for place in places) for places, weight in anchors)

    return min(spans, key=lambda span: (cost(span), span[0]))


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
