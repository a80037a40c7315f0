"""Compares our search with that of other libraries on the same documents and questions, in one run.

    python -m evals.bench.peers [--data DIR] [--sets NAME ...] [--sample N] [--systems NAME ...]
                                [--python INTERPRETER] [--json FILE]

Each system indexes and answers in a process of its own; systems, their set-ups and what they are given are in
peer_systems.py. ``pip install 'article-assistant[peers]'`` brings haystack, txtai and langchain's BM25.
llama-index's BM25 asks for a PyStemmer older than ours: install it into another virtual environment and name
that one's interpreter with ``--python``, which then runs all peers. What is not installed is left out, and said.

Our ranker's weights were fitted on these sets, so its figures here are better than they would be on unseen
ones; ``assistant/retrieve/ranker.json`` has the cross-validated ones.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from evals.bench import peer_systems
from evals.bench.retrieval import ROOT, SETS, Scores, load_cases, score


@dataclass(frozen=True, slots=True)
class Row:
    """One system on one set."""

    system: str
    scores: Scores
    documents: int
    index_seconds: float
    memory_mb: int


def compare(data: Path, name: str, systems: Sequence[str], *, sample: int, python: str) -> tuple[list[Row], list[str]]:
    """Rows of the systems that could run, and why the others could not."""
    directory = data / name
    cases = load_cases(directory, sample=sample)
    rows, missing = [], []
    with tempfile.TemporaryDirectory() as folder:
        documents, questions, result = (Path(folder) / part for part in ("documents", "questions", "result"))
        held = [json.loads(line) for line in (directory / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
        _write(documents, [{key: item[key] for key in ("id", "title", "text", "lang")} for item in held])
        _write(questions, [case.question for case in cases])
        for system in systems:
            own = peer_systems.SYSTEMS[system] is peer_systems.ours
            # Ours as a module, so that the package is found; the peers' interpreter need not have it.
            program = ["-m", "evals.bench.peer_systems"] if own else [str(Path(peer_systems.__file__))]
            command = [sys.executable if own else python, *program, system, *map(str, (documents, questions, result))]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                last = (done.stderr.strip().splitlines() or ["no message"])[-1]
                missing.append(f"{system} failed on {name}: {last}")
                continue
            found = json.loads(result.read_text(encoding="utf-8"))
            if "missing" in found:
                missing.append(f"{system} is not installed: {found['missing']}")
                continue
            figures = score(name, cases, found["rankings"], found["milliseconds"])
            rows.append(Row(system, figures, len(held), found["index_seconds"], found["memory_mb"]))
            sys.stderr.write(f"{rows[-1]}\n")
    return rows, missing


def _write(path: Path, items: Sequence[object]) -> None:
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")


def table(rows: Sequence[Row]) -> str:
    """The figures as a Markdown table."""
    lines = [
        "| set | system | n | hit@1 | hit@5 | MRR@10 | nDCG@10 | index s | p50 ms | p95 ms | memory MB |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        own = row.scores
        lines.append(
            f"| {own.name} | {row.system} | {own.n} | {own.hit_at_1:.3f} | {own.hit_at_5:.3f} | {own.mrr_at_10:.3f} "
            f"| {own.ndcg_at_10:.3f} | {row.index_seconds:.1f} | {own.p50_ms:.1f} | {own.p95_ms:.1f} | {row.memory_mb} |"
        )
    return "\n".join(lines)


def main(given: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    parser.add_argument("--sample", type=int, default=300, help="questions of each set, at random")
    parser.add_argument("--systems", nargs="*", default=list(peer_systems.SYSTEMS), choices=list(peer_systems.SYSTEMS))
    parser.add_argument("--python", default=sys.executable, help="interpreter that has the peers; this one by default")
    parser.add_argument("--json", type=Path, help="write the figures there")
    arguments = parser.parse_args(given)
    absent = [name for name in arguments.sets if not (arguments.data / name / "questions.jsonl").is_file()]
    if absent:
        parser.exit(2, f"There is no set {absent[0]!r} in {str(arguments.data)!r}; name the directory with --data.\n")
    rows: list[Row] = []
    missing: list[str] = []
    for name in arguments.sets:
        found, left_out = compare(
            arguments.data, name, arguments.systems, sample=arguments.sample, python=arguments.python
        )
        rows += found
        missing += left_out
    sys.stdout.write(table(rows) + "\n")
    for line in dict.fromkeys(missing):
        sys.stdout.write(f"left out: {line}\n")
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
