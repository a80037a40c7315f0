"""The extractive reader: the best sentences of the retrieved passages, word for word, or a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from assistant.answer.candidates import Candidate, rank_candidates
from assistant.answer.draft import Draft, quote_rows, refuse
from assistant.answer.overlap import squeezed
from assistant.answer.prose import SUPPORT_FLOOR, TYPED_FLOOR, choose, read_prose, short_of, why_not
from assistant.answer.question import Question, QuestionKind, without_type_nouns
from assistant.answer.short import short_answer
from assistant.answer.specs import RowMatch, row_conflicts
from assistant.answer.wording import lead_text
from assistant.retrieve.query import Query
from assistant.spans import fact_line
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.types import AnswerSentence, BlockKind, Hit, cite

_MAX_ROWS = 4
_TOLD = 0.6
_DISPUTE = lazy_pattern(
    r"とも、[^。]{1,30}とも|食い違|一致して?い?ない|資料によって|\bsources (?:differ|disagree)\b|\bdepending on the source\b"
)
_DISPUTE_COVERAGE = 0.8
"""Share of the question's weight in a sentence that is taken to dispute the row's figure."""
_TODAY = lazy_pattern(
    r"今日|本日|今朝|今晩|今夜|昨夜|昨日|明日|今この瞬間|たった今|今(?:日は何日|何時)|(?:現在|今)の?(?:天気|株価|気温|為替|時刻)|最新の?(?:ニュース|株価)|"
    r"\b(?:today|tonight|this (?:morning|afternoon|evening)|yesterday|tomorrow|right now)\b|"
    r"\b(?:current|latest) (?:weather|news|stock price|share price|exchange rate)\b|\bwhat time is it\b"
)


def is_about_today(question: Question) -> bool:
    """Whether the question asks for what no library of articles can know: today's news, weather, prices."""
    return _TODAY.search(normalise(question.text)) is not None


class Reader(Protocol):
    """Turns hits into a draft."""

    @property
    def name(self) -> str: ...

    def read(self, question: Question, query: Query, hits: Sequence[Hit], rows: Sequence[RowMatch] = ()) -> Draft:
        """Read the hits, and the spec rows that match the question, if any."""


class ExtractiveReader:
    """Quotes sentences verbatim; needs no model."""

    name = "extractive"

    def __init__(self, *, max_sentences: int, threshold: float = 0.4) -> None:
        self._max_sentences = max_sentences
        self._threshold = threshold

    def read(self, question: Question, query: Query, hits: Sequence[Hit], rows: Sequence[RowMatch] = ()) -> Draft:
        if not question.text.strip():
            return refuse("empty")
        if is_about_today(question):
            return refuse("today")
        if query.unknown_names:
            return refuse("name", query.unknown_names[0])
        if rows:
            return _with_dispute(_from_rows(question, query, rows), question, query, hits)
        query = without_type_nouns(question, query)
        candidates = _without_repeats(rank_candidates(question, query, hits))
        if question.kind is QuestionKind.METADATA:
            # The hits are whole articles here, the one that fits best first: their order decides.
            order = {hit.passage.article_id: hit.rank for hit in reversed(hits)}
            candidates = [item for item in candidates if _is_metadata_line(question, item)]
            candidates.sort(key=lambda item: order[item.passage.article_id])
            if not candidates:
                return refuse("fact" if hits else "subject")
        if not candidates:
            return refuse("subject")
        reading = read_prose(question, query, candidates)
        reason = why_not(question, query, reading, self._threshold)
        if reason is not None and reading.ranked[0].passage.spec is not None:
            # A row on something else must not hide the sentence that answers.
            prose = [item for item in candidates if item.passage.spec is None and _tells(question, item)]
            reading = read_prose(question, query, prose) if prose else reading
            reason = why_not(question, query, reading, self._threshold) if prose else reason
        if reason is not None:
            return refuse(reason)
        siblings = _rows_beside(reading.ranked[0], candidates)
        if len(siblings) > 1:
            return _from_rows(question, query, siblings)
        chosen = choose(question, reading, self._max_sentences)
        citations = tuple(
            cite(candidate.passage, candidate.start, candidate.end, marker=marker)
            for marker, candidate in enumerate(chosen, start=1)
        )
        sentences = tuple(
            AnswerSentence(_shown(candidate, citation.quote), (citation.marker,))
            for candidate, citation in zip(chosen, citations, strict=True)
        )
        return Draft(sentences, citations, short_of(question, query, reading))


def _tells(question: Question, candidate: Candidate) -> bool:
    """Whether a text in another language can be told to answer: most of the question can stand in it at all."""
    return candidate.passage.lang == question.lang or candidate.features.told >= _TOLD


def _shown(candidate: Candidate, quote: str) -> str:
    return fact_line(candidate.passage) if candidate.passage.spec is not None else " ".join(quote.split())


def _from_rows(question: Question, query: Query, rows: Sequence[RowMatch]) -> Draft:
    """Quote spec rows. Where they disagree, no single figure is put forward."""
    shown = rows[:_MAX_ROWS]
    sentences, citations = quote_rows([match.row for match in shown])
    conflicts = row_conflicts(shown, {citation.passage_id: citation.marker for citation in citations})
    short = None
    if not conflicts and len({match.row.spec.entity for match in shown if match.row.spec}) == 1:
        short = short_answer(question, query, citations[0].quote, spec=shown[0].row.spec)
    return Draft(sentences, citations, short, conflicts, lead=lead_text("conflict", question.lang) if conflicts else "")


def _with_dispute(draft: Draft, question: Question, query: Query, hits: Sequence[Hit]) -> Draft:
    """With the sentence that says other sources have another figure, where one of the passages has it: then the row's
    figure is not put forward alone."""
    if question.kind is not QuestionKind.FIGURE:
        return draft
    disputing = [hit for hit in hits if hit.passage.spec is None and _DISPUTE.search(hit.passage.text)]
    if not disputing:
        return draft
    found = next(
        (
            item
            for item in rank_candidates(question, query, disputing)
            if _DISPUTE.search(item.text)
            and item.features.typed >= TYPED_FLOOR
            and item.features.coverage >= _DISPUTE_COVERAGE
        ),
        None,
    )
    if found is None:
        return draft
    citation = cite(found.passage, found.start, found.end, marker=len(draft.citations) + 1)
    sentence = AnswerSentence(" ".join(citation.quote.split()), (citation.marker,))
    return replace(draft, sentences=(sentence, *draft.sentences), citations=(*draft.citations, citation), short=None)


def _rows_beside(best: Candidate, candidates: Sequence[Candidate]) -> list[RowMatch]:
    """The rows found that state the same attribute of the same entity as the best candidate, so that a
    disagreement between sources is shown even when the question does not name the sheet's entity."""
    spec = best.passage.spec
    if spec is None:
        return []
    return [
        RowMatch(candidate.passage, candidate.score)
        for candidate in candidates
        if candidate.passage.spec is not None
        and (candidate.passage.spec.entity, candidate.passage.spec.attribute) == (spec.entity, spec.attribute)
        and candidate.features.support >= SUPPORT_FLOOR
    ]


_METADATA_LABELS = {
    "author": ("著者", "author"),
    "date": ("公開日", "更新日", "published", "updated"),
    "category": ("カテゴリー", "category"),
    "tags": ("タグ", "tags"),
    "sources": ("出典", "sources"),
}


def _is_metadata_line(question: Question, candidate: Candidate) -> bool:
    if candidate.passage.kind is not BlockKind.METADATA:
        return False
    label = normalise(candidate.text.split(":", 1)[0].split("：", 1)[0])
    return label in _METADATA_LABELS[question.metadata_field]


def _without_repeats(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Drop sentences that say the same words as a better one."""
    seen: set[str] = set()
    kept = []
    for candidate in candidates:
        key = squeezed(candidate.text)
        if key and key not in seen:
            seen.add(key)
            kept.append(candidate)
    return kept
