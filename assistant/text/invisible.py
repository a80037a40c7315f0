"""Characters that show nothing: which are part of ordinary writing, which hide something, and how many.

A reader must see all that a quote says, and a model must read no more than a reader sees. So text for prompts
and screens goes through :func:`visible`. What writing needs stays: the one variation selector of 葛󠄀, the
joiners of an emoji family, of Persian and of Hindi, the tags of the flag of Scotland.

Classes follow Default_Ignorable_Code_Point of the Unicode Character Database, UTS #51 (emoji sequences) and
UTS #37 (ideographic variation sequences).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.text.patterns import lazy_pattern

_KINDS = {
    "tags": "\U000e0000-\U000e007f",
    "zero width": "\u200b-\u200d\u2060-\u2064\ufeff\u180e\u034f\u17b4\u17b5",
    "bidirectional controls": "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069",
    "variation selectors": "\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d\u180f",
    "soft hyphens": "\u00ad",
    "annotation marks": "\ufff9-\ufffb",
    "fillers": "\u115f\u1160\u3164\uffa0",
    "other format characters": "\u2065\u206a-\u206f\U0001d173-\U0001d17a\ufff0-\ufff8"
    "\U000e0080-\U000e00ff\U000e01f0-\U000e0fff\U0001bca0-\U0001bca3",
    "control characters": "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f",
}
_BASIC_PLANE = lazy_pattern("[" + re.sub("[\U00010000-\U0010ffff]-?", "", "".join(_KINDS.values())) + "]")
_RUN = lazy_pattern("[" + "".join(_KINDS.values()) + "]+")
_KIND_OF = {kind: re.compile(f"[{characters}]") for kind, characters in _KINDS.items()}
_FLAGS = {"".join(chr(0xE0000 + ord(letter)) for letter in name) + "\U000e007f" for name in ("gbeng", "gbsct", "gbwls")}
_BLACK_FLAG = "\U0001f3f4"

_IDEOGRAPH = lazy_pattern("[\u3400-\u9fff\uf900-\ufaff\u3005-\u3007\U00020000-\U0003ffff]")
_EMOJI = lazy_pattern(
    "[#*0-9\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_PICTURE = lazy_pattern(
    "[\u00a9\u00ae\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff]"
)
_PUNCTUATION_WITH_VARIANTS = lazy_pattern(
    "[\u2018-\u201f\u3001\u3002\uff01\uff0c\uff0e\uff1a\uff1b\uff1f\u2200-\u22ff\u2600-\u26ff0]"
)
_MONGOLIAN = lazy_pattern("[\u1807\u1820-\u18aa]")
# Scripts that write with joiners: Arabic, Syriac, Thaana, N'Ko; Devanagari to Sinhala; Khmer, Mongolian; Arabic
# extensions; newer Indic scripts.
_JOINING = lazy_pattern(
    "[\u0600-\u07ff\u0840-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\u1a20-\u1aaf\u1b00-\u1bff\ua8e0-\ua8ff\uaa00-\uaadf\ufb50-\ufdff\ufe70-\ufefc"
    "\U00011000-\U00011fff]"
)


def has_invisible(text: str) -> bool:
    """Whether any character shows nothing, ordinary or not. Fast, for text that has none.

    A class with characters beyond the basic plane is searched three times as slowly, so these are looked for only
    in a text that has some; UTF-16 needs two units for each of them, which is the quickest way to tell.
    """
    if _BASIC_PLANE.search(text):
        return True
    return len(text.encode("utf-16-le", "surrogatepass")) != 2 * len(text) and _RUN.search(text) is not None


def hidden_spans(text: str) -> list[tuple[int, int]]:
    """Half-open ranges of what shows nothing and ordinary writing does not need, in order."""
    if not has_invisible(text):
        return []
    spans: list[tuple[int, int]] = []
    for match in _RUN.finditer(text):
        start, end = match.span()
        kept = _ordinary(text, start, end)
        if start + kept < end:
            spans.append((start + kept, end))
    return spans


def visible(text: str) -> str:
    """The text as a reader sees it: for prompts and screens. Line breaks and tabs stay."""
    spans = hidden_spans(text)
    return _without(text, spans) if spans else text


def count_hidden(text: str) -> Counter[str]:
    """How many characters :func:`visible` removes, by kind."""
    counts: Counter[str] = Counter()
    for start, end in hidden_spans(text):
        counts.update(_kind(character) for character in text[start:end])
    return counts


def in_words(counts: Mapping[str, int]) -> str:
    """``12 tags, 3 zero width``: most frequent first."""
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


@dataclass(frozen=True, slots=True)
class VisibleText:
    """A text without its hidden characters, and the way to its offsets from those of the original."""

    text: str
    _starts: tuple[int, ...]  # where each removed range began
    _removed: tuple[tuple[int, int, int], ...]  # start, end, characters removed before it

    def offset(self, original: int) -> int:
        """Where a position of the original lies now; inside a removed range, where that range was."""
        index = bisect_left(self._starts, original) - 1
        if index < 0:
            return original
        start, end, before = self._removed[index]
        return start - before if original <= end else original - before - (end - start)


def visible_with_offsets(text: str) -> VisibleText:
    """Like :func:`visible`, for texts with offsets into them."""
    removed, before = [], 0
    spans = hidden_spans(text)
    for start, end in spans:
        removed.append((start, end, before))
        before += end - start
    return VisibleText(_without(text, spans), tuple(start for start, _, _ in removed), tuple(removed))


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    parts, position = [], 0
    for start, end in spans:
        parts.append(text[position:start])
        position = end
    parts.append(text[position:])
    return "".join(parts)


def _kind(character: str) -> str:
    return next(kind for kind, pattern in _KIND_OF.items() if pattern.match(character))


def _ordinary(text: str, start: int, end: int) -> int:
    """How many characters at the beginning of the run ``start:end`` belong to ordinary writing."""
    if start == 0:
        return 0
    run, base = text[start:end], text[start - 1]
    if base == _BLACK_FLAG and run[0] > "\U000e0000":
        return next((len(flag) for flag in _FLAGS if run.startswith(flag)), 0)
    first = run[0]
    kept = 1 if _is_variation(base, first) else 0
    # A picture may have its selector and then the joiner to the next one.
    if kept < len(run) and run[kept] in "\u200c\u200d" and len(run) == kept + 1 and _joins(text, start, end, run[kept]):
        kept += 1
    elif first in "\u115f\u1160" and len(run) == 1 and _is_jamo(base, first, text[end : end + 1]):
        kept = 1
    return kept


def _is_variation(base: str, selector: str) -> bool:
    """Whether the selector can change how this character looks."""
    if "\U000e0100" <= selector <= "\U000e01ef":
        return _IDEOGRAPH.match(base) is not None
    if selector in "\ufe00\ufe01\ufe02":
        return bool(_IDEOGRAPH.match(base) or _PUNCTUATION_WITH_VARIANTS.match(base))
    if selector in "\ufe0e\ufe0f":
        return _EMOJI.match(base) is not None
    return selector in "\u180b\u180c\u180d\u180f" and _MONGOLIAN.match(base) is not None


def _joins(text: str, start: int, end: int, joiner: str) -> bool:
    """Whether a joiner stands where emoji or a joining script have one."""
    base, after = text[start - 1], text[end : end + 1]
    if joiner == "\u200d" and after and _PICTURE.match(after):
        return bool(_PICTURE.match(base) or "\U0001f3fb" <= base <= "\U0001f3ff")
    if not _JOINING.match(base):
        return False
    # Between two letters. At the end of a word after a virama, or to show the joined form of an Arabic letter.
    return bool(after and _JOINING.match(after)) or unicodedata.combining(base) == 9 or joiner == "\u200d"


def _is_jamo(base: str, filler: str, after: str) -> bool:
    """Old Korean writes a syllable without a consonant, or without a vowel, with a filler in its place."""
    if filler == "\u1160":
        return "\u1100" <= base <= "\u115e"
    return bool(after) and "\u1161" <= after <= "\u11a7"
