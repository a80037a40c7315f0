"""Fits the weights of ``assistant.verify.entail`` on labelled pairs (JNLI) and tells how well they do on unseen ones.

    python -m evals.bench.fit_entailment ../shared/data/nli_dev_ja/claims.jsonl [--write] [--errors]

Multinomial logistic regression with an L2 penalty. The figure is five-fold cross-validation in which sentences
that share a pair (captions of one picture, and what was made from them) never stand on both sides. ``--write``
fits on all pairs and writes ``assistant/verify/entail_weights.py``; ``--errors`` counts errors by kind.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.types import Verdict
from assistant.verify import entail_weights
from assistant.verify.entail import CLASSES, applies, features
from assistant.verify.judge import judge
from assistant.verify.statement import read_statement

Floats = NDArray[np.float64]
LABELS = {"SUPPORTS": 0, "REFUTES": 1, "NOT ENOUGH INFO": 2}
FOLDS = 5
PENALTY = 10.0
"""Inverse of scikit-learn's ``C``; of 3, 10 and 30 the accuracy differed by 0.002."""


def groups_of(pairs: list[tuple[str, str]]) -> list[int]:
    """Numbers of the connected components of sentences that share a pair."""
    parent: dict[str, str] = {}

    def root(text: str) -> str:
        while parent.setdefault(text, text) != text:
            text = parent[text]
        return text

    for claim, evidence in pairs:
        parent[root(claim)] = root(evidence)
    numbers: dict[str, int] = {}
    return [numbers.setdefault(root(claim), len(numbers)) for claim, _ in pairs]


def fit(values: Floats, labels: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """``(weights (k, 3), bias (3,))`` for features as they are, fitted on standardised ones."""
    from sklearn.linear_model import LogisticRegression

    middle, spread = values.mean(axis=0), values.std(axis=0)
    spread[spread == 0] = 1
    model = LogisticRegression(C=1 / PENALTY, max_iter=5000).fit((values - middle) / spread, labels)
    weights = (model.coef_ / spread).T
    return weights, model.intercept_ - middle @ weights


def kinds(values: dict[str, float], label: str, given: str) -> str:
    """Why a pair was probably misjudged."""
    if label == "REFUTES":
        if values["swapped"] or values["excluded"]:
            return "exclusion seen, outweighed"
        if values["same_order_claim"] >= 0.7:
            return "one word changed, not in the lists"
        return "contradiction in other words (world knowledge)"
    if label == "SUPPORTS":
        if values["nothing_unexplained"]:
            return "all words covered, structure differs"
        return "paraphrase or consequence not in the lists"
    if given == "SUPPORTS":
        return "words covered, but the claim says more"
    return "another detail of the same scene taken for a contradiction"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines()]
    pairs = [(row["claim"], row["evidence"]) for row in rows]
    found: list[dict[str, float]] = []
    usual = np.zeros(len(rows), dtype=int)  # what is said of pairs that are not for this module
    own = np.zeros(len(rows), dtype=bool)
    for index, (claim, evidence) in enumerate(pairs):
        mine, theirs = read_statement(claim), read_statement(evidence)
        result = judge(mine, theirs, on_topic=True)
        own[index] = applies(mine, theirs)
        usual[index] = CLASSES.index(result.verdict if result.verdict in CLASSES else Verdict.NOT_FOUND)
        found.append(features(mine, theirs, result.verdict, result.coverage))
    names = list(found[0])
    values = np.array([[item[name] for name in names] for item in found])
    labels = np.array([LABELS[row["label"]] for row in rows])
    group = np.array(groups_of(pairs))
    given = usual.copy()
    for fold in range(FOLDS):
        unseen = group % FOLDS == fold
        weights, bias = fit(values[~unseen & own], labels[~unseen & own])
        given[unseen & own] = (values[unseen & own] @ weights + bias).argmax(axis=1)
    table = Counter(zip(labels.tolist(), given.tolist(), strict=True))
    print(
        f"n={len(rows)} in {group.max() + 1} groups; {FOLDS}-fold accuracy {np.mean(labels == given):.3f}; words alone {np.mean(labels == usual):.3f}"
    )
    keys = list(LABELS)
    for (label, verdict), count in sorted(table.items()):
        print(f"    {keys[label]} -> {keys[verdict]}: {count}")
    if options.errors:
        errors = Counter(
            (keys[label], keys[verdict], kinds(found[index], keys[label], keys[verdict]))
            for index, (label, verdict) in enumerate(zip(labels.tolist(), given.tolist(), strict=True))
            if label != verdict
        )
        for (label, verdict, kind), count in errors.most_common():
            print(f"{count:5d}  {label} -> {verdict}: {kind}")
    if options.write:
        weights, bias = fit(values[own], labels[own])
        _write(names, weights, bias, int(own.sum()))


def _write(names: list[str], weights: Floats, bias: Floats, n: int) -> None:
    rows = "\n".join(
        f'    "{name}": ({", ".join(f"{value:.3f}" for value in weight)}),'
        for name, weight in zip(names, weights, strict=True)
    )
    Path(entail_weights.__file__).write_text(
        f'"""Written by ``python -m evals.bench.fit_entailment --write``: JNLI valid, {n} pairs, L2 {PENALTY:g}."""\n\n'
        "# For each feature what it adds to supported, contradicted and not found.\n"
        f"WEIGHTS: dict[str, tuple[float, float, float]] = {{\n{rows}\n}}\n"
        f"BIAS = ({', '.join(f'{value:.3f}' for value in bias)})\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
