"""Loads CSV and TSV: spec sheets (one row a fact) and any other table."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import ClassVar

from assistant.ingest.builder import TextBuilder
from assistant.ingest.columns import header_like, is_number
from assistant.ingest.decode import decode
from assistant.ingest.facts import Columns, render_fact, spec_columns, spec_from_row
from assistant.ingest.head import Head, unique_sources, write_head
from assistant.ingest.language import detect_language
from assistant.ingest.source import SourceFile, UnreadableSource, id_from_stem
from assistant.types import Article, ArticleMetadata, Refusal, Source, SpecRow

_DELIMITERS = ",\t;|"
_SNIFF_CHARS = 64 * 1024
_SNIFF_ROWS = 50

Row = list[str]


class TableLoader:
    """Reads one table per file. Its title is the file name."""

    name: ClassVar[str] = "csv"
    suffixes: ClassVar[frozenset[str]] = frozenset({".csv", ".tsv"})

    def load(self, source: SourceFile) -> Iterator[Article | Refusal]:
        numbered = _rows(decode(source.read_bytes()).text, "\t" if source.path.suffix.lower() == ".tsv" else None)
        rows, numbers = [row for _, row in numbered], [number for number, _ in numbered]
        if not rows:
            raise UnreadableSource("the table has no text")
        lang = detect_language(" ".join(cell for row in rows[:200] for cell in row))
        columns = spec_columns(rows[0])
        if columns is None:
            yield _table_article(source, rows, numbers, lang)
        else:
            yield _spec_article(source, rows, numbers, columns, lang)


def _table_article(source: SourceFile, rows: list[Row], numbers: list[int], lang: str) -> Article:
    builder = TextBuilder()
    write_head(builder, Head(source.stem), lang)
    has_header = len(rows) > 1 and _is_header(rows)
    first = int(has_header)
    builder.table(rows[first:], header=rows[0] if has_header else None, numbers=numbers[first:])
    return _article(source, builder, lang, ArticleMetadata())


def _spec_article(source: SourceFile, rows: list[Row], numbers: list[int], columns: Columns, lang: str) -> Article:
    facts: list[tuple[str, SpecRow]] = []
    kept: list[int] = []
    entity = ""
    for number, row in zip(numbers[1:], rows[1:], strict=True):
        # In a sheet of several products the name often stands in the first of its rows only.
        entity = columns.cell(row, "entity") or entity
        spec = spec_from_row(columns, row, entity=entity or source.stem, lang=lang)
        if spec is not None:
            facts.append((render_fact(spec, lang), spec))
            kept.append(number)
    if not facts:
        raise UnreadableSource("the spec sheet has no row with an attribute and a value")
    builder = TextBuilder()
    write_head(builder, Head(source.stem), lang)
    builder.spec_rows(facts, numbers=kept)
    sources = unique_sources([Source(spec.source, spec.source_url) for _, spec in facts if spec.source])
    return _article(source, builder, lang, ArticleMetadata(sources=sources))


def _article(source: SourceFile, builder: TextBuilder, lang: str, metadata: ArticleMetadata) -> Article:
    text, blocks = builder.build()
    return Article(
        article_id=id_from_stem(source.stem),
        title=source.stem,
        text=text,
        lang=lang,
        blocks=blocks,
        metadata=metadata,
        source_path=str(source.path),
    )


def _rows(text: str, delimiter: str | None) -> list[tuple[int, Row]]:
    """The rows that have text, each with its number as a spreadsheet counts it.

    Raises:
        UnreadableSource: A quoted cell never ends, so that the rest of the file would be one cell.
    """
    first, _, rest = text.partition("\n")
    if first.strip().lower() in {f"sep={character}" for character in _DELIMITERS}:  # written by Excel
        delimiter, text = first.strip()[4:] or "\t", rest
    delimiter = delimiter or _sniff(text)
    try:
        rows = _parse(text, delimiter, strict=True)
    except csv.Error as exc:
        if "unexpected end of data" in str(exc):
            raise UnreadableSource('a quoted cell is never closed; look for a single "') from exc
        try:
            rows = _parse(text, delimiter, strict=False)
        except csv.Error as lenient:
            raise UnreadableSource(f"not a table: {lenient}") from lenient
    return [(number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]


def _parse(text: str, delimiter: str, *, strict: bool) -> list[Row]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict))


def _sniff(text: str) -> str:
    """The delimiter that gives the most rows of one width; a comma when none does."""
    sample = text[:_SNIFF_CHARS]
    best, best_score = ",", 0
    for delimiter in _DELIMITERS:
        widths: Counter[int] = Counter()
        try:
            reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
            widths.update(len(row) for row, _ in zip(reader, range(_SNIFF_ROWS), strict=False) if row)
        except csv.Error:
            continue
        score = max((count * min(width - 1, 3) for width, count in widths.items() if width > 1), default=0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _is_header(rows: Sequence[Row]) -> bool:
    """Whether the first row names the columns: filled, different, and no figures."""
    first = [cell.strip() for cell in rows[0]]
    while first and not first[-1]:
        first.pop()
    if not first or any(not cell for cell in first[1:]) or len(set(first)) != len(first):
        return False
    if any(is_number(cell) for cell in first):
        return False
    return header_like(first) or any(is_number(cell) for row in rows[1:20] for cell in row)
