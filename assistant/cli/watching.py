"""``assistant index --watch``: stays until Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from types import FrameType

from assistant.api import Assistant
from assistant.bundled import bundled_corpus
from assistant.cli import show as text
from assistant.errors import AssistantError, ConfigError
from assistant.index.update import IndexReport
from assistant.settings import Settings


def watch(settings: Settings, arguments: argparse.Namespace) -> int:
    """Index now and after every change. Ends in order: a run in progress is finished first."""
    if arguments.rebuild or arguments.strict:
        raise ConfigError("--watch does not go with --rebuild or --strict. Run `assistant index` with them first.")
    paths = arguments.paths or [bundled_corpus()]

    def tell(report: IndexReport | AssistantError, seconds: float) -> None:
        if isinstance(report, AssistantError):
            sys.stderr.write(f"assistant: {' '.join(str(report).split())}\n")
        elif arguments.json:
            print(json.dumps({**asdict(report), "since_change": round(seconds, 3)}, ensure_ascii=False), flush=True)
        else:
            print(text.index_report(report), flush=True)

    with Assistant.open(settings) as assistant:
        watching = assistant.watch(paths, on_report=tell)

        def stop(_number: int, _frame: FrameType | None) -> None:
            watching.stop()

        previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        thread = threading.Thread(target=_run, args=(watching.run,), name="watch")
        thread.start()
        if not arguments.json:
            print(f"Watching {', '.join(str(path) for path in paths)}. Ctrl-C stops.", flush=True)
        try:
            while thread.is_alive():
                thread.join(0.2)
        finally:
            watching.stop()
            thread.join()
            for number, handler in previous.items():
                signal.signal(number, handler)
    return 0


def _run(run: Callable[[], None]) -> None:
    # Build processes inherit this: a Ctrl-C goes to the whole group and must not end them half-way.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    run()
