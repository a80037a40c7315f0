"""class Assistant: wires the steps together. The only composition root."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from assistant.answer.metadata import metadata_hits
from assistant.answer.pipeline import AnswerPipeline
from assistant.answer.reader import ExtractiveReader
from assistant.answer.specs import SpecCatalogue
from assistant.errors import AssistantError, ConfigError, CorpusError, IndexMissingError
from assistant.index.chroma_server import store_address
from assistant.index.generation import OpenRequest, SearchIndex, index_problems, open_index
from assistant.index.lock import WriterLock
from assistant.index.manifest import POINTER
from assistant.index.processes import BuildProcesses
from assistant.index.update import IndexReport, IndexUpdate
from assistant.library.store import ArticleSummary, Library
from assistant.models import Embedder, embedder_key, load_embedder, load_entailment
from assistant.receipt import ReceiptReport, make_receipt, verify_receipt
from assistant.retrieve.rerank import retriever_maker
from assistant.retrieve.retriever import Retriever
from assistant.settings import Settings, load_settings
from assistant.text.glossary import EMPTY, Glossary, load_glossary
from assistant.types import Answer, AnswerSentence, Article, CheckReport, Comparison, Hit, IndexRef, Passage
from assistant.verify.compare import compare_entities
from assistant.verify.desk import FactDesk, check_pair

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.runnables import Runnable

    from assistant.answer.chat import ChatReader

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Status:
    """What is in force and how healthy it is."""

    generation: str | None
    fingerprint: str
    counts: dict[str, int]
    embedder: str
    reader: str
    reranker: str  # "" for none
    entailment: str  # model that a chat model's sentences must also pass, "" for none: rules alone decide
    dense: str  # how vectors are searched: chroma, exact, or "" when nothing is indexed
    problems: tuple[str, ...]
    refused: tuple[tuple[str, str, int | None], ...]  # (path, reason, line)
    settings: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class _Open:
    """One generation in use. It is closed when the last question that uses it is done."""

    index: SearchIndex
    pipeline: AnswerPipeline
    retriever: Retriever
    desk: FactDesk
    stamp: tuple[int, int]
    users: int = 0
    retired: bool = False


class Assistant:
    """Answers questions from one library. Safe to share between threads.

    Use :meth:`open` and close it, or use it as a context manager.
    """

    def __init__(
        self, settings: Settings, library: Library, embedder: Embedder, glossary: Glossary, *, one_shot: bool
    ) -> None:
        self.settings = settings
        self._library = library
        self._embedder = embedder
        self._glossary = glossary
        self._one_shot = one_shot
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._open: _Open | None = None
        self._make_retriever = retriever_maker(settings)
        self._chat = _chat_reader(settings, library, glossary)
        self._build_processes = BuildProcesses()

    @classmethod
    def open(cls, settings: Settings | None = None, *, one_shot: bool = False) -> Assistant:
        """Open the library that ``settings`` name; the index is opened with the first question.

        Args:
            settings: The settings in force by default.
            one_shot: This process will answer one question and end, so what takes longer to load
                than to do without is not loaded.

        Raises:
            AssistantError: The library, the model or the glossary cannot be opened.
        """
        chosen = settings or load_settings()
        return cls(
            chosen,
            Library.open(chosen.library_location),
            load_embedder(chosen),
            _glossary(chosen),
            one_shot=one_shot,
        )

    def close(self) -> None:
        with self._lock:
            current, self._open = self._open, None
        if current is not None:
            self._retire(current)
        self._build_processes.close()
        self._library.close()

    def __enter__(self) -> Assistant:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- writing -------------------------------------------------------------------------------

    def index(
        self,
        paths: Sequence[Path | str] = (),
        *,
        rebuild: bool = False,
        strict: bool = False,
        on_step: Callable[[str, int, int], None] = lambda *_: None,
    ) -> IndexReport:
        """Read files and folders (the bundled corpus by default) and switch to an index of them.

        Raises:
            AssistantError: See :meth:`IndexUpdate.run`.
        """
        chosen = [Path(path) for path in paths] or [bundled_corpus()]
        update = IndexUpdate(self.settings, self._library, self._embedder, on_step, self._build_processes)
        return update.run(chosen, rebuild=rebuild, strict=strict)

    def keep_build_processes(self) -> None:
        """Let the processes that build an index live until :meth:`close`: a small change is then in
        force in a fraction of the time. For a process that indexes again and again."""
        self._build_processes.keep = True

    def remove(self, article_ids: Sequence[str], *, undo: bool = False) -> list[str]:
        """Withdraw articles, or lift that. They are gone from answers at once.

        Raises:
            CorpusError: An id is not in the library; nothing is withdrawn then.
        """
        with WriterLock(self.settings.home):
            known = self._library.article_sources()
            for article_id in article_ids:
                if article_id not in known:
                    raise CorpusError(
                        f"There is no article {article_id!r} in the library. `assistant sources` lists what is there."
                    )
            with self._library.write() as writer:
                writer.set_removed(list(article_ids), not undo)
        return list(article_ids)

    # -- asking --------------------------------------------------------------------------------

    def search(self, question: str, *, top_k: int | None = None) -> list[Hit]:
        """Ranked passages, best first."""
        with self._using() as current:
            return current.retriever.retrieve(question, top_k=top_k)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        as_of: date | None = None,
        lang: str | None = None,
    ) -> Answer:
        """A cited answer, or a refusal.

        Args:
            question: What the user wrote.
            history: Earlier turns, ``(question, answer text)``, oldest first.
            as_of: Answer as of that day.
            lang: ``ja`` or ``en`` for the words around the quotes; the question's language by default.
        """
        with self._using() as current:
            return current.pipeline.answer(question, lang=lang, hidden=self._later_than(as_of))

    def stream(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        as_of: date | None = None,
        lang: str | None = None,
    ) -> Iterator[AnswerSentence | Answer]:
        """Verified sentences as they pass, then the whole answer."""
        with self._using() as current:
            yield from current.pipeline.stream(question, lang=lang, hidden=self._later_than(as_of))

    def receipt(self, answer: Answer) -> dict[str, Any]:
        """What ``answer`` stands on, sealed, for :meth:`verify` on a later day."""
        return make_receipt(answer, self._library, settings=self.settings, key=self._receipt_key())

    def verify(self, receipt: object) -> ReceiptReport:
        """Which citations of a receipt still hold.

        Raises:
            ConfigError: ``receipt`` is none, or is sealed with a key that is not set.
        """
        return verify_receipt(receipt, self._library, key=self._receipt_key())

    def _receipt_key(self) -> str | None:
        key = self.settings.receipt_key
        return key.get_secret_value() if key is not None else None

    def check(self, draft: str, *, anchor: date | None = None, evidence: str | None = None) -> CheckReport:
        """Verdicts for the claims of a draft.

        Args:
            draft: Plain text; offsets of the claims point into it.
            anchor: The draft's date, for 昨年 and "last month"; without it such dates stay open.
            evidence: Judge the draft, as one claim, by this text alone and not by the library.
        """
        if evidence is not None:
            return check_pair(draft, evidence, anchor=anchor, glossary=self._glossary)
        with self._using() as current:
            return current.desk.check(draft, anchor=anchor)

    def compare(self, names: Sequence[str], *, attributes: Sequence[str] = ()) -> Comparison:
        """A cited table of the named products out of the spec sheets."""
        return compare_entities(self._spec_rows(), names, attributes)

    # -- looking -------------------------------------------------------------------------------

    def sources(self) -> list[ArticleSummary]:
        """Everything in the library, newest first."""
        return self._library.sources()

    def show(self, article_id: str, version: int | None = None) -> Article:
        """One article with its stored text.

        Raises:
            CorpusError: There is no such article or version.
        """
        return self._library.article(article_id, version)

    def status(self) -> Status:
        """What is in force and how healthy it is; never raises for a damaged or missing index."""
        try:
            problems = index_problems(self._request())
            generation, dense = self._generation_name()
        except IndexMissingError as exc:
            problems, generation, dense = (str(exc),), None, ""
        except AssistantError as exc:
            problems, generation, dense = (str(exc),), None, ""
        refused = tuple(
            (state.path, reason, line)
            for state in self._library.file_states().values()
            for reason, line in state.refusals
        )
        return Status(
            generation=generation,
            fingerprint=self._fingerprint(),
            counts=self._library.counts(self.settings.chunking),
            embedder=self._embedder.name,
            reader=self.settings.reader.model,
            reranker=self.settings.retrieve.reranker or "",
            entailment=self.settings.reader.nli_model or "",
            dense=dense,
            problems=problems,
            refused=refused,
            settings=self.settings.model_dump(mode="json"),
        )

    # -- for other people's chains -------------------------------------------------------------

    def as_retriever(self, *, top_k: int | None = None) -> BaseRetriever:
        """The search as a LangChain retriever; it moves to a new generation like everything else."""
        from assistant.answer.chain import PassageRetriever

        return PassageRetriever(search=lambda query: self.search(query, top_k=top_k))

    def as_chain(self) -> Runnable[str, Answer]:
        """retrieve → read → verify as a LangChain Runnable: a question in, a checked answer out."""
        from assistant.answer.chain import answer_chain

        return answer_chain(self._with_pipeline)

    def _with_pipeline(self, step: Callable[[AnswerPipeline], Any]) -> Any:
        with self._using() as current:
            return step(current.pipeline)

    # -- generations ---------------------------------------------------------------------------

    def _fingerprint(self) -> str:
        return self.settings.index_fingerprint(embedder=self._embedder.identity)

    def _request(self) -> OpenRequest:
        dense = self.settings.retrieve.dense
        if dense == "auto" and not self._one_shot:
            dense = "hnsw"
        return OpenRequest(
            index_dir=self.settings.index_dir,
            fingerprint=self._fingerprint(),
            embedder_key=embedder_key(self._embedder),
            chunking=self.settings.chunking,
            dense=dense,
            store=store_address(self.settings.store),
        )

    def _generation_name(self) -> tuple[str, str]:
        with self._lock:
            if self._open is not None:
                return self._open.index.generation, self._open.index.dense_kind
        pointer = (self.settings.index_dir / POINTER).read_text(encoding="utf-8", errors="replace").split()
        return (pointer[0] if pointer else "", "")

    def _stamp(self) -> tuple[int, int]:
        """Changes whenever the pointer is replaced."""
        try:
            stat = (self.settings.index_dir / POINTER).stat()
        except OSError:
            return (0, 0)
        return (stat.st_mtime_ns, stat.st_ino)

    def _current(self) -> _Open:
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

    def _open_generation(self, stamp: tuple[int, int]) -> _Open:
        if self._chat is not None:
            self._chat.warm()
        index = open_index(self._request(), self._library)
        for problem in index.problems:
            _LOGGER.warning(problem)
        retriever = self._make_retriever(
            index=index,
            library=self._library,
            embedder=self._embedder,
            glossary=self._glossary,
            settings=self.settings.retrieve,
            hidden=self._library.hidden_articles,
        )
        catalogue = SpecCatalogue(self._library.spec_passages(self.settings.chunking))
        pipeline = AnswerPipeline(
            retriever=retriever,
            reader=ExtractiveReader(max_sentences=self.settings.reader.max_sentences),
            article_text=self._library.text,
            newest=self._library.newest,
            index=IndexRef(index.generation, index.fingerprint),
            metadata_hits=lambda question, retrieved: metadata_hits(
                question, retrieved, self._library, self.settings.chunking
            ),
            hints=self._glossary.hints,
            spec_rows=lambda question, query: tuple(catalogue.lookup(question, query, self._library.hidden_articles())),
            chat=self._chat,
        )
        desk = FactDesk(
            retriever=retriever,
            library=self._library,
            glossary=self._glossary,
            hidden=self._library.hidden_articles,
            newest=self._library.newest,
            entailment=load_entailment(self.settings),
            nli_floor=self.settings.check.nli_floor,
        )
        return _Open(index, pipeline, retriever, desk, stamp)

    def _later_than(self, as_of: date | None) -> frozenset[str]:
        return frozenset() if as_of is None else self._library.published_after(as_of)

    def _using(self) -> _Use:
        return _Use(self)

    def _retire(self, current: _Open) -> None:
        with self._lock:
            current.retired = True
            idle = current.users == 0
        if idle:
            current.index.close()

    def _spec_rows(self) -> list[Passage]:
        hidden = self._library.hidden_articles()
        return [row for row in self._library.spec_passages(self.settings.chunking) if row.article_id not in hidden]


class _Use:
    """Keeps a generation open while a question is being answered."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._current: _Open | None = None

    def __enter__(self) -> _Open:
        while True:
            current = self._assistant._current()
            with self._assistant._lock:
                if not current.retired:
                    current.users += 1
                    self._current = current
                    return current

    def __exit__(self, *_: object) -> None:
        current = self._current
        assert current is not None
        with self._assistant._lock:
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


def bundled_corpus() -> Path:
    """The corpus that comes with the package: beside it in a checkout, inside it when installed.

    Raises:
        ConfigError: This installation has none.
    """
    package = Path(__file__).resolve().parent
    for candidate in (package.parent / "corpus", package / "_corpus"):
        if (candidate / "specs").is_dir():
            return candidate
    raise ConfigError("This installation has no bundled corpus. Name the files or folders to index.")


def _glossary(settings: Settings) -> Glossary:
    if settings.glossary is not None:
        return load_glossary(settings.glossary)
    try:
        path = bundled_corpus() / "glossary.yaml"
    except ConfigError:
        return EMPTY
    return load_glossary(path) if path.is_file() else EMPTY
