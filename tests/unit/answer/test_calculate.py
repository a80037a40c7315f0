"""Arithmetic over spec rows, and the check that repeats it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from assistant.answer.calculate import Operand, best_rows, calculate, holds, is_system, operand, operation_of
from assistant.answer.guards import check_sentence
from assistant.types import AnswerSentence, BlockKind, Passage, SpecRow, cite


def row(
    entity: str, value: str, unit: str, *, attribute: str = "メモリ容量", conditions: str = "チップ1個当たり"
) -> Passage:
    text = f"{entity}の{attribute}: {value} {unit}（{conditions}）"
    spec = SpecRow(entity=entity, attribute=attribute, value=value, unit=unit, conditions=conditions)
    return Passage(
        passage_id=f"{entity}-{attribute}-{value}",
        article_id=f"spec-{entity}",
        version=1,
        ordinal=0,
        start=0,
        end=len(text),
        text=text,
        kind=BlockKind.TABLE_ROW,
        title=entity,
        lang="ja",
        spec=spec,
    )


def operands(*rows: Passage) -> list[Operand]:
    found = [operand(item) for item in rows]
    assert all(item is not None for item in found)
    return [item for item in found if item is not None]


@pytest.mark.parametrize(
    ("question", "operation"),
    [
        ("甲の容量は乙の何倍ですか？", "ratio"),
        ("How many times the capacity of A is B's?", "ratio"),
        ("甲と乙の重さの差は何キロですか？", "difference"),
        ("甲は乙より何GB多いですか？", "difference"),
        ("甲と乙ではどちらが重いですか？", "which_more"),
        ("容量が最も大きい製品はどれですか？", "largest"),
        ("Which chip has the lowest power?", "smallest"),
        ("最大何個つなげますか？", ""),
        ("甲の容量は？", ""),
    ],
)
def test_what_is_to_be_computed(question: str, operation: str) -> None:
    assert operation_of(question) == operation


def test_difference_is_stated_in_the_unit_of_the_rows() -> None:
    first, second = operands(row("甲", "128", "GB"), row("乙", "96", "GB"))

    result = calculate("difference", first, second, (1, 2), "ja")

    assert result is not None
    assert (result.short, result.result) == ("32 GB", Decimal(32))


def test_figures_of_different_dimension_are_not_set_against_each_other() -> None:
    first, second = operands(row("甲", "128", "GB"), row("乙", "96", "W"))

    assert calculate("ratio", first, second, (1, 2), "ja") is None


def test_largest_lists_ties_and_needs_two_products() -> None:
    found = operands(row("甲", "288", "GB"), row("乙", "144", "GB"), row("丙", "0.288", "TB"))

    assert [item.row.title for item in best_rows("largest", found)] == ["甲", "丙"]
    assert best_rows("largest", found[:1]) == []


def test_whole_systems_are_told_from_chips() -> None:
    assert is_system(row("甲ラック", "20", "TB", conditions="ラック全体"))
    assert not is_system(row("甲", "20", "GB", conditions="チップ1個当たり"))


def test_a_calculation_is_shown_only_while_its_citations_bear_it() -> None:
    rows = row("甲", "2517", "TFLOPS"), row("乙", "1979", "TFLOPS")
    first, second = operands(*rows)
    result = calculate("ratio", first, second, (1, 2), "ja")
    assert result is not None
    citations = {marker: cite(item, item.start, item.end, marker=marker) for marker, item in enumerate(rows, start=1)}
    texts = {item.article_id: item.text for item in rows}
    sentence = AnswerSentence(result.text, (1, 2))

    assert "1.27倍" in result.text
    assert holds(result, citations)
    assert check_sentence(sentence, citations, lambda article, _: texts[article], result) is None
    wrong = replace(result, result=result.result + 1)
    assert check_sentence(sentence, citations, lambda article, _: texts[article], wrong) is not None
    assert check_sentence(sentence, citations, lambda article, _: texts[article]) is not None
