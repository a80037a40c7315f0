"""The rate of a viewer."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.settings import load_settings
from tests.fakes import trainium_assistant
from tests.unit.ui.people import House
from ui.limits import ADDRESS_FACTOR, Rate
from ui.server import DEFAULT_RATE, rate_of, workers_of
from ui.workers import default_workers


def test_a_bucket_is_refilled() -> None:
    seconds = 0.0
    rate = Rate(6, now=lambda: seconds)
    assert [rate.take("a") for _ in range(7)] == [0] * 6 + [10]
    assert rate.take("b") == 0
    seconds = 9.0
    assert rate.take("a") == 1
    seconds = 10.5
    assert [rate.take("a") for _ in range(2)] == [0, 10]
    seconds = 1000.0
    assert [rate.take("a") for _ in range(7)] == [0] * 6 + [10]


def test_each_viewer_has_its_own_and_is_told_when_to_come_back(tmp_path: Path) -> None:
    house = House(trainium_assistant(), tmp_path, {"rate_per_minute": 3})
    with house.client:
        asked = [house.send("reader-a", "GET", "/api/v1/search", params={"question": "x"}) for _ in range(4)]
        assert [reply.status_code for reply in asked] == [200, 200, 200, 429]
        assert asked[-1].json()["error"]["type"] == "TooManyRequests"
        assert 1 <= int(asked[-1].headers["retry-after"]) <= 20
        assert house.send("reader-a", "GET", "/api/v1/sources").status_code == 200, "looking costs nothing"
        assert house.send("reader-a", "POST", "/ui/ask", json={"question": "x"}).status_code == 429
        for who in ("reader-b", "reader-key"):
            assert house.send(who, "GET", "/api/v1/search", params={"question": "x"}).status_code == 200
        seen = [house.send("admin", "POST", "/api/v1/compare", json={"names": ["a"]}).status_code for _ in range(3)]
        assert seen == [200] * 3
        assert "assistant_rate_limited_total 2.0" in house.send("admin", "GET", "/metrics").text


def test_a_new_cookie_for_each_request_meets_the_limit_of_the_address() -> None:
    from fastapi.testclient import TestClient

    from ui.server import create_server

    with TestClient(create_server(trainium_assistant(), rate_per_minute=1)) as client:
        found = []
        for _ in range(ADDRESS_FACTOR + 1):
            client.cookies.clear()
            found.append(client.get("/api/v1/search?question=x").status_code)
    assert found == [200] * ADDRESS_FACTOR + [429]


@pytest.mark.parametrize(("alone", "rate", "workers"), [(True, 0, 0), (False, DEFAULT_RATE, default_workers())])
def test_one_person_on_this_machine_is_not_limited(tmp_path: Path, alone: bool, rate: int, workers: int) -> None:
    settings = load_settings(home=tmp_path)
    assert rate_of(settings, alone=alone) == rate
    assert len(workers_of(settings, alone=alone)) == workers


def test_what_is_set_is_done(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, serve={"rate_per_minute": 7, "workers": 3})
    for alone in (True, False):
        assert rate_of(settings, alone=alone) == 7
        assert len(workers_of(settings, alone=alone)) == 3
    chatting = load_settings(home=tmp_path, serve={"workers": 3}, reader={"model": "openai:x"})
    assert workers_of(chatting, alone=False) == []
