"""Sums of a question's own figures, and figures on another basis than the sheets have."""

from __future__ import annotations

import pytest

from assistant.answer.arithmetic import operation_in_figures, worked_out
from assistant.answer.basis import asks_for_basis
from assistant.answer.calculate import holds
from assistant.answer.draft import Draft
from assistant.answer.question import analyse_question
from assistant.answer.sheets import SheetDesk
from assistant.answer.specs import SpecCatalogue
from assistant.retrieve.query import Concept, Query
from assistant.text.tokens import query_words
from assistant.types import BlockKind, Passage, SpecRow

FERRY = "フェリーは1隻に車を48台積み、出力は合計で9,600kWだ。料金は420ドルから315ドルに下がった。"


def _passage(text: str, lang: str = "ja") -> Passage:
    return Passage(f"p{len(text)}", "a", 1, 0, 0, len(text), text, BlockKind.PARAGRAPH, "", lang)


def _worked(question: str, lang: str = "ja", *texts: str) -> Draft | None:
    return worked_out(question, lang, [_passage(text) for text in texts or (FERRY,)])


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("9,600kWを48で割ると？", "200kW"),
        ("What is 9600 kW divided by 48?", "200kW"),
        ("What is 9600 kW / 48?", "200kW"),
        ("料金は420ドルから315ドルに、いくら下がりましたか？", "105ドル"),
        ("420ドルは315ドルの何倍ですか？", "1.33倍"),
        ("How many times 315 dollars is 420 dollars?", "1.33 times"),
        ("9.6MWを48で割ると？", "200kW"),
        ("420ドルは315ドルより何ドル高いですか？", "105ドル"),
    ],
)
def test_the_sum_is_worked_out_from_the_words_cited(question: str, short: str) -> None:
    draft = _worked(question, analyse_question(question).lang)
    assert draft is not None
    assert draft.short == short
    assert draft.calculation is not None
    assert holds(draft.calculation, {citation.marker: citation for citation in draft.citations})


@pytest.mark.parametrize(
    "question",
    [
        "9,600kWを47で割ると？",  # 47 stands nowhere
        "フェリーは車を何台積みますか？",
        "フェリーの9,600kWはどう使いますか？",
        "420ドルは48台の何倍ですか？",  # of two dimensions
    ],
)
def test_no_sum_without_two_figures_of_the_library(question: str) -> None:
    assert _worked(question) is None


def test_figures_of_two_places_are_both_cited() -> None:
    draft = _worked("700mを35mで割ると？", "ja", "橋の長さは700mだ。", "塔の高さは35mである。")
    assert draft is not None
    assert [citation.quote for citation in draft.citations] == ["橋の長さは700mだ。", "塔の高さは35mである。"]
    assert draft.short == "20倍"


def test_a_figure_given_without_its_unit_takes_that_of_the_other() -> None:
    draft = _worked("How many times is 700 m of 35?", "en", "橋の長さは700mだ。", "塔の高さは35mである。")
    assert draft is not None
    assert draft.short == "20 times"


def test_what_is_to_be_done_with_the_figures() -> None:
    assert operation_in_figures("12を4で割ると？") == "quotient"
    assert operation_in_figures("What is 12 multiplied by 4?") == "product"
    assert operation_in_figures("塔の高さは？") == ""


def _row(entity: str, attribute: str, value: str, unit: str, conditions: str, alt: str, *aliases: str) -> Passage:
    spec = SpecRow(entity, attribute, value, unit, conditions, alt, entity_aliases=aliases)
    text = f"{entity}の{attribute}（{alt}）: {value} {unit}（{conditions}）"
    return Passage(text, f"spec-{entity}", 1, 0, 0, len(text), text, BlockKind.TABLE_ROW, entity, "ja", spec=spec)


ROWS = (
    _row("K1機", "搭載チップ数", "16", "個", "Tern 4、k1.big", "chips per server", "k1.big", "k1.small"),
    _row("K1機", "料金（k1.big）", "24", "USD/時", "東部", "price (k1.big)", "k1.big", "k1.small"),
    _row("K1機", "料金（k1.small）", "3", "USD/時", "東部", "price (k1.small)", "k1.big", "k1.small"),
    _row("Tern 4", "メモリ容量", "32", "GB", "チップ1個当たり", "memory capacity"),
)


def _asked(question: str) -> Draft | None:
    query = Query(question, (), tuple(Concept(((w.form,),), 1.0, True) for w in query_words(question)), 1.0)
    return SheetDesk(SpecCatalogue(ROWS)).answer(analyse_question(question), query, frozenset())


def test_the_price_of_a_server_for_each_chip() -> None:
    draft = _asked("k1.bigの料金はチップ1個当たりいくらですか？")
    assert draft is not None
    assert draft.short == "1.5 USD/時"
    assert len(draft.citations) == 2


def test_the_memory_of_all_chips_of_a_server() -> None:
    draft = _asked("k1.bigに載るTern 4のメモリ容量は合計で何GBですか？")
    assert draft is not None
    assert draft.short == "512 GB"


def test_no_sum_where_the_number_of_chips_is_another_members() -> None:
    assert _asked("k1.smallの料金はチップ1個当たりいくらですか？") is None


def test_no_sum_where_the_sheet_states_it() -> None:
    assert _asked("Tern 4のチップ1個当たりのメモリ容量は？") is None


def test_basis_named_by_a_question() -> None:
    assert asks_for_basis("What does it cost per chip?") == "each"
    assert asks_for_basis("メモリは全部で何GB？") == "all"
    assert asks_for_basis("メモリは何GB？") == ""
