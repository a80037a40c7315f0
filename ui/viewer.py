"""Who is looking: every request carries a viewer with a role, and every handler asks it before it acts.

Without accounts each browser is a viewer of its own, known by a random cookie, so that one reader's
conversations are never another's. What an action needs is checked where the action is done, not where
its button is drawn.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from enum import IntEnum
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import AssistantError

VISITOR_COOKIE = "assistant_visitor"
VISITOR_SECONDS = 400 * 24 * 3600
"""How long a browser without an account is remembered; browsers keep no cookie longer than 400 days."""
_VISITOR = re.compile(r"[\w-]{22,64}")


class Role(IntEnum):
    """What a viewer may do; each role may do what those before it may."""

    READER = 1
    EDITOR = 2
    ADMIN = 3


@dataclass(frozen=True, slots=True)
class Viewer:
    """One person or program that sends requests.

    ``user`` is what conversations and feedback are kept under. It is never shown to others, logged or
    stored as it is: a visitor's has the cookie in it.
    """

    user: str
    role: Role
    name: str = ""

    @property
    def is_editor(self) -> bool:
        return self.role >= Role.EDITOR


class ForbiddenError(AssistantError):
    """The viewer may not do this."""


def viewer_of(connection: HTTPConnection) -> Viewer:
    """The viewer of a request.

    Raises:
        RuntimeError: No middleware has said who it is: a fault of ours, and then nobody gets in.
    """
    viewer = connection.scope.get("state", {}).get("viewer")
    if not isinstance(viewer, Viewer):
        raise RuntimeError("a request came through without a viewer")
    return viewer


def allow(viewer: Viewer, role: Role) -> None:
    """Raises: ForbiddenError: The viewer has less than ``role``."""
    if viewer.role < role:
        raise ForbiddenError(f"This is for {role.name.lower()}s only. Ask an administrator for the role.")


class Visitors:
    """ASGI middleware for a server without accounts: each browser is its own viewer, all with one role."""

    def __init__(self, app: ASGIApp, *, role: Role) -> None:
        self._app = app
        self._role = role

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        known = cookie(Headers(scope=scope).get("cookie", ""), VISITOR_COOKIE)
        visitor = known if known and _VISITOR.fullmatch(known) else secrets.token_urlsafe(24)
        scope.setdefault("state", {})["viewer"] = Viewer(f"visitor:{visitor}", self._role)
        secure = "; Secure" if scope.get("scheme") == "https" else ""

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and visitor != known:
                MutableHeaders(scope=message).append(
                    "set-cookie",
                    f"{VISITOR_COOKIE}={visitor}; Path=/; Max-Age={VISITOR_SECONDS}; HttpOnly; SameSite=Lax{secure}",
                )
            await send(message)

        await self._app(scope, receive, with_cookie)


def cookie(header: str, name: str) -> str:
    """One cookie of a ``Cookie`` header, "" for none."""
    try:
        morsel = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel is not None else ""
