"""Our sets of claims on the bundled corpus together with the newsroom's article, where that is beside the checkout."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.api import bundled_corpus
from assistant.types import CheckReport, Verdict

pytestmark = [pytest.mark.integration, pytest.mark.shared]

ROOT = Path(__file__).resolve().parents[2]
ARTICLES = ROOT.parent / "shared" / "articles"
_WORST_FIRST = (Verdict.CONTRADICTED, Verdict.CONFLICTING, Verdict.NOT_FOUND, Verdict.SUPPORTED)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    if not ARTICLES.is_dir():
        pytest.skip("the newsroom's article is not beside the checkout")
    with Assistant.open(Settings(home=tmp_path_factory.mktemp("sets"))) as opened:
        opened.index([bundled_corpus(), ARTICLES])
        yield opened


def _worst(report: CheckReport) -> Verdict:
    found = {item.verdict for item in report.claims}
    return next((verdict for verdict in _WORST_FIRST if verdict in found), Verdict.NOT_CHECKABLE)


@pytest.mark.parametrize(
    ("name", "floor"),
    [
        ("claims", 0.95),
        ("claims_fresh", 0.9),
        ("claims_fresh_second", 0.8),
        ("claims_hard", 0.8),
        ("claims_names", 0.7),
        ("claims_speakers", 0.95),
    ],
)
def test_no_dangerous_error_and_most_verdicts_right(assistant: Assistant, name: str, floor: float) -> None:
    rows = [json.loads(line) for line in (ROOT / f"evals/cases/{name}.jsonl").read_text("utf-8").splitlines()]
    given = [
        (row, assistant.check(row["claim"], anchor=date.fromisoformat(row["anchor"]) if "anchor" in row else None))
        for row in rows
    ]
    dangerous = [
        row["claim"] for row, report in given if row["verdict"] != "supported" and _worst(report) is Verdict.SUPPORTED
    ]
    assert dangerous == []
    for _, report in given:
        for item in report.claims:
            for evidence in item.evidence:
                citation = evidence.citation
                assert assistant.show(citation.article_id).text[citation.start : citation.end] == citation.quote
    right = sum(_worst(report).value == row["verdict"] for row, report in given)
    assert right >= floor * len(rows)
