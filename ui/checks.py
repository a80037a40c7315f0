"""Drafts being checked: each for the viewer who sent it, a few at a time, with progress."""

from __future__ import annotations

import logging
import secrets
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date

from assistant.errors import AssistantError
from assistant.types import CheckReport
from assistant.verify.draft import DraftText
from ui.protocol import AssistantLike
from ui.viewer import Viewer

WORKERS = 4
"""Drafts checked beside each other; more would slow down those who ask."""
WAITING = 32
"""Drafts that may be under way; the next is refused with the reason."""
KEPT = 200
KEPT_PER_VIEWER = 5
"""Finished checks kept for export and for a reload of the page; the oldest go first."""

_LOGGER = logging.getLogger(__name__)


class BusyError(Exception):
    """Too many drafts are under way."""


@dataclass(frozen=True, slots=True)
class Check:
    """One draft and how far it is. ``done`` and ``total`` count statements."""

    check_id: str
    user: str
    name: str
    draft: DraftText
    anchor: date | None = None
    done: int = 0
    total: int = 0
    report: CheckReport | None = None
    error: str = ""
    failed: bool = False  # a fault of ours; the server's log has it

    @property
    def ended(self) -> bool:
        return self.report is not None or bool(self.error) or self.failed


class CheckDesk:
    """Keeps checks in memory: nothing of a draft is written to disk."""

    def __init__(self, assistant: AssistantLike) -> None:
        self._assistant = assistant
        self._lock = threading.Lock()
        self._checks: OrderedDict[str, Check] = OrderedDict()
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="check")
        self._changed = threading.Condition(self._lock)

    def start(self, viewer: Viewer, draft: DraftText, *, name: str = "", anchor: date | None = None) -> str:
        """Begin to check; the id is for :meth:`find`.

        Raises:
            BusyError: Too many drafts are under way.
        """
        check = Check(secrets.token_urlsafe(12), viewer.user, name, draft, anchor or draft.dated)
        with self._lock:
            if sum(not item.ended for item in self._checks.values()) >= WAITING:
                raise BusyError
            self._checks[check.check_id] = check
            self._forget(viewer.user)
        self._pool.submit(self._run, check)
        return check.check_id

    def find(self, viewer: Viewer, check_id: str, *, wait_seconds: float = 0.0) -> Check | None:
        """A check of this viewer, or None: another's is as unknown as one that never was.

        Args:
            viewer: Who asks.
            check_id: Which one.
            wait_seconds: Wait so long for its end.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._ended(check_id), wait_seconds)
            check = self._checks.get(check_id)
        return check if check is not None and check.user == viewer.user else None

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _ended(self, check_id: str) -> bool:
        check = self._checks.get(check_id)
        return check is None or check.ended

    def _run(self, check: Check) -> None:
        def step(done: int, total: int) -> None:
            self._set(check.check_id, done=done, total=total)

        try:
            report = self._assistant.check(check.draft.text, anchor=check.anchor, on_claim=step)
            self._set(check.check_id, report=report)
        except AssistantError as exc:
            self._set(check.check_id, error=str(exc))
        except Exception:
            _LOGGER.exception("checking a draft failed")
            self._set(check.check_id, failed=True)

    def _set(self, check_id: str, **more: object) -> None:
        with self._changed:
            if check_id in self._checks:
                self._checks[check_id] = replace(self._checks[check_id], **more)  # type: ignore[arg-type]
            self._changed.notify_all()

    def _forget(self, user: str) -> None:
        ended = [key for key, item in self._checks.items() if item.ended]
        own = [key for key in ended if self._checks[key].user == user]
        for key in own[: max(0, len(own) - KEPT_PER_VIEWER + 1)]:
            del self._checks[key]
            ended.remove(key)
        for key in ended[: max(0, len(self._checks) - KEPT)]:
            del self._checks[key]
