"""Which loader reads which suffix. A new format is one entry here and one module.

Loader modules bring heavy libraries (lxml, trafilatura, markdown-it), so they are imported when the first
file of their format is read.
"""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from typing import cast

from assistant.ingest.source import Loader

_LOADERS = {
    "markdown": ("assistant.ingest.markdown", "MarkdownLoader", frozenset({".md", ".markdown"})),
    "html": ("assistant.ingest.html", "HtmlLoader", frozenset({".html", ".htm", ".xhtml"})),
    "text": ("assistant.ingest.plain", "PlainTextLoader", frozenset({".txt", ".text"})),
    "csv": ("assistant.ingest.table", "TableLoader", frozenset({".csv", ".tsv"})),
    "sheet": ("assistant.ingest.sheet", "SheetLoader", frozenset({".yaml", ".yml"})),
    "jsonl": ("assistant.ingest.jsonl", "JsonlLoader", frozenset({".jsonl", ".ndjson"})),
}
_BY_SUFFIX = {suffix: name for name, (_, _, suffixes) in _LOADERS.items() for suffix in suffixes}


_IN_PROCESS = frozenset({"markdown", "text", "csv", "sheet", "jsonl"})
"""Plain formats. Every other is parsed in a child process, see sandbox.py."""


def is_sandboxed(name: str) -> bool:
    return name not in _IN_PROCESS


def supported_suffixes() -> list[str]:
    return sorted(_BY_SUFFIX)


def loader_name_for(path: Path) -> str | None:
    """The format of ``path`` by its suffix, upper or lower case; None when nothing reads it."""
    return _BY_SUFFIX.get(path.suffix.lower())


@cache
def loader(name: str) -> Loader:
    """The loader of a format."""
    module, attribute, _ = _LOADERS[name]
    return cast(Loader, getattr(importlib.import_module(module), attribute)())
