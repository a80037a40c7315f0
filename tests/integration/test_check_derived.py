"""Claims that no sheet states but two of them yield, on a library made for these tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.types import ClaimVerdict, Verdict

pytestmark = pytest.mark.integration

SHEET = """id: spec-{key}
title: {name} 仕様
lang: ja
entity: {name}
aliases: [{name} Chip]
vendor: 青葉社
category: チップ
updated: 2026-08-22
author: 編集部
sources:
  own: {{title: "青葉社の発表", url: "https://example.com/{key}"}}
rows:
  - attribute: メモリ容量
    attribute_en: memory capacity
    value: {memory}
    unit: GB
    conditions: チップ1個当たり
    source: own
    as_of: "2026-08-22"
  - attribute: 消費電力
    attribute_en: power
    value: {power}
    unit: W
    conditions: チップ1個当たり
    source: own
    as_of: "2026-08-22"
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder: Path = tmp_path_factory.mktemp("sheets")
    for key, memory, power in (("k3", 144, 700), ("k2", 96, 500), ("z9", 48, 1400)):
        (folder / f"spec-{key}.yaml").write_text(
            SHEET.format(key=key, name=key.upper(), memory=memory, power=power), encoding="utf-8"
        )
    with Assistant.open(Settings(home=tmp_path_factory.mktemp("derived"))) as opened:
        report = opened.index([folder])
        assert not report.refused
        yield opened


def _one(assistant: Assistant, claim: str) -> ClaimVerdict:
    (item,) = assistant.check(claim).claims
    return item


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("K3のメモリ容量はK2の1.5倍だ。", Verdict.SUPPORTED),
        ("K3のメモリ容量はK2の2.5倍だ。", Verdict.CONTRADICTED),
        ("Z9のメモリ容量はK3の3分の1だ。", Verdict.SUPPORTED),
        ("Z9のメモリ容量はK2の半分だ。", Verdict.SUPPORTED),
        ("K3のメモリ容量はZ9の半分だ。", Verdict.CONTRADICTED),
        ("K3はK2よりメモリ容量が48GB多い。", Verdict.SUPPORTED),
        ("K3はK2よりメモリ容量が64GB多い。", Verdict.CONTRADICTED),
        ("K3の消費電力はK2より40%多い。", Verdict.SUPPORTED),
        ("K2とZ9のメモリ容量は合計で144GBだ。", Verdict.SUPPORTED),
        ("The Z9 has twice the power of the K3.", Verdict.SUPPORTED),
        ("The Z9 has three times the power of the K3.", Verdict.CONTRADICTED),
        ("K3のメモリ容量はQ7の2倍だ。", Verdict.NOT_FOUND),
        ("K3のメモリ帯域幅はK2の1.5倍だ。", Verdict.NOT_FOUND),
    ],
)
def test_a_ratio_difference_or_sum_is_worked_out(assistant: Assistant, claim: str, verdict: Verdict) -> None:
    assert _one(assistant, claim).verdict is verdict


def test_both_operands_are_cited_word_for_word(assistant: Assistant) -> None:
    item = _one(assistant, "K3のメモリ容量はK2の1.5倍だ。")
    assert {evidence.citation.article_id for evidence in item.evidence} == {"spec-k3", "spec-k2"}
    for evidence in item.evidence:
        citation = evidence.citation
        assert assistant.show(citation.article_id).text[citation.start : citation.end] == citation.quote
    assert "1.5倍" in item.reason
    assert "144" in item.reason
    assert "96" in item.reason


def test_a_wrong_ratio_says_what_it_should_be(assistant: Assistant) -> None:
    item = _one(assistant, "K3のメモリ容量はK2の2.5倍だ。")
    assert [(one.kind, one.claimed, one.found) for one in item.differences] == [("number", "2.5倍", "1.5倍")]
    assert {evidence.stance for evidence in item.evidence} == {"against"}
