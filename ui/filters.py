"""The filters of a question: the panel that sets them, and the line that tells of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from assistant.scope import LANGS, host_of
from ui.chat import Filters
from ui.escape import escape
from ui.protocol import SourceSummary
from ui.strings import Strings
from ui.wording.ask import AskWords

OFFERED_MAX = 1000
"""Articles offered by name; beyond it folders and sites do."""


def filters_text(filters: Filters, titles: dict[str, str], strings: Strings, words: AskWords) -> str:
    """What a question was restricted to, in words; empty when it was not.

    Args:
        filters: The restriction.
        titles: Titles of articles by id, for those named in it.
    """
    scope = filters.scope
    parts = [titles.get(name, name) for name in scope.sources]
    if scope.published_from or scope.published_to:
        first, last = (
            strings.date(day.isoformat()) if day else "" for day in (scope.published_from, scope.published_to)
        )
        parts.append(f"{first}–{last}" if strings.lang == "en" else f"{first}～{last}")
    if scope.lang:
        parts.append(words.filters_lang_ja if scope.lang == "ja" else words.filters_lang_en)
    if filters.as_of:
        parts.append(words.as_of.format(day=strings.date(filters.as_of.isoformat())))
    if not parts:
        return ""
    return words.filtered.format(what=("、" if strings.lang == "ja" else ", ").join(parts))


def filters_line(filters: Filters, titles: dict[str, str], strings: Strings, words: AskWords) -> str:
    """The same as escaped HTML, under a question."""
    text = filters_text(filters, titles, strings, words)
    return f'<p class="meta filtered">{escape(text)}</p>' if text else ""


def filters_panel(strings: Strings, words: AskWords) -> str:
    """The panel below the question box; what it offers is filled in when it is opened."""

    def field(name: str, label: str, control: str, hint: str = "") -> str:
        note = f'<span class="hint" id="filter-{name}-hint">{escape(hint)}</span>' if hint else ""
        return f'<div class="field"><label for="filter-{name}">{escape(label)}</label>{control}{note}</div>'

    def day(name: str, label: str, hint: str = "") -> str:
        described = f' aria-describedby="filter-{name}-hint"' if hint else ""
        return field(name, label, f'<input type="date" id="filter-{name}"{described}>', hint)

    languages = "".join(
        f'<option value="{value}">{escape(label)}</option>'
        for value, label in zip(
            ("", *LANGS), (words.filters_lang_any, words.filters_lang_ja, words.filters_lang_en), strict=True
        )
    )
    return (
        '<details id="filters"><summary>'
        f'<span class="filters-name">{escape(words.filters)}</span>'
        f'<span class="filters-now" data-none="{escape(words.filters_none)}">{escape(words.filters_none)}</span></summary>'
        '<div class="filters-body">'
        + field(
            "source",
            words.filters_sources,
            '<input type="text" id="filter-source" list="filter-sources" autocomplete="off" maxlength="200" '
            f'placeholder="{escape(words.filters_sources_all)}" aria-describedby="filter-source-hint">'
            '<datalist id="filter-sources"></datalist>',
            words.filters_sources_hint,
        )
        + field("lang", words.filters_lang, f'<select id="filter-lang">{languages}</select>')
        + day("from", words.filters_from)
        + day("to", words.filters_to)
        + day("asof", words.filters_as_of, words.filters_as_of_hint)
        + f'<p class="hint">{escape(words.filters_undated)}</p>'
        f'<button type="button" class="tool" id="filters-clear">{escape(words.filters_clear)}</button></div></details>'
    )


def offered_sources(sources: Sequence[SourceSummary], words: AskWords) -> list[dict[str, str]]:
    """What the source filter offers, as ``{"value", "label", "name"}``: sites and folders, then articles.

    ``value`` goes to the server, ``label`` is what is chosen by, ``name`` says it at more length.
    """
    shown = [source for source in sources if str(source.standing) == "shown"]
    hosts = Counter(host for source in shown if (host := host_of(source.url)))
    folders = Counter(name for source in shown if (name := PurePath(source.source_path).parent.name))
    groups = [
        {"value": name, "label": name, "name": words.articles.format(count=count)}
        for counted in (hosts, folders)
        for name, count in counted.most_common(50)
    ]
    articles = [
        {"value": source.article_id, "label": source.title, "name": (source.published or "")[:10]}
        for source in shown[:OFFERED_MAX]
    ]
    return groups + articles
