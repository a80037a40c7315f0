"""Chooses which of the ranked passages are shown: repeats and the many passages of one article wait."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.text.patterns import lazy_pattern
from assistant.types import BlockKind, Passage

_SAME_WORDS = 0.9
"""Share of common words (Jaccard) from which two passages of prose say the same."""
_MIN_WORDS = 8
_LIST = lazy_pattern(
    r"挙げ|列挙|一覧|すべて|全て|どんな種類|何と何|誰と誰|どれと|それぞれ|\blist\b|\bwhich of\b|\bwhat are\b|\bwho are\b|\bname (?:all|the)\b",
    re.IGNORECASE,
)


def article_cap(question: str, wanted: int) -> int:
    """How many of ``wanted`` passages may come from one article before others have had their turn."""
    return 2 if _LIST.search(question) else max(3, wanted // 2)


@dataclass(slots=True)
class Selection:
    """Takes passages best first and gives them back with repeats and surplus put last; none is lost."""

    cap: int
    _taken: dict[str, int] = field(default_factory=dict)
    _words: list[tuple[str, frozenset[str]]] = field(default_factory=list)

    def admits(self, passage: Passage, spans: Sequence[frozenset[str]]) -> bool:
        """Whether a passage may be shown in its turn."""
        if self._taken.get(passage.article_id, 0) >= self.cap:
            return False
        words = frozenset().union(*spans) if passage.kind is BlockKind.PARAGRAPH else frozenset()
        if len(words) >= _MIN_WORDS:
            if any(same_text(words, other) for article, other in self._words if article != passage.article_id):
                return False
            self._words.append((passage.article_id, words))
        self._taken[passage.article_id] = self._taken.get(passage.article_id, 0) + 1
        return True


def same_text(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts use the same words and the same figures. 100 GB and 200 GB are a difference."""
    shared = len(one & other)
    if shared < _SAME_WORDS * (len(one) + len(other) - shared):
        return False
    return not any(any(char.isdigit() for char in word) for word in one ^ other)


def surplus_last(passages: Sequence[tuple[Passage, Sequence[frozenset[str]]]], *, cap: int) -> Iterator[int]:
    """Positions of the passages in the order to show them."""
    selection = Selection(cap)
    later: list[int] = []
    for place, (passage, spans) in enumerate(passages):
        if selection.admits(passage, spans):
            yield place
        else:
            later.append(place)
    yield from later
