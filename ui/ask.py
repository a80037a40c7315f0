"""The Ask page: our own HTML in one plain container. What happens in it is ``static/ask.js``'s doing."""

from __future__ import annotations

from ui.chat import QUESTION_CHARS
from ui.escape import escape
from ui.filters import filters_panel
from ui.parts import html_block
from ui.strings import Strings
from ui.wording.ask import AskWords, words_for


def ask_page(strings: Strings) -> None:
    words = words_for(strings.lang)
    html_block(_room(strings, words), elem_id="ask")


def _room(strings: Strings, words: AskWords) -> str:
    said = {
        "lost": words.connection_lost,
        "busy": words.busy,
        "missing": words.conversation_missing,
        "stopped": strings.stopped,
        "link-copied": words.link_copied,
        "copied": strings.copied,
        "thanks": words.feedback_thanks,
        "feedback-failed": words.feedback_failed,
        "unexpected": strings.error_unexpected,
        "rename": words.rename_prompt,
        "error": strings.error,
        "retry": words.retry,
        "list-lost": words.conversations_lost,
        "list-retry": words.conversations_retry,
    }
    attributes = " ".join(f'data-say-{name}="{escape(text)}"' for name, text in said.items())
    return (
        f'<div id="ask-room" {attributes}>' + _list(words) + '<div id="chat">'
        f'<div class="chat-bar"><button type="button" class="tool" id="conversations-toggle" aria-expanded="false" '
        f'aria-controls="conversations">☰ <span>{escape(words.conversations)}</span></button>'
        f'<button type="button" class="tool" id="new">{escape(strings.new_conversation)}</button></div>'
        '<div id="intro" aria-live="off"></div><div id="earlier"></div><div id="current"></div>'
        + _composer(strings, words)
        + "</div>"
        + _forms(words)
        + "</div>"
    )


def _list(words: AskWords) -> str:
    return (
        f'<nav id="conversations" aria-label="{escape(words.conversations_open)}" hidden>'
        f"<h2>{escape(words.conversations)}</h2>"
        f'<label class="visually-hidden" for="conversations-search">{escape(words.conversations_search)}</label>'
        '<input type="search" id="conversations-search" maxlength="200" autocomplete="off" '
        f'placeholder="{escape(words.conversations_search)}">'
        '<div id="conversations-list"></div></nav>'
    )


def _composer(strings: Strings, words: AskWords) -> str:
    return (
        '<div id="composer" role="group" '
        f'aria-label="{escape(strings.question_label)}"><div id="question">'
        f'<label class="visually-hidden" for="question-box">{escape(strings.question_label)}</label>'
        f'<textarea id="question-box" rows="1" maxlength="{QUESTION_CHARS}" enterkeyhint="send" '
        f'placeholder="{escape(strings.question_placeholder)}" aria-describedby="question-hint"></textarea></div>'
        '<div id="composer-tools">'
        + filters_panel(strings, words)
        + f'<p class="hint" id="question-hint">{escape(strings.question_hint)}</p>'
        f'<button type="button" id="stop">{escape(strings.stop)}</button>'
        f'<button type="button" id="send">{escape(strings.send)}</button></div></div>'
    )


def _forms(words: AskWords) -> str:
    """What opens under a turn when its question is edited or a fault reported."""
    return (
        '<template id="edit-form"><div class="edit-form">'
        f'<label>{escape(words.edit_label)}<textarea rows="2" maxlength="{QUESTION_CHARS}"></textarea></label>'
        f'<p class="hint later">{escape(words.edit_note)}</p><p class="form-tools">'
        f'<button type="button" class="tool strong" data-act="edit-send">{escape(words.ask_again)}</button>'
        f'<button type="button" class="tool" data-act="form-close">{escape(words.cancel)}</button></p></div></template>'
        '<template id="feedback-form"><div class="feedback-form" role="group" '
        f'aria-label="{escape(words.feedback)}"><p class="meta">{escape(words.feedback_lead)}</p>'
        f'<label class="choice"><input type="radio" value="wrong" checked> {escape(words.feedback_wrong)}</label>'
        f'<label class="choice"><input type="radio" value="missing_source"> {escape(words.feedback_missing)}</label>'
        f'<label>{escape(words.feedback_note)}<textarea rows="3" maxlength="2000"></textarea></label>'
        '<p class="form-tools">'
        f'<button type="button" class="tool strong" data-act="feedback-send">{escape(words.feedback_send)}</button>'
        f'<button type="button" class="tool" data-act="form-close">{escape(words.cancel)}</button></p></div></template>'
        '<template id="rename-form"><div class="rename-form">'
        f'<label class="visually-hidden">{escape(words.rename_prompt)}</label><input type="text" maxlength="120">'
        f'<button type="button" class="tool" data-rename-save>{escape(words.save)}</button></div></template>'
    )
