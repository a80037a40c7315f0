"""A few jobs at a time, in order; sent away, cancelled, stopped; in this process and in others."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest

from assistant.errors import AssistantError, IndexStaleError, IndexStoreError
from assistant.types import Answer
from tests.fakes import FakeAssistant, trainium_assistant
from ui.pool import BusyError, Call, Job, Pool
from ui.served import COMPUTING, Served
from ui.workers import ProcessWorker

QUESTION = "Trainium3のメモリ容量は？"
WAIT = 30
T = TypeVar("T")


class Gated:
    """A worker that does nothing until it is let."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.done: list[str] = []
        self.at_once = 0
        self.most_at_once = 0
        self._lock = threading.Lock()

    def run(self, call: Call, emit: Callable[[object], None], cancelled: Callable[[], bool]) -> None:
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        assert self.go.wait(WAIT)
        with self._lock:
            self.at_once -= 1
            self.done.append(call.arguments[0])
        emit(call.arguments[0])

    def close(self) -> None:
        pass


class Ends:
    """Collects how jobs ended."""

    def __init__(self) -> None:
        self.errors: dict[str, BaseException | None] = {}
        self._changed = threading.Condition()

    def job(self, name: str, kind: str = "ask") -> Job:
        def end(error: BaseException | None) -> None:
            with self._changed:
                self.errors[name] = error
                self._changed.notify_all()

        return Job(Call(kind, (name,)), lambda _: None, end)

    def wait(self, number: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.errors) >= number, WAIT)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_in_order_of_arrival() -> None:
    worker, ends = Gated(), Ends()
    pool = Pool([worker], waiting=50)
    names = [f"{number:02}" for number in range(20)]
    for name in names:
        pool.start(ends.job(name))
    worker.go.set()
    ends.wait(20)
    assert worker.done == names
    assert set(ends.errors.values()) == {None}


def test_never_more_at_once_than_there_are_workers() -> None:
    worker, ends = Gated(), Ends()
    pool = Pool([worker] * 3, waiting=50)
    for number in range(20):
        pool.start(ends.job(str(number)))
    until(lambda: pool.waiting == 17)
    worker.go.set()
    ends.wait(20)
    assert worker.most_at_once == 3


def test_too_many_are_sent_away_at_once() -> None:
    worker, ends = Gated(), Ends()
    pool = Pool([worker], waiting=2)
    pool.start(ends.job("working"))
    until(lambda: pool.waiting == 0)
    for name in ("first", "second"):
        pool.start(ends.job(name))
    with pytest.raises(BusyError, match="Too many are waiting"):
        pool.start(ends.job("third"))
    worker.go.set()
    ends.wait(3)


def test_long_work_leaves_a_worker_to_others() -> None:
    slow, ends = Gated(), Ends()
    pool = Pool([slow, slow], waiting=10, slow=frozenset({"check"}))
    for name in ("draft 1", "draft 2"):
        pool.start(ends.job(name, "check"))
    until(lambda: slow.at_once == 1)
    pool.start(ends.job("question"))
    until(lambda: slow.at_once == 2)
    assert pool.waiting == 1, "the second draft waits, the question does not"
    slow.go.set()
    ends.wait(3)


def test_what_is_cancelled_while_it_waits_is_not_begun() -> None:
    worker, ends = Gated(), Ends()
    pool = Pool([worker], waiting=10)
    pool.start(ends.job("working"))
    until(lambda: worker.at_once == 1)
    cancelled = ends.job("cancelled")
    pool.start(cancelled)
    cancelled.cancel()
    worker.go.set()
    ends.wait(2)
    assert worker.done == ["working"]


def test_stopping_tells_everybody() -> None:
    worker, ends = Gated(), Ends()
    pool = Pool([worker], waiting=10)
    for name in ("working", "waiting"):
        pool.start(ends.job(name))
    pool.stop()
    ends.wait(2)
    assert {type(error) for error in ends.errors.values()} == {BusyError}
    with pytest.raises(BusyError, match="stopping"):
        pool.start(ends.job("late"))
    worker.go.set()


def test_a_worker_survives_what_goes_wrong() -> None:
    served = Served(FakeAssistant(answers={"x": RuntimeError("broken"), "y": AssistantError("told")}))
    for _ in range(COMPUTING + 1):
        with pytest.raises(RuntimeError, match="broken"):
            served.ask("x")
        with pytest.raises(AssistantError, match="told"):
            list(served.stream("y"))
    assert isinstance(served.ask("z"), Answer)
    served.close()


def test_memory_is_given_back_once_when_nothing_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.pool.IDLE_SECONDS", 0.01)
    given: list[int] = []
    worker, ends = Gated(), Ends()
    worker.go.set()
    pool = Pool([worker], waiting=10, on_idle=lambda: given.append(1))
    for number in (1, 2):
        pool.start(ends.job(str(number)))
        ends.wait(number)
        until(lambda number=number: len(given) == number)  # type: ignore[misc]
    time.sleep(0.1)
    assert len(given) == 2
    pool.close()


# -- as the pages see it -------------------------------------------------------------------------


def on_a_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run to its end on an event loop of another thread: the browser tests leave theirs running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def test_the_same_results_in_turn() -> None:
    plain = trainium_assistant()
    served = Served(trainium_assistant())
    assert served.ask(QUESTION) == plain.ask(QUESTION)
    assert list(served.stream(QUESTION)) == list(plain.stream(QUESTION))
    assert served.search("144GB", top_k=1) == plain.search("144GB", top_k=1)
    draft = next(iter(plain.reports))
    assert served.check(draft) == plain.check(draft)
    assert served.sources() == plain.sources()

    async def on_the_loop() -> tuple[Any, list[Any]]:
        return await served.acall("ask", QUESTION), [item async for item in served.astream(QUESTION)]

    assert on_a_loop(on_the_loop()) == (plain.ask(QUESTION), list(plain.stream(QUESTION)))
    served.close()


class Endless(FakeAssistant):
    """Never stops of itself."""

    closed_at = 0

    def stream(self, question: str, **more: Any) -> Iterator[Any]:
        sentence = trainium_assistant().ask(QUESTION).sentences[0]
        try:
            while True:
                time.sleep(0.005)
                yield sentence
        finally:
            self.closed_at += 1


def test_work_ends_when_nobody_reads_on() -> None:
    assistant = Endless()
    served = Served(assistant)
    events = served.stream("x")
    next(events)
    events.close()  # type: ignore[attr-defined]
    until(lambda: assistant.closed_at == 1)

    async def leave() -> None:
        async for _ in (events := served.astream("x")):
            break
        await events.aclose()  # type: ignore[attr-defined]

    on_a_loop(leave())
    until(lambda: assistant.closed_at == 2)
    served.close()


@pytest.mark.parametrize("wanted", [True, False])
def test_questions_are_logged_only_when_that_is_wanted(wanted: bool, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    assistant = trainium_assistant()
    assistant.settings.serve.log_questions = wanted
    served = Served(assistant)
    served.ask(QUESTION)
    list(served.stream(QUESTION))
    told = [record.getMessage() for record in caplog.records if QUESTION in record.getMessage()]
    assert told == ([f"question {QUESTION!r}"] * 2 if wanted else [])
    served.close()


# -- in other processes --------------------------------------------------------------------------


class _Other(FakeAssistant):
    """What the process has: tells which one it is, dies, fails and never ends on demand."""

    def ask(self, question: str, **more: Any) -> Any:
        if question == "pid":
            return os.getpid()
        if question == "die":
            os._exit(3)
        if question == "stale":
            raise IndexStaleError("built otherwise", found="a", wanted="b")
        if question == "broken":
            raise RuntimeError("broken")
        return super().ask(question, **more)

    def stream(self, question: str, **more: Any) -> Iterator[Any]:
        yield from Endless().stream(question) if question == "endless" else super().stream(question, **more)


def other_process(_: Any) -> _Other:
    base = trainium_assistant()
    return _Other(articles=base.articles, answers=base.answers, reports=base.reports)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Served]:
    served = Served(trainium_assistant(), workers=[ProcessWorker(SimpleNamespace(), other_process)])
    yield served
    served.close()


def test_another_process_answers_alike(elsewhere: Served) -> None:
    assert elsewhere.ask("pid") not in (os.getpid(), None)
    plain = trainium_assistant()
    assert elsewhere.ask(QUESTION) == plain.ask(QUESTION)
    assert list(elsewhere.stream(QUESTION)) == list(plain.stream(QUESTION))


def test_errors_come_over_and_the_process_goes_on(elsewhere: Served) -> None:
    before = elsewhere.ask("pid")
    with pytest.raises(RuntimeError, match="broken"):
        elsewhere.ask("broken")
    with pytest.raises(IndexStoreError, match="built otherwise"):
        elsewhere.ask("stale")
    assert elsewhere.ask("pid") == before


def test_a_process_that_dies_is_replaced(elsewhere: Served) -> None:
    before = elsewhere.ask("pid")
    with pytest.raises(BusyError, match="Ask again"):
        elsewhere.ask("die")
    assert elsewhere.ask("pid") != before


def test_a_cancelled_answer_frees_the_process(elsewhere: Served) -> None:
    events = elsewhere.stream("endless")
    next(events)
    events.close()  # type: ignore[attr-defined]
    assert isinstance(elsewhere.ask(QUESTION), Answer)


def test_progress_is_reported_by_this_process(elsewhere: Served) -> None:
    seen: list[object] = []

    def check(draft: str, *, on_claim: Callable[[int, int], None]) -> str:
        on_claim(1, 1)
        return f"{draft} {os.getpid()}"

    elsewhere.direct.check = check  # type: ignore[method-assign,assignment]
    assert elsewhere.check("x", on_claim=lambda *place: seen.append(place)) == f"x {os.getpid()}"
    assert seen == [(1, 1)]


def test_no_process_is_left(elsewhere: Served) -> None:
    pid = int(elsewhere.ask("pid"))  # type: ignore[call-overload]
    elsewhere.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(BusyError):
        elsewhere.ask(QUESTION)
