"""The build process: :func:`main`, started by build.py and driven over pipes.

It reads one JSON order a line from standard input and answers with JSON lines on standard output:
``{"progress": n}`` any number of times, then ``{"done": ...}`` or ``{"error": message}``. When the
parent dies, standard input closes and the worker ends at once.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.errors import AssistantError, IndexDamagedError
from assistant.index.dense import BATCH, ChromaDense, ChromaWriter
from assistant.index.lexical import LexicalIndex, LexicalWriter, QueryTerm
from assistant.index.manifest import CHROMA_DIR, LEXICAL_DIR, PASSAGE_IDS
from assistant.library.store import Library
from assistant.text.tokens import words

_SELF_QUERIES = 20
_PROGRESS_EVERY = 500


@dataclass(frozen=True, slots=True)
class Order:
    """What the parent asks for.

    ``task`` is ``dense``, ``lexical`` or ``verify``; ``directory`` the generation in the making,
    which already holds a copy of the base generation when ``drop`` or a partial ``add`` is given.
    """

    task: str
    library_url: str
    directory: str
    embedder: str  # key of the vectors in the library
    ef_search: int
    total: int  # passages the finished generation must hold
    added: tuple[str, ...] | None = None  # None: everything in passages.ids
    dropped: tuple[str, ...] = ()
    working_dir: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self))


Progress = Callable[[int], None]


def run(order: Order, progress: Progress) -> dict[str, object]:
    """Carry out one order.

    Raises:
        AssistantError: The generation cannot be built or does not verify.
    """
    library = Library.open(order.library_url)
    try:
        if order.task == "dense":
            return _build_dense(order, library, progress)
        if order.task == "lexical":
            return _build_lexical(order, library, progress)
        return _verify(order, library)
    finally:
        library.close()


def _added(order: Order) -> list[str]:
    return list(order.added) if order.added is not None else read_passage_ids(Path(order.directory))


def _build_dense(order: Order, library: Library, progress: Progress) -> dict[str, object]:
    added = _added(order)
    writer = ChromaWriter(Path(order.directory) / CHROMA_DIR, ef_search=order.ef_search)
    writer.delete(order.dropped)
    dimension = 0
    for start in range(0, len(added), BATCH):
        wanted = added[start : start + BATCH]
        ids, matrix = library.vectors(wanted, order.embedder)
        if len(ids) != len(wanted):
            missing = sorted(set(wanted) - set(ids))
            raise IndexDamagedError(
                f"{len(missing)} passages have no vector, {missing[0]!r} first. Run `assistant index`."
            )
        dimension = matrix.shape[1]
        writer.add(ids, matrix)
        progress(start + len(ids))
    return {"vectors": writer.close(), "dimension": dimension}


def _build_lexical(order: Order, library: Library, progress: Progress) -> dict[str, object]:
    added = _added(order)
    writer = LexicalWriter(Path(order.directory) / LEXICAL_DIR)
    writer.delete(order.dropped)
    for start in range(0, len(added), _PROGRESS_EVERY):
        batch = added[start : start + _PROGRESS_EVERY]
        found = library.passages(batch)
        if len(found) != len(batch):
            missing = sorted(set(batch) - set(found))
            raise IndexDamagedError(f"{len(missing)} passages are not in the library, {missing[0]!r} first.")
        writer.add(found[passage_id] for passage_id in batch)
        progress(start + len(batch))
    writer.close()
    return {}


def _verify(order: Order, library: Library) -> dict[str, object]:
    """Open the finished generation as a server would, count it, and find passages by themselves."""
    directory = Path(order.directory)
    ids = read_passage_ids(directory)
    lexical = LexicalIndex.open(directory / LEXICAL_DIR)
    dense = ChromaDense(directory / CHROMA_DIR, Path(order.working_dir))
    try:
        for name, size in (("lexical index", lexical.size), ("vector index", dense.size), ("list of ids", len(ids))):
            if size != order.total:
                raise IndexDamagedError(
                    f"The {name} holds {size} passages instead of {order.total}. Run `assistant index`."
                )
        step = max(1, len(ids) // _SELF_QUERIES)
        for passage_id, passage in library.passages(ids[::step][:_SELF_QUERIES]).items():
            _, matrix = library.vectors([passage_id], order.embedder)
            nearest = dense.search(matrix[0], 1)
            if not nearest or nearest[0][1] < 0.999:
                raise IndexDamagedError(f"The vector index does not find passage {passage_id!r} by its own vector.")
            terms = [QueryTerm("words", word, 1.0) for word in set(words(passage.text[:200]))]
            if terms and not lexical.search(terms, 1):
                raise IndexDamagedError(f"The lexical index does not find passage {passage_id!r} by its own words.")
    finally:
        dense.close()
    return {"verified": len(ids)}


def read_passage_ids(directory: Path) -> list[str]:
    return (directory / PASSAGE_IDS).read_text(encoding="ascii").split()


def _orders(lines: queue.Queue[str | None]) -> Iterator[Order]:
    while (line := lines.get()) is not None:
        values = json.loads(line)
        if values.get("added") is not None:
            values["added"] = tuple(values["added"])
        values["dropped"] = tuple(values["dropped"])
        yield Order(**values)


def main() -> None:
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        for line in sys.stdin:
            lines.put(line)
        os._exit(0)  # the parent is gone or done with us

    threading.Thread(target=read, daemon=True).start()

    def say(**message: object) -> None:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()

    for order in _orders(lines):
        try:
            say(done=run(order, lambda count: say(progress=count)))
        except AssistantError as exc:
            say(error=str(exc))

