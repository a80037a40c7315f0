"""A finished run as one self-contained HTML page: verdict, what changed, scores, plots, failures first."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant import __version__
from evals.desk import DeskResult, confusion
from evals.metrics import calibration, risk_coverage
from evals.plots import calibration_plot, latency_plot, line_plot
from evals.report import Report, flip_lines, shown
from evals.scoring import CaseResult, CitedSpan
from evals.slices import METRICS, Result
from evals.speed import Speed

_STYLE = """
body{font:16px/1.6 system-ui,sans-serif;max-width:76rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse;font-size:.85rem}td,th{border:1px solid #ccc;padding:.2rem .5rem;text-align:right}
td:first-child,th:first-child{text-align:left}.scroll{overflow-x:auto}mark{background:#ffe58a;color:#1a1a1a}
article{border-left:4px solid #2e7d32;padding:.1rem 1rem;margin:1rem 0}article.bad{border-color:#b3261e}
.verdict{font-size:1.3rem;font-weight:600}q{color:#444}code{font-size:.85em}.bad .why{color:#b3261e;font-weight:600}
.flip{background:#eef;border-radius:.3rem;padding:0 .4rem}svg{margin:.5rem 1rem .5rem 0;font-size:11px;fill:currentColor}
svg .head{font-size:13px;font-weight:600}.grid{stroke:#ccc;stroke-width:.6}.guide{stroke:#999;stroke-dasharray:4 3}
.line{fill:none;stroke:#1565c0;stroke-width:2}.dot{fill:#1565c0}
@media(prefers-color-scheme:dark){body{background:#161616;color:#eee}q{color:#bbb}mark{background:#6b5600;color:#fff}
.bad .why{color:#ff8a80}td,th{border-color:#555}.grid{stroke:#444}.flip{background:#334}.line{stroke:#90caf9}
.dot{fill:#90caf9}}
"""


def html_page(report: Report, speed: Speed | None = None) -> str:
    """The page. Without ``speed`` equal runs give equal bytes; with it the latency plot is added."""
    passed = [result for result in report.results if result.passed]
    title = f"Eval suite {escape(report.suite)}: {report.verdict}"
    parts = [
        "<!doctype html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>{title}</title>',
        '<meta name="viewport" content="width=device-width">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<style>{_STYLE}</style></head><body>",
        f'<h1>Eval suite {escape(report.suite)}</h1><p class="verdict">{report.verdict}</p>',
        f"<p>{len(report.questions)} questions, {len(report.claims)} claims, {report.corpus_articles} articles, reader "
        f"{escape(report.reader)}, index fingerprint <code>{escape(report.fingerprint)}</code>, version "
        f"{escape(__version__)}.</p>",
        _list(report.failures),
        "<h2>Since the baseline</h2>" + _list(flip_lines(report.flips)) if report.flips else "",
        f"<h2>Failing cases ({len(report.failing)})</h2>",
        *(_result(report, result) for result in report.failing),
        "<h2>Scores</h2><p>Rate, 95 % interval, number of values.</p>" + _score_table(report),
        _confusion(report.claims),
        "<h2>Plots</h2>" + _plots(report, speed),
        _speed(speed) if speed else "",
        f"<h2>Passed cases ({len(passed)})</h2><details><summary>Show</summary>",
        *(_result(report, result) for result in passed),
        "</details></body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _list(items: Sequence[str]) -> str:
    entries = [f"<li>{escape(item.strip('- '))}</li>" for item in items if item.strip("- ")]
    return f"<ul>{''.join(entries)}</ul>" if entries else ""


def _score_table(report: Report) -> str:
    metrics = [metric for metric in METRICS if report.slices["overall"][metric].n]
    head = "".join(f"<th>{escape(metric)}</th>" for metric in metrics)
    rows = [
        f"<tr><td>{escape(name)}</td>{''.join(f'<td>{shown(scores[metric])}</td>' for metric in metrics)}</tr>"
        for name, scores in report.slices.items()
    ]
    return f'<div class="scroll"><table><tr><th>slice</th>{head}</tr>{"".join(rows)}</table></div>'


def _confusion(claims: Sequence[DeskResult]) -> str:
    if not claims:
        return ""
    table = confusion(claims)
    columns = list(next(iter(table.values())))
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    rows = [
        f"<tr><td>{escape(label)}</td>{''.join(f'<td>{row[name]}</td>' for name in columns)}</tr>"
        for label, row in table.items()
    ]
    return (
        "<h2>Fact desk</h2><p>Rows: the right verdict; columns: the verdict given.</p>"
        f'<div class="scroll"><table><tr><th></th>{head}</tr>{"".join(rows)}</table></div>'
    )


def _plots(report: Report, speed: Speed | None) -> str:
    plots = [
        line_plot("Risk by coverage", "coverage", "share wrong", risk_coverage(report.confident)),
        calibration_plot("Calibration of answered questions", calibration(report.confident)),
    ]
    if speed is not None:
        plots.append(latency_plot("Latency of answers", speed.ask_milliseconds))
    return "".join(plots)


def _speed(speed: Speed) -> str:
    rows = "".join(f"<tr><td>{escape(name)}</td><td>{value}</td></tr>" for name, value in speed.table().items())
    return f"<h2>Speed</h2><table>{rows}</table>"


def _result(report: Report, result: Result) -> str:
    flip = ""
    if report.flips is not None:
        for name, ids in (("lost", report.flips.lost), ("gained", report.flips.gained), ("new", report.flips.new)):
            if result.case_id in ids:
                flip = f' <span class="flip">{name} since the baseline</span>'
    bad = "" if result.passed else "bad"
    inner = _question(result) if isinstance(result, CaseResult) else ""
    if isinstance(result, DeskResult):
        inner = _claim(result)
    return (
        f'<article class="{bad}" lang="{result.lang}">{inner}<p><code>{escape(result.case_id)}</code> · '
        f'{escape(result.kind)} · {result.outcome}{flip} <span class="why">{escape(result.why)}</span></p></article>'
    )


def _question(result: CaseResult) -> str:
    case = result.case
    gold = "".join(
        f"<li><code>{escape(item.article_id)}</code> <q>{escape(item.quote)}</q></li>" for item in case.gold_evidence
    )
    turns = "".join(f"<p>{escape(turn)}</p>" for turn in case.history)
    answer = " ".join(result.sentences) or result.text or f"({result.status or 'no answer'})"
    wanted = [*case.expected, *(" / ".join(group) for group in case.required)]
    day = f" (as of {case.as_of})" if case.as_of else ""
    return (
        f"{turns}<h3>{escape(case.question)}{day}</h3><p>{escape(answer)}</p>"
        f"<p>Short: <b>{escape(result.short or '–')}</b> · expected: "
        f"{escape(' / '.join(wanted) or 'a refusal')}</p>"
        f"<ul>{''.join(_span(span) for span in result.spans)}</ul>"
        + (f"<details open><summary>Gold</summary><ul>{gold}</ul></details>" if gold else "")
    )


def _claim(result: DeskResult) -> str:
    return (
        f"<h3>{escape(result.wanted.text)}</h3><p>Given: <b>{escape(result.given)}</b> · right: "
        f"{escape(result.wanted.verdict)}</p><p>{escape(result.reason)}</p>"
        f"<ul>{''.join(_span(span) for span in result.spans)}</ul>"
    )


def _span(span: CitedSpan) -> str:
    broken = "" if span.resolves else " <b>not what the article says there</b>"
    return (
        f"<li>{span.role} <code>{escape(span.article_id)} {span.start}:{span.end}</code>{broken} "
        f"<q>{escape(span.before)}<mark>{escape(span.quote)}</mark>{escape(span.after)}</q></li>"
    )
