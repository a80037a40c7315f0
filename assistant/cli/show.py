"""What people read on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.api import Status
from assistant.index.update import IndexReport
from assistant.library.store import ArticleSummary
from assistant.types import Answer, AnswerStatus, Citation, Comparison, Hit

_MANY = 10


def answer(found: Answer, *, with_text: bool = True) -> str:
    """The whole answer; without its text where that has been printed already."""
    japanese = found.lang == "ja"
    lines = [found.text] if with_text else []
    if found.short and found.short not in (None, found.text):
        lines.insert(0, f"{'答え' if japanese else 'Answer'}: {found.short}")
    for conflict in found.conflicts:
        values = " / ".join(f"{value.value} [{value.citation.marker}]" for value in conflict.values)
        lines.append(f"{'資料によって異なります' if japanese else 'Sources disagree'} — {conflict.attribute}: {values}")
    if found.notice:
        lines.append(found.notice)
    if found.withheld:
        count = len(found.withheld)
        lines.append(
            f"記事で確かめられなかった{count}文は除きました（理由は --json で見られます）。"
            if japanese
            else f"{count} sentences that the articles do not confirm were left out (--json shows why)."
        )
    if found.citations:
        lines.append("")
        lines += [_citation(citation) for citation in found.citations]
    if found.status is AnswerStatus.REFUSED and found.nearest:
        lines += ["", "近い箇所（答えではありません）:" if japanese else "Closest passages (not an answer):"]
        lines += [f"{_citation(near.citation)}\n    {_clip(near.citation.quote)}" for near in found.nearest]
    return "\n".join(lines)


def _citation(citation: Citation) -> str:
    parts = [citation.title]
    if citation.locator != citation.title:
        parts.append(citation.locator)
    if citation.published:
        parts.append(citation.published[:10])
    place = f"{citation.article_id} {citation.start}:{citation.end}"
    return f"[{citation.marker}] {' — '.join(parts)} ({place})" + (f"\n    {citation.url}" if citation.url else "")


def _clip(quote: str) -> str:
    flat = " ".join(quote.split())
    return flat if len(flat) <= 120 else f"{flat[:119]}…"


def hits(found: Sequence[Hit]) -> str:
    if not found:
        return "No passage matches."
    return "\n".join(
        f"{hit.rank:2d}. {hit.score:.3f}  {hit.passage.title} — {hit.passage.locator}\n    {_clip(hit.passage.text)}"
        for hit in found
    )


def index_report(report: IndexReport) -> str:
    lines = [
        f"{len(report.added)} added, {len(report.changed)} changed, {report.unchanged} unchanged, "
        f"{len(report.refused)} refused",
        f"{report.passages} passages, index {report.generation or 'none'}"
        + ("" if report.built else " (nothing to build)")
        + f", {report.seconds:.1f} s",
    ]
    lines += [_refused(refusal.path, refusal.reason, refusal.line) for refusal in report.refused[:_MANY]]
    if len(report.refused) > _MANY:
        lines.append(f"… and {len(report.refused) - _MANY} more; `assistant status` lists them all")
    if report.missing:
        lines.append(
            f"{len(report.missing)} files are gone but their articles stay, {report.missing[0]!r} first; "
            f"`assistant remove ARTICLE_ID` withdraws an article"
        )
    if report.withdrawn:
        lines.append(f"withdrawn, and left out: {', '.join(report.withdrawn[:_MANY])}")
    return "\n".join(lines)


def comparison(found: Comparison) -> str:
    lines = []
    for attribute in found.attributes:
        lines.append(attribute)
        for cell in found.cells:
            if cell.attribute == attribute:
                value = f"{cell.value} {cell.unit}".strip()
                basis = f" ({cell.conditions})" if cell.conditions else ""
                lines.append(f"  {cell.entity}: {value}{basis} [{cell.citation.marker}]")
    lines += [
        f"disagreement: {conflict.attribute}: {' / '.join(value.value for value in conflict.values)}"
        for conflict in found.conflicts
    ]
    lines.append("")
    lines += [f"[{cell.citation.marker}] {cell.citation.title}" for cell in found.cells]
    return "\n".join(lines)


def sources(found: Sequence[ArticleSummary]) -> str:
    if not found:
        return "The library is empty. Run `assistant index`."
    lines = []
    for item in found:
        marks = [f"v{item.version}"] if item.version > 1 else []
        marks += ["withdrawn"] if item.withdrawn else []
        marks += [f"embargo until {item.embargo_until}"] if item.embargo_until else []
        date = (item.published or "—")[:10]
        lines.append(f"{date:10s}  {item.article_id}  {item.title}" + (f"  ({', '.join(marks)})" if marks else ""))
    return "\n".join(lines)


def status(found: Status) -> str:
    counts = found.counts
    lines = [
        f"index: {found.generation or 'none'} (fingerprint {found.fingerprint})",
        f"library: {counts['articles']} articles, {counts['versions']} versions, {counts['passages']} passages",
        f"embedder: {found.embedder}; reader: {found.reader}; reranker: {found.reranker or 'none'}; "
        f"entailment: {found.entailment or 'rules, no model'}",
        "health: " + ("ok" if not found.problems else "; ".join(found.problems)),
    ]
    lines += [_refused(path, reason, line) for path, reason, line in found.refused]
    return "\n".join(lines)


def _refused(path: str, reason: str, line: int | None) -> str:
    return f"refused: {path}{f':{line}' if line else ''}: {reason}"
