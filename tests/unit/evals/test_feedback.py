import argparse
import json
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from evals.cases import read_cases
from evals.feedback import add_case, import_feedback

TEXTS = {"x100": "X100の質量は1.2 kgだ。"}
REMARK = {
    "question": "X100の質量は？",
    "answer": "3 kgだ[1]",
    "citations": [{"article_id": "x100", "version": 1, "start": 0, "end": 4, "quote": "X100", "title": "X"}],
    "verdict": "wrong",
    "note": "1.2 kgのはず",
    "time": "2026-11-23T01:02:03+00:00",
}


def asked(**given: object) -> argparse.Namespace:
    values = {"add": "X100の質量は？", "expected": ["1.2 kg"], "evidence": ["x100=質量は1.2 kg"], "kind": None}
    return argparse.Namespace(**(values | given))


def test_an_added_case_can_be_read_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert add_case(asked(), TEXTS, tmp_path) == 0
    (placed,), problems = read_cases([tmp_path / "added.jsonl"])
    assert problems == []
    assert placed.case.case_id in capsys.readouterr().out
    assert (placed.case.lang, placed.case.kind, placed.case.expected) == ("ja", "figure", ("1.2 kg",))
    assert add_case(asked(add="How heavy is Y?", expected=None, evidence=None), TEXTS, tmp_path) == 0
    assert [item.case.answerable for item in read_cases([tmp_path / "added.jsonl"])[0]] == [True, False]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"evidence": ["x100"]}, "--evidence 'x100' is not ARTICLE=QUOTE"),
        ({"evidence": ["x100=9 kg"]}, "'x100' does not say '9 kg'"),
        ({"evidence": ["x9=2 kg"]}, "there is no article 'x9'"),
        ({"evidence": None}, "has expected and gold_evidence"),
        ({"kind": "riddle"}, "kind 'riddle' is not one of"),
        ({"expected": [" "]}, "cannot be added"),
    ],
)
def test_a_wrong_case_is_not_added(tmp_path: Path, change: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=r"cannot be added|is not ARTICLE=QUOTE") as caught:
        add_case(asked(**change), TEXTS, tmp_path)
    assert said in str(caught.value)
    assert not (tmp_path / "added.jsonl").exists()


def test_a_question_is_not_added_twice(tmp_path: Path) -> None:
    add_case(asked(), TEXTS, tmp_path)
    with pytest.raises(ConfigError, match=r"is also in added\.jsonl:1"):
        add_case(asked(), TEXTS, tmp_path)


def test_feedback_becomes_drafts_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "feedback.jsonl"
    other = REMARK | {"question": "Why?", "verdict": "missing_source", "citations": []}
    source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in (REMARK, other, REMARK)))
    assert import_feedback(source, tmp_path) == 0
    assert capsys.readouterr().out.startswith("2 draft cases")
    drafts = [json.loads(line) for line in (tmp_path / "drafts" / "feedback.jsonl").read_text().splitlines()]
    assert [(draft["lang"], draft["needs_review"], draft["answerable"]) for draft in drafts] == [
        ("ja", True, None),
        ("en", True, None),
    ]
    assert drafts[0]["gold_evidence"] == [{"article_id": "x100", "quote": "X100"}]
    assert drafts[0]["feedback"]["note"] == "1.2 kgのはず"
    import_feedback(source, tmp_path)
    assert capsys.readouterr().out.startswith("0 draft cases")
    _, problems = read_cases([tmp_path / "drafts" / "feedback.jsonl"])
    assert len(problems) == 2  # a draft is no case until somebody has reviewed it


@pytest.mark.parametrize("change", [{"verdict": "bad"}, {"time": "yesterday"}, {"question": " "}, {"colour": "red"}])
def test_a_wrong_line_imports_nothing(tmp_path: Path, change: dict[str, object]) -> None:
    source = tmp_path / "feedback.jsonl"
    source.write_text(json.dumps(REMARK) + "\n" + json.dumps(REMARK | change) + "\n")
    with pytest.raises(ConfigError, match=r"line 2: .* Nothing was imported"):
        import_feedback(source, tmp_path)
    assert not (tmp_path / "drafts").exists()
    with pytest.raises(ConfigError, match="cannot be read"):
        import_feedback(tmp_path / "none.jsonl", tmp_path)
