"""What of the library is valid, now or on a day: which articles are shown, which version of each, what
corrects what, which articles are copies of one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from assistant.library.links import LinkProblem, NamedArticles
from assistant.library.notices import CORRECTS, NOTICE, SELF, SUPERSEDES
from assistant.library.twins import groups


@dataclass(frozen=True, slots=True)
class Edition:
    """A version of an article with what is told of it beside an answer."""

    article_id: str
    version: int
    title: str
    lang: str
    published: str | None
    url: str | None
    day: str  # ISO date from which it counts: its own, or that of its first indexing
    wire: bool = False
    updated: str | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What is valid at one moment. Article ids that a mapping lacks have nothing of its kind."""

    day: date | None  # None for now
    hidden: frozenset[str] = frozenset()  # may not be shown, for whatever reason
    withheld: frozenset[str] = frozenset()  # of these: withdrawn, removed or under embargo
    older: Mapping[str, int] = field(default_factory=dict)  # version in force where it is not the current one
    corrections: Mapping[str, tuple[Edition, ...]] = field(default_factory=dict)  # article -> what corrects it
    superseded_by: Mapping[str, Edition] = field(default_factory=dict)
    supersedes: Mapping[str, tuple[Edition, ...]] = field(default_factory=dict)  # article -> what it replaces
    copies: Mapping[str, tuple[Edition, ...]] = field(default_factory=dict)  # article shown -> its copies
    copy_of: Mapping[str, str] = field(default_factory=dict)  # article left out -> the one shown
    problems: tuple[LinkProblem, ...] = ()  # corrections that name no article, or several
    newest: str | None = None  # YYYY-MM-DD; only for a day


@dataclass(frozen=True, slots=True)
class LinkRow:
    """What one version says it corrects or supersedes, see notices.py."""

    article_id: str
    version: int
    kind: str
    name: str


def make_view(
    *,
    day: date | None,
    withheld: frozenset[str],
    unseen: frozenset[str],
    in_force: Mapping[str, Edition],
    links: Sequence[LinkRow],
    twins: Iterable[tuple[tuple[str, int], tuple[str, int]]],
    names: NamedArticles,
) -> View:
    """Work out a view.

    Args:
        day: The day it is about; None for now.
        withheld: Articles that are withdrawn or under embargo.
        unseen: Articles that did not exist on that day.
        in_force: The version in force of every article that ``links`` or ``twins`` name, and of any other.
        links: Links of the versions in force.
        twins: Pairs of versions that are copies.
        names: Finds the articles that links name.
    """
    gone = withheld | unseen
    kin = groups(
        (one[0], two[0])
        for one, two in twins
        if one[0] not in unseen and two[0] not in unseen and _is_in_force(one, in_force) and _is_in_force(two, in_force)
    )
    replacing, correcting, problems = _edges(links, names, kin, in_force)
    superseded_by = _superseded(replacing, kin, gone, in_force)
    corrections = {
        target: tuple(sorted((in_force[one] for one in sources if one not in gone and one in in_force), key=_age))
        for target, sources in correcting.items()
    }
    out = gone | superseded_by.keys()
    copies, copy_of = _copies(kin, out, in_force)
    supersedes: dict[str, list[Edition]] = defaultdict(list)
    for old, new in superseded_by.items():
        if old in in_force:
            supersedes[new.article_id].append(in_force[old])
    return View(
        day=day,
        hidden=frozenset(out | copy_of.keys()),
        withheld=withheld,
        corrections={target: found for target, found in corrections.items() if found},
        superseded_by=superseded_by,
        supersedes={new: tuple(sorted(olds, key=_age)) for new, olds in supersedes.items()},
        copies=copies,
        copy_of=copy_of,
        problems=tuple(problems),
    )


def _is_in_force(key: tuple[str, int], in_force: Mapping[str, Edition]) -> bool:
    edition = in_force.get(key[0])
    return edition is not None and edition.version == key[1]


def _age(edition: Edition) -> tuple[str, str]:
    return edition.day, edition.article_id


def _edges(
    links: Sequence[LinkRow],
    names: NamedArticles,
    kin: Mapping[str, frozenset[str]],
    in_force: Mapping[str, Edition],
) -> tuple[dict[str, set[str]], dict[str, set[str]], list[LinkProblem]]:
    """``(superseding article -> articles, corrected article -> corrections, what leads nowhere)``."""
    replacing: dict[str, set[str]] = defaultdict(set)
    correcting: dict[str, set[str]] = defaultdict(set)
    problems = []
    for link in links:
        if not _is_in_force((link.article_id, link.version), in_force):
            continue
        if link.kind == SELF:
            correcting[link.article_id].add(link.article_id)
            continue
        found, problem = names.find(link.article_id, link.kind, link.name, kin)
        if problem is not None:
            problems.append(problem)
        for target in found:
            # What holds of a text holds of its copies.
            for same in kin.get(target, frozenset({target})) - {link.article_id}:
                if link.kind == SUPERSEDES:
                    replacing[link.article_id].add(same)
                else:
                    assert link.kind in (CORRECTS, NOTICE)
                    correcting[same].add(link.article_id)
    return replacing, correcting, problems


def _superseded(
    replacing: Mapping[str, set[str]],
    kin: Mapping[str, frozenset[str]],
    gone: frozenset[str],
    in_force: Mapping[str, Edition],
) -> dict[str, Edition]:
    """Every article that one still shown replaces, at once or through others, with the newest of those.

    Of two that claim to replace each other the younger one counts.
    """
    reach = {source: _reachable(source, replacing) for source in replacing}
    found: dict[str, Edition] = {}
    for source in sorted(replacing):
        if source in gone or source not in in_force:
            continue
        for target in reach[source] - {source}:
            if source in reach.get(target, frozenset()) and not _younger(source, target, in_force):
                continue
            if target in kin.get(source, frozenset()):
                continue
            best = found.get(target)
            if best is None or _age(best) < _age(in_force[source]):
                found[target] = in_force[source]
    return found


def _younger(one: str, two: str, in_force: Mapping[str, Edition]) -> bool:
    return two not in in_force or _age(in_force[one]) > _age(in_force[two])


def _reachable(source: str, edges: Mapping[str, set[str]]) -> frozenset[str]:
    seen: set[str] = set()
    todo = [source]
    while todo:
        for target in edges.get(todo.pop(), ()):
            if target not in seen:
                seen.add(target)
                todo.append(target)
    return frozenset(seen)


def _copies(
    kin: Mapping[str, frozenset[str]], out: frozenset[str], in_force: Mapping[str, Edition]
) -> tuple[dict[str, tuple[Edition, ...]], dict[str, str]]:
    """Of each group of copies one is shown: our own before an agency's, then the earliest."""
    copies: dict[str, tuple[Edition, ...]] = {}
    copy_of: dict[str, str] = {}
    for group in set(kin.values()):
        shown = sorted(
            (in_force[one] for one in group - out if one in in_force),
            key=lambda item: (item.wire, item.published is None, item.published or "", item.article_id),
        )
        if len(shown) > 1:
            copies[shown[0].article_id] = tuple(shown[1:])
            copy_of.update((item.article_id, shown[0].article_id) for item in shown[1:])
    return copies, copy_of


def versions_on(rows: Iterable[Any], day: date, first_day: Any) -> tuple[dict[str, tuple[int, bool]], frozenset[str]]:
    """The version of every article that was in force on a day.

    A first version counts from its publication, a later one from the day the source gives for the
    update, else from a new publication date, else from its indexing.

    Args:
        rows: ``(article_id, version, current_version, published, updated, indexed_at)``, sorted by id
            and version.
        day: The day.
        first_day: Turns ``indexed_at`` into an ISO date.

    Returns:
        ``(article_id -> (version, whether it is the current one), articles that did not exist yet)``.
    """
    wanted = day.isoformat()
    found: dict[str, tuple[int, bool]] = {}
    everything: set[str] = set()
    before: tuple[str, str, str] = ("", "", "")  # article, published, effective day of the version before
    for row in rows:
        everything.add(row.article_id)
        published = (row.published or "")[:10]
        if row.article_id != before[0]:
            effective = published or first_day(row.indexed_at)
        else:
            updated = (row.updated or "")[:10]
            if updated > before[2]:
                effective = updated
            elif published > before[1]:
                effective = published
            else:
                effective = first_day(row.indexed_at)
            effective = max(effective, before[2])
        before = (row.article_id, published, effective)
        if effective <= wanted:
            found[row.article_id] = (row.version, row.version == row.current_version)
    return found, frozenset(everything - found.keys())


def end_of_embargo(moment: str | None, zone: Any) -> datetime | None:
    """When an embargo ends; None without one. A time without an offset is one of ``zone``.

    Raises:
        ValueError: It is no ISO date or time.
    """
    if not moment:
        return None
    parsed = datetime.fromisoformat(moment)
    return parsed.replace(tzinfo=zone) if parsed.tzinfo is None else parsed
