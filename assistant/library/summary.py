"""What an editor is told of the library: each article with its standing, its versions, and what needs a look."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from assistant.types import Hidden


class Standing(StrEnum):
    """Whether readers get to see an article, and if not, why."""

    SHOWN = "shown"
    WITHDRAWN = "withdrawn"  # by its front matter
    REMOVED = "removed"  # by `assistant remove`
    GONE = "gone"  # its file was deleted from a watched folder
    EMBARGO = "embargo"
    SUPERSEDED = "superseded"
    COPY = "copy"  # another copy of the same text is shown


@dataclass(frozen=True, slots=True)
class FileState:
    """What was read from a file when it was last indexed."""

    path: str
    sha256: str
    size: int
    mtime_ns: int
    ingest: str
    article_ids: tuple[str, ...]
    refusals: tuple[tuple[str, int | None], ...]  # (reason, line)


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """One line of the list of sources."""

    article_id: str
    title: str
    lang: str
    published: str | None
    url: str | None
    version: int
    versions: int
    passages: int
    withdrawn: bool
    embargo_until: str | None
    source_path: str
    indexed_at: str
    updated: str | None = None
    standing: Standing = Standing.SHOWN
    superseded_by: str | None = None  # article ids from here on
    supersedes: tuple[str, ...] = ()
    corrected_by: tuple[str, ...] = ()
    corrects: tuple[str, ...] = ()
    copy_of: str | None = None
    also_published_as: tuple[str, ...] = ()
    fetched: str | None = None  # when its web page was fetched
    hidden: tuple[Hidden, ...] = ()  # characters that show nothing, counted by kind


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """One stored version of an article."""

    version: int
    title: str
    published: str | None
    updated: str | None
    indexed_at: str
    current: bool


@dataclass(frozen=True, slots=True)
class LibraryReport:
    """What the library holds, counted, and what an editor should look at."""

    standings: dict[str, int] = field(default_factory=dict)
    corrected: int = 0  # articles with at least one correction
    problems: tuple[str, ...] = ()  # corrections that lead nowhere, one sentence each
