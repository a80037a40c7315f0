"""The reader's fitted weights, as `python -m evals.bench.fit_reader` wrote them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

WEIGHTS_FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class ReaderWeights:
    """Weights by feature name. Features without a weight count for nothing."""

    sentence: dict[str, float]  # ranks sentences
    span: dict[str, float]  # ranks short answers within them
    joint: dict[str, float]  # ranks sentences again, knowing their best short answer
    answerable: dict[str, float]  # logit that the best sentence answers a Japanese question at all
    answerable_en: dict[str, float]  # the same for English


@lru_cache(maxsize=1)
def reader_weights() -> ReaderWeights:
    return ReaderWeights(**json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))["weights"])
