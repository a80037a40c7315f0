"""A process that has everything imported and forks a child for each dangerous thing a test does.

A segmentation fault or ``kill -9`` then takes the child only, and a child costs a few milliseconds
instead of two seconds of imports. Nothing but imports happens before the fork.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]


class Zygote:
    """The test's side: one order at a time, each answered when its child has ended or is ready."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from tests.integration.zygote import serve; serve()"],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, action: str, **order: Any) -> dict[str, Any]:
        """Run ``action`` in a child. ``signal`` is what killed it, 0 when it ended by itself."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"action": action, **order}) + "\n")
        self._process.stdin.flush()
        return dict(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)


def children_of(pid: int) -> list[int]:
    """Child processes as ``/proc`` has them."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in task.read_text().split()]
    return sorted(found)


def is_running(pid: int) -> bool:
    """Whether a process exists and is not just waiting to be reaped."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def still_running(pids: list[int], *, seconds: float) -> list[int]:
    """Those of ``pids`` that have not ended after waiting up to ``seconds``."""
    deadline = time.monotonic() + seconds
    while True:
        running = [pid for pid in pids if is_running(pid)]
        if not running or time.monotonic() > deadline:
            return running
        time.sleep(0.05)


# -- the other side ----------------------------------------------------------------------------


def serve() -> None:
    import chromadb  # noqa: F401 - imported before the fork, opened after it

    import assistant.index.worker  # noqa: F401

    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever libraries print is not an answer
    for line in sys.stdin:
        order = json.loads(line)
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            _child(order, writer)
        os.close(writer)
        with os.fdopen(reader) as stream:
            answer = stream.read()
        _, status = os.waitpid(pid, 0)
        killed_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        out.write(json.dumps({"pid": pid, **json.loads(answer or "{}"), "signal": killed_by}) + "\n")
        out.flush()


def _child(order: dict[str, Any], writer: int) -> None:
    try:
        answer = {"index": _index, "ask": _ask}[order.pop("action")](order, writer)
        os.write(writer, json.dumps(answer).encode())
    except BaseException as exc:
        os.write(writer, json.dumps({"crash": f"{type(exc).__name__}: {exc}"}).encode())
    finally:
        os._exit(0)


def _index(order: dict[str, Any], writer: int) -> dict[str, Any]:
    """Index a site and kill at one step: this process, or one of its two build processes.

    ``kill``: ``step``, ``nth`` call of it (from 0), ``delay`` in seconds, ``worker`` (0 or 1, else None).
    ``imported``: its build processes are forked here and now, so that kills strike their work, not their imports.
    """
    if order.get("imported"):
        _fork_build_processes(2)
    from assistant import AssistantError
    from assistant.index import update
    from tests.corpora import Site

    kill = order["kill"]
    seen = 0
    first = threading.Lock()  # a delayed kill and the end of the run: only one of them answers

    def strike() -> None:
        if not first.acquire(blocking=False):
            return
        workers = children_of(os.getpid())
        if kill.get("worker") is not None:
            os.kill(workers[kill["worker"]], signal.SIGKILL)
            return
        os.write(writer, json.dumps({"workers": workers}).encode())
        os.kill(os.getpid(), signal.SIGKILL)

    def on_step(step: str, done: int, total: int) -> None:
        nonlocal seen
        if step != kill["step"]:
            return
        seen += 1
        if seen != kill.get("nth", 0) + 1:
            return
        if kill.get("delay"):
            threading.Timer(kill["delay"], strike).start()
        else:
            strike()

    update._ARTICLES_A_TRANSACTION = 1
    site = Site(Path(order["root"]))
    with site.open(**order.get("settings", {})) as assistant:
        try:
            report = assistant.index([site.corpus], rebuild=order.get("rebuild", False), on_step=on_step)
        except AssistantError as exc:
            return {"error": type(exc).__name__, "message": str(exc)}
    if kill.get("worker") is None:
        first.acquire()
    return {"finished": report.generation}


class _Fork:
    """What ``subprocess.Popen`` is for a build process."""

    def __init__(self) -> None:
        (orders, stdin), (stdout, replies) = os.pipe(), os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.dup2(orders, 0)
            os.dup2(replies, 1)
            os.closerange(3, 4096)  # above all the pipes of the other one, which has to see its parent die
            sys.stdin, sys.stdout = os.fdopen(0, encoding="utf-8"), os.fdopen(1, "w", encoding="utf-8")
            from assistant.index.worker import main

            main()
            os._exit(0)
        os.close(orders)
        os.close(replies)
        self.stdin, self.stdout = os.fdopen(stdin, "w", encoding="utf-8"), os.fdopen(stdout, encoding="utf-8")
        self._code: int | None = None

    def poll(self) -> int | None:
        return self._ended(os.WNOHANG)

    def wait(self, timeout: float | None = None) -> int | None:
        return self._ended(0)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def _ended(self, options: int) -> int | None:
        if self._code is None:
            pid, status = os.waitpid(self.pid, options)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code


def _fork_build_processes(count: int) -> None:
    """Done before anything starts a thread."""
    from assistant.index.processes import BuildProcess

    ready = [_Fork() for _ in range(count)]

    def begin(self: BuildProcess, *, preload: bool = False) -> None:
        self._process, self._task = ready.pop(0), ""  # type: ignore[assignment]

    BuildProcess.__init__ = begin  # type: ignore[method-assign]


def _ask(order: dict[str, Any], writer: int) -> dict[str, Any]:
    """Open a site as a server does, through Chroma, and ask it.

    With ``empty_after_opening`` every file of the generation is emptied between opening and asking.
    """
    from assistant import AssistantError
    from tests.corpora import Site

    site = Site(Path(order["root"]))
    with site.open(retrieve={"dense": "hnsw"}) as assistant:
        try:
            if order.get("empty_after_opening"):
                assistant.search(order["questions"][0])
                for path in site.generation.rglob("*"):
                    if path.is_file():
                        os.truncate(path, 0)
            problems = assistant.status().problems
            hits = {question: assistant.search(question)[0].passage.text for question in order["questions"]}
            answers = {question: assistant.ask(question).text for question in order["questions"]}
            dense = assistant.status().dense
        except AssistantError as exc:
            return {"problems": assistant.status().problems, "error": type(exc).__name__, "message": str(exc)}
    return {"problems": problems, "hits": hits, "answers": answers, "dense": dense}
