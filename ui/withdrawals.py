"""Who withdrew what and why: one line of JSON each, appended to a file of the state directory."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

FILE = "withdrawals.jsonl"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One withdrawal, or its undoing. ``at`` is UTC, ISO 8601."""

    article_id: str
    reason: str
    undone: bool
    by: str
    at: str


class WithdrawalLog:
    """Lines are only ever added. Without a state directory nothing is kept."""

    def __init__(self, home: Path | None) -> None:
        self._path = home / FILE if home is not None else None
        self._lock = threading.Lock()

    def add(self, article_id: str, reason: str, *, undone: bool, by: str) -> None:
        """Write one line, on disk when this returns."""
        if self._path is None:
            return
        line = Withdrawal(article_id, reason, undone, by, datetime.now(UTC).isoformat(timespec="seconds"))
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(asdict(line), ensure_ascii=False) + "\n")
                stream.flush()
                os.fsync(stream.fileno())

    def of(self, article_id: str) -> list[Withdrawal]:
        """What was done to an article, the latest first; a line that cannot be read is passed over."""
        if self._path is None or not self._path.is_file():
            return []
        found = []
        for line in self._path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                entry = Withdrawal(**json.loads(line))
            except (ValueError, TypeError):
                continue
            if entry.article_id == article_id:
                found.append(entry)
        return found[::-1]
