"""The learned ranker: a weighted sum of the features, with weights fitted by evals/bench/fit_ranker.py.

Linear, so that a person can read in ``ranker.json`` what counts and how much, and fast: one product of a
small matrix. Boosted trees over the same features were tried and did no better on held-out articles.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from assistant.errors import ConfigError
from assistant.retrieve.candidate import Candidate, Floats
from assistant.retrieve.features import NAMES, features
from assistant.retrieve.query import Query
from assistant.types import BlockKind

PRIOR = 6.0
"""Log-odds for the best lexical score where spec rows or heads of articles are among the candidates. The weights
were fitted on prose and plain tables, so among kinds they have not seen BM25 keeps a larger say."""
NAME_PENALTY = 8.0
"""Log-odds a passage loses that lacks the product named in the question while another has it. Not fitted: the
development sets hardly name products, and PPR-9088 must never stand for PPR-9087."""
HEAD_PENALTY = 3.0
"""Log-odds of an article's head: title, author and tags repeat what the article is about without telling it. The
development sets have none."""
WEIGHTS_FILE = Path(__file__).with_name("ranker.json")


@dataclass(frozen=True, slots=True)
class Ranker:
    """Weights of the features; ``table`` is added for passages that are rows of a table."""

    weights: Floats
    table: Floats

    def scores(self, query: Query, candidates: Sequence[Candidate]) -> Floats:
        """A log-odds score for each candidate: comparable within one question only, larger is better."""
        if not candidates:
            return np.zeros(0)
        values = features(query, candidates)
        scores = self.of_features(values)
        if any(item.passage.spec is not None or item.passage.kind is BlockKind.METADATA for item in candidates):
            scores = scores + PRIOR * values[:, NAMES.index("lexical_relative")]
        return scores

    def of_features(self, values: Floats) -> Floats:
        """Scores of rows of :func:`assistant.retrieve.features.features`."""
        is_table = values[:, NAMES.index("is_table")]
        named = values[:, NAMES.index("names_near")]
        missing = NAME_PENALTY * (named.max(initial=0.0) - named)
        heads = HEAD_PENALTY * values[:, NAMES.index("is_metadata")]
        return np.asarray(values @ self.weights + is_table * (values @ self.table) - missing - heads)


@lru_cache(maxsize=4)
def load_ranker(path: Path = WEIGHTS_FILE) -> Ranker:
    """Read fitted weights.

    Raises:
        ConfigError: The file is unreadable or was fitted for other features.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        weights, table = stored["weights"], stored["table"]
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ConfigError(
            f"The ranker's weights {path.name!r} cannot be read: {exc!r}. Install the package anew."
        ) from exc
    strange = sorted({*weights, *table} ^ set(NAMES))
    if strange:
        raise ConfigError(
            f"The ranker's weights {path.name!r} do not fit this version: feature {strange[0]!r}. "
            f"Run `python -m evals.bench.fit_ranker`."
        )
    return Ranker(np.array([weights[name] for name in NAMES]), np.array([table[name] for name in NAMES]))
