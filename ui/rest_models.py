"""The API's requests, which are checked, and its replies, which the OpenAPI description names.

Replies are made by ``assistant.schema`` and go out as they are; a test holds them against these classes.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assistant.scope import Scope


def _readable(text: str) -> str:
    # Half a surrogate pair is no character: it cannot be stored, logged or sent back.
    text.encode("utf-8")
    return text


Text = Annotated[str, AfterValidator(_readable)]
Question = Annotated[Text, Field(min_length=1, max_length=2000)]
Name = Annotated[Text, Field(min_length=1, max_length=200)]
Lang = Literal["ja", "en"]
ANSWER_CHARS = 20_000


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[Text, Field(max_length=200)] | None = Field(None, description="Comes back in the reply.")


class Filtered(Request):
    """A question that may be restricted to some of the articles."""

    question: Question
    sources: list[Annotated[Text, Field(min_length=1, max_length=500)]] = Field(
        [], max_length=20, description="Article ids, sites, file or folder names."
    )
    published_from: date | None = Field(None, description="Only articles published since this day.")
    published_to: date | None = Field(None, description="Only articles published up to this day.")
    in_lang: Lang | None = Field(None, description="Only articles in this language.")

    def scope(self) -> Scope | None:
        return Scope(tuple(self.sources), self.published_from, self.published_to, self.in_lang) or None


class AskByAddress(Filtered):
    """``GET /api/v1/ask?question=…``: what fits into an address."""

    as_of: date | None = None
    lang: Lang | None = None
    stream: bool = False


class AskRequest(Filtered):
    history: list[tuple[Question, Annotated[Text, Field(max_length=ANSWER_CHARS)]]] = Field(
        [], max_length=50, description="Earlier questions with their answers."
    )
    as_of: date | None = Field(None, description="Answer from what had been published by this day.")
    lang: Lang | None = Field(None, description="Language of the answer's own words.")
    stream: bool = Field(False, description="Reply with server-sent events, a verified sentence each.")
    receipt: bool = Field(False, description="Add what the answer stands on, for /api/v1/verify; not when streamed.")


class SearchRequest(Filtered):
    top_k: int | None = Field(None, ge=1, le=200)


class CheckRequest(Request):
    draft: Annotated[Text, Field(min_length=1, max_length=50_000)]


class VerifyRequest(Request):
    receipt: dict[str, Any]


class CompareRequest(Request):
    names: list[Name] = Field(min_length=1, max_length=50)
    attributes: list[Name] = Field([], max_length=100)


# -- replies -------------------------------------------------------------------------------------


class _Reply(BaseModel):
    """Fields may be added to a reply: readers of it must not stumble over new ones."""

    model_config = ConfigDict(extra="allow")


class ErrorDetail(_Reply):
    type: str
    message: str = Field(description="What happened and what to do.")


class Error(_Reply):
    error: ErrorDetail


class Citation(_Reply):
    """``show(article_id, version).text[start:end] == quote``, exactly; offsets count code points."""

    marker: int
    passage_id: str
    article_id: str
    version: int
    title: str
    url: str | None
    published: str | None
    locator: str
    start: int
    end: int
    quote: str


class Nearest(Citation):
    score: float


class Sentence(_Reply):
    text: str
    citations: list[int] = Field(description="Markers of the citations that back it.")


class ConflictValue(_Reply):
    value: str
    citation: Citation


class Conflict(_Reply):
    attribute: str
    values: list[ConflictValue]


class IndexRef(_Reply):
    generation: str
    fingerprint: str


class Timings(_Reply):
    retrieve: float
    read: float
    verify: float
    total: float


class Answer(_Reply):
    id: str | None
    question: str
    status: Literal["answered", "partial", "refused"]
    lang: str
    text: str
    short: str | None
    sentences: list[Sentence]
    citations: list[Citation]
    conflicts: list[Conflict]
    nearest: list[Nearest]
    newest: str | None
    reader: str
    index: IndexRef
    timings_ms: Timings


class Hit(_Reply):
    rank: int
    score: float
    passage_id: str
    article_id: str
    title: str
    start: int
    end: int
    text: str


class SearchResult(_Reply):
    id: str | None
    question: str
    hits: list[Hit]


class Difference(_Reply):
    kind: Literal["number", "unit", "date", "name", "polarity", "quote"]
    claimed: str
    found: str


class Evidence(Citation):
    stance: Literal["for", "against"]


class Claim(_Reply):
    text: str
    start: int
    end: int
    verdict: Literal["supported", "contradicted", "conflicting", "not_found", "not_checkable"]
    reason: str
    differences: list[Difference]
    evidence: list[Evidence]


class CheckResult(_Reply):
    id: str | None
    claims: list[Claim]
    summary: dict[str, int]


class Cell(_Reply):
    entity: str
    attribute: str
    value: str
    unit: str | None
    conditions: str | None
    citation: Citation


class Comparison(_Reply):
    entities: list[str]
    attributes: list[str]
    cells: list[Cell]
    conflicts: list[Conflict]


class CitationState(_Reply):
    marker: int
    article_id: str
    version: int
    state: str
    reason: str


class ReceiptState(_Reply):
    id: str | None
    question: str
    created: str
    holds: bool
    seal: str
    citations: list[CitationState]


class Source(_Reply):
    article_id: str
    title: str
    lang: str
    published: str | None
    url: str | None
    version: int
    versions: int
    passages: int
    withdrawn: bool


class Sources(_Reply):
    sources: list[Source]


class ShownArticle(_Reply):
    article_id: str
    version: int
    title: str
    lang: str
    published: str | None
    url: str | None
    text: str
