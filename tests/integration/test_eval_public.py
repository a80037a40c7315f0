"""A public set is indexed, asked and judged."""

import argparse
import json
from pathlib import Path

import pytest

from assistant import Settings
from evals.run import COULD_NOT_RUN, PASSED, QUALITY, main

DOCUMENTS = {
    "d1": ("水門橋", "水門橋は1931年に架けられた長さ120メートルの橋である。橋の設計は市の技師が担った。"),
    "d2": ("白浜灯台", "白浜灯台の高さは28メートルで、光は遠くまで届く。灯台は岬の先に立つ。"),
}
QUESTIONS = [
    ("q1", "水門橋の長さはどれくらいですか？", "120メートル", "d1"),
    ("q2", "白浜灯台の高さは？", "28メートル", "d2"),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "jsquad_small"
    folder.mkdir(parents=True)
    corpus = [{"id": key, "title": title, "text": text, "lang": "ja"} for key, (title, text) in DOCUMENTS.items()]
    asked = [
        {"id": key, "question": question, "answers": [answer], "doc_ids": [doc], "answerable": True, "lang": "ja"}
        for key, question, answer, doc in QUESTIONS
    ]
    absent = {
        "id": "q3",
        "question": "東の塔の持ち主は誰ですか？",
        "answers": [],
        "doc_ids": [],
        "answerable": False,
        "lang": "ja",
    }
    for name, rows in (("corpus", corpus), ("questions", [*asked, absent])):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    claims = tmp_path / "data" / "jnli_small"
    claims.mkdir()
    pair = {
        "id": "c",
        "claim": "橋の長さは120メートルだ。",
        "evidence": "橋の長さは120メートルである。",
        "label": "SUPPORTS",
        "lang": "ja",
    }
    (claims / "claims.jsonl").write_text(json.dumps(pair) + "\n")
    return tmp_path / "data"


def test_sets_are_measured_and_floors_held(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    floors = {"jsquad": {"search.hit_at_1": 0.2}}
    monkeypatch.setattr("evals.public.run.load_public_floors", lambda: floors)
    settings = Settings(home=tmp_path / "home")
    target = tmp_path / "public.json"
    arguments = argparse.Namespace(suite="public", data=str(data), json=str(target))
    assert main(settings, arguments) == PASSED
    sets = {item["name"]: item["metrics"] for item in json.loads(target.read_text())["sets"]}
    assert sets["jnli_small"]["claims.accuracy"]["value"] == 1
    found = sets["jsquad_small"]
    assert found["search.hit_at_1"]["n"] == 2
    assert found["search.hit_at_1"]["value"] == found["answer.any_sentence"]["value"] == 1
    assert found["refusal.false_answer"]["n"] == 1
    assert "| jsquad_small | search.hit_at_1 | 1.000 |" in capsys.readouterr().out
    floors["jnli"] = {"claims.dangerous": 0.5}
    arguments.sets = "jsquad"
    assert main(settings, arguments) == PASSED
    monkeypatch.setattr("evals.public.run.says", lambda text, answer: False)
    floors["jsquad"] = {"answer.any_sentence": 0.99}
    assert main(settings, arguments) == QUALITY
    assert "public:jsquad_small: answer.any_sentence is at most" in capsys.readouterr().out
    arguments.sets = "nothing"
    assert main(settings, arguments) == COULD_NOT_RUN
    arguments.data, arguments.sets = str(tmp_path / "none"), None
    assert main(settings, arguments) == COULD_NOT_RUN
