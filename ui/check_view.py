"""A checked draft as escaped HTML: counts to filter by, the draft with its verdicts, a row for each claim."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.types import CheckReport, ClaimVerdict, Difference, Evidence, Verdict
from assistant.verify.report import summary
from ui.checks import Check
from ui.escape import escape
from ui.render import citation_item
from ui.strings import Strings
from ui.wording.check import CheckWords, words_for

SIGN = {
    Verdict.SUPPORTED: "○",
    Verdict.CONTRADICTED: "×",
    Verdict.CONFLICTING: "≠",
    Verdict.NOT_FOUND: "？",
    Verdict.NOT_CHECKABLE: "－",
}
EXPORTS = (("docx", "Word"), ("markdown", "Markdown"), ("csv", "CSV"))


def check_html(check: Check, strings: Strings) -> str:
    """What stands under the draft once it has been checked."""
    words = words_for(strings.lang)
    report = check.report or CheckReport(())
    if not report.claims:
        return f'<p class="notice" data-announce>{escape(words.no_claims)}</p>'
    rows = "".join(_row(number, item, strings, words) for number, item in enumerate(report.claims, start=1))
    finished = words.checked.format(count=len(report.claims))
    return (
        f'<section class="checked" aria-labelledby="check-result" data-finished="{escape(finished)}">'
        f'<div class="checked-head"><h3 id="check-result" tabindex="-1">{escape(words.result)}</h3>'
        f"{_exports(check, words, strings)}</div>"
        + _filters(report, strings, words)
        + f'<p class="meta signals">{escape(_signals(check, report, strings, words))}</p>'
        + _keys(words)
        + '<div class="check-columns"><section class="check-draft">'
        f'<h4>{escape(words.draft_marked)}</h4><p class="draft" tabindex="0" role="region" '
        f'aria-label="{escape(words.draft_marked)}">{_draft(check.draft.text, report.claims, strings)}</p></section>'
        f'<section class="check-claims"><h4>{escape(words.claims)}</h4><ol class="claims">{rows}</ol>'
        f'<p class="notice none-shown" hidden>{escape(words.none_shown)}</p></section></div></section>'
    )


def progress_html(check: Check, strings: Strings) -> str:
    """How far a check is."""
    words = words_for(strings.lang)
    told = words.working.format(done=check.done, total=check.total or "…")
    amount = f'value="{check.done}" max="{check.total}"' if check.total else ""
    return (
        f'<div class="working"><label for="check-progress">{escape(told)}</label>'
        f'<progress id="check-progress" {amount}></progress></div>'
    )


def _exports(check: Check, words: CheckWords, strings: Strings) -> str:
    links = "".join(
        f'<a class="tool" download data-export="{kind}" '
        f'href="../ui/check/{check.check_id}/export?format={kind}&amp;lang={strings.lang}">{label}</a>'
        for kind, label in EXPORTS
    )
    return f'<p class="exports"><span class="meta">{escape(words.export)}</span>{links}</p>'


def _filters(report: CheckReport, strings: Strings, words: CheckWords) -> str:
    counts = summary(report)
    buttons = [
        f'<button type="button" class="filter" data-verdict="" aria-pressed="true">{escape(words.filter_all)} '
        f"<b>{len(report.claims)}</b></button>"
    ]
    buttons += [
        f'<button type="button" class="filter verdict {verdict.value}" data-verdict="{verdict.value}" '
        f'aria-pressed="false">{_sign(verdict)} {escape(strings.verdict(verdict.value))} <b>{count}</b></button>'
        for verdict, count in counts.items()
        if count
    ]
    return f'<div class="summary" role="group" aria-label="{escape(words.filter_label)}">{"".join(buttons)}</div>'


def _signals(check: Check, report: CheckReport, strings: Strings, words: CheckWords) -> str:
    day = strings.date(check.anchor.isoformat()) if check.anchor else ""
    anchor = words.anchor.format(date=day) if day else words.no_anchor
    model = words.nli.format(model=report.nli_model) if report.nli_model else words.no_nli
    return f"{anchor} {model}" if strings.lang == "en" else f"{anchor}{model}"


def _keys(words: CheckWords) -> str:
    keys = (("n", words.key_next), ("p", words.key_previous), ("o", words.key_source))
    told = " ".join(f"<span><kbd>{key}</kbd> {escape(meaning)}</span>" for key, meaning in keys)
    return f'<p class="keys"><label><input type="checkbox" id="check-keys" checked> {escape(words.keys_on)}</label>{told}</p>'


def _draft(draft: str, claims: Sequence[ClaimVerdict], strings: Strings) -> str:
    parts: list[str] = []
    position = 0
    for number, item in sorted(enumerate(claims, start=1), key=lambda pair: pair[1].claim.start):
        start, end = max(item.claim.start, position), min(item.claim.end, len(draft))
        if start >= end:
            continue
        parts.append(escape(draft[position:start]))
        # The sign is drawn by the style sheet, so that a copy of the draft is the draft.
        parts.append(
            f'<a class="claim {item.verdict.value}" id="in-draft-{number}" href="#claim-{number}" '
            f'data-jump="claim-{number}" data-sign="{SIGN[item.verdict]}" '
            f'title="{escape(strings.verdict(item.verdict.value))}">{escape(draft[start:end])}</a>'
        )
        position = end
    parts.append(escape(draft[position:]))
    return "".join(parts)


def _row(number: int, item: ClaimVerdict, strings: Strings, words: CheckWords) -> str:
    verdict = item.verdict
    label = escape(words.claim_number.format(number=number))
    return (
        f'<li class="claim-row {verdict.value}" id="claim-{number}" data-verdict="{verdict.value}" tabindex="-1">'
        f'<p class="claim-head"><span class="verdict {verdict.value}">{_sign(verdict)} '
        f"{escape(strings.verdict(verdict.value))}</span>"
        f'<button type="button" class="claim-place" data-jump="in-draft-{number}" '
        f'title="{escape(words.to_draft)}">{label}</button></p>'
        f'<p class="claim-text">{escape(item.claim.text)}</p><p class="claim-reason">{escape(item.reason)}</p>'
        + _differences(item.differences, words)
        + _evidence(item.evidence, strings, words)
        + f'<p class="meta next-step">{escape(words.next_step(verdict.value))}</p></li>'
    )


def _differences(differences: Sequence[Difference], words: CheckWords) -> str:
    if not differences:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{escape(words.kind(item.kind))}</th><td><del>{escape(item.claimed) or "—"}</del></td>'
        f"<td><ins>{escape(item.found) or '—'}</ins></td></tr>"
        for item in differences
    )
    return (
        f'<table class="differences"><caption class="visually-hidden">{escape(words.differences)}</caption>'
        f'<thead><tr><td></td><th scope="col">{escape(words.claimed)}</th><th scope="col">{escape(words.found)}</th>'
        f"</tr></thead><tbody>{rows}</tbody></table>"
    )


def _evidence(evidence: Sequence[Evidence], strings: Strings, words: CheckWords) -> str:
    if not evidence:
        return ""
    sides = []
    for stance, heading in (("for", words.evidence_for), ("against", words.evidence_against)):
        found = [item.citation for item in evidence if item.stance == stance]
        if found:
            cited = "".join(citation_item(citation, strings, with_chip=False) for citation in found)
            sides.append(f'<div class="{stance}"><h5>{escape(heading)}</h5><ul class="cited-list">{cited}</ul></div>')
    return f'<div class="evidence">{"".join(sides)}</div>'


def _sign(verdict: Verdict) -> str:
    return f'<span aria-hidden="true">{SIGN[verdict]}</span>'
