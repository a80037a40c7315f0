"""How long the fact desk takes for a draft of 3,000 characters, in a large library.

    python -m evals.bench --only desk
    python -m evals.bench.desk --home HOME [--profile]

Drafts are made of sentences of the bundled articles (figures in nearly every one), of the public set's paragraphs, and
of the newsroom's article where it is beside the checkout. Each is checked in a warm process, which has checked another
draft in each language, once with nothing of it remembered and once again, as an editor does after a change. CPU seconds
count all threads of the process.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from assistant.api import Assistant, bundled_corpus
from assistant.settings import load_settings
from assistant.types import CheckReport
from evals.bench.corpus import JAPANESE, make_corpus

ROOT = Path(__file__).resolve().parents[2]
CHARS = 3_000
DOCUMENTS = 58_000
"""About 99,500 passages."""
_EARLIER = (
    "この装置は1台に32GBのメモリを積む。2024年4月1日に発表され、前の機種の2.5倍の速さだ。"
    "担当者は「消費電力は約3割減った」と説明した。昨年の売上高は40億円を超えた。",
    "The machine has 32 GB of memory and costs $2.50 an hour. It was announced on April 1, 2024, and is nearly twice as "
    'fast. "It will ship next year," the company said.',
)
"""Drafts checked before: what a process works out once, such as its patterns, is not part of the time."""
_STEPS = (
    ("search", "search.py", "hits"),
    ("sift and judge", "sift.py", "judged"),
    ("reading sentences", "statement.py", "read_statement"),
    ("decide", "decide.py", "decide"),
    ("quotations", "quotes.py", "check"),
)


def drafts(data: Path) -> Iterator[tuple[str, str]]:
    """``(name, text)``, each of about :data:`CHARS` characters."""
    lines: list[str] = []
    for path in sorted((bundled_corpus() / "articles").glob("*.md"))[4::5]:
        body = path.read_text(encoding="utf-8").split("---", 2)[2]
        lines += [line for line in body.splitlines() if line.strip() and line[0] not in "|#-"]
    yield "bundled articles", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", "\n\n".join(lines))[:CHARS]
    rows = (data / JAPANESE[0] / "corpus.jsonl").read_text(encoding="utf-8").splitlines()[::29]
    yield "JSQuAD paragraphs", "\n\n".join(json.loads(row)["text"] for row in rows)[:CHARS]
    for path in sorted((ROOT.parent / "shared" / "articles").glob("*.md"))[:1]:
        yield "the newsroom's article", path.read_text(encoding="utf-8").split("---", 2)[2][:CHARS]


def build(data: Path, home: Path) -> None:
    """Index :data:`DOCUMENTS` documents and the bundled corpus into ``home``."""
    corpus = home.parent / f"{home.name}.jsonl"
    make_corpus(data, corpus, DOCUMENTS)
    with Assistant.open(load_settings(home=home)) as assistant:
        assistant.index([corpus, bundled_corpus()])


def measure(data: Path, home: Path, *, profile: bool = False) -> None:
    """Print wall and CPU seconds of each draft."""
    with Assistant.open(load_settings(home=home)) as assistant:
        passages = assistant.status().counts["passages"]
        for draft in _EARLIER:
            assistant.check(draft)
        for name, text in drafts(data):
            profiler = cProfile.Profile() if profile else None
            report, wall, cpu = _timed(assistant, text, profiler)
            _, again, again_cpu = _timed(assistant, text, None)
            sys.stdout.write(
                f"check, {name}: {len(text):,} characters, {len(report.claims)} claims, {passages:,} passages: "
                f"{wall:.2f} s wall, {cpu:.2f} s CPU; again {again:.2f} s, {again_cpu:.2f} s CPU\n"
            )
            if profiler is not None:
                _stages(profiler)
            sys.stdout.flush()


def _timed(assistant: Assistant, text: str, profiler: cProfile.Profile | None) -> tuple[CheckReport, float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    report = profiler.runcall(assistant.check, text) if profiler is not None else assistant.check(text)
    return report, time.perf_counter() - wall, time.process_time() - cpu


def _stages(profiler: cProfile.Profile) -> None:
    """Shares of the whole, profiler's cost included; reading happens inside the others."""
    stats = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    total = max(entry[3] for entry in stats.values())
    for label, file, function in _STEPS:
        spent = sum(
            entry[3] for key, entry in stats.items() if key[0].endswith(f"verify/{file}") and key[2] == function
        )
        sys.stdout.write(f"    {label}: {spent / total:.2f}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--home", type=Path, required=True, help="an indexed home; built when it is not there")
    parser.add_argument("--profile", action="store_true", help="shares of the stages; the times are then longer")
    options = parser.parse_args()
    if not options.home.is_dir():
        options.home.parent.mkdir(parents=True, exist_ok=True)
        build(options.data, options.home)
    measure(options.data, options.home, profile=options.profile)


if __name__ == "__main__":
    main()
