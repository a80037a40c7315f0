"""The values the reading of quantities and dates yields."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Qualifier(StrEnum):
    """How a figure bounds the value it is about."""

    EXACT = "exact"
    ABOUT = "about"  # 約, ほぼ, nearly
    UP_TO = "up_to"  # 最大, up to: a peak that is reached, unlike a limit
    AT_MOST = "at_most"  # 以下, at most; for dates: by, まで
    LESS_THAN = "less_than"  # 未満, under; for dates: before
    AT_LEAST = "at_least"  # 以上, 最低; for dates: since, 以降
    MORE_THAN = "more_than"  # 超, over; for dates: after


class Relation(StrEnum):
    """What a found figure or date says about a claimed one."""

    SAME = "same"
    ROUNDED = "rounded"  # one is a rounding of the other: 362 against 362.4
    COMPATIBLE = "compatible"  # the claim follows: "under 10 µs" from 8 µs, 2025 from 3 December 2025
    OPEN = "open"  # neither follows nor is excluded: 8 µs from "under 10 µs"
    DIFFERENT = "different"
    INCOMPARABLE = "incomparable"  # another dimension, currency or basis (per chip, per server)
    BINARY_DECIMAL = "binary_decimal"  # 144GB against 144GiB: worth a warning


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure of a text.

    ``start:end`` is number and unit with the currency sign, ``span_start:span_end`` the qualifier
    too; both are offsets into the text as given. ``low`` and ``high`` are in the base unit of the
    dimension (byte, byte/s, FLOPS, metre, second, watt, joule, kilogram, ...; percent for
    ``percent``; degrees Celsius for ``temperature``) and are equal for a single value.
    """

    start: int
    end: int
    text: str
    low: Decimal
    high: Decimal
    dimension: (
        str  # "data", "length", "currency:USD", "percent", "multiple", "count:person", "ordinal:generation", "number"
    )
    unit: str = ""  # as written, width folded: "GB", "億ドル"
    per: str = ""  # "chip", "server", "hour": the basis of the figure, in English where known
    qualifier: Qualifier = Qualifier.EXACT
    binary: bool = False  # GiB, TiB
    scale: Decimal = Decimal(1)  # base units for 1 of the number as written: 10**8 for 億ドル
    step: Decimal = Decimal(1)  # place value of the last written digit, in base units; 0 for a fraction
    span_start: int = -1
    span_end: int = -1

    @property
    def is_range(self) -> bool:
        return self.low != self.high
