"""The Ask page's own routes, beside Gradio: its queue would make a hundred readers wait for each other.

Every route asks who the viewer is and finds only what is that viewer's; anything else is not there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant.errors import AssistantError
from assistant.scope import Scope
from assistant.types import Answer
from ui import render
from ui.askdesk import AskDesk
from ui.askturn import conversation_html, conversation_list_html, found_html
from ui.chat import QUESTION_CHARS, Filters
from ui.conversations import TITLE_CHARS, TURNS_MAX, FullError
from ui.copying import copied
from ui.feedback import NOTE_CHARS
from ui.filters import offered_sources
from ui.pool import BusyError
from ui.protocol import AssistantLike
from ui.rest import error_json, http_status
from ui.runs import Run
from ui.strings import strings_for
from ui.suggest import Suggestions
from ui.viewer import viewer_of
from ui.wording.ask import words_for

_FOUND = 8
_RETRY_SECONDS = 3

Lang = Literal["ja", "en"]
Identifier = Annotated[str, Path(pattern=r"^[\w-]{16,64}$")]
Number = Annotated[int, Path(ge=1, le=TURNS_MAX)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class FiltersBody(_Body):
    """What a question is to be answered from."""

    sources: list[Annotated[str, Field(min_length=1, max_length=500)]] = Field([], max_length=20)
    published_from: date | None = None
    published_to: date | None = None
    lang: Lang | None = None
    as_of: date | None = None

    def filters(self) -> Filters:
        scope = Scope(tuple(self.sources), self.published_from, self.published_to, self.lang)
        return Filters(scope, self.as_of)


class AskBody(_Body):
    """A new question, or with ``turn`` one in place of another."""

    question: str = Field(min_length=1, max_length=QUESTION_CHARS)
    conversation: str | None = Field(None, pattern=r"^[\w-]{16,64}$")
    turn: int | None = Field(None, ge=1, le=TURNS_MAX)
    filters: FiltersBody = FiltersBody()
    lang: Lang = "ja"


class TitleBody(_Body):
    title: str = Field(min_length=1, max_length=TITLE_CHARS)


class FeedbackBody(_Body):
    verdict: Literal["wrong", "missing_source"]
    note: str = Field("", max_length=NOTE_CHARS)


def build_ask_router(assistant: AssistantLike, desk: AskDesk) -> APIRouter:
    """The routes under ``/ui``. Plain functions, so FastAPI runs them in its thread pool."""
    router = APIRouter(prefix="/ui", include_in_schema=False)
    suggestions = Suggestions(assistant)

    def events(run: Run | None, lang: str, after: int = 0) -> Response:
        if run is None:
            return _missing(lang)
        return StreamingResponse(run.follow(after), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    def begun(start: Callable[[], Run | None], lang: str) -> Response:
        words = words_for(lang)
        try:
            return events(start(), lang)
        except BusyError:
            headers = {"Retry-After": str(_RETRY_SECONDS)}
            return JSONResponse(_error("Busy", words.busy), status_code=503, headers=headers)
        except FullError:
            return JSONResponse(_error("Full", words.full.format(limit=TURNS_MAX)), status_code=409)
        except AssistantError as exc:
            return JSONResponse(error_json(exc), status_code=http_status(exc))

    @router.get("/ask/start")
    def start(lang: Lang = "ja") -> Response:
        """The page before the first question."""
        empty = suggestions.empty_library()
        questions = () if empty else suggestions.questions(lang)
        return JSONResponse({"html": render.suggestions_html(questions, strings_for(lang), empty_library=empty)})

    @router.get("/ask/sources")
    def sources(lang: Lang = "ja") -> Response:
        """What the source filter offers."""
        return JSONResponse({"sources": offered_sources(assistant.sources(), words_for(lang))})

    @router.post("/ask")
    def ask(request: Request, body: AskBody) -> Response:
        viewer, strings = viewer_of(request), strings_for(body.lang)
        return begun(
            lambda: desk.ask(
                viewer,
                body.question,
                conversation=body.conversation,
                number=body.turn,
                filters=body.filters.filters(),
                strings=strings,
            ),
            body.lang,
        )

    @router.post("/conversations/{conversation}/{number}/retry")
    def retry(request: Request, conversation: Identifier, number: Number, lang: Lang = "ja") -> Response:
        viewer = viewer_of(request)
        return begun(lambda: desk.retry(viewer, conversation, number, strings_for(lang)), lang)

    @router.get("/conversations/{conversation}/{number}/events")
    def resume(
        request: Request,
        conversation: Identifier,
        number: Number,
        lang: Lang = "ja",
        after: Annotated[int, Query(ge=0, le=100_000)] = 0,
    ) -> Response:
        """What a page missed of an answer, and what is still to come."""
        return events(desk.runs.find(viewer_of(request).user, conversation, number), lang, after)

    @router.post("/conversations/{conversation}/{number}/stop")
    def stop(request: Request, conversation: Identifier, number: Number, lang: Lang = "ja") -> Response:
        if not desk.stop(viewer_of(request), conversation, number, strings_for(lang)):
            return _missing(lang)
        return JSONResponse({"stopped": True})

    @router.get("/conversations")
    def conversations(
        request: Request,
        lang: Lang = "ja",
        q: Annotated[str, Query(max_length=200)] = "",
        current: Annotated[str, Query(max_length=64)] = "",
    ) -> Response:
        found = desk.store.conversations(viewer_of(request).user, q)
        html = conversation_list_html(found, strings_for(lang), words_for(lang), searched=bool(q), current=current)
        return JSONResponse({"html": html, "count": len(found)})

    @router.get("/conversations/{conversation}")
    def conversation(request: Request, conversation: Identifier, lang: Lang = "ja") -> Response:
        viewer = viewer_of(request)
        found = desk.conversation(viewer, conversation)
        if found is None:
            return _missing(lang)
        titles: dict[str, str] = {}
        for turn in found.turns:
            titles.update(desk.titles(turn.filters))
        earlier, last = conversation_html(found, strings_for(lang), editor=viewer.is_editor, titles=titles)
        working = [turn.number for turn in found.turns if turn.state == "working"]
        return JSONResponse({"title": found.title, "earlier": earlier, "current": last, "working": working})

    @router.put("/conversations/{conversation}")
    def rename(request: Request, conversation: Identifier, body: TitleBody, lang: Lang = "ja") -> Response:
        if not desk.store.rename(viewer_of(request).user, conversation, body.title):
            return _missing(lang)
        return JSONResponse({"title": body.title})

    @router.delete("/conversations/{conversation}")
    def delete(request: Request, conversation: Identifier, lang: Lang = "ja") -> Response:
        if not desk.store.delete(viewer_of(request).user, conversation):
            return _missing(lang)
        return JSONResponse({"deleted": True})

    def answered(request: Request, conversation: str, number: int) -> tuple[Answer, Filters] | None:
        found = desk.conversation(viewer_of(request), conversation)
        turn = found.turn(number) if found is not None else None
        return (turn.answer, turn.filters) if turn is not None and turn.answer is not None else None

    @router.get("/conversations/{conversation}/{number}/copy")
    def copy(
        request: Request,
        conversation: Identifier,
        number: Number,
        format: Literal["text", "markdown", "html"] = "text",
        lang: Lang = "ja",
    ) -> Response:
        found = answered(request, conversation, number)
        if found is None:
            return _missing(lang)
        strings = strings_for(lang)
        reply = {"text": copied(found[0], "text" if format == "html" else format, strings)}
        if format == "html":
            reply["html"] = copied(found[0], format, strings)
        return JSONResponse(reply)

    @router.get("/conversations/{conversation}/{number}/receipt")
    def receipt(request: Request, conversation: Identifier, number: Number, lang: Lang = "ja") -> Response:
        found = answered(request, conversation, number)
        if found is None:
            return _missing(lang)
        headers = {"Content-Disposition": f'attachment; filename="receipt-{conversation[:8]}-{number}.json"'}
        return JSONResponse(assistant.receipt(found[0]), headers=headers)

    @router.get("/conversations/{conversation}/{number}/found")
    def also_found(request: Request, conversation: Identifier, number: Number, lang: Lang = "ja") -> Response:
        """Passages the search finds for the question beside the cited ones."""
        found = answered(request, conversation, number)
        if found is None:
            return _missing(lang)
        answer, filters = found
        question = answer.rewritten or answer.question
        hits = assistant.search(question, top_k=_FOUND, scope=filters.scope or None)
        return JSONResponse({"html": found_html(hits, answer.citations, strings_for(lang))})

    @router.post("/conversations/{conversation}/{number}/feedback")
    def feedback(
        request: Request, conversation: Identifier, number: Number, body: FeedbackBody, lang: Lang = "ja"
    ) -> Response:
        found = answered(request, conversation, number)
        if found is None:
            return _missing(lang)
        desk.feedback.append(found[0], verdict=body.verdict, note=body.note, lang=found[0].lang)
        return JSONResponse({"kept": True}, status_code=201)

    return router


def _error(kind: str, message: str) -> dict[str, object]:
    return {"error": {"type": kind, "message": message}}


def _missing(lang: str) -> Response:
    return JSONResponse(_error("NotFound", words_for(lang).conversation_missing), status_code=404)
