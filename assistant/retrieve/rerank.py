"""The first hits put in the order of a cross-encoder (``retrieve.reranker``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from assistant.retrieve.retriever import Retrieved, Retriever
from assistant.settings import Settings
from assistant.types import Hit


class Scorer(Protocol):
    """Scores pairs of question and passage; larger is better."""

    def scores(self, pairs: Sequence[tuple[str, str]]) -> Sequence[float] | Any: ...


class RerankingRetriever(Retriever):
    """Searches wider than asked and lets a cross-encoder order what was found.

    The scores stay those of the search, in falling order: what is calibrated on them keeps its meaning.
    """

    def __init__(self, *, scorer: Scorer, depth: int, **parts: Any) -> None:
        super().__init__(**parts)
        self._scorer = scorer
        self._depth = depth

    def search(self, question: str, *, top_k: int | None = None, **more: Any) -> Retrieved:
        wanted = top_k or self._settings.top_k
        found = super().search(question, top_k=max(wanted, self._depth), **more)
        return replace(found, hits=rerank(question, found.hits, self._scorer, self._depth)[:wanted])


def retriever_maker(settings: Settings) -> Callable[..., Retriever]:
    """Makes the retriever of the settings; the model's files are looked for now, and loaded with the first question.

    Raises:
        ModelUnavailableError: The reranker is not on this machine.
    """
    if settings.retrieve.reranker is None:
        return Retriever
    from assistant.models.cross import PairModel

    scorer = PairModel(
        settings.retrieve.reranker,
        setting="retrieve.reranker",
        models_dir=settings.home / "models",
        device=settings.embed.device,
    )
    return partial(RerankingRetriever, scorer=scorer, depth=settings.retrieve.rerank_depth)


def rerank(question: str, hits: Sequence[Hit], scorer: Scorer, depth: int) -> tuple[Hit, ...]:
    """``hits`` with the first ``depth`` in the scorer's order, ties as they were; ranks are renewed."""
    first = hits[:depth]
    scores = scorer.scores([(question, _shown(hit)) for hit in first])
    order = sorted(range(len(first)), key=lambda index: (-float(scores[index]), index))
    moved = [replace(first[index], rank=rank, score=first[rank - 1].score) for rank, index in enumerate(order, start=1)]
    return (*moved, *hits[depth:])


def _shown(hit: Hit) -> str:
    passage = hit.passage
    return "\n".join(filter(None, (passage.title, passage.context, passage.text)))
