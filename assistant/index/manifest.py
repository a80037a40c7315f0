"""The manifest of a generation and the pointer to the one in force."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from assistant.errors import IndexDamagedError, IndexMissingError

FORMAT = 1
MANIFEST = "manifest.json"
PASSAGE_IDS = "passages.ids"
POINTER = "CURRENT"
CHROMA_DIR = "chroma"
LEXICAL_DIR = "lexical"
OPEN_DIR = "open"
"""Beside the generations: private copies of serving processes, see dense.py."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built from, and the hash of each of its files."""

    generation: str
    fingerprint: str
    embedder: str  # the embedder's identity, JSON
    dimension: int
    chunking: str
    passages: int
    changed_since_full: int  # passages added or dropped since the last full build
    created: str  # ISO 8601, UTC
    files: dict[str, tuple[int, str]] = field(default_factory=dict)  # path -> (bytes, blake2b)
    graph_complete: bool = True
    """False when the HNSW graph does not lead to some vectors, as happens among thousands of nearly
    equal texts: vectors are then compared one by one."""
    format: int = FORMAT


def hash_file(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def hash_directory(directory: Path) -> dict[str, tuple[int, str]]:
    """Size and hash of every file below ``directory`` but the manifest and lock files."""
    return {
        path.relative_to(directory).as_posix(): (path.stat().st_size, hash_file(path))
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.name != MANIFEST and not path.name.endswith(".lock")
    }


def read_passage_ids(directory: Path) -> list[str]:
    """Ids of a generation's passages, in the order of its vectors."""
    return (directory / PASSAGE_IDS).read_text(encoding="ascii").split()


def write_manifest(directory: Path, manifest: Manifest) -> None:
    write_durably(directory / MANIFEST, json.dumps(asdict(manifest), indent=1, sort_keys=True))


def read_manifest(directory: Path) -> Manifest:
    """Read the manifest of a generation.

    Raises:
        IndexDamagedError: It is missing or unreadable.
    """
    try:
        values = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        values["files"] = {path: (size, digest) for path, (size, digest) in values["files"].items()}
        manifest = Manifest(**values)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as exc:
        raise IndexDamagedError(
            f"The manifest of index generation {directory.name!r} cannot be read. Run `assistant index`.",
            damaged=(MANIFEST,),
        ) from exc
    if manifest.format != FORMAT:
        raise IndexDamagedError(
            f"Index generation {directory.name!r} has format {manifest.format!r}, this version reads {FORMAT}. "
            f"Run `assistant index`."
        )
    return manifest


def damaged_files(directory: Path, manifest: Manifest) -> tuple[str, ...]:
    """Files of a generation that are missing, superfluous or not what was written."""
    found = {
        path.relative_to(directory).as_posix(): path
        for path in directory.rglob("*")
        if path.is_file() and path.name != MANIFEST and not path.name.endswith(".lock")
    }
    damaged = [path for path in manifest.files if path not in found]
    damaged += [path for path in found if path not in manifest.files]
    for name, (size, digest) in manifest.files.items():
        path = found.get(name)
        if path is not None and (path.stat().st_size != size or hash_file(path) != digest):
            damaged.append(name)
    return tuple(sorted(damaged))


def write_pointer(index_dir: Path, generation: str) -> None:
    """Make ``generation`` the one in force: written aside, synced, renamed."""
    digest = hash_file(index_dir / generation / MANIFEST)
    write_durably(index_dir / POINTER, f"{generation} {digest}\n")


def read_pointer(index_dir: Path) -> str:
    """Name of the generation in force.

    Raises:
        IndexMissingError: Nothing has been indexed yet.
        IndexDamagedError: The pointer or the manifest it seals has been altered.
    """
    try:
        parts = (index_dir / POINTER).read_text(encoding="utf-8").split()
    except FileNotFoundError:
        raise IndexMissingError(
            "Nothing has been indexed yet. Run `assistant index` for the bundled corpus, or `assistant index PATH`."
        ) from None
    except (OSError, UnicodeDecodeError) as exc:
        raise IndexDamagedError("The index pointer cannot be read. Run `assistant index`.", damaged=(POINTER,)) from exc
    if len(parts) != 2 or Path(parts[0]).name != parts[0] or parts[0] == ".." or not (index_dir / parts[0]).is_dir():
        raise IndexDamagedError(
            f"The index pointer names no generation: {' '.join(parts)[:80]!r}. Run `assistant index`.",
            damaged=(POINTER,),
        )
    manifest = index_dir / parts[0] / MANIFEST
    if not manifest.is_file() or hash_file(manifest) != parts[1]:
        raise IndexDamagedError(
            f"The manifest of index generation {parts[0]!r} is not what was written. Run `assistant index`.",
            damaged=(f"{parts[0]}/{MANIFEST}",),
        )
    return parts[0]


def write_durably(path: Path, text: str) -> None:
    """Replace a file so that after a crash either the old or the new content is there, whole."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(path)
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(directory: Path) -> None:
    """Flush every file of a finished generation to the disk before it is pointed to."""
    for path in directory.rglob("*"):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
        elif path.is_dir():
            sync_directory(path)
    sync_directory(directory)
