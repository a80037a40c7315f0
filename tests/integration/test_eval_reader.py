"""The suite on a chat model: a scripted server on loopback, through the real client."""

import argparse
import json
import re
from pathlib import Path

import pytest

from assistant.settings import load_settings
from evals.run import PASSED, main
from tests.chatservers import Call, Reply, chat_server

pytestmark = pytest.mark.integration


def first_passage(call: Call) -> Reply:
    """The first line of the first passage, cited."""
    match = re.search(r'<passage n="(\d+)"[^>]*>(.*?)</passage>', call.human, re.S)
    assert match is not None
    lines = [line.strip() for line in match.group(2).splitlines() if line.strip()]
    return Reply.of(f"{lines[0]}[{match.group(1)}]\n")


def test_a_chat_reader_gives_the_same_report_and_is_held_to_invariants_only(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    with chat_server(first_passage) as server:
        settings = load_settings(home=tmp_path / "home", reader={"base_url": server.openai_url, "api_key": "sk-test"})
        arguments = argparse.Namespace(suite="metadata", reader="openai:scripted", json=str(target))
        assert main(settings, arguments) == PASSED
    table = json.loads(target.read_text(encoding="utf-8"))
    assert table["reader"] == "openai:scripted"
    assert len(table["cases"]) == 15
    assert table["slices"]["overall"]["citations.resolve"]["value"] == 1
    assert table["flips"] is None
    assert all(case["reading"] is None for case in table["cases"])
    assert "base_url" not in table["settings"]["reader"]
    assert "sk-test" not in target.read_text(encoding="utf-8")
