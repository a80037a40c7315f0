"""What chat models may cost: per question and per day, kept in a file so that commands count together."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

_LOGGER = logging.getLogger(__name__)


class Budget:
    """Prices and limits. Safe to share between threads.

    Args:
        file: Where the day's sum is kept; None keeps it in memory.
        input_price: Price of a million input tokens, in any currency; 0 when unknown or free.
        output_price: The same for output tokens.
        per_question: Limit of one answer, in that currency; None for none.
        per_day: Limit of a day (UTC).
        now: The clock.
    """

    def __init__(
        self,
        *,
        file: Path | None = None,
        input_price: float = 0.0,
        output_price: float = 0.0,
        per_question: float | None = None,
        per_day: float | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._file = file
        self._input_price = input_price / 1e6
        self._output_price = output_price / 1e6
        self._per_question = per_question
        self._per_day = per_day
        self._now = now
        self._lock = threading.Lock()
        self._memory: dict[str, float] = {}

    def output_tokens(self, input_tokens: int, wanted: int) -> int:
        """How many output tokens may be asked for after ``input_tokens``: ``wanted``, fewer, or 0 for no call."""
        left = [limit for limit in (self._per_question, self._left_today()) if limit is not None]
        if not left:
            return wanted
        rest = min(left) - input_tokens * self._input_price
        if rest <= 0:
            return 0
        return wanted if self._output_price <= 0 else min(wanted, int(rest / self._output_price))

    def spend(self, input_tokens: int, output_tokens: int) -> None:
        """Add what an answer has cost to the day's sum."""
        cost = input_tokens * self._input_price + output_tokens * self._output_price
        if cost <= 0 or self._per_day is None:
            return
        with self._lock:
            day = self._today()
            self._write(day, self._read().get(day, 0.0) + cost)

    def _left_today(self) -> float | None:
        if self._per_day is None:
            return None
        with self._lock:
            return self._per_day - self._read().get(self._today(), 0.0)

    def _today(self) -> str:
        return self._now().strftime("%Y-%m-%d")

    def _read(self) -> dict[str, float]:
        if self._file is None:
            return self._memory
        try:
            values = json.loads(self._file.read_text(encoding="utf-8"))
            return {str(day): float(cost) for day, cost in values.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError, TypeError):
            _LOGGER.warning("%s cannot be read; the day's cost is counted from zero", self._file.name)
            return {}

    def _write(self, day: str, cost: float) -> None:
        if self._file is None:
            self._memory = {day: cost}
            return
        aside = self._file.with_name(f".{self._file.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            aside.write_text(json.dumps({day: round(cost, 8)}), encoding="utf-8")
            aside.replace(self._file)
        except OSError as exc:
            _LOGGER.warning("the day's cost cannot be stored: %s", exc)
