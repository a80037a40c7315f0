"""``assistant check`` as a person runs it: files, folders, formats, exit codes, batches, Ctrl-C."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.cli.main import main
from assistant.errors import ModelUnavailableError
from assistant.types import Verdict
from assistant.verify.desk import FactDesk
from tests.unit.models.test_cross import LABELS, tiny_model

pytestmark = pytest.mark.integration
RIGHT = "Trainium3のメモリ容量はチップ1個当たり144GBだ。\n"
WRONG = "# Trainium3\n\nTrainium3は3nmで製造される。メモリは128GBを積む。\n"


@pytest.fixture(scope="module")
def home(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(bundled_home, tmp_path_factory.mktemp("commands") / "home")


@pytest.fixture
def drafts(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSISTANT_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "right.md").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "wrong.md").write_text(WRONG, encoding="utf-8")
    return tmp_path


def test_exit_codes_follow_fail_on(drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "right.md", "--fail-on", "not_found"]) == 0
    assert main(["check", "wrong.md"]) == 0
    assert main(["check", "wrong.md", "--fail-on", "contradicted"]) == 1
    assert main(["check", "right.md", "wrong.md", "--fail-on", "contradicted"]) == 1
    assert main(["check", "missing.md"]) == 3
    assert main(["check"]) == 2
    assert main(["check", "right.md", "--json", "--format", "sarif"]) == 2
    assert main(["check", "-", "right.md"]) == 2
    assert "missing.md" in capsys.readouterr().err


def test_a_claim_without_a_name_is_about_the_sentence_before(drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "wrong.md", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    last = shown["claims"][-1]
    assert (last["text"], last["verdict"]) == ("メモリは128GBを積む。", "contradicted")
    assert WRONG[last["start"] : last["end"]] == last["text"]
    assert shown["nli_model"] is None


def test_a_folder_gives_one_report_for_each_draft(drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", ".", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [item["file"] for item in shown["drafts"]] == ["right.md", "wrong.md"]
    counted = [claim["verdict"] for item in shown["drafts"] for claim in item["claims"]]
    assert {verdict.value: counted.count(verdict.value) for verdict in Verdict} == shown["summary"]
    assert main(["check", ".", "--format", "sarif"]) == 0
    log = json.loads(capsys.readouterr().out)
    (result,) = log["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "wrong.md"
    assert main(["check", "right.md", "wrong.md", "--format", "markdown"]) == 0
    assert capsys.readouterr().out.count("# 事実確認") == 2


def test_a_batch_with_evidence_is_judged_by_that_text_alone(drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"id": "a", "claim": "Trainium3のメモリ容量は144GBだ。"},
        {"id": "b", "claim": "Trainium3のメモリ容量は144GBだ。", "evidence": "Trainium3のメモリ容量は96GBだ。"},
        {"id": "c", "claim": "犬が走っている。", "evidence": "棚に本が並んでいる。"},
    ]
    (drafts / "batch.jsonl").write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    assert main(["check", "--batch", "batch.jsonl", "--fail-on", "contradicted"]) == 1
    shown = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(item["id"], item["claims"][0]["verdict"]) for item in shown] == [
        ("a", "supported"),
        ("b", "contradicted"),
        ("c", "not_found"),
    ]
    (given,) = shown[1]["claims"][0]["evidence"]
    assert (given["article_id"], given["quote"], given["stance"]) == ("given", rows[1]["evidence"], "against")
    (drafts / "bad.jsonl").write_text('{"id": 1, "claim": "x", "evidence": 3}\n', encoding="utf-8")
    assert main(["check", "--batch", "bad.jsonl"]) == 2
    assert "evidence" in capsys.readouterr().err


def test_fail_on_is_for_that_verdict_and_worse_ones(drafts: Path) -> None:
    texts = {
        "contradicted": WRONG,
        "conflicting": "Gaudi 3のBF16の演算性能は1,677TFLOPSだ。\n",
        "not_found": "青葉社は2031年に月面工場を3棟建てた。\n",
        "supported": RIGHT,
    }
    order = list(texts)
    for verdict, text in texts.items():
        (drafts / "one.md").write_text(text, encoding="utf-8")
        for wanted in order[:3]:
            worse = order.index(verdict) <= order.index(wanted)
            assert main(["check", "one.md", "--fail-on", wanted]) == int(worse), (verdict, wanted)


def test_the_day_of_a_draft_is_given_or_its_own(drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def verdict(*more: str) -> str:
        assert main(["check", "dated.md", "--json", *more]) == 0
        (claim,) = json.loads(capsys.readouterr().out)["claims"]
        return str(claim["verdict"])

    text = "AWSは昨年12月2日にTrainium3を発表した。\n"
    (drafts / "dated.md").write_text(text, encoding="utf-8")
    assert verdict("--date", "2026-03-01") == "supported"
    assert verdict("--date", "2027-03-01") == "contradicted"
    (drafts / "dated.md").write_text(f"---\ndate: 2026-03-01\n---\n\n{text}", encoding="utf-8")
    assert verdict() == "supported"
    assert verdict("--date", "2027-03-01") == "contradicted"
    assert main(["check", "dated.md", "--date", "next week"]) == 2
    assert "next week" in capsys.readouterr().err


@pytest.mark.parametrize(("bias", "verdict"), [([4.0, -4.0, 0.0], "not_found"), ([-4.0, 4.0, 0.0], "supported")])
def test_a_real_cross_encoder_is_asked_and_named(
    drafts: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    bias: list[float],
    verdict: str,
) -> None:
    path = tiny_model(tmp_path / "nli", labels=LABELS, bias=bias)
    monkeypatch.setenv("ASSISTANT_CHECK__NLI_MODEL", path)
    assert main(["check", "right.md", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [claim["verdict"] for claim in shown["claims"]] == [verdict]
    assert shown["nli_model"] == path
    assert (path in shown["claims"][0]["reason"]) == (verdict == "not_found")
    assert main(["check", "right.md"]) == 0
    assert f"含意判定モデル: {path}" in capsys.readouterr().out


def test_watching_ends_cleanly_on_ctrl_c(drafts: Path, home: Path) -> None:
    command = [sys.executable, "-c", "import sys; from assistant.cli import main; sys.exit(main())"]
    process = subprocess.Popen(
        [*command, "check", "--watch", "--json", "--fail-on", "contradicted", "right.md"],
        cwd=drafts,
        env={**os.environ, "ASSISTANT_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a suite in the background ignores it
    )
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    (drafts / "saved").write_text(WRONG, encoding="utf-8")
    (drafts / "saved").replace(drafts / "right.md")  # at once: a file half written is a draft too
    second = json.loads(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=180)
    assert process.returncode == 1  # as the draft stood at the end
    assert errors == ""
    assert (first["file"], first["summary"]["supported"]) == ("right.md", 1)
    assert second["summary"]["contradicted"] == 1


class _Doubter:
    name = "doubter"

    def __init__(self, share: float) -> None:
        self.share = share
        self.asked: list[tuple[str, str]] = []

    def probability(self, premise: str, hypothesis: str) -> float:
        self.asked.append((premise, hypothesis))
        return self.share


@pytest.mark.parametrize(("share", "verdict"), [(0.05, Verdict.NOT_FOUND), (0.9, Verdict.SUPPORTED)])
def test_an_entailment_model_can_withdraw_a_support_and_is_named(home: Path, share: float, verdict: Verdict) -> None:
    with Assistant.open(Settings(home=home)) as assistant:
        model = _Doubter(share)
        desk = FactDesk(
            retriever=assistant._serving.current().retriever,
            library=assistant._library,
            glossary=assistant._glossary,
            entailment=model,
        )
        report = desk.check(RIGHT)
        assert [item.verdict for item in report.claims] == [verdict]
        assert report.nli_model == "doubter"
        assert len(model.asked) == 1
        assert desk.check("Trainium3のメモリ容量は128GBだ。").claims[0].verdict is Verdict.CONTRADICTED
        assert len(model.asked) == 1  # it is asked about supports only


def test_an_entailment_model_that_is_not_there_is_refused_with_the_next_step(home: Path) -> None:
    settings = Settings(home=home, check={"nli_model": "nobody/nothing"})  # type: ignore[arg-type]
    with pytest.raises(ModelUnavailableError, match="assistant models pull"), Assistant.open(settings) as assistant:
        assistant.check(RIGHT)
