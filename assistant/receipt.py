"""Receipts: what an answer stood on when it was given, and whether it still does.

A receipt is the answer as JSON with the hash of every cited text, the index it was read from, the
settings in force (without secrets) and a seal. The seal shows a slip of the hand; against somebody who
edits a receipt and seals it anew it takes a key (``receipt_key``), which makes it an HMAC.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import PurePath
from typing import Any, cast

from assistant.errors import ConfigError
from assistant.library.store import Library
from assistant.library.summary import ArticleSummary
from assistant.schema import answer_json
from assistant.settings import ANALYSIS_VERSION, CHUNKING_VERSION, Settings
from assistant.types import Answer

FORMAT = 1
_FIELDS = frozenset({"format", "created", "versions", "settings", "answer", "sources", "seal"})


@dataclass(frozen=True, slots=True)
class CitationCheck:
    """Whether one citation of a receipt still holds.

    ``state`` is holds, changed (the current version no longer has the words), withdrawn, embargoed,
    missing (no such article or version) or altered (the words are not those of the cited version).
    """

    marker: int
    article_id: str
    version: int
    state: str
    reason: str

    @property
    def holds(self) -> bool:
        return self.state == "holds"


@dataclass(frozen=True, slots=True)
class ReceiptReport:
    """What is left of a receipt. ``seal`` is intact, broken or unsigned (a key is set, the receipt has none)."""

    question: str
    created: str
    seal: str
    citations: tuple[CitationCheck, ...]

    @property
    def holds(self) -> bool:
        return self.seal == "intact" and all(item.holds for item in self.citations)


def make_receipt(
    answer: Answer,
    library: Library,
    *,
    settings: Settings,
    key: str | None = None,
    now: datetime | None = None,
) -> dict[str, Any]:
    """The receipt of an answer.

    Args:
        answer: What was answered.
        library: Where its citations point.
        settings: The settings in force. Of them a hash is kept, and those that decide an answer; addresses,
            paths and secrets are not.
        key: Seals with an HMAC instead of a plain hash.
        now: The clock.
    """
    cited = dict.fromkeys((item.article_id, item.version) for item in answer.citations)
    sources = []
    for article_id, version in cited:
        text = library.text(article_id, version)
        sources.append({"article_id": article_id, "version": version, "sha256": _sha256(text or "")})
    body: dict[str, Any] = {
        "format": FORMAT,
        "created": (now or datetime.now(UTC)).isoformat(timespec="seconds"),
        "versions": {"assistant": _program_version(), "analysis": ANALYSIS_VERSION, "chunking": CHUNKING_VERSION},
        "settings": {"sha256": _sha256(settings.model_dump_json()), "values": _deciding(settings)},
        "answer": answer_json(None, answer),
        "sources": sources,
    }
    body = json.loads(json.dumps(body, ensure_ascii=False, default=str))
    return {**body, "seal": _seal(body, key)}


def _program_version() -> str:
    return str(import_module("assistant").__version__)  # the package imports us, not the other way round


def _deciding(settings: Settings) -> dict[str, object]:
    read = settings.reader
    return {
        "chunk": settings.chunk.model_dump(mode="json"),
        "retrieve": settings.retrieve.model_dump(mode="json", exclude={"reranker"}),
        "reranker": PurePath(settings.retrieve.reranker or "").name,
        "embedder": PurePath(settings.embed.model).name,
        "reader": {
            "model": read.model,
            "temperature": read.temperature,
            "entailment": PurePath(read.nli_model or "").name,
        },
    }


def verify_receipt(receipt: object, library: Library, *, key: str | None = None) -> ReceiptReport:
    """Hold a receipt against the library as it is now.

    Raises:
        ConfigError: ``receipt`` is none.
    """
    values = _checked(receipt)
    body = {name: value for name, value in values.items() if name != "seal"}
    seal = values["seal"]
    if key is not None and seal.get("algorithm") != "hmac-sha256":
        state = "unsigned"
    elif key is None and seal.get("algorithm") == "hmac-sha256":
        raise ConfigError("This receipt is sealed with a key. Set ASSISTANT_RECEIPT_KEY to the key it was sealed with.")
    else:
        state = "intact" if hmac.compare_digest(str(seal.get("value")), _seal(body, key)["value"]) else "broken"
    summaries = {item.article_id: item for item in library.sources()}
    hidden = library.hidden_articles()
    hashes = {(item["article_id"], item["version"]): item["sha256"] for item in values["sources"]}
    checks = tuple(_check(item, library, summaries, hidden, hashes) for item in values["answer"]["citations"])
    return ReceiptReport(str(values["answer"]["question"]), str(values["created"]), state, checks)


def receipt_report_json(report: ReceiptReport) -> dict[str, object]:
    return {
        "question": report.question,
        "created": report.created,
        "holds": report.holds,
        "seal": report.seal,
        "citations": [
            {
                "marker": item.marker,
                "article_id": item.article_id,
                "version": item.version,
                "state": item.state,
                "reason": item.reason,
            }
            for item in report.citations
        ],
    }


def _check(
    citation: dict[str, Any],
    library: Library,
    summaries: Mapping[str, ArticleSummary],
    hidden: frozenset[str],
    hashes: Mapping[tuple[str, int], str],
) -> CitationCheck:
    article_id, version, quote = citation["article_id"], citation["version"], citation["quote"]

    def found(state: str, reason: str) -> CitationCheck:
        return CitationCheck(citation["marker"], article_id, version, state, reason)

    summary, text = summaries.get(article_id), library.text(article_id, version)
    if summary is None:
        return found("missing", f"Article {article_id!r} is not in the library.")
    if text is None:
        return found("missing", f"Article {article_id!r} has no version {version} in the library.")
    if text[citation["start"] : citation["end"]] != quote:
        return found(
            "altered", f"The quote does not stand at {citation['start']}:{citation['end']} of version {version}."
        )
    if hashes.get((article_id, version)) != _sha256(text):
        return found("altered", f"The text of version {version} is not the one the receipt was made from.")
    if summary.withdrawn:
        return found("withdrawn", f"Article {article_id!r} has been withdrawn.")
    if article_id in hidden:
        return found("embargoed", f"Article {article_id!r} is under embargo until {summary.embargo_until}.")
    if summary.version != version:
        if quote not in (library.text(article_id, summary.version) or ""):
            return found("changed", f"Version {summary.version} of {article_id!r} no longer has these words.")
        return found("holds", f"Version {summary.version} is newer and has the same words.")
    return found("holds", "The words stand in the current version.")


def _checked(receipt: object) -> dict[str, Any]:
    try:
        values = cast("dict[str, Any]", receipt)
        if not isinstance(receipt, dict) or set(values) != _FIELDS:
            raise ValueError("it has other fields")
        if values["format"] != FORMAT:
            raise ValueError(f"it has format {values['format']!r}, this version reads {FORMAT}")
        for item in values["answer"]["citations"]:
            if not isinstance(item["quote"], str) or not all(
                isinstance(item[name], int) for name in ("marker", "version", "start", "end")
            ):
                raise ValueError(f"citation {item.get('marker')!r} is incomplete")
            str(item["article_id"])
        for item in values["sources"]:
            (item["article_id"], item["version"], item["sha256"])
        _ = values["answer"]["question"], values["seal"]["value"], values["created"]
    except (KeyError, TypeError, AttributeError, ValueError) as exc:
        raise ConfigError(f"This is no receipt: {exc}. `assistant ask --receipt FILE` writes one.") from exc
    return values


def _seal(body: Mapping[str, Any], key: str | None) -> dict[str, str]:
    payload = _canonical(body).encode()
    if key is None:
        return {"algorithm": "sha256", "value": hashlib.sha256(payload).hexdigest()}
    return {"algorithm": "hmac-sha256", "value": hmac.new(key.encode(), payload, hashlib.sha256).hexdigest()}


def _canonical(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
