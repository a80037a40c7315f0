"""The Compare page: systems side by side, each value cited."""

from __future__ import annotations

import re

from ui import render, tables
from ui.escape import escape
from ui.parts import PRIVATE, html_block, shown
from ui.protocol import AssistantLike
from ui.strings import Strings


def compare_page(assistant: AssistantLike, strings: Strings) -> None:
    import gradio as gr

    html_block(f'<p class="lead">{escape(strings.compare_lead)}</p>')
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
    table = html_block("", elem_id="compare-table")

    def compare(wanted: str, chosen: str) -> str:
        entities = split_names(wanted)
        if len(entities) < 2:
            return render.error_html(strings.compare_empty, strings)
        return shown(
            lambda: tables.comparison_html(assistant.compare(entities, attributes=split_names(chosen)), strings),
            strings,
        )

    for event in (run.click, names.submit, attributes.submit):
        event(compare, [names, attributes], [table], concurrency_id="check", concurrency_limit=8, **PRIVATE)


def split_names(text: str) -> list[str]:
    """Names separated by commas, Japanese or not, or by line breaks; empty ones and repeats are dropped."""
    return list(dict.fromkeys(part.strip() for part in re.split(r"[,，、\n]", text or "") if part.strip()))
