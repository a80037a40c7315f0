"""axe-core finds no serious fault on any page, in both languages, light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest

from tests.browser.conftest import Site
from tests.browser.showcase import DRAFT

pytest.importorskip("axe_playwright_python", reason="axe-core is not installed: pip install axe-playwright-python")

PAGES = ("ask", "check", "compare", "library", "evals", "guide")
RULES = """{
    runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    resultTypes: ["violations"],
}"""
Page = Any
Open = Callable[..., Page]


def fill(page: Page, name: str) -> None:
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
        page.fill("#draft-text", DRAFT)
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
def test_axe_finds_no_serious_fault(newsroom_site: Site, open_page: Open, lang: str, scheme: str, width: int) -> None:
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    options = {"color_scheme": scheme, "reduced_motion": "reduce"}
    # High enough that the box for the question, which stays in view, covers nothing that could be scrolled to.
    page = open_page(f"{newsroom_site.address}/{lang}/", width=width, height=1600, **options)
    page.evaluate(axe)
    found = {}
    for name in PAGES:
        fill(page, name)
        page.wait_for_timeout(250)  # colours that fade in
        for fault in page.evaluate(f"axe.run(document, {RULES})")["violations"]:
            if fault["impact"] in ("serious", "critical"):
                found[f"{name}: {fault['id']}"] = [
                    node["html"][:160] + " " + node["failureSummary"][:200] for node in fault["nodes"][:4]
                ]
        sideways = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert sideways <= 0, (name, sideways)
    assert found == {}
