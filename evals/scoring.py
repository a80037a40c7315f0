"""Scores one question: search, answer, citations and refusal are kept apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from assistant import Answer, Article, Citation, Hit
from assistant.types import CheckReport
from evals.attribution import attribution
from evals.cases import EvalCase, Half
from evals.matching import character_f1, contains, exact, says
from evals.metrics import hit_at, ndcg, reciprocal_rank

SEARCH_DEPTH = 10
RECALL_DEPTH = 8
SENTENCES_READ = 2
"""A right answer says it in its short form or in this many first sentences; lists and reasons may take them all."""
CONTEXT_CHARS = 60
_NOT_SEARCHED = frozenset({"follow_up", "as_of"})
"""What such a question is about is not in its own words, so searching them alone says nothing."""


class Answering(Protocol):
    """What the suite asks: an ``Assistant``, or a fake."""

    def search(self, question: str, *, top_k: int | None = None) -> list[Hit]: ...
    def ask(self, question: str, *, history: Sequence[tuple[str, str]] = (), as_of: date | None = None) -> Answer: ...
    def show(self, article_id: str, version: int | None = None) -> Article: ...
    def check(self, draft: str, *, anchor: date | None = None) -> CheckReport: ...


@dataclass(frozen=True, slots=True)
class CitedSpan:
    """A citation with the text around it, and whether it stands where it says."""

    role: str  # "citation", "conflict", "nearest" or "evidence"
    article_id: str
    start: int
    end: int
    quote: str
    before: str
    after: str
    resolves: bool


@dataclass(frozen=True, slots=True)
class GoldReading:
    """What the reader makes of the gold passages alone, without having to find them."""

    answered: bool
    short: str | None
    right: bool


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of one question. Without an error all of it is scored; with one, none."""

    case: EvalCase
    half: Half = "tuning"
    topic: str = ""
    ranked: tuple[str, ...] = ()  # article of each passage found, best first
    status: str = ""
    short: str | None = None
    text: str = ""
    sentences: tuple[str, ...] = ()
    spans: tuple[CitedSpan, ...] = ()
    values: tuple[str, ...] = ()  # of the conflicts shown
    on_gold: bool = False  # a citation overlaps a gold quote
    supported: tuple[bool, ...] = ()  # each sentence by its citations together
    precise: tuple[bool, ...] = ()  # each citation of a sentence
    confidence: float = 0.0
    gold: GoldReading | None = None
    milliseconds: Mapping[str, float] = field(default_factory=dict)  # kept out of everything that is compared
    error: str = ""

    @property
    def case_id(self) -> str:
        return self.case.case_id

    @property
    def lang(self) -> str:
        return self.case.lang

    @property
    def kind(self) -> str:
        return self.case.kind

    @property
    def cluster(self) -> str:
        return self.case.cluster

    @property
    def slice_names(self) -> tuple[str, ...]:
        case = self.case
        names = (f"lang:{case.lang}", f"half:{self.half}", f"difficulty:{case.difficulty}", f"kind:{case.kind}")
        return (*names, f"topic:{self.topic}") if self.topic else names

    @property
    def answered(self) -> bool:
        return self.status in ("answered", "partial")

    @property
    def contained(self) -> bool:
        """Whether the answer says what was expected, all of what is required, and nothing forbidden."""
        return self.answered and says_it(self.case, self.short, self.sentences, self.values) and not self.said_forbidden

    @property
    def said_forbidden(self) -> tuple[str, ...]:
        if not self.answered:  # a refusal may name what it refuses
            return ()
        shown = (self.short or "", self.text, *self.sentences)
        return tuple(bad for bad in self.case.forbidden if any(contains(text, bad) for text in shown))

    @property
    def gold_cited(self) -> bool:
        gold = self.case.gold_articles
        roles = ("citation", "conflict")
        return self.answered and any(span.article_id in gold for span in self.spans if span.role in roles)

    @property
    def outcome(self) -> str:
        """``right``, ``wrong`` or ``refused``; ``rightly_refused`` or ``false_answer``; ``error``."""
        if self.error:
            return "error"
        if not self.answered and (self.case.refusal_ok or not self.case.answerable):
            return "rightly_refused"
        if not self.case.answerable:
            return "false_answer"
        if not self.answered:
            return "refused"
        return "right" if self.contained and self.gold_cited else "wrong"

    @property
    def passed(self) -> bool:
        return self.outcome in ("right", "rightly_refused") and all(span.resolves for span in self.spans)

    @property
    def why(self) -> str:
        """What is wrong, in a few words; empty when nothing is."""
        if self.error:
            return self.error
        broken = [span for span in self.spans if not span.resolves]
        if broken:
            return f"{len(broken)} citations are not what the article says at their place"
        if self.outcome in ("wrong", "false_answer") and self.said_forbidden:
            return f"says what it must not: {', '.join(self.said_forbidden)}"
        if self.outcome == "wrong":
            return "no expected answer" if not self.contained else "no citation of a gold article"
        return {"refused": "refused, though the corpus answers", "false_answer": "answered, though nothing does"}.get(
            self.outcome, ""
        )

    @property
    def measured(self) -> Mapping[str, Sequence[float | bool]]:
        """The values this case adds to each metric."""
        case, out = self.case, dict[str, Sequence[float | bool]]()
        out["citations.resolve"] = [span.resolves for span in self.spans]
        out["citations.recall"] = self.supported
        out["citations.precision"] = self.precise
        if not case.answerable:
            out["refusal.false_answer"] = [self.outcome == "false_answer"]
            return out
        gold = case.gold_articles
        if case.kind not in _NOT_SEARCHED:
            ranked = tuple(dict.fromkeys(self.ranked))
            out["search.hit_at_1"] = [hit_at(self.ranked, gold, 1)]
            out["search.recall_at_3"] = [hit_at(self.ranked, gold, 3)]
            out["search.recall_at_8"] = [hit_at(self.ranked, gold, RECALL_DEPTH)]
            out["search.mrr_at_10"] = [reciprocal_rank(self.ranked, gold, SEARCH_DEPTH)]
            out["search.ndcg_at_10"] = [ndcg(ranked, gold, SEARCH_DEPTH)]
        out["answer.right"] = [self.outcome in ("right", "rightly_refused")]
        out["answer.contained"] = [self.contained]
        if case.expected and not case.refusal_ok:
            out["answer.exact_short"] = [self.answered and exact(self.short, case.expected)]
            best = self.short or (self.sentences[0] if self.sentences else None)
            out["answer.character_f1"] = [character_f1(best, case.expected) if self.answered else 0.0]
        if self.answered:
            out["citations.gold"] = [self.gold_cited]
            out["citations.gold_sentence"] = [self.on_gold]
        if not case.refusal_ok:
            out["refusal.over_refusal"] = [not self.answered]
        if self.gold is not None:
            out["reading.right"] = [self.gold.right]
            if case.expected and not case.refusal_ok:
                out["reading.exact_short"] = [self.gold.answered and exact(self.gold.short, case.expected)]
        return out


def says_it(
    case: EvalCase, short: str | None, sentences: Sequence[str], values: Sequence[str] = (), *, read: int | None = None
) -> bool:
    """Whether an answer says one of the expected answers where it is looked for, and all that is required."""
    several = case.kind in ("list", "reason", "conflict", "comparison")
    limit = read or (len(sentences) if several else SENTENCES_READ)
    first = (short or "", *sentences[:limit], *values)
    whole = (short or "", *sentences, *values)
    if case.expected and not any(says(text, wanted) for text in first for wanted in case.expected):
        return False
    return all(any(says(text, wanted) for text in whole for wanted in group) for group in case.required)


def run_case(assistant: Answering, case: EvalCase, half: Half = "tuning", topic: str = "") -> CaseResult:
    """Search and ask once. The earlier turns of a dialogue are asked first, each with those before it."""
    try:
        history: list[tuple[str, str]] = []
        for turn in case.history:
            history.append((turn, assistant.ask(turn, history=tuple(history), as_of=case.as_of).text))
        hits = assistant.search(case.question, top_k=SEARCH_DEPTH)
        answer = assistant.ask(case.question, history=tuple(history), as_of=case.as_of)
        spans = tuple(spans_of(assistant, answer))
        supported, precise = attribution(answer)
        on_gold = _on_gold(assistant, case, answer)
    except Exception as exc:  # whatever it is, it is the system's error and not a wrong answer; the report names it
        return CaseResult(case, half, topic, error=f"{type(exc).__name__}: {exc}")
    return CaseResult(
        case=case,
        half=half,
        topic=topic,
        ranked=tuple(hit.passage.article_id for hit in hits),
        status=answer.status.value,
        short=answer.short,
        text=answer.text,
        sentences=tuple(sentence.text for sentence in answer.sentences),
        spans=spans,
        values=tuple(value.value for conflict in answer.conflicts for value in conflict.values),
        on_gold=on_gold,
        supported=supported,
        precise=precise,
        confidence=confidence(answer, hits),
        milliseconds={"total": answer.timings.total, "retrieve": answer.timings.retrieve, "read": answer.timings.read},
    )


def confidence(answer: Answer, hits: Sequence[Hit]) -> float:
    """How sure the system is: what the answer says about itself, or else the score of the best passage."""
    stated = getattr(answer, "confidence", None)
    value = stated if isinstance(stated, int | float) else (hits[0].score if hits else 0.0)
    return round(float(value), 9)


def _on_gold(assistant: Answering, case: EvalCase, answer: Answer) -> bool:
    for evidence in case.gold_evidence:
        for citation in _shown(answer):
            if citation.article_id != evidence.article_id:
                continue
            text = assistant.show(citation.article_id, citation.version).text
            start = text.find(evidence.quote)
            while start >= 0:
                if citation.start < start + len(evidence.quote) and start < citation.end:
                    return True
                start = text.find(evidence.quote, start + 1)
    return False


def _shown(answer: Answer) -> Iterable[Citation]:
    yield from answer.citations
    for conflict in answer.conflicts:
        for value in conflict.values:
            yield value.citation


def spans_of(assistant: Answering, answer: Answer) -> Iterable[CitedSpan]:
    """Everything an answer points at, with what stands there."""
    for citation in answer.citations:
        yield cited_span(assistant, "citation", citation)
    for conflict in answer.conflicts:
        for value in conflict.values:
            yield cited_span(assistant, "conflict", value.citation)
    for near in answer.nearest:
        yield cited_span(assistant, "nearest", near.citation)


def cited_span(assistant: Answering, role: str, citation: Citation) -> CitedSpan:
    """A citation, opened."""
    text = assistant.show(citation.article_id, citation.version).text
    return CitedSpan(
        role=role,
        article_id=citation.article_id,
        start=citation.start,
        end=citation.end,
        quote=citation.quote,
        before=text[max(0, citation.start - CONTEXT_CHARS) : citation.start],
        after=text[citation.end : citation.end + CONTEXT_CHARS],
        resolves=text[citation.start : citation.end] == citation.quote,
    )
