"""The HTTP API: the contract's JSON under ``/api/v1``, and server-sent events for a streamed answer."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import date
from pathlib import PurePath
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant import schema
from assistant.errors import (
    AssistantError,
    ConfigError,
    CorpusError,
    IndexStoreError,
    ModelError,
    ModelUnavailableError,
)
from assistant.receipt import receipt_report_json
from assistant.scope import Scope
from assistant.types import Answer
from ui.protocol import AssistantLike, SourceSummary
from ui.tables import is_public

log = logging.getLogger(__name__)

Question = Annotated[str, Field(min_length=1, max_length=2000)]
Source = Annotated[str, Field(min_length=1, max_length=500)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str | None = Field(None, max_length=200, description="Comes back in the reply.")


class _Filtered(_Request):
    """A question that may be restricted to some of the articles."""

    question: Question
    sources: list[Source] = Field([], max_length=20, description="Article ids, sites, file or folder names.")
    published_from: date | None = Field(None, description="Only articles published since this day.")
    published_to: date | None = Field(None, description="Only articles published up to this day.")
    in_lang: Literal["ja", "en"] | None = Field(None, description="Only articles in this language.")

    def scope(self) -> Scope | None:
        return Scope(tuple(self.sources), self.published_from, self.published_to, self.in_lang) or None


class AskRequest(_Filtered):
    history: list[tuple[str, str]] = Field([], max_length=50, description="Earlier questions with their answers.")
    as_of: date | None = Field(None, description="Answer from what had been published by this day.")
    lang: Literal["ja", "en"] | None = Field(None, description="Language of the answer's own words.")
    stream: bool = Field(False, description="Reply with server-sent events, a verified sentence each.")
    receipt: bool = Field(False, description="Add what the answer stands on, for /api/v1/verify; not when streamed.")


class SearchRequest(_Filtered):
    top_k: int | None = Field(None, ge=1, le=200)


class CheckRequest(_Request):
    draft: str = Field(min_length=1, max_length=50_000)


class VerifyRequest(_Request):
    receipt: dict[str, Any]


class CompareRequest(_Request):
    names: list[Name] = Field(min_length=1, max_length=50)
    attributes: list[Name] = Field([], max_length=100)


def http_status(error: AssistantError) -> int:
    """The status that tells a caller what to do: correct the request, or come back later."""
    for kind, status in (
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


def build_router(assistant: AssistantLike, *, editors: bool = False) -> APIRouter:
    """Routes that convert a request, call the assistant, and convert what comes back.

    They are plain functions, so FastAPI runs them in its thread pool and the event loop stays free.
    """
    router = APIRouter(prefix="/api/v1")
    log_questions = bool(getattr(getattr(assistant.settings, "serve", None), "log_questions", False))

    def noted(question: str) -> str:
        if log_questions:
            log.info("question %r", question)
        return question

    def answer(request: AskRequest, accept: str) -> Response:
        question = noted(request.question)
        arguments: dict[str, Any] = {"history": request.history, "as_of": request.as_of, "lang": request.lang}
        arguments["scope"] = request.scope()
        if request.stream or "text/event-stream" in accept:
            events = assistant.stream(question, **arguments)
            return StreamingResponse(sse(request.id, events), media_type="text/event-stream")
        found = assistant.ask(question, **arguments)
        reply = schema.answer_json(request.id, found)
        return JSONResponse({**reply, "receipt": assistant.receipt(found)} if request.receipt else reply)

    @router.post("/ask")
    def ask(request: AskRequest, accept: Annotated[str, Header()] = "") -> Response:
        return answer(request, accept)

    @router.get("/ask")
    def ask_by_address(request: Annotated[AskByAddress, Query()], accept: Annotated[str, Header()] = "") -> Response:
        return answer(AskRequest(**request.model_dump()), accept)

    @router.post("/search")
    def search(request: SearchRequest) -> Response:
        hits = assistant.search(noted(request.question), top_k=request.top_k, scope=request.scope())
        return JSONResponse(schema.search_json(request.id, request.question, hits))

    @router.get("/search")
    def search_by_address(request: Annotated[SearchRequest, Query()]) -> Response:
        return search(request)

    @router.post("/check")
    def check(request: CheckRequest) -> Response:
        return JSONResponse(schema.check_json(request.id, assistant.check(request.draft)))

    @router.post("/verify")
    def verify(request: VerifyRequest) -> Response:
        report = receipt_report_json(assistant.verify(request.receipt))
        return JSONResponse({"id": request.id, **report})

    @router.post("/compare")
    def compare(request: CompareRequest) -> Response:
        return JSONResponse(schema.compare_json(assistant.compare(request.names, attributes=request.attributes)))

    @router.get("/sources")
    def sources() -> Response:
        shown = [source for source in assistant.sources() if editors or is_public(source)]
        return JSONResponse({"sources": [source_json(source) for source in shown]})

    return router


class AskByAddress(_Filtered):
    """``GET /api/v1/ask?question=…``: what fits into an address."""

    as_of: date | None = None
    lang: Literal["ja", "en"] | None = None
    stream: bool = False


def sse(question_id: str | None, events: Iterator[Any]) -> Iterator[str]:
    """``sentence`` events, then one ``answer`` with the whole of it, or one ``error``."""
    try:
        for event in events:
            if isinstance(event, Answer):
                yield _event("answer", schema.answer_json(question_id, event))
            else:
                yield _event("sentence", {"text": event.text, "citations": list(event.citations)})
    except AssistantError as exc:
        yield _event("error", error_json(exc))


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
