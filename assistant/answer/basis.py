"""A figure on another basis than the sheets have: the price of a server for each chip, the memory of all its chips."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer.calculate import Calculation, Operand, calculate, is_system, operand
from assistant.answer.specs import RowMatch
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.types import Passage

_EACH = lazy_pattern(
    r"(?:チップ|gpu|アクセラレーター)?1?(?:個|基|枚)(?:当たり|あたり)|(?:チップ|gpu)(?:当たり|あたり)|\b(?:per|for each|for one) (?:chip|gpu|accelerator)\b|\beach chip\b"
)
_ALL = lazy_pattern(r"合計|全部で|全体で|合わせて|総(?:容量|量|計)|\bin total\b|\baltogether\b|\btotal\b")
BASIS_WORDS = (
    "当たり 個 基 1 チップ gpu 合計 全体 全部 合わせる 総 載る 積む 載せる 直す total altogether each chip chips per"
)
_COUNT = lazy_pattern(r"^(?:搭載)?(?:チップ|gpu|アクセラレーター)数|^(?:chips|gpus|accelerators) per\b")
_BRACKETS = lazy_pattern(r"[（(]([^）)]*)[）)]")


def asks_for_basis(question: str) -> str:
    """each or all, where the question names the basis of the figure it wants, or nothing."""
    folded = normalise(question)
    if _EACH.search(folded):
        return "each"
    return "all" if _ALL.search(folded) else ""


def on_basis(
    basis: str, question: str, rows: Sequence[Passage], matches: Sequence[RowMatch], lang: str
) -> tuple[Calculation, Operand, Operand] | None:
    """The figure of a server divided by its chips, or that of a chip times the chips of a server.

    Args:
        basis: What :func:`asks_for_basis` says.
        question: What is asked.
        rows: All rows of what the question names.
        matches: Those of them on the attribute asked for, best first.
        lang: Of the answer.

    Returns:
        The calculation with the row of the figure and the row of the number of chips; None where a sheet states the
        figure itself, or it is not clear which number of chips is meant.
    """
    if not matches:
        return None
    counts = _counts(question, rows)
    if len(counts) != 1:
        return None
    count = counts[0]
    best = [match.row for match in matches if match.score >= matches[0].score * _AS_GOOD]
    if basis == "each":
        if any(_EACH.search(_around(row)) for row in best):
            return None  # it is stated
        best = [row for row in best if _same_sheet(row, count.row) and _same_member(row, count.row)]
    else:
        if any(is_system(row) for row in best):
            return None
        best = [row for row in best if _EACH.search(_around(row)) and _is_of(row, count.row)]
    value = next((found for row in best if (found := operand(row))), None)
    if value is None:
        return None
    result = calculate("quotient" if basis == "each" else "product", value, count, (1, 2), lang)
    return (result, value, count) if result is not None else None


_AS_GOOD = 0.9


def _counts(question: str, rows: Sequence[Passage]) -> list[Operand]:
    """The rows with the number of chips: of the member of the sheet that the question names, if it names one."""
    folded = normalise(question)
    found = [
        row
        for row in rows
        if row.spec is not None
        and (_COUNT.search(normalise(row.spec.attribute)) or _COUNT.search(row.spec.attribute_alt))
    ]
    named = [row for row in found if _member(row) and _member(row) in folded]
    plain = [row for row in found if not _member(row)]
    return [item for row in named or plain if (item := operand(row))]


def _member(row: Passage) -> str:
    """What of the sheet a row is about: p5.48xlarge of 搭載チップ数（p5.48xlarge）."""
    match = _BRACKETS.search(row.spec.attribute) if row.spec is not None else None
    return normalise(match[1]) if match else ""


def _same_member(row: Passage, count: Passage) -> bool:
    """Whether the number of chips is that of what the row is about, by its name or its conditions."""
    member = _member(row)
    return member in ("", _member(count)) or (not _member(count) and member in _around(count))


def _around(row: Passage) -> str:
    return normalise(f"{row.spec.attribute} {row.spec.conditions}") if row.spec is not None else ""


def _same_sheet(row: Passage, other: Passage) -> bool:
    return row.spec is not None and other.spec is not None and row.spec.entity == other.spec.entity


def _is_of(row: Passage, count: Passage) -> bool:
    """Whether the chips counted are those the row is about."""
    if row.spec is None:
        return False
    names = (row.spec.entity, *row.spec.entity_aliases)
    told = _around(count)
    return _same_sheet(row, count) or any(normalise(name) in told for name in names)
