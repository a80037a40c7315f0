"""Measures how search grows with the library: latency, index time, disk and memory at several sizes.

    python -m evals.bench.scale [--sizes N ...] [--home DIR] [--questions N] [--json FILE] [--svg FILE]

Libraries are made of invented news (see synthetic.py), cut into short passages, and indexed by the product's
own pipeline. With ``--home`` they are kept, and one that is there is not built again; its index time is
remembered. Questions are distinct and asked once each by a fresh process that has answered a few others, so
nothing of ours is cached; the operating system's file cache is as the indexing left it. A million passages
take a quarter of an hour to an hour of two cores, 3 GB of disk and 2 GB of memory.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.api import Assistant
from assistant.settings import ChunkSettings, Settings, load_settings
from evals.bench.growth import growth_svg
from evals.bench.peer_systems import resident_mb
from evals.bench.synthetic import questions, write_corpus

SIZES = (10_000, 100_000, 1_000_000)
PASSAGES_AN_ARTICLE = 5.9
"""About; what is reported is counted."""
CHUNKS = ChunkSettings(chunk_chars=180, chunk_chars_en=450)
"""Passages as long as the paragraphs of the public sets (160 characters)."""
_WARM_UP = 20
_NOTE = "scale.json"  # what indexing took, kept beside the index


@dataclass(frozen=True, slots=True)
class Size:
    """Figures of one library. Seconds are wall time, ``cpu`` that of this process and its children."""

    passages: int
    articles: int
    index_seconds: float
    index_cpu_seconds: float
    index_peak_mb: int  # the largest of the processes that build
    disk_mb: int
    library_mb: int
    open_seconds: float
    questions: int
    p50_ms: float
    p95_ms: float
    cpu_p50_ms: float
    right_article_first: float
    memory_mb: int  # resident, of the process that answered
    load: float  # processes running or waiting while it was asked; above the number of cores times are inflated


def settings_of(home: Path) -> Settings:
    return load_settings(home=home).model_copy(update={"chunk": CHUNKS})


def build(home: Path, passages: int) -> dict[str, float]:
    """Index a synthetic library of about that many passages, unless it is there."""
    note = home / _NOTE
    if not note.is_file():
        home.mkdir(parents=True, exist_ok=True)
        corpus = home / "corpus.jsonl"
        articles = round(passages / PASSAGES_AN_ARTICLE)
        write_corpus(corpus, articles)
        started, cpu = time.perf_counter(), _cpu_seconds()
        with Assistant.open(settings_of(home)) as assistant:
            report = assistant.index([corpus])
        figures = {
            "passages": report.passages,
            "articles": articles,
            "index_seconds": round(time.perf_counter() - started, 1),
            "index_cpu_seconds": round(_cpu_seconds() - cpu, 1),
            "index_peak_mb": max(
                resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
            ),
        }
        corpus.unlink()
        note.write_text(json.dumps(figures), encoding="utf-8")
    known: dict[str, float] = json.loads(note.read_text(encoding="utf-8"))
    return known


def _cpu_seconds() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def ask(home: Path, articles: int, count: int) -> dict[str, float]:
    """Ask ``count`` distinct questions; what is returned are figures of :class:`Size`."""
    asked = questions(count + _WARM_UP, min(articles, round(SIZES[0] / PASSAGES_AN_ARTICLE)))
    wall, cpu, right = [], [], 0
    with Assistant.open(settings_of(home)) as assistant:
        started = time.perf_counter()
        for item in asked[:_WARM_UP]:
            assistant.search(item.text)
            if item is asked[0]:
                opened = time.perf_counter() - started
        for item in asked[_WARM_UP:]:
            before, worked = time.perf_counter(), time.process_time()
            hits = assistant.search(item.text)
            wall.append((time.perf_counter() - before) * 1000)
            cpu.append((time.process_time() - worked) * 1000)
            right += bool(hits) and hits[0].passage.article_id == item.article_id
        memory = resident_mb()
    return {
        "open_seconds": round(opened, 2),
        "questions": count,
        "p50_ms": round(_share(wall, 0.5), 1),
        "p95_ms": round(_share(wall, 0.95), 1),
        "cpu_p50_ms": round(_share(cpu, 0.5), 1),
        "right_article_first": round(right / count, 3),
        "memory_mb": memory,
        "load": round(os.getloadavg()[0], 1),
    }


def _share(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def measure(home: Path, passages: int, count: int) -> Size:
    """Build and ask in processes of their own, so that neither's memory counts for the other."""
    built = _child("build", home, passages)
    asked = _child("ask", home, int(built["articles"]), count)
    files = [path for path in home.rglob("*") if path.is_file()]
    library = sum(path.stat().st_size for path in files if path.name.startswith("library."))
    values = {
        **built,
        **asked,
        "disk_mb": sum(path.stat().st_size for path in files) // 2**20,
        "library_mb": library // 2**20,
    }
    return Size(**values)  # type: ignore[arg-type]


def _child(step: str, home: Path, *numbers: int) -> dict[str, float]:
    command = [sys.executable, "-m", "evals.bench.scale", "--step", step, str(home), *map(str, numbers)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def table(rows: Sequence[Size]) -> str:
    """The figures as a Markdown table."""
    lines = [
        "| passages | p50 ms | p95 ms | CPU p50 ms | index time | disk | memory of the server | right article first | n |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {row.passages:,} | {row.p50_ms} | {row.p95_ms} | {row.cpu_p50_ms} | {row.index_seconds / 60:.1f} min "
        f"| {row.disk_mb:,} MB | {row.memory_mb:,} MB | {row.right_article_first:.3f} | {row.questions} |"
        for row in rows
    ]
    return "\n".join(lines)


def run(sizes: Sequence[int], home: Path | None, count: int) -> list[Size]:
    with tempfile.TemporaryDirectory() as folder:
        return [measure((home or Path(folder)) / str(size), size, count) for size in sizes]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="*", type=int, default=list(SIZES), help="passages, about")
    parser.add_argument("--home", type=Path, help="where libraries are kept; a temporary directory by default")
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--svg", type=Path, help="draw the growth there")
    parser.add_argument("--step", nargs="*", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        step, place, *numbers = arguments.step
        figures = (build if step == "build" else ask)(Path(place), *map(int, numbers))
        sys.stdout.write(json.dumps(figures) + "\n")
        return
    rows = run(arguments.sizes, arguments.home, arguments.questions)
    sys.stdout.write(table(rows) + "\n")
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
    if arguments.svg:
        arguments.svg.write_text(growth_svg([(row.passages, row.p50_ms, row.p95_ms) for row in rows]), encoding="utf-8")


if __name__ == "__main__":
    main()
