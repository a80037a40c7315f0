"""The Evals page: runs that are kept, how they move, what failed, and who may see it."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

from fastapi.testclient import TestClient

from tests.fakes import FakeAssistant
from ui.eval_runs import EvalDesk, Run, load_runs
from ui.evals_view import evals_html
from ui.server import create_server
from ui.strings import strings_for
from ui.wording.evals import EN, JA

START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def write_run(home: Path, number: int, right: float, **more: Any) -> Path:
    rate = {"n": 100, "value": right, "low": right - 0.1, "high": right + 0.1}
    at = START + timedelta(days=number)
    run = {
        "format": 1,
        "at": at.isoformat(),
        "suite": "quick",
        "reader": "extractive",
        "verdict": "passed",
        "questions": 480,
        "claims": 180,
        "slices": {
            "overall": {"answer.right": rate, "search.hit_at_1": rate, "refusal.false_answer": rate},
            "lang:ja": {"answer.right": rate},
            "kind:figure": {"answer.right": rate},
        },
        "failing": [
            {
                "id": "ja-1",
                "kind": "figure",
                "lang": "ja",
                "why": "<wrong>",
                "question": "質量は？&q=1#x",
                "short": "2 kg",
            },
            {
                "id": "c-1",
                "kind": "claim",
                "lang": "ja",
                "why": "other",
                "claim": "文。",
                "short": "supported",
                "expected": ["contradicted"],
            },
        ],
        "failing_total": 2,
        **more,
    }
    path = home / "runs" / f"{at:%Y%m%dT%H%M%S}-quick-ab{number:02}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(run), encoding="utf-8")
    return path


def test_runs_are_read_newest_first_and_what_is_none_is_passed_over(tmp_path: Path) -> None:
    assert load_runs(None) == []
    assert load_runs(tmp_path) == []
    for number in range(3):
        write_run(tmp_path, number, 0.5)
    (tmp_path / "runs" / "20990101T000000-quick-0000.json").write_text('{"at": 1}', encoding="utf-8")
    (tmp_path / "runs" / "20990101T000000-quick-0001.json").write_text("{", encoding="utf-8")
    assert [run.at[:10] for run in load_runs(tmp_path)] == ["2026-11-03", "2026-11-02", "2026-11-01"]


def test_a_run_is_shown_with_its_trend_and_its_failing_cases(tmp_path: Path) -> None:
    for number, right in enumerate((0.5, 0.6, 0.7)):
        write_run(
            tmp_path, number, right, flips={"lost": ["a"], "gained": ["b", "c"], "change": 0.01, "judgement": "better"}
        )
    runs = load_runs(tmp_path)
    html = evals_html(runs, runs[0], strings_for("en"))
    assert EN.verdict_passed in html
    assert "<strong>0.700</strong>" in html
    assert "0.600–0.800, n=100" in html
    assert EN.judgement_better in html
    assert EN.gained.format(count=2) in html
    assert "&lt;wrong&gt;" in html
    assert 'href="#/ask?q=%E8%B3%AA%E9%87%8F%E3%81%AF%EF%BC%9F%26q%3D1%23x"' in html
    assert 'data-check-text="文。"' in html
    assert "Contradicted" in html
    chart = ElementTree.fromstring("<svg" + html.split("<svg")[1].split("</svg>")[0] + "</svg>")
    marks = [item.find("title") for item in chart.iter() if (item.get("class") or "").startswith("mark")]
    told = [str(item.text) for item in marks if item is not None]
    assert len(told) == 9, "three series of three runs"
    assert f"{EN.metric_answer} 3 November 2026 09:00 UTC 0.700 (0.600–0.800, n=100)" in told
    assert "Answers right 0.700" in str(chart[1].text)
    assert {item.get("stroke-dasharray") for item in chart.iter("polyline")} == {None, "7 4", "2 3"}


def test_one_run_is_no_trend(tmp_path: Path) -> None:
    write_run(tmp_path, 0, 0.5)
    write_run(tmp_path, 1, 0.5, reader="ollama:x")
    runs = load_runs(tmp_path)
    html = evals_html(runs, runs[0], strings_for("ja"))
    assert JA.trend_one in html
    assert "<polyline" not in html


def test_editors_see_it_and_readers_do_not(tmp_path: Path) -> None:
    assistant = FakeAssistant(settings=SimpleNamespace(home=tmp_path))
    with TestClient(create_server(assistant, editors=True)) as client:
        assert JA.empty in client.get("/ui/evals").json()["html"]
        path = write_run(tmp_path, 0, 0.5)
        write_run(tmp_path, 1, 0.25)
        assert "<strong>0.250</strong>" in client.get("/ui/evals").json()["html"]
        assert "<strong>0.500</strong>" in client.get("/ui/evals", params={"run": path.stem}).json()["html"]
        assert "<strong>0.250</strong>" in client.get("/ui/evals", params={"run": "../../x"}).json()["html"]
        assert 'data-role="editor"' in client.get("/ja/").text
    with TestClient(create_server(assistant)) as client:
        for method, address in (("GET", "/ui/evals"), ("GET", "/ui/evals/work"), ("POST", "/ui/evals/run")):
            assert client.request(method, address).status_code == 403
        assert 'data-role="reader"' in client.get("/ja/").text


def wait_for(desk: EvalDesk) -> None:
    deadline = time.monotonic() + 60
    while desk.work.busy:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_run_goes_in_a_child_process_one_at_a_time(tmp_path: Path) -> None:
    script = "import os, sys, time; time.sleep(0.5); sys.exit(0 if os.environ['ASSISTANT_HOME'] == sys.argv[1] else 7)"
    desk = EvalDesk(tmp_path, lambda: [sys.executable, "-c", script, str(tmp_path)])
    assert desk.start()
    assert not desk.start()
    wait_for(desk)
    assert desk.work.code == 0
    failing = EvalDesk(tmp_path, lambda: [sys.executable, "-c", "import sys; sys.exit('no cases found')"])
    assert failing.start()
    wait_for(failing)
    assert failing.work.code == 1, "which the suite uses for runs below the gate"
    broken = EvalDesk(tmp_path, lambda: [str(tmp_path / "none")])
    assert broken.start()
    wait_for(broken)
    assert "none" in broken.work.error


def test_a_run_without_figures_is_shown() -> None:
    run = Run(at="2026-11-01T09:00:00+00:00", suite="quick", verdict="could not be scored")
    html = evals_html([run], run, strings_for("ja"))
    assert JA.verdict_error in html
    assert JA.failing_none in html
    assert JA.baseline_none in html
