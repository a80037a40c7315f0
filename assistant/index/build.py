"""Builds a generation in child processes, verifies it, and switches to it in one step.

Nothing the serving process reads is ever changed: a new directory is filled aside, verified in a
child, flushed to the disk, and then one small pointer file is replaced. Killed at any moment, the
build leaves the old generation in force.
"""

from __future__ import annotations

import os
import queue
import secrets
import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import AssistantError, IndexDamagedError, IndexMissingError, IndexStoreError
from assistant.index.chroma_server import StoreAddress, drop_collection, is_stored_at, server_problem
from assistant.index.lock import lease_of
from assistant.index.manifest import (
    CHROMA_DIR,
    LEXICAL_DIR,
    OPEN_DIR,
    PASSAGE_IDS,
    Manifest,
    damaged_files,
    hash_directory,
    read_manifest,
    read_passage_ids,
    read_pointer,
    sync_tree,
    write_manifest,
    write_pointer,
)
from assistant.index.processes import BuildProcess, BuildProcesses
from assistant.index.worker import Order

TASKS = ("dense", "lexical")  # each half has its own process
_PREFIX = "gen-"
_FULL_REBUILD_SHARE = 0.2
"""Deleted documents still count in BM25 and in the HNSW graph, so after this share of changes
since the last full build a generation is built anew."""

StepListener = Callable[[str, int, int], None]
"""Called with the name of the step, how much is done and how much there is (0 where unknown)."""


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """What is common to every part of a new generation."""

    library_url: str
    index_dir: Path
    fingerprint: str
    embedder: str  # identity, JSON
    embedder_key: str
    chunking: str
    ef_search: int
    ef_construction: int
    store: StoreAddress | None = None  # a Chroma server for the vectors; None keeps them in files


class GenerationBuild:
    """A generation in the making. Passages may be fed while others are still being read, so that
    both cores work from the start; :meth:`finish` brings it to exactly the passages wanted.

    Steps told to ``on_step`` by :meth:`finish`, in order: ``copy`` (only when a base is reused),
    ``build``, ``manifest``, ``verify``, ``switch``, ``clean``.
    """

    def __init__(self, plan: BuildPlan, on_step: StepListener, processes: BuildProcesses | None = None) -> None:
        self._plan = plan
        processes = processes or BuildProcesses()
        self._on_step = on_step
        plan.index_dir.mkdir(parents=True, exist_ok=True)
        self.name = f"{_PREFIX}{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        self._directory = plan.index_dir / self.name
        self._directory.mkdir()
        # The lexical half takes twice as long as the dense one, so each has its own process.
        self._lanes = {task: _Lane(task, plan, self._directory, processes) for task in TASKS}
        self._fed: set[str] = set()
        self._changed = 0

    def __enter__(self) -> GenerationBuild:
        return self

    def __exit__(self, *_: object) -> None:
        for lane in self._lanes.values():
            lane.end()

    def feed(self, passage_ids: Sequence[str]) -> None:
        """Add passages that are in the library, with their vectors. Returns at once."""
        fresh = [passage_id for passage_id in passage_ids if passage_id not in self._fed]
        self._fed.update(fresh)
        for lane in self._lanes.values():
            lane.put(fresh, ())

    def start_from(self, base: Base) -> None:
        """Begin with a copy of the closed generation in force."""
        self._on_step("copy", 0, 0)
        for part in (LEXICAL_DIR,) if self._plan.store else (CHROMA_DIR, LEXICAL_DIR):
            shutil.copytree(self._plan.index_dir / base.manifest.generation / part, self._directory / part)
        if self._plan.store:  # a server's collection cannot be copied: filled from the library
            self._lanes["dense"].put(base.passage_ids, ())
        self._fed = set(base.passage_ids)
        self._changed = base.manifest.changed_since_full

    def finish(self, passage_ids: Sequence[str]) -> Manifest:
        """Bring the generation to just ``passage_ids`` (sorted), verify it, switch to it.

        Raises:
            IndexStoreError: A child process failed; the old generation stays in force.
        """
        wanted = set(passage_ids)
        added, dropped = sorted(wanted - self._fed), sorted(self._fed - wanted)
        self._changed += len(dropped) + (len(added) if self._changed or len(added) < len(wanted) else 0)
        for lane in self._lanes.values():
            lane.put(added, dropped)
            lane.put(None, ())
        dimension = max(lane.wait(self._progress) for lane in self._lanes.values())
        plan = self._plan
        (self._directory / PASSAGE_IDS).write_text(
            "".join(f"{passage_id}\n" for passage_id in passage_ids), encoding="ascii"
        )
        self._on_step("manifest", 0, 0)
        manifest = Manifest(
            generation=self.name,
            fingerprint=plan.fingerprint,
            embedder=plan.embedder,
            dimension=dimension,
            chunking=plan.chunking,
            passages=len(passage_ids),
            changed_since_full=self._changed,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            files=hash_directory(self._directory),
        )
        write_manifest(self._directory, manifest)
        self._on_step("verify", 0, 0)
        # The lexical process did not write the vectors, so it opens them cold.
        if self._lanes["lexical"].verify(len(passage_ids)):
            manifest = replace(manifest, graph_complete=False)
            write_manifest(self._directory, manifest)
        sync_tree(self._directory)
        self._on_step("switch", 0, 0)
        write_pointer(plan.index_dir, self.name)
        self._on_step("clean", 0, 0)
        clean(plan.index_dir, keep=self.name, store=plan.store)
        return manifest

    def _progress(self) -> None:
        lanes = self._lanes.values()
        self._on_step("build", min(lane.done for lane in lanes), max(lane.total for lane in lanes))


@dataclass(frozen=True, slots=True)
class Base:
    """A generation in force that a copy with a few changes can start from."""

    manifest: Manifest
    passage_ids: tuple[str, ...]

    def suits(self, wanted: Sequence[str]) -> bool:
        """Whether few enough passages change: deleted ones still count in BM25 and in the HNSW graph."""
        changed = len(set(wanted) ^ set(self.passage_ids))
        return self.manifest.changed_since_full + changed <= _FULL_REBUILD_SHARE * len(wanted)


def reusable_base(plan: BuildPlan) -> Base | None:
    """The generation in force, if it is whole and was built with the same settings."""
    try:
        name = read_pointer(plan.index_dir)
        directory = plan.index_dir / name
        manifest = read_manifest(directory)
        if manifest.fingerprint != plan.fingerprint or damaged_files(directory, manifest):
            return None
        if not is_stored_at(directory / CHROMA_DIR, plan.store) or server_problem(
            directory / CHROMA_DIR, plan.store, manifest.passages
        ):
            return None
        return Base(manifest, tuple(read_passage_ids(directory)))
    except (IndexMissingError, IndexDamagedError, OSError):
        return None


def clean(index_dir: Path, *, keep: str, store: StoreAddress | None = None) -> None:
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
        gone = directory.name != keep and directory.name not in leased
        if gone and drop_collection(directory / CHROMA_DIR, store):
            shutil.rmtree(directory, ignore_errors=True)


class _Lane:
    """One build process with the orders waiting for it, fed from its own thread."""

    def __init__(self, task: str, plan: BuildPlan, directory: Path, processes: BuildProcesses) -> None:
        self.done = 0
        self.total = 0
        self._order = Order(
            task=task,
            library_url=plan.library_url,
            directory=str(directory),
            embedder=plan.embedder_key,
            ef_search=plan.ef_search,
            ef_construction=plan.ef_construction,
            store=plan.store.values() if plan.store else {},
            working_dir=str(plan.index_dir / OPEN_DIR / f"verify-{os.getpid()}"),
        )
        self._processes = processes
        self._worker: BuildProcess = processes.take(task)
        self._closed = False  # every order was carried out and the files are closed
        self._waiting: queue.Queue[tuple[Sequence[str] | None, Sequence[str]]] = queue.Queue()
        self._dimension = 0
        self._failure: AssistantError | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def put(self, added: Sequence[str] | None, dropped: Sequence[str]) -> None:
        """Queue passages; None closes the files and ends the thread."""
        self.total += len(added or ())
        self._waiting.put((added, dropped))

    def wait(self, progress: Callable[[], None]) -> int:
        """Wait until all is written; returns the dimension of the vectors, 0 for the lexical half."""
        while self._thread.is_alive():
            self._thread.join(0.2)
            progress()
        if self._failure is not None:
            raise self._failure
        return self._dimension

    def verify(self, total: int) -> int:
        """Verify the generation; returns how many of a sample of vectors the graph does not lead to."""
        self._closed = False
        self._worker.start(replace(self._order, task="verify", total=total))
        result = self._worker.wait(lambda _: None)
        self._closed = True
        return int(str(result["unreached"]))

    def end(self) -> None:
        self._processes.give_back(self._order.task, self._worker, usable=self._closed and self._failure is None)

    def _work(self) -> None:
        try:
            while True:
                added, dropped = self._waiting.get()
                if added is None:
                    self._worker.start(replace(self._order, task="close"))
                else:
                    self._worker.start(replace(self._order, added=tuple(added), dropped=tuple(dropped)))
                before = self.done

                def report(count: int, before: int = before) -> None:
                    self.done = before + count

                result = self._worker.wait(report)
                self.done = before + len(added or ())
                self._dimension = int(str(result.get("dimension", 0))) or self._dimension
                if added is None:
                    self._closed = True
                    return
        except AssistantError as exc:
            self._failure = exc
        except Exception as exc:  # of this thread nobody else would hear
            self._failure = IndexStoreError(f"Step {self._order.task!r} of the index build failed: {exc!r}.")
