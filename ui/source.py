"""The source panel: an article as escaped HTML, with the quoted words marked by their offsets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.api import Related
from assistant.types import Article, Block, BlockKind
from ui.escape import escape
from ui.render import link, source_attributes
from ui.strings import Strings
from ui.validity import copies_html
from ui.wording.ask import words_for

WINDOW_CHARS = 20_000
"""An article longer than twice this is shown only this far on either side of the quote."""

_TABLE = (BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW)
_PLAIN = {
    BlockKind.PARAGRAPH: "p",
    BlockKind.QUOTE: "blockquote",
    BlockKind.CODE: "pre",
}


@dataclass(frozen=True, slots=True)
class _Page:
    """An article's text and the half-open range to mark in it."""

    text: str
    start: int
    end: int

    def slice(self, start: int, end: int) -> str:
        """Escaped text of ``start:end`` with the part inside the quote marked."""
        first, last = max(start, self.start), min(end, self.end)
        if first >= last:
            return escape(self.text[start:end])
        return (
            f"{escape(self.text[start:first])}<mark>{escape(self.text[first:last])}</mark>{escape(self.text[last:end])}"
        )


def source_html(
    article: Article, strings: Strings, *, start: int = 0, end: int = 0, related: Related | None = None
) -> str:
    """The panel's content: what the article is, then its text.

    Args:
        article: The cited version of the article.
        strings: The wording of the reader's language.
        start: First code point of the quote in ``article.text``.
        end: One past its last; nothing is marked when it is not above ``start``.
        related: What corrects the article and where else it appeared.
    """
    wanted = end > start
    inside = wanted and start >= 0 and end <= len(article.text)
    if not inside:
        start = end = 0
    notes = []
    if article.metadata.withdrawn:
        notes.append(strings.source_withdrawn)
    if wanted and not inside:
        notes.append(strings.source_quote_missing)
    blocks, cut = _window(article, start, end)
    if cut:
        notes.append(strings.source_cut)
    page = _Page(article.text, start, end)
    return (
        f'<header class="source-head"><h2 tabindex="-1" class="source-title">{escape(article.title)}</h2>'
        + _facts(article, strings)
        + _related(related, strings)
        + "".join(f'<p class="notice">{escape(note)}</p>' for note in notes)
        + f'</header><div class="source-text" lang="{escape(article.lang)}">{_body(page, blocks, article.title, strings)}</div>'
    )


def _facts(article: Article, strings: Strings) -> str:
    about = article.metadata
    facts = [
        f"{escape(label)} {escape(value)}"
        for label, value in (
            (strings.source_published, strings.date(about.published)),
            (strings.source_updated, strings.date(about.updated)),
            (strings.source_author, about.author or ""),
        )
        if value
    ]
    facts.append(escape(strings.source_version.format(version=article.version)))
    original = link(about.url, strings, label=strings.source_original)
    return (
        '<p class="meta">'
        + ' <span aria-hidden="true">·</span> '.join(facts)
        + "</p>"
        + (f'<p class="meta">{original}</p>' if original else "")
    )


def _related(related: Related | None, strings: Strings) -> str:
    """What a reader must know before relying on the text; each title opens."""
    if related is None:
        return ""
    words = words_for(strings.lang)
    lines = []
    for label, articles in ((words.corrected_on, related.corrected_by), (words.superseded_on, related.superseded_by)):
        for one in articles:
            told = escape(label.format(day=strings.date(one.published)))
            opens = f'<button type="button" class="cited-title" {source_attributes(one.article_id)}>'
            lines.append(f'<p class="notice correction">{told} {opens}{escape(one.title)}</button></p>')
    return "".join(lines) + copies_html(related.copies, strings)


def _window(article: Article, start: int, end: int) -> tuple[list[Block], bool]:
    """The blocks to show, and whether some were left out."""
    blocks = _covering(article)
    if len(article.text) <= 2 * WINDOW_CHARS:
        return blocks, False
    low, high = start - WINDOW_CHARS, max(end, start) + WINDOW_CHARS
    shown = [block for block in blocks if block.end > low and block.start < high]
    return shown, len(shown) < len(blocks)


def _covering(article: Article) -> list[Block]:
    """The article's blocks, with text outside any of them as paragraphs: a quote is always shown."""
    covered: list[Block] = []
    position = 0
    for block in (*article.blocks, None):
        until = block.start if block is not None else len(article.text)
        if article.text[position:until].strip():
            covered.append(Block(BlockKind.PARAGRAPH, position, until))
        if block is not None:
            covered.append(block)
            position = block.end
    return covered


def _body(page: _Page, blocks: list[Block], title: str, strings: Strings) -> str:
    parts: list[str] = []
    index = 0
    place = ""
    while index < len(blocks):
        run = _run(blocks, index)
        first = run[0]
        if (here := _place(first, strings)) and here != place:
            parts.append(f'<p class="place">{escape(here)}</p>')
            place = here
        if first.kind in _TABLE:
            parts.append(_table(page, run))
        elif first.kind is BlockKind.LIST_ITEM:
            parts.append(f"<ul>{''.join(f'<li>{page.slice(item.start, item.end)}</li>' for item in run)}</ul>")
        elif first.kind is BlockKind.METADATA:
            lines = "".join(f"<li>{page.slice(item.start, item.end)}</li>" for item in run)
            # The head says most of it already; it opens by itself when the quote is in it.
            shown = " open" if "<mark>" in lines else ""
            parts.append(
                f'<details class="metadata"{shown}><summary>{escape(strings.source_about)}</summary>'
                f"<ul>{lines}</ul></details>"
            )
        else:
            parts.append(_single(page, first, title))
        index += len(run)
    return "".join(parts)


def _place(block: Block, strings: Strings) -> str:
    """The page, slide or sheet a block stands on; empty where the source has none."""
    return block.place or ("" if block.page is None else strings.source_page.format(page=block.page))


def _run(blocks: list[Block], index: int) -> list[Block]:
    """The blocks from ``index`` on that belong into one list or table."""
    first = blocks[index]
    kinds = _TABLE if first.kind in _TABLE else (first.kind,)
    if first.kind not in (*_TABLE, BlockKind.LIST_ITEM, BlockKind.METADATA):
        return [first]
    run = [first]
    for block in blocks[index + 1 :]:
        same_place = (block.page, block.place) == (first.page, first.place)
        if block.kind not in kinds or block.table != first.table or not same_place:
            break
        run.append(block)
    return run


def _single(page: _Page, block: Block, title: str) -> str:
    inner = page.slice(block.start, block.end)
    if block.kind is BlockKind.TITLE:
        # The panel's own heading says it already, unless the quote lies here.
        same = page.text[block.start : block.end].strip() == title.strip()
        return "" if same and "<mark>" not in inner else f'<p class="title-line">{inner}</p>'
    if block.kind is BlockKind.HEADING:
        level = min(max(block.level, 1) + 2, 6)
        return f"<h{level}>{inner}</h{level}>"
    if block.kind is BlockKind.SEPARATOR:
        return f'<p class="separator">{inner}</p>' if "<mark>" in inner else "<hr>"
    if block.kind in (BlockKind.CAPTION, BlockKind.FOOTNOTE):
        return f'<p class="{block.kind.value}">{inner}</p>'
    tag = _PLAIN.get(block.kind, "p")
    return f"<{tag}>{inner}</{tag}>"


def _table(page: _Page, rows: Iterable[Block]) -> str:
    head: list[str] = []
    body: list[str] = []
    for row in rows:
        is_head = row.kind is BlockKind.TABLE_HEADER
        if not row.cells:
            body.append(f"<tr><td>{page.slice(row.start, row.end)}</td></tr>")
            continue
        tag = "th" if is_head else "td"
        scope = ' scope="col"' if is_head else ""
        cells = "".join(f"<{tag}{scope}>{page.slice(cell.start, cell.end)}</{tag}>" for cell in row.cells)
        (head if is_head else body).append(f"<tr>{cells}</tr>")
    return (
        '<div class="table-scroll" tabindex="0"><table>'
        + (f"<thead>{''.join(head)}</thead>" if head else "")
        + f"<tbody>{''.join(body)}</tbody></table></div>"
    )
