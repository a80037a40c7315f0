"""Whether sources disagree about a claim: another value for the same thing on the same conditions.

Another basis (a chip and its server, dense and sparse, another format, another year) is no dispute, nor is the same
amount in other units. What a source itself gives as somebody else's value is one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal

from assistant.text.dates import compare_dates
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import Qualifier, Quantity, Relation
from assistant.text.quantity_compare import bridge
from assistant.types import Difference, SpecRow
from assistant.verify.agree import NO_CONTEXT, covered
from assistant.verify.evidence import EvidenceReader, EvidenceSentence
from assistant.verify.places import fit, has_word, owner, owners_differ, same_word, surroundings
from assistant.verify.relations import acts_on_another
from assistant.verify.slots import Slot, compare_quantity
from assistant.verify.statement import ATTRIBUTES, Statement, family
from assistant.verify.vocab import GENERIC, LIGHT_JA
from assistant.verify.weigh import Judged

_REPORTED = lazy_pattern(r"^(?:ただし|一部の|なお)|と書(?:く|いた|かれ|い)|という(?:数字|表記|値)もある")
_AGAINST_CONFLICT = 0.85
"""How fully another source must speak of the same thing to stand against a support."""
_PLACE = 0.6
_DENIAL = 0.8
_DENIED_WORDS = 4
_BACKWARDS = 0.55
_SOURCED = lazy_pattern(
    r"資料|文書|報道|表の|ホワイトペーパー|集計|調査|推計|説明|述べ|伝え|によ(?:る|れば|ると)|の値|公称|表記|引用|計算|"
    r"\b(?:according|reported|reports?|says?|said|documents?|table|white ?paper|list(?:ed|s)|cited|estimates?)\b",
    re.IGNORECASE,
)
"""Conditions that say whose value it is."""
_SPARSE = lazy_pattern(r"疎|スパース|\bsparse\b|\bsparsity\b", re.IGNORECASE)
_DENSE = lazy_pattern(r"(?<!高)密(?!度)|デンス|\bdense\b", re.IGNORECASE)
_ELSEWHERE = lazy_pattern(
    r"資料|文書|報道|報じ|報告|[ぁ-ん]表(?:では|に|も)|解説書|ガイド|計画例|設計例|ページ|発表時|当初|一部の|と書|と記|とする|とされ|という(?:数字|値|表記)|とも(?:書|言|い|さ)|"
    r"\b(?:launch|earlier|original|some|other|another)\b[^,;.]{0,40}\b(?:gave|give|list|say|said|show|put|quote|cite|report|materials?|documents?|pages?)",
    re.IGNORECASE,
)
"""Words beside a figure by which a text hands it on as somebody else's."""
_ALSO = lazy_pattern(r"も(?:ある|あり|出回|見られ|みられ|いる)|\b(?:also|some|others)\b", re.IGNORECASE)
_ROUNDED_OFF = lazy_pattern(r"丸め|四捨五入|に当たる|換算|\bround")
_PIECES = lazy_pattern(r"[^、。；;，]+|[^,;.]+")
_TWO_SIDES = lazy_pattern(
    r"(?:2つ|二つ|複数|3つ|三つ)の(?:説明|数字|値|説|見方|表記)(?:が|に)|(?:報道|説明|見方|資料|説)(?:が|は)(?:分か|割)れ|とも、?[^。]{1,20}とも(?:書|言|い|さ|伝|記)|諸説|資料によって|"
    r"\b(?:sources?|reports?|accounts?|figures?) (?:disagree|differ|diverge|conflict|vary)|\btwo (?:\w+ )?(?:figures|numbers|values|accounts) (?:circulate|exist|are)",
    re.IGNORECASE,
)


def conflicts(against: Judged, support: Judged, statement: Statement, reader: EvidenceReader) -> bool:
    """Whether a contradicting sentence speaks of the very thing a support speaks of."""
    if support.result.verbatim and len(statement.words) > 8:
        return False
    if {difference.kind for difference in against.result.differences} <= {"unit"}:
        return False  # 144 GB here and 144 GiB there: told apart by the source, no dispute
    slots = [slot for slot in against.result.slots if slot.difference is not None]
    if slots and all(_binary_twin(slot) for slot in slots):
        return False
    mine, theirs = support.sentence.passage.spec, against.sentence.passage.spec
    if {difference.kind for difference in against.result.differences} == {"polarity"}:
        return _denied_outright(against, statement)
    if not slots or any(_has_claimed(slot, against) for slot in slots):
        return False  # a sentence that has the claimed figure too tells two things apart
    other = against.sentence.statement
    if mine is not None and theirs is not None:
        return same_fact(mine, theirs) and not told_apart(statement, mine, theirs, reader)
    if not statement.names or not _same_predicate(statement, other, against):
        return False
    strangers = [word for word in other.names if not has_word(statement, word)]
    if any(
        word.model or word.role == "subject" for word in strangers if not has_word(support.sentence.statement, word)
    ):
        return False  # another precision, another company
    if against.result.coverage < _AGAINST_CONFLICT or min(slot.fit for slot in slots) < _PLACE:
        return False
    if _REPORTED.search(other.text):
        return False  # the source itself sets this value apart
    if acts_on_another(statement):
        return False  # who paid five once may have paid eight in all
    if len(other.dates) > len(statement.dates) or _other_day(statement, other):
        return False  # true on another day
    backwards = [
        fit(
            surroundings(other, slot.found.start, slot.found.end),
            surroundings(statement, slot.claimed.start, slot.claimed.end),
        )
        for slot in slots
        if slot.found is not None
    ]
    return bool(backwards) and min(backwards) >= _BACKWARDS


def _denied_outright(against: Judged, statement: Statement) -> bool:
    """Whether another source denies it in nearly all of its words: 出資者はAWSではなくAmazon."""
    other = against.sentence.statement
    return (
        other.negated
        and not statement.negated
        and against.result.coverage >= _DENIAL
        and len(statement.words) >= _DENIED_WORDS
        and bool(statement.names)
        and all(covered(word, other, NO_CONTEXT) for word in statement.names)
    )


def _same_predicate(statement: Statement, other: Statement, against: Judged) -> bool:
    """Whether both end alike: 1,979TFLOPSと比べる is not 1,835TFLOPSだ."""
    if against.sentence.passage.spec is not None or statement.lang != "ja" or other.lang != "ja":
        return True
    last = statement.words[-1]
    if last.kind != "verb" or last.form in LIGHT_JA:
        return True
    return has_word(other, last)


def _other_day(statement: Statement, other: Statement) -> bool:
    return (
        bool(statement.dates)
        and bool(other.dates)
        and all(compare_dates(one, two) is Relation.DIFFERENT for one in statement.dates for two in other.dates)
    )


def same_fact(mine: SpecRow, theirs: SpecRow) -> bool:
    """Whether two rows give the same attribute of the same thing."""
    return mine.entity == theirs.entity and mine.attribute == theirs.attribute


def told_apart(statement: Statement, mine: SpecRow, theirs: SpecRow, reader: EvidenceReader) -> bool:
    """Whether the conditions of two rows explain their two values, or the claim names those of its own."""
    one, two = reader.read(mine.conditions), reader.read(theirs.conditions)
    own = [
        word for word in one.words if word.form not in GENERIC and word.form not in LIGHT_JA and not has_word(two, word)
    ]
    # Words of the row's own name or attribute name no condition.
    named = reader.read(f"{mine.entity}、{mine.attribute}、{mine.attribute_alt}")
    if any(same_word(word, item) and not has_word(named, word) for word in own for item in statement.words):
        return True
    if (
        _density(mine.conditions)
        and _density(theirs.conditions)
        and _density(mine.conditions) != _density(theirs.conditions)
    ):
        return True
    if one.dates and two.dates and _other_day(one, two):
        return True
    formats, others = _formats(one), _formats(two)
    if formats and others and formats.isdisjoint(others):
        return True
    sides = {basis_of(mine), basis_of(theirs)}
    if sides == {"chip", "system"}:
        return True
    sourced = _SOURCED.search(mine.conditions) or _SOURCED.search(theirs.conditions)
    bare = not mine.conditions or not theirs.conditions or mine.conditions == theirs.conditions
    return not (sourced or bare)  # SXM and PCIe: two variants, and nobody disagrees


def basis_of(row: SpecRow) -> str:
    """``chip`` or ``system`` where a row's conditions say so."""
    found = re.search(
        r"(?P<chip>チップ(?:1個)?当たり|(?:GPU|アクセラレーター)\s?1[個基]当たり|\bper (?:chip|GPU)\b)|(?P<system>全体|1台当たり|ラック|\bper (?:server|rack|system)\b)",
        row.conditions,
    )
    return found.lastgroup or "" if found is not None else ""


def _density(conditions: str) -> str:
    sparse, dense = _SPARSE.search(conditions), _DENSE.search(conditions)
    if sparse and dense:
        return "sparse" if sparse.start() < dense.start() else "dense"
    return "sparse" if sparse else "dense" if dense else ""


def _formats(statement: Statement) -> frozenset[str]:
    return frozenset(word.form for word in statement.words if word.model and family(word) in ATTRIBUTES)


def other_value(claim: Statement, support: Judged, row: EvidenceSentence) -> Difference | None:
    """What another row of the same fact has in the place of the claimed value; None when it agrees or measures else.

    Rows without a figure differ when both say who reported them and neither repeats the other.
    """
    mine, theirs = support.sentence.passage.spec, row.passage.spec
    if mine is None or theirs is None or mine.value == theirs.value:
        return None
    values = value_figures(row)
    for slot in support.result.slots:
        if not isinstance(slot.claimed, Quantity) or not isinstance(slot.found, Quantity) or not slot.covered:
            continue
        for found in values:
            if bridge(slot.claimed.dimension, found.dimension) is None:
                continue
            if compare_quantity(slot.claimed, found) is not Relation.DIFFERENT:
                return None
            if _binary_twin(Slot(slot.claimed, found, Relation.DIFFERENT, 1.0, False)):
                return None
            return Difference("number", slot.claimed.text, found.text)
    if claim.quantities or values or value_figures(support.sentence):
        return None
    reported = _SOURCED.search(mine.conditions) and _SOURCED.search(theirs.conditions)
    if not reported or mine.value in theirs.value or theirs.value in mine.value:
        return None
    return Difference("name", mine.value, theirs.value)


def value_figures(row: EvidenceSentence) -> list[Quantity]:
    """Figures of a row's value, without those of its conditions."""
    start, end = value_span(row.text)
    return [item for item in row.statement.quantities if start <= item.start < end]


def value_span(text: str) -> tuple[int, int]:
    """Where the value stands in the line of a row, ``attribute: value（conditions）``."""
    start = text.find(": ") + 2 if ": " in text else 0
    end = text.find("（", start)
    return start, end if end > 0 else len(text)


def handed_on(claim: Statement, sentence: EvidenceSentence, against: Sequence[Judged] = ()) -> Difference | None:
    """The value a source puts forward where it has the claimed one only as somebody else's.

    「288 GB（270 GBと記すクラウド事業者の表もある）」 beside a claim of 270 GB. None when the claim itself says whose
    value it is, or the figure is of another thing. A sentence that says no more than 「191TFLOPSと書く資料もある」
    is held beside what the sentences ``against`` have in its place.
    """
    if len(claim.quantities) != 1 or not claim.names or _ELSEWHERE.search(claim.text):
        return None
    claimed = claim.quantities[0]
    if claimed.qualifier not in (Qualifier.EXACT, Qualifier.ABOUT):
        return None
    statement = sentence.statement
    same = [item for item in statement.quantities if compare_quantity(claimed, item) is Relation.SAME]
    if len(same) != 1 or not _about_it(claim, sentence):
        return None
    found = same[0]
    piece_start, piece = _piece(statement.text, found)
    if not _ELSEWHERE.search(piece) or _ROUNDED_OFF.search(piece):
        return None
    if any(
        word.model and family(word) not in ATTRIBUTES | claim.forms and not has_word(claim, word)
        for word in statement.names
        if piece_start <= word.start < found.start
    ):
        return None  # GB300では5000 TFLOPS: another product's
    if sentence.passage.spec is not None:
        start, end = value_span(statement.text)
        if start <= found.start < end:
            return None  # it is the value itself
        others = value_figures(sentence)
    else:
        others = [item for item in statement.quantities if item is not found]
        others = [
            item for item in others if not owners_differ(owner(statement, item.start), owner(statement, found.start))
        ]
    for item in others:
        if (
            item.dimension == found.dimension
            and compare_quantity(claimed, item) is Relation.DIFFERENT
            and not _binary_twin(Slot(claimed, item, Relation.DIFFERENT, 1.0, False))
        ):
            return Difference("number", claimed.text, item.text)
    if others or sentence.passage.spec is not None or not _ALSO.search(piece):
        return None
    differences = [item for judged in against for item in judged.result.differences if item.kind == "number"]
    return next((item for item in differences if item.claimed.endswith(claimed.text)), None)


def _piece(text: str, figure: Quantity) -> tuple[int, str]:
    """The clause a figure stands in."""
    start = max(text.rfind(mark, 0, figure.start) for mark in "、。；;，（(") + 1
    ends = [position for mark in "、。；;，" if (position := text.find(mark, figure.end)) > 0]
    return start, text[start : min(ends, default=len(text))]


def _about_it(claim: Statement, sentence: EvidenceSentence) -> bool:
    """Whether a sentence names what the claim names and measures what it measures."""
    for word in claim.words:
        if word.kind == "name" and family(word) in ATTRIBUTES and word.model:
            continue
        if word.kind == "name" and not covered(word, sentence.statement, sentence.context):
            return False
        if word.kind != "name" and word.concepts and not covered(word, sentence.statement, sentence.context):
            return False
    return True


def leaves_open(claim: Statement, sentence: EvidenceSentence) -> bool:
    """Whether a sentence tells of two accounts, the claimed one among them, where the claim tells of one."""
    text = sentence.statement.text
    if not _TWO_SIDES.search(text) or _TWO_SIDES.search(claim.text) or _ELSEWHERE.search(claim.text):
        return False
    has = [
        any(compare_quantity(item, found) is Relation.SAME for found in sentence.statement.quantities)
        for item in claim.quantities
    ]
    names = all(covered(word, sentence.statement, NO_CONTEXT) for word in claim.names)
    return bool(has) and all(has) and names


def _binary_twin(slot: Slot) -> bool:
    """Whether 20.7TB stands against 20736GiB: the same digits, counted in thousands or in 1,024s."""
    one, two = slot.claimed, slot.found
    if not isinstance(one, Quantity) or not isinstance(two, Quantity) or one.binary == two.binary:
        return False
    if one.binary:
        one, two = two, one
    power = round(math.log(float(two.scale), 1024)) if two.scale > 1 else 0
    decimal = two.low / two.scale * Decimal(1000) ** power
    return bool(abs(one.low - decimal) <= max(one.step, decimal / 200))


def _has_claimed(slot: Slot, against: Judged) -> bool:
    if not isinstance(slot.claimed, Quantity):
        return False
    return any(
        compare_quantity(slot.claimed, found) is Relation.SAME for found in against.sentence.statement.quantities
    )
