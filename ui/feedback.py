"""What readers say of answers, kept as lines that ``assistant eval --import`` makes draft cases of."""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import ConfigError
from assistant.types import Answer, Citation

FILE_NAME = "feedback.jsonl"
VERDICTS = ("wrong", "missing_source")
NOTE_CHARS = 2000
FILE_BYTES = 20_000_000
"""Where the file stops growing: some ten thousand remarks nobody has read."""


class FeedbackFile:
    """A file of remarks, one JSON object a line (see evals/README.md).

    Args:
        path: The file; None drops what it is given after checking it.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()

    def append(self, answer: Answer, *, verdict: str, note: str, lang: str) -> None:
        """Add one remark; it is on the disk when this returns.

        Raises:
            ConfigError: The file is full or cannot be written.
        """
        shown = answer.citations or tuple(near.citation for near in answer.nearest)
        line = {
            "question": answer.rewritten or answer.question,
            "answer": answer.text,
            "citations": [_citation(item) for item in shown],
            "verdict": verdict,
            "note": note[:NOTE_CHARS],
            "time": datetime.now(UTC).isoformat(timespec="microseconds"),
            "lang": lang,
        }
        data = (json.dumps(line, ensure_ascii=False) + "\n").encode()
        if self._path is None:
            return
        try:
            with self._lock:
                self._write(self._path, data)
        except OSError as exc:
            raise ConfigError(f"The feedback cannot be written to {self._path.name!r}: {exc.strerror}.") from exc

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # One write in append mode: lines of several processes do not mix.
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            if os.fstat(descriptor).st_size + len(data) > FILE_BYTES:
                raise ConfigError(
                    f"{path.name!r} is full. Import it with `assistant eval --import` and move the file away."
                )
            os.write(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _citation(citation: Citation) -> dict[str, object]:
    return {
        "article_id": citation.article_id,
        "version": citation.version,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }
