"""Answers that follow from several spec rows: the largest of all, the ratio or difference of two, which is more.

A result is computed from the printed values of the cited rows and printed with them, and computed
again from the citations before it is shown (:func:`holds`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import Quantity, find_quantities
from assistant.types import Citation, Passage

_RATIO = lazy_pattern(r"何倍|何割増|how many times|\bratio\b|\bwhat factor\b|times (?:as|more|larger|faster)")
_DIFFERENCE = lazy_pattern(
    r"(?:の|との)(?:差|違い)は(?!何が|どこ)|差は|より(?:も)?(?:何|どれ(?:だけ|くらい|ほど))|how much (?:more|less|larger|higher|greater)|difference (?:in|between)"
)
_WHICH = lazy_pattern(
    r"どちら|どっち|\bwhich (?:one |of |has|is|chip)?.{0,40}\b(?:or|more|larger|higher|bigger|greater|faster|less|lower|smaller)\b"
)
_LARGEST = lazy_pattern(
    r"(?:最も|もっとも|一番|いちばん).{0,16}(?:大き|多|高|広|速|長)|最大の.{1,24}(?:は(?:どれ|何|どの)|を持つ|を備え)|最多|"
    r"\b(?:which|what)\b.{0,40}\b(?:highest|largest|most|biggest|greatest|fastest)\b"
)
_SMALLEST = lazy_pattern(
    r"(?:最も|もっとも|一番|いちばん).{0,16}(?:小さ|少な|低|遅|短)|\b(?:which|what)\b.{0,40}\b(?:lowest|smallest|least|fewest)\b"
)
_LESS = lazy_pattern(r"小さ|少な|低い|遅い|短い|\b(?:less|lower|smaller|fewer)\b")
SUPERLATIVE_WORDS = lazy_pattern(
    r"最も|もっとも|一番|いちばん|最大の?|最多の?|大き[いな]|多い|高い|広い|速い|小さ[いな]|少ない|低い|持つ|備える|積む|"
    r"\b(?:highest|largest|most|biggest|greatest|fastest|lowest|smallest|least|fewest|higher|larger|more|bigger|greater|"
    r"faster|lower|smaller|less|fewer|many|much|times|difference|ratio|factor|has|have|than)\b"
)
_SYSTEM = lazy_pattern(
    r"全体|合計|nvl\d+|ラック|サーバー|ultraserver|インスタンス|1台|システム|ポッド|\brack\b|\bserver\b|\bpod\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Operand:
    """The value of a row, in base units of its dimension."""

    row: Passage
    value: Decimal
    dimension: str


@dataclass(frozen=True, slots=True)
class Calculation:
    """``text`` states ``result`` as ``operation`` (ratio, difference) of two values of the cited rows."""

    text: str
    short: str
    operation: str
    first: int  # marker of the citation of the first operand
    second: int
    result: Decimal
    scale: Decimal = Decimal(1)  # base units for 1 of the result's unit


def operation_of(question: str) -> str:
    """ratio, difference, which_more, which_less, largest, smallest or nothing."""
    folded = normalise(question)
    if _RATIO.search(folded):
        return "ratio"
    if _DIFFERENCE.search(folded):
        return "difference"
    if _WHICH.search(folded) and not _LARGEST.search(folded):
        return "which_less" if _LESS.search(folded) else "which_more"
    if _SMALLEST.search(folded):
        return "smallest"
    return "largest" if _LARGEST.search(folded) else ""


def operand(row: Passage) -> Operand | None:
    """The single value a row states; None for words, ranges and rows of several figures."""
    spec = row.spec
    if spec is None:
        return None
    found = _value(f"{spec.value} {spec.unit}".strip())
    return None if found is None else Operand(row, found.low, found.dimension)


def _value(text: str) -> Quantity | None:
    quantities = find_quantities(text)
    if len(quantities) != 1 or quantities[0].is_range or quantities[0].low <= 0:
        return None
    return quantities[0]


def is_system(row: Passage) -> bool:
    """Whether the row states a figure of a whole rack or server rather than of one chip."""
    spec = row.spec
    if spec is None:
        return False
    if re.search(
        r"(?:チップ|gpu|アクセラレーター|コア|ソケット)\s*1?(?:個|基)?当たり|per (?:chip|gpu)",
        normalise(spec.conditions + spec.attribute),
    ):
        return False
    return bool(_SYSTEM.search(f"{spec.entity} {spec.conditions} {spec.attribute}"))


def asks_for_system(question: str) -> bool:
    return bool(_SYSTEM.search(normalise(question)))


def calculate(
    operation: str, first: Operand, second: Operand, markers: tuple[int, int], lang: str
) -> Calculation | None:
    """State the ratio or difference of two operands; None when they cannot be set against each other."""
    if first.dimension != second.dimension or first.row.spec is None or second.row.spec is None:
        return None
    left, right = (f"{item.row.spec.value} {item.row.spec.unit}".strip() for item in (first, second) if item.row.spec)
    if operation == "ratio":
        result = first.value / second.value
        shown = f"{_rounded(result)}倍" if lang == "ja" else f"{_rounded(result)} times"
        return Calculation(f"{left} ÷ {right} = {_about(lang)}{shown}", shown, operation, *markers, result)
    unit = first.row.spec.unit
    scale = _value(f"1 {unit}")
    if scale is None or scale.low <= 0:
        return None
    result = abs(first.value - second.value) / scale.low
    larger, smaller = (left, right) if first.value >= second.value else (right, left)
    shown = f"{_plain(result)} {unit}"
    return Calculation(f"{larger} − {smaller} = {shown}", shown, operation, *markers, result, scale.low)


def holds(calculation: Calculation, citations: Mapping[int, Citation]) -> bool:
    """Compute again from the words of the citations: every operand stands there and the result is theirs."""
    values: list[list[Decimal]] = []
    for marker in (calculation.first, calculation.second):
        citation = citations.get(marker)
        if citation is None:
            return False
        values.append([item.low for item in find_quantities(citation.quote)])
    for left in values[0]:
        for right in values[1]:
            if right == 0:
                continue
            result = left / right if calculation.operation == "ratio" else abs(left - right) / calculation.scale
            if result == calculation.result:
                return True
    return False


def best_rows(operation: str, operands: Sequence[Operand]) -> list[Operand]:
    """The operands with the largest or smallest value, ties included; empty without two to compare."""
    by_entity = {item.row.spec.entity for item in operands if item.row.spec is not None}
    if len(by_entity) < 2:
        return []
    choose = min if operation in ("smallest", "which_less") else max
    best = choose(item.value for item in operands)
    unique: dict[str, Operand] = {}
    for item in operands:
        if item.value == best and item.row.spec is not None:
            unique.setdefault(item.row.spec.entity, item)
    return list(unique.values())


def _rounded(value: Decimal) -> str:
    digits = 2 if value < 100 else 0
    return _plain(round(value, digits))


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _about(lang: str) -> str:
    return "約" if lang == "ja" else "about "
