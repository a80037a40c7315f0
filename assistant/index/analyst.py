"""A second process that turns passages into tokens, so that both cores work on a large index.

Tokenising is the largest part of indexing and most of it holds the interpreter lock: a second
thread cost a quarter more CPU time and gained little. Passages go to the process as pickles over
its standard input, tokens come back over its standard output; it ends when its input closes.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from typing import IO

from assistant.errors import IndexStoreError
from assistant.index.lexical import Tokens, tokens_of
from assistant.types import Passage

_BATCH = 64  # passages handed over at a time
_WORTH_A_PROCESS = 1000  # passages: the process needs as long to start as for tokenising these


class Analyst:
    """Tokenises passages, in this process and, once there are many, in a second one beside it."""

    def __init__(self) -> None:
        self._seen = 0
        self._process: subprocess.Popen[bytes] | None = None

    def tokens(self, passages: Sequence[Passage]) -> list[Tokens]:
        """Tokens of each passage, in order.

        Raises:
            IndexStoreError: The second process died.
        """
        self._seen += len(passages)
        if self._seen < _WORTH_A_PROCESS:
            return [tokens_of(passage) for passage in passages]
        if self._process is None:
            self._process = _start()
        batches = [passages[start : start + _BATCH] for start in range(0, len(passages), _BATCH)]
        waiting = deque(range(len(batches)))
        results: list[list[Tokens]] = [[] for _ in batches]
        failure: list[OSError | EOFError] = []
        thread = threading.Thread(target=_hand_over, args=(self._process, batches, waiting, results, failure))
        thread.start()
        try:
            while (number := _first(waiting)) is not None:
                results[number] = [tokens_of(passage) for passage in batches[number]]
        finally:
            waiting.clear()
            thread.join()
        if failure:
            raise IndexStoreError(f"The tokenising process ended with code {self._process.wait()}.")
        return [tokens for batch in results for tokens in batch]

    def close(self) -> None:
        """End the second process."""
        self._seen = 0
        if self._process is not None:
            input_, output = _pipes(self._process)
            with contextlib.suppress(BrokenPipeError):
                input_.close()
            self._process.wait()
            output.close()
            self._process = None


def _first(waiting: deque[int]) -> int | None:
    """The next batch from the beginning of the queue; the other process takes from its end."""
    try:
        return waiting.popleft()
    except IndexError:
        return None


def _hand_over(
    process: subprocess.Popen[bytes],
    batches: Sequence[Sequence[Passage]],
    waiting: deque[int],
    results: list[list[Tokens]],
    failure: list[OSError | EOFError],
) -> None:
    """Let the process do batches from the end of the queue until none is left."""
    input_, output = _pipes(process)
    while True:
        try:
            number = waiting.pop()
        except IndexError:
            return
        try:
            pickle.dump(list(batches[number]), input_, protocol=pickle.HIGHEST_PROTOCOL)
            input_.flush()
            results[number] = pickle.load(output)
        except (OSError, EOFError, pickle.UnpicklingError) as exc:
            failure.append(exc if isinstance(exc, OSError | EOFError) else EOFError(str(exc)))
            return


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def _start() -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.Popen(
        [sys.executable, "-c", "from assistant.index.analyst import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    )


def main() -> None:
    gc.disable()  # see worker.py
    input_, output = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            passages = pickle.load(input_)
        except EOFError:
            return
        pickle.dump([tokens_of(passage) for passage in passages], output, protocol=pickle.HIGHEST_PROTOCOL)
        output.flush()
