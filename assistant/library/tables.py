"""Tables of the library. The same definitions serve SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

articles = Table(
    "articles",
    metadata,
    Column("article_id", String, primary_key=True),
    Column("current_version", Integer, nullable=False),
    Column("source_path", Text, nullable=False, default=""),
    Column("withdrawn", Integer, nullable=False, default=0),  # by front matter or `assistant remove`
    Column("embargo_until", String),  # ISO 8601
)

versions = Table(
    "versions",
    metadata,
    Column("article_id", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("content_hash", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("lang", String, nullable=False),
    Column("published", String),
    Column("url", Text),
    Column("blocks", Text, nullable=False),  # JSON, see codec.py
    Column("metadata", Text, nullable=False),  # JSON
    Column("indexed_at", String, nullable=False),  # ISO 8601, UTC
)

passages = Table(
    "passages",
    metadata,
    Column("passage_id", String, primary_key=True),
    Column("article_id", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("chunking", String, nullable=False),  # hash of the chunk settings that cut it
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("heading_path", Text, nullable=False),  # JSON list
    Column("context", Text, nullable=False),
    Column("page", Integer),
    Column("row", Integer),
    Column("spec", Text),  # JSON or null
    Column("text_key", String, nullable=False),  # hash of the text that is embedded
)
Index("passages_by_article", passages.c.article_id, passages.c.version)

vectors = Table(
    "vectors",
    metadata,
    Column("text_key", String, primary_key=True),
    Column("embedder", String, primary_key=True),  # hash of the embedder's identity
    Column("data", LargeBinary, nullable=False),  # float32, little endian, length 1
)

traits = Table(
    "traits",  # worked out from a version when it is stored, see traits.py
    metadata,
    Column("article_id", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("title_key", String, nullable=False, index=True),
    Column("url_key", String, index=True),
    Column("updated", String),  # ISO 8601, of the source
    Column("wire", Integer, nullable=False, default=0),  # credits an agency
    Column("bucket_a", String, index=True),  # texts that share a bucket are compared, see likeness.py
    Column("bucket_b", String, index=True),
)

links = Table(
    "links",  # what a version corrects or supersedes, as it names it
    metadata,
    Column("article_id", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("kind", String, nullable=False),  # corrects, supersedes, notice (found in the text) or self
    Column("name", Text, nullable=False),  # id, path, URL or title; JSON list of names for a notice
)

twins = Table(
    "twins",  # pairs of versions that say the same, the smaller id first
    metadata,
    Column("article_id", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("twin_id", String, primary_key=True),
    Column("twin_version", Integer, primary_key=True),
)

files = Table(
    "files",
    metadata,
    Column("path", Text, primary_key=True),
    Column("sha256", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("mtime_ns", String, nullable=False),  # beyond 32 bits, so a string
    Column("ingest", String, nullable=False),  # version of the loaders
    Column("article_ids", Text, nullable=False),  # JSON list
    Column("refusals", Text, nullable=False),  # JSON list of {reason, line}
    Column("seen_at", String, nullable=False),
)

state = Table(
    "state",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)
