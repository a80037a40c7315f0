"""The Evals page as escaped HTML: how the last run went, how runs move, what failed."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from ui.charts import Series, TrendPoint, trend_chart
from ui.escape import escape
from ui.eval_runs import Failing, Rate, Run
from ui.strings import Strings
from ui.wording.evals import EvalsWords, words_for

TREND_RUNS = 20
_METRICS = (
    ("answer.right", "metric_answer"),
    ("answer.contained", "metric_contained"),
    ("answer.exact_short", "metric_short"),
    ("answer.character_f1", "metric_f1"),
    ("search.hit_at_1", "metric_hit"),
    ("search.recall_at_8", "metric_recall"),
    ("citations.resolve", "metric_citations"),
    ("refusal.false_answer", "metric_false_answer"),
    ("refusal.over_refusal", "metric_over_refusal"),
    ("desk.right", "metric_desk"),
    ("desk.macro_f1", "metric_macro"),
    ("desk.dangerous", "metric_dangerous"),
    ("desk.false_alarm", "metric_false_alarm"),
)
_LESS = frozenset({"refusal.false_answer", "refusal.over_refusal", "desk.dangerous", "desk.false_alarm"})
_LANGUAGES = {"ja": "日本語", "en": "English"}
_TREND = ("answer.right", "search.hit_at_1", "desk.right", "refusal.false_answer")
_BY_KIND = ("answer.right", "search.hit_at_1", "refusal.false_answer", "desk.right")


def evals_html(runs: Sequence[Run], chosen: Run, strings: Strings) -> str:
    """Everything about one run, with the trend of the runs like it.

    Args:
        runs: The runs that are kept, newest first.
        chosen: The one to show.
        strings: The language of the page.
    """
    words = words_for(strings.lang)
    return (
        _head(runs, chosen, strings, words)
        + '<div class="desk-cards">'
        + _trend(runs, chosen, strings, words)
        + _about(chosen, words)
        + "</div>"
        + _scores(chosen, words)
        + _failing(chosen, strings, words)
        + _kinds(chosen, words)
    )


def empty_html(strings: Strings) -> str:
    """Before the first run."""
    return f'<p class="empty-state">{escape(words_for(strings.lang).empty)}</p>'


def _head(runs: Sequence[Run], chosen: Run, strings: Strings, words: EvalsWords) -> str:
    options = "".join(
        f'<option value="{run.run_id}"{" selected" if run is chosen else ""}>'
        f"{escape(_when(run, strings))} {escape(run.suite)} {escape(run.reader)}"
        f"{' · ' + escape(words.latest) if number == 0 else ''}</option>"
        for number, run in enumerate(runs)
    )
    good = chosen.verdict == "passed"
    return (
        '<div class="library-tools"><div class="field"><label for="evals-chosen">'
        f'{escape(words.choose_run)}</label><select id="evals-chosen">{options}</select></div></div>'
        f'<p class="health {"good" if good else "bad"}" data-announce><span aria-hidden="true">{"○" if good else "×"}'
        f"</span> {escape(words.verdict(chosen.verdict))}</p>"
    )


def _when(run: Run, strings: Strings) -> str:
    return f"{strings.date(run.at)} {run.at[11:16]} UTC"


# -- trend -----------------------------------------------------------------------------------------


def _trend(runs: Sequence[Run], chosen: Run, strings: Strings, words: EvalsWords) -> str:
    alike = [run for run in runs if (run.suite, run.reader) == (chosen.suite, chosen.reader)][:TREND_RUNS][::-1]
    heading = f'<section class="desk-card wide"><h3>{escape(words.trend)}</h3>'
    if len(alike) < 2:
        return f'{heading}<p class="meta">{escape(words.trend_one)}</p></section>'
    series = [_series(metric, alike, strings, words) for metric in _TREND]
    series = [item for item in series if item.points]
    values = "; ".join(f"{item.name} {item.points[-1].value:.3f}" for item in series)
    title = words.trend_title.format(suite=chosen.suite, reader=chosen.reader)
    description = words.trend_desc.format(count=len(alike), values=values)
    ends = (strings.date(alike[0].at), strings.date(alike[-1].at))
    chart = trend_chart("trend", title, description, series, count=len(alike), ends=ends)
    return (
        f'{heading}<figure class="chart-figure plain"><figcaption>{escape(title)}</figcaption>{chart}'
        f'<p class="meta">{escape(words.trend_note)}</p>'
        f'<button type="button" class="tool" data-png="{escape(title)}">{escape(words.png)}</button></figure></section>'
    )


def _series(metric: str, runs: Sequence[Run], strings: Strings, words: EvalsWords) -> Series:
    name = _metric(metric, words)
    points = []
    for number, run in enumerate(runs):
        rate = run.slices.get("overall", {}).get(metric)
        if rate is None or rate.value is None or rate.low is None or rate.high is None:
            continue
        text = words.point.format(
            name=name,
            date=_when(run, strings),
            value=f"{rate.value:.3f}",
            low=f"{rate.low:.3f}",
            high=f"{rate.high:.3f}",
            n=rate.n,
        )
        points.append(TrendPoint(number, rate.value, rate.low, rate.high, text))
    return Series(name, tuple(points))


def _metric(metric: str, words: EvalsWords) -> str:
    name = str(getattr(words, dict(_METRICS)[metric]))
    less = f"（{words.less_is_better}）" if words.tab == "評価" else f" ({words.less_is_better})"
    return name + less if metric in _LESS else name


# -- this run --------------------------------------------------------------------------------------


def _about(run: Run, words: EvalsWords) -> str:
    facts = (
        (words.suite, run.suite),
        (words.reader, run.reader),
        (words.cases, words.cases_value.format(questions=f"{run.questions:,}", claims=f"{run.claims:,}")),
        (words.articles, f"{run.articles:,}"),
        (words.index, run.fingerprint),
        (words.version, run.version),
    )
    listed = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in facts if value)
    gate = "".join(f"<li>{escape(failure)}</li>" for failure in run.failures)
    return (
        f'<section class="desk-card"><h3>{escape(words.about)}</h3><dl class="facts">{listed}</dl>'
        + (f'<h4>{escape(words.gate)}</h4><ul class="plain-list">{gate}</ul>' if gate else "")
        + f"<h4>{escape(words.baseline)}</h4>{_baseline(run, words)}</section>"
    )


def _baseline(run: Run, words: EvalsWords) -> str:
    flips = run.flips
    if flips is None:
        return f'<p class="meta">{escape(words.baseline_none)}</p>'
    told = words.baseline_told.format(
        change=f"{flips.change:+.3f}",
        low=f"{flips.low:+.3f}",
        high=f"{flips.high:+.3f}",
        p=f"{flips.p_value:.3f}",
        judgement=words.judgement(flips.judgement),
    )
    parts = [f'<p class="meta">{escape(told)}</p>']
    for label, ids in ((words.lost, flips.lost), (words.gained, flips.gained)):
        if ids:
            listed = escape(", ".join(ids))
            parts.append(
                f'<details class="flips"><summary>{escape(label.format(count=len(ids)))}</summary>'
                f'<p class="meta">{listed}</p></details>'
            )
    return "".join(parts)


def _scores(run: Run, words: EvalsWords) -> str:
    names = ["overall", *(name for name in run.slices if name.startswith("lang:"))]
    heads = "".join(
        f'<th scope="col">{escape(words.overall if name == "overall" else _LANGUAGES.get(name[5:], name[5:]))}</th>'
        for name in names
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(_metric(metric, words))}</th>'
        + "".join(f"<td>{_rate(run.slices.get(name, {}).get(metric))}</td>" for name in names)
        + "</tr>"
        for metric, _ in _METRICS
        if metric in run.slices.get("overall", {})
    )
    return (
        f'<h3 class="section-title">{escape(words.scores)}</h3>'
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(words.scores)}"><table class="scores">'
        f'<thead><tr><th scope="col">{escape(words.metric)}</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _rate(rate: Rate | None) -> str:
    if rate is None or rate.value is None or rate.low is None or rate.high is None:
        return ""
    return f'<strong>{rate.value:.3f}</strong> <span class="meta">{rate.low:.3f}–{rate.high:.3f}, n={rate.n:,}</span>'


def _kinds(run: Run, words: EvalsWords) -> str:
    kinds = [name for name in run.slices if name.startswith(("kind:", "verdict:"))]
    if not kinds:
        return ""
    heads = "".join(f'<th scope="col">{escape(_metric(metric, words))}</th>' for metric in _BY_KIND)
    rows = "".join(
        f'<tr><th scope="row">{escape(name.split(":", 1)[1])}</th>'
        + "".join(f"<td>{_rate(run.slices[name].get(metric))}</td>" for metric in _BY_KIND)
        + "</tr>"
        for name in kinds
    )
    return (
        f'<details class="by-kind"><summary>{escape(words.slices)}</summary><div class="table-scroll" tabindex="0" '
        f'role="region" aria-label="{escape(words.slices)}"><table class="scores"><thead><tr>'
        f'<th scope="col">{escape(words.slice)}</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>'
    )


# -- failing cases ---------------------------------------------------------------------------------


def _failing(run: Run, strings: Strings, words: EvalsWords) -> str:
    title = f'<h3 class="section-title">{escape(words.failing)}</h3>'
    if not run.failing:
        return f'{title}<p class="meta">{escape(words.failing_none)}</p>'
    kinds = sorted({case.kind for case in run.failing if case.kind})
    options = "".join(f'<option value="{escape(kind)}">{escape(kind)}</option>' for kind in kinds)
    total = run.failing_total or len(run.failing)
    told = words.failing_count.format(count=f"{total:,}")
    if total > len(run.failing):
        told += words.failing_more.format(shown=f"{len(run.failing):,}")
    heads = (words.case, words.question, words.what_happened, words.given, words.expected)
    rows = "".join(_case(case, strings, words) for case in run.failing)
    return (
        f'{title}<div class="library-tools"><div class="field"><label for="evals-kind">{escape(words.filter_kind)}</label>'
        f'<select id="evals-kind"><option value="">{escape(words.all_kinds)}</option>{options}</select></div></div>'
        f'<p class="meta">{escape(told)}</p>'
        f'<div class="table-scroll failing" tabindex="0" role="region" aria-label="{escape(words.failing)}"><table><thead><tr>'
        + "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
        + f"</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _case(case: Failing, strings: Strings, words: EvalsWords) -> str:
    asked = case.question or case.claim
    after = ""
    if case.history:
        joined = " → ".join(case.history)
        after = f'<span class="meta">{escape(words.after.format(turns=joined))}</span>'
    if case.question:
        act = f'<a class="tool small" href="#/ask?q={quote(case.question)}">{escape(words.ask)}</a>'
    else:
        act = f'<button type="button" class="tool small" data-check-text="{escape(case.claim)}">{escape(words.check)}</button>'
    wanted = " / ".join(case.expected) or words.a_refusal
    if case.claim:
        wanted, given = (_verdict(text, strings) for text in (wanted, case.short))
    else:
        given = case.short
    return (
        f'<tr data-kind="{escape(case.kind)}"><td class="meta">{escape(case.id)}<br>{escape(case.kind)}</td>'
        f'<td class="asked-case" lang="{escape(case.lang)}">{after}{escape(asked)} {act}</td><td>{escape(case.why)}</td>'
        f"<td>{escape(given)}</td><td>{escape(wanted)}</td></tr>"
    )


def _verdict(value: str, strings: Strings) -> str:
    try:
        return strings.verdict(value)
    except AttributeError:
        return value
