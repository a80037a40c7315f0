"""Sentences and rows of the retrieved passages, scored as answers to a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.answer.asked import what_is_asked
from assistant.answer.overlap import AskedCharacters, among, asked_characters, longest_shared
from assistant.answer.question import Question
from assistant.answer.typed import typed
from assistant.answer.weights import reader_weights
from assistant.retrieve.query import Query, concepts_in
from assistant.spans import quotable_spans, span_words
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.tokens import words
from assistant.types import BlockKind, Hit, Passage

# Where a concept counts in full, and what it counts for elsewhere: a sentence that says "its memory"
# under the heading "Trainium3" answers a question on Trainium3.
IN_TITLE = 0.8
IN_PREVIOUS = 0.6
IN_PASSAGE = 0.45
UNNAMED = 2.5
"""Logits lost by a text that has none of the question's product names. The sets that the weights are fitted on
have hardly any product names, so this one is set by hand."""
UNASKED = 1.0
"""Logits a row on the previous generation, or on a vendor's claim, is behind where nobody asked for that."""
CROSSING = 0.7
"""Logits a sentence in another language than the question is behind one in the question's."""

_Floats = NDArray[np.float64]
_Places = NDArray[np.intp]


class Features(NamedTuple):
    """What speaks for a candidate. All lie in 0..1 unless noted."""

    coverage: float  # share of the question's weight in the sentence itself
    support: float  # the same with title, headings, previous sentence and passage counted in part
    passage: float  # share of the question's weight anywhere in passage, headings and title
    focus: float  # the last concept of the question, which names the fact, is in the sentence
    typed: float  # the kind of answer asked for is in the sentence; 0.5 where any kind will do
    names: float  # share of the question's model names in sentence, title or headings
    names_near: float  # the same, counting the whole passage
    rank: float  # 1 / rank of the passage
    first: float  # the sentence opens its passage
    brevity: float  # 1 for a short sentence, falling to 0 at 300 characters
    previous: float  # share of the question's weight in the sentence before
    following: float  # the same, in the sentence after
    bigrams: float  # share of the question's character bigrams in the sentence
    rare_bigrams: float  # the same, weighted by how few of the sentences found have them
    passage_bigrams: float  # weighted share of the question's bigrams in the whole passage
    best_coverage: float  # coverage relative to the best sentence found
    best_bigrams: float  # rare_bigrams relative to the best sentence found
    best_passage: float  # passage_bigrams relative to the best passage found
    head: float  # the noun that says what the answer is stands in the sentence
    predicate: float  # so does what the answer depends on
    asked: float  # share of the question's weight besides its product names, in the sentence or near it
    told: float  # share of the question's weight that a text of this language could show at all
    novel: float  # words that the question does not have, up to 6: an answer must say something new
    novel_share: float  # such words among the sentence's own
    longest: float  # longest run of characters shared with the question, 20 at most, as a share
    trigrams: float  # share of the question's runs of three characters, grammar included
    leading: float  # no sentence of its passage has more of the question's weight
    after_leading: float  # the sentence before is the leading one
    before_leading: float  # the sentence after is
    leans: float  # opens by pointing back: this, that, the same; the weight of the sentence before
    reading: float  # gives a reading in brackets where one is asked for


FEATURES = Features._fields


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence or row with offsets into its article. ``score`` is a logit: larger is better."""

    passage: Passage
    start: int
    end: int
    text: str
    hit: Hit
    features: Features
    score: float


class _Sentence(NamedTuple):
    """A sentence before it is compared with the question; offsets are within its passage."""

    hit: int  # place of its hit
    start: int
    end: int
    text: str
    words: frozenset[str]


def rank_candidates(question: Question, query: Query, hits: Sequence[Hit]) -> list[Candidate]:
    """Every sentence of the hits, best first; ties by rank of the passage, then position.

    A text in another language than the question comes after one that says the same in the question's.
    """
    sentences = _sentences(hits)
    if not sentences:
        return []
    contexts = [_context_words(_context(hit.passage)) for hit in hits]
    columns = {
        **_concepts(question, query, hits, sentences, contexts),
        **_characters(asked_characters(query.text), hits, sentences),
        **_forms(question, query, hits, sentences, contexts),
    }
    columns |= _order(sentences, columns["coverage"], columns["rare_bigrams"])
    columns["leans"] = columns["leans"] * columns["previous"]
    table = np.column_stack([columns[name] for name in FEATURES])
    scores = (
        table @ sentence_weights() - UNNAMED * (1 - columns["names"]) - _set_back(question, hits)[_owners(sentences)]
    )
    order = sorted(
        range(len(sentences)),
        key=lambda place: (-scores[place], hits[sentences[place].hit].rank, sentences[place].start),
    )
    rows, values = table.tolist(), scores.tolist()
    found = []
    for place in order:
        sentence = sentences[place]
        hit = hits[sentence.hit]
        begins = hit.passage.start
        found.append(
            Candidate(
                hit.passage,
                begins + sentence.start,
                begins + sentence.end,
                sentence.text,
                hit,
                Features._make(rows[place]),
                values[place],
            )
        )
    return found


@lru_cache(maxsize=1)
def sentence_weights() -> _Floats:
    """Weight of each of :data:`FEATURES`; those without one count for nothing."""
    weights = reader_weights().sentence
    return np.array([weights.get(name, 0.0) for name in FEATURES])


def _sentences(hits: Sequence[Hit]) -> list[_Sentence]:
    found = []
    for place, hit in enumerate(hits):
        passage = hit.passage
        spans = quotable_spans(passage)
        stored = hit.span_words
        own = stored if len(stored) == len(spans) else [frozenset(span) for span in span_words(passage)]
        headed = len(spans) > 1 and _is_header(passage)
        for (start, end), told in zip(spans, own, strict=True):
            if start or not headed:
                found.append(_Sentence(place, start, end, passage.text[start:end], told))
    return found


def _is_header(passage: Passage) -> bool:
    """Whether the first line of the passage is a table's header, which answers nothing by itself."""
    return passage.kind is BlockKind.TABLE_ROW and passage.spec is None and not passage.context


def _context(passage: Passage) -> str:
    return passage.title + "\n" + "\n".join(passage.heading_path) + "\n" + passage.context


def _owners(sentences: Sequence[_Sentence]) -> _Places:
    return np.array([sentence.hit for sentence in sentences], dtype=np.intp)


def _concepts(
    question: Question,
    query: Query,
    hits: Sequence[Hit],
    sentences: Sequence[_Sentence],
    contexts: Sequence[frozenset[str]],
) -> dict[str, _Floats]:
    """How much of the question's weight stands in each sentence, before it, after it and around it."""
    owner, terms = _owners(sentences), len(query.concepts)
    told: list[frozenset[str]] = list(contexts)
    for sentence in sentences:
        told[sentence.hit] |= sentence.words
    here = concepts_in(query.concepts, [sentence.words for sentence in sentences])
    title, anywhere = concepts_in(query.concepts, contexts), concepts_in(query.concepts, told)
    weights = np.array([concept.weight for concept in query.concepts])
    total = float(weights.sum()) or 1.0
    # In a text of the other language only names, figures and glossary terms can be found again.
    crosses = np.array([hit.passage.lang != question.lang for hit in hits])
    portable = np.array([concept.portable for concept in query.concepts], dtype=bool)
    kept = portable[None, :] | ~crosses[:, None] | (anywhere > 0)
    counted = kept * weights[None, :]
    sums = counted.sum(axis=1)
    shares = counted / np.where(sums > 0, sums, 1.0)[:, None]

    before = np.zeros_like(here)
    follows = owner[1:] == owner[:-1]
    before[1:] = np.where(follows[:, None], here[:-1], 0.0)
    floors = np.maximum(IN_TITLE * title, IN_PASSAGE * anywhere)
    coverage = (here * shares[owner]).sum(axis=1)
    support = (np.maximum(np.maximum(here, floors[owner]), IN_PREVIOUS * before) * shares[owner]).sum(axis=1)
    previous, following = np.zeros(len(sentences)), np.zeros(len(sentences))
    previous[1:] = np.where(follows, coverage[:-1], 0.0)
    following[:-1] = np.where(follows, coverage[1:], 0.0)
    whole = here @ weights / total
    best = float(whole.max())
    names = np.array([bool(set(concept.spellings[0]) & set(query.names)) for concept in query.concepts], dtype=bool)
    besides = counted * ~names
    rest = besides.sum(axis=1)
    near = np.maximum(np.maximum(here, floors[owner]), before)
    asked = (near * besides[owner]).sum(axis=1) / np.where(rest > 0, rest, 1.0)[owner]
    focus = np.zeros(len(sentences))
    if terms:
        last = np.where(kept, np.arange(terms), -1).max(axis=1)[owner]
        focus = np.where(last >= 0, here[np.arange(len(sentences)), last], 0.0)
    return {
        "coverage": coverage,
        "support": support,
        "passage": (anywhere * shares).sum(axis=1)[owner],
        "focus": focus,
        "previous": previous,
        "following": following,
        "best_coverage": np.minimum(1.0, coverage / best) if best > 0 else np.zeros(len(sentences)),
        "asked": np.where((rest > 0)[owner], asked, 1.0),
        "told": (sums / total)[owner],
    }


def _characters(asked: AskedCharacters, hits: Sequence[Hit], sentences: Sequence[_Sentence]) -> dict[str, _Floats]:
    """How many of the question's character runs stand in each sentence; pairs that few of them have weigh more."""
    owner = _owners(sentences)
    pairs = np.zeros((len(sentences), len(asked.bigrams)))
    in_passage = np.zeros((len(hits), len(asked.bigrams)))
    threes, longest = np.zeros(len(sentences)), np.zeros(len(sentences))
    for place, sentence in enumerate(sentences):
        folded = normalise(sentence.text)
        plain = "".join(folded.split())
        pairs[place, among(asked.bigrams, folded)] = 1.0
        threes[place] = len(among(asked.trigrams, plain))
        longest[place] = longest_shared(asked.run, plain)
    for place, hit in enumerate(hits):
        in_passage[place, _pairs_of_title(asked, hit.passage.title)] = 1.0
    np.maximum.at(in_passage, owner, pairs)
    weights = np.log((len(sentences) + 1) / (pairs.sum(axis=0) + 0.5))
    weights /= float(weights.sum()) or 1.0
    rare, passages = pairs @ weights, in_passage @ weights
    most_rare, most_told = float(rare.max()), float(passages.max())
    whole = passages[owner]
    return {
        "bigrams": pairs.sum(axis=1) / max(len(asked.bigrams), 1),
        "rare_bigrams": rare,
        "passage_bigrams": whole,
        "best_bigrams": rare / (most_rare or 1.0),
        "best_passage": whole / (most_told or 1.0),
        "longest": longest,
        "trigrams": threes / max(len(asked.trigrams), 1),
    }


@lru_cache(maxsize=1024)
def _pairs_of_title(asked: AskedCharacters, title: str) -> list[int]:
    return among(asked.bigrams, normalise(title))


def _forms(
    question: Question,
    query: Query,
    hits: Sequence[Hit],
    sentences: Sequence[_Sentence],
    contexts: Sequence[frozenset[str]],
) -> dict[str, _Floats]:
    """What a sentence is, apart from how much of the question it repeats."""
    target, question_words = what_is_asked(question), _question_words(query.text)
    names_near = [1.0] * len(hits)
    if query.names:
        together = list(contexts)
        for sentence in sentences:
            together[sentence.hit] |= sentence.words
        names_near = [names_among(query.names, found) for found in together]
    passages = [hits[sentence.hit] for sentence in sentences]
    texts, own = [sentence.text for sentence in sentences], [sentence.words for sentence in sentences]
    new = [len(found - question_words) for found in own]
    columns = {
        "typed": [typed(question, text, hit.passage) for text, hit in zip(texts, passages, strict=True)],
        "names": [_named(query, item.text, contexts[item.hit] | item.words) for item in sentences]
        if query.names
        else [1.0] * len(sentences),
        "names_near": [names_near[sentence.hit] for sentence in sentences],
        "rank": [1.0 / hit.rank for hit in passages],
        "brevity": [max(0.0, 1.0 - len(text) / 300) for text in texts],
        "head": [float(target.head in found) for found in own] if target.head else [0.0] * len(sentences),
        "predicate": [float(target.predicate in found) for found in own]
        if target.predicate
        else [0.0] * len(sentences),
        "novel": [min(1.0, count / 6) for count in new],
        "novel_share": [count / len(found) if found else 0.0 for count, found in zip(new, own, strict=True)],
        "leans": [float(_POINTS_BACK.match(text) is not None) for text in texts],
        "reading": [float(_READING.search(text) is not None) for text in texts]
        if target.kind == "reading"
        else [0.0] * len(sentences),
    }
    return {name: np.array(values) for name, values in columns.items()}


def _order(sentences: Sequence[_Sentence], coverage: _Floats, rare: _Floats) -> dict[str, _Floats]:
    """Which sentence opens its passage, which says most of what is asked, and which stand beside that one."""
    leading: dict[int, int] = {}
    first = np.zeros(len(sentences))
    covers, rares = coverage.tolist(), rare.tolist()
    for place, sentence in enumerate(sentences):
        leader = leading.get(sentence.hit)
        if leader is None:
            first[place] = 1.0
        if leader is None or (covers[place], rares[place]) > (covers[leader], rares[leader]):
            leading[sentence.hit] = place
    leaders = np.array([leading[sentence.hit] for sentence in sentences], dtype=np.intp)
    distance = np.arange(len(sentences)) - leaders
    return {
        "first": first,
        "leading": (distance == 0).astype(np.float64),
        "after_leading": (distance == 1).astype(np.float64),
        "before_leading": (distance == -1).astype(np.float64),
    }


def _set_back(question: Question, hits: Sequence[Hit]) -> _Floats:
    """Logits that all sentences of a passage lose: in another language, or on what nobody asked for."""
    return np.array(
        [CROSSING * (hit.passage.lang != question.lang) + UNASKED * _unasked(question, hit.passage) for hit in hits]
    )


_COMPOUND = lazy_pattern(r" ?([A-Z][A-Za-z]{3,})")


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


def _unasked(question: Question, passage: Passage) -> bool:
    return (
        passage.spec is not None
        and _ASIDE.search(passage.spec.attribute) is not None
        and not _ASIDE.search(normalise(question.text))
    )


_ASIDE = lazy_pattern(r"前世代|previous generation|主張|claim|versus|compared")
_READING = lazy_pattern(r"[（(][「『]?[ぁ-ゖァ-ヶー・、 ]{2,}[」』]?[、，；）)]")
_POINTS_BACK = lazy_pattern(
    r"(?:この|その|これ|それ|同|こう|そこ|ここ|当時|名称|また|しかし|なお|以後|以降|(?:This|That|These|Those|It|Its|They|Their|He|She|His|Her|However|But)\b)"
)
