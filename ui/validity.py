"""What the pages say of corrections, copies and days, as escaped HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.answer.notes import as_of_note, correction_notes
from assistant.types import Answer, PublishedCopy
from ui.strings import Strings


def notes_html(answer: Answer, strings: Strings) -> str:
    """What was corrected and when, and the day the answer is about; empty where there is nothing to say."""
    corrections = "".join(
        f'<p class="notice correction">{escape(note)}</p>'
        for note in correction_notes(answer.corrections, strings.lang)
    )
    day = as_of_note(answer.as_of, strings.lang)
    return corrections + (f'<p class="notice">{escape(day)}</p>' if day else "")


def copies_html(copies: Sequence[PublishedCopy], strings: Strings) -> str:
    """The other places where the same text was published."""
    if not copies:
        return ""
    items = "".join(
        f'<li><button type="button" class="cited-title" data-article="{escape(copy.article_id)}">{escape(copy.title)}'
        "</button>" + (f' <span class="meta">{escape(strings.date(copy.published))}</span>' if copy.published else "")
        + "</li>"
        for copy in copies
    )  # fmt: skip
    return f'<div class="copies"><span class="meta">{escape(strings.also_published)}</span><ul>{items}</ul></div>'
