"""What goes wrong with chat models, told in one way whichever client raised it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from assistant.errors import ModelUnavailableError

_RETRYABLE = frozenset({"busy", "server", "unreachable"})
_PAUSES = {"unreachable": 20.0, "denied": 60.0, "busy": 15.0, "server": 10.0, "missing": 60.0, "setup": 60.0}
"""Seconds for which a model that failed so is not asked again."""


class ChatModelError(ModelUnavailableError):
    """A chat model gave no usable reply.

    ``kind`` is timeout, unreachable, denied (401, 403), missing (404), busy (429), server (5xx),
    rejected (other 4xx), cut, length, garbage, empty, endless or setup.
    """

    def __init__(self, kind: str, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.retry_after = retry_after

    @property
    def retryable(self) -> bool:  # type: ignore[override]
        return self.kind in _RETRYABLE

    @property
    def pause_seconds(self) -> float:
        """How long the model is left alone after this."""
        pause = _PAUSES.get(self.kind, 0.0)
        return max(pause, min(self.retry_after or 0.0, 600.0)) if pause else 0.0


def failure_of(exc: BaseException, name: str, redact: Callable[[str], str], *, started: bool) -> ChatModelError:
    """Tell what an exception of any client means.

    Clients differ in their classes but share two things: an HTTP status on the exception or on what
    caused it, and the names of the transport errors. A message is never passed on: it may quote the
    request or the key. Only a class name is.
    """
    if isinstance(exc, ChatModelError):
        return exc
    chain = list(_causes(exc))
    names = {kind.__name__ for item in chain for kind in type(item).__mro__}
    label = redact(type(exc).__name__)
    status = next((code for item in chain if (code := _status(item)) is not None), None)
    if status is not None and status >= 400:
        retry = next((value for item in chain if (value := _retry_after(item)) is not None), None)
        kind = {401: "denied", 403: "denied", 404: "missing", 408: "timeout", 429: "busy"}.get(
            status, "server" if status >= 500 else "rejected"
        )
        return ChatModelError(kind, f"The server of {name} answered with HTTP status {status}.", retry_after=retry)
    if any("Timeout" in item for item in names):
        return ChatModelError("timeout", f"{name} did not answer in time ({label}).")
    if names & {"RemoteProtocolError", "IncompleteRead", "ReadError", "ChunkedEncodingError", "ResponseStreamingError"}:
        return ChatModelError("cut", f"The reply of {name} broke off ({label}).")
    if started and names & {"APIConnectionError", "ConnectionError", "ConnectError"}:
        return ChatModelError("cut", f"The connection to {name} broke off ({label}).")
    if names & {
        "ConnectError", "ConnectionError", "ConnectionRefusedError", "gaierror", "EndpointConnectionError",
        "APIConnectionError", "NetworkError", "ProxyError", "InvalidURL", "UnsupportedProtocol",
    }:  # fmt: skip
        return ChatModelError(
            "unreachable", f"{name} cannot be reached ({label}). Check `reader.base_url` and the server."
        )
    if names & {"NoCredentialsError", "PartialCredentialsError", "AuthenticationError"}:
        return ChatModelError("denied", f"{name} has no usable credentials ({label}).")
    if names & {"ConfigError", "ImportError"}:
        return ChatModelError("setup", f"{name} cannot be set up: {redact(str(exc))}")
    if "No generation chunks" in str(exc):
        return ChatModelError("empty", f"{name} replied without a word.")
    return ChatModelError("garbage", f"The reply of {name} cannot be read ({label}).")


def _causes(exc: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while exc is not None and id(exc) not in seen:
        seen.add(id(exc))
        yield exc
        exc = exc.__cause__ or exc.__context__


def _status(exc: BaseException) -> int | None:
    for holder in (exc, getattr(exc, "response", None)):
        code = getattr(holder, "status_code", None)
        if isinstance(code, int) and 100 <= code < 600:
            return code
        if isinstance(holder, dict):  # botocore
            code = holder.get("ResponseMetadata", {}).get("HTTPStatusCode")
            if isinstance(code, int):
                return code
    return None


def _retry_after(exc: BaseException) -> float | None:
    """Seconds the server asks to wait: a number or an HTTP date."""
    headers: Any = getattr(getattr(exc, "response", None), "headers", None)
    written = headers.get("retry-after") if headers is not None and hasattr(headers, "get") else None
    if not written:
        return None
    try:
        return max(0.0, float(written))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(written) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
