"""Makers of Office documents, books and PDFs, good and hostile, out of nothing but bytes."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "application/vnd.openxmlformats-officedocument"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
LAUGHS += "]>"
XXE = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
PARAMETER_XXE = "<!DOCTYPE x [<!ENTITY % e SYSTEM 'http://127.0.0.1:9/x.dtd'> %e;]>"

Parts = dict[str, str | bytes]


def pack(parts: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            # writestr() would clean the name.
            info = zipfile.ZipInfo("x", date_time=(2026, 1, 2, 3, 4, 6))
            info.filename, info.compress_type = name, method
            archive.writestr(info, content)
    return buffer.getvalue()


def _types(overrides: Mapping[str, str]) -> str:
    items = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in overrides.items())
    return (
        f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{items}</Types>'
    )


def _rels(targets: Sequence[tuple[str, str]]) -> str:
    items = "".join(
        f'<Relationship Id="rId{number}" Type="{R}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{items}</Relationships>'


def docx_parts(body: str = "", *, prolog: str = "") -> Parts:
    body = body or "<w:p><w:r><w:t>新工場の部品PPR-9087は月産1200個です。</w:t></w:r></w:p>"
    return {
        "[Content_Types].xml": _types(
            {"/word/document.xml": f"{_OFFICE}.wordprocessingml.document.main+xml"},
        ),
        "_rels/.rels": _rels([("officeDocument", "word/document.xml")]),
        "word/document.xml": f'{HEAD}{prolog}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
    }


def xlsx_parts(rows: str = "", *, prolog: str = "", extra: str = "") -> Parts:
    rows = rows or (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>製品</t></is></c><c r="B1" t="inlineStr"><is><t>月産</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>PPR-9087</t></is></c><c r="B2"><v>1200</v></c></row>'
    )
    return {
        "[Content_Types].xml": _types(
            {
                "/xl/workbook.xml": f"{_OFFICE}.spreadsheetml.sheet.main+xml",
                "/xl/worksheets/sheet1.xml": f"{_OFFICE}.spreadsheetml.worksheet+xml",
            }
        ),
        "_rels/.rels": _rels([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{S}" xmlns:r="{R}"><sheets>'
        '<sheet name="生産" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _rels([("worksheet", "worksheets/sheet1.xml")]),
        "xl/worksheets/sheet1.xml": f'{HEAD}{prolog}<worksheet xmlns="{S}"><sheetData>{rows}</sheetData>{extra}</worksheet>',
    }


def pptx_parts(slides: int = 1, *, prolog: str = "", text: str = "PPR-9087は月産1200個です。") -> Parts:
    parts: Parts = {
        "[Content_Types].xml": _types(
            {"/ppt/presentation.xml": f"{_OFFICE}.presentationml.presentation.main+xml"}
            | {f"/ppt/slides/slide{n}.xml": f"{_OFFICE}.presentationml.slide+xml" for n in range(1, slides + 1)}
        ),
        "_rels/.rels": _rels([("officeDocument", "ppt/presentation.xml")]),
        "ppt/presentation.xml": f'{HEAD}<p:presentation xmlns:p="{P}" xmlns:r="{R}"><p:sldIdLst>'
        + "".join(f'<p:sldId id="{255 + n}" r:id="rId{n}"/>' for n in range(1, slides + 1))
        + "</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": _rels([("slide", f"slides/slide{n}.xml") for n in range(1, slides + 1)]),
    }
    for number in range(1, slides + 1):
        parts[f"ppt/slides/slide{number}.xml"] = (
            f'{HEAD}{prolog}<p:sld xmlns:p="{P}" xmlns:a="{A}"><p:cSld><p:spTree><p:sp><p:txBody>'
            f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
        )
    return parts


def epub_parts(*, page_head: str = "", spine: str = '<itemref idref="c1"/>', page: str = "") -> Parts:
    page = page or "<h1>第一章</h1><p>部品PPR-9087は月産1200個です。</p>"
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": f'{HEAD}<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        "OEBPS/book.opf": f'{HEAD}<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="i">urn:x</dc:identifier>'
        "<dc:title>部品の本</dc:title><dc:language>ja</dc:language></metadata><manifest>"
        f'<item id="c1" href="c1.xhtml" media-type="application/xhtml+xml"/></manifest><spine>{spine}</spine></package>',
        "OEBPS/c1.xhtml": f'{HEAD}{page_head}<html xmlns="http://www.w3.org/1999/xhtml"><head><title>第一章</title></head>'
        f"<body>{page}</body></html>",
    }


def docx(body: str = "", **options: str) -> bytes:
    return pack(docx_parts(body, **options))


def xlsx(rows: str = "", **options: str) -> bytes:
    return pack(xlsx_parts(rows, **options))


def pptx(slides: int = 1, **options: str) -> bytes:
    return pack(pptx_parts(slides, **options))


def epub(**options: str) -> bytes:
    return pack(epub_parts(**options))


def with_part(parts: Parts, name: str, content: str | bytes) -> bytes:
    return pack({**parts, name: content})


def encrypted_flag(data: bytes) -> bytes:
    """The archive with the password bit set on every entry."""
    out = bytearray(data)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = -1
        while (position := out.find(magic, position + 1)) >= 0:
            out[position + offset] |= 1
    return bytes(out)


def lying_size(data: bytes, name: str, *, size: int) -> bytes:
    """The archive whose entry ``name`` claims to unpack to ``size`` bytes."""
    out = bytearray(data)
    central = out.rfind(b"PK\x01\x02", 0, out.rfind(name.encode()))
    struct.pack_into("<I", out, central + 24, size)
    local = struct.unpack_from("<I", out, central + 42)[0]
    struct.pack_into("<I", out, local + 22, size)
    return bytes(out)


def overlapping(parts: Parts, count: int) -> bytes:
    """An archive of ``count`` names for one and the same packed data (a bomb that needs no nesting)."""
    kernel = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = kernel.compress(bytes(1_000_000)) + kernel.flush()
    base = bytearray(pack(parts))
    end = base.rfind(b"PK\x05\x06")
    start = struct.unpack_from("<I", base, end + 16)[0]
    central = bytes(base[start:end])
    body = bytearray(base[:start])
    local = len(body)
    crc = zlib.crc32(bytes(1_000_000))
    sizes = struct.pack("<III", crc, len(packed), 1_000_000)
    body += b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes + struct.pack("<HH", 1, 0) + b"x" + packed
    entries = bytearray(central)
    for number in range(count):
        name = f"word/media/{number}.bin".encode()
        entries += b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes
        entries += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, local) + name
    total = len(parts) + count
    tail = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, total, total, len(entries), len(body), 0)
    return bytes(body + entries + tail)


# -- PDF -------------------------------------------------------------------------------------------


def stream(content: bytes, extra: str = "") -> bytes:
    return f"<</Length {len(content)}{extra}>>stream\n".encode() + content + b"\nendstream"


def pdf(objects: Mapping[int, bytes | str], *, trailer: str = "", root: int = 1) -> bytes:
    """A PDF of numbered objects with a true cross-reference table."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = {}
    for number, content in objects.items():
        offsets[number] = len(out)
        raw = content.encode() if isinstance(content, str) else content
        out += f"{number} 0 obj\n".encode() + raw + b"\nendobj\n"
    start, size = len(out), max(objects) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n".encode()
    for number in range(1, size):
        out += (f"{offsets[number]:010} 00000 n \n" if number in offsets else "0000000000 00000 f \n").encode()
    out += f"trailer\n<</Size {size}/Root {root} 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def pdf_objects(pages: int = 1, *, content: bytes | None = None, page_extra: str = "") -> dict[int, bytes | str]:
    """Catalogue 1, page tree 2, font 3, one content stream 4, pages from 10."""
    if content is None:
        content = b"BT /F1 12 Tf 72 720 Td (The new plant makes 1200 units of part PPR-9087 a month.) Tj ET"
    kids = " ".join(f"{10 + number} 0 R" for number in range(pages))
    return {
        1: "<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Count {pages}/Kids[{kids}]>>",
        3: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        4: stream(content),
        **{
            10 + number: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>"
            f"/Contents 4 0 R{page_extra}>>"
            for number in range(pages)
        },
    }


def good_pdf() -> bytes:
    return pdf(pdf_objects())


def flate(content: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        content = zlib.compress(content, 9)
    return stream(content, "/Filter[" + "/FlateDecode" * times + "]")


def encrypted_pdf() -> bytes:
    """Protected by a user password nobody gives: both keys are noise."""
    objects = pdf_objects()
    objects[5] = "<</Filter/Standard/V 2/R 3/Length 128/P -3904/O<" + "5a" * 32 + ">/U<" + "a5" * 32 + ">>>"
    return pdf(objects, trailer="/Encrypt 5 0 R/ID[<" + "00" * 16 + "><" + "00" * 16 + ">]")
