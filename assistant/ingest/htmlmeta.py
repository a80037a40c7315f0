"""What a page says about its article: JSON-LD first, then OpenGraph and meta tags, then trafilatura's guesses."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

from assistant.ingest.dates import WrittenDate, parse_date
from assistant.ingest.htmlwalk import Element, inline_text
from assistant.text.patterns import lazy_pattern

_LOGGER = logging.getLogger(__name__)
_ARTICLE_TYPES = lazy_pattern(r"Article|BlogPosting|Report|Review|Posting$")
_TITLE_CUT = r"\s*[|｜\-–—:：/／«»・]\s*"


@dataclass(frozen=True, slots=True)
class PageMetadata:
    title: str = ""
    author: str = ""
    published: WrittenDate | None = None
    updated: WrittenDate | None = None
    url: str = ""
    excerpt: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    licence: str = ""
    lang: str = ""


def read_metadata(tree: Element, region: Element | None) -> PageMetadata:
    """Collect the metadata of a page.

    Args:
        tree: The ``html`` element.
        region: The element of the article, whose ``h1`` is the best title there is.
    """
    data = next(_articles(tree), {})
    metas = _metas(tree)
    guessed = _guess(tree)
    site = metas.get("og:site_name", "")
    lang = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or metas.get("og:locale", "")
    headline = _text(data.get("headline"))
    title = (
        _single_h1(region)
        or headline
        or _without_site(metas.get("og:title", ""), site)
        or guessed.title
        or _without_site(inline_text(tree.find(".//title")) if tree.find(".//title") is not None else "", site)
    )
    author = (
        _names_of(data.get("author"))
        or metas.get("author", "")
        or _plain(metas.get("article:author", ""))
        or guessed.author
    )
    published = (
        _date(data.get("datePublished"))
        or _date(metas.get("article:published_time"))
        or _date(metas.get("date") or metas.get("pubdate") or metas.get("dc.date"))
        or _time_element(tree, region)
        or guessed.published
    )
    section = _texts(data.get("articleSection")) or _texts(metas.get("article:section")) or guessed.categories
    tags = _texts(data.get("keywords")) or _metas_all(tree, "article:tag") or guessed.tags
    return PageMetadata(
        title=title,
        author=author,
        published=published,
        updated=_date(data.get("dateModified")) or _date(metas.get("article:modified_time")),
        url=_canonical(tree) or metas.get("og:url", "") or guessed.url,
        excerpt=_text(data.get("description")) or metas.get("og:description", "") or metas.get("description", ""),
        categories=section,
        tags=tags or _texts(metas.get("keywords")),
        licence=guessed.licence,
        lang=lang or _text(data.get("inLanguage")) or metas.get("content-language", ""),
    )


def _guess(tree: Element) -> PageMetadata:
    """What trafilatura finds in class names, links and text."""
    from trafilatura.metadata import extract_metadata

    try:
        document = extract_metadata(deepcopy(tree), extensive=False)
    except Exception:  # it reads pages of any kind; without it there is still what the page declares
        _LOGGER.warning("trafilatura could not read the metadata of a page", exc_info=True)
        return PageMetadata()
    return PageMetadata(
        title=document.title or "",
        author=(document.author or "").replace("; ", ", "),
        published=_date(document.date),
        url=document.url or "",
        categories=tuple(document.categories or ()),
        tags=tuple(document.tags or ()),
        licence=document.license or "",
    )


def _articles(tree: Element) -> Iterator[dict[str, object]]:
    """JSON-LD objects of an article type."""
    for script in tree.iterfind('.//script[@type="application/ld+json"]'):
        try:
            pending = [json.loads(script.text or "")]
        except ValueError:
            continue
        while pending:
            value = pending.pop(0)
            if isinstance(value, list):
                pending[:0] = value
            elif isinstance(value, dict):
                types = value.get("@type")
                if any(_ARTICLE_TYPES.search(str(name)) for name in (types if isinstance(types, list) else [types])):
                    yield value
                pending.extend(value[key] for key in ("@graph", "mainEntity") if key in value)


def _metas(tree: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (
            meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
        ).lower()
        content = " ".join((meta.get("content") or "").split())
        if name and content:
            found.setdefault(name, content)
    return found


def _metas_all(tree: Element, name: str) -> tuple[str, ...]:
    values = [(meta.get("content") or "").strip() for meta in tree.iter("meta") if meta.get("property") == name]
    return tuple(dict.fromkeys(filter(None, values)))


def _single_h1(region: Element | None) -> str:
    found = list(region.iter("h1")) if region is not None else []
    return inline_text(found[0]).replace("\n", " ") if len(found) == 1 else ""


def _without_site(title: str, site: str) -> str:
    """``見出し | 毎朝新聞`` without the site's name."""
    if site and (match := re.fullmatch(rf"(.+?){_TITLE_CUT}{re.escape(site)}", title)):
        return match[1].strip()
    return title.strip()


def _time_element(tree: Element, region: Element | None) -> WrittenDate | None:
    for time in (tree if region is None else region).iter("time"):
        if found := _date(time.get("datetime")) or _date(inline_text(time)):
            return found
    return None


def _canonical(tree: Element) -> str:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            return (link.get("href") or "").strip()
    return ""


def _names_of(value: object) -> str:
    """Authors of JSON-LD: a text, an object with a name, or a list of either."""
    people = value if isinstance(value, list) else [value]
    names = [_text(person.get("name")) if isinstance(person, dict) else _plain(_text(person)) for person in people]
    found = dict.fromkeys(filter(None, names))
    return (", " if "".join(found).isascii() else "、").join(found)


def _plain(value: str) -> str:
    """A name, unless it is the address of a profile."""
    return "" if value.startswith(("http://", "https://", "/")) else value


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(dict.fromkeys(part.strip() for part in re.split(r"[,、，]", value) if part.strip()))
    if isinstance(value, list):
        return tuple(dict.fromkeys(text for item in value if (text := _text(item))))
    return ()


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _date(value: object) -> WrittenDate | None:
    try:
        return parse_date(value) if isinstance(value, str) and value.strip() else None
    except ValueError:
        return None
