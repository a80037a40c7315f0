"""The reads that every question makes, without SQLAlchemy's work for each statement and row."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import Engine, Select

from assistant.library import codec
from assistant.library.batches import batches, placeholder
from assistant.types import BlockKind, Passage

_KINDS = {kind.value: kind for kind in BlockKind}
_COLUMNS = (
    "passage_id article_id version ordinal start end text kind heading_path context page row spec "
    "title lang published url"
).split()


class PassageReader:
    """Reads passages by id, and texts of versions, with statements made once."""

    def __init__(self, engine: Engine, query: Select[Any], text: Select[Any]) -> None:
        """``query`` gives the columns of a passage and of its version, ``text`` the text of versions."""
        self._engine = engine
        named = {column.name: column for column in query.selected_columns}
        chosen = query.with_only_columns(*(named[name] for name in _COLUMNS), maintain_column_froms=True)
        self._statement = f"{chosen.compile(dialect=engine.dialect)} WHERE passages.passage_id IN "
        self._mark = placeholder(engine.dialect)
        self._text = (
            f"{text.compile(dialect=engine.dialect)} WHERE article_id = {self._mark} AND version = {self._mark}"
        )

    def passages(self, passage_ids: Iterable[str]) -> dict[str, Passage]:
        """Passages by id; ids that are unknown are missing from the result."""
        found: dict[str, Passage] = {}
        with self._cursor() as cursor:
            for batch in batches(list(passage_ids)):
                marks = ", ".join([self._mark] * len(batch))
                cursor.execute(f"{self._statement}({marks})", tuple(batch))
                for row in cursor.fetchall():
                    found[row[0]] = _passage(*row)
        return found

    def text(self, article_id: str, version: int) -> str | None:
        """Stored text of a version; None when there is no such version."""
        with self._cursor() as cursor:
            cursor.execute(self._text, (article_id, version))
            row = cursor.fetchone()
        return row[0] if row is not None else None

    @contextlib.contextmanager
    def _cursor(self) -> Iterator[Any]:
        """A cursor of the database's own driver, on a connection of the pool that goes back to it afterwards."""
        connection = self._engine.raw_connection()
        try:
            yield connection.cursor()
        finally:
            connection.close()


def _passage(
    passage_id: str, article_id: str, version: int, ordinal: int, start: int, end: int, text: str, kind: str,
    heading_path: str, context: str, page: int | None, row: int | None, stored_facts: str | None,
    title: str, lang: str, published: str | None, url: str | None,
) -> Passage:  # fmt: skip
    spec, facts = codec.load_facts(stored_facts) if stored_facts else (None, ())
    headings = tuple(json.loads(heading_path)) if heading_path != "[]" else ()
    return Passage(
        passage_id, article_id, version, ordinal, start, end, text, _KINDS[kind], title, lang,
        headings, context, page, row, spec, facts, published, url,
    )  # fmt: skip


class Revision:
    """The library's revision, which every write of any process changes.

    SQLite tells with a number in memory whether a file has been written to since it was last asked; only then
    is the revision read. Other databases are asked each time.
    """

    def __init__(self, engine: Engine, read: Callable[[], str]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._known: tuple[int, str] | None = None
        path = engine.url.database
        self._path = path if engine.dialect.name == "sqlite" and path and path != ":memory:" else None
        self._watching: sqlite3.Connection | None = None  # never writes: its own writes would not be told

    def __call__(self) -> str:
        if self._path is None:
            return self._read()
        with self._lock:
            if self._watching is None:
                self._watching = sqlite3.connect(self._path, check_same_thread=False, timeout=10)
            # Asked before the revision is read, so that a write in between is seen the next time.
            number = int(self._watching.execute("PRAGMA data_version").fetchone()[0])
            if self._known is None or self._known[0] != number:
                self._known = (number, self._read())
            return self._known[1]

    def close(self) -> None:
        with self._lock, contextlib.suppress(sqlite3.Error):
            if self._watching is not None:
                self._watching.close()
            self._watching = None
