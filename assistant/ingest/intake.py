"""From a file to its articles: taken once, parsed where it is safe, checked.

Plain formats of ordinary size are parsed here, markup and binary formats in a child process.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from types import TracebackType

from assistant.ingest.hidden import without_hidden
from assistant.ingest.limits import DEFAULT_LIMITS, IN_PROCESS_BYTES, Limits
from assistant.ingest.openfile import same_file
from assistant.ingest.registry import is_sandboxed, loader, loader_name_for, supported_suffixes
from assistant.ingest.sandbox import Sandbox
from assistant.ingest.source import SourceFile, UnreadableSource, id_from_stem, read_limited
from assistant.types import Article, BlockKind, Refusal

INGEST_VERSION = 2
"""Raised when the same bytes would give another text."""

_DETAIL_CHARS = 200
_STREAMED = "jsonl"
"""The one format that is read line by line: it may be of any size, and what it says is kept to the character."""
_FEED = "feed"
"""The one format in which many articles with addresses of their own come in one file."""
Fetch = Callable[[str], tuple[SourceFile, str]]
"""Gets a document from the web: the source and the hash of its bytes as they came."""
_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """A file with its bytes as they were at one moment."""

    source: SourceFile
    sha256: str
    size: int
    mtime_ns: int


class Intake:
    """Reads files. Use from one thread, as a context manager or with :meth:`close`."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS, *, fetch: Fetch | None = None) -> None:
        self.limits = limits
        self.sandbox = Sandbox(limits)
        self._fetch = fetch

    def __enter__(self) -> Intake:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.sandbox.close()

    def version(self, *, complete: bool) -> str:
        """What is recorded beside a file that was read: how it was read. What was refused depends on the limits."""
        return str(INGEST_VERSION) if complete else f"{INGEST_VERSION}:{self.limits.digest}"

    def would_read_alike(self, version: str) -> bool:
        """Whether reading again a file of that :meth:`version`, unchanged, would give the same."""
        return version in (self.version(complete=True), self.version(complete=False))

    def take(self, source: SourceFile) -> Taken:
        """Read the bytes of a file and their hash in one go, so that both are of the same moment.

        Raises:
            UnreadableSource: It cannot be read, is too large, or changes while it is read.
        """
        source = replace(source, limits=self.limits)
        for _ in range(2):
            try:
                with source.open() as file:
                    before = os.fstat(file.fileno())
                    data = None
                    if before.st_size > self.limits.max_file_bytes and loader_name_for(source.path) == _STREAMED:
                        digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
                    else:
                        data = read_limited(file, self.limits.max_file_bytes)
                        digest = hashlib.sha256(data).hexdigest()
                    after = os.fstat(file.fileno())
            except OSError as exc:
                raise UnreadableSource(f"cannot be read: {exc.strerror or exc}") from exc
            if same_file(before, after) and (data is None or len(data) == after.st_size):
                return Taken(replace(source, data=data), digest, after.st_size, after.st_mtime_ns)
        raise UnreadableSource("somebody is writing to the file; index it again when that is done")

    def take_url(self, url: str) -> Taken:
        """Fetch a document. Its ``mtime_ns`` is the moment of that.

        Raises:
            UnreadableSource: It may not be read, or cannot.
        """
        if self._fetch is None:
            raise UnreadableSource(
                "reading from the web is switched off; set `fetch.enabled` and list the host in `fetch.allow_hosts`"
            )
        source, digest = self._fetch(url)
        at = datetime.fromisoformat(source.fetched).timestamp()
        return Taken(replace(source, limits=self.limits), digest, len(source.data or b""), int(at * 1e9))

    def load(self, source: SourceFile) -> Iterator[Article | Refusal]:
        """Read one file with the loader of its format. Every error becomes a ``Refusal``."""
        name = loader_name_for(source.path)
        if name is None:
            yield source.refusal(f"no loader for {source.path.suffix!r}; supported: {', '.join(supported_suffixes())}")
            return
        source = replace(source, limits=self.limits)
        for item in self._load(name, source):
            if isinstance(item, Article):
                yield _checked(_placed(item, source, name), source, keep_hidden=name == _STREAMED)
            else:
                yield replace(item, path=source.name)

    def _load(self, name: str, source: SourceFile) -> Iterator[Article | Refusal]:
        try:
            if name == _STREAMED:
                yield from loader(name).load(source)
                return
            data = source.read_bytes()
            if is_sandboxed(name) or len(data) > IN_PROCESS_BYTES:
                yield from self.sandbox.load(name, source, data)
                return
            yield from loader(name).load(replace(source, data=data))
        except UnreadableSource as exc:
            yield source.refusal(str(exc), line=exc.line)
        except RecursionError:
            yield source.refusal("nested too deeply")
        # One strange file out of thousands must not end a run; the trace is kept for us.
        except Exception as exc:
            _LOGGER.exception("the %s loader failed on %s", name, source.path)
            detail = " ".join(str(exc).split())[:_DETAIL_CHARS]  # some quote the whole source
            yield source.refusal(f"the {name} loader failed: {type(exc).__name__}: {detail}")


def _placed(article: Article, source: SourceFile, name: str) -> Article:
    """An article from the web says where it is from, whatever it says itself, and does not choose its own id:
    it could take that of an article of the library."""
    if not source.url:
        return article
    about = article.metadata
    url = about.url if name == _FEED and about.url else source.found_at
    return replace(
        article,
        article_id=article.article_id if name == _FEED else id_from_stem(source.stem),
        id_is_explicit=False,
        source_path=source.url,
        metadata=replace(about, url=url, fetched=source.fetched),
    )


def _checked(article: Article, source: SourceFile, *, keep_hidden: bool) -> Article | Refusal:
    """What holds for every article, whatever loader made it."""
    if "\0" in article.text or "\0" in article.title or "\0" in article.article_id:
        return source.refusal(f"the article {article.article_id!r} has a NUL character")
    shown = without_hidden(article, keep=keep_hidden)
    if shown is not article and all(block.kind in (BlockKind.TITLE, BlockKind.METADATA) for block in shown.blocks):
        return source.refusal("nothing in it can be seen: it has hidden characters only")
    return shown


def load(source: SourceFile) -> Iterator[Article | Refusal]:
    """Read a single file within the default limits; for many files, use an ``Intake``."""
    yield from list(_single().load(source))


@cache
def _single() -> Intake:
    """Kept, for the sake of its child process: that ends when this process does."""
    return Intake()
