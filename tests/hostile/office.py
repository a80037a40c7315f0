"""Hostile and odd Office documents, books and PDFs."""

from __future__ import annotations

import io
import zipfile

from tests.hostile.case import Case, Outcome, fixed
from tests.hostile.containers import (
    HEAD,
    LAUGHS,
    PARAMETER_XXE,
    XXE,
    Parts,
    S,
    W,
    docx,
    docx_parts,
    encrypted_flag,
    encrypted_pdf,
    epub,
    epub_parts,
    flate,
    good_pdf,
    lying_size,
    overlapping,
    pack,
    pdf,
    pdf_objects,
    pptx,
    pptx_parts,
    stream,
    with_part,
    xlsx,
    xlsx_parts,
)
from tests.hostile.texts import MB, noise, tagged

READ, REFUSED = Outcome.READ, Outcome.REFUSED

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def _zeros(parts: Parts, name: str, megabytes: int, count: int = 1) -> bytes:
    buffer = io.BytesIO(pack(parts))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for number in range(count):
            archive.writestr(name.format(number), bytes(megabytes * MB))
    return buffer.getvalue()


def _xml_bomb(parts: Parts, name: str, opening: str, unit: str, closing: str, megabytes: int) -> bytes:
    return with_part(parts, name, opening + unit * (megabytes * MB // len(unit)) + closing)


def _nested() -> bytes:
    inner = docx()
    for _ in range(6):
        inner = pack({"word/embeddings/inner.docx": inner})
    return with_part(docx_parts(), "word/embeddings/inner.zip", inner)


_DOC_OPEN = f'{HEAD}<w:document xmlns:w="{W}"><w:body>'
_SHEET_OPEN = f'{HEAD}<worksheet xmlns="{S}"><sheetData>'

_DOCX = [
    Case("good.docx", docx, READ, "1200"),
    Case("empty.docx", fixed(b""), REFUSED, "not|no loader"),
    Case("text.docx", fixed("文章"), REFUSED, "content is not|no loader"),
    Case("old.docx", fixed(_OLD), REFUSED, "old kind|no loader"),
    Case("password.docx", fixed(_OLD + "EncryptedPackage".encode("utf-16-le")), REFUSED, "password|no loader"),
    Case("encrypted.docx", lambda: encrypted_flag(docx()), REFUSED, "password|no loader"),
    Case("bomb-ratio.docx", lambda: _zeros(docx_parts(), "word/media/a.bin", 100), REFUSED, "max_ratio|no loader"),
    Case(
        "bomb-total.docx", lambda: _zeros(docx_parts(), "word/media/{}.bin", 1, 300), REFUSED, "max_unpacked|no loader"
    ),
    Case(
        "bomb-xml.docx",
        lambda: _xml_bomb(docx_parts(), "word/document.xml", _DOC_OPEN, "<w:p/>", "</w:body></w:document>", 200),
        REFUSED,
        "max_|no loader",
    ),
    Case("bomb-overlap.docx", lambda: overlapping(docx_parts(), 200), REFUSED, "verlap|damaged|max_|no loader"),
    Case("bomb-nested.docx", _nested, READ),
    Case(
        "entries.docx",
        lambda: pack({**docx_parts(), **{f"word/{n}.txt": "" for n in range(6_000)}}),
        REFUSED,
        "max_entries|no loader",
    ),
    Case(
        "lying.docx",
        lambda: lying_size(_zeros(docx_parts(), "word/a.bin", 50), "word/a.bin", size=1000),
        REFUSED,
        "damaged|no loader",
    ),
    Case("climbing.docx", lambda: with_part(docx_parts(), "../../../../tmp/pwned", "x"), REFUSED, "outside|no loader"),
    Case(
        "climbing-inside.docx", lambda: with_part(docx_parts(), "word/../../pwned", "x"), REFUSED, "outside|no loader"
    ),
    Case("absolute.docx", lambda: with_part(docx_parts(), "/etc/cron.d/pwned", "x"), REFUSED, "outside|no loader"),
    Case("drive.docx", lambda: with_part(docx_parts(), "C:\\pwned", "x"), REFUSED, "outside|no loader"),
    Case("backslash.docx", lambda: with_part(docx_parts(), "..\\..\\pwned", "x"), REFUSED, "outside|no loader"),
    Case("nul-name.docx", lambda: with_part(docx_parts(), "word/a\0.xml", "x"), REFUSED, "outside|damaged|no loader"),
    Case("laughs.docx", lambda: docx(prolog=LAUGHS), REFUSED, "entit|no loader"),
    Case("xxe.docx", lambda: docx("<w:p><w:r><w:t>&e;</w:t></w:r></w:p>", prolog=XXE), REFUSED, "entit|no loader"),
    Case("parameter.docx", lambda: docx(prolog=PARAMETER_XXE), REFUSED, "entit|no loader"),
    Case(
        "xxe-rels.docx",
        lambda: with_part(docx_parts(), "_rels/.rels", HEAD + XXE + "<Relationships/>"),
        REFUSED,
        "entit|no loader",
    ),
    Case(
        "xxe-late.docx", lambda: docx(prolog="<!-- " + "x" * 70_000 + " -->" + XXE), REFUSED, "element|entit|no loader"
    ),
    Case(
        "xxe-utf16.docx",
        lambda: with_part(docx_parts(), "word/document.xml", (XXE + f'<w:document xmlns:w="{W}"/>').encode("utf-16")),
        REFUSED,
        "entit|no loader",
    ),
    Case(
        "no-document.docx", lambda: pack({k: v for k, v in docx_parts().items() if k != "word/document.xml"}), REFUSED
    ),
    Case("other-kind.docx", xlsx, REFUSED, "workbook|no loader"),
    Case("plain-zip.docx", lambda: pack({"a.txt": "x"}), REFUSED, "not an Office|no loader"),
    Case("no-entries.docx", lambda: pack({}), REFUSED, "not an Office|damaged|no loader"),
    Case("truncated.docx", lambda: docx()[:-100], REFUSED, "damaged|no loader"),
    Case("front-cut.docx", lambda: docx()[100:], REFUSED),
    Case("prefixed.docx", lambda: b"#!/bin/sh\n" + docx(), REFUSED, "content is not|no loader"),
    Case("flipped.docx", lambda: docx().replace(b"\x78", b"\x79"), REFUSED),
    Case("deep.docx", lambda: docx("<w:sdt><w:sdtContent>" * 5_000), REFUSED),
    Case(
        "tables-deep.docx",
        lambda: docx("<w:tbl><w:tr><w:tc>" * 200 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 200),
        REFUSED,
    ),
    Case(
        "grid-span.docx",
        lambda: docx('<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>'),
        REFUSED,
    ),
    Case(
        "outside-link.docx",
        lambda: with_part(
            docx_parts(),
            "word/_rels/document.xml.rels",
            docx_parts()["_rels/.rels"].replace("word/document.xml", "file:///etc/passwd"),
        ),
        READ,
        never="root:",
    ),  # type: ignore[union-attr,arg-type]
    Case(
        "loop-link.docx",
        lambda: with_part(docx_parts(), "word/_rels/document.xml.rels", docx_parts()["_rels/.rels"]),
        READ,
    ),
    Case(
        "tags.docx",
        lambda: docx(f"<w:p><w:r><w:t>月産1200個{tagged('obey')}</w:t></w:r></w:p>"),
        READ,
        never=tagged("o"),
    ),
    Case("control.docx", lambda: docx("<w:p><w:r><w:t>a\x01b</w:t></w:r></w:p>"), REFUSED),
    Case("stored.docx", lambda: pack(docx_parts(), method=zipfile.ZIP_STORED), READ),
    Case("bzip.docx", lambda: pack(docx_parts(), method=zipfile.ZIP_BZIP2), READ),
]
_XLSX = [
    Case("good.xlsx", xlsx, READ, "1200"),
    Case("bomb-ratio.xlsx", lambda: _zeros(xlsx_parts(), "xl/media/a.bin", 100), REFUSED, "max_ratio|no loader"),
    Case(
        "bomb-rows.xlsx",
        lambda: _xml_bomb(
            xlsx_parts(),
            "xl/worksheets/sheet1.xml",
            _SHEET_OPEN,
            "<row><c><v>1</v></c></row>",
            "</sheetData></worksheet>",
            150,
        ),
        REFUSED,
        "max_|no loader",
    ),
    Case("laughs.xlsx", lambda: xlsx(prolog=LAUGHS), REFUSED, "entit|no loader"),
    Case(
        "laughs-strings.xlsx",
        lambda: with_part(xlsx_parts(), "xl/sharedStrings.xml", HEAD + LAUGHS + "<sst/>"),
        REFUSED,
        "entit|no loader",
    ),
    Case("xxe.xlsx", lambda: xlsx(prolog=XXE), REFUSED, "entit|no loader"),
    Case("far-cell.xlsx", lambda: xlsx('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), READ),
    Case("beyond.xlsx", lambda: xlsx('<row r="99999999999"><c r="ZZZZZZ99999999999"><v>1</v></c></row>'), REFUSED),
    Case("merged.xlsx", lambda: xlsx(extra='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), READ),
    Case(
        "merged-many.xlsx",
        lambda: xlsx(extra="<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 2_000 + "</mergeCells>"),
        READ,
    ),
    Case(
        "dimension.xlsx",
        lambda: with_part(
            xlsx_parts(),
            "xl/worksheets/sheet1.xml",
            f'{HEAD}<worksheet xmlns="{S}"><dimension ref="A1:XFD1048576"/><sheetData/></worksheet>',
        ),
        REFUSED,
    ),
    Case(
        "formula.xlsx",
        lambda: xlsx('<row r="1"><c r="A1" t="str"><f>WEBSERVICE("http://127.0.0.1:9/")</f><v>x</v></c></row>'),
        READ,
    ),
    Case("string-index.xlsx", lambda: xlsx('<row r="1"><c r="A1" t="s"><v>999999999</v></c></row>'), REFUSED),
    Case(
        "dates.xlsx",
        lambda: xlsx('<row r="1"><c r="A1" t="d"><v>9999999-99-99</v></c><c r="B1" s="9999"><v>1e308</v></c></row>'),
        READ,
    ),
    Case(
        "wide.xlsx",
        lambda: xlsx("".join(f'<row r="{n}">{"<c><v>1</v></c>" * 2_000}</row>' for n in range(1, 60))),
        REFUSED,
    ),
    Case(
        "sheets.xlsx",
        lambda: with_part(
            xlsx_parts(),
            "xl/workbook.xml",
            xlsx_parts()["xl/workbook.xml"].replace(
                "</sheets>", '<sheet name="x" sheetId="1" r:id="rId1"/>' * 1_000 + "</sheets>"
            ),
        ),
        READ,
    ),  # type: ignore[union-attr,arg-type]
    Case("climbing.xlsx", lambda: with_part(xlsx_parts(), "xl/../../pwned", "x"), REFUSED, "outside|no loader"),
    Case("encrypted.xlsx", lambda: encrypted_flag(xlsx()), REFUSED, "password|no loader"),
    Case("other-kind.xlsx", docx, REFUSED, "Word|no loader"),
    Case("truncated.xlsx", lambda: xlsx()[:-60], REFUSED, "damaged|no loader"),
]
_PPTX = [
    Case("good.pptx", pptx, READ, "1200"),
    Case("slides.pptx", lambda: pptx(2_100), REFUSED, "pages|slides|no loader"),
    Case("laughs.pptx", lambda: pptx(prolog=LAUGHS), REFUSED, "entit|no loader"),
    Case("xxe.pptx", lambda: pptx(prolog=XXE), REFUSED, "entit|no loader"),
    Case("no-slide.pptx", lambda: pack({k: v for k, v in pptx_parts().items() if "slides/" not in k}), REFUSED),
    Case("bomb.pptx", lambda: _zeros(pptx_parts(), "ppt/media/a.bin", 100), REFUSED, "max_ratio|no loader"),
    Case("groups-deep.pptx", lambda: pptx(text="</a:t></a:r></a:p></p:txBody></p:sp>" + "<p:grpSp>" * 3_000), REFUSED),
    Case(
        "climbing.pptx", lambda: with_part(pptx_parts(), "ppt/slides/../../../pwned", "x"), REFUSED, "outside|no loader"
    ),
    Case("truncated.pptx", lambda: pptx()[:200], REFUSED, "damaged|no loader"),
]
_EPUB = [
    Case("good.epub", epub, READ, "1200"),
    Case("xxe.epub", lambda: epub(page_head=XXE), REFUSED, "entit|no loader"),
    Case("laughs.epub", lambda: epub(page_head=LAUGHS), REFUSED, "entit|no loader"),
    Case("doctype.epub", lambda: epub(page_head="<!DOCTYPE html>"), READ, "1200"),
    Case("climbing.epub", lambda: with_part(epub_parts(), "OEBPS/../../pwned", "x"), REFUSED, "outside|no loader"),
    Case("spine.epub", lambda: epub(spine='<itemref idref="c1"/>' * 20_000), READ),
    Case("spine-nothing.epub", lambda: epub(spine='<itemref idref="x"/>'), REFUSED),
    Case("no-container.epub", lambda: pack({"mimetype": "application/epub+zip"}), REFUSED),
    Case("other-kind.epub", docx, REFUSED, "Word|no loader"),
    Case("bomb.epub", lambda: _zeros(epub_parts(), "OEBPS/a.bin", 100), REFUSED, "max_ratio|no loader"),
    Case("deep.epub", lambda: epub(page="<div>" * 50_000), REFUSED),
]


def _bent(number: int, content: bytes | str, **options: str) -> bytes:
    return pdf({**pdf_objects(), number: content}, **options)


_PDF = [
    Case("good.pdf", good_pdf, READ, "1200"),
    Case("empty.pdf", fixed(b""), REFUSED, "not|no loader"),
    Case("text.pdf", fixed("文章"), REFUSED, "content is not|no loader"),
    Case("head-only.pdf", fixed(b"%PDF-1.7\n"), REFUSED),
    Case("truncated.pdf", lambda: good_pdf()[:300], REFUSED),
    Case("no-xref.pdf", lambda: good_pdf()[: good_pdf().rfind(b"xref\n0")], REFUSED),
    Case("prefixed.pdf", lambda: b"x" * 500 + good_pdf(), READ),
    Case("far-prefixed.pdf", lambda: b"x" * 5_000 + good_pdf(), REFUSED, "content is not|no loader"),
    Case("encrypted.pdf", encrypted_pdf, REFUSED, "password|encrypt|protected|no loader"),
    Case("pages-10000.pdf", lambda: pdf(pdf_objects(10_000)), REFUSED, "max_pages|no loader"),
    Case("pages-count.pdf", lambda: _bent(2, "<</Type/Pages/Count 999999999/Kids[10 0 R]>>"), READ),
    Case("pages-self.pdf", lambda: _bent(2, "<</Type/Pages/Count 1/Kids[2 0 R]>>"), REFUSED),
    Case("pages-twice.pdf", lambda: _bent(2, f"<</Type/Pages/Count 20000/Kids[{'10 0 R ' * 20_000}]>>"), REFUSED),
    Case("pages-loop.pdf", lambda: _bent(10, "<</Type/Pages/Count 1/Parent 2 0 R/Kids[2 0 R]>>"), REFUSED),
    Case("root-missing.pdf", lambda: pdf(pdf_objects(), root=99), REFUSED),
    Case("root-self.pdf", lambda: _bent(1, "1 0 R"), REFUSED),
    Case("contents-self.pdf", lambda: _bent(4, "4 0 R"), REFUSED),
    Case("length-self.pdf", lambda: _bent(4, b"<</Length 4 0 R>>stream\nBT ET\nendstream"), REFUSED),
    Case("length-huge.pdf", lambda: _bent(4, b"<</Length 99999999999>>stream\nBT ET\nendstream"), REFUSED),
    Case("length-minus.pdf", lambda: _bent(4, b"<</Length -5>>stream\nBT ET\nendstream"), REFUSED),
    Case(
        "form-self.pdf",
        lambda: pdf(
            {
                **pdf_objects(content=b"/X Do", page_extra="/Resources<</XObject<</X 5 0 R>>>>"),
                5: stream(b"/X Do", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>"),
            }
        ),
        REFUSED,
    ),
    Case("prev-self.pdf", lambda: pdf(pdf_objects(), trailer="/Prev 15"), READ),
    Case("size-huge.pdf", lambda: good_pdf().replace(b"/Size 11", b"/Size 2147483647"), READ),
    Case("xref-huge.pdf", lambda: good_pdf().replace(b"0 11\n", b"0 2147483647\n"), READ),
    Case(
        "xref-stream-bomb.pdf",
        lambda: _bent(5, flate(bytes(200 * MB)).replace(b"<<", b"<</Type/XRef/W[1 8 8]/Size 99999999", 1)),
        READ,
    ),
    Case(
        "object-stream-self.pdf",
        lambda: _bent(5, stream(b"5 0 <<>>", "/Type/ObjStm/N 1/First 4/Extends 5 0 R")),
        READ,
    ),
    Case("bomb-content.pdf", lambda: _bent(4, flate(b"(x) Tj " * 20_000_000)), REFUSED),
    Case("bomb-filters.pdf", lambda: _bent(4, flate(bytes(200 * MB), times=4)), REFUSED),
    Case("filters-many.pdf", lambda: _bent(4, stream(b"x", "/Filter[" + "/ASCIIHexDecode" * 5_000 + "]")), REFUSED),
    Case(
        "font-bomb.pdf",
        lambda: _bent(
            3, "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[3 0 R]/ToUnicode 3 0 R>>"
        ),
        REFUSED,
    ),
    Case(
        "cmap-range.pdf",
        lambda: pdf(
            {
                **pdf_objects(),
                3: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 5 0 R>>",
                5: stream(
                    b"begincmap 1 begincodespacerange <00000000> <ffffffff> endcodespacerange 1 beginbfrange <00000000> <ffffffff> <0041> endbfrange endcmap"
                ),
            }
        ),
        READ,
    ),
    Case("arrays-deep.pdf", lambda: _bent(5, "[" * 100_000), READ),
    Case("dictionaries-deep.pdf", lambda: _bent(10, "<</Type/Page/Parent 2 0 R/X" + "<</X" * 50_000), REFUSED),
    Case("parentheses-deep.pdf", lambda: _bent(4, stream(b"BT " + b"(" * 500_000 + b" Tj ET")), REFUSED),
    Case("states-deep.pdf", lambda: _bent(4, stream(b"q " * 500_000)), REFUSED),
    Case(
        "media-huge.pdf",
        lambda: _bent(10, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 1e30 1e30]/Contents 4 0 R>>"),
        READ,
    ),
    Case(
        "script.pdf",
        lambda: pdf(
            {**pdf_objects(), 1: "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>"}
        ),
        READ,
    ),
    Case(
        "launch.pdf",
        lambda: pdf({**pdf_objects(), 1: "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/Launch/F(/bin/sh)>>>>"}),
        READ,
    ),
    Case(
        "file-stream.pdf", lambda: _bent(4, b"<</Length 0/F(/etc/passwd)>>stream\n\nendstream"), REFUSED, never="root:"
    ),
    Case("scanned.pdf", lambda: pdf(pdf_objects(content=b"")), REFUSED, "text|scan|no loader"),
    Case(
        "outline-loop.pdf",
        lambda: pdf(
            {
                **pdf_objects(),
                1: "<</Type/Catalog/Pages 2 0 R/Outlines 5 0 R>>",
                5: "<</First 6 0 R/Last 6 0 R>>",
                6: "<</Title(x)/Next 6 0 R/Parent 5 0 R/First 6 0 R>>",
            }
        ),
        READ,
    ),
    Case("noise-inside.pdf", lambda: b"%PDF-1.7\n" + noise(200_000), REFUSED),
    Case("numbers.pdf", lambda: _bent(2, "<</Type/Pages/Count 1e999/Kids[10 99999999999999999999 R]>>"), READ),
]
CASES = [*_DOCX, *_XLSX, *_PPTX, *_EPUB, *_PDF]
