"""What every page is made of: our own HTML in plain containers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr

STATIC_DIR = Path(__file__).parent / "static"


def html_block(value: str, *, elem_id: str | None = None) -> gr.HTML:
    import gradio as gr

    # Without ``js_on_load`` and with Gradio's styles off, the component is a plain container.
    return gr.HTML(value, elem_id=elem_id, js_on_load=None, apply_default_css=False)
