"""CSV, TSV and YAML spec sheets."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.ingest import SourceFile, load
from assistant.ingest.facts import render_fact
from assistant.types import Article, BlockKind, Refusal, Source, SpecRow


def read(tmp_path: Path, name: str, text: str, encoding: str = "utf-8") -> Article | Refusal:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    (item,) = load(SourceFile(path, tmp_path))
    return item


def article(tmp_path: Path, name: str, text: str, encoding: str = "utf-8") -> Article:
    item = read(tmp_path, name, text, encoding)
    assert isinstance(item, Article), item
    return item


SPEC = SpecRow(
    entity="Trainium3",
    attribute="メモリ容量",
    value="144",
    unit="GB",
    conditions="チップ1個当たり、HBM3E",
    attribute_alt="HBM capacity",
    as_of="2025-12",
    source="AWS Neuron documentation, Trainium3",
)


@pytest.mark.parametrize(
    ("spec", "lang", "line"),
    [
        (
            SPEC,
            "ja",
            "Trainium3のメモリ容量（HBM capacity）: 144 GB（チップ1個当たり、HBM3E）"
            "［2025-12時点、出典: AWS Neuron documentation, Trainium3］",
        ),
        (
            SpecRow("Trainium3", "HBM capacity", "144", "GB", "per chip", "メモリ容量", "2025-12", "AWS"),
            "en",
            "Trainium3 HBM capacity (メモリ容量): 144 GB (per chip) [as of 2025-12, source: AWS]",
        ),
        (SpecRow("X", "占有率", "50", "%"), "ja", "Xの占有率: 50%"),
        (SpecRow("X", "占有率", "50%", "%"), "ja", "Xの占有率: 50%"),
        (SpecRow("X", "価格", "1,200", "円", as_of="2025"), "ja", "Xの価格: 1,200円［2025時点］"),
        (SpecRow("X", "向上", "4.4", "倍", source="AWS"), "ja", "Xの向上: 4.4倍［出典: AWS］"),
        (SpecRow("X", "price", "12.5", "USD/hour"), "en", "X price: 12.5 USD/hour"),
        (SpecRow("X", "price", "40", "$"), "en", "X price: $40"),
        (SpecRow("X", "temperature", "35", "℃"), "en", "X temperature: 35℃"),
        (SpecRow("X", "process", "N3P"), "en", "X process: N3P"),
    ],
)
def test_a_fact_is_one_line(spec: SpecRow, lang: str, line: str) -> None:
    assert render_fact(spec, lang) == line


SHEET = """\
id: trainium3
title: AWS Trainium3 仕様
lang: ja
entity: Trainium3
aliases: [AWS Trainium3, トレイニアム3, Trn3 chip]
vendor: AWS (Annapurna Labs)
category: チップ
published: 2025-12-02
updated: 2026-08-21
author: 編集部データ班
tags: [AI, チップ]
excerpt: 公開資料の値。
url: https://example.com/t3
sources:
  neuron-docs: {title: "AWS Neuron documentation, Trainium3", url: "https://example.com/n"}
rows:
  - attribute: メモリ容量
    attribute_en: HBM capacity
    value: 144
    unit: GB
    conditions: チップ1個当たり、HBM3E
    as_of: 2025-12
    source: neuron-docs
  - {attribute: 演算性能, value: 2.50, unit: PFLOPS, source: 発表資料, url: "https://example.com/p"}
"""


def test_a_yaml_sheet(tmp_path: Path) -> None:
    sheet = article(tmp_path, "t3.yaml", SHEET)
    assert sheet.text == (
        "AWS Trainium3 仕様\n\n"
        "別名: AWS Trainium3、トレイニアム3、Trn3 chip\n"
        "開発元: AWS (Annapurna Labs)\n"
        "著者: 編集部データ班\n"
        "公開日: 2025-12-02\n"
        "更新日: 2026-08-21\n"
        "カテゴリー: チップ\n"
        "タグ: AI、チップ\n"
        "概要: 公開資料の値。\n"
        "出典: AWS Neuron documentation, Trainium3\n\n"
        "Trainium3のメモリ容量（HBM capacity）: 144 GB（チップ1個当たり、HBM3E）"
        "［2025-12時点、出典: AWS Neuron documentation, Trainium3］\n"
        "Trainium3の演算性能: 2.50 PFLOPS［出典: 発表資料］"
    )
    assert (sheet.article_id, sheet.id_is_explicit, sheet.lang) == ("trainium3", True, "ja")
    rows = [block for block in sheet.blocks if block.spec]
    assert [(block.kind, block.table, block.row) for block in rows] == [
        (BlockKind.TABLE_ROW, 1, 1),
        (BlockKind.TABLE_ROW, 1, 2),
    ]
    assert rows[0].spec is not None
    assert rows[0].spec.source_url == "https://example.com/n"
    assert rows[0].spec.entity_aliases == ("AWS Trainium3", "トレイニアム3", "Trn3 chip")
    assert rows[1].spec is not None
    assert (rows[1].spec.value, rows[1].spec.source_url) == ("2.50", "https://example.com/p")
    assert sheet.metadata.sources == (Source("AWS Neuron documentation, Trainium3", "https://example.com/n"),)
    assert sheet.metadata.published == "2025-12-02"


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("vendor: AWS", "maker: AWS", 6, "'maker' is not a key of a spec sheet (value 'AWS (Annapurna Labs)')"),
        ("    unit: GB", "    units: GB", 20, "'rows.0.units' is not a key of a spec sheet (value 'GB')"),
        ("lang: ja", "lang: fr", 3, "'lang' is 'fr': Input should be 'ja' or 'en'"),
        ("published: 2025-12-02", "published: soon", 8, "'published' is 'soon': 'soon' is not a date"),
        ("title: AWS Trainium3 仕様\n", "", 1, "'title' is missing"),
        ("    value: 144\n", "", 17, "'rows.0.value' is missing"),
        ("    value: 144\n", "    value: [1]\n", 19, "'rows.0.value' is ['1']"),
        ("entity: Trainium3", "entity: [", 6, "broken YAML"),
        ("lang: ja", "lang: ja\nlang: en", 4, "'lang' stands twice"),
    ],
)
def test_a_wrong_sheet_is_refused_with_line_key_and_value(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    assert old in SHEET
    refusal = read(tmp_path, "t3.yaml", SHEET.replace(old, new, 1))
    assert isinstance(refusal, Refusal)
    assert reason in refusal.reason
    assert refusal.line == line


def test_a_spec_sheet_in_csv(tmp_path: Path) -> None:
    sheet = article(
        tmp_path,
        "Trainium3.csv",
        "項目,値,単位,条件,時点,出典,url,attribute_en\r\n"
        'メモリ容量,144,GB,"チップ1個当たり、\r\nHBM3E",2025-12,AWS,https://example.com/a,HBM capacity\r\n'
        "占有率,50,%\r\n,1,GB\r\n",
        "cp932",
    )
    assert sheet.text == (
        "Trainium3\n\n"
        "Trainium3のメモリ容量（HBM capacity）: 144 GB（チップ1個当たり、 HBM3E）［2025-12時点、出典: AWS］\n"
        "Trainium3の占有率: 50%"
    )
    assert sheet.metadata.sources == (Source("AWS", "https://example.com/a"),)
    assert (sheet.title, sheet.article_id, sheet.lang) == ("Trainium3", "Trainium3", "ja")


def test_a_spec_sheet_of_several_products(tmp_path: Path) -> None:
    sheet = article(
        tmp_path,
        "chips.tsv",
        "product\tattribute\tvalue\tunit\nA100\tmemory\t80\tGB\n\tTDP\t400\tW\nH100\tmemory\t80\tGB\n",
    )
    assert sheet.text == "chips\n\nA100 memory: 80 GB\nA100 TDP: 400 W\nH100 memory: 80 GB"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_other_table(tmp_path: Path, delimiter: str) -> None:
    rows = ["型番,容量,備考", "TK-1,5 kWh,", 'TK-2,"10\n kWh",東京　本社', "TK-3"]
    table = article(tmp_path, "battery.csv", "\n".join(rows).replace(",", delimiter) + "\n", "utf-8-sig")
    assert table.text == "battery\n\n型番 | 容量 | 備考\nTK-1 | 5 kWh | \nTK-2 | 10 kWh | 東京　本社\nTK-3"
    last = table.blocks[-1]
    assert [(cell.header, table.text[cell.start : cell.end]) for cell in last.cells] == [("型番", "TK-3")]
    assert [block.kind for block in table.blocks[1:]] == [BlockKind.TABLE_HEADER] + [BlockKind.TABLE_ROW] * 3


def test_a_table_of_figures_has_no_header(tmp_path: Path) -> None:
    table = article(tmp_path, "figures.csv", "2019,100\n2020,200\n")
    assert [block.kind for block in table.blocks[1:]] == [BlockKind.TABLE_ROW] * 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the table has no text"),
        (",,\n , \n", "the table has no text"),
        ('a,b\n"1,2\n3,4\n', "a quoted cell is never closed"),
        ("項目,値\n,\n容量,\n", "no row with an attribute and a value"),
    ],
)
def test_a_bad_table_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    refusal = read(tmp_path, "x.csv", text)
    assert isinstance(refusal, Refusal)
    assert reason in refusal.reason
