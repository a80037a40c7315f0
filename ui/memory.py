"""Memory that is free goes back to the system, so that a busy hour does not weigh on the rest of the day."""

from __future__ import annotations

import ctypes
import gc
import sys


def release() -> None:
    """Collect garbage, and give freed memory back to the system, which glibc keeps otherwise.

    What is left is taken out of later collections: an open index has some 140,000 objects, and going through all
    of them takes more than 100 ms in the middle of somebody's answer.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    if sys.platform != "linux":
        return
    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except (OSError, AttributeError):
        return  # another C library, which has its own ways
