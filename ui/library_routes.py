"""``/ui/library``: the list for everybody; uploads, indexing, withdrawal and health for editors.

Each route asks for the viewer of its own request: what a page shows is no protection.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.errors import AssistantError
from assistant.ingest import supported_suffixes
from assistant.types import Refusal
from ui import render
from ui.escape import escape
from ui.library import PATH_CHARS, IndexDesk, work_html
from ui.library_view import Listing, details_html, health_html, listing_html, shows
from ui.protocol import AssistantLike, SourceSummary
from ui.strings import Strings, strings_for
from ui.uploads import MOST_FILES, Stored, Upload, Uploads
from ui.viewer import viewer_of
from ui.withdrawals import WithdrawalLog
from ui.wording.library import LibraryWords, words_for

LISTED_SECONDS = 3.0
"""How old a list may be: a library of 10,000 takes half a second to list."""
_NO_STORE = {"Cache-Control": "no-store"}
_STATUS = {
    Stored.STORED: 200,
    Stored.SAME: 200,
    Stored.EXISTS: 409,
    Stored.BAD_NAME: 422,
    Stored.BAD_FORMAT: 422,
    Stored.TOO_LARGE: 413,
    Stored.TOO_MANY: 507,
}


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class IndexRequest(_Body):
    """``folder`` empty: the files that were sent."""

    action: Literal["index", "watch", "stop"]
    folder: str = Field("", max_length=PATH_CHARS)


class WithdrawRequest(_Body):
    article_id: str = Field(min_length=1, max_length=500)
    reason: str = Field(max_length=500)
    undo: bool = False


class _Listed:
    """The sources for a moment: a large library is read once while somebody types what to find.

    What readers must not see is asked for anew each time, so that a withdrawal is in force at once.
    """

    def __init__(self, assistant: AssistantLike) -> None:
        self._assistant = assistant
        self._lock = threading.Lock()
        self._sources: Sequence[SourceSummary] = ()
        self._until = 0.0

    def of(self, *, editor: bool) -> Sequence[SourceSummary]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._sources = self._assistant.sources()
                self._until = time.monotonic() + LISTED_SECONDS
            sources = self._sources
        if editor:
            return sources
        withheld = self._assistant.withheld()
        return [item for item in sources if item.article_id not in withheld]

    def forget(self) -> None:
        with self._lock:
            self._until = 0.0


def library_router(assistant: AssistantLike, desk: IndexDesk) -> APIRouter:
    """The routes of the Library page."""
    router = APIRouter(prefix="/ui/library", include_in_schema=False)
    home: Path | None = getattr(assistant.settings, "home", None)
    megabytes = int(getattr(getattr(assistant.settings, "ingest", None), "max_file_mb", 64))
    uploads = Uploads(home, max_bytes=min(megabytes, 100) * 1_000_000) if home is not None else None
    log = WithdrawalLog(home)
    listed = _Listed(assistant)

    def failed(error: AssistantError, strings: Strings, status: int = 409) -> Response:
        return _html(render.error_html(str(error), strings), status=status)

    @router.get("")
    def listing(
        request: Request,
        q: Annotated[str, Query(max_length=200)] = "",
        show: str = "all",
        sort: str = "published",
        down: bool = True,
        page: Annotated[int, Query(ge=1)] = 1,
        lang: str = "ja",
    ) -> Response:
        editor, strings, words = viewer_of(request).is_editor, strings_for(lang), words_for(lang)
        offered = shows(editor=editor)
        wanted = Listing(q, show if show in offered else "all", sort, down, page)
        try:
            html = listing_html(listed.of(editor=editor), wanted, strings, editor=editor)
        except AssistantError as exc:
            return failed(exc, strings)
        filters = [{"value": name, "label": getattr(words, f"show_{name}")} for name in offered]
        return _html(html, editor=editor, filters=filters)

    @router.get("/desk")
    def panel(request: Request, lang: str = "ja") -> Response:
        strings, words = strings_for(lang), words_for(lang)
        if not viewer_of(request).is_editor:
            return _forbidden(words, strings)
        return _html(_desk_html(uploads, words))

    @router.get("/health")
    def health(request: Request, lang: str = "ja") -> Response:
        strings = strings_for(lang)
        if not viewer_of(request).is_editor:
            return _forbidden(words_for(lang), strings)
        status = assistant.status()
        refused = [Refusal(path, reason, line) for path, reason, line in status.refused]
        return _html(health_html(status, refused, strings))

    @router.get("/article")
    def details(
        request: Request, article_id: Annotated[str, Query(min_length=1, max_length=500)], lang: str = "ja"
    ) -> Response:
        strings = strings_for(lang)
        if not viewer_of(request).is_editor:
            return _forbidden(words_for(lang), strings)
        try:
            source = next((item for item in assistant.sources() if item.article_id == article_id), None)
            if source is None:
                return _html(render.error_html(repr(article_id), strings), status=404)
            return _html(details_html(source, assistant.history(article_id), log.of(article_id), strings))
        except AssistantError as exc:
            return failed(exc, strings)

    @router.post("/withdraw")
    def withdraw(request: Request, wanted: WithdrawRequest, lang: str = "ja") -> Response:
        viewer, strings, words = viewer_of(request), strings_for(lang), words_for(lang)
        if not viewer.is_editor:
            return _forbidden(words, strings)
        reason = wanted.reason.strip()
        if not reason:
            return _html(render.error_html(words.reason_missing, strings), status=422)
        try:
            assistant.remove([wanted.article_id], undo=wanted.undo)
        except AssistantError as exc:
            return failed(exc, strings)
        listed.forget()
        log.add(wanted.article_id, reason, undone=wanted.undo, by=viewer.name)
        found = (item.title for item in assistant.sources() if item.article_id == wanted.article_id)
        told = (words.undone_done if wanted.undo else words.withdrawn_done).format(title=next(found, wanted.article_id))
        return _html(f'<p class="notice" data-announce>{escape(told)}</p>')

    @router.post("/upload")
    async def upload(
        request: Request,
        name: Annotated[str, Query(min_length=1, max_length=1000)],
        replace: bool = False,
        lang: str = "ja",
    ) -> Response:
        words, strings = words_for(lang), strings_for(lang)
        if not viewer_of(request).is_editor:
            return _forbidden(words, strings)
        if uploads is None:
            return _html(render.error_html(words.no_uploads, strings), status=409)
        data = await request.body()  # ui.guard has limited it
        kept = await run_in_threadpool(uploads.store, name, data, replace=replace)
        message = _upload_message(kept, uploads, words)
        return JSONResponse(
            {"outcome": kept.outcome.value, "name": kept.name, "message": message},
            status_code=_STATUS[kept.outcome],
            headers=_NO_STORE,
        )

    @router.post("/index")
    def index(request: Request, wanted: IndexRequest, lang: str = "ja") -> Response:
        words, strings = words_for(lang), strings_for(lang)
        if not viewer_of(request).is_editor:
            return _forbidden(words, strings)
        folder = wanted.folder.strip()
        if wanted.action == "stop":
            desk.stop()
        elif wanted.action == "index" and not folder and uploads is not None and uploads.any_files():
            if not desk.index(str(uploads.folder), shown=words.add):
                return _html(render.error_html(words.busy, strings), status=409)
        elif not folder:
            return _html(render.error_html(words.folder_missing, strings), status=422)
        elif not (desk.index(folder) if wanted.action == "index" else desk.watch(folder)):
            return _html(render.error_html(words.busy, strings), status=409)
        return _work(desk, strings)

    @router.get("/work")
    def work(request: Request, lang: str = "ja") -> Response:
        if not viewer_of(request).is_editor:
            return _forbidden(words_for(lang), strings_for(lang))
        if desk.work.report is not None:
            listed.forget()
        return _work(desk, strings_for(lang))

    return router


def _work(desk: IndexDesk, strings: Strings) -> Response:
    work = desk.work
    return _html(work_html(work, strings), busy=work.busy, watching=work.watching, indexed=work.report is not None)


def _desk_html(uploads: Uploads | None, words: LibraryWords) -> str:
    formats = " ".join(suffix.removeprefix(".") for suffix in supported_suffixes())
    limit = words.upload_limit.format(
        formats=formats, megabytes=uploads.max_bytes // 1_000_000 if uploads is not None else 0
    )
    sending = (
        '<div class="file-field" id="library-drop">'
        f'<input type="file" id="library-files" class="visually-hidden" multiple accept="{",".join(supported_suffixes())}">'
        f'<div class="actions"><label class="tool primary" for="library-files">{escape(words.choose_files)}</label>'
        f'<span class="meta">{escape(words.drop)}</span></div><span class="meta">{escape(limit)}</span></div>'
        '<ul id="library-sent" class="plain-list"></ul>'
        if uploads is not None
        else ""
    )
    return (
        '<div class="desk-cards"><section class="desk-card" aria-labelledby="library-add">'
        f'<h3 id="library-add">{escape(words.add)}</h3><p class="meta">{escape(words.add_lead)}</p>{sending}'
        f'<div class="field"><label for="library-folder">{escape(words.folder)}</label>'
        f'<input type="text" id="library-folder" maxlength="{PATH_CHARS}" autocomplete="off" '
        f'placeholder="{escape(words.folder_placeholder)}"></div><div class="actions">'
        f'<button type="button" class="tool" id="library-index" data-work="index">{escape(words.index)}</button>'
        f'<button type="button" class="tool" id="library-watch" data-work="watch">{escape(words.watch)}</button>'
        f'<button type="button" class="tool" id="library-watch-stop" data-work="stop" hidden>'
        f'{escape(words.watch_stop)}</button></div><div id="library-progress" data-replace="{escape(words.replace)}" '
        f'data-keep="{escape(words.keep)}"></div></section>'
        '<section class="desk-card" aria-labelledby="library-health-title">'
        f'<h3 id="library-health-title">{escape(words.health)}</h3><div id="library-health"></div></section></div>'
    )


def _upload_message(kept: Upload, uploads: Uploads, words: LibraryWords) -> str:
    return str(getattr(words, kept.outcome.value)).format(
        name=kept.name,
        formats=" ".join(suffix.removeprefix(".") for suffix in supported_suffixes()),
        megabytes=uploads.max_bytes // 1_000_000,
        count=f"{MOST_FILES:,}",
    )


def _forbidden(words: LibraryWords, strings: Strings) -> Response:
    return _html(render.error_html(words.forbidden, strings), status=403)


def _html(html: str, *, status: int = 200, **more: Any) -> Response:
    return JSONResponse({"html": html, **more}, status_code=status, headers=_NO_STORE)
