"""A claim that repeats a source nearly word for word: what was changed decides.

Both texts are cut into all their words, function words too, and aligned. Where they part, a figure, a
date, a name, another content word or a negation was changed, or nothing that matters.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from assistant.text.dates import DateSpan, compare_dates
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import Qualifier, Quantity, Relation, find_quantities
from assistant.text.quantity_compare import bridge
from assistant.text.quantity_fold import fold
from assistant.types import Difference
from assistant.verify.agree import PLACE_LEVELS, one_of_several, places_comparable
from assistant.verify.places import has_word, same_word
from assistant.verify.slots import _covers, _same_figure, _shown, _shown_found, compare_in_place, compare_quantity
from assistant.verify.statement import Statement, Word
from assistant.verify.vocab import opposites_of, stem
from assistant.verify.words import NOT_NEGATION, morphemes

ALIKE = 0.72
"""Share of the claim's words that must stand in the source in the same order."""
_WINDOW = 1.5
_MIN_WORDS = 5
_ENGLISH = lazy_pattern(r"[A-Za-z]+n't|[A-Za-z0-9][A-Za-z0-9.,/%-]*[A-Za-z0-9%]|[A-Za-z0-9]|[^\sA-Za-z0-9]")
_NEGATIONS = frozenset(
    "ない なかっ なく なけれ ず ぬ ん ざる まい not never no neither nor without cannot n't 未 不 非".split()
)
_PAUSES = frozenset("、。，．,.;:；：・")


@dataclass(frozen=True, slots=True)
class Near:
    """What was changed against a source that runs nearly alike."""

    share: float
    differences: tuple[Difference, ...]
    missing: tuple[str, ...]  # content words of the claim with no counterpart
    skips: bool = False  # the claim leaves out a name or figure of the source: what is left may belong to another


@lru_cache(maxsize=8192)
def _tokens(text: str, lang: str) -> tuple[tuple[str, int, int], ...]:
    folded = fold(text)
    if lang == "en":
        return tuple(
            (
                match.group().lower() if not match.group().isalpha() else stem(match.group().lower()),
                *folded.original(match.start(), match.end()),
            )
            for match in _ENGLISH.finditer(folded.text)
        )
    return tuple(
        (norm.lower(), *folded.original(start, end))
        for start, end, surface, norm, _, _ in morphemes(folded.text)
        if surface.strip()
    )


def compare_nearly(claim: Statement, evidence: Statement) -> Near | None:
    """What the claim changes in the evidence, or None when the two do not run alike."""
    if claim.lang != evidence.lang:
        return None
    mine, theirs = _tokens(claim.text, claim.lang), _tokens(evidence.text, evidence.lang)
    if len(mine) < _MIN_WORDS or not theirs:
        return None
    common = sum((Counter(item[0] for item in mine) & Counter(item[0] for item in theirs)).values())
    if common < ALIKE * len(mine):
        return None
    matcher = SequenceMatcher(None, [item[0] for item in theirs], [item[0] for item in mine], autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if not blocks:
        return None
    share = sum(block.size for block in blocks) / len(mine)
    begin = max(0, blocks[0].a - blocks[0].b)
    end = min(len(theirs), blocks[-1].a + blocks[-1].size + len(mine) - blocks[-1].b - blocks[-1].size)
    while 0 < end < len(theirs) and theirs[end][0] not in _PAUSES and theirs[end - 1][0] not in _PAUSES:
        end += 1
    if share < ALIKE or end - begin > _WINDOW * len(mine) + 6:
        return None
    differences: list[Difference] = []
    missing: list[str] = []
    skips = False
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal" or (b <= begin and tag == "delete") or a >= end:
            continue
        a, b = max(a, begin), min(b, end)
        if b > a:
            first, last = theirs[a][1], theirs[b - 1][2]
            left_out = [*(item.start for item in evidence.names), *(item.start for item in evidence.quantities)]
            skips = skips or any(first <= start < last for start in left_out)
        _classify(claim, evidence, mine, theirs, (c, d), (a, b), differences, missing)
    return Near(share, tuple(dict.fromkeys(differences)), tuple(missing), skips)


def _classify(
    claim: Statement,
    evidence: Statement,
    mine: tuple[tuple[str, int, int], ...],
    theirs: tuple[tuple[str, int, int], ...],
    ours: tuple[int, int],
    other: tuple[int, int],
    differences: list[Difference],
    missing: list[str],
) -> None:
    """Say what one stretch that differs changes."""
    my_span = (mine[ours[0]][1], mine[ours[1] - 1][2]) if ours[1] > ours[0] else None
    their_span = (theirs[other[0]][1], theirs[other[1] - 1][2]) if other[1] > other[0] else None
    my_words = [word for word in claim.words if my_span and word.start < my_span[1] and my_span[0] < word.end]
    their_words = [
        word for word in evidence.words if their_span and word.start < their_span[1] and their_span[0] < word.end
    ]
    _figures(claim, evidence, my_span, their_span, differences, missing)
    if _negations(claim.text, mine, ours) != _negations(evidence.text, theirs, other):
        differences.append(
            Difference("polarity", _around(claim.text, mine, ours), _around(evidence.text, theirs, other))
        )
    there = {item[0] for item in theirs[slice(*other)]}
    for form, start, end in mine[slice(*ours)]:
        against = there & opposites_of(form)
        if against and form not in there and not any(word.start <= start < word.end for word in my_words):
            differences.append(
                Difference("polarity", claim.text[start:end], min(against))
            )  # more and less are no content words
    _loose_numbers(claim, evidence, mine, theirs, ours, other, differences)
    for word in my_words:
        twins = [item for item in evidence.words if same_word(word, item)]
        if word.kind == "name" and their_words:
            # One that another word of the claim answers to already is no twin of this: Ironwood beside TPU7x.
            twins = [
                item for item in twins if not any(own is not word and own.form == item.form for own in claim.words)
            ]
        if twins:
            continue
        turned = [item for item in evidence.words if item.form in opposites_of(word.form)]
        if turned:
            differences.append(Difference("polarity", _text(claim, word), _text(evidence, turned[0])))
            continue
        swapped = [item for item in their_words if not has_word(claim, item)]
        if swapped and (word.kind != "other"):
            chosen = next((item for item in swapped if item.kind == word.kind), swapped[0])
            small = ours[1] - ours[0] <= 2 and other[1] - other[0] <= 2
            if (
                word.kind in ("verb", "adjective", "other")
                or chosen.kind in ("verb", "adjective", "other")
                or not (small or word.kind == chosen.kind == "name")
            ) or (
                one_of_several(evidence, chosen)
                or not places_comparable(claim, word, evidence, chosen)
                or _text(claim, word) in PLACE_LEVELS
            ):
                missing.append(_text(claim, word))
            else:
                differences.append(Difference("name", _text(claim, word), _text(evidence, chosen)))
        elif word.kind != "other":
            missing.append(_text(claim, word))


def _loose_numbers(
    claim: Statement,
    evidence: Statement,
    mine: tuple[tuple[str, int, int], ...],
    theirs: tuple[tuple[str, int, int], ...],
    ours: tuple[int, int],
    other: tuple[int, int],
    differences: list[Difference],
) -> None:
    """Digits that are part of no figure and no date: 5月下旬 against 6月下旬, re:Invent 2024 against 2027."""
    spans = [(item.start, item.end) for item in claim.quantities] + [(item.start, item.end) for item in claim.dates]
    spans += [(word.start, word.end) for word in claim.words if word.model]
    here = [
        item
        for item in mine[slice(*ours)]
        if item[0].isdigit() and not any(first <= item[1] < last for first, last in spans)
    ]
    there = [item for item in theirs[slice(*other)] if item[0].isdigit()]
    for one, two in zip(here, there, strict=False):
        if one[0] != two[0]:
            kind = (
                "date" if claim.text[one[2] : one[2] + 1] in "年月日" and claim.text[one[2] : one[2] + 1] else "number"
            )
            differences.append(
                Difference(
                    kind, claim.text[max(0, one[1] - 2) : one[2] + 4], evidence.text[max(0, two[1] - 2) : two[2] + 4]
                )
            )


def _figures(
    claim: Statement,
    evidence: Statement,
    my_span: tuple[int, int] | None,
    their_span: tuple[int, int] | None,
    differences: list[Difference],
    missing: list[str],
) -> None:
    if my_span is None:
        return
    quantities = [
        item for item in claim.quantities if item.span_start < my_span[1] and my_span[0] < max(item.end, item.span_end)
    ]
    dates = [item for item in claim.dates if item.start < my_span[1] + 2 and my_span[0] < item.end]
    near_quantities = [
        item
        for item in evidence.quantities
        if their_span and item.span_start < their_span[1] and their_span[0] < max(item.end, item.span_end)
    ]
    if quantities and not near_quantities and their_span:
        near_quantities = [
            item for item in find_quantities(evidence.text) if item.start < their_span[1] and their_span[0] < item.end
        ]  # 1台の, too
    near_dates = [
        item for item in evidence.dates if their_span and item.start < their_span[1] + 2 and their_span[0] < item.end
    ]
    for index, quantity in enumerate(quantities):
        found = near_quantities[index] if index < len(near_quantities) else None
        if found is None:
            if near_dates:
                differences.append(Difference("date", quantity.text, near_dates[0].text))
            elif not any(_covers(quantity, item, compare_quantity(quantity, item)) for item in evidence.quantities):
                missing.append(quantity.text)
            continue
        relation = compare_in_place(claim, quantity, evidence, found)
        if (
            relation is Relation.COMPATIBLE
            and quantity.qualifier is found.qualifier
            and quantity.low != found.low
            and not found.is_range
        ):
            relation = Relation.DIFFERENT  # over 40 where the source has over 60: another figure
        if _covers(quantity, found, relation):
            continue
        if (
            relation is Relation.OPEN
            and quantity.low == found.low
            and quantity.high == found.high
            and bridge(quantity.dimension, found.dimension) is not None
        ):
            missing.append(_shown(claim.text, quantity))
            continue
        kind = (
            "unit"
            if relation in (Relation.BINARY_DECIMAL, Relation.INCOMPARABLE)
            or (_same_figure(quantity, found) and quantity.scale != found.scale)
            else "number"
        )
        differences.append(Difference(kind, _shown(claim.text, quantity), _shown_found(found)))
    for index, day in enumerate(dates):
        _date(
            day, near_dates[index] if index < len(near_dates) else None, evidence, near_quantities, differences, missing
        )


def _date(
    day: DateSpan,
    found: DateSpan | None,
    evidence: Statement,
    near_quantities: list[Quantity],
    differences: list[Difference],
    missing: list[str],
) -> None:
    if found is not None:
        relation = compare_dates(day, found)
        if relation is Relation.SAME or (
            relation is Relation.COMPATIBLE and day.qualifier in (Qualifier.EXACT, Qualifier.ABOUT)
        ):
            return
        if relation is Relation.OPEN and day.text == found.text:
            differences.append(
                Difference("date", f"{day.text} ({day.qualifier.value})", f"{found.text} ({found.qualifier.value})")
            )
            return
        differences.append(Difference("date", day.text, found.text))
    elif near_quantities:
        differences.append(Difference("date", day.text, near_quantities[0].text))
    elif not any(compare_dates(day, item) in (Relation.SAME, Relation.COMPATIBLE) for item in evidence.dates):
        missing.append(day.text)


def _negations(text: str, tokens: tuple[tuple[str, int, int], ...], span: tuple[int, int]) -> int:
    """Negations in a stretch, modulo two; idioms that negate nothing are left out."""
    count = 0
    for index in range(*span):
        form, start, end = tokens[index]
        surface = text[start:end].lower()
        if form in _NEGATIONS or surface in _NEGATIONS or surface.endswith("n't"):
            window = text[max(0, start - 6) : end + 6]
            if NOT_NEGATION.search(window):
                continue
            if surface == "ん" and not text[:start].endswith("せ"):
                continue
            count += 1
    return count % 2


def _around(text: str, tokens: tuple[tuple[str, int, int], ...], span: tuple[int, int]) -> str:
    """The stretch with two words on each side, so that a lone ない reads as something."""
    first, last = max(0, span[0] - 2), min(len(tokens), span[1] + 1)
    return text[tokens[first][1] : tokens[last - 1][2]].strip("、。 ") if last > first else text[:20]


def _text(statement: Statement, word: Word) -> str:
    return statement.text[word.start : word.end]
