"""Plain text: structure found, text kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.ingest import SourceFile, load
from assistant.ingest.lines import find_blocks, is_separator
from assistant.types import Article, BlockKind, Refusal

K = BlockKind


def found(text: str) -> list[tuple[BlockKind, str]]:
    return [(block.kind, text[block.start : block.end]) for block in find_blocks(text)]


def headers(text: str) -> list[list[tuple[str, str]]]:
    return [
        [(cell.header, text[cell.start : cell.end]) for cell in block.cells]
        for block in find_blocks(text)
        if block.kind is K.TABLE_ROW
    ]


def read(tmp_path: Path, text: str, encoding: str = "utf-8") -> Article | Refusal:
    path = tmp_path / "記事 1.txt"
    path.write_bytes(text.encode(encoding))
    (item,) = load(SourceFile(path, tmp_path))
    return item


def test_blank_lines_separate_paragraphs_and_wrapped_lines_stay(tmp_path: Path) -> None:
    article = read(
        tmp_path,
        "新工場が起工\r\n\r\n熊本県で10日、\r\n新工場が起工した。\r\n　\r\n　投資額は1.2兆円。\r\n\r\n以上\r\n",
        "cp932",
    )
    assert isinstance(article, Article)
    assert article.text == "新工場が起工\n\n熊本県で10日、\n新工場が起工した。\n　\n　投資額は1.2兆円。\n\n以上"
    assert [(block.kind, article.text[block.start : block.end]) for block in article.blocks] == [
        (K.TITLE, "新工場が起工"),
        (K.PARAGRAPH, "熊本県で10日、\n新工場が起工した。"),
        (K.PARAGRAPH, "投資額は1.2兆円。"),
        (K.SEPARATOR, "以上"),
    ]
    assert (article.title, article.article_id, article.lang) == ("新工場が起工", "記事-1", "ja")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("題名\n本文です。\n", "題名"),
        ("本当に必要なのか？\n\n本文です。\n", "本当に必要なのか？"),
        ("一行だけの文書", "記事 1"),
        ("文で始まる。\n本文です。\n", "記事 1"),
        ("■見出し\n本文です。\n", "記事 1"),
        ("a | b\n1 | 2\n", "記事 1"),
        ("The plant is to open in the\nspring of 2028.\n\nIt cost much.\n", "記事 1"),
        ("The plant is to open in the\nspring of 2028.\n", "記事 1"),
        ("長い" * 41 + "\n本文\n", "記事 1"),
    ],
)
def test_the_title_is_a_short_first_line_that_is_no_sentence(tmp_path: Path, text: str, title: str) -> None:
    article = read(tmp_path, text)
    assert isinstance(article, Article)
    assert article.title == title
    assert article.text.count(text.split("\n")[0]) == 1


def test_without_blank_lines_each_line_is_a_paragraph() -> None:
    assert found("一行目。\n二行目。\n") == [(K.PARAGRAPH, "一行目。"), (K.PARAGRAPH, "二行目。")]


def test_headings_and_lists() -> None:
    text = (
        "【概要】\n本文。\n\n第１章　はじめに\n\n■ 性能\n本文。\n\n● 一つ\n● 二つ\n\n1. 単独の見出し\n\n"
        "1. 手順\n2. 次の手順\n\n・点\n・線\n\n3.5倍になった。\n\n(1) 連結経営指標等\n"
    )
    assert found(text) == [
        (K.HEADING, "【概要】"),
        (K.PARAGRAPH, "本文。"),
        (K.HEADING, "第１章　はじめに"),
        (K.HEADING, "■ 性能"),
        (K.PARAGRAPH, "本文。"),
        (K.LIST_ITEM, "● 一つ"),
        (K.LIST_ITEM, "● 二つ"),
        (K.HEADING, "1. 単独の見出し"),
        (K.LIST_ITEM, "1. 手順"),
        (K.LIST_ITEM, "2. 次の手順"),
        (K.LIST_ITEM, "・点"),
        (K.LIST_ITEM, "・線"),
        (K.PARAGRAPH, "3.5倍になった。"),
        (K.HEADING, "(1) 連結経営指標等"),
    ]


def test_a_table_with_its_caption_its_sections_and_a_header_short_of_the_label_column() -> None:
    text = (
        "②【損益計算書】\n(単位：百万円)\n第116期 (2019年３月期) | 第117期 (2020年３月期)\n"
        "売上高 | ※1 570,180 | 588,263\n売上原価\n合計 | 428,308 | △437,093\n"
    )
    assert found(text) == [
        (K.CAPTION, "②【損益計算書】"),
        (K.CAPTION, "(単位：百万円)"),
        (K.TABLE_HEADER, "第116期 (2019年３月期) | 第117期 (2020年３月期)"),
        (K.TABLE_ROW, "売上高 | ※1 570,180 | 588,263"),
        (K.TABLE_ROW, "売上原価"),
        (K.TABLE_ROW, "合計 | 428,308 | △437,093"),
    ]
    assert headers(text) == [
        [("", "売上高"), ("第116期 (2019年３月期)", "※1 570,180"), ("第117期 (2020年３月期)", "588,263")],
        [("", "売上原価")],
        [("", "合計"), ("第116期 (2019年３月期)", "428,308"), ("第117期 (2020年３月期)", "△437,093")],
    ]
    assert {block.table for block in find_blocks(text)} == {1}
    assert [block.row for block in find_blocks(text)] == [None, None, None, 1, 2, 3]


def test_a_header_of_several_rows() -> None:
    text = (
        " | Financial assets |  | Financial liabilities | \n | 2019 | 2018 | 2019 | 2018\n"
        "Opening balance |  | 77,131 |  | 2,154\nAdditions | 39,116 | 51,185 | 75 | –\n\nText below.\n"
    )
    assert headers(text)[1] == [
        ("", "Additions"),
        ("Financial assets 2019", "39,116"),
        ("Financial assets 2018", "51,185"),
        ("Financial liabilities 2019", "75"),
        ("Financial liabilities 2018", "–"),
    ]
    assert found(text)[-1] == (K.PARAGRAPH, "Text below.")


def test_a_header_centred_over_all_columns() -> None:
    text = " |  | Years Ended September 30, | \n | 2019 | 2018 | 2017\nTotal | $1,496.5 | $1,202.9 | $1,107.7\n"
    assert [header for header, _ in headers(text)[0]] == [
        "",
        "Years Ended September 30, 2019",
        "Years Ended September 30, 2018",
        "Years Ended September 30, 2017",
    ]


def test_key_and_value_pairs_have_no_header_and_drawn_tables_do() -> None:
    assert [block.kind for block in find_blocks("【会社名】 | 株式会社ニトリ\n【本店】 | 札幌市\n")] == [
        K.TABLE_ROW
    ] * 2
    drawn = "| 型番 | 容量 |\n|---|---|\n| TK-1 | 大 |\n"
    assert [kind for kind, _ in found(drawn)] == [K.TABLE_HEADER, K.SEPARATOR, K.TABLE_ROW]
    assert headers(drawn) == [[("型番", "TK-1"), ("容量", "大")]]
    tabs = "型番\t容量\nTK-1\t5 GB\nTK-2\t-\n"
    assert headers(tabs) == [[("型番", "TK-1"), ("容量", "5 GB")], [("型番", "TK-2"), ("容量", "-")]]


def test_one_line_with_a_bar_is_no_table() -> None:
    assert found("ホーム | 会社概要\n本文です。\n") == [(K.PARAGRAPH, "ホーム | 会社概要"), (K.PARAGRAPH, "本文です。")]


@pytest.mark.parametrize(
    "line",
    [
        "---END---",
        "--- END ---",
        "-30-",
        "以上",
        "（了）",
        "(了)",
        "［終わり］",
        "###",
        "* * *",
        "◇◇◇",
        "＊＊＊",
        "……",
    ],
)
def test_separator_lines(line: str) -> None:
    assert is_separator(line) is (line != "……")


@pytest.mark.parametrize("line", ["以上です。", "ENDは終わり", "了解", "-31-", "A", "", "——と彼は言った", "30"])
def test_lines_that_are_no_separators(line: str) -> None:
    assert not is_separator(line)


@pytest.mark.parametrize("text", ["", " \n\n　\n"])
def test_no_text_is_refused(tmp_path: Path, text: str) -> None:
    refusal = read(tmp_path, text)
    assert refusal == Refusal(str(tmp_path / "記事 1.txt"), "the file has no text", None)
