"""The door to Gradio's own routes: a page's session belongs to the viewer who opened it.

Gradio knows a session by a random text that the browser makes up, and an event by a random id; whoever
sends them may read that session's answers, change its state or cancel its events. Here a session is
bound to the first viewer who uses it, an event to its session, and an event that needs a role is refused
before it is queued (the handler looks again, see ``ui.viewer.needs``).
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.guard import send_error
from ui.viewer import Role, Viewer, needed_role

if TYPE_CHECKING:
    import gradio as gr

SESSIONS = 20_000
"""Sessions remembered; Gradio itself keeps the state of 10,000."""
_SESSION = re.compile(r"[\w-]{1,64}", re.ASCII)
_ROUTE = re.compile(
    r"/(?P<page>\w+)/gradio_api/(?P<what>queue/join|queue/data|cancel|reset|heartbeat/(?P<session>[^/]*))/?"
)


class GradioDoor:
    """ASGI middleware before the mounted pages.

    Args:
        app: What is behind it.
        blocks: The pages, by the first part of their path.
    """

    def __init__(self, app: ASGIApp, *, blocks: Mapping[str, gr.Blocks]) -> None:
        self._app = app
        self._blocks = blocks
        self._owners: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = _ROUTE.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if route is None or route["page"] not in self._blocks:
            await self._app(scope, receive, send)
            return
        body: dict[str, Any] = {}
        if scope["method"] == "POST":
            raw = await _read(receive)
            if raw is None:
                return
            try:
                parsed = json.loads(raw)
            except (ValueError, RecursionError):
                parsed = None
            if not isinstance(parsed, dict) or not _readable(raw, parsed):
                await send_error(send, 422, "RequestError", "The request is not a JSON object.")
                return
            body, receive = parsed, _again(raw, receive)
            session = body.get("session_hash")
        elif route["what"] == "queue/data":
            session = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[-1]
        else:
            session = route["session"]
        refused = self._refusal(scope["state"]["viewer"], self._blocks[route["page"]], route["what"], session, body)
        if refused is not None:
            await send_error(send, *refused)
        else:
            await self._app(scope, receive, send)

    def _refusal(
        self, viewer: Viewer, blocks: gr.Blocks, what: str, session: object, body: Mapping[str, Any]
    ) -> tuple[int, str, str] | None:
        if not isinstance(session, str) or not _SESSION.fullmatch(session):
            return 422, "RequestError", "session_hash is not 1 to 64 letters or digits."
        if not self._owned(session, viewer.user):
            return 403, "ForbiddenError", "This page belongs to somebody else. Reload it."
        event = blocks._queue.event_ids_to_events.get(str(body.get("event_id")))
        if event is not None and event.session_hash != session:
            return 403, "ForbiddenError", "This event belongs to another page."
        if what != "queue/join":
            return None
        index = body.get("fn_index")
        handler = blocks.fns.get(index) if isinstance(index, int) and not isinstance(index, bool) else None
        if handler is None:
            return 404, "NotFound", "There is no such event. Reload the page."
        role: Role = needed_role(handler.fn)
        if viewer.role < role:
            return 403, "ForbiddenError", f"This is for {role.name.lower()}s only."
        return None

    def _owned(self, session: str, user: str) -> bool:
        owner = self._owners.setdefault(session, user)
        self._owners.move_to_end(session)
        while len(self._owners) > SESSIONS:
            self._owners.popitem(last=False)
        return owner == user


_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


def _readable(raw: bytes, parsed: object) -> bool:
    """Whether no text in it has half a surrogate pair, which nobody can send on."""
    if not _HALF.search(raw):
        return True
    try:
        json.dumps(parsed, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None when the client went away."""
    parts = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """What was read, to be read again, and then whatever comes."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
