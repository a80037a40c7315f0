"""One claim against one piece of evidence. All sentences are written for these tests."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.types import Verdict
from assistant.verify.judge import Context, context_of, judge, judge_pair
from assistant.verify.near import compare_nearly
from assistant.verify.statement import read_statement

S, C, N = Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.NOT_FOUND

CHIP = "K3チップのメモリは積層型で、容量は1個当たり144GB、帯域幅は4.9TB/sだ。"
SERVERS = "R3サーバーは144個、R2サーバーは64個のチップを積む。"
PAID = "青葉社は白樺社に80億ドルを出資した。"
CASES = [
    # figures and units
    ("K3チップのメモリ容量は144GBだ。", CHIP, S, None),
    ("K3チップのメモリ帯域幅は4,900GB/sだ。", CHIP, S, None),
    ("Ｋ３チップのメモリ容量は１４４ＧＢだ。", CHIP, S, None),
    ("K3チップのメモリ容量は128GBだ。", CHIP, C, "number"),
    ("K3チップのメモリ帯域幅は4.9GB/sだ。", CHIP, C, "unit"),
    ("K3チップのメモリ容量は144GiBだ。", CHIP, C, "unit"),
    ("青葉社は白樺社に8,000百万ドルを出資した。", PAID, S, None),
    ("青葉社は白樺社に80億円を出資した。", PAID, C, "unit"),
    # which figure belongs to whom
    ("R3サーバーは144個のチップを積む。", SERVERS, S, None),
    ("R3サーバーは64個のチップを積む。", SERVERS, C, "number"),
    ("K2チップのメモリ容量は144GBだ。", "K3チップのメモリ容量は144GBだ。", C, "name"),
    # bounds
    ("応答は10マイクロ秒未満だ。", "応答は10マイクロ秒未満に収まる。", S, None),
    ("応答は10マイクロ秒以上だ。", "応答は10マイクロ秒未満に収まる。", C, "number"),
    ("最大144個のチップを積む。", "64個のチップを積む。", C, "number"),
    # dates
    ("青葉社は令和7年12月3日に新製品を発表した。", "青葉社は2025年12月3日、新製品を発表した。", S, None),
    ("青葉社は2025年12月に新製品を発表した。", "青葉社は2025年12月3日、新製品を発表した。", S, None),
    ("青葉社は2025年12月5日に新製品を発表した。", "青葉社は2025年12月3日、新製品を発表した。", C, "date"),
    # who does what to whom
    ("白樺社は青葉社に80億ドルを出資した。", PAID, C, "name"),
    ("白樺社は青葉社から80億ドルの出資を受けた。", PAID, S, None),
    ("Birch invested $8 billion in Aoba.", "Aoba invested $8 billion in Birch.", C, "name"),
    # negation and certainty
    ("青葉社は新方式を採用しない。", "青葉社は新方式を採用する。", C, "polarity"),
    ("青葉社は新方式を採用した。", "青葉社は新方式の採用を検討している。", C, "polarity"),
    ("出資者は青葉社だ。", "出資者は青葉社ではなく白樺社だ。", C, "polarity"),
    ("売上高は5%増えた。", "売上高は5%減った。", C, "polarity"),
    ("Aoba does not sell the chip.", "Aoba does sell the chip.", C, "polarity"),
    ("青葉社は新方式を採用しなければならない。", "青葉社は新方式を採用しなければならない。", S, None),
    # another matter
    ("青葉社の従業員は300人だ。", PAID, N, None),
]


@pytest.mark.parametrize(("claim", "evidence", "verdict", "kind"), CASES)
def test_one_claim_against_one_sentence(claim: str, evidence: str, verdict: Verdict, kind: str | None) -> None:
    result = judge_pair(claim, evidence)
    assert result.verdict is verdict, result
    if kind is not None:
        assert kind in {difference.kind for difference in result.differences}, result.differences


def test_a_relative_date_is_read_by_the_day_of_publication() -> None:
    evidence = "昨年、青葉社は新製品を発表した。"
    claim = "2025年に青葉社は新製品を発表した。"
    assert judge_pair(claim, evidence, anchor=date(2026, 3, 1)).verdict is S
    assert judge_pair(claim, evidence, anchor=date(2025, 3, 1)).verdict is not S


def test_a_sentence_that_says_something_is_wrong_supports_nothing() -> None:
    claim = read_statement("K3チップの性能は前世代の4.4倍である。")
    denial = read_statement("「K3チップの性能は前世代の4.4倍」としたのは誤り。")
    assert judge(claim, denial).verdict is C


def test_a_product_named_only_in_the_title_does_not_own_its_siblings_figure() -> None:
    claim = read_statement("M300は288GBのメモリを持つ。")
    evidence = read_statement("M355はメモリ288GBを積む。")
    title = context_of([read_statement("M300からM355まで")])
    assert judge(claim, evidence, title).verdict is not S


def test_a_product_named_in_the_heading_owns_the_figures_below_it() -> None:
    claim = read_statement("K3のメモリ容量は144GBだ。")
    evidence = read_statement("メモリ容量は144GBだ。")
    assert judge(claim, evidence, context_of([read_statement("K3の仕様")])).verdict is S
    assert judge(claim, evidence, Context()).verdict is not S


def test_what_one_of_two_siblings_is_said_to_be_is_not_said_of_the_other() -> None:
    claim = read_statement("M355は空冷である。")
    evidence = read_statement("M350は空冷で1,000W、M355は液冷で1,400Wになる。")
    assert judge(claim, evidence).verdict is not S


def test_a_reversed_comparison_is_a_contradiction() -> None:
    claim = read_statement("K2の帯域幅はK3の1.7倍である。")
    evidence = read_statement("K3の帯域幅はK2の1.7倍である。")
    assert judge(claim, evidence).verdict is C


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("青葉社は昨日、工場の再開を決めたと発表した。", "青葉社は昨日、工場の閉鎖を決めたと発表した。"),
        ("山田氏は会議で、計画の延期を認めないと述べた。", "山田氏は会議で、計画の延期を認めると述べた。"),
        ("鈴木氏は会議で、計画の延期を認めると述べた。", "山田氏は会議で、計画の延期を認めると述べた。"),
    ],
)
def test_one_changed_word_in_a_repeated_sentence_is_seen(claim: str, evidence: str) -> None:
    near = compare_nearly(read_statement(claim), read_statement(evidence))
    assert near is not None
    assert near.differences
    assert judge_pair(claim, evidence).verdict is C


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("社の記録ではGPUの費用が54%下がった。", "学習をGPUからK3に移し、費用は54%下がった。"),
        ("Birch invested $3 billion in Aoba.", "Aoba had invested $3 billion."),
        ("AobaはK4でFusionLinkを採用した。", "AobaはK4でFusionLinkを採用すると発表した。"),
        ("K3の帯域幅は前世代の4倍だ。", "K3の演算性能は前世代の4倍だ。"),
        ("Aoba's capital expenditure was $131 billion in 2025.", "As of late 2025, Aoba had committed $8 billion."),
    ],
)
def test_what_a_sentence_does_not_say_is_not_supported(claim: str, evidence: str) -> None:
    title = context_of([read_statement("BirchとK4とFusionLink、GPUの記録")])
    result = judge(read_statement(claim), read_statement(evidence), title)
    assert result.verdict is not S, result


def test_a_figure_of_another_measure_does_not_contradict() -> None:
    claim = read_statement("Aoba's capital expenditure was $131 billion in 2025.")
    evidence = read_statement("As of late 2025, Aoba had committed $8 billion.")
    assert judge(claim, evidence).verdict is N


def test_air_cooling_excludes_liquid_cooling_in_both_languages() -> None:
    assert judge(read_statement("K3は空冷だ。"), read_statement("K3の冷却方式: 液冷")).verdict is C
    assert judge(read_statement("The K3 is air-cooled."), read_statement("K3の冷却方式: 液冷")).verdict is C


def test_over_ten_years_is_a_span_and_no_bound() -> None:
    claim = "Birch committed more than $100 billion over ten years."
    assert judge_pair(claim, "Birch committed more than $100 billion over 10 years.").verdict is S
    assert judge_pair(claim, "Birch committed more than $100 billion over five years.").verdict is C
