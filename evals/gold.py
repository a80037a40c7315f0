"""Reads the gold passages alone: what the reader can do when nothing has to be found."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol

from assistant import Assistant, Hit
from assistant.answer.pipeline import AnswerPipeline
from assistant.retrieve.retriever import Retrieved
from evals.cases import EvalCase
from evals.scoring import GoldReading, says_it

_DEPTH = 40
"""Passages looked through for one that holds a gold quote, when that quote is searched for."""


class _Retrieving(Protocol):
    def search(self, question: str, **options: Any) -> Retrieved: ...


class GoldRetriever:
    """Analyses a question as the real retriever does and finds what it was given."""

    def __init__(self, real: _Retrieving, hits: tuple[Hit, ...]) -> None:
        self._real = real
        self._hits = hits

    def search(self, question: str, **options: Any) -> Retrieved:
        return replace(self._real.search(question, **options), hits=self._hits)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def gold_hits(assistant: Assistant, case: EvalCase) -> tuple[Hit, ...]:
    """The passages that hold the gold quotes, in the order of the quotes, ranks from 1."""
    found: dict[str, Hit] = {}
    for evidence in case.gold_evidence:
        text = assistant.show(evidence.article_id).text
        start = text.find(evidence.quote)
        for hit in assistant.search(evidence.quote, top_k=_DEPTH):
            passage = hit.passage
            if passage.article_id == evidence.article_id and passage.start < start + len(evidence.quote) <= passage.end:
                found.setdefault(passage.passage_id, hit)
                break
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(found.values(), start=1))


def read_gold(assistant: Assistant, case: EvalCase) -> GoldReading | None:
    """Answer a question from its gold passages; None where there are none, or where a dialogue or a day is needed."""
    if not case.answerable or case.history or case.as_of or case.kind in ("metadata", "false_premise", "injection"):
        return None
    hits = gold_hits(assistant, case)
    if not hits:
        return None
    with _pipeline(assistant) as pipeline:
        gold: Any = copy.copy(pipeline)  # its parts are shared, the retriever and the rows are ours
        shown = {hit.passage.passage_id for hit in hits}
        rows = pipeline._spec_rows
        gold._retriever = GoldRetriever(pipeline._retriever, hits)
        gold._spec_rows = lambda *given: tuple(match for match in rows(*given) if match.row.passage_id in shown)
        answer = gold.answer(case.question)
    answered = answer.status.value != "refused"
    sentences = tuple(sentence.text for sentence in answer.sentences)
    values = tuple(value.value for conflict in answer.conflicts for value in conflict.values)
    return GoldReading(answered, answer.short, answered and says_it(case, answer.short, sentences, values))


@contextmanager
def _pipeline(assistant: Assistant) -> Iterator[AnswerPipeline]:
    with assistant._serving.using() as current:  # the public door has no way to hand passages in
        yield current.pipeline
