"""Fetches one document from the web, with everything that could go wrong bounded.

The name is resolved once, every address it has must be public, and the connection goes to one of these very
addresses: there is no second look-up for a name server to answer differently. No cookies, no credentials, no
proxies of the environment; one clock for redirects, handshake, headers and body.
"""

from __future__ import annotations

import contextlib
import http.client
import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin

from assistant.ingest.source import UnreadableSource
from assistant.ingest.web.address import is_public
from assistant.ingest.web.target import Target, target_of

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PIECE_BYTES = 64 * 1024
_AGENT = "article-assistant (reads single documents on request)"
_ACCEPT = (
    "text/html,application/xhtml+xml,application/pdf,application/rss+xml,application/atom+xml,text/plain,text/markdown,"
    "text/csv,*/*;q=0.1"
)

Resolver = Callable[[str, int], Sequence[str]]
"""Addresses of a host, as text; the port is for name services that care."""


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """What may be fetched. The defaults allow nothing: no host is listed."""

    allow_hosts: tuple[str, ...] = ()
    allow_http: bool = False
    max_bytes: int = 20 * 1024 * 1024
    max_seconds: float = 30.0
    max_redirects: int = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as it was at one moment."""

    url: str  # where it was found in the end
    data: bytes
    content_type: str  # without parameters, lower case; may be empty
    charset: str
    at: str  # ISO 8601, UTC


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host, by the system's resolver."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class Fetcher:
    """Fetches documents within a policy. ``resolver``, ``is_allowed`` and ``tls`` are for tests on loopback."""

    def __init__(
        self,
        policy: FetchPolicy,
        *,
        resolver: Resolver = resolve,
        is_allowed: Callable[[str], bool] = is_public,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._policy = policy
        self._resolve = resolver
        self._is_allowed = is_allowed
        self._tls = tls

    def fetch(self, url: str) -> Fetched:
        """Fetch one document, redirects followed.

        Raises:
            UnreadableSource: It is not allowed, cannot be reached, or exceeds a limit; the message says which.
        """
        deadline = time.monotonic() + self._policy.max_seconds
        target = self._target(url)
        for _ in range(self._policy.max_redirects + 1):
            found = self._ask(target, deadline)
            if isinstance(found, Fetched):
                return found
            try:
                target = self._target(urljoin(target.url, found), after=target)
            except (UnreadableSource, ValueError) as exc:
                raise UnreadableSource(f"it redirects to {found[:200]!r}: {exc}") from exc
        raise UnreadableSource(f"it redirects more than the {self._policy.max_redirects} times allowed")

    def _target(self, url: str, *, after: Target | None = None) -> Target:
        target = target_of(url, allow_hosts=self._policy.allow_hosts, allow_http=self._policy.allow_http)
        if after is not None and after.scheme == "https" and target.scheme == "http":
            raise UnreadableSource("from an encrypted address to one that is not")
        return target

    def _ask(self, target: Target, deadline: float) -> Fetched | str:
        """The document, or where it redirects to."""
        addresses = self._addresses(target, deadline)
        with contextlib.ExitStack() as stack:
            watch = stack.enter_context(_Watch(deadline))
            try:
                connection = stack.enter_context(contextlib.closing(_Pinned(target, addresses, watch, self._tls)))
                connection.request(
                    "GET",
                    target.path,
                    headers={
                        "Host": target.authority,
                        "User-Agent": _AGENT,
                        "Accept": _ACCEPT,
                        "Accept-Encoding": "identity",
                        "Connection": "close",
                    },
                )
                answer = connection.getresponse()
                if answer.status in _REDIRECTS and (place := answer.getheader("Location")):
                    return place
                if answer.status != 200:
                    raise UnreadableSource(f"the server answered {answer.status} {answer.reason[:80]}".rstrip())
                data = b"".join(self._body(answer))
                if watch.expired:  # a body without a length just ends when the connection is cut
                    raise TimeoutError
                return Fetched(
                    url=target.url,
                    data=data,
                    content_type=(answer.getheader("Content-Type") or "").split(";")[0].strip().lower(),
                    charset=answer.headers.get_content_charset() or "",
                    at=datetime.now(UTC).isoformat(timespec="seconds"),
                )
            except (OSError, http.client.HTTPException, zlib.error, ValueError) as exc:
                if watch.expired:
                    raise UnreadableSource(self._too_slow()) from exc
                if isinstance(exc, ssl.SSLCertVerificationError):
                    raise UnreadableSource(f"its certificate is not valid: {exc.verify_message}") from exc
                detail = " ".join(str(exc).split())[:160] or type(exc).__name__
                raise UnreadableSource(f"cannot be fetched: {detail}") from exc

    def _addresses(self, target: Target, deadline: float) -> list[str]:
        answers: queue.Queue[Sequence[str] | BaseException] = queue.Queue()

        def look_up() -> None:
            try:
                answers.put(self._resolve(target.host, target.port))
            except (OSError, UnicodeError) as exc:
                answers.put(exc)

        threading.Thread(target=look_up, daemon=True).start()  # the system's resolver knows no time limit
        try:
            found = answers.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty as exc:
            raise UnreadableSource(self._too_slow()) from exc
        if isinstance(found, BaseException):
            raise UnreadableSource(f"the host {target.host!r} cannot be found: {found}") from found
        addresses = list(dict.fromkeys(found))
        for address in addresses:
            # All of them: a name with one public and one private address is a trap.
            if not self._is_allowed(address):
                raise UnreadableSource(f"the host {target.host!r} leads to {address}, which is not a public address")
        if not addresses:
            raise UnreadableSource(f"the host {target.host!r} has no address")
        return addresses

    def _body(self, answer: http.client.HTTPResponse) -> Iterator[bytes]:
        most = self._policy.max_bytes
        declared = answer.getheader("Content-Length") or ""
        if declared.isdigit() and int(declared) > most:
            raise UnreadableSource(self._too_large())
        unpack = _unpacker(answer.getheader("Content-Encoding") or "")
        size = 0
        while piece := answer.read(_PIECE_BYTES):
            for part in unpack(piece):
                size += len(part)
                if size > most:
                    raise UnreadableSource(self._too_large())
                yield part
        if answer.length:
            raise OSError("the connection ended before the document did")

    def _too_large(self) -> str:
        return f"the document is larger than the {self._policy.max_bytes:,} bytes that `fetch.max_mb` allows"

    def _too_slow(self) -> str:
        return f"fetching it takes longer than the {self._policy.max_seconds:g} s that `fetch.max_seconds` allows"


def _unpacker(encoding: str) -> Callable[[bytes], Iterator[bytes]]:
    """Unpacks piece by piece, never more at once than it is asked for: some servers pack unasked.

    Raises:
        UnreadableSource: The packing is none of the two common ones.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return lambda piece: iter((piece,))
    if name not in ("gzip", "x-gzip", "deflate"):
        raise UnreadableSource(f"the document is packed as {encoding[:40]!r}, which was not asked for")
    machine = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def unpack(piece: bytes) -> Iterator[bytes]:
        while piece and not machine.eof:
            yield machine.decompress(piece, _PIECE_BYTES)
            piece = machine.unconsumed_tail

    return unpack


class _Watch:
    """Cuts the connection when time is up: a server that sends a byte now and then never times out by itself."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(self.left, self._cut)
        self._timer.daemon = True
        self.expired = False

    def __enter__(self) -> _Watch:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    @property
    def left(self) -> float:
        return max(0.0, self._deadline - time.monotonic())

    def over(self, connection: socket.socket) -> None:
        self._socket = connection

    def _cut(self) -> None:
        self.expired = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


class _Pinned(http.client.HTTPConnection):
    """A connection to one of the given addresses, whatever the name resolves to by now."""

    def __init__(self, target: Target, addresses: Sequence[str], watch: _Watch, tls: ssl.SSLContext | None) -> None:
        super().__init__(target.host, target.port)
        self._target = target
        self._addresses = addresses
        self._watch = watch
        self._context = tls

    def connect(self) -> None:
        failure: OSError = OSError("no address answers")
        for address in self._addresses:
            try:
                plain = socket.create_connection((address, self._target.port), timeout=max(0.001, self._watch.left))
            except OSError as exc:
                failure = exc
                continue
            break
        else:
            raise failure
        # The clock of the watch counts from here on.
        plain.settimeout(max(0.001, self._watch.left) + 1)
        self._watch.over(plain)
        if self._target.scheme == "http":
            self.sock = plain
            return
        context = self._context or ssl.create_default_context()
        try:
            secure = context.wrap_socket(plain, server_hostname=self._target.host, do_handshake_on_connect=False)
        except BaseException:
            plain.close()
            raise
        self.sock = secure
        self._watch.over(secure)
        secure.do_handshake()
