"""Inline Markdown as a reader sees it: no asterisks, links as their words, images as their description."""

from __future__ import annotations

from markdown_it.tree import SyntaxTreeNode

from assistant.text.patterns import lazy_pattern

_TAG_NAME = lazy_pattern(r"<(/?)([a-zA-Z][\w-]*)")
_HIDDEN_TAGS = frozenset({"script", "style", "template", "rp"})


class InlineText:
    """Renders inline nodes and numbers footnotes in the order of their first mention."""

    def __init__(self, lang: str) -> None:
        self._note = "（注{}）" if lang == "ja" else "(note {}) "
        self._reference = "（注{}）" if lang == "ja" else " (note {})"
        self._numbers: dict[str, int] = {}

    def of(self, node: SyntaxTreeNode) -> str:
        """The text of a node with inline content. Line breaks of the source stay: they may part two facts."""
        parts: list[str] = []
        self._hidden = ""
        self._collect(node, parts)
        return "".join(parts).strip()

    def note(self, label: str) -> str:
        """The mark in front of a footnote."""
        return self._note.format(self._number(label))

    def _collect(self, node: SyntaxTreeNode, parts: list[str]) -> None:
        if node.type == "html_inline":
            parts.append(self._tag(node.content))
        elif self._hidden:
            return
        elif node.type in ("text", "code_inline"):
            parts.append(node.content)
        elif node.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif node.type == "footnote_reference":
            parts.append(self._reference.format(self._number(str(node.meta.get("label", "")))))
        else:
            for child in node.children:
                self._collect(child, parts)

    def _tag(self, tag: str) -> str:
        """What a raw HTML tag shows: a break for <br>, brackets around the reading of a ruby."""
        match = _TAG_NAME.match(tag)
        if not match:
            return ""
        closing, name = bool(match[1]), match[2].lower()
        if name in _HIDDEN_TAGS and not tag.endswith("/>"):
            self._hidden = "" if closing else name
            return ""
        if self._hidden:
            return ""
        if name == "br":
            return "\n"
        if name == "rt":
            return "）" if closing else "（"
        return ""

    def _number(self, label: str) -> int:
        return self._numbers.setdefault(label, len(self._numbers) + 1)
