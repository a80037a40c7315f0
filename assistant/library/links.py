"""From what a correction calls the article it is about to the article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, or_, select

from assistant.library import tables
from assistant.library.notices import NOTICE, Mention, tail_of, title_key, url_key

_MIN_TITLE = 4
"""Letters of a quoted title below which it is a word, not a title."""
_MIN_PART = 8
"""Letters from which a part of a title names its article."""


@dataclass(frozen=True, slots=True)
class LinkProblem:
    """A correction that an editor has to look at."""

    article_id: str  # the correction
    kind: str  # corrects, supersedes or notice
    name: str  # as written
    reason: str  # unknown, ambiguous, itself or unplaced
    candidates: tuple[str, ...] = ()  # article ids

    def __str__(self) -> str:
        verb = "supersedes" if self.kind == "supersedes" else "corrects"
        if self.reason == "ambiguous":
            return (
                f"{self.article_id} {verb} {self.name!r}, which fits {len(self.candidates)} articles "
                f"({', '.join(self.candidates[:4])}); write the article id"
            )
        if self.reason == "itself":
            return f"{self.article_id} {verb} {self.name!r}, which is itself"
        if self.reason == "unplaced":
            return (
                f"{self.article_id} corrects {self.name!r}, but which statement is wrong could not be told; "
                "write it like 「AとしたのはBの誤り」, or supersede the whole article"
            )
        return f"{self.article_id} {verb} {self.name!r}, which is no article of the library"


class NamedArticles:
    """Finds articles by id, path, URL or title. Titles and URLs of older versions count too."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[str, tuple[str, ...]] = {}

    def find(
        self, source: str, kind: str, name: str, kin: Mapping[str, frozenset[str]]
    ) -> tuple[tuple[str, ...], LinkProblem | None]:
        """The articles that ``source`` means, and what is wrong with the link if anything is.

        Args:
            source: The article that names them.
            kind: How.
            name: As written; for a notice its mention as JSON.
            kin: Groups of copies: a name that fits only copies of one text is not ambiguous.
        """
        if kind == NOTICE:
            return self._mentioned(source, Mention.from_json(name), kin)
        found = self._named(name)
        others = tuple(one for one in found if one != source)
        if not others:
            return (), LinkProblem(source, kind, name, "itself" if found else "unknown")
        if len(others) > 1 and not _one_text(others, kin):
            others = self._own(others)
        if len(others) > 1 and not _one_text(others, kin):
            return (), LinkProblem(source, kind, name, "ambiguous", others)
        return others, None

    def _mentioned(
        self, source: str, mention: Mention, kin: Mapping[str, frozenset[str]]
    ) -> tuple[tuple[str, ...], LinkProblem | None]:
        chosen: dict[str, None] = {}
        ambiguous: LinkProblem | None = None
        for name in mention.names:
            if "://" not in name and len(title_key(name)) < _MIN_TITLE:
                continue
            found = tuple(one for one in self._named(name) if one != source)
            if len(found) > 1 and not _one_text(found, kin):
                found = self._own(found)
            if len(found) > 1 and not _one_text(found, kin):
                dated = self._published_on(found, mention.days)
                if not dated or (len(dated) > 1 and not _one_text(dated, kin)):
                    ambiguous = ambiguous or LinkProblem(source, NOTICE, name, "ambiguous", found)
                    continue
                found = dated
            chosen.update(dict.fromkeys(found))
        if chosen:
            return tuple(chosen), None
        named = mention.names[0] if mention.names else "(no title, no address)"
        return (), ambiguous or LinkProblem(source, NOTICE, named, "unknown")

    def _own(self, article_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Those that are not an agency's, if any: a newsroom corrects its own articles."""
        t = tables.traits
        query = select(t.c.article_id).where(t.c.article_id.in_(article_ids), t.c.wire == 1)
        with self._engine.connect() as connection:
            wire = set(connection.execute(query).scalars())
        return tuple(one for one in article_ids if one not in wire) or article_ids

    def _published_on(self, article_ids: Iterable[str], days: Iterable[str]) -> tuple[str, ...]:
        v, wanted = tables.versions, set(days)
        query = select(v.c.article_id, v.c.published).where(v.c.article_id.in_(list(article_ids)))
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return tuple(sorted({row.article_id for row in rows if (row.published or "")[:10] in wanted}))

    def _named(self, name: str) -> tuple[str, ...]:
        if name not in self._known:
            self._known[name] = self._look_up(name)
        return self._known[name]

    def _look_up(self, name: str) -> tuple[str, ...]:
        a, t = tables.articles, tables.traits
        title, tail = title_key(name), tail_of(name)
        queries = [
            select(a.c.article_id).where(a.c.article_id == name),
            select(a.c.article_id).where(
                or_(a.c.source_path == name, a.c.source_path.endswith(f"/{tail}", autoescape=True))
            )
            if "/" in name or "." in tail
            else None,
            select(t.c.article_id).where(t.c.url_key == url_key(name)) if "/" in name or "." in name else None,
            select(t.c.article_id).where(t.c.title_key == title) if title else None,
            select(t.c.article_id).where(t.c.title_key.contains(title, autoescape=True))
            if len(title) >= _MIN_PART and "://" not in name
            else None,
        ]
        with self._engine.connect() as connection:
            for query in queries:
                if query is None:
                    continue
                found = sorted(set(connection.execute(query).scalars()))
                if found:
                    return tuple(found)
        return ()


def _one_text(article_ids: Iterable[str], kin: Mapping[str, frozenset[str]]) -> bool:
    ids = list(article_ids)
    return set(ids) <= kin.get(ids[0], frozenset({ids[0]}))
