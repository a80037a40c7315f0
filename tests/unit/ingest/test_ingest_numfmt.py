"""Numbers and dates of spreadsheet cells, as Excel shows them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.ingest.numfmt import BUILTIN, shown


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        ("144", "General", "144"),
        ("4.9000000000000004", "General", "4.9"),
        ("0.1234567890123", "General", "0.123456789"),
        ("12345678901234", "General", "12345678901234"),
        ("0.305", "0.0%", "30.5%"),
        ("1234567.891", "#,##0.00", "1,234,567.89"),
        ("-1234", "#,##0;△#,##0", "△1,234"),
        ("-5", "0_);[Red](0)", "(5)"),
        ("-5", "0.0", "-5.0"),
        ("0", '0.0;-0.0;"-"', "-"),
        ("1234000", "#,##0,", "1,234"),
        ("12000", "[$¥-411]#,##0", "¥12,000"),
        ("12000", '"US$"#,##0', "US$12,000"),
        ("12", "0人", "12人"),
        ("4.9", '0.0"TB/s"', "4.9TB/s"),
        ("5", "000", "005"),
        ("0.5", "#.##", ".5"),
        ("0.1", "0.00E+00", "1.00E-01"),
        ("1234.5", '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', "1,234.50"),
        ("46000", "yyyy/m/d", "2025/12/9"),
        ("46000", "yyyy/mm/dd(aaa)", "2025/12/09(火)"),
        ("46000.5", 'yyyy"年"m"月"d"日" h:mm', "2025年12月9日 12:00"),
        ("46000", 'ggge"年"m"月"d"日"', "令和7年12月9日"),
        ("46000", "ge.m.d", "R7.12.9"),
        ("46000", "d-mmm-yy", "9-Dec-25"),
        ("0.75", "h:mm", "18:00"),
        ("45658.33333", "m/d h:mm AM/PM", "1/1 8:00 AM"),
        ("1.5", "[h]:mm", "36:00"),
        ("1", BUILTIN[14], "1900/1/1"),
        ("-1", BUILTIN[14], "-1"),
    ],
)
def test_a_number_is_shown_as_its_format_says(value: str, code: str, text: str) -> None:
    assert shown(Decimal(value), code) == text


def test_a_workbook_of_the_mac_counts_from_1904() -> None:
    assert shown(Decimal("44538"), "yyyy-mm-dd", epoch_1904=True) == "2025-12-09"
