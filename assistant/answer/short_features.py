"""What speaks for a span of a sentence as the short answer. Names are those of the weights file."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from assistant.answer.asked import Asked
from assistant.answer.short_spans import ShortSpan
from assistant.retrieve.query import Query
from assistant.text.morphology import Morpheme

_NEAR = 8.0  # characters over which nearness falls to 1/e
_CONTENT = frozenset(("名詞", "動詞", "形容詞", "形状詞", "接尾辞", "接頭辞", "副詞"))
_PARTICLES = frozenset("は が を に で と の も へ から まで や か より".split())
_NOMINAL = frozenset(("名詞", "接尾辞"))
_BRACKETS = {"（": 1, "(": 1, "）": -1, ")": -1}
_CORNERS = {"「": 1, "」": -1}
_GROUPS_KEPT = 20_000


class SentenceView(NamedTuple):
    """A sentence as all its spans see it: where the words of the question stand.

    Lists run over the morphemes; those of sums are one longer, so that ``sums[b] - sums[a]`` is of ``a`` to ``b - 1``.
    """

    text: str
    tokens: tuple[Morpheme, ...]
    weights: tuple[float, ...]  # share of the question's weight, 0 when not asked for
    before: list[float]  # weight asked for before a morpheme, falling with the distance
    after: list[float]  # the same, after it
    asked: list[int]  # sums of morphemes asked for
    content: list[int]  # sums of morphemes that carry meaning
    brackets: list[bool]  # whether a morpheme stands inside brackets
    quotes: list[bool]  # whether it stands inside 「」 and does not open it
    focus: tuple[int, ...]  # morphemes that are the head noun of what is asked
    predicate: tuple[int, ...]  # morphemes that are its predicate
    title: str


def question_weights(query: Query) -> dict[str, float]:
    """Share of the question's weight of each of its words; parts of a concept share its weight."""
    found: dict[str, float] = {}
    total = sum(concept.weight for concept in query.concepts) or 1.0
    for concept in query.concepts:
        for spelling in concept.spellings:
            for word in spelling:
                found[word] = max(found.get(word, 0.0), concept.weight / total / len(spelling))
    return found


def view(
    text: str, title: str, tokens: tuple[Morpheme, ...], asked: Asked, weights: Mapping[str, float]
) -> SentenceView:
    shares = tuple([weights.get(token.form, 0.0) for token in tokens])
    openings = list(accumulate(_BRACKETS.get(char, 0) for char in text))
    corners = list(accumulate(_CORNERS.get(char, 0) for char in text))
    starts = [token.start for token in tokens]
    return SentenceView(
        text,
        tokens,
        shares,
        _falling(tokens, shares),
        _falling([_mirrored(token) for token in reversed(tokens)], shares[::-1])[::-1],
        [0, *accumulate(share > 0 for share in shares)],
        [0, *accumulate(token.part in _CONTENT for token in tokens)],
        [start > 0 and openings[start - 1] > 0 for start in starts],
        [start > 0 and corners[start - 1] > 0 and text[start - 1] != "「" for start in starts],
        tuple([index for index, token in enumerate(tokens) if asked.head and token.form == asked.head]),
        tuple([index for index, token in enumerate(tokens) if asked.predicate and token.form == asked.predicate]),
        title,
    )


def _mirrored(token: Morpheme) -> Morpheme:
    return token._replace(start=-token.end, end=-token.start)


def _falling(tokens: Sequence[Morpheme], shares: Sequence[float]) -> list[float]:
    """For each morpheme the weight of those before it, each falling with its distance."""
    found = [0.0]
    for token, following, share in zip(tokens, tokens[1:], shares, strict=False):
        own = share * math.exp(-(following.start - token.end) / _NEAR) if share else 0.0
        found.append(found[-1] * math.exp(-(following.start - token.start) / _NEAR) + own if found[-1] else own)
    return found


Names = tuple[str, ...]


class SpanFeatures(NamedTuple):
    """What speaks for a span: groups of names that hold or do not hold, and values."""

    forms: tuple[Names, ...]
    values: list[tuple[str, float]]

    def items(self) -> Iterator[tuple[str, float]]:
        """``(name, value)`` of every feature that is not zero."""
        yield from ((name, 1.0) for names in self.forms for name in names)
        yield from self.values


def span_features(asked: Asked, seen: SentenceView, span: ShortSpan, repeats: int) -> SpanFeatures:
    """The features of a span.

    Args:
        asked: What the question asks for.
        seen: The sentence.
        span: The span.
        repeats: In how many candidate sentences the same words stand.
    """
    tokens, first, last, kind = seen.tokens, span.first, span.last, asked.kind
    length = last - first + 1
    before = tokens[first - 1] if first else None
    after = tokens[last + 1] if last + 1 < len(tokens) else None
    opens, closes = tokens[first], tokens[last]
    forms = [
        _of_shape(kind, span.kind, span.shape, min(length, 7)),
        _of_edges(opens.detail, closes.name if closes.name != "*" else closes.detail),
        _of_following(
            asked.particle,
            asked.relative,
            after and (after.part, after.detail, after.surface if _is_particle(after) else ""),
        ),
    ]
    if before is not None:
        forms.append(_of_preceding(before.part, before.detail, before.surface if before.part == "助詞" else ""))
    names: list[str] = []
    if asked.counter:
        matches = seen.text.endswith(asked.counter, opens.start, closes.end)
        names.append("counter_match" if matches else "counter_miss")
        if span.kind in ("number", "count", "date"):
            names.append("figure_for_counter")
        if after is not None and after.part in _NOMINAL and after.surface == asked.counter:
            names.append("counter_after")
    values = [
        ("asked_before", seen.before[first]),
        ("asked_after", seen.after[last]),
        ("position", span.start / (len(seen.text) + 1)),
    ]
    if length > 1:
        values.append((f"{kind}&length", math.log(length)))
    if seen.focus:
        _near_head(seen.focus, first, last, names, values)
    if seen.predicate:
        ahead = [place - last for place in seen.predicate if place > last]
        if ahead:
            values.append(("predicate_follows", math.exp(-min(ahead) / 4)))
        behind = [first - place for place in seen.predicate if place < first]
        if behind:
            values.append(("predicate_precedes", math.exp(-min(behind) / 4)))
    weights = seen.weights
    asked_inside = seen.asked[last + 1] - seen.asked[first]
    if asked_inside:
        content = seen.content[last + 1] - seen.content[first] or 1
        values.append(("asked_inside", asked_inside / content))
        if asked_inside >= content:
            names.append("only_asked")
        if weights[last] > 0:
            names.append("ends_in_asked")
        if weights[first] > 0:
            names.append("opens_with_asked")
    if first and weights[first - 1] > 0:
        names.append("adjoins_asked_before")
    if first > 1 and weights[first - 2] > 0 and tokens[first - 1].part in ("助詞", "補助記号"):
        names.append(f"asked+{tokens[first - 1].surface}")
    if last + 2 < len(tokens) and weights[last + 2] > 0 and tokens[last + 1].part == "助詞":
        names.append(f"{tokens[last + 1].surface}+asked")
    if seen.text[span.start : span.end] in seen.title:
        names.append("in_title")
    if repeats > 1:
        values.append(("repeated", math.log(repeats)))
    if seen.brackets[first]:
        names += ["in_brackets", f"{kind}&in_brackets"]
    if seen.quotes[first]:
        names.append("within_quotes")
    if span.start and seen.text[span.start - 1] in "「『" and seen.text.startswith(("」", "』"), span.end):
        names.append("fills_quotes")
    if names:
        forms.append(tuple(names))
    return SpanFeatures(tuple(forms), values)


def _is_particle(token: Morpheme) -> bool:
    return token.part == "助詞" or token.surface in _PARTICLES


def _near_head(focus: Sequence[int], first: int, last: int, names: list[str], values: list[tuple[str, float]]) -> None:
    """Of the head noun of what is asked: どの国 → …国, 首都はどこ → 首都は…, …が首都."""
    if last in focus:
        names += ["ends_in_head", "ends_in_head&long" if last > first else "is_head"]
    near = min(max(first - place, place - last, 0) for place in focus)
    values.append(("near_head", math.exp(-near / 3)))
    if any(0 < place - last <= 3 for place in focus):
        names.append("head_follows")
    if any(0 < first - place <= 2 for place in focus):
        names.append("head_precedes")


# The forms of spans are few and come again and again: their names are put together once.


@lru_cache(maxsize=8192)
def _of_shape(asked: str, kind: str, shape: str, length: int) -> Names:
    return f"{asked}&{kind}", f"shape={shape}", f"{shape}&{kind}", f"length={length}"


@lru_cache(maxsize=1024)
def _of_edges(opens: str, closes: str) -> Names:
    return f"opens={opens}", f"closes={closes}"


@lru_cache(maxsize=1024)
def _of_preceding(part: str, detail: str, surface: str) -> Names:
    names = ["cut_left", f"cut_left={detail}"] if part in _NOMINAL else []
    if part in ("助詞", "補助記号"):
        names.append(f"before={surface or detail}")
    return tuple(names)


@lru_cache(maxsize=8192)
def _of_following(particle: str, relative: bool, after: tuple[str, str, str] | None) -> Names:
    if after is None:
        return ("after=end",)
    part, detail, surface = after
    names = []
    if part in _NOMINAL:
        names += ["cut_right", f"cut_right={detail}"]
    if surface in _PARTICLES:
        names.append(f"after={surface}")
        if particle:
            names.append("particle_match" if surface == particle else "particle_other")
    elif part in ("助動詞", "補助記号", "動詞"):
        names.append(f"after={part}")
    if surface == "と" and particle == "と言う":
        names.append("called")
    if relative:
        names.append(f"relative&after={surface if part == '助詞' else part}")
    return tuple(names)


class SpanScorer:
    """Adds up weights; those of a group of names once for all spans that share it."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = weights
        self._groups: dict[Names, float] = {}

    def score(self, features: SpanFeatures) -> float:
        total = 0.0
        for names in features.forms:
            known = self._groups.get(names)
            if known is None:
                if len(self._groups) >= _GROUPS_KEPT:
                    self._groups.clear()
                known = self._groups[names] = sum(self._weights.get(name, 0.0) for name in names)
            total += known
        for name, value in features.values:
            weight = self._weights.get(name)
            if weight:
                total += weight * value
        return total


def repeats(views: Sequence[SentenceView], spans: Sequence[Sequence[ShortSpan]]) -> dict[str, int]:
    """In how many sentences the same words are a candidate."""
    count: dict[str, int] = {}
    for seen, found in zip(views, spans, strict=True):
        for shown in {seen.text[span.start : span.end] for span in found}:
            count[shown] = count.get(shown, 0) + 1
    return count
