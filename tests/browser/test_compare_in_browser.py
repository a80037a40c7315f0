"""Compare, as a reader uses it: pick, compare, look at charts, take them away."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Recorder, Site
from ui.wording.compare import EN, JA, CompareWords

Page = Any
Open = Callable[..., Page]
ALL = "Trainium3、Trainium2、NVIDIA B200、NVIDIA H100"


def open_compare(open_page: Open, site: Site, lang: str = "ja", **options: Any) -> Page:
    page = open_page(f"{site.address}/{lang}/", **options)
    page.evaluate("location.hash = 'compare'")
    page.wait_for_selector("[data-suggest]")
    return page


@pytest.mark.parametrize(("lang", "words"), [("ja", JA), ("en", EN)])
def test_a_table_with_conflicts_and_charts(
    newsroom_site: Site, open_page: Open, recorder: Recorder, lang: str, words: CompareWords, shoot: Any
) -> None:
    page = open_compare(open_page, newsroom_site, lang, color_scheme="light" if lang == "ja" else "dark")
    assert words.empty_state in page.inner_text("#compare-table")
    page.fill("#names-input", ALL)
    page.click("#compare-run")
    page.wait_for_selector("table.compared")
    assert page.locator("table.compared td.blank").count() == 1
    assert page.locator(".disputed").count() == 2, "both values of what sources disagree on"
    assert "2,520 TFLOPS" in page.inner_text("table.compared")
    page.click(".disputed >> xpath=.. >> .chip >> nth=0")
    page.wait_for_selector("#source-content mark")
    page.keyboard.press("Escape")
    assert page.locator("svg.chart").count() == 4, "a scatter plot and three bar charts"
    for chart in page.query_selector_all("svg.chart"):
        assert chart.get_attribute("role") == "img"
        assert "Trainium3" in chart.query_selector("desc").text_content()
    assert page.eval_on_selector_all("svg#bars-1 .bar", "bars => bars.every(bar => bar.getBBox().width > 0)")
    page.evaluate("window.scrollTo(0, 0)")
    shoot(page, f"compare-{lang}")
    page.click("[data-jump=charts]")
    page.wait_for_timeout(400)
    shoot(page, f"compare-charts-{lang}")
    assert recorder.complaints == []


def test_pick_by_keyboard_alone(newsroom_site: Site, open_page: Open) -> None:
    page = open_compare(open_page, newsroom_site)
    page.focus("#names-input")
    page.keyboard.type("h10")
    page.wait_for_selector("#names-list [role=option]")
    page.keyboard.press("ArrowDown")
    chosen = page.get_attribute("#names-input", "aria-activedescendant")
    assert page.get_attribute(f"#{chosen}", "aria-selected") == "true"
    page.keyboard.press("Enter")
    page.keyboard.type("trainium3")
    page.keyboard.press("Enter")
    assert page.eval_on_selector_all("#names .picked-one", "all => all.map(one => one.textContent)") == [
        "NVIDIA H100",
        "Trainium3",
    ]
    page.keyboard.press("Backspace")
    assert page.locator("#names .picked-one").count() == 1
    page.keyboard.type("Nothing")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_selector("#compare-table .card.error")
    assert "Nothing" in page.inner_text("#compare-table")


def test_table_and_chart_can_be_taken_away(newsroom_site: Site, open_page: Open, recorder: Recorder) -> None:
    page = open_compare(open_page, newsroom_site)
    page.fill("#names-input", ALL)
    page.click("#compare-run")
    page.wait_for_selector("table.compared")
    with page.expect_download() as waiting:
        page.click("#compare-table a[download]")
    rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8-sig"))))
    assert {row[JA.column_name] for row in rows} == set(ALL.split("、"))
    assert all(row[JA.column_source] for row in rows)
    with page.expect_download() as waiting:
        page.click("[data-png] >> nth=0")
    assert waiting.value.suggested_filename.endswith(".png")
    picture = Path(waiting.value.path()).read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 5_000, "not an empty canvas"
    assert all(url.startswith((newsroom_site.address, "data:", "blob:")) for url in recorder.requests)
    assert recorder.complaints == []


def test_on_a_phone(newsroom_site: Site, open_page: Open, shoot: Any) -> None:
    page = open_compare(open_page, newsroom_site, width=320, height=740, has_touch=True)
    page.click("[data-suggest] >> nth=0")
    page.click("[data-suggest] >> nth=1")
    page.click("#compare-run")
    page.wait_for_selector("table.compared")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    shoot(page, "compare-phone")
