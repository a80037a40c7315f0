"""Fits the weights of the reader's features on public question sets.

    python -m evals.bench.fit_reader --home HOME --questions FILE [--step 4]

``HOME`` holds an index of the set's corpus (``ASSISTANT_HOME=HOME assistant index corpus.jsonl``). A
candidate is right when it contains a gold answer and comes from a gold document. Weights maximise the
likelihood of the right candidates under a softmax over all candidates of a question (listwise, as in
Cao et al., ICML 2007, top-one), with an L2 penalty. Questions are split in half by document: the first
half is fitted, the other measured.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.answer.candidates import Features, rank_candidates
from assistant.api import Assistant
from assistant.settings import load_settings
from assistant.text.normalise import normalise

Floats = NDArray[np.float64]
NAMES = tuple(Features.__slots__)  # type: ignore[attr-defined]


def squeeze(text: str) -> str:
    return "".join(normalise(text).split())


def collect(home: Path, questions: Path, step: int) -> list[tuple[str, Floats, Floats]]:
    """``(document, features (n, k), right (n,))`` of every answerable question."""
    rows = []
    with Assistant.open(load_settings(home=home), one_shot=True) as assistant:
        pipeline = assistant._current().pipeline
        lines = questions.read_text(encoding="utf-8").splitlines()[::step]
        for line in lines:
            case = json.loads(line)
            if not case["answerable"]:
                continue
            found = pipeline.retrieve(case["question"])
            candidates = rank_candidates(found.question, found.retrieved.query, found.retrieved.hits)
            gold = [squeeze(answer) for answer in case["answers"]]
            right = np.array(
                [
                    item.passage.article_id in case["doc_ids"] and any(answer in squeeze(item.text) for answer in gold)
                    for item in candidates
                ],
                dtype=float,
            )
            values = np.array([[float(getattr(item.features, name)) for name in NAMES] for item in candidates])
            if candidates:
                rows.append((case["doc_ids"][0], values.reshape(len(candidates), -1), right))
    return rows


def fit(rows: list[tuple[str, Floats, Floats]], penalty: float = 1e-3, steps: int = 400) -> Floats:
    """Gradient ascent with momentum on the mean log-likelihood."""
    weights, velocity = np.zeros(len(NAMES)), np.zeros(len(NAMES))
    usable = [(values, right) for _, values, right in rows if 0 < right.sum() < len(right)]
    for _ in range(steps):
        gradient = -penalty * weights
        for values, right in usable:
            logits = values @ weights
            everything = np.exp(logits - logits.max())
            everything /= everything.sum()
            among_right = everything * right
            among_right /= max(among_right.sum(), 1e-12)
            gradient += (among_right - everything) @ values / len(usable)
        velocity = 0.9 * velocity + gradient
        weights = weights + velocity
    return weights


def first_right(rows: list[tuple[str, Floats, Floats]], weights: Floats, top: int = 1) -> float:
    """Share of questions with a right candidate among the first ``top``."""
    return float(
        np.mean([right[np.argsort(-(values @ weights), kind="stable")[:top]].max() for _, values, right in rows])
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, action="append", required=True)
    parser.add_argument("--questions", type=Path, action="append", required=True)
    parser.add_argument("--step", type=int, default=4)
    arguments = parser.parse_args()
    train, held = [], []
    for home, questions in zip(arguments.home, arguments.questions, strict=True):
        for row in collect(home, questions, arguments.step):
            (train if sum(map(ord, row[0].split("p")[0])) % 2 else held).append(row)
    weights = fit(train)
    for name, weight in zip(NAMES, weights, strict=True):
        sys.stdout.write(f'    "{name}": {weight:.2f},\n')
    for label, rows in (("fitted", train), ("held out", held)):
        sys.stdout.write(
            f"{label}: n={len(rows)} first={first_right(rows, weights):.4f} top3={first_right(rows, weights, 3):.4f}\n"
        )


if __name__ == "__main__":
    main()
