"""Measures this machine: indexing, cold and warm answers, the reader and refusals on public sets,
a server under load.

    python -m evals.bench [--data DIR] [--documents N] [--only NAME ...]

``--data`` is the directory of the public development sets (default ``../shared/data``). Every figure is
printed with its n. Questions of the warm measurement are asked once each, so no cache of ours helps.
Compare figures only within one run: machines are noisy. ``scale`` (libraries of up to a million invented
passages, up to an hour) and ``peers`` (other search libraries, see peers.py) run only when they are named.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.api import Assistant
from assistant.settings import Settings, load_settings
from assistant.text.normalise import normalise
from assistant.text.tokens import words
from assistant.types import AnswerStatus
from evals.bench import desk, peers, scale
from evals.bench.corpus import JAPANESE, SETS, make_corpus
from evals.bench.load import load

ROOT = Path(__file__).resolve().parents[2]
STEPS = ("yardstick", "cold", "indexing", "warm", "reading")
LONG_STEPS = ("load", "desk", "scale", "peers")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def questions(data: Path, name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (data / name / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def yardstick(data: Path) -> None:
    """Speed of the tokenizer alone, to tell machines apart: DESIGN.md has 7,600 passages/s."""
    texts = [json.loads(line)["text"] for line in (data / SETS[0] / "corpus.jsonl").read_text("utf-8").splitlines()]
    words(texts[0])
    started = time.perf_counter()
    for text in texts:
        words(text)
    say(
        f"yardstick: tokens of JSQuAD passages, one thread: {len(texts) / (time.perf_counter() - started):,.0f}/s (n={len(texts)})"
    )


def indexing(data: Path, documents: int, home: Path, sets: Sequence[str] = SETS) -> None:
    """Files to a verified, switched index, everything counted."""
    corpus = home.parent / f"{home.name}.jsonl"
    make_corpus(data, corpus, documents, sets=sets)
    with Assistant.open(load_settings(home=home)) as assistant:
        started = time.perf_counter()
        report = assistant.index([corpus])
        seconds = time.perf_counter() - started
        again = time.perf_counter()
        assistant.index([corpus])
        say(
            f"indexing {' + '.join(sets)}: {report.passages:,} passages in {seconds:.1f} s = {report.passages / seconds:,.0f}/s; "
            f"nothing changed: {time.perf_counter() - again:.2f} s"
        )
    size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    say(f"disk: {size / report.passages / 1024:.1f} KB a passage ({size / 2**20:.0f} MB)")


def warm(data: Path, home: Path, *, dense: str, asked: int = 400) -> None:
    """Answers of a running process, each question once."""
    settings = load_settings(home=home)
    settings = settings.model_copy(update={"retrieve": settings.retrieve.model_copy(update={"dense": dense})})
    pool = [str(item["question"]) for name in SETS for item in questions(data, name)]
    chosen = pool[:: max(1, len(pool) // asked)][:asked]
    with Assistant.open(settings) as assistant:
        assistant.ask("梅雨とは何か")
        searching, asking = [], []
        for question in chosen:
            started = time.perf_counter()
            assistant.search(question)
            searching.append((time.perf_counter() - started) * 1000)
        for question in chosen:
            started = time.perf_counter()
            assistant.ask(question)
            asking.append((time.perf_counter() - started) * 1000)
        passages = assistant.status().counts["passages"]
    for label, values in (("search", searching), ("ask", asking)):
        say(
            f"warm {label} ({dense}, {passages:,} passages): p50 {statistics.median(values):.1f} ms, "
            f"p95 {percentile(values, 0.95):.1f} ms (n={len(values)})"
        )


def cold(home: Path, runs: int = 10) -> None:
    """`assistant ask` on the bundled corpus as a new process."""
    with Assistant.open(Settings(home=home)) as assistant:
        assistant.index()
    command = [sys.executable, "-c", "from assistant.cli import main; main()", "ask", "Trainium3のメモリ容量は？"]
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "ASSISTANT_HOME": str(home)})
        seconds.append(time.perf_counter() - started)
    say(f"cold ask, bundled corpus: median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s (n={runs})")


def squeeze(text: str) -> str:
    return "".join(normalise(text).split())


def reading(data: Path, home: Path, step: int) -> None:
    """How often the first sentences hold the gold answer, and how often answering is right to refuse."""
    for name, corpus in (("jsquad_dev_ja", "jsquad_dev_ja"), ("refusal_dev_ja", "refusal_dev_ja")):
        place = home / name
        with Assistant.open(load_settings(home=place)) as assistant:
            assistant.index([data / corpus / "corpus.jsonl"])
            cases = questions(data, name)[::step]
            answers = [(case, assistant.ask(str(case["question"]))) for case in cases]
        if name == "jsquad_dev_ja":
            first = top = 0
            for case, answer in answers:
                gold = [squeeze(str(item)) for item in case["answers"]]  # type: ignore[attr-defined]
                shown = [squeeze(sentence.text) for sentence in answer.sentences]
                first += any(item in shown[0] for item in gold) if shown else False
                top += any(item in text for item in gold for text in shown)
            say(
                f"JSQuAD, open retrieval: first sentence right {first / len(cases):.3f}, any shown {top / len(cases):.3f} (n={len(cases)})"
            )
            continue
        for gap, label in (("", "answerable"), ("near", "paragraph missing"), ("far", "subject missing")):
            group = [answer for case, answer in answers if case["gap"] == gap]
            answered = sum(answer.status is not AnswerStatus.REFUSED for answer in group)
            say(f"refusal, {label}: answered {answered / len(group):.3f} (n={len(group)})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--documents", type=int, default=45_000, help="documents of the indexing run")
    parser.add_argument("--step", type=int, default=8, help="every n-th question of the public sets")
    parser.add_argument("--only", nargs="*", default=[], choices=(*STEPS, *LONG_STEPS))
    arguments = parser.parse_args()
    if not (arguments.data / SETS[0]).is_dir():
        parser.exit(2, f"The public sets are not in {str(arguments.data)!r}; name their directory with --data.\n")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        steps: dict[str, Callable[[], object]] = {
            "yardstick": lambda: yardstick(arguments.data),
            "cold": lambda: cold(home / "cold"),
            "indexing": lambda: [
                indexing(arguments.data, arguments.documents, home / label, sets)
                for label, sets in (("japanese", JAPANESE), ("mixed", SETS))
            ],
            "warm": lambda: _warm(arguments.data, home),
            "reading": lambda: reading(arguments.data, home, arguments.step),
            "load": lambda: load(arguments.data, home / "load"),
            "scale": lambda: say(scale.table(scale.run(scale.SIZES, home / "scale", 300))),
            "peers": lambda: peers.main(["--data", str(arguments.data)]),
            "desk": lambda: (desk.build(arguments.data, home / "desk"), desk.measure(arguments.data, home / "desk")),
        }
        for name in arguments.only or STEPS:
            steps[name]()


def _warm(data: Path, home: Path) -> None:
    place = home / "ten"
    indexing(data, 6_200, place)
    for dense in ("hnsw", "exact"):
        warm(data, place, dense=dense)


if __name__ == "__main__":
    main()
