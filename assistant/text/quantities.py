"""Quantities in Japanese and English text, with exact values and offsets into the text as given.

``find_quantities`` reads figures; ``compare`` says what a found figure means for a claimed one;
``unsupported_figures`` names the figures and dates of a sentence that its evidence does not state.
Years and dates are read by ``assistant.text.dates`` and are no quantities.
"""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.text.date_scan import scan_dates
from assistant.text.patterns import lazy_pattern
from assistant.text.quantity_atoms import Atom, is_basis, read_atom
from assistant.text.quantity_compare import compare
from assistant.text.quantity_context import (
    EVERY,
    currency_before,
    per_after,
    per_before,
    qualifier_after,
    qualifier_before,
)
from assistant.text.quantity_fold import Folded, fold
from assistant.text.quantity_numbers import NUMBER, NUMBER_ASCII
from assistant.text.quantity_types import Qualifier, Quantity, Relation

__all__ = ["Qualifier", "Quantity", "Relation", "compare", "find_quantities"]

_CJK = lazy_pattern(r"[\u3000-\u30ff\u4e00-\u9fff¼-¾⅐-⅞]")
_LINK = lazy_pattern(
    r"(?:https?://|www\.)[^\s、。）」<>|]+|[A-Za-z0-9_.+-]+@[A-Za-z0-9.-]+|(?:doi|DOI|arXiv)[: ][ ]?[0-9][^\s、。]*|\b10\.[0-9]{4,5}/[^\s、。]+"
)
_RANGE = lazy_pattern(r"[ ]?(?P<sep>-|~|から|ないし|乃至|、|,|[ ]to[ ]|[ ]and[ ]|to[ ]|and[ ])[ ]?")
_BETWEEN = lazy_pattern(r"\bbetween[ ](?:about[ ]|around[ ])?[^ ]{0,2}$", re.IGNORECASE)
_CHANGE = lazy_pattern(
    r"(?:rose|rise|rises|grew|grow|grown|growth|increas\w*|fell|fall\w*|drop\w*|declin\w*|went|decreas\w*|expan\w*|reduc\w*|cut|raised?|"
    r"climb\w*|improv\w*|jump\w*|slip\w*|shr[aiu]nk\w*|chang\w*|up|down|mov\w*|surg\w*|rising|lower\w*|doubl\w*)\b.{0,24}\bfrom[ ][^ ]{0,2}$",
    re.IGNORECASE | re.DOTALL,
)
_UNIT_HEADER = lazy_pattern(r"(?:単位[:： ]*|[(（])$")
_RATES = {"second": Decimal(1), "minute": Decimal(60), "hour": Decimal(3600)}
_COMPOUND = frozenset({"time", "length", "mass", "age"})
_SEPARATOR = lazy_pattern(r"(?:[ ]and[ ]|,?[ ])?")
_WARI = lazy_pattern(r"([0-9]|[一二三四五六七八九])分(?:([0-9]|[一二三四五六七八九])厘)?(?!の[0-9一二三])")
_DIGIT = {char: index for index, char in enumerate("〇一二三四五六七八九")} | {str(index): index for index in range(10)}
_ONE_IN_JA = lazy_pattern(r"(人|社|台|個|件|回|店|校)に([0-9]{1,2}|一)\1")
_ACCOUNTING = lazy_pattern(r"[ ]*(?:\||\n|$)")


def _links(text: str) -> list[tuple[int, int]]:
    if "://" in text or "www." in text or "@" in text or "10." in text or "arXiv" in text or "oi" in text:
        return [match.span() for match in _LINK.finditer(text)]
    return []


def _extend(text: str, atom: Atom) -> Atom:
    """Join 1時間30分, 三割五分 and 5 feet 10 inches into one figure."""
    if atom.unit == "割":
        match = _WARI.match(text, atom.end)
        if match is not None:
            extra = Decimal(_DIGIT[match[1]]) + (Decimal(_DIGIT[match[2]]) / 10 if match[2] else 0)
            atom.low, atom.high, atom.step, atom.end = atom.low + extra, atom.high + extra, Decimal(1), match.end()
            atom.step = Decimal("0.1") if match[2] else Decimal(1)
        return atom
    share = _ONE_IN_JA.match(text, atom.end - 1) if atom.dimension.startswith("count:") else None
    if share is not None and atom.low > 1:
        value = (Decimal(1) if share[2] == "一" else Decimal(share[2])) / atom.low
        return Atom(atom.start, share.end(), value, value, Decimal(0), Decimal(1), "multiple", "")
    while atom.dimension in _COMPOUND or atom.dimension.startswith("currency:"):
        gap = _SEPARATOR.match(text, atom.end)
        position = gap.end() if gap is not None else atom.end
        match = NUMBER.match(text, position)
        if match is None or match.lastgroup not in ("dig", "kan"):
            return atom
        if position != atom.end and (atom.dimension.startswith("currency:") or "-" in text[atom.start : atom.end]):
            return atom  # "a 10-year, 24-hour" is two figures
        other = read_atom(text, match)
        if (
            isinstance(other, int)
            or other.dimension != atom.dimension
            or other.start != position
            or other.factor >= atom.factor
        ):
            return atom
        atom.low, atom.high = atom.low + other.low, atom.high + other.high
        atom.step, atom.factor, atom.end, atom.scale = other.step, other.factor, other.end, other.scale
    return atom


def _join_range(text: str, first: Atom) -> Atom | None:
    """Read the second half of 8割から9割, 10-15%, between 5 and 7 million, or None."""
    gap = _RANGE.match(text, first.end)
    if gap is None:
        return None
    sep = gap["sep"].strip()
    if sep == "and" and not _BETWEEN.search(text, max(0, first.start - 18), first.start):
        return None
    position = gap.end()
    if position < len(text) and text[position] in "$€£¥約":
        position += 1
    match = NUMBER.match(text, position)
    if match is None:
        return None
    second = read_atom(text, match)
    if (
        isinstance(second, int)
        or second.weak
        or second.dimension.startswith(("ordinal", "clock")) != first.dimension.startswith(("ordinal", "clock"))
    ):
        return None
    if sep in ("、", ",") and not _is_pair(first, second):
        return None
    second = _extend(text, second)
    if sep == "から" and text[second.end : second.end + 1] in ("に", "へ"):
        return None
    if sep == "to" and _CHANGE.search(text, max(0, first.start - 48), first.start):
        return None
    if sep in ("-", "to", "、", ",") and first.bare and second.bare and sep == "-":
        return None
    low = first.low
    if (first.dimension == "number" and second.dimension != "number") or (
        first.dimension == second.dimension and not first.magnified and second.magnified
    ):
        factor = second.scale / first.scale if first.scale else Decimal(1)
        low = first.low * factor
        if low >= second.low and first.bare:
            low = first.low * second.factor
    elif first.dimension != second.dimension:
        return None
    if low >= second.high:
        return None
    unit = second.unit or first.unit
    return Atom(
        first.start,
        second.end,
        low,
        second.high,
        second.step,
        second.scale,
        second.dimension,
        unit,
        second.factor,
        second.binary,
        magnified=second.magnified,
    )


def _is_pair(first: Atom, second: Atom) -> bool:
    """Whether 二、三人 says two or three; 3、10 is a list."""
    if not (first.bare or first.weak) or second.bare or first.low > 9:
        return False
    return second.low / (second.scale or 1) - first.low == 1


def _is_accounting(text: str, atom: Atom) -> bool:
    """Whether a cell holds (1,234), the negative of a financial table."""
    if text[atom.start - 1 : atom.start] != "(" or text[atom.end : atom.end + 1] != ")":
        return False
    sign = currency_before(text, atom.start - 1)
    if sign is not None and atom.dimension == "number":
        atom.dimension = f"currency:{sign[0]}"
    before = text[max(0, atom.start - 8) : atom.start - 1].rstrip(" $¥€£")
    return (not before or before[-1] in "|\n") and "|" in text and _ACCOUNTING.match(text, atom.end + 1) is not None


def _build(folded: Folded, given: str, atom: Atom) -> Quantity:
    text = folded.text
    per, low, high, step, scale, dimension = "", atom.low, atom.high, atom.step, atom.scale, atom.dimension
    span_start, span_end, end = atom.start, atom.end, atom.end
    qualifier = Qualifier.EXACT
    head = qualifier_before(text, atom.start)
    if not dimension.startswith(("ordinal", "clock")):
        basis = per_after(text, end)
        if basis is not None:
            per, end = basis
            span_end = end
        else:
            basis = per_before(text, head[1] if head else atom.start)
            if basis is not None:
                per, span_start = basis[0], basis[1]
                if per == "unit" and dimension == "time" and "年間" in text[basis[1] : atom.start]:
                    per = ""
                if head is None:
                    head = qualifier_before(text, basis[1])
    if per in _RATES and dimension in ("data", "length", "compute"):
        if dimension != "compute":
            divisor = _RATES[per]
            low, high, step, scale = low / divisor, high / divisor, step / divisor, scale / divisor
            dimension = "data_rate" if dimension == "data" else "speed"
        per = ""
    tail = qualifier_after(text, span_end)
    if head is not None:
        qualifier, span_start = head[0], min(head[1], span_start)
    if tail is not None:
        span_end = tail[1]
        if head is None or tail[0] is not Qualifier.ABOUT:
            qualifier = tail[0]
    if text.startswith("過半数", atom.start) and qualifier is Qualifier.EXACT:
        qualifier = Qualifier.MORE_THAN
    unit = atom.unit
    if end > atom.end and text[atom.end : end].strip()[:1] == "/":
        unit += text[atom.end : end].strip()
    else:
        end = atom.end
    first = atom.start
    if span_start < first and text[span_start:first] in EVERY:
        first = span_start  # 毎秒 and 時速 are half of the unit
    start, stop = folded.original(first, end)
    outer_start, _ = folded.original(min(span_start, atom.start), end)
    _, outer_end = folded.original(atom.start, max(span_end, end))
    return Quantity(
        start=start,
        end=stop,
        text=given[start:stop],
        low=low,
        high=high,
        dimension=dimension,
        unit=unit,
        per=per,
        qualifier=qualifier,
        binary=atom.binary,
        scale=scale,
        step=step,
        span_start=outer_start,
        span_end=outer_end,
    )


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Find figures with their units; dates, part numbers, versions and telephone numbers are left out.

    Returns:
        Quantities in order, never overlapping; ``text[q.start:q.end] == q.text`` for each.
    """
    folded = fold(text)
    plain = folded.text
    number = NUMBER if _CJK.search(plain) else NUMBER_ASCII
    match = number.search(plain)
    if match is None:
        return ()
    blocked = sorted([*((item.start, item.end) for item in scan_dates(plain)), *_links(plain)])
    blocked.append((len(plain) + 1, len(plain) + 1))
    index, last_end = 0, 0
    found: list[Quantity] = []
    while match is not None:
        start = match.start()
        while blocked[index][1] <= start:
            index += 1
        if blocked[index][0] <= start:
            match = number.search(plain, blocked[index][1])
            continue
        atom = read_atom(plain, match)
        if isinstance(atom, int):
            match = number.search(plain, max(atom, match.end() if atom <= start else atom))
            continue
        atom = _extend(plain, atom)
        joined = _join_range(plain, atom)
        atom = joined or atom
        if joined is not None and atom.end > blocked[index][0]:
            again = read_atom(plain, match)  # the second half is a date
            assert isinstance(again, Atom)
            atom = _extend(plain, again)
        position = max(atom.end, match.end())
        if (
            not atom.weak
            and not is_basis(plain, atom)
            and not _is_header(plain, atom, match.start())
            and atom.start >= last_end
        ):
            if _is_accounting(plain, atom):
                atom.low, atom.high = -atom.high, -atom.low
            quantity = _build(folded, text, atom)
            if not found or quantity.start >= found[-1].end:
                found.append(quantity)
            last_end = position
        match = number.search(plain, position)
    return tuple(found)


def _is_header(text: str, atom: Atom, number_start: int) -> bool:
    """Whether 百万円 or 千株 is the unit of a table ("単位：百万円"), not one million yen."""
    if text[number_start] not in "百千十":
        return False
    if _UNIT_HEADER.search(text, max(0, number_start - 5), number_start) is not None:
        return True
    before, after = text[max(0, number_start - 3) : number_start].rstrip(" "), text[atom.end : atom.end + 3].lstrip(" ")
    return before[-1:] in ("|", ":", "\n") and after[:1] in ("", "|", ")", "\n")
