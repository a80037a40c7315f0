"""Loads RTF files. Their structure is told from the text, as in plain text files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from assistant.ingest.plain import article_of_text
from assistant.ingest.source import SourceFile, UnreadableSource, unify_newlines
from assistant.text.patterns import lazy_pattern
from assistant.types import Article, Refusal

_CELLS = lazy_pattern(r"^[^\n|]*(?:\|[^\n|]*)+\|[ \t]*$", re.MULTILINE)


class RtfLoader:
    """Reads one file as one article."""

    name: ClassVar[str] = "rtf"
    suffixes: ClassVar[frozenset[str]] = frozenset({".rtf"})

    def load(self, source: SourceFile) -> Iterator[Article | Refusal]:
        from striprtf.striprtf import rtf_to_text

        data = source.read_bytes()
        if not data.lstrip().startswith(b"{\\rtf"):
            raise UnreadableSource("not an RTF file: it does not begin with '{\\rtf'")
        # RTF is ASCII; what lies beyond is written in escapes.
        try:
            written = rtf_to_text(data.decode("cp1252", "replace"), errors="replace")
        except (OverflowError, ValueError) as exc:
            raise UnreadableSource("the RTF file names a character that does not exist; it is damaged") from exc
        yield article_of_text(_CELLS.sub(_with_bars, unify_newlines(written)), source)


def _with_bars(match: re.Match[str]) -> str:
    """A table row as it is drawn in plain text."""
    return " | ".join(cell.strip() for cell in match.group().rstrip().removesuffix("|").split("|"))
