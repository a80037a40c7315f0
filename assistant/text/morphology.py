"""Morphemes of Japanese text with their offsets: what spans of a sentence are cut from."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from assistant.text import tokens


class Morpheme(NamedTuple):
    """One morpheme as the Sudachi dictionary has it; offsets are half-open positions in the text."""

    start: int
    end: int
    surface: str
    form: str  # normalised, lower case
    part: str  # 名詞, 動詞, 助詞, …
    detail: str  # 固有名詞, 数詞, 格助詞, …
    name: str  # of proper nouns 人名, 地名, 組織名, 一般; of others 助数詞可能, サ変可能, …


@lru_cache(maxsize=2048)
def morphemes(text: str) -> tuple[Morpheme, ...]:
    """The morphemes of ``text``, split as finely as the index splits (mode A)."""
    return tuple(
        Morpheme(start, end, text[start:end], form.lower(), part[0], part[1], part[2])
        for start, end, form, part, _ in tokens.morphemes(text)
    )
