import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant.errors import ConfigError, ModelUnavailableError
from evals.judge import judge_stored

CASES = [
    {"case_id": "a", "question": "A?", "expected": ["1"], "required": [], "text": "It is 1 [1]", "outcome": "right"},
    {"case_id": "b", "question": "B?", "expected": ["2"], "required": [], "text": "It is 3 [1]", "outcome": "wrong"},
    {"case_id": "c", "question": "C?", "expected": [], "required": [["4"]], "text": "four", "outcome": "wrong"},
    {"case_id": "d", "question": "D?", "expected": ["5"], "required": [], "text": "5", "outcome": "right"},
]


class Scripted:
    """A chat model that says what it was told to, in order."""

    def __init__(self, *replies: str) -> None:
        self.replies = list(replies)
        self.prompts: list[str] = []

    def invoke(self, prompt: str) -> object:
        self.prompts.append(prompt)
        return SimpleNamespace(content=self.replies.pop(0))


def stored(folder: Path) -> str:
    path = folder / "report.json"
    refused = {"case_id": "e", "answerable": True, "status": "refused"}
    absent = {"case_id": "f", "answerable": False, "status": "answered"}
    answered = [{**case, "answerable": True, "status": "answered"} for case in CASES]
    path.write_text(json.dumps({"cases": [*answered, refused, absent]}))
    return str(path)


def test_stored_answers_are_judged_and_nothing_gates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chat = Scripted("Right.", "wrong", "right", "I cannot say")
    target = tmp_path / "judged.json"
    assert judge_stored("fake:model", stored(tmp_path), str(target), chat) == 0
    table = json.loads(target.read_text())
    assert table["verdicts"] == {"a": "right", "b": "wrong", "c": "right", "d": "unscored"}
    assert table["gates"] is False
    assert (table["right"]["n"], table["agreement"]["n"]) == (3, 3)
    assert table["agreement"]["value"] == pytest.approx(2 / 3, abs=1e-6)
    assert table["apart"] == [{"case_id": "c", "judge": "right", "suite": "wrong"}]
    assert table["unscored"] == ["d"]
    assert "Answer: It is 1 [1]" in chat.prompts[0]
    assert "never gates" in capsys.readouterr().out


def test_what_cannot_be_judged_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--stored F"):
        judge_stored("fake:model", None, None)
    with pytest.raises(ConfigError, match="is not a report"):
        judge_stored("fake:model", str(tmp_path / "none.json"), None)
    with pytest.raises(ModelUnavailableError, match="could not be asked"):
        judge_stored("fake:model", stored(tmp_path), None, Scripted())
    with pytest.raises(ModelUnavailableError, match="provider:name"):
        judge_stored("nobody-has-this", stored(tmp_path), None)
