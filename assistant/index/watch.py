"""Notices when files below some folders change, and calls for a run of indexing when they have settled.

It polls: folders of a newsroom often lie on a share, where the system reports no changes, and one look at
1,000 files takes milliseconds. What editors do while saving (write aside and rename, delete and write
again, truncate and fill) is over by the time two looks in a row show the same.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant import ingest
from assistant.errors import AssistantError, CorpusError, IndexBusyError
from assistant.index.lock import WriterLock
from assistant.index.update import IndexReport
from assistant.library.moves import adopt_moved_files, settle_deleted_files
from assistant.library.store import Library

POLL_SECONDS = 0.3
SETTLE_SECONDS = 0.15
"""How long nothing may change before a run starts."""
MAX_WAIT_SECONDS = 10.0
"""A file that never rests (a log) does not hold up the others for longer."""
_IDLE_SHARE = 20
"""A look that takes long is followed by a rest this many times as long."""
_RETRY_SECONDS = 5.0

_LOGGER = logging.getLogger(__name__)

Signature = dict[str, tuple[int, int, int]]
"""Path to size, modification time in ns and inode."""


def existing_paths(paths: Sequence[Path | str]) -> list[Path]:
    """``paths`` as they are.

    Raises:
        CorpusError: One of them does not exist: nothing would ever change there.
    """
    chosen = [Path(path) for path in paths]
    for path in chosen:
        if not path.exists():
            raise CorpusError(f"There is no file or folder {str(path)!r} to watch. Create it, or name another.")
    return chosen


def look(paths: Sequence[Path]) -> Signature:
    """What can be indexed below ``paths`` at this moment."""
    found: Signature = {}
    for source in ingest.discover(paths)[0]:
        try:
            stat = source.path.stat()
        except OSError:
            continue  # deleted between two calls
        found[str(source.path)] = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
    return found


def settle_files(home: Path, library: Library, paths: Sequence[Path]) -> list[tuple[str, str]]:
    """Before a run: files that were moved keep their articles, and articles of files that are back return.

    Returns:
        ``(old path, new path)`` of the moved files.
    """
    with WriterLock(home):
        moved = adopt_moved_files(library, paths)
        settle_deleted_files(library, paths, withdraw=False)
    return moved


class FollowFiles:
    """One run of a watch: like a run of indexing, but a deleted file takes its articles with it.

    Args:
        home: Where the writer's lock is.
        library: Where the articles are.
        paths: What is watched.
        index: Runs the indexing of them.
    """

    def __init__(self, home: Path, library: Library, paths: Sequence[Path], index: Callable[[], IndexReport]) -> None:
        self._home = home
        self._library = library
        self._paths = paths
        self._index = index

    def __call__(self) -> IndexReport:
        with WriterLock(self._home):
            moved = adopt_moved_files(self._library, self._paths)
            gone = settle_deleted_files(self._library, self._paths, withdraw=True)
        try:
            report = self._index()
        except CorpusError:
            if not gone:
                raise
            report = IndexReport()  # the last file is gone: there is nothing to read, and its articles are withdrawn
        report.moved, report.gone = [*moved, *report.moved], gone
        return report


class Watch:
    """Runs ``on_change`` once at the start and then after every change, until told to stop.

    Errors that the user can act on are reported and do not end it.

    Args:
        paths: Files and folders.
        on_change: Brings the library up to date with them.
        on_report: Told of each run: its report, or its error, and the seconds since the change was seen.
        poll_seconds: Time between two looks.
        settle_seconds: How long the files must rest before a run.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        on_change: Callable[[], IndexReport],
        on_report: Callable[[IndexReport | AssistantError, float], None] = lambda *_: None,
        *,
        poll_seconds: float = POLL_SECONDS,
        settle_seconds: float = SETTLE_SECONDS,
    ) -> None:
        self._paths = list(paths)
        self._on_change = on_change
        self._on_report = on_report
        self._poll = poll_seconds
        self._settle = settle_seconds
        self._stop = threading.Event()

    def stop(self) -> None:
        """End after the run in progress, if any. Safe to call from a signal handler or another thread."""
        self._stop.set()

    def run(self) -> None:
        """Watch until :meth:`stop` is called."""
        indexed: Signature | None = None
        while not self._stop.is_set():
            started = time.perf_counter()
            seen = look(self._paths)
            took = time.perf_counter() - started
            if seen != indexed:
                seen = self._settled(seen)
                if self._stop.is_set():
                    return
                done = self._step(started)
                indexed = seen if done else None
                if not done:
                    self._stop.wait(_RETRY_SECONDS)
                continue  # what changed during the run is seen at once
            self._stop.wait(max(self._poll, _IDLE_SHARE * took))

    def _settled(self, seen: Signature) -> Signature:
        """Wait until two looks in a row show the same."""
        deadline = time.monotonic() + MAX_WAIT_SECONDS
        while time.monotonic() < deadline and not self._stop.wait(self._settle):
            again = look(self._paths)
            if again == seen:
                break
            seen = again
        return seen

    def _step(self, started: float) -> bool:
        """One run. False when it has to be tried again even if nothing changes."""
        try:
            report = self._on_change()
        except IndexBusyError as exc:
            self._on_report(exc, time.perf_counter() - started)
            return False
        except AssistantError as exc:
            _LOGGER.warning("not indexed: %s", exc)
            self._on_report(exc, time.perf_counter() - started)
            return True  # the same files would fail the same way; the next change tries again
        self._on_report(report, time.perf_counter() - started)
        return True
