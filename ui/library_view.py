"""The Library page as escaped HTML: the list, one article's details, and for editors how the index stands."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath

from assistant.text.normalise import normalise
from assistant.types import Refusal
from ui import render
from ui.escape import escape
from ui.protocol import SourceSummary, StatusLike, VersionLike
from ui.render import source_attributes
from ui.strings import Strings
from ui.tables import is_public
from ui.withdrawals import Withdrawal
from ui.wording.library import LibraryWords, words_for

PAGE_ROWS = 50
_LANGUAGES = {"ja": "日本語", "en": "English"}
_ADVICE = (
    (r"password|copy protection", "do_password"),
    (r"text recognition|is a scan", "do_scan"),
    (r"front matter", "do_head"),
    (r"`(?P<setting>(?:ingest|fetch)\.\w+)`", "do_limit"),
    (r"utf-8|encoding|not valid (?:cp932|euc)|save it as utf", "do_encoding"),
    (r"the name says|content is not|looks binary|not text", "do_kind"),
    (r"somebody is writing", "do_writing"),
    (r"stands in line|is used by|same id|id .* already", "do_twice"),
    (r"damaged|not json|broken", "do_damaged"),
)


@dataclass(frozen=True, slots=True)
class Listing:
    """What is asked for: words to find, what to show, in which order, which page from 1."""

    query: str = ""
    show: str = "all"
    sort: str = "published"
    down: bool = True
    page: int = 1


_SORTS = {
    "title": lambda source: source.title.casefold(),
    "published": lambda source: (source.published or "", source.article_id),
    "version": lambda source: (source.version, source.published or ""),
    "passages": lambda source: (source.passages, source.title),
    "indexed": lambda source: (source.indexed_at, source.article_id),
    "file": lambda source: (PurePath(source.source_path).name.casefold(), source.source_path),
}
SHOWS = (
    "all",
    "shown",
    "withdrawn",
    "embargo",
    "superseded",
    "copy",
    "corrected",
    "versions",
    "hidden",
)
_EDITORS_SHOWS = frozenset({"withdrawn", "embargo", "hidden"})


def shows(*, editor: bool) -> tuple[str, ...]:
    """The filters a viewer is offered."""
    return tuple(name for name in SHOWS if editor or name not in _EDITORS_SHOWS)


def chosen(sources: Sequence[SourceSummary], wanted: Listing, *, editor: bool) -> list[SourceSummary]:
    """The articles a viewer may know of that fit, in the order asked for."""
    words = _folded(wanted.query).split()
    found = [
        source
        for source in sources
        if (editor or is_public(source))
        and _fits(source, wanted.show)
        and all(word in _searched(source, editor=editor) for word in words)
    ]
    found.sort(key=_SORTS.get(wanted.sort, _SORTS["published"]), reverse=wanted.down)
    return found


def _searched(source: SourceSummary, *, editor: bool) -> str:
    name = PurePath(source.source_path).name if editor else ""
    return _folded(f"{source.title} {source.article_id} {name}")


@lru_cache(maxsize=50_000)
def _folded(text: str) -> str:
    return normalise(text)


def _fits(source: SourceSummary, show: str) -> bool:
    standing = str(source.standing)
    if show in ("shown", "embargo", "superseded", "copy"):
        return standing == show
    return {
        "withdrawn": source.withdrawn or standing in ("withdrawn", "removed", "gone"),
        "corrected": bool(source.corrected_by),
        "versions": source.versions > 1,
        "hidden": bool(getattr(source, "hidden", ())),
    }.get(show, True)


def listing_html(sources: Sequence[SourceSummary], wanted: Listing, strings: Strings, *, editor: bool) -> str:
    """One page of the list."""
    words = words_for(strings.lang)
    total = sum(1 for source in sources if editor or is_public(source))
    if not total:
        return f'<p class="empty-state">{escape(words.empty if editor else words.empty_reader)}</p>'
    found = chosen(sources, wanted, editor=editor)
    if not found:
        return f'<p class="notice" data-announce>{escape(words.nothing_found)}</p>'
    pages = (len(found) + PAGE_ROWS - 1) // PAGE_ROWS
    page = min(max(wanted.page, 1), pages)
    rows = "".join(
        _row(source, strings, words, editor=editor) for source in found[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    )
    told = words.count.format(count=f"{total:,}")
    if len(found) != total:
        told = words.count_found.format(total=f"{total:,}", count=f"{len(found):,}")
    return (
        f'<p class="meta" data-announce>{escape(told)}</p>'
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(strings.tab_library)}">'
        f'<table class="library"><thead><tr>{_heads(wanted, words, editor=editor)}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{_pager(page, pages, words)}"
    )


def _heads(wanted: Listing, words: LibraryWords, *, editor: bool) -> str:
    columns = [
        ("title", words.title, "title"),
        ("published", words.published, "nowrap"),
        ("version", words.version, ""),
    ]
    if editor:
        columns += [
            ("passages", words.passages, "less"),
            ("indexed", words.indexed, "nowrap less"),
            ("file", words.file, "less"),
        ]
    cells = ""
    for key, label, kind in columns:
        here = wanted.sort == key
        order = ' aria-sort="descending"' if here and wanted.down else ' aria-sort="ascending"' if here else ""
        arrow = ("▼" if wanted.down else "▲") if here else ""
        cells += (
            f'<th scope="col" class="{kind}"{order}><button type="button" class="sort" data-sort="{key}" '
            f'data-down="{"" if here and wanted.down else "1"}" title="{escape(words.sort_by.format(column=label))}">'
            f'{escape(label)}<span aria-hidden="true"> {arrow}</span></button></th>'
        )
    return cells + (f'<th scope="col"><span class="visually-hidden">{escape(words.more)}</span></th>' if editor else "")


def _row(source: SourceSummary, strings: Strings, words: LibraryWords, *, editor: bool) -> str:
    opens = source_attributes(source.article_id, version=source.version)
    date = strings.date(source.published) or words.unknown_date
    tags = "".join(
        f' <span class="tag {kind}">{escape(text)}</span>'
        for kind, text in _tags(source, strings, words, editor=editor)
    )
    cells = (
        f'<td class="title"><button type="button" class="cited-title" lang="{escape(source.lang)}" {opens}>'
        f'{escape(source.title)}</button>{tags}</td><td class="nowrap">{escape(date)}</td>'
        f'<td class="number">{source.version}</td>'
    )
    if editor:
        details = words.details.format(title=source.title)
        cells += (
            f'<td class="number less">{source.passages}</td>'
            f'<td class="nowrap less">{escape(strings.date(source.indexed_at))}</td>'
            f'<td class="file less">{escape(PurePath(source.source_path).name)}</td>'
            f'<td><button type="button" class="tool small" data-details="{html.escape(source.article_id)}" '
            f'aria-label="{escape(details)}">{escape(words.more)}</button></td>'
        )
    return f"<tr>{cells}</tr>"


def _tags(source: SourceSummary, strings: Strings, words: LibraryWords, *, editor: bool) -> list[tuple[str, str]]:
    """How an article stands, at a glance."""
    standing = str(source.standing)
    tags = []
    if standing in ("withdrawn", "removed", "gone") or source.withdrawn:
        tags.append(("bad", words.standing(standing if standing != "shown" else "withdrawn")))
    if source.embargo_until:
        tags.append(("warn", words.tag_embargo.format(date=strings.date(source.embargo_until))))
    if source.superseded_by:
        tags.append(("", words.tag_superseded.format(by=source.superseded_by)))
    if source.copy_of:
        tags.append(("", words.tag_copy.format(of=source.copy_of)))
    if source.corrected_by:
        tags.append(("warn", words.tag_corrected))
    if source.corrects:
        tags.append(("", words.tag_corrects))
    hidden = sum(item.count for item in getattr(source, "hidden", ()))
    if hidden and editor:
        tags.append(("warn", words.tag_hidden.format(count=f"{hidden:,}")))
    return tags


def _pager(page: int, pages: int, words: LibraryWords) -> str:
    if pages < 2:
        return ""
    previous = f'<button type="button" class="tool" data-page-to="{page - 1}"{" disabled" if page == 1 else ""}>'
    following = f'<button type="button" class="tool" data-page-to="{page + 1}"{" disabled" if page == pages else ""}>'
    return (
        f'<nav class="pager" aria-label="{escape(words.pages)}">{previous}{escape(words.page_previous)}</button>'
        f'<span class="meta">{escape(words.page.format(page=page, pages=pages))}</span>'
        f"{following}{escape(words.page_next)}</button></nav>"
    )


# -- one article -----------------------------------------------------------------------------------


def details_html(
    source: SourceSummary,
    versions: Sequence[VersionLike],
    log: Sequence[Withdrawal],
    strings: Strings,
) -> str:
    """All that is known of an article, and the form that withdraws it or brings it back."""
    words = words_for(strings.lang)
    original = render.link(source.url, strings)
    facts = [
        (words.article_id, f"<code>{escape(source.article_id)}</code>"),
        (words.published, escape(strings.date(source.published) or words.unknown_date)),
        (words.updated, escape(strings.date(source.updated))),
        (words.indexed, escape(strings.date(source.indexed_at))),
        (words.fetched, escape(strings.date(getattr(source, "fetched", None)))),
        (words.language, escape(_LANGUAGES.get(source.lang, source.lang))),
        (words.passages, f"{source.passages:,}"),
        (words.file, f"<code>{escape(source.source_path)}</code>"),
        (words.original, original),
        (words.corrected_by, _links(source.corrected_by)),
        (words.corrects, _links(source.corrects)),
        (words.superseded_by, _links([source.superseded_by] if source.superseded_by else [])),
        (words.supersedes, _links(source.supersedes)),
        (words.copy_of, _links([source.copy_of] if source.copy_of else [])),
        (words.copies, _links(source.also_published_as)),
        (words.hidden, _hidden(source, words)),
    ]
    listed = "".join(f"<dt>{escape(label)}</dt><dd>{value}</dd>" for label, value in facts if value)
    return (
        f'<h3 id="library-dialog-title" tabindex="-1">{escape(source.title)}</h3><dl class="facts">{listed}</dl>'
        + _versions(source, versions, strings, words)
        + _withdrawing(source, words)
        + _log(log, strings, words)
    )


def _links(article_ids: Sequence[str]) -> str:
    return "、".join(
        f'<button type="button" class="cited-title plain" {source_attributes(one)}>{escape(one)}</button>'
        for one in article_ids
    )


def _hidden(source: SourceSummary, words: LibraryWords) -> str:
    found = getattr(source, "hidden", ())
    told = ", ".join(words.hidden_count.format(kind=item.kind, count=f"{item.count:,}") for item in found)
    return escape(told or words.hidden_none)


def _versions(source: SourceSummary, versions: Sequence[VersionLike], strings: Strings, words: LibraryWords) -> str:
    rows = "".join(
        f'<li><button type="button" class="cited-title plain" '
        f"{source_attributes(source.article_id, version=item.version)}>"
        f"{escape(strings.source_version.format(version=item.version))}</button> "
        f'<span class="meta">{escape(strings.date(item.indexed_at))} {escape(item.title)}'
        f"{' · ' + escape(words.current_version) if item.current else ''}</span></li>"
        for item in versions
    )
    return f'<h4>{escape(words.versions)}</h4><ol class="plain-list" reversed>{rows}</ol>' if rows else ""


def _withdrawing(source: SourceSummary, words: LibraryWords) -> str:
    standing = str(source.standing)
    if standing == "gone":
        return f'<p class="notice">{escape(words.by_missing_file)}</p>'
    if standing == "withdrawn":
        return f'<p class="notice">{escape(words.by_front_matter)}</p>'
    undo = standing == "removed"
    return (
        f'<section class="withdraw"><h4>{escape(words.undo if undo else words.withdraw)}</h4>'
        f'<p class="meta">{escape(words.undo_lead if undo else words.withdraw_lead)}</p>'
        f'<div class="field"><label for="withdraw-reason">{escape(words.reason)}</label>'
        f'<input type="text" id="withdraw-reason" maxlength="500" placeholder="{escape(words.reason_placeholder)}" '
        'aria-describedby="withdraw-told"></div>'
        f'<p id="withdraw-told" class="meta" role="alert"></p>'
        f'<button type="button" class="tool {"" if undo else "danger"}" data-withdraw="{html.escape(source.article_id)}" '
        f'data-undo="{"1" if undo else ""}" data-missing="{escape(words.reason_missing)}">'
        f"{escape(words.undo if undo else words.withdraw_run)}</button></section>"
    )


def _log(log: Sequence[Withdrawal], strings: Strings, words: LibraryWords) -> str:
    if not log:
        return ""
    rows = "".join(
        f"<li><b>{escape(words.log_undone if item.undone else words.log_withdrawn)}</b> {escape(item.reason)} "
        f'<span class="meta">{escape(strings.date(item.at))}{" · " + escape(item.by) if item.by else ""}</span></li>'
        for item in log
    )
    return f'<h4>{escape(words.log)}</h4><ul class="plain-list">{rows}</ul>'


# -- the index -------------------------------------------------------------------------------------


def health_html(status: StatusLike, refused: Sequence[Refusal], strings: Strings) -> str:
    """How the index stands, what of the library needs a look, and what could not be read."""
    words = words_for(strings.lang)
    generation = getattr(status, "generation", None)
    problems = list(getattr(status, "problems", ()))
    library = getattr(status, "library", None)
    counts = getattr(status, "counts", {})
    sign, verdict = ("×", words.health_problems) if problems else ("○", words.healthy)
    if not generation and not counts.get("articles"):
        sign, verdict = "－", words.nothing_indexed
    facts = [
        (words.articles, f"{counts.get('articles', 0):,}"),
        (words.passage_count, f"{counts.get('passages', 0):,}"),
        (words.generation, generation or ""),
        (words.fingerprint, getattr(status, "fingerprint", "")),
        (words.embedder, getattr(status, "embedder", "")),
        (words.dense, getattr(status, "dense", "")),
        (words.reader, getattr(status, "reader", "")),
    ]
    standings = getattr(library, "standings", {}) or {}
    told = "、".join(f"{words.standing(str(name))} {count:,}" for name, count in standings.items() if count)
    facts.append((words.standings, told))
    listed = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in facts if value)
    notes = [*problems, *getattr(library, "problems", ())]
    shown = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return (
        f'<p class="health {"bad" if problems else "good" if sign == "○" else ""}"><span aria-hidden="true">{sign}</span> {escape(verdict)}</p>'
        f'<dl class="facts">{listed}</dl>'
        + (f'<ul class="plain-list">{shown}</ul>' if shown else "")
        + refused_html(refused, strings)
    )


def refused_html(refused: Sequence[Refusal], strings: Strings) -> str:
    """Files that could not be read: why, and what to do about each."""
    words = words_for(strings.lang)
    if not refused:
        return f'<h4>{escape(words.refused)}</h4><p class="meta">{escape(words.refused_none)}</p>'
    items = "".join(
        f"<li><strong>{escape(PurePath(item.path).name)}</strong>"
        + (f" {escape(words.line.format(line=item.line))}" if item.line is not None else "")
        + f'<p class="meta">{escape(item.reason)}</p>'
        + f'<p class="next-step">{escape(words.what_to_do)}{escape(advice(item.reason, words))}</p></li>'
        for item in refused
    )
    return f'<h4>{escape(words.refused)} ({len(refused):,})</h4><ul class="refused">{items}</ul>'


def advice(reason: str, words: LibraryWords) -> str:
    """What an editor does about a refusal, told by its reason."""
    for pattern, name in _ADVICE:
        match = re.search(pattern, reason, re.I)
        if match:
            setting = match.groupdict().get("setting") or ""
            return str(getattr(words, name)).format(setting=setting)
    return words.do_other
