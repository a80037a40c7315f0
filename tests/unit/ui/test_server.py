from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from assistant import schema
from assistant.errors import (
    AssistantError,
    ConfigError,
    CorpusError,
    IndexMissingError,
    ModelOutputError,
    ModelUnavailableError,
)
from tests.fakes import FakeAssistant, trainium_assistant
from ui.guard import _STYLES, BODY_BYTES
from ui.rest import http_status
from ui.server import create_server

QUESTION = "Trainium3のメモリ容量は？"


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    return trainium_assistant()


@pytest.fixture(scope="module")
def client(assistant: FakeAssistant) -> Iterator[TestClient]:
    with TestClient(create_server(assistant), raise_server_exceptions=False) as client:
        yield client


def events(body: str) -> list[tuple[str, dict[str, object]]]:
    found = re.findall(r"event: (\w+)\ndata: (.*)\n\n", body)
    return [(name, json.loads(data)) for name, data in found]


def test_home_leads_to_the_readers_language(client: TestClient) -> None:
    def target(**headers: str) -> str:
        return client.get("/", headers=headers, follow_redirects=False).headers["location"]

    assert target() == "ja/"
    assert target(**{"accept-language": "en-GB"}) == "en/"
    assert target(**{"accept-language": "en-GB", "cookie": "assistant_lang=ja"}) == "ja/"
    assert target(cookie="assistant_lang=../evil") == "ja/"


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_pages_are_ours(client: TestClient, lang: str) -> None:
    reply = client.get(f"/{lang}/")
    assert reply.status_code == 200
    policy = reply.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce is not None
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert f'lang="{lang}"' in reply.text
    assert set(re.findall(r"<script\b([^>]*)>", reply.text)) == {
        item for item in re.findall(r"<script\b([^>]*)>", reply.text) if f'nonce="{nonce[1]}"' in item
    }
    assert not re.findall(r"""(?:src|href|content)=["'](?:https?:)?//[^"']+""", reply.text)
    assert reply.headers["cache-control"] == "no-store"
    assert client.get(f"/{lang}/").headers["content-security-policy"] != policy, "a nonce is used once"
    assert '"named_endpoints":{}' in reply.text, "handlers are not listed as an API"


def test_every_reply_carries_the_security_headers(client: TestClient) -> None:
    for path in ("/", "/ja/", "/healthz", "/api/v1/sources", "/nowhere", "/ui/static/app.js", "/ja/theme.css"):
        headers = client.get(path, follow_redirects=False).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["x-frame-options"] == "DENY", path
        assert headers["referrer-policy"] == "no-referrer", path
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "server" not in headers


@pytest.mark.parametrize(
    "path",
    [
        *("/ja/config", "/ja/gradio_api/info", "/ja/gradio_api/openapi.json", "/ja/gradio_api/file=/etc/passwd"),
        *("/ja/gradio_api/proxy=https://example.com", "/ja/gradio_api/upload", "/ja/monitoring", "/en/docs"),
        *("/ja/gradio_api/run/predict", "/ja/gradio_api/runs", "/ja/gradio_api/vibe-code", "/ja/svelte/x"),
        *("/docs", "/redoc", "/openapi.json", "/ja/gradio_api/deep_link", "/ja/login"),
    ],
)
def test_gradios_other_routes_are_closed(client: TestClient, path: str) -> None:
    for method in ("GET", "POST"):
        assert client.request(method, path).status_code in (404, 405), method


def test_no_foreign_address_in_the_style(client: TestClient) -> None:
    own = re.findall(r'href="\.\.(/ui/static/\w+\.css)"', client.get("/ja/").text)
    assert len(own) == len(_STYLES)
    for path in ("/ja/theme.css", *own):
        assert "http" not in re.sub(r"https?://www\.w3\.org/\S+", "", client.get(path).text), path


def test_script_has_a_type_browsers_run(client: TestClient) -> None:
    kind = client.get("/ui/static/app.js").headers["content-type"].split(";")[0]
    assert kind in ("text/javascript", "application/javascript")


def test_ask(client: TestClient, assistant: FakeAssistant) -> None:
    reply = client.post("/api/v1/ask", json={"id": "q1", "question": QUESTION, "history": [["前", "答え[1]"]]})
    assert reply.status_code == 200
    answer = assistant.answers[QUESTION]
    assert not isinstance(answer, Exception)
    assert reply.json() == schema.answer_json("q1", answer)
    assert assistant.asked[-1] == (QUESTION, (("前", "答え[1]"),))
    by_address = client.get(f"/api/v1/ask?question={quote(QUESTION)}").json()
    assert by_address == schema.answer_json(None, answer)


def test_a_refusal_is_a_result(client: TestClient) -> None:
    reply = client.post("/api/v1/ask", json={"question": "明日の天気は？"})
    assert (reply.status_code, reply.json()["status"]) == (200, "refused")


@pytest.mark.parametrize("how", ["accept", "body", "address"])
def test_streamed_ask(client: TestClient, assistant: FakeAssistant, how: str) -> None:
    if how == "accept":
        reply = client.post("/api/v1/ask", json={"question": QUESTION}, headers={"accept": "text/event-stream"})
    elif how == "body":
        reply = client.post("/api/v1/ask", json={"question": QUESTION, "stream": True})
    else:
        reply = client.get(f"/api/v1/ask?question={quote(QUESTION)}&stream=true")
    assert reply.headers["content-type"].startswith("text/event-stream")
    answer = assistant.answers[QUESTION]
    assert not isinstance(answer, Exception)
    assert events(reply.text) == [
        *(("sentence", {"text": item.text, "citations": list(item.citations)}) for item in answer.sentences),
        ("answer", schema.answer_json(None, answer)),
    ]


def test_streamed_error(client: TestClient) -> None:
    reply = client.post("/api/v1/ask", json={"question": "壊れる質問", "stream": True})
    message = "The index has not been built. Run `assistant index`."
    assert events(reply.text) == [("error", {"error": {"type": "AssistantError", "message": message}})]


def test_search_check_compare_sources(client: TestClient, assistant: FakeAssistant) -> None:
    found = client.post("/api/v1/search", json={"question": "144GB", "top_k": 1}).json()
    assert [hit["article_id"] for hit in found["hits"]] == ["2025-12-03-aws-trainium3"]
    assert client.get("/api/v1/search?question=144GB").json()["question"] == "144GB"
    draft, report = next(iter(assistant.reports.items()))
    assert client.post("/api/v1/check", json={"draft": draft}).json() == schema.check_json(None, report)
    compared = client.post("/api/v1/compare", json={"names": ["Trainium3", "Trainium2"]}).json()
    assert compared["entities"] == ["Trainium3", "Trainium2"]
    listed = client.get("/api/v1/sources").json()["sources"]
    assert [source["article_id"] for source in listed] == ["2025-12-03-aws-trainium3", "trainium-specs"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("ask", {}),
        ("ask", {"question": ""}),
        ("ask", {"question": "x" * 2001}),
        ("ask", {"question": "x", "surprise": 1}),
        ("ask", {"question": "x", "lang": "fr"}),
        ("ask", {"question": "x", "as_of": "yesterday"}),
        ("search", {"question": "x", "top_k": 0}),
        ("check", {"draft": ""}),
        ("compare", {"names": []}),
    ],
)
def test_malformed_requests_are_told_so(client: TestClient, path: str, body: dict[str, object]) -> None:
    reply = client.post(f"/api/v1/{path}", json=body)
    assert reply.status_code == 422
    error = reply.json()["error"]
    assert error["type"] == "RequestError"
    assert error["message"].startswith("The request is not as described: ")


def test_errors_are_json(client: TestClient) -> None:
    expected = client.post("/api/v1/ask", json={"question": "壊れる質問"})
    assert expected.status_code == 500
    assert expected.json()["error"]["message"].startswith("The index has not been built.")
    unexpected = client.post("/api/v1/ask", json={"question": "想定外の質問"})
    assert unexpected.status_code == 500
    assert unexpected.json()["error"]["type"] == "InternalError"
    assert "secret" not in unexpected.text
    assert client.get("/api/v1/nothing").json()["error"]["type"] == "NotFound"
    assert client.delete("/api/v1/sources").json()["error"]["type"] == "MethodNotAllowed"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ConfigError("x"), 400),
        (CorpusError("x"), 404),
        (IndexMissingError("x"), 503),
        (ModelUnavailableError("x"), 503),
        (ModelOutputError("x"), 502),
        (AssistantError("x"), 500),
    ],
)
def test_http_status(error: AssistantError, status: int) -> None:
    assert http_status(error) == status


def test_source_panel(client: TestClient, assistant: FakeAssistant) -> None:
    answer = assistant.answers[QUESTION]
    assert not isinstance(answer, Exception)
    citation = answer.citations[0]
    query = {"article_id": citation.article_id, "version": 1, "start": citation.start, "end": citation.end}
    reply = client.get("/ui/source", params={**query, "lang": "en"})
    assert reply.status_code == 200
    assert f"<mark>{citation.quote}</mark>" in reply.text
    assert "3 December 2025" in reply.text
    unknown = client.get("/ui/source", params={"article_id": "<script>", "lang": "ja"})
    assert unknown.status_code == 404
    assert "<script>" not in unknown.text
    assert "&lt;script&gt;" in unknown.text
    assert client.get("/ui/source", params={"article_id": "a", "start": -1}).status_code == 422


def test_large_requests_are_refused(client: TestClient) -> None:
    for path in ("/api/v1/check", "/ui/ask"):
        reply = client.post(path, content=b"x" * (BODY_BYTES + 1))
        assert (reply.status_code, reply.json()["error"]["type"]) == (413, "RequestTooLarge"), path

    def without_length() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * (BODY_BYTES // 10)

    reply = client.post("/api/v1/check", content=without_length(), headers={"content-type": "application/json"})
    assert (reply.status_code, reply.json()["error"]["type"]) == (413, "RequestTooLarge")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://testserver"}, 200),
        ({"sec-fetch-site": "same-origin", "origin": "http://testserver"}, 200),
        ({"origin": "https://shop.example", "x-forwarded-host": "shop.example"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, 403),
    ],
)
def test_same_origin_only(client: TestClient, headers: dict[str, str], status: int) -> None:
    assert client.post("/api/v1/ask", json={"question": QUESTION}, headers=headers).status_code == status


def test_a_link_from_elsewhere_may_open_the_page(client: TestClient) -> None:
    assert client.get("/ja/", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}).status_code == 200
    framed = client.get("/ui/source?article_id=a", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"})
    assert framed.status_code == 403


def test_only_known_hosts_when_they_are_named(assistant: FakeAssistant) -> None:
    with TestClient(create_server(assistant, allowed_hosts=("localhost", "127.0.0.1", "::1"))) as client:
        assert client.get("/healthz", headers={"host": "rebound.example:7860"}).status_code == 400
        assert client.get("/healthz", headers={"host": "localhost:7860"}).status_code == 200
        assert client.get("/healthz", headers={"host": "[::1]:7860"}).status_code == 200


def test_health(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}
    with TestClient(create_server(trainium_assistant(search_error=IndexMissingError("Nothing is indexed.")))) as other:
        reply = other.get("/readyz")
    assert (reply.status_code, reply.json()["error"]["message"]) == (503, "Nothing is indexed.")


def test_questions_stay_out_of_the_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    client.get(f"/api/v1/ask?question={quote(QUESTION)}")
    lines = [record.getMessage() for record in caplog.records if record.name == "ui.access"]
    assert re.fullmatch(r"GET /api/v1/ask 200 \d+ms", lines[-1])
    own = [record.getMessage() for record in caplog.records if record.name.startswith(("ui", "uvicorn", "assistant"))]
    assert not [line for line in own if "Trainium3" in line or quote("の") in line]


def test_openapi_names_the_contract(client: TestClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert {"/api/v1/ask", "/api/v1/search", "/api/v1/check", "/api/v1/compare", "/api/v1/sources"} <= set(paths)
    assert not [path for path in paths if path.startswith(("/ui", "/ja", "/en"))]
