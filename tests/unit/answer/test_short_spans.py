"""Candidate spans of a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer.short_spans import spans_of


def shown(text: str) -> dict[str, str]:
    return {text[span.start : span.end]: span.kind for span in spans_of(text)[1]}


@pytest.mark.parametrize(
    ("text", "span", "kind"),
    [
        ("橋は1998年4月5日に開通した。", "1998年4月5日", "date"),
        ("会場には約150人が集まった。", "約150人", "count"),
        ("会場には約150人が集まった。", "150人", "count"),
        ("設計はアドルフ・ロースが担当した。", "アドルフ・ロース", "person"),
        ("本社は東京都千代田区にある。", "東京都千代田区", "place"),
        ("この現象は「逆転層」と呼ばれる。", "逆転層", "noun"),
        ("ウトウとウミネコが巣を作る。", "ウトウとウミネコ", "katakana"),
        ("出島商館の館長が江戸に向かった。", "出島商館の館長", "noun"),
    ],
)
def test_spans_and_their_kinds(text: str, span: str, kind: str) -> None:
    found = shown(text)

    assert span in found
    if kind not in ("noun", "katakana"):
        assert found[span] == kind


@given(st.text(alphabet="あ東京12年3「」『』・ aB,.の、と人。\n", max_size=60))
def test_every_span_is_a_distinct_part_of_the_text(text: str) -> None:
    tokens, spans = spans_of(text)

    assert len({(span.start, span.end) for span in spans}) == len(spans)
    for span in spans:
        assert 0 <= span.start < span.end <= len(text)
        assert tokens[span.first].start == span.start
        assert tokens[span.last].end == span.end
