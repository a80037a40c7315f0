"""Reports, quotations and drafts."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from assistant.errors import CorpusError
from assistant.text.verbatim import find_verbatim
from assistant.types import CheckReport, Citation, Claim, ClaimVerdict, Difference, Evidence, Verdict
from assistant.verify.draft import DraftText, draft_files, read_draft, read_pasted
from assistant.verify.quotes import char_diff, quotations
from assistant.verify.report import Checked, to_markdown, to_sarif, to_text

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

CHECKED = Checked(REPORT, "draft.md", DraftText(DRAFT))


def test_the_worst_comes_first_in_markdown_and_markup_in_texts_is_escaped() -> None:
    text = to_markdown(CHECKED)
    assert text.index("食い違い (1)") < text.index("記述なし (1)")
    assert "数値: 128GB → 144GB" in text
    assert "K3の\\*仕様\\*" in text


def test_sarif_places_a_claim_by_line_and_column() -> None:
    log = json.loads(to_sarif([CHECKED], version="1.0"))
    first, second = log["runs"][0]["results"]
    assert (first["ruleId"], first["level"]) == ("not_found", "note")
    region = second["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"], region["endColumn"]) == (2, 1, 10)
    assert second["level"] == "error"


def test_sarif_has_the_structure_of_version_2_1_0() -> None:
    """The constraints of the OASIS schema on what we write: required members, enumerations, minima, URI references."""
    second = Checked(REPORT, "./記事/下書き 1.md", DraftText(DRAFT))
    log = json.loads(to_sarif([CHECKED, second], version="1.0"))
    assert set(log) == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
    driver = run["tool"]["driver"]
    assert driver["name"]
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    levels = {"none", "note", "warning", "error"}
    assert {rule["defaultConfiguration"]["level"] for rule in rules} <= levels
    assert len(run["results"]) == 4
    for result in run["results"]:
        assert result["level"] in levels
        assert result["message"]["text"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert all(isinstance(value, str) for value in result["partialFingerprints"].values())
        (location,) = result["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", uri)
        region = location["physicalLocation"]["region"]
        assert min(region[key] for key in ("startLine", "startColumn", "endLine", "endColumn")) >= 1
        assert min(region["charOffset"], region["charLength"]) >= 0
    uris = {item["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for item in run["results"]}
    assert {unquote(uri) for uri in uris} == {"draft.md", "記事/下書き 1.md"}


def test_the_text_gives_place_verdict_reason_and_says_that_no_model_was_asked() -> None:
    text = to_text(CHECKED)
    assert "draft.md:2:1: [食い違い] 容量は128GBだ。" in text
    assert "反証: 容量は144GBだ。" in text
    assert "含意判定モデルは使っていない" in text
    with_model = Checked(replace(REPORT, nli_model="some/model"), "draft.md", DraftText(DRAFT))
    assert "含意判定モデル: some/model" in to_text(with_model)
    assert "some/model" in to_markdown(with_model)


def test_an_english_draft_gets_an_english_report() -> None:
    draft = "The chip has 128 GB.\n"
    item = ClaimVerdict(Claim(draft.strip(), 0, 20), Verdict.NOT_FOUND, "Nothing in the library confirms this.")
    text = to_text(Checked(CheckReport((item,)), "draft.md", DraftText(draft)))
    assert "draft.md:1:1: [not found]" in text
    assert "No entailment model" in text


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


def test_pasted_html_is_read_as_html_and_offsets_point_into_its_text() -> None:
    pasted = read_pasted("<p>K3のメモリは144GBだ。</p>\n<p>K2は96GBだ。</p>")
    assert pasted.converted
    assert pasted.text.startswith("K3のメモリは144GBだ。")
    assert "<p>" not in pasted.text
    plain = read_pasted("K3は3 < 4だ。")
    assert (plain.text, plain.converted) == ("K3は3 < 4だ。", False)


def test_the_drafts_of_a_folder(tmp_path: Path) -> None:
    for name in ("b.md", "a.txt", "sheet.csv", ".hidden.md", "sub/c.html", ".git/d.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", encoding="utf-8")
    found = draft_files([tmp_path, tmp_path / "b.md"])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["a.txt", "b.md", "sub/c.html"]
    with pytest.raises(CorpusError, match="no draft"):
        draft_files([tmp_path / "missing.md"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match="has no draft"):
        draft_files([tmp_path / "empty"])
