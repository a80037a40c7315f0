"""Word, Excel and PowerPoint files as a reader sees them."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pptx.util import Inches

from assistant.ingest import SourceFile, load
from assistant.ingest.docxstyles import written
from assistant.ingest.package import Package, resolve
from assistant.ingest.source import UnreadableSource
from assistant.types import Article, Block, BlockKind, Refusal


def read(path: Path) -> list[Article | Refusal]:
    return list(load(SourceFile(path, path.parent)))


def article(path: Path) -> Article:
    item = read(path)[0]
    assert isinstance(item, Article), item
    return item


def shown(item: Article, *kinds: BlockKind) -> list[str]:
    return [item.text[block.start : block.end] for block in item.blocks if not kinds or block.kind in kinds]


def cells(item: Article, block: Block) -> list[tuple[str, str]]:
    return [(cell.header, item.text[cell.start : cell.end]) for cell in block.cells]


def tracked(tag: str, text: str) -> Any:
    """A tracked change around one run."""
    change, run = OxmlElement(f"w:{tag}"), OxmlElement("w:r")
    part = OxmlElement("w:delText" if tag == "del" else "w:t")
    part.text = text
    run.append(part)
    change.append(run)
    return change


# -- Word --------------------------------------------------------------------------------------------------------------


def test_headings_lists_and_raised_figures(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = "工場の記録"
    document.add_heading("概要", 1)
    paragraph = document.add_paragraph("値は10")
    paragraph.add_run("6").font.superscript = True
    paragraph.add_run("個。")
    document.add_paragraph("一つ目", style="List Bullet")
    document.add_paragraph("手順の一", style="List Number")
    document.add_paragraph("手順の二", style="List Number")
    document.add_heading("詳細", 2)
    document.save(str(tmp_path / "a.docx"))
    item = article(tmp_path / "a.docx")
    assert item.title == "工場の記録"
    assert shown(item) == ["工場の記録", "概要", "値は10⁶個。", "・一つ目", "1. 手順の一", "2. 手順の二", "詳細"]
    assert [block.level for block in item.blocks if block.kind is BlockKind.HEADING] == [1, 2]


def test_what_was_deleted_commented_or_hidden_is_left_out(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("残る文。")
    paragraph._p.append(tracked("ins", "足した文。"))
    paragraph._p.append(tracked("del", "消した文。"))
    hidden = paragraph.add_run("隠した文。")
    hidden.font.hidden = True
    document.add_comment(paragraph.runs[0], text="秘密の注釈", author="x")
    table = document.add_table(rows=3, cols=2)
    for row, texts in zip(table.rows, (("項目", "値"), ("重さ", "5"), ("古い行", "6")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    properties = table.rows[2]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:del"))
    document.sections[0].header.paragraphs[0].text = "柱の文"
    document.save(str(tmp_path / "a.docx"))
    item = article(tmp_path / "a.docx")
    assert shown(item, BlockKind.PARAGRAPH) == ["残る文。足した文。"]
    assert shown(item, BlockKind.TABLE_ROW) == ["重さ | 5"]
    assert not any(word in item.text for word in ("消した", "隠した", "秘密", "柱", "古い"))


def test_merged_cells_captions_and_notes_of_a_table(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("表1 X1の仕様", style="Caption")
    table = document.add_table(rows=4, cols=3)
    for row, texts in zip(
        table.rows, (("区分", "項目", "値"), ("記憶", "容量", "96 GB※1"), ("", "帯域幅", "3 TB/s"), ("電力", "最大", "450 W")), strict=True
    ):  # fmt: skip
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_paragraph("※1 積層型")
    document.add_paragraph("本文に戻る。")
    document.save(str(tmp_path / "a.docx"))
    item = article(tmp_path / "a.docx")
    rows = [block for block in item.blocks if block.kind is BlockKind.TABLE_ROW]
    assert [cells(item, row)[0] for row in rows] == [("区分", "記憶"), ("区分", "記憶"), ("区分", "電力")]
    assert [(row.row, row.table) for row in rows] == [(1, 1), (2, 1), (3, 1)]
    assert [row.spec.conditions for row in rows if row.spec] == ["積層型", "", ""]
    assert [
        (block.kind, block.table) for block in item.blocks if block.kind in (BlockKind.CAPTION, BlockKind.FOOTNOTE)
    ] == [
        (BlockKind.CAPTION, 1),
        (BlockKind.FOOTNOTE, 1),
    ]
    assert shown(item)[-1] == "本文に戻る。"


def test_footnotes_stand_at_the_end_with_their_mark(tmp_path: Path) -> None:
    document = docx.Document()
    run = document.add_paragraph("出荷は三百台").add_run()
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), "2")
    run._r.append(reference)
    document.add_paragraph("続きの文。")
    path = tmp_path / "a.docx"
    document.save(str(path))
    note = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>線</w:t></w:r></w:p></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>2025年の値。</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    add_part(path, "word/footnotes.xml", note, "word/_rels/document.xml.rels", "footnotes")
    item = article(path)
    assert shown(item)[1:] == ["出荷は三百台（注1）", "続きの文。", "（注1）2025年の値。"]
    assert item.blocks[-1].kind is BlockKind.FOOTNOTE


def add_part(path: Path, name: str, content: str, relations: str, kind: str) -> None:
    """Add a part to a package and link it from another."""
    with zipfile.ZipFile(path) as package:
        parts = {entry: package.read(entry) for entry in package.namelist()}
    link = (
        f'<Relationship Id="added" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
        f'Target="{name.rpartition("/")[2]}"/></Relationships>'
    )
    parts[relations] = parts[relations].replace(b"</Relationships>", link.encode())
    parts[name] = content.encode()
    with zipfile.ZipFile(path, "w") as package:
        for entry, data in parts.items():
            package.writestr(entry, data)


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (3, "decimal", "3"),
        (3, "decimalFullWidth", "３"),
        (2, "aiueoFullWidth", "イ"),
        (3, "iroha", "ハ"),
        (21, "japaneseCounting", "二十一"),
        (4, "decimalEnclosedCircle", "④"),
        (28, "lowerLetter", "bb"),
        (14, "upperRoman", "XIV"),
    ],
)
def test_numbers_of_lists(value: int, form: str, text: str) -> None:
    assert written(value, form) == text


# -- Excel -------------------------------------------------------------------------------------------------------------


def test_sheets_headers_merged_cells_and_formats(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "性能"
    for row in (["X系列の性能"], [], ["製品", "記憶", None, "発売日"], [None, "容量 (GB)", "帯域幅 (TB/s)", None], ["X1", 48, 1.8, datetime.date(2024, 4, 8)], ["X2", 96, 3.6, datetime.date(2025, 4, 8)]):  # fmt: skip
        sheet.append(row)
    for merged in ("A3:A4", "B3:C3", "D3:D4"):
        sheet.merge_cells(merged)
    for cell in (sheet["D5"], sheet["D6"]):
        cell.number_format = 'yyyy"年"m"月"d"日"'
    sheet["C5"].number_format = "0.00"
    secret = workbook.create_sheet("社外秘")
    secret["A1"] = "見せない値"
    secret.sheet_state = "hidden"
    sheet.append(["隠す行", 1, 2, None])
    sheet.row_dimensions[7].hidden = True
    workbook.save(tmp_path / "a.xlsx")
    item = article(tmp_path / "a.xlsx")
    first, second = (block for block in item.blocks if block.kind is BlockKind.TABLE_ROW)
    assert cells(item, first) == [
        ("製品", "X1"), ("記憶 容量 (GB)", "48"), ("記憶 帯域幅 (TB/s)", "1.80"), ("発売日", "2024年4月8日")
    ]  # fmt: skip
    assert (second.row, second.place) == (6, "シート「性能」")
    assert [(fact.entity, fact.attribute, fact.value, fact.unit) for fact in second.facts][:2] == [
        ("X2", "記憶 容量", "96", "GB"),
        ("X2", "記憶 帯域幅", "3.6", "TB/s"),
    ]
    assert "見せない" not in item.text
    assert "隠す行" not in item.text


def test_formulas_show_their_stored_result_and_missing_ones_are_reported(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in (["item", "value", "unit"], ["mass", 5, "kg"], ["power", "=2*225", "W"], ["load", "=1/2", ""]):
        sheet.append(row)
    workbook.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"<f>2*225</f><v />", b"<f>2*225</f><v>450</v>").replace(b"<f>2*225</f><v></v>", b"<f>2*225</f><v>450</v>")  # fmt: skip
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as package:
        for entry, data in parts.items():
            package.writestr(entry, data)
    item, refusal = read(tmp_path / "b.xlsx")
    assert isinstance(item, Article)
    assert "power | 450 | W" in item.text
    assert isinstance(refusal, Refusal)
    assert "1 formulas have no stored result, B4 first" in refusal.reason


def test_tables_side_by_side_and_notes(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in (
        ["地域", "人員", None, "年", "売上"],
        ["旭川", 300, None, "2024年", 10],
        ["帯広", 120, None, "2025年", 12],
        ["※速報値"],
    ):
        sheet.append(row)
    workbook.save(tmp_path / "a.xlsx")
    item = article(tmp_path / "a.xlsx")
    assert shown(item, BlockKind.TABLE_HEADER) == ["地域 | 人員", "年 | 売上"]
    assert "※速報値" in shown(item, BlockKind.FOOTNOTE)


# -- PowerPoint --------------------------------------------------------------------------------------------------------


def test_slides_titles_tables_and_notes(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[0])
    first.shapes.title.text, first.placeholders[1].text = "X2の説明会", "2025年4月8日"
    second = deck.slides.add_slide(deck.slide_layouts[1])
    second.shapes.title.text = "要点"
    frame = second.placeholders[1].text_frame
    frame.text = "性能は2倍"
    frame.add_paragraph().text = "電力は同じ"
    second.notes_slide.notes_text_frame.text = "質問は最後に受ける。"
    hidden = deck.slides.add_slide(deck.slide_layouts[1])
    hidden.shapes.title.text = "社外秘の頁"
    hidden._element.set("show", "0")
    last = deck.slides.add_slide(deck.slide_layouts[6])
    table = last.shapes.add_table(3, 3, Inches(1), Inches(1), Inches(6), Inches(2)).table
    for number, row in enumerate((("製品", "容量 (GB)", "電力 (W)"), ("X1", "48", "300"), ("X2", "96", "300"))):
        for column, text in enumerate(row):
            table.cell(number, column).text = text
    table.cell(1, 2).merge(table.cell(2, 2))
    deck.save(str(tmp_path / "a.pptx"))
    item = article(tmp_path / "a.pptx")
    assert item.title == "X2の説明会"
    assert [(block.place, item.text[block.start : block.end]) for block in item.blocks][1:] == [
        ("スライド 1", "2025年4月8日"),
        ("スライド 2", "要点"),
        ("スライド 2", "・性能は2倍"),
        ("スライド 2", "・電力は同じ"),
        ("スライド 2", "ノート"),
        ("スライド 2", "質問は最後に受ける。"),
        ("スライド 4", "製品 | 容量 (GB) | 電力 (W)"),
        ("スライド 4", "X1 | 48 | 300 300"),
        ("スライド 4", "X2 | 96 | 300 300"),
    ]


# -- packages ----------------------------------------------------------------------------------------------------------


def packed(entries: dict[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in entries.items():
            package.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize("suffix", ["docx", "xlsx", "pptx"])
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "an Office document of the old kind"),
        (lambda: b"hello", "but the content is not"),
        (lambda: packed({"a.txt": "x"}), "but the content is not an Office document"),
    ],
)
def test_what_is_no_package_is_refused(tmp_path: Path, suffix: str, make: Callable[[], bytes], reason: str) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(make())
    (refusal,) = read(path)
    assert isinstance(refusal, Refusal)
    assert reason in refusal.reason


def test_a_package_without_a_main_part_and_one_with_entities_are_refused() -> None:
    with pytest.raises(UnreadableSource, match="names no main part"):
        Package(packed({"a.txt": "x"}), "Word").main_part()
    written = packed({"_rels/.rels": '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]><r>&e;</r>'})
    with pytest.raises(UnreadableSource, match="declares XML entities"):
        Package(written, "Word").main_part()


def test_a_part_larger_than_it_says_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.ingest.package.MAX_PART_BYTES", 10_000)
    package = Package(packed({"big.xml": b"0" * 1_000_000}), "Word")
    with pytest.raises(UnreadableSource, match="may be a zip bomb"):
        package.read("big.xml")


def test_links_stay_inside_the_package() -> None:
    assert resolve("word", "../../../etc/passwd") == "etc/passwd"
    assert resolve("word", "/word/media/a.png") == "word/media/a.png"
    assert resolve("OEBPS", "text/%E7%AB%A0.xhtml#a") == "OEBPS/text/章.xhtml"
