"""The HTTP API: the contract's JSON under ``/api/v1``, and server-sent events for a streamed answer."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from assistant import schema
from assistant.errors import (
    AssistantError,
    ConfigError,
    CorpusError,
    IndexStoreError,
    ModelError,
    ModelUnavailableError,
)
from assistant.receipt import ReceiptReport, receipt_report_json
from assistant.types import Answer
from ui import rest_models as models
from ui.pool import BusyError
from ui.protocol import SourceSummary
from ui.served import Served
from ui.tables import is_public
from ui.viewer import ForbiddenError, viewer_of

log = logging.getLogger(__name__)

_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": models.Error, "description": told}
    for status, told in {
        400: "A setting or a value of the request is wrong.",
        401: "On a server with accounts: neither a session nor a valid API key.",
        403: "The role is not enough, or the request comes from another site.",
        404: "There is no such article or version.",
        413: "The request is too large.",
        422: "The request is not as described here.",
        429: "Too many requests; Retry-After says when to come back.",
        500: "Something unexpected; the server's log says what.",
        502: "The chat model's reply could not be used.",
        503: "Busy, stopping, or nothing is indexed yet; Retry-After says when to come back.",
    }.items()
}
_STREAM = {
    200: {
        "content": {
            "text/event-stream": {
                "schema": {
                    "type": "string",
                    "description": "Events `sentence` (Sentence), then one `answer` (Answer) or one `error` (Error).",
                }
            }
        }
    }
}


def http_status(error: AssistantError) -> int:
    """The status that tells a caller what to do: correct the request, or come back later."""
    for kind, status in (
        (ForbiddenError, 403),
        (BusyError, 503),
        (ConfigError, 400),
        (CorpusError, 404),
        (IndexStoreError, 503),
        (ModelUnavailableError, 503),
        (ModelError, 502),
    ):
        if isinstance(error, kind):
            return status
    return 500


def error_json(error: AssistantError) -> dict[str, Any]:
    return {"error": {"type": type(error).__name__, "message": str(error)}}


def error_response(error: AssistantError) -> JSONResponse:
    status = http_status(error)
    headers = {"Retry-After": "5"} if status == 503 else None
    return JSONResponse(error_json(error), status_code=status, headers=headers)


def source_json(source: SourceSummary) -> dict[str, Any]:
    """One line of ``/api/v1/sources``. Of the file only the name: paths are the server's own business."""
    return {
        "article_id": source.article_id,
        "title": source.title,
        "lang": source.lang,
        "published": source.published,
        "url": source.url,
        "version": source.version,
        "versions": source.versions,
        "passages": source.passages,
        "withdrawn": source.withdrawn,
        "embargo_until": source.embargo_until,
        "file": PurePath(source.source_path).name,
        "indexed_at": source.indexed_at,
        "updated": source.updated,
        "standing": str(source.standing),
        "superseded_by": source.superseded_by,
        "supersedes": list(source.supersedes),
        "corrected_by": list(source.corrected_by),
        "corrects": list(source.corrects),
        "copy_of": source.copy_of,
        "also_published_as": list(source.also_published_as),
    }


def for_readers(report: ReceiptReport, withheld: frozenset[str]) -> ReceiptReport:
    """The report without what it says about texts that readers must not see.

    Anybody can write a receipt, and whether its quote stands in a text tells the text, a letter at a time.
    """
    return replace(
        report,
        citations=tuple(
            replace(item, state="withdrawn", reason=f"Article {item.article_id!r} is withdrawn or not published yet.")
            if item.article_id in withheld
            else item
            for item in report.citations
        ),
    )


def build_router(assistant: Served) -> APIRouter:
    """Routes that convert a request, call the assistant, and convert what comes back.

    Those that compute run on the event loop and wait there, so that a thousand who wait take no thread.
    """
    router = APIRouter(prefix="/api/v1", responses=_ERRORS)

    async def answer(request: models.AskRequest, accept: str) -> Response:
        arguments: dict[str, Any] = {"history": request.history, "as_of": request.as_of, "lang": request.lang}
        arguments["scope"] = request.scope()
        if request.stream or "text/event-stream" in accept:
            events = assistant.astream(request.question, **arguments)
            headers = {"X-Accel-Buffering": "no"}
            return StreamingResponse(sse(request.id, events), media_type="text/event-stream", headers=headers)
        found: Answer = await assistant.acall("ask", request.question, **arguments)
        reply = schema.answer_json(request.id, found)
        if request.receipt:
            reply["receipt"] = await run_in_threadpool(assistant.receipt, found)
        return JSONResponse(reply)

    @router.post("/ask", response_model=models.Answer, responses=_STREAM)
    async def ask(request: models.AskRequest, accept: Annotated[str, Header()] = "") -> Response:
        """A cited answer or a refusal; with ``stream`` or ``Accept: text/event-stream`` sentence by sentence."""
        return await answer(request, accept)

    @router.get("/ask", response_model=models.Answer, responses=_STREAM)
    async def ask_by_address(
        request: Annotated[models.AskByAddress, Query()], accept: Annotated[str, Header()] = ""
    ) -> Response:
        """The same, for what fits into an address."""
        return await answer(models.AskRequest(**request.model_dump()), accept)

    async def hits(request: models.SearchRequest) -> Response:
        found = await assistant.acall("search", request.question, top_k=request.top_k, scope=request.scope())
        return JSONResponse(schema.search_json(request.id, request.question, found))

    @router.post("/search", response_model=models.SearchResult)
    async def search(request: models.SearchRequest) -> Response:
        """Ranked passages."""
        return await hits(request)

    @router.get("/search", response_model=models.SearchResult)
    async def search_by_address(request: Annotated[models.SearchRequest, Query()]) -> Response:
        """The same, for what fits into an address."""
        return await hits(request)

    @router.post("/check", response_model=models.CheckResult)
    async def check(request: models.CheckRequest) -> Response:
        """A verdict for each claim of a draft."""
        return JSONResponse(schema.check_json(request.id, await assistant.acall("check", request.draft)))

    @router.post("/verify", response_model=models.ReceiptState)
    def verify(http: Request, request: models.VerifyRequest) -> Response:
        """Whether the citations of a receipt still hold."""
        report = assistant.verify(request.receipt)
        if not viewer_of(http).is_editor:
            report = for_readers(report, assistant.withheld())
        return JSONResponse({"id": request.id, **receipt_report_json(report)})

    @router.post("/compare", response_model=models.Comparison)
    def compare(request: models.CompareRequest) -> Response:
        """A cited table out of spec sheets; an unknown cell is absent."""
        return JSONResponse(schema.compare_json(assistant.compare(request.names, attributes=request.attributes)))

    @router.get("/sources", response_model=models.Sources)
    def sources(request: Request) -> Response:
        """The library, newest first. Readers see what is published."""
        editor = viewer_of(request).is_editor
        shown = [source for source in assistant.sources() if editor or is_public(source)]
        return JSONResponse({"sources": [source_json(source) for source in shown]})

    @router.get("/show", response_model=models.ShownArticle)
    def show(
        request: Request,
        article_id: Annotated[models.Text, Query(min_length=1, max_length=500)],
        version: Annotated[int | None, Query(ge=1, le=2**31)] = None,
    ) -> Response:
        """One article with its stored text, the current version or an older one."""
        editor = viewer_of(request).is_editor
        article = schema.article_json(assistant.show(article_id, version, reader=not editor))
        # Of the file only the name: paths are the server's own business.
        return JSONResponse({**article, "source_path": PurePath(str(article["source_path"])).name})

    return router


async def sse(question_id: str | None, events: AsyncIterator[Any]) -> AsyncIterator[str]:
    """``sentence`` events, then one ``answer`` with the whole of it, or one ``error``."""
    try:
        async for event in events:
            if isinstance(event, Answer):
                yield _event("answer", schema.answer_json(question_id, event))
            else:
                yield _event("sentence", {"text": event.text, "citations": list(event.citations)})
    except AssistantError as exc:
        log.warning("Request failed: %s", exc)
        yield _event("error", error_json(exc))
    except Exception:
        # The reply has begun, so its status cannot tell; the stream must not end without a word.
        log.exception("a streamed answer failed")
        message = "Something unexpected went wrong. See the server's log."
        yield _event("error", {"error": {"type": "InternalError", "message": message}})


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
