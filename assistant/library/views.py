"""Reads from the library what a view is made of, and keeps views until the next write."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, and_, select

from assistant.library import tables
from assistant.library.batches import batches
from assistant.library.links import NamedArticles
from assistant.library.validity import Edition, LinkRow, View, end_of_embargo, make_view, versions_on

_KEPT_DAYS = 8


class Views:
    """Views of one library; safe to share between threads."""

    def __init__(self, engine: Engine, revision: Callable[[], str], zone: tzinfo) -> None:
        self._engine = engine
        self._revision = revision
        self._zone = zone
        self._lock = threading.Lock()
        self._kept = _Kept("")

    def now(self, moment: datetime | None = None) -> View:
        """What is valid at ``moment``, the present by default."""
        at = moment or datetime.now(UTC)
        kept = self._fresh()
        if moment is None and kept.now is not None and at < kept.until:
            return kept.now
        embargoes = self._embargoes(kept)
        withheld = frozenset(article_id for article_id, until in embargoes if until is None or until > at)
        view = self._make(kept, None, withheld, frozenset(), None)
        if moment is None:
            # An embargo that ends changes the view by itself.
            ends = [until for _, until in embargoes if until is not None and until > at]
            kept.now, kept.until = view, min(ends, default=datetime.max.replace(tzinfo=UTC))
        return view

    def on(self, day: date) -> View:
        """What was valid at the end of ``day``; what is withheld today stays so."""
        kept = self._fresh()
        at = datetime.now(UTC)
        end = datetime.combine(day + timedelta(days=1), datetime.min.time(), self._zone)
        embargoes = self._embargoes(kept)
        withheld = frozenset(one for one, until in embargoes if until is None or until > at)
        key = (day, withheld)
        if key in kept.days:
            return kept.days[key]
        late = {one for one, until in embargoes if until is not None and until >= end}
        in_force, unseen = versions_on(self._version_rows(kept), day, self._local_day)
        view = self._make(kept, day, withheld, unseen | late, {one: version for one, (version, _) in in_force.items()})
        older = {one: version for one, (version, current) in in_force.items() if not current}
        newest = max(
            (row.published[:10] for row in self._version_rows(kept) if row.published
             and row.article_id not in view.hidden and in_force.get(row.article_id, (0,))[0] == row.version),
            default=None,
        )  # fmt: skip
        view = replace(
            view, newest=newest, older={one: version for one, version in older.items() if one not in view.hidden}
        )
        with self._lock:
            kept.days[key] = view
            while len(kept.days) > _KEPT_DAYS:
                kept.days.popitem(last=False)
        return view

    # -- parts -----------------------------------------------------------------------------------

    def _fresh(self) -> _Kept:
        """What is kept since the last write, of this process or another."""
        revision = self._revision()
        with self._lock:
            if self._kept.revision != revision:
                self._kept = _Kept(revision)
            return self._kept

    def _make(
        self,
        kept: _Kept,
        day: date | None,
        withheld: frozenset[str],
        unseen: frozenset[str],
        versions: dict[str, int] | None,
    ) -> View:
        links, twins = self._links(kept), self._twins(kept)
        if not links and not twins:
            return View(day=day, hidden=withheld | unseen, withheld=withheld)
        names = kept.names = kept.names or NamedArticles(self._engine)
        ids = {link.article_id for link in links} | {key[0] for pair in twins for key in pair}
        editions = self._editions(kept, ids | self._targets(links, names))
        in_force = {
            article_id: edition
            for article_id, known in editions.items()
            for version, (edition, current) in known.items()
            if (current if versions is None else versions.get(article_id) == version)
        }
        return make_view(
            day=day,
            withheld=withheld,
            unseen=unseen,
            in_force=in_force,
            links=links,
            twins=twins,
            names=names,
        )

    def _targets(self, links: Iterable[LinkRow], names: NamedArticles) -> set[str]:
        found: set[str] = set()
        for link in links:
            if link.kind != "self":
                found.update(names.find(link.article_id, link.kind, link.name, {})[0])
        return found

    def _embargoes(self, kept: _Kept) -> list[tuple[str, datetime | None]]:
        """``(article_id, end of its embargo)``; None for what is withdrawn, and for an embargo nobody can read."""
        if kept.embargoes is None:
            a = tables.articles
            query = select(a.c.article_id, a.c.withdrawn, a.c.embargo_until).where(
                (a.c.withdrawn != 0) | (a.c.embargo_until.is_not(None))
            )
            with self._engine.connect() as connection:
                rows = connection.execute(query).all()
            found: list[tuple[str, datetime | None]] = []
            for row in rows:
                try:
                    until = None if row.withdrawn else end_of_embargo(row.embargo_until, self._zone)
                except ValueError:
                    until = None
                found.append((row.article_id, until))
            kept.embargoes = found
        return kept.embargoes

    def _links(self, kept: _Kept) -> list[LinkRow]:
        if kept.links is None:
            n = tables.links
            query = select(n.c.article_id, n.c.version, n.c.kind, n.c.name)
            with self._engine.connect() as connection:
                rows = connection.execute(query.order_by(n.c.article_id, n.c.version, n.c.position)).all()
            kept.links = [LinkRow(row.article_id, row.version, row.kind, row.name) for row in rows]
        return kept.links

    def _twins(self, kept: _Kept) -> list[tuple[tuple[str, int], tuple[str, int]]]:
        if kept.twins is None:
            w = tables.twins
            with self._engine.connect() as connection:
                rows = connection.execute(select(w)).all()
            kept.twins = [((row.article_id, row.version), (row.twin_id, row.twin_version)) for row in rows]
        return kept.twins

    def _editions(self, kept: _Kept, ids: Iterable[str]) -> dict[str, dict[int, tuple[Edition, bool]]]:
        """All versions of the articles: ``version -> (edition, whether it is the current one)``."""
        missing = sorted(set(ids) - kept.editions.keys())
        v, a, t = tables.versions, tables.articles, tables.traits
        query = (
            select(
                v.c.article_id, v.c.version, v.c.title, v.c.lang, v.c.published, v.c.url, v.c.indexed_at,
                a.c.current_version, t.c.wire, t.c.updated,
            )
            .join(a, a.c.article_id == v.c.article_id)
            .outerjoin(t, and_(t.c.article_id == v.c.article_id, t.c.version == v.c.version))
        )  # fmt: skip
        with self._engine.connect() as connection:
            for batch in batches(missing):
                kept.editions.update((one, {}) for one in batch)
                for row in connection.execute(query.where(v.c.article_id.in_(batch))):
                    day = (row.published or "")[:10] or self._local_day(row.indexed_at)
                    edition = Edition(
                        article_id=row.article_id,
                        version=row.version,
                        title=row.title,
                        lang=row.lang,
                        published=row.published,
                        url=row.url,
                        day=day,
                        wire=bool(row.wire),
                        updated=row.updated,
                    )
                    kept.editions[row.article_id][row.version] = (edition, row.version == row.current_version)
        return kept.editions

    def _version_rows(self, kept: _Kept) -> list[Any]:
        if kept.versions is None:
            v, a, t = tables.versions, tables.articles, tables.traits
            query = (
                select(
                    v.c.article_id, v.c.version, a.c.current_version, v.c.published, t.c.updated, v.c.indexed_at
                )
                .join(a, a.c.article_id == v.c.article_id)
                .outerjoin(t, and_(t.c.article_id == v.c.article_id, t.c.version == v.c.version))
                .order_by(v.c.article_id, v.c.version)
            )  # fmt: skip
            with self._engine.connect() as connection:
                kept.versions = list(connection.execute(query).all())
        return kept.versions

    def _local_day(self, moment: str) -> str:
        return _day_in(moment, self._zone)


class _Kept:
    """What has been read since one write."""

    def __init__(self, revision: str) -> None:
        self.revision = revision
        self.now: View | None = None
        self.until = datetime.min.replace(tzinfo=UTC)
        self.days: OrderedDict[tuple[date, frozenset[str]], View] = OrderedDict()
        self.embargoes: list[tuple[str, datetime | None]] | None = None
        self.links: list[LinkRow] | None = None
        self.twins: list[tuple[tuple[str, int], tuple[str, int]]] | None = None
        self.editions: dict[str, dict[int, tuple[Edition, bool]]] = {}
        self.versions: list[Any] | None = None
        self.names: NamedArticles | None = None


@lru_cache(maxsize=4096)
def _day_in(moment: str, zone: tzinfo) -> str:
    parsed = datetime.fromisoformat(moment)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(zone).date().isoformat()
