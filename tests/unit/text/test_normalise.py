"""Folding for search, and the way back to the published characters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.normalise import INVISIBLE, normalise, normalise_with_offsets, remove_invisible

FOLDED = [
    ("ABC", "abc"),
    ("ＡＢＣ１２３", "abc123"),
    ("ﾊﾝｶｸ ｶﾞﾗｽ ﾊﾟﾝ", "ハンカク ガラス パン"),
    ("㌔", "キロ"),
    ("㌘㍍㍉", "グラムメートルミリ"),
    ("㎏ ㎡ ㍻", "kg m2 平成"),
    ("①②⑳", "1220"),
    ("Ⅳ ⅷ", "iv viii"),
    ("½", "1\u20442"),
    ("㈱アクメ", "(株)アクメ"),
    ("（注）［２］", "(注)[2]"),
    ("10―20‐30−40–50", "10-20-30-40-50"),
    ("9:00〜10:00～11:00", "9:00~10:00~11:00"),
    ("“Hi” ‘x’ ’s", "\"hi\" 'x' 's"),
    ("葛\U000e0100飾区", "葛飾区"),
    ("ハート\u2665\ufe0f", "ハート\u2665"),
    ("zero\u200bwidth\u200d\ufeff", "zerowidth"),
    ("a\u202eevil\u202cb\u2066c\u2069", "aevilbc"),
    ("soft\u00adhyphen", "softhyphen"),
    ("か\u3099き", "がき"),
    ("は\uff9f", "ぱ"),
    ("e\u0301", "\u00e9"),
    ("A\u030a", "\u00e5"),
    ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"),
    ("\ud55c\uae00", "한글"),
    ("\uffa1\uffc2", "가"),
    ("髙﨑さん、渡邊さん、齋藤さん", "高崎さん、渡辺さん、斎藤さん"),
    ("舊字體の國", "舊字体の国"),
    ("ΟΔΟΣ Σίσυφος", "οδοσ σίσυφοσ"),
    ("2.52 petaFLOPS\u00a0だ", "2.52 petaflops だ"),
    ("全角　空白", "全角 空白"),
    ("𡈽地", "𡈽地"),
    ("𝟛𝕏", "3x"),
    ("argv \udcff tail", "argv  tail"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "folded"), FOLDED)
def test_folding(text: str, folded: str) -> None:
    assert normalise(text) == folded
    assert normalise_with_offsets(text).text == folded


@pytest.mark.parametrize(
    ("text", "part", "original"),
    [
        ("車ｶﾞﾗｽ交換", "ガ", "ｶﾞ"),
        ("車ｶﾞﾗｽ交換", "ガラス", "ｶﾞﾗｽ"),
        ("車ｶﾞﾗｽ交換", "交換", "交換"),
        ("5㌔走る", "キロ", "㌔"),
        ("5㌔走る", "キ", "㌔"),
        ("5㌔走る", "走", "走"),
        ("東京都葛\U000e0100飾区", "葛飾", "葛\U000e0100飾"),
        ("a\u200bb", "a", "a\u200b"),
        ("か\u3099く", "が", "か\u3099"),
        ("\u1112\u1161\u11aba", "한", "\u1112\u1161\u11ab"),
        ("ＡＢＣ", "bc", "ＢＣ"),
    ],
)
def test_a_folded_part_leads_back_to_what_was_published(text: str, part: str, original: str) -> None:
    mapped = normalise_with_offsets(text)
    at = mapped.text.index(part)
    start, end = mapped.span(at, at + len(part))
    assert text[start:end] == original


def test_offsets_of_ascii_are_the_identity() -> None:
    mapped = normalise_with_offsets("Trainium3 has 144GB")
    assert mapped.text == "trainium3 has 144gb"
    assert mapped.starts == tuple(range(19))
    assert mapped.ends == tuple(range(1, 20))


def test_an_empty_range_is_an_empty_place() -> None:
    mapped = normalise_with_offsets("5㌔")
    assert mapped.span(1, 1) == (1, 1)
    assert mapped.span(3, 3) == (2, 2)


@pytest.mark.parametrize(("original", "folded"), [(0, 0), (1, 1), (2, 3), (3, 4), (4, 5)])
def test_a_published_place_leads_to_the_folded_one(original: int, folded: int) -> None:
    # 5㌔走る -> 5キロ走る
    assert normalise_with_offsets("5㌔走る").position(original) == folded


def test_only_invisible_characters_are_removed() -> None:
    assert remove_invisible("葛\U000e0100飾\u200b区 ＡＢＣ") == "葛飾区 ＡＢＣ"
    assert remove_invisible("plain") == "plain"


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0xFFEF), max_size=40))
def test_the_short_cut_folds_as_nfkc_does(text: str) -> None:
    plain = "".join(char for char in text if not INVISIBLE.match(char))
    assert normalise(plain) == normalise(unicodedata.normalize("NFKC", plain))
