"""Front matter of Markdown articles: the YAML between two ``---`` lines."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field

from assistant.ingest.dates import WrittenDate, parse_date
from assistant.ingest.head import NO_METADATA
from assistant.ingest.site import as_texts
from assistant.ingest.source import UnreadableSource
from assistant.ingest.yamlnodes import YamlDocument, YamlValue, read_yaml
from assistant.types import ArticleMetadata, Source

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0", ""})


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front matter says. Unknown keys (``layout``, ``reading_time``) are ignored."""

    title: str = ""
    article_id: str = ""
    lang: str = ""
    entity: str = ""
    aliases: tuple[str, ...] = ()
    vendor: str = ""
    published: WrittenDate | None = None
    updated: WrittenDate | None = None
    metadata: ArticleMetadata = NO_METADATA
    draft: bool = False  # ``draft: true`` or ``published: false``
    permalink: str = ""
    slug: str = ""
    source_ids: dict[str, tuple[str, str]] = field(default_factory=dict)  # id -> (title, url)


def front_matter_of(text: str) -> tuple[FrontMatter, str]:
    """The front matter of an article, YAML or (Hugo) TOML, and the body.

    Raises:
        UnreadableSource: With the line that is wrong.
    """
    if text.startswith("+++\n"):
        raw, closed, body = text[4:].partition("\n+++")
        if not closed or body[:1] not in ("", "\n"):
            raise UnreadableSource("broken front matter: it is opened by '+++' but never closed", line=1)
        return _read_toml(raw), body[1:]
    written, body, _ = split_front_matter(text)
    return (FrontMatter() if written is None else read_front_matter(written)), body


def _read_toml(text: str) -> FrontMatter:
    try:
        value = as_texts(tomllib.loads(text))
    except tomllib.TOMLDecodeError as exc:
        raise UnreadableSource(f"broken front matter: {exc}", line=1) from exc
    assert isinstance(value, dict)
    taxonomies = value.get("taxonomies")
    # Zola and some themes of Hugo put categories and tags one level down.
    values = {**(taxonomies if isinstance(taxonomies, dict) else {}), **value}
    return _Fields(YamlDocument(values, {(): 2}), values).read()


def split_front_matter(text: str) -> tuple[str | None, str, int]:
    """The front matter (None without one), the body, and the number of lines above the body.

    Raises:
        UnreadableSource: The front matter is opened but never closed.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return None, text, 0
    for index, line in enumerate(lines[1:], start=1):
        if line.rstrip() in ("---", "..."):
            return "\n".join(lines[1:index]), "\n".join(lines[index + 1 :]), index + 1
    # A rule as the first line of an article without front matter.
    if len(lines) > 1 and not re.match(r"[A-Za-z_][\w-]*\s*:", lines[1]):
        return None, text, 0
    raise UnreadableSource("broken front matter: it is opened by '---' but never closed", line=1)


def read_front_matter(text: str) -> FrontMatter:
    """Read the YAML of a front matter that starts in line 2 of its file.

    Raises:
        UnreadableSource: With the line that is wrong.
    """
    try:
        document = read_yaml(text, first_line=2)
    except UnreadableSource as exc:
        raise UnreadableSource(f"broken front matter: {exc}", line=exc.line) from exc
    if document.value is None:
        return FrontMatter()
    if not isinstance(document.value, dict):
        raise UnreadableSource("broken front matter: it must be 'key: value' lines", line=2)
    return _Fields(document, document.value).read()


class _Fields:
    """Reads fields by their names and names the line of what does not fit."""

    def __init__(self, document: YamlDocument, values: dict[str, YamlValue]) -> None:
        self._document = document
        self._values = values

    def read(self) -> FrontMatter:
        published = self._date("date", *(() if self._is_switch("published") else ("published",)))
        updated = self._date("updated", "last_modified_at", "lastmod", "modified")
        embargo = self._date("embargo_until", "embargo")
        source_ids = self._source_ids()
        published_flag = self._values.get("published")
        unpublished = self._is_switch("published") and str(published_flag).strip().lower() in _FALSE
        return FrontMatter(
            title=self._text("title"),
            article_id=self._text("id", "article_id"),
            lang=self._text("lang", "language"),
            entity=self._text("entity"),
            aliases=self._texts("aliases"),
            vendor=self._text("vendor"),
            published=published,
            updated=updated,
            source_ids=source_ids,
            draft=unpublished or self._flag("draft"),
            permalink=self._text("permalink", "url"),
            slug=self._text("slug"),
            metadata=ArticleMetadata(
                published=published.iso if published else None,
                updated=updated.iso if updated else None,
                url=self._text("url", "canonical_url", "permalink") or None,
                author=self._author(),
                categories=self._texts("categories", "category"),
                tags=self._texts("tags", "tag", "keywords"),
                excerpt=self._text("excerpt", "description", "summary") or None,
                sources=tuple(Source(*named) for named in source_ids.values()) or self._sources(),
                licence=self._text("licence", "license") or None,
                corrects=self._texts("corrects"),
                supersedes=self._texts("supersedes"),
                withdrawn=self._flag("withdrawn"),
                embargo_until=embargo.iso if embargo else None,
            ),
        )

    def _find(self, *names: str) -> tuple[str, YamlValue]:
        return next(
            ((name, value) for name in names if (value := self._values.get(name)) is not None), (names[0], None)
        )

    def _wrong(self, name: str, why: str) -> UnreadableSource:
        return UnreadableSource(f"broken front matter: {name!r} {why}", line=self._document.line_of([name]))

    def _text(self, *names: str) -> str:
        name, value = self._find(*names)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self._wrong(name, f"must be a text, not {value!r}")
        return " ".join(value.split("\n")).strip()

    def _texts(self, *names: str) -> tuple[str, ...]:
        """A list, or one text; a comma separates in it, a space does not (``Machine Learning``)."""
        name, value = self._find(*names)
        if value is None:
            return ()
        if isinstance(value, str):
            value = list(re.split(r"\s*[,、，]\s*", value)) if name not in ("corrects", "supersedes") else [value]
        if not isinstance(value, list):
            raise self._wrong(name, f"must be a text or a list of texts, not {value!r}")
        texts = [self._item(name, item) for item in value if item is not None]
        return tuple(dict.fromkeys(filter(None, texts)))

    def _item(self, name: str, item: YamlValue) -> str:
        if not isinstance(item, str):
            raise self._wrong(name, f"must be a list of texts, not of {item!r}")
        return item.strip()

    def _author(self) -> str | None:
        name, value = self._find("author", "authors")
        if isinstance(value, dict):  # author: {name: …, email: …}
            value = value.get("name")
        if isinstance(value, list):
            return "、".join(self._item(name, item) for item in value) or None
        return self._text(name) or None if isinstance(value, str) else None

    def _date(self, *names: str) -> WrittenDate | None:
        name, value = self._find(*names)
        if value is None or value == "":
            return None
        try:
            if not isinstance(value, str):
                raise ValueError(f"{value!r} is not a date")
            return parse_date(value)
        except ValueError as exc:
            raise self._wrong(name, str(exc)) from exc

    def _is_switch(self, name: str) -> bool:
        """Whether a key that may also hold a date (``published``) says yes or no."""
        value = self._values.get(name)
        return isinstance(value, str) and value.strip().lower() in (_TRUE | _FALSE) - {""}

    def _flag(self, name: str) -> bool:
        value = self._values.get(name)
        if value is None or (isinstance(value, str) and value.lower() in _FALSE):
            return False
        if isinstance(value, str) and value.lower() in _TRUE:
            return True
        raise self._wrong(name, f"must be true or false, not {value!r}")

    def _sources(self) -> tuple[Source, ...]:
        name, value = self._find("sources", "source")
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        return tuple(dict.fromkeys(self._source(name, item) for item in items if item is not None))

    def _source(self, name: str, item: YamlValue) -> Source:
        if isinstance(item, str):
            return Source(item.strip(), item.strip() if re.match(r"https?://", item.strip()) else "")
        if isinstance(item, dict):
            title, url = item.get("title") or item.get("name") or item.get("url"), item.get("url") or ""
            if isinstance(title, str) and isinstance(url, str):
                return Source(title.strip(), url.strip())
        raise self._wrong(name, f"must hold texts or {{title, url}}, not {item!r}")

    def _source_ids(self) -> dict[str, tuple[str, str]]:
        """``sources`` as in a spec sheet: id to title and url."""
        value = self._values.get("sources")
        if not isinstance(value, dict):
            return {}
        found: dict[str, tuple[str, str]] = {}
        for key, item in value.items():
            source = self._source("sources", item)
            found[key] = (source.title, source.url)
        return found
