"""Passages of any article: slices of it, nothing lost, nothing twice."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.chunk import chunk
from assistant.ingest.builder import TextBuilder
from assistant.ingest.lines import find_blocks
from assistant.settings import ChunkSettings
from assistant.types import Article, BlockKind, SpecRow

ALPHABET = "車両ｶﾞﾗｽ㌔①Ａ1。！？」「（）.、 \n　𡈽a|-・"
TEXT = st.text(alphabet=ALPHABET, max_size=60)
SENTENCE = st.sampled_from(
    [
        "この文は二度は引用されないはずです。",
        "短い。",
        "この文は二度は引",
        "A sentence that is said twice.",
        "末尾 | 表",
        "・項目",
    ]
)
PIECE = st.one_of(TEXT, st.lists(SENTENCE, max_size=4).map("".join))
PROSE_KINDS = st.sampled_from(
    [
        BlockKind.PARAGRAPH,
        BlockKind.QUOTE,
        BlockKind.CODE,
        BlockKind.CAPTION,
        BlockKind.FOOTNOTE,
        BlockKind.SEPARATOR,
        BlockKind.LIST_ITEM,
    ]
)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """An article as the loaders build them, with every kind of block in any order."""
    builder = TextBuilder()
    builder.title("題名")
    if draw(st.booleans()):
        builder.metadata("著者", draw(TEXT))
    for _ in range(draw(st.integers(0, 7))):
        builder.page = draw(st.sampled_from([None, None, 1, 2]))
        match draw(st.integers(0, 4)):
            case 0:
                builder.heading(draw(st.integers(1, 6)), draw(TEXT))
            case 1 | 2:
                builder.paragraph(draw(PIECE), draw(PROSE_KINDS))
            case 3:
                rows = draw(st.lists(st.lists(TEXT, max_size=3), max_size=4))
                header = draw(st.none() | st.lists(TEXT, max_size=3))
                builder.table(rows, header=header, caption=draw(TEXT))
            case 4:
                builder.spec_rows(
                    [(draw(PIECE), SpecRow("X100", "質量", "1.2")) for _ in range(draw(st.integers(0, 3)))]
                )
    text, blocks = builder.build()
    return Article("a", "題名", text, draw(st.sampled_from(["ja", "en"])), blocks)


SIZES = st.builds(ChunkSettings, chunk_chars=st.integers(40, 120), chunk_chars_en=st.integers(80, 200))


@settings(max_examples=300, deadline=None)
@given(articles(), SIZES)
def test_every_character_is_in_one_passage_or_one_skipped_stretch(article: Article, sizes: ChunkSettings) -> None:
    chunks = chunk(article, sizes)
    covered = [0] * len(article.text)
    for passage in chunks.passages:
        assert article.text[passage.start : passage.end] == passage.text
        assert passage.text == passage.text.strip() or passage.kind is not BlockKind.TITLE
    for start, end in [
        *((passage.start, passage.end) for passage in chunks.passages),
        *((skipped.start, skipped.end) for skipped in chunks.skipped),
    ]:
        assert start < end
        for position in range(start, end):
            covered[position] += 1
    for position, char in enumerate(article.text):
        assert covered[position] == 1 or (char.isspace() and covered[position] == 0), (position, char)


@settings(max_examples=150, deadline=None)
@given(articles(), SIZES)
def test_order_ids_and_spec_rows(article: Article, sizes: ChunkSettings) -> None:
    passages = chunk(article, sizes).passages
    assert [passage.ordinal for passage in passages] == list(range(len(passages)))
    assert [passage.start for passage in passages] == sorted(passage.start for passage in passages)
    assert len({passage.passage_id for passage in passages}) == len(passages)
    assert chunk(article, sizes).passages == passages
    newer = chunk(replace(article, version=2), sizes).passages
    assert [passage.text for passage in newer] == [passage.text for passage in passages]
    assert not {passage.passage_id for passage in newer} & {passage.passage_id for passage in passages}
    # A spec row is a passage of its own, at most with the headings right above it.
    rows = [block for block in article.blocks if block.spec is not None]
    holders = [passage for passage in passages if passage.spec is not None]
    assert [passage.end for passage in holders] == [block.end for block in rows]


@settings(max_examples=150, deadline=None)
@given(articles(), SIZES)
def test_what_was_skipped_stands_earlier_in_the_article(article: Article, sizes: ChunkSettings) -> None:
    for skipped in chunk(article, sizes).skipped:
        text = article.text[skipped.start : skipped.end]
        if skipped.reason == "repeat":
            squeezed = "".join(text.split())
            assert squeezed in "".join(article.text[: skipped.start].split())
            assert len(text) >= 12
        else:
            assert any(
                block.kind is BlockKind.SEPARATOR and (block.start, block.end) == (skipped.start, skipped.end)
                for block in article.blocks
            )


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=ALPHABET, max_size=400), SIZES)
def test_plain_text_loses_nothing(text: str, sizes: ChunkSettings) -> None:
    blocks = find_blocks(text)
    article = Article("a", "題名", text, "ja", tuple(blocks))
    chunks = chunk(article, sizes)
    spans = sorted(
        [*((p.start, p.end) for p in chunks.passages), *((s.start, s.end) for s in chunks.skipped)],
    )
    kept = "".join("".join(text[start:end].split()) for start, end in spans)
    assert kept == "".join(text.split())


@settings(max_examples=100, deadline=None)
@given(articles(), SIZES)
def test_prose_passages_stay_near_their_target(article: Article, sizes: ChunkSettings) -> None:
    target = sizes.chunk_chars if article.lang == "ja" else sizes.chunk_chars_en
    headings = max((block.end - block.start for block in article.blocks if block.kind is BlockKind.HEADING), default=0)
    for passage in chunk(article, sizes).passages:
        if passage.kind is BlockKind.PARAGRAPH and headings == 0:
            assert len(passage.text) <= 2 * target
