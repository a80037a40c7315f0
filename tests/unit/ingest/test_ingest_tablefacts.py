"""Which tables state facts, and whose."""

from __future__ import annotations

import pytest

from assistant.ingest.tablefacts import Around, split_unit, subject_of, table_facts
from assistant.types import SpecRow

JA = Around("ja")


def test_a_list_of_attributes_is_about_the_subject_of_its_heading() -> None:
    header = ["項目", "値", "単位", "条件"]
    rows = [["メモリ容量", "96 ※1", "GB", "1個当たり"], ["質量", "—", "kg", ""], ["消費電力（W）", "450", "", ""]]
    around = Around("ja", headings=["資料", "2. オーロラX2の主な仕様"], notes=["※1 積層メモリ"])
    assert table_facts(header, rows, around) == [
        (SpecRow("オーロラX2", "メモリ容量", "96", "GB", "1個当たり、積層メモリ"),),
        (),
        (SpecRow("オーロラX2", "消費電力", "450", "W"),),
    ]
    assert table_facts(header, rows, Around("ja", headings=["まとめ"])) == [(), (), ()]


def test_products_in_rows() -> None:
    facts = table_facts(
        ["製品", "メモリ容量 (GB)", "帯域幅", "備考"], [["X1", "48", "1.8 TB/s", ""], ["X2", "96", "—", "試作"]], JA
    )
    assert facts == [
        (SpecRow("X1", "メモリ容量", "48", "GB"), SpecRow("X1", "帯域幅", "1.8 TB/s")),
        (SpecRow("X2", "メモリ容量", "96", "GB", "試作"),),
    ]


def test_products_in_columns() -> None:
    facts = table_facts(
        ["仕様", "単位", "X1", "X2"], [["メモリ容量", "GB", "48", "96"], ["電力（W）", "", "300", ""]], JA
    )
    assert facts == [
        (SpecRow("X1", "メモリ容量", "48", "GB"), SpecRow("X2", "メモリ容量", "96", "GB")),
        (SpecRow("X1", "電力", "300", "W"),),
    ]
    unnamed = table_facts(["", "H100", "H200"], [["Memory (GB)", "80", "141"]], Around("en"))
    assert unnamed == [(SpecRow("H100", "Memory", "80", "GB"), SpecRow("H200", "Memory", "141", "GB"))]


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (["", "2024年度", "2025年度"], [["売上高", "100", "120"]]),
        (["項目", "2024年", "2025年"], [["売上高", "100", "120"]]),
        (["地域", "工場", "人員"], [["北海道", "2", "300"]]),
        (["製品", "評価", "担当"], [["X1", "良い", "佐藤"], ["X2", "悪い", "鈴木"]]),
        (["製品", "年", "台数"], [["X1", "2024", "10"], ["X1", "2025", "12"]]),
    ],
)
def test_other_tables_state_no_facts(header: list[str], rows: list[list[str]]) -> None:
    assert table_facts(header, rows, JA) == [() for _ in rows]


def test_the_unit_of_the_caption_counts_for_bare_figures() -> None:
    around = Around("ja", caption="表2 消費電力（単位：W）")
    (facts,) = table_facts(["製品", "最大", "待機"], [["X1", "300", "12 mW"]], around)
    assert [(fact.attribute, fact.value, fact.unit) for fact in facts] == [("最大", "300", "W"), ("待機", "12 mW", "")]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("オーロラX2の仕様", "オーロラX2"),
        ("表1 オーロラX2 主な仕様", "オーロラX2"),
        ("3.1 Aurora X2 Specifications", "Aurora X2"),
        ("主な仕様", ""),
        ("表1 主な仕様", ""),
        ("Technical specifications", ""),
        ("仕様", ""),
        ("評価の記録", ""),
    ],
)
def test_subjects(text: str, subject: str) -> None:
    assert subject_of([text]) == subject


def test_units_in_brackets() -> None:
    assert split_unit("帯域幅（TB/s）") == ("帯域幅", "TB/s")
    assert split_unit("Power [W]") == ("Power", "W")
    assert split_unit("性能（FP8）") == ("性能（FP8）", "")
