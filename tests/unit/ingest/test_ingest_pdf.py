"""PDF files: pages, columns, tables, running heads, hyphens, scans, passwords."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from assistant.ingest import SourceFile, load
from assistant.ingest.pdftext import join_lines, words_of
from assistant.types import Article, BlockKind, Refusal
from tests.documents import ROWS, _cid_fonts, write_pdf

Draw = Callable[[Canvas], None]


def make(path: Path, *pages: Draw, title: str = "") -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setTitle(title)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return path


def write(
    canvas: Canvas, x: float, y: float, *lines: str, size: float = 10.5, font: str = "", leading: float = 17
) -> None:
    canvas.setFont(font or _cid_fonts()[1], size)
    for number, line in enumerate(lines):
        canvas.drawString(x, y - number * leading, line)


def read(path: Path) -> list[Article | Refusal]:
    return list(load(SourceFile(path, path.parent)))


def article(path: Path) -> Article:
    (item,) = read(path)
    assert isinstance(item, Article), item
    return item


def shown(item: Article, *kinds: BlockKind) -> list[str]:
    return [item.text[block.start : block.end] for block in item.blocks if not kinds or block.kind in kinds]


@pytest.mark.parametrize("ruled", [True, False])
def test_a_table_keeps_its_rows_pages_and_facts(tmp_path: Path, ruled: bool) -> None:
    write_pdf(tmp_path / "a.pdf", ruled=ruled)
    item = article(tmp_path / "a.pdf")
    assert item.title == "オーロラX2 技術資料"
    rows = [block for block in item.blocks if block.kind is BlockKind.TABLE_ROW]
    assert [row.row for row in rows] == list(range(1, len(ROWS) + 1))
    assert {row.page for row in rows} == {2}
    assert [tuple(item.text[cell.start : cell.end] for cell in row.cells) for row in rows] == list(ROWS)
    assert {cell.header for row in rows for cell in row.cells} == {"項目", "値", "単位", "条件"}
    specs = [row.spec for row in rows]
    assert [(spec.entity, spec.attribute, spec.value, spec.unit, spec.conditions) for spec in specs if spec] == [
        ("オーロラX2", *row) for row in ROWS
    ]
    assert "資料集" not in item.text, "the running head"
    assert "- 2 -" not in item.text, "the page's number"


def test_lines_and_pages_are_joined_to_sentences(tmp_path: Path) -> None:
    def first(canvas: Canvas) -> None:
        write(
            canvas,
            60,
            700,
            "北辰半導体は旭川市の工場で推論向け半導体の量産を",
            "始めた。開発には三年を要した。次の工場は帯広市に",
            "建てる計画で、総額は八十億円に上る見通しだという",
        )

    def second(canvas: Canvas) -> None:
        write(canvas, 60, 760, "。用地の取得は済んだ。")
        write(
            canvas,
            60,
            700,
            "The vendor says the memory band-",
            "width is a well-known limit of its",
            "high-speed parts, and that band",
            "gaps differ.",
            font="Helvetica",
        )

    item = article(make(tmp_path / "a.pdf", first, second))
    japanese, english = shown(item, BlockKind.PARAGRAPH)
    assert japanese == (
        "北辰半導体は旭川市の工場で推論向け半導体の量産を始めた。開発には三年を要した。次の工場は帯広市に建てる計画で、"
        "総額は八十億円に上る見通しだという。用地の取得は済んだ。"
    )
    assert english == (
        "The vendor says the memory bandwidth is a well-known limit of its high-speed parts, and that band gaps differ."
    )
    assert [block.page for block in item.blocks if block.kind is BlockKind.PARAGRAPH] == [1, 2]


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [
        "左の段の一行目でありまだ続く",
        "左の段の二行目でありまだ続く",
        "左の段の三行目でありまだ続く",
        "左の段の四行目で終わる。",
    ]
    right = [line.replace("左", "右") for line in left]

    def page(canvas: Canvas) -> None:
        write(canvas, 60, 760, "二段組みの見出し", size=18)
        write(canvas, 60, 700, *left)
        write(canvas, 320, 700, *right)
        write(
            canvas, 60, 600, "下の段は全体に渡る文であり、左右のどちらの段よりも長く書かれているので、最後に読まれる。"
        )

    item = article(make(tmp_path / "a.pdf", page))
    assert item.title == "二段組みの見出し"
    assert shown(item, BlockKind.PARAGRAPH)[:2] == ["".join(left), "".join(right)]
    assert item.text.endswith("最後に読まれる。")


def test_superscripts_bullets_and_headings(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, 60, 760, "試験の記録", size=20)
        write(canvas, 60, 720, "測定の条件", size=14, font=_cid_fonts()[0])
        write(canvas, 60, 690, "値は10")
        write(canvas, 91.5, 694, "6", size=6, font="Helvetica")
        write(canvas, 60, 660, "・温度は25度に保った", "・湿度は50%に保った")

    item = article(make(tmp_path / "a.pdf", page))
    assert [(block.kind, block.level) for block in item.blocks[1:2]] == [(BlockKind.HEADING, 2)]
    assert shown(item)[1:] == ["測定の条件", "値は10⁶", "・温度は25度に保った", "・湿度は50%に保った"]


def test_scanned_pages_are_named(tmp_path: Path) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    picture = ImageReader(Image.new("RGB", (40, 60), "grey"))

    def scan(canvas: Canvas) -> None:
        canvas.drawImage(picture, 0, 0, *A4)

    def text(canvas: Canvas) -> None:
        write(canvas, 60, 700, "読める頁の文。")

    item, refusal = read(make(tmp_path / "a.pdf", scan, text, scan, scan))
    assert isinstance(item, Article)
    assert [block.page for block in item.blocks[1:]] == [2]
    assert isinstance(refusal, Refusal)
    assert refusal.reason.startswith("pages 1, 3–4 have no text layer")
    (refusal,) = read(make(tmp_path / "b.pdf", scan))
    assert isinstance(refusal, Refusal)
    assert refusal.reason.startswith("page 1 has no text layer")


def test_what_cannot_be_read_is_refused_with_a_reason(tmp_path: Path) -> None:
    write_pdf(tmp_path / "locked.pdf", user_password="himitsu")
    (tmp_path / "no.pdf").write_bytes(b"PK\x03\x04")
    (tmp_path / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<<>>\n")
    make(tmp_path / "blank.pdf", lambda canvas: None)
    reasons = {}
    for name in ("locked", "no", "cut", "blank"):
        (refusal,) = read(tmp_path / f"{name}.pdf")
        assert isinstance(refusal, Refusal)
        reasons[name] = refusal.reason
    assert "encrypted and needs a password" in reasons["locked"]
    assert "the content is not" in reasons["no"]
    assert "damaged" in reasons["cut"]
    assert reasons["blank"] == "the PDF has no text"


def test_two_columns_of_prose_are_no_table(tmp_path: Path) -> None:
    lines = [f"この行は第{n}の文であり、表の升ではなく本文である" for n in "一二三四五六"]

    def page(canvas: Canvas) -> None:
        write(canvas, 40, 700, *lines)
        write(canvas, 320, 700, *lines)

    item = article(make(tmp_path / "a.pdf", page))
    assert not [block for block in item.blocks if block.table]


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["半導体の", "工場"], "半導体の工場"),
        (["Trainium3は", "4倍"], "Trainium3は4倍"),
        (["the new", "plant"], "the new plant"),
        (["semicon-", "ductor"], "semiconductor"),
        (["the well-", "known one"], "the well-known one"),
        (["North-", "South"], "North-South"),
        (["FP8/", "BF16"], "FP8/BF16"),
        (["a\u00ad", "b"], "ab"),
    ],
)
def test_line_breaks(lines: list[str], joined: str) -> None:
    assert join_lines(lines, words_of(["a well-known case."])) == joined


def test_a_heading_over_two_lines_stays_whole(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        write(canvas, 60, 760, "北辰半導体、旭川の工場で", "X2の量産を開始", size=20, leading=29)
        write(
            canvas,
            60,
            690,
            "工場は三百人を雇う。外部との接続には専用の回線を使い、その速さは",
            "（EFA）で毎秒八百ギガビットに達するという。",
        )

    item = article(make(tmp_path / "a.pdf", page))
    assert item.title == "北辰半導体、旭川の工場でX2の量産を開始"
    assert len(shown(item, BlockKind.PARAGRAPH)) == 1
