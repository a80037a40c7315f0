"""axe-core finds no serious fault on any page, in both languages, light and dark, wide and narrow."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Site
from tests.fakes import FakeAssistant, trainium_assistant

pytest.importorskip("axe_playwright_python", reason="axe-core is not installed: pip install axe-playwright-python")

PAGES = ("ask", "check", "compare", "library", "evals", "guide")
RULES = """{
    runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    resultTypes: ["violations"],
}"""
Page = Any
Open = Callable[..., Page]


def save_runs(home: Path, count: int = 4) -> None:
    """Runs of the eval suite, as `assistant eval` keeps them."""
    (home / "runs").mkdir(parents=True, exist_ok=True)
    for number in range(count):
        at = datetime(2026, 11, 1, 9, tzinfo=UTC) + timedelta(days=number)
        overall = {
            metric: {"n": 380, "value": value, "low": value - 0.05, "high": value + 0.04}
            for metric, value in (
                ("answer.right", 0.62 + 0.03 * number),
                ("search.hit_at_1", 0.84 + 0.01 * number),
                ("desk.right", 0.78 + 0.02 * number),
                ("refusal.false_answer", 0.14 - 0.02 * number),
            )
        }
        run = {
            "at": at.isoformat(),
            "suite": "quick",
            "reader": "extractive",
            "version": "0.9",
            "verdict": "passed" if number else "below the gate",
            "fingerprint": "355f41828b702d5a",
            "articles": 95,
            "questions": 485,
            "claims": 188,
            "flips": {"lost": ["ja-figure-3"], "gained": ["ja-name-1"], "change": 0.004, "judgement": "cannot tell"},
            "slices": {"overall": overall, "lang:ja": overall, "lang:en": overall, "kind:figure": overall},
            "failing": [
                {
                    "id": "ja-figure-3",
                    "kind": "figure",
                    "lang": "ja",
                    "why": "別の数字を答えた",
                    "question": "Trainium2のメモリ容量は？",
                    "short": "144 GB",
                    "expected": ["96 GB"],
                },
                {
                    "id": "claim-7",
                    "kind": "claim",
                    "lang": "ja",
                    "why": "判定が違う",
                    "claim": "Trainium3は5nmで製造される。",
                    "short": "not_found",
                    "expected": ["contradicted"],
                },
            ],
            "failing_total": 2,
        }
        path = home / "runs" / f"{at:%Y%m%dT%H%M%S}-quick-{number:04}.json"
        path.write_text(json.dumps(run), encoding="utf-8")


@pytest.fixture(scope="module")
def pages(start: Callable[[FakeAssistant], Site], tmp_path_factory: pytest.TempPathFactory) -> Site:
    from types import SimpleNamespace

    home = tmp_path_factory.mktemp("home")
    save_runs(home)
    return start(trainium_assistant(settings=SimpleNamespace(home=home)))


def fill(page: Page, name: str, assistant: FakeAssistant) -> None:
    """Bring a page to where it has most on it."""
    page.evaluate(f"location.hash = '{name}'")
    page.wait_for_selector(f"#tab-{name}-button[aria-selected=true]", state="attached")
    if name == "ask":
        page.fill("#question textarea", "値が割れている質問")
        page.press("#question textarea", "Enter")
        page.wait_for_selector("#current .turn[aria-busy=false]")
        page.click("#current .sentence .chip >> nth=0")
        page.wait_for_selector("#source-content mark")
    elif name == "check":
        page.fill("#draft-text", next(iter(assistant.reports)))
        page.click("#check-run")
        page.wait_for_selector(".claim-row")
    elif name == "compare":
        page.fill("#names-input", "Trainium3、Trainium2")
        page.click("#compare-run")
        page.wait_for_selector("#compare-table svg.chart")
        page.fill("#names-input", "tr")
        page.press("#names-input", "ArrowDown")
    elif name == "library":
        page.wait_for_selector("table.library")
        page.wait_for_selector("#library-health .facts")
    elif name == "evals":
        page.wait_for_selector("#evals svg.chart")


@pytest.mark.parametrize(
    ("lang", "scheme", "width"),
    [("ja", "light", 1280), ("ja", "dark", 320), ("en", "light", 320), ("en", "dark", 1280)],
)
def test_axe_finds_no_serious_fault(pages: Site, open_page: Open, lang: str, scheme: str, width: int) -> None:
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    page = open_page(f"{pages.address}/{lang}/", width=width, color_scheme=scheme, reduced_motion="reduce")
    page.evaluate(axe)
    found = {}
    for name in PAGES:
        fill(page, name, pages.assistant)
        page.wait_for_timeout(250)  # colours that fade in
        for fault in page.evaluate(f"axe.run(document, {RULES})")["violations"]:
            if fault["impact"] in ("serious", "critical"):
                found[f"{name}: {fault['id']}"] = [
                    node["html"][:160] + " " + node["failureSummary"][:200] for node in fault["nodes"][:4]
                ]
        sideways = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert sideways <= 0, (name, sideways)
    assert found == {}
