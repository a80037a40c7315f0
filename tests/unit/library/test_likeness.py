"""Copies: what collapses and what never does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.library import likeness
from assistant.library.likeness import Body, sketches
from assistant.library.twins import groups
from assistant.types import Article, ArticleMetadata
from tests.fakes import make_article

JA = (
    "キサラギ電機は2026年3月2日、卓上ロボット「K7」を発売した。K7の価格は1台12万円だ。",
    "K7の質量は3.4kgである。電池は8時間もち、家庭のほか学校にも売り込む。開発を率いた佐藤健一氏は、月産500台を目標に掲げた。",
)
EN = (
    "Corvid put the Finch drone on sale on 2 March 2026. The price of the Finch drone is $1,200.",
    "The weight of the Finch drone is 3.4 kg. Its battery lasts 8 hours, and schools are among the buyers. "
    "Ann Carter, who led the design, wants to make 500 units a month.",
)


def made(paragraphs: tuple[str, ...], title: str = "", **metadata: object) -> Article:
    japanese = not paragraphs[0].isascii()
    title = title or ("K7を発売" if japanese else "The Finch is here")
    return make_article(
        "x", title, paragraphs, lang="ja" if japanese else "en", metadata=ArticleMetadata(**metadata)  # type: ignore[arg-type]
    )  # fmt: skip


def changed(base: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    assert any(old in part for part in base)
    return tuple(part.replace(old, new) for part in base)


COPIES = [
    (JA, JA),
    (JA, changed(JA, "目標に掲げた", "目標とした")),
    (JA, changed(JA, "キサラギ電機は2026", "【共同】キサラギ電機は2026")),
    (JA, (JA[0], f"{JA[1]}（ロイター）")),
    (JA, tuple(part.replace("。", "。\n") for part in JA)),
    (JA, changed(JA, "3.4kg", "３．４ｋｇ")),
    (EN, EN),
    (EN, changed(EN, "wants to make", "plans to make")),
    (EN, changed(EN, "Corvid put", "LONDON (Reuters) - Corvid put")),
]
OTHERS = [
    (JA, changed(JA, "3.4kg", "3.9kg")),
    (JA, changed(JA, "3.4kg", "3.4g")),
    (JA, changed(JA, "12万円", "12億円")),
    (JA, changed(JA, "3月2日", "3月3日")),
    (JA, changed(JA, "佐藤健一", "佐藤憲一")),
    (JA, changed(JA, "キサラギ電機", "ヤヨイ電機")),
    (JA, changed(JA, "売り込む", "売り込まない")),
    (JA, changed(JA, "目標に掲げた", "目標に下げた")),
    (JA, changed(JA, "8時間", "八時間半")),
    (EN, changed(EN, "3.4 kg", "3.9 kg")),
    (EN, changed(EN, "$1,200", "€1,200")),
    (EN, changed(EN, "2 March", "2 May")),
    (EN, changed(EN, "Ann Carter", "Ann Cutter")),
    (EN, changed(EN, "Corvid", "Magpie")),
    (EN, changed(EN, "wants to make", "does not want to make")),
]


def says_the_same(first: Article, second: Article) -> bool:
    return likeness.says_the_same(Body(first), Body(second))


@pytest.mark.parametrize(("one", "two"), COPIES)
def test_copies_meet_and_collapse(one: tuple[str, ...], two: tuple[str, ...]) -> None:
    first, second = made(one), made(two)
    a, b = sketches([Body(first), Body(second)])
    assert set(a.buckets) & set(b.buckets)
    assert says_the_same(first, second)
    assert says_the_same(second, first)


@pytest.mark.parametrize(("one", "two"), OTHERS)
def test_another_figure_date_or_name_is_another_text(one: tuple[str, ...], two: tuple[str, ...]) -> None:
    assert not says_the_same(made(one), made(two))
    assert not says_the_same(made(two), made(one))


def test_figures_that_change_places_are_another_text() -> None:
    text = "売上高は第一工場が30億円、第二工場が20億円だった。前の期はどちらの工場もこれをやや下回っていたという。" * 2
    swapped = text.replace("30億円", "X").replace("20億円", "30億円").replace("X", "20億円")
    assert not says_the_same(made((text,)), made((swapped,)))


def test_titles_count() -> None:
    assert says_the_same(made(JA, "K7を発売"), made(JA, "卓上ロボットK7、発売"))
    assert not says_the_same(made(JA, "K7を発売"), made(JA, "K8を発売"))
    assert not says_the_same(made(("詳細は後日。",), "ヤヨイ電機"), made(("詳細は後日。",), "キサラギ電機"))


def test_a_short_text_is_a_copy_only_when_it_is_the_same() -> None:
    assert says_the_same(made(("詳細は後日。",), "K7"), made(("詳細は後日。",), "K7"))
    assert not says_the_same(made(("詳細は後日。",), "K7"), made(("詳細は明日。",), "K7"))


@pytest.mark.parametrize(
    ("paragraphs", "metadata", "wire"),
    [
        (JA, {}, False),
        (JA, {"author": "共同通信"}, True),
        (JA, {"author": "共同通信の記者だった人"}, False),
        (EN, {"tags": ("Reuters",)}, True),
        ((f"【時事】{JA[0]}",), {}, True),
        ((f"{JA[0]}時事問題を扱う。",), {}, False),
        ((f"LONDON (AP) - {EN[0]}",), {}, True),
    ],
)
def test_an_agency_is_known_by_its_credit(paragraphs: tuple[str, ...], metadata: dict[str, object], wire: bool) -> None:
    assert Body(made(paragraphs, **metadata)).wire is wire


def test_the_head_of_an_article_is_not_its_body() -> None:
    assert Body(made(JA)).text == "\n\n".join(JA)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=120), min_size=1, max_size=6))
def test_a_sketch_does_not_depend_on_its_neighbours(texts: list[str]) -> None:
    articles = [make_article(f"a{number}", "題", [text or "x"]) for number, text in enumerate(texts)]
    together = sketches([Body(article) for article in articles])
    assert together == [sketches([Body(article)])[0] for article in articles]
    assert all(says_the_same(article, article) for article in articles)


def test_groups() -> None:
    assert groups([]) == {}
    found = groups([("a", "b"), ("c", "b"), ("d", "e")])
    assert found["a"] == found["b"] == found["c"] == {"a", "b", "c"}
    assert found["d"] == {"d", "e"}


@given(
    st.text(alphabet="アイ漢字0.", min_size=8, max_size=60),
    st.text(alphabet="アイ漢字0.", max_size=60),
    st.integers(0, 60),
)
@settings(max_examples=200)
def test_similarity_is_that_of_the_sets_of_shingles(one: str, other: str, cut: int) -> None:
    two = one[:cut] + other
    sets = [
        {text[i : i + likeness.SHINGLE_CHARS] for i in range(len(text) - likeness.SHINGLE_CHARS + 1)} or {text}
        for text in (one, two.ljust(likeness.SHINGLE_CHARS))
    ]
    jaccard = len(sets[0] & sets[1]) / len(sets[0] | sets[1])
    bodies = [Body(make_article("x", "t", (text,))) for text in (one, two or "。")]
    for made_body, text in zip(bodies, (one, two), strict=True):
        made_body.__dict__["folded"] = text
    found = likeness._similarity(*bodies)
    if jaccard >= likeness.SAME_SHARE:
        assert found == jaccard
    else:
        assert jaccard <= found < likeness.SAME_SHARE
