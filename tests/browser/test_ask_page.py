"""What readers do with answers: come back to them, ask again, change, restrict, copy, report."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from assistant.types import Answer, AnswerSentence
from tests.browser.conftest import Recorder, Site
from tests.browser.test_reading_room import BOX, DONE, QUESTION, ask, no_sideways_scroll
from tests.fakes import FakeAssistant, trainium_assistant
from ui.strings import EN, JA
from ui.wording.ask import EN as EN_WORDS
from ui.wording.ask import JA as WORDS

Page = Any
Open = Callable[..., Page]
Start = Callable[[FakeAssistant], Site]


def kept_in(home: Path, **more: object) -> FakeAssistant:
    """The small library, with a state folder."""
    reader = SimpleNamespace(model="extractive")
    settings = SimpleNamespace(serve=SimpleNamespace(log_questions=False), reader=reader, home=home)
    return trainium_assistant(settings=settings, **more)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def kept(start: Start, home: Path) -> Site:
    return start(kept_in(home))


class Gated(FakeAssistant):
    """Gives one sentence, then waits until the test lets it on."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self.go = threading.Event()

    def stream(self, question: str, **more: Any) -> Iterator[AnswerSentence | Answer]:
        answer = self.ask(question, **more)
        for number, sentence in enumerate(answer.sentences):
            if number:
                self.go.wait(30)
            yield sentence
        yield answer


def vars_of(assistant: FakeAssistant) -> dict[str, Any]:
    return {"articles": assistant.articles, "answers": assistant.answers, "suggestions": assistant.suggestions}


def turns(page: Page) -> list[str]:
    return list(page.eval_on_selector_all(".turn", "all => all.map(one => one.dataset.question)"))


def test_conversations_come_back_after_a_restart(start: Start, kept: Site, home: Path, open_page: Open) -> None:
    page = open_page(kept.address)
    ask(page, QUESTION)
    ask(page, "NVIDIAの強みは何ですか？")
    page.click("#earlier details.more summary")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("#earlier [data-act=permalink]")
    page.wait_for_function(f"document.querySelector('#announcer').textContent === {json.dumps(WORDS.link_copied)}")
    link = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(rf"{re.escape(kept.address)}/ja/#/c/[\w-]{{24}}/1", link)
    page.reload()
    page.wait_for_selector(DONE)
    assert turns(page) == [QUESTION, "NVIDIAの強みは何ですか？"], "a reload shows what was there"
    again = start(kept_in(home))  # another server over the same folder, as after a restart
    page.goto(link.replace(kept.address, again.address).replace("/ja/", "/en/"))
    page.wait_for_selector(DONE)
    page.wait_for_function("document.activeElement.id === 'turn-1'")
    assert page.inner_text("#earlier .short").endswith("144GB")
    assert page.inner_text("#earlier h4").startswith(EN.cited)
    page.click("#earlier .sentence .chip >> nth=0")
    page.wait_for_selector("#source-content mark")
    theirs = link.replace(kept.address, again.address)
    opened, followed = open_page(theirs), open_page(again.address)  # with the page, and within a page that is open
    followed.goto(theirs)
    for stranger in (opened, followed):
        stranger.wait_for_selector("#intro .notice")
        assert WORDS.conversation_missing in stranger.inner_text("#intro")
        assert "144GB" not in stranger.content()
        assert stranger.url == f"{again.address}/ja/#", "what is not there has no address either"
    followed.reload()
    followed.wait_for_selector(".suggestion")
    assert followed.locator("#intro .notice").count() == 0, "a reload begins anew"


def test_a_conversation_that_comes_late_does_not_push_itself_in(kept: Site, open_page: Open) -> None:
    page = open_page(kept.address)
    ask(page, QUESTION)
    links = [page.evaluate("location.hash")]
    page.click("#new")
    ask(page, "NVIDIAの強みは何ですか？")
    links.append(page.evaluate("location.hash"))
    first = links[0].removeprefix("#/c/")
    slow: list[Any] = []  # the first conversation waits here, as on a slow line
    page.route(f"**/ui/conversations/{first}?*", lambda route: slow.append(route))

    def wish() -> None:
        with page.expect_request(f"**/ui/conversations/{first}?*"):
            page.evaluate(f"location.hash = {json.dumps(links[0])}")

    def let_on() -> None:
        while not slow:
            page.wait_for_timeout(10)
        with page.expect_event("requestfinished", lambda request: first in request.url):
            slow.pop().continue_()
        page.evaluate("fetch('../ui/ask/start').then((reply) => reply.json())")  # by its reply the first one was used

    wish()
    with page.expect_event("console", lambda message: message.text == "back"):
        page.evaluate("addEventListener('hashchange', () => console.log('back'), { once: true })")
        page.evaluate(f"location.hash = {json.dumps(links[1])}")
    let_on()
    assert turns(page) == ["NVIDIAの強みは何ですか？"], "the reader went back before it came"
    wish()
    page.click("#new")
    let_on()
    assert turns(page) == [], "a new conversation was begun before it came"
    wish()
    ask(page, "Trainium3の価格は？")
    let_on()
    assert turns(page) == ["Trainium3の価格は？"], "a question was asked before it came"


def test_a_lost_connection_does_not_lose_the_address(kept: Site, open_page: Open) -> None:
    page = open_page(kept.address)
    ask(page, QUESTION)
    link = page.evaluate("location.hash")
    page.route("**/ui/conversations/*", lambda route: route.abort())
    page.reload()
    page.wait_for_selector("#intro .notice")
    assert page.inner_text("#intro .notice") == WORDS.connection_lost
    assert page.evaluate("location.hash") == link
    page.click("#conversations-toggle")
    page.wait_for_selector(f"#conversations-list a[href='{link}']")  # a request on its way may be lost with its route
    page.unroute("**/ui/conversations/*")
    page.click(f"#conversations-list a[href='{link}']")
    page.wait_for_selector(DONE)
    page.route("**/ui/conversations/*", lambda route: route.fulfill(status=503, json={"error": {"message": "忙しい"}}))
    page.reload()
    page.wait_for_selector("#intro .notice")
    assert page.inner_text("#intro .notice") == "忙しい"
    page.unroute("**/ui/conversations/*")
    page.reload()
    page.wait_for_selector(DONE)
    assert page.locator("#intro .notice").count() == 0, "what is over is not told again"


def test_a_list_that_does_not_load_says_so_and_loads_again(kept: Site, open_page: Open, shoot: Any) -> None:
    page = open_page(kept.address)
    page.route("**/ui/conversations?*", lambda route: route.abort())
    page.click("#conversations-toggle")
    page.wait_for_selector("[data-list-retry]")
    assert WORDS.conversations_lost in page.inner_text("#conversations-list")
    shoot(page, "list-lost")
    page.unroute("**/ui/conversations?*")
    page.click("[data-list-retry]")
    page.wait_for_selector(f"#conversations-list .meta:has-text('{WORDS.conversations_none}')")
    assert page.evaluate("document.activeElement.id") == "conversations-search"


def test_the_list_of_conversations(kept: Site, open_page: Open) -> None:
    page = open_page(kept.address)
    page.click("#conversations-toggle")
    page.wait_for_selector("#conversations-list .meta")
    assert WORDS.conversations_none in page.inner_text("#conversations-list")
    ask(page, QUESTION)
    page.click("#new")
    ask(page, "AWSはAnthropicにいくら投資しましたか？")
    names = "#conversations-list .name"
    page.wait_for_function(f"document.querySelectorAll('{names}').length === 2")
    assert page.inner_text(f"{names} >> nth=0").startswith("AWSは")
    page.fill("#conversations-search", "HBM3E")
    page.wait_for_function(f"document.querySelectorAll('{names}').length === 1")
    assert page.inner_text(names) == QUESTION, "words of the answer are found"
    page.hover("#conversations-list li")
    page.click("[data-rename]")
    page.keyboard.type("メモリの話")
    page.keyboard.press("Enter")
    page.wait_for_function(f"document.querySelector('{names}')?.textContent === 'メモリの話'")
    assert page.evaluate("document.activeElement.matches('#conversations-list a')"), "focus stays where it was"
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#current .short')?.textContent.endsWith('144GB')")
    page.hover("#conversations-list li")
    page.click("[data-delete]")
    assert page.inner_text("[data-delete]") == WORDS.delete_sure, "one press deletes nothing"
    page.click("[data-delete]")
    page.wait_for_selector(".suggestion")
    page.fill("#conversations-search", "")
    page.wait_for_function(f"document.querySelectorAll('{names}').length === 1")
    page.keyboard.press("Escape")
    assert page.is_hidden("#conversations")
    assert page.evaluate("document.activeElement.id") == "conversations-toggle"


def test_ask_again_and_edit(kept: Site, open_page: Open, recorder: Recorder) -> None:
    page = open_page(kept.address)
    ask(page, "明日の天気は？")
    ask(page, QUESTION)
    before = len(kept.assistant.asked)
    page.click("#earlier [data-act=retry]")
    page.wait_for_selector("#earlier .turn[aria-busy=false] .card.refusal")
    assert kept.assistant.asked[before:] == [("明日の天気は？", ())]
    assert turns(page) == ["明日の天気は？", QUESTION]
    page.click("#current [data-act=edit]")
    assert page.is_hidden("#current .later")
    page.fill("#current .edit-form textarea", "NVIDIAの強みは何ですか？")
    page.press("#current .edit-form textarea", "Enter")
    page.wait_for_function("document.querySelector('#current')?.textContent.includes('CUDA')")
    assert turns(page) == ["明日の天気は？", "NVIDIAの強みは何ですか？"]
    first = page.url
    page.click("#earlier [data-act=edit]")
    assert page.is_visible("#earlier .later"), "it is said what becomes of what follows"
    page.fill("#earlier .edit-form textarea", QUESTION)
    page.click("#earlier [data-act=edit-send]")
    page.wait_for_function("document.querySelectorAll('.turn').length === 1")
    page.wait_for_selector(DONE)
    assert turns(page) == [QUESTION]
    assert page.url != first
    page.goto(first)
    page.reload()
    page.wait_for_function("document.querySelectorAll('.turn').length === 2")
    assert turns(page) == ["明日の天気は？", "NVIDIAの強みは何ですか？"], "nothing was lost"
    assert recorder.complaints == []


def test_a_reload_in_the_middle_goes_on(start: Start, open_page: Open) -> None:
    assistant = Gated(**vars_of(trainium_assistant()))
    site = start(assistant)
    page = open_page(site.address)
    page.fill(BOX, "五つの出典")
    page.press(BOX, "Enter")
    page.wait_for_selector("#current .sentence")
    page.reload()
    page.wait_for_selector("#current .turn[aria-busy=true] .sentence")
    assistant.go.set()
    page.wait_for_selector(DONE)
    assert page.locator("#current .sentence .chip").count() == 5
    assert len(site.assistant.asked) == 1, "it was asked once"
    assistant.go.clear()
    page.click("[data-act=retry]")
    page.wait_for_selector("#current .turn[aria-busy=true] .sentence")
    page.click("#stop")
    page.wait_for_selector(DONE)
    assert JA.stopped in page.inner_text("#current")
    page.reload()
    page.wait_for_selector(DONE)
    assert JA.stopped in page.inner_text("#current"), "a stop is remembered"
    assistant.go.set()


def test_a_busy_server_says_so_and_can_be_asked_again(kept: Site, open_page: Open) -> None:
    page = open_page(kept.address)
    busy = {"error": {"type": "Busy", "message": WORDS.busy}}
    page.route("**/ui/ask?*", lambda route: route.fulfill(status=503, json=busy))
    page.fill(BOX, QUESTION)
    page.press(BOX, "Enter")
    page.wait_for_selector("#current .card.error")
    assert WORDS.busy in page.inner_text("#current")
    page.unroute("**/ui/ask?*")
    page.click("#current [data-act=retry]")
    page.wait_for_selector("#current .short")
    assert turns(page) == [QUESTION]


def test_filters_by_keyboard(kept: Site, open_page: Open) -> None:
    page = open_page(kept.address)
    page.focus("#filters summary")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('#filter-sources option').length > 2")
    page.focus("#filter-source")
    page.keyboard.insert_text("AWS Trainium 仕様表")
    page.keyboard.press("Enter")
    page.wait_for_selector("#filters-chosen button")
    page.fill("#filter-from", "2025-12-01")
    page.select_option("#filter-lang", "ja")
    page.fill("#filter-asof", "2026-03-05")
    page.focus("#filter-asof")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.closest('summary') !== null"), "Escape closes the panel"
    now = page.inner_text(".filters-now")
    assert "AWS Trainium 仕様表" in now
    assert "2025-12-01" in now
    ask(page, QUESTION)
    scope, day = kept.assistant.filtered[-1]
    assert scope is not None
    assert (scope.sources, str(scope.published_from), scope.lang) == (("trainium-specs",), "2025-12-01", "ja")
    assert str(day) == "2026-03-05"
    told = page.inner_text("#current .filtered")
    assert "AWS Trainium 仕様表" in told
    assert "2026年3月5日の時点" in told
    page.click("#filters summary")
    page.click("#filters-clear")
    assert page.inner_text(".filters-now") == WORDS.filters_none
    page.keyboard.press("Escape")
    ask(page, "NVIDIAの強みは何ですか？")
    assert kept.assistant.filtered[-1] == (None, None)


def test_feedback_becomes_a_draft_case(kept: Site, home: Path, open_page: Open, tmp_path: Path) -> None:
    from evals.feedback import DRAFTS, import_feedback

    page = open_page(f"{kept.address}/en/", locale="en-US")
    ask(page, QUESTION)
    page.click("#current [data-act=feedback]")
    page.check("#current input[value=missing_source]")
    page.fill("#current .feedback-form textarea", "仕様表の新しい版")
    page.click("#current [data-act=feedback-send]")
    page.wait_for_function(
        f"document.querySelector('.turn-form .notice')?.textContent === {json.dumps(EN_WORDS.feedback_thanks)}"
    )
    assert import_feedback(home / "feedback.jsonl", tmp_path) == 0
    draft = json.loads((tmp_path / DRAFTS).read_text(encoding="utf-8").splitlines()[-1])
    assert (draft["question"], draft["feedback"]["verdict"]) == (QUESTION, "missing_source")
    assert draft["feedback"]["note"] == "仕様表の新しい版"


def test_copies_and_receipt(kept: Site, open_page: Open) -> None:
    page = open_page(kept.address)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    for kind, words in (("text", "[1] "), ("markdown", "[^1]: ")):
        if kind != "text":
            page.click("#current details.more summary")
        page.click(f"#current [data-format={kind}]")
        page.wait_for_function(
            "words => navigator.clipboard.readText().then(text => text.includes(words))", arg=f"\n{words}"
        )
        page.wait_for_function("!document.querySelector('#current [data-busy]')")  # its label is back
    page.click("#current [data-format=html]")
    page.wait_for_function(
        """() => navigator.clipboard.read().then(items => items[0].types.includes("text/html")
            && items[0].getType("text/html")).then(blob => blob && blob.text()).then(html => Boolean(html) && html.includes("<ol>"))"""
    )
    with page.expect_download() as download:
        page.click("#current a[download]")
    assert json.loads(Path(download.value.path()).read_text(encoding="utf-8"))["question"] == QUESTION


def test_also_found_is_kept_apart(kept: Site, open_page: Open) -> None:
    page = open_page(kept.address)
    ask(page, QUESTION)
    assert page.locator("#current .cited .cited-item").count() == 2
    page.click("#current .found summary")
    page.wait_for_selector("#current .found ul", state="attached")
    assert page.inner_text("#current .found summary") == WORDS.also_found


def test_safari_ends_the_composition_before_its_enter(kept: Site, open_page: Open) -> None:
    page = open_page(kept.address)
    page.focus(BOX)
    page.evaluate(
        """box => {
            box.value = "メモリ";
            box.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
            box.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true, data: "メモリ" }));
            box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 13, bubbles: true, cancelable: true }));
        }""",
        page.query_selector(BOX),
    )
    page.wait_for_timeout(300)
    assert page.locator(".turn").count() == 0
    assert page.input_value(BOX) == "メモリ"
    page.press(BOX, "Enter")
    page.wait_for_selector(".turn")


def test_the_list_slides_over_on_a_phone(kept: Site, open_page: Open) -> None:
    page = open_page(kept.address, width=320, height=640, has_touch=True)
    ask(page, QUESTION)
    for opener in ("#current details.more summary", "#filters summary", "#conversations-toggle"):
        page.click(opener)
        page.wait_for_timeout(100)
        assert no_sideways_scroll(page), opener
        if opener != "#conversations-toggle":
            page.click(opener)
    page.wait_for_selector("#conversations-list a")
    box = page.locator("#conversations").bounding_box()
    assert box is not None
    assert box["width"] <= 320
    page.click("#conversations-list a")
    page.wait_for_selector("#conversations", state="hidden")
    page.click("#current [data-act=feedback]")
    assert no_sideways_scroll(page)


@pytest.mark.parametrize("name", ["refusal", "conflict", "conversations"])
def test_screenshots(kept: Site, open_page: Open, name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Pictures for looking at and for the README; ``SCREENSHOTS`` names the folder."""
    import os

    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    page = open_page(kept.address, width=1500 if name == "conversations" else 1280, height=800)
    questions = {"refusal": ["明日の天気は？"], "conflict": ["値が割れている質問"]}
    for question in questions.get(name, ["NVIDIAの強みは何ですか？", QUESTION]):
        ask(page, question)
    page.click("#current [data-article] >> nth=0")
    page.wait_for_selector("#source-content mark")
    page.wait_for_timeout(600)
    page.screenshot(path=folder / f"ask-{name}.png")
    assert (folder / f"ask-{name}.png").stat().st_size > 10_000


def test_only_our_own_server_is_asked_by_all_of_it(kept: Site, open_page: Open, recorder: Recorder) -> None:
    page = open_page(kept.address)
    ask(page, QUESTION)
    page.click("#conversations-toggle")
    page.click("#filters summary")
    page.keyboard.press("Escape")
    page.click("#current .found summary")
    page.click("#current [data-format=text]")
    page.wait_for_timeout(500)
    own = urlsplit(kept.address).netloc
    assert {urlsplit(url).netloc for url in recorder.requests if not url.startswith("data:")} == {own}
    assert recorder.complaints == []
