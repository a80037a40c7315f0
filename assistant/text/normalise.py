"""Normalisation for search and comparison. The published text itself is never changed."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from assistant.text.patterns import lazy_pattern

# Characters of combining class 0 that still compose with the one before them (UAX #15, found by
# scanning the canonical decompositions), half-width voice marks and Hangul vowel and final jamo.
_LATE_COMPOSERS = frozenset(
    (
        *(0x9BE, 0x9D7, 0xB3E, 0xB56, 0xB57, 0xBBE, 0xBD7, 0xCC2, 0xCD5, 0xCD6, 0xD3E, 0xD57, 0xDCF, 0xDDF, 0x102E),
        *(0x1B35, 0x11127, 0x1133E, 0x11357, 0x114B0, 0x114BA, 0x114BD, 0x115AF, 0x11930, 0xF73, 0xF75, 0xF81),
        *(0xFF9E, 0xFF9F),
        *range(0x1160, 0x1200),
        # Half-width and compatibility jamo, which NFKC turns into the ones above.
        *range(0x3131, 0x3190),
        *range(0xFFA0, 0xFFDD),
    )
)

INVISIBLE = lazy_pattern(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff9-\ufffb\ud800-\udfff\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Characters that show nothing: zero width, bidi controls, tags, variation selectors, fillers, and
half surrogates, which a command line passes on for bytes that are not UTF-8."""

_FOLD = {
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-"),
    **dict.fromkeys(map(ord, "〜∼˜"), "~"),
    **dict.fromkeys(map(ord, "‘’‛′"), "'"),
    **dict.fromkeys(map(ord, "“”„″"), '"'),
    # Lower case of Σ depends on what follows it; one form for all.
    **dict.fromkeys(map(ord, "Σς"), "σ"),
    # Kanji variants that NFKC leaves alone: name characters and old forms, folded onto the common form.
    **{
        ord(variant): common
        for variant, common in zip(
            "髙﨑邊邉齋齊澤廣國學會體寶德濱瀨櫻嶋嶌藏榮圓應來萬與爲眞鐵縣圖賣讀變實號黑龍惠壽關鷗顏曾祿曻淸增橫晴福賴郞鎭"
            "栁槇渚",
            "高崎辺辺斎斉沢広国学会体宝徳浜瀬桜島島蔵栄円応来万与為真鉄県図売読変実号黒竜恵寿関鴎顔曽禄昇清増横晴福頼郎鎮"
            "柳槙渚",
            strict=True,
        )
    },
}
_TO_FOLD = lazy_pattern(f"[{re.escape(''.join(map(chr, _FOLD)))}]")
_NEEDS_WORK = lazy_pattern("[^\x20-\x7e]")
_COMMON_FORMS = {
    char: folded
    for first, last in ((0x2010, 0x2190), (0x2460, 0x2500), (0x3000, 0x3001), (0x3200, 0x3400), (0xFF01, 0xFFA0))
    for char in map(chr, range(first, last))
    if (folded := unicodedata.normalize("NFKC", char)) != char
}
"""What stands in Japanese text of the characters that NFKC folds: full-width signs, half-width kana, ㌔, ①."""
_COMMON = lazy_pattern(f"[{re.escape(''.join(_COMMON_FORMS))}]")


def remove_invisible(text: str) -> str:
    """Drop the characters that show nothing on a screen."""
    return INVISIBLE.sub("", text) if not text.isascii() else text


def normalise(text: str) -> str:
    """Fold a text for search: NFKC, dashes, quotes and kanji variants unified, lower case, nothing invisible."""
    if text.isascii():
        return text.lower()
    folded = INVISIBLE.sub("", text)
    # NFKC takes a hundred times as long as asking whether it would change anything, and equal forms put in
    # beforehand leave nothing to change in most texts.
    if not unicodedata.is_normalized("NFKC", folded):
        folded = unicodedata.normalize("NFKC", _COMMON.sub(lambda match: _COMMON_FORMS[match.group()], folded))
    # Few texts hold any of these, and then two or three of them: looking for them is much faster than str.translate.
    for char in set(_TO_FOLD.findall(folded)):
        folded = folded.replace(char, _FOLD[ord(char)])
    return folded.lower()


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """A normalised text that knows where each of its characters came from.

    ``starts[i]`` and ``ends[i]`` are the original offsets of the segment that produced normalised
    character ``i``. Several characters may share a segment (㌔ → キロ) and a segment may be longer
    than what it became (ｶﾞ → ガ).
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    original_length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Original half-open offsets of a normalised half-open range."""
        if start >= end:
            position = self.starts[start] if start < len(self.starts) else self.original_length
            return position, position
        return self.starts[start], self.ends[end - 1]

    def position(self, original: int) -> int:
        """Normalised offset of an original offset: the first character that starts at or after it."""
        return bisect_right(self.starts, original - 1)


def normalise_with_offsets(text: str) -> NormalisedText:
    """Like :func:`normalise`, keeping the way back to the original offsets."""
    if not _NEEDS_WORK.search(text):
        positions = tuple(range(len(text)))
        return NormalisedText(text.lower(), positions, tuple(range(1, len(text) + 1)), len(text))
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position, length = 0, len(text)
    while position < length:
        end = position + 1
        while end < length and _continues(text[end]):
            end += 1
        folded = normalise(text[position:end])
        parts.append(folded)
        starts.extend([position] * len(folded))
        ends.extend([end] * len(folded))
        position = end
    return NormalisedText("".join(parts), tuple(starts), tuple(ends), length)


def _continues(char: str) -> bool:
    if char < "\u0300":
        return char == "\u00ad"
    return ord(char) in _LATE_COMPOSERS or unicodedata.combining(char) != 0 or INVISIBLE.match(char) is not None
