"""How much reading one file may take. Values only: the sandbox and the loaders hold to them."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass

_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for one file. The defaults are those of the settings' section ``ingest``."""

    max_file_mb: int = 64
    max_seconds: float = 25.0  # of wall clock, for one file
    max_memory_mb: int = 512  # address space of the process that parses
    max_pages: int = 2000  # of a PDF or a presentation
    max_entries: int = 5000  # files inside a DOCX, XLSX, PPTX or EPUB
    max_unpacked_mb: int = 256  # of all entries together
    max_ratio: int = 200  # unpacked to packed size of one entry
    max_depth: int = 32  # folders within folders

    @property
    def max_file_bytes(self) -> int:
        return self.max_file_mb * _MB

    @property
    def max_memory_bytes(self) -> int:
        return self.max_memory_mb * _MB

    @property
    def max_unpacked_bytes(self) -> int:
        return self.max_unpacked_mb * _MB

    @property
    def digest(self) -> str:
        """8 hexadecimal digits that change with any limit: what was refused is tried again then."""
        return hashlib.blake2b(repr(astuple(self)).encode(), digest_size=4).hexdigest()


DEFAULT_LIMITS = Limits()

MAX_LINE_BYTES = 8 * _MB
"""Longest line of a JSONL corpus. Such corpora may be of any size, since only one line at a time is held."""

IN_PROCESS_BYTES = 64 * 1024
"""Plain formats (Markdown, text, CSV, YAML) up to this size are parsed where they are: the slowest input of this
size known to the tests takes seconds at worst. Larger ones go to the child process."""
