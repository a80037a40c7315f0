"""Every route and every Gradio event of the server, with the role it takes.

``test_routes.py`` compares this with what the server really has: a new route or event without a row fails
there. To add one, say who may use it and, for a route, how a good request looks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ui.viewer import Role


@dataclass(frozen=True)
class Row:
    """A request that works for whoever has ``role``; None lets everybody in.

    ``status`` is what comes back then. ``people`` is for routes of browsers: what a key gets instead.
    ``signed_out`` is what nobody gets: 401, for pages the way to the sign-in page, and for forms 403, since
    only a browser sends them, which says where from.
    """

    method: str
    path: str
    role: Role | None
    status: int = 200
    signed_out: int = 401
    keys: int | None = None
    url: str = ""  # where ``path`` has parameters
    request: dict[str, Any] = field(default_factory=dict)


QUESTION = {"question": "Trainium3のメモリ容量は？"}

ROUTES = (
    Row("GET", "/", Role.READER, 307, signed_out=303),
    Row("GET", "/healthz", None),
    Row("GET", "/readyz", None),
    Row("GET", "/ui/source", Role.READER, request={"params": {"article_id": "trainium-specs"}}),
    Row("GET", "/ui/whoami", Role.READER),
    Row("GET", "/ui/sign-in", None),
    Row(
        "POST",
        "/ui/sign-in",
        None,
        401,
        request={"data": {"name": "x", "password": "x"}, "headers": {"origin": "http://testserver"}},
    ),
    Row("GET", "/ui/account", Role.READER, signed_out=303),
    Row(
        "POST",
        "/ui/account",
        Role.READER,
        422,
        signed_out=403,
        keys=403,
        request={"data": {"current": "x", "new": "x", "again": "y"}},
    ),
    Row("GET", "/api/v1/openapi.json", Role.READER),
    Row("GET", "/metrics", Role.ADMIN),
    Row("GET", "/api/v1/show", Role.READER, request={"params": {"article_id": "trainium-specs"}}),
    Row("POST", "/api/v1/ask", Role.READER, request={"json": QUESTION}),
    Row("GET", "/api/v1/ask", Role.READER, request={"params": QUESTION}),
    Row("POST", "/api/v1/search", Role.READER, request={"json": QUESTION}),
    Row("GET", "/api/v1/search", Role.READER, request={"params": QUESTION}),
    Row("POST", "/api/v1/check", Role.READER, request={"json": {"draft": "Trainium3のメモリは144GBだ。"}}),
    Row("POST", "/api/v1/verify", Role.READER, request={"json": {"receipt": {}}}),
    Row("POST", "/api/v1/compare", Role.READER, request={"json": {"names": ["Trainium3", "Trainium2"]}}),
    Row("GET", "/api/v1/sources", Role.READER),
    # Last, since it ends the session it is sent with.
    Row("POST", "/ui/sign-out", Role.READER, 303, signed_out=403, keys=403),
)

MOUNTS = {"/ui/static", "/ja", "/en"}

GRADIO = {"/", "/theme.css", "/favicon.ico", "/static/{path:path}", "/assets/{path:path}"} | {
    f"/gradio_api/{path}"
    for path in ("queue/join", "queue/data", "cancel", "reset", "startup-events", "heartbeat/{session_hash}")
}
"""Gradio's own routes that are let through; all others answer 404."""

EVENTS = {
    "send.click": Role.READER,
    "<lambda>.failure": Role.READER,
    "stop.click": Role.READER,
    "new.click": Role.READER,
    "introduction.load": Role.READER,
    "check-run.click": Role.READER,
    "compare-run.click": Role.READER,
    "names.submit": Role.READER,
    "attributes.submit": Role.READER,
    "tab-library.select": Role.READER,
    "library-refresh.click": Role.READER,
    "library-index.click": Role.EDITOR,
    "library-watch.click": Role.EDITOR,
    "library-watch-stop.click": Role.EDITOR,
    "show.tick": Role.EDITOR,
}
"""Gradio's events by the element (or the handler) and the event."""
