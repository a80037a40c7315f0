"""The library: articles, their versions, passages and vectors in one SQL database.

The library is the truth; index generations are made from it and can be thrown away. A version is
never changed once stored, so a citation of it resolves for ever.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, Select, and_, create_engine, event, func, select
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import CorpusError, IndexStoreError
from assistant.library import codec, tables
from assistant.library.batches import SIZE, batches
from assistant.library.corrected import CorrectedText
from assistant.library.links import LinkProblem
from assistant.library.quick import PassageReader, Revision
from assistant.library.rows import GONE, REMOVED, passage_from
from assistant.library.summary import ArticleSummary, FileState, LibraryReport, Standing, VersionSummary
from assistant.library.validity import View
from assistant.library.views import Views
from assistant.types import Article, ArticleMetadata, Passage

if TYPE_CHECKING:
    from assistant.library.writer import LibraryWriter  # loaded when something is written

_REVISION = "revision"
_PLAIN = ArticleMetadata()


class Library:
    """Open with :meth:`open`; safe to share between threads. Only the holder of the writer's lock
    may call the methods that write."""

    def __init__(self, engine: Engine, zone: tzinfo = UTC) -> None:
        self._engine = engine
        self._revision = Revision(engine, lambda: self.state(_REVISION))
        self._reader = PassageReader(engine, _passage_query(), select(tables.versions.c.text))
        self._views = Views(engine, self._revision, zone)
        self.corrected = CorrectedText(lambda article_id, version: self.article(article_id, version or None))
        self._cache: tuple[str, dict[str, Any]] = ("", {})  # values that hold until the next write

    @classmethod
    def open(cls, url: str, zone: tzinfo = UTC) -> Library:
        """Open the library at a SQLAlchemy URL, creating tables that are missing.

        Args:
            url: Where it is.
            zone: Where a time without an offset is meant, and where a day begins and ends.

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
        return cls(engine, zone)

    def close(self) -> None:
        self._revision.close()
        self._engine.dispose()

    # -- writing -------------------------------------------------------------------------------

    @contextmanager
    def write(self) -> Iterator[LibraryWriter]:
        """One transaction: all of it is stored, or none."""
        from assistant.library.writer import LibraryWriter

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
        return self._reader.text(article_id, version)

    def only_article(self, hidden: Collection[str] = ()) -> tuple[str, int] | None:
        """Id and current version of the one article outside ``hidden``; None when there is none, or another."""
        articles = tables.articles
        found: list[tuple[str, int]] = []
        with self._engine.connect() as connection:
            for article_id, version in connection.execute(select(articles.c.article_id, articles.c.current_version)):
                if article_id not in hidden:
                    found.append((article_id, version))
                if len(found) > 1:
                    return None
        return found[0] if found else None

    def sources(self) -> list[ArticleSummary]:
        """All articles, newest first, those without a date last."""
        a, v, p, t = tables.articles, tables.versions, tables.passages, tables.traits
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
                t.c.updated,
                func.coalesce(counts.c.n, 0).label("n"),
            )
            .join(v, and_(v.c.article_id == a.c.article_id, v.c.version == a.c.current_version))
            .outerjoin(counts, and_(counts.c.article_id == a.c.article_id, counts.c.version == a.c.current_version))
            .outerjoin(t, and_(t.c.article_id == a.c.article_id, t.c.version == a.c.current_version))
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        view = self.view()
        corrects: dict[str, list[str]] = {}
        for target, editions in view.corrections.items():
            for edition in editions:
                corrects.setdefault(edition.article_id, []).append(target)
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
                updated=row.updated,
                standing=_standing(row, view),
                superseded_by=view.superseded_by[row.article_id].article_id
                if row.article_id in view.superseded_by
                else None,
                supersedes=tuple(item.article_id for item in view.supersedes.get(row.article_id, ())),
                corrected_by=tuple(item.article_id for item in view.corrections.get(row.article_id, ())),
                corrects=tuple(sorted(corrects.get(row.article_id, ()))),
                copy_of=view.copy_of.get(row.article_id),
                also_published_as=tuple(item.article_id for item in view.copies.get(row.article_id, ())),
            )
            for row in rows
            for metadata in (_details(row._mapping["metadata"]),)
        ]
        summaries.sort(key=lambda item: item.article_id)
        summaries.sort(key=lambda item: item.published or "", reverse=True)
        return summaries

    def history(self, article_id: str) -> list[VersionSummary]:
        """All stored versions of an article, the newest first.

        Raises:
            CorpusError: There is no such article.
        """
        a, v, t = tables.articles, tables.versions, tables.traits
        query = (
            select(v.c.version, v.c.title, v.c.published, t.c.updated, v.c.indexed_at, a.c.current_version)
            .join(a, a.c.article_id == v.c.article_id)
            .outerjoin(t, and_(t.c.article_id == v.c.article_id, t.c.version == v.c.version))
            .where(v.c.article_id == article_id)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(v.c.version.desc())).all()
        if not rows:
            raise CorpusError(
                f"There is no article {article_id!r} in the library. `assistant sources` lists what is there."
            )
        return [
            VersionSummary(
                row.version, row.title, row.published, row.updated, row.indexed_at, row.version == row.current_version
            )
            for row in rows
        ]

    def report(self) -> LibraryReport:
        """How many articles stand how, and which corrections an editor should look at."""
        view = self.view()
        standings: dict[str, int] = {}
        for item in self.sources():
            standings[item.standing.value] = standings.get(item.standing.value, 0) + 1
        problems = list(view.problems)
        for article_id, editions in sorted(view.corrections.items()):
            if article_id in view.withheld:
                continue
            version = self.article(article_id).version
            problems += [
                LinkProblem(by.article_id, "corrects", article_id, "unplaced")
                for by in editions
                if by.article_id != article_id and not self.corrected.statements(article_id, version, by)
            ]
        return LibraryReport(standings, len(view.corrections), tuple(str(item) for item in problems))

    def view(self, day: date | None = None, *, now: datetime | None = None) -> View:
        """What is valid: at present, at the moment ``now``, or at the end of a ``day``."""
        return self._views.now(now) if day is None else self._views.on(day)

    def withdrawn_marks(self) -> dict[str, int]:
        """How each article is withdrawn: 0 not at all, 1 by its front matter, else REMOVED or GONE."""
        a = tables.articles
        with self._engine.connect() as connection:
            rows = connection.execute(select(a.c.article_id, a.c.withdrawn)).all()
        return {row.article_id: row.withdrawn for row in rows}

    def hidden_articles(self, now: datetime | None = None) -> frozenset[str]:
        """Articles that must not be shown: withdrawn, removed or under embargo at ``now``, superseded, or a
        copy of one that is shown."""
        return self.view(now=now).hidden

    def _until_next_write(self, key: str, compute: Callable[[], Any]) -> Any:
        """A value that is computed once after each write, of this or another process."""
        revision = self._revision()
        if self._cache[0] != revision:
            self._cache = (revision, {})
        values = self._cache[1]
        if key not in values:
            values[key] = compute()
        return values[key]

    def newest(self) -> str | None:
        """Date of the newest article that may be shown, as YYYY-MM-DD."""
        withheld = self.view().withheld
        newest: list[tuple[str, str]] = self._until_next_write("newest", self._newest_rows)
        return next((published for article_id, published in newest if article_id not in withheld), None)

    def _newest_rows(self) -> list[tuple[str, str]]:
        """``(article_id, published)`` from the newest article to the first without embargo."""
        a, v = tables.articles, tables.versions
        query = (
            select(a.c.article_id, v.c.published, a.c.embargo_until)
            .join(a, and_(v.c.article_id == a.c.article_id, v.c.version == a.c.current_version))
            .where(a.c.withdrawn == 0, v.c.published.is_not(None))
            .order_by(v.c.published.desc())
        )
        found: list[tuple[str, str]] = []
        with self._engine.connect() as connection:
            for row in connection.execution_options(stream_results=True).execute(query):
                found.append((row.article_id, row.published[:10]))
                if not row.embargo_until:
                    break
        return found

    def live_passage_ids(self, chunking: str) -> list[str]:
        """Ids of the passages a new index must hold, sorted."""
        with self._engine.connect() as connection:
            rows = connection.execute(_live(select(tables.passages.c.passage_id), chunking)).all()
        return sorted(row.passage_id for row in rows)

    def passage_ids_beside(self, article_ids: frozenset[str]) -> frozenset[str]:
        """Ids of the passages of all articles but these, of every version and however cut."""
        p = tables.passages
        with self._engine.connect() as connection:
            rows = connection.execute(select(p.c.passage_id, p.c.article_id)).all()
        return frozenset(row.passage_id for row in rows if row.article_id not in article_ids)

    def passages(self, passage_ids: Iterable[str]) -> dict[str, Passage]:
        """Passages by id; ids that are unknown are missing from the result."""
        return self._reader.passages(passage_ids)

    def article_passages(self, article_id: str, version: int, chunking: str | None = None) -> list[Passage]:
        """All passages of one version of an article, in order; as any settings cut it when none are named."""
        p = tables.passages
        query = _passage_query().where(p.c.article_id == article_id, p.c.version == version)
        if chunking is not None:
            query = query.where(p.c.chunking == chunking)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(p.c.ordinal)).all()
        return [passage_from(row) for row in rows]

    def spec_passages(self, chunking: str, older: Mapping[str, int] | None = None) -> list[Passage]:
        """All passages that are rows of spec sheets, of the newest versions, of the articles in
        ``older`` those of that version; a row of several facts once for each of them."""
        # Withdrawn articles too: they may come back while the catalogue made of this is in use, and whoever
        # reads the rows leaves out what is hidden at that moment.
        query = _live(_passage_query(), chunking, withdrawn=True).where(tables.passages.c.spec.is_not(None))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(tables.passages.c.article_id, tables.passages.c.ordinal)).all()
        chosen = older or {}
        passages = [passage_from(row) for row in rows if row.article_id not in chosen]
        for article_id, version in chosen.items():
            passages += [one for one in self.article_passages(article_id, version, chunking) if one.spec is not None]
        return [
            view
            for passage in passages
            for view in (
                [replace(passage, spec=fact, facts=()) for fact in passage.facts] if passage.facts else [passage]
            )
        ]

    def older_passages(
        self, older: Mapping[str, int], chunking: str, embedder: str
    ) -> tuple[list[Passage], tuple[list[str], NDArray[np.float32]], frozenset[str]]:
        """``(passages of the versions, their vectors, ids of the passages of the current versions)``."""
        p, a = tables.passages, tables.articles
        found: list[Passage] = []
        current: set[str] = set()
        query = select(p.c.passage_id).join(
            a, and_(a.c.article_id == p.c.article_id, a.c.current_version == p.c.version)
        )
        with self._engine.connect() as connection:
            for batch in batches(sorted(older)):
                current.update(
                    connection.execute(query.where(p.c.article_id.in_(batch), p.c.chunking == chunking)).scalars()
                )
            whole = _passage_query().where(p.c.chunking == chunking).order_by(p.c.article_id, p.c.ordinal)
            for batch in batches(sorted(older)):
                rows = connection.execute(whole.where(p.c.article_id.in_(batch)))
                found += [passage_from(row) for row in rows if row.version == older[row.article_id]]
        return found, self.vectors([item.passage_id for item in found], embedder), frozenset(current)

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


def _standing(row: Any, view: View) -> Standing:
    if row.withdrawn:
        return {REMOVED: Standing.REMOVED, GONE: Standing.GONE}.get(row.withdrawn, Standing.WITHDRAWN)
    if row.article_id in view.withheld:
        return Standing.EMBARGO
    if row.article_id in view.superseded_by:
        return Standing.SUPERSEDED
    return Standing.COPY if row.article_id in view.copy_of else Standing.SHOWN


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
