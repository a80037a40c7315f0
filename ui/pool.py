"""A few jobs at a time, in order of arrival; too many are sent away at once.

Answering computes, so a hundred answers begun together would all be ready last. Two or four at a time are
ready one after another, each as fast as if it were alone, and nobody waits longer than the last did before.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from assistant.errors import AssistantError
from ui.memory import release
from ui.protocol import AssistantLike

log = logging.getLogger(__name__)

IDLE_SECONDS = 5.0
"""After so long without work, memory is given back."""


class BusyError(AssistantError):
    """Too many are waiting, or the server is stopping. Asking again a little later will do."""


@dataclass(frozen=True, slots=True)
class Call:
    """A method of the assistant with its arguments; ``stream`` gives several results, the others one."""

    name: str
    arguments: tuple[Any, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)


class Worker(Protocol):
    """Does one call at a time."""

    def run(self, call: Call, emit: Callable[[object], None], cancelled: Callable[[], bool]) -> None:
        """Do it, handing each result to ``emit``; ends early, without a result, when it is cancelled."""

    def close(self) -> None: ...


class LocalWorker:
    """Answers in this process."""

    def __init__(self, assistant: AssistantLike) -> None:
        self._assistant = assistant

    def run(self, call: Call, emit: Callable[[object], None], cancelled: Callable[[], bool]) -> None:
        found = getattr(self._assistant, call.name)(*call.arguments, **call.more)
        if call.name != "stream":
            emit(found)
            return
        with closing(cast("Any", found)) as events:  # a cancelled answer is not worked out to its end
            for event in events:
                if cancelled():
                    return
                emit(event)

    def close(self) -> None:
        pass


class Job:
    """One call, waiting or being worked on.

    ``on_result`` is called from a worker's thread with each result, and ``on_end`` once, with the error
    or None. Times are of ``time.monotonic()``.
    """

    def __init__(
        self, call: Call, on_result: Callable[[object], None], on_end: Callable[[BaseException | None], None]
    ) -> None:
        self.call = call
        self._on_result = on_result
        self._on_end = on_end
        self._lock = threading.Lock()
        self._ended = False
        self.cancelled = False
        self.arrived = time.monotonic()
        self.first: float | None = None
        self.last: object = None

    def cancel(self) -> None:
        """Nobody waits for it any more: it is not begun, or ends at its next step."""
        self.cancelled = True

    def result(self, value: object) -> None:
        if self.first is None:
            self.first = time.monotonic()
        self.last = value
        self._on_result(value)

    def end(self, error: BaseException | None) -> None:
        with self._lock:
            ended, self._ended = self._ended, True
        if not ended:
            self._on_end(error)


class Pool:
    """Worker threads and the jobs that wait for them.

    Args:
        workers: One thread each.
        waiting: Jobs that wait at most.
        slow: Names of calls that may take all but one of the workers, so that others go on beside them.
        on_job: Told of every job that has been worked on, with its error or None.
        on_idle: Called once when nothing has come for a while.
    """

    def __init__(
        self,
        workers: Sequence[Worker],
        *,
        waiting: int,
        slow: frozenset[str] = frozenset(),
        on_job: Callable[[Job, BaseException | None], None] = lambda *_: None,
        on_idle: Callable[[], None] = release,
    ) -> None:
        self._on_idle = on_idle
        self._busy_since_idle = False
        self._workers = list(workers)
        self._most_waiting = waiting
        self._slow = slow
        self._slow_at_once = max(1, len(self._workers) - 1)
        self._on_job = on_job
        self._changed = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._under_way: set[Job] = set()
        self._threads: list[threading.Thread] = []
        self._stopped = False

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def start(self, job: Job) -> None:
        """Have it done when its turn comes.

        Raises:
            BusyError: Too many are waiting, or the server is stopping.
        """
        with self._changed:
            if self._stopped:
                raise BusyError("The server is stopping. Try again in a moment.")
            if len(self._waiting) >= self._most_waiting:
                raise BusyError("Too many are waiting for an answer. Try again in a few seconds.")
            self._waiting.append(job)
            if len(self._threads) < len(self._workers):
                worker = self._workers[len(self._threads)]
                name = f"answers-{len(self._threads)}"
                thread = threading.Thread(target=self._work, args=(worker,), name=name, daemon=True)
                self._threads.append(thread)
                thread.start()
            self._changed.notify()

    def stop(self) -> None:
        """Take no more. Whoever waits is told so, and what is under way ends at its next step."""
        with self._changed:
            self._stopped = True
            left = [*self._waiting, *self._under_way]
            self._waiting.clear()
            self._changed.notify_all()
        for job in left:
            job.cancel()
            job.end(BusyError("The server is stopping. Ask again in a moment."))

    def close(self) -> None:
        """Stop, and end the workers."""
        self.stop()
        for worker in self._workers:
            worker.close()

    def _next(self) -> Job | None:
        """The job that came first of those that may be begun; None when the pool has stopped."""
        with self._changed:
            while not self._stopped:
                slow = sum(job.call.name in self._slow for job in self._under_way)
                for job in self._waiting:
                    if job.call.name not in self._slow or slow < self._slow_at_once:
                        self._waiting.remove(job)
                        self._under_way.add(job)
                        self._busy_since_idle = True
                        return job
                if not self._changed.wait(IDLE_SECONDS) and self._busy_since_idle and not self._under_way:
                    self._busy_since_idle = False
                    self._on_idle()
        return None

    def _work(self, worker: Worker) -> None:
        while (job := self._next()) is not None:
            error: BaseException | None = None
            try:
                if not job.cancelled:
                    worker.run(job.call, job.result, lambda job=job: job.cancelled)  # type: ignore[misc]
            except Exception as exc:
                error = exc
            finally:
                with self._changed:
                    self._under_way.discard(job)
                    self._changed.notify()
            try:
                self._on_job(job, error)
            except Exception:
                log.exception("a finished job could not be counted")
            job.end(error)
