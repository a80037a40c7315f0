"""What a loader is given, what it must offer, and how it says that a source cannot be read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from assistant.errors import CorpusError
from assistant.types import Article, Refusal

MAX_FILE_BYTES = 64 * 1024 * 1024
"""Larger articles are refused; JSONL and CSV hold many records and are exempt."""

_UNSAFE_ID = re.compile(r"[^\w.\-]+")


class UnreadableSource(CorpusError):  # noqa: N818 - reads as what it says
    """A source, or a part of it, cannot be read. The message is what the user sees."""

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to be read.

    ``path`` is absolute and resolved; ``root`` is the folder it was found under, or its parent when the
    file itself was named.
    """

    path: Path
    root: Path

    def read_bytes(self) -> bytes:
        """The whole file.

        Raises:
            UnreadableSource: The file is larger than ``MAX_FILE_BYTES`` or the system refuses to read it.
        """
        try:
            size = self.path.stat().st_size
            if size > MAX_FILE_BYTES:
                raise UnreadableSource(
                    f"the file has {size:,} bytes, more than the {MAX_FILE_BYTES:,} an article may have; "
                    "split it, or convert it to JSONL"
                )
            return self.path.read_bytes()
        except OSError as exc:
            raise UnreadableSource(f"cannot be read: {exc.strerror or exc}") from exc

    def refusal(self, reason: str, *, line: int | None = None, unpublished: bool = False) -> Refusal:
        return Refusal(str(self.path), reason, line, unpublished)

    @property
    def stem(self) -> str:
        """The file name without suffix, composed (macOS stores が as two code points)."""
        return unicodedata.normalize("NFC", self.path.stem)


class Loader(Protocol):
    """Reads one source format."""

    name: ClassVar[str]
    suffixes: ClassVar[frozenset[str]]

    def load(self, source: SourceFile) -> Iterator[Article | Refusal]:
        """Yield the articles of ``source``. May raise ``UnreadableSource`` when nothing more can be read."""
        ...


def id_from_stem(stem: str) -> str:
    """An article id out of a file name: letters of any script, digits, ``-``, ``_`` and ``.`` stay."""
    slug = _UNSAFE_ID.sub("-", unicodedata.normalize("NFC", stem)).strip("-.")
    return slug or "article"


def unify_newlines(text: str) -> str:
    """CR LF and CR become LF; nothing else changes."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
