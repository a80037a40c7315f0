"""The Markdown parser: CommonMark with tables, strikethrough, footnotes, and emphasis that works in Japanese."""

from __future__ import annotations

import unicodedata
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

from assistant.text.patterns import lazy_pattern

_DEFINITION = lazy_pattern(r"\[\^([^\]\s]{1,60})\]:[ \t]*")
_REFERENCE = lazy_pattern(r"\[\^([^\]\s]{1,60})\]")


@cache
def parser() -> MarkdownIt:
    """The configured parser; it keeps no state between texts."""
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    markdown.block.ruler.before("reference", "footnote_definition", _footnote_definition, {"alt": ["paragraph"]})
    markdown.inline.ruler.before("link", "footnote_reference", _footnote_reference)
    markdown.inline.ruler.at("emphasis", _emphasis)
    return markdown


def _footnote_definition(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """``[^1]: …`` up to the next blank line; indented paragraphs after it belong to it too.

    Without this rule CommonMark takes ``[^1]: 出典`` for a link definition, and the note is gone.
    """
    if state.is_code_block(start_line):
        return False
    line = _line(state, start_line)
    match = _DEFINITION.match(line)
    if not match:
        return False
    if silent:
        return True
    parts = [line[match.end() :]]
    next_line = start_line + 1
    while next_line < end_line:
        if state.isEmpty(next_line):
            after = next_line + 1
            if after >= end_line or state.isEmpty(after) or state.sCount[after] < 4:
                break
            parts.append("")
        elif state.sCount[next_line] < state.blkIndent or any(
            rule(state, next_line, end_line, True) for rule in state.md.block.ruler.getRules("paragraph")
        ):
            break
        else:
            parts.append(_line(state, next_line))
        next_line += 1
    state.line = next_line
    token = state.push("footnote_open", "", 1)
    token.meta = {"label": match[1]}
    token.map = [start_line, next_line]
    inline = state.push("inline", "", 0)
    inline.content = "\n".join(part for part in parts if part).strip()
    inline.map = [start_line, next_line]
    inline.children = []
    state.push("footnote_close", "", -1)
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _footnote_reference(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[":
        return False
    match = _REFERENCE.match(state.src, state.pos)
    if not match or match.end() > state.posMax:
        return False
    if not silent:
        state.push("footnote_reference", "", 0).meta = {"label": match[1]}
    state.pos = match.end()
    return True


def _emphasis(state: StateInline, silent: bool) -> bool:
    """markdown-it's rule, except beside Japanese characters.

    CommonMark wants a space or punctuation outside of ``**``: ``**「牙城」**は`` stays unformatted and the
    asterisks would show. Beside a wide character only white space inside decides.
    """
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    scanned = state.scanDelims(state.pos, marker == "*")
    can_open, can_close = scanned.can_open, scanned.can_close
    if marker == "*":
        before = state.src[state.pos - 1] if state.pos else " "
        end = state.pos + scanned.length
        after = state.src[end] if end < state.posMax else " "
        if _is_wide(before) or _is_wide(after):
            can_open, can_close = not after.isspace(), not before.isspace()
    for _ in range(scanned.length):
        token = state.push("text", "", 0)
        token.content = marker
        state.delimiters.append(
            Delimiter(
                marker=ord(marker),
                length=scanned.length,
                token=len(state.tokens) - 1,
                end=-1,
                open=can_open,
                close=can_close,
            )
        )
    state.pos += scanned.length
    return True


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WFH"
