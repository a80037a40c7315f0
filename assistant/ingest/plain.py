"""Loads plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from assistant.ingest.builder import TextBuilder
from assistant.ingest.columns import looks_tabular
from assistant.ingest.decode import decode
from assistant.ingest.head import Head, write_head
from assistant.ingest.language import detect_language
from assistant.ingest.lines import find_blocks, is_prose
from assistant.ingest.source import SourceFile, UnreadableSource, id_from_stem, unify_newlines
from assistant.text.patterns import lazy_pattern
from assistant.types import Article, Refusal

_TITLE_MAX_CHARS = 80
_NOT_A_TITLE_END = lazy_pattern(r"[。．.、，,;；:：]$")


class PlainTextLoader:
    """The first line is the title if it looks like one; the rest stays as it is."""

    name: ClassVar[str] = "text"
    suffixes: ClassVar[frozenset[str]] = frozenset({".txt", ".text"})

    def load(self, source: SourceFile) -> Iterator[Article | Refusal]:
        yield article_of_text(unify_newlines(decode(source.read_bytes()).text), source)


def article_of_text(text: str, source: SourceFile) -> Article:
    """An article whose first line is the title if it looks like one.

    Raises:
        UnreadableSource: There is no text.
    """
    text = text.strip("\n")
    if not text.strip():
        raise UnreadableSource("the file has no text")
    title, body = split_title(text)
    lang = detect_language(text)
    builder = TextBuilder()
    write_head(builder, Head(title or source.stem), lang)
    builder.verbatim(body, find_blocks(body))
    whole, blocks = builder.build()
    return Article(
        article_id=id_from_stem(source.stem),
        title=title or source.stem,
        text=whole,
        lang=lang,
        blocks=blocks,
        source_path=str(source.path),
    )


def split_title(text: str) -> tuple[str, str]:
    """The title, empty when the first line is not one, and the rest."""
    first, _, rest = text.lstrip().partition("\n")
    body = rest.lstrip("\n") if rest.strip() else ""
    line = first.strip()
    if not body.strip() or len(line) > _TITLE_MAX_CHARS or _NOT_A_TITLE_END.search(line) or looks_tabular(line):
        return "", text
    if not is_prose(line):
        return "", text
    # In a hard-wrapped text the first line is only as short as the others.
    has_blank_lines = "\n\n" in re.sub(r"\n[ \t\u3000]+(?=\n)", "\n", text.strip())
    wrapped = rest[:1].strip() != "" and (has_blank_lines or rest[:1].islower())
    return ("", text) if wrapped else (line, body)
