"""Reading a draft from a file: text and Markdown as they are, other formats through the loaders."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.errors import CorpusError
from assistant.ingest import SourceFile, load, supported_suffixes
from assistant.types import Article

_AS_WRITTEN = frozenset({".md", ".markdown", ".txt", ".text", ""})
_DATE = re.compile(r"\A---\n(?:.*\n)*?date:\s*[\"']?(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class DraftText:
    """A draft's text with the day it is dated, if it says so."""

    text: str
    dated: date | None = None


def draft_date(text: str) -> date | None:
    """The ``date:`` of a Markdown draft's front matter."""
    match = _DATE.match(text)
    if match is None:
        return None
    try:
        return date.fromisoformat(match.group(1))
    except ValueError:
        return None


def read_draft(path: Path) -> DraftText:
    """Read a draft; offsets of the claims are into ``text``.

    Raises:
        CorpusError: The file cannot be read, or its format is not supported.
    """
    suffix = path.suffix.lower()
    if suffix in _AS_WRITTEN:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as exc:
            raise CorpusError(f"The draft {str(path)!r} cannot be read: {exc}. It must be UTF-8 text.") from exc
        return DraftText(text, draft_date(text))
    if suffix not in supported_suffixes():
        known = ", ".join(sorted({*_AS_WRITTEN - {""}, *supported_suffixes()}))
        raise CorpusError(f"The draft {str(path)!r} has a format that is not read. Use one of: {known}.")
    for item in load(SourceFile(path.resolve(), path.resolve().parent)):
        if isinstance(item, Article):
            published = item.metadata.published
            try:
                dated = date.fromisoformat((published or "")[:10])
            except ValueError:
                dated = None
            return DraftText(item.text, dated)
        raise CorpusError(f"The draft {str(path)!r} cannot be read: {item.reason}.")
    raise CorpusError(f"The draft {str(path)!r} has no text.")
