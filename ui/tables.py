"""The Library, Check and Compare pages as escaped HTML."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from assistant.types import CheckReport, ClaimVerdict, Comparison, ComparisonCell, Refusal, Verdict
from ui.escape import escape
from ui.protocol import SourceSummary
from ui.render import chip, citation_item, conflicts_html, source_attributes
from ui.strings import Strings

LIBRARY_ROWS = 500
"""Articles listed on the page; a larger library says how many more there are."""

_VERDICT_SIGN = {
    Verdict.SUPPORTED: "○",
    Verdict.CONTRADICTED: "×",
    Verdict.CONFLICTING: "≠",
    Verdict.NOT_FOUND: "？",
    Verdict.NOT_CHECKABLE: "－",
}


def is_public(source: SourceSummary) -> bool:
    """Whether readers may know of an article: it is neither withdrawn nor under embargo."""
    return not source.withdrawn and str(source.standing) != "embargo"


def library_html(sources: Sequence[SourceSummary], refused: Sequence[Refusal], strings: Strings) -> str:
    """What is in the library, newest first, and what could not be read."""
    if not sources and not refused:
        return f'<p class="lead">{escape(strings.library_empty)}</p>'
    newest_first = sorted(sources, key=lambda source: (source.published or "", source.title), reverse=True)
    rows = "".join(_library_row(source, strings) for source in newest_first[:LIBRARY_ROWS])
    heads = (
        (strings.library_title, "title"),
        (strings.library_published, "nowrap"),
        (strings.library_version, "number"),
        (strings.library_passages, "number less"),
        (strings.library_indexed, "nowrap less"),
        (strings.library_file, "file less"),
    )
    more = len(newest_first) - LIBRARY_ROWS
    return (
        f'<p class="meta">{escape(strings.library_count.format(count=len(newest_first)))}</p>'
        '<div class="table-scroll" tabindex="0"><table class="library"><thead><tr>'
        + "".join(f'<th scope="col" class="{kind}">{escape(head)}</th>' for head, kind in heads)
        + f"</tr></thead><tbody>{rows}</tbody></table></div>"
        + (f'<p class="meta">{escape(strings.library_more.format(count=more))}</p>' if more > 0 else "")
        + _refused(refused, strings)
    )


def _library_row(source: SourceSummary, strings: Strings) -> str:
    name = PurePath(source.source_path).name
    tags = "".join(f' <span class="tag">{escape(tag)}</span>' for tag in _tags(source, strings))
    opens = source_attributes(source.article_id, version=source.version)
    date = strings.date(source.published) or strings.library_unknown_date
    return (
        f'<tr><td><button type="button" class="cited-title" lang="{escape(source.lang)}" {opens}>'
        f"{escape(source.title)}</button>{tags}</td>"
        f'<td class="nowrap">{escape(date)}</td><td class="number">{source.version}</td>'
        f'<td class="number less">{source.passages}</td>'
        f'<td class="nowrap less">{escape(strings.date(source.indexed_at))}</td><td class="file less">{escape(name)}</td></tr>'
    )


def _tags(source: SourceSummary, strings: Strings) -> list[str]:
    """What an editor should see of an article's standing at a glance."""
    tags = [strings.library_withdrawn] if source.withdrawn else []
    if source.embargo_until:
        tags.append(strings.library_embargo.format(date=strings.date(source.embargo_until)))
    if source.superseded_by:
        tags.append(strings.library_superseded.format(by=source.superseded_by))
    if source.copy_of:
        tags.append(strings.library_copy.format(of=source.copy_of))
    if source.corrected_by:
        tags.append(strings.library_corrected.format(by=", ".join(source.corrected_by)))
    if source.corrects:
        tags.append(strings.library_corrects.format(what=", ".join(source.corrects)))
    if source.also_published_as:
        tags.append(f"{strings.also_published} {', '.join(source.also_published_as)}")
    return tags


def _refused(refused: Sequence[Refusal], strings: Strings) -> str:
    if not refused:
        return ""
    items = "".join(
        f"<li><strong>{escape(PurePath(item.path).name)}</strong>"
        + (f" {escape(strings.library_line.format(line=item.line))}" if item.line is not None else "")
        + f'<p class="meta">{escape(item.reason)}</p></li>'
        for item in refused
    )
    return f'<section class="card error"><h4>{escape(strings.library_refused)}</h4><ul>{items}</ul></section>'


def check_html(draft: str, report: CheckReport, strings: Strings) -> str:
    """The draft coloured by verdict, then a row for each claim with its evidence."""
    if not report.claims:
        return f'<p class="notice">{escape(strings.check_none)}</p>'
    counts = {verdict: sum(item.verdict is verdict for item in report.claims) for verdict in Verdict}
    summary = "".join(
        f'<li class="verdict {verdict.value}">{_sign(verdict)} {escape(strings.verdict(verdict.value))} {count}</li>'
        for verdict, count in counts.items()
        if count
    )
    rows = "".join(_claim_row(number, item, strings) for number, item in enumerate(report.claims, start=1))
    return (
        f'<section class="checked" data-announce><h4>{escape(strings.check_summary)}</h4><ul class="summary">{summary}</ul></section>'
        f'<p class="draft">{_draft(draft, report.claims)}</p><ol class="claims">{rows}</ol>'
    )


def _draft(draft: str, claims: Sequence[ClaimVerdict]) -> str:
    parts: list[str] = []
    position = 0
    ordered = sorted(enumerate(claims, start=1), key=lambda pair: pair[1].claim.start)
    for number, item in ordered:
        start, end = max(item.claim.start, position), min(item.claim.end, len(draft))
        if start >= end:
            continue
        parts.append(escape(draft[position:start]))
        parts.append(
            f'<a class="claim {item.verdict.value}" href="#claim-{number}" data-jump="claim-{number}">{escape(draft[start:end])}</a>'
        )
        position = end
    parts.append(escape(draft[position:]))
    return "".join(parts)


def _claim_row(number: int, item: ClaimVerdict, strings: Strings) -> str:
    differences = "".join(
        f"<li>{escape(strings.check_differs.format(claimed=difference.claimed, found=difference.found))}</li>"
        for difference in item.differences
    )
    evidence = ""
    for stance, heading in (("for", strings.check_evidence_for), ("against", strings.check_evidence_against)):
        found = [entry.citation for entry in item.evidence if entry.stance == stance]
        if found:
            cited = "".join(citation_item(citation, strings, with_chip=False) for citation in found)
            evidence += f'<div><h5>{escape(heading)}</h5><ul class="cited-list">{cited}</ul></div>'
    return (
        f'<li class="claim-row" id="claim-{number}" tabindex="-1"><p class="claim-text">'
        f'<span class="verdict {item.verdict.value}">{_sign(item.verdict)} {escape(strings.verdict(item.verdict.value))}'
        f"</span> {escape(item.claim.text)}</p><p>{escape(item.reason)}</p>"
        + (f'<ul class="differences">{differences}</ul>' if differences else "")
        + (f'<div class="evidence">{evidence}</div>' if evidence else "")
        + "</li>"
    )


def _sign(verdict: Verdict) -> str:
    return f'<span aria-hidden="true">{_VERDICT_SIGN[verdict]}</span>'


def comparison_html(comparison: Comparison, strings: Strings) -> str:
    """A cited table: one row an attribute, one column a product; an unknown cell stays blank."""
    if not comparison.cells:
        return f'<p class="notice">{escape(strings.compare_none)}</p>'
    cells: dict[tuple[str, str], list[ComparisonCell]] = {}
    for cell in comparison.cells:
        cells.setdefault((cell.attribute, cell.entity), []).append(cell)
    head = "".join(f'<th scope="col">{escape(entity)}</th>' for entity in comparison.entities)
    rows = "".join(
        f'<tr><th scope="row">{escape(attribute)}</th>'
        + "".join(_compared(cells.get((attribute, entity), []), strings) for entity in comparison.entities)
        + "</tr>"
        for attribute in comparison.attributes
    )
    return (
        '<div class="table-scroll" tabindex="0" data-announce><table class="compared"><thead>'
        f'<tr><th scope="col">{escape(strings.compare_attribute)}</th>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        + conflicts_html(comparison.conflicts, strings)
    )


def _compared(cells: Sequence[ComparisonCell], strings: Strings) -> str:
    if not cells:
        return f'<td class="blank"><span class="visually-hidden">{escape(strings.compare_blank)}</span></td>'
    parts = []
    for cell in cells:
        unit = f" {cell.unit}" if cell.unit else ""
        conditions = f'<span class="meta">{escape(cell.conditions)}</span>' if cell.conditions else ""
        parts.append(
            f'<div class="compared-value"><strong>{escape(cell.value + unit)}</strong>'
            f"{chip(cell.citation, strings)}{conditions}</div>"
        )
    return f"<td>{''.join(parts)}</td>"
