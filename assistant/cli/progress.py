"""A progress bar on standard error for long work, silent where nobody watches."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any


class Progress:
    """Shows the steps of an index run. Without a terminal it shows nothing."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._name = ""

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def step(self, name: str, done: int, total: int) -> None:
        if not sys.stderr.isatty():
            return
        if name != self._name:
            from tqdm import tqdm

            self._close()
            self._name = name
            self._bar = tqdm(total=total or None, desc=name, file=sys.stderr, leave=False, unit="")
        self._bar.total = total or None
        self._bar.update(max(0, done - self._bar.n))

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
