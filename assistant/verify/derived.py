"""Claims that no source states but two figures of the library yield: ratios, differences and sums of two products."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import Qualifier, Quantity, Relation
from assistant.types import Claim, ClaimVerdict, Difference, Evidence, SpecRow, Verdict, cite
from assistant.verify import wording
from assistant.verify.compared import products, sides
from assistant.verify.evidence import EvidenceSentence
from assistant.verify.places import basis, has_word
from assistant.verify.slots import compare_quantity, is_delta
from assistant.verify.statement import ATTRIBUTES, Statement, Word, family

_RATIOS = frozenset({"multiple", "percent"})
_NO_MEASURE = frozenset({"multiple", "percent", "point", "number"})
_TOGETHER = lazy_pattern(
    r"合計|合わせ|足す|足し|総計|\b(?:combined|together|in total|total(?:s|ling)?|sum)\b", re.IGNORECASE
)
_FALLS = lazy_pattern(r"^(?:ほど|だけ|も)?(?:少な|低|小さ|短|軽|減|下回)|^ ?(?:less|lower|fewer|smaller|shorter)")
_FORMATS = lazy_pattern(r"(?:MX|NV)?((?:FP|BF|TF|INT)[0-9]{1,2})", re.IGNORECASE)
_SPARSE = lazy_pattern(r"疎|スパース|\bsparse|sparsity", re.IGNORECASE)
_SAME_VALUE = Decimal("0.03")
"""Two results this close are one result with differently rounded operands."""
_FITTING = frozenset({Relation.SAME, Relation.ROUNDED, Relation.COMPATIBLE})


@dataclass(frozen=True, slots=True)
class Operand:
    """A figure of one product with the sentence it stands in."""

    quantity: Quantity
    sentence: EvidenceSentence
    marks: frozenset[str]  # format, sparsity and basis it holds for
    attribute: str


@dataclass(frozen=True, slots=True)
class Derivation:
    """What a claim says of two products: ``first sign second`` is ``result``."""

    first: str
    second: str
    sign: str  # "/", "-", "+" or "%": by how many percent the first exceeds the second
    result: Quantity
    falls: bool = False


def derivation(claim: Statement) -> Derivation | None:
    """The calculation a claim implies, or None when it implies none that is clear."""
    if claim.negated or claim.denied or len(claim.quantities) != 1:
        return None
    result = claim.quantities[0]
    named = list(dict.fromkeys(word.form for word in products(claim)))
    if len(named) != 2:
        return None
    falls = _FALLS.search(claim.text[result.end :]) is not None
    if result.dimension in _RATIOS:
        found = sides(claim)
        if found is None:
            return None
        more = result.dimension == "percent" and (is_delta(claim, result, ratio=True))
        return Derivation(*found, "%" if more else "/", result, falls)
    if is_delta(claim, result):
        found = sides(claim, any_quantity=True)
        return Derivation(*found, "-", result, falls) if found is not None else None
    if _TOGETHER.search(claim.text):
        return Derivation(named[0], named[1], "+", result)
    return None


def about_one(claim: Statement, form: str, other: str) -> Statement:
    """The claim as if it spoke of one of its products only, without the figure."""
    words = tuple(word for word in claim.words if word.form != other)
    return replace(
        claim,
        words=words,
        quantities=(),
        dates=(),
        forms=frozenset(word.form for word in words),
        concepts=frozenset(key for word in words for key in word.concepts),
    )


def operands(
    about: Statement,
    form: str,
    sentences: Iterable[EvidenceSentence],
    matches: Callable[[Statement, SpecRow, bool], bool],
) -> list[Operand]:
    """Figures of one product for the attribute the claim speaks of.

    A row of its sheet, or a sentence that names no other product, has the attribute's words and one figure.
    """
    found = []
    wanted = [
        word
        for word in about.words
        if word.kind == "noun" and not _is_product(word) and not _TOGETHER.fullmatch(about.text[word.start : word.end])
    ]
    for sentence in sentences:
        spec = sentence.passage.spec
        statement = sentence.statement
        figures = [item for item in statement.quantities if item.dimension not in _NO_MEASURE]
        if spec is not None:
            if not figures or not wanted or not matches(about, spec, True):
                continue
            if not all(_has(statement, word) for word in wanted):
                continue  # メモリ帯域幅 is not メモリ容量, though half of the words agree
            figures = figures[:1]
        else:
            own = {word.form for word in products(statement)}
            if own != {form} or len(figures) != 1 or sentence.is_heading or statement.denied or not wanted:
                continue
            if not all(_has(statement, word) for word in wanted):
                continue
        marks = _marks(sentence.text, statement, figures[0])
        found.append(Operand(figures[0], sentence, marks, spec.attribute if spec is not None else ""))
    return found


def _has(statement: Statement, word: Word) -> bool:
    return bool(word.concepts & statement.concepts) or has_word(statement, word)


def _is_product(word: Word) -> bool:
    return word.model and family(word) not in ATTRIBUTES


def _marks(text: str, statement: Statement, quantity: Quantity) -> frozenset[str]:
    marks = {match.upper() for match in _FORMATS.findall(text)}
    if _SPARSE.search(text):
        marks.add("sparse")
    marks.add(basis(statement, quantity) or "chip")
    return frozenset(marks)


def judge_derived(
    placed: Claim, claim: Statement, asked: Derivation, first: list[Operand], second: list[Operand], lang: str
) -> ClaimVerdict | None:
    """A verdict when every pair of comparable operands gives one result; None otherwise."""
    wanted = {match.upper() for match in _FORMATS.findall(claim.text)}
    if _SPARSE.search(claim.text):
        wanted.add("sparse")
    fitting: list[tuple[Operand, Operand, Decimal]] = []
    other: list[tuple[Operand, Operand, Decimal]] = []
    for one in first:
        for two in second:
            formats = one.marks - {"chip", "system"}
            if one.quantity.dimension != two.quantity.dimension or one.marks != two.marks or not wanted <= formats:
                continue
            if "sparse" in formats and "sparse" not in wanted:
                continue
            if one.attribute and two.attribute and one.attribute != two.attribute:
                continue
            if one.quantity.binary != two.quantity.binary or two.quantity.low <= 0 or one.quantity.is_range:
                continue
            value = _value(asked, one.quantity, two.quantity)
            if value is None:
                continue
            (fitting if _fits(asked.result, value) else other).append((one, two, value))
    if fitting and not other:
        one, two, value = fitting[0]
        return _verdict(placed, asked, one, two, value, lang, right=True)
    if other and not fitting:
        values = [value for _, _, value in other]
        if max(values) - min(values) <= _SAME_VALUE * max(abs(value) for value in values):
            one, two, value = other[0]
            return _verdict(placed, asked, one, two, value, lang, right=False)
    return None


def _value(asked: Derivation, one: Quantity, two: Quantity) -> Decimal | None:
    if asked.sign == "/":
        value = one.low / two.low
        return value * 100 if asked.result.dimension == "percent" else value
    if asked.sign == "%":
        value = (one.low / two.low - 1) * 100
        return -value if asked.falls else value
    if asked.result.dimension != one.dimension:
        return None
    if asked.sign == "-":
        return two.low - one.low if asked.falls else one.low - two.low
    return one.low + two.low


def _fits(claimed: Quantity, value: Decimal) -> bool:
    exact = replace(
        claimed,
        low=value,
        high=value,
        qualifier=Qualifier.EXACT,
        step=abs(value) / 10**6,
        per="",
        binary=claimed.binary,
    )
    return compare_quantity(claimed, exact) in _FITTING


def _verdict(
    placed: Claim, asked: Derivation, one: Operand, two: Operand, value: Decimal, lang: str, *, right: bool
) -> ClaimVerdict:
    scale = asked.result.scale or Decimal(1)
    shown = f"{(value if asked.sign in '/%' else value / scale).quantize(Decimal('0.01')).normalize():f}"
    unit = asked.result.unit if asked.sign in "-+" else "%" if asked.result.dimension == "percent" else ""
    if not unit:
        unit = "倍" if lang == "ja" else "×"
    stance = "for" if right else "against"
    evidence = tuple(
        Evidence(cite(item.sentence.passage, item.sentence.start, item.sentence.end, marker=number), stance)
        for number, item in enumerate((one, two), start=1)
    )
    reason = wording.derived(
        (one.quantity.text, one.sentence.passage.title),
        (two.quantity.text, two.sentence.passage.title),
        asked.sign,
        shown + unit,
        lang,
        right=right,
    )
    differences = () if right else (Difference("number", asked.result.text, shown + unit),)
    verdict = Verdict.SUPPORTED if right else Verdict.CONTRADICTED
    return ClaimVerdict(placed, verdict, reason, differences, evidence)
