"""Fits the weights of the ranker's features on the public development sets.

    python -m evals.bench.fit_ranker [--data DIR] [--home DIR] [--features DIR] [--step N] [--write]

The weights maximise the likelihood of the passages of right documents under a softmax over all candidates of
a question (listwise, as in Cao et al., ICML 2007, top-one), with an L2 penalty on standardised features. Every
figure of the report is cross-validated: five folds, all questions on one article in the same fold. A tenth of
the articles is held out of that and of every trial of features, and measured once with a fit on the others. With
``--features`` the feature matrices are kept there and used again. ``--write`` fits on everything and stores
weights and report in ``assistant/retrieve/ranker.json``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.api import Assistant
from assistant.retrieve.features import NAMES, features
from assistant.retrieve.ranker import WEIGHTS_FILE, Ranker
from assistant.settings import load_settings
from evals.bench.retrieval import ROOT, SETS, documents, load_cases, reciprocal_rank

Floats = NDArray[np.float64]
FOLDS = 5
HELD_OUT = 10
"""One article in so many is held out."""
PENALTY, TABLE_PENALTY = 5e-4, 5e-3
"""Of the weights for all passages, and of what is added for rows of tables, which two sources must not decide."""
FIT_QUESTIONS, FIT_CANDIDATES = 1500, 20
"""Questions a set gives to a fit, and candidates a question; all of both are measured."""
SET_WEIGHT = {"qa_dev_en": 3.0, "tables_dev_en": 2.0}
"""What a question of a small set counts, against 1 for one of a large set."""
_NOT_FITTED = [NAMES.index("names_near"), len(NAMES) + NAMES.index("names_near")]
"""The sets hardly name products, so the sign of this one would be chance; the ranker has a rule for it."""
_IS_TABLE = NAMES.index("is_table")


@dataclass(frozen=True, slots=True)
class Example:
    """One question with the features of its candidates, in the order of the fused score."""

    set_name: str
    group: str  # questions of one group share a fold
    values: Floats  # (candidates, features)
    right: Floats  # 1 for passages of a right document
    articles: tuple[str, ...]
    gold: frozenset[str]


def collect(data: Path, home: Path, name: str, step: int) -> list[Example]:
    """The candidates of every question, as the product finds them."""
    directory = data / name
    records = [json.loads(line) for line in (directory / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
    group_of = {
        item["id"]: item.get("article") or item.get("report") or item["title"] or item["id"] for item in records
    }
    settings = load_settings(home=home / name)
    settings = settings.model_copy(update={"retrieve": settings.retrieve.model_copy(update={"dense": "exact"})})
    found = []
    with Assistant.open(settings) as assistant:
        assistant.index([directory / "corpus.jsonl"])
        retriever = assistant._serving.current().retriever
        for case in load_cases(directory, step=step):
            query, pool, _ = retriever.candidates(case.question)
            candidates = [item for item, _ in pool]
            articles = tuple(item.passage.article_id for item in candidates)
            values = features(query, candidates) if candidates else np.zeros((0, len(NAMES)))
            right = np.array([float(article in case.gold) for article in articles])
            found.append(Example(name, group_of[min(case.gold)], values, right, articles, case.gold))
    return found


def stored(place: Path, make: Callable[[], list[Example]]) -> list[Example]:
    """Examples kept in a file, made when there is none."""
    if not place.is_file():
        examples = make()
        place.parent.mkdir(parents=True, exist_ok=True)
        sizes = np.array([len(item.right) for item in examples])
        texts = [[item.set_name, item.group, list(item.articles), sorted(item.gold)] for item in examples]
        np.savez_compressed(
            place,
            names=np.array(NAMES),
            sizes=sizes,
            values=np.concatenate([item.values for item in examples]).astype(np.float32),
            right=np.concatenate([item.right for item in examples]),
            texts=np.array(json.dumps(texts)),
        )
    with np.load(place) as held:
        names = held["names"].tolist()
        if not set(NAMES) <= set(names):
            raise SystemExit(f"{place.name!r} lacks features that this version has; delete it and run again.")
        columns = [names.index(name) for name in NAMES]
        ends = np.cumsum(held["sizes"])[:-1]
        values, right = np.split(held["values"][:, columns].astype(np.float64), ends), np.split(held["right"], ends)
        texts = json.loads(str(held["texts"]))
    return [
        Example(name, group, rows, flags, tuple(articles), frozenset(gold))
        for (name, group, articles, gold), rows, flags in zip(texts, values, right, strict=True)
    ]


def widened(values: Floats) -> Floats:
    """The features, and once more for rows of tables only."""
    return np.hstack([values, values * values[:, _IS_TABLE : _IS_TABLE + 1]])


def fit(examples: Sequence[Example]) -> Ranker:
    """Weights by L-BFGS."""
    from scipy.optimize import minimize

    usable = [item for item in _sampled(examples) if item.right[:FIT_CANDIDATES].any()]
    values = np.concatenate([widened(item.values[:FIT_CANDIDATES]) for item in usable]).astype(np.float32)
    right = np.concatenate([item.right[:FIT_CANDIDATES] for item in usable])
    spread = values.std(axis=0)
    scale = np.where(spread > 1e-6, 1 / np.maximum(spread, 1e-6), 0.0)
    scale[_NOT_FITTED] = 0.0
    values = (values - values.mean(axis=0)) * scale
    sizes = [len(item.right[:FIT_CANDIDATES]) for item in usable]
    starts, owner = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(usable)), sizes)
    weight = np.array([SET_WEIGHT.get(item.set_name, 1.0) for item in usable])
    weight /= weight.sum()

    penalty = np.repeat([PENALTY, TABLE_PENALTY], len(NAMES))

    def loss(beta: Floats) -> tuple[float, Floats]:
        logits = (values @ beta.astype(np.float32)).astype(np.float64)
        powers = np.exp(logits - np.maximum.reduceat(logits, starts)[owner])
        total = np.add.reduceat(powers, starts)
        good = np.maximum(np.add.reduceat(powers * right, starts), 1e-300)
        slope = (powers / total[owner] - powers * right / good[owner]) * weight[owner]
        gradient = (values.T @ slope.astype(np.float32)).astype(np.float64)
        value = -float(weight @ (np.log(good) - np.log(total))) + float(penalty @ (beta * beta))
        return value, gradient + 2 * penalty * beta

    result = minimize(loss, np.zeros(values.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 80})
    beta = np.round(result.x * scale, 4)
    return Ranker(beta[: len(NAMES)], beta[len(NAMES) :])


def _sampled(examples: Sequence[Example]) -> list[Example]:
    """At most :data:`FIT_QUESTIONS` of each set, evenly spread."""
    chosen: list[Example] = []
    for name in dict.fromkeys(item.set_name for item in examples):
        own = [item for item in examples if item.set_name == name]
        count = min(len(own), FIT_QUESTIONS)
        chosen += [own[place * len(own) // count] for place in range(count)]
    return chosen


def fold_of(example: Example) -> int:
    return int(hashlib.sha256(f"{example.set_name}/{example.group}".encode()).hexdigest(), 16) % FOLDS


def is_held_out(example: Example) -> bool:
    digest = hashlib.sha256(f"hold/{example.set_name}/{example.group}".encode()).hexdigest()
    return int(digest, 16) % HELD_OUT == 0


def quality(examples: Sequence[Example], scores: Sequence[Floats]) -> dict[str, float]:
    """hit@1, hit@10 and MRR@10 over documents."""
    ranks = []
    for example, values in zip(examples, scores, strict=True):
        order = np.argsort(-values, kind="stable")
        ranks.append(reciprocal_rank(documents([example.articles[place] for place in order]), example.gold))
    held = np.array(ranks)
    return {
        "hit_at_1": round(float((held == 1).mean()), 4),
        "hit_at_10": round(float((held > 0).mean()), 4),
        "mrr_at_10": round(float(held.mean()), 4),
    }


def report(examples: Sequence[Example]) -> dict[str, dict[str, object]]:
    """Figures of each set, cross-validated and of the articles held out, beside those of the fused score alone."""
    known = [item for item in examples if not is_held_out(item)]
    held = [item for item in examples if is_held_out(item)]
    scores: dict[int, Floats] = {}
    for fold in range(FOLDS):
        ranker = fit([item for item in known if fold_of(item) != fold])
        scores |= {place: ranker.of_features(item.values) for place, item in enumerate(known) if fold_of(item) == fold}
    once = fit(known)
    figures: dict[str, dict[str, object]] = {}
    for name in dict.fromkeys(item.set_name for item in examples):
        places = [place for place, item in enumerate(known) if item.set_name == name]
        chosen = [known[place] for place in places]
        apart = [item for item in held if item.set_name == name]
        figures[name] = {
            "n": len(chosen),
            "groups": len({item.group for item in chosen}),
            "fused_score": quality(chosen, [-np.arange(len(item.right), dtype=np.float64) for item in chosen]),
            "cross_validated": quality(chosen, [scores[place] for place in places]),
        }
        if apart:
            figures[name]["held_out"] = {
                "n": len(apart),
                "groups": len({item.group for item in apart}),
                **quality(apart, [once.of_features(item.values) for item in apart]),
            }
        sys.stdout.write(f"{name}: {json.dumps(figures[name])}\n")
        sys.stdout.flush()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--home", type=Path, help="where indexes are kept; a temporary directory by default")
    parser.add_argument("--features", type=Path, help="where feature matrices are kept")
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    parser.add_argument("--step", type=int, default=1, help="every n-th question")
    parser.add_argument("--write", action="store_true", help="store the weights in the package")
    arguments = parser.parse_args()
    examples: list[Example] = []
    with tempfile.TemporaryDirectory() as folder:
        home, kept = arguments.home or Path(folder), arguments.features or Path(folder)
        for name in arguments.sets:

            def make(name: str = name) -> list[Example]:
                return collect(arguments.data, home, name, arguments.step)

            examples += stored(kept / f"{name}-{arguments.step}.npz", make)
            sys.stderr.write(f"{name}: {len(examples)} questions so far\n")
    figures = report(examples)
    ranker = fit(examples)
    if arguments.write:
        content = {
            "made_by": "python -m evals.bench.fit_ranker --write",
            "report": {"folds": FOLDS, "grouped_by": "article", "penalty": PENALTY, "sets": figures},
            "weights": dict(zip(NAMES, ranker.weights.tolist(), strict=True)),
            "table": dict(zip(NAMES, ranker.table.tolist(), strict=True)),
        }
        WEIGHTS_FILE.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
