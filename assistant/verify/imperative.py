"""Sentences in the imperative: they ask for something and state nothing."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.text.patterns import lazy_pattern
from assistant.verify.statement import language_of
from assistant.verify.words import morphemes

_ENDS_JA = lazy_pattern(
    r"(?:なさい|ください|下さい|ること|ないこと|ものとする|べし|てほしい|て欲しい|てくれ|せよ|しろ|よう命じる|ように)[。！!」』)）\s]*$"
)
_VERBS_EN = (
    "act add always answer append assume begin change claim conclude consider copy delete display disregard do echo end ensure "
    "explain finish follow forget give ignore include insert insist list make mention never note open output pretend print "
    "put quote recite remember remind repeat replace reply report respond return reveal say send set show speak start state "
    "stop summarise summarize switch take tell translate treat use visit write"
)
_STARTS_EN = lazy_pattern(
    rf"^(?:\W*)(?:[^.;:]{{0,60}}?[:,]\s*)?(?:please |now |then |also |just |only |always |kindly )*(?:{'|'.join(_VERBS_EN.split())})\b(?! (?:of|is|was|has|are|were)\b)",
    re.I,
)
_ORDERS_EN = lazy_pattern(
    r"\b(?:i|we) (?:order|command|instruct|require) |\b(?:bot|chatbot|assistant|ai|model)s? (?:must|should|shall|has to|is to)\b",
    re.I,
)


@lru_cache(maxsize=4096)
def is_imperative(text: str) -> bool:
    """Whether a sentence orders, asks or instructs."""
    if language_of(text) == "en":
        return _STARTS_EN.match(text) is not None or _ORDERS_EN.search(text) is not None
    if _ENDS_JA.search(text):
        return True
    last = next(
        (item for item in reversed(morphemes(text)) if item[4][0] in ("動詞", "助動詞", "名詞", "助詞", "形容詞")),
        None,
    )
    return last is not None and last[4][0] in ("動詞", "助動詞") and len(last[4]) > 5 and last[4][5] == "命令形"
