"""The dense half: vectors in Chroma, or compared one by one.

Chroma returns distances (smaller is nearer); they become similarities here and nowhere else.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexDamagedError, IndexStoreError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

COLLECTION = "passages"
BATCH = 5000  # Chroma takes 5,461 vectors at a time
_SQLITE = "chroma.sqlite3"
_COPY_LIMIT = 32 * 1024 * 1024  # bytes; far above what 1,000 vectors take

Vectors = NDArray[np.float32]


class DenseIndex(Protocol):
    """Finds the passages whose vectors are nearest to a query's."""

    @property
    def size(self) -> int:
        """How many vectors there are."""

    def search(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """``(passage_id, cosine similarity)``, best first, ties by passage id."""

    def close(self) -> None: ...


class ExactDense:
    """Compares the query with every vector: repeatable to the bit, and 8 ms at 100,000 x 384."""

    def __init__(self, passage_ids: Sequence[str], matrix: Vectors) -> None:
        self._ids = list(passage_ids)
        self._matrix = matrix

    @property
    def size(self) -> int:
        return len(self._ids)

    def search(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        if not self._ids or limit < 1:
            return []
        if self._matrix.shape[1] != vector.shape[0]:
            raise IndexStoreError(
                f"The query vector has {vector.shape[0]} dimensions, the stored ones {self._matrix.shape[1]}. "
                f"Run `assistant index --rebuild`."
            )
        scores = self._matrix @ vector
        count = min(limit, len(self._ids))
        if count < len(self._ids):
            # Everything that ties with the last place is kept, so the order never depends on partitioning.
            threshold = np.partition(scores, len(self._ids) - count)[len(self._ids) - count]
            positions = np.flatnonzero(scores >= threshold)
        else:
            positions = np.arange(len(self._ids))
        ranked = sorted(((self._ids[i], float(scores[i])) for i in positions), key=lambda item: (-item[1], item[0]))
        return ranked[:count]

    def close(self) -> None:
        pass


class ChromaDense:
    """A Chroma collection opened through a private copy.

    Chroma writes a row into its SQLite file whenever it opens one, and rewrites the vector files of
    collections below its sync threshold (1,000). A generation must stay as it was verified, so each
    process opens a copy. Large vector files are only read: they are linked instead.
    """

    def __init__(self, directory: Path, working_dir: Path) -> None:
        self._working_dir = working_dir
        shutil.rmtree(working_dir, ignore_errors=True)
        working_dir.mkdir(parents=True)
        for entry in directory.iterdir():
            if entry.name == _SQLITE:
                shutil.copyfile(entry, working_dir / _SQLITE)
            elif entry.is_dir() and sum(file.stat().st_size for file in entry.iterdir()) <= _COPY_LIMIT:
                shutil.copytree(entry, working_dir / entry.name)
            elif entry.is_dir():
                os.symlink(entry.resolve(), working_dir / entry.name, target_is_directory=True)
        self._client = open_client(working_dir)
        self._collection = open_collection(self._client)
        self._size = int(self._collection.count())

    @property
    def size(self) -> int:
        return self._size

    def search(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        if self._size == 0 or limit < 1:
            return []
        result = self._collection.query(
            query_embeddings=[vector], n_results=min(limit, self._size), include=["distances"]
        )
        pairs = zip(result["ids"][0], result["distances"][0], strict=True)
        return sorted(
            ((str(key), 1.0 - float(distance)) for key, distance in pairs), key=lambda item: (-item[1], item[0])
        )

    def close(self) -> None:
        close_client(self._client)
        shutil.rmtree(self._working_dir, ignore_errors=True)


class ChromaWriter:
    """Writes a Chroma directory; used in the build process only."""

    def __init__(self, directory: Path, *, ef_search: int, ef_construction: int) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._client = open_client(directory)
        if (directory / _SQLITE).is_file() and COLLECTION in {item.name for item in self._client.list_collections()}:
            self._collection = open_collection(self._client)
        else:
            self._collection = self._client.create_collection(
                COLLECTION,
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine", "ef_search": ef_search, "ef_construction": ef_construction}},
            )

    def delete(self, passage_ids: Sequence[str]) -> None:
        for start in range(0, len(passage_ids), BATCH):
            self._collection.delete(ids=list(passage_ids[start : start + BATCH]))

    def add(self, passage_ids: Sequence[str], matrix: Vectors) -> None:
        for start in range(0, len(passage_ids), BATCH):
            self._collection.add(ids=list(passage_ids[start : start + BATCH]), embeddings=matrix[start : start + BATCH])

    def close(self) -> int:
        """Finish writing; returns how many vectors the collection holds."""
        count = int(self._collection.count())
        close_client(self._client)
        return count


def open_client(directory: Path) -> ClientAPI:
    try:
        import chromadb
        from chromadb.config import Settings as ChromaSettings
    except ImportError as exc:
        raise IndexStoreError("chromadb is not installed. Run `pip install chromadb`.") from exc
    try:
        return chromadb.PersistentClient(str(directory), settings=ChromaSettings(anonymized_telemetry=False))
    except Exception as exc:  # Chroma raises its own, pyo3's and sqlite's errors here
        raise IndexDamagedError(
            f"Chroma cannot open {directory.name!r}: {str(exc).splitlines()[0]}. Run `assistant index`.",
            damaged=(str(directory),),
        ) from exc


def open_collection(client: ClientAPI, name: str = COLLECTION) -> Any:
    """Our collection, refused when it names an embedding function (CVE-2026-45829)."""
    try:
        collection = client.get_collection(name, embedding_function=None)
    except Exception as exc:
        raise IndexDamagedError(
            f"The Chroma collection {name!r} cannot be opened: {str(exc).splitlines()[0]}. Run `assistant index`."
        ) from exc
    configured = (collection.configuration_json or {}).get("embedding_function")
    if configured and configured.get("type") not in (None, "legacy"):
        raise IndexDamagedError(
            f"The Chroma collection names an embedding function ({configured.get('name')!r}); ours never does. "
            f"Remove the index directory and run `assistant index`."
        )
    return collection


def close_client(client: ClientAPI) -> None:
    close = getattr(client, "close", None)
    if close is not None:
        close()
