"""The Compare page: units in one, conflicts marked, charts that can be read without seeing them."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from assistant.types import Comparison, ComparisonCell, Conflict, ConflictValue
from tests.fakes import FakeAssistant, cite_words, make_article, trainium_assistant
from ui.charts import Bar, Point, bar_chart, clipped, scatter
from ui.compare import split_names
from ui.compare_view import comparison_csv, comparison_html
from ui.measures import measured, shown_figure
from ui.server import create_server
from ui.strings import EN as EN_STRINGS
from ui.strings import JA as JA_STRINGS
from ui.wording.compare import EN, JA

SHEET = make_article("s", "仕様", ["値の並び。"])
CITED = cite_words(SHEET, "値の並び。")


def cell(entity: str, attribute: str, value: str, unit: str, conditions: str = "") -> ComparisonCell:
    return ComparisonCell(entity, attribute, value, unit, conditions, CITED)


def test_figures_come_in_the_unit_most_of_them_have() -> None:
    found = measured(
        [cell("A", "性能", "2517", "TFLOPS"), cell("B", "性能", "2.6", "PFLOPS"), cell("C", "性能", "989", "TFLOPS")]
    )
    assert [(item.figure, item.unit, item.converted) for item in found] == [
        ("2,517", "TFLOPS", False),
        ("2,600", "TFLOPS", True),
        ("989", "TFLOPS", False),
    ]
    binary = measured([cell("A", "容量", "144", "GiB"), cell("B", "容量", "80", "GB")])
    assert [(item.figure, item.unit) for item in binary] == [("154.6", "GB"), ("80", "GB")]
    assert [item.figure for item in measured([cell("A", "数", "2080億", "個"), cell("B", "数", "153億", "個")])] == [
        "208,000,000,000",
        "15,300,000,000",
    ]
    assert measured([cell("A", "方式", "水冷", ""), cell("B", "方式", "非対応", "")]) == []
    assert measured([cell("A", "率", "30〜40", "%"), cell("B", "率", "50", "%")])[0].cell.entity == "B"


@pytest.mark.parametrize(
    ("amount", "shown"), [("2517", "2,517"), ("154.61882", "154.6"), ("0.33333", "0.3333"), ("8.0", "8"), ("0", "0")]
)
def test_figures_for_people(amount: str, shown: str) -> None:
    assert shown_figure(Decimal(amount)) == shown


def test_the_table_is_cited_blank_where_nothing_is_known_and_marked_where_sources_differ() -> None:
    comparison = trainium_assistant().comparison
    assert comparison is not None
    html = comparison_html(comparison, {"メモリ容量": "HBM capacity"}, JA_STRINGS, csv_link="x.csv?a=1&b=2")
    assert html.count('<td class="blank">') == 1
    assert html.count('class="chip"') == 3
    assert 'href="x.csv?a=1&amp;b=2"' in html
    assert JA.conflict_mark not in html
    one, two = comparison.cells[:2]
    values = tuple(ConflictValue(f"{item.value} {item.unit}", item.citation) for item in (one, two))
    disputed = Comparison(comparison.entities, comparison.attributes, comparison.cells, (Conflict("容量", values),))
    assert comparison_html(disputed, {}, JA_STRINGS).count(JA.conflict_mark) >= 2
    english = comparison_html(comparison, {"メモリ容量": "HBM capacity"}, EN_STRINGS)
    assert '<th scope="row">HBM capacity</th>' in english


def test_charts_name_every_value() -> None:
    cells = (
        cell("A", "メモリ帯域幅", "4.9", "TB/s"),
        cell("A", "FP8演算性能", "2517", "TFLOPS"),
        cell("B", "メモリ帯域幅", "8.0", "TB/s"),
        cell("B", "FP8演算性能", "4500", "TFLOPS"),
    )
    html = comparison_html(Comparison(("A", "B"), ("メモリ帯域幅", "FP8演算性能"), cells), {}, JA_STRINGS)
    charts = [
        ElementTree.fromstring(part.split("</svg>")[0] + "</svg>")
        for part in html.split("<figcaption>")[1:]
        for part in ["<svg" + part.split("<svg")[1]]
    ]
    assert len(charts) == 3, "a scatter plot and two bar charts"
    for chart in charts:
        title, description = chart[0], chart[1]
        assert chart.get("role") == "img"
        assert chart.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
        assert "A" in str(description.text)
        texts = " ".join("".join(item.itertext()) for item in chart.iter("text"))
        assert "A" in texts
        assert "B" in texts
    assert "A: 4.9 TB/s, 2,517 TFLOPS" in str(charts[0][1].text)
    assert html.count("data-png=") == 3


def test_charts_stay_inside_and_escape() -> None:
    chart = bar_chart("c", "<t>", "d&d", [Bar("<b>", "条件" * 40, Decimal(3), "3 TB/s"), Bar("n", "", Decimal(0), "0")])
    root = ElementTree.fromstring(chart)
    wide = float(root.get("viewBox", "").split()[2])
    for bar in root.iter("rect"):
        assert 0 < float(bar.get("width", "0")) < wide
    assert next(item.text for item in root.iter("text")) == "<b>"
    plot = ElementTree.fromstring(
        scatter("s", "t", "d", [Point(n, Decimal(1), Decimal(1), n) for n in "abc"], x_label="x", y_label="y")
    )
    lines = [float(item.get("y", "0")) for item in plot.iter("text") if item.get("class") == "label"]
    assert len({round(line) for line in lines}) == 3, "labels of points in one place do not cover each other"
    assert clipped("メモリ容量", 6) == "メモ…"
    assert clipped("abc", 3) == "abc"


def test_csv_has_the_sources() -> None:
    comparison = trainium_assistant().comparison
    assert comparison is not None
    rows = list(csv.DictReader(io.StringIO(comparison_csv(comparison, {}, EN_STRINGS).decode("utf-8-sig"))))
    assert [row[EN.column_name] for row in rows] == ["Trainium3", "Trainium2", "Trainium3"]
    assert rows[0][EN.column_value] == "144"
    assert rows[0][EN.column_converted_unit] == "GB"
    assert rows[0][EN.column_quote].startswith("Trainium3 | メモリ容量")
    assert rows[0][EN.column_article] == "trainium-specs"


def test_the_routes() -> None:
    with TestClient(create_server(trainium_assistant())) as client:
        choices = client.get("/ui/compare/choices").json()
        assert [item["name"] for item in choices["names"]] == ["Trainium3", "Trainium2"]
        assert JA.two_names in client.get("/ui/compare", params={"name": "Trainium3"}).json()["html"]
        wrong = client.get("/ui/compare", params={"name": ["Trainium3", "Trainium"]}).json()["html"]
        assert "「Trainium」の仕様表はありません" in wrong
        assert "Trainium2" in wrong
        reply = client.get("/ui/compare", params={"name": ["Trainium3、Trainium2"]}).json()
        assert 'class="compared"' in reply["html"]
        table = client.get("/ui/compare/export", params={"name": ["Trainium3", "Trainium2"]})
        assert table.content.startswith(b"\xef\xbb\xbf")
    with TestClient(create_server(FakeAssistant())) as client:
        assert JA.no_sheets in client.get("/ui/compare", params={"name": ["a", "b"]}).json()["html"]


def test_names_may_come_with_any_comma() -> None:
    assert split_names(["Trainium3、B200, H100", "B200", " ，"]) == ["Trainium3", "B200", "H100"]
