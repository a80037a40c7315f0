"""Scenes without names and figures: what covers what, what excludes what. All sentences are written for these tests."""

from __future__ import annotations

import pytest

from assistant.types import Verdict
from assistant.verify.entail import CLASSES, applies, entailment
from assistant.verify.judge import judge_pair
from assistant.verify.scenes import alike, covers, excludes
from assistant.verify.statement import read_statement

S, C, N = Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.NOT_FOUND


@pytest.mark.parametrize(
    ("claim", "evidence", "verdict"),
    [
        ("犬が芝生の上を走っています。", "犬が芝生の上を走っています。", S),
        ("動物が草を食べています。", "柵のそばで二頭の牛が草を食べています。", S),
        ("赤い傘を持った女性が駅の前に立っています。", "青い傘を持った女性が駅の前に立っています。", C),
        ("猫がソファーの上で寝ています。", "犬がソファーの上で寝ています。", C),
        ("男性がベンチに座っています。", "男性がベンチに座っていません。", C),
        ("子供が公園で凧を揚げています。", "白い時計が駅の壁に掛かっています。", N),
        ("窓辺に花瓶があり、隣に本が並んでいます。", "机の上で猫が丸まっています。", N),
    ],
)
def test_a_scene_against_a_scene(claim: str, evidence: str, verdict: Verdict) -> None:
    assert judge_pair(claim, evidence).verdict is verdict


def test_words_that_cover_or_exclude_each_other() -> None:
    assert alike("電車", "列車")
    assert covers("動物", "猫")
    assert not covers("猫", "動物")
    assert excludes("赤い", "青い")
    assert not excludes("動物", "猫")
    assert not excludes("猫", "駅")


def test_the_shares_of_the_verdicts_sum_to_one_and_a_contradiction_names_the_words() -> None:
    claim = read_statement("赤い傘を持った女性がいます。")
    evidence = read_statement("青い傘を持った女性がいます。")
    found = entailment(claim, evidence, N, 0.7)
    assert sum(found.shares.values()) == pytest.approx(1)
    assert set(found.shares) == set(CLASSES)
    assert found.verdict is C
    assert [(item.claimed, item.found) for item in found.differences] == [("赤い", "青い")]


@pytest.mark.parametrize(
    "claim", ["K3チップは速い。", "2025年に駅が開業した。", "重さは3kgだ。", "Aoba sells chips.", "東京に駅がある。"]
)
def test_names_dates_and_measures_are_left_to_the_other_rules(claim: str) -> None:
    assert not applies(read_statement(claim), read_statement("犬が走っている。"))
