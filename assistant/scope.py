"""Which articles a question may be answered from: named sources, a range of dates, one language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from urllib.parse import urlsplit

from assistant.errors import ConfigError

LANGS = ("ja", "en")


@dataclass(frozen=True, slots=True)
class Scope:
    """A filter of the person who asks. What is empty does not filter.

    Args:
        sources: Article ids, hosts of original pages, or names of the file or folder an article was read
            from; an article of any of them is inside.
        published_from: First day of publication, as printed in the source.
        published_to: Last day. Articles without a date are outside as soon as either day is given, and so
            are those of which only the month or year is known and reaches beyond.
        lang: ``ja`` or ``en``: the articles' language.

    Raises:
        ConfigError: The days are in the wrong order, or the language is another.
    """

    sources: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None
    lang: str | None = None

    def __post_init__(self) -> None:
        if self.published_from and self.published_to and self.published_from > self.published_to:
            raise ConfigError(
                f"The first day {self.published_from.isoformat()!r} is after the last {self.published_to.isoformat()!r}. "
                "Exchange them."
            )
        if self.lang is not None and self.lang not in LANGS:
            raise ConfigError(f"There are no articles in the language {self.lang!r}. Choose ja or en.")

    def __bool__(self) -> bool:
        return bool(self.sources or self.published_from or self.published_to or self.lang)

    def admits(self, *, article_id: str, lang: str, published: str | None, url: str | None, source_path: str) -> bool:
        """Whether an article with these facts is inside."""
        if self.lang is not None and lang != self.lang:
            return False
        if not self._in_days(published):
            return False
        if not self.sources:
            return True
        path = PurePath(source_path)
        names = {article_id, path.name, path.parent.name, host_of(url)} - {""}
        return not names.isdisjoint(self.sources)

    def _in_days(self, published: str | None) -> bool:
        if self.published_from is None and self.published_to is None:
            return True
        # "2026-03" is all of March: its first and its last day have to be inside.
        day = (published or "")[:10]
        if not day:
            return False
        first, last = (day + "-01-01"[len(day) - 4 :])[:10], (day + "-12-31"[len(day) - 4 :])[:10]
        if self.published_from is not None and first < self.published_from.isoformat():
            return False
        return self.published_to is None or last <= self.published_to.isoformat()


def host_of(url: str | None) -> str:
    """The host of a web address without ``www.``, in small letters; empty where there is none."""
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")
