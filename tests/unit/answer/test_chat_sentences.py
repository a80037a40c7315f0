"""Sentences and passage numbers out of a reply, however it is cut into pieces."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer.chat_sentences import Proposal, SentenceStream, proposals

REPLY = "<think>メモ[1]。</think>\n- **容量は144GBです。**[1][2]\n帯域幅は4.9TB/sです【3】。次に、3.5倍です。［１、4］\nIt has 2.52 PFLOPS. [2-4] It is made in 3 nm [1].\n"
FOUND = [
    Proposal("容量は144GBです。", (1, 2)),
    Proposal("帯域幅は4.9TB/sです。", (3,)),
    Proposal("次に、3.5倍です。", (1, 4)),
    Proposal("It has 2.52 PFLOPS.", (2, 3, 4)),
    Proposal("It is made in 3 nm.", (1,)),
]


def read(pieces: list[str]) -> list[Proposal]:
    stream = SentenceStream()
    found = [proposal for piece in pieces for proposal in stream.feed(piece)]
    return found + stream.finish()


@given(st.lists(st.integers(0, len(REPLY)), max_size=40))
def test_pieces_make_no_difference(cuts: list[int]) -> None:
    places = sorted({0, *cuts, len(REPLY)})
    assert read([REPLY[start:end] for start, end in itertools.pairwise(places)]) == FOUND


def test_a_sentence_comes_before_the_next_one_is_finished() -> None:
    stream = SentenceStream()
    assert stream.feed("容量は144GBです。") == []  # its marker may follow
    assert stream.feed("[1") == []
    assert stream.feed("]") == []
    assert stream.feed("帯") == [Proposal("容量は144GBです。", (1,))]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("はい、容量は144GBです。[1]", [Proposal("容量は144GBです。", (1,))]),
        ("## 見出し", [Proposal("見出し", ())]),
        ("```", []),
        ("---", []),
        ("| --- | --- |", []),
        ("A &amp; B are 3.[2]", [Proposal("A & B are 3.", (2,))]),
        ("容量\u200bは\U000e0041144GBです。[0]", [Proposal("容量は144GBです。", (0,))]),
        ("葛\U000e0100飾区の話。[1]", [Proposal("葛\U000e0100飾区の話。", (1,))]),
        ("容量は144GBです。[1†source]", [Proposal("容量は144GBです。", (1,))]),
        ("容量は144GBです。【出典：2】", [Proposal("容量は144GBです。", (2,))]),
        ("", []),
        ("[1]", []),
        ("……", []),
    ],
)
def test_formatting_is_taken_off(line: str, found: list[Proposal]) -> None:
    assert proposals(line) == found


def test_thoughts_that_do_not_end_are_no_answer() -> None:
    assert read(["<think>容量は144GBです。[1]\n", "まだ考えている。\n"]) == []


@given(st.text(alphabet="容量はです。[1]【］\n<think/>-*`. A1", max_size=120))
def test_any_text_is_read(text: str) -> None:
    for proposal in read(list(text)):
        assert proposal.text == proposal.text.strip()
        assert proposal.text
