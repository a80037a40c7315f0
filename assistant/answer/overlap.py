"""Which characters of a question stand in a sentence: pairs, runs of three, the longest run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern

RUN = 20
"""Characters from which a longer shared run says no more."""
_SKIPPED = lazy_pattern(r"[^\w]|[\u3041-\u3096]|_")


@dataclass(frozen=True, slots=True)
class AskedCharacters:
    """The character runs of a question, each once and in order, so that sums do not depend on hashing."""

    bigrams: tuple[str, ...]  # those that hold a kanji, a katakana or a Latin character: hiragana is mostly grammar
    trigrams: tuple[str, ...]  # grammar included
    run: str  # the question as it is searched, without spaces


@lru_cache(maxsize=64)
def asked_characters(text: str) -> AskedCharacters:
    run = squeezed(text)
    trigrams = dict.fromkeys(run[start : start + 3] for start in range(len(run) - 2))
    content = _SKIPPED.sub(" ", normalise(text))
    bigrams = (pair for pair in map("".join, pairwise(content)) if " " not in pair)
    return AskedCharacters(tuple(dict.fromkeys(bigrams)), tuple(trigrams), run)


def among(grams: Sequence[str], text: str) -> list[int]:
    """Places of the runs that stand in ``text``."""
    return [place for place, gram in enumerate(grams) if gram in text]


@lru_cache(maxsize=2048)
def squeezed(text: str) -> str:
    """The text as it is searched, without spaces."""
    return "".join(normalise(text).split())


def longest_shared(asked: str, told: str) -> float:
    """Length of the longest run of characters that both share, as a share of the first, of 20 at most."""
    best = start = 0
    size = len(asked)
    while start + best < size and best < RUN:
        # A start counts only if it beats the best so far, so most are dismissed by one look.
        if asked[start : start + best + 1] in told:
            best += 1
        else:
            start += 1
    return best / min(RUN, size) if asked else 0.0
