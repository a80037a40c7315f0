"""Sentence splitting for Japanese and English in one pass, by offsets.

The text is never changed, and the spans cover every character that is not white space between
sentences. A terminator inside brackets or quotation marks does not end a sentence: 「行く。」と
言った。 is one.
"""

from __future__ import annotations

import re

from assistant.text.patterns import lazy_pattern

_OPENING = "「『（(【［[〔〈《｢“"
_CLOSING = "」』）)】］]〕〉》｣”"
_PAIRS = dict(zip(_CLOSING, _OPENING, strict=True))
_JAPANESE_END = "。！？｡．!?"
_AFTER_END = set(_CLOSING) | set("\"'’。！？｡!?")

# Words whose full stop does not end a sentence. Those in _MAY_END do when a sentence opener follows.
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof sr jr st mt rev gen col sgt lt capt gov sen rep hon vs etc cf al fig figs eq no nos vol "
    "vols p pp ed eds approx est dept univ assn bros inc ltd co corp llc plc jan feb mar apr jun jul aug sep "
    "sept oct nov dec mon tue wed thu fri sat sun e.g i.e u.s u.k u.n e.u a.m p.m ph.d d.c ver sec ch art min "
    "max avg".split()
)
_MAY_END = frozenset("etc inc ltd co corp llc plc u.s u.k u.n e.u a.m p.m ph.d d.c jr sr al".split())
_NEEDS_NUMBER = frozenset("no nos p pp fig figs eq vol vols sec ch art ver".split())
_OPENERS = frozenset(
    "the a an it its this that these those he she they we i you in on at by for from with as but and or so if "
    "when while after before however although there here what who why how which his her their our my one two "
    "all most some many according under since both each despite during".split()
)
_BRACKET = lazy_pattern(f"[{re.escape(_OPENING + _CLOSING)}]")
_INTERESTING = lazy_pattern(f"[{re.escape(_OPENING + _CLOSING + _JAPANESE_END)}.…]")
# A blank line, or a line break before an item of a list.
_BLANK_LINE = lazy_pattern(r"\n[^\S\n]*\n\s*|\n(?=[^\S\n]*(?:[・•●■◆▪]|[①-⑳]|[-*–] |\d{1,2}[.)．）] ))")
_WORD_BEFORE = lazy_pattern(r"([A-Za-z][A-Za-z.]*)\.$")
_ENGLISH_START = lazy_pattern(r"\s+[\"'“‘(\[]*[A-Z0-9]")
_WORD_AFTER = lazy_pattern(r"\s*[\"'“‘(\[]*([^\s.,;:!?)\]\"'”’]+)")


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Split ``text[start:end]`` into sentences.

    Args:
        text: Any text; blank lines always end a sentence, single line breaks only after a terminator.
        start: Where to begin.
        end: Where to stop; the end of the text by default.

    Returns:
        Half-open offsets into ``text``, in order, trimmed of white space, none empty.
    """
    stop = len(text) if end is None else end
    spans: list[tuple[int, int]] = []
    for para_start, para_end in _paragraphs(text, start, stop):
        begin = para_start
        for cut in _cuts(text, para_start, para_end):
            _add(spans, text, begin, cut)
            begin = cut
        _add(spans, text, begin, para_end)
    return spans


def _paragraphs(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans = []
    position = start
    for match in _BLANK_LINE.finditer(text, start, end):
        spans.append((position, match.start()))
        position = match.end()
    spans.append((position, end))
    return spans


def _cuts(text: str, start: int, end: int) -> list[int]:
    """Offsets after which a new sentence begins, within one paragraph."""
    cuts: list[int] = []
    stack: list[str] = []
    unclosed = _unclosed(text, start, end)
    skip_to = start
    for match in _INTERESTING.finditer(text, start, end):
        position, char = match.start(), match.group()
        if position < skip_to:
            continue
        if char in _OPENING:
            if position not in unclosed:
                stack.append(char)
        elif char in _PAIRS:
            if stack and stack[-1] == _PAIRS[char]:
                stack.pop()
                if char == "”" and not stack and _ends_with_quote(text, position, end):
                    cuts.append(position + 1)
        elif not stack:
            after = _terminated(text, position, end)
            if after is not None:
                cuts.append(after)
                skip_to = after
    return cuts


def _unclosed(text: str, start: int, end: int) -> frozenset[int]:
    """Opening brackets that nothing closes: they must not swallow the rest of the paragraph."""
    if not _BRACKET.search(text, start, end):
        return frozenset()
    stack: list[int] = []
    lost: set[int] = set()
    for match in _BRACKET.finditer(text, start, end):
        position, char = match.start(), match.group()
        if char in _OPENING:
            stack.append(position)
        elif char in _PAIRS:
            for index in range(len(stack) - 1, -1, -1):
                if text[stack[index]] == _PAIRS[char]:
                    lost.update(stack[index + 1 :])
                    del stack[index:]
                    break
    return frozenset(lost.union(stack))


def _terminated(text: str, position: int, end: int) -> int | None:
    """The offset after a terminator at ``position`` with its trailing marks, or None if it ends nothing."""
    char = text[position]
    after = position + 1
    if char in "。｡！？":
        return _skip_closers(text, after, end)
    if char == "…":
        while after < end and text[after] in "…。":
            after += 1
        closed = _skip_closers(text, after, end)
        return closed if text[after - 1] == "。" or closed == end else None
    if char == "．":
        between_digits = position > 0 and after < end and text[position - 1].isdigit() and text[after].isdigit()
        if between_digits or _is_list_number(text, position):
            return None
        return _skip_closers(text, after, end)
    # ASCII: . ! ? end a sentence only before white space, the end, or Japanese text.
    while after < end and text[after] in ".!?":
        after += 1
    closed = after
    while closed < end and text[closed] in "\"'”’)]」』）":
        closed += 1
    if closed < end and not text[closed].isspace():
        if char != "." and text[closed] >= "\u3000":
            return closed
        return None
    if char != "." or after - position > 1:
        return closed if closed == end or _starts_sentence(text, closed, end) else None
    return closed if closed == end or _full_stop(text, position, closed, end) else None


def _is_list_number(text: str, position: int) -> bool:
    """Whether the full stop at ``position`` follows the number a line begins with: 1. Item."""
    line_start = text.rfind("\n", 0, position) + 1
    return text[line_start:position].strip().isdigit()


def _ends_with_quote(text: str, position: int, end: int) -> bool:
    """Whether the English sentence ends with the curly quote that closes at ``position``: “Stop.” He left."""
    match = _ENGLISH_START.match(text, position + 1, end)
    if match is None or text[position - 1] not in ".!?":
        return False
    return text[position - 1] != "." or _full_stop(text, position - 1, position + 1, end)


def _skip_closers(text: str, position: int, end: int) -> int:
    while position < end and text[position] in _AFTER_END:
        position += 1
    return position


def _starts_sentence(text: str, position: int, end: int) -> bool:
    match = _WORD_AFTER.match(text, position, end)
    return match is None or not match.group(1)[0].islower()


def _full_stop(text: str, position: int, closed: int, end: int) -> bool:
    """Whether the ASCII full stop at ``position``, followed by white space, ends a sentence."""
    if not _starts_sentence(text, closed, end):
        return False
    before = _WORD_BEFORE.search(text, max(0, position - 24), position + 1)
    if before is None:
        return not _is_list_number(text, position)
    word = before.group(1).lower()
    following = _WORD_AFTER.match(text, closed, end)
    next_word = following.group(1) if following else ""
    if word in _NEEDS_NUMBER:
        return not next_word[:1].isdigit()
    if word in _MAY_END:
        return next_word.lower() in _OPENERS
    if word in _ABBREVIATIONS:
        return False
    # Initials: "J. R. Smith".
    return not (len(word) == 1 and before.group(1).isupper() and word != "i" and next_word[:1].isupper())


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))
