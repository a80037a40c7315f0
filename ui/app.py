"""The pages, mounted as one Gradio app a language.

Gradio lays them out; it handles no event. What a page does goes over our own routes under ``/ui``, each of
which asks who is looking.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ui.ask import ask_page
from ui.check import check_page
from ui.compare import compare_page
from ui.escape import escape
from ui.evals import evals_page
from ui.library import library_page
from ui.parts import STATIC_DIR, html_block
from ui.strings import Strings, strings_for
from ui.wording.evals import words_for

if TYPE_CHECKING:
    import gradio as gr


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


def build_app(lang: str = "ja") -> gr.Blocks:
    """All pages in one language.

    Args:
        lang: ``ja`` or ``en``: the language of the pages, not of the questions.
    """
    import gradio as gr

    strings = strings_for(lang)
    with gr.Blocks(title=strings.product, analytics_enabled=False, fill_width=True) as blocks:
        html_block(_masthead(strings), elem_id="masthead")
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(elem_id="main"), gr.Tabs(elem_id="pages"):
                with gr.Tab(strings.tab_ask, elem_id="tab-ask"):
                    ask_page(strings)
                with gr.Tab(strings.tab_check, elem_id="tab-check"):
                    check_page(strings)
                with gr.Tab(strings.tab_compare, elem_id="tab-compare"):
                    compare_page(strings)
                with gr.Tab(strings.tab_library, elem_id="tab-library"):
                    library_page(strings)
                with gr.Tab(words_for(lang).tab, elem_id="tab-evals"):
                    evals_page(strings)
                with gr.Tab(strings.tab_guide, elem_id="tab-guide"):
                    html_block(guide_html(lang), elem_id="guide")
            html_block(_source_panel(strings), elem_id="source-frame")
        html_block('<div id="announcer" class="visually-hidden" role="status" aria-live="polite"></div>')
    return blocks


@lru_cache
def guide_html(lang: str) -> str:
    """The guide, our own HTML, kept beside the style sheet."""
    return (STATIC_DIR / f"guide.{lang}.html").read_text(encoding="utf-8")


def _masthead(strings: Strings) -> str:
    return (
        f'<a class="skip" href="#question-box" data-focus="question-box">{escape(strings.skip_link)}</a>'
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
