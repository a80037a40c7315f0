"""The writing half of the library, bound to one transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, and_, delete, insert, select, update

from assistant.chunk import Chunks
from assistant.library import codec, rows, tables
from assistant.library.batches import batches
from assistant.library.bulk import insert_rows
from assistant.library.summary import FileState
from assistant.library.traits import put_missing_traits, put_traits
from assistant.types import Passage


@dataclass(frozen=True, slots=True)
class CurrentVersion:
    """The newest stored version of an article."""

    version: int
    content_hash: str
    withdrawn: bool
    removed: bool  # by `assistant remove`: stays so when the file is indexed again


class LibraryWriter:
    """Writes to the library; what it wrote is stored when its transaction ends, or not at all."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set_state(self, key: str, value: str) -> None:
        self._connection.execute(delete(tables.state).where(tables.state.c.key == key))
        self._connection.execute(insert(tables.state).values(key=key, value=value))

    def current(self, article_ids: Sequence[str]) -> dict[str, CurrentVersion]:
        """The newest version of each of the ids that exist."""
        a, v = tables.articles, tables.versions
        query = select(a.c.article_id, a.c.current_version, v.c.content_hash, a.c.withdrawn).join(
            v, and_(v.c.article_id == a.c.article_id, v.c.version == a.c.current_version)
        )
        found: dict[str, CurrentVersion] = {}
        for batch in batches(article_ids):
            for row in self._connection.execute(query.where(a.c.article_id.in_(batch))):
                found[row.article_id] = CurrentVersion(
                    row.current_version, row.content_hash, bool(row.withdrawn), row.withdrawn == rows.REMOVED
                )
        return found

    def put(self, items: Sequence[tuple[rows.Encoded, Chunks, CurrentVersion | None]], chunking: str) -> None:
        """Store new versions: ``(article with its version set, its chunks, the version before it)``."""
        if not items:
            return
        now = datetime.now(UTC).isoformat(timespec="seconds")
        put_missing_traits(self._connection)
        insert_rows(self._connection, tables.versions, [rows.version_row(encoded, now) for encoded, _, _ in items])
        new = [rows.article_row(encoded.article, removed=False) for encoded, _, before in items if before is None]
        insert_rows(self._connection, tables.articles, new)
        for encoded, _, before in items:
            if before is not None:
                article = encoded.article
                self._connection.execute(
                    update(tables.articles)
                    .where(tables.articles.c.article_id == article.article_id)
                    .values(rows.article_row(article, removed=before.removed))
                )
        put_traits(self._connection, [encoded.article for encoded, _, _ in items])
        self.put_passages([passage for _, chunks, _ in items for passage in chunks.passages], chunking)

    def put_passages(self, passages: Sequence[Passage], chunking: str) -> None:
        insert_rows(self._connection, tables.passages, [rows.passage_row(passage, chunking) for passage in passages])

    def known_vectors(self, embedder: str, keys: Sequence[str]) -> frozenset[str]:
        """Which of the texts have a vector of this embedder."""
        v = tables.vectors
        found: set[str] = set()
        for batch in batches(keys):
            query = select(v.c.text_key).where(v.c.embedder == embedder, v.c.text_key.in_(batch))
            found.update(self._connection.execute(query).scalars())
        return frozenset(found)

    def put_vectors(self, embedder: str, keys: Sequence[str], matrix: NDArray[np.float32]) -> None:
        """Store vectors, float32 ``(len(keys), dim)``."""
        data = np.ascontiguousarray(matrix, dtype="<f4")
        values = [
            {"text_key": key, "embedder": embedder, "data": row.tobytes()} for key, row in zip(keys, data, strict=True)
        ]
        insert_rows(self._connection, tables.vectors, values)

    def put_file(self, state: FileState) -> None:
        self._connection.execute(delete(tables.files).where(tables.files.c.path == state.path))
        self._connection.execute(
            insert(tables.files).values(
                path=state.path,
                sha256=state.sha256,
                size=state.size,
                mtime_ns=str(state.mtime_ns),
                ingest=state.ingest,
                article_ids=json.dumps(state.article_ids, ensure_ascii=False),
                refusals=json.dumps(state.refusals, ensure_ascii=False),
                seen_at=datetime.now(UTC).isoformat(timespec="seconds"),
            )
        )

    def forget_files(self, paths: Sequence[str]) -> None:
        """Drop what is known of files; articles made of them stay."""
        for batch in batches(paths):
            self._connection.execute(delete(tables.files).where(tables.files.c.path.in_(batch)))

    def touch_file(self, path: str, mtime_ns: int) -> None:
        """Record a new modification time of a file whose bytes are the same."""
        self._connection.execute(update(tables.files).where(tables.files.c.path == path).values(mtime_ns=str(mtime_ns)))

    def move_file(self, old: str, new: str) -> None:
        """Record that a file lies elsewhere now; its articles stay what they are."""
        f, a = tables.files, tables.articles
        self._connection.execute(delete(f).where(f.c.path == new))
        self._connection.execute(update(f).where(f.c.path == old).values(path=new))
        self._connection.execute(update(a).where(a.c.source_path == old).values(source_path=new))

    def set_removed(self, article_ids: Sequence[str], removed: bool, *, mark: int = rows.REMOVED) -> None:
        """Withdraw articles until further notice, or lift that: then their front matter decides again.

        ``mark`` says by what: REMOVED or GONE."""
        a, v = tables.articles, tables.versions
        for batch in batches(article_ids):
            change = update(a).where(a.c.article_id.in_(batch))
            if removed:
                self._connection.execute(change.values(withdrawn=mark))
                continue
            current = select(a.c.article_id, v.c.metadata).join(
                v, and_(v.c.article_id == a.c.article_id, v.c.version == a.c.current_version)
            )
            for row in self._connection.execute(current.where(a.c.article_id.in_(batch))).all():
                withdrawn = codec.load_metadata(row._mapping["metadata"]).withdrawn
                self._connection.execute(
                    change.where(a.c.article_id == row.article_id).values(withdrawn=int(withdrawn))
                )

    def delete_passages_cut_otherwise(self, chunking: str) -> int:
        """Drop passages that other chunk settings made; their versions stay."""
        result = self._connection.execute(delete(tables.passages).where(tables.passages.c.chunking != chunking))
        return int(result.rowcount or 0)

    def versions_without_passages(self, chunking: str) -> list[tuple[str, int]]:
        """Versions that the chunk settings in force have not cut yet, older ones too: questions as of a day
        search them."""
        v, p = tables.versions, tables.passages
        cut = select(p.c.article_id).where(
            p.c.article_id == v.c.article_id, p.c.version == v.c.version, p.c.chunking == chunking
        )
        query = select(v.c.article_id, v.c.version).where(~cut.exists())
        return [(row.article_id, row.version) for row in self._connection.execute(query)]
