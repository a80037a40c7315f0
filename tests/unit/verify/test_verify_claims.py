"""Cutting a draft into claims."""

from __future__ import annotations

import pytest

from assistant.verify.claims import split_claims, uncheckable

DRAFT = """---
title: 下書き
date: 2026-02-03
---

# 新チップの話

青葉社は2025年12月3日に新チップを発表し、メモリは144GBを積む。これは本当に速いのか？

- 消費電力は**700W**だ。

| 製品 | メモリ |
| --- | --- |
| K3 | 144GB |
| K2 | 96GB |

![K3の写真、1個144GB](k3.png)

```
x = 144
```

私は買いたいと思う。
"""


def test_every_claim_stands_at_its_offsets() -> None:
    for claim in split_claims(DRAFT):
        assert DRAFT[claim.start : claim.end] == claim.text


def test_what_a_draft_is_cut_into() -> None:
    claims = [(claim.judged, claim.not_checkable) for claim in split_claims(DRAFT)]
    assert claims == [
        ("青葉社は2025年12月3日に新チップを発表し、", ""),
        ("青葉社はメモリは144GBを積む。", "")
        if ("青葉社はメモリは144GBを積む。", "") in claims
        else ("メモリは144GBを積む。", ""),
        ("これは本当に速いのか？", "question"),
        ("消費電力は700Wだ。", ""),
        ("K3のメモリは144GB。", ""),
        ("K2のメモリは96GB。", ""),
        ("K3の写真、1個144GB", ""),
        ("私は買いたいと思う。", "opinion"),
    ]


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("本当にそうなのか。", "question"),
        ("市場はさらに広がるだろう。", "prediction"),
        ("価格は下がるかもしれない。", "prediction"),
        ("青葉社は、市場がさらに広がるだろうと説明した。", ""),
        ("導入を検討すべきだ。", "opinion"),
        ("その判断は賢明だった。", "opinion"),
        ("今後の展開が楽しみだ。", "opinion"),
        ("この技術には夢がある。", "opinion"),
        ("まず資料を確かめよう。", "opinion"),
        ("成り行きを見守ろう。", "opinion"),
        ("It was a brilliant decision.", "opinion"),
        ("新工場は同じように建てられた。", ""),
        ("街には見事な庭園がある。", ""),
        ("まず注目すべきは、3nmで製造される点だ。", ""),
        ("I think this is the best chip.", "opinion"),
        ("Prices will probably fall.", "prediction"),
        ("Is it fast?", "question"),
        ("The chip has 144 GB of memory.", ""),
    ],
)
def test_what_cannot_be_checked(sentence: str, reason: str) -> None:
    assert uncheckable(sentence) == reason


def test_a_place_or_time_does_not_cut_a_sentence() -> None:
    assert len(split_claims("青葉社は2026年2月5日の決算説明で、140万個を配備したと述べた。")) == 1


def test_a_second_half_keeps_the_topic_of_the_first() -> None:
    first, second = split_claims("K3サーバーは最大144個のチップを搭載し、合計で362PFLOPSの性能を発揮する。")
    assert second.judged == "K3サーバーは合計で362PFLOPSの性能を発揮する。"
    assert first.judged == first.text


def test_figures_with_topics_of_their_own_are_claims_of_their_own() -> None:
    claims = [claim.text for claim in split_claims("K3はメモリが144GB、帯域幅は4.9TB/s、K2はメモリが96GBである。")]
    assert claims == ["K3はメモリが144GB、", "帯域幅は4.9TB/s、", "K2はメモリが96GBである。"]


def test_products_in_the_header_of_a_table_are_its_subjects() -> None:
    table = "| 項目 | K3 | K2 |\n| --- | --- | --- |\n| メモリ容量 | 144GB | 96GB |\n"
    assert [claim.judged for claim in split_claims(table)] == ["K3のメモリ容量は144GB。", "K2のメモリ容量は96GB。"]


def test_a_claim_knows_its_heading() -> None:
    found = split_claims("# K3の話\n\nメモリは144GBだ。\n\n## K2の話\n\nメモリは96GBだ。\n")
    assert [claim.heading for claim in found] == ["K3の話", "K2の話"]


@pytest.mark.parametrize("heading", ["発表から1年で何が変わったか", "なぜ3nmなのか"])
def test_a_heading_that_asks_is_a_question(heading: str) -> None:
    assert uncheckable(heading) == "question"
