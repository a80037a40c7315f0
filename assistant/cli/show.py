"""What people read on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.library.summary import ArticleSummary, Standing, VersionSummary
from assistant.text.invisible import in_words
from assistant.types import (
    Answer,
    AnswerStatus,
    Article,
    Citation,
    Comparison,
    Hidden,
    Hit,
    PublishedCopy,
)

if TYPE_CHECKING:
    from assistant.api import Status
    from assistant.index.update import IndexReport

_MANY = 10


def answer(found: Answer, *, with_text: bool = True) -> str:
    """The whole answer; without its text where that has been printed already."""
    japanese = found.lang == "ja"
    lines = [found.text] if with_text else []
    if found.short and found.short not in (None, found.text):
        lines.insert(0, f"{'答え' if japanese else 'Answer'}: {found.short}")
    if found.rewritten:
        lines.insert(
            0, f"（「{found.rewritten}」として調べました）" if japanese else f"(Searched for: {found.rewritten})"
        )
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
    lines = [f"[{citation.marker}] {' — '.join(parts)} ({place})", *([f"    {citation.url}"] if citation.url else [])]
    return "\n".join([*lines, *_copies(citation.copies)])


def _copies(copies: Sequence[PublishedCopy]) -> list[str]:
    named = [
        f"{copy.title} ({copy.article_id}{f', {copy.published[:10]}' if copy.published else ''})" for copy in copies
    ]
    return [f"    also published as: {'; '.join(named)}"] if named else []


def _clip(quote: str) -> str:
    flat = " ".join(quote.split())
    return flat if len(flat) <= 120 else f"{flat[:119]}…"


def hits(found: Sequence[Hit]) -> str:
    if not found:
        return "No passage matches."
    return "\n".join(
        "\n".join(
            [
                f"{hit.rank:2d}. {hit.score:.3f}  {hit.passage.title} — {hit.passage.locator}",
                f"    {_clip(hit.passage.text)}",
                *_copies(hit.copies),
            ]
        )
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
    lines += [
        f"hidden characters in {article_id!r}: {in_words(counts)}; no reader sees them, and no answer shows them"
        for article_id, counts in list(report.hidden.items())[:_MANY]
    ]
    if len(report.hidden) > _MANY:
        lines.append(f"… and in {len(report.hidden) - _MANY} more; `assistant sources` lists them all")
    if report.missing and not report.gone:
        lines.append(
            f"{len(report.missing)} files are gone but their articles stay, {report.missing[0]!r} first; "
            f"`assistant remove ARTICLE_ID` withdraws an article"
        )
    lines += [f"moved: {old} -> {new}" for old, new in report.moved[:_MANY]]
    if report.gone:
        lines.append(f"withdrawn, since their file is gone: {', '.join(report.gone[:_MANY])}")
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


def sources(found: Sequence[ArticleSummary], refused: Sequence[tuple[str, str, int | None]] = ()) -> str:
    """One line an article, then one line a file that could not be read."""
    if not found and not refused:
        return "The library is empty. Run `assistant index`."
    lines = []
    for item in found:
        date = (item.published or "—")[:10]
        marks = _marks(item)
        lines.append(f"{date:10s}  {item.article_id}  {item.title}" + (f"  ({', '.join(marks)})" if marks else ""))
    lines += [_refused(path, reason, line) for path, reason, line in refused]
    return "\n".join(lines)


def _marks(item: ArticleSummary) -> list[str]:
    """What sets an article apart from one that is simply shown."""
    marks = [f"v{item.version}"] if item.version > 1 else []
    if item.withdrawn:
        marks.append("its file is gone" if item.standing is Standing.GONE else str(item.standing.value))
    if item.embargo_until:
        ended = "" if item.standing is Standing.EMBARGO else ", over"
        marks.append(f"embargo until {item.embargo_until}{ended}")
    marks += [f"superseded by {item.superseded_by}"] if item.superseded_by else []
    marks += [f"copy of {item.copy_of}"] if item.copy_of else []
    for label, ids in (
        ("supersedes", item.supersedes),
        ("corrected by", item.corrected_by),
        ("corrects", item.corrects),
        ("also published as", item.also_published_as),
    ):
        marks += [f"{label} {', '.join(ids)}"] if ids else []
    marks += [f"fetched {item.fetched[:16]} from {item.source_path}"] if item.fetched else []
    marks += [f"hidden characters: {_hidden(item.hidden)}"] if item.hidden else []
    return marks


def article_head(found: Article, item: ArticleSummary, versions: Sequence[VersionSummary]) -> str:
    """What an editor has to know of an article before its text."""
    marks = _marks(item)
    lines = [
        f"{item.article_id}, version {found.version} of {len(versions)}" + (f" ({', '.join(marks)})" if marks else "")
    ]
    if len(versions) > 1:
        lines += [
            f"  v{one.version}  indexed {one.indexed_at[:10]}"
            + (f", updated {one.updated[:10]}" if one.updated else "")
            + (", in force" if one.current else "")
            for one in versions
        ]
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
    standings = [f"{count} {name}" for name, count in sorted(found.library.standings.items()) if name != "shown"]
    if standings or found.library.corrected:
        lines.append("not shown: " + (", ".join(standings) or "none") + f"; {found.library.corrected} corrected")
    lines += [f"look at: {problem}" for problem in found.library.problems]
    lines += [_refused(path, reason, line) for path, reason, line in found.refused]
    return "\n".join(lines)


def hidden_note(article: Article) -> str:
    return f"Hidden characters, not shown: {_hidden(article.metadata.hidden)}."


def _hidden(found: Sequence[Hidden]) -> str:
    return in_words({item.kind: item.count for item in found})


def _refused(path: str, reason: str, line: int | None) -> str:
    return f"refused: {path}{f':{line}' if line else ''}: {reason}"
