"""A finished run as JSON, Markdown and JUnit. No time stamps, no timings: equal runs give equal bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from xml.etree import ElementTree

from assistant import __version__
from evals.attribution import checker_agreement
from evals.desk import DeskResult, confusion
from evals.gate import Flips
from evals.metrics import Rate, area_under, calibration, risk_coverage
from evals.scoring import CaseResult
from evals.slices import LOWER_IS_BETTER, METRICS, Result, Scores

DIGITS = 6
_KIND_COLUMNS = ("search.hit_at_1", "reading.right", "answer.right", "refusal.false_answer", "desk.right")


@dataclass(frozen=True, slots=True)
class Report:
    """One run, judged."""

    suite: str
    reader: str
    fingerprint: str
    settings: Mapping[str, object]
    corpus_articles: int
    corpus_sha256: str
    cases_sha256: str
    questions: tuple[CaseResult, ...]
    claims: tuple[DeskResult, ...]
    slices: Mapping[str, Scores]
    flips: Flips | None
    failures: tuple[str, ...]
    public: Sequence[Mapping[str, object]] = field(default_factory=tuple)

    @property
    def results(self) -> tuple[Result, ...]:
        return (*self.questions, *self.claims)

    @property
    def errors(self) -> tuple[Result, ...]:
        """Cases that could not be scored."""
        return tuple(result for result in self.results if result.error)

    @property
    def verdict(self) -> str:
        if self.errors:
            return "could not be scored"
        return "below the gate" if self.failures else "passed"

    @property
    def failing(self) -> tuple[Result, ...]:
        return tuple(result for result in self.results if not result.passed)

    @property
    def confident(self) -> list[tuple[float, bool]]:
        """Confidence and whether it was right, of every question that was answered."""
        return [
            (result.confidence, result.outcome == "right")
            for result in self.questions
            if result.answered and not result.error
        ]


def json_text(report: Report) -> str:
    """Everything, one case after the other, keys in a fixed order."""
    table = {
        "suite": report.suite,
        "version": __version__,
        "reader": report.reader,
        "verdict": report.verdict,
        "failures": list(report.failures),
        "fingerprint": report.fingerprint,
        "settings": report.settings,
        "corpus": {"articles": report.corpus_articles, "sha256": report.corpus_sha256},
        "cases_sha256": report.cases_sha256,
        "slices": {
            name: {metric: rounded(value) for metric, value in scores.items()} for name, scores in report.slices.items()
        },
        "desk": {"confusion": confusion(report.claims)},
        "refusal": {
            "risk_coverage": [[_round(coverage), _round(risk)] for coverage, risk in risk_coverage(report.confident)],
            "area_under_risk_coverage": _round(area_under(risk_coverage(report.confident))),
            "calibration": [[_round(a), _round(b), n] for a, b, n in calibration(report.confident)],
        },
        "checker": checker_agreement(),
        "flips": None if report.flips is None else _flips_json(report.flips),
        "public": list(report.public),
        "cases": [_case_json(result) for result in report.questions],
        "claims": [_claim_json(result) for result in report.claims],
    }
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"


def rounded(value: Rate) -> dict[str, float | None]:
    """A rate as JSON."""
    return {key: _round(item) for key, item in asdict(value).items()}


def _round(value: float | None) -> float | None:
    return round(value, DIGITS) if isinstance(value, float) else value


def _flips_json(flips: Flips) -> dict[str, object]:
    figures = {key: _round(item) if isinstance(item, float) else item for key, item in asdict(flips).items()}
    return {**figures, "judgement": flips.judgement}


def _common(result: Result) -> dict[str, object]:
    return {"outcome": result.outcome, "passed": result.passed, "why": result.why, "error": result.error}


def _case_json(result: CaseResult) -> dict[str, object]:
    return {
        **result.case.model_dump(mode="json"),
        **_common(result),
        "half": result.half,
        "status": result.status,
        "short": result.short,
        "text": result.text,
        "sentences": list(result.sentences),
        "citations": [asdict(span) for span in result.spans],
        "confidence": _round(result.confidence),
        "on_gold": result.on_gold,
        "reading": None if result.gold is None else asdict(result.gold),
        "found_articles": list(result.ranked),
    }


def _claim_json(result: DeskResult) -> dict[str, object]:
    case = result.case
    return {
        "id": result.case_id,
        "lang": case.lang,
        "claim": result.wanted.text,
        "verdict": result.wanted.verdict,
        "given": result.given,
        "reason": result.reason,
        "note": case.note,
        **_common(result),
        "evidence": [asdict(span) for span in result.spans],
    }


# -- Markdown --------------------------------------------------------------------------------------


def markdown(report: Report) -> str:
    """The summary for a terminal or a job page."""
    lines = [
        f"## Eval suite {report.suite}: {report.verdict}",
        "",
        f"{len(report.questions)} questions and {len(report.claims)} claims on {report.corpus_articles} articles, "
        f"reader {report.reader}, index fingerprint `{report.fingerprint}`. Each figure: rate, 95 % interval "
        "(Wilson, clustered by article; bootstrap for macro-F1), number of values.",
        "",
    ]
    lines += [f"- **{failure}**" for failure in report.failures]
    lines += [f"- **{result.case_id} could not be scored: {cell(result.error)}**" for result in report.errors]
    lines += ["", *_score_table(report), "", *_kind_table(report), ""]
    lines += [*_desk_lines(report), *_risk_lines(report), *_checker_lines(), *public_lines(report.public)]
    if report.flips is not None:
        lines += flip_lines(report.flips)
    if report.failing:
        lines += [f"### Failing cases ({len(report.failing)})", ""]
        lines += ["| case | question or claim | what happened | short answer | expected |"]
        lines += ["| --- | --- | --- | --- | --- |"]
        lines += [f"| {' | '.join(cell(part) for part in _failing_row(result))} |" for result in report.failing]
    return "\n".join(lines).rstrip() + "\n"


def _failing_row(result: Result) -> tuple[str, ...]:
    if isinstance(result, CaseResult):
        wanted = " / ".join(result.case.expected) or " + ".join("/".join(group) for group in result.case.required)
        asked = " → ".join((*result.case.history, result.case.question))
        return (result.case_id, asked, result.why, result.short or "", wanted or "a refusal")
    assert isinstance(result, DeskResult)
    return (result.case_id, result.wanted.text, result.why, "", result.wanted.verdict)


def _score_table(report: Report) -> list[str]:
    names = [name for name in report.slices if name.startswith(("overall", "lang:", "half:", "difficulty:"))]
    lines = [f"| metric | {' | '.join(names)} |", f"| --- |{' --- |' * len(names)}"]
    for metric in METRICS:
        if report.slices["overall"][metric].n:
            label = f"{metric} (less is better)" if metric in LOWER_IS_BETTER else metric
            lines.append(f"| {label} | {' | '.join(shown(report.slices[name][metric]) for name in names)} |")
    return lines


def _kind_table(report: Report) -> list[str]:
    lines = [f"| slice | {' | '.join(_KIND_COLUMNS)} |", f"| --- |{' --- |' * len(_KIND_COLUMNS)}"]
    for name, scores in report.slices.items():
        if name.startswith(("kind:", "verdict:", "topic:", "claims:")):
            lines.append(f"| {name} | {' | '.join(shown(scores[key]) for key in _KIND_COLUMNS)} |")
    return lines


def _desk_lines(report: Report) -> list[str]:
    if not report.claims:
        return []
    table = confusion(report.claims)
    columns = list(next(iter(table.values())))
    lines = ["### Fact desk", "", "Rows are the right verdict, columns the verdict given.", ""]
    lines += [f"| | {' | '.join(columns)} |", f"| --- |{' --- |' * len(columns)}"]
    lines += [f"| {label} | {' | '.join(str(row[name]) for name in columns)} |" for label, row in table.items()]
    return [*lines, ""]


def _risk_lines(report: Report) -> list[str]:
    points = risk_coverage(report.confident)
    if not points:
        return []
    picked = []
    for wanted in (0.5, 0.75, 1.0):
        coverage, risk = min(points, key=lambda point: abs(point[0] - wanted))
        picked.append(f"{risk:.3f} at {coverage:.2f}")
    area = area_under(points)
    assert area is not None
    return [f"Risk (share of wrong answers) by coverage: {', '.join(picked)}; area {area:.3f}.", ""]


def _checker_lines() -> list[str]:
    sets = checker_agreement()
    if not sets:
        return []
    told = [
        f"{item['name']} {item['agreement']:.3f} ({item['low']:.3f}–{item['high']:.3f}), {item['n']}" for item in sets
    ]
    return [f"Agreement of the citation checker with labelled pairs (measured apart): {'; '.join(told)}.", ""]


def public_lines(public: Sequence[Mapping[str, Any]]) -> list[str]:
    """The results on public sets as a table."""
    if not public:
        return []
    lines = ["### Public sets", "", "| set | metric | rate | 95 % interval | n | floor |", "| --- |" + " --- |" * 5]
    for item in public:
        for metric, value in item["metrics"].items():
            if value["n"]:
                floor = item["floors"].get(metric, "")
                interval = f"{value['low']:.3f}–{value['high']:.3f}"
                lines.append(
                    f"| {cell(item['name'])} | {metric} | {value['value']:.3f} | {interval} | {value['n']} | {floor} |"
                )
    return [*lines, ""]


def flip_lines(flips: Flips) -> list[str]:
    """What changed since the baseline, every flipped case by name."""
    lines = [
        f"Since the baseline: {len(flips.lost)} lost, {len(flips.gained)} gained, {len(flips.new)} new, "
        f"{len(flips.gone)} gone. Change of the pass rate {flips.change:+.3f} (paired bootstrap {flips.low:+.3f} to "
        f"{flips.high:+.3f}, McNemar p = {flips.p_value:.3f}): {flips.judgement}."
    ]
    for label, ids in (("lost", flips.lost), ("gained", flips.gained)):
        if ids:
            lines += ["", f"- {label}: {', '.join(ids)}"]
    return [*lines, ""]


def shown(value: Rate) -> str:
    """A rate for people."""
    if value.value is None or value.low is None or value.high is None:
        return "–"
    return f"{value.value:.3f} ({value.low:.3f}–{value.high:.3f}), {value.n}"


def cell(text: str) -> str:
    """A text that stays within its cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


# -- JUnit -----------------------------------------------------------------------------------------


def junit_xml(report: Report) -> str:
    """One test case for each case, and one for the gate."""
    suite = ElementTree.Element(
        "testsuite",
        name=f"assistant eval {report.suite}",
        tests=str(len(report.results) + 1),
        failures=str(len(report.failing) - len(report.errors) + bool(report.failures)),
        errors=str(len(report.errors)),
    )
    gate = ElementTree.SubElement(suite, "testcase", classname="gate", name="gate")
    if report.failures:
        _failure(gate, "failure", "\n".join(report.failures))
    for result in report.results:
        element = ElementTree.SubElement(
            suite, "testcase", classname=f"{result.lang}.{result.kind}", name=result.case_id
        )
        if result.why:
            asked = result.case.question if isinstance(result, CaseResult) else result.case_id
            _failure(element, "error" if result.error else "failure", f"{result.why}\n{asked}")
    ElementTree.indent(suite)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(suite, encoding="unicode")}\n'


def _failure(element: ElementTree.Element, tag: str, text: str) -> None:
    # XML 1.0 has no place for control characters, not even escaped.
    clean = "".join(char if char >= " " or char in "\n\t" else "\N{REPLACEMENT CHARACTER}" for char in text)
    ElementTree.SubElement(element, tag, message=clean.split("\n", 1)[0]).text = clean
