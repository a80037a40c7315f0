"""The library: articles, their versions, passages and vectors in one SQL database.

The library is the truth; index generations are made from it and can be thrown away. A version is
never changed once stored, so a citation of it resolves for ever.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, Select, and_, create_engine, event, func, select
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import CorpusError, IndexStoreError
from assistant.library import codec, tables
from assistant.library.batches import SIZE, batches
from assistant.library.rows import passage_from
from assistant.library.writer import FileState, LibraryWriter
from assistant.types import Article, ArticleMetadata, Hidden, Passage

_REVISION = "revision"
_FOR_EVER = "9999"
_PLAIN = ArticleMetadata()


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
    fetched: str | None = None
    hidden: tuple[Hidden, ...] = ()


class Library:
    """Open with :meth:`open`; safe to share between threads. Only the holder of the writer's lock
    may call the methods that write."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._cache: tuple[str, dict[str, Any]] = ("", {})  # values that hold until the next write

    @classmethod
    def open(cls, url: str) -> Library:
        """Open the library at a SQLAlchemy URL, creating tables that are missing.

        Raises:
            IndexStoreError: The database cannot be opened.
        """
        if url.startswith("sqlite:///"):
            Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        try:
            engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
            if engine.dialect.name == "sqlite":
                event.listen(engine, "connect", _configure_sqlite)
            tables.metadata.create_all(engine)
        except (SQLAlchemyError, ImportError) as exc:
            raise IndexStoreError(
                f"The library {url!r} cannot be opened: {str(exc).splitlines()[0]}. Check `library_url` and the disk."
            ) from exc
        return cls(engine)

    def close(self) -> None:
        self._engine.dispose()

    # -- writing -------------------------------------------------------------------------------

    @contextmanager
    def write(self) -> Iterator[LibraryWriter]:
        """One transaction: all of it is stored, or none."""
        with self._engine.begin() as connection:
            writer = LibraryWriter(connection)
            yield writer
            writer.set_state(_REVISION, secrets.token_hex(8))

    # -- reading -------------------------------------------------------------------------------

    def state(self, key: str, default: str = "") -> str:
        with self._engine.connect() as connection:
            value = connection.execute(select(tables.state.c.value).where(tables.state.c.key == key)).scalar()
        return default if value is None else str(value)

    def file_states(self) -> dict[str, FileState]:
        """All files ever indexed, by absolute path."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(tables.files)).all()
        return {
            row.path: FileState(
                path=row.path,
                sha256=row.sha256,
                size=row.size,
                mtime_ns=int(row.mtime_ns),
                ingest=row.ingest,
                article_ids=tuple(json.loads(row.article_ids)),
                refusals=tuple((reason, line) for reason, line in json.loads(row.refusals)),
            )
            for row in rows
        }

    def article_sources(self) -> dict[str, str]:
        """Source path of every article."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(tables.articles.c.article_id, tables.articles.c.source_path)).all()
        return {row.article_id: row.source_path for row in rows}

    def article(self, article_id: str, version: int | None = None) -> Article:
        """One version of an article, the current one by default.

        Raises:
            CorpusError: There is no such article or version.
        """
        a, v = tables.articles, tables.versions
        query = select(v, a.c.source_path, a.c.current_version).join(a, a.c.article_id == v.c.article_id)
        wanted = v.c.version == (a.c.current_version if version is None else version)
        with self._engine.connect() as connection:
            row = connection.execute(query.where(v.c.article_id == article_id, wanted)).first()
        if row is None:
            which = f"article {article_id!r}" + (f" version {version}" if version is not None else "")
            raise CorpusError(f"There is no {which} in the library. `assistant sources` lists what is there.")
        return Article(
            article_id=row.article_id,
            title=row.title,
            text=row.text,
            lang=row.lang,
            blocks=codec.load_blocks(row.blocks),
            metadata=codec.load_metadata(row._mapping["metadata"]),
            source_path=row.source_path,
            version=row.version,
        )

    def text(self, article_id: str, version: int) -> str | None:
        """Stored text of a version; None when there is no such version."""
        v = tables.versions
        query = select(v.c.text).where(v.c.article_id == article_id, v.c.version == version)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar()

    def sources(self) -> list[ArticleSummary]:
        """All articles, newest first, those without a date last."""
        a, v, p = tables.articles, tables.versions, tables.passages
        counts = (
            select(p.c.article_id, p.c.version, func.count().label("n"))
            .group_by(p.c.article_id, p.c.version)
            .subquery()
        )
        query = (
            select(
                a,
                v.c.title,
                v.c.lang,
                v.c.published,
                v.c.url,
                v.c.indexed_at,
                v.c.metadata,
                func.coalesce(counts.c.n, 0).label("n"),
            )
            .join(v, and_(v.c.article_id == a.c.article_id, v.c.version == a.c.current_version))
            .outerjoin(counts, and_(counts.c.article_id == a.c.article_id, counts.c.version == a.c.current_version))
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        summaries = [
            ArticleSummary(
                article_id=row.article_id,
                title=row.title,
                lang=row.lang,
                published=row.published,
                url=row.url,
                version=row.current_version,
                versions=row.current_version,
                passages=row.n,
                withdrawn=bool(row.withdrawn),
                embargo_until=row.embargo_until,
                source_path=row.source_path,
                indexed_at=row.indexed_at,
                fetched=metadata.fetched,
                hidden=metadata.hidden,
            )
            for row in rows
            for metadata in (_details(row._mapping["metadata"]),)
        ]
        summaries.sort(key=lambda item: item.article_id)
        summaries.sort(key=lambda item: item.published or "", reverse=True)
        return summaries

    def hidden_articles(self, now: datetime | None = None) -> frozenset[str]:
        """Articles that must not be shown: withdrawn, removed, or under embargo at ``now``."""
        moment = (now or datetime.now(UTC)).astimezone(UTC).isoformat()
        rows: list[tuple[str, str]] = self._until_next_write("hidden", self._hidden_rows)
        return frozenset(article_id for article_id, until in rows if until > moment)

    def _hidden_rows(self) -> list[tuple[str, str]]:
        """``(article_id, until when it is hidden)``; withdrawn articles are hidden for ever."""
        a = tables.articles
        query = select(a.c.article_id, a.c.withdrawn, a.c.embargo_until).where(
            (a.c.withdrawn != 0) | (a.c.embargo_until.is_not(None))
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [(row.article_id, _FOR_EVER if row.withdrawn else _utc(row.embargo_until)) for row in rows]

    def _until_next_write(self, key: str, compute: Callable[[], Any]) -> Any:
        """A value that is computed once after each write, of this or another process."""
        revision = self.state(_REVISION)
        if self._cache[0] != revision:
            self._cache = (revision, {})
        values = self._cache[1]
        if key not in values:
            values[key] = compute()
        return values[key]

    def published_after(self, day: date) -> frozenset[str]:
        """Articles whose current version was published after ``day``."""
        a, v = tables.articles, tables.versions
        query = (
            select(a.c.article_id)
            .join(v, and_(v.c.article_id == a.c.article_id, v.c.version == a.c.current_version))
            .where(func.substr(v.c.published, 1, 10) > day.isoformat())
        )
        with self._engine.connect() as connection:
            return frozenset(row.article_id for row in connection.execute(query))

    def newest(self) -> str | None:
        """Date of the newest article that may be shown, as YYYY-MM-DD."""
        moment = datetime.now(UTC).isoformat()
        rows: list[tuple[str, str]] = self._until_next_write("newest", self._newest_rows)
        return next((published[:10] for published, until in rows if until <= moment), None)

    def _newest_rows(self) -> list[tuple[str, str]]:
        """``(published, end of its embargo)`` from the newest article to the first without embargo."""
        a, v = tables.articles, tables.versions
        query = (
            select(v.c.published, a.c.embargo_until)
            .join(a, and_(v.c.article_id == a.c.article_id, v.c.version == a.c.current_version))
            .where(a.c.withdrawn == 0, v.c.published.is_not(None))
            .order_by(v.c.published.desc())
        )
        found: list[tuple[str, str]] = []
        with self._engine.connect() as connection:
            for row in connection.execution_options(stream_results=True).execute(query):
                found.append((row.published, _utc(row.embargo_until)))
                if not row.embargo_until:
                    break
        return found

    def corrections(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """``(article_id, title, what it corrects)`` of the current articles that correct others."""
        a, v = tables.articles, tables.versions
        query = (
            select(v.c.article_id, v.c.title, v.c["metadata"])
            .join(a, and_(v.c.article_id == a.c.article_id, v.c.version == a.c.current_version))
            .where(a.c.withdrawn == 0, v.c["metadata"].like('%"corrects":["%'))
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        found = [(row.article_id, row.title, codec.load_metadata(row._mapping["metadata"]).corrects) for row in rows]
        return [item for item in found if item[2]]

    def live_passage_ids(self, chunking: str) -> list[str]:
        """Ids of the passages a new index must hold, sorted."""
        with self._engine.connect() as connection:
            rows = connection.execute(_live(select(tables.passages.c.passage_id), chunking)).all()
        return sorted(row.passage_id for row in rows)

    def passages(self, passage_ids: Iterable[str]) -> dict[str, Passage]:
        """Passages by id; ids that are unknown are missing from the result."""
        found: dict[str, Passage] = {}
        with self._engine.connect() as connection:
            for batch in batches(list(passage_ids)):
                rows = connection.execute(_passage_query().where(tables.passages.c.passage_id.in_(batch))).all()
                found.update((row.passage_id, passage_from(row)) for row in rows)
        return found

    def article_passages(self, article_id: str, version: int, chunking: str) -> list[Passage]:
        """All passages of one version of an article, in order."""
        p = tables.passages
        query = _passage_query().where(p.c.article_id == article_id, p.c.version == version, p.c.chunking == chunking)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(p.c.ordinal)).all()
        return [passage_from(row) for row in rows]

    def spec_passages(self, chunking: str) -> list[Passage]:
        """All passages that are rows of spec sheets, newest versions only; a row of several facts once for each of them."""
        # Withdrawn articles too: they may come back while the catalogue made of this is in use, and whoever
        # reads the rows leaves out what is hidden at that moment.
        query = _live(_passage_query(), chunking, withdrawn=True).where(tables.passages.c.spec.is_not(None))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(tables.passages.c.article_id, tables.passages.c.ordinal)).all()
        passages = [passage_from(row) for row in rows]
        return [
            view
            for passage in passages
            for view in (
                [replace(passage, spec=fact, facts=()) for fact in passage.facts] if passage.facts else [passage]
            )
        ]

    def passages_without_vector(self, embedder: str, chunking: str) -> list[tuple[str, Passage]]:
        """``(text_key, passage)`` of live passages whose text has no vector yet, one for each text."""
        p, vec = tables.passages, tables.vectors
        query = (
            _live(_passage_query(), chunking)
            .outerjoin(vec, and_(vec.c.text_key == p.c.text_key, vec.c.embedder == embedder))
            .where(vec.c.text_key.is_(None))
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return list({row.text_key: (row.text_key, passage_from(row)) for row in rows}.values())

    def vectors(self, passage_ids: Sequence[str], embedder: str) -> tuple[list[str], NDArray[np.float32]]:
        """Stored vectors of passages.

        Returns:
            ``(ids, matrix)``: the ids that have a vector, in the given order, and a float32 matrix
            ``(len(ids), dim)`` with rows of length 1.
        """
        p, vec = tables.passages, tables.vectors
        query = select(p.c.passage_id, vec.c.data).join(
            vec, and_(vec.c.text_key == p.c.text_key, vec.c.embedder == embedder)
        )
        found: dict[str, bytes] = {}
        with self._engine.connect() as connection:
            if len(passage_ids) > 20 * SIZE:
                found.update((row.passage_id, row.data) for row in connection.execute(query))
            else:
                for batch in batches(list(passage_ids)):
                    found.update(
                        (row.passage_id, row.data) for row in connection.execute(query.where(p.c.passage_id.in_(batch)))
                    )
        ids = [passage_id for passage_id in passage_ids if passage_id in found]
        if not ids:
            return [], np.zeros((0, 0), dtype=np.float32)
        data = b"".join(found[passage_id] for passage_id in ids)
        return ids, np.frombuffer(data, dtype="<f4").reshape(len(ids), -1)

    def counts(self, chunking: str) -> dict[str, int]:
        """How many articles, versions and live passages there are."""
        with self._engine.connect() as connection:
            articles = connection.execute(
                select(func.count()).select_from(tables.articles).where(tables.articles.c.withdrawn == 0)
            ).scalar()
            stored = connection.execute(select(func.count()).select_from(tables.versions)).scalar()
            live = connection.execute(
                select(func.count()).select_from(_live(select(tables.passages.c.passage_id), chunking).subquery())
            ).scalar()
        return {"articles": int(articles or 0), "versions": int(stored or 0), "passages": int(live or 0)}


def _live(query: Select[Any], chunking: str, *, withdrawn: bool = False) -> Select[Any]:
    """Only passages of the newest version of articles, by default of those that are not withdrawn."""
    a, p = tables.articles, tables.passages
    query = query.join(a, and_(a.c.article_id == p.c.article_id, a.c.current_version == p.c.version))
    query = query.where(p.c.chunking == chunking)
    return query if withdrawn else query.where(a.c.withdrawn == 0)


def _passage_query() -> Select[Any]:
    p, v = tables.passages, tables.versions
    return select(p, v.c.title, v.c.lang, v.c.published, v.c.url).join(
        v, and_(v.c.article_id == p.c.article_id, v.c.version == p.c.version)
    )


def _utc(moment: str | None) -> str:
    """An ISO date or time as a UTC string that sorts."""
    if not moment:
        return ""
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        return _FOR_EVER  # an embargo nobody can read never ends by itself
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    return parsed.astimezone(UTC).isoformat()


def _configure_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # what was acknowledged survives a power cut
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.execute("PRAGMA cache_size=-65536")
    cursor.close()


def _details(stored: str) -> ArticleMetadata:
    """The metadata of an article that has some of what the list of sources shows; most have none."""
    rare = '"hidden"' in stored or '"fetched"' in stored
    return codec.load_metadata(stored) if rare else _PLAIN
