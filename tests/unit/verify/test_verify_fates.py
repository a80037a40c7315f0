"""What became of a thing, where it is, and plans that came otherwise. All sentences are written for these tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.types import Verdict
from assistant.verify.agree import NO_CONTEXT
from assistant.verify.judge import judge
from assistant.verify.statement import read_statement

S, C, N = Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.NOT_FOUND
MAY_2026 = replace(NO_CONTEXT, told=date(2026, 5, 10))
ROW = replace(NO_CONTEXT, row=True)

CASES = [
    # cancelled
    ("青葉社は後継のK7を予定通り出荷する。", "青葉社は「K7」を取りやめた。", {C}),
    ("青葉社はK7を発売した。", "青葉社はK7の開発を中止した。", {C}),
    ("青葉社は2026年4月にK7を発売した。", "青葉社の会見では、K7の開発が中止されることはないという話が出た。", {N}),
    ("Aoba shipped the K7 on schedule.", "Aoba cancelled the K7, the announced successor.", {C}),
    ("Aoba shipped the K7 on schedule.", "The K7 was later scrapped by Aoba.", {C}),
    ("Aoba shipped the K8 on schedule.", "Aoba cancelled the K7, the forerunner of the K8.", {N, S}),
    ("Aoba cancelled the K7 before it shipped.", "Aoba cancelled the K7 before it shipped to anyone.", {S}),
    # not yet out; what is told in May says nothing of June
    ("K7は発売された。", "青葉社はK7の発売時期を示していない。", {C}),
    ("K7は2026年4月に発売された。", "青葉社が開発中のK7は、赤松社の工場で造る。", {C}),
    ("K7は2026年6月に発売された。", "青葉社が開発中のK7は、赤松社の工場で造る。", {N}),
    ("The K7 went on sale in April 2026.", "The K7 is still under development at Aoba.", {C}),
    ("The K7 went on sale in 2026.", "The K7 is still under development at Aoba.", {N}),
    ("K7は2026年4月に発売された。", "K7の後を継ぐK8は開発中だ。", {N}),
    # a plan that came otherwise
    ("K7のメモリ容量は288GBだ。", "K7のメモリ容量は288GBの計画だったが、製品は256GBになった。", {C}),
    ("K7のメモリ容量は256GBだ。", "K7のメモリ容量は288GBの計画だったが、製品は256GBになった。", {S}),
    ("K7のメモリ容量は288GBの計画だった。", "K7のメモリ容量は288GBの計画だったが、製品は256GBになった。", {S}),
    ("The K7 has 256 GB of memory.", "The K7 was planned to have 288 GB of memory, but it has 256 GB.", {S}),
    ("The K7 has 288 GB of memory.", "The K7 was planned to have 288 GB of memory, but it has 256 GB.", {C}),
    # the same digits in another unit
    ("K7のメモリ容量は256MBだ。", "K7のメモリ容量は、当初の話とは違い、製品は256GBになった。", {C}),
    # one state for another; a state is in a country
    ("青葉社の主な拠点はテキサス州だ。", "青葉社の主な拠点はインディアナ州にある。", {C}),
    ("青葉社の主な拠点はインディアナ州だ。", "青葉社の主な拠点はインディアナ州にある。", {S}),
    ("青葉社の工場はオハイオ州にある。", "青葉社の工場は米国にある。", {N}),
    ("Aoba's main plant is in Texas.", "The main plant of Aoba is in Indiana.", {C}),
    ("Aoba's main plant is in Texas.", "The main plant of Aoba is in the United States.", {N}),
    # others did it too
    ("赤松社は青葉社に30億ドルを出資した。", "白樺社も青葉社に30億ドルを出資した。", {N}),
    ("赤松社は青葉社に30億ドルを出資した。", "白樺社は青葉社に30億ドルを出資した。", {C}),
    # May is a month
    ("The K7 runs at 2 GHz in May 2026.", "The K7 runs at 2 GHz in May 2026 in all plants.", {S}),
    # one event in other words
    ("Aoba Works was placed in operation on May 2, 2026, with 5,000 K7 chips.", "Aoba Works went live on May 2, 2026, with 5,000 K6 chips.", {C}),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "evidence", "wanted"), CASES, ids=[f"{claim} {text}" for claim, text, _ in CASES])
def test_fates_and_places(claim: str, evidence: str, wanted: set[Verdict]) -> None:
    found = judge(read_statement(claim), read_statement(evidence), MAY_2026)
    assert found.verdict in wanted, found


def test_a_row_for_the_location_stands_against_another_state() -> None:
    row = read_statement("Project Aobaの所在地（location）: インディアナ州（ほかにミシシッピ州）")
    for state, wanted in (("テキサス州", C), ("ミシシッピ州", N)):
        found = judge(read_statement(f"Project Aobaのデータセンターは{state}にある。"), row, ROW)
        assert found.verdict is wanted, (state, found)
