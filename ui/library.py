"""The Library page: what is in, how it stands, and for editors a way to index a folder and to watch it.

The page is our own HTML with ``static/library.js``; its routes are in ``ui.library_routes``.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError
from assistant.index.update import IndexReport
from ui import render
from ui.escape import escape
from ui.library_view import refused_html
from ui.parts import html_block
from ui.protocol import AssistantLike
from ui.strings import Strings
from ui.wording.library import words_for

PATH_CHARS = 1000

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """What is being indexed, for everybody who looks at the page."""

    folder: str = ""
    shown: str = ""  # its name on the page, where that is another
    busy: bool = False
    watching: bool = False
    step: str = ""
    done: int = 0
    total: int = 0
    report: IndexReport | None = None
    error: str = ""


class IndexDesk:
    """Runs indexing in the background, one folder at a time. One desk serves all pages."""

    def __init__(self, assistant: AssistantLike) -> None:
        self._assistant = assistant
        self._lock = threading.Lock()
        self._work = Work()
        self._stop: Callable[[], None] | None = None

    @property
    def work(self) -> Work:
        with self._lock:
            return self._work

    def index(self, folder: str, *, shown: str = "") -> bool:
        """Index ``folder`` once, and say so; nothing happens while another run is under way."""
        with self._lock:
            if self._work.busy or self._work.watching:
                return False
            self._work = Work(folder, shown, busy=True)
        self._start(lambda: self._told(self._assistant.index([_path(folder)], on_step=self._step)))
        return True

    def watch(self, folder: str) -> bool:
        """Keep the index up to date with ``folder`` until :meth:`stop`, and say whether it began."""
        with self._lock:
            if self._work.busy or self._work.watching:
                return False
            self._work = Work(folder, busy=True, watching=True)

        def run() -> None:
            watch = self._assistant.watch(
                [_path(folder)], on_report=lambda report, _: self._told(report), on_step=self._step
            )
            with self._lock:
                self._stop = watch.stop
                stopped = not self._work.watching
            if not stopped:
                watch.run()

        self._start(run)
        return True

    def stop(self) -> None:
        """End watching; a run in progress is finished."""
        with self._lock:
            stop, self._stop = self._stop, None
            self._work = replace(self._work, watching=False)
        if stop is not None:
            stop()

    def _start(self, run: Callable[[], object]) -> None:
        def guarded() -> None:
            try:
                run()
            except AssistantError as exc:
                self._told(exc)
            except Exception:
                _LOGGER.exception("indexing from the page failed")
                self._set(error="internal error; see the server's log")
            finally:
                self._set(busy=False, watching=False, step="")

        threading.Thread(target=guarded, name="index-desk", daemon=True).start()

    def _step(self, name: str, done: int, total: int) -> None:
        self._set(busy=True, step=name, done=done, total=total)

    def _told(self, report: IndexReport | AssistantError) -> None:
        if isinstance(report, AssistantError):
            self._set(busy=False, error=str(report), step="")
        else:
            self._set(busy=False, report=report, error="", step="")

    def _set(self, **more: Any) -> None:
        with self._lock:
            self._work = replace(self._work, **more)


def library_page(strings: Strings) -> None:
    """The page before it is filled. What a viewer sees is decided by the routes, for each request."""
    words = words_for(strings.lang)
    html_block(
        f'<div class="desk-page" data-page-of="library" data-offline="{escape(words.offline)}" '
        f'data-uploading="{escape(words.uploading)}" data-failed="{escape(words.upload_failed)}">'
        f'<p class="lead">{escape(words.lead)}</p><div id="library-desk"></div><div class="library-tools">'
        f'<div class="field grow"><label for="library-search">{escape(words.search)}</label>'
        f'<input type="search" id="library-search" maxlength="200" placeholder="{escape(words.search_placeholder)}"></div>'
        f'<div class="field"><label for="library-show">{escape(words.show)}</label>'
        f'<select id="library-show"><option value="all">{escape(words.show_all)}</option></select></div></div>'
        '<div id="library" class="report"></div>'
        '<dialog id="library-dialog" aria-labelledby="library-dialog-title"><div class="dialog-bar">'
        f'<button type="button" class="tool" data-close-dialog>{escape(words.close)}</button></div>'
        '<div id="library-details"></div></dialog></div>',
        elem_id="library-page",
    )


def work_html(work: Work, strings: Strings) -> str:
    """What indexing is doing or has done; empty before the first run."""
    words = words_for(strings.lang)
    if not work.folder:
        return ""
    parts = []
    folder = work.shown or work.folder
    if work.watching:
        parts.append(f'<p class="notice">{escape(words.watching.format(folder=folder))}</p>')
    if work.busy:
        share = f" {work.done:,}/{work.total:,}" if work.total else ""
        told = words.indexing.format(folder=folder, step=(words.step(work.step) if work.step else "") + share)
        amount = f'value="{work.done}" max="{work.total}"' if work.total else ""
        parts.append(
            f'<div class="working"><label for="library-amount">{escape(told)}</label>'
            f'<progress id="library-amount" {amount}></progress></div>'
        )
    if work.error:
        parts.append(render.error_html(work.error, strings))
    elif work.report is not None and not work.busy:
        report = work.report
        told = words.report.format(
            added=len(report.added),
            changed=len(report.changed),
            unchanged=report.unchanged,
            refused=len(report.refused),
        )
        parts.append(f'<p class="notice" data-announce>{escape(told)}</p>')
        if report.refused:
            parts.append(refused_html(report.refused, strings))
    return "".join(parts)


def _path(folder: str) -> Path:
    return Path(folder).expanduser()
