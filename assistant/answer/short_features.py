"""What speaks for a span of a sentence as the short answer. Names are those of the weights file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.answer.asked import Asked
from assistant.answer.short_spans import ShortSpan
from assistant.retrieve.query import Query
from assistant.text.morphology import Morpheme

_NEAR = 8.0  # characters over which nearness falls to 1/e
_CONTENT = frozenset(("名詞", "動詞", "形容詞", "形状詞", "接尾辞", "接頭辞", "副詞"))
_PARTICLES = frozenset("は が を に で と の も へ から まで や か より".split())
_NOMINAL = frozenset(("名詞", "接尾辞"))


@dataclass(frozen=True, slots=True)
class SentenceView:
    """A sentence as all its spans see it: where the words of the question stand."""

    text: str
    tokens: tuple[Morpheme, ...]
    weights: tuple[float, ...]  # of each morpheme: its share of the question's weight, 0 when not asked for
    asked: tuple[tuple[int, float], ...]  # those of weight: index and weight
    focus: frozenset[int]  # morphemes that are the head noun of what is asked
    predicate: frozenset[int]  # morphemes that are its predicate
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
    forms = [token.form for token in tokens]
    shares = tuple(weights.get(form, 0.0) for form in forms)
    return SentenceView(
        text,
        tokens,
        shares,
        tuple((index, share) for index, share in enumerate(shares) if share > 0),
        frozenset(index for index, form in enumerate(forms) if asked.head and form == asked.head),
        frozenset(index for index, form in enumerate(forms) if asked.predicate and form == asked.predicate),
        title,
    )


def span_features(asked: Asked, seen: SentenceView, span: ShortSpan, repeats: int) -> Iterator[tuple[str, float]]:
    """``(name, value)`` of every feature that is not zero.

    Args:
        asked: What the question asks for.
        seen: The sentence.
        span: The span.
        repeats: In how many candidate sentences the same words stand.
    """
    tokens, first, last = seen.tokens, span.first, span.last
    kind = asked.kind
    inside = tokens[first : last + 1]
    yield f"{kind}&{span.kind}", 1.0
    yield f"shape={span.shape}", 1.0
    yield f"{span.shape}&{span.kind}", 1.0
    length = last - first + 1
    yield f"length={min(length, 7)}", 1.0
    if length > 1:
        yield f"{kind}&length", math.log(length)
    before = tokens[first - 1] if first else None
    after = tokens[last + 1] if last + 1 < len(tokens) else None
    if before is not None and before.part in _NOMINAL:
        yield "cut_left", 1.0
        yield f"cut_left={before.detail}", 1.0
    if after is not None:
        if after.part in _NOMINAL:
            yield "cut_right", 1.0
            yield f"cut_right={after.detail}", 1.0
            if after.surface == asked.counter:
                yield "counter_after", 1.0
        if after.surface in _PARTICLES:
            yield f"after={after.surface}", 1.0
            if asked.particle:
                yield "particle_match" if after.surface == asked.particle else "particle_other", 1.0
        elif after.part in ("助動詞", "補助記号", "動詞"):
            yield f"after={after.part}", 1.0
        if after.surface == "と" and asked.particle == "と言う":
            yield "called", 1.0
    else:
        yield "after=end", 1.0
    if asked.relative and after is not None:
        yield f"relative&after={after.surface if after.part == '助詞' else after.part}", 1.0
    if before is not None and before.part in ("助詞", "補助記号"):
        yield f"before={before.surface if before.part == '助詞' else before.detail}", 1.0
    yield f"opens={inside[0].detail}", 1.0
    yield f"closes={inside[-1].name if inside[-1].name != '*' else inside[-1].detail}", 1.0
    if asked.counter:
        surface = "".join(token.surface for token in inside)
        yield "counter_match" if surface.endswith(asked.counter) else "counter_miss", 1.0
        if span.kind in ("number", "count", "date"):
            yield "figure_for_counter", 1.0
    # the head noun of what is asked: どの国 → …国, 首都はどこ → 首都は…, …が首都
    if seen.focus:
        if last in seen.focus:
            yield "ends_in_head", 1.0
            yield "ends_in_head&long" if length > 1 else "is_head", 1.0
        near = min(max(first - place, place - last, 0) for place in seen.focus)
        yield "near_head", math.exp(-near / 3)
        if any(0 < place - last <= 3 for place in seen.focus):
            yield "head_follows", 1.0
        if any(0 < first - place <= 2 for place in seen.focus):
            yield "head_precedes", 1.0
    if seen.predicate:
        ahead = [place - last for place in seen.predicate if place > last]
        if ahead:
            yield "predicate_follows", math.exp(-min(ahead) / 4)
        behind = [first - place for place in seen.predicate if place < first]
        if behind:
            yield "predicate_precedes", math.exp(-min(behind) / 4)
    asked_inside = sum(first <= index <= last for index, _ in seen.asked)
    if asked_inside:
        content = sum(1 for token in inside if token.part in _CONTENT) or 1
        yield "asked_inside", asked_inside / content
        if asked_inside >= content:
            yield "only_asked", 1.0
        if seen.weights[last] > 0:
            yield "ends_in_asked", 1.0
        if seen.weights[first] > 0:
            yield "opens_with_asked", 1.0
    left = right = 0.0
    for index, weight in seen.asked:
        if index < first:
            left += weight * math.exp(-(tokens[first].start - tokens[index].end) / _NEAR)
        elif index > last:
            right += weight * math.exp(-(tokens[index].start - tokens[last].end) / _NEAR)
    yield "asked_before", left
    yield "asked_after", right
    if first and seen.weights[first - 1] > 0:
        yield "adjoins_asked_before", 1.0
    if first > 1 and seen.weights[first - 2] > 0 and tokens[first - 1].part in ("助詞", "補助記号"):
        yield f"asked+{tokens[first - 1].surface}", 1.0
    if last + 2 < len(tokens) and seen.weights[last + 2] > 0 and tokens[last + 1].part == "助詞":
        yield f"{tokens[last + 1].surface}+asked", 1.0
    shown = seen.text[span.start : span.end]
    if shown in seen.title:
        yield "in_title", 1.0
    if repeats > 1:
        yield "repeated", math.log(repeats)
    opening, closing = seen.text[: span.start], seen.text[span.end :]
    if opening.count("（") + opening.count("(") > opening.count("）") + opening.count(")"):
        yield "in_brackets", 1.0
        yield f"{kind}&in_brackets", 1.0
    if opening.endswith(("「", "『")) and closing.startswith(("」", "』")):
        yield "fills_quotes", 1.0
    if opening.count("「") > opening.count("」") and not opening.endswith("「"):
        yield "within_quotes", 1.0
    yield "position", span.start / (len(seen.text) + 1)


def dot(weights: Mapping[str, float], features: Iterable[tuple[str, float]]) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in features)


def repeats(views: Sequence[SentenceView], spans: Sequence[Sequence[ShortSpan]]) -> dict[str, int]:
    """In how many sentences the same words are a candidate."""
    count: dict[str, int] = {}
    for seen, found in zip(views, spans, strict=True):
        for shown in {seen.text[span.start : span.end] for span in found}:
            count[shown] = count.get(shown, 0) + 1
    return count
