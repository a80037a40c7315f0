"""Where passages are cut, what is left out of them and what they know of their place."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from assistant.chunk import Chunks, Skipped, chunk
from assistant.ingest import SourceFile, load
from assistant.ingest.builder import TextBuilder
from assistant.settings import ChunkSettings
from assistant.text.sentences import split_sentences
from assistant.types import Article, Block, BlockKind, Passage, SpecRow

SIZES = ChunkSettings(chunk_chars=40, chunk_chars_en=80)


def article_of(builder: TextBuilder, *, lang: str = "ja", article_id: str = "a", version: int = 1) -> Article:
    text, blocks = builder.build()
    return Article(article_id, "題名", text, lang, blocks, version=version)


def chunks_of(builder: TextBuilder, *, lang: str = "ja") -> Chunks:
    return chunk(article_of(builder, lang=lang), SIZES)


def texts(chunks: Chunks) -> list[str]:
    return [passage.text for passage in chunks.passages]


def skipped_texts(article: Article, chunks: Chunks) -> list[tuple[str, str]]:
    return [(article.text[item.start : item.end], item.reason) for item in chunks.skipped]


def sentence(number: int) -> str:
    return f"これは{number}番目の文で、ほかのどの文とも違います。"


def test_title_and_metadata_are_one_passage() -> None:
    builder = TextBuilder()
    builder.title("新工場が稼働")
    builder.metadata("著者", "編集部")
    builder.metadata("公開日", "2026年1月5日")
    builder.paragraph("本文です。")
    chunks = chunks_of(builder)
    assert texts(chunks) == ["新工場が稼働\n\n著者: 編集部\n公開日: 2026年1月5日", "本文です。"]
    assert [passage.kind for passage in chunks.passages] == [BlockKind.METADATA, BlockKind.PARAGRAPH]


def test_short_paragraphs_share_a_passage_and_long_ones_are_cut_at_sentence_ends() -> None:
    builder = TextBuilder()
    builder.paragraph("短い。")
    builder.paragraph("これも。")
    builder.paragraph(sentence(1) + sentence(2) + sentence(3))
    # 34 of 40 characters; one more sentence would be too many.
    assert len(sentence(1)) == 23
    assert texts(chunks_of(builder)) == ["短い。\n\nこれも。\n\n" + sentence(1), sentence(2), sentence(3)]


def test_english_has_its_own_target() -> None:
    builder = TextBuilder()
    builder.paragraph("The first sentence has forty characters. The second one has forty-one characters. Third.")
    assert texts(chunks_of(builder, lang="en")) == [
        "The first sentence has forty characters.",
        "The second one has forty-one characters. Third.",
    ]
    assert len(texts(chunks_of(builder, lang="ja"))) == 3


def test_headings_stand_with_what_follows_them_and_name_the_place() -> None:
    builder = TextBuilder()
    builder.heading(1, "概要")
    builder.heading(2, "背景  と目的")
    builder.paragraph("一。")
    builder.heading(2, "結論")
    builder.paragraph("二。")
    builder.heading(1, "付録")
    chunks = chunks_of(builder)
    assert [(passage.text, passage.heading_path, passage.kind) for passage in chunks.passages] == [
        ("概要\n\n背景  と目的\n\n一。", ("概要", "背景 と目的"), BlockKind.PARAGRAPH),
        ("結論\n\n二。", ("概要", "結論"), BlockKind.PARAGRAPH),
        ("付録", ("付録",), BlockKind.HEADING),
    ]
    assert chunks.passages[1].locator == "概要 > 結論"


def test_a_repeated_sentence_is_skipped() -> None:
    builder = TextBuilder()
    builder.paragraph(sentence(1) + "はい。")
    builder.paragraph(sentence(1) + "はい。" + sentence(2))
    article = article_of(builder)
    chunks = chunk(article, SIZES)
    assert skipped_texts(article, chunks) == [(sentence(1), "repeat")]
    assert texts(chunks) == [sentence(1) + "はい。", "はい。" + sentence(2)]


def test_white_space_does_not_hide_a_repeat() -> None:
    builder = TextBuilder()
    builder.paragraph("折り返された\n長い文がここにあります。")
    builder.paragraph("折り返された長い文が\nここにあります。")
    assert len(chunks_of(builder).skipped) == 1


def test_a_tail_cut_off_in_the_middle_of_a_sentence_is_skipped() -> None:
    builder = TextBuilder()
    builder.paragraph(sentence(1) + sentence(2))
    builder.paragraph("---END---", BlockKind.SEPARATOR)
    builder.paragraph(sentence(1) + sentence(2)[:15])
    article = article_of(builder)
    chunks = chunk(article, SIZES)
    assert skipped_texts(article, chunks) == [
        ("---END---", "separator"),
        (sentence(1), "repeat"),
        (sentence(2)[:15], "repeat"),
    ]
    assert "".join(texts(chunks)) == sentence(1) + sentence(2)


@pytest.mark.parametrize(
    "beginning",
    [
        sentence(2)[:11],  # too short to be sure
        sentence(2)[:15] + "。",  # a whole sentence that only begins the same
        "はじめは違う" + sentence(2)[:15],
    ],
)
def test_what_only_begins_alike_is_kept(beginning: str) -> None:
    builder = TextBuilder()
    builder.paragraph(sentence(2))
    builder.paragraph(beginning)
    assert chunks_of(builder).skipped == ()


def test_a_cut_off_beginning_before_its_whole_sentence_is_kept() -> None:
    builder = TextBuilder()
    builder.paragraph(sentence(2)[:15])
    builder.paragraph(sentence(2))
    assert chunks_of(builder).skipped == ()


def test_code_and_table_rows_may_repeat() -> None:
    builder = TextBuilder()
    for _ in range(2):
        builder.paragraph("make serve  # starts it", BlockKind.CODE)
        builder.table([["メモリ容量は一枚当たり", "144 GB"]])
    assert chunks_of(builder).skipped == ()


def test_table_rows_know_their_header_and_caption() -> None:
    builder = TextBuilder()
    builder.table(
        [["Trainium2", "96 GB のメモリ"], ["Trainium3", "144 GB のメモリ"], ["Trainium4", "未公表"]],
        header=["世代", "容量"],
        caption="表1 メモリ",
    )
    chunks = chunks_of(builder)
    assert [(passage.text, passage.context, passage.row) for passage in chunks.passages] == [
        ("表1 メモリ\n\n世代 | 容量\nTrainium2 | 96 GB のメモリ", "", 1),
        ("Trainium3 | 144 GB のメモリ\nTrainium4 | 未公表", "表1 メモリ\n世代 | 容量", 3),
    ]
    assert chunks.passages[1].locator == "行 2–3"


def test_rows_of_two_tables_never_share_a_passage() -> None:
    builder = TextBuilder()
    builder.table([["a", "1"]], header=["製品", "容量"])
    builder.table([["b", "2"]], header=["製品", "速度"])
    builder.table([["c", "3"]])
    assert texts(chunks_of(builder)) == ["製品 | 容量\na | 1", "製品 | 速度\nb | 2", "c | 3"]


def test_a_heading_stays_with_its_table() -> None:
    builder = TextBuilder()
    builder.heading(2, "仕様")
    builder.table([["a", "1"]], header=["製品", "容量"])
    (passage,) = chunks_of(builder).passages
    assert passage.text == "仕様\n\n製品 | 容量\na | 1"
    assert passage.kind is BlockKind.TABLE_ROW
    assert passage.heading_path == ("仕様",)


def test_each_spec_row_is_a_passage_with_its_fact() -> None:
    memory = SpecRow("Trainium3", "メモリ容量", "144", "GB", "チップ1個当たり")
    speed = SpecRow("Trainium3", "帯域幅", "4.9", "TB/s")
    builder = TextBuilder()
    builder.heading(2, "仕様")
    builder.spec_rows([("メモリ容量: 144 GB（チップ1個当たり）", memory), ("帯域幅: 4.9 TB/s", speed)])
    builder.paragraph("注記。")
    chunks = chunks_of(builder)
    assert [(passage.text, passage.spec, passage.row) for passage in chunks.passages] == [
        ("仕様\n\nメモリ容量: 144 GB（チップ1個当たり）", memory, 1),
        ("帯域幅: 4.9 TB/s", speed, 2),
        ("注記。", None, None),
    ]
    assert chunks.passages[0].locator == "仕様 · 行 1 · メモリ容量"


def test_a_sentence_far_too_long_is_cut_at_a_comma() -> None:
    builder = TextBuilder()
    text = "あ" * 50 + "、" + "い" * 60 + "。"
    builder.paragraph(text)
    assert texts(chunks_of(builder)) == ["あ" * 50 + "、", "い" * 60 + "。"]


def test_a_sentence_far_too_long_without_a_comma_is_cut_hard() -> None:
    builder = TextBuilder()
    builder.paragraph("あ" * 170)
    assert [len(text) for text in texts(chunks_of(builder))] == [80, 80, 10]


def test_pages_are_never_mixed() -> None:
    builder = TextBuilder()
    builder.page = 1
    builder.paragraph("一頁。")
    builder.page = 2
    builder.paragraph("二頁。")
    assert [(passage.text, passage.page, passage.locator) for passage in chunks_of(builder).passages] == [
        ("一頁。", 1, "1ページ"),
        ("二頁。", 2, "2ページ"),
    ]


def test_an_article_of_separators_has_no_passage() -> None:
    article = Article("a", "t", "---\n***", "ja", (Block(BlockKind.SEPARATOR, 0, 3), Block(BlockKind.SEPARATOR, 4, 7)))
    assert chunk(article, SIZES) == Chunks((), (Skipped(0, 3, "separator"), Skipped(4, 7, "separator")))


def test_ids_follow_article_version_text_and_settings() -> None:
    def ids(article_id: str = "a", version: int = 1, text: str = "本文。", sizes: ChunkSettings = SIZES) -> str:
        builder = TextBuilder()
        builder.paragraph(text)
        (passage,) = chunk(article_of(builder, article_id=article_id, version=version), sizes).passages
        return passage.passage_id

    assert ids() == ids()
    assert len(ids()) == 20
    others = {ids(article_id="b"), ids(version=2), ids(text="本文！"), ids(sizes=ChunkSettings(chunk_chars=41))}
    assert len(others) == 4
    assert ids() not in others


def test_ten_thousand_list_items_are_cut_in_a_second() -> None:
    text = "\n".join(f"・一覧の項目で終わりの印がないもの{number:05}番" for number in range(10_000))
    blocks, position = [], 0
    for line in text.split("\n"):
        blocks.append(Block(BlockKind.LIST_ITEM, position, position + len(line)))
        position += len(line) + 1
    started = time.process_time()
    chunks = chunk(Article("a", "t", text, "ja", tuple(blocks)), SIZES)
    assert time.process_time() - started < 2.5
    assert sum(passage.text.count("・") for passage in chunks.passages) == 10_000


@pytest.mark.shared
def test_the_real_article_is_cited_from_one_place_only(shared_articles: Path) -> None:
    path = shared_articles / "2025-12-03-aws-trainium3.md"
    (article,) = load(SourceFile(path, shared_articles))
    assert isinstance(article, Article)
    chunks = chunk(article, ChunkSettings())
    places: dict[str, list[Passage]] = {}
    for passage in chunks.passages:
        if passage.kind is BlockKind.METADATA:
            continue  # the title says what the text says
        for start, end in split_sentences(passage.text):
            if end - start >= 12:
                places.setdefault("".join(passage.text[start:end].split()), []).append(passage)
    assert len(places) > 80
    assert [key for key, found in places.items() if len(found) > 1] == []
    # The tail after ---END--- breaks off in the middle of a sentence that stands whole above.
    assert "".join(places).count("TCOを比較検討する時期") == 1
    assert [article.text[item.start : item.end] for item in chunks.skipped if item.reason == "separator"] == [
        "---END---",
        "---END---",
    ]
    tail = article.text.index("---END---")
    assert all(passage.end <= tail for passage in chunks.passages)
