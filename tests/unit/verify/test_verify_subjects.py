"""What a sentence is about when it does not say so. All sentences are written for these tests."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.text.dates import find_dates
from assistant.verify.statement import read_statement
from assistant.verify.subjects import Subjects


def _after(*sentences: str, heading: str = "") -> Subjects:
    subjects = Subjects()
    if heading:
        subjects.heading(read_statement(heading))
    for sentence in sentences:
        subjects.sentence(read_statement(sentence))
    return subjects


@pytest.mark.parametrize(
    ("before", "text", "resolved"),
    [
        ("K3は3nmで製造される。", "メモリは128GBを積む。", "K3のメモリは128GBを積む。"),
        ("K3は3nmで製造される。", "2025年に出荷した。", "K3は、2025年に出荷した。"),
        ("K3は3nmで製造される。", "このチップは144GBを積む。", "K3は144GBを積む。"),
        ("Aobaは好調だ。", "同社は300人を雇う。", "Aobaは300人を雇う。"),
        ("The K3 is fast.", "It carries 144 GB.", "K3 carries 144 GB."),
        ("The K3 is fast.", "Its memory is 144 GB.", "K3's memory is 144 GB."),
        ("K3は3nmで製造される。", "K2のメモリは96GBだ。", ""),
        ("K3とK2は3nmで製造される。", "メモリは96GBだ。", ""),
        ("景気は良い。", "メモリは96GBだ。", ""),
        ("K3は3nmで製造される。", "使い勝手はよい。", ""),
    ],
)
def test_a_sentence_without_a_name_is_about_the_one_before(before: str, text: str, resolved: str) -> None:
    assert _after(before).resolved(read_statement(text), text) == resolved


def test_a_heading_names_the_subject_until_the_next() -> None:
    subjects = _after(heading="K3の仕様")
    text = "メモリは128GBを積む。"
    assert subjects.resolved(read_statement(text), text) == "K3の" + text
    subjects.heading(read_statement("K2の仕様"))
    assert subjects.resolved(read_statement(text), text) == "K2の" + text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("昨年12月2日に発表した。", ("昨年12月2日", date(2025, 12, 2), date(2025, 12, 2))),
        ("昨年の12月2日に発表した。", ("昨年の12月2日", date(2025, 12, 2), date(2025, 12, 2))),
        ("昨年12月に発表した。", ("昨年12月", date(2025, 12, 1), date(2025, 12, 31))),
        ("今月3日に発表した。", ("今月3日", date(2026, 2, 3), date(2026, 2, 3))),
        ("It was announced on Dec. 2 last year.", ("Dec. 2 last year", date(2025, 12, 2), date(2025, 12, 2))),
    ],
)
def test_a_relative_year_or_month_and_its_day_are_one_date(text: str, found: tuple[str, date, date]) -> None:
    (span,) = find_dates(text, anchor=date(2026, 2, 10))
    assert (span.text, span.first, span.last) == found
    assert text[span.start : span.end] == span.text
