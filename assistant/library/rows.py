"""Rows of the library's tables to values and back, and the hashes that identify content."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row

from assistant.library import codec
from assistant.types import Article, BlockKind, Passage

REMOVED = 2
"""`articles.withdrawn` of an article that `assistant remove` withdrew: indexing it again keeps it out."""

GONE = 3
"""The same of an article whose file was deleted from a watched folder: it comes back with the file."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """An article with what the library stores of it, worked out once."""

    article: Article
    metadata: str  # JSON
    blocks: str  # JSON
    content_hash: str  # of everything a reader could notice, not of its place on disk or its version


def encode(article: Article) -> Encoded:
    metadata, blocks = codec.dump_metadata(article.metadata), codec.dump_blocks(article.blocks)
    # A page fetched again and found the same is the same.
    content = (
        metadata if article.metadata.fetched is None else codec.dump_metadata(replace(article.metadata, fetched=None))
    )
    digest = hashlib.blake2b(digest_size=16)
    for part in (article.title, article.lang, article.text, content, blocks):
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return Encoded(article, metadata, blocks, digest.hexdigest())


def embedding_text(passage: Passage) -> str:
    """What is embedded of a passage: title, headings and table header give it its subject."""
    parts = [passage.title, *passage.heading_path, passage.context, passage.text]
    return "\n".join(part for part in parts if part)


def embedding_key(passage: Passage) -> str:
    return hashlib.blake2b(embedding_text(passage).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def passage_from(row: Row[Any]) -> Passage:
    heading_path = row.heading_path
    spec, facts = codec.load_facts(row.spec)
    return Passage(
        passage_id=row.passage_id,
        article_id=row.article_id,
        version=row.version,
        ordinal=row.ordinal,
        start=row.start,
        end=row.end,
        text=row.text,
        kind=BlockKind(row.kind),
        title=row.title,
        lang=row.lang,
        heading_path=tuple(json.loads(heading_path)) if heading_path != "[]" else (),
        context=row.context,
        page=row.page,
        row=row.row,
        spec=spec,
        facts=facts,
        published=row.published,
        url=row.url,
    )


def version_row(encoded: Encoded, now: str) -> dict[str, object]:
    article = encoded.article
    return {
        "article_id": article.article_id,
        "version": article.version,
        "content_hash": encoded.content_hash,
        "title": article.title,
        "text": article.text,
        "lang": article.lang,
        "published": article.metadata.published,
        "url": article.metadata.url,
        "blocks": encoded.blocks,
        "metadata": encoded.metadata,
        "indexed_at": now,
    }


def article_row(article: Article, *, removed: bool) -> dict[str, object]:
    return {
        "article_id": article.article_id,
        "current_version": article.version,
        "source_path": article.source_path,
        "withdrawn": REMOVED if removed else int(article.metadata.withdrawn),
        "embargo_until": article.metadata.embargo_until,
    }


def passage_row(passage: Passage, chunking: str) -> dict[str, object]:
    return {
        "passage_id": passage.passage_id,
        "article_id": passage.article_id,
        "version": passage.version,
        "chunking": chunking,
        "ordinal": passage.ordinal,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "kind": passage.kind.value,
        "heading_path": json.dumps(passage.heading_path, ensure_ascii=False) if passage.heading_path else "[]",
        "context": passage.context,
        "page": passage.page,
        "row": passage.row,
        "spec": codec.dump_facts(passage),
        "text_key": embedding_key(passage),
    }
