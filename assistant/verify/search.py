"""Passages for the claims of one draft: each text searched once, in the fused order of both halves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from assistant.retrieve.retriever import Retriever
from assistant.types import Hit

TOP_K = 12
"""Passages looked through for one claim."""
CANDIDATES = 24
"""Passages fetched from each half. The desk weighs every sentence by itself, so the learned ranker, which costs as
much as the rest of a search, is not asked, and what it would have to choose from need not be fetched."""


class DraftSearch:
    """Searches for one check. ``hidden`` are the articles nobody may be shown now.

    What a draft says is known beforehand, so a thread of its own may search ahead of the judging: the index searches
    outside the interpreter's lock, and on two cores that time is not waited for.
    """

    def __init__(self, retriever: Retriever, hidden: frozenset[str]) -> None:
        self._retriever = retriever
        self._hidden = hidden
        self._known: dict[str, list[Hit]] = {}
        self._ahead: dict[str, Future[list[Hit]]] = {}

    @contextmanager
    def ahead(self, texts: Iterable[str]) -> Iterator[None]:
        """Search for ``texts``, in their order, while the caller goes on; what is not reached is dropped at the end."""
        wanted = list(dict.fromkeys(texts))
        if len(wanted) < 2:  # nothing to be ahead of
            yield
            return
        searcher = ThreadPoolExecutor(1, thread_name_prefix="search-ahead")
        try:
            self._ahead = {text: searcher.submit(self._look, text) for text in wanted}
            yield
        finally:
            searcher.shutdown(cancel_futures=True)
            self._ahead = {}

    def hits(self, text: str) -> list[Hit]:
        """The best passages for a text, best first."""
        found = self._known.get(text)
        if found is None:
            begun = self._ahead.get(text)
            found = self._known[text] = begun.result() if begun is not None else self._look(text)
        return found

    def _look(self, text: str) -> list[Hit]:
        best = self._retriever.fused(text, top_k=TOP_K, shown=lambda passage: passage.article_id not in self._hidden)
        return [Hit(passage, rank, score) for rank, (passage, score) in enumerate(best, start=1)]
