"""article assistant: answers only from your own articles, with citations that open on the exact words.

The names are loaded on first use (PEP 562): the command line must be able to refuse a second writer
before it has imported the database and the search libraries.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.api import Assistant
    from assistant.errors import AssistantError
    from assistant.settings import Settings
    from assistant.types import Answer, Article, Citation, Claim, ClaimVerdict, Hit, Passage, Verdict

__all__ = [
    "Answer",
    "Article",
    "Assistant",
    "AssistantError",
    "Citation",
    "Claim",
    "ClaimVerdict",
    "Hit",
    "Passage",
    "Settings",
    "Verdict",
]

__version__ = "0.1.0"

_HOMES = {"Assistant": "assistant.api", "AssistantError": "assistant.errors", "Settings": "assistant.settings"}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "assistant.types")), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
