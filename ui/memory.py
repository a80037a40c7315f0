"""Memory that is free goes back to the system, so that a busy hour does not weigh on the rest of the day."""

from __future__ import annotations

import ctypes
import gc
import sys


def release() -> None:
    """Give freed memory back: glibc keeps it otherwise. Nothing happens elsewhere."""
    gc.collect()
    if sys.platform != "linux":
        return
    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except (OSError, AttributeError):
        return  # another C library, which has its own ways
