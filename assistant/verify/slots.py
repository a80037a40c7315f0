"""Figures and dates of a claim laid against those of one evidence sentence, by what they measure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.text.dates import DateSpan, compare_dates
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import Qualifier, Quantity, Relation, compare
from assistant.text.quantity_compare import bridge
from assistant.types import Difference
from assistant.verify.places import basis, binding, bound_words, fit, owners, owners_differ, surroundings
from assistant.verify.statement import Statement, Word
from assistant.verify.vocab import opposites_of

NEAR = 0.12
"""Two places of the evidence whose surroundings fit this equally well are not told apart."""
_GOOD = frozenset({Relation.SAME, Relation.COMPATIBLE})
_ORDERS = 10**6
"""Sizes this many times apart do not measure one thing, unless they have one unit."""
_SAME_PLACE = 0.6
"""Fit from which two bounds stand in the same place of both sentences."""
_CLOSE = Decimal("0.6")
_FAR = Decimal("2.5")
_POINTS = frozenset({Qualifier.EXACT, Qualifier.ABOUT})


@dataclass(frozen=True, slots=True)
class Slot:
    """One figure or date of the claim with what the evidence has in its place."""

    claimed: Quantity | DateSpan
    found: Quantity | DateSpan | None
    relation: Relation
    fit: float  # 0 to 1: how well the surroundings of both agree
    covered: bool
    difference: Difference | None = None


_BASED = frozenset({"compute", "data", "data_rate", "power", "multiple", "percent", "energy"})


def _bases_differ(claimed: Quantity, mine: str, theirs: str) -> bool:
    """A chip's figure is not a server's; what does not say is taken for the chip's."""
    if claimed.dimension not in _BASED:
        return False
    return (mine or "chip") != (theirs or "chip") if "system" in (mine, theirs) else False


_DELTA = lazy_pattern(
    r"(?:も|ほど|だけ|分|以上)?(?:多い|少ない|多く|少なく|高い|低い|高く|低く|安い|安く|の差|上回|下回|増(?!や)|の増|の減)|"
    r"[ ](?:more|less|higher|lower|fewer|greater|larger|smaller|above|below|cheaper)\b"
)


def is_delta(statement: Statement, quantity: Quantity, *, ratio: bool = False) -> bool:
    """Whether a figure is a difference: 32GB多い; with ``ratio`` also 50%多い."""
    return (ratio or quantity.dimension not in ("multiple", "percent", "point")) and _DELTA.match(
        statement.text, quantity.end
    ) is not None


_ROSE = lazy_pattern(
    r"[ ]?(?:も|ほど|だけ|分|以上)?の?(?:上が|上昇|増(?!や)|向上|改善|伸び|高ま|高く|高い|多い|多く|上回)|[ ](?:more|higher|greater|better|increase|improvement|up|above)\b"
)
_FELL = lazy_pattern(
    r"[ ]?(?:も|ほど|だけ|分|以上)?の?(?:下が|低下|減|削減|短縮|縮小|下落|下回|低い|低く|少な|安)|[ ](?:less|lower|fewer|smaller|decrease|reduction|down|below|cheaper)\b"
)
_RISE = lazy_pattern(r"向上率|改善率|増加率|伸び率|上昇率|の伸び")
"""In the label or the conditions of a row: its percent is a rise."""


def _as_multiple(statement: Statement, quantity: Quantity) -> Quantity:
    """2割増し and "20 percent above" as 1.2 times, 3割安い as 0.7 times; another figure as it is."""
    if quantity.dimension != "percent" or not quantity.low:
        return quantity
    fell = _FELL.match(statement.text, quantity.end)
    if not fell and not _ROSE.match(statement.text, quantity.end) and not _RISE.search(statement.text):
        return quantity
    share = Decimal(-1 if fell else 1) / 100
    low, high = sorted((1 + share * quantity.low, 1 + share * quantity.high))
    step, scale = quantity.step / 100, quantity.scale / 100
    return replace(quantity, dimension="multiple", low=low, high=high, step=step, scale=scale)


def _following(statement: Statement, quantity: Quantity) -> Word | None:
    """The word right behind a figure: 下がる of 54%下がり."""
    for word in statement.words:
        if word.start >= quantity.end:
            return word if word.start - max(quantity.end, quantity.span_end) <= 3 else None
    return None


def _turned(claim: Statement, claimed: Quantity, evidence: Statement, found: Quantity) -> bool:
    """Whether one figure rises where the other falls."""
    mine, theirs = _following(claim, claimed), _following(evidence, found)
    return (
        mine is not None
        and theirs is not None
        and theirs.form in opposites_of(mine.form)
        and mine.negated == theirs.negated
    )


def compare_quantity(claimed: Quantity, found: Quantity) -> Relation:
    """Like ``compare``, but a claim may be coarser than its source and never finer."""
    if "item" in (claimed.per, found.per) or "unit" in (claimed.per, found.per):
        claimed, found = replace(claimed, per=""), replace(found, per="")
    relation = compare(claimed, found)
    if relation is Relation.COMPATIBLE and claimed.qualifier is Qualifier.UP_TO and claimed.high != found.high:
        return Relation.DIFFERENT  # 最大144個 names the peak itself
    bounded = claimed.qualifier not in _POINTS and claimed.qualifier is not Qualifier.UP_TO
    if relation is Relation.COMPATIBLE and bounded and found.low > 0 and claimed.low > 0:
        far = max(found.low / claimed.low, claimed.low / found.low) > _FAR
        if far or (claimed.dimension != found.dimension and "percent" in (claimed.dimension, found.dimension)):
            return Relation.OPEN  # five times is more than 60 percent, yet nobody meant that
        if claimed.qualifier is found.qualifier and claimed.low != found.low:
            return Relation.OPEN
    if (
        relation is Relation.ROUNDED
        and claimed.step
        and found.step
        and claimed.step < found.step
        and claimed.qualifier is not Qualifier.ABOUT
    ):
        return Relation.OPEN
    return relation


def compare_in_place(claim: Statement, claimed: Quantity, evidence: Statement, found: Quantity) -> Relation:
    """:func:`compare_quantity`, with 2割増し and 1.2倍 read as one."""
    if {claimed.dimension, found.dimension} == {"percent", "multiple"}:
        mine, theirs = _as_multiple(claim, claimed), _as_multiple(evidence, found)
        if mine.dimension == theirs.dimension:
            return compare_quantity(mine, theirs)
    return compare_quantity(claimed, found)


def _covers(claimed: Quantity, found: Quantity, relation: Relation) -> bool:
    if relation in _GOOD:
        return True
    if relation is Relation.ROUNDED:
        return True
    # "more than 350" said, "about 362" found, and the like stay open.
    return (
        relation is Relation.OPEN
        and claimed.qualifier is Qualifier.UP_TO
        and found.qualifier in (Qualifier.LESS_THAN, Qualifier.AT_MOST)
        and claimed.high == found.high
    )


def _same_figure(claimed: Quantity, found: Quantity) -> bool:
    """The same digits, whatever the unit."""
    if not claimed.scale or not found.scale:
        return False
    return (
        claimed.low / claimed.scale == found.low / found.scale
        and claimed.high / claimed.scale == found.high / found.scale
    )


_TIMES = lazy_pattern(r"倍|\btimes\b|\bfold\b|\bratio\b|比", re.IGNORECASE)


def quantity_slots(claim: Statement, evidence: Statement) -> list[Slot]:
    """Lay every figure of the claim against the figure of the evidence that measures the same."""
    slots = []
    order = len(claim.quantities)
    if not order:
        return []
    our_owners, their_owners = owners(claim), owners(evidence)
    around = [surroundings(evidence, item.start, item.end) for item in evidence.quantities]
    bound = bound_words(evidence)
    bases = [basis(evidence, item) for item in evidence.quantities]
    for index, stated in enumerate(claim.quantities):
        claimed = replace(stated, qualifier=Qualifier.EXACT) if _spans_time(claim, stated) else stated
        candidates: list[tuple[float, Quantity, Relation]] = []
        others: list[tuple[float, Quantity]] = []
        mine = our_owners[index]
        ours = basis(claim, claimed)
        near = surroundings(claim, claimed.start, claimed.end)
        known = any(mine and theirs and not owners_differ(mine, theirs) for theirs in their_owners)
        for position, other in enumerate(evidence.quantities):
            if other.start < evidence.overtaken and not claim.overtaken and claim.certainty == 3:
                continue  # what was planned and came otherwise
            found = replace(other, qualifier=Qualifier.EXACT) if _spans_time(evidence, other) else other
            score = fit(near, around[position]) + binding(claim, stated, bound, position)
            if order == len(evidence.quantities) and index == position:
                score += 0.05
            if owners_differ(mine, their_owners[position]):
                # Another's figure, the more surely when the evidence has one of the claim's own.
                score -= 0.6 if known else 0.15
            relation = compare_in_place(claim, claimed, evidence, found)
            slipped = not bases[position] and _same_figure(claimed, found) and claimed.scale != found.scale
            if not slipped and _bases_differ(claimed, ours, bases[position]):
                relation = Relation.INCOMPARABLE
                score -= 0.3
            if is_delta(claim, claimed) != is_delta(evidence, found):
                relation = Relation.INCOMPARABLE
                score -= 0.3
            elif _turned(claim, claimed, evidence, found):
                relation = Relation.INCOMPARABLE
            if claimed.dimension == "multiple" and found.dimension == "number" and not _TIMES.search(evidence.text):
                continue  # 2倍 against 5, a number of stacks
            if claimed.dimension == "number" and found.dimension == "multiple" and not _TIMES.search(claim.text):
                continue
            if (
                claimed.dimension != found.dimension
                and claimed.dimension.startswith("count:")
                and found.dimension.startswith("count:")
            ):
                score -= 0.25  # 個 and 台 may count one thing, but rarely do
            if bridge(claimed.dimension, found.dimension) is None:
                others.append((score, found))
                continue
            if found.dimension == "number" and claimed.dimension == "count:person" and evidence.lang == "ja":
                others.append((score, found))  # Japanese says 8人 where it counts people
                continue
            if claimed.dimension == found.dimension and claimed.unit == found.unit:
                score += 0.05
            if claimed.qualifier not in _POINTS and found.low and abs(claimed.low / found.low - 1) < _CLOSE:
                score += 0.25  # a bound is set near the value it is about
            candidates.append((score, found, relation))
        slots.append(_slot(claim, evidence, claimed, candidates, others))
    return slots


def _spans_time(statement: Statement, quantity: Quantity) -> bool:
    """Whether "over ten years" says how long something takes, and not that it takes more."""
    return (
        quantity.dimension == "time"
        and quantity.qualifier is Qualifier.MORE_THAN
        and statement.text[quantity.span_start : quantity.start].strip().lower() == "over"
    )


def _slot(
    claim: Statement,
    evidence: Statement,
    claimed: Quantity,
    candidates: Sequence[tuple[float, Quantity, Relation]],
    others: Sequence[tuple[float, Quantity]],
) -> Slot:
    if not candidates:
        swapped = [(score, found) for score, found in others if _same_figure(claimed, found) and score >= 0.5]
        if swapped:
            score, found = max(swapped, key=lambda item: item[0])
            return Slot(
                claimed,
                found,
                Relation.INCOMPARABLE,
                score,
                False,
                Difference("unit", _shown(claim.text, claimed), found.text),
            )
        return Slot(claimed, None, Relation.INCOMPARABLE, 0.0, False)
    best = max(candidates, key=lambda item: item[0])
    good = [item for item in candidates if _covers(claimed, item[1], item[2])]
    if any(item[1].low == claimed.low and item[2] in (Relation.DIFFERENT, Relation.OPEN) for item in candidates):
        good = [item for item in good if item[2] is not Relation.COMPATIBLE or item[1].low == claimed.low]
    if claimed.dimension.startswith("count:") and any(item[1].dimension == claimed.dimension for item in candidates):
        good = [item for item in good if item[1].dimension in (claimed.dimension, "number")]  # 72コア are not 72基
    if good:
        chosen = max(good, key=lambda item: item[0])
        near = NEAR if best[1].unit == chosen[1].unit or chosen[2] is not Relation.SAME else 3 * NEAR
        if chosen[0] >= best[0] - near:
            return Slot(claimed, chosen[1], chosen[2], max(chosen[0], 0.0), True)
        if best[2] is not Relation.DIFFERENT:
            return Slot(claimed, best[1], best[2], best[0], False)
    binary = [item for item in candidates if item[2] is Relation.BINARY_DECIMAL and item[0] >= best[0] - NEAR]
    if binary:
        best = max(binary, key=lambda item: item[0])
    score, found, relation = best
    difference = None
    bounded = claimed.qualifier is found.qualifier and claimed.qualifier not in _POINTS
    if relation is Relation.OPEN and bounded and score >= _SAME_PLACE and claimed.low != found.low:
        relation = Relation.DIFFERENT  # 1万社を超える where the source has 10万社を超える
    if relation is Relation.DIFFERENT and claimed.dimension == "data" and _orders_apart(claimed, found):
        return Slot(claimed, None, Relation.INCOMPARABLE, 0.0, False)  # 144GB against FP8（8ビット）
    if relation in (Relation.DIFFERENT, Relation.BINARY_DECIMAL):
        kind = (
            "unit"
            if relation is Relation.BINARY_DECIMAL or (_same_figure(claimed, found) and claimed.scale != found.scale)
            else "number"
        )
        difference = Difference(kind, _shown(claim.text, claimed), _shown_found(found))
    elif relation is Relation.INCOMPARABLE and _same_figure(claimed, found):
        mine, theirs = _following(claim, claimed), _following(evidence, found)
        if mine is not None and theirs is not None and theirs.form in opposites_of(mine.form):
            difference = Difference(
                "polarity", claim.text[claimed.start : mine.end], evidence.text[found.start : theirs.end]
            )
        elif score >= 0.5:
            difference = Difference("unit", _shown(claim.text, claimed), _shown_found(found))
    return Slot(claimed, found, relation, score, False, difference)


def _orders_apart(one: Quantity, two: Quantity) -> bool:
    low, high = sorted((abs(one.high), abs(two.high)))
    return low > 0 and high / low > _ORDERS and one.unit != two.unit


def _shown(text: str, quantity: Quantity) -> str:
    return text[quantity.span_start : quantity.span_end] if quantity.span_start >= 0 else quantity.text


def _shown_found(quantity: Quantity) -> str:
    marks = {Qualifier.LESS_THAN: "<", Qualifier.AT_MOST: "≤", Qualifier.AT_LEAST: "≥", Qualifier.MORE_THAN: ">"}
    return f"{marks.get(quantity.qualifier, '')}{quantity.text}"


def date_slots(claim: Statement, evidence: Statement, context: Sequence[DateSpan] = ()) -> list[Slot]:
    """Lay every date of the claim against the evidence; ``context`` are dates of the sentences before."""
    slots = []
    around = [surroundings(evidence, item.start, item.end) for item in evidence.dates] if claim.dates else []
    for index, claimed in enumerate(claim.dates):
        scored = []
        near = surroundings(claim, claimed.start, claimed.end)
        for position, found in enumerate(evidence.dates):
            score = fit(near, around[position])
            if len(claim.dates) == len(evidence.dates) and index == position:
                score += 0.1
            relation = compare_dates(claimed, found)
            if (
                relation is Relation.COMPATIBLE
                and claimed.qualifier is found.qualifier
                and claimed.qualifier not in _POINTS
            ):
                relation = Relation.OPEN
            scored.append((score, found, relation))
        slots.append(_date_slot(claimed, scored, evidence, context))
    return slots


def _date_slot(
    claimed: DateSpan,
    scored: Sequence[tuple[float, DateSpan, Relation]],
    evidence: Statement,
    context: Sequence[DateSpan],
) -> Slot:
    if not scored:
        for found in context:
            relation = compare_dates(claimed, found)
            if relation in _GOOD:
                return Slot(claimed, found, relation, 0.3, True)
        return Slot(claimed, None, Relation.INCOMPARABLE, 0.0, False)
    best = max(scored, key=lambda item: item[0])
    good = [item for item in scored if item[2] in _GOOD]
    if good:
        chosen = max(good, key=lambda item: item[0])
        if chosen[0] >= best[0] - NEAR or best[2] is not Relation.DIFFERENT:
            return Slot(claimed, chosen[1], chosen[2], chosen[0], True)
    if claimed.first is not None and claimed.granularity in ("day", "month") and best[1].first is None:
        # "In 2025 ... on 3 December": year and day stand apart in the evidence.
        years = [item for item in (*evidence.dates, *context) if item.first is not None]
        if best[2] is not Relation.DIFFERENT and any(
            item.first is not None and item.first.year == claimed.first.year for item in years
        ):
            return Slot(claimed, best[1], Relation.COMPATIBLE, best[0], True)
    score, found, relation = best
    difference = Difference("date", claimed.text, found.text) if relation is Relation.DIFFERENT else None
    return Slot(claimed, found, relation, score, False, difference)
