"""Sums that a question puts in figures: 「362 PFLOPSを144で割ると？」, "How many times 3.2 TB/s is 4.9 TB/s?".

The figures must stand in the passages found: the result is computed from the words cited, never from the question's
own figures, so that one the library does not have is not lent its authority.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.answer.calculate import state
from assistant.answer.draft import Draft
from assistant.answer.wording import lead_text
from assistant.spans import fact_line, quotable_spans
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import Quantity, Relation, compare, find_quantities
from assistant.types import AnswerSentence, Citation, Passage, cite

_QUOTIENT = lazy_pattern(r"割る|割った|割れば|割ると|で割|÷|(?<=[\w) ])/(?= ?\d)|\bdivided by\b|\bdivide\b")
_RATIO = lazy_pattern(r"何倍|\bhow many times\b|\bratio\b|\bfactor\b")
_SMALLER_FIRST = lazy_pattern(r"\bhow many times (?!is\b)[^?]*? (?:is|was|are|goes|go|fits?)\b")
"""How many times 3 GB is 12 GB; not "how many times is 12 GB of 3 GB"."""
_DIFFERENCE = lazy_pattern(
    r"差|違い|より[^、。]{0,4}(?:何|どれ|いくら)[^、。]{0,8}(?:多|少|大|小|高|低|長|短|広|狭|速|遅|重|軽)|いくら(?:下が|上が|増|減|安|高)|(?:何|どれ)[^、。]{0,8}(?:下が|上が|増え|減っ|安く|高く)|\bdifference\b|\bhow much (?:did|has|have|is|was|lower|higher|more|less|cheaper)\b|\bminus\b"
)
_PRODUCT = lazy_pattern(r"掛ける|掛けた|掛ければ|掛けると|を掛け|×|\bmultiplied by\b|\btimes \d|\bmultiply\b")
_IN_NAME = lazy_pattern(
    r"[A-Za-z]$|(?<![A-Za-z])(?!(?:is|of|by|and|than|times|to|from|for|divide|multiply)[ ])[A-Za-z]+[ -]$"
)
_SAME = frozenset((Relation.SAME, Relation.ROUNDED))


@dataclass(frozen=True, slots=True)
class _Place:
    """A sentence or row of a passage, by article offsets."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.passage.text[self.start - self.passage.start : self.end - self.passage.start]


def operation_in_figures(question: str) -> str:
    """quotient, product, ratio or difference of the two figures a question holds, or nothing."""
    folded = normalise(question)
    if _QUOTIENT.search(folded):
        return "quotient"
    if _RATIO.search(folded):
        return "ratio"
    if _PRODUCT.search(folded):
        return "product"
    return "difference" if _DIFFERENCE.search(folded) else ""


def worked_out(question: str, lang: str, passages: Iterable[Passage]) -> Draft | None:
    """The sum of a question's own two figures, with the places where they stand; None where it is no such question
    or a figure is nowhere."""
    operation = operation_in_figures(question)
    figures = _figures(question) if operation else []
    if len(figures) != 2:
        return None
    places = [
        _Place(passage, passage.start + start, passage.start + end)
        for passage in passages
        for start, end in quotable_spans(passage)
    ]
    first, second = figures
    if operation == "ratio" and _SMALLER_FIRST.search(normalise(question)):
        first, second = second, first
    found = _standing(places, first, second)
    if found is None:
        return None
    (left_place, left), (right_place, right) = found
    together = left_place == right_place
    markers = (1, 1) if together else (1, 2)
    result = state(operation, left, right, markers, lang)
    if result is None:
        return None
    cited = [left_place] if together else [left_place, right_place]
    citations = tuple(
        cite(place.passage, place.start, place.end, marker=marker) for marker, place in enumerate(cited, start=1)
    )
    sentences = tuple(
        AnswerSentence(_shown(place, citation), (citation.marker,))
        for place, citation in zip(cited, citations, strict=True)
    )
    computed = AnswerSentence(result.text, tuple(dict.fromkeys(markers)))
    return Draft(
        (computed, *sentences), citations, result.short, lead=lead_text("worked_out", lang), calculation=result
    )


def _shown(place: _Place, citation: Citation) -> str:
    return fact_line(place.passage) if place.passage.spec is not None else " ".join(citation.quote.split())


def _figures(question: str) -> list[Quantity]:
    """The figures of a question; a bare number behind a Latin word is part of a name: Gaudi 3."""
    return [
        item
        for item in find_quantities(question)
        if not item.is_range
        and item.low > 0
        and not (item.dimension == "number" and _IN_NAME.search(question[: item.start]))
    ]


def _standing(
    places: Sequence[_Place], first: Quantity, second: Quantity
) -> tuple[tuple[_Place, Quantity], tuple[_Place, Quantity]] | None:
    """Where both figures stand, in one place if there is one, and as they are written there."""
    told = [(place, find_quantities(place.text)) for place in places]
    lefts = [(place, item) for place, items in told if (item := _equal(items, first, None))]
    for place, left in lefts:
        right = _equal(find_quantities(place.text), second, first, but=left)
        if right is not None:
            return (place, left), (place, right)
    for place, left in lefts:
        for other, items in told:
            right = _equal(items, second, first)
            if right is not None:
                return (place, left), (other, right)
    return None


def _equal(
    items: Sequence[Quantity], wanted: Quantity, other: Quantity | None, but: Quantity | None = None
) -> Quantity | None:
    """The figure that is the one wanted; one without a unit may have that of the other figure, or any."""
    for item in items:
        if item is but or item.is_range or item.low <= 0:
            continue
        if compare(wanted, item) in _SAME:
            return item
        number = item.low / item.scale
        if wanted.dimension == "number" and number == wanted.low and (other is None or _fits(item, other)):
            return item
    return None


def _fits(item: Quantity, other: Quantity) -> bool:
    return item.dimension == other.dimension or item.dimension.split(":")[0] in ("count", "number")
