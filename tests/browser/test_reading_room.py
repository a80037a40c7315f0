"""What a reader does: ask, watch the answer come, press a number, read the words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from assistant.types import Answer, AnswerSentence
from tests.browser.conftest import Recorder, Site
from tests.fakes import FakeAssistant, cite_words, make_answer, make_article, trainium_assistant
from ui.strings import EN, JA

QUESTION = "Trainium3のメモリ容量は？"
BOX = "#question textarea"
DONE = "#current .turn[aria-busy=false]"
Page = Any
Open = Callable[..., Page]


def ask(page: Page, question: str) -> None:
    page.fill(BOX, question)
    page.press(BOX, "Enter")
    page.wait_for_function(
        """question => {
            const turn = document.querySelector("#current .turn[aria-busy=false]");
            return turn && turn.querySelector(".asked").textContent.endsWith(question);
        }""",
        arg=question,
    )


def no_sideways_scroll(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def mark_comes_into_view(page: Page) -> None:
    """Scrolling to it takes its time."""
    page.wait_for_function(
        """() => {
            const mark = document.querySelector("#source-content mark").getBoundingClientRect();
            const panel = document.querySelector("#source-content").getBoundingClientRect();
            return mark.top >= panel.top && mark.top < Math.min(panel.bottom, innerHeight) && mark.height > 0;
        }"""
    )


class Stepwise(FakeAssistant):
    """Gives a sentence each time the test lets it."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self.steps = threading.Semaphore(0)
        self.ended = threading.Event()

    def stream(self, question: str, **more: Any) -> Iterator[AnswerSentence | Answer]:
        answer = self.ask(question, **more)
        try:
            for sentence in answer.sentences:
                assert self.steps.acquire(timeout=120)
                yield sentence
            yield answer
        finally:
            self.ended.set()


def test_ask_then_open_the_quoted_words(site: Site, open_page: Open, recorder: Recorder) -> None:
    page = open_page(site.address)
    assert page.url == f"{site.address}/ja/"
    asked_before = len(site.assistant.asked)
    ask(page, QUESTION)
    assert page.input_value(BOX) == ""
    assert page.inner_text("#current .short").endswith("144GB")
    assert page.locator("#current .sentence").count() == 2
    page.click("#current .sentence .chip >> nth=0")
    page.wait_for_selector("#source-content mark")
    answer = site.assistant.answers[QUESTION]
    assert not isinstance(answer, Exception)
    assert page.inner_text("#source-content mark") == answer.citations[0].quote
    mark_comes_into_view(page)
    head = page.inner_text(".source-head")
    assert "2025年12月3日" in head
    assert "第1版" in head
    assert page.get_attribute(".source-head a.outside", "rel") == "noopener noreferrer"
    assert page.locator("#current .chip.open").count() == 2, "the chip in the text and the one in the list"
    page.click("#current .sentence .chip >> nth=1")
    page.wait_for_function("document.querySelectorAll('#source-content td mark').length === 4")
    page.keyboard.press("Escape")
    assert page.is_hidden("#source-panel")
    assert len(site.assistant.asked) == asked_before + 1, "opening a source asks nothing"
    assert recorder.complaints == []


def test_only_our_own_server_is_asked(site: Site, open_page: Open, recorder: Recorder) -> None:
    page = open_page(site.address)
    ask(page, QUESTION)
    page.click("#current .chip >> nth=0")
    page.wait_for_selector("#source-content mark")
    for tab in ("check", "compare", "library", "guide"):
        page.click(f"#tab-{tab}-button")
        page.wait_for_timeout(300)
    own = urlsplit(site.address).netloc
    foreign = {url for url in recorder.requests if urlsplit(url).netloc != own and not url.startswith("data:")}
    assert foreign == set()
    assert recorder.complaints == []


def test_every_marker_of_every_turn_opens_its_quote(site: Site, open_page: Open) -> None:
    page = open_page(site.address)
    ask(page, "五つの出典")
    ask(page, QUESTION)
    answer = site.assistant.answers["五つの出典"]
    assert not isinstance(answer, Exception)
    seconds = []
    for number, citation in enumerate(answer.citations):
        started = time.monotonic()
        page.click(f"#earlier .sentence .chip >> nth={number}")
        page.wait_for_function(
            "quote => document.querySelector('#source-content mark')?.textContent === quote", arg=citation.quote
        )
        seconds.append(time.monotonic() - started)
        mark_comes_into_view(page)
    assert min(seconds) < 1  # the fastest, since whatever else the machine does slows the others


def test_sentences_come_one_by_one_and_stop_stops(
    start: Callable[[FakeAssistant], Site], open_page: Open, recorder: Recorder
) -> None:
    parts = trainium_assistant()
    assistant = Stepwise(articles=parts.articles, answers=parts.answers, suggestions=parts.suggestions)
    site = start(assistant)
    page = open_page(site.address)
    page.fill(BOX, "五つの出典")
    page.press(BOX, "Enter")
    page.wait_for_selector("#current .turn[aria-busy=true]")
    page.wait_for_selector("#send", state="hidden")
    for count in (1, 2):
        assistant.steps.release()
        page.wait_for_function(f"document.querySelectorAll('#current .sentence').length === {count}")
    page.click("#stop")
    page.wait_for_selector(DONE)
    assert JA.stopped in page.inner_text("#current")
    assert page.locator("#current .sentence").count() == 2
    page.wait_for_selector("#send")
    assistant.steps.release(5)
    assert assistant.ended.wait(60)
    page.evaluate("fetch('../ui/ask/start').then((reply) => reply.json())")  # by its reply anything sent has come
    assert JA.stopped in page.inner_text("#current"), "nothing comes after a stop"
    assert page.locator("#current .sentence").count() == 2
    ask(page, "明日の天気は？")
    assert JA.refused in page.inner_text("#current")
    assert recorder.complaints == []


def test_enter_while_composing_does_not_send(site: Site, open_page: Open) -> None:
    page = open_page(site.address)
    page.focus(BOX)
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "めもり", "selectionStart": 3, "selectionEnd": 3})
    # What Chromium sends for the Enter that chooses a candidate: key code 229, composing.
    session.send(
        "Input.dispatchKeyEvent",
        {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229},
    )
    page.wait_for_timeout(400)
    assert page.locator(".turn").count() == 0
    # And what other browsers send: a plain Enter with isComposing set, and Safari's 229 after the end.
    for event in ("{key: 'Enter', isComposing: true}", "{key: 'Enter', keyCode: 229}"):
        page.evaluate(
            f"""document.querySelector('{BOX}').dispatchEvent(
                new KeyboardEvent('keydown', {{...{event}, bubbles: true, cancelable: true}}))"""
        )
    page.wait_for_timeout(400)
    assert page.locator(".turn").count() == 0
    session.send("Input.insertText", {"text": "メモリ"})
    assert page.input_value(BOX) == "メモリ"
    page.press(BOX, "Shift+Enter")
    page.keyboard.type("容量")
    assert page.input_value(BOX) == "メモリ\n容量"
    assert page.locator(".turn").count() == 0
    page.press(BOX, "Enter")
    page.wait_for_selector(DONE)
    assert page.locator(".turn").count() == 1


def test_suggestion_new_conversation_and_errors(site: Site, open_page: Open) -> None:
    page = open_page(site.address)
    page.click(".suggestion >> nth=0")
    page.wait_for_selector(DONE)
    assert page.inner_text("#current .short").endswith("144GB")
    ask(page, "壊れる質問")
    assert "The index has not been built. Run `assistant index`." in page.inner_text("#current .card.error")
    ask(page, "想定外の質問")
    assert JA.error_unexpected in page.inner_text("#current .card.error")
    assert "secret" not in page.content()
    ask(page, QUESTION)
    assert site.assistant.asked[-1][1] == ((QUESTION, site.assistant.answers[QUESTION].text),)  # type: ignore[union-attr]
    assert page.locator("#earlier .turn").count() == 3
    page.click("#new")
    assert page.url.endswith("/ja/#")
    page.wait_for_selector(".suggestion")
    assert page.locator(".turn").count() == 0


def test_refusal_and_conflict_cards(site: Site, open_page: Open) -> None:
    page = open_page(site.address)
    ask(page, "明日の天気は？")
    card = page.inner_text("#current .card.refusal")
    assert JA.refused in card
    assert JA.nearest in card
    page.click("#current .card.refusal .cited-title")
    page.wait_for_selector("#source-content mark")
    ask(page, "値が割れている質問")
    assert page.is_hidden("#source-panel"), "a new answer comes without the old one's source"
    assert JA.conflict in page.inner_text("#current .card.conflict")
    page.click("#current .card.conflict .chip >> nth=1")
    page.wait_for_function("document.querySelector('#source-content td mark')?.textContent === 'Trainium2'")


def test_by_keyboard_alone(site: Site, open_page: Open) -> None:
    page = open_page(site.address)
    page.focus(".skip")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('#question-box')"), "the skip link leads to the box"
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector(DONE)
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('#current .sentence .chip')"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid", "focus is visible"
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label.startswith("出典2「")
    page.keyboard.press("Enter")
    page.wait_for_selector("#source-content mark")
    assert page.evaluate("document.activeElement.matches('.source-title')"), "reading goes on in the panel"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == label, "and comes back"


def test_the_answer_is_announced_once(site: Site, open_page: Open) -> None:
    page = open_page(site.address)
    ask(page, QUESTION)
    page.wait_for_function("document.querySelector('#announcer').textContent.includes('144GB')")
    assert page.inner_text("#announcer").startswith(JA.answer_ready)
    assert page.get_attribute("#announcer", "aria-live") == "polite"
    assert (
        page.locator("label:has(#question), #question label").first.inner_text().strip().startswith(JA.question_label)
    )


@pytest.mark.parametrize("width", [320, 360, 768])
def test_narrow_screens_do_not_scroll_sideways(site: Site, open_page: Open, width: int) -> None:
    page = open_page(site.address, width=width, height=740, has_touch=True)
    assert no_sideways_scroll(page)
    ask(page, QUESTION)
    assert no_sideways_scroll(page)
    page.click("#current .sentence .chip >> nth=0")
    page.wait_for_selector("#source-content mark")
    mark_comes_into_view(page)
    box = page.locator("#source-panel").bounding_box()
    assert box is not None
    assert box["y"] > 200, "the source lies below the answer"
    assert box["width"] == width
    page.click("[data-close-source]")
    for tab in ("check", "compare", "library", "guide"):
        page.evaluate(f"location.hash = '{tab}'")
        page.wait_for_selector(f"#tab-{tab}-button[aria-selected=true]", state="attached")
        page.wait_for_timeout(200)
        assert no_sideways_scroll(page), tab


def test_language_and_brightness(site: Site, open_page: Open) -> None:
    page = open_page(site.address, locale="en-US", color_scheme="dark")
    assert page.url == f"{site.address}/en/"
    assert page.get_attribute("html", "lang") == "en"
    assert page.get_attribute(BOX, "placeholder") == EN.question_placeholder
    paper = "getComputedStyle(document.querySelector('.gradio-container')).backgroundColor"
    dark = page.evaluate(paper)
    page.click("[data-theme-toggle]")
    assert page.evaluate(paper) != dark
    page.click("[data-lang=ja]")
    page.wait_for_url("**/ja/**")
    page.wait_for_selector(".intro")
    assert page.get_attribute(BOX, "placeholder") == JA.question_placeholder
    assert page.evaluate(paper) != dark, "the choice is kept"
    page.goto(site.address)
    assert page.url == f"{site.address}/ja/", "the language too"


def test_check_compare_library_guide(site: Site, open_page: Open, recorder: Recorder) -> None:
    page = open_page(site.address)
    page.click("#tab-check-button")
    draft = next(iter(site.assistant.reports))
    page.fill("#draft textarea", draft)
    page.click("#check-run")
    page.wait_for_selector(".claim-row")
    assert page.inner_text("p.draft") == draft
    page.click(".draft .claim >> nth=1")
    assert page.evaluate("document.activeElement.id") == "claim-2"
    page.click("#claim-1 .cited-title")
    page.wait_for_selector("#source-content mark")
    page.click("#tab-compare-button")
    page.fill("#names textarea, #names input", "Trainium3、Trainium2")
    page.click("#compare-run")
    page.wait_for_selector("table.compared")
    assert page.locator("table.compared td.blank").count() == 1
    page.click("#tab-library-button")
    page.wait_for_selector("table.library")
    assert page.locator("table.library tbody tr").count() == 2
    page.wait_for_selector("#library-health .refused")
    assert "broken.md" in page.inner_text("#library-health")
    assert page.is_hidden("#source-panel"), "a source does not follow to another page"
    page.click("table.library .cited-title >> nth=0")
    page.wait_for_function("document.querySelector('.source-title').textContent.includes('仕様表')")
    page.click("#tab-guide-button")
    assert page.inner_text("#guide").startswith("尋ね方")
    assert page.url.endswith("#guide")
    assert recorder.complaints == []


def test_hostile_article_runs_nothing(
    start: Callable[[FakeAssistant], Site], open_page: Open, recorder: Recorder
) -> None:
    payload = (
        "<script>window.hit=1</script><img src=https://evil.example/p.png onerror=window.hit=1>"
        "<form action=https://evil.example><iframe src=https://evil.example></iframe>"
        "![x](https://evil.example/m.png) [y](javascript:window.hit=1) <svg onload=window.hit=1> ${window.hit=1} {{value}}"
    )
    article = make_article("h", payload, (payload,))
    answer = make_answer(payload, (payload, cite_words(article, payload)), short=payload)
    site = start(FakeAssistant(articles=[article], answers={payload: answer}, suggestions={"ja": [payload]}))
    page = open_page(site.address)
    page.click(".suggestion")
    page.wait_for_selector(DONE)
    page.click("#current .chip >> nth=0")
    page.wait_for_selector("#source-content mark")
    page.click("#tab-library-button")
    page.wait_for_selector("table.library")
    assert page.inner_text("#source-content mark").strip() == payload
    assert page.evaluate("window.hit") is None
    assert (
        page.locator(
            ".turn form, .turn iframe, .turn img, .turn script, #source-content :is(form, iframe, img, svg)"
        ).count()
        == 0
    )
    assert not [url for url in recorder.requests if "evil.example" in url]
    assert recorder.complaints == []


def test_the_policy_stops_what_slipped_through(site: Site, open_page: Open, recorder: Recorder) -> None:
    page = open_page(site.address)
    page.evaluate(
        """() => {
            const box = document.createElement("div");
            box.innerHTML = '<img src="https://evil.example/p.png"><img src="data:," onerror="window.hit = 1">';
            document.body.append(box);
            const inline = document.createElement("script");
            inline.textContent = "window.hit = 2";
            document.body.append(inline);
        }"""
    )
    page.wait_for_timeout(500)
    assert page.evaluate("window.hit") is None
    assert all("Content Security Policy" in complaint or "ERR_" in complaint for complaint in recorder.complaints)
    assert len(recorder.complaints) >= 3


@pytest.mark.parametrize("name", ["desktop", "dark", "mobile", "en"])
def test_screenshots(site: Site, open_page: Open, name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Pictures for the README and for looking at; ``SCREENSHOTS`` names the folder."""
    import os

    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    size = {"width": 360, "height": 740} if name == "mobile" else {"width": 1280, "height": 800}
    options = {"color_scheme": "dark" if name == "dark" else "light", "locale": "en-US" if name == "en" else "ja-JP"}
    page = open_page(site.address, **size, **options)
    ask(page, QUESTION)
    page.click("#current .sentence .chip >> nth=0")
    page.wait_for_selector("#source-content mark")
    page.wait_for_timeout(600)
    page.screenshot(path=folder / f"ask-{name}.png")
    assert (folder / f"ask-{name}.png").stat().st_size > 10_000
