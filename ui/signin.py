"""Who a request is from, on a server with accounts: a session's cookie or an API key, or nobody.

Everything is closed to nobody but what :data:`OPEN` names.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Callable
from urllib.parse import urlencode

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.accounts import Accounts, ApiKey, LockedError, User
from ui.guard import LANGS, SESSION_COOKIE, send_error
from ui.viewer import Viewer, cookie

log = logging.getLogger(__name__)

OPEN = re.compile(r"/(?:ui/sign-in|ui/static/.*|healthz|readyz|metrics)")
"""Paths for which nobody has to sign in; ``/metrics`` looks for itself who asks."""
_PAGES = re.compile(rf"/(?:(?P<lang>{'|'.join(LANGS)})/?|ui/account)?")


class SignedIn:
    """ASGI middleware that says whose request it is, or sends the browser to the sign-in page.

    Args:
        app: What is behind it.
        accounts: Who has an account.
        on_failure: Called when an API key is wrong.
    """

    def __init__(self, app: ASGIApp, *, accounts: Accounts, on_failure: Callable[[], None] = lambda: None) -> None:
        self._app = app
        self._accounts = accounts
        self._on_failure = on_failure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            viewer = self._viewer(scope)
        except LockedError as exc:
            await send_error(
                send, 429, "Locked", f"Too many wrong keys from here. Try again in {exc.seconds} s.", exc.seconds
            )
            return
        except sqlite3.Error:
            log.exception("the accounts cannot be read")
            await send_error(send, 503, "AccountsError", "The accounts cannot be read. See the server's log.", 5)
            return
        if viewer is not None:
            scope.setdefault("state", {})["viewer"] = viewer
        if viewer is not None or OPEN.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
        elif scope["method"] == "GET" and _PAGES.fullmatch(scope["path"]) and not _bearer(scope):
            await _to_sign_in(scope, send)
        else:
            message = "Sign in, or send an API key: Authorization: Bearer …"
            await send_error(send, 401, "SignInRequired", message, headers=[(b"www-authenticate", b"Bearer")])

    def _viewer(self, scope: Scope) -> Viewer | None:
        bearer = _bearer(scope)
        if bearer is not None:
            # Whoever sends a key means the key: a cookie beside it must not do what the key may not.
            key = self._accounts.key_of(bearer, address_of(scope))
            if key is None:
                self._on_failure()
                return None
            return viewer_of_key(key)
        token = cookie(Headers(scope=scope).get("cookie", ""), SESSION_COOKIE)
        user = self._accounts.session_user(token) if token else None
        return viewer_of_user(user) if user is not None else None


def viewer_of_user(user: User) -> Viewer:
    return Viewer(f"user:{user.user_id}", user.role, user.name)


def viewer_of_key(key: ApiKey) -> Viewer:
    return Viewer(f"key:{key.key_id}", key.role, key.name)


def address_of(scope: Scope) -> str:
    """The address a request is from; behind a proxy on this machine, the one the proxy names."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _bearer(scope: Scope) -> str | None:
    scheme, _, value = Headers(scope=scope).get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


async def _to_sign_in(scope: Scope, send: Send) -> None:
    path = scope["path"]
    # Relative, so that it also works below a proxy's prefix.
    up = "../" * (path.count("/") - 1)
    page = _PAGES.fullmatch(path)
    query = {"next": "", "lang": ""}
    if page is not None and page["lang"]:
        query["lang"] = page["lang"]
        query["next"] = f"{page['lang']}/"
        if scope["query_string"]:
            query["next"] += "?" + scope["query_string"].decode("latin-1")
    encoded = urlencode({name: value for name, value in query.items() if value})
    location = f"{up}ui/sign-in{'?' + encoded if encoded else ''}"
    headers = [(b"location", location.encode("latin-1")), (b"content-length", b"0"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
