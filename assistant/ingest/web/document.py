"""A fetched document as a source file: which loader reads it, and what it is called."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from assistant.ingest.decode import decode
from assistant.ingest.registry import supported_suffixes
from assistant.ingest.source import SourceFile, UnreadableSource
from assistant.ingest.web.fetch import Fetched, Fetcher

_OOXML = "application/vnd.openxmlformats-officedocument."
_SUFFIX = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/pdf": ".pdf",
    "application/rss+xml": ".rss",
    "application/atom+xml": ".atom",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "application/epub+zip": ".epub",
    f"{_OOXML}wordprocessingml.document": ".docx",
    f"{_OOXML}spreadsheetml.sheet": ".xlsx",
    f"{_OOXML}presentationml.presentation": ".pptx",
}
_BY_NAME = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_TEXT = frozenset({".html", ".md", ".csv", ".tsv", ".txt"})
_NOT_FROM_THE_WEB = frozenset({".jsonl", ".ndjson"})
"""A corpus names its articles itself; one from the web could take the name of any article of the library."""


def fetch_documents(fetcher: Fetcher) -> Callable[[str], tuple[SourceFile, str]]:
    """How an ``Intake`` takes a web address."""
    return lambda url: source_of(url, fetcher.fetch(url))


def source_of(url: str, fetched: Fetched) -> tuple[SourceFile, str]:
    """The document as a source, and the SHA-256 of its bytes as fetched.

    Raises:
        UnreadableSource: No loader reads its content type.
    """
    digest = hashlib.sha256(fetched.data).hexdigest()
    parts = urlsplit(fetched.url)
    name = PurePosixPath(unquote(parts.path))
    suffix = _suffix(fetched, name)
    stem = name.stem if name.stem not in ("", "/", "index") else name.parent.name or (parts.hostname or "page")
    stem = re.sub(r"[\0/\\]", "-", stem)[:100]
    folder = Path("/") / (parts.hostname or "web")
    source = SourceFile(
        folder / f"{stem}{suffix}",
        folder,
        _as_utf8(fetched, suffix),
        url=url,
        found_at=fetched.url,
        fetched=fetched.at,
    )
    return source, digest


def _suffix(fetched: Fetched, name: PurePosixPath) -> str:
    kind, given = fetched.content_type, name.suffix.lower()
    known = frozenset(supported_suffixes()) - _NOT_FROM_THE_WEB
    if kind == "text/plain":
        return given if given in (".md", ".markdown", ".csv", ".tsv", ".txt", ".yaml", ".yml") else ".txt"
    suffix = given if kind in _BY_NAME else _SUFFIX.get(kind, "")
    if suffix not in known:
        raise UnreadableSource(f"the server says it is {kind or 'nothing in particular'!r}, which is not read")
    return suffix


def _as_utf8(fetched: Fetched, suffix: str) -> bytes:
    """The bytes, in UTF-8 where the server names another encoding and it is certainly that."""
    if not fetched.charset or suffix not in _TEXT:
        return fetched.data
    try:
        return decode(fetched.data, declared=fetched.charset).text.encode("utf-8-sig")
    except (UnreadableSource, UnicodeError):
        return fetched.data
