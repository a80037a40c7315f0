"""Ratios told in two ways, contrasts in one sentence, and whose process it is. All sentences are written for these."""

from __future__ import annotations

import pytest

from assistant.types import Verdict
from assistant.verify.judge import judge
from assistant.verify.statement import read_statement

S, C, N = Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.NOT_FOUND

CASES = [
    # 2割増し is 1.2 times
    ("K7の大阪の料金は、米国の2割増しに当たる。", "K7の大阪の料金は、米国の1.2倍に当たる。", {S}),
    ("K7の大阪の料金は、米国の3割増しに当たる。", "K7の大阪の料金は、米国の1.2倍に当たる。", {C}),
    ("K7の大阪の料金は、米国の2割安に当たる。", "K7の大阪の料金は、米国の1.2倍に当たる。", {C}),
    ("K7の効率は前世代の1.4倍以上だ。", "K7の効率は前世代より40%以上高い。", {S, N}),
    ("K7の効率は前世代の1.9倍だ。", "K7の効率は前世代より40%高い。", {C}),
    ("青葉社の効率は2.59倍に上がった。", "青葉社の効率は159%上がった。", {S}),
    ("青葉社の効率は1.59倍に上がった。", "青葉社の効率は159%上がった。", {C}),
    ("The K7 is 20 percent faster than the K6.", "The K7 is 20 percent faster than the K6.", {S}),
    # 42.5 petaflops is a slip for 42.5 exaflops
    ("A full K7 pod reaches 42.5 petaflops.", "A full K7 pod reaches 42.5 exaflops.", {C}),
    # each half of a contrast speaks of its own subject
    ("初代のAobaはHBMを使う。", "Shirakabaは新しいHBMを使うが、初代のAobaは使わない。", {C}),
    ("初代のAobaはHBMを使わない。", "Shirakabaは新しいHBMを使うが、初代のAobaは使わない。", {S}),
    ("ShirakabaはHBMを使う。", "Shirakabaは新しいHBMを使うが、初代のAobaは使わない。", {S}),
    ("ShirakabaはHBMを使わない。", "Shirakabaは新しいHBMを使うが、初代のAobaは使わない。", {C}),
    ("Aoba uses HBM.", "Shirakaba uses HBM, but Aoba does not.", {C}),
    ("Shirakaba uses HBM.", "Shirakaba uses HBM, but Aoba does not.", {S}),
    # whose process
    ("K7の製造はShirakabaの3nm世代だ。", "K7の製造はAobaの3nm世代だ。", {C}),
    ("K7の製造はAobaの3nm世代だ。", "K7の製造はAobaの3nm世代だ。", {S}),
    ("K7の製造はAobaの5nm世代だ。", "K7の製造はAobaの3nm世代だ。", {C}),
]


@pytest.mark.parametrize(("claim", "evidence", "wanted"), CASES, ids=[f"{claim} {text}" for claim, text, _ in CASES])
def test_ratios_and_contrasts(claim: str, evidence: str, wanted: set[Verdict]) -> None:
    found = judge(read_statement(claim), read_statement(evidence))
    assert found.verdict in wanted, found
