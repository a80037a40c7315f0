"""Which articles another article corrects."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from assistant.library.store import Library
from assistant.retrieve.retriever import Retriever
from assistant.text.normalise import normalise
from assistant.types import Passage


class Corrections:
    """Finds the correction of an article, by the ids, addresses and titles that corrections name.

    The list is read once; a desk lives as long as one index generation.
    """

    def __init__(self, library: Library, retriever: Retriever, hidden: Callable[[], frozenset[str]]) -> None:
        self._library = library
        self._retriever = retriever
        self._hidden = hidden
        self._lock = Lock()
        self._table: dict[str, list[tuple[str, str]]] | None = None
        self._passages: dict[str, Passage | None] = {}

    def of(self, article_id: str) -> Passage | None:
        """A passage of the article that corrects ``article_id``, or None."""
        with self._lock:
            if self._table is None:
                self._table = self._read()
            entries = self._table.get(article_id)
        if not entries:
            return None
        hidden = self._hidden()
        for correction_id, title in entries:
            if correction_id in hidden:
                continue
            if correction_id not in self._passages:
                hits = self._retriever.retrieve(title, top_k=20)
                found = [hit.passage for hit in hits if hit.passage.article_id == correction_id]
                found.sort(key=lambda passage: passage.ordinal)
                self._passages[correction_id] = next(
                    (item for item in found if item.kind.value == "paragraph"), found[0] if found else None
                )
            passage = self._passages[correction_id]
            if passage is not None:
                return passage
        return None

    def _read(self) -> dict[str, list[tuple[str, str]]]:
        correcting = self._library.corrections()
        if not correcting:
            return {}
        named: dict[str, str] = {}
        for summary in self._library.sources():
            named[summary.article_id] = summary.article_id
            named.setdefault(normalise(summary.title), summary.article_id)
            if summary.url:
                named.setdefault(summary.url, summary.article_id)
        table: dict[str, list[tuple[str, str]]] = {}
        for article_id, title, keys in correcting:
            for key in keys:
                target = named.get(key) or named.get(normalise(key))
                if target is not None and target != article_id:
                    table.setdefault(target, []).append((article_id, title))
        return table
