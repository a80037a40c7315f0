"""Takes hidden characters out of an article and keeps their number for the editor."""

from __future__ import annotations

from dataclasses import replace

from assistant.text.invisible import VisibleText, count_hidden, visible, visible_with_offsets
from assistant.types import Article, ArticleMetadata, Block, Cell, Hidden, Source, SpecRow


def without_hidden(article: Article, *, keep: bool) -> Article:
    """The article as a reader sees it, with what was hidden counted in its metadata.

    Args:
        article: As its loader made it.
        keep: Leave the text as it is and only count: programs cite JSONL corpora by offsets into the text they
            gave. Screens and prompts leave the hidden characters out all the same.
    """
    about = article.metadata
    others = (article.title, about.author or "", about.excerpt or "", *about.categories, *about.tags)
    # Plain Japanese and English pass here: one search, nothing made.
    counts = count_hidden(article.text)
    beside = sum((count_hidden(text) for text in others), start=type(counts)())
    headers = any(count_hidden(cell.header) for block in article.blocks for cell in block.cells)
    specs = any(block.spec is not None and _spec(block.spec) != block.spec for block in article.blocks)
    if not counts and not beside and not headers and not specs:
        return article
    hidden = tuple(Hidden(kind, count) for kind, count in sorted((counts + beside).items()))
    if keep:
        return replace(article, metadata=replace(about, hidden=hidden))
    shown = visible_with_offsets(article.text)
    return replace(
        article,
        title=visible(article.title).strip() or article.article_id,
        text=shown.text,
        blocks=tuple(moved for block in article.blocks if (moved := _block(block, shown)) is not None),
        metadata=replace(_metadata(about), hidden=hidden),
    )


def _metadata(about: ArticleMetadata) -> ArticleMetadata:
    return replace(
        about,
        author=visible(about.author) if about.author else about.author,
        excerpt=visible(about.excerpt) if about.excerpt else about.excerpt,
        categories=tuple(map(visible, about.categories)),
        tags=tuple(map(visible, about.tags)),
        sources=tuple(Source(visible(source.title), source.url) for source in about.sources),
    )


def _block(block: Block, shown: VisibleText) -> Block | None:
    start, end = shown.offset(block.start), shown.offset(block.end)
    if start >= end or not shown.text[start:end].strip():
        return None  # nothing in it could be seen
    return replace(
        block,
        start=start,
        end=end,
        cells=tuple(
            Cell(shown.offset(cell.start), shown.offset(cell.end), visible(cell.header)) for cell in block.cells
        ),
        spec=None if block.spec is None else _spec(block.spec),
    )


def _spec(spec: SpecRow) -> SpecRow:
    return SpecRow(
        entity=visible(spec.entity),
        attribute=visible(spec.attribute),
        value=visible(spec.value),
        unit=visible(spec.unit),
        conditions=visible(spec.conditions),
        attribute_alt=visible(spec.attribute_alt),
        as_of=spec.as_of,
        source=visible(spec.source),
        source_url=spec.source_url,
        entity_aliases=tuple(map(visible, spec.entity_aliases)),
    )
