"""Jekyll and Hugo folders: which files are articles, and at which address they are published.

An address is given only where the site's settings make it certain.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assistant.ingest.source import UnreadableSource
from assistant.ingest.yamlnodes import YamlValue, read_yaml
from assistant.text.patterns import lazy_pattern

_JEKYLL_CONFIGS = ("_config.yml", "_config.yaml")
_HUGO_CONFIGS = (
    "hugo.toml",
    "hugo.yaml",
    "hugo.yml",
    "hugo.json",
    "config.toml",
    "config.yaml",
    "config.yml",
    "config.json",
)
_MAX_CONFIG_BYTES = 1024 * 1024
_POST = lazy_pattern(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})-(?P<slug>.+)")
_PAGES = frozenset({".md", ".markdown"})
_JEKYLL_NEVER = frozenset(
    {"vendor", "node_modules", "assets", "_site", "_drafts", "_layouts", "_includes", "_data", "_sass", "_plugins"}
)
_STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
_KNOWN = frozenset(
    {
        "categories",
        "year",
        "month",
        "day",
        "i_month",
        "i_day",
        "short_year",
        "y_day",
        "title",
        "slug",
        "output_ext",
        "hour",
        "minute",
        "second",
        "collection",
        "path",
        "name",
    }
)
_HUGO_KNOWN = frozenset(
    {
        "year",
        "month",
        "day",
        "slug",
        "title",
        "contentbasename",
        "filename",
        "slugorfilename",
        "slugorcontentbasename",
        "section",
        "sections",
    }
)


@dataclass(frozen=True)
class Post:
    """What the address of a post depends on."""

    path: Path
    published: str = ""  # ISO 8601; empty when the front matter has no date
    permalink: str = ""  # from the front matter, like the rest
    slug: str = ""
    title: str = ""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Site:
    """A site's folder with its settings."""

    root: Path
    kind: str  # "jekyll" or "hugo"
    config: Mapping[str, YamlValue] = field(default_factory=dict)

    def enters(self, folder: Path) -> bool:
        """Whether articles may stand in ``folder``, a subfolder of the root."""
        parts = folder.relative_to(self.root).parts
        if self.kind == "hugo":
            return parts[0] == "content"
        if parts[0] in _JEKYLL_NEVER or folder.name in ("_drafts", "_site", "node_modules"):
            return False
        excluded = self.config.get("exclude")
        if isinstance(excluded, list) and parts[0] in [str(item).strip("/") for item in excluded]:
            return False
        return not folder.name.startswith("_") or folder.name == "_posts" or folder.name[1:] in self._collections()

    def publishes(self, path: Path) -> bool:
        """Whether a file is an article or a page, and not part of the machinery."""
        if self.kind == "hugo":
            parts = path.relative_to(self.root).parts
            return parts[0] == "content" and path.suffix.lower() in _PAGES and path.stem.split(".")[0] != "_index"
        if "_posts" in path.relative_to(self.root).parts:
            return path.suffix.lower() in _PAGES and _POST.fullmatch(path.stem) is not None
        return path.suffix.lower() in _PAGES and path.stem.lower() not in (
            "index",
            "404",
            "search",
            "tags",
            "categories",
        )

    def address(self, post: Post) -> str | None:
        """The post's URL; None where the settings leave it open."""
        base = self._base()
        if not base:
            return None
        path = self._hugo_path(post) if self.kind == "hugo" else self._jekyll_path(post)
        return None if path is None else base + quote(unicodedata.normalize("NFC", path), safe="/%:@!$&'()*+,;=~-._")

    def _base(self) -> str:
        if self.kind == "hugo":
            base = self._text("baseURL") or self._text("baseurl")
            return (
                base.rstrip("/")
                if base.startswith(("http://", "https://")) and len(base.split("/")[2:3][0]) > 1
                else ""
            )
        url = self._text("url")
        if not url.startswith(("http://", "https://")):
            return ""
        base = self._text("baseurl").strip("/")
        return url.rstrip("/") + (f"/{base}" if base else "")

    def _jekyll_path(self, post: Post) -> str | None:
        match = _POST.fullmatch(post.path.stem)
        parts = post.path.relative_to(self.root).parts
        template = post.permalink
        if match is None or "_posts" not in parts:
            if template and ":" not in template:
                return _absolute(template)
            return None
        if not template:
            if self.config.get("defaults") or (self.config.get("collections") and self.config.get("permalink") is None):
                return None  # settings for some of the posts are not worked out here
            template = self._text("permalink") or "date"
        template = _STYLES.get(template, template)
        moment = self._moment(post, match)
        names = set(re.findall(r":(\w+?)(?=[^a-z_]|$)", template.replace(":output_ext", ":output_ext ")))
        if moment is None or not names <= _KNOWN:
            return None
        folders = list(parts[: parts.index("_posts")])
        categories = [*folders, *(category for category in post.categories if category not in folders)]
        slug = _slug(post.slug or match["slug"], keep_case=not post.slug)
        values = {
            "categories": "/".join(_slug(category) for category in categories),
            "year": f"{moment.year:04d}",
            "month": f"{moment.month:02d}",
            "day": f"{moment.day:02d}",
            "i_month": str(moment.month),
            "i_day": str(moment.day),
            "short_year": f"{moment.year % 100:02d}",
            "y_day": f"{moment.timetuple().tm_yday:03d}",
            "title": slug,
            "slug": _slug(slug),
            "output_ext": ".html",
        }
        if not names <= values.keys():
            return None
        for name in sorted(values, key=len, reverse=True):
            template = template.replace(f":{name}", values[name])
        return _absolute(template)

    def _moment(self, post: Post, match: re.Match[str]) -> datetime | None:
        """The day of the post in the site's zone."""
        named = datetime(int(match["year"]), int(match["month"]), int(match["day"]))
        if not post.published:
            return named
        moment = datetime.fromisoformat(post.published)
        if moment.tzinfo is not None:
            zone = self._text("timezone")
            try:
                moment = moment.astimezone(ZoneInfo(zone)) if zone else moment
            except (ZoneInfoNotFoundError, ValueError):
                return None
            if not zone and moment.date() != named.date():
                return None  # depends on the zone of the machine that built the site
        return moment

    def _hugo_path(self, post: Post) -> str | None:
        if self.config.get("languages") or self._text("uglyURLs").lower() == "true" or "." in post.path.stem:
            return None
        if post.permalink:
            return _absolute(post.permalink) if ":" not in post.permalink else None
        parts = post.path.relative_to(self.root / "content").parts
        names = [*parts[:-1]]
        stem = post.path.stem
        if stem == "index":
            if not names:
                return None
            stem = names.pop()
        section = names[0] if names else ""
        permalinks = self.config.get("permalinks")
        pattern: YamlValue = None
        if isinstance(permalinks, dict):
            page = permalinks.get("page")
            pattern = (page if isinstance(page, dict) else permalinks).get(section)
        if pattern is None:
            last = post.slug or stem
            return "/" + "/".join([*map(_hugo_name, names), _hugo_name(last)]) + "/"
        if not isinstance(pattern, str):
            return None
        return self._hugo_pattern(pattern, post, stem, names)

    @staticmethod
    def _hugo_pattern(pattern: str, post: Post, stem: str, names: list[str]) -> str | None:
        asked = set(re.findall(r":(\w+)", pattern))
        if not asked <= _HUGO_KNOWN or (asked & {"year", "month", "day"} and not post.published):
            return None
        if "slug" in asked and not post.slug and not post.title:
            return None
        if (asked & {"title"} or ("slug" in asked and not post.slug)) and not post.title.isascii():
            return None  # how letters are folded depends on the version
        moment = datetime.fromisoformat(post.published) if post.published else datetime(1, 1, 1)
        basename = _hugo_name(stem)
        values = {
            "year": f"{moment.year:04d}",
            "month": f"{moment.month:02d}",
            "day": f"{moment.day:02d}",
            "slug": _hugo_name(post.slug or post.title),
            "title": _hugo_name(post.title),
            "contentbasename": basename,
            "filename": basename,
            "slugorfilename": _hugo_name(post.slug) if post.slug else basename,
            "slugorcontentbasename": _hugo_name(post.slug) if post.slug else basename,
            "section": _hugo_name(names[0]) if names else "",
            "sections": "/".join(map(_hugo_name, names)),
        }
        path = re.sub(r":(\w+)", lambda match: values[match[1]], pattern)
        return _absolute(path if path.endswith("/") else path + "/")

    def _text(self, key: str) -> str:
        value = self.config.get(key)
        return value.strip() if isinstance(value, str) else ""

    def _collections(self) -> list[str]:
        found = self.config.get("collections")
        return [str(name) for name in found] if isinstance(found, (list, dict)) else []


def site_of(path: Path) -> Site | None:
    """The innermost site that a file or folder belongs to."""
    for folder in [path, *path.parents]:
        site = site_at(folder)
        if site is not None:
            return site
    return None


def site_at(folder: Path) -> Site | None:
    """The site whose root ``folder`` is."""
    return _site_at(folder)


def forget_sites() -> None:
    """Read the settings of sites again when they are asked for next."""
    _site_at.cache_clear()


@lru_cache(maxsize=4096)
def _site_at(folder: Path) -> Site | None:
    for name in _JEKYLL_CONFIGS:
        if (folder / name).is_file():
            return Site(folder, "jekyll", _read(folder / name))
    if not (folder / "content").is_dir():
        return None
    for name in _HUGO_CONFIGS:
        config = folder / name
        if config.is_file():
            return Site(folder, "hugo", _read(config))
    nested = folder / "config" / "_default"
    if nested.is_dir() and any((nested / name).is_file() for name in _HUGO_CONFIGS):
        return Site(folder, "hugo")  # settings in several files: the addresses are left open
    return None


def _read(path: Path) -> Mapping[str, YamlValue]:
    """A site's settings; none where they cannot be read, since only addresses depend on them."""
    try:
        data = path.read_bytes()
        if len(data) > _MAX_CONFIG_BYTES:
            return {}
        text = data.decode("utf-8-sig")
        if path.suffix == ".toml":
            value: object = as_texts(tomllib.loads(text))
        elif path.suffix == ".json":
            value = as_texts(json.loads(text))
        else:
            value = read_yaml(text).value
    except (OSError, ValueError, UnreadableSource, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def as_texts(value: object) -> YamlValue:
    """TOML or JSON with every scalar as text, as in our YAML."""
    if isinstance(value, dict):
        return {str(key): as_texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_texts(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return None
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _absolute(path: str) -> str:
    return re.sub(r"/{2,}", "/", "/" + path)


def _slug(text: str, *, keep_case: bool = False) -> str:
    """Jekyll's default: letters and digits of any script, all else a hyphen."""
    kept = (
        "".join(char if char.isalnum() or unicodedata.category(char).startswith("M") else "-" for char in text)
        if not keep_case
        else text
    )
    slug = re.sub(r"-{2,}", "-", kept).strip("-")
    return slug if keep_case else slug.lower()


def _hugo_name(text: str) -> str:
    """A path segment: lower case, spaces as hyphens, signs dropped."""
    lowered = unicodedata.normalize("NFC", text).lower().replace(" ", "-")
    return re.sub(r"[^\w\-.+~%]", "", lowered)
