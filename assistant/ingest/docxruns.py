"""The text of a Word paragraph, run by run."""

from __future__ import annotations

from assistant.ingest.package import Element, attribute, child, local
from assistant.text.patterns import lazy_pattern

_LEFT_OUT = frozenset(
    {
        "del",
        "moveFrom",
        "delText",
        "instrText",
        "delInstrText",
        "commentReference",
        "annotationRef",
        "footnoteRef",
        "endnoteRef",
        "pPr",
        "rPr",
        "Fallback",
        "separator",
        "continuationSeparator",
    }
)
_SUPERSCRIPT = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_RAISED = lazy_pattern(r"[0-9+\-]+")
_SPACE = lazy_pattern(r"[ \t\r\f\v]+")


class RunText:
    """Reads paragraphs and remembers the notes and text boxes they mention."""

    def __init__(self, lang: str) -> None:
        self._reference = "（注{}）" if lang == "ja" else " (note {})"
        self._numbers: dict[tuple[str, str], int] = {}
        self._mentions: list[tuple[str, str, str, bool]] = []
        self._boxes: list[Element] = []
        self.in_table = False

    def of(self, paragraph: Element) -> str:
        """The text as shown; line breaks stay."""
        parts: list[str] = []
        self._collect(paragraph, parts)
        lines = [_SPACE.sub(" ", line).strip(" ") for line in "".join(parts).split("\n")]
        return "\n".join(lines).strip()

    def take_mentions(self, *, below_table: bool = False) -> list[tuple[str, str, str]]:
        """Notes mentioned since the last call, ``(kind, id, mark)``: those of a table, or all others."""
        taken = [item for item in self._mentions if item[3] or not below_table]
        self._mentions = [item for item in self._mentions if item not in taken]
        return [(kind, note_id, mark) for kind, note_id, mark, _ in taken]

    def take_boxes(self) -> list[Element]:
        """Text boxes anchored in the paragraphs since the last call."""
        boxes, self._boxes = self._boxes, []
        return boxes

    def _collect(self, element: Element, parts: list[str]) -> None:
        for item in element:
            name = local(item)
            if name in _LEFT_OUT or not name:
                continue
            if name == "r":
                self._run(item, parts)
            elif name == "t":
                parts.append(item.text or "")
            elif name in ("tab", "ptab"):
                parts.append(" ")
            elif name in ("br", "cr"):
                parts.append("\n")
            elif name == "noBreakHyphen":
                parts.append("-")
            elif name == "sym":
                parts.append(_symbol(item))
            elif name in ("footnoteReference", "endnoteReference"):
                parts.append(self._note(name.removesuffix("Reference"), attribute(item, "id") or ""))
            elif name == "txbxContent":
                self._boxes.append(item)
            elif name == "ruby":
                self._ruby(item, parts)
            else:
                self._collect(item, parts)

    def _run(self, run: Element, parts: list[str]) -> None:
        properties = child(run, "rPr")
        hidden = child(properties, "vanish")
        if hidden is not None and (attribute(hidden, "val") or "1") not in ("0", "false"):
            return
        own: list[str] = []
        self._collect(run, own)
        text = "".join(own)
        raised = child(properties, "vertAlign")
        place = attribute(raised, "val") if raised is not None else None
        if place in ("superscript", "subscript") and _RAISED.fullmatch(text):
            # 10^6 must not read as 106.
            text = text.translate(_SUPERSCRIPT if place == "superscript" else _SUBSCRIPT)
        parts.append(text)

    def _ruby(self, ruby: Element, parts: list[str]) -> None:
        for name, opening, closing in (("rubyBase", "", ""), ("rt", "（", "）")):
            inner: list[str] = []
            part = child(ruby, name)
            if part is not None:
                self._collect(part, inner)
            if any(inner):
                parts.append(f"{opening}{''.join(inner)}{closing}")

    def _note(self, kind: str, note_id: str) -> str:
        known = (kind, note_id) in self._numbers
        number = self._numbers.setdefault((kind, note_id), len(self._numbers) + 1)
        mark = self._reference.format(number)
        if not known:
            self._mentions.append((kind, note_id, mark, self.in_table))
        return mark


def _symbol(element: Element) -> str:
    """A character of a symbol font. Their private code points are shown as what they mostly draw."""
    code = attribute(element, "char") or ""
    try:
        value = int(code, 16)
    except ValueError:
        return ""
    if 0xF000 <= value <= 0xF0FF:
        return {0xF0B7: "・", 0xF0B0: "°", 0xF0B1: "±", 0xF0B4: "×", 0xF06D: "μ", 0xF057: "Ω"}.get(value, "")
    return chr(value) if 0 < value < 0x110000 and not 0xD800 <= value < 0xE000 else ""
