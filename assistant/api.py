"""class Assistant: wires the steps together. The only composition root."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from assistant.answer.pipeline import AnswerPipeline
from assistant.answer.valid import published_copies
from assistant.bundled import bundled_corpus, glossary_of
from assistant.errors import AssistantError, CorpusError, IndexMissingError
from assistant.index.generation import index_problems
from assistant.index.lock import WriterLock
from assistant.library.store import Library
from assistant.library.summary import ArticleSummary, LibraryReport, VersionSummary
from assistant.library.validity import Edition
from assistant.models import Embedder, load_embedder
from assistant.scope import Scope
from assistant.serving import Serving
from assistant.settings import Settings, load_settings
from assistant.text.glossary import Glossary
from assistant.types import Answer, AnswerSentence, Article, CheckReport, Comparison, Hit, PublishedCopy

# What only some calls need is imported inside them: a question asked on the command line should not wait
# for loaders, index builders and the fact desk to load.
if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.runnables import Runnable

    from assistant.index.processes import BuildProcesses
    from assistant.index.update import IndexReport
    from assistant.index.watch import Watch
    from assistant.receipt import ReceiptReport
    from assistant.verify.compare import Comparable


_DAYS_KEPT = 4  # days in the past that stay ready for questions
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
    library: LibraryReport = field(default_factory=LibraryReport)


@dataclass(frozen=True, slots=True)
class Related:
    """What a reader of an article should know of: what corrects it, what replaced it, where else it appeared."""

    corrected_by: tuple[PublishedCopy, ...] = ()
    superseded_by: tuple[PublishedCopy, ...] = ()
    copies: tuple[PublishedCopy, ...] = ()


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
        self._serving = Serving(settings, library, embedder, glossary, one_shot=one_shot)
        self._build_processes: BuildProcesses | None = None

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
            Library.open(chosen.library_location, chosen.zone),
            load_embedder(chosen),
            glossary_of(chosen),
            one_shot=one_shot,
        )

    def close(self) -> None:
        self._serving.close()
        if self._build_processes is not None:
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
        """Read files, folders and web addresses (the bundled corpus by default) and switch to an index of them.

        Raises:
            AssistantError: See :meth:`IndexUpdate.run`.
        """
        from assistant.index.update import IndexUpdate
        from assistant.index.watch import settle_files
        from assistant.ingest import is_url

        chosen = list(paths) or [bundled_corpus()]
        moved = settle_files(
            self.settings.home, self._library, [Path(path) for path in chosen if not is_url(str(path))]
        )
        update = IndexUpdate(self.settings, self._library, self._embedder, on_step, self._processes())
        report = update.run(chosen, rebuild=rebuild, strict=strict)
        report.moved = moved
        return report

    def watch(
        self,
        paths: Sequence[Path | str],
        *,
        on_report: Callable[[IndexReport | AssistantError, float], None] = lambda *_: None,
        on_step: Callable[[str, int, int], None] = lambda *_: None,
    ) -> Watch:
        """A watch that keeps the index up to date with files and folders; call its ``run``.

        Beside what :meth:`index` does, articles whose file is deleted are withdrawn until it is back.

        Raises:
            CorpusError: One of ``paths`` does not exist.
        """
        from assistant.index.watch import FollowFiles, Watch, existing_paths

        chosen = existing_paths(paths)
        self.keep_build_processes()
        follow = FollowFiles(self.settings.home, self._library, chosen, lambda: self.index(chosen, on_step=on_step))
        return Watch(chosen, follow, on_report)

    def keep_build_processes(self) -> None:
        """Let the processes that build an index live until :meth:`close`: a small change is then in
        force in a fraction of the time. For a process that indexes again and again."""
        from assistant.index.build import TASKS

        self._processes().keep_ready(TASKS)

    def _processes(self) -> BuildProcesses:
        if self._build_processes is None:
            from assistant.index.processes import BuildProcesses

            self._build_processes = BuildProcesses()
        return self._build_processes

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

    def search(self, question: str, *, top_k: int | None = None, scope: Scope | None = None) -> list[Hit]:
        """Ranked passages, best first; with ``scope`` of the articles inside it alone."""
        outside = self._serving.outside(scope)
        with self._serving.using() as current:
            hits = current.retriever.search(question, top_k=top_k, also_hidden=outside).hits
        copies = self._library.view().copies
        return [
            replace(hit, copies=published_copies([one for one in known if one.article_id not in outside]))
            if (known := copies.get(hit.passage.article_id))
            else hit
            for hit in hits
        ]

    def ask(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        as_of: date | None = None,
        lang: str | None = None,
        scope: Scope | None = None,
    ) -> Answer:
        """A cited answer, or a refusal.

        Args:
            question: What the user wrote.
            history: Earlier turns, ``(question, answer text)``, oldest first.
            as_of: Answer as of that day.
            lang: ``ja`` or ``en`` for the words around the quotes; the question's language by default.
            scope: Answer from the articles inside it alone.

        Raises:
            ConfigError: ``scope`` names a source that the library does not have.
        """
        hidden = self._serving.outside(scope)
        with self._serving.using() as current:
            pipeline = self._serving.pipeline_of(current, as_of)
            return pipeline.answer(question, history=history, lang=lang, hidden=hidden)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        as_of: date | None = None,
        lang: str | None = None,
        scope: Scope | None = None,
    ) -> Iterator[AnswerSentence | Answer]:
        """Verified sentences as they pass, then the whole answer. Arguments are those of :meth:`ask`."""
        hidden = self._serving.outside(scope)
        with self._serving.using() as current:
            pipeline = self._serving.pipeline_of(current, as_of)
            yield from pipeline.stream(question, history=history, lang=lang, hidden=hidden)

    def receipt(self, answer: Answer) -> dict[str, Any]:
        """What ``answer`` stands on, sealed, for :meth:`verify` on a later day."""
        from assistant.receipt import make_receipt

        return make_receipt(answer, self._library, settings=self.settings, key=self._receipt_key())

    def verify(self, receipt: object) -> ReceiptReport:
        """Which citations of a receipt still hold.

        Raises:
            ConfigError: ``receipt`` is none, or is sealed with a key that is not set.
        """
        from assistant.receipt import verify_receipt

        return verify_receipt(receipt, self._library, key=self._receipt_key())

    def _receipt_key(self) -> str | None:
        key = self.settings.receipt_key
        return key.get_secret_value() if key is not None else None

    def check(
        self,
        draft: str,
        *,
        anchor: date | None = None,
        evidence: str | None = None,
        on_claim: Callable[[int, int], None] = lambda *_: None,
    ) -> CheckReport:
        """Verdicts for the claims of a draft.

        Args:
            draft: Plain text; offsets of the claims point into it.
            anchor: The draft's date, for 昨年 and "last month"; without it such dates stay open.
            evidence: Judge the draft, as one claim, by this text alone and not by the library.
            on_claim: Told of the progress through a draft, ``(done, total)`` claims.
        """
        if evidence is not None:
            from assistant.verify.desk import check_pair

            return check_pair(draft, evidence, anchor=anchor, glossary=self._glossary)
        with self._serving.using() as current:
            return current.desk().check(draft, anchor=anchor, on_claim=on_claim)

    def compare(self, names: Sequence[str], *, attributes: Sequence[str] = ()) -> Comparison:
        """A cited table of the named products out of the spec sheets."""
        from assistant.verify.compare import compare_entities
        from assistant.verify.valid_cells import valid_rows, with_corrections

        chunking = self.settings.chunking
        rows = valid_rows(self._library, self._library.spec_passages(chunking), chunking)
        return with_corrections(self._library, compare_entities(rows, names, attributes), chunking)

    def comparables(self) -> list[Comparable]:
        """The products that :meth:`compare` knows, with their attributes in both languages."""
        from assistant.verify.compare import comparables
        from assistant.verify.valid_cells import valid_rows

        chunking = self.settings.chunking
        return comparables(valid_rows(self._library, self._library.spec_passages(chunking), chunking))

    # -- looking -------------------------------------------------------------------------------

    def sources(self) -> list[ArticleSummary]:
        """Everything in the library, newest first."""
        return self._library.sources()

    def refused(self) -> tuple[tuple[str, str, int | None], ...]:
        """What could not be read when it was last indexed: ``(path, reason, line)``."""
        return tuple(
            (state.path, reason, line)
            for state in self._library.file_states().values()
            for reason, line in state.refusals
        )

    def show(self, article_id: str, version: int | None = None, *, reader: bool = False) -> Article:
        """One article with its stored text, any version of it.

        Args:
            article_id: Which one.
            version: The current one by default; a citation names its own.
            reader: It is for a reader, who must not see what is withdrawn or under embargo. Editors do,
                with ``metadata.withdrawn`` set for whatever reason it is withdrawn.

        Raises:
            CorpusError: There is no such article or version, or a reader must not see it.
        """
        withheld = article_id in self._library.view().withheld
        if withheld and reader:
            raise CorpusError(f"The article {article_id!r} has been withdrawn or is not published yet.")
        article = self._library.article(article_id, version)
        if withheld and not article.metadata.withdrawn and self._library.withdrawn_marks().get(article_id):
            article = replace(article, metadata=replace(article.metadata, withdrawn=True))
        return article

    def related(self, article_id: str) -> Related:
        """What corrects or replaces an article and where else it was published, without what is withheld."""
        view = self._library.view()

        def shown(editions: Sequence[Edition]) -> tuple[PublishedCopy, ...]:
            # A correction counts from its day, which an article without a date has too.
            dated = [replace(one, published=one.published or one.day) for one in editions]
            return published_copies([one for one in dated if one.article_id not in view.withheld])

        superseded = view.superseded_by.get(article_id)
        return Related(
            shown(view.corrections.get(article_id, ())),
            shown([superseded] if superseded is not None else []),
            shown(view.copies.get(article_id, ())),
        )

    def withheld(self) -> frozenset[str]:
        """Articles that readers must not see now: withdrawn, removed or under embargo."""
        return self._library.view().withheld

    def history(self, article_id: str) -> list[VersionSummary]:
        """The stored versions of an article, the newest first.

        Raises:
            CorpusError: There is no such article.
        """
        return self._library.history(article_id)

    def status(self) -> Status:
        """What is in force and how healthy it is; never raises for a damaged or missing index."""
        try:
            problems = index_problems(self._serving.request())
            generation, dense = self._serving.generation_name()
        except IndexMissingError as exc:
            problems, generation, dense = (str(exc),), None, ""
        except AssistantError as exc:
            problems, generation, dense = (str(exc),), None, ""
        return Status(
            generation=generation,
            fingerprint=self._serving.fingerprint(),
            counts=self._library.counts(self.settings.chunking),
            embedder=self._embedder.name,
            reader=self.settings.reader.model,
            reranker=self.settings.retrieve.reranker or "",
            entailment=self.settings.reader.nli_model or "",
            dense=dense,
            problems=problems,
            refused=self.refused(),
            settings=self.settings.model_dump(mode="json"),
            library=self._library.report(),
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
        with self._serving.using() as current:
            return step(current.pipeline)
