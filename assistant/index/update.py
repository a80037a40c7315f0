"""From files to a new generation: read, cut, store, embed, build, switch."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant import ingest
from assistant.chunk import Chunks, chunk
from assistant.errors import CorpusError
from assistant.index.build import Base, BuildPlan, GenerationBuild, clean, reusable_base
from assistant.index.chroma_server import store_address
from assistant.index.intake import intake_for
from assistant.index.lock import WriterLock
from assistant.index.processes import BuildProcesses
from assistant.library.rows import Encoded, embedding_key, embedding_text, encode
from assistant.library.store import Library
from assistant.library.summary import FileState
from assistant.library.writer import CurrentVersion, LibraryWriter
from assistant.models import Embedder, embedder_key
from assistant.settings import Settings
from assistant.types import Article, Passage, Refusal

_ARTICLES_A_TRANSACTION = 2000
_CHARS_A_TRANSACTION = 4_000_000
_TEXTS_A_TRANSACTION = 5000
_COLLECT_AFTER = (100_000, 20, 50)

StepListener = Callable[[str, int, int], None]


@dataclass(slots=True)
class IndexReport:
    """What one run of `assistant index` did. Lists hold article ids, or paths for ``missing``."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0  # articles
    refused: list[Refusal] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # indexed before, now gone from an indexed folder
    withdrawn: list[str] = field(default_factory=list)  # in the files, but withdrawn
    moved: list[tuple[str, str]] = field(default_factory=list)  # (old path, new path): same bytes, elsewhere now
    gone: list[str] = field(default_factory=list)  # withdrawn because their file was deleted (watch only)
    passages: int = 0
    generation: str = ""
    built: bool = False
    seconds: float = 0.0
    hidden: dict[str, dict[str, int]] = field(default_factory=dict)  # article id -> kind -> characters nobody sees


class IndexUpdate:
    """One run of indexing. Create and call :meth:`run` once."""

    def __init__(
        self,
        settings: Settings,
        library: Library,
        embedder: Embedder,
        on_step: StepListener = lambda *_: None,
        processes: BuildProcesses | None = None,
        *,
        intake: ingest.Intake | None = None,
    ) -> None:
        self._processes = processes
        self._settings = settings
        self._library = library
        self._embedder = embedder
        self._embedder_key = embedder_key(embedder)
        self._on_step = on_step
        self._report = IndexReport()
        self._used: dict[str, str] = {}  # article id -> source, of this run
        self._source_paths: dict[str, str] | None = None
        self._pending: list[Article] = []
        self._pending_files: list[FileState] = []
        self._pending_chars = 0
        self._build: GenerationBuild | None = None
        self._intake = intake or intake_for(settings)
        self._plan = BuildPlan(
            library_url=settings.library_location,
            index_dir=settings.index_dir,
            fingerprint=settings.index_fingerprint(embedder=embedder.identity),
            embedder=embedder.identity,
            embedder_key=self._embedder_key,
            chunking=settings.chunking,
            ef_search=settings.retrieve.ef_search,
            ef_construction=embedder.ef_construction,
            store=store_address(settings.store),
        )

    def run(self, paths: Sequence[Path | str], *, rebuild: bool = False, strict: bool = False) -> IndexReport:
        """Read ``paths`` and bring the index up to date with the library.

        Args:
            paths: Files, folders and web addresses (these as text).
            rebuild: Read every file again and build from nothing.
            strict: Store nothing if any file, or line of a file, is refused.

        Raises:
            IndexBusyError: Another process is writing.
            CorpusError: No file was found, or ``strict`` and something was refused.
            IndexStoreError: The build failed; the old index stays in force.
        """
        started = time.perf_counter()
        with WriterLock(self._settings.home), self._intake, _rare_collections(), contextlib.ExitStack() as stack:
            addresses = [str(path) for path in paths if ingest.is_url(str(path))]
            places = [Path(path) for path in paths if str(path) not in addresses]
            files, refusals = ingest.discover(places, max_depth=self._intake.limits.max_depth)
            self._report.refused.extend(refusals)
            pages = self._fetch(addresses)
            if not files and not pages:
                refusals = self._report.refused
                reason = f"{refusals[0].path}: {refusals[0].reason}" if refusals else "no file was found there"
                raise CorpusError(f"Nothing could be read. {reason}. The library and the index are as they were.")
            if strict:
                self._refuse_strictly([*files, *(page.source for page in pages)])
            base = None if rebuild else reusable_base(self._plan)
            if base is None:
                # All of it is built anew: passages go to the build processes as they are stored.
                self._build = stack.enter_context(GenerationBuild(self._plan, self._on_step, self._processes))
            self._find_missing(places)
            self._read([*files, *pages], again=rebuild)
            self._remember(refusals)
            self._cut_again()
            self._embed()
            self._switch(base, stack)
        self._report.seconds = time.perf_counter() - started
        return self._report

    # -- read and store ------------------------------------------------------------------------

    def _fetch(self, addresses: Sequence[str]) -> list[ingest.Taken]:
        pages = []
        for number, address in enumerate(addresses):
            self._on_step("fetch", number, len(addresses))
            try:
                pages.append(self._intake.take_url(address))
            except ingest.UnreadableSource as exc:
                self._report.refused.append(Refusal(address, str(exc)))
        return pages

    def _read(self, files: Sequence[ingest.SourceFile | ingest.Taken], *, again: bool) -> None:
        """Read files and store their articles; those already taken are from the web."""
        states = self._library.file_states()
        for number, item in enumerate(files):
            self._on_step("read", number, len(files))
            source = item.source if isinstance(item, ingest.Taken) else item
            path = source.name
            known = states.get(path)
            current = known is not None and not again and self._intake.would_read_alike(known.ingest)
            if known is not None and current and not source.url and _unchanged(source.path, known):
                self._keep(known)
                continue
            try:
                taken = item if isinstance(item, ingest.Taken) else self._intake.take(source)
            except ingest.UnreadableSource as exc:  # gone, locked, too large: what was stored of it stays
                self._report.refused.append(source.refusal(str(exc)))
                if known is not None:
                    self._used.update(dict.fromkeys(known.article_ids, path))
                self._pending_files.append(_unread(path, str(exc), known))
                continue
            if known is not None and current and known.sha256 == taken.sha256:
                with self._library.write() as writer:
                    writer.touch_file(path, taken.mtime_ns)
                self._keep(known)
                continue
            self._load(taken.source, FileState(path, taken.sha256, taken.size, taken.mtime_ns, "", (), ()), known)
        self._flush()
        self._on_step("read", len(files), len(files))

    def _keep(self, known: FileState) -> None:
        self._report.unchanged += len(known.article_ids)
        self._used.update(dict.fromkeys(known.article_ids, known.path))
        self._report.refused.extend(Refusal(known.path, reason, line) for reason, line in known.refusals)

    def _load(self, source: ingest.SourceFile, state: FileState, known: FileState | None) -> None:
        article_ids: list[str] = []
        refusals: list[Refusal] = []
        for item in self._intake.load(source):
            if isinstance(item, Refusal):
                refusals.append(item)
                if item.unpublished and known is not None:
                    article_ids.extend(self._withdraw(known))
                continue
            article = self._identified(item, known)
            if article is None:
                refusals.append(
                    Refusal(
                        state.path, f"the id {item.article_id!r} is already used by {self._used[item.article_id]!r}"
                    )
                )
                continue
            self._used[article.article_id] = state.path
            article_ids.append(article.article_id)
            if article.metadata.hidden:
                self._report.hidden[article.article_id] = {item.kind: item.count for item in article.metadata.hidden}
            self._pending.append(article)
            self._pending_chars += len(article.text)
            if len(self._pending) >= _ARTICLES_A_TRANSACTION or self._pending_chars >= _CHARS_A_TRANSACTION:
                self._flush()
                self._on_step("store", len(article_ids), 0)
        self._report.refused.extend(refusals)
        self._pending_files.append(
            replace(
                state,
                ingest=self._intake.version(complete=not refusals),
                article_ids=tuple(article_ids),
                refusals=tuple((refusal.reason, refusal.line) for refusal in refusals),
            )
        )

    def _withdraw(self, known: FileState) -> list[str]:
        """Withdraw the articles of a file that has become a draft, until it is published again."""
        for article_id in known.article_ids:
            article = self._library.article(article_id)
            self._pending.append(replace(article, metadata=replace(article.metadata, withdrawn=True)))
            self._report.withdrawn.append(article_id)
            self._used[article_id] = known.path
        return list(known.article_ids)

    def _identified(self, article: Article, known: FileState | None) -> Article | None:
        """Give an article its id: the one its source names, the one it had, or a free one made from
        the file name. None when the source names an id that another source of this run has."""
        if article.id_is_explicit:
            return None if article.article_id in self._used else article
        if known is not None and len(known.article_ids) == 1 and known.article_ids[0] not in self._used:
            return replace(article, article_id=known.article_ids[0])
        path = Path(article.source_path)
        stem = article.article_id
        suffix = path.suffix.lstrip(".").lower()
        digest = hashlib.blake2b(article.source_path.encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()
        sources = self._sources()
        for candidate in (stem, f"{_slug(path.parent.name)}-{stem}", f"{stem}-{suffix}", f"{stem}-{digest}"):
            if candidate in self._used:
                continue
            owner = sources.get(candidate)
            # An id whose file is gone passes to the file that took its name: it was moved.
            if owner is None or owner == article.source_path or _is_gone(owner):
                return replace(article, article_id=candidate)
        return replace(article, article_id=f"{stem}-{digest}")

    def _sources(self) -> dict[str, str]:
        if self._source_paths is None:
            self._source_paths = self._library.article_sources()
        return self._source_paths

    def _flush(self) -> None:
        """Store what is pending, with vectors, in one transaction: articles first, then the files
        they came from, so that a file counts as read only when all of it is stored."""
        articles, files = self._pending, self._pending_files
        self._pending, self._pending_files, self._pending_chars = [], [], 0
        if not articles and not files:
            return
        with self._library.write() as writer:
            current = writer.current([article.article_id for article in articles])
            fresh: list[tuple[Encoded, Chunks, CurrentVersion | None]] = []
            for article in articles:
                known = current.get(article.article_id)
                if known is not None and known.withdrawn:
                    self._report.withdrawn.append(article.article_id)
                encoded = encode(article)
                if known is not None and known.content_hash == encoded.content_hash:
                    self._report.unchanged += 1
                    continue
                if known is not None:
                    article = replace(article, version=known.version + 1)
                    encoded = replace(encoded, article=article)
                fresh.append((encoded, chunk(article, self._settings.chunk), known))
                (self._report.added if known is None else self._report.changed).append(article.article_id)
            writer.put(fresh, self._settings.chunking)
            passages = [passage for _, chunks, _ in fresh for passage in chunks.passages]
            self._put_vectors(writer, {embedding_key(passage): passage for passage in passages})
            for state in files:
                writer.put_file(state)
        if self._build is not None and passages:
            self._build.feed([passage.passage_id for passage in passages])

    def _put_vectors(self, writer: LibraryWriter, wanted: Mapping[str, Passage]) -> None:
        """Embed and store the texts that have no vector yet."""
        known = writer.known_vectors(self._embedder_key, list(wanted))
        missing = [key for key in wanted if key not in known]
        if missing:
            matrix = self._embedder.embed_passages([embedding_text(wanted[key]) for key in missing])
            writer.put_vectors(self._embedder_key, missing, matrix)

    def _refuse_strictly(self, files: Sequence[ingest.SourceFile]) -> None:
        for number, source in enumerate(files):
            self._on_step("check", number, len(files))
            self._report.refused.extend(
                item for item in self._intake.load(source) if isinstance(item, Refusal) and not item.unpublished
            )
        if self._report.refused:
            first = self._report.refused[0]
            place = first.path + (f":{first.line}" if first.line else "")
            raise CorpusError(
                f"{len(self._report.refused)} sources were refused and nothing was stored, {place!r} first: "
                f"{first.reason}. Correct them, or index without --strict.",
                path=first.path,
            )

    def _find_missing(self, paths: Sequence[Path]) -> None:
        roots = [path.resolve() for path in paths if path.is_dir()]
        forgotten = []
        for path, state in sorted(self._library.file_states().items()):
            inside = any(Path(path).is_relative_to(root) for root in roots)
            if not inside:
                continue
            if not state.article_ids and not state.sha256:
                forgotten.append(path)  # refused before it was opened: if it still is, this run says so
            elif not Path(path).exists():
                if state.article_ids:
                    self._report.missing.append(path)
                else:
                    forgotten.append(path)
        if forgotten:
            with self._library.write() as writer:
                writer.forget_files(forgotten)

    def _remember(self, refusals: Sequence[Refusal]) -> None:
        """Keep why files were refused before they were opened, for the list of sources."""
        states = self._library.file_states()
        if refusals:
            with self._library.write() as writer:
                for refusal in refusals:
                    writer.put_file(_unread(refusal.path, refusal.reason, states.get(refusal.path)))

    # -- cut, embed, build ---------------------------------------------------------------------

    def _cut_again(self) -> None:
        """Cut stored versions for which the chunk settings in force have no passages yet."""
        chunking = self._settings.chunking
        with self._library.write() as writer:
            todo = writer.versions_without_passages(chunking)
        for number, (article_id, version) in enumerate(todo):
            self._on_step("chunk", number, len(todo))
            article = self._library.article(article_id, version)
            with self._library.write() as writer:
                writer.put_passages(chunk(article, self._settings.chunk).passages, chunking)

    def _embed(self) -> None:
        """Embed stored passages that the embedder in force has not seen."""
        todo = self._library.passages_without_vector(self._embedder_key, self._settings.chunking)
        for start in range(0, len(todo), _TEXTS_A_TRANSACTION):
            self._on_step("embed", start, len(todo))
            with self._library.write() as writer:
                self._put_vectors(writer, dict(todo[start : start + _TEXTS_A_TRANSACTION]))
        if todo:
            self._on_step("embed", len(todo), len(todo))

    def _switch(self, base: Base | None, stack: contextlib.ExitStack) -> None:
        """Build what is still missing and switch, unless the generation in force already fits."""
        ids = self._library.live_passage_ids(self._settings.chunking)
        self._report.passages = len(ids)
        if base is not None and list(base.passage_ids) == ids:
            self._report.generation = base.manifest.generation
            clean(
                self._plan.index_dir, keep=self._report.generation, store=self._plan.store
            )  # what a killed run or a closed server left
            return
        build = self._build or stack.enter_context(GenerationBuild(self._plan, self._on_step, self._processes))
        if base is not None and base.suits(ids):
            build.start_from(base)
        self._report.generation = build.finish(ids).generation
        self._report.built = True
        with self._library.write() as writer:
            # No index leads to passages that other chunk settings cut any more; their versions stay.
            writer.delete_passages_cut_otherwise(self._settings.chunking)


@contextlib.contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for cycles less often: thousands of articles and passages wait to be stored and make none, and
    going through them again and again took a seventh of the time. Not switched off, since this may be a server."""
    before = gc.get_threshold()
    gc.set_threshold(*_COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _unchanged(path: Path, known: FileState) -> bool:
    """Whether the file looks as it did when it was read; what could not be read then is tried again."""
    try:
        stat = path.stat()
    except OSError:
        return False
    return bool(known.sha256) and (known.size, known.mtime_ns) == (stat.st_size, stat.st_mtime_ns)


def _is_gone(source_path: str) -> bool:
    """Whether nothing is there any more; of a web address only asking would tell."""
    return not ingest.is_url(source_path) and not Path(source_path).exists()


def _unread(path: str, reason: str, known: FileState | None) -> FileState:
    """The state of a file that could not be read this time."""
    ids = known.article_ids if known is not None else ()
    return FileState(path, "", 0, 0, "", ids, ((reason, None),))


def _slug(name: str) -> str:
    return re.sub(r"[^\w.\-]+", "-", name).strip("-") or "file"
