"""Files that editors send: checked names, one folder of the state directory, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from assistant.ingest import supported_suffixes
from assistant.text.invisible import visible

FOLDER = "uploads"
MOST_FILES = 20_000
_NAME_BYTES = 200
_UNUSABLE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.I)


class Stored(StrEnum):
    """What became of a file."""

    STORED = "stored"
    SAME = "same"  # it is there already, byte for byte
    EXISTS = "exists"  # another file has that name: the editor decides
    BAD_NAME = "bad_name"
    BAD_FORMAT = "bad_format"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file's fate, and the name it is kept under."""

    outcome: Stored
    name: str


class Uploads:
    """The folder of files that came over the page.

    Args:
        home: The state directory; the folder is made with the first file.
        max_bytes: Largest file taken.
    """

    def __init__(self, home: Path, *, max_bytes: int) -> None:
        self.folder = home / FOLDER
        self.max_bytes = max_bytes

    def store(self, name: str, data: bytes, *, replace: bool = False) -> Upload:
        """Keep a file. Another file of that name is replaced only if the editor says so."""
        kept = safe_name(name)
        if kept is None:
            return Upload(Stored.BAD_NAME, shown_name(name))
        if Path(kept).suffix.lower() not in supported_suffixes():
            return Upload(Stored.BAD_FORMAT, kept)
        if len(data) > self.max_bytes:
            return Upload(Stored.TOO_LARGE, kept)
        self.folder.mkdir(parents=True, exist_ok=True)
        there = self._like(kept)
        if there is not None and there.read_bytes() == data:
            return Upload(Stored.SAME, there.name)
        if there is not None and not replace:
            return Upload(Stored.EXISTS, there.name)
        if there is None and sum(1 for _ in self.folder.iterdir()) >= MOST_FILES:
            return Upload(Stored.TOO_MANY, kept)
        self._write(there.name if there is not None else kept, data)
        return Upload(Stored.STORED, there.name if there is not None else kept)

    def any_files(self) -> bool:
        return self.folder.is_dir() and any(self.folder.iterdir())

    def _like(self, name: str) -> Path | None:
        """The file of that name; upper and lower case are one where file systems make them one."""
        return next((path for path in self.folder.iterdir() if path.name.casefold() == name.casefold()), None)

    def _write(self, name: str, data: bytes) -> None:
        aside = self.folder / f".{secrets.token_hex(8)}.part"  # a hidden name is never indexed
        try:
            with aside.open("xb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            aside.replace(self.folder / name)
        finally:
            with contextlib.suppress(FileNotFoundError):
                aside.unlink()


def safe_name(name: str) -> str | None:
    """The file name alone, composed (NFC) and without what shows nothing; None where it cannot be used.

    A path in front is dropped, as browsers send some; a name that would be hidden, is a device's on
    Windows, holds characters no file system shares, or is too long, is not used.
    """
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    clean = visible(base).strip().rstrip(".")
    usable = clean and not clean.startswith((".", "~$")) and not _UNUSABLE.search(base) and clean == base.strip()
    if not usable or _DEVICES.fullmatch(clean) or len(clean.encode()) > _NAME_BYTES:
        return None
    return clean


def shown_name(name: str) -> str:
    """A refused name, short enough to show."""
    return re.split(r"[/\\]", name)[-1][-80:] or name[-80:]
