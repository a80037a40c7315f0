"""Fits linear models for the reader: listwise softmax, and logistic regression with signs given.

SciPy is needed here only, not at run time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from evals.bench.reader_tables import Table

Floats = NDArray[np.float64]
FOLDS = 4


def fold_of(article: str) -> int:
    return sum(map(ord, article)) * 2654435761 % 97 % FOLDS


def fit_rows(
    table: Table, names: Sequence[str], *, penalty: float, given: Mapping[str, float] | None = None, steps: int = 200
) -> Floats:
    """Maximise the likelihood of the right rows of each question (Cao et al., ICML 2007, top-one), with L2.

    Args:
        table: Questions without a right row, or with none that is wrong, are left out.
        names: The features to find weights for, in this order.
        penalty: Of half the sum of squared weights.
        given: Weights of other features that are fixed.
        steps: At most so many of L-BFGS.
    """
    from scipy.optimize import minimize

    right_rows = np.add.reduceat(table.labels, table.starts)
    right_rows[table.lengths == 0] = 0
    table = table.of((right_rows > 0) & (right_rows < table.lengths))
    place = {name: index for index, name in enumerate(table.names)}
    features = table.features[:, [place[name] for name in names]]
    fixed = table.logits(dict(given or {}))
    labels, lengths, starts = table.labels, table.lengths, table.starts

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits = features @ weights + fixed
        powers = np.exp(logits - np.repeat(np.maximum.reduceat(logits, starts), lengths))
        everything = np.add.reduceat(powers, starts)
        right = np.add.reduceat(powers * labels, starts) + 1e-30
        gap = powers / np.repeat(everything, lengths) - powers * labels / np.repeat(right, lengths)
        value = -np.mean(np.log(right / everything)) + penalty * weights @ weights / 2
        return float(value), features.T @ gap / len(lengths) + penalty * weights

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
