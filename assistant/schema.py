"""The JSON that the README promises, made from our values. Fields may be added here, never renamed or dropped."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.text.invisible import count_hidden, visible
from assistant.types import (
    Answer,
    AppliedCorrection,
    Article,
    CheckReport,
    Citation,
    Comparison,
    Conflict,
    Hit,
    PublishedCopy,
    Verdict,
)

Json = dict[str, object]


def citation_json(citation: Citation) -> Json:
    return {
        "marker": citation.marker,
        "passage_id": citation.passage_id,
        "article_id": citation.article_id,
        "version": citation.version,
        "title": citation.title,
        "url": citation.url,
        "published": citation.published,
        "locator": citation.locator,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        **_hidden(citation.quote),
        "also_published_as": copies_json(citation.copies),
    }


def copies_json(copies: Sequence[PublishedCopy]) -> list[Json]:
    return [
        {"article_id": copy.article_id, "title": copy.title, "url": copy.url, "published": copy.published}
        for copy in copies
    ]


def correction_json(item: AppliedCorrection) -> Json:
    return {
        "kind": item.kind,
        "date": item.date,
        "was": item.was,
        "now": item.now,
        "marker": item.marker,
        "corrected": {
            "article_id": item.article_id,
            "version": item.version,
            "title": item.title,
            "published": item.published,
            "start": item.start,
            "end": item.end,
            "quote": item.quote,
        },
        "by": {"article_id": item.by_article_id, "version": item.by_version, "title": item.by_title},
    }


def _hidden(quote: str) -> Json:
    """What a verbatim quote has that no reader sees. Articles are stored without; a JSONL corpus is as given."""
    counts = count_hidden(quote)
    return {"hidden_characters": dict(counts)} if counts else {}


def search_json(question_id: str | None, question: str, hits: list[Hit]) -> Json:
    return {
        "id": question_id,
        "question": question,
        "hits": [
            {
                "rank": hit.rank,
                "score": round(hit.score, 6),
                "passage_id": hit.passage.passage_id,
                "article_id": hit.passage.article_id,
                "title": hit.passage.title,
                "start": hit.passage.start,
                "end": hit.passage.end,
                "text": hit.passage.text,
                "version": hit.passage.version,
                "also_published_as": copies_json(hit.copies),
            }
            for hit in hits
        ],
    }


def conflict_json(conflict: Conflict) -> Json:
    return {
        "attribute": conflict.attribute,
        "values": [{"value": value.value, "citation": citation_json(value.citation)} for value in conflict.values],
    }


def answer_json(question_id: str | None, answer: Answer) -> Json:
    return {
        "id": question_id,
        "question": answer.question,
        "status": answer.status.value,
        "lang": answer.lang,
        "text": visible(answer.text),
        "short": None if answer.short is None else visible(answer.short),
        "sentences": [{"text": visible(item.text), "citations": list(item.citations)} for item in answer.sentences],
        "citations": [citation_json(citation) for citation in answer.citations],
        "conflicts": [conflict_json(conflict) for conflict in answer.conflicts],
        "nearest": [{**citation_json(near.citation), "score": round(near.score, 6)} for near in answer.nearest],
        "withheld": [{"text": item.text, "reason": item.reason} for item in answer.withheld],
        "hints": [{"term": hint.term, "translation": hint.translation, "note": hint.note} for hint in answer.hints],
        "corrections": [correction_json(item) for item in answer.corrections],
        "as_of": answer.as_of,
        "lead": answer.lead,
        "rewritten": answer.rewritten,
        "choices": list(answer.choices),
        "newest": answer.newest,
        "reader": answer.reader,
        "notice": answer.notice or None,
        "index": {"generation": answer.index.generation, "fingerprint": answer.index.fingerprint},
        "timings_ms": {
            "retrieve": round(answer.timings.retrieve, 3),
            "read": round(answer.timings.read, 3),
            "verify": round(answer.timings.verify, 3),
            "total": round(answer.timings.total, 3),
        },
    }


def check_json(check_id: str | None, report: CheckReport) -> Json:
    summary = {verdict.value: 0 for verdict in Verdict}
    for item in report.claims:
        summary[item.verdict.value] += 1
    return {
        "id": check_id,
        "claims": [
            {
                "text": item.claim.text,
                "start": item.claim.start,
                "end": item.claim.end,
                "verdict": item.verdict.value,
                "reason": item.reason,
                "differences": [
                    {"kind": difference.kind, "claimed": difference.claimed, "found": difference.found}
                    for difference in item.differences
                ],
                "evidence": [
                    {**citation_json(evidence.citation), "stance": evidence.stance} for evidence in item.evidence
                ],
            }
            for item in report.claims
        ],
        "summary": summary,
        "nli_model": report.nli_model,
    }


def compare_json(comparison: Comparison) -> Json:
    return {
        "entities": list(comparison.entities),
        "attributes": list(comparison.attributes),
        "cells": [
            {
                "entity": cell.entity,
                "attribute": cell.attribute,
                "value": cell.value,
                "unit": cell.unit,
                "conditions": cell.conditions,
                "citation": citation_json(cell.citation),
            }
            for cell in comparison.cells
        ],
        "conflicts": [conflict_json(conflict) for conflict in comparison.conflicts],
    }


def article_json(article: Article) -> Json:
    metadata = article.metadata
    return {
        "article_id": article.article_id,
        "version": article.version,
        "title": article.title,
        "lang": article.lang,
        "published": metadata.published,
        "updated": metadata.updated,
        "withdrawn": metadata.withdrawn,
        "embargo_until": metadata.embargo_until,
        "corrects": list(metadata.corrects),
        "supersedes": list(metadata.supersedes),
        "author": metadata.author,
        "url": metadata.url,
        "categories": list(metadata.categories),
        "tags": list(metadata.tags),
        "sources": [{"title": source.title, "url": source.url} for source in metadata.sources],
        "source_path": article.source_path,
        "fetched": metadata.fetched,
        "hidden_characters": {item.kind: item.count for item in metadata.hidden},
        "text": article.text,
    }
