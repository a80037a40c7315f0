"""Whether a sentence holds the kind of answer a question asks for: a figure, a date, a reason, a list."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer.question import Question, QuestionKind
from assistant.text.dates import find_dates
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import find_quantities
from assistant.types import BlockKind, Passage

_DIGIT = lazy_pattern(r"\d")
_UNDATED = lazy_pattern(
    r"(?:時期|日程|時期や日程|日付)[^。]{0,12}(?:示し|公表し|明らかにし|決まっ)て(?:い|おら)|未定|(?:出荷|発売|計画|開発|提供|製品)[^。]{0,8}(?:中止|断念|取りやめ)|を?(?:取りやめた|中止した|断念した)|に(?:は)?対応しない|"
    r"\b(?:cancell?ed|scrapped|abandoned|shelved)\b|(?:gave|given|set|announced|published) no [^.]{0,20}date"
)
_LIST_MARK = lazy_pattern(r"、|,|・|や(?=[^す])|および|\band\b")
_INTRODUCES = lazy_pattern(r"(?:次の(?:通り|とおり|よう)|以下の(?:通り|とおり|よう)|[:：]\s*$)")
_REASONS = ("ため", "から", "ので", "理由", "によって", "により", "原因", "背景", "狙い", "よって")
_REASONS_EN = (
    " because ",
    " since ",
    " due to ",
    " so that ",
    " as a result",
    " reason",
    " in order to ",
    " therefore ",
)
_DEFINITIONS = (
    "とは",
    "である",
    "のこと",
    "を指す",
    "いう。",
    "呼ばれ",
    " is a",
    " is an",
    " is the",
    " refers to",
    " are ",
    "です",
)


def has_dimension(dimension: str, wanted: Sequence[str]) -> bool:
    """Whether ``dimension`` is one of ``wanted``; currency stands for currency:USD and all others."""
    return dimension in wanted or dimension.split(":", 1)[0] in wanted


def is_undated(text: str) -> bool:
    """Whether a text says that there is no date: none was given, or it will not come."""
    return _UNDATED.search(text) is not None


def introduces(text: str) -> bool:
    """Whether a text announces what comes after it: 次の通り, 以下の, a colon at the end."""
    return _INTRODUCES.search(text) is not None


def typed(question: Question, text: str, passage: Passage) -> float:
    """1 when the kind of answer asked for is in the text, 0 when it is not, 0.5 where any will do."""
    kind = question.kind
    if kind is QuestionKind.FIGURE:
        quantities = find_quantities(text)
        if not question.dimensions:
            return 1.0 if quantities else 0.0
        return float(any(has_dimension(quantity.dimension, question.dimensions) for quantity in quantities))
    if kind is QuestionKind.DATE:
        return float(bool(find_dates(text)) or is_undated(text))
    if kind is QuestionKind.REASON:
        return (
            float(any(marker in text for marker in _REASONS))
            if passage.lang == "ja"
            else float(any(marker in f" {text.lower()} " for marker in _REASONS_EN))
        )
    if kind is QuestionKind.DEFINITION:
        if passage.spec is not None:
            return float(passage.spec.attribute_alt.startswith("desc"))
        return float(any(marker in text for marker in _DEFINITIONS))
    if kind in (QuestionKind.PERSON, QuestionKind.ORGANISATION, QuestionKind.PLACE):
        return 0.0 if passage.spec is not None and _DIGIT.match(passage.spec.value) else 0.5
    if kind is QuestionKind.LIST:
        return 1.0 if introduces(text) else min(1.0, len(_LIST_MARK.findall(text)) / 3)
    if kind is QuestionKind.METADATA:
        return float(passage.kind is BlockKind.METADATA)
    return 0.5
