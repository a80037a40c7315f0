"""Measures search on the public development sets: is the right document first, and how fast.

    python -m evals.bench.retrieval [--data DIR] [--sets NAME ...] [--step N | --sample N --seed S] [--home DIR]

Passages count for their document: a document's rank is that of its best passage. Questions whose answer is
in no document are left out. With ``--home`` the indexes are kept and used again; the search is the product's
own, so what is measured is what a user gets. Compare times only within one run: machines are noisy.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.api import Assistant
from assistant.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
SETS = ("jsquad_dev_ja", "jaquad_dev_ja", "tables_dev_ja", "qa_dev_en", "tables_dev_en")
DEPTH = 10
_PASSAGES = 40
"""Passages asked for, so that ten documents are among them although some have several."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question with the documents that answer it."""

    case_id: str
    question: str
    gold: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over ``n`` questions; times in milliseconds."""

    name: str
    n: int
    hit_at_1: float
    hit_at_5: float
    hit_at_10: float
    mrr_at_10: float
    ndcg_at_10: float
    p50_ms: float
    p95_ms: float


def load_cases(directory: Path, *, step: int = 1, sample: int | None = None, seed: int = 7) -> list[Case]:
    """Questions that a document answers: every ``step``-th, or a random ``sample`` of them."""
    lines = (directory / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    cases = [Case(str(item["id"]), item["question"], frozenset(item["doc_ids"])) for item in records if item["doc_ids"]]
    if sample is not None:
        return random.Random(seed).sample(cases, min(sample, len(cases)))
    return cases[::step]


def documents(article_ids: Sequence[str]) -> list[str]:
    """Documents in the order of their best passages."""
    return list(dict.fromkeys(article_ids))[:DEPTH]


def reciprocal_rank(ranking: Sequence[str], gold: frozenset[str]) -> float:
    """1 / rank of the first right document; 0 when it is not among the first ten."""
    return next((1 / rank for rank, item in enumerate(ranking[:DEPTH], start=1) if item in gold), 0.0)


def ndcg(ranking: Sequence[str], gold: frozenset[str]) -> float:
    """Normalised discounted cumulative gain at ten with binary relevance (Järvelin and Kekäläinen, 2002)."""
    gain = sum(1 / math.log2(rank + 1) for rank, item in enumerate(ranking[:DEPTH], start=1) if item in gold)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(gold), DEPTH) + 1))
    return gain / ideal if ideal else 0.0


def score(name: str, cases: Sequence[Case], rankings: Sequence[Sequence[str]], milliseconds: Sequence[float]) -> Scores:
    """Means over the questions of one set."""
    n = len(cases)

    def hit(depth: int) -> float:
        return sum(bool(case.gold & set(found[:depth])) for case, found in zip(cases, rankings, strict=True)) / n

    pairs = list(zip(rankings, (case.gold for case in cases), strict=True))
    ordered = sorted(milliseconds)
    return Scores(
        name=name,
        n=n,
        hit_at_1=hit(1),
        hit_at_5=hit(5),
        hit_at_10=hit(10),
        mrr_at_10=sum(reciprocal_rank(*pair) for pair in pairs) / n,
        ndcg_at_10=sum(ndcg(*pair) for pair in pairs) / n,
        p50_ms=ordered[n // 2],
        p95_ms=ordered[min(n - 1, int(0.95 * n))],
    )


def measure(assistant: Assistant, name: str, cases: Sequence[Case]) -> tuple[Scores, list[list[str]]]:
    """Ask every question once; returns the figures and the ranking of documents of each question."""
    assistant.search(cases[0].question)  # opens the index
    rankings, milliseconds = [], []
    for case in cases:
        started = time.perf_counter()
        hits = assistant.search(case.question, top_k=_PASSAGES)
        milliseconds.append((time.perf_counter() - started) * 1000)
        rankings.append(documents([hit.passage.article_id for hit in hits]))
    return score(name, cases, rankings, milliseconds), rankings


def table(rows: Sequence[Scores]) -> str:
    """The figures as a Markdown table."""
    lines = [
        "| set | n | hit@1 | hit@5 | hit@10 | MRR@10 | nDCG@10 | p50 ms | p95 ms |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {row.name} | {row.n} | {row.hit_at_1:.4f} | {row.hit_at_5:.4f} | {row.hit_at_10:.4f} | {row.mrr_at_10:.4f} "
        f"| {row.ndcg_at_10:.4f} | {row.p50_ms:.1f} | {row.p95_ms:.1f} |"
        for row in rows
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    parser.add_argument("--step", type=int, default=1, help="every n-th question")
    parser.add_argument("--sample", type=int, help="this many questions at random instead")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--home", type=Path, help="where indexes are kept; a temporary directory by default")
    parser.add_argument("--model", default="builtin", help="embedder: builtin, or a model by name or path")
    parser.add_argument("--dense-weight", type=float, help="retrieve.dense_weight; the embedder's own by default")
    parser.add_argument("--misses", type=Path, help="write the questions missed at rank 1 there, as JSONL")
    parser.add_argument("--json", type=Path, help="write the figures there")
    arguments = parser.parse_args()
    absent = [name for name in arguments.sets if not (arguments.data / name / "questions.jsonl").is_file()]
    if absent:
        parser.exit(2, f"There is no set {absent[0]!r} in {str(arguments.data)!r}; name the directory with --data.\n")
    rows, missed = [], []
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.sets:
            settings = load_settings(home=(arguments.home or Path(folder)) / name)
            retrieve = settings.retrieve.model_copy(update={"dense": "exact", "dense_weight": arguments.dense_weight})
            embed = settings.embed.model_copy(update={"model": arguments.model})
            settings = settings.model_copy(update={"retrieve": retrieve, "embed": embed})
            cases = load_cases(arguments.data / name, step=arguments.step, sample=arguments.sample, seed=arguments.seed)
            with Assistant.open(settings) as assistant:
                assistant.index([arguments.data / name / "corpus.jsonl"])
                row, rankings = measure(assistant, name, cases)
            rows.append(row)
            missed += [
                {"set": name, "id": case.case_id, "question": case.question, "gold": sorted(case.gold), "found": found}
                for case, found in zip(cases, rankings, strict=True)
                if not found or found[0] not in case.gold
            ]
            sys.stderr.write(f"{row}\n")
    sys.stdout.write(table(rows) + "\n")
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
    if arguments.misses:
        lines = (json.dumps(item, ensure_ascii=False) for item in missed)
        arguments.misses.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
