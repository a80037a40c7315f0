"""What an operator's Prometheus reads: how the server is used and how it is doing. No text of anybody's."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from assistant.errors import AssistantError
from assistant.types import Answer
from ui.pool import BusyError, Job
from ui.protocol import AssistantLike

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_STATUS_SECONDS = 15.0
"""How long the library's counts are kept: counting takes a moment, and several may ask."""
_ASKING = ("ask", "stream")


class Metrics:
    """Counters of one server."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Counter(
            "assistant_requests", "Requests by route and status", ["method", "route", "status"], registry=registry
        )
        self._request_seconds = Histogram(
            "assistant_request_seconds", "Time of a request, to its end", ["route"], buckets=_SECONDS, registry=registry
        )
        self._answers = Counter("assistant_answers", "Questions by what became of them", ["outcome"], registry=registry)
        for outcome in ("answered", "partial", "refused", "error", "cancelled"):
            self._answers.labels(outcome)
        self._answer_seconds = Histogram(
            "assistant_answer_seconds", "From a question to its whole answer", buckets=_SECONDS, registry=registry
        )
        self._first = Histogram(
            "assistant_first_sentence_seconds",
            "From a question to the first thing shown of its answer",
            buckets=_SECONDS,
            registry=registry,
        )
        self._busy = Counter("assistant_busy", "Questions turned away because too many waited", registry=registry)
        self._limited = Counter("assistant_rate_limited", "Requests over the rate of a viewer", registry=registry)
        self._failures = Counter("assistant_sign_in_failures", "Wrong passwords and keys", registry=registry)
        self._waiting = Gauge("assistant_waiting", "Questions that wait for their turn", registry=registry)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; ``route`` is the route's pattern, never what a client made up."""
        known = method if method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def job(self, job: Job, error: BaseException | None) -> None:
        """Count one finished question."""
        if job.call.name not in _ASKING:
            return
        if isinstance(job.last, Answer):
            outcome = job.last.status.value
        elif error is not None:
            outcome = "error"
        else:
            outcome = "cancelled"
        self._answers.labels(outcome).inc()
        if job.first is not None:
            self._first.observe(job.first - job.arrived)
            if outcome != "cancelled":
                self._answer_seconds.observe(time.monotonic() - job.arrived)

    def error(self, error: AssistantError) -> None:
        """Count what was told to a caller."""
        if isinstance(error, BusyError):
            self._busy.inc()

    def sign_in_failed(self) -> None:
        self._failures.inc()

    def limited(self) -> None:
        self._limited.inc()

    def watch(self, assistant: AssistantLike, waiting: Callable[[], int]) -> None:
        """Show the library's counts and the length of the queue too."""
        self._waiting.set_function(waiting)
        self._registry.register(_Library(assistant))

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry)


class _Library:
    """The generation in force and what is in the library, looked up when somebody asks."""

    def __init__(self, assistant: AssistantLike) -> None:
        self._assistant: Any = assistant
        self._kept: tuple[float, list[Metric]] | None = None

    def describe(self) -> Iterable[Metric]:
        return ()  # else registering would count the library

    def collect(self) -> Iterable[Metric]:
        if self._kept is None or time.monotonic() - self._kept[0] > _STATUS_SECONDS:
            self._kept = (time.monotonic(), list(self._counted()))
        return self._kept[1]

    def _counted(self) -> Iterable[Metric]:
        try:
            status = self._assistant.status()
        except AssistantError:
            return
        counts = GaugeMetricFamily("assistant_library", "What the library holds, by kind", labels=["kind"])
        for kind, number in getattr(status, "counts", {}).items():
            counts.add_metric([kind], number)
        counts.add_metric(["refused"], len(status.refused))
        yield counts
        generation = GaugeMetricFamily("assistant_index", "The index in force", labels=["generation", "fingerprint"])
        generation.add_metric([getattr(status, "generation", None) or "", getattr(status, "fingerprint", "")], 1)
        yield generation
        yield GaugeMetricFamily(
            "assistant_index_problems", "Faults of the index in force", value=len(getattr(status, "problems", ()))
        )
