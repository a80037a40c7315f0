"""Finds passages: both halves are asked, their scores fused, what must not be shown is left out."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from assistant.index.generation import SearchIndex
from assistant.index.lexical import StoredWords
from assistant.library.store import Library
from assistant.models import Embedder
from assistant.retrieve.asked import analyse
from assistant.retrieve.candidate import Candidate, Floats
from assistant.retrieve.query import Query, build_query
from assistant.retrieve.ranker import load_ranker
from assistant.retrieve.select import article_cap, surplus_last
from assistant.settings import RetrieveSettings
from assistant.text.glossary import Glossary
from assistant.types import BlockKind, Hit, Passage

FIELD_WEIGHTS = {"title": 0.4, "headings": 0.3, "words": 1.0, "chars": 0.35}
"""Chosen on the development sets (`../shared/data`), by hit@1."""
MAX_QUERY_CHARS = 4000
"""What is read of a query: passages are no longer than that."""
_COSINE_DIGITS = 5
"""Chroma and comparing one by one differ beyond: passages that are equally near must be so in both."""
_DENSE_ONLY_FLOOR = 0.35
"""Cosine below which the dense half alone is no reason to show a passage."""


_FEW = 5000
"""Passages up to which a filter is handed to the lexical index instead of being applied to what it finds."""
_FETCHED_MAX = 2000
"""Passages fetched at most from each half for a filter that is not."""
_FILTERS_KEPT = 8

RANKED, RANKED_ROWS = 24, 40
"""Candidates the learned ranker looks at, and where rows are in question: the question ends with a quoted label,
or spec rows are among the candidates. Of those many are alike; in prose more are no better at the first place."""
_SPARE = 10
"""Candidates fetched beyond those, for the ones that must not be shown."""
_SCORE_SCALE = 14.0
"""Log-odds over which the score of a hit falls to 1/e of the best one's."""


@dataclass(slots=True)
class _Found:
    """A passage by id, before it is read from the library."""

    passage_id: str
    lexical: float  # share of the best possible
    cosine: float
    stored: StoredWords | None
    score: float = 0.0  # both halves fused


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
        # Spelling is what words and characters already tell: see _asks_vectors.
        self._spelling_only = embedder.name == "builtin" and weight is None
        self._ranker = load_ranker()
        self._filters: OrderedDict[frozenset[str], frozenset[str]] = OrderedDict()
        self._filters_lock = threading.Lock()

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
        wanted = top_k or self._settings.top_k
        hidden = self._hidden() | also_hidden

        def shown(passage: Passage) -> bool:
            return passage.article_id not in hidden and not (prose_only and passage.kind is BlockKind.METADATA)

        only = self._passages_beside(also_hidden) if also_hidden else None
        query, pool, rest = self.candidates(question, limit=2 * wanted, shown=shown, only=only)
        ranked = self._rank(query, pool)
        order = surplus_last([(item.passage, item.spans) for item, _ in ranked], cap=article_cap(query.text, wanted))
        hits: list[Hit] = []
        for place in islice(order, wanted):
            item, score = ranked[place]
            hits.append(Hit(item.passage, len(hits) + 1, min(score, hits[-1].score) if hits else score, item.spans))
        hits.extend(self._further(rest, wanted - len(hits), shown, hits))
        return Retrieved(query, tuple(hits))

    def candidates(
        self,
        question: str,
        *,
        limit: int = 0,
        shown: Callable[[Passage], bool] = lambda _: True,
        only: frozenset[str] | None = None,
    ) -> tuple[Query, list[tuple[Candidate, float]], Sequence[_Found]]:
        """What the ranker is given: the analysed question, its best candidates with their fused scores, best
        first, and those beyond the ranker's depth.

        Args:
            question: What the user wrote.
            limit: Passages fetched from each half, if more than the setting.
            shown: Whether a passage may be shown.
            only: Ids of the passages that may be shown, where a filter leaves few.
        """
        query = build_query(
            question[:MAX_QUERY_CHARS], lexical=self._index.lexical, glossary=self._glossary, weights=FIELD_WEIGHTS
        )
        most = max(self._settings.candidates, limit)
        depth = RANKED_ROWS if analyse(query.text).names_label else RANKED
        first = min(max(depth + _SPARE, limit), most) if self._spelling_only else most
        found = self._fused(query, first, only)
        pool, rest = self._pool(found, depth, shown)
        if len(found) >= first < most and (len(pool) < depth or found[-1].score == pool[-1][1]):
            # Too many must not be shown, or many are equal: then the index would choose, by its own order.
            first, found = most, self._fused(query, most, only)
            pool, rest = self._pool(found, depth, shown)
        if depth < RANKED_ROWS and any(item.passage.spec is not None for item, _ in pool):
            further = min(RANKED_ROWS + _SPARE, most)
            if len(found) >= first < further:
                known = {item.passage.passage_id for item, _ in pool}
                rest = [item for item in self._fused(query, further, only) if item.passage_id not in known]
            more, rest = self._pool(rest, RANKED_ROWS - len(pool), shown)
            pool += more
        return query, pool, rest

    def fused(
        self, text: str, *, top_k: int, shown: Callable[[Passage], bool] = lambda _: True
    ) -> list[tuple[Passage, float]]:
        """The best passages by fused score alone, best first: those that :meth:`candidates` begins with, without
        what only the ranker needs of them."""
        query = build_query(
            text[:MAX_QUERY_CHARS], lexical=self._index.lexical, glossary=self._glossary, weights=FIELD_WEIGHTS
        )
        found = self._fused(query, self._settings.candidates)
        best: list[tuple[Passage, float]] = []
        for start in range(0, len(found), top_k):
            batch = found[start : start + top_k]
            passages = self._library.passages([item.passage_id for item in batch])
            read = ((passages.get(item.passage_id), item.score) for item in batch)
            best += [(passage, score) for passage, score in read if passage is not None and shown(passage)]
            if len(best) >= top_k:
                break
        return best[:top_k]

    def _passages_beside(self, hidden: frozenset[str]) -> frozenset[str]:
        """Ids of all passages outside some articles; kept for the next questions with the same filter."""
        with self._filters_lock:
            kept = self._filters.pop(hidden, None)
            if kept is None:
                kept = self._library.passage_ids_beside(hidden)
            self._filters[hidden] = kept
            while len(self._filters) > _FILTERS_KEPT:
                self._filters.popitem(last=False)
        return kept

    def _fused(self, query: Query, limit: int, only: frozenset[str] | None = None) -> list[_Found]:
        """What both halves find, by fused score: best first, ties by passage id."""
        lexical, found = self._index.lexical, {}
        few = only if only is not None and len(only) <= _FEW else None
        if only is not None:
            # More is fetched, in proportion to what the filter leaves out.
            limit = min(max(limit, limit * lexical.size // max(len(only), 1)), max(limit, _FETCHED_MAX))
        if query.best_possible > 0:
            for hit in lexical.search(lexical.known(query.terms), limit, few):
                if only is not None and hit.passage_id not in only:
                    continue
                found[hit.passage_id] = _Found(hit.passage_id, hit.score / query.best_possible, 0.0, hit.stored)
        weight = self._dense_weight if self._asks_vectors(query, len(found)) else 0.0
        if weight > 0:
            vector = self._embedder.embed_query(query.text)
            for passage_id, cosine in self._index.dense.search(vector, limit):
                if only is not None and passage_id not in only:
                    continue
                cosine = round(cosine, _COSINE_DIGITS)
                if passage_id in found:
                    found[passage_id].cosine = cosine
                elif cosine >= _DENSE_ONLY_FLOOR:
                    found[passage_id] = _Found(passage_id, 0.0, cosine, None)
        for item in found.values():
            item.score = (1 - weight) * item.lexical + weight * max(item.cosine, 0.0)
        return sorted(
            (item for item in found.values() if item.score > 0), key=lambda item: (-item.score, item.passage_id)
        )

    def _asks_vectors(self, query: Query, found: int) -> bool:
        """Whether the dense half is asked.

        The built-in vectors know spelling only. Where the index knows every word of the question and finds
        candidates enough, they change nothing (JSQuAD, n=2,066: hit@1 0.9405 with and without) and cost as much
        as the words; a misspelt word is what they are for.
        """
        if not query.text.strip():
            return False
        return not (self._spelling_only and query.familiar and found >= RANKED)

    def _pool(
        self, found: Sequence[_Found], depth: int, shown: Callable[[Passage], bool]
    ) -> tuple[list[tuple[Candidate, float]], Sequence[_Found]]:
        """The first ``depth`` candidates that may be shown, with their fused scores, and what is left."""
        pool: list[tuple[Candidate, float]] = []
        position = 0
        while len(pool) < depth and position < len(found):
            batch = found[position : position + depth - len(pool)]
            position += len(batch)
            passages = self._library.passages([item.passage_id for item in batch])
            for item in batch:
                passage = passages.get(item.passage_id)
                if passage is None or not shown(passage):
                    continue
                stored = item.stored or self._index.lexical.stored_words(item.passage_id)
                title, around = stored.title_and_around
                candidate = Candidate(passage, item.lexical, item.cosine, stored.spans, title, around)
                pool.append((candidate, item.score))
        return pool, found[position:]

    def _rank(self, query: Query, pool: Sequence[tuple[Candidate, float]]) -> list[tuple[Candidate, float]]:
        """The pool by the learned ranker. The best fused score stays the score of the first, so that it
        still tells how much of the best possible was found; the others fall off with their log-odds."""
        if not pool:
            return []
        candidates = [item for item, _ in pool]
        values = self._ranker.scores(query, candidates) + self._from_meaning(candidates)
        best = max(score for _, score in pool)
        shares = best * np.exp((values - values.max()) / _SCORE_SCALE)
        return sorted(
            zip(candidates, map(float, shares), strict=True), key=lambda pair: (-pair[1], pair[0].passage.passage_id)
        )

    def _from_meaning(self, candidates: Sequence[Candidate]) -> Floats:
        """What a model's vectors add to the log-odds. The built-in embedder knows spelling only, which the
        features know better.

        A model that finds the same passages as the words do may reorder them; one that points elsewhere is
        either weak in this language or right against all evidence, and the first is far more common.
        """
        return meaning(
            np.array([item.cosine for item in candidates]),
            np.array([item.lexical for item in candidates]),
            weight=0.0 if self._embedder.name == "builtin" else self._dense_weight,
        )

    def _further(
        self, rest: Sequence[_Found], count: int, shown: Callable[[Passage], bool], hits: Sequence[Hit]
    ) -> list[Hit]:
        """Hits beyond the pool, for callers that want very many: by fused score."""
        found: list[Hit] = []
        if count <= 0 or not hits:
            return found
        passages = self._library.passages([item.passage_id for item in rest])
        for item in rest:
            passage = passages.get(item.passage_id)
            if passage is not None and shown(passage) and len(found) < count:
                score = min(item.score, hits[-1].score)
                spans = self._index.lexical.span_words(item.passage_id)
                found.append(Hit(passage, len(hits) + len(found) + 1, score, spans))
        return found


_MEANING_SCALE = 4.0


def meaning(cosine: Floats, lexical: Floats, *, weight: float) -> Floats:
    """Log-odds from the cosines of a model's vectors, damped by how far they agree with the lexical scores.

    Args:
        cosine: Similarity of each candidate; 0 where the dense half did not find it.
        lexical: Share of the best possible lexical score of each.
        weight: Share of the dense half, 0 to 1.
    """
    if weight <= 0 or len(cosine) < 3 or cosine.max() <= 0:
        return np.zeros(len(cosine))
    found = cosine > 0
    floor = float(cosine[found].min())
    spread = max(float(cosine.max()) - floor, 1e-6)
    relative = np.where(found, (cosine - floor) / spread, 0.0)
    leader = int(lexical.argmax())
    agreement = float(relative[leader])
    return _MEANING_SCALE * weight * agreement * agreement * relative
