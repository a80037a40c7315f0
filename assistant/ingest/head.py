"""An article's head: the title and one line for each field, in the article's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.ingest.builder import TextBuilder
from assistant.types import ArticleMetadata, Source

LABELS: dict[str, dict[str, str]] = {
    "ja": {
        "title": "タイトル",
        "aliases": "別名",
        "vendor": "開発元",
        "author": "著者",
        "published": "公開日",
        "updated": "更新日",
        "categories": "カテゴリー",
        "tags": "タグ",
        "excerpt": "概要",
        "sources": "出典",
    },
    "en": {
        "title": "Title",
        "aliases": "Also known as",
        "vendor": "Vendor",
        "author": "Author",
        "published": "Published",
        "updated": "Updated",
        "categories": "Category",
        "tags": "Tags",
        "excerpt": "Summary",
        "sources": "Sources",
    },
}

NO_METADATA = ArticleMetadata()


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the body. Dates are as shown to the reader, the metadata holds their ISO forms."""

    title: str
    metadata: ArticleMetadata = NO_METADATA
    published: str = ""
    updated: str = ""
    aliases: Sequence[str] = ()
    vendor: str = ""


def write_head(builder: TextBuilder, head: Head, lang: str) -> None:
    """Write the title block, then the metadata lines. A field that is absent has no line."""
    builder.lang = lang
    builder.title(head.title)
    labels, metadata = LABELS[lang], head.metadata
    builder.metadata(labels["aliases"], join_values(head.aliases, lang))
    builder.metadata(labels["vendor"], head.vendor)
    builder.metadata(labels["author"], metadata.author or "")
    builder.metadata(labels["published"], head.published)
    builder.metadata(labels["updated"], head.updated)
    builder.metadata(labels["categories"], join_values(metadata.categories, lang))
    builder.metadata(labels["tags"], join_values(metadata.tags, lang))
    builder.metadata(labels["excerpt"], metadata.excerpt or "")
    builder.metadata(labels["sources"], join_values([source.title for source in metadata.sources], lang))


def join_values(values: Sequence[str], lang: str) -> str:
    return ("、" if lang == "ja" else ", ").join(value.strip() for value in values if value.strip())


def unique_sources(sources: Sequence[Source]) -> tuple[Source, ...]:
    """Sources in first-seen order, each once."""
    return tuple(dict.fromkeys(sources))


def says_the_same(left: str, right: str) -> bool:
    """Whether two lines differ in white space at most."""
    return "".join(left.split()) == "".join(right.split())
