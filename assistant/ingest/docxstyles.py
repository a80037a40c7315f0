"""Styles and lists of Word documents: which paragraph is a heading, and what number stands before it."""

from __future__ import annotations

import re

from assistant.ingest.package import Element, attribute, child, children
from assistant.text.patterns import lazy_pattern

_HEADING = lazy_pattern(r"(?:heading|見出し)\s?([1-9])", re.IGNORECASE)
_MAX_DEPTH = 20
_MAX_NUMBER = 100_000
_BULLETS = frozenset({"bullet", "none"})
_AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス"
_KANJI = "〇一二三四五六七八九"


class Styles:
    """The paragraph styles of a document, each with those it is based on."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        for style in children(root, "style"):
            if attribute(style, "type") in (None, "paragraph"):
                self._styles.setdefault(attribute(style, "styleId") or "", style)

    def name(self, paragraph: Element) -> str:
        """The style's name in lower case; Word keeps the English names of its own styles in any language."""
        style = self._styles.get(_style_id(paragraph))
        return (_value(style, "name") or "").lower() if style is not None else ""

    def level(self, paragraph: Element) -> int:
        """1 to 6 for headings, 0 for other paragraphs."""
        own = _value(child(paragraph, "pPr"), "outlineLvl")
        if own is not None:
            return _level(own)
        for style in self._chain(_style_id(paragraph)):
            match = _HEADING.fullmatch((_value(style, "name") or "").strip())
            if match:
                return min(int(match[1]), 6)
            outline = _value(child(style, "pPr"), "outlineLvl")
            if outline is not None:
                return _level(outline)
        return 0

    def numbering(self, paragraph: Element) -> tuple[str, int]:
        """``(list id, level)`` of a list item; the id is empty for other paragraphs."""
        places = [child(paragraph, "pPr"), *(child(style, "pPr") for style in self._chain(_style_id(paragraph)))]
        level: str | None = None
        for place in places:
            properties = child(place, "numPr")
            if properties is None:
                continue
            level = level if level is not None else _value(properties, "ilvl")
            number = _value(properties, "numId")
            if number is not None:
                return ("" if number == "0" else number), _small(level)
        return "", 0

    def _chain(self, style_id: str) -> list[Element]:
        chain: list[Element] = []
        while style_id in self._styles and len(chain) < _MAX_DEPTH:
            style = self._styles[style_id]
            chain.append(style)
            style_id = _value(style, "basedOn") or ""
        return chain


class Numbering:
    """The running numbers of a document's lists."""

    def __init__(self, root: Element | None, lang: str) -> None:
        abstract = {attribute(item, "abstractNumId"): item for item in children(root, "abstractNum")}
        self._lists: dict[str, tuple[str, dict[int, Element]]] = {}
        for item in children(root, "num"):
            key = _value(item, "abstractNumId") or ""
            levels = {_small(attribute(level, "ilvl")): level for level in children(abstract.get(key), "lvl")}
            for override in children(item, "lvlOverride"):
                own = child(override, "lvl")
                if own is not None:
                    levels[_small(attribute(override, "ilvl"))] = own
            self._lists[attribute(item, "numId") or ""] = (key, levels)
        self._counts: dict[str, dict[int, int]] = {}
        self._lang = lang

    def label(self, list_id: str, level: int) -> str | None:
        """What stands before the next item: ``2.``, ``（ア）``; empty for a bullet, None for no list item."""
        if not list_id:
            return None
        key, levels = self._lists.get(list_id, (list_id, {}))
        definition = levels.get(level)
        counts = self._counts.setdefault(key, {})
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        start = _small(_value(definition, "start"), 1)
        counts[level] = min(counts.get(level, start - 1) + 1, _MAX_NUMBER)
        form = _value(definition, "numFmt") or "bullet"
        if form in _BULLETS:
            return ""
        text = _value(definition, "lvlText") or f"%{level + 1}."

        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            other = levels.get(at)
            value = counts.get(at, _small(_value(other, "start"), 1))
            return written(value, _value(other, "numFmt") or "decimal")

        return re.sub(r"%([1-9])", number, text).strip()


def written(value: int, form: str) -> str:
    """A list number in one of Word's forms; decimal where the form is not known."""
    if form == "decimalFullWidth":
        return str(value).translate({ord("0") + digit: chr(ord("０") + digit) for digit in range(10)})
    if form in ("aiueo", "aiueoFullWidth") and 1 <= value <= len(_AIUEO):
        return _AIUEO[value - 1]
    if form in ("iroha", "irohaFullWidth") and 1 <= value <= len(_IROHA):
        return _IROHA[value - 1]
    if form in ("japaneseCounting", "ideographDigital", "chineseCounting", "japaneseDigitalTenThousand"):
        return _kanji(value) if value < 100 else str(value)
    if form.startswith("decimalEnclosedCircle") and 1 <= value <= 20:
        return chr(ord("①") + value - 1)
    if form in ("lowerLetter", "upperLetter") and value >= 1:
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman") and 1 <= value < 4000:
        roman = _roman(value)
        return roman if form == "upperRoman" else roman.lower()
    if form == "decimalZero":
        return f"{value:02d}"
    return str(value)


def _kanji(value: int) -> str:
    tens, ones = divmod(value, 10)
    return ("" if tens == 0 else ("" if tens == 1 else _KANJI[tens]) + "十") + (
        _KANJI[ones] if ones or not tens else ""
    )


def _roman(value: int) -> str:
    signs = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "M CM D CD C XC L XL X IX V IV I".split(), strict=True
    )
    parts = []
    for size, sign in signs:
        count, value = divmod(value, size)
        parts.append(sign * count)
    return "".join(parts)


def _style_id(paragraph: Element) -> str:
    return _value(child(paragraph, "pPr"), "pStyle") or ""


def _value(element: Element | None, name: str) -> str | None:
    found = child(element, name)
    return attribute(found, "val") if found is not None else None


def _level(outline: str) -> int:
    value = _small(outline, 9)
    return value + 1 if value < 6 else 6 if value < 9 else 0


def _small(text: str | None, default: int = 0) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 7 else default
