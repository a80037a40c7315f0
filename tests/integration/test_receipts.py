"""A receipt says on a later day which of its citations still hold."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from assistant.cli.main import main
from assistant.errors import ConfigError
from tests.corpora import Site

pytestmark = pytest.mark.integration

QUESTION = "部品PPR-9003の月産は何個ですか？"


def states(report) -> list[str]:  # type: ignore[no-untyped-def]
    return [item.state for item in report.citations]


@pytest.fixture
def receipt(site: Site) -> dict[str, object]:
    with site.open() as assistant:
        made = assistant.receipt(assistant.ask(QUESTION))
    return json.loads(json.dumps(made))


def test_a_fresh_receipt_holds(site: Site, receipt: dict[str, object]) -> None:
    with site.open() as assistant:
        report = assistant.verify(receipt)
    assert report.holds
    assert report.seal == "intact"
    assert report.question == QUESTION
    assert states(report) == ["holds"]


def test_a_newer_version_with_the_same_words_keeps_it(site: Site, receipt: dict[str, object]) -> None:
    site.write(3, extra="翌月の見通しは変わらない。\n")
    with site.open() as assistant:
        assistant.index([site.corpus])
        report = assistant.verify(receipt)
    assert states(report) == ["holds"]
    assert "Version 2" in report.citations[0].reason


def test_changed_words_are_told(site: Site, receipt: dict[str, object]) -> None:
    site.write(3, output=4321)
    with site.open() as assistant:
        assistant.index([site.corpus])
        report = assistant.verify(receipt)
    assert states(report) == ["changed"]
    assert not report.holds


def test_a_withdrawn_article_is_told(site: Site, receipt: dict[str, object]) -> None:
    with site.open() as assistant:
        assistant.remove(["factory-03"])
        assert states(assistant.verify(receipt)) == ["withdrawn"]
        assistant.remove(["factory-03"], undo=True)
        assert assistant.verify(receipt).holds


def test_a_library_without_the_article(receipt: dict[str, object], tmp_path: Path) -> None:
    with Site.create(tmp_path / "other", count=2).open() as assistant:
        assert states(assistant.verify(receipt)) == ["missing"]


@pytest.mark.parametrize("place", ["text", "quote", "start", "sha256", "created"])
def test_an_altered_receipt_is_told(site: Site, receipt: dict[str, object], place: str) -> None:
    altered = copy.deepcopy(receipt)
    answer: dict = altered["answer"]  # type: ignore[assignment,type-arg]
    if place == "text":
        answer["text"] = "部品PPR-9003の月産は9999個です。[1]"
    elif place == "quote":
        answer["citations"][0]["quote"] = "部品PPR-9003の月産は9999個です。"
    elif place == "start":
        answer["citations"][0]["start"] += 1
    elif place == "sha256":
        altered["sources"][0]["sha256"] = "0" * 64  # type: ignore[index]
    else:
        altered["created"] = "2020-01-01T00:00:00+00:00"
    with site.open() as assistant:
        report = assistant.verify(altered)
    assert report.seal == "broken"
    assert not report.holds
    assert states(report) == (["altered"] if place in ("quote", "start", "sha256") else ["holds"])


def test_a_key_makes_a_forged_seal_impossible(site: Site) -> None:
    with site.open(receipt_key="first secret") as assistant:
        made = assistant.receipt(assistant.ask(QUESTION))
        assert assistant.verify(made).holds
    assert "first secret" not in json.dumps(made)
    with site.open(receipt_key="another secret") as assistant:
        assert assistant.verify(made).seal == "broken"
    with site.open() as assistant:
        with pytest.raises(ConfigError, match="ASSISTANT_RECEIPT_KEY"):
            assistant.verify(made)
        plain = assistant.receipt(assistant.ask(QUESTION))
    with site.open(receipt_key="first secret") as assistant:
        assert assistant.verify(plain).seal == "unsigned"


@pytest.mark.parametrize("value", [None, [], {}, {"format": 1}, "x", {"answer": {"citations": [{}]}}])
def test_what_is_no_receipt_is_refused(site: Site, value: object) -> None:
    with site.open() as assistant, pytest.raises(ConfigError, match="no receipt"):
        assistant.verify(value)


def test_over_http(site: Site) -> None:
    from fastapi.testclient import TestClient

    from ui.server import create_server

    with site.open(store={"url": "http://127.0.0.1:9"}) as assistant, TestClient(create_server(assistant)) as client:
        plain = client.post("/api/v1/ask", json={"question": QUESTION}).json()
        assert "receipt" not in plain
        made = client.post("/api/v1/ask", json={"question": QUESTION, "receipt": True}).json()["receipt"]
        assert made["answer"]["text"] == plain["text"]
        for inside in (str(site.home), "127.0.0.1", str(site.root)):
            assert inside not in json.dumps(made)
        reply = client.post("/api/v1/verify", json={"id": "r1", "receipt": made}).json()
        assert (reply["id"], reply["holds"], reply["seal"]) == ("r1", True, "intact")
        assistant.remove(["factory-03"])
        reply = client.post("/api/v1/verify", json={"receipt": made}).json()
        assert [item["state"] for item in reply["citations"]] == ["withdrawn"]
        assert client.post("/api/v1/verify", json={"receipt": {}}).status_code == 400


def test_the_commands(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(site.home))
    monkeypatch.setenv("ASSISTANT_GLOSSARY", str(site.root / "glossary.yaml"))
    monkeypatch.setenv("ASSISTANT_RETRIEVE__DENSE", "exact")
    file = tmp_path / "receipt.json"
    assert main(["ask", QUESTION, "--receipt", str(file)]) == 0
    capsys.readouterr()
    assert main(["verify", str(file)]) == 0
    assert "All 1 citations hold." in capsys.readouterr().out
    with site.open() as assistant:
        assistant.remove(["factory-03"])
    assert main(["verify", str(file), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["holds"], report["citations"][0]["state"]) == (False, "withdrawn")
    assert main(["verify", str(tmp_path / "nothing.json")]) == 2
    assert "nothing.json" in capsys.readouterr().err
    assert main(["ask", QUESTION, "--receipt", str(tmp_path / "no" / "folder.json")]) == 2
