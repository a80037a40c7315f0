"""Fits linear models for the reader: listwise softmax, and logistic regression with signs given.

SciPy is needed here only, not at run time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Sparse = Sequence[tuple[dict[str, float], float]]
FOLDS = 4


@dataclass(frozen=True, slots=True)
class Group:
    """The candidates of one question: features and whether each is right; ``article`` keeps folds apart."""

    article: str
    source: str
    rows: Sparse
    kind: str = ""


def fold_of(article: str) -> int:
    return sum(map(ord, article)) * 2654435761 % 97 % FOLDS


def matrix(groups: Sequence[Group], names: Sequence[str]) -> tuple[Any, Floats, NDArray[np.int64]]:
    """Sparse features of all candidates, their labels, and how many candidates each question has."""
    from scipy import sparse

    index = {name: position for position, name in enumerate(names)}
    rows, columns, values, labels, lengths = [], [], [], [], []
    for group in groups:
        lengths.append(len(group.rows))
        for features, right in group.rows:
            for name, value in features.items():
                if name in index and value:
                    rows.append(len(labels))
                    columns.append(index[name])
                    values.append(value)
            labels.append(right)
    shape = (len(labels), len(names))
    return sparse.csr_matrix((values, (rows, columns)), shape), np.array(labels), np.array(lengths)


def fit_softmax(groups: Sequence[Group], names: Sequence[str], *, penalty: float, steps: int = 200) -> Floats:
    """Maximise the likelihood of the right candidates of each question (Cao et al., ICML 2007, top-one), with L2."""
    from scipy.optimize import minimize

    usable = [group for group in groups if 0 < sum(right for _, right in group.rows) < len(group.rows)]
    features, labels, lengths = matrix(usable, names)
    starts = np.append(0, np.cumsum(lengths)[:-1])

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits = features @ weights
        powers = np.exp(logits - np.repeat(np.maximum.reduceat(logits, starts), lengths))
        everything = np.add.reduceat(powers, starts)
        right = np.add.reduceat(powers * labels, starts) + 1e-30
        gap = powers / np.repeat(everything, lengths) - powers * labels / np.repeat(right, lengths)
        value = -np.mean(np.log(right / everything)) + penalty * weights @ weights / 2
        return float(value), features.T @ gap / len(usable) + penalty * weights

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": steps})
    return np.asarray(found.x)


def fit_logistic(
    features: Floats, labels: Floats, names: Sequence[str], *, against: Collection[str], penalty: float
) -> tuple[float, Floats]:
    """Bias and weights of a logistic regression on classes of equal weight.

    No weight may have the wrong sign: those named in ``against`` are at most 0, all others at least 0. That
    keeps the model readable and costs nothing on questions of other articles.
    """
    from scipy.optimize import minimize

    mean, spread = features.mean(0), features.std(0) + 1e-6
    scaled = (features - mean) / spread
    share = float((labels == 1).mean())
    importance = np.where(labels == 1, 0.5 / share, 0.5 / (1 - share)) / len(labels)

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits = scaled @ weights[1:] + weights[0]
        errors = np.logaddexp(0, np.where(labels == 1, -logits, logits))
        gap = importance * (1 / (1 + np.exp(-logits)) - labels)
        value = float((importance * errors).sum() + penalty * (weights[1:] ** 2).sum() / 2)
        return value, np.r_[gap.sum(), scaled.T @ gap + penalty * weights[1:]]

    bounds = [(None, None), *((None, 0) if name in against else (0, None) for name in names)]
    found = minimize(
        loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}
    )
    weights = found.x[1:] / spread
    return float(found.x[0] - weights @ mean), np.asarray(weights)


def scores(groups: Sequence[Group], weights: dict[str, float]) -> list[Floats]:
    return [
        np.array([sum(weights.get(name, 0.0) * value for name, value in row.items()) for row, _ in group.rows])
        for group in groups
    ]


def first_right(groups: Sequence[Group], found: Sequence[Floats], top: int = 1) -> float:
    """Share of questions with a right candidate among the first ``top``."""
    return float(
        np.mean(
            [
                max(group.rows[index][1] for index in np.argsort(-logits, kind="stable")[:top])
                for group, logits in zip(groups, found, strict=True)
            ]
        )
    )
