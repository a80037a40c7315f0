"""A finished run as JSON, Markdown, JUnit and one HTML page. No time stamps: equal runs give equal bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from xml.etree import ElementTree

from assistant import __version__
from evals.gate import Flips
from evals.metrics import Rate
from evals.scoring import LOWER_IS_BETTER, METRICS, CaseResult, CitedSpan, Scores

DIGITS = 6
_COLUMNS = tuple(METRICS)
_STYLE = """
body{font:16px/1.6 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse;font-size:.85rem}td,th{border:1px solid #ccc;padding:.2rem .5rem;text-align:right}
td:first-child,th:first-child{text-align:left}.scroll{overflow-x:auto}mark{background:#ffe58a}
article{border-left:4px solid #2e7d32;padding:.1rem 1rem;margin:1rem 0}article.bad{border-color:#b3261e}
.verdict{font-size:1.3rem;font-weight:600}q{color:#444}code{font-size:.85em}.bad .why{color:#b3261e;font-weight:600}
@media(prefers-color-scheme:dark){body{background:#161616;color:#eee}q{color:#bbb}mark{background:#6b5600;color:#fff}
.bad .why{color:#ff8a80}td,th{border-color:#555}}
"""


@dataclass(frozen=True, slots=True)
class Report:
    """One run, judged."""

    suite: str
    fingerprint: str
    settings: Mapping[str, object]
    corpus_articles: int
    corpus_sha256: str
    cases_sha256: str
    results: tuple[CaseResult, ...]
    slices: Mapping[str, Scores]
    flips: Flips | None
    failures: tuple[str, ...]

    @property
    def errors(self) -> tuple[CaseResult, ...]:
        """Cases that could not be scored."""
        return tuple(result for result in self.results if result.error)

    @property
    def verdict(self) -> str:
        if self.errors:
            return "could not be scored"
        return "below the gate" if self.failures else "passed"

    @property
    def failing(self) -> tuple[CaseResult, ...]:
        return tuple(result for result in self.results if not result.passed)


def json_text(report: Report) -> str:
    """Everything, one case after the other, keys in a fixed order."""
    table = {
        "suite": report.suite,
        "version": __version__,
        "verdict": report.verdict,
        "failures": list(report.failures),
        "fingerprint": report.fingerprint,
        "settings": report.settings,
        "corpus": {"articles": report.corpus_articles, "sha256": report.corpus_sha256},
        "cases_sha256": report.cases_sha256,
        "slices": {
            name: {metric: _rounded(value) for metric, value in scores.items()}
            for name, scores in report.slices.items()
        },
        "flips": None if report.flips is None else _flips_json(report.flips),
        "cases": [_case_json(result) for result in report.results],
    }
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"


def _rounded(value: Rate) -> dict[str, float | None]:
    return {key: round(item, DIGITS) if isinstance(item, float) else item for key, item in asdict(value).items()}


def _flips_json(flips: Flips) -> dict[str, object]:
    return {**asdict(flips), "p_value": round(flips.p_value, DIGITS)}


def _case_json(result: CaseResult) -> dict[str, object]:
    return {
        **result.case.model_dump(mode="json"),
        "outcome": result.outcome,
        "passed": result.passed,
        "why": result.why,
        "status": result.status,
        "short": result.short,
        "sentences": list(result.sentences),
        "citations": [asdict(span) for span in result.spans],
        "found_articles": list(result.ranked),
        "error": result.error,
    }


# -- Markdown --------------------------------------------------------------------------------------


def markdown(report: Report) -> str:
    """The summary for a terminal or a job page."""
    lines = [
        f"## Eval suite {report.suite}: {report.verdict}",
        "",
        f"{len(report.results)} cases on {report.corpus_articles} articles, index fingerprint `{report.fingerprint}`. "
        "Each figure: rate, 95 % Wilson interval, number of cases (citations for `citations.resolve`).",
        "",
    ]
    lines += [f"- **{failure}**" for failure in report.failures]
    lines += [f"- **{result.case.case_id} could not be scored: {_cell(result.error)}**" for result in report.errors]
    lines += ["", *_score_table(report), "", *_kind_table(report), ""]
    if report.flips is not None:
        lines += _flip_lines(report.flips)
    if report.failing:
        lines += [f"### Failing cases ({len(report.failing)})", ""]
        lines += ["| case | question | what happened | short answer | expected |", "| --- | --- | --- | --- | --- |"]
        for result in report.failing:
            wanted = " / ".join(result.case.expected) or "a refusal"
            cells = (result.case.case_id, result.case.question, result.why, result.short or "", wanted)
            lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    return "\n".join(lines).rstrip() + "\n"


def _score_table(report: Report) -> list[str]:
    names = [name for name in report.slices if not name.startswith("kind:")]
    lines = [f"| metric | {' | '.join(names)} |", f"| --- |{' --- |' * len(names)}"]
    for metric in _COLUMNS:
        label = f"{metric} (less is better)" if metric in LOWER_IS_BETTER else metric
        lines.append(f"| {label} | {' | '.join(_shown(report.slices[name][metric]) for name in names)} |")
    return lines


def _kind_table(report: Report) -> list[str]:
    lines = ["| slice | search.hit_at_1 | answer.right | refusal.false_answer |", "| --- | --- | --- | --- |"]
    for name, scores in report.slices.items():
        if name.startswith("kind:"):
            figures = [_shown(scores[key]) for key in ("search.hit_at_1", "answer.right", "refusal.false_answer")]
            lines.append(f"| {name.removeprefix('kind:')} | {' | '.join(figures)} |")
    return lines


def _flip_lines(flips: Flips) -> list[str]:
    lines = [f"Since the baseline: {len(flips.lost)} lost, {len(flips.gained)} gained, "]
    lines[0] += f"{len(flips.new)} new, {len(flips.gone)} gone (McNemar p = {flips.p_value:.3f})."
    for label, ids in (("lost", flips.lost), ("gained", flips.gained)):
        if ids:
            lines += ["", f"- {label}: {', '.join(ids)}"]
    return [*lines, ""]


def _shown(value: Rate) -> str:
    if value.value is None or value.low is None or value.high is None:
        return "–"
    return f"{value.value:.3f} ({value.low:.3f}–{value.high:.3f}), {value.n}"


def _cell(text: str) -> str:
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
            suite, "testcase", classname=f"{result.case.lang}.{result.case.kind}", name=result.case.case_id
        )
        if result.why:
            _failure(element, "error" if result.error else "failure", f"{result.why}\n{result.case.question}")
    ElementTree.indent(suite)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(suite, encoding="unicode")}\n'


def _failure(element: ElementTree.Element, tag: str, text: str) -> None:
    # XML 1.0 has no place for control characters, not even escaped.
    clean = "".join(char if char >= " " or char in "\n\t" else "\N{REPLACEMENT CHARACTER}" for char in text)
    ElementTree.SubElement(element, tag, message=clean.split("\n", 1)[0]).text = clean


# -- HTML ------------------------------------------------------------------------------------------


def html_page(report: Report) -> str:
    """One self-contained page: verdict, scores, failures first."""
    passed = [result for result in report.results if result.passed]
    lost = set(report.flips.lost) if report.flips else set()
    gained = set(report.flips.gained) if report.flips else set()
    parts = [
        "<!doctype html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>Eval {escape(report.suite)}: {report.verdict}</title>',
        '<meta name="viewport" content="width=device-width"><style>' + _STYLE + "</style></head><body>",
        f'<h1>Eval suite {escape(report.suite)}</h1><p class="verdict">{report.verdict}</p>',
        f"<p>{len(report.results)} cases, {report.corpus_articles} articles, index fingerprint "
        f"<code>{escape(report.fingerprint)}</code>, version {escape(__version__)}.</p>",
        _html_list(report.failures),
        _html_list(_flip_lines(report.flips) if report.flips else ()),
        "<h2>Scores</h2>" + _html_table(report),
        f"<h2>Failing cases ({len(report.failing)})</h2>",
        *(_html_case(result, lost, gained) for result in report.failing),
        f"<details><summary>Passed cases ({len(passed)})</summary>",
        *(_html_case(result, lost, gained) for result in passed),
        "</details></body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _html_list(items: Sequence[str]) -> str:
    shown = [f"<li>{escape(item.strip('- '))}</li>" for item in items if item.strip("- ")]
    return f"<ul>{''.join(shown)}</ul>" if shown else ""


def _html_table(report: Report) -> str:
    head = "".join(f"<th>{escape(metric)}</th>" for metric in _COLUMNS)
    rows = [
        f"<tr><td>{escape(name)}</td>{''.join(f'<td>{_shown(scores[metric])}</td>' for metric in _COLUMNS)}</tr>"
        for name, scores in report.slices.items()
    ]
    return f'<div class="scroll"><table><tr><th>slice</th>{head}</tr>{"".join(rows)}</table></div>'


def _html_case(result: CaseResult, lost: set[str], gained: set[str]) -> str:
    case = result.case
    flip = " · lost since the baseline" if case.case_id in lost else ""
    flip = " · gained since the baseline" if case.case_id in gained else flip
    gold = "".join(
        f"<li><code>{escape(item.article_id)}</code> <q>{escape(item.quote)}</q></li>" for item in case.gold_evidence
    )
    answer = " ".join(result.sentences) or f"({result.status or 'no answer'})"
    return (
        f'<article class="{"" if result.passed else "bad"}" lang="{case.lang}"><h3>{escape(case.question)}</h3>'
        f"<p><code>{escape(case.case_id)}</code> · {escape(case.kind)} · {result.outcome}{flip} "
        f'<span class="why">{escape(result.why)}</span></p>'
        f"<p>{escape(answer)}</p><p>Short: <b>{escape(result.short or '–')}</b> · expected: "
        f"{escape(' / '.join(case.expected) or 'a refusal')}</p>"
        f"<ul>{''.join(_html_span(span) for span in result.spans)}</ul>"
        + (f"<details><summary>Gold</summary><ul>{gold}</ul></details>" if gold else "")
        + "</article>"
    )


def _html_span(span: CitedSpan) -> str:
    broken = "" if span.resolves else " <b>not what the article says there</b>"
    return (
        f"<li>{span.role} <code>{escape(span.article_id)} {span.start}:{span.end}</code>{broken} "
        f"<q>{escape(span.before)}<mark>{escape(span.quote)}</mark>{escape(span.after)}</q></li>"
    )
