"""The Library page as escaped HTML."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from assistant.types import Refusal
from ui.escape import escape
from ui.protocol import SourceSummary
from ui.render import source_attributes
from ui.strings import Strings

LIBRARY_ROWS = 500
"""Articles listed on the page; a larger library says how many more there are."""


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
