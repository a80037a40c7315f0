"""Every route of the server, with the role it takes.

``test_routes.py`` compares this with what the server really has: a new route without a row fails
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
NOWHERE = "/ui/conversations/" + "x" * 20
"""A conversation of nobody. That another's cannot be reached is shown in test_ask_routes.py."""
NAMES = {"params": {"name": ["Trainium3", "Trainium2"]}}

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
    Row("GET", "/ui/ask/start", Role.READER),
    Row("GET", "/ui/ask/sources", Role.READER),
    Row("POST", "/ui/ask", Role.READER, request={"json": QUESTION}),
    Row("GET", "/ui/conversations", Role.READER),
    Row("GET", "/ui/conversations/{conversation}", Role.READER, 404, url=NOWHERE),
    Row("PUT", "/ui/conversations/{conversation}", Role.READER, 404, url=NOWHERE, request={"json": {"title": "x"}}),
    Row("DELETE", "/ui/conversations/{conversation}", Role.READER, 404, url=NOWHERE),
    *(
        Row(
            method,
            "/ui/conversations/{conversation}/{number}/" + name,
            Role.READER,
            404,
            url=f"{NOWHERE}/1/{name}",
            request=request,
        )
        for method, name, request in (
            ("POST", "retry", {"json": {}}),
            ("GET", "events", {}),
            ("POST", "stop", {}),
            ("GET", "copy", {"params": {"style": "text"}}),
            ("GET", "receipt", {}),
            ("GET", "found", {}),
            ("POST", "feedback", {"json": {"verdict": "wrong"}}),
        )
    ),
    Row("POST", "/ui/check", Role.READER, request={"content": "Trainium3のメモリは144GBだ。".encode()}),
    Row("GET", "/ui/check/{check_id}", Role.READER, 404, url="/ui/check/x"),
    Row(
        "GET",
        "/ui/check/{check_id}/export",
        Role.READER,
        404,
        url="/ui/check/x/export",
        request={"params": {"format": "csv"}},
    ),
    Row("GET", "/ui/compare/choices", Role.READER),
    Row("GET", "/ui/compare", Role.READER, request=NAMES),
    Row("GET", "/ui/compare/export", Role.READER, request=NAMES),
    Row("GET", "/ui/library", Role.READER),
    Row("GET", "/ui/library/desk", Role.EDITOR),
    Row("GET", "/ui/library/health", Role.EDITOR),
    Row("GET", "/ui/library/article", Role.EDITOR, request={"params": {"article_id": "trainium-specs"}}),
    Row(
        "POST",
        "/ui/library/withdraw",
        Role.EDITOR,
        422,
        request={"json": {"article_id": "trainium-specs", "reason": " "}},
    ),
    Row("POST", "/ui/library/upload", Role.EDITOR, 409, request={"params": {"name": "x.md"}, "content": b"x"}),
    Row("POST", "/ui/library/index", Role.EDITOR, 422, request={"json": {"action": "watch", "folder": ""}}),
    Row("GET", "/ui/library/work", Role.EDITOR),
    Row("GET", "/ui/evals", Role.EDITOR),
    Row("GET", "/ui/evals/work", Role.EDITOR),
    Row("POST", "/ui/evals/run", Role.EDITOR, 409),
    # Last, since it ends the session it is sent with.
    Row("POST", "/ui/sign-out", Role.READER, 303, signed_out=403, keys=403),
)

MOUNTS = {"/ui/static", "/ja", "/en"}

GRADIO = {"/", "/theme.css", "/favicon.ico", "/static/{path:path}", "/assets/{path:path}"} | {
    f"/gradio_api/{path}" for path in ("startup-events", "heartbeat/{session_hash}")
}
"""Gradio's own routes that are let through; all others answer 404."""
