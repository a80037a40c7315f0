"""``assistant user`` and ``assistant key``."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from assistant.cli.main import main
from ui.accounts import Accounts

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "home"))


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_user_from_beginning_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, f"{PASSWORD}\n")
    assert main(["user", "add", "suzuki", "--role", "editor"]) == 0
    assert "added: suzuki (editor)" in capsys.readouterr().out
    accounts = Accounts(tmp_path / "home")
    user = accounts.check_password("suzuki", PASSWORD, "x")
    assert user is not None
    token = accounts.start_session(user)
    assert main(["user", "role", "suzuki", "admin"]) == 0
    assert main(["user", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.split("\n", 1)[1]) == [{"name": "suzuki", "role": "admin"}]
    typed(monkeypatch, "another password")
    assert main(["user", "password", "suzuki"]) == 0
    assert accounts.session_user(token) is None
    assert accounts.check_password("suzuki", "another password", "x") is not None
    assert main(["user", "remove", "suzuki"]) == 0
    assert accounts.users() == []


def test_a_key_is_shown_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["key", "add", "crawler"]) == 0
    text = capsys.readouterr().out.strip()
    accounts = Accounts(tmp_path / "home")
    assert accounts.key_of(text, "x") is not None
    assert main(["key", "list"]) == 0
    listed = capsys.readouterr().out
    assert "crawler  role: reader" in listed
    assert text.split("_", 2)[2] not in listed
    assert main(["key", "remove", "crawler"]) == 0
    assert accounts.key_of(text, "x") is None


@pytest.mark.parametrize(
    ("command", "stdin", "message"),
    [
        (["user", "add", "a b"], PASSWORD, "'a b' cannot be a name"),
        (["user", "add", "a"], "short", "A password has 12 to 1024 characters; this one has 5."),
        (["user", "add", "a"], "", "this one has 0"),
        (["user", "remove", "a"], "", "There is no user 'a'. `assistant user list` shows them."),
        (["user", "role", "a", "admin"], "", "There is no user 'a'."),
        (["key", "remove", "a"], "", "There is no key 'a'."),
    ],
)
def test_mistakes_are_named(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    stdin: str,
    message: str,
) -> None:
    typed(monkeypatch, stdin)
    assert main(command) == 2
    assert message in capsys.readouterr().err


def test_a_taken_name_is_told_before_the_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, PASSWORD)
    assert main(["user", "add", "a"]) == 0
    typed(monkeypatch, "")
    assert main(["user", "add", "A"]) == 2
    assert "There is a user 'A' already" in capsys.readouterr().err
