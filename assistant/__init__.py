"""article assistant: answers only from your own articles, with citations that open on the exact words."""

from assistant.api import Assistant
from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.types import (
    Answer,
    Article,
    Citation,
    Claim,
    ClaimVerdict,
    Hit,
    Passage,
    Verdict,
)

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
