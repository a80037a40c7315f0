"""Timings of a run: kept apart from the report, since no two runs take equally long."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.metrics import latency_quantile
from evals.scoring import CaseResult

_IMPORT = "import assistant.api"


@dataclass(frozen=True, slots=True)
class Speed:
    """How long things took on this machine, in milliseconds, and how large the index is, in bytes."""

    ask_milliseconds: tuple[float, ...]
    start_up_milliseconds: float
    suite_seconds: float
    index_bytes: int
    library_bytes: int
    passages: int

    def table(self) -> dict[str, str]:
        """The figures for people."""
        half, most = latency_quantile(self.ask_milliseconds, 0.5), latency_quantile(self.ask_milliseconds, 0.95)
        return {
            "answers timed": str(len(self.ask_milliseconds)),
            "answer p50": "–" if half is None else f"{half:.1f} ms",
            "answer p95": "–" if most is None else f"{most:.1f} ms",
            "start-up (import in a fresh process)": f"{self.start_up_milliseconds:.0f} ms",
            "index": f"{self.index_bytes / 1e6:.2f} MB",
            "library": f"{self.library_bytes / 1e6:.2f} MB",
            "passages": str(self.passages),
            "whole suite": f"{self.suite_seconds:.1f} s",
        }


def measure(results: Sequence[CaseResult], home: Path, passages: int, suite_seconds: float) -> Speed:
    """Gather the timings of a finished run and measure what the run itself does not show.

    Args:
        results: Each carries the timings of its answer.
        home: The directory of library and index.
        passages: In the index.
        suite_seconds: From the start of the run.
    """
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", _IMPORT], check=True, capture_output=True)
    start_up = (time.perf_counter() - started) * 1000
    return Speed(
        ask_milliseconds=tuple(result.milliseconds["total"] for result in results if not result.error),
        start_up_milliseconds=start_up,
        suite_seconds=suite_seconds,
        index_bytes=_size(home / "index"),
        library_bytes=sum(path.stat().st_size for path in home.glob("library.sqlite3*")),
        passages=passages,
    )


def speed_json(speed: Speed) -> str:
    """Figures and every single timing."""
    table = {**speed.table(), "ask_milliseconds": [round(value, 3) for value in speed.ask_milliseconds]}
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
