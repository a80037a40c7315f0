"""Parses files in another process, one long-lived child for many files.

A child is replaced after a crash, after a limit and after a number of files. Starting one takes a third of a
second; handing it a file takes less than a millisecond.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import BinaryIO, cast

from assistant.ingest import wire
from assistant.ingest.limits import Limits
from assistant.ingest.source import SourceFile
from assistant.ingest.wire import Frame, Usage
from assistant.types import Article, Refusal

_FILES_A_CHILD = 500
_MEMORY_SHARE = 0.6
"""A child whose peak came this near to its limit is replaced: what it holds on to would fail the next file."""
_CODE = "from assistant.ingest.worker import main; main()"
_KEPT_VARIABLES = ("LANG", "LC_ALL", "LC_CTYPE", "PATH", "SYSTEMROOT", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_LOGGER = logging.getLogger(__name__)


class Sandbox:
    """Use from one thread, as a context manager or with :meth:`close`. The child starts with the first file."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._child: _Child | None = None
        self.last_usage: Usage | None = None  # of the last file that was read to its end

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None

    def load(self, loader: str, source: SourceFile, data: bytes) -> list[Article | Refusal]:
        """Parse ``data`` with a loader in the child. A limit or a crash becomes the last ``Refusal``.

        Everything is read before anything is handed on: the clock must not run while the caller stores.
        """
        self.last_usage = None
        if self._child is None:
            self._child = _Child()
        child = self._child
        order = wire.Order(loader, str(source.path), str(source.root), self._limits)
        found: list[Article | Refusal] = []
        try:
            with child.deadline(self._limits.max_seconds):
                child.ask(order, data)
                for kind, payload in child.answers(self._limits.max_memory_bytes):
                    if kind is Frame.ARTICLE:
                        found.append(wire.load_article(payload))
                    elif kind is Frame.REFUSAL:
                        found.append(wire.load_refusal(payload))
                    elif kind is Frame.TRACE:
                        _LOGGER.warning("reading %s: %s", source.path, payload.decode("utf-8", "replace"))
                    elif kind is Frame.END:
                        self.last_usage = wire.load_usage(payload)
                        break
        except (ValueError, TypeError, KeyError, OSError) as exc:
            _LOGGER.warning("the process reading %s answered nonsense: %s", source.path, exc)
        finally:
            usage = self.last_usage
            if (
                usage is None
                or usage.peak_bytes > _MEMORY_SHARE * self._limits.max_memory_bytes
                or child.files >= _FILES_A_CHILD
            ):
                self._child = None
                code = child.kill()
        if self.last_usage is None:
            found.append(source.refusal(self._why(child, code)))
        return found

    def _why(self, child: _Child, code: int | None) -> str:
        limits = self._limits
        if child.timed_out:
            return f"reading it takes longer than the {limits.max_seconds:g} s that `ingest.max_seconds` allows"
        if child.out_of_memory:
            return f"reading it takes more than the {limits.max_memory_mb:,} MB that `ingest.max_memory_mb` allows"
        how = f"signal {-code}" if code is not None and code < 0 else "no answer"
        return f"the parser crashed on it ({how}); it may be damaged, or made to do that"


class _Child:
    """One process of ``worker.py``."""

    def __init__(self) -> None:
        # No secrets in reach of a parser: keys and passwords live in the environment.
        environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(os.path.abspath(path) for path in sys.path if path)
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        environment["OMP_NUM_THREADS"] = environment["OPENBLAS_NUM_THREADS"] = "1"  # threads reserve memory
        self._process = subprocess.Popen(
            [sys.executable, "-c", _CODE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self.files = 0
        self.timed_out = False
        self.out_of_memory = False

    def ask(self, order: wire.Order, data: bytes) -> None:
        self.files += 1
        stream = self._stream(self._process.stdin)
        with contextlib.suppress(BrokenPipeError):  # the answers say what became of it
            wire.write_frame(stream, Frame.ORDER, wire.dump_order(order))
            wire.write_frame(stream, Frame.DATA, data)

    def answers(self, most: int) -> Iterator[tuple[Frame, bytes]]:
        """Frames until the child ends or has said ``most`` bytes."""
        stream = self._stream(self._process.stdout)
        while (frame := wire.read_frame(stream, most=most)) is not None:
            most -= len(frame[1])
            if frame[0] is Frame.NO_MEMORY:
                self.out_of_memory = True
                return
            yield frame

    @contextlib.contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Kill the child if this takes longer; reading from it then ends at once."""
        timer = threading.Timer(seconds, self._time_out)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _time_out(self) -> None:
        self.timed_out = True
        self._process.kill()

    def kill(self) -> int | None:
        """End the child at once; how it ended if it already had, else None."""
        # An answer that stopped short means that the child is ending: give it the time to say how.
        try:
            code: int | None = self._process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            code = None
            self._process.kill()
        self.end()
        return code

    def end(self) -> None:
        """Let the child end: nothing more will be asked."""
        with contextlib.suppress(OSError):
            self._stream(self._process.stdin).close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._stream(self._process.stdout).close()

    @staticmethod
    def _stream(stream: object) -> BinaryIO:
        return cast(BinaryIO, stream)  # both are pipes
