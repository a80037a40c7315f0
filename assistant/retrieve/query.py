"""A question as concepts: what must be found, under any of its spellings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.index.lexical import LexicalIndex, QueryTerm
from assistant.retrieve.asked import analyse
from assistant.text.glossary import Glossary, Mention
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.tokens import QueryWord, characters, query_words, words

Floats = NDArray[np.float64]

EXPANSION_WEIGHT = 0.7
"""Weight of a spelling that the glossary adds, against 1 for the one the user wrote."""
NAME_WEIGHT = 2.0
LABEL_WEIGHT = 2.0
"""Weight of the words of a quoted label that the question asks for, and of the other words beside it."""
AROUND_LABEL_WEIGHT = 0.3
LABEL_TITLE_WEIGHT = 2.5
"""Of words in a title, for such a question: there the company or the product stands."""
_HALF = 0.5
"""What half of a two-word spelling is worth: メモリ of メモリ容量."""
_LATIN = lazy_pattern(r"[a-z]")


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing a question is about.

    ``spellings`` are token sequences: the user's own first, then those the glossary knows, of which
    one must be there as a whole.
    """

    spellings: tuple[tuple[str, ...], ...]
    weight: float  # inverse document frequency, less for verbs and adjectives
    portable: bool  # can stand in a text of the other language: a name, a figure, a glossary term

    def in_words(self, found: frozenset[str]) -> float:
        """Whether the concept is among the words ``found``: 0 to 1, a share for part of the user's own words."""
        own = self.spellings[0]
        if any(all(word in found for word in spelling) for spelling in self.spellings):
            return 1.0
        best = sum(word in found for word in own) / len(own) if len(own) > 1 else 0.0
        if best < _HALF and any(
            len(other) == 2 and any(word in found for word in other) for other in self.spellings[1:]
        ):
            return _HALF
        return best


def concepts_in(concepts: Sequence[Concept], places: Sequence[frozenset[str]]) -> Floats:
    """How far each concept is among the words of each place: ``(places, concepts)``, 0..1."""
    single = [concept.spellings[0][0] for concept in concepts]
    table = np.array([[word in place for word in single] for place in places], dtype=np.float64)
    for column, concept in enumerate(concepts):
        if len(concept.spellings) > 1 or len(concept.spellings[0]) > 1:
            table[:, column] = [concept.in_words(place) for place in places]
    return table.reshape(len(places), len(concepts))


@dataclass(frozen=True, slots=True)
class Query:
    """A question, analysed once for both halves of the search and for the reader."""

    text: str
    terms: tuple[QueryTerm, ...]  # weighted, for the lexical index
    concepts: tuple[Concept, ...]  # in the order of the question
    best_possible: float  # upper bound of the lexical score
    names: tuple[str, ...] = ()  # names with digits: ppr9087, trainium3, and gaudi3 for Gaudi 3
    unknown_names: tuple[str, ...] = ()  # those of them that no passage has: PPR-9088, Trainium9
    familiar: bool = False  # the index knows what the question names: every concept but verbs and adjectives


def build_query(question: str, *, lexical: LexicalIndex, glossary: Glossary, weights: Mapping[str, float]) -> Query:
    """Analyse a question.

    Args:
        question: What the user wrote.
        lexical: Gives document frequencies.
        glossary: Adds spellings.
        weights: Weight of each field of the lexical index.
    """
    written = {word.form: word for word in query_words(question)}
    parts = _parts_of_names(written)
    order = {form: position for position, form in enumerate(written)}
    capitals = {word.lower() for word in re.findall(r"[A-Z][\w.-]*", question)}
    placed: list[tuple[int, Concept]] = []
    covered: set[str] = set()
    expanded: dict[str, float] = {}
    folded = normalise(question)
    squeezed = re.sub(r"[-./_]", "", folded)
    for mention in glossary.mentions(question):
        own = tuple(word.form for word in _words_of(mention, folded) if word.form in written and word.form not in parts)
        if not own:
            continue
        spellings = tuple(dict.fromkeys([own, *_token_sequences(mention.term.spellings)]))
        placed.append((order[own[-1]], Concept(spellings, _weight(spellings, written, lexical), portable=True)))
        covered.update(own)
        for spelling in spellings[1:]:
            for word in spelling:
                if word not in written:
                    expanded[word] = max(expanded.get(word, 0.0), EXPANSION_WEIGHT / len(spelling))
    for form in written:
        if form not in covered and form not in parts:
            portable = any(char.isdigit() for char in form) or any(name.startswith(form) for name in capitals)
            weight = _weight(((form,),), written, lexical)
            placed.append((order[form], Concept(((form,),), weight, portable and bool(_LATIN.search(form)))))
    for word in unit_spellings(folded):
        if word not in written:
            expanded.setdefault(word, EXPANSION_WEIGHT)
    placed.sort(key=lambda item: item[0])
    concepts = tuple(concept for _, concept in placed)

    terms = _terms({form: _term_weight(word) for form, word in written.items()} | expanded, weights)
    asked = analyse(question)
    if asked.names_label:
        terms = _label_first(terms, frozenset(word for phrase in asked.quoted for word in words(phrase)))
    elif weights.get("chars"):
        terms += [QueryTerm("chars", gram, weights["chars"]) for gram in dict.fromkeys(characters(folded))]
    bound = lexical.best_possible([term for term in terms if term.field in ("words", "chars")])
    names = tuple(
        dict.fromkeys(
            form
            for concept in concepts
            for form in concept.spellings[0]
            if _is_name(form) and (form in squeezed or _has_siblings(form, lexical))
        )
    )
    known = [any(_is_known(spelling, lexical) for spelling in concept.spellings) for concept in concepts]
    unknown = tuple(
        name
        for name in names
        if not any(found for concept, found in zip(concepts, known, strict=True) if name in concept.spellings[0])
    )
    naming = [
        found
        for concept, found in zip(concepts, known, strict=True)
        if any(word not in written or written[word].share == 1.0 for word in concept.spellings[0])
    ]
    return Query(question, tuple(terms), concepts, bound, names, unknown, familiar=bool(naming) and all(naming))


_UNITS = {
    **dict.fromkeys(("ミリメートル", "ミリ"), "mm"),
    **dict.fromkeys(("センチメートル", "センチ"), "cm"),
    **dict.fromkeys(("ナノメートル", "ナノ"), "nm"),
    **dict.fromkeys(("マイクロメートル", "ミクロン"), "μm"),
    **dict.fromkeys(("キロメートル",), "km"),
    **dict.fromkeys(("キログラム",), "kg"),
    **dict.fromkeys(("キロワット",), "kw"),
    **dict.fromkeys(("メガワット",), "mw"),
    **dict.fromkeys(("ギガワット",), "gw"),
    **dict.fromkeys(("ギガヘルツ",), "ghz"),
    **dict.fromkeys(("ギガバイト", "ギガ"), "gb"),
    **dict.fromkeys(("テラバイト", "テラ"), "tb"),
    **dict.fromkeys(("ペタバイト",), "pb"),
    **dict.fromkeys(("ワット",), "w"),
    **dict.fromkeys(("ボルト",), "v"),
}
_MEASURED = lazy_pattern(rf"(\d[\d,]*(?:\.\d+)?) ?({'|'.join(sorted(_UNITS, key=lambda unit: -len(unit)))})")


def unit_spellings(folded: str) -> list[str]:
    """Tokens of a quantity written with the unit's symbol: 4895ミリ is also 4895mm and mm."""
    found: list[str] = []
    for number, unit in _MEASURED.findall(folded):
        symbol = _UNITS[unit]
        found += [f"{number.replace(',', '')}{symbol}", symbol]
    return list(dict.fromkeys(found))


def _label_first(terms: Sequence[QueryTerm], label: frozenset[str]) -> list[QueryTerm]:
    """A question that ends with a quoted label asks for the row of that name: what stands around it, the
    company, the year, the kind of accounts, only tells tables apart that have such a row."""
    return [
        term._replace(weight=term.weight * (LABEL_WEIGHT if term.term in label else AROUND_LABEL_WEIGHT))
        if term.field == "words"
        else (term._replace(weight=term.weight * LABEL_TITLE_WEIGHT) if term.field == "title" else term)
        for term in terms
    ]


def _has_siblings(name: str, lexical: LexicalIndex) -> bool:
    """Whether the index knows others of its family: Gaudi 8 is a name because of Gaudi 3, "top 5" is none."""
    stem = name.rstrip("0123456789")
    return any(lexical.document_frequency("words", f"{stem}{number}") for number in range(1, 10))


def _is_known(spelling: Sequence[str], lexical: LexicalIndex) -> bool:
    return all(
        lexical.document_frequency("words", word) or lexical.document_frequency("title", word) for word in spelling
    )


def _is_name(word: str) -> bool:
    return word[0].isalpha() and word.isascii() and any(char.isdigit() for char in word)


def _terms(words: Mapping[str, float], weights: Mapping[str, float]) -> list[QueryTerm]:
    return [
        QueryTerm(field, word, weights[field] * weight)
        for field in ("title", "headings", "words")
        if weights.get(field)
        for word, weight in words.items()
    ]


def _term_weight(word: QueryWord) -> float:
    """Verbs still help to rank; only for coverage do they count half. A product named in the question
    must weigh more than the attribute asked for, or every product's price answers for one's."""
    if _is_name(word.form):
        return NAME_WEIGHT
    return 1.0 if word.share == 1.0 else 0.8


def _words_of(mention: Mention, folded: str) -> list[QueryWord]:
    return query_words(folded[mention.start : mention.end])


@lru_cache(maxsize=2048)
def _token_sequences(spellings: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The words of each spelling of a term, remembered: a draft names the same terms in many sentences."""
    sequences = []
    for spelling in spellings:
        words = {word.form: word for word in query_words(spelling)}
        parts = _parts_of_names(words)
        sequence = tuple(form for form in words if form not in parts)
        if sequence:
            sequences.append(sequence)
    return tuple(sequences)


def _parts_of_names(written: Iterable[str]) -> frozenset[str]:
    """Tokens that only repeat a part of a name with digits: trainium and 3 beside trainium3."""
    forms = list(written)
    names = [form for form in forms if any(char.isdigit() for char in form) and _LATIN.search(form)]
    pieces = {piece for name in names for piece in re.findall(r"[^\W\d]+|[\d.]+", name) if piece != name}
    pieces |= {word for piece in pieces if piece.isalpha() for word in words(piece)}  # xlarg of p5.48xlarge
    return frozenset(form for form in forms if form in pieces and form not in names)


def _weight(spellings: tuple[tuple[str, ...], ...], written: Mapping[str, QueryWord], lexical: LexicalIndex) -> float:
    """Weight of a concept: that of its most common known spelling, since any of them will do."""
    own = spellings[0]
    share = max((written[word].share for word in own if word in written), default=1.0)
    known = [
        max(lexical.idf("words", word) for word in spelling)
        for spelling in spellings
        if all(lexical.document_frequency("words", word) for word in spelling)
    ]
    return share * (min(known) if known else max(lexical.idf("words", word) for word in own))
