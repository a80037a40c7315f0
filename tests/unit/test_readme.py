"""The README's table of settings is the one the code prints, and its commands exist."""

from __future__ import annotations

import re
from pathlib import Path

from assistant.cli.main import build_parser
from assistant.settings import settings_table

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_settings_table_is_complete() -> None:
    found = re.search(r"<!-- settings:.*?-->\n(.*?)<!-- /settings -->", README, re.DOTALL)

    assert found is not None
    assert found.group(1) == settings_table(), "Run `python -m assistant.settings` and paste its table"


def test_every_command_is_documented() -> None:
    commands = next(action.choices for action in build_parser()._actions if action.dest == "command")

    assert commands is not None
    missing = [name for name in commands if f"`assistant {name}" not in README]
    assert missing == []


def test_exported_names_are_what_the_package_promises() -> None:
    import assistant

    assert assistant.__all__ == sorted(assistant.__all__)
    assert all(getattr(assistant, name) is not None for name in assistant.__all__)
