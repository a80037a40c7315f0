"""What a loader is given, what it must offer, and how it says that a source cannot be read."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, ClassVar, Protocol

from assistant.errors import CorpusError
from assistant.ingest.limits import DEFAULT_LIMITS, Limits
from assistant.ingest.openfile import open_regular
from assistant.text.patterns import lazy_pattern
from assistant.types import Article, Refusal

MAX_FILE_BYTES = DEFAULT_LIMITS.max_file_bytes
"""Larger files are refused by default; a JSONL corpus is read line by line and exempt."""

_UNSAFE_ID = lazy_pattern(r"[^\w.\-]+")


class UnreadableSource(CorpusError):  # noqa: N818 - reads as what it says
    """A source, or a part of it, cannot be read. The message is what the user sees."""

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to be read.

    ``path`` is absolute and resolved; ``root`` is the folder it was found under, or its parent when the
    file itself was named. ``data`` are its bytes where they were taken beforehand: then what was hashed is
    what is parsed, whatever happens to the file meanwhile.
    """

    path: Path
    root: Path
    data: bytes | None = field(default=None, repr=False, compare=False)
    limits: Limits = field(default=DEFAULT_LIMITS, repr=False, compare=False)
    url: str = ""  # of a document from the web: the address asked for, and where it was found in the end
    found_at: str = ""
    fetched: str = ""  # when, ISO 8601

    def open(self) -> BinaryIO:
        """The file, open for reading.

        Raises:
            UnreadableSource: The system refuses, it is no regular file, or it lies outside of its folder.
        """
        if self.data is not None:
            return BytesIO(self.data)
        try:
            return open_regular(self.path, self.root)
        except OSError as exc:
            raise UnreadableSource(f"cannot be read: {exc.strerror or exc}") from exc

    def read_bytes(self) -> bytes:
        """The whole file.

        Raises:
            UnreadableSource: The file is larger than the limits allow, or see :meth:`open`.
        """
        with self.open() as file:
            return read_limited(file, self.limits.max_file_bytes)

    def refusal(self, reason: str, *, line: int | None = None, unpublished: bool = False) -> Refusal:
        return Refusal(self.name, reason, line, unpublished)

    @property
    def name(self) -> str:
        """What a person calls it: its address, or its path."""
        return self.url or str(self.path)

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


def read_limited(file: BinaryIO, most: int) -> bytes:
    """All of an open file.

    Raises:
        UnreadableSource: It has more than ``most`` bytes, whatever its size was said to be, or cannot be read.
    """
    try:
        data = file.read(most + 1)
        size = file.seek(0, os.SEEK_END) if len(data) > most else len(data)
    except OSError as exc:
        raise UnreadableSource(f"cannot be read: {exc.strerror or exc}") from exc
    if size > most:
        raise UnreadableSource(
            f"the file has {size:,} bytes, more than the {most:,} that `ingest.max_file_mb` allows; "
            "split it, or convert it to JSONL"
        )
    return data


def id_from_stem(stem: str) -> str:
    """An article id out of a file name: letters of any script, digits, ``-``, ``_`` and ``.`` stay."""
    slug = _UNSAFE_ID.sub("-", unicodedata.normalize("NFC", stem)).strip("-.")
    return slug or "article"


def unify_newlines(text: str) -> str:
    """CR LF and CR become LF; nothing else changes."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
