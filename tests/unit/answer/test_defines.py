"""Sentences that say what something is."""

from __future__ import annotations

import pytest

from assistant.answer.defines import defines, term_of


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("ヤシオとは何ですか？", "ヤシオ"),
        ("「満水」とはどういう意味ですか？", "満水"),
        ("北灯は何をする企業ですか？", "北灯"),
        ("What is Heron?", "heron"),
        ("What does the Harbour Kit do?", "harbour kit"),
        ("港はいつできましたか？", ""),
    ],
)
def test_what_is_to_be_defined(question: str, term: str) -> None:
    assert term_of(question) == term


@pytest.mark.parametrize(
    ("term", "text", "told"),
    [
        ("ヤシオ", "ヤシオ（矢塩）は、潮の満ち引きで動く小型の発電機である。", True),
        ("ヤシオ", "北灯（ほくとう）の「ヤシオ」は、波を測る装置だ。", True),
        ("ヤシオ", "ヤシオは、4ビットで表す独自の形式だ。", True),
        ("ヤシオ", "北灯が公開したのは、ヤシオの設計図と部品表である。", False),
        ("ヤシオ", "ヤシオは3つだ。", False),
        ("ヤシオ", "ヤシオは2024年に発売した。", False),
        ("heron", "Heron is a pump that lifts water by its own fall.", True),
        ("heron", "Heron, or lifting pump, uses two chambers.", True),
        ("heron", "Heron is not on sale.", False),
        ("heron", "Herons, like terns, eat fish.", False),
        ("heron", "Heron uses 16 valves: one for each chamber.", True),
        ("heron", "Heron is 16 metres long.", False),
        ("heron", "The maker of Heron is Tern.", False),
        ("", "Heron is a pump.", False),
    ],
)
def test_a_definition_opens_with_its_term(term: str, text: str, told: bool) -> None:
    assert defines(term, text) is told
