"""What the pages need from an assistant, so that a fake fits as well as the real one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from assistant.api import Related
from assistant.errors import AssistantError
from assistant.index.update import IndexReport
from assistant.index.watch import Watch
from assistant.receipt import ReceiptReport
from assistant.scope import Scope
from assistant.types import Answer, AnswerSentence, Article, CheckReport, Comparison, Hit
from assistant.verify.compare import Comparable


class SourceSummary(Protocol):
    """One article of the library, as ``Assistant.sources()`` lists it."""

    @property
    def article_id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def lang(self) -> str: ...
    @property
    def published(self) -> str | None: ...
    @property
    def version(self) -> int: ...
    @property
    def versions(self) -> int: ...
    @property
    def passages(self) -> int: ...
    @property
    def withdrawn(self) -> bool: ...
    @property
    def source_path(self) -> str: ...
    @property
    def url(self) -> str | None: ...
    @property
    def embargo_until(self) -> str | None: ...
    @property
    def indexed_at(self) -> str: ...
    @property
    def updated(self) -> str | None: ...
    @property
    def standing(self) -> str: ...
    @property
    def superseded_by(self) -> str | None: ...
    @property
    def supersedes(self) -> Sequence[str]: ...
    @property
    def corrected_by(self) -> Sequence[str]: ...
    @property
    def corrects(self) -> Sequence[str]: ...
    @property
    def copy_of(self) -> str | None: ...
    @property
    def also_published_as(self) -> Sequence[str]: ...


class VersionLike(Protocol):
    """One stored version of an article."""

    @property
    def version(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def indexed_at(self) -> str: ...
    @property
    def current(self) -> bool: ...


class StatusLike(Protocol):
    """The part of ``Assistant.status()`` that the pages cannot do without; they show more where it is there."""

    @property
    def refused(self) -> Sequence[tuple[str, str, int | None]]: ...  # (path, reason, line)


class AssistantLike(Protocol):
    """The part of ``assistant.Assistant`` that the pages and the HTTP API stand on."""

    @property
    def settings(self) -> Any: ...

    def ask(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        as_of: date | None = None,
        lang: str | None = None,
        scope: Scope | None = None,
    ) -> Answer: ...

    def stream(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        as_of: date | None = None,
        lang: str | None = None,
        scope: Scope | None = None,
    ) -> Iterator[AnswerSentence | Answer]: ...

    def search(self, question: str, *, top_k: int | None = None, scope: Scope | None = None) -> list[Hit]: ...

    def receipt(self, answer: Answer) -> dict[str, Any]: ...

    def verify(self, receipt: object) -> ReceiptReport: ...

    def check(
        self, draft: str, *, anchor: date | None = None, on_claim: Callable[[int, int], None] = ...
    ) -> CheckReport: ...

    def compare(self, names: Sequence[str], *, attributes: Sequence[str] = ()) -> Comparison: ...

    def comparables(self) -> Sequence[Comparable]: ...

    def sources(self) -> Sequence[SourceSummary]: ...

    def history(self, article_id: str) -> Sequence[VersionLike]: ...

    def remove(self, article_ids: Sequence[str], *, undo: bool = False) -> list[str]: ...

    def show(self, article_id: str, version: int | None = None, *, reader: bool = False) -> Article: ...

    def related(self, article_id: str) -> Related: ...

    def withheld(self) -> frozenset[str]: ...

    def index(self, paths: Sequence[Path | str], *, on_step: Callable[[str, int, int], None]) -> IndexReport: ...

    def watch(
        self,
        paths: Sequence[Path | str],
        *,
        on_report: Callable[[IndexReport | AssistantError, float], None],
        on_step: Callable[[str, int, int], None],
    ) -> Watch: ...

    def status(self) -> StatusLike: ...
