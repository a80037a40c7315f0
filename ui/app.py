"""The Gradio pages. Handlers only convert: input, then ``assistant``, then ``ui.render``."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError
from ui import render, tables
from ui.chat import QUESTION_CHARS, Conversation, run_turn
from ui.escape import escape
from ui.library import IndexDesk, library_page
from ui.protocol import AssistantLike
from ui.strings import Strings, strings_for
from ui.suggest import Suggestions

if TYPE_CHECKING:
    import gradio as gr

STATIC_DIR = Path(__file__).parent / "static"

DRAFT_CHARS = 50_000
MAX_THREADS = 200
"""Worker threads: Gradio's 40 make a hundred readers wait for each other."""
CONCURRENT_ANSWERS = 64
"""Answers worked on at a time; the rest wait in the queue."""
QUEUE_SIZE = 400
"""Events waiting at most; beyond it a reader is told at once that the desk is busy."""
STATUS_SECONDS = 10
"""How often those who wait are told their place in the queue."""

_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def theme() -> gr.themes.Base:
    """System fonts only, and every colour from ``static/app.css``: light and dark are decided there."""
    import gradio as gr

    colours = {
        "body_background_fill": "var(--paper)",
        "body_text_color": "var(--ink)",
        "body_text_color_subdued": "var(--muted)",
        "background_fill_primary": "var(--paper)",
        "background_fill_secondary": "var(--card)",
        "block_background_fill": "transparent",
        "block_border_color": "var(--line)",
        "block_label_text_color": "var(--muted)",
        "block_title_text_color": "var(--muted)",
        "border_color_primary": "var(--line)",
        "border_color_accent": "var(--accent)",
        "color_accent_soft": "var(--wash)",
        "link_text_color": "var(--accent)",
        "input_background_fill": "var(--card)",
        "input_border_color": "var(--line-strong)",
        "input_border_color_focus": "var(--accent)",
        "input_placeholder_color": "var(--muted)",
        "button_primary_background_fill": "var(--accent)",
        "button_primary_background_fill_hover": "var(--accent-strong)",
        "button_primary_text_color": "var(--on-accent)",
        "button_secondary_background_fill": "var(--card)",
        "button_secondary_background_fill_hover": "var(--wash)",
        "button_secondary_text_color": "var(--ink)",
        "button_secondary_border_color": "var(--line-strong)",
    }
    dark = {f"{name}_dark": value for name, value in colours.items()}
    fonts = ("Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", "Yu Gothic UI", "system-ui", "sans-serif")
    base = gr.themes.Base(font=fonts, font_mono=("ui-monospace", "Consolas", "monospace"))
    return base.set(**colours, **dark, color_accent="var(--accent)", block_border_width="0px", block_shadow="none")


def build_app(assistant: AssistantLike, lang: str = "ja", desk: IndexDesk | None = None) -> gr.Blocks:
    """All pages in one language.

    Args:
        assistant: What answers.
        lang: ``ja`` or ``en``: the language of the pages, not of the questions.
        desk: Where editors index folders; None for readers.
    """
    import gradio as gr

    strings = strings_for(lang)
    suggestions = Suggestions(assistant)
    with gr.Blocks(title=strings.product, analytics_enabled=False, fill_width=True) as blocks:
        _html(_masthead(strings), elem_id="masthead")
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(elem_id="main"), gr.Tabs(elem_id="pages"):
                with gr.Tab(strings.tab_ask, elem_id="tab-ask"):
                    _ask_page(blocks, assistant, suggestions, strings)
                with gr.Tab(strings.tab_check, elem_id="tab-check"):
                    _check_page(assistant, strings)
                with gr.Tab(strings.tab_compare, elem_id="tab-compare"):
                    _compare_page(assistant, strings)
                with gr.Tab(strings.tab_library, elem_id="tab-library") as library_tab:
                    library_page(library_tab, assistant, strings, desk)
                with gr.Tab(strings.tab_guide, elem_id="tab-guide"):
                    _html(guide_html(lang), elem_id="guide")
            _html(_source_panel(strings), elem_id="source-frame")
        _html('<div id="announcer" class="visually-hidden" role="status" aria-live="polite"></div>')
    # Not ``launch``: the server mounts the app, so the thread limit is set where ``launch`` would.
    blocks.max_threads = MAX_THREADS
    blocks.queue(
        # Not after every answer: telling each waiting reader about it is quadratic in readers.
        status_update_rate=STATUS_SECONDS,
        max_size=QUEUE_SIZE,
        api_open=False,
        default_concurrency_limit=CONCURRENT_ANSWERS,
    )
    _keep_configs(blocks)
    return blocks


def _keep_configs(blocks: gr.Blocks) -> None:
    """Work out each component's configuration once.

    Gradio does it by reflection for every component of every new session, which was half the processor
    time of a session's first question. A component does not change once the page is built: an update
    makes a new one, which has its own.
    """
    for block in blocks.blocks.values():
        block.get_config = partial(copy.deepcopy, block.get_config())


def _ask_page(blocks: gr.Blocks, assistant: AssistantLike, suggestions: Suggestions, strings: Strings) -> None:
    import gradio as gr

    conversation = gr.State(Conversation())
    intro = _html("", elem_id="intro")
    earlier = _html("", elem_id="earlier")
    current = _html("", elem_id="current")
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
            _html(f'<p class="hint">{escape(strings.question_hint)}</p>', elem_id="hint")
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

    asked = send.click(ask, [question, conversation], outputs, concurrency_id="ask", **_PRIVATE)
    asked.failure(settle(lambda state: state.failed(strings.error_unexpected)), [conversation], outputs, **_PRIVATE)
    stop.click(settle(Conversation.stopped), [conversation], outputs, cancels=[asked], **_PRIVATE)
    new.click(start_over, None, outputs, cancels=[asked], **_PRIVATE)
    blocks.load(introduction, None, [intro], concurrency_id="pages", **_PRIVATE)


def _check_page(assistant: AssistantLike, strings: Strings) -> None:
    import gradio as gr

    _html(f'<p class="lead">{escape(strings.check_lead)}</p>')
    draft = gr.Textbox(
        label=strings.check_label,
        placeholder=strings.check_placeholder,
        lines=8,
        max_lines=24,
        max_length=DRAFT_CHARS,
        elem_id="draft",
    )
    run = gr.Button(strings.check_run, variant="primary", elem_id="check-run")
    report = _html("", elem_id="check-report")

    def check(text: str) -> str:
        if not (text or "").strip():
            return render.error_html(strings.check_empty, strings)
        if len(text) > DRAFT_CHARS:
            return render.error_html(strings.error_too_long.format(limit=DRAFT_CHARS), strings)
        return _shown(lambda: tables.check_html(text, assistant.check(text), strings), strings)

    run.click(check, [draft], [report], concurrency_id="check", concurrency_limit=8, **_PRIVATE)


def _compare_page(assistant: AssistantLike, strings: Strings) -> None:
    import gradio as gr

    _html(f'<p class="lead">{escape(strings.compare_lead)}</p>')
    names = gr.Textbox(
        label=strings.compare_names, placeholder=strings.compare_names_placeholder, max_length=1000, elem_id="names"
    )
    attributes = gr.Textbox(
        label=strings.compare_attributes,
        placeholder=strings.compare_attributes_placeholder,
        max_length=1000,
        elem_id="attributes",
    )
    run = gr.Button(strings.compare_run, variant="primary", elem_id="compare-run")
    table = _html("", elem_id="compare-table")

    def compare(wanted: str, chosen: str) -> str:
        entities = split_names(wanted)
        if len(entities) < 2:
            return render.error_html(strings.compare_empty, strings)
        return _shown(
            lambda: tables.comparison_html(assistant.compare(entities, attributes=split_names(chosen)), strings),
            strings,
        )

    for event in (run.click, names.submit, attributes.submit):
        event(compare, [names, attributes], [table], concurrency_id="check", concurrency_limit=8, **_PRIVATE)


def split_names(text: str) -> list[str]:
    """Names separated by commas, Japanese or not, or by line breaks; empty ones and repeats are dropped."""
    return list(dict.fromkeys(part.strip() for part in re.split(r"[,，、\n]", text or "") if part.strip()))


@lru_cache
def guide_html(lang: str) -> str:
    """The guide, our own HTML, kept beside the style sheet."""
    return (STATIC_DIR / f"guide.{lang}.html").read_text(encoding="utf-8")


def _shown(make: Callable[[], str], strings: Strings) -> str:
    """The page's HTML, or the message of an error the assistant raised on purpose."""
    try:
        return make()
    except AssistantError as exc:
        return render.error_html(str(exc), strings)


def _html(value: str, *, elem_id: str | None = None) -> gr.HTML:
    import gradio as gr

    # Without ``js_on_load`` and with Gradio's styles off, the component is a plain container.
    return gr.HTML(value, elem_id=elem_id, js_on_load=None, apply_default_css=False)


def _masthead(strings: Strings) -> str:
    return (
        f'<a class="skip" href="#question" data-focus="question">{escape(strings.skip_link)}</a>'
        f'<div class="brand"><h1>{escape(strings.product)}</h1><p>{escape(strings.tagline)}</p></div>'
        '<div class="masthead-tools">'
        f'<a class="tool" data-lang="{strings.other_lang}" href="../{strings.other_lang}/" '
        f'lang="{strings.other_lang}" hreflang="{strings.other_lang}">{escape(strings.other_lang_name)}</a>'
        f'<button type="button" class="tool" data-theme-toggle aria-label="{escape(strings.switch_theme)}" '
        f'title="{escape(strings.switch_theme)}"><span aria-hidden="true">◐</span></button></div>'
    )


def _source_panel(strings: Strings) -> str:
    return (
        f'<aside id="source-panel" aria-label="{escape(strings.source_panel)}" hidden '
        f'data-failed="{escape(strings.error_loading)}" data-copied="{escape(strings.copied)}" '
        f'data-answer-ready="{escape(strings.answer_ready)}">'
        f'<div class="source-bar"><span class="source-label">{escape(strings.source_panel)}</span>'
        f'<button type="button" class="tool" data-close-source>{escape(strings.source_close)}</button></div>'
        '<div id="source-content" tabindex="0"></div></aside>'
        f'<p class="source-empty">{escape(strings.source_empty)}</p>'
    )
