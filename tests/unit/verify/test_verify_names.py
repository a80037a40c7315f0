"""Who did what, whose figure it is, and what is only said in part. All sentences are written for these tests."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.types import Verdict
from assistant.verify.judge import context_of, judge
from assistant.verify.statement import read_statement

S, C, N = Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.NOT_FOUND

CASES = [
    # who pays whom, who invests in whom
    ("白樺社は青葉社に今後10年で1,000億ドルを支払う。", "青葉社は今後10年で、1,000億ドルを赤松社に支払うと約束した。", {C, N}),
    ("AobaはShirakabaに、50億ドルを出資すると発表した。", "ShirakabaとAobaは50億ドルの出資と、Aobaが1,000億ドルを支払う契約を発表した。", {N}),
    ("Shirakaba committed more than $100 billion to Aoba.", "It opened in May; in June Aoba committed more than $100 billion to Shirakaba.", {C}),
    ("Aoba committed more than $100 billion to Shirakaba.", "It opened in May; in June Aoba committed more than $100 billion to Shirakaba.", {S}),
    # who said it, with whom
    ("Jane Roe wrote that the K2 was used by 500 companies.", "John Doe wrote in May that the chip, the K2, was used by 500 companies.", {C}),
    ("AobaはAkamatsuと、最大100万個のチップを調達する契約を結んだ。", "AobaはShirakabaから最大100万個のチップを調達する契約も発表した。", {C}),
    ("K5はAkamatsuではなくShirakabaが製造する。", "K5はAkamatsuの工場で製造する。", {C}),
    ("K5はShirakabaではなくAkamatsuが製造する。", "K5はAkamatsuの工場で製造する。", {S, N}),
    ("The K5 is made by Shirakaba, not Akamatsu.", "The K5 is made by Akamatsu in its own plant.", {C}),
    # two names of one thing: the one that another word answers to is no twin of a third
    ("製品のメモリは256GBにならなかった。", "計画は288GBだったが、製品のメモリは256GBになった。", {C, N}),
    # a part of the whole
    ("お金の流れは出資だけである。", "お金の流れは出資だけではない。", {C}),
    ("お金の流れは出資だけではない。", "お金の流れは出資だけではない。", {S}),
    ("20世紀最低の発明の1つであるトランジスタは電子回路の基本だ。", "20世紀最大の発明の1つであるトランジスタは電子回路の基本だ。", {C}),
    ("帝国の影響は1世紀未満のあいだ続いたとされる。", "帝国の影響は1世紀以上のあいだ続いたとされる。", {C}),
    ("このとき住民の8割が死亡したといわれない。", "大流行があり、このとき住民の8割が死亡したといわれる。", {C, N}),
    # which of several figures
    ("The K6 costs $2.70 an hour in Osaka.", "K6: $2.70 (zone 1 and zone 5), $3.24 in Osaka", {C, N}),
    ("The K6 costs $3.24 an hour in Osaka.", "K6: $2.70 (zone 1 and zone 5), $3.24 in Osaka", {S}),
    # 159 percent up is 2.59 times; people are not layers; one of something counts
    ("青葉社の効率は1.59倍上がった。", "青葉社の効率は159%上がった。", {C}),
    ("メモリはK3の積層8人である。", "青葉社のメモリはK3、8積層である。", {C, N}),
    ("青葉社は5月2日、1つの更新を発表した。", "青葉社は5月2日、2つの更新を発表した。", {C}),
    ("K5の1つのポッドには8,960個のチップが入る。", "K5のポッドには8,960個のチップが入る。", {S}),
    # オンデマンド is no デマ
    ("The k5.large costs 55.04 dollars an hour.", "k5.largeの料金は1時間55.04ドル（オンデマンド）", {S, N}),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "evidence", "wanted"), CASES, ids=[claim for claim, _, _ in CASES])
def test_names_and_parts(claim: str, evidence: str, wanted: set[Verdict]) -> None:
    found = judge(read_statement(claim), read_statement(evidence))
    assert found.verdict in wanted, found


def test_a_labelled_line_says_nothing_of_a_company_in_the_title() -> None:
    context = context_of([read_statement("カラクリなど6社")])
    evidence = read_statement("Metagenomi（メタゲノミ）：遺伝子編集の企業")
    assert judge(read_statement("カラクリは遺伝子編集の企業である。"), evidence, context).verdict is N


def test_a_day_of_last_month_is_a_date_and_no_span_of_days() -> None:
    statement = read_statement("両社は先月20日に発表した。", anchor=date(2026, 5, 10))
    assert [item.first for item in statement.dates] == [date(2026, 4, 20)]
    assert statement.quantities == ()
