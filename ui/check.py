"""The Check page: a draft in, a verdict for every claim out.

The page is our own HTML with ``static/check.js``; a draft goes to ``/ui/check`` and not through Gradio's
queue, which has neither files nor a result that outlives a reload.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from ui import render
from ui.check_export import MEDIA_TYPES, SUFFIXES, exported
from ui.check_view import check_html, progress_html
from ui.checks import BusyError, Check, CheckDesk
from ui.drafts import ACCEPT, DRAFT_BYTES, DRAFT_CHARS, DraftError, draft_of
from ui.escape import escape
from ui.parts import html_block
from ui.protocol import AssistantLike
from ui.strings import Strings, strings_for
from ui.viewer import viewer_of
from ui.wording.check import words_for

FIRST_WAIT_SECONDS = 0.4
"""A short draft is done by then, and its first reply is its result."""
_NO_STORE = {"Cache-Control": "no-store"}
_EXAMPLES = {
    "ja": "Trainium3のメモリ容量は128GBで、メモリ帯域幅は4.9TB/sだ。NVIDIA B200のメモリ容量は180GBある。",
    "en": "Each Trainium3 chip has 128 GB of HBM3E memory. The HBM bandwidth of NVIDIA B200 is 8.0 TB/s.",
}


def check_page(strings: Strings) -> None:
    """The page before the first draft; the script fills it from then on."""
    words = words_for(strings.lang)
    formats = words.formats.format(megabytes=DRAFT_BYTES // 1_000_000, chars=f"{DRAFT_CHARS:,}")
    html_block(
        f'<div class="desk-page" data-page-of="check" data-offline="{escape(words.offline)}" '
        f'data-chosen="{escape(words.chosen)}" data-too-large="{escape(words.too_large.format(megabytes=10))}" '
        f'data-max-bytes="{DRAFT_BYTES}"><p class="lead">{escape(words.lead)}</p>'
        f'<div class="check-form"><div id="draft" class="field"><label for="draft-text">{escape(words.draft)}</label>'
        f'<textarea id="draft-text" rows="9" maxlength="{DRAFT_CHARS}" spellcheck="false" '
        f'placeholder="{escape(words.placeholder)}" aria-describedby="draft-formats"></textarea></div>'
        '<div class="check-tools"><div class="file-field">'
        f'<input type="file" id="draft-file" class="visually-hidden" accept="{ACCEPT}">'
        f'<label class="tool" for="draft-file">{escape(words.choose_file)}</label>'
        f'<span class="meta" id="draft-formats">{escape(formats)}</span></div>'
        f'<div class="field date-field"><label for="draft-date">{escape(words.dated)}</label>'
        f'<input type="date" id="draft-date" aria-describedby="draft-date-hint">'
        f'<span class="meta" id="draft-date-hint">{escape(words.dated_hint)}</span></div>'
        '<div class="actions">'
        f'<button type="button" class="tool primary" id="check-run">{escape(words.run)}</button>'
        f'<button type="button" class="tool" id="check-example" data-draft="{escape(_EXAMPLES[strings.lang])}">'
        f"{escape(words.example)}</button>"
        f'<button type="button" class="tool" id="check-clear">{escape(words.clear)}</button></div></div></div>'
        '<p class="meta" id="draft-chosen" role="status"></p>'
        f'<div id="check-report" class="report"><p class="empty-state">{escape(words.empty_state)}</p></div></div>',
        elem_id="check-page",
    )


def check_router(assistant: AssistantLike) -> APIRouter:
    """``/ui/check``: send a draft, ask how far it is, take the result away. Each viewer has their own."""
    router = APIRouter(prefix="/ui/check", include_in_schema=False)
    desk = CheckDesk(assistant)

    @router.post("")
    async def start(
        request: Request,
        lang: str = "ja",
        name: Annotated[str, Query(max_length=300)] = "",
        dated: date | None = None,
    ) -> Response:
        viewer, words = viewer_of(request), words_for(lang)
        data = await request.body()  # ui.guard has limited it
        try:
            draft = await run_in_threadpool(draft_of, data, name, words)
            check_id = desk.start(viewer, draft, name=name, anchor=dated)
        except DraftError as exc:
            return _failed(str(exc), 422, lang)
        except BusyError:
            return _failed(words.busy, 503, lang)
        check = await run_in_threadpool(desk.find, viewer, check_id, wait_seconds=FIRST_WAIT_SECONDS)
        return JSONResponse(_told(check, lang), headers=_NO_STORE)

    @router.get("/{check_id}")
    def look(request: Request, check_id: str, lang: str = "ja") -> Response:
        check = desk.find(viewer_of(request), check_id, wait_seconds=FIRST_WAIT_SECONDS)
        if check is None:
            return _failed(words_for(lang).gone, 404, lang)
        return JSONResponse(_told(check, lang), headers=_NO_STORE)

    @router.get("/{check_id}/export")
    def export(request: Request, check_id: str, format: str, lang: str = "ja") -> Response:
        words, strings = words_for(lang), strings_for(lang)
        check = desk.find(viewer_of(request), check_id)
        if check is None or check.report is None:
            return _failed(words.gone, 404, lang)
        if format not in MEDIA_TYPES:
            known = ", ".join(MEDIA_TYPES)
            return _failed(f"{format!r}: {known}", 422, lang)
        disposition = f"attachment; filename*=UTF-8''{quote(f'{words.file_name}.{SUFFIXES[format]}')}"
        return Response(
            exported(check, format, strings),
            media_type=MEDIA_TYPES[format],
            headers={**_NO_STORE, "Content-Disposition": disposition},
        )

    return router


def _told(check: Check | None, lang: str) -> dict[str, Any]:
    """What the script gets: the state of a check and the HTML to show."""
    strings, words = strings_for(lang), words_for(lang)
    if check is None:
        return {"state": "failed", "html": render.error_html(words.gone, strings)}
    told: dict[str, Any] = {"id": check.check_id, "done": check.done, "total": check.total}
    if check.error or check.failed:
        return {**told, "state": "failed", "html": render.error_html(check.error or words.failed, strings)}
    if check.report is None:
        return {**told, "state": "working", "html": progress_html(check, strings)}
    return {**told, "state": "done", "html": check_html(check, strings)}


def _failed(message: str, status: int, lang: str) -> Response:
    html = render.error_html(message, strings_for(lang))
    return JSONResponse({"state": "failed", "message": message, "html": html}, status_code=status, headers=_NO_STORE)
