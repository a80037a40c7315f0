"""Answers worked out in processes of their own, so that every core of the machine answers."""

from __future__ import annotations

import logging
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from assistant.errors import AssistantError
from ui.memory import release
from ui.pool import IDLE_SECONDS, BusyError, Call, LocalWorker

log = logging.getLogger(__name__)

MOST = 4
"""Processes at most by default: each takes some 200 MB."""
STOP_SECONDS = 1.0
"""How long a process may take to end by itself."""
_PROBE = Call("search", ("ready",), {"top_k": 1})
_RESULT, _ERROR, _END = range(3)


def default_workers() -> int:
    """As many as there are cores, within reason; none on a machine with one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST) if cores > 1 else 0


class ProcessWorker:
    """Has calls done by one process, and starts another when that dies.

    The process opens the library for itself and only reads it.

    Args:
        settings: The settings in force.
        opener: Makes the assistant there; a module's function.
    """

    def __init__(self, settings: Any, opener: Callable[[Any], Any]) -> None:
        self._settings = settings
        self._opener = opener
        self._lock = threading.Lock()
        self._process: Any = None
        self._pipe: Connection | None = None
        self._closed = False

    def warm_up(self) -> None:
        """Start the process and have it open the index."""
        try:
            self.run(_PROBE, lambda _: None, lambda: False)
        except AssistantError as exc:
            log.warning("A worker is not ready: %s", exc)

    def run(self, call: Call, emit: Callable[[object], None], cancelled: Callable[[], bool]) -> None:
        with self._lock:
            pipe = self._started()
            try:
                pipe.send(call)
                told = False
                while True:
                    kind, value = pipe.recv()
                    if kind == _END:
                        return
                    if kind == _ERROR:
                        raise value
                    if not cancelled():
                        emit(value)
                    elif not told:
                        told = True
                        pipe.send(None)  # an answer's next step is its last
            except (EOFError, OSError) as exc:
                self._end()
                log.error("A process that answers has died; another is started.")
                raise BusyError("The work on this was lost. Ask again.") from exc

    def close(self) -> None:
        self._closed = True
        self._end()

    def _started(self) -> Connection:
        if self._closed:
            raise BusyError("The server is stopping. Try again in a moment.")
        if self._pipe is None:
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(
                target=_answer, args=(theirs, self._settings, self._opener), name="answers", daemon=True
            )
            self._process.start()
            theirs.close()
        return self._pipe

    def _end(self) -> None:
        pipe, process = self._pipe, self._process
        self._pipe = self._process = None
        if pipe is not None:
            pipe.close()  # the process ends by itself when nobody is left at the other end
        if process is not None:
            for end in (process.terminate, process.kill):
                process.join(STOP_SECONDS)
                if process.is_alive():
                    end()
            process.join(STOP_SECONDS)


def open_assistant(settings: Any) -> Any:
    """The assistant of a worker process."""
    from assistant.api import Assistant

    return Assistant.open(settings)


def _answer(pipe: Connection, settings: Any, opener: Callable[[Any], Any]) -> None:
    """What the process does: one call after another until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server stops in order, and then we do
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    assistant: Any = None
    while True:
        try:
            if assistant is not None and not pipe.poll(IDLE_SECONDS):
                release()
            call = pipe.recv()
        except (EOFError, OSError):
            return
        if call is None:  # for a call that has ended meanwhile
            continue
        try:
            try:
                if assistant is None:
                    assistant = opener(settings)
                LocalWorker(assistant).run(call, lambda value: pipe.send((_RESULT, value)), pipe.poll)
                pipe.send((_END, None))
            except (EOFError, OSError):
                return
            except Exception as exc:
                if not isinstance(exc, AssistantError):
                    log.exception("a worker failed")
                pipe.send((_ERROR, _portable(exc)))
        except OSError:
            return


def _portable(error: Exception) -> Exception:
    """The error, or the nearest kind of it that survives the way to another process."""
    try:
        if type(pickle.loads(pickle.dumps(error))) is type(error):
            return error
    except Exception:
        log.debug("%s cannot be sent as it is", type(error).__name__)
    for kind in type(error).__mro__:
        if issubclass(kind, AssistantError):
            try:
                return pickle.loads(pickle.dumps(kind(str(error))))  # type: ignore[no-any-return]
            except Exception:
                continue
    return RuntimeError(str(error))
