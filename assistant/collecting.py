"""Looking for garbage less often while much is made at once that holds no cycles.

Python goes through all young objects after every 700 new ones, and through all there are as they grow: with an open
index those are hundreds of thousands. Answering, checking and storing make objects by the ten thousand and hardly a
cycle, so a quarter of their time went into that. It is not switched off, since a server may never be without work.
"""

from __future__ import annotations

import gc
import threading

_AFTER = (100_000, 20, 50)


class RareCollections:
    """A context manager for any number of threads: the usual thresholds are back when the last has left."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._before = gc.get_threshold()

    def begin(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._before = gc.get_threshold()
                gc.set_threshold(*_AFTER)
            self._inside += 1

    def end(self) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                gc.set_threshold(*self._before)

    def __enter__(self) -> None:
        self.begin()

    def __exit__(self, *_: object) -> None:
        self.end()


rare_collections = RareCollections()
"""The one of this process: thresholds are the process's."""
