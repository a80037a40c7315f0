"""Keeps what each run of a named suite found, small, so that the Evals page can show how quality moves."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from assistant import __version__
from evals.report import Report, rounded
from evals.scoring import CaseResult
from evals.slices import METRICS, Result

FOLDER = "runs"
KEPT_SUITES = frozenset({"quick", "full"})
"""Runs of single case files come and go while one writes cases; they make no trend."""
KEPT_RUNS = 60
"""The oldest go; a run is some 100 kB."""
_FAILING = 600
_TEXT_CHARS = 300
_SLICES = ("overall", "lang:", "kind:", "half:", "verdict:")


def keep_run(home: Path, report: Report, *, at: datetime | None = None) -> Path | None:
    """Write one run into ``home/runs``, whole or not at all, and drop the oldest beyond :data:`KEPT_RUNS`.

    Args:
        home: The state directory.
        report: The run.
        at: When it ended; now by default.

    Returns:
        The file, or None for a suite that is not kept.
    """
    if report.suite not in KEPT_SUITES:
        return None
    moment = (at or datetime.now(UTC)).astimezone(UTC)
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{moment:%Y%m%dT%H%M%S}-{report.suite}-{secrets.token_hex(2)}.json"
    aside = path.with_suffix(".part")
    with aside.open("w", encoding="utf-8") as stream:
        json.dump(_run_json(report, moment), stream, ensure_ascii=False)
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(path)
    for old in sorted(folder.glob("*.json"))[:-KEPT_RUNS]:
        old.unlink(missing_ok=True)
    return path


def _run_json(report: Report, moment: datetime) -> Mapping[str, object]:
    return {
        "format": 1,
        "at": moment.isoformat(timespec="seconds"),
        "suite": report.suite,
        "reader": report.reader,
        "version": __version__,
        "verdict": report.verdict,
        "fingerprint": report.fingerprint,
        "articles": report.corpus_articles,
        "corpus_sha256": report.corpus_sha256,
        "cases_sha256": report.cases_sha256,
        "questions": len(report.questions),
        "claims": len(report.claims),
        "failures": list(report.failures),
        "flips": None if report.flips is None else {**asdict(report.flips), "judgement": report.flips.judgement},
        "slices": {
            name: {metric: rounded(scores[metric]) for metric in METRICS if scores[metric].n}
            for name, scores in report.slices.items()
            if name.startswith(_SLICES)
        },
        "failing": [_failing(result) for result in report.failing[:_FAILING]],
        "failing_total": len(report.failing),
    }


def _failing(result: Result) -> Mapping[str, object]:
    told: dict[str, object] = {
        "id": result.case_id,
        "lang": result.lang,
        "kind": result.kind,
        "outcome": result.outcome,
        "why": _clip(result.error or result.why),
    }
    if isinstance(result, CaseResult):
        case = result.case
        expected = list(case.expected) or [" / ".join(group) for group in case.required]
        return {
            **told,
            "question": _clip(case.question),
            "history": [_clip(turn) for turn in case.history],
            "short": _clip(result.short or ""),
            "expected": [_clip(text) for text in expected],
        }
    wanted = result.wanted  # type: ignore[attr-defined]
    given = result.given  # type: ignore[attr-defined]
    return {**told, "claim": _clip(wanted.text), "short": str(given), "expected": [str(wanted.verdict)]}


def _clip(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TEXT_CHARS else line[: _TEXT_CHARS - 1] + "…"
