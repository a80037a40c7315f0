"""The runs of the eval suite that ``assistant eval`` keeps in the state directory, and a way to start one."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

FOLDER = "runs"
SHOWN_RUNS = 40
_NAME = re.compile(r"[\w-]{1,80}")
_LOGGER = logging.getLogger(__name__)


class _Model(BaseModel):
    # A later version may write more.
    model_config = ConfigDict(extra="ignore", frozen=True)


class Rate(_Model):
    """A rate with its 95 % interval; ``n`` values."""

    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


class Flips(_Model):
    """What changed since the baseline."""

    lost: list[str] = []
    gained: list[str] = []
    change: float = 0.0
    low: float = 0.0
    high: float = 0.0
    p_value: float = 1.0
    judgement: str = ""


class Failing(_Model):
    """One case that failed: a question, or a statement of a draft."""

    id: str
    kind: str = ""
    lang: str = ""
    why: str = ""
    question: str = ""
    claim: str = ""
    history: list[str] = []
    short: str = ""
    expected: list[str] = []


class Run(_Model):
    """One run of a suite."""

    run_id: str = ""
    at: str
    suite: str
    reader: str = ""
    version: str = ""
    verdict: str
    fingerprint: str = ""
    articles: int = 0
    questions: int = 0
    claims: int = 0
    failures: list[str] = []
    flips: Flips | None = None
    slices: dict[str, dict[str, Rate]] = Field(default_factory=dict)
    failing: list[Failing] = []
    failing_total: int = 0


def load_runs(home: Path | None) -> list[Run]:
    """The newest runs, newest first; a file that is no run is passed over."""
    if home is None or not (home / FOLDER).is_dir():
        return []
    found = []
    for path in sorted((home / FOLDER).glob("*.json"), reverse=True)[:SHOWN_RUNS]:
        try:
            run = Run.model_validate(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, ValidationError) as exc:
            _LOGGER.warning("%s is not a run of the eval suite: %s", path.name, exc)
            continue
        if _NAME.fullmatch(path.stem):
            found.append(run.model_copy(update={"run_id": path.stem}))
    return sorted(found, key=lambda run: run.at, reverse=True)


def eval_command() -> list[str]:
    """What runs the quick suite. Its reports are not asked for: the run is kept by itself."""
    return [sys.executable, "-m", "evals.run", "quick"]


@dataclass(frozen=True, slots=True)
class Work:
    """How a run that was started from the page goes. ``code``: 0 passed, 1 below the gate, else it failed."""

    started: float = 0.0
    busy: bool = False
    code: int | None = None
    error: str = ""

    @property
    def seconds(self) -> int:
        return int(time.monotonic() - self.started) if self.busy else 0


class EvalDesk:
    """Runs the suite in a child process, one at a time, so that answers keep their memory and their thread.

    Args:
        home: The state directory, where the run will be kept.
        command: What to run.
    """

    def __init__(self, home: Path | None, command: Callable[[], Sequence[str]] = eval_command) -> None:
        self._home = home
        self._command = command
        self._lock = threading.Lock()
        self._work = Work()

    @property
    def work(self) -> Work:
        with self._lock:
            return self._work

    def start(self) -> bool:
        """Begin a run, unless one is under way."""
        with self._lock:
            if self._work.busy:
                return False
            self._work = Work(time.monotonic(), busy=True)
        threading.Thread(target=self._run, name="eval-desk", daemon=True).start()
        return True

    def _run(self) -> None:
        environment = dict(os.environ)
        if self._home is not None:
            environment["ASSISTANT_HOME"] = str(self._home)
        try:
            done = subprocess.run(
                list(self._command()),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                check=False,
            )
            code, lines = done.returncode, done.stderr.strip().splitlines()
        except OSError as exc:
            code, lines = -1, [str(exc)]
        failed = code not in (0, 1)
        with self._lock:
            self._work = Work(code=code, error=lines[-1][:300] if failed and lines else "")
        if failed:
            _LOGGER.error("the eval suite ended with %s: %s", code, " | ".join(lines[-5:]))
