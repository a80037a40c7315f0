"""A turn of the Ask page as escaped HTML: the question, the reply, what can be done with it."""

from __future__ import annotations

import html
from collections.abc import Sequence

from assistant.types import Answer, AnswerStatus, Citation, Hit, cite
from ui import render
from ui.chat import Conversation, Turn, TurnState
from ui.conversations import Summary
from ui.escape import escape
from ui.filters import filters_line
from ui.strings import Strings
from ui.wording.ask import AskWords, words_for

_FOUND_CHARS = 200


def turn_html(
    conversation: str, turn: Turn, strings: Strings, *, editor: bool = False, titles: dict[str, str] | None = None
) -> str:
    """One turn.

    Args:
        conversation: The id of its conversation.
        turn: The turn; its answer is shown as it is, so it must have been checked.
        strings: The wording.
        editor: Show what was withheld.
        titles: Titles of the articles its filters name.
    """
    words = words_for(strings.lang)
    busy = turn.state is TurnState.WORKING
    head = (
        f'<h3 class="asked" id="turn-{turn.number}" tabindex="-1">'
        f'<span class="visually-hidden">{escape(strings.you_asked)}</span>{escape(turn.question)}</h3>'
    )
    return (
        f'<article class="turn" data-conversation="{escape(conversation)}" data-turn="{turn.number}" '
        f'data-state="{turn.state}" aria-busy="{"true" if busy else "false"}" '
        f'data-question="{html.escape(turn.question)}">{head}'  # as it is: it is edited and asked again
        + filters_line(turn.filters, titles or {}, strings, words)
        + f'<div class="reply">{_reply(turn, strings, words, editor)}</div>'
        + ("" if busy else _tools(conversation, turn, strings, words))
        + "</article>"
    )


def _reply(turn: Turn, strings: Strings, words: AskWords, editor: bool) -> str:
    notices = {
        TurnState.INTERRUPTED: words.interrupted,
        TurnState.UNREADABLE: words.unreadable,
        TurnState.WITHDRAWN: strings.turn_withdrawn,
    }
    if turn.state in notices:
        return f'<p class="notice">{escape(notices[turn.state])}</p>'
    if turn.state is TurnState.FAILED:
        return render.error_html(turn.error, strings)
    if turn.state is TurnState.STOPPED:
        return render.stopped_html(turn.sentences, strings)
    if turn.answer is None:
        return render.sentences_html(turn.sentences, {}, strings) or render.pending_html(strings)
    return (
        render.answer_html(turn.answer, strings)
        + _also_found(turn, words)
        + (withheld_html(turn.answer, words) if editor else "")
    )


def withheld_html(answer: Answer, words: AskWords) -> str:
    """What did not pass the checks, struck through. For editors only."""
    if not answer.withheld:
        return ""
    items = "".join(
        f'<li><s>{escape(item.text)}</s> <span class="meta">{escape(item.reason)}</span></li>'
        for item in answer.withheld
    )
    return f'<section class="withheld"><h4>{escape(words.withheld)}</h4><ul>{items}</ul></section>'


def _also_found(turn: Turn, words: AskWords) -> str:
    """What else the search found; it is asked for when it is opened."""
    answer = turn.answer
    if answer is None or answer.status is AnswerStatus.REFUSED or turn.filters.as_of is not None:
        return ""
    return f'<details class="found" data-found><summary>{escape(words.also_found)}</summary><div></div></details>'


def found_html(hits: Sequence[Hit], cited: Sequence[Citation], strings: Strings) -> str:
    """The passages of a search that an answer does not cite."""
    items = []
    for hit in hits:
        passage = hit.passage
        used = any(
            one.article_id == passage.article_id
            and one.version == passage.version
            and one.start < passage.end
            and passage.start < one.end
            for one in cited
        )
        if not used:
            end = min(passage.end, passage.start + _FOUND_CHARS)
            items.append(
                render.citation_item(cite(passage, passage.start, end, marker=hit.rank), strings, with_chip=False)
            )
    return f'<ul class="cited-list">{"".join(items)}</ul>'


def _tools(conversation: str, turn: Turn, strings: Strings, words: AskWords) -> str:
    def button(act: str, label: str, more: str = "") -> str:
        return f'<button type="button" class="tool" data-act="{act}"{more}>{escape(label)}</button>'

    base = f"../ui/conversations/{escape(conversation)}/{turn.number}"
    parts = []
    more = []
    if turn.answer is not None:
        parts.append(button("copy", words.copy_text, ' data-format="text"'))
        more += [
            button("copy", words.copy_markdown, ' data-format="markdown"'),
            button("copy", words.copy_html, ' data-format="html"'),
            button("permalink", words.permalink),
        ]
        if turn.answer.citations:
            more.append(f'<a class="tool" href="{base}/receipt" download>{escape(words.receipt)}</a>')
    parts += [button("retry", words.retry), button("edit", words.edit)]
    if turn.answer is not None:
        parts.append(button("feedback", words.feedback))
        parts.append(
            f'<details class="more"><summary class="tool">{escape(words.more)}</summary>'
            f'<div class="more-list">{"".join(more)}</div></details>'
        )
    return f'<div class="turn-tools">{"".join(parts)}</div><div class="turn-form" hidden></div>'


def conversation_list_html(
    summaries: Sequence[Summary], strings: Strings, words: AskWords, *, searched: bool, current: str = ""
) -> str:
    """The list beside the chat, the latest conversation first."""
    if not summaries:
        empty = words.conversations_no_match if searched else words.conversations_none
        return f'<p class="meta">{escape(empty)}</p>'
    items = []
    for item in summaries:
        here = ' aria-current="page"' if item.id == current else ""
        items.append(
            f'<li data-conversation="{escape(item.id)}"><a href="#/c/{escape(item.id)}"{here}>'
            f'<span class="name">{escape(item.title)}</span>'
            f'<span class="meta">{escape(strings.date(item.changed))}</span></a>'
            f'<span class="item-tools"><button type="button" class="tool" data-rename '
            f'aria-label="{escape(words.rename)}: {escape(item.title)}" title="{escape(words.rename)}">✎</button>'
            f'<button type="button" class="tool" data-delete data-sure="{escape(words.delete_sure)}" '
            f'aria-label="{escape(words.delete)}: {escape(item.title)}" title="{escape(words.delete)}">×</button></span></li>'
        )
    return f"<ul>{''.join(items)}</ul>"


def conversation_html(
    conversation: Conversation, strings: Strings, *, editor: bool, titles: dict[str, str]
) -> tuple[str, str]:
    """All turns but the last one, and the last one."""
    pieces = [turn_html(conversation.id, turn, strings, editor=editor, titles=titles) for turn in conversation.turns]
    return "".join(pieces[:-1]), pieces[-1] if pieces else ""
