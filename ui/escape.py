"""The one way from text to HTML."""

from __future__ import annotations

import html

from assistant.text.invisible import visible


def escape(text: str) -> str:
    """Escaped for HTML and without characters that show nothing: a reader sees all that is on the page."""
    return html.escape(visible(text))
