"""Signing in and out in a real browser, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Site
from tests.fakes import trainium_assistant
from tests.unit.ui.people import PASSWORD, open_accounts
from ui.viewer import Role
from ui.wording.account import EN, JA, AccountWords


@pytest.fixture(scope="module")
def closed(start: Callable[..., Site], tmp_path_factory: pytest.TempPathFactory) -> Site:
    accounts = open_accounts(tmp_path_factory.mktemp("accounts"))
    accounts.add_user("suzuki", PASSWORD, Role.READER)
    accounts.add_user("tanaka", PASSWORD, Role.EDITOR)
    return start(trainium_assistant(), accounts=accounts)


def open_form(browser: Any, site: Site, lang: str, **options: Any) -> tuple[Any, list[str], list[str]]:
    context = browser.new_context(**{"locale": "ja-JP" if lang == "ja" else "en-GB", **options})
    page = context.new_page()
    requests: list[str] = []
    complaints: list[str] = []
    page.set_default_timeout(60_000)
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{site.address}/{lang}/")
    return page, requests, complaints


def fill(page: Any, name: str, password: str) -> None:
    page.fill("#name", name)
    page.fill("#password", password)
    page.press("#password", "Enter")


@pytest.mark.parametrize("words", [JA, EN], ids=["ja", "en"])
def test_in_and_out(browser: Any, closed: Site, words: AccountWords) -> None:
    page, requests, complaints = open_form(browser, closed, words.lang)
    assert urlsplit(page.url).path == "/ui/sign-in"
    assert page.inner_text("h1") == words.sign_in
    assert page.evaluate("document.activeElement.id") == "name"
    fill(page, "suzuki", PASSWORD)
    page.wait_for_url(f"{closed.address}/{words.lang}/")
    account = page.locator("#masthead [data-account]")
    account.wait_for()
    assert account.inner_text() == "suzuki"
    page.wait_for_selector("#tab-library-button, [role=tab]")
    assert page.evaluate("document.documentElement.dataset.role") == "reader"
    assert not page.is_visible("#library-desk")
    page.click(f"#masthead button:has-text('{words.sign_out}')")
    page.wait_for_url("**/ui/sign-in**")
    page.goto(f"{closed.address}/{words.lang}/")
    assert urlsplit(page.url).path == "/ui/sign-in"
    assert not complaints
    assert {urlsplit(url).netloc for url in requests} == {urlsplit(closed.address).netloc}
    page.context.close()


def test_without_scripts_and_on_a_narrow_screen(browser: Any, closed: Site) -> None:
    page, _, complaints = open_form(
        browser, closed, "ja", java_script_enabled=False, viewport={"width": 320, "height": 600}, color_scheme="dark"
    )
    fill(page, "suzuki", "not the password")
    assert JA.wrong in page.inner_text("[role=alert]")
    assert page.input_value("#name") == "suzuki"
    page.fill("#password", PASSWORD)
    page.click("button")
    page.goto(f"{closed.address}/ui/account?lang=ja")
    assert JA.signed_in_as.format(name="suzuki", role="読者") in page.inner_text("main")
    page.click(f"text={JA.sign_out}")
    assert urlsplit(page.url).path == "/ui/sign-in"
    assert [item for item in complaints if "401" not in item] == []
    page.context.close()
