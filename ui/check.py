"""The Check page: a draft in, a verdict for every claim out."""

from __future__ import annotations

from ui import render, tables
from ui.escape import escape
from ui.parts import PRIVATE, html_block, shown
from ui.protocol import AssistantLike
from ui.strings import Strings

DRAFT_CHARS = 50_000


def check_page(assistant: AssistantLike, strings: Strings) -> None:
    import gradio as gr

    html_block(f'<p class="lead">{escape(strings.check_lead)}</p>')
    draft = gr.Textbox(
        label=strings.check_label,
        placeholder=strings.check_placeholder,
        lines=8,
        max_lines=24,
        max_length=DRAFT_CHARS,
        elem_id="draft",
    )
    run = gr.Button(strings.check_run, variant="primary", elem_id="check-run")
    report = html_block("", elem_id="check-report")

    def check(text: str) -> str:
        if not (text or "").strip():
            return render.error_html(strings.check_empty, strings)
        if len(text) > DRAFT_CHARS:
            return render.error_html(strings.error_too_long.format(limit=DRAFT_CHARS), strings)
        return shown(lambda: tables.check_html(text, assistant.check(text), strings), strings)

    run.click(check, [draft], [report], concurrency_id="check", concurrency_limit=8, **PRIVATE)
