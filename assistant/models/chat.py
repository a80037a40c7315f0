"""Chat models by "provider:name" through LangChain, with every way they fail made one error.

LangChain is imported when the first question is asked, never before. A model runs on an event loop of
its own, so that a reply can be cut off at any moment: a server that keeps a connection open without a
word would otherwise hold its thread for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import queue
import threading
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.errors import ConfigError
from assistant.models.chat_errors import ChatModelError, failure_of
from assistant.models.chat_providers import ChatRequest, create_model
from assistant.models.tracing import traced
from assistant.text.untrusted import Redactor

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_LOGGER = logging.getLogger(__name__)
_CHARS_PER_TOKEN = 12
"""More characters than this for a token wanted are an endless reply, whatever the server counts."""
_LONGEST_WAIT = 10.0
_SECRET_NAMES = ("KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL")


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one reply; estimated from characters where the server does not count."""

    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(slots=True)
class _Reply:
    """One reply under way: what has come, and how it ended."""

    pieces: queue.SimpleQueue[str | ChatModelError | None]
    chars: int = 0
    usage: Usage | None = None
    finish: str = ""


class ChatModel:
    """One chat model. Safe to share between threads; opened with the first question.

    Args:
        request: Provider, name and limits.
        retries: How often a call is repeated that failed before its first word.
        tracing: ``off``, ``langsmith`` or ``opentelemetry``.
    """

    def __init__(self, request: ChatRequest, *, retries: int = 1, tracing: str = "off") -> None:
        self.name = request.model
        self.redact = Redactor([*_secrets_of_environment(), *request.secrets])
        self._request = request
        self._retries = retries
        self._tracing = tracing
        self._model: BaseChatModel | None = None
        self._lock = threading.Lock()

    def stream(
        self, messages: Sequence[tuple[str, str]], *, timeout_seconds: float, max_tokens: int, usage: list[Usage]
    ) -> Iterator[str]:
        """The reply as it comes, in pieces of any length.

        Args:
            messages: ``(role, text)``; roles are system and human.
            timeout_seconds: For the whole reply.
            max_tokens: Output tokens wanted at most.
            usage: Gets the tokens used, one entry, when the reply has ended in whatever way.

        Raises:
            ChatModelError: It failed; pieces that came before stay valid text of an unfinished reply.
        """
        deadline = time.monotonic() + timeout_seconds
        reply = _Reply(queue.SimpleQueue())
        running = asyncio.run_coroutine_threadsafe(self._run(messages, reply, deadline, max_tokens), _loop())
        try:
            while True:
                try:
                    piece = reply.pieces.get(timeout=max(0.0, deadline - time.monotonic()))
                except queue.Empty:
                    raise ChatModelError("timeout", f"{self.name} took longer than {timeout_seconds:g} s.") from None
                if piece is None:
                    return
                if isinstance(piece, ChatModelError):
                    raise piece
                yield piece
        finally:
            running.cancel()
            with contextlib.suppress(CancelledError, TimeoutError):
                running.exception(timeout=1.0)
            usage.append(reply.usage or _estimate(messages, reply.chars))

    def warm(self) -> None:
        """Begin to import the client, which takes seconds, while passages are being found."""
        _loop().call_soon_threadsafe(lambda: asyncio.ensure_future(self._warm()))

    async def _warm(self) -> None:
        with contextlib.suppress(ConfigError):  # told when a question needs it
            await asyncio.to_thread(self._opened)

    async def _run(self, messages: Sequence[tuple[str, str]], reply: _Reply, deadline: float, max_tokens: int) -> None:
        attempt = 0
        while True:
            try:
                async with contextlib.aclosing(self._pieces(messages, reply, max_tokens)) as pieces:
                    async for piece in pieces:
                        reply.chars += len(piece)
                        if reply.chars > max_tokens * _CHARS_PER_TOKEN:
                            raise ChatModelError("endless", f"{self.name} did not stop after {reply.chars} characters.")
                        reply.pieces.put(piece)
                if not reply.chars:
                    raise ChatModelError("empty", f"{self.name} replied without a word.")
                if not reply.finish:
                    raise ChatModelError("cut", f"The reply of {self.name} broke off.")
                if reply.finish in ("length", "max_tokens"):
                    raise ChatModelError("length", f"The reply of {self.name} was longer than {max_tokens} tokens.")
                reply.pieces.put(None)
                return
            except Exception as exc:  # providers raise what they like; see failure_of
                failure = failure_of(exc, self.name, self.redact, started=reply.chars > 0)
                wait = min(failure.retry_after if failure.retry_after is not None else 0.3 * 2**attempt, 3600.0)
                left = deadline - time.monotonic()
                again = failure.retryable and not reply.chars and attempt < self._retries
                if not again or wait > min(_LONGEST_WAIT, left / 2):
                    _LOGGER.warning("chat model %s failed: %s", self.name, failure)
                    reply.pieces.put(failure)
                    return
                attempt += 1
                await asyncio.sleep(wait)

    async def _pieces(
        self, messages: Sequence[tuple[str, str]], reply: _Reply, max_tokens: int
    ) -> AsyncGenerator[str, None]:
        model = await asyncio.to_thread(self._opened)  # importing LangChain must not hold the loop
        with traced(self._tracing, self.name) as span:
            async with contextlib.aclosing(
                model.astream(list(messages), **self._request.per_call(max_tokens))
            ) as chunks:  # type: ignore[type-var]
                async for chunk in chunks:
                    counted = getattr(chunk, "usage_metadata", None)
                    if counted:
                        before = reply.usage or Usage()
                        reply.usage = Usage(
                            before.input_tokens + int(counted.get("input_tokens") or 0),
                            before.output_tokens + int(counted.get("output_tokens") or 0),
                        )
                    reply.finish = _finish(chunk) or reply.finish
                    text = _text(chunk.content)
                    if text:
                        yield text
            span.tokens(reply.usage.input_tokens if reply.usage else 0, reply.usage.output_tokens if reply.usage else 0)

    def _opened(self) -> BaseChatModel:
        with self._lock:
            if self._model is None:
                self._model = create_model(self._request)
            return self._model


def _text(content: Any) -> str:
    """The words of a chunk; reasoning and other blocks are nobody's answer."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(
            item if isinstance(item, str) else str(item.get("text", ""))
            for item in content
            if isinstance(item, str) or (isinstance(item, dict) and item.get("type") in ("text", None))
        )
    return ""


def _finish(chunk: Any) -> str:
    """Why the reply ended, in the provider's word: stop, length, end_turn, …; empty before the end."""
    metadata = getattr(chunk, "response_metadata", None) or {}
    for key in ("finish_reason", "done_reason", "stop_reason", "stopReason"):
        if metadata.get(key):
            return str(metadata[key])
    return "stop" if metadata.get("done") is True else ""


def _estimate(messages: Sequence[tuple[str, str]], chars: int) -> Usage:
    return Usage(sum(estimate_tokens(text) for _, text in messages), chars)


def estimate_tokens(text: str) -> int:
    """Tokens of a text, guessed on the high side: one for a Japanese character, one for three others."""
    wide = sum(ord(char) > 0x2E7F for char in text)
    return wide + (len(text) - wide) // 3 + 1


def _secrets_of_environment() -> list[str]:
    return [
        value
        for name, value in os.environ.items()
        if len(value) >= 8 and any(part in name.upper() for part in _SECRET_NAMES)
    ]


_LOOPS: dict[int, asyncio.AbstractEventLoop] = {}
_LOOPS_LOCK = threading.Lock()


def _loop() -> asyncio.AbstractEventLoop:
    """The event loop of this process's chat models, on a daemon thread: clients keep connections per loop."""
    with _LOOPS_LOCK:
        loop = _LOOPS.get(os.getpid())
        if loop is None or loop.is_closed():
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="chat-models", daemon=True).start()
            _LOOPS[os.getpid()] = loop
        return loop
