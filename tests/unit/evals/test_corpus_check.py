from decimal import Decimal
from pathlib import Path

import pytest

from evals.corpus_check import figures, main, plain_url

ROOT = Path(__file__).parents[3]
FACTS = ROOT.parent / "shared" / "facts" / "chips.yaml"
SHEET = """\
id: spec-x100
title: X100 仕様
entity: X100
sources:
  maker: {title: "X100 data sheet", url: "https://example.com/x100"}
rows:
  - attribute: メモリ容量
    attribute_en: HBM capacity
    value: 144
    unit: GB
    as_of: "2026-01"
    source: maker
"""
TERM = "terms:\n  - ja: 帯域幅\n    en: bandwidth\n    reading: たいいきはば\n    synonyms: [バンド幅]\n"
RECORDS = """\
records:
- entity: X100
  aliases: {ja: [], en: []}
  attribute: memory_capacity
  value: 144
  unit: GB
  conditions: per chip; 12 TB/s
  as_of: 2026-01
  source_url: https://example.com/x100
"""


def check(folder: Path, sheet: str = SHEET, glossary: str = TERM, *, facts: bool = True) -> int:
    (folder / "specs").mkdir()
    (folder / "specs" / "spec-x100.yaml").write_text(sheet, encoding="utf-8")
    (folder / "glossary.yaml").write_text(glossary, encoding="utf-8")
    (folder / "facts.yaml").write_text(RECORDS, encoding="utf-8")
    return main(["--corpus", str(folder), *(["--facts", str(folder / "facts.yaml")] if facts else [])])


def test_the_bundled_corpus_has_no_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--corpus", str(ROOT / "corpus")]) == 0, capsys.readouterr().out


@pytest.mark.shared
@pytest.mark.skipif(not FACTS.exists(), reason="../shared is not here")
def test_every_row_of_the_bundled_sheets_traces_to_a_record(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--corpus", str(ROOT / "corpus"), "--facts", str(FACTS)]) == 0, capsys.readouterr().out


def test_a_row_that_a_record_states_is_right(tmp_path: Path) -> None:
    assert check(tmp_path) == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("value: 144", "value: 141", "no record says 141 GB"),
        ("unit: GB", "unit: TB/s", "no record says 144 TB/s"),
        ("unit: GB\n    ", "", "the figure '144' has no unit"),
        ("source: maker", "source: market", "source 'market' is not in `sources`"),
        ("example.com/x100", "example.com/x200", "the record of '144' does not cite https://example.com/x200"),
        ('"2026-01"', '"2025-12"', "as_of 2025-12 instead of 2026-01"),
        ("メモリ容量", "メモリ帯域幅", "no record says 144 GB"),
        ("id: spec-x100", "id: spec-x200", "id 'spec-x200' is not the file's name 'spec-x100'"),
    ],
)
def test_a_wrong_row_is_reported_with_its_line(
    old: str, new: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(tmp_path, SHEET.replace(old, new, 1)) == 1
    out = capsys.readouterr().out
    assert message in out
    assert f"spec-x100.yaml:{1 if old.startswith('id') else 7}: " in out


def test_one_attribute_has_one_english_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    second = SHEET[SHEET.index("  - attribute") :].replace("HBM capacity", "memory size").replace("144", "96")
    assert check(tmp_path, SHEET + second, facts=False) == 1
    assert ":13: 'メモリ容量' is 'HBM capacity' elsewhere, here 'memory size'" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            "  - ja: 帯域\n    en: BandWidth\n    reading: たいいき\n",
            "'BandWidth' is empty or also in '帯域幅', line 2",
        ),
        ("  - ja: 遅延\n    reading: ちえん\n", "'遅延' has no 'en'"),
        ("  - ja: 遅延\n    en: latency\n    reading: チエン\n", "the reading 'チエン' is not hiragana"),
        ("  - ja: 遅延\n    en: latency\n    reading: ちえん\n    synonym: [遅れ]\n", "'synonym' is not a key"),
    ],
)
def test_a_wrong_glossary_entry_is_reported_with_its_line(
    entry: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(tmp_path, glossary=TERM + entry, facts=False) == 1
    assert f"glossary.yaml:6: {message}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("2025年12月2日", {"2025", "12", "2"}),
        ("2025-12-02", {"2025", "12", "2"}),
        ("100万個", {"1000000"}),
        ("80〜85", {"80", "85"}),
        ("1,677 TFLOPS", {"1677"}),
        ("HBM3E", {"3"}),
    ],
)
def test_figures(text: str, numbers: set[str]) -> None:
    assert figures(text) == {Decimal(number) for number in numbers}


def test_a_github_address_is_the_same_in_every_version() -> None:
    assert plain_url("https://github.com/a/b/blob/0123abc/docs/c.md") == "a/b:docs/c.md"
