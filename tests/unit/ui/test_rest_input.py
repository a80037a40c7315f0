"""Whatever is sent, a reply says what is wrong with it: never a 500, never a hanging request."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.fakes import trainium_assistant
from ui import rest_models
from ui.server import create_server

PATHS = ("ask", "search", "check", "verify", "compare")
GOOD: dict[str, dict[str, Any]] = {
    "ask": {"question": "Trainium3のメモリ容量は？"},
    "search": {"question": "144GB"},
    "check": {"draft": "Trainium3のメモリは144GBだ。"},
    "verify": {"receipt": {}},
    "compare": {"names": ["Trainium3", "Trainium2"]},
}
ODD = (
    *(None, True, False, 0, -1, 10**400, 1.5, 1e308, "", " ", "\x00", "\x00" * 100, "x" * 10_000, "\ud800", "a\udfffb"),
    *("あ" * 2001, "‮" * 50, "\u0000x\u200b", [], [None], [[]], [["x"]], [["x", "y", "z"]], ["\ud800"], {}),
    *({"x": 1}, "2026-13-45", "9999999-01-01", "0000-00-00", "true", "NaN"),
)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_server(trainium_assistant()), raise_server_exceptions=False) as client:
        yield client


def fields(path: str) -> list[str]:
    name = f"{path.capitalize()}Request"
    return list(getattr(rest_models, name).model_fields)


def told(reply: Any) -> None:
    """A result, or an error in our own form that can be sent on."""
    assert reply.status_code in (200, 400, 404, 413, 422), (reply.status_code, reply.text[:300])
    if reply.status_code != 200:
        error = reply.json()["error"]
        assert error["message"]
        reply.text.encode("utf-8")


@pytest.mark.parametrize("path", PATHS)
def test_odd_values_in_each_field(client: TestClient, path: str) -> None:
    for field in (*fields(path), "surprise"):
        for value in ODD:
            body = json.dumps({**GOOD[path], field: value})  # lone surrogates as \ud800, as a client may send them
            told(client.post(f"/api/v1/{path}", content=body, headers={"content-type": "application/json"}))


BODIES = (
    *(b"", b"{", b"null", b"[]", b"1", b'"x"', b"\xff\xfe", b"\x00", b'{"question": NaN}', b'{"question": "\xff"}'),
    *(b"[" * 50_000, b'{"question":' * 20_000, b'{"question": "x", "question": 1}', b"\xef\xbb\xbf{}"),
)
KINDS = ("application/json", "text/plain", "multipart/form-data", b"\x80")


@pytest.mark.parametrize("path", PATHS)
def test_bodies_that_are_none(client: TestClient, path: str) -> None:
    for body in BODIES:
        for kind in KINDS:
            told(client.post(f"/api/v1/{path}", content=body, headers={"content-type": kind}))  # type: ignore[dict-item]


NAMES = {
    "ask": ("question", "as_of", "lang", "stream", "id", "nothing"),
    "search": ("question", "top_k"),
    "show": ("article_id", "version"),
    "sources": ("nothing",),
}


@pytest.mark.parametrize("path", NAMES)
def test_odd_addresses(client: TestClient, path: str) -> None:
    odd = ("", "%00", "%ED%A0%80", "%FF", "x" * 5000, "%E3%81%82" * 2001, "-1", "1e9", "9" * 400, "&question=x", "[]")
    needed = {"question": "x", "article_id": "trainium-specs"}
    for name in NAMES[path]:
        given = "".join(f"&{key}={value}" for key, value in needed.items() if key in NAMES[path] and key != name)
        for value in odd:
            told(client.get(f"/api/v1/{path}?{name}={value}{given}"))


def test_odd_values_of_the_source_panel(client: TestClient) -> None:
    for name in ("article_id", "version", "start", "end", "lang"):
        for value in ("", "%00", "%ED%A0%80", "%FF", "-1", "9" * 30, "1.5", "x" * 600):
            query = {"article_id": "trainium-specs"} if name != "article_id" else {}
            address = "&".join([f"{name}={value}", *(f"{key}={given}" for key, given in query.items())])
            reply = client.get(f"/ui/source?{address}")
            assert reply.status_code in (200, 404, 422), address


def test_random_requests(client: TestClient) -> None:
    """Values of the whole list, nested into each other at random; the seed is fixed."""
    rng = random.Random(8)

    def value(depth: int) -> Any:
        kind = rng.random()
        if depth and kind < 0.2:
            return [value(depth - 1) for _ in range(rng.randrange(4))]
        if depth and kind < 0.4:
            return {str(rng.choice(ODD))[:20]: value(depth - 1) for _ in range(rng.randrange(4))}
        return rng.choice(ODD)

    for _ in range(100):
        path = rng.choice(PATHS)
        body = {name: value(3) for name in fields(path) if rng.random() < 0.7}
        told(client.post(f"/api/v1/{path}", content=json.dumps(body), headers={"content-type": "application/json"}))


# -- the description ------------------------------------------------------------------------------


def test_every_operation_names_its_reply_and_its_errors(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()
    schemas = described["components"]["schemas"]
    assert set(described["components"]["securitySchemes"]) == {"apiKey", "session"}
    assert described["security"] == [{"apiKey": []}, {"session": []}]
    seen = set()
    for path, operations in described["paths"].items():
        if not path.startswith("/api/v1/"):
            continue
        for method, operation in operations.items():
            seen.add(f"{method} {path.removeprefix('/api/v1/')}")
            assert operation["description"], path
            reply = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
            assert reply.rsplit("/", 1)[1] in schemas
            for status in ("401", "403", "422", "429", "503"):
                error = operation["responses"][status]["content"]["application/json"]["schema"]["$ref"]
                assert error == "#/components/schemas/Error", (path, status)
    posts = {f"post {path}" for path in PATHS}
    assert seen == posts | {"get ask", "get search", "get sources", "get show"}


@pytest.mark.parametrize(
    ("method", "path", "model"),
    [
        ("POST", "ask", rest_models.Answer),
        ("POST", "search", rest_models.SearchResult),
        ("POST", "check", rest_models.CheckResult),
        ("POST", "compare", rest_models.Comparison),
        ("POST", "verify", rest_models.ReceiptState),
        ("GET", "sources", rest_models.Sources),
        ("GET", "show", rest_models.ShownArticle),
    ],
)
def test_replies_are_as_described(client: TestClient, method: str, path: str, model: type[Any]) -> None:
    more = {"json": GOOD[path]} if method == "POST" else {"params": {"article_id": "trainium-specs"}}
    reply = client.request(method, f"/api/v1/{path}", **more)
    assert reply.status_code == 200
    assert set(model.model_fields) <= set(reply.json())
    model.model_validate(reply.json(), strict=True)


def test_no_path_of_the_server_is_told(client: TestClient) -> None:
    shown = client.get("/api/v1/show", params={"article_id": "trainium-specs"}).json()
    assert shown["source_path"] == "trainium-specs.md"
    assert "/corpus" not in client.get("/api/v1/sources").text
