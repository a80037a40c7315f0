"""Reports, quotations and drafts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import CorpusError
from assistant.text.verbatim import find_verbatim
from assistant.types import CheckReport, Citation, Claim, ClaimVerdict, Difference, Evidence, Verdict
from assistant.verify.draft import read_draft
from assistant.verify.quotes import char_diff, quotations
from assistant.verify.report import to_markdown, to_sarif

DRAFT = "一行目。\n容量は128GBだ。\n"
CITATION = Citation(1, "p", "k3", 1, "K3の*仕様*", None, None, "K3", 10, 10 + len("容量は144GBだ。"), "容量は144GBだ。")
REPORT = CheckReport(
    (
        ClaimVerdict(Claim("一行目。", 0, 4), Verdict.NOT_FOUND, "見当たらない。"),
        ClaimVerdict(
            Claim("容量は128GBだ。", 5, 14),
            Verdict.CONTRADICTED,
            "数値が違う。",
            (Difference("number", "128GB", "144GB"),),
            (Evidence(CITATION, "against"),),
        ),
    )
)


def test_the_worst_comes_first_in_markdown_and_markup_in_texts_is_escaped() -> None:
    text = to_markdown(REPORT, "draft.md")
    assert text.index("食い違い (1)") < text.index("記述なし (1)")
    assert "number: 128GB → 144GB" in text
    assert "K3の\\*仕様\\*" in text


def test_sarif_places_a_claim_by_line_and_column() -> None:
    log = json.loads(to_sarif(REPORT, "draft.md", DRAFT, version="1.0"))
    first, second = log["runs"][0]["results"]
    assert (first["ruleId"], first["level"]) == ("not_found", "note")
    region = second["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"], region["endColumn"]) == (2, 1, 10)
    assert second["level"] == "error"


@pytest.mark.parametrize(
    ("sentence", "quoted"),
    [
        ("山田氏は「工場を必ず再開する」と述べた。", ["工場を必ず再開する"]),
        ('"We will reopen the plant soon," said Yamada.', ["We will reopen the plant soon,"]),
        ("山田氏は新製品「きらめき三号スペシャル」を発表した。", []),
        ("『工場の歴史と私たち』を読んだ。", []),
        ("情報サイトは「最大1kW」と伝えている。", []),
    ],
)
def test_only_words_somebody_says_are_quotations(sentence: str, quoted: list[str]) -> None:
    assert [item.text for item in quotations(sentence)] == quoted


def test_a_quotation_is_found_whatever_its_width() -> None:
    text = "彼は「１００億円を 投じる」と述べた。"
    span = find_verbatim("100億円を投じる", text)
    assert span is not None
    assert text[slice(*span)] == "１００億円を 投じる"
    assert find_verbatim("200億円を投じる", text) is None


def test_a_character_diff_says_what_to_strike_and_what_to_add() -> None:
    assert char_diff("必ず再開する", "必ず閉鎖する") == [(" ", "必ず"), ("-", "再開"), ("+", "閉鎖"), (" ", "する")]


def test_reading_drafts(tmp_path: Path) -> None:
    path = tmp_path / "draft.md"
    path.write_text("---\ndate: 2026-02-03\n---\n\n本文。\n", encoding="utf-8")
    draft = read_draft(path)
    assert draft.dated is not None
    assert draft.dated.isoformat() == "2026-02-03"
    assert draft.text.endswith("本文。\n")
    page = tmp_path / "draft.html"
    page.write_text(
        "<html><body><article><h1>題</h1><p>容量は144GBだ。これは本文である。</p></article></body></html>",
        encoding="utf-8",
    )
    assert "144GB" in read_draft(page).text
    with pytest.raises(CorpusError, match="not read"):
        read_draft(tmp_path / "draft.xyz")
