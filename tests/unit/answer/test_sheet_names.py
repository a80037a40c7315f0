"""Which sheet a question means, and which of its rows."""

from __future__ import annotations

import pytest

from assistant.answer.question import analyse_question
from assistant.answer.sheets import SheetDesk
from assistant.answer.specs import SpecCatalogue
from assistant.retrieve.query import Concept, Query
from assistant.text.tokens import query_words
from assistant.types import BlockKind, Passage, SpecRow


def _row(entity: str, attribute: str, value: str, unit: str = "", alt: str = "", *aliases: str) -> Passage:
    spec = SpecRow(entity, attribute, value, unit, attribute_alt=alt, entity_aliases=aliases)
    text = f"{entity}の{attribute}（{alt}）: {value} {unit}"
    name = f"{entity}-{attribute}-{value}"
    return Passage(name, f"spec-{entity}", 1, 0, 0, len(text), text, BlockKind.TABLE_ROW, entity, "ja", spec=spec)


def _query(question: str) -> Query:
    return Query(question, (), tuple(Concept(((w.form,),), 1.0, True) for w in query_words(question)), 1.0)


def _values(question: str, *rows: Passage) -> list[str]:
    found = SpecCatalogue(rows).lookup(analyse_question(question), _query(question), frozenset())
    return [match.row.spec.value for match in found if match.row.spec is not None]


def test_a_model_number_stands_for_the_whole_name_where_only_one_sheet_has_it() -> None:
    rows = (
        _row("Tern k5e", "重さ", "16", "kg"),
        _row("Tern k6e", "重さ", "32", "kg"),
        _row("Gull gen2", "重さ", "9", "kg"),
    )
    catalogue = SpecCatalogue(rows)
    assert catalogue.entities("k6eの重さは？") == [("Tern k6e",)]
    assert catalogue.entities("gen2の重さは？") == []
    draft = SheetDesk(catalogue).answer(
        analyse_question("k5eとk6eで重さが大きいのはどちらですか？"),
        _query("k5eとk6eで重さが大きいのはどちらですか？"),
        frozenset(),
    )
    assert draft is not None
    assert draft.short == "Tern k6e"


def test_both_are_answered_where_each_is_asked_for() -> None:
    rows = (_row("Tern 2", "消費電力", "600", "W"), _row("Tern 3", "消費電力", "900", "W"))
    assert _values("Tern 2とTern 3の消費電力はそれぞれ何Wですか？", *rows) == ["600", "900"]


def test_an_hour_is_told_by_the_unit_of_a_price() -> None:
    row = _row("ロープウエー", "料金", "5.5", "USD/時", "price")
    assert _values("ロープウエーの1時間の料金は？", row) == ["5.5"]


def test_a_price_does_not_say_how_many_times() -> None:
    row = _row("ロープウエー", "料金", "5.5", "USD/時", "price")
    assert _values("ロープウエーの料金は何倍ですか？", row) == []


@pytest.mark.parametrize("question", ["How much higher is the power of Tern 3 than that of Tern 2?"])
def test_words_that_compare_are_no_attribute(question: str) -> None:
    rows = (_row("Tern 2", "消費電力", "600", "W", "power"), _row("Tern 3", "消費電力", "900", "W", "power"))
    draft = SheetDesk(SpecCatalogue(rows)).answer(analyse_question(question), _query(question), frozenset())
    assert draft is not None
    assert draft.short == "300 W"
