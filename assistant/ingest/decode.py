"""Bytes to text, only when the encoding is certain. A wrong guess is worse than a refusal.

Certain means: strict decoding works, and every competing encoding fails or gives text nobody would write
(half-width kana soup, rare kanji, private-use characters, control characters).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.ingest.source import UnreadableSource
from assistant.text.patterns import lazy_pattern

_SAVE_AS_UTF8 = "save it as UTF-8 and try again"
_CERTAIN = 0.35
"""Least mean plausibility of a reading that is accepted."""
_MARGIN = 0.35
"""Least distance between the best reading and the next. Both were set on the case table of the tests."""
_SAMPLE_CHARS = 4000

_BOMS = (
    (codecs.BOM_UTF8, "utf-8", 3),
    (codecs.BOM_UTF32_LE, "utf-32-le", 4),
    (codecs.BOM_UTF32_BE, "utf-32-be", 4),
    (codecs.BOM_UTF16_LE, "utf-16-le", 2),
    (codecs.BOM_UTF16_BE, "utf-16-be", 2),
)
_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or Office document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "gzip data"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"SQLite format 3", "an SQLite database"),
)
_ALIASES = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "ms_kanji": "cp932",
    "windows-31j": "cp932",
    "ms932": "cp932",
    "x-euc-jp": "euc_jp",
    "euc-jp": "euc_jp",
    "iso-8859-1": "cp1252",  # what browsers do
    "latin-1": "cp1252",
    "us-ascii": "utf-8",
}
_NEVER_TEXT = lazy_pattern(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff\ue000-\uf8ff\U000f0000-\U0010ffff]"
)
_HALF_KANA_RUN = lazy_pattern("[\uff61-\uff9f]+")
# A voiced mark follows what can be voiced, ャュョ the i row, ァィゥェォ a few others; and ､ or ･ are rare.
_HALF_KANA_WELL_FORMED = lazy_pattern(
    "｢?(?:(?:[ｷｼﾁﾆﾋﾐﾘﾃﾌ][ﾞﾟ]?[ｬｭｮ]|[ｳｼﾁﾂﾃﾄﾌｸ]ﾞ?[ｧｨｩｪｫ]|[ｳｶ-ﾄﾊ-ﾎ]ﾞ|[ﾊ-ﾎ]ﾟ|[ｦｱ-ﾝ])[ｯｰ]{0,2}[｡､･｣]?)+"
)
_FREQUENT_KANJI = frozenset(
    "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場金員九入選立開手米力学問"
    "高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八六約主題下首意法不来作性的要用制治度務強気小七成期公野協取都和統以機平総"
    "加山思家話世受区領多県続進正安設保改数記院女初北午指権心界支第産結百派点教報済書府活原先共得解名交資予川向際査勝面委告軍文反元重"
    "近千考判認画海参売利組知案道信策集在件団別物側任引使求所次水半品昨論計死官増係感特情投示変打男基私各始島直両朝革価式確村提運終挙"
    "果西勢減台広容必応演電歳住争談能無再位置企真流格有疑口過局少放税検藤町常校料沢裁状工建語球営空職証土与急止送援供可役構木割聞身費"
    "付施切由説転食比難防補車優夫研収断井何南石足違消境神番規術護展態導備宅害配副算視条幹独警宮究育席輸訪楽起万着乗店述残想線率病農州"
    "武声質念待試族象銀域助労例衛然早張映限親額監環験追審商葉義伝働形景落欧担好退準訴辺造英被株頭技低毎医復仕去姿味負閣渡失移差衆個門"
    "写評課末守若脳極種美岡影命含福量望松非撃佐核観察整段横融型白深字答夜製票況音申様財港識注呼渉達項値仕概速密層億兆帯源処像編著載搭"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: str


@dataclass(frozen=True, slots=True)
class _Failure:
    encoding: str
    offset: int
    byte: int


def decode(data: bytes, *, declared: str | None = None) -> Decoded:
    """Decode ``data`` if its encoding is certain.

    Args:
        data: The whole file.
        declared: The encoding the source names itself (HTML ``charset``). It decides when it decodes
            strictly, except against valid multi-byte UTF-8: pages are converted, their heads forgotten.

    Raises:
        UnreadableSource: With the byte offset of the first undecodable byte, or what was ambiguous.
    """
    for bom, encoding, length in _BOMS:
        if data.startswith(bom):
            return _strict_or_refuse(data, encoding, skip=length)
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise UnreadableSource(f"the file is {what}, not text")
    if b"\x1b" in data and (found := _iso_2022_jp(data)):
        return found
    control = re.search(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]", data)
    if control:
        if found := _bare_utf16(data):  # half its bytes look like control bytes
            return found
        name = "NUL byte" if control[0] == b"\x00" else f"control byte 0x{control[0][0]:02x}"
        raise UnreadableSource(f"looks binary: {name} at offset {control.start()}")
    return _eight_bit(data, declared)


def _eight_bit(data: bytes, declared: str | None) -> Decoded:
    utf8, utf8_failure = _try(data, "utf-8")
    if utf8 is not None and _is_surely_utf8(utf8):
        return Decoded(utf8, "utf-8")
    named = _declared(data, declared)
    if named:
        return named
    if utf8_failure and (broken := _broken_utf8(data, utf8_failure)):
        raise broken
    readings = []
    failures = [utf8_failure] if utf8_failure else []
    if utf8 is not None:
        readings.append((_plausibility(utf8), Decoded(utf8, "utf-8")))
    for encoding in ("cp932", "euc_jp"):
        text, failure = _try(data, encoding)
        if failure:
            failures.append(failure)
        elif text is not None and not _NEVER_TEXT.search(text):
            readings.append((_plausibility(text), Decoded(text, encoding)))
    if utf8 is None and _looks_like_utf16(data) and (wide := _bare_utf16(data)):
        readings.append((_plausibility(wide.text), wide))
    readings.sort(key=lambda reading: -reading[0])
    if not readings:
        furthest = max(failures, key=lambda failure: failure.offset)
        raise UnreadableSource(
            f"not UTF-8, CP932 or EUC-JP: byte 0x{furthest.byte:02x} at offset {furthest.offset} is not valid "
            f"{furthest.encoding}; {_SAVE_AS_UTF8}"
        )
    best, decoded = readings[0]
    # Half-width kana alone is weak evidence: short EUC-JP kanji read as such.
    margin = 1.0 if _is_half_kana_only(decoded.text) else _MARGIN
    if len(readings) > 1 and best - readings[1][0] < margin:
        names = " or ".join(reading[1].encoding for reading in readings[:2])
        raise UnreadableSource(f"the encoding is ambiguous ({names}); {_SAVE_AS_UTF8}")
    if best < _CERTAIN:
        first = next((index for index, byte in enumerate(data) if byte >= 0x80), 0)
        raise UnreadableSource(
            f"the encoding is not certain: the first byte beyond ASCII, 0x{data[first]:02x} at offset {first}, "
            f"makes no likely text in UTF-8, CP932 or EUC-JP; {_SAVE_AS_UTF8}"
        )
    return decoded


def _try(data: bytes, encoding: str) -> tuple[str | None, _Failure | None]:
    errors = _EUC_NEC if encoding == "euc_jp" else "strict"
    try:
        return data.decode(encoding, errors), None
    except UnicodeDecodeError as exc:
        return None, _Failure(encoding, exc.start, data[exc.start])


def _strict_or_refuse(data: bytes, encoding: str, *, skip: int) -> Decoded:
    try:
        text = data[skip:].decode(encoding)
    except UnicodeDecodeError as exc:
        offset = exc.start + skip
        raise UnreadableSource(
            f"marked as {encoding}, but byte 0x{data[offset]:02x} at offset {offset} is not valid; {_SAVE_AS_UTF8}"
        ) from exc
    found = re.search("[\x00-\x08\x0e-\x1f]", text)
    if found:
        raise UnreadableSource(f"looks binary: control character 0x{ord(found[0]):02x} at character {found.start()}")
    return Decoded(text, encoding)


def _is_surely_utf8(text: str) -> bool:
    """Three-byte sequences do not come about by chance; two-byte ones may be EUC-JP kanji."""
    if text.isascii():
        return True
    beyond = [character for character in text[: 4 * _SAMPLE_CHARS] if character >= "\x80"]
    if not beyond or any(character >= "\u0800" for character in beyond):
        return True
    if _NEVER_TEXT.search(text):
        return False
    ascii_letters = sum(character.isascii() and character.isalpha() for character in text[: 4 * _SAMPLE_CHARS])
    return ascii_letters >= len(beyond)


def _broken_utf8(data: bytes, failure: _Failure) -> UnreadableSource | None:
    """Name the broken byte of what is otherwise UTF-8; CP932 must not make 縺薙ｌ of it."""
    multibyte = len(re.findall(rb"[\xe0-\xef][\x80-\xbf]{2}", data))
    errors = len(re.findall("\ufffd+", data.decode("utf-8", "replace")))
    if multibyte < 3 or multibyte < 4 * errors:
        return None
    line = data.count(b"\n", 0, failure.offset) + 1
    return UnreadableSource(
        f"broken UTF-8: byte 0x{failure.byte:02x} at offset {failure.offset} is not valid; {_SAVE_AS_UTF8}", line=line
    )


def _declared(data: bytes, declared: str | None) -> Decoded | None:
    if not declared:
        return None
    name = declared.strip().strip("\"'").lower()
    try:
        encoding = codecs.lookup(_ALIASES.get(name, name)).name
    except LookupError:
        return None
    if encoding.startswith(("utf-16", "utf-32", "utf-7")) or "escape" in encoding:
        return None  # the declaration itself was read as ASCII, so it is not true
    try:
        text, failure = _try(data, encoding)
    except (UnicodeError, LookupError):  # codecs that do not make text out of bytes
        return None
    if failure or text is None or _NEVER_TEXT.search(text):
        return None
    if _is_one_byte(encoding):
        # Any bytes at all decode in a one-byte encoding: believe it only for mostly ASCII text.
        if sum(character >= "\x80" for character in text) > 0.3 * len(text):
            return None
        return Decoded(text, encoding)
    if encoding in ("cp932", "euc_jp") and _plausibility(text) < 0:
        return None
    return Decoded(text, encoding)


def _is_one_byte(encoding: str) -> bool:
    try:
        "一".encode(encoding)
    except UnicodeEncodeError:
        return True
    return False


def _iso_2022_jp(data: bytes) -> Decoded | None:
    if any(byte >= 0x80 for byte in data) or not re.search(rb"\x1b(?:\$[@B]|\$\(D|\([JI])", data):
        return None
    for encoding in ("iso2022_jp", "iso2022_jp_1", "iso2022_jp_ext"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as exc:
            failure = exc
            continue
        return None if _NEVER_TEXT.search(text) else Decoded(text, encoding)
    raise UnreadableSource(
        f"ISO-2022-JP, but byte 0x{data[failure.start]:02x} at offset {failure.start} is not valid; {_SAVE_AS_UTF8}"
    )


def _looks_like_utf16(data: bytes) -> bool:
    """Japanese in UTF-16 has 0x30 (kana, 。) in every other byte, even when it has no NUL."""
    if len(data) < 8 or len(data) % 2:
        return False
    return max(data[0::2].count(0x30), data[1::2].count(0x30)) >= 0.15 * len(data)


def _bare_utf16(data: bytes) -> Decoded | None:
    """UTF-16 without a byte order mark, when exactly one byte order gives plausible text."""
    if len(data) % 2:
        return None
    readings = []
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _NEVER_TEXT.search(text) and (text.isascii() or _plausibility(text) >= _CERTAIN):
            readings.append(Decoded(text, encoding))
    return readings[0] if len(readings) == 1 else None


def _plausibility(text: str) -> float:
    """Mean plausibility of the characters beyond ASCII as Japanese, from -1 to 1; 1 for plain ASCII."""
    beyond = "".join(character for character in text[: 4 * _SAMPLE_CHARS] if character >= "\x80")[:_SAMPLE_CHARS]
    if not beyond:
        return 1.0
    total = sum(map(_weight, _HALF_KANA_RUN.sub("", beyond)))
    for run in _HALF_KANA_RUN.findall(beyond):
        odd = run.count("､") + run.count("･")
        well_formed = len(run) > 1 and _HALF_KANA_WELL_FORMED.fullmatch(run) and odd <= len(run) / 6
        total += (0.4 if well_formed else -1.0) * len(run)
    return total / len(beyond)


@lru_cache(maxsize=20_000)
def _weight(character: str) -> float:
    """How likely a character is in Japanese text, from -1 (never) to 1 (always)."""
    code = ord(character)
    if 0x3041 <= code <= 0x30FF or code in (0x3001, 0x3002) or character in _FREQUENT_KANJI:
        return 1.0
    if 0x3000 <= code <= 0x303F or 0xFF01 <= code <= 0xFF5E:
        return 0.7
    if 0x4E00 <= code <= 0x9FFF:
        return 0.3 if _is_first_level(character) else -0.7
    if 0x2000 <= code <= 0x27BF or 0x3200 <= code <= 0x33FF or character in "±×÷°§¶":  # “ … ① ㈱ ㌔ →
        return 0.4
    if 0xF900 <= code <= 0xFAFF:  # 﨑, in CP932 only
        return 0.0
    if 0x0370 <= code <= 0x04FF or 0xA0 <= code <= 0xFF:
        return -0.2
    return -0.7


def _is_half_kana_only(text: str) -> bool:
    return all("\uff61" <= character <= "\uff9f" for character in text if character >= "\x80")


def _is_first_level(character: str) -> bool:
    """JIS X 0208 level 1: the 2,965 kanji of daily use, rows 16 to 47."""
    try:
        encoded = character.encode("euc_jp")
    except UnicodeEncodeError:
        return character in "髙濵桒"  # IBM extensions that are common in names
    return len(encoded) == 2 and 0xB0 <= encoded[0] <= 0xCF


def _decode_nec_row(error: UnicodeError) -> tuple[str, int]:
    """EUC-JP from Windows has ① and ㈱ in row 13, which Python's codec does not know."""
    if isinstance(error, UnicodeDecodeError):
        pair = error.object[error.start : error.start + 2]
        if len(pair) == 2 and pair[0] == 0xAD and 0xA1 <= pair[1] <= 0xFE:
            trail = pair[1] - 0xA1
            try:
                return bytes([0x87, 0x40 + trail + (trail >= 0x3F)]).decode("cp932"), error.start + 2
            except UnicodeDecodeError:
                raise error from None
    raise error


_EUC_NEC = "assistant.euc-jp-nec-row-13"
codecs.register_error(_EUC_NEC, _decode_nec_row)
