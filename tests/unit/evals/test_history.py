"""Runs kept for the Evals page: small, whole, the newest only."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from evals import history
from evals.history import KEPT_RUNS, keep_run
from evals.report import Report
from evals.slices import slices
from ui.eval_runs import load_runs

REPORT = Report(
    suite="quick",
    reader="extractive",
    fingerprint="f",
    settings={},
    corpus_articles=3,
    corpus_sha256="c",
    cases_sha256="d",
    questions=(),
    claims=(),
    slices=slices([]),
    flips=None,
    failures=("overall answer.right 0.4 < 0.5",),
)
START = datetime(2026, 11, 1, tzinfo=UTC)


def test_the_newest_runs_are_kept_and_can_be_shown(tmp_path: Path) -> None:
    for number in range(KEPT_RUNS + 3):
        assert keep_run(tmp_path, REPORT, at=START + timedelta(hours=number)) is not None
    kept = sorted((tmp_path / "runs").iterdir())
    assert len(kept) == KEPT_RUNS
    assert kept[0].name.startswith("20261101T030000-quick-")
    run = load_runs(tmp_path)[0]
    assert run.verdict == "below the gate"
    assert run.failures == ["overall answer.right 0.4 < 0.5"]
    assert json.loads(kept[-1].read_text(encoding="utf-8"))["failing_total"] == 0


def test_single_case_files_make_no_trend(tmp_path: Path) -> None:
    assert keep_run(tmp_path, replace(REPORT, suite="specs")) is None
    assert list(tmp_path.iterdir()) == []
    assert history._clip("a\n b" + "あ" * 400).endswith("…")
