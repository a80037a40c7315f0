"""The extractive reader: the best sentences of the retrieved passages, word for word, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answer.candidates import Candidate, rank_candidates
from assistant.answer.question import Question, QuestionKind
from assistant.answer.short import short_answer
from assistant.answer.specs import RowMatch, row_conflicts
from assistant.retrieve.query import Query
from assistant.spans import fact_line, row_span
from assistant.text.normalise import normalise
from assistant.types import AnswerSentence, AppliedCorrection, BlockKind, Citation, Conflict, Hit, Withheld, cite

SUPPORT_FLOOR = 0.52
"""Share of the question's weight the best sentence and its context must carry, see evals/bench."""
TYPED_FLOOR = 0.5
TOLD_FLOOR = 0.2
"""Of a question in the other language, at least this share must be names, figures or glossary terms:
the rest cannot be found again, so a match on the name alone would answer anything."""
ASKED_FLOOR = 0.15
"""「Trainium3の価格は」 is not answered by any sentence on Trainium3 that holds a figure."""
_FURTHER_SHARE = 0.85
"""A further sentence is shown when its score is at least this share of the best one's."""
_MAX_ROWS = 4
_SEVERAL = frozenset({QuestionKind.REASON, QuestionKind.HOW, QuestionKind.LIST})
_TODAY = re.compile(
    r"今日|本日|今朝|今晩|今夜|昨夜|昨日|明日|今この瞬間|たった今|今(?:日は何日|何時)|(?:現在|今)の?(?:天気|株価|気温|為替|時刻)|最新の?(?:ニュース|株価)|"
    r"\b(?:today|tonight|this (?:morning|afternoon|evening)|yesterday|tomorrow|right now)\b|"
    r"\b(?:current|latest) (?:weather|news|stock price|share price|exchange rate)\b|\bwhat time is it\b"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader proposes before the checks: sentences with citations, or the reason to refuse."""

    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    short: str | None
    conflicts: tuple[Conflict, ...] = ()
    refusal: str | None = None  # subject, fact, name, empty, today
    missing_name: str = ""
    withheld: tuple[Withheld, ...] = ()  # what a chat model wrote and the checks refused
    notice: str = ""  # why sentences are quoted although a chat model is set
    reader: str = ""  # who wrote it, if not the reader that was asked
    partial: bool = False
    corrections: tuple[AppliedCorrection, ...] = ()


class Reader(Protocol):
    """Turns hits into a draft."""

    @property
    def name(self) -> str: ...

    def read(self, question: Question, query: Query, hits: Sequence[Hit], rows: Sequence[RowMatch] = ()) -> Draft:
        """Read the hits, and the spec rows that match the question, if any."""


class ExtractiveReader:
    """Quotes sentences verbatim; needs no model."""

    name = "extractive"

    def __init__(self, *, max_sentences: int) -> None:
        self._max_sentences = max_sentences

    def read(self, question: Question, query: Query, hits: Sequence[Hit], rows: Sequence[RowMatch] = ()) -> Draft:
        if not question.text.strip():
            return _refuse("empty")
        if _TODAY.search(normalise(question.text)):
            return _refuse("today")
        if query.unknown_names:
            return _refuse("name", query.unknown_names[0])
        if rows:
            return _from_rows(question, query, rows)
        candidates = _without_repeats(rank_candidates(question, query, hits))
        if question.kind is QuestionKind.METADATA:
            candidates = [item for item in candidates if _is_metadata_line(question, item)]
            if not candidates:
                return _refuse("fact" if hits else "subject")
        if not candidates:
            return _refuse("subject")
        best = candidates[0]
        reason = _why_not(question, best)
        if reason is not None:
            return _refuse(reason)
        siblings = _rows_beside(best, candidates)
        if len(siblings) > 1:
            return _from_rows(question, query, siblings)
        chosen = self._choose(question, candidates)
        citations = tuple(
            cite(candidate.passage, candidate.start, candidate.end, marker=marker)
            for marker, candidate in enumerate(chosen, start=1)
        )
        sentences = tuple(
            AnswerSentence(_shown(candidate, citation.quote), (citation.marker,))
            for candidate, citation in zip(chosen, citations, strict=True)
        )
        short = short_answer(question, query, best.text, spec=best.passage.spec)
        return Draft(sentences, citations, short)

    def _choose(self, question: Question, candidates: Sequence[Candidate]) -> list[Candidate]:
        best = candidates[0]
        limit = self._max_sentences if question.kind in _SEVERAL else min(2, self._max_sentences)
        if question.kind is QuestionKind.METADATA or best.passage.spec is not None:
            limit = 1
        chosen = [best]
        for candidate in candidates[1:]:
            if len(chosen) >= limit:
                break
            strong = candidate.score >= _FURTHER_SHARE * best.score and candidate.features.support >= SUPPORT_FLOOR
            typed = candidate.features.typed >= TYPED_FLOOR or best.features.typed < TYPED_FLOOR
            if strong and typed and candidate.features.coverage > 0:
                chosen.append(candidate)
        return chosen


def _shown(candidate: Candidate, quote: str) -> str:
    return fact_line(candidate.passage) if candidate.passage.spec is not None else " ".join(quote.split())


def _from_rows(question: Question, query: Query, rows: Sequence[RowMatch]) -> Draft:
    """Quote spec rows. Where they disagree, no single figure is put forward."""
    shown = rows[:_MAX_ROWS]
    citations = []
    for marker, match in enumerate(shown, start=1):
        citations.append(cite(match.row, *row_span(match.row), marker=marker))
    conflicts = row_conflicts(shown, {citation.passage_id: citation.marker for citation in citations})
    short = None
    if not conflicts and len({match.row.spec.entity for match in shown if match.row.spec}) == 1:
        short = short_answer(question, query, citations[0].quote, spec=shown[0].row.spec)
    sentences = tuple(
        AnswerSentence(fact_line(match.row), (citation.marker,))
        for match, citation in zip(shown, citations, strict=True)
    )
    return Draft(sentences, tuple(citations), short, conflicts)


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


def _refuse(reason: str, missing_name: str = "") -> Draft:
    return Draft((), (), None, refusal=reason, missing_name=missing_name)


def _why_not(question: Question, best: Candidate) -> str | None:
    """Why even the best candidate is no answer; None when it is one."""
    features = best.features
    if question.kind is QuestionKind.METADATA:
        return None
    if features.support < SUPPORT_FLOOR or features.passage < SUPPORT_FLOOR:
        return "subject" if features.passage < 0.35 else "fact"
    if question.kind in (QuestionKind.FIGURE, QuestionKind.DATE) and features.typed < TYPED_FLOOR:
        return "fact"
    if features.told < TOLD_FLOOR or features.asked < ASKED_FLOOR:
        return "fact"
    if features.names_near < 1.0:
        return "fact"
    return None


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
        key = "".join(normalise(candidate.text).split())
        if key and key not in seen:
            seen.add(key)
            kept.append(candidate)
    return kept
