from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from assistant.api import Related
from assistant.text.invisible import visible
from assistant.types import (
    Answer,
    AnswerSentence,
    AnswerStatus,
    Article,
    ArticleMetadata,
    Block,
    BlockKind,
    Citation,
    Conflict,
    ConflictValue,
    PublishedCopy,
    Withheld,
)
from tests.fakes import cite_words, make_answer, make_article, trainium_assistant
from ui import render, source
from ui.askturn import conversation_list_html, turn_html
from ui.chat import Turn, TurnState
from ui.conversations import Summary
from ui.copying import copied, footnotes
from ui.library_view import Listing, listing_html
from ui.strings import EN, JA
from ui.wording.ask import words_for

ARTICLE = make_article(
    "a1", "題名", ("前置き。質量は1.2 kgです。結び。",), metadata=ArticleMetadata(published="2025-12-03")
)
CITATION = cite_words(ARTICLE, "質量は1.2 kgです。")

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></textarea></style><svg/onload=alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "[press](javascript:alert(1))",
    "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe>",
    '<form action="https://evil.example"><input name=q></form>',
    "{{constructor.constructor('alert(1)')()}} ${alert(1)} {% raw %}",
    "&lt;script&gt; &#x3c;b&#x3e;",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    "```mermaid\ngraph TD; click A javascript:alert(1)\n```",
    "\u202eevil\u2066 \x00 <b",
)
OURS = {
    *(
        "a",
        "article",
        "aside",
        "blockquote",
        "button",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
    ),
    *("hr", "li", "mark", "ol", "p", "pre", "section", "span", "strong", "table", "tbody", "td", "th", "thead", "tr"),
    *("a", "details", "s", "sup"),
    "summary",
    "ul",
}
OUR_ATTRIBUTES = {
    *(
        "aria-busy",
        "aria-current",
        "aria-hidden",
        "aria-label",
        "aria-sort",
        "class",
        "href",
        "id",
        "lang",
        "open",
        "rel",
        "role",
        "scope",
        "tabindex",
        "target",
    ),
    *("title", "type", "download", "hidden"),
}


class Seen(HTMLParser):
    """Collects the tags, attributes and text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_harmless(html: str) -> Seen:
    seen = Seen(html)
    for tag, attributes in seen.tags:
        assert tag in OURS, tag
        for name, value in attributes.items():
            assert name in OUR_ATTRIBUTES or name.startswith("data-"), name
            if name == "href":
                assert value is not None
                assert value.startswith(("https://", "http://", "#", "../ui/")), value
    return seen


def test_chip() -> None:
    assert render.chip(CITATION, JA) == (
        '<button type="button" class="chip" data-article="a1" data-version="1" data-start="8" data-end="20" '
        'aria-label="出典1「題名」の該当箇所を開く">[1]</button>'
    )


def test_sentence_waits_for_its_citation() -> None:
    sentence = AnswerSentence("質量は1.2 kgです。", (1,))
    assert render.sentence_html(sentence, {}, JA) == (
        '<p class="sentence">質量は1.2 kgです。<span class="chips"><span class="chip waiting">[1]</span></span></p>'
    )


def test_answer_shows_short_sentences_and_sources_in_order() -> None:
    answer = make_answer("質量は？", ("質量は1.2 kgです。", CITATION), short="1.2 kg")
    seen = assert_harmless(render.answer_html(answer, JA))
    assert seen.text == ("答え: 1.2 kg質量は1.2 kgです。[1]出典[1]題名2025年12月3日質量は1.2 kgです。")
    assert (
        copied(answer, "text", JA) == "質量は1.2 kgです。[1]\n\n出典:\n[1] 題名, 2025年12月3日 「質量は1.2 kgです。」"
    )


def test_withheld_sentences_are_not_shown() -> None:
    answer = make_answer("q", ("質量は1.2 kgです。", CITATION), withheld=(Withheld("質量は9 kgです。", "no source"),))
    assert "9 kg" not in render.answer_html(answer, JA)


def test_partial_answer_says_so() -> None:
    answer = make_answer("q", ("質量は1.2 kgです。", CITATION), status=AnswerStatus.PARTIAL)
    assert f'<p class="notice">{EN.partial}</p>' in render.answer_html(answer, EN)


def test_refusal_labels_the_nearest_passages() -> None:
    refusal = trainium_assistant().ask("明日の天気は？")
    seen = assert_harmless(render.answer_html(refusal, JA))
    assert "お答えできません" in seen.text
    assert "近い内容の箇所（答えではありません）" in seen.text
    assert "収録している最新の記事：2025年12月3日" in seen.text
    assert not [tag for tag, attributes in seen.tags if attributes.get("class") == "chip"]


def test_conflict_card_names_both_values() -> None:
    other = replace(CITATION, marker=2)
    conflict = Conflict("質量", (ConflictValue("1.2 kg", CITATION), ConflictValue("1.4 kg", other)))
    seen = assert_harmless(render.conflicts_html((conflict,), JA))
    assert "記事によって値が異なります質量1.2 kg[1]題名 · 2025年12月3日1.4 kg[2]" in seen.text
    assert render.conflicts_html((), JA) == ""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.com/a?b=1#c", ("https://example.com/a?b=1#c", "example.com")),
        ("http://EXAMPLE.com:8080", ("http://example.com:8080/", "example.com")),
        ("https://例え.jp/記事", ("https://xn--r8jz45g.jp/%E8%A8%98%E4%BA%8B", "xn--r8jz45g.jp")),
        ('https://example.com/"><script>', ("https://example.com/%22%3E%3Cscript%3E", "example.com")),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt://example.com/%0aalert(1)", None),
        ("data:text/html,<script>", None),
        ("vbscript:x", None),
        ("file:///etc/passwd", None),
        ("//example.com/a", None),
        ("/relative", None),
        ("https://example.com@evil.example/", None),
        ("https://example.com\\@evil.example/", None),
        ("https://evil.example\\.example.com/", None),
        ("https://exa mple.com/", None),
        ("java\nscript:alert(1)", None),
        ("https://[::1", None),
        ("https://example.com:99999/", None),
        ("https://", None),
        ("", None),
        (None, None),
    ],
)
def test_safe_url(url: str | None, expected: tuple[str, str] | None) -> None:
    assert render.safe_url(url) == expected


def test_link_shows_the_host_it_leads_to() -> None:
    assert render.link("https://example.com/x", JA, label="https://bank.example") == (
        '<a class="outside" href="https://example.com/x" target="_blank" rel="noopener noreferrer" '
        'title="新しいタブで開きます">https://bank.example <span class="host">example.com</span></a>'
    )
    assert render.link("javascript:alert(1)", JA, label="x") == ""


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_text_stays_text_everywhere(payload: str) -> None:
    article = make_article(
        f"id{payload}",
        payload,
        (f"前{payload}後", payload),
        metadata=ArticleMetadata(published=payload, author=payload, url=payload, updated=payload, withdrawn=True),
        table=((payload, "値"), (payload, payload)),
    )
    citation = Citation(1, "p", article.article_id, 1, payload, payload, payload, payload, 0, len(payload), payload)
    answer = make_answer(
        payload,
        (payload, citation),
        short=payload,
        conflicts=(Conflict(payload, (ConflictValue(payload, citation),)),),
        newest=payload,
    )
    turn = Turn(payload, state=TurnState.ANSWERED, answer=replace(answer, withheld=(Withheld(payload, payload),)))
    html = turn_html("c" * 24, turn, JA, editor=True, titles={payload: payload})
    assert visible(payload) in assert_harmless(html).text
    assert_harmless(turn_html("c" * 24, Turn(payload, state=TurnState.FAILED, error=payload), JA))
    listed = [Summary("c" * 24, payload, "2026-01-01T00:00:00+00:00", 1)]
    assert_harmless(conversation_list_html(listed, EN, words_for("en"), searched=False))
    assert_harmless(footnotes(answer, EN))
    assert_harmless(render.suggestions_html((payload,), EN))
    refusal = Answer(payload, AnswerStatus.REFUSED, "ja", payload, newest=payload)
    assert_harmless(render.answer_html(refusal, JA))
    start = article.text.index("前") + 1
    panel = source.source_html(article, EN, start=start, end=start + len(payload))
    assert Seen(panel.replace("<mark>", "").replace("</mark>", "")).text.count(visible(payload)) >= 4
    assert_harmless(panel)
    library = listing_html(trainium_assistant(articles=[article]).sources(), Listing(), JA, editor=True)
    assert_harmless(library)


def marked(html: str) -> str:
    return "|".join(Seen(part).text for part in re.findall(r"<mark>(.*?)</mark>", html, re.S))


def test_source_marks_exactly_the_quote() -> None:
    html = source.source_html(ARTICLE, JA, start=CITATION.start, end=CITATION.end)
    assert html == (
        '<header class="source-head"><h2 tabindex="-1" class="source-title">題名</h2>'
        '<p class="meta">公開 2025年12月3日 <span aria-hidden="true">·</span> 第1版</p></header>'
        '<div class="source-text" lang="ja"><p>前置き。<mark>質量は1.2 kgです。</mark>結び。</p></div>'
    )


def test_source_marks_a_quote_across_blocks_and_cells() -> None:
    article = make_article("t", "表", ("一。", "二。"), table=(("製品", "値"), ("甲", "1 < 2"), ("乙", "3")))
    start, end = article.text.index("二"), article.text.index("1 <") + 5
    html = source.source_html(article, JA, start=start, end=end)
    assert marked(html) == "二。|製品|値|甲|1 < 2"
    assert '<th scope="col"><mark>製品</mark></th>' in html
    assert "<td>乙</td>" in html


def test_source_names_pages_slides_and_sheets() -> None:
    text = "題\n\n一。\n\n二。\n\n三。"
    blocks = (
        Block(BlockKind.TITLE, 0, 1),
        Block(BlockKind.PARAGRAPH, 3, 5, page=1),
        Block(BlockKind.PARAGRAPH, 7, 9, page=1),
        Block(BlockKind.PARAGRAPH, 11, 13, page=2),
    )
    html = source.source_html(Article("p", "題", text, "ja", blocks), JA)
    assert html.count('<p class="place">1ページ</p>') == 1
    assert html.index("一。") < html.index("二。") < html.index('<p class="place">2ページ</p>') < html.index("三。")
    sheets = (Block(BlockKind.PARAGRAPH, 3, 5, place="シート「<b>」"),)
    assert '<p class="place">シート「&lt;b&gt;」</p>' in source.source_html(Article("p", "題", text, "ja", sheets), JA)


def test_source_quote_in_the_title_is_shown() -> None:
    article = make_article("t", "144GBの衝撃", ("本文。",))
    html = source.source_html(article, JA, start=0, end=5)
    assert marked(html) == "144GB"


@pytest.mark.parametrize(("words", "shown"), [("編集部", " open"), ("本文", "")])
def test_source_metadata_opens_when_the_quote_is_in_it(words: str, shown: str) -> None:
    text = "著者: 編集部\n\n本文。"
    blocks = (Block(BlockKind.METADATA, 0, 7), Block(BlockKind.PARAGRAPH, 9, 12))
    start = text.index(words)
    html = source.source_html(Article("m", "題", text, "ja", blocks), JA, start=start, end=start + len(words))
    assert f'<details class="metadata"{shown}><summary>記事の情報</summary>' in html
    assert marked(html) == words


def test_source_text_outside_blocks_is_shown() -> None:
    article = replace(ARTICLE, blocks=())
    html = source.source_html(article, JA, start=CITATION.start, end=CITATION.end)
    assert marked(html) == CITATION.quote


def test_source_says_when_the_quote_is_out_of_range() -> None:
    html = source.source_html(ARTICLE, EN, start=5, end=9999)
    assert EN.source_quote_missing in html
    assert "<mark>" not in html


def test_source_of_a_long_article_shows_the_part_around_the_quote() -> None:
    article = make_article("long", "長い", tuple(f"第{n}段落。" + "あ" * 990 for n in range(200)))
    start = article.text.index("第100段落")
    html = source.source_html(article, JA, start=start, end=start + 6)
    assert marked(html) == "第100段落"
    assert "第99段落" in html
    assert "第10段落" not in html
    assert JA.source_cut in html
    assert len(html) < 60_000


def test_library_says_what_to_do_when_empty() -> None:
    assert "読み込んで" in listing_html((), Listing(), JA, editor=True)
    assert "編集者" in listing_html((), Listing(), JA, editor=False)


@pytest.mark.parametrize(
    ("question", "choices", "asked"),
    [
        ("trainiumのメモリ容量は？", ("Trainium2", "Trainium3"), "Trainium2のメモリ容量は？"),
        ("Trainium3よりTrainiumは？", ("Trainium1", "Trainium2"), "Trainium3よりTrainium1は？"),
        ("What does Trainium cost?", ("Trainium 2", "Trainium 3"), "What does Trainium 2 cost?"),
        ("容量は？", ("H100", "B200"), "H100"),
    ],
)
def test_a_choice_asks_the_question_with_that_name(question: str, choices: tuple[str, ...], asked: str) -> None:
    answer = Answer(question, AnswerStatus.REFUSED, "ja", "どれですか。", choices=choices)
    seen = assert_harmless(render.answer_html(answer, JA))
    buttons = [attributes for tag, attributes in seen.tags if "data-ask" in attributes]
    assert next(item["data-ask"] for item in buttons) == asked
    assert len(buttons) == len(choices)
    assert words_for("ja").choices in seen.text
    assert JA.refused not in seen.text


def test_source_tells_of_corrections_and_copies() -> None:
    related = Related(
        (PublishedCopy("c1", "訂正：<質量>", None, "2026-03-10"),),
        (PublishedCopy("n1", "続報", None, "2026-04-01"),),
        (PublishedCopy("w1", "配信版", None, "2026-03-01"),),
    )
    seen = assert_harmless(source.source_html(ARTICLE, JA, related=related))
    for words in (
        "2026年3月10日に訂正されています：",
        "訂正：<質量>",
        "2026年4月1日の新しい記事",
        JA.also_published,
        "配信版",
    ):
        assert words in seen.text
    assert [item["data-article"] for _, item in seen.tags if "data-article" in item] == ["c1", "n1", "w1"]
