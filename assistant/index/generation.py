"""Opens the generation in force for searching, and says what is wrong with it if anything is."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import IndexDamagedError, IndexStaleError, IndexStoreError
from assistant.index.chroma_server import ServerDense, ServerOrExact, StoreAddress, read_note, server_problem
from assistant.index.dense import ChromaDense, DenseIndex, ExactDense
from assistant.index.lexical import LexicalIndex
from assistant.index.lock import Lease
from assistant.index.manifest import (
    CHROMA_DIR,
    LEXICAL_DIR,
    OPEN_DIR,
    PASSAGE_IDS,
    POINTER,
    Manifest,
    damaged_files,
    read_manifest,
    read_passage_ids,
    read_pointer,
)
from assistant.library.store import Library

EXACT_LIMIT = 20_000
"""Passages up to which a single command compares vectors one by one: importing Chroma takes longer."""
REBUILD_LIMIT = 20_000
"""Passages up to which a damaged lexical index is replaced in memory, at about 2,000 passages/s."""
_ATTEMPTS = 3


@dataclass(slots=True)
class SearchIndex:
    """Both halves of one generation, ready to be asked. ``problems`` is empty when all is well."""

    generation: str
    fingerprint: str
    passages: int
    lexical: LexicalIndex
    dense: DenseIndex
    problems: tuple[str, ...]
    dense_kind: str  # "chroma" or "exact"
    _lease: Lease | None = None
    _lease_dir: Path | None = None

    def close(self) -> None:
        self.dense.close()
        if self._lease is not None and self._lease_dir is not None:
            self._lease.release()
            shutil.rmtree(self._lease_dir, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """What to open, and how."""

    index_dir: Path
    fingerprint: str
    embedder_key: str
    chunking: str
    dense: str  # "hnsw", "exact" or "auto"
    store: StoreAddress | None = None


def open_index(request: OpenRequest, library: Library) -> SearchIndex:
    """Open the generation in force.

    Each file is compared with the hash in the manifest first, because a damaged vector file can
    take the process down. A damaged half is replaced by one made from the library: vectors compared
    one by one, a lexical index built in memory. What was done is told in ``problems``.

    Raises:
        IndexMissingError: Nothing has been indexed yet.
        IndexStaleError: The settings in force ask for another index.
        IndexDamagedError: The index is damaged and too large to be replaced in memory.
    """
    for _ in range(_ATTEMPTS):
        before = _pointer_stamp(request.index_dir)
        try:
            index = _open_index(request, library)
        except OSError as exc:
            if _pointer_stamp(request.index_dir) == before:
                raise IndexDamagedError(f"The index cannot be read: {exc}. Run `assistant index`.") from exc
            continue
        if not index.problems or _pointer_stamp(request.index_dir) == before:
            return index
        # A writer has switched and removed the old generation while it was being opened.
        index.close()
    return _open_index(request, library)


def _pointer_stamp(index_dir: Path) -> tuple[int, int]:
    try:
        stat = (index_dir / POINTER).stat()
    except OSError:
        return (0, 0)
    return (stat.st_mtime_ns, stat.st_ino)


def _open_index(request: OpenRequest, library: Library) -> SearchIndex:
    problems: list[str] = []
    try:
        name = read_pointer(request.index_dir)
        directory = request.index_dir / name
        manifest = read_manifest(directory)
    except IndexDamagedError as exc:
        return _from_library(request, library, (str(exc),))
    if manifest.fingerprint != request.fingerprint:
        raise IndexStaleError(
            f"The index was built with other settings (fingerprint {manifest.fingerprint}) than those in force "
            f"({request.fingerprint}). Run `assistant index --rebuild`, or set back the embedder and the chunk sizes.",
            found=manifest.fingerprint,
            wanted=request.fingerprint,
        )
    lease_dir = request.index_dir / OPEN_DIR / f"{os.getpid()}-{secrets.token_hex(4)}"
    lease = Lease(lease_dir, generation=name)
    try:
        damaged = damaged_files(directory, manifest)
        if PASSAGE_IDS in damaged:
            lease.release()
            shutil.rmtree(lease_dir, ignore_errors=True)
            return _from_library(request, library, (_damage_message(name, damaged),))
        if damaged:
            problems.append(_damage_message(name, damaged))
        ids = read_passage_ids(directory)
        lexical = _open_lexical(request, directory, damaged, ids, library, lease_dir)
        dense, kind = _open_dense(request, directory, manifest, damaged, ids, library, lease_dir, problems)
    except BaseException:
        lease.release()
        shutil.rmtree(lease_dir, ignore_errors=True)
        raise
    return SearchIndex(
        generation=name,
        fingerprint=manifest.fingerprint,
        passages=len(ids),
        lexical=lexical,
        dense=dense,
        problems=tuple(problems),
        dense_kind=kind,
        _lease=lease,
        _lease_dir=lease_dir,
    )


def _open_lexical(
    request: OpenRequest,
    directory: Path,
    damaged: tuple[str, ...],
    ids: list[str],
    library: Library,
    lease_dir: Path,
) -> LexicalIndex:
    if any(name.startswith(f"{LEXICAL_DIR}/") for name in damaged):
        return _lexical_in_memory(ids, library)
    if request.dense == "auto":  # a single command, done before anything happens to the files
        return LexicalIndex.open(directory / LEXICAL_DIR)
    # Tantivy maps its files: a server would die of SIGBUS when one of them is cut short in place.
    shutil.copytree(directory / LEXICAL_DIR, lease_dir / LEXICAL_DIR)
    return LexicalIndex.open(lease_dir / LEXICAL_DIR)


def _open_dense(
    request: OpenRequest,
    directory: Path,
    manifest: Manifest,
    damaged: tuple[str, ...],
    ids: list[str],
    library: Library,
    lease_dir: Path,
    problems: list[str],
) -> tuple[DenseIndex, str]:
    wants_exact = request.dense == "exact" or (request.dense == "auto" and len(ids) <= EXACT_LIMIT)
    wants_exact = wants_exact or not manifest.graph_complete
    note = read_note(directory / CHROMA_DIR)
    if not wants_exact and note is not None and request.store is not None:
        store, collection = request.store, note.get("collection", "")
        server = ServerOrExact(
            lambda: ServerDense(store, collection),
            lambda: ExactDense(*library.vectors(ids, request.embedder_key)),
            manifest.passages,
        )
        problems.extend(filter(None, (server.problem,)))
        return server, "chroma server"
    if not wants_exact and note is None and not any(name.startswith(f"{CHROMA_DIR}/") for name in damaged):
        try:
            dense = ChromaDense(directory / CHROMA_DIR, lease_dir / CHROMA_DIR)
            if dense.size == manifest.passages:
                return dense, "chroma"
            dense.close()
            problems.append(f"Chroma holds {dense.size} vectors instead of {manifest.passages}; compared one by one.")
        except IndexStoreError as exc:
            problems.append(f"{exc} Vectors are compared one by one meanwhile.")
    return ExactDense(*library.vectors(ids, request.embedder_key)), "exact"


def _from_library(request: OpenRequest, library: Library, problems: tuple[str, ...]) -> SearchIndex:
    """Search straight from the library, for when no generation can be trusted."""
    ids = library.live_passage_ids(request.chunking)
    if not ids:  # stored under other chunk sizes, if at all: an empty index would refuse every question
        raise IndexDamagedError(problems[0])
    return SearchIndex(
        generation="library",
        fingerprint=request.fingerprint,
        passages=len(ids),
        lexical=_lexical_in_memory(ids, library),
        dense=ExactDense(*library.vectors(ids, request.embedder_key)),
        problems=problems,
        dense_kind="exact",
    )


def _lexical_in_memory(ids: list[str], library: Library) -> LexicalIndex:
    if len(ids) > REBUILD_LIMIT:
        raise IndexDamagedError(
            f"The index is damaged and {len(ids)} passages are too many to search without it. Run `assistant index`."
        )
    found = library.passages(ids)
    return LexicalIndex.in_memory(found[passage_id] for passage_id in ids if passage_id in found)


def _damage_message(name: str, damaged: tuple[str, ...]) -> str:
    shown = ", ".join(damaged[:3]) + (f" and {len(damaged) - 3} more" if len(damaged) > 3 else "")
    return f"Index generation {name!r} is damaged ({shown}). Run `assistant index` to build it anew."


def index_problems(request: OpenRequest) -> tuple[str, ...]:
    """What is wrong with the generation in force, without opening it.

    Raises:
        IndexMissingError: Nothing has been indexed yet.
    """
    try:
        name = read_pointer(request.index_dir)
        manifest = read_manifest(request.index_dir / name)
    except IndexDamagedError as exc:
        return (str(exc),)
    damaged = damaged_files(request.index_dir / name, manifest)
    problems = [_damage_message(name, damaged)] if damaged else []
    problem = server_problem(request.index_dir / name / CHROMA_DIR, request.store, manifest.passages)
    problems += [problem] if problem else []
    if manifest.fingerprint != request.fingerprint:
        problems.append(
            f"The index was built with other settings (fingerprint {manifest.fingerprint}) than those in force "
            f"({request.fingerprint}). Run `assistant index --rebuild`."
        )
    return tuple(problems)
