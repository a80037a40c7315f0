"""Who may do what, over every route and every event the server has."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextvars import copy_context
from typing import Any

import pytest
from starlette.requests import Request
from starlette.routing import Mount

from assistant.receipt import CitationCheck, ReceiptReport
from assistant.types import ArticleMetadata, CheckReport
from tests.fakes import make_article, trainium_assistant
from tests.unit.ui.people import KEYS, PEOPLE, WHO, House, outcome
from tests.unit.ui.route_table import EVENTS, GRADIO, MOUNTS, ROUTES, Row
from ui.eval_runs import EvalDesk
from ui.viewer import ForbiddenError, Role, Viewer, needed_role

GONE = make_article("gone", "取り下げた記事", ["秘密の本文。"], metadata=ArticleMetadata(withdrawn=True))
LANGS = ("ja", "en")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    assistant = trainium_assistant()
    assistant.articles.append(GONE)
    house = House(assistant, tmp_path_factory.mktemp("home"))
    with house.client, pytest.MonkeyPatch.context() as patch:
        patch.setattr(EvalDesk, "start", lambda _: False)  # the suite itself is not run here
        yield house


def role_of(who: str) -> Role | None:
    return {**PEOPLE, **KEYS}.get(who)


def walk(routes: Any) -> Iterator[Any]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from walk(inner.routes)
        else:
            yield route


def mounted(house: House, path: str) -> Any:
    return next(route.app for route in house.app.routes if isinstance(route, Mount) and route.path == path)


# -- our own routes ------------------------------------------------------------------------------


def test_every_route_has_a_row(house: House) -> None:
    routes = list(walk(house.app.routes))
    assert {route.path for route in routes if isinstance(route, Mount)} == MOUNTS
    found = {
        (method, route.path)
        for route in routes
        if not isinstance(route, Mount)
        for method in (route.methods or ())
        if method != "HEAD"
    }
    assert found == {(row.method, row.path) for row in ROUTES}


def expected(row: Row, who: str) -> int:
    role = role_of(who)
    if row.role is None:
        return row.status
    if role is None:
        return row.signed_out
    if role < row.role:
        return 403
    return row.keys if row.keys is not None and who in KEYS else row.status


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("row", ROUTES, ids=lambda row: f"{row.method} {row.path}")
def test_who_may_use_it(house: House, row: Row, who: str) -> None:
    if row.path == "/ui/sign-out" and who in PEOPLE:
        user = next(item for item in house.accounts.users() if item.name == who)
        kept, house.sessions[who] = house.sessions[who], house.accounts.start_session(user)
    reply = house.send(who, row.method, row.url or row.path, **row.request)
    assert reply.status_code == expected(row, who), reply.text[:300]
    if row.path == "/ui/sign-out" and who in PEOPLE:
        house.sessions[who] = kept


@pytest.mark.parametrize("who", WHO)
def test_the_pages(house: House, who: str) -> None:
    for lang in LANGS:
        reply = house.send(who, "GET", f"/{lang}/")
        assert reply.status_code == (303 if who == "anonymous" else 200)
    assert house.send(who, "GET", "/ui/static/app.css").status_code == 200


@pytest.mark.parametrize("who", WHO)
def test_what_is_withdrawn_is_for_editors(house: House, who: str) -> None:
    role = role_of(who)
    listed = house.send(who, "GET", "/api/v1/sources")
    source = house.send(who, "GET", "/ui/source", params={"article_id": "gone"})
    shown = house.send(who, "GET", "/api/v1/show", params={"article_id": "gone"})
    editor = role is not None and role >= Role.EDITOR
    assert ("gone" in listed.text) == editor
    assert ("秘密" in source.text) == editor
    assert ("秘密" in shown.text) == editor
    assert source.status_code == shown.status_code == (200 if editor else 401 if role is None else 404)


@pytest.mark.parametrize("who", ["reader-a", "editor"])
@pytest.mark.parametrize("state", ["holds", "altered", "missing"])
def test_a_made_up_receipt_tells_a_reader_nothing_of_a_withheld_text(house: House, who: str, state: str) -> None:
    """Else a receipt for each letter would read an article under embargo out."""
    checks = tuple(CitationCheck(1, article, 1, state, f"told {state}") for article in ("gone", "trainium-specs"))
    house.assistant.receipt_report = ReceiptReport("", "", "intact", checks)
    reply = house.send(who, "POST", "/api/v1/verify", json={"receipt": {}}).json()["citations"]
    told = [item["state"] for item in reply]
    assert told == (["withdrawn", state] if who == "reader-a" else [state, state])
    assert (f"told {state}" in reply[0]["reason"]) == (who == "editor")


# -- Gradio's routes -----------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_gradios_routes_are_closed_but_for_those_the_pages_need(house: House, lang: str) -> None:
    for route in walk(mounted(house, f"/{lang}").routes):
        path = getattr(route, "path", None)
        if path is None or isinstance(route, Mount):
            continue
        # The router of the API has its prefix in the included routes or beside them.
        candidates = {path, f"/gradio_api{path}"}
        if candidates & GRADIO:
            continue
        for candidate in candidates:
            url = f"/{lang}" + re.sub(r"\{[^}]*\}", "x", candidate)
            for method in ("GET", "POST"):
                assert house.send("admin", method, url).status_code in (404, 405), f"{method} {url}"


@pytest.mark.parametrize("path", sorted(GRADIO))
def test_nobody_gets_at_gradio_without_signing_in(house: House, path: str) -> None:
    url = "/ja" + re.sub(r"\{[^}]*\}", "x", path)
    assert house.send("anonymous", "GET", url).status_code == (303 if path == "/" else 401)
    assert house.send("anonymous", "POST", url, json={"session_hash": "x"}).status_code == 401


# -- Gradio's events -----------------------------------------------------------------------------


def events(house: House, lang: str) -> Iterator[tuple[str, int, Any]]:
    blocks = mounted(house, f"/{lang}").get_blocks()
    for index, handler in blocks.fns.items():
        for target, event in handler.targets:
            block = blocks.blocks.get(target)
            name = getattr(block, "elem_id", None) or handler.fn.__name__
            yield f"{name}.{event}", index, handler


@pytest.mark.parametrize("lang", LANGS)
def test_every_event_has_a_row(house: House, lang: str) -> None:
    found: dict[str, Role] = {}
    for name, _, handler in events(house, lang):
        found[name] = max(found.get(name, Role.READER), needed_role(handler.fn))
    assert found == EVENTS


def join(house: House, who: str, index: int, session: str, lang: str = "ja", inputs: int = 0) -> Any:
    body = {"data": ["x"] * inputs, "fn_index": index, "session_hash": session, "event_data": None, "trigger_id": None}
    return house.send(who, "POST", f"/{lang}/gradio_api/queue/join", json=body)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("lang", LANGS)
def test_who_may_send_an_event(house: House, who: str, lang: str) -> None:
    role = role_of(who)
    for name, index, handler in events(house, lang):
        reply = join(house, who, index, f"{who}-{index}", lang, len(handler.inputs))
        wanted = 401 if role is None else 200 if role >= needed_role(handler.fn) else 403
        assert reply.status_code == wanted, (name, reply.text)


def test_the_handlers_look_themselves(house: House) -> None:
    """Not only the door: whatever way a handler is reached, it is a viewer with the role or nobody."""
    from gradio.context import LocalContext
    from gradio.route_utils import Request as GradioRequest

    def call_as(role: Role | None, handler: Any) -> None:
        if role is not None:
            scope = {"type": "http", "headers": [], "state": {"viewer": Viewer("x", role)}}
            LocalContext.request.set(GradioRequest(request=Request(scope)))
        handler(*[""] * handler.__code__.co_argcount)

    guarded = [handler.fn for _, _, handler in events(house, "ja") if needed_role(handler.fn) > Role.READER]
    assert len(guarded) >= 4
    for handler in guarded:
        with pytest.raises(ForbiddenError, match="for editors only"):
            copy_context().run(call_as, Role.READER, handler)
        with pytest.raises(RuntimeError, match="without a viewer"):
            copy_context().run(call_as, None, handler)


def library(house: House, who: str) -> str:
    index = next(index for name, index, _ in events(house, "ja") if name == "library-refresh.click")
    assert join(house, who, index, f"list-{who}").status_code == 200
    stream = house.send(who, "GET", "/ja/gradio_api/queue/data", params={"session_hash": f"list-{who}"})
    return str(outcome(stream.text)["output"]["data"][0])


def test_the_library_page_lists_what_the_viewer_may_see(house: House) -> None:
    assert "取り下げた記事" in library(house, "editor")
    listed = library(house, "reader-a")
    assert "Trainium3" in listed
    assert "取り下げた記事" not in listed


# -- one viewer and another ----------------------------------------------------------------------


@pytest.mark.parametrize("other", ["reader-b", "editor", "admin", "reader-key", "admin-key"])
def test_nobody_gets_at_anothers_page(house: House, other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()

    def check(draft: str) -> CheckReport:
        go.wait(20)
        return CheckReport(())

    monkeypatch.setattr(house.assistant, "check", check)
    index = next(index for name, index, _ in events(house, "ja") if name == "check-run.click")
    mine, theirs = f"mine-{other}", f"theirs-{other}"
    event = join(house, "reader-a", index, mine, inputs=1).json()["event_id"]
    assert join(house, other, index, theirs, inputs=1).status_code == 200
    api = "/ja/gradio_api"
    cancel = {"session_hash": mine, "fn_index": index, "event_id": event}
    attempts = [
        join(house, other, index, mine, inputs=1),
        house.send(other, "GET", f"{api}/queue/data", params={"session_hash": mine}),
        house.send(other, "GET", f"{api}/queue/data?session_hash={theirs}&session_hash={mine}"),
        house.send(other, "GET", f"{api}/heartbeat/{mine}"),
        house.send(other, "POST", f"{api}/cancel", json=cancel),
        house.send(other, "POST", f"{api}/cancel", json={**cancel, "session_hash": theirs}),
        house.send(other, "POST", f"{api}/reset", json={"event_id": event, "session_hash": mine}),
        house.send(other, "POST", f"{api}/reset", json={"event_id": event, "session_hash": theirs}),
    ]
    go.set()
    assert [reply.status_code for reply in attempts] == [403] * len(attempts)
    own = house.send("reader-a", "GET", f"{api}/queue/data", params={"session_hash": mine})
    assert outcome(own.text)["success"], "what another tried has changed nothing"


@pytest.mark.parametrize("session", ["", "x" * 65, "a b", "../x", None, 7, ["a"], "あ"])
def test_a_session_is_a_short_name(house: House, session: object) -> None:
    body = {"data": [], "fn_index": 0, "session_hash": session}
    for path in ("queue/join", "cancel", "reset"):
        reply = house.send("reader-a", "POST", f"/ja/gradio_api/{path}", json={**body, "event_id": "x"})
        assert reply.status_code == 422, path


@pytest.mark.parametrize("index", [-1, 10**30, True, None, "0", 1.5, [0]])
def test_an_event_that_is_none(house: House, index: object) -> None:
    assert join(house, "reader-a", index, "x").status_code == 404  # type: ignore[arg-type]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b"[" * 100_000, b'{"session_hash": NaN}'])
def test_a_body_that_is_none(house: House, body: bytes) -> None:
    for path in ("queue/join", "cancel", "reset"):
        reply = house.send("reader-a", "POST", f"/ja/gradio_api/{path}", content=body)
        assert reply.status_code == 422, path


def test_people_of_a_server_without_accounts_are_kept_apart_too() -> None:
    from fastapi.testclient import TestClient

    from ui.server import create_server

    app = create_server(trainium_assistant())
    with TestClient(app) as one, TestClient(app) as other:
        body = {"data": [""], "fn_index": 0, "session_hash": "mine"}
        assert one.get("/ui/whoami").status_code == 200
        assert one.post("/ja/gradio_api/cancel", json={**body, "event_id": "x"}).status_code == 200
        assert other.post("/ja/gradio_api/cancel", json={**body, "event_id": "x"}).status_code == 403


def test_a_role_taken_away_is_gone_with_the_next_request(house: House) -> None:
    house.accounts.set_role("editor", Role.READER)
    try:
        assert house.send("editor", "GET", "/ui/source", params={"article_id": "gone"}).status_code == 404
    finally:
        house.accounts.set_role("editor", Role.EDITOR)
    assert house.send("editor", "GET", "/ui/source", params={"article_id": "gone"}).status_code == 200
