"""Case tables for the reading and comparing of dates. All sentences are written for these tests."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.text.dates import DateSpan, Relation, compare_dates, find_dates
from assistant.text.quantity_types import Qualifier

ANCHOR = date(2025, 12, 3)


def only(text: str, anchor: date | None = None) -> DateSpan:
    found = find_dates(text, anchor=anchor)
    assert len(found) == 1, found
    return found[0]


PLACED = [
    ("2025年12月3日に発表", "2025年12月3日", "2025-12-03", "2025-12-03", "day"),
    ("date: 2025-12-03", "2025-12-03", "2025-12-03", "2025-12-03", "day"),
    ("2025/12/3更新", "2025/12/3", "2025-12-03", "2025-12-03", "day"),
    ("2025.12.03", "2025.12.03", "2025-12-03", "2025-12-03", "day"),
    ("２０２５年の話", "２０２５年", "2025-01-01", "2025-12-31", "year"),
    ("二〇二五年十二月三日", "二〇二五年十二月三日", "2025-12-03", "2025-12-03", "day"),
    ("千九百八十年に", "千九百八十年", "1980-01-01", "1980-12-31", "year"),
    ("'25年の春闘", "'25年", "2025-01-01", "2025-12-31", "year"),
    ("2025年12月の号", "2025年12月", "2025-12-01", "2025-12-31", "month"),
    ("2024年2月", "2024年2月", "2024-02-01", "2024-02-29", "month"),
    ("令和7年12月3日", "令和7年12月3日", "2025-12-03", "2025-12-03", "day"),
    ("R7.12.3", "R7.12.3", "2025-12-03", "2025-12-03", "day"),
    ("平成元年に", "平成元年", "1989-01-01", "1989-12-31", "year"),
    ("昭和五十年", "昭和五十年", "1975-01-01", "1975-12-31", "year"),
    ("㍻３年", "㍻３年", "1991-01-01", "1991-12-31", "year"),
    ("慶応3年10月14日", "慶応3年10月14日", "1867-01-01", "1867-12-31", "year"),
    ("1928年(昭和3年)11月3日", "1928年(昭和3年)11月3日", "1928-11-03", "1928-11-03", "day"),
    ("794年に都が移る", "794年", "0794-01-01", "0794-12-31", "year"),
    ("December 3, 2025", "December 3, 2025", "2025-12-03", "2025-12-03", "day"),
    ("on 3 December 2025", "3 December 2025", "2025-12-03", "2025-12-03", "day"),
    ("the 3rd of December 2025", "3rd of December 2025", "2025-12-03", "2025-12-03", "day"),
    ("Dec 2025", "Dec 2025", "2025-12-01", "2025-12-31", "month"),
    ("December\u00a031, 2019", "December\u00a031, 2019", "2019-12-31", "2019-12-31", "day"),
    ("DECEMBER 31, 2019", "DECEMBER 31, 2019", "2019-12-31", "2019-12-31", "day"),
    ("12/25/2024", "12/25/2024", "2024-12-25", "2024-12-25", "day"),
    ("2024-12", "2024-12", "2024-12-01", "2024-12-31", "month"),
    ("Q3 2025", "Q3 2025", "2025-07-01", "2025-09-30", "quarter"),
    ("the third quarter of 2024", "third quarter of 2024", "2024-07-01", "2024-09-30", "quarter"),
    ("2025年第3四半期", "2025年第3四半期", "2025-07-01", "2025-09-30", "quarter"),
    ("2025年度第4四半期", "2025年度第4四半期", "2026-01-01", "2026-03-31", "quarter"),
    ("2025年春の増便", "2025年春", "2025-03-01", "2025-05-31", "season"),
    ("2025年上半期", "2025年上半期", "2025-01-01", "2025-06-30", "half"),
    ("2025年度下期", "2025年度下期", "2025-10-01", "2026-03-31", "half"),
    ("2024年度の予算", "2024年度", "2024-04-01", "2025-03-31", "fiscal_year"),
    ("FY2025の計画", "FY2025", "2025-04-01", "2026-03-31", "fiscal_year"),
    ("in fiscal 2025", "fiscal 2025", "2025-01-01", "2025-12-31", "fiscal_year"),
    ("1990年代の流行", "1990年代", "1990-01-01", "1999-12-31", "decade"),
    ("1990年代後半", "1990年代後半", "1995-01-01", "1999-12-31", "decade"),
    ("in the 1980s", "1980s", "1980-01-01", "1989-12-31", "decade"),
    ("20世紀の発明", "20世紀", "1901-01-01", "2000-12-31", "century"),
    ("the 19th century", "19th century", "1801-01-01", "1900-12-31", "century"),
    ("in 2025", "2025", "2025-01-01", "2025-12-31", "year"),
    ("born in 1452", "1452", "1452-01-01", "1452-12-31", "year"),
    ("the 2019-20 season", "2019-20", "2019-01-01", "2020-12-31", "year"),
]


@pytest.mark.parametrize(("text", "span", "first", "last", "granularity"), PLACED, ids=[row[0] for row in PLACED])
def test_places_a_date(text: str, span: str, first: str, last: str, granularity: str) -> None:
    found = only(text)
    assert (found.text, str(found.first), str(found.last), found.granularity) == (span, first, last, granularity)
    assert text[found.start : found.end] == span


KEYS = [
    ("12月3日に", "--12-03"),
    ("Dec. 3", "--12-03"),
    ("in March", "--03"),
    ("3日、発表した", "---03"),
    ("12/3(水)", "--12-03"),
    ("紀元前221年", "bc-0221"),
    ("221 BC", "bc-0221"),
    ("昨年の催し", "year-1"),
    ("last quarter", "quarter-1"),
    ("the fourth quarter", "--Q4"),
]


@pytest.mark.parametrize(("text", "key"), KEYS)
def test_keeps_a_key_for_what_it_cannot_place(text: str, key: str) -> None:
    found = only(text)
    assert (found.first, found.key) == (None, key)


ANCHORED = [
    ("昨年", "2024-01-01", "2024-12-31"),
    ("一昨年", "2023-01-01", "2023-12-31"),
    ("今月", "2025-12-01", "2025-12-31"),
    ("先月", "2025-11-01", "2025-11-30"),
    ("昨日", "2025-12-02", "2025-12-02"),
    ("今年度", "2025-04-01", "2026-03-31"),
    ("12月1日に", "2025-12-01", "2025-12-01"),
    ("2日、発表した", "2025-12-02", "2025-12-02"),
    ("last year", "2024-01-01", "2024-12-31"),
    ("last quarter", "2025-07-01", "2025-09-30"),
    ("next month", "2026-01-01", "2026-01-31"),
    ("yesterday", "2025-12-02", "2025-12-02"),
    ("last week", "2025-11-24", "2025-11-30"),
]


@pytest.mark.parametrize(("text", "first", "last"), ANCHORED)
def test_resolves_against_the_anchor(text: str, first: str, last: str) -> None:
    found = only(text, ANCHOR)
    assert (str(found.first), str(found.last)) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["24/7", "1/2", "3.12.1", "version 2024.1", "20年間", "5年後", "100年の歴史", "3日間", "2000人", "1850 m", "2000 people",
     "he may come", "march on", "USA Today", "Trainium3", "¥2000", "1,998", "2.2025"],
)  # fmt: skip
def test_is_no_date(text: str) -> None:
    assert find_dates(text) == ()


def test_following_words_lean_on_the_date_before() -> None:
    found = find_dates("1960年に出て、翌年に終わった")
    assert [(item.text, str(item.first)) for item in found] == [("1960年", "1960-01-01"), ("翌年", "1961-01-01")]


def test_two_years_of_a_span() -> None:
    assert [item.text for item in find_dates("(1939-1945)")] == ["1939", "1945"]


R = Relation
COMPARISONS = [
    ("2025年12月3日", "December 3, 2025", R.SAME),
    ("令和7年12月3日", "2025-12-03", R.SAME),
    ("2024年度", "FY2024", R.SAME),
    ("2025年", "2025年12月3日", R.COMPATIBLE),
    ("2025年12月3日", "2025年", R.OPEN),
    ("2025年12月", "2025年12月3日", R.COMPATIBLE),
    ("2025年12月4日", "2025年12月3日", R.DIFFERENT),
    ("2024年", "2025年", R.DIFFERENT),
    ("12月3日", "2025年12月3日", R.COMPATIBLE),
    ("2025年12月3日", "12月3日", R.OPEN),
    ("2025年12月4日", "12月3日", R.DIFFERENT),
    ("1980年代", "1985年", R.COMPATIBLE),
    ("20世紀", "1985年", R.COMPATIBLE),
    ("before 1957", "in 1956", R.COMPATIBLE),
    ("before 1957", "in 1957", R.DIFFERENT),
    ("after 1950", "May 1945", R.DIFFERENT),
    ("2020年以降", "2021年", R.COMPATIBLE),
    ("2024年度", "2025年2月", R.COMPATIBLE),
    ("2024年", "2024年度", R.OPEN),
    ("紀元前221年", "221 BC", R.SAME),
    ("紀元前221年", "221年", R.DIFFERENT),
]


@pytest.mark.parametrize(("claimed", "found", "relation"), COMPARISONS)
def test_compares(claimed: str, found: str, relation: Relation) -> None:
    assert compare_dates(only(claimed), only(found)) is relation


def test_bounds_are_read() -> None:
    assert only("since 2019").qualifier is Qualifier.AT_LEAST
    assert only("2019年までに").qualifier is Qualifier.AT_MOST
    assert only("2019年頃").qualifier is Qualifier.ABOUT
