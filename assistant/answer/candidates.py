"""Sentences and rows of the retrieved passages, scored as answers to a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.answer.question import Question, QuestionKind
from assistant.retrieve.query import Concept, Query
from assistant.text.dates import find_dates
from assistant.text.normalise import normalise
from assistant.text.quantities import find_quantities
from assistant.text.sentences import split_sentences
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
    "names": 0.60,
    "names_near": 0.30,
    "hit": 2.51,
    "rank": 1.51,
    "first": 0.27,
    "brevity": 0.0,
    "previous": 0.31,
    "bigrams": 0.77,
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
    spans = units(passage)
    if not spans:
        return []
    context = passage.title + "\n" + "\n".join(passage.heading_path) + "\n" + passage.context
    context_words = _context_words(context)
    sentence_words = [frozenset(words(passage.text[start:end])) for start, end in spans]
    passage_words = frozenset().union(*sentence_words) | context_words
    # In a text of the other language only names, figures and glossary terms can be found again.
    crosses = passage.lang != question.lang
    concepts = [concept for concept in query.concepts if concept.portable or not crosses]
    total = sum(concept.weight for concept in concepts) or 1.0
    passage_share = _share(concepts, [(passage_words, 1.0)], total)
    near = names_among(question.model_names, passage_words)
    asked = _bigrams(query.text)
    question_words = _question_words(query.text)
    candidates = []
    for index, (start, end) in enumerate(spans):
        text = passage.text[start:end]
        own = sentence_words[index]
        previous = sentence_words[index - 1] if index else frozenset()
        focus = concepts[-1].in_words(own) if concepts else 0.0
        features = Features(
            coverage=_share(concepts, [(own, 1.0)], total),
            support=_share(
                concepts,
                [(own, 1.0), (context_words, IN_TITLE), (previous, IN_PREVIOUS), (passage_words, IN_PASSAGE)],
                total,
            ),
            passage=passage_share,
            focus=focus,
            typed=_typed(question, text, passage),
            names=names_among(question.model_names, context_words | own),
            names_near=near,
            hit=hit.score / best if best > 0 else 0.0,
            rank=1.0 / hit.rank,
            first=float(index == 0),
            brevity=max(0.0, 1.0 - len(text) / 300),
            previous=_share(concepts, [(previous, 1.0)], total),
            bigrams=len(asked & _bigrams(text)) / len(asked) if asked else 0.0,
            novel=min(1.0, len(own - question_words) / 6),
        )
        candidates.append(
            Candidate(passage, passage.start + start, passage.start + end, text, hit, features, score_features(features))
        )
    return candidates


def units(passage: Passage) -> list[tuple[int, int]]:
    """What can be quoted of a passage: sentences, or lines of metadata and tables.

    Headings are no answers and are left out; of a spec row the note on its source is. Offsets are
    relative to the passage.
    """
    text = passage.text
    if passage.spec is not None:
        return [(0, _before_source_note(text))]
    if passage.kind in (BlockKind.METADATA, BlockKind.TABLE_ROW):
        spans, position = [], 0
        for line in text.split("\n"):
            if line.strip() and line.strip() != passage.title:
                spans.append((position, position + len(line)))
            position += len(line) + 1
        return spans
    return split_sentences(text, _after_headings(passage))


def _before_source_note(text: str) -> int:
    """Where ［2025-12時点、出典: …］ at the end of a spec row begins; the end of the text without one."""
    for opening, closing in (("［", "］"), (" [", "]")):
        position = text.rfind(opening)
        if position > 0 and text.endswith(closing):
            return position
    return len(text)


def _after_headings(passage: Passage) -> int:
    """Offset of the first character after the headings that open a passage."""
    position = 0
    for heading in passage.heading_path:
        rest = passage.text[position:]
        line = rest.split("\n", 1)[0]
        if " ".join(line.split()) == heading:
            position += len(line)
            position += len(passage.text[position:]) - len(passage.text[position:].lstrip())
    return position if position < len(passage.text) else 0


def _bigrams(text: str) -> frozenset[str]:
    """Character bigrams that hold a kanji, a katakana or a Latin character: hiragana is mostly grammar."""
    folded = _SKIPPED.sub(" ", normalise(text))
    return frozenset(pair for pair in map("".join, pairwise(folded)) if " " not in pair)


def _share(concepts: Sequence[Concept], places: Sequence[tuple[frozenset[str], float]], total: float) -> float:
    return (
        sum(concept.weight * max(concept.in_words(found) * worth for found, worth in places) for concept in concepts)
        / total
    )


def names_among(names: Sequence[str], found: frozenset[str]) -> float:
    """Share of model names that are among the words of a text. Tokens keep names whole, so h100 is not in h1000."""
    if not names:
        return 1.0
    return sum(name in found for name in names) / len(names)


@lru_cache(maxsize=8)
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
        return float(any(marker in text for marker in _REASONS)) if passage.lang == "ja" else float(
            any(marker in f" {text.lower()} " for marker in _REASONS_EN)
        )
    if kind is QuestionKind.DEFINITION:
        return float(any(marker in text for marker in _DEFINITIONS))
    if kind is QuestionKind.LIST:
        return min(1.0, len(_LIST_MARK.findall(text)) / 3)
    if kind is QuestionKind.METADATA:
        return float(passage.kind is BlockKind.METADATA)
    return 0.5


_SKIPPED = re.compile(r"[^\w]|[\u3041-\u3096]|_")
_LIST_MARK = re.compile(r"、|,|・|や(?=[^す])|および|\band\b")
_REASONS = ("ため", "から", "ので", "理由", "によって", "により", "原因", "背景", "狙い", "よって")
_REASONS_EN = (" because ", " since ", " due to ", " so that ", " as a result", " reason", " in order to ", " therefore ")
_DEFINITIONS = ("とは", "である", "のこと", "を指す", "いう。", "呼ばれ", " is a", " is an", " is the", " refers to", " are ", "です")
