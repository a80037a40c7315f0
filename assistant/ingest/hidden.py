"""Takes hidden characters out of an article and keeps their number for the editor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.text.invisible import VisibleText, count_hidden, has_invisible, visible, visible_with_offsets
from assistant.types import Article, ArticleMetadata, Block, Cell, Hidden, Source, SpecRow


def without_hidden(article: Article, *, keep: bool) -> Article:
    """The article as a reader sees it, with what was hidden counted in its metadata.

    Args:
        article: As its loader made it.
        keep: Leave the text as it is and only count: programs cite JSONL corpora by offsets into the text they
            gave. Screens and prompts leave the hidden characters out all the same.
    """
    about = article.metadata
    beside = "\n".join((article.title, about.author or "", about.excerpt or "", *about.categories, *about.tags))
    if not has_invisible(article.text) and not has_invisible(beside) and not _in_blocks(article.blocks):
        return article  # nearly every article
    counts = count_hidden(article.text) + count_hidden(beside)
    if not counts and not _in_blocks(article.blocks):
        return article
    hidden = tuple(Hidden(kind, count) for kind, count in sorted(counts.items()))
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


def _in_blocks(blocks: Sequence[Block]) -> bool:
    """Whether something is hidden in what blocks know besides their text: headers and facts."""
    for block in blocks:
        if block.cells and any(has_invisible(cell.header) for cell in block.cells):
            return True
        if block.place and has_invisible(block.place):
            return True
        if any(_spec(spec) != spec for spec in _specs(block)):
            return True
    return False


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
        facts=tuple(map(_spec, block.facts)),
        place=visible(block.place),
    )


def _specs(block: Block) -> Sequence[SpecRow]:
    return block.facts if block.spec is None else (block.spec, *block.facts)


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
