"""Which loader reads which suffix. A new format is one entry here and one module.

Loader modules bring heavy libraries (lxml, trafilatura, PDFium), so they are imported when the first
file of their format is read.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from assistant.ingest.source import Loader


@dataclass(frozen=True, slots=True)
class LoaderEntry:
    """Where a loader is and what it reads.

    Attributes:
        module: Imported when the first file of the format is read.
        attribute: The loader's class; called without arguments.
        suffixes: Lower case, with the dot.
        sandboxed: Whether files are parsed in the child process with limits: archives, XML and PDF, whose
            cost does not follow from the size of the file.
    """

    module: str
    attribute: str
    suffixes: frozenset[str]
    sandboxed: bool = False


_LOADERS = {
    "markdown": LoaderEntry("assistant.ingest.markdown", "MarkdownLoader", frozenset({".md", ".markdown"})),
    "html": LoaderEntry("assistant.ingest.html", "HtmlLoader", frozenset({".html", ".htm", ".xhtml"}), sandboxed=True),
    "text": LoaderEntry("assistant.ingest.plain", "PlainTextLoader", frozenset({".txt", ".text"})),
    "csv": LoaderEntry("assistant.ingest.table", "TableLoader", frozenset({".csv", ".tsv"})),
    "sheet": LoaderEntry("assistant.ingest.sheet", "SheetLoader", frozenset({".yaml", ".yml"})),
    "jsonl": LoaderEntry("assistant.ingest.jsonl", "JsonlLoader", frozenset({".jsonl", ".ndjson"})),
    "pdf": LoaderEntry("assistant.ingest.pdf", "PdfLoader", frozenset({".pdf"}), sandboxed=True),
    "docx": LoaderEntry("assistant.ingest.docx", "DocxLoader", frozenset({".docx", ".docm"}), sandboxed=True),
    "xlsx": LoaderEntry("assistant.ingest.xlsx", "XlsxLoader", frozenset({".xlsx", ".xlsm"}), sandboxed=True),
    "pptx": LoaderEntry("assistant.ingest.pptx", "PptxLoader", frozenset({".pptx", ".pptm"}), sandboxed=True),
    "epub": LoaderEntry("assistant.ingest.epub", "EpubLoader", frozenset({".epub"}), sandboxed=True),
    "rtf": LoaderEntry("assistant.ingest.rtf", "RtfLoader", frozenset({".rtf"}), sandboxed=True),
    "feed": LoaderEntry("assistant.ingest.feed", "FeedLoader", frozenset({".rss", ".atom", ".xml"}), sandboxed=True),
}
_BY_SUFFIX = {suffix: name for name, entry in _LOADERS.items() for suffix in entry.suffixes}


def supported_suffixes() -> list[str]:
    return sorted(_BY_SUFFIX)


def loader_name_for(path: Path) -> str | None:
    """The format of ``path`` by its suffix, upper or lower case; None when nothing reads it."""
    return _BY_SUFFIX.get(path.suffix.lower())


def is_sandboxed(name: str) -> bool:
    """Whether files of a format are parsed in the child process with limits."""
    return _LOADERS[name].sandboxed


@cache
def loader(name: str) -> Loader:
    """The loader of a format."""
    found = _LOADERS[name]
    return cast(Loader, getattr(importlib.import_module(found.module), found.attribute)())
