"""A question as concepts: what must be found, under any of its spellings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from assistant.index.lexical import LexicalIndex, QueryTerm
from assistant.text.glossary import Glossary
from assistant.text.normalise import normalise
from assistant.text.tokens import analyse, query_words

EXPANSION_WEIGHT = 0.7
"""Weight of a spelling that the glossary adds, against 1 for the one the user wrote."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing a question is about. ``spellings`` are token sequences; any of them will do."""

    spellings: tuple[tuple[str, ...], ...]
    weight: float  # inverse document frequency of its rarest written word

    def in_words(self, found: frozenset[str] | set[str]) -> float:
        """Largest share of a spelling's tokens that are among ``found``, 0 to 1."""
        best = 0.0
        for spelling in self.spellings:
            hit = sum(word in found for word in spelling) / len(spelling)
            if hit > best:
                best = hit
        return best


@dataclass(frozen=True, slots=True)
class Query:
    """A question, analysed once for both halves of the search and for the reader."""

    text: str
    terms: tuple[QueryTerm, ...]  # weighted, for the lexical index
    concepts: tuple[Concept, ...]
    best_possible: float  # upper bound of the lexical score


def build_query(
    question: str, *, lexical: LexicalIndex, glossary: Glossary, weights: dict[str, float]
) -> Query:
    """Analyse a question.

    Args:
        question: What the user wrote.
        lexical: Gives document frequencies.
        glossary: Adds spellings.
        weights: Weight of each field of the lexical index.
    """
    folded = normalise(question)
    mentions = glossary.mentions(question)
    written = dict.fromkeys(query_words(question))
    parts = _parts_of_names(written)
    concepts: list[Concept] = []
    expanded: dict[str, float] = {}
    covered: set[str] = set()

    def idf(word: str) -> float:
        return max(lexical.idf("words", word), 0.0)

    for mention in mentions:
        own = tuple(word for word in query_words(folded[mention.start : mention.end]) if word in written)
        if not own:
            continue
        others = [tuple(query_words(spelling)) for spelling in mention.term.spellings]
        spellings = tuple(dict.fromkeys([own, *(other for other in others if other)]))
        concepts.append(Concept(spellings, _weight(spellings, idf, lexical)))
        covered.update(own)
        for spelling in spellings:
            for word in spelling:
                if word not in written:
                    expanded[word] = EXPANSION_WEIGHT / len(spelling) ** 0.5
    concepts.extend(Concept(((word,),), idf(word)) for word in written if word not in covered and word not in parts)

    terms = [
        QueryTerm(field, word, weights[field])
        for field in ("title", "headings", "words")
        if weights.get(field)
        for word in written
    ]
    terms += [
        QueryTerm(field, word, weights[field] * weight)
        for field in ("title", "headings", "words")
        if weights.get(field)
        for word, weight in expanded.items()
    ]
    if weights.get("chars"):
        grams = dict.fromkeys(analyse(folded).chars)
        terms += [QueryTerm("chars", gram, weights["chars"]) for gram in grams]
    bound = lexical.best_possible([term for term in terms if term.field in ("words", "chars")])
    return Query(question, tuple(terms), tuple(concepts), bound)


def _parts_of_names(written: Iterable[str]) -> frozenset[str]:
    """Tokens that only repeat a part of a name with digits: trainium and 3 beside trainium3."""
    names = [word for word in written if any(char.isdigit() for char in word) and any(char.isalpha() for char in word)]
    return frozenset(
        word for word in written if any(word != name and word in re.findall(r"[^\W\d]+|[\d.]+", name) for name in names)
    )


def _weight(
    spellings: tuple[tuple[str, ...], ...], idf: Callable[[str], float], lexical: LexicalIndex
) -> float:
    """Weight of a concept: the mean of the words of its best known spelling."""
    known = [
        sum(idf(word) for word in spelling) / len(spelling)
        for spelling in spellings
        if all(lexical.document_frequency("words", word) for word in spelling)
    ]
    if known:
        return min(known)
    return sum(idf(word) for word in spellings[0]) / len(spellings[0])

