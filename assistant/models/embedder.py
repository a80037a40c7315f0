"""What every embedder offers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors of length 1."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def identity(self) -> str:
        """Everything that changes its vectors: model, revision, dimension, prompts, normalisation."""

    @property
    def dense_weight(self) -> float:
        """Share of the dense score in the fused score that suits this embedder, 0 to 1."""

    @property
    def ef_construction(self) -> int:
        """Breadth of the search that places a vector in the HNSW graph: broader recalls more and builds slower."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, float32 ``(len(texts), dim)``, rows of length 1."""

    def embed_query(self, text: str) -> Vectors:
        """Vector of a query, float32 ``(dim,)``, length 1."""


def embedder_key(embedder: Embedder) -> str:
    """Short hash of the identity, the key under which the library keeps vectors."""
    return hashlib.blake2b(embedder.identity.encode(), digest_size=8).hexdigest()
