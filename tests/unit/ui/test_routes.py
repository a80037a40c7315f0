"""Who may do what, over every route and every event the server has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.routing import Mount

from assistant.receipt import CitationCheck, ReceiptReport
from assistant.types import ArticleMetadata
from tests.fakes import make_article, trainium_assistant
from tests.unit.ui.people import KEYS, PEOPLE, WHO, House
from tests.unit.ui.route_table import GRADIO, MOUNTS, ROUTES, Row
from ui.eval_runs import EvalDesk
from ui.viewer import Role

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


@pytest.mark.parametrize("lang", LANGS)
def test_the_pages_leave_nothing_for_gradio_to_call(house: House, lang: str) -> None:
    assert not mounted(house, f"/{lang}").get_blocks().fns


def test_a_role_taken_away_is_gone_with_the_next_request(house: House) -> None:
    house.accounts.set_role("editor", Role.READER)
    try:
        assert house.send("editor", "GET", "/ui/source", params={"article_id": "gone"}).status_code == 404
    finally:
        house.accounts.set_role("editor", Role.EDITOR)
    assert house.send("editor", "GET", "/ui/source", params={"article_id": "gone"}).status_code == 200
