"""The process that parses: reads orders from its standard input until that ends, and answers on its output.

It is started by ``sandbox.py`` and holds the loaders of markup and binary formats. A file that takes its
memory takes it from nobody else; a parser that crashes takes only this process with it.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from typing import BinaryIO

from assistant.ingest import wire
from assistant.ingest.confine import forbid_side_effects, limit_cpu, limit_memory, peak_bytes
from assistant.ingest.container import check_container
from assistant.ingest.registry import loader
from assistant.ingest.source import UnreadableSource
from assistant.ingest.wire import Frame
from assistant.types import Article, Refusal

_DETAIL_CHARS = 200


def main() -> None:
    commands, answers = _private_streams()
    first = True
    while (frame := wire.read_frame(commands, most=1 << 32)) is not None:
        order = wire.load_order(frame[1])
        body = wire.read_frame(commands, most=1 << 32)
        if body is None:
            return
        if first:
            limit_memory(order.limits.max_memory_bytes)
            forbid_side_effects()
            first = False
        limit_cpu(order.limits.max_seconds)
        try:
            _read(order, body[1], answers)
        except MemoryError:
            # Nothing can be trusted to work now. The parent says what happened and starts another child.
            os.write(answers.fileno(), wire.NO_MEMORY)
            os._exit(1)
        del body


def _read(order: wire.Order, data: bytes, answers: BinaryIO) -> None:
    started = time.monotonic()
    path = order.path
    try:
        check_container(order.loader, data, order.limits)
        for item in loader(order.loader).load(order.source(data)):
            if isinstance(item, Article):
                wire.write_frame(answers, Frame.ARTICLE, wire.dump_article(item))
            else:
                wire.write_frame(answers, Frame.REFUSAL, wire.dump_refusal(item))
    except UnreadableSource as exc:
        _refuse(answers, path, str(exc), exc.line)
    except RecursionError:
        _refuse(answers, path, "nested too deeply")
    except MemoryError:
        raise
    # One strange file out of thousands must not end a run; the trace is kept for us.
    except Exception as exc:
        wire.write_frame(answers, Frame.TRACE, traceback.format_exc(limit=-8).encode("utf-8", "replace")[:4000])
        detail = " ".join(str(exc).split())[:_DETAIL_CHARS]  # some quote the whole source
        _refuse(answers, path, f"the {order.loader} loader failed: {type(exc).__name__}: {detail}")
    wire.write_frame(answers, Frame.END, wire.dump_usage(wire.Usage(time.monotonic() - started, peak_bytes())))


def _refuse(answers: BinaryIO, path: str, reason: str, line: int | None = None) -> None:
    wire.write_frame(answers, Frame.REFUSAL, wire.dump_refusal(Refusal(path, reason, line)))


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the parent, moved away from 0 and 1: a parser that prints must not speak for us."""
    commands, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    sys.stdout = sys.stderr
    return os.fdopen(commands, "rb"), os.fdopen(answers, "wb")
