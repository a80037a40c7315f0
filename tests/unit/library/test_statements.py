"""Correction notices: what they name, and which statements they correct."""

from __future__ import annotations

import pytest

from assistant.library.notices import Mention, find_links, notice_text, tail_of, title_key, url_key
from assistant.library.statements import corrected_statements
from assistant.types import Article, ArticleMetadata
from tests.fakes import make_article

JA = make_article(
    "k7",
    "キサラギ電機、卓上ロボットK7を発売",
    [
        "キサラギ電機は2026年3月2日、卓上ロボット「K7」を発売した。K7の価格は1台12万円だ。",
        "K7の質量は3.4kgで、電池は8時間もつ。開発を率いたのは佐藤健一氏だ。",
        "店頭に並ぶのは3月20日からだ。月産は500台を計画する。",
    ],
)
EN = make_article(
    "finch",
    "Corvid launches the Finch drone",
    [
        "Corvid launched the Finch drone on 2 March 2026. The Finch costs $1,200.",
        "It weighs 3.4 kg and was designed by Ann Carter. Monthly output is 500 units.",
    ],
    lang="en",
)

CASES = [
    (JA, "K7の価格を1台12万円としたのは、15万円の誤りでした。", "K7の価格は1台12万円だ。", "12万円", "15万円"),
    (JA, "K7の価格を12万円と報じましたが、正しくは15万円でした。", "K7の価格は1台12万円だ。", "12万円", "15万円"),
    (JA, "K7の価格に誤りがありました。（誤）12万円（正）15万円", "K7の価格は1台12万円だ。", "12万円", "15万円"),
    (JA, "K7の価格は12万円ではなく15万円です。", "K7の価格は1台12万円だ。", "12万円", "15万円"),
    (JA, "価格を12万円から15万円に訂正します。", "K7の価格は1台12万円だ。", "12万円", "15万円"),
    (JA, "価格を12万円と書いたのは誤りです。正しくは15万円です。", "K7の価格は1台12万円だ。", "12万円", "15万円"),
    (JA, "K7の価格は1台15万円だ。", "K7の価格は1台12万円だ。", "12万円", "15万円"),
    (
        JA,
        "「キサラギ電機、卓上ロボットK7を発売」でK7の価格を12万円としたのは15万円の誤りです。",
        "K7の価格は1台12万円だ。",
        "12万円",
        "15万円",
    ),
    (
        JA,
        "開発を率いたのを佐藤健一氏としたのは、佐藤憲一氏の誤りでした。",
        "開発を率いたのは佐藤健一氏だ。",
        "佐藤健一",
        "佐藤憲一",
    ),
    (
        JA,
        "店頭に並ぶ日を3月20日としましたが、正しくは3月27日です。",
        "店頭に並ぶのは3月20日からだ。",
        "3月20日",
        "3月27日",
    ),
    (EN, "The Finch costs $1,500, not $1,200, as we wrote.", "The Finch costs $1,200.", "$1,200", "$1,500"),
    (
        EN,
        "We gave the price of the Finch drone as $1,200. The correct price is $1,500.",
        "The Finch costs $1,200.",
        "$1,200",
        "$1,500",
    ),
    (
        EN,
        "Our article incorrectly stated that the Finch costs $1,200; it costs $1,500.",
        "The Finch costs $1,200.",
        "$1,200",
        "$1,500",
    ),
    (
        EN,
        "The Finch was designed by Anne Cartwright, not Ann Carter.",
        "It weighs 3.4 kg and was designed by Ann Carter.",
        "Ann Carter",
        "Anne Cartwright",
    ),
    (
        EN,
        "The launch date was corrected from 2 March 2026 to 12 March 2026.",
        "Corvid launched the Finch drone on 2 March 2026.",
        "2 March 2026",
        "12 March 2026",
    ),
]


def correction(text: str, *, title: str = "訂正", lang: str = "ja") -> Article:
    return make_article("fix", title, [text], lang=lang)


@pytest.mark.parametrize(("older", "notice", "sentence", "was", "now"), CASES)
def test_one_statement_is_corrected_and_no_other(
    older: Article, notice: str, sentence: str, was: str, now: str
) -> None:
    fix = correction(notice, lang=older.lang)
    (found,) = corrected_statements(older, fix)
    assert older.text[found.start : found.end] == sentence
    assert (found.was, found.now) == (was, now)
    assert found.was in sentence
    assert found.now in fix.text[found.by_start : found.by_end]


@pytest.mark.parametrize(
    ("older", "notice"),
    [
        (JA, "キサラギ電機の電話番号は変わりません。"),
        (JA, "ヤヨイ電機の掃除機V2の発売日を訂正しました。"),
        (JA, "K8の価格は1台15万円だ。"),
        (JA, "K7の価格は1台12万円だ。"),
        (EN, "The Heron costs $40."),
        (EN, "We regret the error."),
    ],
)
def test_nothing_is_corrected_where_nothing_is_said(older: Article, notice: str) -> None:
    assert corrected_statements(older, correction(notice, lang=older.lang)) == []


def test_a_notice_within_the_article_corrects_the_rest_of_it() -> None:
    article = make_article(
        "own",
        "K7を発売",
        [
            "K7の価格は12万円だ。",
            "〔訂正〕この記事の初出時、K7の価格を12万円としたのは、15万円の誤りでした。",
        ],
    )
    assert [link.kind for link in find_links(article)] == ["self"]
    (found,) = corrected_statements(article, article)
    assert article.text[found.start : found.end] == "K7の価格は12万円だ。"


@pytest.mark.parametrize(
    ("title", "text", "names"),
    [
        ("訂正：K7の価格", "3月2日の記事「K7を発売しました」の価格は誤りでした。", ("K7を発売しました",)),
        ("お詫びと訂正", "https://news.example/k7 の価格に誤りがありました。", ("https://news.example/k7",)),
        ("Correction: a price", "The article “Corvid is here” gave a wrong price.", ("Corvid is here",)),
        ("近況", "【訂正】\n記事『K7を発売』の価格は誤りです。", ("K7を発売",)),
    ],
)
def test_a_notice_says_what_it_is_about(title: str, text: str, names: tuple[str, ...]) -> None:
    (link,) = find_links(make_article("fix", title, [text]))
    assert link.kind == "notice"
    assert Mention.from_json(link.name).names == names


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("K7を発売", "「K7」の価格は12万円だ。"),
        ("訂正の歴史", "新聞の訂正欄は19世紀に始まった。"),
        ("Correction fluid sells well", "Sales of the white paint went up."),
    ],
)
def test_an_article_that_only_speaks_of_corrections_is_none(title: str, text: str) -> None:
    assert notice_text(make_article("a", title, [text])) == ""


def test_front_matter_wins_over_the_text() -> None:
    article = make_article(
        "fix",
        "訂正：K7",
        ["記事「別の記事です」は誤りでした。"],
        metadata=ArticleMetadata(corrects=("k7",), supersedes=("old",)),
    )
    assert [(link.kind, link.name) for link in find_links(article)] == [("supersedes", "old"), ("corrects", "k7")]


def test_keys() -> None:
    assert title_key("Ｋ７を「発売」 ") == title_key("K7を発売")
    assert url_key("https://www.News.example/a/?x=1#top") == url_key("http://news.example/a")
    assert tail_of("../posts/a.md") == "posts/a.md"
