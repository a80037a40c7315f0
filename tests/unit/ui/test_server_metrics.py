"""What Prometheus reads, and who may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from tests.fakes import FakeAssistant, trainium_assistant
from ui.server import create_server

QUESTION = "Trainium3のメモリ容量は？"
HERE = ("127.0.0.1", 5000)


class Counted(FakeAssistant):
    def status(self) -> SimpleNamespace:
        counts = {"articles": 2, "passages": 9}
        return SimpleNamespace(refused=(), counts=counts, generation="g7", fingerprint="f", problems=("one",))


@pytest.fixture(scope="module")
def app() -> FastAPI:
    base = trainium_assistant()
    return create_server(Counted(articles=base.articles, answers=base.answers))


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, client=HERE, raise_server_exceptions=False) as client:
        yield client


def values(client: TestClient) -> dict[tuple[str, str], float]:
    reply = client.get("/metrics")
    assert reply.status_code == 200
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(reply.text)
        for sample in family.samples
    }


def test_what_is_counted(client: TestClient) -> None:
    before = values(client)
    client.post("/api/v1/ask", json={"question": QUESTION})
    client.post("/api/v1/ask", json={"question": QUESTION, "stream": True})
    client.post("/api/v1/ask", json={"question": "明日の天気は？"})
    client.post("/api/v1/ask", json={"question": "壊れる質問"})
    client.post("/api/v1/ask", json={})
    client.get("/api/v1/nothing/here")
    after = values(client)

    def more(name: str, labels: str) -> float:
        return after.get((name, labels), 0) - before.get((name, labels), 0)

    assert more("assistant_answers_total", "answered") == 2
    assert more("assistant_answers_total", "refused") == 1
    assert more("assistant_answers_total", "error") == 1
    assert more("assistant_first_sentence_seconds_count", "") == 3
    assert more("assistant_requests_total", "POST,/api/v1/ask,200") == 3
    assert more("assistant_requests_total", "POST,/api/v1/ask,422") == 1
    assert more("assistant_requests_total", "GET,other,404") == 1
    assert after["assistant_waiting", ""] == 0
    assert after["assistant_library", "passages"] == 9
    assert after["assistant_index", "f,g7"] == 1
    assert after["assistant_index_problems", ""] == 1


def test_nothing_a_client_made_up_becomes_a_label(client: TestClient) -> None:
    for path in ("/秘密", "/ja/gradio_api/heartbeat_secret", "/ui/static/secret.js", "/api/v1/ask/secret"):
        client.get(path)
    client.request("SECRET", "/healthz")
    client.get("/api/v1/search", params={"question": "secret"})
    text = client.get("/metrics").text
    assert "secret" not in text.lower()
    assert "秘密" not in text
    assert QUESTION not in text


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        (("127.0.0.1", 1), {}, 200),
        (("::1", 1), {}, 200),
        (("192.0.2.1", 1), {}, 403),
        (("127.0.0.1", 1), {"x-forwarded-for": "192.0.2.1"}, 403),
        (("127.0.0.1", 1), {"forwarded": "for=192.0.2.1"}, 403),
    ],
)
def test_only_this_machine_without_accounts(
    app: FastAPI, address: tuple[str, int], headers: dict[str, str], status: int
) -> None:
    with TestClient(app, client=address) as client:
        assert client.get("/metrics", headers=headers).status_code == status


def test_the_format_says_what_it_is(client: TestClient) -> None:
    reply = client.get("/metrics")
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert re.search(r"^# TYPE assistant_answers_total counter$", reply.text, re.MULTILINE)
