"""Brings the results of questions and claims together: every metric for every slice, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from evals.desk import DeskResult
from evals.metrics import Rate, bootstrap_interval, macro_f1, rate

METRICS = (
    "search.hit_at_1",
    "search.recall_at_3",
    "search.recall_at_8",
    "search.mrr_at_10",
    "search.ndcg_at_10",
    "reading.right",
    "reading.exact_short",
    "answer.right",
    "answer.contained",
    "answer.exact_short",
    "answer.character_f1",
    "citations.resolve",
    "citations.recall",
    "citations.precision",
    "citations.gold",
    "citations.gold_sentence",
    "refusal.false_answer",
    "refusal.over_refusal",
    "desk.right",
    "desk.macro_f1",
    "desk.dangerous",
    "desk.false_alarm",
)
"""``reading`` is the answer from gold passages, ``answer`` the answer with search."""
LOWER_IS_BETTER = frozenset({"refusal.false_answer", "refusal.over_refusal", "desk.dangerous", "desk.false_alarm"})
Scores = dict[str, Rate]


class Result(Protocol):
    """A scored question or claim."""

    @property
    def case_id(self) -> str: ...
    @property
    def lang(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def cluster(self) -> str: ...
    @property
    def slice_names(self) -> tuple[str, ...]: ...
    @property
    def outcome(self) -> str: ...
    @property
    def passed(self) -> bool: ...
    @property
    def why(self) -> str: ...
    @property
    def error(self) -> str: ...
    @property
    def measured(self) -> Mapping[str, Sequence[float | bool]]: ...


Measured = Mapping[str, Sequence[float | bool]]


def scores(results: Sequence[Result]) -> Scores:
    """Every metric over the results that could be scored."""
    return _scores([(result, result.measured) for result in results if not result.error])


def _scores(pairs: Sequence[tuple[Result, Measured]]) -> Scores:
    values: dict[str, list[float | bool]] = {name: [] for name in METRICS}
    clusters: dict[str, list[str]] = {name: [] for name in METRICS}
    for result, found in pairs:
        for name, measured in found.items():
            values[name].extend(measured)
            clusters[name].extend([result.cluster] * len(measured))
    table = {name: rate(values[name], clusters[name]) for name in METRICS}
    table["desk.macro_f1"] = _macro([result for result, _ in pairs if isinstance(result, DeskResult)])
    return table


def _macro(results: Sequence[DeskResult]) -> Rate:
    pairs = [(result.wanted.verdict, result.given) for result in results]
    if len({label for label, _ in pairs}) < 2:  # of one class it would be another name for its recall
        return Rate(0, None, None, None)
    low, high = bootstrap_interval(pairs, [result.cluster for result in results], macro_f1)
    return Rate(len(pairs), macro_f1(pairs), low, high)


def slices(results: Sequence[Result]) -> dict[str, Scores]:
    """The metrics of all cases and of each slice: language, half, difficulty, verdict, kind, topic, file of claims."""
    names: dict[str, list[tuple[Result, Measured]]] = {"overall": []}
    for result in results:
        # Measured once: a case is in six slices.
        pairs = [] if result.error else [(result, result.measured)]
        for name in ("overall", *result.slice_names):
            names.setdefault(name, []).extend(pairs)
    order = ("overall", "lang", "half", "difficulty", "verdict", "kind", "topic", "claims")
    ordered = sorted(names, key=lambda name: (order.index(name.split(":")[0]), name))
    return {name: _scores(names[name]) for name in ordered}
