"""Quantities and dates of any text: slices of it, in order, never an exception."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.text.dates import compare_dates, find_dates
from assistant.text.quantities import Relation, compare, find_quantities
from assistant.text.quantity_guard import unsupported_figures

ALPHABET = "0123456789０１９.,，-–~〜/:％%$¥▲△()（）| 　\u00a0\u2009\n年月日時分秒度世紀第代前後千百十万億兆京一二三四五〇半倍割数約超以上未満人個社回円ドル毎当たり㌔㍍㌦㎏㍻㋿ｷﾞｶﾞﾊﾟか\u3099½⅓×xXeE^⁹KMGBTPiFLOPS/smhkgμµ令和昭平成元RHst"
_WORDS = (
    "12 1,234 ５ 3.5 $ 億 万 億円 GB GiB TB/s 個 人 約 最大 未満 以上 から 〜 - to and between two hundred million half a third of per chip 年 年度 "
    "12月 3日 令和7年 2025 1980s December 3 昨年 翌年 Q3 FY 分の 割 倍 x 第 世代 1/2 10:30 % ポイント points ( ) | 999999999999999999999999999999 1e999 "
    "㌔ ｷﾞｶﾞﾊﾞｲﾄ 三十 二〇二五 数百 \u0301 \U0001d7d3"
)
WORDS = st.sampled_from(_WORDS.split(" "))
TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(alphabet=ALPHABET, max_size=60),
    st.lists(WORDS, max_size=14).map("".join),
    st.lists(WORDS, max_size=14).map(" ".join),
)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_quantities_are_slices_in_order(text: str) -> None:
    position = 0
    for quantity in find_quantities(text):
        assert text[quantity.start : quantity.end] == quantity.text != ""
        assert position <= quantity.start < quantity.end <= len(text)
        assert quantity.span_start <= quantity.start <= quantity.end <= quantity.span_end
        assert quantity.low <= quantity.high
        assert compare(quantity, quantity) is Relation.SAME
        position = quantity.end


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.none() | st.dates())
def test_dates_are_slices_in_order(text: str, anchor: date | None) -> None:
    position = 0
    for span in find_dates(text, anchor=anchor):
        assert text[span.start : span.end] == span.text != ""
        assert position <= span.start < span.end <= len(text)
        assert (span.first is None) == (span.last is None)
        assert span.first is None or span.last is None or span.first <= span.last
        assert compare_dates(span, span) is Relation.SAME
        position = span.end


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS)
def test_any_text_supports_itself(text: str, other: str) -> None:
    assert unsupported_figures(text, [other, text]) == ()
