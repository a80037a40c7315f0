"""Source files to articles: one loader per format behind one interface.

``discover`` finds the files, an ``Intake`` reads them. Neither raises for bad input: what cannot be read comes
back as a ``Refusal`` with its reason.

The names are loaded on first use (PEP 562): an answer needs a few words about tables from this package, and
none of its loaders.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.ingest.discovery import discover
    from assistant.ingest.intake import INGEST_VERSION, Intake, Taken, load
    from assistant.ingest.limits import Limits
    from assistant.ingest.registry import supported_suffixes
    from assistant.ingest.source import Loader, SourceFile, UnreadableSource
    from assistant.ingest.web.target import is_url

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

_HOMES = {
    "INGEST_VERSION": "intake",
    "Intake": "intake",
    "Taken": "intake",
    "load": "intake",
    "Limits": "limits",
    "Loader": "source",
    "SourceFile": "source",
    "UnreadableSource": "source",
    "discover": "discovery",
    "is_url": "web.target",
    "supported_suffixes": "registry",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'assistant.ingest' has no attribute {name!r}")
    return getattr(import_module(f"assistant.ingest.{_HOMES[name]}"), name)
