"""What stands before every route: limits, same-origin rule, security headers, access log.

Gradio brings some fifty routes of its own (file access, a proxy, uploads, API listings, …). Only those
its pages need are let through; the rest answer 404 whatever a later release adds.
"""

from __future__ import annotations

import html
import json
import logging
import re
import secrets
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.strings import LANGS
from ui.viewer import Viewer, cookie

log = logging.getLogger("ui.access")

BODY_BYTES = 1_000_000
"""Largest request body accepted; a long draft is some 150 kB."""
_FILE_BYTES = {"/ui/check": 10_000_000, "/ui/library/upload": 100_000_000}
"""The same where files are sent; what each takes beyond its route decides."""

SESSION_COOKIE = "assistant_session"
"""Cookie of a signed-in browser, see ui.signin."""
_ACCOUNT_PAGE = re.compile(r"/ui/(?:sign-in|sign-out|account)")

_PAGE = re.compile(rf"/(?:{'|'.join(LANGS)})/?")
_GRADIO = re.compile(rf"/(?:{'|'.join(LANGS)})(?P<path>/.*)?")
_GRADIO_ALLOWED = re.compile(
    r"/(?:assets/.+|static/.+|theme\.css|favicon\.ico"
    r"|gradio_api/(?:startup-events|heartbeat/[\w-]+))?"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_SCRIPTS = ("app", "ask", "desk", "check", "compare", "library", "evals", "account")
_STYLES = ("app", "reading", "ask", "pages", "source")  # in this order: narrow screens have the last word
_NO_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'"
_ACCOUNT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def page_policy(nonce: str) -> str:
    """The Content-Security-Policy of the pages.

    Scripts run only from our own files or with this response's nonce, so markup that slipped into a
    page could not run anything, load anything from elsewhere or post a form. ``unsafe-eval`` is what
    ``gr.HTML`` needs to compile its (constant) template; inline styles are how Svelte sets them.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'self'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def rewrite_page(page: str, *, lang: str, nonce: str, viewer: Viewer | None = None) -> str:
    """Gradio's index page made ours: nonce, language, our style sheet and script, nothing from elsewhere.

    The viewer's role and name stand on the root element, for style sheets and the masthead. What a role
    may do is decided by the handlers, not there.
    """
    page = re.sub(r'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>', "", page)
    page = re.sub(r'<link rel="manifest"[^>]*>', "", page)
    # Gradio writes its configuration with "<" as \u003c, so every "<script" is a tag of the template.
    page = re.sub(r"<script\b", f'<script nonce="{nonce}"', page)
    root = f'lang="{lang}"'
    if viewer is not None:
        root += f' data-role="{viewer.role.name.lower()}" data-viewer="{html.escape(viewer.name)}"'
    page = page.replace('lang="en"', root, 1)
    ours = (
        '<meta name="color-scheme" content="light dark">'
        + "".join(f'<link rel="stylesheet" href="../ui/static/{name}.css">' for name in _STYLES)
        + '<link rel="icon" href="../ui/static/icon.svg" type="image/svg+xml">'
        + "".join(f'<script nonce="{nonce}" src="../ui/static/{name}.js"></script>' for name in _SCRIPTS)
    )
    return page.replace("</head>", f"{ours}</head>", 1)


def error_body(kind: str, message: str) -> bytes:
    return json.dumps({"error": {"type": kind, "message": message}}, ensure_ascii=False).encode()


class Guard:
    """ASGI middleware around the whole server.

    Args:
        app: What it protects.
        allowed_hosts: Host names answered to, without ports; ``None`` answers to any. Naming them keeps a
            foreign page from reaching a server on loopback by pointing its own name there.
        on_request: Told of every request: method, the route's pattern, status and seconds.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        allowed_hosts: Sequence[str] | None = None,
        on_request: Callable[[str, str, int, float], None] = lambda *_: None,
    ) -> None:
        self._app = app
        self._on_request = on_request
        self._allowed_hosts = None if allowed_hosts is None else {host.lower() for host in allowed_hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:  # no page of ours opens a web socket
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        body = _Body(receive, body_limit(scope["path"]))
        reply = _Reply(scope, send, body)
        refused = self._refusal(scope)
        try:
            if refused is not None:
                await reply.error(*refused)
            else:
                if reply.is_page:
                    # The page is rewritten, so it must not come compressed.
                    scope["headers"] = [item for item in scope["headers"] if item[0] != b"accept-encoding"]
                await self._app(scope, body.receive, reply)
        except _BodyTooLargeError:
            if reply.status == 0:
                await reply.too_large()
        finally:
            # The path without its query: questions are nobody's business but the reader's.
            seconds = time.perf_counter() - started
            log.info("%s %s %s %.0fms", scope["method"], _one_line(scope["path"]), reply.status, seconds * 1000)
            self._on_request(scope["method"], _pattern(scope), reply.status, seconds)

    def _refusal(self, scope: Scope) -> tuple[int, str, str] | None:
        headers = Headers(scope=scope)
        method, path = scope["method"], scope["path"]
        if self._allowed_hosts is not None and _host_name(headers.get("host", "")) not in self._allowed_hosts:
            message = (
                f"This server does not answer to {headers.get('host', '')!r}. Add the name to serve.allowed_hosts."
            )
            return 400, "UnknownHost", message
        if not _same_origin(method, path, headers):
            return 403, "CrossOrigin", "Requests from other sites are not accepted. Open the page itself."
        gradio = _GRADIO.fullmatch(path)
        if gradio and not _GRADIO_ALLOWED.fullmatch(gradio["path"] or "/"):
            return 404, "NotFound", f"There is nothing at {path!r}."
        length, limit = headers.get("content-length", "0"), body_limit(path)
        if not length.isdigit() or int(length) > limit:
            return _too_large(limit)
        return None


def _one_line(path: str) -> str:
    """A path as one line of a log, whatever was sent."""
    return path.encode("unicode_escape", "backslashreplace").decode("ascii")


def _pattern(scope: Scope) -> str:
    """The route that a request met, for counting; what clients make up is one thing."""
    gradio = _GRADIO.fullmatch(scope["path"])
    if gradio:
        return "page" if gradio["path"] in (None, "/") else "gradio"
    route = scope.get("route")
    return str(getattr(route, "path", None) or ("static" if scope["path"].startswith("/ui/static/") else "other"))


def body_limit(path: str) -> int:
    """The largest request body of a path, in bytes."""
    return _FILE_BYTES.get(path, BODY_BYTES)


def _too_large(limit: int) -> tuple[int, str, str]:
    return 413, "RequestTooLarge", f"The request is larger than {limit} bytes. Send less."


class _BodyTooLargeError(Exception):
    """A request body that did not say its length went past the limit."""


class _Body:
    """Counts a request's body as it comes in."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self.limit = limit
        self._received = 0
        self.too_large = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._received += len(message.get("body", b""))
            if self._received > self.limit:
                self.too_large = True
                raise _BodyTooLargeError
        return message


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _same_origin(method: str, path: str, headers: Headers) -> bool:
    """Whether a browser says that the request comes from our own page, or was typed or followed.

    Every browser says so with everything that can change something (``Origin``), so a request that says
    nothing is a program's, and one with a session or for the sign-in form is refused: it is what stands
    in for a token in each form.
    """
    safe = method in ("GET", "HEAD")
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none") or (safe and headers.get("sec-fetch-mode") == "navigate")
    origin = headers.get("origin")
    if origin is None:
        browsers = bool(_ACCOUNT_PAGE.fullmatch(path) or cookie(headers.get("cookie", ""), SESSION_COOKIE))
        return safe or not browsers
    try:
        netloc = urlsplit(origin).netloc
    except ValueError:
        return False
    return bool(netloc) and netloc in (headers.get("host"), headers.get("x-forwarded-host"))


async def send_error(
    send: Send,
    status: int,
    kind: str,
    message: str,
    retry_after: int | None = None,
    headers: Sequence[tuple[bytes, bytes]] = (),
) -> None:
    """A whole reply that says in JSON what is wrong."""
    body = error_body(kind, message)
    sent = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *headers]
    if retry_after is not None:
        sent.append((b"retry-after", str(retry_after).encode()))
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": body})


class _Reply:
    """Sends a response on, with our headers, and with pages rewritten."""

    def __init__(self, scope: Scope, send: Send, body: _Body) -> None:
        self._send = send
        self._request_body = body
        self._muted = False
        self._page = _PAGE.fullmatch(scope["path"]) if scope["method"] == "GET" else None
        self._path = scope["path"]
        self._scope = scope
        self._held: Message | None = None
        self._body = bytearray()
        self.status = 0

    @property
    def is_page(self) -> bool:
        return self._page is not None

    async def error(self, status: int, kind: str, message: str) -> None:
        self._page = None
        await send_error(self, status, kind, message)

    async def too_large(self) -> None:
        self._request_body.too_large = False
        await self.error(*_too_large(self._request_body.limit))
        self._muted = True

    async def __call__(self, message: Message) -> None:
        if self._muted:
            return
        if message["type"] == "http.response.start":
            await self._start(message)
        elif message["type"] == "http.response.body" and self._held is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish_page(self._held)
        else:
            await self._send(message)

    async def _start(self, message: Message) -> None:
        if self._request_body.too_large:
            # A framework that met the cut-off body calls it malformed; the reason is another.
            await self.too_large()
            return
        self.status = message["status"]
        headers = MutableHeaders(scope=message)
        for name, value in _HEADERS.items():
            headers[name] = value
        html = headers.get("content-type", "").startswith("text/html")
        if html or headers.get("content-type", "").startswith(("application/json", "text/event-stream")):
            headers["Cache-Control"] = "no-store"
        if self._page is not None and html and self.status == 200:
            self._held = message
            return
        if _ACCOUNT_PAGE.fullmatch(self._path):
            headers["Content-Security-Policy"] = _ACCOUNT_POLICY
            headers["Referrer-Policy"] = "same-origin"  # without it a form is sent with "Origin: null"
        else:
            headers["Content-Security-Policy"] = _NO_CONTENT_POLICY
        await self._send(message)

    async def _finish_page(self, start: Message) -> None:
        nonce = secrets.token_urlsafe(16)
        lang = self._path.strip("/")
        viewer = self._scope.get("state", {}).get("viewer")
        body = rewrite_page(self._body.decode("utf-8"), lang=lang, nonce=nonce, viewer=viewer).encode("utf-8")
        headers = MutableHeaders(scope=start)
        headers["Content-Security-Policy"] = page_policy(nonce)
        headers["Content-Length"] = str(len(body))
        headers["Content-Language"] = lang
        self._held = None
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})
