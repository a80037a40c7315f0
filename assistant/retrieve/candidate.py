"""What the ranker is given of a passage, and the array helpers that its features share."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.text.normalise import normalise
from assistant.types import Passage

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


class Candidate(NamedTuple):
    """A passage that one of the halves found, with what the index keeps of it."""

    passage: Passage
    lexical: float  # share of the best possible lexical score; 0 when only the dense half found it
    cosine: float  # 0 when the dense half did not find it
    spans: tuple[frozenset[str], ...]  # words of each quotable span
    title: frozenset[str]  # words of the title
    around: frozenset[str]  # words of headings, table header and caption


@lru_cache(maxsize=1024)
def folded(text: str) -> str:
    """Titles and table headers, which many passages share."""
    return normalise(text)


def row_shares(weights: Floats) -> Floats:
    return np.asarray(weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9))


def shares(weights: Floats) -> Floats:
    total = float(weights.sum())
    return weights / total if total > 0 else weights


def first_best(values: Floats, best: Floats, owner: Places, count: int) -> Places:
    """For each owner the first row with its best value."""
    places = np.flatnonzero(values >= best[owner])
    first = np.full(count, len(values), dtype=np.intp)
    np.minimum.at(first, owner[places], places)
    return first
