"""Library, as an editor and as a reader see it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.index.update import IndexReport
from tests.browser.conftest import Recorder, Site
from tests.browser.showcase import newsroom
from ui.wording.library import EN, JA, LibraryWords

Page = Any
Open = Callable[..., Page]


def open_library(open_page: Open, site: Site, lang: str = "ja", **options: Any) -> Page:
    page = open_page(f"{site.address}/{lang}/", **options)
    page.evaluate("location.hash = 'library'")
    page.wait_for_selector("table.library")
    return page


def titles(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all("table.library .cited-title", "all => all.map(one => one.textContent)")
    return found


@pytest.mark.parametrize(("lang", "words"), [("ja", JA), ("en", EN)])
def test_find_sort_and_look_at_health(
    newsroom_site: Site, open_page: Open, recorder: Recorder, lang: str, words: LibraryWords, shoot: Any
) -> None:
    page = open_library(open_page, newsroom_site, lang, color_scheme="light" if lang == "ja" else "dark")
    page.wait_for_selector("#library-health .refused")
    assert words.do_password in page.inner_text("#library-health")
    assert words.tag_removed in page.inner_text("table.library")
    assert words.tag_hidden.format(count=12) in page.inner_text("table.library")
    shoot(page, f"library-{lang}")
    before = titles(page)
    page.click("[data-sort=title]")
    page.wait_for_selector("th[aria-sort=ascending] [data-sort=title]")
    assert titles(page) == sorted(before, key=str.casefold)
    page.fill("#library-search", "ＨＢＭ")
    page.wait_for_function("document.querySelectorAll('table.library tbody tr').length === 1")
    page.fill("#library-search", "zzz")
    page.wait_for_selector("#library .notice")
    assert words.nothing_found in page.inner_text("#library")
    page.fill("#library-search", "")
    page.select_option("#library-show", "withdrawn")
    page.wait_for_function("document.querySelectorAll('table.library tbody tr').length === 1")
    assert recorder.complaints == []


def test_withdraw_with_a_reason_and_bring_back(
    start: Callable[..., Site], open_page: Open, recorder: Recorder, tmp_path: Path
) -> None:
    site = start(newsroom(tmp_path))
    page = open_library(open_page, site)
    page.focus("[data-details] >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_selector("#library-dialog[open]")
    assert page.evaluate("document.activeElement.id") == "library-dialog-title"
    page.click("[data-withdraw]")
    assert page.inner_text("#withdraw-told") == JA.reason_missing
    page.fill("#withdraw-reason", "数字に誤りがある")
    page.click("[data-withdraw]")
    page.wait_for_selector("#library-progress .notice")
    assert site.assistant.removed >= {"2026-03-04-hbm"}
    page.wait_for_function("document.querySelectorAll('.tag.bad').length === 2")
    page.click("[data-details='2026-03-04-hbm']")
    page.wait_for_selector("#library-dialog[open] [data-undo='1']")
    assert "数字に誤りがある" in page.inner_text("#library-dialog")
    page.fill("#withdraw-reason", "確認が済んだ")
    page.click("[data-withdraw]")
    page.wait_for_function("document.querySelectorAll('.tag.bad').length === 1")
    assert "2026-03-04-hbm" not in site.assistant.removed
    assert recorder.complaints == []


def test_files_are_sent_and_indexed(
    start: Callable[..., Site], open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant = newsroom(tmp_path / "home")
    indexed: list[Path] = []

    def index(paths: list[Path], *, on_step: Callable[[str, int, int], None]) -> IndexReport:
        indexed.extend(paths)
        on_step("read", 1, 2)
        return IndexReport(added=["new"])

    monkeypatch.setattr(
        type(assistant), "index", lambda _, paths, on_step: index(paths, on_step=on_step), raising=False
    )
    page = open_library(open_page, start(assistant))
    page.wait_for_selector("#library-files", state="attached")
    for name in ("新しい記事.md", "unknown.exe"):
        (tmp_path / name).write_text("# 題\n\n本文。", encoding="utf-8")
    page.set_input_files("#library-files", [tmp_path / "新しい記事.md", tmp_path / "unknown.exe"])
    page.wait_for_selector("#library-progress .notice")
    assert "追加1件" in page.inner_text("#library-progress")
    assert page.inner_text("#library-sent .wrong").startswith("「unknown.exe」の形式は読めません")
    assert indexed == [tmp_path / "home" / "uploads"]
    (tmp_path / "新しい記事.md").write_text("# 題\n\n直した本文。", encoding="utf-8")
    page.set_input_files("#library-files", tmp_path / "新しい記事.md")
    page.click(f"#library-sent button:has-text('{JA.replace}')")
    page.wait_for_function("document.querySelector('#library-sent').textContent.includes('受け取りました')")
    kept = (tmp_path / "home" / "uploads" / "新しい記事.md").read_text(encoding="utf-8")
    assert kept.endswith("直した本文。")


def test_a_reader_gets_the_list_and_no_action(
    start: Callable[..., Site], open_page: Open, tmp_path: Path, shoot: Any
) -> None:
    page = open_library(open_page, start(newsroom(tmp_path), editors=False), width=320, height=740)
    assert page.locator("[data-details], #library-files, #library-index, .tag.bad, #library-health").count() == 0
    assert "水冷サーバー" not in page.inner_text("#library")
    assert page.is_hidden("#tab-evals-button")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    shoot(page, "library-reader-phone")
