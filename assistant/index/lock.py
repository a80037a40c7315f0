"""File locks: one writer at a time, and a lease for each process that reads a generation.

``flock`` locks vanish with the process that holds them, so a killed process never blocks the next.
"""

from __future__ import annotations

import fcntl
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from assistant.errors import IndexBusyError


class WriterLock:
    """Held while the library or the index is written. Entering never waits.

    Raises:
        IndexBusyError: Another process holds it; the message names its pid and start time.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / "writer.lock"
        self._descriptor: int | None = None

    def __enter__(self) -> WriterLock:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid, since = _holder(descriptor)
            os.close(descriptor)
            raise IndexBusyError(
                f"Another process is indexing (pid {pid}, since {since}). Wait for it to finish, or stop it, "
                f"and run the command again.",
                pid=pid,
            ) from None
        os.ftruncate(descriptor, 0)
        started = datetime.now(UTC).isoformat(timespec="seconds")
        os.write(descriptor, json.dumps({"pid": os.getpid(), "started": started}).encode())
        self._descriptor = descriptor
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)  # closing releases the lock
            self._descriptor = None


def _holder(descriptor: int) -> tuple[int | None, str]:
    try:
        holder = json.loads(os.pread(descriptor, 1000, 0))
        return int(holder["pid"]), str(holder["started"])
    except (ValueError, KeyError, TypeError):
        return None, "an unknown time"


class Lease:
    """Says that a directory is in use, for as long as the process lives and the lease is open."""

    FILE = "lease"

    def __init__(self, directory: Path, *, generation: str) -> None:
        while True:
            directory.mkdir(parents=True, exist_ok=True)
            try:
                descriptor = os.open(directory / self.FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            except FileNotFoundError:
                continue  # a writer tidied the directory up before the lease was in it
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.fstat(descriptor).st_nlink:
                break
            os.close(descriptor)  # tidied up before the lease was locked
        os.write(descriptor, json.dumps({"pid": os.getpid(), "generation": generation}).encode())
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def lease_of(directory: Path) -> str | None:
    """The generation that a live process uses through ``directory``; None when nobody does."""
    try:
        descriptor = os.open(directory / Lease.FILE, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        try:
            return str(json.loads(os.pread(descriptor, 1000, 0))["generation"])
        except (ValueError, KeyError, TypeError):
            return ""
    finally:
        os.close(descriptor)
    return None
