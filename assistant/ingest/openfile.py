"""Opens a file only when it is what it was taken for: a regular file inside its folder.

Between the walk and the reading a file can become a link, a pipe or another file. So the checks are made on
the open file, and opening never waits.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def open_regular(path: Path, root: Path) -> BinaryIO:
    """Open ``path`` for reading, unbuffered size and position at its start.

    Raises:
        OSError: The system refuses; or, with its reason in ``strerror``, it is not a regular file or a link
            has led out of ``root``.
    """
    try:
        descriptor = os.open(path, _FLAGS)  # O_NONBLOCK: a named pipe does not make us wait for its writer
    except ValueError as exc:
        raise OSError(0, f"the name cannot be used: {exc}") from exc
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(0, "not a regular file")
        if not _place(descriptor, path).is_relative_to(os.path.realpath(root)):
            raise OSError(0, f"the file was replaced by a link that leads out of the folder {str(root)!r}")
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def same_file(before: os.stat_result, after: os.stat_result) -> bool:
    """Whether nobody has written to the file or put another in its place, as far as the system tells."""
    return (before.st_ino, before.st_size, before.st_mtime_ns) == (after.st_ino, after.st_size, after.st_mtime_ns)


def _place(descriptor: int, path: Path) -> Path:
    """Where the open file lies, links resolved."""
    try:
        return Path(os.readlink(f"/proc/self/fd/{descriptor}").removesuffix(" (deleted)"))
    except OSError:  # not Linux: the path once more, which leaves a moment between opening and looking
        return Path(os.path.realpath(path))
