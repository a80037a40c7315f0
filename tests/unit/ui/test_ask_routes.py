"""The Ask page's routes: whose answers they are, how they come, how they end."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.scope import Scope
from assistant.types import Answer, AnswerSentence, Withheld
from evals.feedback import DRAFTS, import_feedback
from tests.fakes import FakeAssistant, trainium_assistant
from ui import runs
from ui.ask_routes import build_ask_router
from ui.askdesk import AskDesk
from ui.chat import Filters
from ui.conversations import FILE_NAME, ConversationStore
from ui.guard import Guard
from ui.strings import JA
from ui.viewer import VISITOR_COOKIE, Role, Visitors
from ui.wording.ask import JA as WORDS

QUESTION = "Trainium3のメモリ容量は？"
VISITOR = "v" * 32


class Waiting(FakeAssistant):
    """Gives one sentence, then waits until it is let on or closed."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.go = threading.Event()
        self.closed_early = threading.Event()
        self.begun = threading.Semaphore(0)

    def stream(self, question: str, **more: Any) -> Iterator[AnswerSentence | Answer]:
        answer = self.ask(question, **more)
        try:
            yield answer.sentences[0]
            self.begun.release()
            self.go.wait(60)
            yield from answer.sentences[1:]
            yield answer
        except GeneratorExit:
            self.closed_early.set()
            raise


def waiting() -> Waiting:
    ready = trainium_assistant()
    return Waiting(articles=ready.articles, answers=ready.answers)


def server(assistant: FakeAssistant, *, editors: bool = False) -> FastAPI:
    """The routes behind what stands before every route, without Gradio's pages, which take seconds to build."""
    desk = AskDesk(assistant, getattr(assistant.settings, "home", None))
    app = FastAPI(openapi_url=None)
    app.include_router(build_ask_router(assistant, desk))
    app.add_middleware(Visitors, role=Role.EDITOR if editors else Role.READER)
    app.add_middleware(Guard)
    app.router.on_shutdown.append(desk.close)
    return app


@contextmanager
def browser(assistant: FakeAssistant) -> Iterator[TestClient]:
    with TestClient(server(assistant), raise_server_exceptions=False) as client:
        client.cookies.set(VISITOR_COOKIE, VISITOR)
        yield client


@pytest.fixture
def assistant(tmp_path: Path) -> FakeAssistant:
    assistant = trainium_assistant()
    assistant.settings = SimpleNamespace(
        serve=SimpleNamespace(log_questions=False), reader=SimpleNamespace(model="extractive"), home=tmp_path
    )
    return assistant


@pytest.fixture
def client(assistant: FakeAssistant) -> Iterator[TestClient]:
    with browser(assistant) as client:
        yield client


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    return [(name, json.loads(data)) for name, data in re.findall(r"event: (\w+)\ndata: (.*)\n\n", text)]


def ask(client: TestClient, question: str = QUESTION, **more: Any) -> dict[str, Any]:
    """The first event of an answer, read to its end."""
    reply = client.post("/ui/ask", json={"question": question, **more})
    assert reply.status_code == 200, reply.text
    found = events(reply.text)
    assert found[-1][0] == "done"
    return {**found[0][1], "done": found[-1][1], "names": [name for name, _ in found]}


def test_an_answer_comes_by_sentence_and_is_kept(client: TestClient, assistant: FakeAssistant) -> None:
    reply = client.post("/ui/ask", json={"question": f" {QUESTION}\n"})
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert reply.headers["cache-control"] == "no-store"
    found = events(reply.text)
    assert [name for name, _ in found] == ["turn", "sentence", "sentence", "done"]
    assert re.findall(r"^id: (\d+)$", reply.text, re.M) == ["1", "2", "3", "4"]
    assert 'aria-busy="true"' in found[0][1]["html"]
    assert found[-1][1]["state"] == "answered"
    identifier = found[0][1]["conversation"]
    assert re.fullmatch(r"[\w-]{24}", identifier)
    shown = client.get(f"/ui/conversations/{identifier}").json()
    assert shown["current"] == found[-1][1]["html"]
    assert shown["working"] == []
    second = ask(client, "NVIDIAの強みは何ですか？", conversation=identifier)
    assert (second["conversation"], second["turn"]) == (identifier, 2)
    answer = assistant.answers[QUESTION]
    assert isinstance(answer, Answer)
    assert assistant.asked[-1] == ("NVIDIAの強みは何ですか？", ((QUESTION, answer.text),))


def test_errors_of_ours_are_told_and_others_are_not(client: TestClient) -> None:
    told = ask(client, "壊れる質問")
    assert "Run `assistant index`" in told["done"]["html"]
    hidden = ask(client, "想定外の質問", conversation=told["conversation"])
    assert JA.error_unexpected in hidden["done"]["html"]
    assert "secret" not in hidden["done"]["html"]
    shown = client.get(f"/ui/conversations/{told['conversation']}").json()
    assert "Run `assistant index`" in shown["earlier"], "it is still told after a reload"


def test_filters_reach_the_assistant_and_stay_with_the_turn(client: TestClient, assistant: FakeAssistant) -> None:
    filters = {"sources": ["trainium-specs"], "published_from": "2025-01-01", "lang": "ja", "as_of": "2026-03-05"}
    told = ask(client, filters=filters)
    scope, day = assistant.filtered[-1]
    assert (scope, day) == (Scope(("trainium-specs",), date(2025, 1, 1), None, "ja"), date(2026, 3, 5))
    for words in ("AWS Trainium 仕様表", "2025年1月1日", "2026年3月5日の時点"):
        assert words in told["done"]["html"]
    client.post(f"/ui/conversations/{told['conversation']}/1/retry")
    assert assistant.filtered[-1] == (scope, day)
    reply = client.post(
        "/ui/ask",
        json={"question": QUESTION, "filters": {"published_from": "2026-02-01", "published_to": "2026-01-01"}},
    )
    assert reply.status_code == 400
    assert "'2026-02-01' is after" in reply.json()["error"]["message"]


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"question": " "}, {"question": "あ" * 2001}, {"question": "a", "extra": 1}),
        *(
            {"question": "a", "conversation": "../x"},
            {"question": "a", "turn": 0},
            {"question": "a", "filters": {"as_of": "x"}},
        ),
    ],
)
def test_malformed_questions_are_refused(client: TestClient, body: dict[str, object]) -> None:
    assert client.post("/ui/ask", json=body).status_code == 422


def test_no_viewer_reaches_what_is_anothers(assistant: FakeAssistant) -> None:
    app = server(assistant)
    with TestClient(app) as mine, TestClient(app) as yours:
        told = ask(mine)
        base = f"/ui/conversations/{told['conversation']}"
        body = {"question": "割り込み", "conversation": told["conversation"]}
        routes: list[tuple[str, str, dict[str, object] | None]] = [
            ("POST", "/ui/ask", body),
            ("POST", "/ui/ask", {**body, "turn": 1}),
            ("GET", base, None),
            ("PUT", base, {"title": "別名"}),
            ("POST", f"{base}/1/retry", None),
            ("POST", f"{base}/1/stop", None),
            ("GET", f"{base}/1/events", None),
            ("GET", f"{base}/1/copy", None),
            ("GET", f"{base}/1/receipt", None),
            ("GET", f"{base}/1/found", None),
            ("POST", f"{base}/1/feedback", {"verdict": "wrong"}),
            ("DELETE", base, None),
        ]
        listed = {
            (method, route.path)
            for route in app.routes
            for method in getattr(route, "methods", None) or ()
            if "{conversation}" in getattr(route, "path", "")
        }
        tried = {
            (method, path.replace(told["conversation"], "{conversation}").replace("/1/", "/{number}/"))
            for method, path, _ in routes
        }
        assert listed <= tried, "every route is tried"
        before = mine.get(base).json()
        for method, path, sent in routes:
            reply = yours.request(method, path, json=sent)
            assert reply.status_code == 404, (method, path, reply.text)
            assert WORDS.conversation_missing in reply.text
        assert yours.get("/ui/conversations").json()["count"] == 0
        assert mine.get(base).json() == before
        assert mine.get("/ui/conversations").json()["count"] == 1


def test_stop_ends_the_work_on_the_server() -> None:
    assistant = waiting()
    with browser(assistant) as client:
        texts: list[str] = []
        reading = threading.Thread(
            target=lambda: texts.append(client.post("/ui/ask", json={"question": QUESTION}).text)
        )
        reading.start()
        assert assistant.begun.acquire(timeout=60)
        (identifier,) = re.findall(r'href="#/c/([\w-]+)"', client.get("/ui/conversations").json()["html"])
        assert client.get(f"/ui/conversations/{identifier}").json()["working"] == [1]
        assert client.post(f"/ui/conversations/{identifier}/1/stop").json() == {"stopped": True}
        reading.join(60)
        assert events(texts[0])[-1][1]["state"] == "stopped"
        assistant.go.set()
        assert assistant.closed_early.wait(60), "the answer is not read to its end"
        shown = client.get(f"/ui/conversations/{identifier}").json()["current"]
        assert JA.stopped in shown
        assert "HBM3E" in shown, "what had been verified stays"
        assert client.post(f"/ui/conversations/{identifier}/1/stop").status_code in (200, 404)
        assert JA.stopped in client.get(f"/ui/conversations/{identifier}").json()["current"]


def test_a_lost_connection_is_taken_up_again() -> None:
    assistant = waiting()
    with browser(assistant) as client:
        reading = threading.Thread(target=lambda: client.post("/ui/ask", json={"question": QUESTION}))
        reading.start()
        assert assistant.begun.acquire(timeout=60)
        (identifier,) = re.findall(r'href="#/c/([\w-]+)"', client.get("/ui/conversations").json()["html"])
        texts: list[str] = []
        path = f"/ui/conversations/{identifier}/1/events"
        again = threading.Thread(target=lambda: texts.append(client.get(f"{path}?after=2").text))
        again.start()
        assistant.go.set()
        for thread in (reading, again):
            thread.join(60)
        assert [name for name, _ in events(texts[0])] == ["sentence", "done"]
        assert re.findall(r"^id: (\d+)$", texts[0], re.M) == ["3", "4"]


def test_asking_again_while_it_is_answered_leaves_the_newer_one() -> None:
    assistant = waiting()
    with browser(assistant) as client:
        reading = threading.Thread(target=lambda: client.post("/ui/ask", json={"question": QUESTION}))
        reading.start()
        assert assistant.begun.acquire(timeout=60)
        (identifier,) = re.findall(r'href="#/c/([\w-]+)"', client.get("/ui/conversations").json()["html"])
        texts: list[str] = []
        again = threading.Thread(
            target=lambda: texts.append(client.post(f"/ui/conversations/{identifier}/1/retry").text)
        )
        again.start()
        assert assistant.begun.acquire(timeout=60)
        reading.join(60)
        assistant.go.set()
        again.join(60)
        assert events(texts[0])[-1][1]["state"] == "answered"
        assert 'data-state="answered"' in client.get(f"/ui/conversations/{identifier}").json()["current"]


def test_a_busy_server_says_so_and_keeps_nothing(monkeypatch: pytest.MonkeyPatch, client: TestClient) -> None:
    monkeypatch.setattr(runs, "WAITING_MAX", 0)
    reply = client.post("/ui/ask", json={"question": QUESTION})
    assert reply.status_code == 503
    assert reply.headers["retry-after"] == "3"
    assert reply.json()["error"] == {"type": "Busy", "message": WORDS.busy}
    assert client.get("/ui/conversations").json()["count"] == 0


def test_a_turn_nobody_works_on_says_so(assistant: FakeAssistant, tmp_path: Path) -> None:
    store = ConversationStore(tmp_path / FILE_NAME)
    asked = store.ask(f"visitor:{VISITOR}", QUESTION, conversation=None, number=None, filters=Filters())
    store.close()
    assert asked is not None
    with browser(assistant) as client:
        shown = client.get(f"/ui/conversations/{asked[0].id}").json()
        assert WORDS.interrupted in shown["current"]
        assert shown["working"] == []
        client.post(f"/ui/conversations/{asked[0].id}/1/retry")
        assert "144GB" in client.get(f"/ui/conversations/{asked[0].id}").json()["current"]


def test_withheld_sentences_are_for_editors(assistant: FakeAssistant) -> None:
    answer = assistant.answers[QUESTION]
    assert isinstance(answer, Answer)
    assistant.answers[QUESTION] = replace(answer, withheld=(Withheld("容量は999GBです。", "999 is not in the source"),))
    for editors in (True, False):
        with TestClient(server(assistant, editors=editors)) as client:
            assert ("<s>容量は999GBです。</s>" in ask(client)["done"]["html"]) is editors


def test_an_answer_that_quotes_a_withdrawn_article_is_taken_back(client: TestClient, assistant: FakeAssistant) -> None:
    told = ask(client)
    base = f"/ui/conversations/{told['conversation']}"
    article = assistant.articles[0]
    assistant.articles[0] = replace(article, metadata=replace(article.metadata, withdrawn=True))
    shown = client.get(base).json()["current"]
    assert JA.turn_withdrawn in shown
    assert "144GB" not in shown
    for what in ("copy", "receipt", "found"):
        assert client.get(f"{base}/1/{what}").status_code == 404
    ask(client, "NVIDIAの強みは何ですか？", conversation=told["conversation"])
    assert assistant.asked[-1][1] == (), "it leads no follow-up either"


def test_an_answer_whose_words_are_gone_is_taken_back(client: TestClient, assistant: FakeAssistant) -> None:
    told = ask(client)
    article = assistant.articles[0]
    assistant.articles[0] = replace(article, text=article.text.replace("144GB", "１44GB"))
    assert JA.turn_withdrawn in client.get(f"/ui/conversations/{told['conversation']}").json()["current"]


def test_copies_receipts_and_feedback(client: TestClient, assistant: FakeAssistant, tmp_path: Path) -> None:
    told = ask(client)
    base = f"/ui/conversations/{told['conversation']}/1"
    assert client.get(f"{base}/copy").json()["text"].splitlines()[0].endswith("[2]")
    both = client.get(f"{base}/copy?format=html&lang=en").json()
    assert both["html"].count("<li id=") == 2
    assert "“" in both["text"]
    assert "[^2]:" in client.get(f"{base}/copy?format=markdown").json()["text"]
    receipt = client.get(f"{base}/receipt")
    assert receipt.json() == {"format": 1, "question": QUESTION}
    assert receipt.headers["content-disposition"].startswith('attachment; filename="receipt-')
    kept = client.post(f"{base}/feedback", json={"verdict": "missing_source", "note": "仕様表の\n新しい版がある"})
    assert kept.status_code == 201
    client.post(f"{base}/feedback", json={"verdict": "wrong"})
    assert client.post(f"{base}/feedback", json={"verdict": "fine"}).status_code == 422
    lines = (tmp_path / "feedback.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    folder = tmp_path / "cases"
    folder.mkdir()
    assert import_feedback(tmp_path / "feedback.jsonl", folder) == 0
    drafts = [json.loads(line) for line in (folder / DRAFTS).read_text(encoding="utf-8").splitlines()]
    assert drafts[0]["question"] == QUESTION
    assert drafts[0]["feedback"]["note"] == "仕様表の\n新しい版がある"
    assert drafts[0]["gold_evidence"][0]["article_id"] == "2025-12-03-aws-trainium3"


def test_also_found_leaves_out_what_is_cited(client: TestClient, assistant: FakeAssistant) -> None:
    answer = assistant.answers[QUESTION]
    assert isinstance(answer, Answer)
    assistant.answers["Trainium"] = replace(answer, question="Trainium")
    told = ask(client, "Trainium")
    html = client.get(f"/ui/conversations/{told['conversation']}/1/found").json()["html"]
    assert "UltraServer" in html
    assert "144 GB" not in html


def test_what_the_source_filter_offers(client: TestClient) -> None:
    offered = client.get("/ui/ask/sources").json()["sources"]
    assert offered[0] == {"value": "example.com", "label": "example.com", "name": "1件"}
    assert {"value": "articles", "label": "articles", "name": "2件"} in offered
    assert offered[-1]["value"] == "trainium-specs"
