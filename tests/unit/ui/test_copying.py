"""An answer for other programs: nothing of an article becomes their markup."""

from __future__ import annotations

from dataclasses import replace

from markdown_it import MarkdownIt

from assistant.types import ArticleMetadata
from tests.fakes import cite_words, make_answer, make_article
from ui.copying import copied, footnotes, markdown
from ui.strings import EN, JA

ARTICLE = make_article(
    "a1",
    "題名",
    ("質量は1.2 kgです。",),
    metadata=ArticleMetadata(published="2025-12-03", url="https://example.com/a_(1)"),
)
ANSWER = make_answer("質量は？", ("質量は1.2 kgです。", cite_words(ARTICLE, "質量は1.2 kgです。")), short="1.2 kg")


def test_markdown_has_footnotes_that_quote() -> None:
    assert markdown(ANSWER, JA) == (
        "質量は1\\.2 kgです。[^1]\n\n"
        "[^1]: [題名](https://example.com/a_%281%29), 2025年12月3日, 題名. 「質量は1\\.2 kgです。」\n"
    )


def test_html_has_footnotes_that_quote() -> None:
    assert footnotes(ANSWER, EN) == (
        '<p>質量は1.2 kgです。<sup><a href="#fn1">1</a></sup></p><hr><ol><li id="fn1">'
        '<a href="https://example.com/a_(1)">題名</a>, 3 December 2025, 題名. “質量は1.2 kgです。”</li></ol>'
    )


def test_a_refusal_is_its_words() -> None:
    from tests.fakes import trainium_assistant

    refusal = trainium_assistant().ask("天気は？")
    assert copied(refusal, "markdown", JA).strip() == refusal.text
    assert copied(refusal, "html", JA) == f"<p>{refusal.text}</p>"


def test_markup_in_an_article_stays_text() -> None:
    payload = "![x](https://evil.example/p.png) <img src=x onerror=1> [y](javascript:1) **太字** https://evil.example"
    article = make_article("h", payload, (payload,), metadata=ArticleMetadata(url="javascript:alert(1)"))
    citation = replace(cite_words(article, payload), locator=payload)
    answer = make_answer(payload, (payload, citation))
    html = MarkdownIt("commonmark", {"html": True}).render(markdown(answer, JA))
    for tag in ("<img", "<a", "<strong"):
        assert tag not in html, tag
    assert "<img" not in footnotes(answer, JA)
