"""One content in six formats, written by libraries that know nothing of our loaders. All of it is made up."""

from __future__ import annotations

import csv
from collections.abc import Callable
from html import escape
from pathlib import Path

SUBJECT = "オーロラX2"
TITLE = "オーロラX2 技術資料"
LEAD = "北辰半導体は2025年4月8日、推論向け半導体「オーロラX2」の量産を始めた。工場は旭川市にあり、開発には3年を要した。"
HEADING = "オーロラX2の仕様"
HEADER = ("項目", "値", "単位", "条件")
ROWS = (
    ("メモリ容量", "96", "GB", "チップ1個当たり"),
    ("メモリ帯域幅", "3.6", "TB/s", "実効値"),
    ("消費電力", "450", "W", "最大"),
    ("製造プロセス", "4", "nm", ""),
    ("トランジスタ数", "720億", "個", ""),
    ("チップ面積", "612", "mm2", ""),
    ("発表日", "2025年4月8日", "", ""),
    ("価格", "180万", "円", "1個、税別"),
    ("動作周波数", "1.8", "GHz", "最大"),
    ("コア数", "128", "個", ""),
    ("接続帯域幅", "900", "GB/s", "双方向の合計"),
)
QUESTIONS = (
    ("オーロラX2のメモリ容量は？", "96 GB"),
    ("オーロラX2のメモリ帯域幅は？", "3.6 TB/s"),
    ("オーロラX2の消費電力は何W？", "450 W"),
    ("オーロラX2の製造プロセスは？", "4 nm"),
    ("オーロラX2のトランジスタ数は？", "720億個"),
    ("オーロラX2のチップ面積は？", "612 mm2"),
    ("オーロラX2の発表日はいつ？", "2025年4月8日"),
    ("オーロラX2の価格はいくら？", "180万円"),
    ("オーロラX2の動作周波数は？", "1.8 GHz"),
    ("オーロラX2のコア数は？", "128個"),
)


def write_md(path: Path) -> None:
    lines = [f"# {TITLE}", "", LEAD, "", f"## {HEADING}", "", f"| {' | '.join(HEADER)} |", "|---|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in ROWS]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_html(path: Path) -> None:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in HEADER)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in ROWS)
    path.write_text(
        f'<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>{TITLE}</title></head><body><article>'
        f"<h1>{TITLE}</h1><p>{LEAD}</p><h2>{HEADING}</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        "</article></body></html>",
        encoding="utf-8",
    )


def write_pdf(path: Path, *, ruled: bool = True, user_password: str = "") -> None:
    from reportlab.lib.colors import black
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

    gothic, mincho = _cid_fonts()
    title = ParagraphStyle("title", fontName=gothic, fontSize=20, leading=30, wordWrap="CJK")
    heading = ParagraphStyle("heading", fontName=gothic, fontSize=14, leading=24, wordWrap="CJK")
    text = ParagraphStyle("text", fontName=mincho, fontSize=10.5, leading=17, wordWrap="CJK")
    lines = ("GRID", (0, 0), (-1, -1), 0.5, black) if ruled else ("LINEBELOW", (0, 0), (-1, 0), 0.7, black)

    def furniture(canvas, document) -> None:  # type: ignore[no-untyped-def]
        canvas.setFont(mincho, 8)
        canvas.drawString(60, 810, "北辰半導体 資料集")
        canvas.drawCentredString(300, 30, f"- {document.page} -")

    document = SimpleDocTemplate(
        str(path), pagesize=A4, encrypt=StandardEncryption(user_password) if user_password else None
    )
    story = [
        Paragraph(TITLE, title),
        Paragraph(LEAD, text),
        PageBreak(),
        Paragraph(HEADING, heading),
        Table([HEADER, *ROWS], style=[("FONTNAME", (0, 0), (-1, -1), mincho), lines]),
    ]
    document.build(story, onFirstPage=furniture, onLaterPages=furniture)


def _cid_fonts() -> tuple[str, str]:
    """Japanese fonts that every PDF reader brings along: none needs to be installed here."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    for name in ("HeiseiKakuGo-W5", "HeiseiMin-W3"):
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return "HeiseiKakuGo-W5", "HeiseiMin-W3"


def write_docx(path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_heading(TITLE, 0)
    document.add_paragraph(LEAD)
    document.add_heading(HEADING, 1)
    table = document.add_table(rows=0, cols=len(HEADER))
    for row in (HEADER, *ROWS):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(str(path))


def write_xlsx(path: Path) -> None:
    import openpyxl

    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "仕様"
    sheet.append([TITLE])
    sheet.append([LEAD])
    sheet.append([])
    sheet.append([HEADING])
    for row in (HEADER, *ROWS):
        sheet.append([_typed(cell) for cell in row])
    workbook.save(path)


def _typed(cell: str) -> str | float | None:
    """A figure as a number, as people enter it."""
    try:
        return float(cell) if "." in cell else int(cell)
    except ValueError:
        return cell or None


def write_csv(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows((HEADER, *ROWS))


def write_pptx(path: Path) -> None:
    import pptx
    from pptx.util import Inches

    deck = pptx.Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = TITLE
    first.placeholders[1].text = LEAD
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = HEADING
    frame = second.shapes.add_table(len(ROWS) + 1, len(HEADER), Inches(1), Inches(2), Inches(8), Inches(4))
    for number, row in enumerate((HEADER, *ROWS)):
        for column, text in enumerate(row):
            frame.table.cell(number, column).text = text
    deck.save(str(path))


WRITERS: dict[str, Callable[[Path], None]] = {
    "md": write_md,
    "html": write_html,
    "pdf": write_pdf,
    "docx": write_docx,
    "xlsx": write_xlsx,
    "csv": write_csv,
    "pptx": write_pptx,
}
LOCATORS = {
    # The place of the row メモリ帯域幅, the second of the table.
    "md": "オーロラX2の仕様 · 行 2 · メモリ帯域幅",
    "html": "オーロラX2の仕様 · 行 2 · メモリ帯域幅",
    "pdf": "2ページ · オーロラX2の仕様 · 行 2 · メモリ帯域幅",
    "docx": "オーロラX2の仕様 · 行 2 · メモリ帯域幅",
    "xlsx": "シート「仕様」 · 行 7 · メモリ帯域幅",
    "csv": "行 3 · メモリ帯域幅",
    "pptx": "スライド 2 > オーロラX2の仕様 · 行 2 · メモリ帯域幅",
}
"""What a person is told: a page, a slide, a sheet with its own row numbers, a heading."""
