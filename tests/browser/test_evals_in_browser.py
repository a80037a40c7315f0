"""Evals, as an editor uses it: the last run, its trend, a failing case asked again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser.conftest import Recorder, Site
from ui.wording.evals import EN, JA, EvalsWords

Page = Any
Open = Callable[..., Page]
BOX = "#question textarea"


def open_evals(open_page: Open, site: Site, lang: str = "ja", **options: Any) -> Page:
    page = open_page(f"{site.address}/{lang}/", **options)
    page.evaluate("location.hash = 'evals'")
    page.wait_for_selector("#evals svg.chart")
    return page


@pytest.mark.parametrize(("lang", "words"), [("ja", JA), ("en", EN)])
def test_the_last_run_and_its_trend(
    newsroom_site: Site, open_page: Open, recorder: Recorder, lang: str, words: EvalsWords, shoot: Any
) -> None:
    page = open_evals(open_page, newsroom_site, lang, color_scheme="light" if lang == "ja" else "dark")
    assert words.verdict_passed in page.inner_text("#evals .health")
    assert page.locator("#evals svg.chart .mark title").count() == 20, "four series of five runs"
    assert words.metric_answer in page.inner_text("#evals .scores")
    shoot(page, f"evals-{lang}")
    page.select_option("#evals-chosen", index=4)
    page.wait_for_function(f"document.querySelector('#evals .health').textContent.includes('{words.verdict_below}')")
    page.select_option("#evals-kind", "claim")
    assert page.locator("#evals .failing tbody tr:visible").count() == 1
    assert recorder.complaints == []


def test_a_failing_case_is_asked_or_checked_again(newsroom_site: Site, open_page: Open) -> None:
    page = open_evals(open_page, newsroom_site, width=400)
    asked = len(newsroom_site.assistant.asked)
    page.click("#evals a[href^='#/ask']")
    page.wait_for_selector("#tab-ask-button[aria-selected=true]")
    page.wait_for_function(f"document.querySelector('{BOX}').value === 'Trainium3のメモリ容量は？'")
    assert len(newsroom_site.assistant.asked) == asked, "a link never asks by itself"
    page.evaluate("location.hash = 'evals'")
    page.wait_for_selector("#evals [data-check-text]")
    page.click("#evals [data-check-text]")
    page.wait_for_selector(".claim-row")


def test_an_address_fills_in_a_question(newsroom_site: Site, open_page: Open) -> None:
    page = open_page(f"{newsroom_site.address}/ja/#/ask?q={quote('帯域幅は？')}")
    page.wait_for_function(f"document.querySelector('{BOX}').value === '帯域幅は？'")
    page.evaluate("location.hash = '#/ask?q=%E0%A4%A'")
    page.wait_for_timeout(300)
    assert page.input_value(BOX) == "", "what is no address of ours fills in nothing"


def test_the_guide_leads_to_its_parts(newsroom_site: Site, open_page: Open, shoot: Any) -> None:
    for lang in ("ja", "en"):
        page = open_page(f"{newsroom_site.address}/{lang}/")
        page.evaluate("location.hash = 'guide'")
        page.wait_for_selector(".guide")
        shoot(page, f"guide-{lang}")
        page.click("[data-jump=guide-check]")
        assert page.evaluate("document.activeElement.id") == "guide-check"
