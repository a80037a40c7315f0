"""Width folding for the reading of quantities and dates, with the way back to the text as given.

Nearly everything folds one character to one character, so offsets stay valid without a map. Only
squared characters (㌔, ㎏) and detached voicing marks (ｶﾞ) change the length; a map is built then.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from assistant.text.patterns import lazy_pattern

NBSP = "\xa0"
_DASHES = "‐‑‒–—―−﹘﹣－"  # "ー" is a letter of katakana words and stays
_TILDES = "〜～∼˜"
_SPACES = "\u2007\u2009\u200a\u202f"  # group digits in print: 10 000


def _one_to_one() -> dict[int, str]:
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table.update({code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFF61, 0xFF9E)})
    table.update({code: str((code - 0x1D7CE) % 10) for code in range(0x1D7CE, 0x1D800)})
    table.update(dict.fromkeys(map(ord, _DASHES), "-"))
    table.update(dict.fromkeys(map(ord, _TILDES), "~"))
    table.update(dict.fromkeys(map(ord, _SPACES), NBSP))
    singles = {"\u3000": " ", "￥": "¥", "￡": "£", "￠": "¢", "￦": "₩", "µ": "μ", "✕": "×", "✖": "×", "⁄": "/"}
    singles |= {"∕": "/", "’": "'", "‘": "'", "萬": "万", "零": "〇", "〓": "〓", "㌫": "%", "﹪": "%"}
    table.update({ord(key): value for key, value in singles.items()})
    return table


_TABLE = _one_to_one()
_FOLDABLE = lazy_pattern("[" + "".join(map(re.escape, map(chr, _TABLE))) + "]")
# Squared units, squared months and eras, and voicing marks that follow their letter.
_RESIZING = lazy_pattern(r"[\u3300-\u332a\u332c-\u33ff\u32c0-\u32cb\u32ff]|[ｦ-ﾝか-ほカ-ホ][\u3099\u309aﾞﾟ]")


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text. ``starts`` and ``ends`` give original offsets per folded character, or None for identity."""

    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Map a non-empty half-open folded range to the original text."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Fold widths, dashes and spaces; characters without a meaning for numbers stay as they are."""
    if text.isascii():
        return Folded(text)
    if _RESIZING.search(text) is None:
        return Folded(text.translate(_TABLE) if _FOLDABLE.search(text) else text)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for match in _RESIZING.finditer(text):
        plain = text[position : match.start()].translate(_TABLE)
        pieces.append(plain)
        starts.extend(range(position, match.start()))
        ends.extend(range(position + 1, match.start() + 1))
        wide = unicodedata.normalize("NFKC", match.group()).translate(_TABLE)
        pieces.append(wide)
        starts.extend([match.start()] * len(wide))
        ends.extend([match.end()] * len(wide))
        position = match.end()
    pieces.append(text[position:].translate(_TABLE))
    starts.extend(range(position, len(text)))
    ends.extend(range(position + 1, len(text) + 1))
    return Folded("".join(pieces), tuple(starts), tuple(ends))
