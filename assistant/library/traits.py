"""What is worked out from a version when it is stored: keys to find it by, what it corrects, its copies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from assistant.library import codec, likeness, notices, tables
from assistant.library.batches import batches
from assistant.library.bulk import insert_rows
from assistant.types import Article

TRAITS_VERSION = "1"
"""Raised when any of this comes out differently: what is stored is then worked out again."""
STATE_KEY = "traits"
_MAX_IN_BUCKET = 40
"""Versions of one bucket that a new one is compared with, the earliest stored first."""
_BATCH = 500

Key = tuple[str, int]


def put_traits(connection: Connection, articles: Sequence[Article]) -> None:
    """Store the traits of new versions and the pairs they form with what is in the library."""
    if not articles:
        return
    rows, links = [], []
    bodies = [likeness.Body(article) for article in articles]
    for article, sketch in zip(articles, likeness.sketches(bodies), strict=True):
        rows.append(
            {
                "article_id": article.article_id,
                "version": article.version,
                "title_key": notices.title_key(article.title),
                "url_key": notices.url_key(article.metadata.url) if article.metadata.url else None,
                "updated": article.metadata.updated,
                "wire": int(sketch.wire),
                "bucket_a": sketch.buckets[0],
                "bucket_b": sketch.buckets[1],
            }
        )
        links += [
            {
                "article_id": article.article_id,
                "version": article.version,
                "position": position,
                "kind": link.kind,
                "name": link.name,
            }
            for position, link in enumerate(notices.find_links(article))
        ]
    insert_rows(connection, tables.traits, rows)
    insert_rows(connection, tables.links, links)
    fresh = {(article.article_id, article.version): own for article, own in zip(articles, bodies, strict=True)}
    _put_twins(connection, fresh, rows)


def put_missing_traits(connection: Connection) -> None:
    """Work out the traits of versions that an older release stored. Cheap when there are none."""
    s = tables.state
    if connection.execute(select(s.c.value).where(s.c.key == STATE_KEY)).scalar() == TRAITS_VERSION:
        return
    for table in (tables.traits, tables.links, tables.twins):
        connection.execute(delete(table))
    v = tables.versions
    keys = [(row.article_id, row.version) for row in connection.execute(select(v.c.article_id, v.c.version))]
    for start in range(0, len(keys), _BATCH):
        put_traits(connection, list(_articles(connection, keys[start : start + _BATCH]).values()))
    connection.execute(delete(s).where(s.c.key == STATE_KEY))
    connection.execute(insert(s).values(key=STATE_KEY, value=TRAITS_VERSION))


def _put_twins(connection: Connection, fresh: Mapping[Key, likeness.Body], rows: Sequence[Mapping[str, Any]]) -> None:
    t = tables.traits
    pairs: dict[tuple[Key, Key], None] = {}
    buckets: dict[str, dict[str, list[Key]]] = {"bucket_a": defaultdict(list), "bucket_b": defaultdict(list)}
    for name, members in buckets.items():
        wanted = [str(row[name]) for row in rows if row[name] is not None]
        for batch in batches(wanted):
            query = select(t.c.article_id, t.c.version, t.c[name]).where(t.c[name].in_(batch))
            for found in connection.execute(query):
                members[str(found[2])].append((found[0], found[1]))
    ordered = {name: {bucket: sorted(keys) for bucket, keys in found.items()} for name, found in buckets.items()}
    for row in rows:
        own = (str(row["article_id"]), int(row["version"]))
        for name, members in ordered.items():
            others = (key for key in members.get(str(row[name]), ()) if key[0] != own[0])
            for other in islice(others, _MAX_IN_BUCKET):
                pairs[min(own, other), max(own, other)] = None
    if not pairs:
        return
    stored = _articles(connection, sorted({key for pair in pairs for key in pair} - fresh.keys()))
    bodies = {**{key: likeness.Body(article) for key, article in stored.items()}, **fresh}
    same = [pair for pair in pairs if likeness.says_the_same(bodies[pair[0]], bodies[pair[1]])]
    if same:
        connection.execute(
            insert(tables.twins),
            [{"article_id": one[0], "version": one[1], "twin_id": two[0], "twin_version": two[1]} for one, two in same],
        )


def _articles(connection: Connection, keys: Sequence[Key]) -> dict[Key, Article]:
    v = tables.versions
    wanted = frozenset(keys)
    found: dict[Key, Article] = {}
    for batch in batches(sorted({article_id for article_id, _ in keys})):
        for row in connection.execute(select(v).where(v.c.article_id.in_(batch))):
            if (row.article_id, row.version) not in wanted:
                continue
            found[row.article_id, row.version] = Article(
                article_id=row.article_id,
                title=row.title,
                text=row.text,
                lang=row.lang,
                blocks=codec.load_blocks(row.blocks),
                metadata=codec.load_metadata(row._mapping["metadata"]),
                version=row.version,
            )
    return found
