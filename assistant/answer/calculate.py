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
    """``text`` states ``result`` as ``operation`` (ratio, difference, quotient, product) of two cited figures."""

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
    """State what comes of the values of two rows; None when they cannot be set against each other."""
    left, right = _stated(first.row), _stated(second.row)
    return state(operation, left, right, markers, lang) if left is not None and right is not None else None


def _stated(row: Passage) -> Quantity | None:
    return _value(f"{row.spec.value} {row.spec.unit}".strip()) if row.spec is not None else None


def state(operation: str, first: Quantity, second: Quantity, markers: tuple[int, int], lang: str) -> Calculation | None:
    """State the ratio, difference, quotient or product of two figures as they are written.

    A ratio and a difference are of one dimension; a quotient and a product are of anything and a mere number, in
    the unit of the first.
    """
    left, right = (" ".join(item.text.split()) for item in (first, second))
    if operation in ("ratio", "difference") and first.dimension != second.dimension:
        return None
    if operation in ("quotient", "product"):
        if operation == "product" and _is_number(first) and not _is_number(second):
            first, second, left, right, markers = second, first, right, left, (markers[1], markers[0])
        if operation == "quotient" and first.dimension == second.dimension:
            operation = "ratio"
        elif not _is_number(second):
            return None
    if operation == "ratio":
        result = first.low / second.low
        if _is_number(first) and _is_number(second):
            shown = _rounded(result)  # 362 ÷ 144: how many times or how much each is not said
        else:
            shown = f"{_rounded(result)}倍" if lang == "ja" else f"{_rounded(result)} times"
        return Calculation(f"{left} ÷ {right} = {_about(result, lang)}{shown}", shown, operation, *markers, result)
    if operation in ("quotient", "product"):
        exact = first.low / second.low if operation == "quotient" else first.low * second.low
        result = exact / first.scale
        unit = _unit(first)
        shown = f"{_money(unit, _rounded(result))}"
        sign = "÷" if operation == "quotient" else "×"
        return Calculation(
            f"{left} {sign} {right} = {_about(result, lang)}{shown}", shown, operation, *markers, result, first.scale
        )
    result = abs(first.low - second.low) / first.scale
    larger, smaller = (left, right) if first.low >= second.low else (right, left)
    shown = _money(_unit(first), _plain(result))
    return Calculation(f"{larger} − {smaller} = {shown}", shown, operation, *markers, result, first.scale)


def _is_number(item: Quantity) -> bool:
    return item.dimension.split(":")[0] in ("number", "count")


def _unit(item: Quantity) -> str:
    """The unit as written: after the number with the space it has there, a currency sign before it."""
    text = " ".join(item.text.split())
    return re.sub(r"^[^\d]*\d[\d,.]*", lambda match: re.sub(r"[\d,.]", "", match.group()) + "\0", text)


def _money(unit: str, number: str) -> str:
    before, _, after = unit.partition("\0")
    return f"{before}{number}{after}"


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
            if right != 0 and _of(calculation, left, right) == calculation.result:
                return True
    return False


def _of(calculation: Calculation, left: Decimal, right: Decimal) -> Decimal:
    if calculation.operation == "ratio":
        return left / right
    if calculation.operation == "quotient":
        return left / right / calculation.scale
    if calculation.operation == "product":
        return left * right / calculation.scale
    return abs(left - right) / calculation.scale


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


def _about(value: Decimal, lang: str) -> str:
    if round(value, 2 if value < 100 else 0) == value:
        return ""
    return "約" if lang == "ja" else "about "
