"""Drafts with tables, notes and tracked changes: what is a claim, and where it stands."""

from __future__ import annotations

from pathlib import Path

import docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from assistant.verify.claims import DraftClaim, split_claims
from assistant.verify.draft import DraftText, read_draft, read_pasted


def _claims(draft: DraftText) -> list[DraftClaim]:
    found = split_claims(draft.text)
    for claim in found:
        assert draft.text[claim.start : claim.end] == claim.text
    return found


def _filled(document: docx.document.Document, rows: tuple[tuple[str, ...], ...]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text


def test_each_cell_of_a_word_table_is_a_claim_at_the_cells_text(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("K3の仕様", 1)
    _filled(document, (("", "K2", "K3"), ("メモリ容量", "96GB", "144GB"), ("消費電力", "500W", "700W")))
    document.add_paragraph("表1　K3のメモリ容量は144GBだ。")
    document.save(str(tmp_path / "draft.docx"))
    found = _claims(read_draft(tmp_path / "draft.docx"))
    assert [(claim.text, claim.judged) for claim in found] == [
        ("96GB", "K2のメモリ容量は96GB。"),
        ("144GB", "K3のメモリ容量は144GB。"),
        ("500W", "K2の消費電力は500W。"),
        ("700W", "K3の消費電力は700W。"),
        ("K3のメモリ容量は144GBだ。", "K3のメモリ容量は144GBだ。"),
    ]
    assert {claim.heading for claim in found} == {"K3の仕様"}


def test_a_row_of_item_value_and_unit_is_one_claim(tmp_path: Path) -> None:
    document = docx.Document()
    _filled(document, (("項目", "値", "単位"), ("メモリ容量", "96", "GB"), ("消費電力", "—", "W")))
    document.save(str(tmp_path / "draft.docx"))
    (found,) = _claims(read_draft(tmp_path / "draft.docx"))
    assert (found.text, found.judged) == ("96", "メモリ容量は96GB。")


def test_what_is_deleted_in_a_draft_is_no_claim_and_what_is_inserted_is(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("K3のメモリ容量は")
    for tag, inside, text in (("ins", "w:t", "144GBだ。"), ("del", "w:delText", "96GBだ。")):
        change, run, letters = OxmlElement(f"w:{tag}"), OxmlElement("w:r"), OxmlElement(inside)
        letters.text = text
        run.append(letters)
        change.append(run)
        change.set(qn("w:id"), "1")
        paragraph._p.append(change)
    document.save(str(tmp_path / "draft.docx"))
    assert [claim.text for claim in _claims(read_draft(tmp_path / "draft.docx"))] == ["K3のメモリ容量は144GBだ。"]


def test_the_text_of_a_text_box_is_checked(tmp_path: Path) -> None:
    document = docx.Document()
    run = document.add_paragraph("K2のメモリ容量は96GBだ。").add_run()
    box = f"<w:pict {nsdecls('w')} xmlns:v='urn:schemas-microsoft-com:vml'><v:textbox><w:txbxContent><w:p><w:r><w:t>K3のメモリ容量は144GBだ。</w:t></w:r></w:p></w:txbxContent></v:textbox></w:pict>"
    run._r.append(parse_xml(box))
    document.save(str(tmp_path / "draft.docx"))
    texts = [claim.text for claim in _claims(read_draft(tmp_path / "draft.docx"))]
    assert sorted(texts) == ["K2のメモリ容量は96GBだ。", "K3のメモリ容量は144GBだ。"]


def test_a_pasted_table_keeps_its_cells_and_its_caption() -> None:
    pasted = read_pasted(
        "<p>K3を調べた。</p><table><caption>表2 K3のメモリ容量は144GB</caption><tr><th></th><th>K2</th><th>K3</th></tr>"
        "<tr><th>メモリ容量</th><td>96GB</td><td>144GB</td></tr></table>"
    )
    assert [claim.text for claim in _claims(pasted)] == ["K3を調べた。", "K3のメモリ容量は144GB", "96GB", "144GB"]


def test_a_markdown_table_in_english() -> None:
    draft = DraftText("| Chip | Memory |\n| --- | --- |\n| K3 | 144 GB |\n")
    assert [(claim.text, claim.judged) for claim in _claims(draft)] == [("144 GB", "Memory of K3: 144 GB")]


def test_a_bar_in_a_cell_ends_no_cell(tmp_path: Path) -> None:
    document = docx.Document()
    _filled(document, (("", "K3"), ("容量", "144GB|1個")))
    document.save(str(tmp_path / "draft.docx"))
    (found,) = _claims(read_draft(tmp_path / "draft.docx"))
    assert found.text == "144GB\\|1個"
