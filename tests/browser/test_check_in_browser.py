"""Check, as an editor uses it: paste, upload, move by keys, filter, export."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

from tests.browser.conftest import Recorder, Site
from tests.browser.showcase import DRAFT, SENTENCES
from ui.wording.check import EN, JA, CheckWords

Page = Any
Open = Callable[..., Page]


def open_check(open_page: Open, site: Site, lang: str = "ja", **options: Any) -> Page:
    page = open_page(f"{site.address}/{lang}/", **options)
    page.evaluate("location.hash = 'check'")
    page.wait_for_selector("#draft-text")
    return page


def check(page: Page, draft: str = DRAFT) -> None:
    page.fill("#draft-text", draft)
    page.click("#check-run")
    page.wait_for_selector(".claim-row")


@pytest.mark.parametrize(("lang", "words"), [("ja", JA), ("en", EN)])
def test_a_draft_is_marked_filtered_and_opens_its_sources(
    newsroom_site: Site, open_page: Open, recorder: Recorder, lang: str, words: CheckWords, shoot: Any
) -> None:
    page = open_check(open_page, newsroom_site, lang, color_scheme="light" if lang == "ja" else "dark")
    assert words.empty_state in page.inner_text("#check-report")
    page.click("#check-run")
    page.wait_for_selector("#check-report .card.error")
    assert words.empty in page.inner_text("#check-report")
    recorder.complaints.clear()  # the browser tells of the 422 that said so
    check(page)
    assert page.inner_text("p.draft") == DRAFT, "the marks are no part of the text"
    styles = page.eval_on_selector_all(
        ".draft .claim", "all => all.map(one => getComputedStyle(one).textDecorationStyle + one.dataset.sign)"
    )
    assert len(set(styles)) == len(SENTENCES), "each verdict has a line and a sign of its own"
    assert page.inner_text("#announcer") == words.checked.format(count=len(SENTENCES))
    page.click(".filter.contradicted")
    assert page.locator(".claim-row:visible").count() == 1
    assert page.get_attribute(".filter.contradicted", "aria-pressed") == "true"
    shoot(page, f"check-{lang}")
    page.click("#claim-1 .cited-title")
    page.wait_for_function("document.querySelector('#source-content mark')?.textContent.includes('144GB')")
    assert recorder.complaints == []


def test_statements_by_keyboard_alone(newsroom_site: Site, open_page: Open) -> None:
    page = open_check(open_page, newsroom_site)
    page.focus("#draft-text")
    page.keyboard.type("npo")
    assert page.input_value("#draft-text") == "npo", "keys are letters while one writes"
    check(page)
    focused = "document.activeElement.id"
    for key, wanted in (("n", "claim-1"), ("n", "claim-2"), ("j", "claim-3"), ("p", "claim-2"), ("k", "claim-1")):
        page.keyboard.press(key)
        assert page.evaluate(focused) == wanted
    assert page.get_attribute(".draft .current", "id") == "in-draft-1"
    page.keyboard.press("o")
    page.wait_for_selector("#source-content mark")
    page.keyboard.press("Escape")
    page.uncheck("#check-keys")
    page.focus("#claim-2")
    page.keyboard.press("n")
    assert page.evaluate(focused) == "claim-2", "switched off"


def test_a_word_file_is_uploaded_and_the_exports_are_read_again(
    newsroom_site: Site, open_page: Open, recorder: Recorder, tmp_path: Path
) -> None:
    page = open_check(open_page, newsroom_site)
    document = docx.Document()
    document.add_paragraph(DRAFT)
    document.save(str(tmp_path / "原稿.docx"))
    page.set_input_files("#draft-file", tmp_path / "原稿.docx")
    assert "原稿.docx" in page.inner_text("#draft-chosen")
    page.fill("#draft-date", "2026-03-01")
    page.click("#check-run")
    page.wait_for_selector(".claim-row")
    assert "2026年3月1日" in page.inner_text(".signals")

    def export(kind: str) -> bytes:
        with page.expect_download() as waiting:
            page.click(f"[data-export={kind}]")
        return Path(waiting.value.path()).read_bytes()

    rows = list(csv.DictReader(io.StringIO(export("csv").decode("utf-8-sig"))))
    assert {row[JA.column_claim] for row in rows} == {text for text, _ in SENTENCES}
    text = "\n".join(item.text for item in docx.Document(io.BytesIO(export("docx"))).paragraphs)
    assert "[×]" in text
    assert export("markdown").decode().startswith("# 事実確認: 原稿.docx")
    page.reload()
    page.evaluate("location.hash = 'check'")
    page.wait_for_selector(".claim-row")
    page.click("#check-clear")
    assert page.locator(".claim-row").count() == 0
    assert recorder.complaints == []


def test_a_long_draft_shows_its_progress_on_a_phone(
    start: Callable[..., Site], open_page: Open, tmp_path: Path, shoot: Any
) -> None:
    from tests.browser.showcase import newsroom

    page = open_check(open_page, start(newsroom(tmp_path, pause_seconds=0.3)), width=320, height=740)
    page.fill("#draft-text", DRAFT)
    page.click("#check-run")
    page.wait_for_selector("#check-progress")
    assert "／5文" in page.inner_text("#check-report") or "…" in page.inner_text("#check-report")
    page.wait_for_selector(".claim-row")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    shoot(page, "check-phone")
