"""Builds a generation in child processes, verifies it, and switches to it in one step.

Nothing the serving process reads is ever changed: a new directory is filled aside, verified in a
child, flushed to the disk, and then one small pointer file is replaced. Killed at any moment, the
build leaves the old generation in force.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from assistant.errors import IndexDamagedError, IndexMissingError, IndexStoreError
from assistant.index.lock import lease_of
from assistant.index.manifest import (
    CHROMA_DIR,
    LEXICAL_DIR,
    PASSAGE_IDS,
    Manifest,
    damaged_files,
    hash_directory,
    read_manifest,
    read_pointer,
    sync_tree,
    write_manifest,
    write_pointer,
)
from assistant.index.worker import Order, read_passage_ids

OPEN_DIR = "open"  # private copies of serving processes, see dense.py
_PREFIX = "gen-"
_FULL_REBUILD_SHARE = 0.2
"""Deleted documents still count in BM25 and in the HNSW graph, so after this share of changes
since the last full build a generation is built anew."""

StepListener = Callable[[str, int, int], None]
"""Called with the name of the step, how much is done and how much there is (0 where unknown)."""


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """What the new generation must be."""

    library_url: str
    index_dir: Path
    passage_ids: Sequence[str]  # sorted
    fingerprint: str
    embedder: str  # identity, JSON
    embedder_key: str
    chunking: str
    ef_search: int
    full: bool = False  # never start from the generation in force


def build_generation(plan: BuildPlan, on_step: StepListener) -> Manifest:
    """Build, verify and switch.

    Steps, in order, as told to ``on_step``: ``copy`` (only when the base is reused), ``build``,
    ``manifest``, ``verify``, ``switch``, ``clean``.

    Raises:
        IndexStoreError: A child process failed; the old generation stays in force.
    """
    plan.index_dir.mkdir(parents=True, exist_ok=True)
    base = None if plan.full else _base(plan)
    name = f"{_PREFIX}{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    directory = plan.index_dir / name
    with _Worker() as first, _Worker() as second:  # both start loading their libraries now
        directory.mkdir()
        _write_ids(directory, plan.passage_ids)
        order = Order(
            task="dense",
            library_url=plan.library_url,
            directory=str(directory),
            embedder=plan.embedder_key,
            ef_search=plan.ef_search,
            total=len(plan.passage_ids),
            working_dir=str(plan.index_dir / OPEN_DIR / f"verify-{os.getpid()}"),
        )
        changed = 0
        if base is not None:
            manifest, added, dropped = base
            on_step("copy", 0, 0)
            for part in (CHROMA_DIR, LEXICAL_DIR):
                shutil.copytree(plan.index_dir / manifest.generation / part, directory / part)
            order = replace(order, added=tuple(added), dropped=tuple(dropped))
            changed = manifest.changed_since_full + len(added) + len(dropped)
        total = len(plan.passage_ids) if order.added is None else len(order.added)
        on_step("build", 0, total)
        results = _run_both(
            (first, order), (second, replace(order, task="lexical")), lambda done: on_step("build", done, total)
        )
        dimension = next((int(str(r["dimension"])) for r in results if r.get("dimension")), 0)
        if not dimension and base is not None:
            dimension = base[0].dimension
        on_step("manifest", 0, 0)
        manifest = Manifest(
            generation=name,
            fingerprint=plan.fingerprint,
            embedder=plan.embedder,
            dimension=dimension,
            chunking=plan.chunking,
            passages=len(plan.passage_ids),
            changed_since_full=changed,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            files=hash_directory(directory),
        )
        write_manifest(directory, manifest)
        on_step("verify", 0, 0)
        # The lexical process did not write the vectors, so it opens them cold.
        second.start(replace(order, task="verify", added=None, dropped=()))
        second.wait(lambda _: None)
    sync_tree(directory)
    on_step("switch", 0, 0)
    write_pointer(plan.index_dir, name)
    on_step("clean", 0, 0)
    clean(plan.index_dir, keep=name)
    return manifest


def clean(index_dir: Path, *, keep: str) -> None:
    """Remove generations and private copies that no live process uses."""
    leased = set()
    open_dir = index_dir / OPEN_DIR
    if open_dir.is_dir():
        for directory in open_dir.iterdir():
            generation = lease_of(directory)
            if generation is None:
                shutil.rmtree(directory, ignore_errors=True)
            else:
                leased.add(generation)
    for directory in index_dir.glob(f"{_PREFIX}*"):
        if directory.name != keep and directory.name not in leased:
            shutil.rmtree(directory, ignore_errors=True)


def _base(plan: BuildPlan) -> tuple[Manifest, list[str], list[str]] | None:
    """The generation in force if a copy of it with a few changes will do: its manifest, what to
    add and what to drop."""
    try:
        name = read_pointer(plan.index_dir)
        manifest = read_manifest(plan.index_dir / name)
    except (IndexMissingError, IndexDamagedError):
        return None
    if manifest.fingerprint != plan.fingerprint or damaged_files(plan.index_dir / name, manifest):
        return None
    old, new = set(read_passage_ids(plan.index_dir / name)), set(plan.passage_ids)
    added, dropped = sorted(new - old), sorted(old - new)
    if manifest.changed_since_full + len(added) + len(dropped) > _FULL_REBUILD_SHARE * len(new):
        return None
    return manifest, added, dropped


def _write_ids(directory: Path, passage_ids: Sequence[str]) -> None:
    (directory / PASSAGE_IDS).write_text("".join(f"{passage_id}\n" for passage_id in passage_ids), encoding="ascii")


class _Worker:
    """One build process. Closing its standard input ends it."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from assistant.index.worker import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
            encoding="utf-8",
        )
        self._task = ""

    def __enter__(self) -> _Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._input.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self.output.close()

    @property
    def _input(self) -> IO[str]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def output(self) -> IO[str]:
        assert self._process.stdout is not None
        return self._process.stdout

    def start(self, order: Order) -> None:
        self._task = order.task
        try:
            self._input.write(order.to_json() + "\n")
            self._input.flush()
        except BrokenPipeError:
            raise self._died() from None

    def read(self) -> dict[str, object]:
        """The next message.

        Raises:
            IndexStoreError: The process reported an error or died.
        """
        line = self.output.readline()
        if not line:
            raise self._died()
        message: dict[str, object] = json.loads(line)
        if "error" in message:
            raise IndexStoreError(f"{message['error']} (step {self._task!r} of the index build)")
        return message

    def wait(self, progress: Callable[[int], None]) -> dict[str, object]:
        while True:
            message = self.read()
            if "done" in message:
                return dict(message["done"])  # type: ignore[call-overload, no-any-return]
            progress(int(str(message["progress"])))

    def _died(self) -> IndexStoreError:
        code = self._process.wait()
        return IndexStoreError(
            f"The process of step {self._task!r} of the index build ended with code {code}. "
            f"The old index stays in force; run `assistant index` again."
        )


def _run_both(
    first: tuple[_Worker, Order], second: tuple[_Worker, Order], progress: Callable[[int], None]
) -> list[dict[str, object]]:
    """Run two orders at the same time. Progress is that of the slower one."""
    done = [0, 0]

    def run(index: int, worker: _Worker, order: Order) -> dict[str, object]:
        def report(count: int) -> None:
            done[index] = count
            progress(min(done))

        worker.start(order)
        result = worker.wait(report)
        report(order.total if order.added is None else len(order.added))
        return result

    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(run, index, *pair) for index, pair in enumerate((first, second))]
        return [future.result() for future in futures]
