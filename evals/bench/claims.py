"""Claims against one given evidence text, and our own claims against the library.

    python -m evals.bench.claims pairs ../shared/data/claims_dev_en/claims.jsonl
    python -m evals.bench.claims library evals/cases/claims.jsonl --home /tmp/bench --paths corpus

``pairs`` reads ``{id, claim, evidence, label}`` (VitaminC, JNLI); ``library`` reads
``{id, claim, verdict}`` and, where it has one, ``anchor``, the day of the draft.
A dangerous error is a claim called supported whose label says otherwise.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from datetime import date
from pathlib import Path

from assistant.api import Assistant
from assistant.settings import load_settings
from assistant.types import CheckReport, Verdict
from assistant.verify.judge import judge_pair

_LABELS = {Verdict.SUPPORTED: "SUPPORTS", Verdict.CONTRADICTED: "REFUTES", Verdict.CONFLICTING: "REFUTES"}
_WORST_FIRST = (Verdict.CONTRADICTED, Verdict.CONFLICTING, Verdict.NOT_FOUND, Verdict.SUPPORTED)


def interval(right: int, n: int) -> tuple[float, float]:
    """Wilson interval of a share, 95 percent."""
    if not n:
        return 0.0, 1.0
    z, share = 1.96, right / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return middle - half, middle + half


def worst(report: CheckReport) -> Verdict:
    found = {item.verdict for item in report.claims}
    return next((verdict for verdict in _WORST_FIRST if verdict in found), Verdict.NOT_CHECKABLE)


def show(name: str, table: Counter[tuple[str, str]]) -> None:
    n = sum(table.values())
    right = sum(count for (label, given), count in table.items() if label == given)
    low, high = interval(right, n)
    danger = sum(
        count for (label, given), count in table.items() if given in ("SUPPORTS", "supported") and label != given
    )
    print(f"{name}: n={n} accuracy={right / max(1, n):.3f} [{low:.3f}, {high:.3f}] called supported wrongly={danger}")
    for (label, given), count in sorted(table.items()):
        print(f"    {label} -> {given}: {count}")


def run_pairs(path: Path) -> None:
    every: Counter[tuple[str, str]] = Counter()
    numeric: Counter[tuple[str, str]] = Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        verdict = judge_pair(row["claim"], row["evidence"], title=row.get("page", "")).verdict
        key = (row["label"], _LABELS.get(verdict, "NOT ENOUGH INFO"))
        every[key] += 1
        if row.get("has_number"):
            numeric[key] += 1
    show(path.parent.name, every)
    if numeric:
        show(f"{path.parent.name}, numeric", numeric)


def run_library(path: Path, home: Path, paths: list[Path], failures: bool) -> None:
    table: Counter[tuple[str, str]] = Counter()
    with Assistant.open(load_settings(home=home)) as assistant:
        assistant.index(paths)
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            anchor = date.fromisoformat(row["anchor"]) if "anchor" in row else None
            verdict = worst(assistant.check(row["claim"], anchor=anchor)).value
            table[row["verdict"], verdict] += 1
            if failures and verdict != row["verdict"]:
                print(f"{row['id']}: {row['verdict']} -> {verdict}: {row['claim']}")
    show(path.name, table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    pairs = commands.add_parser("pairs")
    pairs.add_argument("files", type=Path, nargs="+")
    library = commands.add_parser("library")
    library.add_argument("file", type=Path)
    library.add_argument("--home", type=Path, default=Path("/tmp/bench-claims"))
    library.add_argument("--paths", type=Path, nargs="*", default=[])
    library.add_argument("--failures", action="store_true")
    options = parser.parse_args()
    if options.command == "pairs":
        for path in options.files:
            run_pairs(path)
    else:
        run_library(options.file, options.home, options.paths, options.failures)


if __name__ == "__main__":
    main()
