"""Lets a search see versions that are not the current ones, for questions as of a day.

The generation holds current versions only, so that the normal path never meets anything else. For a day in
the past the few articles that had another version then are left out of the generation's hits, and their
older passages are scored beside them with the generation's own term statistics.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from assistant.index.dense import DenseIndex, ExactDense, Vectors
from assistant.index.generation import SearchIndex
from assistant.index.lexical import FIELDS, K1, LexicalHit, LexicalIndex, QueryTerm, StoredWords, tokens_of
from assistant.types import Passage

_B = 0.75  # Tantivy's length normalisation


def with_older_versions(
    index: SearchIndex, passages: Sequence[Passage], vectors: tuple[list[str], Vectors], left_out: frozenset[str]
) -> SearchIndex:
    """An index that finds ``passages`` too and never those in ``left_out``. Closing it does not close ``index``.

    Args:
        index: The generation in force.
        passages: Passages of older versions.
        vectors: Their ids and vectors, as far as stored.
        left_out: Passage ids of the versions they stand for.
    """
    return replace(
        index,
        lexical=_OlderLexical(index.lexical, passages, left_out),
        dense=_OlderDense(index.dense, ExactDense(*vectors), left_out),
        _lease=None,
        _lease_dir=None,
    )


class _OlderLexical(LexicalIndex):
    """A lexical index with a few passages more, scored by BM25 with its document frequencies."""

    def __init__(self, base: LexicalIndex, passages: Sequence[Passage], left_out: frozenset[str]) -> None:
        super().__init__(base._index)
        self._base = base
        self._left_out = left_out
        self._stored: dict[str, StoredWords] = {}
        self._postings: dict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
        counts = {passage.passage_id: self._analysed(passage) for passage in passages}
        for field in FIELDS:
            mean = sum(found[field].total() for found in counts.values()) / max(1, len(passages)) or 1.0
            for passage_id, found in counts.items():
                norm = K1 * (1 - _B + _B * found[field].total() / mean)
                for term, count in found[field].items():
                    self._postings[field, term].append((passage_id, count * (K1 + 1) / (count + norm)))

    def _analysed(self, passage: Passage) -> dict[str, Counter[str]]:
        """Terms of each field with their counts; the words of the spans are kept for the reader."""
        tokens = tokens_of(passage)
        self._stored[passage.passage_id] = StoredWords.of(tokens)
        return {field: Counter(getattr(tokens, field).split()) for field in FIELDS}

    def search(self, terms: Sequence[QueryTerm], limit: int, only: Collection[str] | None = None) -> list[LexicalHit]:
        found = self._base.search(terms, limit + len(self._left_out), only)
        hits = [hit for hit in found if hit.passage_id not in self._left_out]
        scores: dict[str, float] = defaultdict(float)
        for item in terms:
            weight = item.weight * self.idf(item.field, item.term)
            for passage_id, gain in self._postings.get((item.field, item.term), ()):
                if only is None or passage_id in only:
                    scores[passage_id] += weight * gain
        hits += [
            LexicalHit(passage_id, score, self._stored[passage_id]) for passage_id, score in scores.items() if score > 0
        ]
        hits.sort(key=lambda hit: (-hit.score, hit.passage_id))
        return hits[:limit]

    def document_frequency(self, field: str, term: str) -> int:
        """Of the generation, and one where only an older version has the term."""
        found = self._base.document_frequency(field, term)
        return found or int((field, term) in self._postings)

    def stored_words(self, passage_id: str) -> StoredWords:
        own = self._stored.get(passage_id)
        return self._base.stored_words(passage_id) if own is None else own


class _OlderDense:
    """Both sets of vectors, compared with one query."""

    def __init__(self, base: DenseIndex, older: ExactDense, left_out: frozenset[str]) -> None:
        self._base = base
        self._older = older
        self._left_out = left_out

    @property
    def size(self) -> int:
        return self._base.size + self._older.size

    def search(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        found = [
            pair for pair in self._base.search(vector, limit + len(self._left_out)) if pair[0] not in self._left_out
        ]
        if self._older.size:
            found += self._older.search(np.asarray(vector), limit)
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def close(self) -> None:
        """Nothing of its own is open."""
