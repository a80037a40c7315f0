"""Calculated claims: "362 / 144 ≈ 2.5" is worked out, and its operands are looked up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from assistant.types import Claim, ClaimVerdict, Difference, Evidence, Verdict, cite
from assistant.verify import wording
from assistant.verify.statement import Statement

if TYPE_CHECKING:
    from assistant.verify.weigh import Judged

_N = r"[0-9][0-9,]*(?:\.[0-9]+)?"
_U = r"[^0-9\s、。=≈÷×/*+-]{0,12}"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            rf"(?P<a>{_N}){_U}を[^0-9。]{{0,16}}?(?P<b>{_N}){_U}で割る?(?:と|った値は|れば)、?(?:1[^0-9、。]{{1,6}}(?:当たり|あたり))?[^0-9。]{{0,12}}?(?P<r>{_N})"
        ),
        "/",
    ),
    (
        re.compile(
            rf"(?P<a>{_N}){_U}に[^0-9。]{{0,16}}?(?P<b>{_N}){_U}を(?:掛け|かけ)(?:る|れば)?と?、?[^0-9。]{{0,12}}?(?P<r>{_N})"
        ),
        "*",
    ),
    (
        re.compile(
            rf"(?P<a>{_N}){_U}に[^0-9。]{{0,16}}?(?P<b>{_N}){_U}を(?:足|加え)(?:す|る|せば)?と?、?[^0-9。]{{0,12}}?(?P<r>{_N})"
        ),
        "+",
    ),
    (re.compile(rf"(?P<a>{_N}){_U}から[^0-9。]{{0,16}}?(?P<b>{_N}){_U}を引くと、?[^0-9。]{{0,12}}?(?P<r>{_N})"), "-"),
    (
        re.compile(
            rf"(?P<a>{_N})\s*{_U}\s*(?P<op>[/÷×*+])\s*(?P<b>{_N})\s*{_U}\s*(?:=|≈|≒|は約?|is about |is )\s*約?(?P<r>{_N})"
        ),
        "op",
    ),
    (
        re.compile(
            rf"(?P<a>{_N})[^0-9.]{{0,20}}? divided by (?P<b>{_N})[^0-9.]{{0,20}}? (?:is|gives|equals|comes to)(?: about| roughly| around)? (?P<r>{_N})"
        ),
        "/",
    ),
    (
        re.compile(
            rf"(?P<a>{_N})[^0-9.]{{0,20}}? (?:times|multiplied by) (?P<b>{_N})[^0-9.]{{0,20}}? (?:is|gives|equals|makes)(?: about| roughly| around)? (?P<r>{_N})"
        ),
        "*",
    ),
)


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def check_arithmetic(placed: Claim, claim: Statement, judged: Sequence[Judged], lang: str) -> ClaimVerdict | None:
    """A verdict for a claim that shows its own sum, when both operands stand in the evidence."""
    for pattern, kind in _PATTERNS:
        match = pattern.search(claim.text)
        if match is None:
            continue
        sign = match["op"] if kind == "op" else kind
        try:
            first, second, result = (_number(match[key]) for key in ("a", "b", "r"))
            value = _apply(sign, first, second)
        except (InvalidOperation, ZeroDivisionError):
            return None
        if value is None:
            return None
        operands = [_stated(number, judged) for number in (first, second)]
        evidence = tuple(
            Evidence(cite(item.sentence.passage, item.sentence.start, item.sentence.end, marker=index), "for")
            for index, item in enumerate(_distinct([item for item in operands if item is not None]), start=1)
        )
        right = _rounds_to(value, result, match["r"])
        shown = f"{match['a']} {sign} {match['b']} = {_short(value)}"
        if not right and evidence:
            against = tuple(Evidence(item.citation, "against") for item in evidence)
            return ClaimVerdict(
                placed,
                Verdict.CONTRADICTED,
                wording.calculated(shown, lang, right=False),
                (Difference("number", match["r"], _short(value)),),
                against,
            )
        if right and all(item is not None for item in operands):
            return ClaimVerdict(placed, Verdict.SUPPORTED, wording.calculated(shown, lang, right=True), (), evidence)
        return None
    return None


def _apply(sign: str, first: Decimal, second: Decimal) -> Decimal | None:
    if sign in "/÷":
        return first / second if second else None
    if sign in "×*":
        return first * second
    return first + second if sign == "+" else first - second


def _rounds_to(value: Decimal, result: Decimal, written: str) -> bool:
    digits = len(written.split(".")[1]) if "." in written else 0
    step = Decimal(1).scaleb(-digits)
    return abs(value - result) <= step


def _short(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.01')).normalize():f}"


def _stated(number: Decimal, judged: Sequence[Judged]) -> Judged | None:
    for item in judged:
        for found in item.sentence.statement.quantities:
            if found.scale and abs(found.low / found.scale) == number:
                return item
    return None


def _distinct(items: Sequence[Judged]) -> list[Judged]:
    out: list[Judged] = []
    for item in items:
        if not any(
            item.sentence.start == other.sentence.start
            and item.sentence.passage.article_id == other.sentence.passage.article_id
            for other in out
        ):
            out.append(item)
    return out
