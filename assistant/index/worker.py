"""The build process: :func:`main`, started by build.py and driven over pipes.

It reads one JSON order a line from standard input and answers with JSON lines on standard output:
``{"progress": n}`` any number of times, then ``{"done": ...}`` or ``{"error": message}``. When the
parent dies, standard input closes and the worker ends at once.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from assistant.errors import AssistantError, IndexDamagedError
from assistant.index.analyst import Analyst
from assistant.index.chroma_server import ServerDense, ServerWriter, StoreAddress, collection_name
from assistant.index.dense import BATCH, ChromaDense, ChromaWriter, DenseIndex
from assistant.index.lexical import LexicalIndex, LexicalWriter, QueryTerm
from assistant.index.manifest import CHROMA_DIR, LEXICAL_DIR, read_passage_ids
from assistant.library.store import Library
from assistant.spans import span_words

_SELF_QUERIES = 40
_PROGRESS_EVERY = 1000


@dataclass(frozen=True, slots=True)
class Order:
    """What the parent asks for.

    ``dense`` and ``lexical`` add and drop passages in the generation in the making; the files stay
    open until ``close``. ``verify`` opens the finished generation.
    """

    task: str
    library_url: str
    directory: str
    embedder: str  # key of the vectors in the library
    ef_search: int
    ef_construction: int
    total: int = 0  # verify: passages the finished generation must hold
    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    working_dir: str = ""
    store: dict[str, str] = field(default_factory=dict)  # a Chroma server's address; empty: files

    def to_json(self) -> str:
        return json.dumps(asdict(self))


Progress = Callable[[int], None]


class Builder:
    """Carries out orders. Half-written files are left behind when the process dies; nobody reads them."""

    def __init__(self) -> None:
        self._library: Library | None = None
        self._dense: ChromaWriter | ServerWriter | None = None
        self._lexical: LexicalWriter | None = None
        self._analyst = Analyst()
        self._dimension = 0

    def run(self, order: Order, progress: Progress) -> dict[str, object]:
        """Carry out one order.

        Raises:
            AssistantError: The generation cannot be built or does not verify.
        """
        if self._library is None:
            self._library = Library.open(order.library_url)
        if order.task == "dense":
            self._add_vectors(order, self._library, progress)
            return {"dimension": self._dimension}
        if order.task == "lexical":
            self._add_passages(order, self._library, progress)
            return {}
        if order.task == "close":
            return self._close()
        return _verify(order, self._library)

    def _add_vectors(self, order: Order, library: Library, progress: Progress) -> None:
        if self._dense is None:
            directory, store = Path(order.directory) / CHROMA_DIR, StoreAddress.from_values(order.store)
            breadth = {"ef_search": order.ef_search, "ef_construction": order.ef_construction}
            self._dense = ServerWriter(directory, store, **breadth) if store else ChromaWriter(directory, **breadth)
        self._dense.delete(order.dropped)
        for start in range(0, len(order.added), BATCH):
            wanted = order.added[start : start + BATCH]
            ids, matrix = library.vectors(wanted, order.embedder)
            if len(ids) != len(wanted):
                missing = sorted(set(wanted) - set(ids))
                raise IndexDamagedError(
                    f"{len(missing)} passages have no vector, {missing[0]!r} first. Run `assistant index`."
                )
            self._dimension = matrix.shape[1]
            self._dense.add(ids, matrix)
            progress(start + len(ids))

    def _add_passages(self, order: Order, library: Library, progress: Progress) -> None:
        if self._lexical is None:
            self._lexical = LexicalWriter(Path(order.directory) / LEXICAL_DIR)
        self._lexical.delete(order.dropped)
        for start in range(0, len(order.added), _PROGRESS_EVERY):
            batch = order.added[start : start + _PROGRESS_EVERY]
            found = library.passages(batch)
            if len(found) != len(batch):
                missing = sorted(set(batch) - set(found))
                raise IndexDamagedError(f"{len(missing)} passages are not in the library, {missing[0]!r} first.")
            self._lexical.add(self._analyst.tokens([found[passage_id] for passage_id in batch]))
            progress(start + len(batch))

    def _close(self) -> dict[str, object]:
        if self._dense is not None:
            self._dense.close()
            self._dense = None
        if self._lexical is not None:
            self._analyst.close()
            self._lexical.close()
            self._lexical = None
            # This process verifies next. After a small change the dense one is still importing Chroma.
            with contextlib.suppress(ImportError):
                import chromadb  # noqa: F401
        return {"dimension": self._dimension}


def _verify(order: Order, library: Library) -> dict[str, object]:
    """Open the finished generation as a server would, count it, and find passages by themselves.

    A vector the graph does not lead to is counted, not refused: the files are sound.
    """
    directory = Path(order.directory)
    ids = read_passage_ids(directory)
    lexical = LexicalIndex.open(directory / LEXICAL_DIR)
    store = StoreAddress.from_values(order.store)
    dense: DenseIndex = (
        ServerDense(store, collection_name(directory.name))
        if store
        else ChromaDense(directory / CHROMA_DIR, Path(order.working_dir))
    )
    try:
        for name, size in (("lexical index", lexical.size), ("vector index", dense.size), ("list of ids", len(ids))):
            if size != order.total:
                raise IndexDamagedError(
                    f"The {name} holds {size} passages instead of {order.total}. Run `assistant index`."
                )
        unreached = 0
        step = max(1, len(ids) // _SELF_QUERIES)
        for passage_id, passage in library.passages(ids[::step][:_SELF_QUERIES]).items():
            _, matrix = library.vectors([passage_id], order.embedder)
            nearest = dense.search(matrix[0], 1)
            unreached += not nearest or nearest[0][1] < 0.999
            terms = [QueryTerm("words", word, 1.0) for span in span_words(passage)[:3] for word in set(span)]
            if terms and not lexical.search(terms, 1):
                raise IndexDamagedError(f"The lexical index does not find passage {passage_id!r} by its own words.")
    finally:
        dense.close()
    return {"unreached": unreached}


def _orders(lines: queue.Queue[str | None]) -> Iterator[Order]:
    while (line := lines.get()) is not None:
        values = json.loads(line)
        yield Order(**{**values, "added": tuple(values["added"]), "dropped": tuple(values["dropped"])})


def main(*, preload: bool = False) -> None:
    gc.disable()  # the process is short-lived and makes no cycles worth collecting: an eighth less time
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        for line in sys.stdin:
            lines.put(line)
        os._exit(0)  # the parent is gone or done with us

    threading.Thread(target=read, daemon=True).start()

    def say(**message: object) -> None:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()

    if preload:
        with contextlib.suppress(ImportError):
            import chromadb  # noqa: F401
    builder = Builder()
    for order in _orders(lines):
        try:
            say(done=builder.run(order, lambda count: say(progress=count)))
        except AssistantError as exc:
            say(error=str(exc))
