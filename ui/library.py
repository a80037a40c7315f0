"""The Library page: what is in, how it stands, and for editors a way to index a folder and to watch it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError
from assistant.index.update import IndexReport
from assistant.types import Refusal
from ui import render, tables
from ui.protocol import AssistantLike
from ui.strings import Strings
from ui.viewer import Role, current_viewer, needs

if TYPE_CHECKING:
    import gradio as gr

POLL_SECONDS = 1.0
PATH_CHARS = 1000
_EVENT: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "concurrency_id": "pages"}

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """What is being indexed, for everybody who looks at the page."""

    folder: str = ""
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

    def index(self, folder: str) -> None:
        """Index ``folder`` once; nothing happens while another run is under way."""
        with self._lock:
            if self._work.busy or self._work.watching:
                return
            self._work = Work(folder, busy=True)
        self._start(lambda: self._told(self._assistant.index([_path(folder)], on_step=self._step)))

    def watch(self, folder: str) -> None:
        """Keep the index up to date with ``folder`` until :meth:`stop`."""
        with self._lock:
            if self._work.busy or self._work.watching:
                return
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


def library_page(tab: gr.Tab, assistant: AssistantLike, strings: Strings, desk: IndexDesk | None) -> None:
    """Build the page. Without a desk nothing can be indexed; nothing withheld is listed for readers."""
    import gradio as gr

    _html(f'<p class="lead">{escape(strings.library_lead)}</p>')
    if desk is not None:
        _desk_row(tab, desk, strings)
    listing = _html("", elem_id="library")
    refresh = gr.Button(strings.library_refresh, size="sm", elem_id="library-refresh")

    def library() -> str:
        editor = current_viewer().is_editor
        try:
            sources = [item for item in assistant.sources() if editor or tables.is_public(item)]
            refused = _refusals(assistant) if editor else ()
            return tables.library_html(sources, refused, strings)
        except AssistantError as exc:
            return render.error_html(str(exc), strings)

    for event in (tab.select, refresh.click):
        event(library, None, [listing], **_EVENT)


def _desk_row(tab: gr.Tab, desk: IndexDesk, strings: Strings) -> None:
    import gradio as gr

    with gr.Row(elem_id="library-desk"):
        folder = gr.Textbox(
            label=strings.library_folder,
            placeholder=strings.library_folder_placeholder,
            max_length=PATH_CHARS,
            elem_id="library-folder",
        )
        now = gr.Button(strings.library_index, size="sm", elem_id="library-index")
        watch = gr.Button(strings.library_watch, size="sm", elem_id="library-watch")
        stop = gr.Button(strings.library_watch_stop, size="sm", elem_id="library-watch-stop")
    progress = _html("", elem_id="library-progress")
    timer = gr.Timer(POLL_SECONDS, active=False)

    def act(step: Callable[[str], None]) -> Callable[[str], str]:
        @needs(Role.EDITOR)
        def run(path: str) -> str:
            path = (path or "").strip()
            if not path:
                return render.error_html(strings.library_folder_missing, strings)
            step(path)
            time.sleep(0.1)  # long enough for a folder that is not there to be told of at once
            return work_html(desk.work, strings)

        return run

    @needs(Role.EDITOR)
    def show() -> str:
        return work_html(desk.work, strings)

    def look() -> tuple[str, gr.Timer]:
        # Only an editor's page goes on asking.
        editor = current_viewer().is_editor
        return (work_html(desk.work, strings) if editor else "", gr.Timer(active=editor))

    @needs(Role.EDITOR)
    def end() -> str:
        desk.stop()
        return work_html(desk.work, strings)

    now.click(act(desk.index), [folder], [progress], **_EVENT)
    watch.click(act(desk.watch), [folder], [progress], **_EVENT)
    stop.click(end, None, [progress], **_EVENT)
    tab.select(look, None, [progress, timer], **_EVENT)
    timer.tick(show, None, [progress], **_EVENT)


def work_html(work: Work, strings: Strings) -> str:
    """What indexing is doing or has done; empty before the first run."""
    if not work.folder:
        return ""
    parts = []
    if work.watching:
        parts.append(f'<p class="notice">{escape(strings.library_watching.format(folder=work.folder))}</p>')
    if work.busy:
        share = f" {work.done}/{work.total}" if work.total else ""
        parts.append(
            f'<p class="pending">{escape(strings.library_indexing.format(folder=work.folder, step=work.step + share))}</p>'
        )
    if work.error:
        parts.append(render.error_html(work.error, strings))
    elif work.report is not None and not work.busy:
        report = work.report
        told = strings.library_report.format(
            added=len(report.added),
            changed=len(report.changed),
            unchanged=report.unchanged,
            refused=len(report.refused),
        )
        parts.append(f'<p class="meta" data-announce>{escape(told)}</p>')
    return "".join(parts)


def _path(folder: str) -> Path:
    return Path(folder).expanduser()


def _refusals(assistant: AssistantLike) -> tuple[Refusal, ...]:
    return tuple(Refusal(path, reason, line) for path, reason, line in assistant.status().refused)


def _html(value: str, *, elem_id: str | None = None) -> gr.HTML:
    import gradio as gr

    return gr.HTML(value, elem_id=elem_id, js_on_load=None, apply_default_css=False)
