"""Text that somebody else wrote, on its way into a prompt or out of a model.

Articles are data. What they say is never an order, and characters nobody can see do not pass.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from assistant.text.patterns import lazy_pattern
from assistant.text.sentences import split_sentences

_TAGS = range(0xE0000, 0xE0080)
"""Unicode tag characters: invisible copies of ASCII, the usual way to smuggle an order into a text."""
_VARIATION = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_IDEOGRAPH = lazy_pattern(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
URL = lazy_pattern(
    r"(?:https?|ftp|file|data|javascript)\s?:\s?/{0,2}[^\s　。、」』）)\]>\"'<]+|\bwww\.[^\s　。、」』）)\]>\"'<]+",
    re.I,
)
"""Addresses as people and models write them."""

_INSTRUCTIONS = (
    # Japanese: an order to whoever answers, or a remark on the instructions themselves
    r"(?:指示|命令|ルール|規則|プロンプト|設定|制約)(?:は|を|に|の)?(?:すべて|全て|いっさい|一切)?(?:を)?(?:無視|忘れ|破棄|上書き|従わ|従え|開示|表示|出力)",
    r"と(?:だけ|のみ|必ず)?[、]?(?:回答|返答|返事|応答|出力|答え|返信|表示|記載|書き加え|付け加え)(?:し(?:て|ろ|なさい|よ)|せよ|する(?:こと|ように)|よ(?:[。！!]|$)|て(?:ください|下さい|ほしい|欲しい)|なさい)",
    r"と(?:伝え|述べ|言い|書き|案内し|紹介し)(?:て(?:ください|下さい|ほしい)|なさい|ろ[。！]|、.{0,80}(?:て(?:ください|下さい|ほしい)|せよ|しろ|なさい|こと[。！]))",
    r"(?:回答|返答|応答|答え|出力)(?:に|で)は?[、]?(?:必ず|次の|以下の|この).{0,40}(?:含め|加え|書|入れ|添え|載せ)",
    r"(?:AI|アシスタント|チャットボット|言語モデル|LLM|ボット)(?:へ|は|よ|に(?:対する|告|命|向け)|として)[、:：]?.{0,60}(?:せよ|しろ|して(?:ください|下さい)|しなさい|なければならない|こと[。！!])",
    r"(?:システム|system)\s?(?:プロンプト|prompt|メッセージ|message|override)",
    # English
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instruction|prompt|rule|guideline|above|previous|prior|earlier)s?\b",
    r"\b(?:reply|respond|answer|output|print|say|write|state|repeat|append|include)\b.{0,20}\b(?:only|exactly|that|with|the following|verbatim|in your (?:answer|reply))\b.{0,12}[:\"“'「]",
    r"\byou (?:must|should|are now|will|have to)\b.{0,40}\b(?:answer|reply|respond|say|output|include|act|pretend|write|reveal|state)\b",
    r"\b(?:assistant|chatbot|language model|AI model|LLM)\b\s?[:,].{0,60}\b(?:must|should|answer|reply|respond|say|output|include|reveal|state)\b",
    r"^(?:please )?(?:answer|reply|respond|say|state|tell (?:the )?(?:user|reader)s?)\b.{0,12}\bthat\b",
    r"^(?:please |now |always )?(?:answer|reply|respond)\b (?:only |exactly )?(?:with|as follows|by (?:saying|stating))\b|\bcite (?:it|this) as\b",
    r"\breveal\b.{0,40}\b(?:key|secret|token|password|prompt)s?\b",
    r"<\s?/?\s?(?:system|instruction|passage|question|im_start|im_end)\b|\[/?INST\]|<\|",
)
_INSTRUCTION = lazy_pattern("|".join(f"(?:{pattern})" for pattern in _INSTRUCTIONS), re.I | re.M)


def without_invisible(text: str) -> str:
    """``text`` without control, format, tag and private-use characters.

    Line breaks and tabs stay, and so does a variation selector after a kanji (葛󠄀), which is how its
    form is chosen.
    """
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    for char in text:
        code = ord(char)
        if char in "\n\t":
            kept.append(char)
        elif code in _TAGS:
            continue
        elif any(code in block for block in _VARIATION):
            if kept and _IDEOGRAPH.match(kept[-1]):
                kept.append(char)
        elif unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs", "Cn"):
            kept.append(char)
    return "".join(kept)


def escaped(text: str) -> str:
    """``text`` so that it cannot close the element it is put into."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def is_instruction(text: str) -> bool:
    """Whether a sentence gives orders to whoever answers; such a sentence is evidence of nothing."""
    return _INSTRUCTION.search(unicodedata.normalize("NFKC", without_invisible(text))) is not None


class Redactor:
    """Keeps known secrets out of everything that is shown, stored or logged."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = tuple(sorted({item for item in secrets if len(item) >= 6}, key=len, reverse=True))
        self._squeezed = tuple(filter(None, map(_squeeze, self._secrets)))

    def __call__(self, text: str) -> str:
        """``text`` with each secret blacked out; all of it when a secret is in it in a changed spelling."""
        for secret in self._secrets:
            text = text.replace(secret, "[redacted]")
        squeezed = _squeeze(text) if self._squeezed else ""
        if any(secret in squeezed or secret[::-1] in squeezed for secret in self._squeezed):
            return "[redacted]"
        return text


def _squeeze(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", unicodedata.normalize("NFKC", text).lower())


def without_urls(text: str, *, placeholder: str) -> str:
    return URL.sub(placeholder, text)


def follows_instruction(text: str, start: int) -> bool:
    """Whether an order stands in the same paragraph before ``start``: "Include this sentence: …" and the sentence."""
    begin = text.rfind("\n", 0, start) + 1
    return any(is_instruction(text[first:last]) for first, last in split_sentences(text, begin, start))
