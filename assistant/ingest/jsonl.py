"""Loads JSONL corpora: one article a line, its text unchanged to the character.

Offsets into the given text are what callers cite by, so nothing is put before it. What is known besides is
appended behind it.
"""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator
from typing import BinaryIO, ClassVar, TextIO

from assistant.ingest.dates import parse_date
from assistant.ingest.decode import decode
from assistant.ingest.head import LABELS, NO_METADATA
from assistant.ingest.language import language_of
from assistant.ingest.limits import MAX_LINE_BYTES
from assistant.ingest.lines import find_blocks
from assistant.ingest.source import SourceFile, UnreadableSource
from assistant.types import Article, ArticleMetadata, Block, BlockKind, Refusal

_SNIFF_BYTES = 1 << 20


class JsonlLoader:
    """Reads line by line; a bad line is refused by number and the rest goes on."""

    name: ClassVar[str] = "jsonl"
    suffixes: ClassVar[frozenset[str]] = frozenset({".jsonl", ".ndjson"})

    def load(self, source: SourceFile) -> Iterator[Article | Refusal]:
        path = str(source.path)
        lines_of: dict[str, int] = {}
        too_long = False
        for number, line in enumerate(_lines(source), start=1):
            if line is None:
                too_long = True
                yield Refusal(path, f"the line is longer than {MAX_LINE_BYTES // 1024 // 1024} MB", number)
                continue
            if not line.strip():
                continue
            try:
                article = _article(line, path)
                first = lines_of.setdefault(article.article_id, number)
                if first != number:
                    raise UnreadableSource(f"the id {article.article_id!r} stands in line {first} already")
            except UnreadableSource as exc:
                yield Refusal(path, str(exc), number)
            else:
                yield article
        if not lines_of and not too_long:
            raise UnreadableSource("the file has no article")


def _lines(source: SourceFile) -> Iterator[bytes | str | None]:
    """Lines as bytes when the file is UTF-8, as text when it is surely something else; None for one too long."""
    try:
        with source.open() as file:
            head = file.read(_SNIFF_BYTES)
            encoding = _encoding(head)
            file.seek(len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0)
            if encoding == "utf-8":
                yield from _bounded(file)
                return
            if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                encoding = "utf-16"
            yield from _bounded(io.TextIOWrapper(file, encoding=encoding, newline="\n"))
    except UnicodeDecodeError as exc:
        raise UnreadableSource(f"not valid {exc.encoding}: {exc.reason}; save it as UTF-8 and try again") from exc
    except OSError as exc:
        raise UnreadableSource(f"cannot be read: {exc.strerror or exc}") from exc


def _bounded(stream: BinaryIO | TextIO) -> Iterator[bytes | str | None]:
    """Lines of a stream, holding no more of any than the limit."""
    whole = True
    while line := stream.readline(MAX_LINE_BYTES + 1):
        ended = line[-1:] in (b"\n", "\n")
        if whole and len(line) <= MAX_LINE_BYTES:
            yield line
        elif whole:
            yield None
        whole = ended or (whole and len(line) <= MAX_LINE_BYTES)


def _encoding(head: bytes) -> str:
    """UTF-8 unless the beginning is certainly another encoding; then broken lines are refused one by one."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        pass
    else:
        if b"\x00" not in head and not (b"\x1b" in head and head.isascii()):
            return "utf-8"
    # A line break of UTF-16 is two bytes, and a cut must not part them.
    whole_lines = head[: len(head) // 2 * 2] if b"\x00" in head else head[: head.rfind(b"\n") + 1] or head
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        return decode(whole_lines).encoding
    except UnreadableSource:
        return "utf-8"


def _article(line: bytes | str, path: str) -> Article:
    # Checked by hand: a pydantic model takes three times as long as everything else here.
    try:
        # json.loads would guess the encoding of bytes, and let half surrogates pass.
        record = json.loads(line if isinstance(line, str) else line.decode())
    except UnicodeDecodeError as exc:
        raise UnreadableSource(
            f"not UTF-8: byte 0x{exc.object[exc.start]:02x} at byte {exc.start} of the line"
        ) from exc
    except ValueError as exc:
        raise UnreadableSource(f"not JSON: {exc}") from exc
    except RecursionError as exc:
        raise UnreadableSource("not usable: nested too deeply") from exc
    if not isinstance(record, dict):
        raise UnreadableSource(f"a line must be a JSON object, not {type(record).__name__}")
    article_id, text, title = record.get("id"), record.get("text"), record.get("title")
    if type(article_id) is int:
        article_id = str(article_id)
    if not isinstance(article_id, str) or not article_id.strip():
        raise UnreadableSource(f"'id' must be a text, not {article_id!r}")
    if not isinstance(text, str):
        raise UnreadableSource(f"'text' of {article_id!r} must be a text, not {text!r}")
    if title is None:
        title = ""
    elif not isinstance(title, str):
        raise UnreadableSource(f"'title' of {article_id!r} must be a text, not {title!r}")
    escaped = b"\\u" in line if isinstance(line, bytes) else "\\u" in line
    if escaped and not _is_unicode(article_id + text + title):
        raise UnreadableSource(f"the article {article_id!r} has half a surrogate pair (\\ud800 to \\udfff)")
    blocks = find_blocks(text)
    if not blocks:
        raise UnreadableSource(f"the article {article_id!r} has no text")
    lang = language_of(_optional(record, "lang"), text)
    metadata = NO_METADATA
    if record.keys() & {"author", "published", "url"}:
        author, published, url = (_optional(record, key) for key in ("author", "published", "url"))
        text, iso = _with_head(text, blocks, title, author, published, lang)
        metadata = ArticleMetadata(published=iso, author=author, url=url)
    return Article(
        article_id=article_id,
        title=title or article_id,
        text=text,
        lang=lang,
        blocks=tuple(blocks),
        metadata=metadata,
        source_path=path,
        id_is_explicit=True,
    )


def _optional(record: dict[str, object], key: str) -> str | None:
    value = record.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise UnreadableSource(f"{key!r} must be a text, not {value!r}")
    if not _is_unicode(value):
        raise UnreadableSource(f"{key!r} has half a surrogate pair (\\ud800 to \\udfff)")
    return value.strip() or None


def _with_head(
    text: str, blocks: list[Block], title: str, author: str | None, published: str | None, lang: str
) -> tuple[str, str | None]:
    """Append what the record says besides its text, as metadata lines; and the date in ISO form.

    A date nobody can read is shown as written and not used for sorting: the article is worth more.
    """
    iso, shown = None, published
    if published:
        try:
            date = parse_date(published)
            iso, shown = date.iso, date.shown
        except ValueError:
            pass
    if not (author or shown):
        return text, iso
    labels = LABELS[lang]
    separator = "\n\n"
    for label, value in (("title", title), ("author", author), ("published", shown)):
        value = " ".join((value or "").split())
        if not value:
            continue
        line = f"{labels[label]}: {value}"
        start = len(text) + len(separator)
        blocks.append(Block(BlockKind.METADATA, start, start + len(line)))
        text = f"{text}{separator}{line}"
        separator = "\n"
    return text, iso


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
