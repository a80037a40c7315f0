"""Three hundred hostile texts in every place where text can come from: nothing runs, loads or becomes a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from assistant.types import (
    Answer,
    AnswerStatus,
    ArticleMetadata,
    Conflict,
    ConflictValue,
    Nearest,
    PublishedCopy,
    Withheld,
)
from tests.browser.conftest import Recorder, Site
from tests.browser.payloads import COUNT, payloads
from tests.fakes import FakeAssistant, cite_words, make_answer, make_article
from ui.conversations import TURNS_MAX

Open = Callable[..., Any]
FORBIDDEN = (
    "form, iframe, object, embed, script, style, link, meta, base, img, svg, math, video, audio, [onerror], [onload]"
)


def article(number: int, payload: str) -> Any:
    """A hostile article: title, text, table, author, addresses and file name."""
    about = ArticleMetadata(
        published=payload, author=payload, url=f"https://example.com/{payload}", updated=payload, excerpt=payload
    )
    return make_article(
        f"{payload}/{number}.md",
        payload,
        (payload, f"後{payload}"),
        metadata=about,
        table=((payload, "値"), (payload, "1")),
    )


def replies(number: int, payload: str, source: Any) -> Answer:
    """What a chat model could have been scripted to say, all of it hostile; or a refusal."""
    citation = replace(
        cite_words(source, payload), locator=payload, copies=(PublishedCopy(payload, payload, payload, payload),)
    )
    if number % 5 == 4:
        return Answer(
            payload,
            AnswerStatus.REFUSED,
            "ja",
            payload,
            nearest=(Nearest(citation, 0.5),),
            choices=(payload, f"{payload}2"),
            newest=payload,
        )
    return make_answer(
        payload,
        (payload, citation),
        short=payload,
        lead=payload,
        rewritten=payload,
        notice=payload,
        withheld=(Withheld(payload, payload),),
        conflicts=(Conflict(payload, (ConflictValue(payload, citation), ConflictValue("別", citation))),),
    )


def test_there_are_three_hundred() -> None:
    assert len(set(payloads())) == COUNT


@pytest.fixture(scope="module")
def hostile(start: Callable[[FakeAssistant], Site]) -> Site:
    articles = [article(number, payload) for number, payload in enumerate(payloads())]
    answers = {
        payload.strip(): replies(number, payload, source)
        for number, (payload, source) in enumerate(zip(payloads(), articles, strict=True))
    }
    return start(FakeAssistant(articles=articles, answers=answers, suggestions={"ja": payloads()[:4]}))  # type: ignore[arg-type]


@pytest.mark.parametrize("first", range(0, COUNT, 100))
def test_nothing_runs_loads_or_becomes_a_form(hostile: Site, open_page: Open, recorder: Recorder, first: int) -> None:
    site, chosen = hostile, payloads()[first : first + 100]
    assert len(chosen) <= TURNS_MAX
    page = open_page(site.address)
    own = urlsplit(site.address).netloc
    assert page.locator(".suggestion").count() == 4
    # The page's own script asks, one question after another in one conversation, as fast as it can.
    asked = page.evaluate(
        """async (questions) => {
            const box = document.querySelector("#question-box");
            for (const question of questions) {
                box.value = question;
                document.querySelector("#send").click();
                await new Promise((resolve, reject) => {
                    const late = setTimeout(() => reject(new Error(`no answer to ${question}`)), 20000);
                    const look = () => {
                        const turn = document.querySelector("#current .turn");
                        const done = turn && turn.dataset.state && turn.getAttribute("aria-busy") === "false";
                        if (!done || parseInt(turn.dataset.question) !== parseInt(question)) return setTimeout(look, 5);
                        clearTimeout(late);
                        setTimeout(resolve, 5);
                    };
                    look();
                });
            }
            return document.querySelectorAll(".turn .reply").length;
        }""",
        chosen,
    )
    assert asked == len(chosen)
    # Their sources, the list of conversations, what else was found, the forms, the offered filters.
    for number in range(0, len(chosen), 25):
        page.evaluate(f"document.querySelectorAll('.turn')[{number}].querySelector('[data-article]').click()")
        page.wait_for_selector("#source-content mark", state="attached")
        assert page.locator(f"#source-content :is({FORBIDDEN})").count() == 0
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.click("#conversations-toggle")
    page.wait_for_selector("#conversations-list a")
    page.wait_for_function("document.querySelectorAll('#filter-sources option').length > 50")
    page.reload()
    page.wait_for_function(f"document.querySelectorAll('.turn').length === {len(chosen)}")
    for area in ("#ask-room .turn", "#intro", "#conversations-list", "#source-content"):
        assert page.locator(f"{area} :is({FORBIDDEN})").count() == 0, area
    shown = page.inner_text("#earlier")
    assert all(f"{first + number}番" in shown for number in range(len(chosen) - 1)), (
        "every one of them is shown, as text"
    )
    assert page.evaluate("window.hit") is None
    assert {urlsplit(url).netloc for url in recorder.requests if not url.startswith("data:")} == {own}
    assert recorder.complaints == []
