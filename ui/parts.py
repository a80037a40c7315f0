"""What every page is made of: our own HTML in plain containers, errors in words, event options."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError
from ui import render
from ui.strings import Strings

if TYPE_CHECKING:
    import gradio as gr

STATIC_DIR = Path(__file__).parent / "static"

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""Options of every event: no public endpoint, no progress bar over our own HTML."""


def shown(make: Callable[[], str], strings: Strings) -> str:
    """The page's HTML, or the message of an error the assistant raised on purpose."""
    try:
        return make()
    except AssistantError as exc:
        return render.error_html(str(exc), strings)


def html_block(value: str, *, elem_id: str | None = None) -> gr.HTML:
    import gradio as gr

    # Without ``js_on_load`` and with Gradio's styles off, the component is a plain container.
    return gr.HTML(value, elem_id=elem_id, js_on_load=None, apply_default_css=False)
