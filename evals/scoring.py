"""Scores one case, and many: search, answer, citations and refusal are kept apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant import Answer, Article, Citation, Hit
from evals.cases import EvalCase
from evals.metrics import Rate, contains, exact, hit_at, rate, reciprocal_rank

SEARCH_DEPTH = 10
RECALL_DEPTH = 8
SENTENCES_READ = 2
"""A right answer says it in its short form or in this many first sentences."""
CONTEXT_CHARS = 60


class Answering(Protocol):
    """What the suite asks: an ``Assistant``, or a fake."""

    def search(self, question: str, *, top_k: int | None = None) -> list[Hit]: ...
    def ask(self, question: str) -> Answer: ...
    def show(self, article_id: str, version: int | None = None) -> Article: ...


@dataclass(frozen=True, slots=True)
class CitedSpan:
    """A citation with the text around it, and whether it stands where it says."""

    role: str  # "citation", "conflict" or "nearest"
    article_id: str
    start: int
    end: int
    quote: str
    before: str
    after: str
    resolves: bool


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of one case. Without an error all of it is scored; with one, none."""

    case: EvalCase
    ranked: tuple[str, ...] = ()  # article of each passage found, best first
    status: str = ""
    short: str | None = None
    sentences: tuple[str, ...] = ()
    spans: tuple[CitedSpan, ...] = ()
    error: str = ""

    @property
    def answered(self) -> bool:
        return self.status in ("answered", "partial")

    @property
    def contained(self) -> bool:
        """Whether an expected answer stands in the short answer or the first sentences."""
        shown = (self.short or "", *self.sentences[:SENTENCES_READ])
        return self.answered and any(contains(text, wanted) for text in shown for wanted in self.case.expected)

    @property
    def gold_cited(self) -> bool:
        gold = self.case.gold_articles
        return self.answered and any(span.article_id in gold for span in self.spans if span.role == "citation")

    @property
    def outcome(self) -> str:
        """``right``, ``wrong`` or ``refused``; ``rightly_refused`` or ``false_answer``; ``error``."""
        if self.error:
            return "error"
        if not self.case.answerable:
            return "false_answer" if self.answered else "rightly_refused"
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
        if self.outcome == "wrong":
            return "no expected answer" if not self.contained else "no citation of a gold article"
        return {"refused": "refused, though the corpus answers", "false_answer": "answered, though nothing does"}.get(
            self.outcome, ""
        )


def run_case(assistant: Answering, case: EvalCase) -> CaseResult:
    """Search and ask once."""
    try:
        hits = assistant.search(case.question, top_k=SEARCH_DEPTH)
        answer = assistant.ask(case.question)
        spans = tuple(_spans(assistant, answer))
    except Exception as exc:  # whatever it is, it is the system's error and not a wrong answer; the report names it
        return CaseResult(case, error=f"{type(exc).__name__}: {exc}")
    return CaseResult(
        case=case,
        ranked=tuple(hit.passage.article_id for hit in hits),
        status=answer.status.value,
        short=answer.short,
        sentences=tuple(sentence.text for sentence in answer.sentences),
        spans=spans,
    )


def _spans(assistant: Answering, answer: Answer) -> Iterable[CitedSpan]:
    for citation in answer.citations:
        yield _span(assistant, "citation", citation)
    for conflict in answer.conflicts:
        for value in conflict.values:
            yield _span(assistant, "conflict", value.citation)
    for near in answer.nearest:
        yield _span(assistant, "nearest", near.citation)


def _span(assistant: Answering, role: str, citation: Citation) -> CitedSpan:
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


# -- many ------------------------------------------------------------------------------------------

_Values = Callable[[CaseResult], Iterable[float | bool]]


def _answerable(score: Callable[[CaseResult], float | bool]) -> _Values:
    return lambda result: [score(result)] if result.case.answerable else []


METRICS: dict[str, _Values] = {
    "search.hit_at_1": _answerable(lambda result: hit_at(result.ranked, result.case.gold_articles, 1)),
    "search.recall_at_8": _answerable(lambda result: hit_at(result.ranked, result.case.gold_articles, RECALL_DEPTH)),
    "search.mrr_at_10": _answerable(
        lambda result: reciprocal_rank(result.ranked, result.case.gold_articles, SEARCH_DEPTH)
    ),
    "answer.right": _answerable(lambda result: result.outcome == "right"),
    "answer.contained": _answerable(lambda result: result.contained),
    "answer.exact_short": _answerable(lambda result: result.answered and exact(result.short, result.case.expected)),
    "citations.resolve": lambda result: [span.resolves for span in result.spans],
    "citations.gold": lambda result: [result.gold_cited] if result.case.answerable and result.answered else [],
    "refusal.false_answer": lambda result: [] if result.case.answerable else [result.answered],
    "refusal.over_refusal": _answerable(lambda result: not result.answered),
}
LOWER_IS_BETTER = frozenset({"refusal.false_answer", "refusal.over_refusal"})
Scores = dict[str, Rate]


def scores(results: Sequence[CaseResult]) -> Scores:
    """Every metric over the results that could be scored."""
    scored = [result for result in results if not result.error]
    return {name: rate(value for result in scored for value in values(result)) for name, values in METRICS.items()}


def slices(results: Sequence[CaseResult]) -> dict[str, Scores]:
    """The metrics of all cases, of each language and of each kind."""
    names: dict[str, list[CaseResult]] = {"overall": list(results)}
    for result in results:
        names.setdefault(f"lang:{result.case.lang}", []).append(result)
    for result in sorted(results, key=lambda result: result.case.kind):
        names.setdefault(f"kind:{result.case.kind}", []).append(result)
    return {name: scores(members) for name, members in names.items()}
