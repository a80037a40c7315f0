"""The Ask page: a conversation with cited answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ui import render
from ui.chat import QUESTION_CHARS, Conversation, run_turn
from ui.escape import escape
from ui.parts import PRIVATE, html_block
from ui.protocol import AssistantLike
from ui.strings import Strings
from ui.suggest import Suggestions

if TYPE_CHECKING:
    import gradio as gr


def ask_page(blocks: gr.Blocks, assistant: AssistantLike, suggestions: Suggestions, strings: Strings) -> None:
    import gradio as gr

    conversation = gr.State(Conversation())
    intro = html_block("", elem_id="intro")
    earlier = html_block("", elem_id="earlier")
    current = html_block("", elem_id="current")
    with gr.Column(elem_id="composer"):
        question = gr.Textbox(
            label=strings.question_label,
            placeholder=strings.question_placeholder,
            lines=1,
            max_lines=6,
            max_length=QUESTION_CHARS,
            autofocus=True,
            container=False,
            elem_id="question",
        )
        with gr.Row(elem_id="composer-tools"):
            new = gr.Button(strings.new_conversation, elem_id="new", size="sm")
            html_block(f'<p class="hint">{escape(strings.question_hint)}</p>', elem_id="hint")
            stop = gr.Button(strings.stop, elem_id="stop", size="sm")
            send = gr.Button(strings.send, elem_id="send", variant="primary", size="sm")

    # Which buttons are shown follows from the turns (ui/static/app.js): updating them from here would
    # make Gradio build three new components for every step of every answer.
    outputs = [question, intro, earlier, current, conversation]

    def view(state: Conversation, *, first: bool = False) -> tuple[Any, ...]:
        return (
            "" if first else gr.skip(),
            "" if first else gr.skip(),
            state.earlier_html(strings) if first else gr.skip(),
            state.current_html(strings),
            state,
        )

    def ask(text: str, state: Conversation) -> Iterator[tuple[Any, ...]]:
        text = (text or "").strip()
        if not text:
            yield tuple(gr.skip() for _ in outputs)
            return
        state = state.without(assistant.withheld()).asked(text)
        if len(text) > QUESTION_CHARS:
            yield view(state.failed(strings.error_too_long.format(limit=QUESTION_CHARS)), first=True)
            return
        yield view(state, first=True)
        for step in run_turn(assistant, state):
            yield view(step)

    def settle(change: Callable[[Conversation], Conversation]) -> Callable[[Conversation], tuple[Any, ...]]:
        return lambda state: view(change(state))

    def start_over() -> tuple[Any, ...]:
        return ("", introduction(), "", "", Conversation())

    def introduction() -> str:
        empty = suggestions.empty_library()
        questions = () if empty else suggestions.questions(strings.lang)
        return render.suggestions_html(questions, strings, empty_library=empty)

    asked = send.click(ask, [question, conversation], outputs, concurrency_id="ask", **PRIVATE)
    asked.failure(settle(lambda state: state.failed(strings.error_unexpected)), [conversation], outputs, **PRIVATE)
    stop.click(settle(Conversation.stopped), [conversation], outputs, cancels=[asked], **PRIVATE)
    new.click(start_over, None, outputs, cancels=[asked], **PRIVATE)
    blocks.load(introduction, None, [intro], concurrency_id="pages", **PRIVATE)
