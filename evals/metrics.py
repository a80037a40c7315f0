"""Formulas of the eval suite. Plain functions of numbers and ids; nothing here knows the assistant."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")
Z95 = 1.959963984540054
"""The 97.5 % point of the normal distribution."""
SEED = 20261123
RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Rate:
    """A mean of values in [0, 1] with its 95 % interval; without values ``value``, ``low`` and ``high`` are None."""

    n: int
    value: float | None
    low: float | None
    high: float | None


def rate(values: Iterable[float | bool], clusters: Iterable[Hashable] | None = None) -> Rate:
    """The mean with the Wilson score interval, at the effective number of cases when they come in clusters.

    Questions on one article tend to be right or wrong together. The number of cases is therefore divided by the
    design effect, see :func:`design_effect`. Values between 0 and 1 (reciprocal ranks) spread less than yes/no values
    of the same mean, so for them the interval is on the wide side.

    Args:
        values: In [0, 1].
        clusters: The cluster of each value; every value is its own by default.

    Raises:
        ValueError: A value is outside [0, 1].
    """
    numbers = [float(value) for value in values]
    if not numbers:
        return Rate(0, None, None, None)
    if not all(0 <= number <= 1 for number in numbers):
        raise ValueError(f"values outside [0, 1]: {[number for number in numbers if not 0 <= number <= 1]!r}")
    mean = math.fsum(numbers) / len(numbers)
    effective = len(numbers) / (1.0 if clusters is None else design_effect(numbers, list(clusters)))
    low, high = wilson(mean * effective, effective)
    return Rate(len(numbers), mean, low, high)


def wilson(successes: float, n: float, *, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of a proportion. ``n`` may be an effective, broken number.

    References:
        Wilson, JASA 22 (1927). ``wilson(8, 10)`` is about (0.490, 0.943).

    Raises:
        ValueError: ``n`` is not positive, or there are more successes than trials.
    """
    if n <= 0 or not 0 <= successes <= n * (1 + 1e-12):
        raise ValueError(f"{successes!r} of {n!r} is not a proportion")
    share = min(1.0, successes / n)
    centre = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if share == 0 else (centre - spread) / scale
    high = 1.0 if share == 1 else (centre + spread) / scale
    return low, high


def design_effect(values: Sequence[float], clusters: Sequence[Hashable]) -> float:
    """By how much clustering inflates the variance of the mean; at least 1.

    The variance of the mean from the sums of the clusters' residuals over that of independent values. Where all values
    are equal nothing can be estimated and it is 1.

    References:
        Kish, Survey Sampling (1965), 5.4; Rao and Scott, Biometrics 48 (1992) for Wilson at n / deff.
    """
    n = len(values)
    mean = math.fsum(values) / n
    independent = math.fsum((value - mean) ** 2 for value in values)
    sums: dict[Hashable, float] = defaultdict(float)
    for value, cluster in zip(values, clusters, strict=True):
        sums[cluster] += value - mean
    if independent <= 1e-12 or len(sums) < 2:
        return 1.0
    between = math.fsum(residual**2 for residual in sums.values()) * len(sums) / (len(sums) - 1)
    return max(1.0, between / (independent * n / (n - 1)))


# -- search ----------------------------------------------------------------------------------------


def hit_at(ranked: Sequence[str], gold: Collection[str], k: int) -> bool:
    """Whether one of the first ``k`` is gold. Gold items are alternatives, so this is recall@k too."""
    return any(item in gold for item in ranked[:k])


def reciprocal_rank(ranked: Sequence[str], gold: Collection[str], k: int) -> float:
    """One over the rank of the first gold item within the first ``k``; 0 without one."""
    return next((1 / rank for rank, item in enumerate(ranked[:k], start=1) if item in gold), 0.0)


def ndcg(ranked: Sequence[str], gold: Collection[str], k: int) -> float:
    """Normalised discounted cumulative gain of yes/no relevance, each gold item counted once.

    References:
        Järvelin and Kekäläinen, TOIS 20 (2002), with log2 discount.
    """
    seen: set[str] = set()
    gain = 0.0
    for rank, item in enumerate(ranked[:k], start=1):
        if item in gold and item not in seen:
            seen.add(item)
            gain += 1 / math.log2(rank + 1)
    best = math.fsum(1 / math.log2(rank + 1) for rank in range(1, min(len(gold), k) + 1))
    return gain / best if best else 0.0


# -- classes ---------------------------------------------------------------------------------------


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Mean F1 of the classes that occur as a label, of ``(label, given)`` pairs. A class never given counts 0."""
    if not pairs:
        raise ValueError("no pairs")
    labels = Counter(label for label, _ in pairs)
    given = Counter(given for _, given in pairs)
    right = Counter(label for label, given in pairs if label == given)
    return math.fsum(2 * right[name] / (labels[name] + given[name]) for name in labels) / len(labels)


def bootstrap_interval(
    items: Sequence[T], clusters: Sequence[Hashable], statistic: Callable[[Sequence[T]], float]
) -> tuple[float, float]:
    """95 % percentile interval of a statistic, by drawing whole clusters with a fixed seed.

    References:
        Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
    """
    groups: dict[Hashable, list[T]] = defaultdict(list)
    for item, cluster in zip(items, clusters, strict=True):
        groups[cluster].append(item)
    members = list(groups.values())
    rng = random.Random(SEED)
    drawn = sorted(
        statistic([item for group in rng.choices(members, k=len(members)) for item in group]) for _ in range(RESAMPLES)
    )
    return drawn[round(0.025 * (RESAMPLES - 1))], drawn[round(0.975 * (RESAMPLES - 1))]


# -- risk and coverage -----------------------------------------------------------------------------


def risk_coverage(answers: Iterable[tuple[float, bool]]) -> list[tuple[float, float]]:
    """``(coverage, risk)`` when only answers above a falling confidence are kept; ties fall together.

    Args:
        answers: Confidence and whether the answer is right, of every question an answer was given to.

    References:
        El-Yaniv and Wiener, JMLR 11 (2010).
    """
    ordered = sorted(answers, key=lambda item: -item[0])
    points: list[tuple[float, float]] = []
    wrong = 0
    for number, (confidence, right) in enumerate(ordered, start=1):
        wrong += not right
        if number == len(ordered) or ordered[number][0] != confidence:
            points.append((number / len(ordered), wrong / number))
    return points


def area_under(points: Sequence[tuple[float, float]]) -> float | None:
    """Mean risk over the coverages of :func:`risk_coverage` (AURC); None without points."""
    if not points:
        return None
    area, before = 0.0, 0.0
    for coverage, risk in points:
        area += risk * (coverage - before)
        before = coverage
    return area


def calibration(answers: Iterable[tuple[float, bool]], bins: int = 8) -> list[tuple[float, float, int]]:
    """``(mean confidence, share right, n)`` of groups of about equal size, from the least confident up."""
    ordered = sorted(answers)
    cuts = [round(len(ordered) * index / bins) for index in range(bins + 1)]
    groups = [ordered[start:end] for start, end in pairwise(cuts) if end > start]
    return [
        (math.fsum(item[0] for item in group) / len(group), sum(item[1] for item in group) / len(group), len(group))
        for group in groups
    ]


# -- two runs --------------------------------------------------------------------------------------


def mcnemar(lost: int, gained: int) -> float:
    """Two-sided exact p-value that ``lost`` and ``gained`` flips are equally likely; 1 without flips.

    References:
        McNemar, Psychometrika 12 (1947); the exact form is a sign test of the discordant pairs.
    """
    flips = lost + gained
    tail = sum(math.comb(flips, i) for i in range(min(lost, gained) + 1))
    return min(1.0, float(2 * tail) / float(2**flips))


def paired_bootstrap(
    before: Mapping[str, bool], now: Mapping[str, bool], clusters: Mapping[str, Hashable]
) -> tuple[float, float, float]:
    """Change of the pass rate over the cases of both runs, with its 95 % interval: ``(change, low, high)``."""
    both = [key for key in now if key in before]
    if not both:
        return 0.0, 0.0, 0.0
    changes = [float(now[key]) - float(before[key]) for key in both]
    mean = math.fsum(changes) / len(changes)
    low, high = bootstrap_interval(
        changes, [clusters.get(key, key) for key in both], lambda drawn: math.fsum(drawn) / len(drawn)
    )
    return mean, low, high


def latency_quantile(milliseconds: Sequence[float], share: float) -> float | None:
    """The nearest-rank quantile; None without values."""
    ordered = sorted(milliseconds)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None
