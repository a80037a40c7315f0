"""Many readers at once against a real server: time to the first sentence, errors, memory.

    python -m evals.bench --only load
    python -m evals.bench.load [--data DIR] [--home DIR] [--users 100 300] [--workers N] [--minutes M] [--idle SECONDS]

The server is a process of its own with some 10,000 passages and the extractive reader, set up as one for
a newsroom: one process that answers for each core. Two kinds of load:

- **at work**: the first number of users for ``--minutes``. Each asks, reads the answer for 5 to 15 seconds
  and asks again, as people do; they begin spread over the first ten seconds.
- **in the same instant**: all connections are opened first, then all ask at the same moment. The worst there
  is: the last is served when the work of all is done.

Every question is asked once, over ``/api/v1/ask`` with server-sent events. A question is served (the answer
came to its end), refused (a status that says so, with Retry-After), failed, or hung (nothing within a
minute). Memory and processor time are read from /proc, so it runs on Linux.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.api import Assistant
from assistant.settings import load_settings
from evals.bench.corpus import SETS, make_corpus

ROOT = Path(__file__).resolve().parents[2]
WARM = 200
"""Questions asked one after another before anything is measured, so that caches are as on any working day."""
DOCUMENTS = 6_200
"""Documents of the mixed sets that make some 10,000 passages."""
HUNG_SECONDS = 60.0
READING = (5.0, 15.0)
"""Seconds that a user at work reads before the next question, evenly distributed."""


@dataclass
class Outcome:
    """What became of one user. Times are seconds from sending the question."""

    kind: str
    first: float | None = None
    total: float | None = None
    refusal: bool = False  # answered that the library does not say


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


# -- the server's processes, out of /proc --------------------------------------------------------


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    parents = {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                parents[int(place.name)] = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
    found = [pid]
    for member in found:
        found.extend(child for child, parent in parents.items() if parent == member)
    return found


def memory_mb(pid: int) -> float:
    """Memory of the server's processes, what they share counted once (Pss), in MB."""
    total = 0
    for member in family(pid):
        try:
            lines = Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def cpu_seconds(pid: int) -> float:
    """Processor time of the server's processes that are alive, in seconds."""
    ticks = 0
    for member in family(pid):
        try:
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Peak:
    """The most memory that was seen while it ran."""

    def __init__(self, pid: int) -> None:
        self.most = 0.0
        self._pid = pid
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self._stop.wait(1):
            self.most = max(self.most, memory_mb(self._pid))

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


@contextmanager
def running(home: Path, environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    """A server process: its address and process id. What it logs is kept beside its home."""
    log = home.with_name(f"{home.name}.log").open("w", encoding="utf-8")
    program = "from assistant.cli import main; raise SystemExit(main())"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "serve", "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        env={**os.environ, "ASSISTANT_HOME": str(home), **environment},
    )
    try:
        assert process.stdout is not None
        address = next(word for line in process.stdout for word in line.split() if word.startswith("http://"))
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(20)
        log.close()


# -- users ---------------------------------------------------------------------------------------


async def ask(address: str, question: str, ready: asyncio.Barrier | None = None) -> Outcome:
    """One question: connects, waits for the others, asks, reads to the end."""
    place = urlsplit(address)
    body = json.dumps({"question": question, "stream": True}).encode()
    head = f"POST /api/v1/ask HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"
    head += f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    try:
        if ready is not None:
            await ready.wait()
        started = time.perf_counter()
        writer.write(head.encode() + body)
        received, first = b"", None
        try:
            async with asyncio.timeout(HUNG_SECONDS):
                while chunk := await reader.read(65_536):
                    received += chunk
                    if first is None and (b"event: sentence" in received or b"event: answer" in received):
                        first = time.perf_counter() - started
        except TimeoutError:
            return Outcome("hung")
        total = time.perf_counter() - started
    except OSError:
        return Outcome("failed")
    finally:
        writer.close()
    status = received[9:12]
    if status == b"200" and b"event: answer" in received:
        return Outcome("served", first, total, b"event: sentence" not in received)
    if status in (b"429", b"503") and b"retry-after" in received.lower():
        return Outcome("refused", total=total)
    if b"event: error" in received and b"BusyError" in received:
        return Outcome("refused", total=total)
    return Outcome("failed")


async def crowd(address: str, questions: Sequence[str]) -> list[Outcome]:
    """All in the same instant."""
    ready = asyncio.Barrier(len(questions))
    return await asyncio.gather(*(ask(address, question, ready) for question in questions))


async def at_work(address: str, users: int, questions: Iterator[str], seconds: float) -> list[Outcome]:
    """Users who ask, read and ask again until the time is over."""
    rng = random.Random(7)
    end = time.perf_counter() + seconds
    found: list[Outcome] = []

    async def user(delay: float) -> None:
        await asyncio.sleep(delay)
        while time.perf_counter() < end:
            found.append(await ask(address, next(questions)))
            await asyncio.sleep(rng.uniform(*READING))

    await asyncio.gather(*(user(rng.uniform(0, sum(READING) / 2)) for _ in range(users)))
    return found


async def warm(address: str, questions: Sequence[str]) -> None:
    for question in questions:
        await ask(address, question)


def measure(pid: int, label: str, asking: Coroutine[Any, Any, list[Outcome]]) -> None:
    before = cpu_seconds(pid)
    started = time.perf_counter()
    found = asyncio.run(asking)
    wall = time.perf_counter() - started
    cpu = cpu_seconds(pid) - before
    kinds = Counter(outcome.kind for outcome in found)
    first = [outcome.first for outcome in found if outcome.first is not None]
    total = [outcome.total for outcome in found if outcome.kind == "served" and outcome.total is not None]
    say(
        f"{label}: first sentence p50 {percentile(first, 0.5):.2f} s, p95 {percentile(first, 0.95):.2f} s; "
        f"whole answer p95 {percentile(total, 0.95):.2f} s; served {kinds['served']} "
        f"(of these {sum(outcome.refusal for outcome in found)} told that the library does not say), "
        f"refused {kinds['refused']}, failed {kinds['failed']}, hung {kinds['hung']}; "
        f"n={len(found)} in {wall:.1f} s; {cpu / max(1, kinds['served']) * 1000:.0f} ms of processor time an answer"
    )


def questions_of(data: Path) -> list[str]:
    """Questions of all sets, each once, mixed."""
    found = [
        str(json.loads(line)["question"])
        for name in SETS
        for line in (data / name / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    unique = list(dict.fromkeys(found))
    step = 7919  # a prime: neighbours, which ask about the same article, come far apart
    return [unique[number * step % len(unique)] for number in range(len(unique))]


def load(
    data: Path,
    home: Path,
    *,
    users: Sequence[int] = (100, 300),
    workers: int | None = None,
    minutes: float = 1.0,
    idle: float = 60.0,
) -> None:
    """The whole measurement; the library at ``home`` is made when it is missing."""
    if not (home / "library.sqlite3").exists():
        corpus = home.parent / f"{home.name}.jsonl"
        home.parent.mkdir(parents=True, exist_ok=True)
        make_corpus(data, corpus, DOCUMENTS)
        with Assistant.open(load_settings(home=home)) as assistant:
            assistant.index([corpus])
    with Assistant.open(load_settings(home=home)) as assistant:
        passages = assistant.status().counts["passages"]
    pool = iter(questions_of(data))

    def take(number: int) -> list[str]:
        return [next(pool) for _ in range(number)]

    workers = (os.cpu_count() or 1) if workers is None else workers
    environment = {"ASSISTANT_SERVE__WORKERS": str(workers), "ASSISTANT_SERVE__RATE_PER_MINUTE": "0"}
    with running(home, environment) as (address, pid), Peak(pid) as peak:
        asyncio.run(warm(address, take(WARM)))
        before = memory_mb(pid)
        say(
            f"server with {passages:,} passages, {workers} processes that answer, {os.cpu_count()} cores, "
            f"load {os.getloadavg()[0]:.1f}"
        )
        if minutes > 0:
            measure(pid, f"{users[0]} users at work", at_work(address, users[0], pool, minutes * 60))
        for number in users:
            measure(pid, f"{number} users in the same instant", crowd(address, take(number)))
        most = peak.most
        time.sleep(idle)
        after = memory_mb(pid)
        say(
            f"memory: before {before:.0f} MB, at most {most:.0f} MB, after {idle:g} s idle {after:.0f} MB "
            f"({after / before - 1:+.0%})"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--home", type=Path, help="state folder with the library; made when missing")
    parser.add_argument("--users", type=int, nargs="+", default=[100, 300])
    parser.add_argument("--workers", type=int, help="processes that answer; as many as cores by default")
    parser.add_argument("--minutes", type=float, default=1.0, help="how long the users at work are watched; 0: not")
    parser.add_argument("--idle", type=float, default=60.0, help="seconds before memory is looked at again")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = arguments.home or Path(folder) / "load"
        load(
            arguments.data,
            home,
            users=arguments.users,
            workers=arguments.workers,
            minutes=arguments.minutes,
            idle=arguments.idle,
        )


if __name__ == "__main__":
    main()
