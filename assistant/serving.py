"""What answers a question: the index in force, opened and wired, and moved to the next one unnoticed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from assistant.answer.metadata import metadata_hits
from assistant.answer.pipeline import AnswerPipeline
from assistant.answer.reader import ExtractiveReader
from assistant.answer.sheets import SheetDesk
from assistant.answer.specs import SpecCatalogue
from assistant.answer.valid import Validity
from assistant.errors import AssistantError, ConfigError
from assistant.index.chroma_server import store_address
from assistant.index.generation import OpenRequest, SearchIndex, open_index
from assistant.index.manifest import POINTER
from assistant.index.older import with_older_versions
from assistant.library.store import Library
from assistant.library.summary import ArticleSummary
from assistant.library.validity import View
from assistant.models import Embedder, embedder_key, load_entailment
from assistant.retrieve.rerank import retriever_maker
from assistant.retrieve.retriever import Retriever
from assistant.scope import Scope
from assistant.settings import Settings
from assistant.text.glossary import Glossary
from assistant.types import IndexRef

if TYPE_CHECKING:
    from assistant.answer.chat import ChatReader
    from assistant.verify.desk import FactDesk

_DAYS_KEPT = 4  # days in the past that stay ready for questions
_SCOPES_KEPT = 64
_LOGGER = logging.getLogger(__name__)


@dataclass(slots=True)
class InUse:
    """One generation in use. It is closed when the last question that uses it is done."""

    index: SearchIndex
    pipeline: AnswerPipeline
    retriever: Retriever
    desk: Callable[[], FactDesk]  # made when the first draft or statement is checked
    stamp: tuple[int, int]
    users: int = 0
    retired: bool = False
    days: dict[date, tuple[View, AnswerPipeline]] = field(default_factory=dict)


class Serving:
    """Opens the index in force when a question needs it, and again whenever another is switched to. Safe to
    share between threads; questions in progress keep the index they began with."""

    def __init__(
        self, settings: Settings, library: Library, embedder: Embedder, glossary: Glossary, *, one_shot: bool
    ) -> None:
        self._settings = settings
        self._library = library
        self._embedder = embedder
        self._glossary = glossary
        self._one_shot = one_shot
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._open: InUse | None = None
        self._make_retriever = retriever_maker(settings)
        self._outside: dict[Scope, tuple[View, frozenset[str]]] = {}
        self.chat = _chat_reader(settings, library, glossary)

    def close(self) -> None:
        with self._lock:
            current, self._open = self._open, None
        if current is not None:
            self._retire(current)

    def using(self) -> _Use:
        """A context in which the index in force stays open."""
        return _Use(self)

    def fingerprint(self) -> str:
        """What an index must have been built with to be used."""
        return self._settings.index_fingerprint(embedder=self._embedder.identity)

    def request(self) -> OpenRequest:
        """The index asked for."""
        dense = self._settings.retrieve.dense
        if dense == "auto" and not self._one_shot:
            dense = "hnsw"
        return OpenRequest(
            index_dir=self._settings.index_dir,
            fingerprint=self.fingerprint(),
            embedder_key=embedder_key(self._embedder),
            chunking=self._settings.chunking,
            dense=dense,
            store=store_address(self._settings.store),
        )

    def generation_name(self) -> tuple[str, str]:
        """The generation in force and how its vectors are searched, "" while it is not open."""
        with self._lock:
            if self._open is not None:
                return self._open.index.generation, self._open.index.dense_kind
        pointer = (self._settings.index_dir / POINTER).read_text(encoding="utf-8", errors="replace").split()
        return (pointer[0] if pointer else "", "")

    def _stamp(self) -> tuple[int, int]:
        """Changes whenever the pointer is replaced."""
        try:
            stat = (self._settings.index_dir / POINTER).stat()
        except OSError:
            return (0, 0)
        return (stat.st_mtime_ns, stat.st_ino)

    def current(self) -> InUse:
        """The generation in force, opened on first use and again whenever the pointer moves."""
        stamp = self._stamp()
        with self._lock:
            current = self._open
            if current is not None and current.stamp == stamp:
                return current
        with self._opening:
            with self._lock:
                current = self._open
                if current is not None and current.stamp == stamp:
                    return current
            try:
                fresh = self._open_generation(stamp)
            except AssistantError:
                # A new generation that cannot be opened must not take the old one down.
                if current is None:
                    raise
                _LOGGER.exception("the new index cannot be opened; the old one stays in use")
                current.stamp = stamp
                return current
            with self._lock:
                self._open = fresh
            if current is not None:
                self._retire(current)
            return fresh

    def _open_generation(self, stamp: tuple[int, int]) -> InUse:
        if self.chat is not None:
            self.chat.warm()
        index = open_index(self.request(), self._library)
        for problem in index.problems:
            _LOGGER.warning(problem)
        return self.wired(index, self._library.view, stamp)

    def wired(
        self,
        index: SearchIndex,
        view: Callable[[], View],
        stamp: tuple[int, int],
        day: date | None = None,
        share: float = 1.0,
    ) -> InUse:
        """What answers from ``index`` under a view. ``share`` of the passages found may be shown, about."""
        settings, chunking = self._settings.retrieve, self._settings.chunking
        candidates = min(2000, round(settings.candidates / max(share, 0.01)))

        def searching(fetched: int) -> Retriever:
            return self._make_retriever(
                index=index,
                library=self._library,
                embedder=self._embedder,
                glossary=self._glossary,
                settings=settings.model_copy(update={"candidates": fetched}),
                hidden=lambda: view().hidden,
            )

        retriever = searching(candidates)
        catalogue = SpecCatalogue(self._library.spec_passages(chunking, older=view().older))
        reading = self._settings.reader

        @cache
        def desk() -> FactDesk:
            from assistant.verify.desk import FactDesk
            from assistant.verify.search import CANDIDATES

            return FactDesk(
                retriever=searching(min(candidates, CANDIDATES)),
                library=self._library,
                glossary=self._glossary,
                newest=self._library.newest,
                entailment=load_entailment(self._settings),
                nli_floor=self._settings.check.nli_floor,
            )

        if not self._one_shot:
            desk()  # a server loads it before the first draft comes
        pipeline = AnswerPipeline(
            retriever=retriever,
            reader=ExtractiveReader(max_sentences=reading.max_sentences, threshold=reading.answer_threshold),
            valid=Validity(self._library, chunking, view),
            article_text=self._library.text,
            newest=self._library.newest if day is None else lambda: view().newest,
            index=IndexRef(index.generation, index.fingerprint),
            metadata_hits=lambda question, retrieved: metadata_hits(
                question, retrieved, self._library, chunking, hidden=view().hidden
            ),
            hints=self._glossary.hints,
            spec_rows=lambda question, query: tuple(catalogue.lookup(question, query, view().hidden)),
            chat=self.chat,
            as_of=day.isoformat() if day is not None else None,
            sheets=SheetDesk(catalogue),
            names=lambda text: [place for place, _ in catalogue.places(text)],
            check=(lambda draft: desk().check(draft)) if day is None else None,  # the fact desk knows the present only
        )
        return InUse(index, pipeline, retriever, desk, stamp)

    def pipeline_of(self, current: InUse, day: date | None) -> AnswerPipeline:
        """The pipeline for questions of now, or as of a day."""
        if day is None:
            return current.pipeline
        view = self._library.view(day)
        known = current.days.get(day)
        if known is not None and known[0] is view:
            return known[1]
        index = with_older_versions(
            current.index,
            *self._library.older_passages(view.older, self._settings.chunking, self.request().embedder_key),
        )
        total = max(1, len(self._library.article_sources()))
        share = 1 - len(view.hidden) / total
        pipeline = self.wired(index, lambda: view, current.stamp, day, share).pipeline
        if len(current.days) >= _DAYS_KEPT:
            current.days.clear()
        current.days[day] = (view, pipeline)
        return pipeline

    def outside(self, scope: Scope | None) -> frozenset[str]:
        """The articles that a filter leaves out; kept until the library changes.

        Raises:
            ConfigError: It names a source that the library does not have.
        """
        if not scope:
            return frozenset()
        view = self._library.view()
        with self._lock:
            kept = self._outside.get(scope)
        if kept is not None and kept[0] is view:
            return kept[1]
        summaries = self._library.sources()
        for name in scope.sources:
            if not any(Scope((name,)).admits(**_facts(item)) for item in summaries):
                raise ConfigError(
                    f"No article, site, file or folder is called {name!r}. `assistant sources` lists what is there."
                )
        outside = frozenset(item.article_id for item in summaries if not scope.admits(**_facts(item)))
        with self._lock:
            if len(self._outside) >= _SCOPES_KEPT:
                self._outside.clear()
            self._outside[scope] = (view, outside)
        return outside

    def _retire(self, current: InUse) -> None:
        with self._lock:
            current.retired = True
            idle = current.users == 0
        if idle:
            current.index.close()


def _facts(item: ArticleSummary) -> dict[str, Any]:
    return {
        "article_id": item.article_id,
        "lang": item.lang,
        "published": item.published,
        "url": item.url,
        "source_path": item.source_path,
    }


class _Use:
    """Keeps a generation open while a question is being answered."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._current: InUse | None = None

    def __enter__(self) -> InUse:
        while True:
            current = self._serving.current()
            with self._serving._lock:
                if not current.retired:
                    current.users += 1
                    self._current = current
                    return current

    def __exit__(self, *_: object) -> None:
        current = self._current
        assert current is not None
        with self._serving._lock:
            current.users -= 1
            done = current.retired and current.users == 0
        if done:
            current.index.close()


def _chat_reader(settings: Settings, library: Library, glossary: Glossary) -> ChatReader | None:
    """The chat reader of the settings. Its modules are loaded only where one is set."""
    if settings.reader.model == ExtractiveReader.name:
        return None
    from assistant.chat_setup import make_chat_reader

    return make_chat_reader(settings, library, glossary)
