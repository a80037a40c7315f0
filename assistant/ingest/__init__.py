"""Source files to articles: one loader per format behind one interface.

``discover`` finds the files, an ``Intake`` reads them. Neither raises for bad input: what cannot be read comes
back as a ``Refusal`` with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from assistant.ingest.discover import discover
from assistant.ingest.intake import INGEST_VERSION, Intake, Taken
from assistant.ingest.limits import Limits
from assistant.ingest.registry import supported_suffixes
from assistant.ingest.source import Loader, SourceFile, UnreadableSource
from assistant.ingest.web.target import is_url
from assistant.types import Article, Refusal

__all__ = [
    "INGEST_VERSION",
    "Intake",
    "Limits",
    "Loader",
    "SourceFile",
    "Taken",
    "UnreadableSource",
    "discover",
    "is_url",
    "load",
    "supported_suffixes",
]


def load(source: SourceFile) -> Iterator[Article | Refusal]:
    """Read a single file within the default limits; for many files, use an ``Intake``."""
    yield from list(_single().load(source))


@cache
def _single() -> Intake:
    """Kept, for the sake of its child process: that ends when this process does."""
    return Intake()
