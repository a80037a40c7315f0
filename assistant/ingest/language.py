"""Tells Japanese from English by the share of kana and kanji."""

from __future__ import annotations

from assistant.text.patterns import lazy_pattern

_SAMPLE_CHARS = 4000
_JAPANESE_SHARE = 0.05
"""A Japanese spec sheet is mostly Latin letters and digits; an English article quotes a word or two."""

_JAPANESE = lazy_pattern(
    r"[\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]+"
)
_LATIN = lazy_pattern(r"[A-Za-z\u00c0-\u024f]+")


def detect_language(text: str) -> str:
    """``"ja"`` or ``"en"``, from the first few thousand characters."""
    sample = text[:_SAMPLE_CHARS]
    if sample.isascii():
        return "en"
    japanese = sum(map(len, _JAPANESE.findall(sample)))
    latin = sum(map(len, _LATIN.findall(sample)))
    return "ja" if japanese and japanese >= _JAPANESE_SHARE * (japanese + latin) else "en"


def language_of(declared: str | None, text: str) -> str:
    """The language a source declares (``ja-JP``, ``en_US``, ``jpn``), else the detected one."""
    code = (declared or "").strip().lower().replace("_", "-").split("-")[0]
    if code in ("ja", "jpn", "jp"):
        return "ja"
    if code in ("en", "eng"):
        return "en"
    return detect_language(text)
