"""Passages for the claims of one draft: each text searched once, in the fused order of both halves."""

from __future__ import annotations

from assistant.retrieve.retriever import Retriever
from assistant.types import Hit

TOP_K = 12
"""Passages looked through for one claim."""
CANDIDATES = 24
"""Passages fetched from each half. The desk weighs every sentence by itself, so the learned ranker, which costs as
much as the rest of a search, is not asked, and what it would have to choose from need not be fetched."""


class DraftSearch:
    """Searches for one check. ``hidden`` are the articles nobody may be shown now."""

    def __init__(self, retriever: Retriever, hidden: frozenset[str]) -> None:
        self._retriever = retriever
        self._hidden = hidden
        self._known: dict[str, list[Hit]] = {}

    def hits(self, text: str) -> list[Hit]:
        """The best passages for a text, best first."""
        found = self._known.get(text)
        if found is None:
            best = self._retriever.fused(
                text, top_k=TOP_K, shown=lambda passage: passage.article_id not in self._hidden
            )
            found = self._known[text] = [
                Hit(passage, rank, score) for rank, (passage, score) in enumerate(best, start=1)
            ]
        return found
