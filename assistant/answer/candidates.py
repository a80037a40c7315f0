"""Sentences and rows of the retrieved passages, scored as answers to a question."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import pairwise

from assistant.answer.asked import what_is_asked
from assistant.answer.question import Question, QuestionKind
from assistant.answer.weights import reader_weights
from assistant.retrieve.query import Concept, Query
from assistant.spans import quotable_spans, span_words
from assistant.text.dates import find_dates
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import find_quantities
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


FEATURES = tuple(field.name for field in fields(Features))


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


def rank_candidates(question: Question, query: Query, hits: Sequence[Hit]) -> list[Candidate]:
    """Every sentence of the hits, best first; ties by rank of the passage, then position.

    A text in another language than the question comes after one that says the same in the question's.
    """
    found = [candidate for hit, views in _views(query, hits) for candidate in _of_hit(question, query, hit, views)]
    found.sort(key=lambda item: (-item.score, item.hit.rank, item.start))
    return found


def score_features(features: Features) -> float:
    """Weighted sum of the features."""
    weights = reader_weights().sentence
    return sum(weights.get(name, 0.0) * float(getattr(features, name)) for name in FEATURES)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """What is known of a sentence before it is compared with the question's concepts."""

    start: int
    end: int
    text: str
    words: frozenset[str]
    rare: float  # weighted share of the question's bigrams


@dataclass(frozen=True, slots=True)
class _Views:
    sentences: tuple[_Sentence, ...]
    rare: float  # weighted share of the question's bigrams in the whole passage
    best_rare: float  # of all sentences found
    best_passage: float  # of all passages found
    best_coverage: float


def _views(query: Query, hits: Sequence[Hit]) -> list[tuple[Hit, _Views]]:
    """The sentences of the hits; bigrams that few of them have weigh more."""
    asked = _bigrams(query.text)
    parts: list[tuple[Hit, list[tuple[int, int, str, frozenset[str], frozenset[str]]]]] = []
    seen: Counter[str] = Counter()
    for hit in hits:
        spans = quotable_spans(hit.passage)
        stored = hit.span_words
        own = stored if len(stored) == len(spans) else [frozenset(found) for found in span_words(hit.passage)]
        rows = []
        for (start, end), found in zip(spans, own, strict=True):
            text = hit.passage.text[start:end]
            if start == 0 and len(spans) > 1 and _is_header(hit.passage):
                continue
            grams = asked & _bigrams(text)
            seen.update(grams)
            rows.append((start, end, text, found, grams))
        parts.append((hit, rows))
    total = sum(len(rows) for _, rows in parts)
    weights = {gram: math.log((total + 1) / (seen[gram] + 0.5)) for gram in asked}
    everything = sum(weights.values()) or 1.0

    def share(grams: Iterable[str]) -> float:
        return sum(weights[gram] for gram in grams) / everything

    passages = [
        share(asked & _bigrams(hit.passage.title) | {gram for row in rows for gram in row[4]}) for hit, rows in parts
    ]
    sentences = [
        tuple(_Sentence(start, end, text, own, share(grams)) for start, end, text, own, grams in rows)
        for _, rows in parts
    ]
    best_rare = max((item.rare for group in sentences for item in group), default=0.0)
    best_coverage = max((_coverage(query, item.words) for group in sentences for item in group), default=0.0)
    return [
        (hit, _Views(group, rare, best_rare, max(passages), best_coverage))
        for (hit, _), group, rare in zip(parts, sentences, passages, strict=True)
    ]


def _is_header(passage: Passage) -> bool:
    """Whether the first line of the passage is a table's header, which answers nothing by itself."""
    return passage.kind is BlockKind.TABLE_ROW and passage.spec is None and not passage.context


def _coverage(query: Query, found: frozenset[str]) -> float:
    total = sum(concept.weight for concept in query.concepts) or 1.0
    return sum(concept.weight * concept.in_words(found) for concept in query.concepts) / total


def _of_hit(question: Question, query: Query, hit: Hit, views: _Views) -> list[Candidate]:
    passage = hit.passage
    context = passage.title + "\n" + "\n".join(passage.heading_path) + "\n" + passage.context
    context_words = _context_words(context)
    passage_words = context_words.union(*(item.words for item in views.sentences))
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
    target = what_is_asked(question)
    rows = [[concept.in_words(item.words) for concept in concepts] for item in views.sentences]
    shares = [sum(weight * found for weight, found in zip(weights, row, strict=True)) for row in rows]
    nothing = [0.0] * len(concepts)
    leading = max(range(len(shares)), key=lambda index: (shares[index], views.sentences[index].rare, -index), default=0)
    asked_trigrams, asked_run = _trigrams(query.text), squeezed(query.text)
    reading = target.kind == "reading"
    candidates = []
    for index, item in enumerate(views.sentences):
        text, own, here = item.text, item.words, rows[index]
        before = rows[index - 1] if index else nothing
        features = Features(
            coverage=shares[index],
            support=sum(
                weight * max(found, floor, IN_PREVIOUS * earlier)
                for weight, found, floor, earlier in zip(weights, here, floors, before, strict=True)
            ),
            passage=passage_share,
            focus=here[-1] if here else 0.0,
            typed=_typed(question, text, passage),
            names=_named(query, text, context_words | own) if query.names else 1.0,
            names_near=near,
            rank=1.0 / hit.rank,
            first=float(index == 0),
            brevity=max(0.0, 1.0 - len(text) / 300),
            previous=shares[index - 1] if index else 0.0,
            following=shares[index + 1] if index + 1 < len(shares) else 0.0,
            bigrams=len(asked & _bigrams(text)) / len(asked) if asked else 0.0,
            rare_bigrams=item.rare,
            passage_bigrams=views.rare,
            best_coverage=min(1.0, shares[index] / views.best_coverage) if views.best_coverage else 0.0,
            best_bigrams=item.rare / views.best_rare if views.best_rare else 0.0,
            best_passage=views.rare / views.best_passage if views.best_passage else 0.0,
            head=float(bool(target.head) and target.head in own),
            predicate=float(bool(target.predicate) and target.predicate in own),
            asked=_apart_from_names(concepts, query.names, here, floors, before),
            told=told,
            novel=min(1.0, len(own - question_words) / 6),
            novel_share=len(own - question_words) / len(own) if own else 0.0,
            longest=longest_shared(asked_run, squeezed(text)),
            trigrams=len(asked_trigrams & _trigrams(text)) / len(asked_trigrams) if asked_trigrams else 0.0,
            leading=float(index == leading),
            after_leading=float(index == leading + 1),
            before_leading=float(index == leading - 1),
            leans=shares[index - 1] if index and _POINTS_BACK.match(text) else 0.0,
            reading=float(reading and _READING.search(text) is not None),
        )
        candidates.append(
            Candidate(
                passage,
                passage.start + item.start,
                passage.start + item.end,
                text,
                hit,
                features,
                score_features(features)
                - CROSSING * crosses
                - UNASKED * _unasked(question, passage)
                - UNNAMED * (1 - features.names),
            )
        )
    return candidates


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


@lru_cache(maxsize=2048)
def squeezed(text: str) -> str:
    """The text as it is searched, without spaces."""
    return "".join(normalise(text).split())


@lru_cache(maxsize=2048)
def _trigrams(text: str) -> frozenset[str]:
    folded = squeezed(text)
    return frozenset(folded[start : start + 3] for start in range(len(folded) - 2))


def longest_shared(asked: str, told: str) -> float:
    """Length of the longest run of characters that both share, as a share of the first, of 20 at most."""
    best = 0
    for start in range(len(asked)):
        while start + best < len(asked) and best < _RUN and asked[start : start + best + 1] in told:
            best += 1
    return best / min(_RUN, len(asked)) if asked else 0.0


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


def _unasked(question: Question, passage: Passage) -> bool:
    return (
        passage.spec is not None
        and _ASIDE.search(passage.spec.attribute) is not None
        and not _ASIDE.search(normalise(question.text))
    )


def _typed(question: Question, text: str, passage: Passage) -> float:
    """1 when the kind of answer asked for is in the text, 0 when it is not, 0.5 where any will do."""
    kind = question.kind
    if kind is QuestionKind.FIGURE:
        quantities = find_quantities(text)
        if not question.dimensions:
            return 1.0 if quantities else 0.0
        return float(any(has_dimension(quantity.dimension, question.dimensions) for quantity in quantities))
    if kind is QuestionKind.DATE:
        return float(bool(find_dates(text)) or bool(_UNDATED.search(text)))
    if kind is QuestionKind.REASON:
        return (
            float(any(marker in text for marker in _REASONS))
            if passage.lang == "ja"
            else float(any(marker in f" {text.lower()} " for marker in _REASONS_EN))
        )
    if kind is QuestionKind.DEFINITION:
        if passage.spec is not None:
            return float(passage.spec.attribute_alt.startswith("desc"))
        return float(any(marker in text for marker in _DEFINITIONS))
    if kind in (QuestionKind.PERSON, QuestionKind.ORGANISATION, QuestionKind.PLACE):
        return 0.0 if passage.spec is not None and _DIGIT.match(passage.spec.value) else 0.5
    if kind is QuestionKind.LIST:
        return 1.0 if _INTRODUCES.search(text) else min(1.0, len(_LIST_MARK.findall(text)) / 3)
    if kind is QuestionKind.METADATA:
        return float(passage.kind is BlockKind.METADATA)
    return 0.5


_ASIDE = lazy_pattern(r"前世代|previous generation|主張|claim|versus|compared")
_SKIPPED = lazy_pattern(r"[^\w]|[\u3041-\u3096]|_")
_DIGIT = lazy_pattern(r"\d")
_RUN = 20
_READING = lazy_pattern(r"[（(][「『]?[ぁ-ゖァ-ヶー・、 ]{2,}[」』]?[、，；）)]")
_POINTS_BACK = lazy_pattern(
    r"(?:この|その|これ|それ|同|こう|そこ|ここ|当時|名称|また|しかし|なお|以後|以降|(?:This|That|These|Those|It|Its|They|Their|He|She|His|Her|However|But)\b)"
)
_UNDATED = lazy_pattern(
    r"(?:時期|日程|時期や日程|日付)[^。]{0,12}(?:示し|公表し|明らかにし|決まっ)て(?:い|おら)|未定|(?:gave|given|set|announced|published) no [^.]{0,20}date"
)
_LIST_MARK = lazy_pattern(r"、|,|・|や(?=[^す])|および|\band\b")
_INTRODUCES = lazy_pattern(r"(?:次の(?:通り|とおり|よう)|以下の(?:通り|とおり|よう)|[:：]\s*$)")
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
