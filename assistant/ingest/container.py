"""Looks at a file's structure before a parser does: bombs, lies, traps.

Runs in the child process. What it refuses would be slow, huge or ambiguous for whichever library came next;
what it lets pass is still parsed within the limits of that process.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath

from assistant.ingest.limits import Limits
from assistant.ingest.source import UnreadableSource
from assistant.text.patterns import lazy_pattern

_SMALL_ENTRY = 1024 * 1024
"""An entry this small cannot hurt, however well it packs: sheets of zeros do."""
_PROLOG_BYTES = 64 * 1024
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_PDF_PAGE = re.compile(rb"/Type\s{0,8}/Page(?![A-Za-z])")
_PDF_HEAD_BYTES = 1024
_SLIDE = lazy_pattern(r"ppt/slides/slide\d+\.xml")
_ROOT_ELEMENT = lazy_pattern("<[^\\s!?/>]")
_OFFICE = {"docx": ("word/", "a Word document"), "xlsx": ("xl/", "a workbook"), "pptx": ("ppt/", "a presentation")}
_ZIPPED = frozenset({*_OFFICE, "epub"})
_TEXT_LOADERS = frozenset({"markdown", "html", "text", "csv", "sheet", "jsonl"})


def check_container(loader: str, data: bytes, limits: Limits) -> None:
    """Refuse what must not reach the parser of this format.

    Raises:
        UnreadableSource: With the reason.
    """
    if loader in _ZIPPED:
        _check_zip(loader, data, limits)
    elif loader == "pdf":
        _check_pdf(data, limits)
    elif loader not in _TEXT_LOADERS and data.lstrip()[:1] == b"<":
        check_prolog(data[:_PROLOG_BYTES], "the file")


def check_prolog(head: bytes, what: str) -> None:
    """Refuse XML that declares entities: a few lines of them stand for gigabytes, or for other files.

    Args:
        head: The beginning, up to 64 KiB.
        what: How to name it in the reason.
    """
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head[: len(head) // 2 * 2].decode("utf-16", "replace")
    elif head[:2] in (b"<\0", b"\0<"):
        text = head[: len(head) // 2 * 2].decode("utf-16-le" if head[1:2] == b"\0" else "utf-16-be", "replace")
    else:
        text = head.decode("latin-1")
    bare = re.sub(r"<!--.*?(?:-->|\Z)", "", text, flags=re.DOTALL)
    root = _ROOT_ELEMENT.search(bare)
    prolog = bare[: root.start()] if root else bare
    if "<!ENTITY" in prolog.upper():
        raise UnreadableSource(f"{what} declares XML entities, which can stand for gigabytes or for other files")
    if root is None and len(head) >= _PROLOG_BYTES:
        raise UnreadableSource(f"{what} has no XML element in its first {_PROLOG_BYTES // 1024} KiB")


def _check_zip(loader: str, data: bytes, limits: Limits) -> None:
    if data.startswith(_OLD_OFFICE):
        if _ENCRYPTED_PACKAGE in data:
            raise UnreadableSource("the document is protected by a password; save it without one")
        raise UnreadableSource(f"an Office document of the old kind; save it as {loader.upper()}")
    if not data.startswith(b"PK"):
        raise UnreadableSource(f"the name says {loader.upper()}, but the content is not")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_entries(archive.infolist(), limits)
            _check_slides(archive.namelist(), limits)
            _check_kind(loader, archive)
            for entry in archive.infolist():
                if entry.filename.lower().endswith((".xml", ".rels", ".opf", ".ncx", ".xhtml", ".html", ".vml")):
                    with archive.open(entry) as part:
                        head = part.read(_PROLOG_BYTES)
                    # A book's pages are XHTML with a document type; entities are what matters in them too.
                    check_prolog(head, f"its part {_shown(entry.filename)}")
                _check_true_size(archive, entry)
    except UnreadableSource:
        raise
    except RuntimeError as exc:  # zipfile's word for a password
        raise UnreadableSource("the document is protected by a password; save it without one") from exc
    except (zipfile.BadZipFile, NotImplementedError, struct.error, zlib.error, EOFError, ValueError, OSError) as exc:
        raise UnreadableSource(f"the container is damaged: {' '.join(str(exc).split())[:120]}") from exc


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.max_entries:
        raise UnreadableSource(
            f"it holds {len(entries):,} entries, more than the {limits.max_entries:,} that `ingest.max_entries` allows"
        )
    total = 0
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        if _leaves_the_archive(entry.orig_filename) or _leaves_the_archive(name):
            raise UnreadableSource(f"its entry {_shown(entry.orig_filename)} names a place outside of the document")
        if name in seen:
            raise UnreadableSource(f"its entry {_shown(name)} is there twice")
        seen.add(name)
        if entry.flag_bits & 0x1:
            raise UnreadableSource("the document is protected by a password; save it without one")
        total += entry.file_size
        if total > limits.max_unpacked_bytes:
            raise UnreadableSource(
                f"it unpacks to more than the {limits.max_unpacked_mb:,} MB that `ingest.max_unpacked_mb` allows"
            )
        if entry.file_size > _SMALL_ENTRY and entry.file_size > limits.max_ratio * max(entry.compress_size, 1):
            raise UnreadableSource(
                f"its entry {_shown(name)} unpacks to {entry.file_size // max(entry.compress_size, 1):,} times its size, "
                f"more than the {limits.max_ratio} that `ingest.max_ratio` allows"
            )


def _check_slides(names: list[str], limits: Limits) -> None:
    slides = sum(1 for name in names if _SLIDE.fullmatch(name))
    if slides > limits.max_pages:
        raise UnreadableSource(
            f"it has {slides:,} slides, more than the {limits.max_pages:,} that `ingest.max_pages` allows; split it"
        )


def _check_true_size(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Unpack the entry as far as it says it goes; its checksum then tells whether it told the truth."""
    with archive.open(entry) as part:
        while part.read(_SMALL_ENTRY):
            pass


def _check_kind(loader: str, archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    found = _kind_of(names, lambda name: archive.read(name)[:64])
    if found != loader:
        what = "an EPUB book" if found == "epub" else _OFFICE[found][1] if found else "not an Office document or book"
        raise UnreadableSource(f"the name says {loader.upper()}, but the content is {what}")


def _kind_of(names: list[str], read: Callable[[str], bytes]) -> str | None:
    if "mimetype" in names and read("mimetype").strip() == b"application/epub+zip":
        return "epub"
    if "[Content_Types].xml" in names:
        for kind, (folder, _) in _OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return kind
    return None


def _leaves_the_archive(name: str) -> bool:
    flat = name.replace("\\", "/")
    return (
        "\0" in name or flat.startswith("/") or bool(re.match(r"[A-Za-z]:", flat)) or ".." in PurePosixPath(flat).parts
    )


def _check_pdf(data: bytes, limits: Limits) -> None:
    if b"%PDF-" not in data[:_PDF_HEAD_BYTES]:
        raise UnreadableSource("the name says PDF, but the content is not")
    pages = sum(1 for _ in _PDF_PAGE.finditer(data))  # at least: others may stand in packed objects
    if pages > limits.max_pages:
        raise UnreadableSource(
            f"it has {pages:,} pages, more than the {limits.max_pages:,} that `ingest.max_pages` allows; split it"
        )


def _shown(name: str) -> str:
    return ascii(name[:80])
