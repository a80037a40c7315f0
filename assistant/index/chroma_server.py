"""The vectors of a generation in a collection of a Chroma server or of Chroma Cloud (``store.url``).

A generation keeps its directory; instead of Chroma's files it holds a note that names the collection.
One collection belongs to one generation and goes with it. Search falls back to comparing the library's
vectors one by one whenever the server does not answer.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.errors import ConfigError, IndexDamagedError, IndexStoreError
from assistant.index.dense import BATCH, DenseIndex, Vectors, open_collection
from assistant.settings import StoreSettings

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

NOTE = "server.json"
_LOGGER = logging.getLogger(__name__)
_CLOUD = "trychroma.com"
_CLOUD_BATCH = 250  # Chroma Cloud takes 300 records a write
_CONNECT_SECONDS = 5.0
_SEARCH_SECONDS = 10.0
_WRITE_SECONDS = 120.0
_RETRY_SECONDS = 30.0
"""After a failure the server is left alone for so long."""


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """Where the vectors are. The token is never written anywhere."""

    url: str
    tenant: str = "default_tenant"
    database: str = "default_database"
    token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
            raise ConfigError(f"store.url {self.url!r} is no address of a Chroma server. Write it as http://host:8000.")
        if parts.username or parts.password:
            raise ConfigError("store.url must not hold a password. Set ASSISTANT_STORE__TOKEN instead.")

    @property
    def place(self) -> dict[str, str]:
        """What tells one store from another."""
        return {"url": self.url.rstrip("/"), "tenant": self.tenant, "database": self.database}

    @classmethod
    def from_values(cls, values: dict[str, str]) -> StoreAddress | None:
        return cls(**values) if values else None

    def values(self) -> dict[str, str]:
        return asdict(self)


def store_address(settings: StoreSettings) -> StoreAddress | None:
    """Where the settings want the vectors; None for files.

    Raises:
        ConfigError: ``store.url`` is no address.
    """
    if settings.url is None:
        return None
    token = settings.token.get_secret_value() if settings.token is not None else ""
    return StoreAddress(settings.url, settings.tenant, settings.database, token)


def connect(address: StoreAddress, *, timeout_seconds: float) -> ClientAPI:
    """A client of the server.

    Raises:
        IndexStoreError: It does not answer, or does not let us in.
    """
    try:
        import chromadb
        import httpx
        from chromadb.config import Settings as ChromaSettings
    except ImportError as exc:
        raise IndexStoreError("chromadb is not installed. Run `pip install chromadb`.") from exc
    parts = urlsplit(address.url)
    ssl = parts.scheme == "https"
    headers = {"x-chroma-token": address.token, "Authorization": f"Bearer {address.token}"} if address.token else {}
    try:
        # The client waits for ever, already in its constructor, so the server is tried first.
        heartbeat = f"{address.url.rstrip('/')}/api/v2/heartbeat"
        httpx.get(heartbeat, headers=headers, timeout=_CONNECT_SECONDS).raise_for_status()
        client = chromadb.HttpClient(
            host=parts.hostname or "",
            port=parts.port or (443 if ssl else 80),
            ssl=ssl,
            headers=headers,
            tenant=address.tenant,
            database=address.database,
            settings=ChromaSettings(anonymized_telemetry=False),
        )
        session = getattr(getattr(client, "_server", None), "_session", None)
        if session is not None:
            session.timeout = httpx.Timeout(timeout_seconds, connect=_CONNECT_SECONDS)
    except Exception as exc:  # httpx's and Chroma's own
        raise IndexStoreError(_unreachable(address, exc)) from exc
    return client


class ServerDense:
    """A collection on a server.

    Raises:
        IndexStoreError: The server does not answer.
        IndexDamagedError: It has no such collection, or the collection names an embedding function.
    """

    def __init__(self, address: StoreAddress, collection: str) -> None:
        self._address = address
        self._client = connect(address, timeout_seconds=_SEARCH_SECONDS)
        self._collection = open_collection(self._client, collection)
        self._size = int(self._collection.count())

    @property
    def size(self) -> int:
        return self._size

    def search(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        if self._size == 0 or limit < 1:
            return []
        try:
            result = self._collection.query(
                query_embeddings=[vector], n_results=min(limit, self._size), include=["distances"]
            )
        except Exception as exc:  # httpx's and Chroma's own
            raise IndexStoreError(_unreachable(self._address, exc)) from exc
        pairs = zip(result["ids"][0], result["distances"][0], strict=True)
        return sorted(
            ((str(key), 1.0 - float(distance)) for key, distance in pairs), key=lambda item: (-item[1], item[0])
        )

    def close(self) -> None:
        self._client.close()


class ServerOrExact:
    """Asks the server; while it does not answer, the library's vectors are compared one by one."""

    def __init__(self, server: Callable[[], DenseIndex], exact: Callable[[], DenseIndex], size: int) -> None:
        self._open_server = server
        self._open_exact = exact
        self._size = size
        self._server: DenseIndex | None = None
        self._exact: DenseIndex | None = None
        self._closed_until = 0.0
        self._lock = threading.Lock()
        self.problem = ""
        self._connected()

    @property
    def size(self) -> int:
        return self._size

    def search(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        server = self._connected()
        if server is not None:
            try:
                return server.search(vector, limit)
            except IndexStoreError as exc:
                self._lost(exc)
        return self._fallback().search(vector, limit)

    def close(self) -> None:
        for part in (self._server, self._exact):
            if part is not None:
                part.close()

    def _connected(self) -> DenseIndex | None:
        with self._lock:
            if self._server is not None:
                return self._server
            if time.monotonic() < self._closed_until:
                return None
            self._closed_until = time.monotonic() + _RETRY_SECONDS  # one question tries, the others do not wait
        try:
            server = self._open_server()
            if server.size != self._size:
                server.close()
                raise IndexDamagedError(
                    f"The Chroma server holds {server.size} vectors instead of {self._size}. "
                    f"Run `assistant index --rebuild`."
                )
        except IndexStoreError as exc:
            self._lost(exc)
            return None
        with self._lock:
            self._server, self.problem = server, ""
        return server

    def _lost(self, error: IndexStoreError) -> None:
        with self._lock:
            self._server = None
            self._closed_until = time.monotonic() + _RETRY_SECONDS
            self.problem = f"{error} Vectors are compared one by one meanwhile."
        _LOGGER.warning(self.problem)

    def _fallback(self) -> DenseIndex:
        with self._lock:
            if self._exact is None:
                self._exact = self._open_exact()
            return self._exact


class ServerWriter:
    """Fills the collection of a generation in the making; used in the build process only."""

    def __init__(self, directory: Path, address: StoreAddress, *, ef_search: int, ef_construction: int) -> None:
        self._client = connect(address, timeout_seconds=_WRITE_SECONDS)
        self._batch = _CLOUD_BATCH if _CLOUD in address.url else BATCH
        self._address = address
        name = collection_name(directory.parent.name)
        directory.mkdir(parents=True, exist_ok=True)
        # The note comes first: a build that dies leaves a directory that leads to what it left behind.
        (directory / NOTE).write_text(json.dumps({**address.place, "collection": name}), encoding="utf-8")
        with _told(address):
            self._collection = self._client.create_collection(
                name,
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine", "ef_search": ef_search, "ef_construction": ef_construction}},
            )

    def delete(self, passage_ids: Sequence[str]) -> None:
        with _told(self._address):
            for start in range(0, len(passage_ids), self._batch):
                self._collection.delete(ids=list(passage_ids[start : start + self._batch]))

    def add(self, passage_ids: Sequence[str], matrix: Vectors) -> None:
        with _told(self._address):
            for start in range(0, len(passage_ids), self._batch):
                end = start + self._batch
                self._collection.upsert(ids=list(passage_ids[start:end]), embeddings=matrix[start:end])

    def close(self) -> int:
        with _told(self._address):
            count = int(self._collection.count())
            self._client.close()
        return count


class _told:  # noqa: N801 - a context manager
    """Turns whatever the client raises into our error."""

    def __init__(self, address: StoreAddress) -> None:
        self._address = address

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, Exception) and not isinstance(error, IndexStoreError):
            raise IndexStoreError(_unreachable(self._address, error)) from error


def collection_name(generation: str) -> str:
    """One collection a generation; the generation's random part tells installations apart."""
    return f"assistant-{generation}"


def read_note(directory: Path) -> dict[str, str] | None:
    """Where the vectors of a generation are, when they are on a server.

    Args:
        directory: Its Chroma directory.
    """
    try:
        values = json.loads((directory / NOTE).read_text(encoding="utf-8"))
        return {str(key): str(value) for key, value in values.items()}
    except (OSError, ValueError, AttributeError):
        return None


def is_stored_at(directory: Path, address: StoreAddress | None) -> bool:
    """Whether a generation's vectors are where the settings want them."""
    note = read_note(directory)
    if note is None or address is None:
        return note is None and address is None
    return {name: note.get(name) for name in address.place} == address.place


def server_problem(directory: Path, address: StoreAddress | None, wanted: int) -> str:
    """What is wrong with the collection of a generation; empty when nothing is, or it is not on a server."""
    note = read_note(directory)
    if note is None or address is None:
        return ""
    try:
        dense = ServerDense(address, note["collection"])
    except (IndexStoreError, KeyError) as exc:
        return f"{exc} Vectors are compared one by one meanwhile."
    dense.close()
    if dense.size != wanted:
        return f"The Chroma server holds {dense.size} vectors instead of {wanted}. Run `assistant index --rebuild`."
    return ""


def drop_collection(directory: Path, address: StoreAddress | None) -> bool:
    """Remove the collection of a generation that goes.

    Returns:
        Whether the directory may go too: no when the server did not answer, so that a later run tries again.
    """
    note = read_note(directory)
    if note is None or address is None or not is_stored_at(directory, address):
        return True
    try:
        client = connect(address, timeout_seconds=_WRITE_SECONDS)
    except IndexStoreError as exc:
        _LOGGER.warning("an old collection stays for now: %s", exc)
        return False
    try:
        client.delete_collection(note["collection"])
    except Exception as exc:  # Chroma's own; gone already is what we want
        if "does not exist" not in str(exc) and "NotFound" not in type(exc).__name__:
            _LOGGER.warning("the collection %s could not be removed (%s)", note["collection"], type(exc).__name__)
            return False
    finally:
        client.close()
    return True


def _unreachable(address: StoreAddress, error: BaseException) -> str:
    """Names the server and the kind of failure; a message of the client may quote headers."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    kind = f"HTTP status {status}" if status else type(error).__name__
    return f"The Chroma server {address.url!r} does not answer as it should ({kind}). Check store.url, its tenant, database and token."
