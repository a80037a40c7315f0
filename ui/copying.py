"""An answer with its sources for somewhere else: plain text, Markdown, HTML with footnotes.

Nothing of an article may become markup of the page it is pasted into.
"""

from __future__ import annotations

import re

from assistant.text.invisible import visible
from assistant.types import Answer, AnswerSentence, Citation
from ui.escape import escape
from ui.render import copy_text, safe_url
from ui.strings import Strings

FORMATS = ("text", "markdown", "html")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-!|~&$:.=@])")


def copied(answer: Answer, kind: str, strings: Strings) -> str:
    """The answer in one of :data:`FORMATS`.

    Raises:
        ValueError: There is no such format.
    """
    if kind == "text":
        return copy_text(answer, strings)
    if kind == "markdown":
        return markdown(answer, strings)
    if kind == "html":
        return footnotes(answer, strings)
    raise ValueError(f"no format {kind!r}")


def markdown(answer: Answer, strings: Strings) -> str:
    """Paragraphs with footnotes as most Markdown tools read them: ``[^1]``."""
    lines = [_plain(answer.lead)] if answer.lead else []
    lines += [
        _plain(sentence.text) + "".join(f"[^{marker}]" for marker in sentence.citations)
        for sentence in answer.sentences
    ]
    body = "\n\n".join(lines or [_plain(answer.text)])
    notes = "\n".join(
        f"[^{citation.marker}]: {_about_markdown(citation, strings)} {_quoted(_plain(citation.quote), strings)}"
        for citation in answer.citations
    )
    return f"{body}\n\n{notes}\n" if notes else f"{body}\n"


def footnotes(answer: Answer, strings: Strings) -> str:
    """A fragment of HTML: paragraphs, and an ordered list of footnotes they link to."""
    lead = f"<p>{escape(answer.lead)}</p>" if answer.lead else ""
    paragraphs = "".join(_paragraph(sentence) for sentence in answer.sentences) or f"<p>{escape(answer.text)}</p>"
    if not answer.citations:
        return lead + paragraphs
    notes = "".join(
        f'<li id="fn{citation.marker}">{_about_html(citation, strings)} '
        f"{escape(_quoted(' '.join(citation.quote.split()), strings))}</li>"
        for citation in answer.citations
    )
    return f"{lead}{paragraphs}<hr><ol>{notes}</ol>"


def _paragraph(sentence: AnswerSentence) -> str:
    marks = "".join(f'<sup><a href="#fn{marker}">{marker}</a></sup>' for marker in sentence.citations)
    return f"<p>{escape(sentence.text)}{marks}</p>"


def _about_markdown(citation: Citation, strings: Strings) -> str:
    target = safe_url(citation.url)
    title = _plain(citation.title)
    named = f"[{title}]({target[0].replace('(', '%28').replace(')', '%29')})" if target else title
    return ", ".join(part for part in (named, strings.date(citation.published), _plain(citation.locator)) if part) + "."


def _about_html(citation: Citation, strings: Strings) -> str:
    target = safe_url(citation.url)
    named = f'<a href="{escape(target[0])}">{escape(citation.title)}</a>' if target else escape(citation.title)
    rest = [escape(part) for part in (strings.date(citation.published), citation.locator) if part]
    return ", ".join([named, *rest]) + "."


def _quoted(text: str, strings: Strings) -> str:
    return f"「{text}」" if strings.lang == "ja" else f"“{text}”"


def _plain(text: str) -> str:
    """Text on one line that Markdown shows as it is."""
    return _MARKDOWN.sub(r"\\\1", " ".join(visible(text).split()))
