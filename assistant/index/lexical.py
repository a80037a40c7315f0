"""The lexical half: BM25 over our own tokens, in Tantivy.

Tantivy gets the tokens joined by spaces and only splits them again, so what is indexed is decided
in ``assistant.text.tokens`` alone.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import tantivy

from assistant.errors import IndexStoreError
from assistant.spans import span_words
from assistant.text.tokens import characters, words
from assistant.types import Passage

FIELDS = ("title", "headings", "words", "chars")
K1 = 1.2  # Tantivy's constants; needed to bound a score
_WRITER_HEAP = 128_000_000
_FEW = 20
"""Passages up to which a term is looked up to see whether any of them is still there."""
_FREQUENCIES_KEPT = 50_000  # terms; then they are forgotten
_MAX_QUERY_TERMS = 256
"""Rarest terms kept of a very long query: the rest would add time, not meaning."""


class QueryTerm(NamedTuple):
    """One term of a query in one field."""

    field: str
    term: str
    weight: float


class LexicalHit(NamedTuple):
    """A passage that was found, with what the index keeps of it."""

    passage_id: str
    score: float  # BM25, weighted over fields
    stored: StoredWords


class StoredWords:
    """The words the index keeps of a passage, decoded when they are looked at."""

    __slots__ = ("_document",)

    def __init__(self, document: tantivy.Document | None) -> None:
        self._document = document

    @classmethod
    def of(cls, tokens: Tokens) -> StoredWords:
        """As the index would keep them."""
        return cls(_document(tokens))

    def _lines(self, field: str) -> list[str]:
        stored = bytes(self._document[field][0]).decode() if self._document is not None else ""
        return stored.split("\n") if stored else []

    @property
    def spans(self) -> tuple[frozenset[str], ...]:
        """Words of each quotable span."""
        return tuple(frozenset(line.split(" ")) for line in self._lines("spans"))

    @property
    def title_and_around(self) -> tuple[frozenset[str], frozenset[str]]:
        """Words of the title; and of headings, table header and caption."""
        lines = self._lines("around")
        return (frozenset(lines[0].split()), frozenset(lines[1].split())) if lines else (frozenset(), frozenset())


NOTHING_STORED = StoredWords(None)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("passage_id", stored=True, tokenizer_name="raw", index_option="basic")
    for field in ("spans", "around"):
        builder.add_bytes_field(field, stored=True, indexed=False, fast=False)
    for field in FIELDS:
        builder.add_text_field(field, stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


class LexicalIndex:
    """A Tantivy index opened for searching."""

    def __init__(self, index: tantivy.Index) -> None:
        index.reload()
        self._index = index
        self._schema = index.schema
        self._searcher = index.searcher()
        self._size = int(self._searcher.num_docs)
        # Of terms asked for, remembered: an open index never changes.
        self._frequencies: dict[tuple[str, str], tuple[int, int]] = {}

    @classmethod
    def open(cls, directory: Path) -> LexicalIndex:
        """Open an index on disk.

        Raises:
            IndexStoreError: It is not a readable index.
        """
        try:
            return cls(tantivy.Index.open(str(directory)))
        except (ValueError, OSError) as exc:
            raise IndexStoreError(f"The lexical index cannot be opened: {exc}. Run `assistant index`.") from exc

    @classmethod
    def in_memory(cls, passages: Iterable[Passage]) -> LexicalIndex:
        """Build an index that lives in this process only: the fallback for a damaged one."""
        index = tantivy.Index(_schema())
        writer = index.writer(_WRITER_HEAP, 1)
        for passage in passages:
            writer.add_document(_document(tokens_of(passage)))
        writer.commit()
        writer.wait_merging_threads()
        return cls(index)

    @property
    def size(self) -> int:
        return self._size

    def idf(self, field: str, term: str) -> float:
        """Inverse document frequency as BM25 uses it (Robertson and Spärck Jones, with +1)."""
        frequency, _ = self._counted(field, term)
        return math.log(1 + (self._size - frequency + 0.5) / (frequency + 0.5))

    def document_frequency(self, field: str, term: str) -> int:
        """In how many passages a term stands; those that were dropped count until Tantivy merges their segment,
        but a term that stood in dropped ones only is in none."""
        _, present = self._counted(field, term)
        return present

    def _counted(self, field: str, term: str) -> tuple[int, int]:
        """Passages with a term: as Tantivy counts them, and 0 instead where only dropped ones have it."""
        known = self._frequencies.get((field, term))
        if known is None:
            present = frequency = int(self._searcher.doc_freq(field, term))
            if 0 < frequency <= _FEW:
                query = tantivy.Query.term_query(self._schema, field, term, index_option="basic")
                present = frequency if self._searcher.search(query, 1, count=False).hits else 0
            if len(self._frequencies) >= _FREQUENCIES_KEPT:
                self._frequencies.clear()
            known = self._frequencies[field, term] = (frequency, present)
        return known

    def search(self, terms: Sequence[QueryTerm], limit: int, only: Collection[str] | None = None) -> list[LexicalHit]:
        """Passages by weighted BM25, best first, ties by passage id. A passage without a term is no hit.

        Args:
            terms: What is looked for.
            limit: Hits at most.
            only: Look among these passages alone; scores stay what they are among all.
        """
        if not terms or limit < 1 or self.size == 0 or (only is not None and not only):
            return []
        clauses = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(
                    tantivy.Query.term_query(self._schema, item.field, item.term, index_option="freq"), item.weight
                ),
            )
            for item in terms
        ]
        query = tantivy.Query.boolean_query(clauses)
        if only is not None:
            among = tantivy.Query.term_set_query(self._schema, "passage_id", list(only))
            silent = tantivy.Query.boost_query(tantivy.Query.const_score_query(among, 0.0), 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, silent)])
        result = self._searcher.search(query, limit, count=False)
        hits = [self._hit(float(score), self._searcher.doc(address)) for score, address in result.hits if score > 0]
        hits.sort(key=lambda hit: (-hit.score, hit.passage_id))
        return hits

    @staticmethod
    def _hit(score: float, document: tantivy.Document) -> LexicalHit:
        return LexicalHit(str(document["passage_id"][0]), score, StoredWords(document))

    def stored_words(self, passage_id: str) -> StoredWords:
        """The words kept of one passage; nothing when the index does not know it."""
        query = tantivy.Query.term_query(self._schema, "passage_id", passage_id, index_option="basic")
        found = self._searcher.search(query, 1, count=False).hits
        return self._hit(0.0, self._searcher.doc(found[0][1])).stored if found else NOTHING_STORED

    def span_words(self, passage_id: str) -> tuple[frozenset[str], ...]:
        """Words of each quotable span of a passage; empty when the index does not know it."""
        return self.stored_words(passage_id).spans

    def best_possible(self, terms: Sequence[QueryTerm]) -> float:
        """Upper bound of a score: every term as frequent as BM25 rewards. 0 when nothing is known."""
        return sum(item.weight * self.idf(item.field, item.term) * (K1 + 1) for item in terms)

    def known(self, terms: Sequence[QueryTerm]) -> list[QueryTerm]:
        """The terms that occur in the index at all, the rarest ones if there are very many."""
        counted = [(self.document_frequency(item.field, item.term), item) for item in terms]
        present = [(frequency, item) for frequency, item in counted if frequency]
        if len(present) > _MAX_QUERY_TERMS:
            present = sorted(present, key=lambda pair: pair[0])[:_MAX_QUERY_TERMS]
        return [item for _, item in present]


class LexicalWriter:
    """Writes an index directory; used in the build process only."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        exists = tantivy.Index.exists(str(directory))
        self._index = tantivy.Index.open(str(directory)) if exists else tantivy.Index(_schema(), path=str(directory))
        # One thread: documents keep their order, so equal inputs give equal indexes.
        self._writer = self._index.writer(_WRITER_HEAP, 1)

    def add(self, analysed: Iterable[Tokens]) -> None:
        for tokens in analysed:
            self._writer.add_document(_document(tokens))

    def delete(self, passage_ids: Iterable[str]) -> None:
        for passage_id in passage_ids:
            self._writer.delete_documents_by_term("passage_id", passage_id)

    def close(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()


class Tokens(NamedTuple):
    """What is indexed of a passage: tokens of each field, joined by spaces."""

    passage_id: str
    title: str
    headings: str
    words: str
    chars: str
    spans: str  # words of each quotable span, a line each, no word twice
    around: str  # words of the title; in a second line those of headings, table header and caption


def tokens_of(passage: Passage) -> Tokens:
    spans = span_words(passage)
    title, context = _title_tokens(passage.title), words(passage.context)
    headings = words(" ".join(passage.heading_path)) if passage.heading_path else []
    return Tokens(
        passage_id=passage.passage_id,
        title=title,
        headings=" ".join(headings),
        words=" ".join([*context, *(word for span in spans for word in span)]),
        chars=" ".join(characters(f"{passage.context}\n{passage.text}")),
        # The reader needs the words of each sentence of a few passages: analysed here, once.
        spans="\n".join([" ".join(dict.fromkeys(span)) for span in spans]),
        # And the ranker's features those of what stands around the sentences.
        around=f"{title}\n{' '.join(dict.fromkeys([*headings, *context]))}",
    )


def _document(tokens: Tokens) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text("passage_id", tokens.passage_id)
    for field in FIELDS:
        text = getattr(tokens, field)
        if text:
            document.add_text(field, text)
    document.add_bytes("spans", tokens.spans.encode())
    document.add_bytes("around", tokens.around.encode())
    return document


_title_cache: dict[str, str] = {}


def _title_tokens(title: str) -> str:
    """Tokens of a title; the passages of one article share it."""
    cached = _title_cache.get(title)
    if cached is None:
        if len(_title_cache) > 1000:
            _title_cache.clear()
        cached = _title_cache[title] = " ".join(words(title))
    return cached
