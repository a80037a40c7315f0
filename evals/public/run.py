"""Measures public sets: the documents of a set are indexed, its questions asked, its pairs judged.

Each figure has an interval, clustered by document. A floor is missed when even the upper end of the interval is below
it; when the interval holds the floor, the sample cannot tell, and the report says so.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant import Assistant, Settings, Verdict
from assistant.errors import ConfigError
from assistant.verify.judge import judge_pair
from evals.attribution import CHECKER
from evals.gate import FLOORS
from evals.matching import character_f1, exact, says
from evals.metrics import SEED, Rate, bootstrap_interval, hit_at, macro_f1, rate, reciprocal_rank
from evals.public.formats import find_sets
from evals.public.sets import NEITHER, REFUTES, SUPPORTS, Document, Pair, PublicSet, Question
from evals.report import public_lines, rounded

DEPTH = 10
LONGEST_WITHIN = 60
"""Characters of an answer that may be looked for word for word in the sentences shown."""
LABELS = {
    Verdict.SUPPORTED: SUPPORTS,
    Verdict.CONTRADICTED: REFUTES,
    Verdict.CONFLICTING: REFUTES,
    Verdict.NOT_FOUND: NEITHER,
    Verdict.NOT_CHECKABLE: NEITHER,
}
_SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
_CHECKER_SETS = ("jnli", "vitaminc")


def run_public(settings: Settings, arguments: argparse.Namespace) -> int:
    """`assistant eval public --data DIR`: print the table, write it with ``--json``.

    Returns:
        0; 1 when a floor is missed.

    Raises:
        ConfigError: There are no sets.
    """
    data = Path(arguments.data) if arguments.data else _SHARED
    results, missed = measure_public(settings, data, arguments)
    if arguments.json:
        table = {"sample": arguments.sample, "sets": results, "failures": missed}
        Path(arguments.json).write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if arguments.bless:
        write_checker(results)
    lines = [*(f"- **{item}**" for item in missed), "", *public_lines(results)]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if missed else 0


def measure_public(
    settings: Settings, data: Path, arguments: argparse.Namespace
) -> tuple[list[dict[str, Any]], list[str]]:
    """Measure every chosen set, within the time given to all of them.

    Args:
        settings: The settings in force; search is made exact.
        data: A folder of sets.
        arguments: ``sample`` (questions a set), ``seconds`` (for all sets), ``sets`` (names, or None).

    Returns:
        A table for each set, and a sentence for each missed floor.

    Raises:
        ConfigError: There are no sets, or none of the names.
    """
    found = find_sets(data)
    if arguments.sets:
        names = [name.strip() for name in arguments.sets.split(",")]
        chosen = [public for public in found if public.name in names or public.family in names]
        if not chosen:
            raise ConfigError(
                f"None of the sets {names!r} is in {data}. There are: {', '.join(s.name for s in found)}."
            )
        found = chosen
    floors = load_public_floors()
    deadline = time.monotonic() + arguments.seconds
    results, missed = [], []
    for number, public in enumerate(found):
        share = max(1.0, (deadline - time.monotonic()) / (len(found) - number))
        metrics = measure_set(settings, public, sample=arguments.sample, seconds=share)
        held = floors.get(public.family, {})
        for metric, floor in held.items():
            value = metrics.get(metric)
            if value is not None and value.high is not None and value.high < floor:
                missed.append(
                    f"public:{public.name}: {metric} is at most {value.high:.3f} (n={value.n}), below {floor}"
                )
        results.append(
            {
                "name": public.name,
                "family": public.family,
                "documents": len(public.documents),
                "questions": len(public.questions),
                "pairs": len(public.pairs),
                "floors": dict(held),
                "metrics": {name: rounded(value) for name, value in metrics.items()},
            }
        )
    return results, missed


def measure_set(settings: Settings, public: PublicSet, *, sample: int, seconds: float) -> dict[str, Rate]:
    """Rates of one set over a sample drawn with a fixed seed; fewer questions when the time is over."""
    metrics: dict[str, Rate] = {}
    until = time.monotonic() + seconds
    if public.pairs:
        metrics |= measure_pairs(_drawn(public.pairs, sample * 4), until)
    if public.questions and public.documents:
        with _indexed(settings, public.documents) as assistant:
            metrics |= measure_questions(assistant, _drawn(public.questions, sample), until)
    return metrics


def measure_questions(assistant: Assistant, questions: Sequence[Question], until: float) -> dict[str, Rate]:
    """Search, answer and refusal scores of questions asked of an assistant that has the documents."""
    values: dict[str, list[float]] = {}
    clusters: dict[str, list[str]] = {}

    def add(name: str, value: float | bool, cluster: str) -> None:
        values.setdefault(name, []).append(float(value))
        clusters.setdefault(name, []).append(cluster)

    for item in questions:
        if time.monotonic() > until:
            break
        cluster = item.doc_ids[0] if item.doc_ids else item.id
        answer = assistant.ask(item.question)
        answered = answer.status.value != "refused"
        if not item.answerable:
            add("refusal.false_answer", answered, cluster)
            if item.gap:
                add(f"refusal.false_answer.{item.gap}", answered, cluster)
            continue
        add("refusal.over_refusal", not answered, cluster)
        if item.doc_ids:
            ranked = [hit.passage.article_id for hit in assistant.search(item.question, top_k=DEPTH)]
            add("search.hit_at_1", hit_at(ranked, item.doc_ids, 1), cluster)
            add("search.recall_at_8", hit_at(ranked, item.doc_ids, 8), cluster)
            add("search.mrr_at_10", reciprocal_rank(ranked, item.doc_ids, DEPTH), cluster)
        if item.answers:
            texts = [sentence.text for sentence in answer.sentences]
            best = answer.short or (texts[0] if texts else None)
            first = [answer.short or "", *texts[:1]]
            add("answer.character_f1", character_f1(best, item.answers), cluster)
            if min(map(len, item.answers)) > LONGEST_WITHIN:  # an answer in one's own words is in no sentence
                continue
            add("answer.first_sentence", any(says(text, a) for text in first for a in item.answers), cluster)
            add("answer.any_sentence", any(says(text, a) for text in texts for a in item.answers), cluster)
            add("answer.exact_short", exact(answer.short, item.answers), cluster)
    return {name: rate(values[name], clusters[name]) for name in sorted(values)}


def measure_pairs(pairs: Sequence[Pair], until: float) -> dict[str, Rate]:
    """Three-way accuracy, macro-F1, wrongly supported, and agreement on support alone, of the desk's judge."""
    told: list[tuple[Pair, str]] = []
    for pair in pairs:
        if time.monotonic() > until:
            break
        verdict = judge_pair(pair.claim, pair.evidence, title=pair.title).verdict
        told.append((pair, LABELS[verdict]))
    if not told:
        return {}
    clusters = [pair.title or pair.id for pair, _ in told]
    labels = [(pair.label, given) for pair, given in told]
    low, high = bootstrap_interval(labels, clusters, macro_f1)
    numeric = [(pair, given) for pair, given in told if pair.numeric]
    against = [(pair, given) for pair, given in told if pair.label != SUPPORTS]
    return {
        "claims.accuracy": rate([pair.label == given for pair, given in told], clusters),
        "claims.macro_f1": Rate(len(told), macro_f1(labels), low, high),
        "claims.numeric_accuracy": rate(
            [pair.label == given for pair, given in numeric], [pair.title or pair.id for pair, _ in numeric]
        ),
        "claims.dangerous": rate(
            [given == SUPPORTS for _, given in against], [pair.title or pair.id for pair, _ in against]
        ),
        "checker.agreement": rate([(pair.label == SUPPORTS) == (given == SUPPORTS) for pair, given in told], clusters),
    }


def write_checker(results: Sequence[Mapping[str, Any]], path: Path = CHECKER) -> None:
    """Keep the measured agreement of the citation checker, to be printed beside its figures."""
    sets = [
        {
            "name": item["name"],
            "n": item["metrics"]["checker.agreement"]["n"],
            "agreement": item["metrics"]["checker.agreement"]["value"],
            "low": item["metrics"]["checker.agreement"]["low"],
            "high": item["metrics"]["checker.agreement"]["high"],
        }
        for item in results
        if item["family"] in _CHECKER_SETS and "checker.agreement" in item["metrics"]
    ]
    if sets:
        day = datetime.now(UTC).date().isoformat()
        table = {"measured": day, "command": "assistant eval public --bless", "sets": sets}
        path.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load_public_floors(path: Path = FLOORS) -> dict[str, dict[str, float]]:
    """Floors by family and metric, of the section ``public`` in ``floors.toml``.

    Raises:
        ConfigError: The file cannot be read.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as exc:
        raise ConfigError(f"The floors in {str(path)!r} cannot be used: {exc}") from exc
    return {family: dict(metrics) for family, metrics in table.get("public", {}).items()}


@contextmanager
def _indexed(settings: Settings, documents: Sequence[Document]) -> Iterator[Assistant]:
    retrieve = settings.retrieve.model_copy(update={"dense": "exact"})
    with tempfile.TemporaryDirectory(prefix="assistant-eval-") as folder:
        corpus = Path(folder) / "corpus.jsonl"
        with corpus.open("w", encoding="utf-8") as stream:
            for item in documents:
                row = {"id": item.id, "title": item.title or item.id, "text": item.text, "lang": item.lang}
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        values = {"retrieve": retrieve, "home": Path(folder) / "home", "library_url": None}
        with Assistant.open(settings.model_copy(update=values)) as assistant:
            assistant.index([corpus])
            yield assistant


def _drawn(items: Sequence[Any], sample: int) -> list[Any]:
    """At most ``sample`` items, drawn with a fixed seed, in the order of the set."""
    if len(items) <= sample:
        return list(items)
    chosen = sorted(random.Random(SEED).sample(range(len(items)), sample))
    return [items[index] for index in chosen]
