"""From typed values to escaped HTML: chips, citations, answers, refusals, conflicts, errors.

Nothing from an article, a model or a user reaches a page but through ``html.escape``. There is no
Markdown anywhere: what looks like markup in an article is shown as the characters it is made of.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from itertools import takewhile
from urllib.parse import quote, urlsplit

from assistant.types import Answer, AnswerSentence, AnswerStatus, Citation, Conflict, TermHint
from ui.escape import escape
from ui.strings import Strings
from ui.validity import copies_html, notes_html
from ui.wording.ask import words_for

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_URL_SAFE = "%/:?#[]@!$&'()*+,;=-._~"


def safe_url(url: str | None) -> tuple[str, str] | None:
    """Return ``(href, host)`` of a web address that may be linked, or ``None``.

    Only http and https pass. The host is ASCII (punycode where it is not), has no user name before
    it, and is the one a browser goes to: the address is put together again from its parsed parts.
    """
    if not url or any(character <= " " or character == "\\" or character == "\x7f" for character in url.strip()):
        return None
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
        if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
            return None
        host = host.encode("idna").decode("ascii").lower()
    except (ValueError, UnicodeError):
        return None
    if not _HOST.fullmatch(host):
        return None
    authority = host if port is None else f"{host}:{port}"
    path = quote(parts.path, safe=_URL_SAFE) or "/"
    query = f"?{quote(parts.query, safe=_URL_SAFE)}" if parts.query else ""
    fragment = f"#{quote(parts.fragment, safe=_URL_SAFE)}" if parts.fragment else ""
    return f"{parts.scheme}://{authority}{path}{query}{fragment}", host


def link(url: str | None, strings: Strings, *, label: str = "") -> str:
    """A link to an original page, always showing the host it leads to; empty when it may not be linked."""
    target = safe_url(url)
    if target is None:
        return ""
    href, host = target
    text = f'{escape(label)} <span class="host">{escape(host)}</span>' if label else escape(host)
    return (
        f'<a class="outside" href="{escape(href)}" target="_blank" rel="noopener noreferrer" '
        f'title="{escape(strings.new_tab)}">{text}</a>'
    )


def source_attributes(article_id: str, *, version: int | None = None, start: int = 0, end: int = 0) -> str:
    """The data attributes by which the page's script opens a source."""
    parts = [f'data-article="{html.escape(article_id)}"']  # as it is: it is asked for, not read
    if version is not None:
        parts.append(f'data-version="{version}"')
    if end > start:
        parts.append(f'data-start="{start}" data-end="{end}"')
    return " ".join(parts)


def chip(citation: Citation, strings: Strings) -> str:
    """The ``[n]`` that opens the quoted words."""
    label = strings.open_source.format(marker=citation.marker, title=citation.title)
    return (
        f'<button type="button" class="chip" {_opens(citation)} aria-label="{escape(label)}">'
        f"[{citation.marker}]</button>"
    )


def citation_item(citation: Citation, strings: Strings, *, with_chip: bool = True) -> str:
    """One entry of a list of sources: title, date, place, quote, original."""
    locator = citation.locator if citation.locator != citation.title else ""
    meta = [escape(part) for part in (strings.date(citation.published), locator) if part]
    original = link(citation.url, strings)
    if original:
        meta.append(original)
    return (
        '<li class="cited-item">'
        + (chip(citation, strings) if with_chip else "")
        + '<div class="cited-body">'
        + f'<button type="button" class="cited-title" {_opens(citation)}>{escape(citation.title)}</button>'
        + (f'<p class="meta">{_DOT.join(meta)}</p>' if meta else "")
        + f'<blockquote class="quote">{escape(citation.quote)}</blockquote>'
        + copies_html(citation.copies, strings)
        + "</div></li>"
    )


def sentence_html(sentence: AnswerSentence, citations: dict[int, Citation], strings: Strings) -> str:
    """A displayed sentence with its chips; a marker whose source has not arrived yet is plain text."""
    chips = "".join(
        chip(citations[marker], strings) if marker in citations else f'<span class="chip waiting">[{marker}]</span>'
        for marker in sentence.citations
    )
    return f'<p class="sentence">{escape(sentence.text)}<span class="chips">{chips}</span></p>'


def sentences_html(sentences: Iterable[AnswerSentence], citations: dict[int, Citation], strings: Strings) -> str:
    return "".join(sentence_html(sentence, citations, strings) for sentence in sentences)


def answer_html(answer: Answer, strings: Strings) -> str:
    """An answer, or a refusal, as it stands under its question. Withheld sentences are not shown."""
    if answer.status is AnswerStatus.REFUSED:
        return refusal_html(answer, strings)
    known = {citation.marker: citation for citation in answer.citations}
    parts = ['<div class="answer" data-announce>']
    if answer.status is AnswerStatus.PARTIAL:
        parts.append(f'<p class="notice">{escape(strings.partial)}</p>')
    if answer.notice:
        parts.append(f'<p class="notice">{escape(answer.notice)}</p>')
    parts.append(rewritten_html(answer, strings))
    if answer.short:
        parts.append(
            f'<p class="short"><span class="visually-hidden">{escape(strings.short_answer)}: </span>'
            f"{escape(answer.short)}</p>"
        )
    if answer.lead and not answer.lead.startswith(answer.short or "\n"):
        parts.append(f'<p class="lead">{escape(answer.lead)}</p>')
    parts.append(sentences_html(answer.sentences, known, strings))
    parts.append(notes_html(answer, strings))
    parts.append("</div>")
    parts.append(conflicts_html(answer.conflicts, strings))
    if answer.citations:
        items = "".join(citation_item(citation, strings) for citation in answer.citations)
        parts.append(
            f'<section class="cited"><h4>{escape(strings.cited)}</h4><ol class="cited-list">{items}</ol></section>'
        )
    parts.append(hints_html(answer.hints, strings))
    return "".join(parts)


def rewritten_html(answer: Answer, strings: Strings) -> str:
    """How a follow-up question was understood; nothing for a question that stands on its own."""
    if not answer.rewritten:
        return ""
    return f'<p class="meta">{escape(strings.rewritten.format(question=answer.rewritten))}</p>'


def refusal_html(answer: Answer, strings: Strings) -> str:
    """A refusal in words, with the nearest passages labelled as what they are."""
    nearest = "".join(citation_item(near.citation, strings, with_chip=False) for near in answer.nearest)
    head = words_for(strings.lang).choices if answer.choices else strings.refused
    parts = [
        '<section class="card refusal">',
        f"<div data-announce><h4>{escape(head)}</h4>{rewritten_html(answer, strings)}"
        f"<p>{escape(answer.text)}</p></div>",
        choices_html(answer.rewritten or answer.question, answer.choices),
        conflicts_html(answer.conflicts, strings),
    ]
    if nearest:
        parts.append(f'<h5>{escape(strings.nearest)}</h5><ul class="cited-list">{nearest}</ul>')
    if answer.newest:
        parts.append(f'<p class="meta">{escape(strings.newest.format(date=strings.date(answer.newest)))}</p>')
    parts.append("</section>")
    return "".join(parts)


def choices_html(question: str, choices: Sequence[str]) -> str:
    """Buttons for what a question may have meant, when it was asked back; each asks it with that name."""
    alike = takewhile(
        lambda letters: len(set(letters)) == 1, zip(*(choice.lower() for choice in choices), strict=False)
    )
    shared = re.escape("".join(letters[0] for letters in alike).rstrip(" -0123456789"))
    # Not where a number follows: that name is another.
    pattern = re.compile(rf"{shared}(?![0-9a-z]|[ -][0-9])", re.IGNORECASE)

    def asked(choice: str) -> str:
        return pattern.sub(lambda _: choice, question, count=1) if shared and pattern.search(question) else choice

    buttons = "".join(
        f'<li><button type="button" class="suggestion" data-ask="{escape(asked(choice))}">{escape(choice)}</button></li>'
        for choice in choices
    )
    return f'<ul class="choices">{buttons}</ul>' if buttons else ""


def hints_html(hints: Sequence[TermHint], strings: Strings) -> str:
    """The glossary's notes on the words of the question; nothing where it has none."""
    if not hints:
        return ""
    items = "".join(
        f"<li><b>{escape(hint.term)}</b>（{escape(hint.translation)}）{escape(hint.note)}</li>"
        if strings.lang == "ja"
        else f"<li><b>{escape(hint.translation)}</b> = {escape(hint.term)}</li>"  # the notes are in Japanese
        for hint in hints
    )
    return f'<section class="terms"><h4>{escape(strings.terms)}</h4><ul>{items}</ul></section>'


def conflicts_html(conflicts: Sequence[Conflict], strings: Strings) -> str:
    """One card for all attributes on which sources disagree; empty when there is none."""
    if not conflicts:
        return ""
    groups = []
    for conflict in conflicts:
        rows = "".join(
            f'<li><strong class="value">{escape(item.value)}</strong>{chip(item.citation, strings)}'
            f'<span class="meta">{_about(item.citation, strings)}</span></li>'
            for item in conflict.values
        )
        groups.append(f'<p class="attribute">{escape(conflict.attribute)}</p><ul class="values">{rows}</ul>')
    return (
        f'<section class="card conflict"><h4>{escape(strings.conflict)}</h4>{"".join(groups)}'
        f'<p class="meta">{escape(strings.conflict_note)}</p></section>'
    )


def error_html(message: str, strings: Strings) -> str:
    """What went wrong and what to do, as the error says it."""
    return (
        f'<section class="card error" data-announce><h4>{escape(strings.error)}</h4><p>{escape(message)}</p></section>'
    )


def pending_html(strings: Strings) -> str:
    return f'<p class="pending">{escape(strings.searching)}</p>'


def stopped_html(sentences: Sequence[AnswerSentence], strings: Strings) -> str:
    """What had been verified when the reader pressed stop."""
    return sentences_html(sentences, {}, strings) + f'<p class="notice">{escape(strings.stopped)}</p>'


def suggestions_html(questions: Sequence[str], strings: Strings, *, empty_library: bool = False) -> str:
    """The page before the first question: what to do, and questions to press."""
    if empty_library:
        return f'<div class="intro"><p class="lead">{escape(strings.ask_empty_library)}</p></div>'
    buttons = "".join(
        f'<li><button type="button" class="suggestion" data-ask="{escape(question)}">{escape(question)}</button></li>'
        for question in questions
    )
    examples = f'<h4>{escape(strings.suggestions)}</h4><ul class="suggestions">{buttons}</ul>' if buttons else ""
    return f'<div class="intro"><p class="lead">{escape(strings.ask_lead)}</p>{examples}</div>'


def copy_text(answer: Answer, strings: Strings) -> str:
    """The answer as plain text with numbered sources, for the clipboard."""
    lines = [answer.text, "", f"{strings.cited}:"]
    for citation in answer.citations:
        quoted = f"「{citation.quote}」" if strings.lang == "ja" else f"“{citation.quote}”"
        about = [citation.title, strings.date(citation.published), citation.url or ""]
        lines.append(f"[{citation.marker}] {', '.join(part for part in about if part)} {quoted}")
    return "\n".join(lines)


_DOT = ' <span aria-hidden="true">·</span> '


def _opens(citation: Citation) -> str:
    return source_attributes(citation.article_id, version=citation.version, start=citation.start, end=citation.end)


def _about(citation: Citation, strings: Strings) -> str:
    return _DOT.join(escape(part) for part in (citation.title, strings.date(citation.published)) if part)
