"""Finds passages: both halves are asked, their scores fused, what must not be shown is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.index.generation import SearchIndex
from assistant.library.store import Library
from assistant.models import Embedder
from assistant.retrieve.query import Query, build_query
from assistant.settings import RetrieveSettings
from assistant.text.glossary import Glossary
from assistant.types import BlockKind, Hit, Passage

FIELD_WEIGHTS = {"title": 0.4, "headings": 0.3, "words": 1.0, "chars": 0.35}
"""Chosen on the development sets, see evals/bench/tune_fields.py."""
MAX_QUERY_CHARS = 4000
"""What is read of a query: passages are no longer than that."""
_DENSE_ONLY_FLOOR = 0.35
"""Cosine below which the dense half alone is no reason to show a passage."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The hits for a question with the analysis they came from."""

    query: Query
    hits: tuple[Hit, ...]


class Retriever:
    """Ranks the passages of one open index for a question."""

    def __init__(
        self,
        *,
        index: SearchIndex,
        library: Library,
        embedder: Embedder,
        glossary: Glossary,
        settings: RetrieveSettings,
        hidden: Callable[[], frozenset[str]],
    ) -> None:
        self._index = index
        self._library = library
        self._embedder = embedder
        self._glossary = glossary
        self._settings = settings
        self._hidden = hidden
        weight = settings.dense_weight
        self._dense_weight = embedder.dense_weight if weight is None else weight

    def retrieve(self, query: str, *, top_k: int | None = None) -> list[Hit]:
        """The best passages for ``query``: best first, ranks 1..n, fewer than ``top_k`` is no error."""
        return list(self.search(query, top_k=top_k).hits)

    def search(
        self,
        question: str,
        *,
        top_k: int | None = None,
        prose_only: bool = False,
        also_hidden: frozenset[str] = frozenset(),
    ) -> Retrieved:
        """Like :meth:`retrieve`, with the analysed query for the reader.

        Args:
            question: What the user wrote.
            top_k: Hits wanted; the setting by default.
            prose_only: Leave out article heads (title, author, date), which every title word finds.
            also_hidden: Articles to leave out beside those that may not be shown to anybody.
        """
        question = question[:MAX_QUERY_CHARS]
        wanted = top_k or self._settings.top_k
        lexical = self._index.lexical
        query = build_query(question, lexical=lexical, glossary=self._glossary, weights=FIELD_WEIGHTS)
        candidates = max(self._settings.candidates, 2 * wanted)
        scores: dict[str, float] = {}
        if query.best_possible > 0:
            for hit in lexical.search(lexical.known(query.terms), candidates):
                scores[hit.passage_id] = (1 - self._dense_weight) * hit.score / query.best_possible
        if self._dense_weight > 0 and question.strip():
            vector = self._embedder.embed_query(question)
            for passage_id, cosine in self._index.dense.search(vector, candidates):
                if cosine > 0 and (passage_id in scores or cosine >= _DENSE_ONLY_FLOOR):
                    scores[passage_id] = scores.get(passage_id, 0.0) + self._dense_weight * cosine
        ranked = sorted(
            ((key, score) for key, score in scores.items() if score > 0), key=lambda item: (-item[1], item[0])
        )
        return Retrieved(query, tuple(self._hits(ranked, wanted, prose_only, self._hidden() | also_hidden)))

    def _hits(
        self, ranked: list[tuple[str, float]], wanted: int, prose_only: bool, hidden: frozenset[str]
    ) -> list[Hit]:
        hits: list[Hit] = []
        for start in range(0, len(ranked), 2 * wanted):
            batch = ranked[start : start + 2 * wanted]
            found: dict[str, Passage] = self._library.passages([passage_id for passage_id, _ in batch])
            for passage_id, score in batch:
                passage = found.get(passage_id)
                if passage is None or passage.article_id in hidden:
                    continue
                if prose_only and passage.kind is BlockKind.METADATA:
                    continue
                hits.append(Hit(passage, len(hits) + 1, score, self._index.lexical.span_words(passage_id)))
                if len(hits) == wanted:
                    return hits
        return hits
