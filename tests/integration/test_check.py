"""The fact desk on the bundled corpus: every case of evals/cases/claims.jsonl, and evidence that is really there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.types import CheckReport, Verdict
from assistant.verify.desk import FactDesk

pytestmark = pytest.mark.integration

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "evals/cases/claims.jsonl").read_text(encoding="utf-8").splitlines()
]
_WORST_FIRST = (Verdict.CONTRADICTED, Verdict.CONFLICTING, Verdict.NOT_FOUND, Verdict.SUPPORTED)


@pytest.fixture(scope="module")
def assistant(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    home = shutil.copytree(bundled_home, tmp_path_factory.mktemp("check") / "home")
    with Assistant.open(Settings(home=home)) as opened:
        yield opened


@pytest.fixture(scope="module")
def desk(assistant: Assistant) -> FactDesk:
    return FactDesk(
        retriever=assistant._serving.current().retriever,
        library=assistant._library,
        glossary=assistant._glossary,
        newest=assistant._library.newest,
    )


def _worst(report: CheckReport) -> Verdict:
    found = {item.verdict for item in report.claims}
    return next((verdict for verdict in _WORST_FIRST if verdict in found), Verdict.NOT_CHECKABLE)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_no_claim_that_is_not_supported_is_called_so_and_evidence_is_verbatim(
    assistant: Assistant, desk: FactDesk, case: dict[str, str]
) -> None:
    report = desk.check(case["claim"])
    if case["verdict"] != "supported":
        assert _worst(report) is not Verdict.SUPPORTED, report
    for item in report.claims:
        for evidence in item.evidence:
            citation = evidence.citation
            text = assistant.show(citation.article_id).text
            assert text[citation.start : citation.end] == citation.quote


def test_at_least_95_of_100_cases_are_right(desk: FactDesk) -> None:
    right = sum(_worst(desk.check(case["claim"])).value == case["verdict"] for case in CASES)
    assert right >= 0.95 * len(CASES)


def test_a_claim_whose_only_support_was_corrected_is_conflicting(desk: FactDesk) -> None:
    report = desk.check("Trainium3のチップ1個当たりの演算性能は、前世代のTrainium2の4.4倍である。")
    (item,) = report.claims
    assert item.verdict is Verdict.CONFLICTING
    assert {evidence.stance for evidence in item.evidence} == {"for", "against"}


def test_sources_that_disagree_are_both_shown(desk: FactDesk) -> None:
    (item,) = desk.check("Gaudi 3のBF16演算性能は1,835TFLOPSだ。").claims
    assert item.verdict is Verdict.CONFLICTING
    assert any("1677" in difference.found for difference in item.differences)


@pytest.mark.parametrize(
    ("claim", "wanted"),
    [
        # figures inside a quotation are the quotation's
        (
            "半導体取材班は「数字を読むときは、GPU1個か、ラック1台か、密か疎かを確かめる必要がある」と書いた。",
            Verdict.SUPPORTED,
        ),
        # what stands around it has to be right too: a negation, a product, a day
        (
            "半導体取材班は「数字を読むときは、GPU1個か、ラック1台か、密か疎かを確かめる必要がある」とは書いていない。",
            Verdict.NOT_FOUND,
        ),
        ("AWSは、Trainium9のエネルギー効率が「前世代より40%以上高い」と説明した。", Verdict.NOT_FOUND),
        ("広報担当者は2024年12月、「スパースなモデルの値」と説明した。", Verdict.SUPPORTED),
        ("広報担当者は2025年12月、「スパースなモデルの値」と説明した。", Verdict.CONTRADICTED),
        ("広報担当者は「スパースなモデルの値」とは説明しなかった。", Verdict.CONTRADICTED),
    ],
)
def test_a_true_quotation_does_not_answer_for_what_stands_around_it(
    desk: FactDesk, claim: str, wanted: Verdict
) -> None:
    (item,) = desk.check(claim).claims
    assert item.verdict is wanted, item


def test_a_made_up_quotation_is_not_supported(desk: FactDesk) -> None:
    (item,) = desk.check("ジャシー氏は「Trainium2は世界で最も優れたチップだ」と述べた。").claims
    assert item.verdict in (Verdict.CONTRADICTED, Verdict.NOT_FOUND)


def test_the_sum_of_a_calculated_claim_is_worked_out(desk: FactDesk) -> None:
    (right,) = desk.check("362を144で割ると約2.51になる。").claims
    (wrong,) = desk.check("362を144で割ると約3.51になる。").claims
    assert right.verdict is Verdict.SUPPORTED
    assert wrong.verdict is Verdict.CONTRADICTED
    assert wrong.differences[0].found == "2.51"


@pytest.mark.parametrize(
    "draft",
    [
        "",
        "。。。",
        "「",
        "「」と述べた。",
        "|a|b|\n|--|--|\n|c||",
        "\x00",
        "「" * 200,
        "```\n",
        "x\ud800y は144GBだ。",
        "🙂" * 50,
    ],
)
def test_nothing_in_a_draft_breaks_the_desk(desk: FactDesk, draft: str) -> None:
    for item in desk.check(draft).claims:
        assert draft[item.claim.start : item.claim.end] == item.claim.text
        assert item.verdict is not Verdict.SUPPORTED
