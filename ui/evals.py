"""The Evals page, for editors: runs of the eval suite and what failed in them. Our own HTML with ``static/evals.js``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from ui import render
from ui.escape import escape
from ui.eval_runs import EvalDesk, Work, load_runs
from ui.evals_view import empty_html, evals_html
from ui.parts import html_block
from ui.protocol import AssistantLike
from ui.strings import Strings, strings_for
from ui.viewer import viewer_of
from ui.wording.evals import EvalsWords, words_for

_NO_STORE = {"Cache-Control": "no-store"}


def evals_page(strings: Strings) -> None:
    """The page before it is filled; readers get nothing from its routes."""
    words = words_for(strings.lang)
    html_block(
        f'<div class="desk-page" data-page-of="evals" data-offline="{escape(words.offline)}">'
        f'<p class="lead">{escape(words.lead)}</p><div id="evals" class="report"></div>'
        '<div class="actions evals-run" hidden>'
        f'<button type="button" class="tool" id="evals-run">{escape(words.run)}</button>'
        f'<span class="meta">{escape(words.run_hint)}</span></div><div id="evals-work"></div></div>',
        elem_id="evals-page",
    )


def evals_router(assistant: AssistantLike, desk: EvalDesk | None = None) -> APIRouter:
    """``/ui/evals``: the runs that are kept, and the start of another. Editors only."""
    router = APIRouter(prefix="/ui/evals", include_in_schema=False)
    home: Path | None = getattr(assistant.settings, "home", None)
    runner = desk or EvalDesk(home)

    @router.get("")
    def runs(request: Request, run: Annotated[str, Query(max_length=80)] = "", lang: str = "ja") -> Response:
        strings, words = strings_for(lang), words_for(lang)
        if not viewer_of(request).is_editor:
            return _forbidden(words, strings)
        kept = load_runs(home)
        if not kept:
            return _html(empty_html(strings))
        chosen = next((item for item in kept if item.run_id == run), kept[0])
        return _html(evals_html(kept, chosen, strings))

    @router.get("/work")
    def work(request: Request, lang: str = "ja") -> Response:
        if not viewer_of(request).is_editor:
            return _forbidden(words_for(lang), strings_for(lang))
        return _work(runner.work, strings_for(lang))

    @router.post("/run")
    def start(request: Request, lang: str = "ja") -> Response:
        strings, words = strings_for(lang), words_for(lang)
        if not viewer_of(request).is_editor:
            return _forbidden(words, strings)
        if not runner.start():
            return _html(render.error_html(words.run_busy, strings), status=409)
        return _work(runner.work, strings)

    return router


def _work(work: Work, strings: Strings) -> Response:
    words = words_for(strings.lang)
    html = ""
    if work.busy:
        told = escape(words.running.format(seconds=work.seconds))
        html = (
            f'<div class="working"><label for="evals-amount">{told}</label>'
            '<progress id="evals-amount"></progress></div>'
        )
    elif work.code in (0, 1):
        html = f'<p class="notice" data-announce>{escape(words.run_done)}</p>'
    elif work.code is not None:
        html = render.error_html(words.run_failed.format(reason=work.error or work.code), strings)
    return _html(html, busy=work.busy)


def _forbidden(words: EvalsWords, strings: Strings) -> Response:
    return _html(render.error_html(words.forbidden, strings), status=403)


def _html(html: str, *, status: int = 200, **more: Any) -> Response:
    return JSONResponse({"html": html, **more}, status_code=status, headers=_NO_STORE)
