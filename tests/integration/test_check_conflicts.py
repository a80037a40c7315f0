"""Sources that disagree: both sides are shown; another basis is no disagreement."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.types import ClaimVerdict, Verdict

pytestmark = pytest.mark.integration

_SHEET = """\
id: spec-orca7
title: Orca7 仕様
lang: ja
entity: Orca7
vendor: Umi
updated: 2026-05-01
rows:
  - {attribute: メモリ容量, attribute_en: memory capacity, value: 96, unit: GB, conditions: チップ1個当たり。Umiの技術資料の値}
  - {attribute: メモリ容量, attribute_en: memory capacity, value: 90, unit: GB, conditions: チップ1個当たり。海事計算研究所の集計による}
  - {attribute: BF16演算性能, attribute_en: BF16 compute, value: 400, unit: TFLOPS, conditions: 密、チップ1個当たり。Umiの資料}
  - {attribute: BF16演算性能, attribute_en: BF16 compute, value: 800, unit: TFLOPS, conditions: 疎、チップ1個当たり。Umiの資料}
  - {attribute: メモリ帯域幅, attribute_en: memory bandwidth, value: 3.2, unit: TB/s, conditions: 基板型}
  - {attribute: メモリ帯域幅, attribute_en: memory bandwidth, value: 2.1, unit: TB/s, conditions: カード型}
  - {attribute: 消費電力, attribute_en: power, value: 500, unit: W, conditions: チップ1個当たり。販売店の資料では550 W、Orca8では700 W}
  - {attribute: SRAM容量, attribute_en: SRAM capacity, value: 64, unit: MB, conditions: 発表時の表記}
  - {attribute: SRAM容量, attribute_en: SRAM capacity, value: 64, unit: MiB, conditions: 技術文書の表記}
  - {attribute: 参加条件, attribute_en: terms, value: 会員企業に限る, conditions: 業界紙の報道による}
  - {attribute: 参加条件, attribute_en: terms, value: どの企業も参加できる, conditions: Umiの担当者が催しで述べたと伝えた報道}
"""
_ARTICLES = {
    "2026-02-01-users.md": ("Orca7の利用企業", "2026-02-01", "Orca7を使う企業は全国で1,200社だ。Umiが1月に示した。"),
    "2026-02-09-users.md": ("Orca7の利用企業を数え直す", "2026-02-09", "調査会社の数え方では、Orca7を使う企業は全国で900社だ。"),
    "2026-03-01-plant.md": ("Umiの工場", "2026-03-01", "Umiの北の工場は年間30万枚を作る。Umiの工場の広さには、8万平方メートルと9万平方メートルという2つの数字がある。"),
    "2026-03-02-other.md": ("Kujiraの工場", "2026-03-02", "Kujiraの北の工場は年間50万枚を作る。"),
    "2025-03-01-old.md": ("去年の工場", "2025-03-01", "2024年度、Umiは基板を20万枚出荷した。"),
    "2026-03-03-new.md": ("今年の工場", "2026-03-03", "2025年度、Umiは基板を26万枚出荷した。"),
}  # fmt: skip


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder: Path = tmp_path_factory.mktemp("disputed")
    (folder / "spec-orca7.yaml").write_text(_SHEET, encoding="utf-8")
    for name, (title, day, text) in _ARTICLES.items():
        (folder / name).write_text(f"---\ntitle: {title}\ndate: {day}\nlang: ja\n---\n\n{text}\n", encoding="utf-8")
    with Assistant.open(Settings(home=tmp_path_factory.mktemp("home"))) as opened:
        opened.index([folder])
        yield opened


def _only(assistant: Assistant, claim: str) -> ClaimVerdict:
    (found,) = assistant.check(claim).claims
    return found


@pytest.mark.parametrize(
    "claim",
    [
        "Orca7のメモリ容量は96GBだ。",
        "Orca7のメモリ容量は90GBだ。",
        "The Orca7 has 96 GB of memory.",
        "Orca7に参加できるのは会員企業に限る。",
        "Orca7を使う企業は全国で1,200社だ。",
    ],
)
def test_both_sides_are_shown(assistant: Assistant, claim: str) -> None:
    found = _only(assistant, claim)
    assert found.verdict is Verdict.CONFLICTING, found
    assert next(item.stance for item in found.evidence) == "for"
    assert "against" in [item.stance for item in found.evidence]
    for item in found.evidence:
        text = assistant.show(item.citation.article_id).text
        assert text[item.citation.start : item.citation.end] == item.citation.quote


@pytest.mark.parametrize(
    "claim",
    [
        "Orca7の消費電力は550Wだ。",  # the sheet hands it on as the shops' figure
        "Umiの工場の広さは8万平方メートルだ。",  # one article has two and decides for neither
    ],
)
def test_a_value_that_a_source_only_hands_on_is_conflicting(assistant: Assistant, claim: str) -> None:
    assert _only(assistant, claim).verdict is Verdict.CONFLICTING


@pytest.mark.parametrize(
    "claim",
    [
        "Orca7のメモリ容量は、Umiの技術資料では96GBだ。",  # says whose value it is
        "Orca7のBF16の演算性能は密で400TFLOPSだ。",
        "Orca7のBF16の演算性能は疎で800TFLOPSだ。",
        "Orca7のメモリ帯域幅は基板型で3.2TB/sだ。",
        "Orca7の消費電力は500Wだ。",
        "Orca7のSRAM容量は64MBだ。",  # 64 MiB there is told apart by the sheet itself
        "Umiの北の工場は年間30万枚を作る。",  # another company's factory makes 500,000
        "2025年度、Umiは基板を26万枚出荷した。",  # another year
    ],
)
def test_another_basis_is_no_disagreement(assistant: Assistant, claim: str) -> None:
    assert _only(assistant, claim).verdict is Verdict.SUPPORTED


def test_another_products_figure_in_the_conditions_is_not_handed_on(assistant: Assistant) -> None:
    assert _only(assistant, "Orca7の消費電力は700Wだ。").verdict is not Verdict.CONFLICTING
