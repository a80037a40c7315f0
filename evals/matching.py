"""Whether a text says what was expected: the spelling answers are compared in, character F1, quantities."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from assistant.text.quantities import find_quantities
from assistant.text.quantity_compare import compare
from assistant.text.quantity_types import Quantity, Relation

_GROUPED = re.compile(r"(?<=\d),(?=\d{3})")
_SPACES = re.compile(r"(?<!\d)\s+|\s+(?!\d|\s)")
_AROUND = re.compile(r"^(?:約|およそ|最大|about|around|nearly|up to|approximately)|(?:です|だ|である|になる|。|\.)$")


def fold(text: str) -> str:
    """The spelling in which answers are compared: NFKC, no case, no commas within numbers, no spaces but between digits."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _SPACES.sub("", _GROUPED.sub("", folded.strip()))


def contains(text: str, expected: str) -> bool:
    """Whether ``text`` says ``expected`` after :func:`fold`; a figure counts only as a whole (32 is not in 132)."""
    wanted = fold(expected)
    before = r"(?<!\d)(?<!\d\.)" if wanted[:1].isdigit() else ""
    after = r"(?!\d)(?!\.\d)" if wanted[-1:].isdigit() else ""
    return bool(wanted) and re.search(before + re.escape(wanted) + after, fold(text)) is not None


def exact(text: str | None, expected: Iterable[str]) -> bool:
    """Whether ``text`` is one of the expected answers after :func:`fold`, or the same quantity."""
    if text is None:
        return False
    return fold(text) in {fold(answer) for answer in expected} or any(_one_quantity(text, item) for item in expected)


def says(text: str, expected: str) -> bool:
    """Whether ``text`` contains ``expected``, word for word or, if that is one quantity, as the same quantity.

    4,900GB/s says 4.9TB/s; 144GiB does not say 144GB, and a figure rounded differently does not either.
    """
    if contains(text, expected):
        return True
    wanted = _whole_quantity(expected)
    return wanted is not None and any(_same(wanted, found) for found in find_quantities(text))


def character_f1(text: str | None, expected: Iterable[str]) -> float:
    """The best F1 of characters after :func:`fold` against one of the expected answers; 0 without a text.

    Characters, not words, since Japanese has no spaces. The measure of JSQuAD and JaQuAD.
    """
    if text is None:
        return 0.0
    mine = Counter(fold(text))
    return max((_f1(mine, Counter(fold(answer))) for answer in expected), default=0.0)


def _f1(mine: Counter[str], gold: Counter[str]) -> float:
    common = sum((mine & gold).values())
    return 0.0 if not common else 2 * common / (sum(mine.values()) + sum(gold.values()))


def _one_quantity(text: str, expected: str) -> bool:
    mine, wanted = _whole_quantity(text), _whole_quantity(expected)
    return mine is not None and wanted is not None and _same(wanted, mine)


def _whole_quantity(text: str) -> Quantity | None:
    """The quantity ``text`` consists of, or None where it says more than that, or has no unit."""
    stripped = text.strip()
    found = find_quantities(stripped)
    if len(found) != 1 or found[0].dimension == "number":
        return None
    rest = _AROUND.sub("", stripped[: found[0].start].strip()) + _AROUND.sub("", stripped[found[0].end :].strip())
    return None if rest.strip() else found[0]


def _same(wanted: Quantity, found: Quantity) -> bool:
    return compare(wanted, found) is Relation.SAME and wanted.low == wanted.high
