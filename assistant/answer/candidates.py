"""Sentences and rows of the retrieved passages, scored as answers to a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.answer.question import Question, QuestionKind
from assistant.retrieve.query import Concept, Query
from assistant.spans import quotable_spans, span_words
from assistant.text.dates import find_dates
from assistant.text.normalise import normalise
from assistant.text.quantities import find_quantities
from assistant.text.tokens import words
from assistant.types import BlockKind, Hit, Passage

# Where a concept counts in full, and what it counts for elsewhere: a sentence that says "its memory"
# under the heading "Trainium3" answers a question on Trainium3.
IN_TITLE = 0.8
IN_PREVIOUS = 0.6
IN_PASSAGE = 0.45


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for a candidate. All lie in 0..1 unless noted."""

    coverage: float  # share of the question's weight in the sentence itself
    support: float  # the same with title, headings, previous sentence and passage counted in part
    passage: float  # share of the question's weight anywhere in passage, headings and title
    focus: float  # the last concept of the question, which names the fact, is in the sentence
    typed: float  # the kind of answer asked for is in the sentence; 0.5 where any kind will do
    names: float  # share of the question's model names in sentence, title or headings
    names_near: float  # the same, counting the whole passage
    hit: float  # score of the passage relative to the best passage
    rank: float  # 1 / rank of the passage
    first: float  # the sentence opens its passage
    brevity: float  # 1 for a short sentence, falling to 0 at 300 characters
    previous: float  # share of the question's weight in the sentence before
    bigrams: float  # share of the question's character bigrams in the sentence
    asked: float  # share of the question's weight besides its product names, in the sentence or near it
    told: float  # share of the question's weight that a text of this language could show at all
    novel: float  # words that the question does not have, up to 6: an answer must say something new


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence or row with offsets into its article."""

    passage: Passage
    start: int
    end: int
    text: str
    hit: Hit
    features: Features
    score: float


# Fitted by `python -m evals.bench.fit_reader` on JSQuAD valid (every 4th question, half of the
# documents; held-out half n=671: first 0.794, among three 0.897), then divided by their sum.
_WEIGHTS = {
    "coverage": 0.98,
    "support": 3.53,
    "passage": 2.74,
    "focus": 1.27,
    "typed": 2.20,
    "names": 1.20,
    "names_near": 0.30,
    "hit": 2.51,
    "rank": 1.51,
    "first": 0.27,
    "brevity": 0.0,
    "previous": 0.31,
    "bigrams": 0.77,
    "asked": 0.0,  # a reason to refuse, not to rank
    "told": 0.0,  # the same for all candidates of one language
    "novel": 0.39,
}
_SUM = sum(_WEIGHTS.values())


def rank_candidates(question: Question, query: Query, hits: Sequence[Hit]) -> list[Candidate]:
    """Every sentence of the hits, best first; ties by rank of the passage, then position."""
    if not hits:
        return []
    best = max(hit.score for hit in hits)
    found = [candidate for hit in hits for candidate in _of_hit(question, query, hit, best)]
    found.sort(key=lambda item: (-item.score, item.hit.rank, item.start))
    return found


def score_features(features: Features) -> float:
    """Weighted mean of the features, 0 to 1."""
    return sum(weight * float(getattr(features, name)) for name, weight in _WEIGHTS.items()) / _SUM


def _of_hit(question: Question, query: Query, hit: Hit, best: float) -> list[Candidate]:
    passage = hit.passage
    spans = quotable_spans(passage)
    stored = hit.span_words
    sentence_words = stored if len(stored) == len(spans) else [frozenset(found) for found in span_words(passage)]
    context = passage.title + "\n" + "\n".join(passage.heading_path) + "\n" + passage.context
    context_words = _context_words(context)
    passage_words = context_words.union(*sentence_words)
    # In a text of the other language only names, figures and glossary terms can be found again.
    crosses = passage.lang != question.lang
    concepts = [
        concept for concept in query.concepts if concept.portable or not crosses or concept.in_words(passage_words) > 0
    ]
    everything = sum(concept.weight for concept in query.concepts) or 1.0
    told = sum(concept.weight for concept in concepts) / everything
    weights = _normalised([concept.weight for concept in concepts])
    in_context = [concept.in_words(context_words) for concept in concepts]
    in_passage = [concept.in_words(passage_words) for concept in concepts]
    passage_share = sum(weight * found for weight, found in zip(weights, in_passage, strict=True))
    floors = [
        max(IN_TITLE * title, IN_PASSAGE * anywhere) for title, anywhere in zip(in_context, in_passage, strict=True)
    ]
    near = names_among(query.names, passage_words)
    asked, question_words = _bigrams(query.text), _question_words(query.text)
    before = [0.0] * len(concepts)
    candidates = []
    for index, (start, end) in enumerate(spans):
        text, own = passage.text[start:end], sentence_words[index]
        here = [concept.in_words(own) for concept in concepts]
        features = Features(
            coverage=sum(weight * found for weight, found in zip(weights, here, strict=True)),
            support=sum(
                weight * max(found, floor, IN_PREVIOUS * earlier)
                for weight, found, floor, earlier in zip(weights, here, floors, before, strict=True)
            ),
            passage=passage_share,
            focus=here[-1] if here else 0.0,
            typed=_typed(question, text, passage),
            names=_named(query, text, context_words | own) if query.names else 1.0,
            names_near=near,
            hit=hit.score / best if best > 0 else 0.0,
            rank=1.0 / hit.rank,
            first=float(index == 0),
            brevity=max(0.0, 1.0 - len(text) / 300),
            previous=sum(weight * found for weight, found in zip(weights, before, strict=True)),
            bigrams=len(asked & _bigrams(text)) / len(asked) if asked else 0.0,
            asked=_apart_from_names(concepts, query.names, here, floors, before),
            told=told,
            novel=min(1.0, len(own - question_words) / 6),
        )
        before = here
        candidates.append(
            Candidate(
                passage, passage.start + start, passage.start + end, text, hit, features, score_features(features)
            )
        )
    return candidates


_COMPOUND = re.compile(r" ?([A-Z][A-Za-z]{3,})")


def _named(query: Query, text: str, found: frozenset[str]) -> float:
    """Share of model names the text is about; half where it first speaks of something named after one:
    Trainium3 UltraServer when the question says Trainium3."""
    share = names_among(query.names, found)
    for name in query.names:
        place = re.search(re.escape(name), text, re.IGNORECASE)
        compound = _COMPOUND.match(text, place.end()) if place else None
        if compound and compound.group(1).lower() not in query.text.lower():
            return share / 2
    return share


def _apart_from_names(concepts: Sequence[Concept], names: Sequence[str], *places: Sequence[float]) -> float:
    """Share of the weight of concepts that are no product names, found in any of the places; 1 without any."""
    found = total = 0.0
    for concept, *values in zip(concepts, *places, strict=True):
        if not set(concept.spellings[0]) & set(names):
            total += concept.weight
            found += concept.weight * max(values)
    return found / total if total else 1.0


def _normalised(weights: Sequence[float]) -> list[float]:
    total = sum(weights) or 1.0
    return [weight / total for weight in weights]


@lru_cache(maxsize=2048)
def _bigrams(text: str) -> frozenset[str]:
    """Character bigrams that hold a kanji, a katakana or a Latin character: hiragana is mostly grammar."""
    folded = _SKIPPED.sub(" ", normalise(text))
    return frozenset(pair for pair in map("".join, pairwise(folded)) if " " not in pair)


def names_among(names: Sequence[str], found: frozenset[str]) -> float:
    """Share of model names that are among the words of a text. Tokens keep names whole, so h100 is not in h1000."""
    if not names:
        return 1.0
    return sum(name in found for name in names) / len(names)


@lru_cache(maxsize=64)
def _question_words(text: str) -> frozenset[str]:
    return frozenset(words(text))


@lru_cache(maxsize=4096)
def _context_words(context: str) -> frozenset[str]:
    return frozenset(words(context))


def has_dimension(dimension: str, wanted: Sequence[str]) -> bool:
    """Whether ``dimension`` is one of ``wanted``; currency stands for currency:USD and all others."""
    return dimension in wanted or dimension.split(":", 1)[0] in wanted


def _typed(question: Question, text: str, passage: Passage) -> float:
    """1 when the kind of answer asked for is in the text, 0 when it is not, 0.5 where any will do."""
    kind = question.kind
    if kind is QuestionKind.FIGURE:
        quantities = find_quantities(text)
        if not question.dimensions:
            return 1.0 if quantities else 0.0
        return float(any(has_dimension(quantity.dimension, question.dimensions) for quantity in quantities))
    if kind is QuestionKind.DATE:
        return float(bool(find_dates(text)))
    if kind is QuestionKind.REASON:
        return (
            float(any(marker in text for marker in _REASONS))
            if passage.lang == "ja"
            else float(any(marker in f" {text.lower()} " for marker in _REASONS_EN))
        )
    if kind is QuestionKind.DEFINITION:
        return float(any(marker in text for marker in _DEFINITIONS))
    if kind is QuestionKind.PERSON:
        return 0.0 if passage.spec is not None and _DIGIT.search(passage.spec.value) else 0.5
    if kind is QuestionKind.LIST:
        return min(1.0, len(_LIST_MARK.findall(text)) / 3)
    if kind is QuestionKind.METADATA:
        return float(passage.kind is BlockKind.METADATA)
    return 0.5


_SKIPPED = re.compile(r"[^\w]|[\u3041-\u3096]|_")
_DIGIT = re.compile(r"\d")
_LIST_MARK = re.compile(r"、|,|・|や(?=[^す])|および|\band\b")
_REASONS = ("ため", "から", "ので", "理由", "によって", "により", "原因", "背景", "狙い", "よって")
_REASONS_EN = (
    " because ",
    " since ",
    " due to ",
    " so that ",
    " as a result",
    " reason",
    " in order to ",
    " therefore ",
)
_DEFINITIONS = (
    "とは",
    "である",
    "のこと",
    "を指す",
    "いう。",
    "呼ばれ",
    " is a",
    " is an",
    " is the",
    " refers to",
    " are ",
    "です",
)
