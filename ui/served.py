"""The assistant as the server's pages and routes see it: in turn, counted, and without blocking the event loop."""

from __future__ import annotations

import asyncio
import logging
import queue
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

from assistant.types import Answer, AnswerSentence, CheckReport, Hit
from ui.pool import Call, Job, LocalWorker, Pool, Worker
from ui.protocol import AssistantLike

log = logging.getLogger(__name__)

COMPUTING = 2
"""Answers worked out at a time in this process by the built-in reader, which computes and does not wait."""
CHATTING = 64
"""The same for a chat model, which mostly waits for its server."""
WAITING = 400
"""Questions waiting at most; beyond it a reader is told at once that the server is busy."""
_SLOW = frozenset({"check"})
_END = object()


class Served:
    """An :class:`AssistantLike` that has questions, searches and drafts worked on in turn.

    Everything else is the assistant's own, asked directly.

    Args:
        assistant: What answers.
        workers: What does the work; threads of this process by default.
        waiting: How many may wait.
        on_job: Told of every finished job, with its error or None.
    """

    def __init__(
        self,
        assistant: AssistantLike,
        *,
        workers: Sequence[Worker] = (),
        waiting: int = WAITING,
        on_job: Callable[[Job, BaseException | None], None] = lambda *_: None,
    ) -> None:
        self.direct = assistant
        reader = getattr(getattr(assistant.settings, "reader", None), "model", "extractive")
        local = [LocalWorker(assistant) for _ in range(COMPUTING if reader == "extractive" else CHATTING)]
        self.pool = Pool(workers or local, waiting=waiting, slow=_SLOW, on_job=on_job)
        # What reports its progress through a function cannot be done by another process.
        self._here = self.pool if not workers else Pool(local, waiting=waiting, slow=_SLOW, on_job=on_job)
        self._log_questions = bool(getattr(getattr(assistant.settings, "serve", None), "log_questions", False))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.direct, name)

    # -- for callers in threads of their own ---------------------------------------------------

    def ask(self, question: str, **more: Any) -> Answer:
        answer: Answer = self._wait(self._call("ask", question, **more))
        return answer

    def search(self, question: str, **more: Any) -> list[Hit]:
        hits: list[Hit] = self._wait(self._call("search", question, **more))
        return hits

    def check(self, draft: str, **more: Any) -> CheckReport:
        report: CheckReport = self._wait(Call("check", (draft,), more))
        return report

    def stream(self, question: str, **more: Any) -> Iterator[AnswerSentence | Answer]:
        """Verified sentences, then the answer. Closing the iterator ends the work."""
        results: queue.SimpleQueue[tuple[object, BaseException | None]] = queue.SimpleQueue()
        job = Job(
            self._call("stream", question, **more),
            lambda value: results.put((value, None)),
            lambda error: results.put((_END, error)),
        )
        self.pool.start(job)
        return self._read(job, results)

    def _read(
        self, job: Job, results: queue.SimpleQueue[tuple[object, BaseException | None]]
    ) -> Iterator[AnswerSentence | Answer]:
        try:
            while True:
                value, error = results.get()
                if error is not None:
                    raise error
                if value is _END:
                    return
                yield value  # type: ignore[misc]
        finally:
            job.cancel()

    def _wait(self, call: Call) -> Any:
        results: queue.SimpleQueue[tuple[object, BaseException | None]] = queue.SimpleQueue()
        job = Job(call, lambda value: results.put((value, None)), lambda error: results.put((_END, error)))
        here = any(callable(value) for value in call.more.values())
        (self._here if here else self.pool).start(job)
        value, error = results.get()
        if error is not None:
            raise error
        return value

    # -- for callers on the event loop -----------------------------------------------------------

    async def acall(self, name: str, *arguments: Any, **more: Any) -> Any:
        """One result. When the caller is cancelled, so is the work."""
        events = self._follow(self._call(name, *arguments, **more))
        async for value in events:
            return value
        raise RuntimeError(f"{name} ended without a result")

    def astream(self, question: str, **more: Any) -> AsyncIterator[AnswerSentence | Answer]:
        """Verified sentences, then the answer.

        Raises:
            BusyError: At once, not with the first sentence.
        """
        return self._follow(self._call("stream", question, **more))

    def _follow(self, call: Call) -> AsyncIterator[Any]:
        loop = asyncio.get_running_loop()
        results: asyncio.Queue[tuple[object, BaseException | None]] = asyncio.Queue()

        def put(value: object, error: BaseException | None = None) -> None:
            try:
                loop.call_soon_threadsafe(results.put_nowait, (value, error))
            except RuntimeError:  # the server has stopped
                log.debug("nobody is left to read a result")

        job = Job(call, put, lambda error: put(_END, error))
        self.pool.start(job)

        async def read() -> AsyncIterator[Any]:
            try:
                while True:
                    value, error = await results.get()
                    if error is not None:
                        raise error
                    if value is _END:
                        return
                    yield value
            finally:
                job.cancel()

        return read()

    def _call(self, name: str, *arguments: Any, **more: Any) -> Call:
        if self._log_questions and name in ("ask", "stream", "search"):
            log.info("question %r", arguments[0])
        return Call(name, arguments, more)

    def close(self) -> None:
        """End the workers; the assistant itself is closed by whoever opened it."""
        self.pool.close()
        self._here.close()

    def stop(self) -> None:
        """Take nothing new and tell those who wait; what follows is :meth:`close`."""
        self.pool.stop()
        self._here.stop()
