"""Encodings: decoded when certain, refused otherwise, never mojibake."""

from __future__ import annotations

import pytest

from assistant.ingest.decode import decode
from assistant.ingest.source import UnreadableSource

NEWS = "AWSは12月3日、人工知能（AI）向け半導体「Trainium3」を発表した。価格は公表していない。\n"
HALF_KANA = "ﾃﾞｰﾀｾﾝﾀｰの電力は１ﾒｶﾞﾜｯﾄ。\n"
NEC = "㈱髙島屋は①日本橋②横浜の２店を改装する。\n"

DECODED = [
    (NEWS, "utf-8", "utf-8"),
    (NEWS, "utf-8-sig", "utf-8"),
    (NEWS, "cp932", "cp932"),
    (NEWS, "euc_jp", "euc_jp"),
    (NEWS, "iso2022_jp", "iso2022_jp"),
    (NEWS, "utf-16", "utf-16-le"),
    (NEWS, "utf-16-le", "utf-16-le"),
    (NEWS, "utf-16-be", "utf-16-be"),
    ("日本語の文章です。", "utf-16-le", "utf-16-le"),  # no NUL in it, yet control bytes
    ("hello world", "utf-16-le", "utf-16-le"),
    (HALF_KANA, "cp932", "cp932"),
    (HALF_KANA, "euc_jp", "euc_jp"),
    ("ｱﾏｿﾞﾝ ｳｪﾌﾞ ｻｰﾋﾞｽ", "cp932", "cp932"),
    (NEC, "cp932", "cp932"),
    ("①", "cp932", "cp932"),
    ("はい", "cp932", "cp932"),
    ("はい", "euc_jp", "euc_jp"),
    ("東京都", "cp932", "cp932"),
    ("東京都", "euc_jp", "euc_jp"),
    ("項目,値\n容量,144GB\n", "cp932", "cp932"),
    ("項目,値\n容量,144GB\n", "euc_jp", "euc_jp"),
    ("plain ASCII\n", "ascii", "utf-8"),
    ("0\n0\n0\n0\n", "ascii", "utf-8"),  # every other byte is 0x30, as in UTF-16 kana
    ("über café", "utf-8", "utf-8"),
    ("", "ascii", "utf-8"),
]


@pytest.mark.parametrize(("text", "written_as", "found"), DECODED)
def test_certain_encodings_are_decoded(text: str, written_as: str, found: str) -> None:
    decoded = decode(text.encode(written_as))
    assert (decoded.text, decoded.encoding) == (text, found)


def test_euc_jp_from_windows_has_nec_row_13() -> None:
    data = b"\xad\xa1" + "は日本の".encode("euc_jp") + b"\xad\xea" + "です".encode("euc_jp")
    assert decode(data).text == "①は日本の㈱です"


REFUSED = [
    ("ｶﾀｶﾅ".encode("cp932"), "ambiguous (cp932 or euc_jp)"),
    ("ﾃｽ".encode("cp932"), "ambiguous"),
    ("憂鬱".encode("euc_jp"), "not certain"),  # CP932: ﾍｫﾝｵ
    ("café".encode("euc_jp"), "ambiguous"),  # CP932: caf将ｱ
    ("Pérez".encode("latin-1"), "0xe9 at offset 1"),  # CP932: P駻ez
    ("Müller café crème à Zürich".encode("latin-1"), "0xfc at offset 1"),
    ("中国市场".encode("gbk"), "ambiguous"),
    ("人工智能芯片市场正在发生变化，公司表示将继续投资。".encode("gbk"), "offset 28"),
    ("인공지능 반도체 시장이 변화하고 있다.".encode("euc-kr"), "not certain"),
    ("Привет, как дела".encode("cp1251"), "not UTF-8, CP932 or EUC-JP"),
    (b"abc\x00def", "NUL byte at offset 3"),
    (b"abc\x01def", "control byte 0x01 at offset 3"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "a PNG image"),
    (b"%PDF-1.7\n", "a PDF document"),
    (b"PK\x03\x04\x14\x00", "ZIP"),
    (bytes(range(128, 256)), "not UTF-8, CP932 or EUC-JP"),
    (b"\xff\xfe" + NEWS.encode("utf-16-le")[:-1], "marked as utf-16-le"),
    (b"\xef\xbb\xbfabc\xff", "byte 0xff at offset 6"),
    (NEWS.encode("iso2022_jp")[:12] + b"\x1b$B\x21", "ISO-2022-JP, but byte"),
]


@pytest.mark.parametrize(("data", "reason"), REFUSED)
def test_uncertain_bytes_are_refused_with_the_place(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableSource) as refused:
        decode(data)
    assert reason in str(refused.value)


def test_one_broken_byte_of_utf8_is_named_and_not_read_as_cp932() -> None:
    data = NEWS.encode()
    broken = NEWS.encode() + data[:30] + b"\xff" + data[31:]
    with pytest.raises(UnreadableSource) as refused:
        decode(broken)
    assert str(refused.value) == (
        f"broken UTF-8: byte 0xff at offset {len(data) + 30} is not valid; save it as UTF-8 and try again"
    )
    assert refused.value.line == 2


def test_utf8_cut_in_the_middle_of_a_character_is_refused() -> None:
    data = NEWS.strip().encode()[:-1]
    with pytest.raises(UnreadableSource, match=f"offset {len(data) - 2}"):
        decode(data)


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp"])
@pytest.mark.parametrize("length", range(1, len(NEWS)))
def test_a_beginning_of_a_text_is_decoded_right_or_refused(encoding: str, length: int) -> None:
    text = NEWS[length - 1 :]
    try:
        decoded = decode(text.encode(encoding))
    except UnreadableSource:
        assert len(text) < 8
    else:
        assert decoded.text == text


def test_the_declared_charset_decides_when_it_decodes() -> None:
    assert decode("Müller café".encode("latin-1"), declared="ISO-8859-1").text == "Müller café"
    assert decode("ｶﾀｶﾅ".encode("cp932"), declared="Shift_JIS").text == "ｶﾀｶﾅ"
    assert decode("神戸".encode("euc_jp"), declared="x-euc-jp").text == "神戸"


def test_a_wrong_declaration_is_not_believed() -> None:
    assert decode(NEWS.encode(), declared="Shift_JIS").text == NEWS
    assert decode(b"<p>even</p>\n", declared="utf-16").text == "<p>even</p>\n"
    assert decode(NEWS.encode("cp932"), declared="unicode_escape").text == NEWS
    assert decode(NEWS.encode("cp932"), declared="utf-8").text == NEWS
    assert decode(NEWS.encode("cp932"), declared="ISO-8859-1").text == NEWS
    assert decode(NEWS.encode("euc_jp"), declared="no-such-charset").text == NEWS
