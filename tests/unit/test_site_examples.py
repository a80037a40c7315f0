"""The GitHub Action and the pre-commit hook call the program as it is."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import yaml

from assistant.cli.main import build_parser

ROOT = Path(__file__).resolve().parents[2]


def _read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_the_hook_is_a_command_the_program_takes() -> None:
    (hook,) = _read(".pre-commit-hooks.yaml")
    program, *arguments = shlex.split(hook["entry"])
    assert program == "assistant"
    parsed = build_parser().parse_args([*arguments, "drafts/a.md", "drafts/b.md"])
    assert (parsed.run, parsed.fail_on, parsed.file) == ("check", "contradicted", ["drafts/a.md", "drafts/b.md"])
    (repo,) = _read(".github/examples/pre-commit-config.yaml")["repos"]
    assert [item["id"] for item in repo["hooks"]] == [hook["id"]]


def test_the_example_names_the_inputs_and_outputs_of_the_action() -> None:
    action = _read(".github/actions/check/action.yml")
    steps = _read(".github/examples/check-drafts.yml")["jobs"]["check"]["steps"]
    (use,) = [step for step in steps if "article-assistant" in step.get("uses", "")]
    assert set(use["with"]) <= set(action["inputs"])
    required = {name for name, item in action["inputs"].items() if item.get("required")}
    assert required <= set(use["with"])
    assert use["with"]["fail-on"] in {"contradicted", "conflicting", "not_found"}
    assert "sarif" in action["outputs"]
    assert all("shell" in step for step in action["runs"]["steps"] if "run" in step)
