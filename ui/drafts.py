"""A draft as it comes from the page: pasted text, or the bytes of a file with the name its owner gave it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from assistant.errors import CorpusError
from assistant.ingest.decode import decode
from assistant.ingest.source import UnreadableSource, unify_newlines
from assistant.verify.draft import DraftText, draft_date, read_draft, read_pasted
from ui.wording.check import CheckWords

DRAFT_CHARS = 50_000
"""Longest draft that is checked at once."""
DRAFT_BYTES = 10_000_000
"""Largest file taken: a DOCX of some pages with its pictures."""
_TEXT = frozenset({".txt", ".text", ".md", ".markdown"})
_LOADED = frozenset({".html", ".htm", ".xhtml", ".docx", ".docm"})
ACCEPT = ",".join(sorted(_TEXT | _LOADED))
"""For the file picker."""
_STEM = "pasted"


class DraftError(Exception):
    """A draft that cannot be checked; the message is for the editor, in the language of the page."""


def draft_of(data: bytes, name: str, words: CheckWords) -> DraftText:
    """The text to check.

    Args:
        data: UTF-8 text where ``name`` is empty, else the content of a file.
        name: The file's name; only its suffix decides how it is read, and no file of that name is made.
        words: The language of the messages.

    Raises:
        DraftError: It is empty, too large, of a format that is not read, or damaged.
    """
    if len(data) > DRAFT_BYTES:
        raise DraftError(words.too_large.format(megabytes=DRAFT_BYTES // 1_000_000))
    draft = _uploaded(data, name, words) if name else read_pasted(unify_newlines(data.decode("utf-8", "replace")))
    if not draft.text.strip():
        raise DraftError(words.empty)
    if len(draft.text) > DRAFT_CHARS:
        raise DraftError(words.too_long.format(chars=f"{len(draft.text):,}", limit=f"{DRAFT_CHARS:,}"))
    return draft


def _uploaded(data: bytes, name: str, words: CheckWords) -> DraftText:
    shown = PurePosixPath(name.replace("\\", "/")).name[-80:] or name[-80:]
    suffix = PurePosixPath(shown).suffix.lower()
    try:
        if suffix in _TEXT:
            text = unify_newlines(decode(data).text)
            return DraftText(text, draft_date(text))
        if suffix in _LOADED:
            return _loaded(data, suffix)
    except (CorpusError, UnreadableSource) as exc:
        raise DraftError(words.unreadable.format(name=shown)) from exc
    raise DraftError(words.unknown_format.format(name=shown))


def _loaded(data: bytes, suffix: str) -> DraftText:
    with TemporaryDirectory(prefix="assistant-draft-") as folder:
        path = Path(folder) / f"{_STEM}{suffix}"
        path.write_bytes(data)
        draft = read_draft(path)
    # A document without a title gets the file's name for one.
    return replace(draft, text=re.sub(rf"\A{_STEM}\s+", "", draft.text))
