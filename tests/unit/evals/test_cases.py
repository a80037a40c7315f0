import json
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from evals.cases import EvalCase, lint_cases, read_cases, suite_files

GOOD = {
    "case_id": "ja-x100-1",
    "lang": "ja",
    "kind": "figure",
    "question": "X100の質量は？",
    "expected": ["1.2 kg"],
    "gold_evidence": [{"article_id": "x100", "quote": "質量：1.2 kg"}],
    "answerable": True,
}
REFUSAL = {**GOOD, "case_id": "ja-no-1", "kind": "near_miss", "expected": [], "gold_evidence": [], "answerable": False}
TEXTS = {"x100": "X100\n質量：1.2 kg。"}


def problems(folder: Path, *rows: dict[str, object] | str) -> list[str]:
    path = folder / "cases.jsonl"
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    cases, unreadable = read_cases([path])
    return [str(problem).removeprefix(f"{path}:") for problem in [*unreadable, *lint_cases(cases, TEXTS)]]


def test_good_cases_have_no_problems(tmp_path: Path) -> None:
    assert problems(tmp_path, GOOD, "", {**REFUSAL, "question": "X900の質量は？"}) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"gold_evidence": [{"article_id": "x100", "quote": "1.3 kg"}]}, "'x100' does not say '1.3 kg'"),
        ({"gold_evidence": [{"article_id": "x101", "quote": "1.2 kg"}]}, "there is no article 'x101'"),
        ({"kind": "riddle"}, "kind 'riddle' is not one of comparison, conflict"),
        ({"kind": "near_miss"}, "kind 'near_miss' is not one of"),
        ({"case_id": "en-x100-1"}, "does not start with 'ja'"),
        ({"expected": []}, "has expected and gold_evidence"),
        ({"answerable": False, "kind": "near_miss"}, "any other case has neither"),
        ({"lang": "fr"}, "1: lang: Input should be"),
        ({"colour": "red"}, "1: colour: Extra inputs"),
        ({"expected": [" "]}, "1: expected.0: String should match"),
    ],
)
def test_a_wrong_case_is_named(tmp_path: Path, change: dict[str, object], said: str) -> None:
    (found,) = problems(tmp_path, {**GOOD, **change})
    assert found.startswith("1: ")
    assert said in f"1: {found}"


def test_duplicates_and_broken_lines(tmp_path: Path) -> None:
    found = problems(tmp_path, GOOD, "{", {**REFUSAL, "case_id": "ja-x100-1", "question": "Ｘ100 の質量は?"})
    assert found[0].startswith("2: not a JSON object")
    assert found[1:] == [
        "3: ja-x100-1: the case_id 'ja-x100-1' is also in cases.jsonl:1",
        "3: ja-x100-1: the question 'x100の質量は?' is also in cases.jsonl:1",
    ]


def test_suites() -> None:
    assert [path.stem for path in suite_files("quick")] >= ["refusals", "systems"]
    assert "claims" not in [path.stem for path in suite_files("quick")]
    assert [path.name for path in suite_files("systems")] == ["systems.jsonl"]
    with pytest.raises(ConfigError, match=r"no eval suite 'fast'. There are: quick, refusals"):
        suite_files("fast")


def test_gold_articles_are_alternatives() -> None:
    assert EvalCase.model_validate(GOOD).gold_articles == {"x100"}
