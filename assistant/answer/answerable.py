"""Whether the best sentence found answers the question at all, as a calibrated probability.

A question whose subject the library knows is not answered by the next best sentence on that subject. No
single measure tells the two apart, so a logistic regression weighs several; see
`evals/bench/fit_reader.py`. Nothing here depends on the scores of the search, only on its order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from assistant.answer.candidates import Candidate
from assistant.answer.gaps import gaps
from assistant.answer.question import Question
from assistant.answer.short import Short
from assistant.answer.weights import reader_weights
from assistant.retrieve.query import Query
from assistant.text.normalise import normalise
from assistant.text.tokens import words
from assistant.types import Passage

_TAKEN = (
    "coverage support passage focus rare_bigrams passage_bigrams asked names head predicate typed rank "
    "trigrams novel_share leading best_coverage best_bigrams best_passage"
).split()


def answerable_features(
    question: Question, query: Query, ranked: Sequence[Candidate], shorts: Sequence[Short | None]
) -> dict[str, float]:
    """What speaks for and against the first of ``ranked``. Names are those of the weights file."""
    best = ranked[0]
    found = {name: float(getattr(best.features, name)) for name in _TAKEN}
    others = [item for item in ranked[1:] if item.passage.passage_id != best.passage.passage_id]
    found["lead"] = best.score - others[0].score if others else 2.0
    found["passage_lead"] = best.features.passage_bigrams - max(
        (item.features.passage_bigrams for item in others), default=0.0
    )
    short = shorts[0]
    found["short"] = short.score / 10 if short is not None else 0.0
    found["score"] = best.score / 10
    window = max(best.features.coverage, best.features.previous, best.features.following)
    found["window"] = window
    found["longest"] = best.features.longest
    found.update(_missing(query, best, others))
    found["title"] = _share(query, _words_of(f"{best.passage.title}\n{' '.join(best.passage.heading_path)}"))
    found["shared"] = sum(item.features.coverage >= 0.8 * best.features.coverage for item in others[:10]) / 10
    found.update(gaps(question.text, best))
    found["topic"] = float(short is not None and short.topic is not None)
    found["bias"] = 1.0
    return found


def answerable_probability(features: dict[str, float], *, lang: str = "ja") -> float:
    """Probability that the question is answered, for classes of equal size."""
    weights = reader_weights().answerable if lang == "ja" else reader_weights().answerable_en
    logit = sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def _missing(query: Query, best: Candidate, others: Sequence[Candidate]) -> dict[str, float]:
    """Shares of the weight of concepts that the best passage and its headings lack, in several views.

    A concept that other passages found have, and this one has not, says more than one that none has: the
    second is often only the user's own wording.
    """
    passage = best.passage
    text = f"{_around(passage)}\n{passage.text}"
    found, folded = _words_of_hit(best) | _words_of(_around(passage)), set(normalise(text))
    elsewhere: frozenset[str] = frozenset().union(
        *map(_words_of_hit, {item.passage.passage_id: item for item in others}.values())
    )
    total = sum(concept.weight for concept in query.concepts) or 1.0
    missing = heaviest = soft = other_has = count = 0.0
    for concept in query.concepts:
        lack = concept.weight * (1 - concept.in_words(found)) / total
        if lack <= 0:
            continue
        letters = {char for word in concept.spellings[0] for char in word if not "ぁ" <= char <= "ゖ"}
        missing += lack
        heaviest = max(heaviest, lack)
        soft += lack * (1 - len(letters & folded) / len(letters)) if letters else lack
        other_has += lack * concept.in_words(elsewhere)
        count += 1
    return {
        "missing": missing,
        "heaviest_missing": heaviest,
        "missing_letters": soft,
        "missing_elsewhere": other_has,
        "missing_count": math.log(count + 1),
    }


def _around(passage: Passage) -> str:
    return f"{passage.title}\n{' '.join(passage.heading_path)}\n{passage.context}"


def _words_of_hit(item: Candidate) -> frozenset[str]:
    """Words of a passage: those the index keeps of its sentences, where it does."""
    kept = item.hit.span_words
    return frozenset().union(*kept) if kept else _words_of(item.passage.text)


def _share(query: Query, found: frozenset[str]) -> float:
    total = sum(concept.weight for concept in query.concepts) or 1.0
    return sum(concept.weight * concept.in_words(found) for concept in query.concepts) / total


@lru_cache(maxsize=512)
def _words_of(text: str) -> frozenset[str]:
    return frozenset(words(text))
