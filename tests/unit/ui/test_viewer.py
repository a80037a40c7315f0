"""Every request has a viewer, and each browser is one of its own."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.viewer import VISITOR_COOKIE, Role, Visitors, viewer_of


def _whoami(request: Request) -> JSONResponse:
    viewer = viewer_of(request)
    return JSONResponse({"user": viewer.user, "editor": viewer.is_editor})


def _client(role: Role = Role.READER) -> TestClient:
    return TestClient(Visitors(Starlette(routes=[Route("/", _whoami)]), role=role))


def test_a_browser_stays_the_same_viewer_and_another_is_another() -> None:
    one, other = _client(), _client()
    first = one.get("/").json()
    assert one.get("/").json() == first
    assert other.get("/").json()["user"] != first["user"]
    assert not first["editor"]
    assert _client(Role.EDITOR).get("/").json()["editor"]


@pytest.mark.parametrize("cookie", ["", "x", "a b; c", "../../etc", "あ", "x" * 5000])
def test_a_made_up_cookie_is_replaced(cookie: str) -> None:
    reply = _client().get("/", headers={"cookie": f"{VISITOR_COOKIE}={cookie}".encode()})
    assert VISITOR_COOKIE in reply.headers["set-cookie"]
    assert "HttpOnly" in reply.headers["set-cookie"]
    assert len(reply.json()["user"]) > 30


def test_the_cookie_is_secure_behind_https() -> None:
    assert "Secure" not in _client().get("/").headers["set-cookie"]
    assert "Secure" in _client().get("https://testserver/").headers["set-cookie"]


def test_nobody_gets_in_without_a_viewer() -> None:
    with pytest.raises(RuntimeError, match="without a viewer"):
        viewer_of(HTTPConnection({"type": "http", "headers": []}))
