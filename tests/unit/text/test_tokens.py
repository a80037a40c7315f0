"""What a text is indexed under and what a question asks for."""

from __future__ import annotations

import pytest

from assistant.text.tokens import characters, named_entities, query_words, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PPR-9087", ["ppr9087", "ppr", "9087"]),
        ("PPR9087", ["ppr9087", "ppr", "9087"]),
        ("ppr‐9087", ["ppr9087", "ppr", "9087"]),
        ("ＰＰＲ－９０８７", ["ppr9087", "ppr", "9087"]),
        ("PPR-9088", ["ppr9088", "ppr", "9088"]),
        ("Trainium3", ["trainium3", "trainium"]),
        ("Trainium 3", ["trainium", "trainium3", "3"]),
        ("HBM3E", ["hbm3e", "hbm"]),
        ("v5p", ["v5p"]),
        ("3nm", ["3nm", "nm"]),
        ("144GB", ["144gb", "144", "gb"]),
        ("4,895", ["4895"]),
        ("4895", ["4895"]),
        ("4,895mm", ["4895", "mm"]),
        ("4895mm", ["4895mm", "4895", "mm"]),
        ("2.52", ["2.52"]),
        ("Amazon's", ["amazon"]),
        ("chips running", ["chip", "run"]),
        ("AT&T", ["at&t", "at"]),
        ("サーバ", ["サーバー"]),
        ("サーバー", ["サーバー"]),
        ("ｻｰﾊﾞｰ", ["サーバー"]),
        ("", []),
        ("。、！", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_part_numbers_that_differ_share_no_whole_name() -> None:
    asked, other = words("PPR-9087"), words("PPR-9088")
    assert set(asked) & set(other) == {"ppr"}


def test_grammar_is_not_indexed() -> None:
    assert words("工場で部品を作った。") == ["工場", "部品", "作る"]


def test_bigrams_and_single_kanji() -> None:
    assert characters("東京のA社") == ["東京", "京の", "東", "京", "社"]


def test_kanji_outside_the_basic_plane_are_kanji() -> None:
    assert characters("𡈽地") == ["𡈽地", "𡈽", "地"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Trainium3のメモリ容量は？", {"trainium3": 1.0, "trainium": 1.0, "メモリ": 1.0, "容量": 1.0}),
        ("What is the memory of Trainium3?", {"memori": 1.0, "trainium3": 1.0, "trainium": 1.0}),
        ("誰が作ったのですか？", {"作る": 0.5}),
        ("Who uses the chips?", {"use": 0.5, "chip": 1.0}),
    ],
)
def test_a_question_is_asked_by_what_it_is_about(question: str, expected: dict[str, float]) -> None:
    assert {word.form: word.share for word in query_words(question)} == expected


@pytest.mark.parametrize("question", ["それは何？", "What is it?"])
def test_a_question_of_stop_words_keeps_them(question: str) -> None:
    assert query_words(question) != []


def test_each_query_word_once() -> None:
    forms = [word.form for word in query_words("工場の工場の工場")]
    assert forms == ["工場"]


def test_a_text_longer_than_sudachi_takes_is_read_to_its_end() -> None:
    text = "𡈽地。" * 6000 + "東京"
    assert words(text)[-1] == "東京"


@pytest.mark.parametrize("text", ["日本\udcff語", "\ud800", "a\udc80"])
def test_bytes_of_a_command_line_that_are_no_text_do_no_harm(text: str) -> None:
    words(text)
    characters(text)
    query_words(text)
    assert all(end <= len(text) for _, end, _ in named_entities(text))


def test_named_entities() -> None:
    text = "佐藤さんは東京に行った。"
    assert [(text[start:end], kind) for start, end, kind in named_entities(text)] == [
        ("佐藤", "人名"),
        ("東京", "地名"),
    ]


def test_named_entities_keep_their_offsets_past_the_limit_of_one_call() -> None:
    text = "あ" * 11_999 + "。" + "東京"
    assert named_entities(text)[-1] == (12_000, 12_002, "地名")
