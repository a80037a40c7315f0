"""How often one viewer may ask for what takes work."""

from __future__ import annotations

import math
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from ui.guard import send_error
from ui.signin import address_of

_COSTLY = re.compile(
    r"/api/v1/(?:ask|search|check|compare|verify)|/ui/(?:ask|check|compare)|/ui/conversations/[^/]+/\d+/retry"
)
_KEPT = 50_000
ADDRESS_FACTOR = 10
"""What an address may, as a multiple of a viewer: an office shares one, and a visitor's cookie can be thrown away."""


class Rate:
    """A bucket of tokens for each name: so many at once, refilled over a minute.

    Args:
        per_minute: Tokens a minute.
        now: The clock, in seconds.
    """

    def __init__(self, per_minute: float, *, now: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_minute / 60
        self._most = per_minute
        self._now = now
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> int:
        """0 when there was a token left, else the seconds until there is one."""
        now = self._now()
        with self._lock:
            tokens, then = self._buckets.pop(name, (self._most, now))
            tokens = min(self._most, tokens + (now - then) * self._per_second)
            enough = tokens >= 1
            self._buckets[name] = (tokens - 1 if enough else tokens, now)
            while len(self._buckets) > _KEPT:
                self._buckets.popitem(last=False)
        return 0 if enough else max(1, math.ceil((1 - tokens) / self._per_second))


class RateLimit:
    """ASGI middleware, inside the one that says who the viewer is.

    Args:
        app: What is behind it.
        per_minute: Costly requests of one viewer a minute.
        on_limited: Called when one is refused.
    """

    def __init__(self, app: ASGIApp, *, per_minute: float, on_limited: Callable[[], None] = lambda: None) -> None:
        self._app = app
        self._viewers = Rate(per_minute)
        self._addresses = Rate(per_minute * ADDRESS_FACTOR)
        self._on_limited = on_limited

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _COSTLY.fullmatch(scope["path"]):
            viewer = scope["state"]["viewer"]
            seconds = self._viewers.take(viewer.user) or self._addresses.take(address_of(scope))
            if seconds:
                self._on_limited()
                message = f"That was too much at once. Try again in {seconds} s."
                await send_error(send, 429, "TooManyRequests", message, seconds)
                return
        await self._app(scope, receive, send)
