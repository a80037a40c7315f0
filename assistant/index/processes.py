"""The processes that build an index, started for one build or kept for the next."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import IO

from assistant.errors import IndexStoreError
from assistant.index.worker import Order


class BuildProcesses:
    """Where a build takes its processes from.

    Starting one and importing Chroma in it takes longer than a small change, so ``keep`` lets them
    live between builds: for a process that watches a folder or serves.
    """

    def __init__(self, *, keep: bool = False) -> None:
        self.keep = keep
        self._idle: dict[str, BuildProcess] = {}

    def take(self, task: str) -> BuildProcess:
        """A process for ``task``; a kept one did the same task before."""
        kept = self._idle.pop(task, None)
        if kept is not None and kept.alive:
            return kept
        if kept is not None:
            kept.end()
        return BuildProcess()

    def keep_ready(self, tasks: Sequence[str]) -> None:
        """Keep processes from now on, and start those for ``tasks`` before they are needed."""
        self.keep = True
        for task in tasks:
            if task not in self._idle:
                self._idle[task] = BuildProcess(preload=True)

    def give_back(self, task: str, process: BuildProcess, *, usable: bool) -> None:
        """Keep the process if it may be used again, or end it."""
        if self.keep and usable and process.alive and task not in self._idle:
            self._idle[task] = process
        else:
            process.end()

    def close(self) -> None:
        while self._idle:
            self._idle.popitem()[1].end()


class BuildProcess:
    """One build process. Closing its standard input ends it."""

    def __init__(self, *, preload: bool = False) -> None:
        """Start it; ``preload`` lets it import Chroma while it waits for the first order."""
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"from assistant.index.worker import main; main(preload={preload})"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
            encoding="utf-8",
        )
        self._task = ""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        with contextlib.suppress(BrokenPipeError):
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
