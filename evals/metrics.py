"""Formulas of the eval suite. Plain functions of numbers and texts; nothing here knows the assistant."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

Z95 = 1.959963984540054
"""The 97.5 % point of the normal distribution."""
_GROUPED = re.compile(r"(?<=\d),(?=\d{3})")


@dataclass(frozen=True, slots=True)
class Rate:
    """A mean of values in [0, 1] with its 95 % Wilson interval; without values all three are None."""

    n: int
    value: float | None
    low: float | None
    high: float | None


def rate(values: Iterable[float | bool]) -> Rate:
    """The mean with the Wilson score interval.

    For yes/no values this is the usual interval of a proportion. Other values in [0, 1] (reciprocal ranks) spread
    less than yes/no values of the same mean, so for them the interval is on the wide side.
    """
    numbers = [float(value) for value in values]
    if not numbers:
        return Rate(0, None, None, None)
    if not all(0 <= number <= 1 for number in numbers):
        raise ValueError(f"values outside [0, 1]: {[number for number in numbers if not 0 <= number <= 1]!r}")
    low, high = wilson(math.fsum(numbers), len(numbers))
    return Rate(len(numbers), math.fsum(numbers) / len(numbers), low, high)


def wilson(successes: float, n: int, *, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of a proportion.

    References:
        Wilson, JASA 22 (1927). ``wilson(8, 10)`` is about (0.490, 0.943).

    Raises:
        ValueError: ``n`` is below 1, or there are more successes than trials.
    """
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"{successes!r} of {n!r} is not a proportion")
    share = successes / n
    centre = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if successes == 0 else (centre - spread) / scale
    high = 1.0 if successes == n else (centre + spread) / scale
    return low, high


def hit_at(ranked: Sequence[str], gold: Collection[str], k: int) -> bool:
    """Whether one of the first ``k`` is gold. Gold items are alternatives, so this is recall@k too."""
    return any(item in gold for item in ranked[:k])


def reciprocal_rank(ranked: Sequence[str], gold: Collection[str], k: int) -> float:
    """One over the rank of the first gold item within the first ``k``; 0 without one."""
    return next((1 / rank for rank, item in enumerate(ranked[:k], start=1) if item in gold), 0.0)


def fold(text: str) -> str:
    """The spelling in which answers are compared: NFKC, no case, no spaces, no commas within numbers."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(_GROUPED.sub("", folded).split())


def contains(text: str, expected: str) -> bool:
    """Whether ``text`` says ``expected`` after :func:`fold`; a figure counts only as a whole (32 is not in 132)."""
    wanted = fold(expected)
    before = r"(?<!\d)(?<!\d\.)" if wanted[:1].isdigit() else ""
    after = r"(?!\d)(?!\.\d)" if wanted[-1:].isdigit() else ""
    return bool(wanted) and re.search(before + re.escape(wanted) + after, fold(text)) is not None


def exact(text: str | None, expected: Iterable[str]) -> bool:
    """Whether ``text`` is one of the expected answers after :func:`fold`."""
    return text is not None and fold(text) in {fold(answer) for answer in expected}


def mcnemar(lost: int, gained: int) -> float:
    """Two-sided exact p-value that ``lost`` and ``gained`` flips are equally likely; 1 without flips.

    References:
        McNemar, Psychometrika 12 (1947); the exact form is a sign test of the discordant pairs.
    """
    flips = lost + gained
    tail = sum(math.comb(flips, i) for i in range(min(lost, gained) + 1))
    return min(1.0, float(2 * tail) / float(2**flips))
