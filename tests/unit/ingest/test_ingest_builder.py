"""Offsets hold for any text, and blocks lie in order."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assistant.ingest.builder import TextBuilder
from assistant.ingest.lines import find_blocks
from assistant.types import Article, BlockKind, SpecRow

TEXT = st.text(alphabet="車両ｶﾞﾗｽ㌔①Ａ1。！」\n\t |　𡈽-#", max_size=40)
ROWS = st.lists(st.lists(TEXT, max_size=4), max_size=4)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("title"), TEXT),
        st.tuples(st.just("metadata"), TEXT),
        st.tuples(st.just("heading"), TEXT),
        st.tuples(st.just("paragraph"), TEXT),
        st.tuples(st.just("code"), TEXT),
        st.tuples(st.just("list_item"), TEXT),
        st.tuples(st.just("verbatim"), TEXT),
        st.tuples(st.just("spec"), TEXT),
        st.tuples(st.just("table"), ROWS),
    ),
    max_size=8,
)


def build(steps: list[tuple[str, object]]) -> tuple[TextBuilder, list[str]]:
    """Run the steps; returns the builder and what its blocks must hold, in order."""
    builder = TextBuilder()
    wanted: list[str] = []
    for name, value in steps:
        if name == "table":
            assert isinstance(value, list)
            header, rows = (value[0] if value else []), value[1:]
            builder.table(rows, header=header)
            continue
        assert isinstance(value, str)
        match name:
            case "title":
                builder.title(value)
            case "metadata":
                builder.metadata("著者", value)
            case "heading":
                builder.heading(9, value)
            case "paragraph":
                builder.paragraph(value)
            case "code":
                builder.paragraph(value, BlockKind.CODE)
            case "list_item":
                builder.list_item(value)
            case "verbatim":
                builder.verbatim(value, find_blocks(value))
            case "spec":
                builder.spec_rows([(value, SpecRow("X", "容量", "1"))])
        if name != "verbatim" and value.strip():
            wanted.append(value.strip())
    return builder, wanted


@given(STEPS)
def test_offsets_hold_for_any_text(steps: list[tuple[str, object]]) -> None:
    builder, wanted = build(steps)
    text, blocks = builder.build()
    article = Article("a", "t", text, "ja", blocks)  # checks order and bounds
    shown = [article.text[block.start : block.end] for block in article.blocks]
    position = 0
    for piece in wanted:
        while piece not in shown[position]:
            position += 1
        position += 1
    for block, piece in zip(blocks, shown, strict=True):
        assert piece.strip() or block.cells
        for cell in block.cells:
            assert block.start <= cell.start <= cell.end <= block.end
            assert text[cell.start : cell.end] == text[cell.start : cell.end].strip()
    between = [text[left.end : right.start] for left, right in pairwise(blocks)]
    assert all(not gap.strip() for gap in between)


@given(TEXT)
def test_every_character_of_a_text_is_in_a_block(text: str) -> None:
    held = "".join("".join(text[block.start : block.end].split()) for block in find_blocks(text))
    assert held == "".join(text.split())


def test_tables_are_numbered_and_separated() -> None:
    builder = TextBuilder()
    builder.metadata("著者", "編集部")
    builder.list_item("一")
    builder.list_item("二", "2. ")
    builder.table([["a", "b"]], header=["x", "y"], caption="表")
    builder.verbatim("c | d\ne | f", find_blocks("c | d\ne | f"))
    builder.table([["g"]])
    text, blocks = builder.build()
    assert text == "著者: 編集部\n\n・一\n2. 二\n\n表\n\nx | y\na | b\n\nc | d\ne | f\n\ng"
    assert [block.table for block in blocks] == [None, None, None, 1, 1, 1, 2, 2, 3]
