"""Source files to articles: one loader per format behind one interface.

``discover`` finds the files, ``load`` reads one. Neither raises for bad input: what cannot be read comes back
as a ``Refusal`` with its reason.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from assistant.ingest.discover import discover
from assistant.ingest.registry import loader, loader_name_for, supported_suffixes
from assistant.ingest.source import Loader, SourceFile, UnreadableSource
from assistant.types import Article, Refusal

__all__ = ["INGEST_VERSION", "Loader", "SourceFile", "UnreadableSource", "discover", "load", "supported_suffixes"]

INGEST_VERSION = 2
"""Raised when the same bytes would give another text."""

_DETAIL_CHARS = 200
_LOGGER = logging.getLogger(__name__)


def load(source: SourceFile) -> Iterator[Article | Refusal]:
    """Read one file with the loader of its format. An error of the loader becomes a ``Refusal``."""
    name = loader_name_for(source.path)
    if name is None:
        yield source.refusal(f"no loader for {source.path.suffix!r}; supported: {', '.join(supported_suffixes())}")
        return
    try:
        yield from loader(name).load(source)
    except UnreadableSource as exc:
        yield source.refusal(str(exc), line=exc.line)
    except RecursionError:
        yield source.refusal("nested too deeply")
    # One strange file out of thousands must not end a run; the trace is kept for us.
    except Exception as exc:
        _LOGGER.exception("the %s loader failed on %s", name, source.path)
        detail = " ".join(str(exc).split())[:_DETAIL_CHARS]  # some quote the whole source
        yield source.refusal(f"the {name} loader failed: {type(exc).__name__}: {detail}")
