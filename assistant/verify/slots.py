"""Figures and dates of a claim laid against those of one evidence sentence, by what they measure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.text.dates import DateSpan, compare_dates
from assistant.text.quantities import Qualifier, Quantity, Relation, compare
from assistant.text.quantity_compare import bridge
from assistant.types import Difference
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


def same_word(first: Word, second: Word) -> bool:
    """Whether two words name the same: form, glossary term or group of like words."""
    if first.form == second.form or (first.concepts and first.concepts & second.concepts):
        return True
    if first.model or second.model:
        return False
    return bool(first.groups) and not first.groups.isdisjoint(second.groups)


_BORDER = re.compile(r"[、，；;。｜|]|, | and ")
Surroundings = list[tuple[Word, float]]


def surroundings(statement: Statement, start: int, end: int) -> Surroundings:
    """Words around a place, nearer ones heavier, those behind a clause border lighter."""
    borders = [match.start() for match in _BORDER.finditer(statement.text)]
    before, behind = bisect_left(borders, start), bisect_left(borders, end)
    scale = 12 if statement.lang == "ja" else 24
    out: Surroundings = []
    for word in statement.words:
        if word.end <= start:
            gap, crossed = start - word.end, before - bisect_left(borders, word.end)
        elif word.start >= end:
            gap, crossed = word.start - end + 2, bisect_left(borders, word.start) - behind
        else:
            continue
        out.append((word, word.weight / (1 + gap / scale + 0.7 * crossed)))
    return out


def fit(ours: Surroundings, theirs: Surroundings) -> float:
    """Share of a claim figure's surroundings that also surround the evidence figure, 0 to 1."""
    total = sum(weight for _, weight in ours)
    if not total:
        return 0.5
    score = 0.0
    for word, weight in ours:
        best = max((other_weight for other, other_weight in theirs if same_word(word, other)), default=0.0)
        score += min(weight, best * 1.25)
        if not best:
            turned = opposites_of(word.form)
            if turned and any(other.form in turned for other, _ in theirs):
                score -= weight / 2
    return max(0.0, min(1.0, score / total))


def owner(statement: Statement, start: int) -> tuple[Word, ...]:
    """Whose figure it is: the name that governs the place, in "AはX、BはY" the nearer one, with all its words."""
    names = [word for word in statement.words if word.kind == "name" and word.end <= start]
    if not names:
        return ()
    head = len(names) - 1
    if statement.lang == "ja":
        for index in range(len(names) - 1, -1, -1):
            if names[index].role in ("subject", "of", "place"):
                head = index
                break
    found = [names[head]]
    for word in reversed(names[:head]):
        if found[0].start - word.end > 1:
            break
        found.insert(0, word)
    return tuple(found)


_RESPECTIVELY = re.compile(r"それぞれ|各々|順に|\brespectively\b")


def owners(statement: Statement) -> list[tuple[Word, ...]]:
    """The owner of every figure of a statement, in order; 「それぞれ」 deals the names out one by one."""
    plain = [owner(statement, item.start) for item in statement.quantities]
    if len(plain) > 1 and _RESPECTIVELY.search(statement.text):
        distinct: list[tuple[Word, ...]] = []
        for word in statement.names:
            if word.end > statement.quantities[0].start:
                break
            if distinct and word.start - distinct[-1][-1].end <= 1:
                distinct[-1] = (*distinct[-1], word)
            else:
                distinct.append((word,))
        if len(distinct) == len(plain):
            return distinct
    return plain


def owners_differ(first: tuple[Word, ...], second: tuple[Word, ...]) -> bool:
    """Whether two owners are surely not one: other model numbers, or no word in common."""
    if not first or not second:
        return False
    models, others = {word.form for word in first if word.model}, {word.form for word in second if word.model}
    if models and others:
        return not any(same_word(one, two) for one in first if one.model for two in second if two.model)
    return not any(same_word(one, two) for one in first for two in second)


_SYSTEM = re.compile(
    r"UltraServer|ウルトラサーバー|サーバー|サーバ(?!ー)|ラック|クラスター|UltraCluster|インスタンス|システム|合計|全体|総計|[0-9一]台|個構成|NVL[0-9]+|\bpods?\b|ポッド|\bservers?\b|\bracks?\b|\bclusters?\b|\binstances?\b|"
    r"\bsystems?\b|\btotal\b|\baggregate\b|\bcombined\b",
    re.IGNORECASE,
)
_CHIP = re.compile(
    r"[1一][個基](?:当たり|あたり|の)|(?:GPU|チップ)[ ]?[1一][個基]|(?:チップ|GPU|アクセラレーター|プロセッサー?)(?:[1一]個|単体|当たり|あたり)|個当たり|個あたり|\bper[- ](?:chip|gpu|accelerator)|\bper chip|\beach chip|\bsingle chip|各[^、。]{0,14}チップ|/chip|/GPU",
    re.IGNORECASE,
)
_BASED = frozenset({"compute", "data", "data_rate", "power", "multiple", "percent", "energy"})


def basis(statement: Statement, quantity: Quantity) -> str:
    """What one unit of the figure is: ``chip``, ``system`` or not said. The nearest cue before it counts, else one behind."""
    if quantity.per in ("chip", "gpu"):
        return "chip"
    if quantity.per in ("server", "rack", "instance", "system", "node", "cluster"):
        return "system"
    text = statement.text
    begin = max(text.rfind(mark, 0, quantity.start) for mark in "。；;|") + 1
    nearest: tuple[int, str] | None = None
    for kind, pattern in (("system", _SYSTEM), ("chip", _CHIP)):
        for match in pattern.finditer(text, begin, quantity.start):
            if nearest is None or match.end() >= nearest[0]:
                nearest = (match.end(), kind)
    if nearest is not None:
        return nearest[1]
    tail = text[quantity.end : quantity.end + 60]
    after = min(
        (
            (cue.start(), kind)
            for kind, pattern in (("system", _SYSTEM), ("chip", _CHIP))
            if (cue := pattern.search(tail))
        ),
        default=None,
    )
    return after[1] if after is not None else ""


def _bases_differ(claimed: Quantity, mine: str, theirs: str) -> bool:
    """A chip's figure is not a server's; what does not say is taken for the chip's."""
    if claimed.dimension not in _BASED:
        return False
    return (mine or "chip") != (theirs or "chip") if "system" in (mine, theirs) else False


_DELTA = re.compile(
    r"(?:も|ほど|だけ|分|以上)?(?:多い|少ない|多く|少なく|高い|低い|高く|低く|の差|上回|下回|増(?!や)|の増|の減)|[ ](?:more|less|higher|lower|fewer|greater|larger|smaller)\b"
)


def is_delta(statement: Statement, quantity: Quantity, *, ratio: bool = False) -> bool:
    """Whether a figure is a difference: 32GB多い; with ``ratio`` also 50%多い."""
    return (ratio or quantity.dimension not in ("multiple", "percent", "point")) and _DELTA.match(
        statement.text, quantity.end
    ) is not None


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


_TIMES = re.compile(r"倍|\btimes\b|\bfold\b|\bratio\b|比", re.IGNORECASE)


def quantity_slots(claim: Statement, evidence: Statement) -> list[Slot]:
    """Lay every figure of the claim against the figure of the evidence that measures the same."""
    slots = []
    order = len(claim.quantities)
    if not order:
        return []
    our_owners, their_owners = owners(claim), owners(evidence)
    around = [surroundings(evidence, item.start, item.end) for item in evidence.quantities]
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
            found = replace(other, qualifier=Qualifier.EXACT) if _spans_time(evidence, other) else other
            score = fit(near, around[position])
            if order == len(evidence.quantities) and index == position:
                score += 0.05
            if owners_differ(mine, their_owners[position]):
                # Another's figure, the more surely when the evidence has one of the claim's own.
                score -= 0.6 if known else 0.15
            relation = compare_quantity(claimed, found)
            if _bases_differ(claimed, ours, bases[position]):
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
