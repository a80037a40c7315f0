"""Answers under way: worked on in threads of their own, followed by any number of pages.

An answer does not depend on the connection that asked for it: when that drops, the work goes on, the
page comes back and is told what it missed. Only stop ends the work.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor

from ui.chat import Turn
from ui.pool import BusyError

log = logging.getLogger(__name__)

THREADS = 64
"""Answers followed at once. How many are worked out at once is for ``ui.served`` to say; the others wait there."""
WAITING_MAX = 400
"""Questions waiting at most; beyond it a reader is told at once that the desk is busy."""
VIEWER_MAX = 8
"""Questions of one viewer at once."""
KEPT_SECONDS = 60.0
"""How long what an answer published is kept after its end, for a page that lost its connection."""
PING_SECONDS = 15.0


class Run:
    """One answer under way: what has been published of it, and whether it is to stop.

    Args:
        user: Who asked.
        conversation: The conversation it belongs to.
        turn: The turn as it stands; whoever works on it keeps it up to date.
    """

    def __init__(self, user: str, conversation: str, turn: Turn) -> None:
        self.user = user
        self.conversation = conversation
        self.turn = turn
        self._lock = threading.Lock()
        self._events: list[tuple[str, dict[str, object]]] = []
        self._claimed = False
        self._ended = False
        self._stopped = False
        self._followers: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self.ended_at: float | None = None

    @property
    def stopped(self) -> bool:
        return self._stopped

    @property
    def ended(self) -> bool:
        return self._ended

    def stop(self) -> None:
        """Have the work end at its next step."""
        self._stopped = True

    def claim(self) -> bool:
        """Whether the caller is the one to end it: only one of those who finish, stop and replace it is."""
        with self._lock:
            first, self._claimed = not self._claimed, True
        return first

    def publish(self, name: str, data: dict[str, object], *, last: bool = False) -> None:
        """Tell everybody who follows. Nothing comes after the last."""
        with self._lock:
            if self._ended:
                return
            self._events.append((name, data))
            if last:
                self._ended, self.ended_at = True, time.monotonic()
            followers = list(self._followers)
        for loop, changed in followers:
            try:
                loop.call_soon_threadsafe(changed.set)
            except RuntimeError:  # the server is stopping
                continue

    async def follow(self, after: int = 0) -> AsyncIterator[str]:
        """Server-sent events from number ``after`` on, until the answer has ended."""
        changed = asyncio.Event()
        follower = (asyncio.get_running_loop(), changed)
        with self._lock:
            self._followers.add(follower)
        try:
            position = max(after, 0)
            while True:
                with self._lock:
                    changed.clear()
                    fresh, ended = self._events[position:], self._ended
                for name, data in fresh:
                    position += 1
                    yield f"id: {position}\nevent: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
                if ended:
                    return
                try:
                    await asyncio.wait_for(changed.wait(), PING_SECONDS)
                except TimeoutError:
                    yield ": still there\n\n"  # keeps proxies from closing the connection
        finally:
            with self._lock:
                self._followers.discard(follower)


class Runs:
    """All answers under way.

    Args:
        workers: How many are worked on at once.
    """

    def __init__(self, workers: int) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="answer")
        self._lock = threading.Lock()
        self._runs: dict[tuple[str, int], Run] = {}
        self._under_way: Counter[str] = Counter()

    def close(self) -> None:
        """Stop all of them; what is being computed at the moment is not waited for."""
        with self._lock:
            runs = list(self._runs.values())
        for run in runs:
            run.stop()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def check_room(self, user: str) -> None:
        """Whether another question of this viewer can be taken.

        Raises:
            BusyError: It cannot.
        """
        with self._lock:
            if self._under_way.total() >= WAITING_MAX or self._under_way[user] >= VIEWER_MAX:
                raise BusyError("Too many questions are waiting. Try again in a few seconds.")

    def start(self, run: Run, work: Callable[[Run], None]) -> None:
        """Have ``work`` done in a thread. An earlier run of the same turn is stopped."""
        key = (run.conversation, run.turn.number)
        with self._lock:
            self._forget_old()
            before = self._runs.get(key)
            self._runs[key] = run
            self._under_way[run.user] += 1
        if before is not None and before.claim():
            before.stop()
            before.publish("replaced", {}, last=True)
        try:
            self._pool.submit(self._work, run, work)
        except RuntimeError as exc:
            self._done(run)
            raise BusyError("The server is stopping. Try again in a moment.") from exc

    def find(self, user: str, conversation: str, number: int) -> Run | None:
        """The run of a turn, if it is this user's."""
        with self._lock:
            run = self._runs.get((conversation, number))
        return run if run is not None and run.user == user else None

    def of(self, conversation: str, number: int) -> Run | None:
        """The run of a turn, whoever asked: for callers that have checked whose conversation it is."""
        with self._lock:
            return self._runs.get((conversation, number))

    def _work(self, run: Run, work: Callable[[Run], None]) -> None:
        try:
            work(run)
        except Exception:
            log.exception("an answer failed")
        finally:
            self._done(run)

    def _done(self, run: Run) -> None:
        with self._lock:
            self._under_way[run.user] -= 1
            if self._under_way[run.user] <= 0:
                del self._under_way[run.user]

    def _forget_old(self) -> None:
        now = time.monotonic()
        for key in [
            key for key, run in self._runs.items() if run.ended_at is not None and now - run.ended_at > KEPT_SECONDS
        ]:
            del self._runs[key]
