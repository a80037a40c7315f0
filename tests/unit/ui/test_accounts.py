"""The accounts file: passwords, sessions, keys and lockouts."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from assistant.errors import ConfigError
from ui.accounts import ADDRESS_FACTOR, FILE, SESSION_DAYS, Accounts, LockedError
from ui.viewer import Role

PASSWORD = "correct horse battery"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_accounts(tmp_path: Path, clock: Clock) -> Callable[[], Accounts]:
    return lambda: Accounts(tmp_path / "home", now=clock, hasher=QUICK, lockout_failures=3)


@pytest.fixture
def accounts(open_accounts: Callable[[], Accounts]) -> Accounts:
    return open_accounts()


def test_a_password_is_kept_as_an_argon2_hash_in_a_private_file(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.add_user("suzuki", PASSWORD, Role.EDITOR)
    path = tmp_path / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with sqlite3.connect(path) as db:
        (stored,) = db.execute("SELECT password FROM users").fetchone()
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD.encode() not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


def test_name_and_password_belong_together(accounts: Accounts) -> None:
    user = accounts.add_user("Suzuki", PASSWORD, Role.EDITOR)
    accounts.add_user("tanaka", PASSWORD + "2", Role.READER)
    assert accounts.check_password("suzuki", PASSWORD, "a") == user
    assert accounts.check_password(" ＳＵＺＵＫＩ", "ｃorrect horse battery", "a") == user, (
        "width and case do not matter"
    )
    assert accounts.check_password("suzuki", PASSWORD + "2", "a") is None
    assert accounts.check_password("nobody", PASSWORD, "a") is None
    assert [item.name for item in accounts.users()] == ["suzuki", "tanaka"]


@pytest.mark.parametrize("name", ["", " ", "a b", "-x", "x" * 65, "a\x00b", "a\nb", "<b>", "\ud800"])
def test_unusable_names(accounts: Accounts, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be a name"):
        accounts.add_user(name, PASSWORD, Role.READER)
    assert accounts.check_password(name, PASSWORD, "a") is None


def test_japanese_names(accounts: Accounts) -> None:
    user = accounts.add_user("鈴木", PASSWORD, Role.READER)
    assert accounts.check_password("鈴木", PASSWORD, "a") == user


@pytest.mark.parametrize("password", ["", "short", "x" * 1025])
def test_unusable_passwords(accounts: Accounts, password: str) -> None:
    with pytest.raises(ConfigError, match="A password has 12 to 1024 characters"):
        accounts.add_user("a", password, Role.READER)
    assert accounts.users() == []


def test_a_name_is_used_once_and_a_new_account_is_another_user(accounts: Accounts) -> None:
    first = accounts.add_user("a", PASSWORD, Role.READER)
    with pytest.raises(ConfigError, match="There is a user 'a' already"):
        accounts.add_user("A", PASSWORD, Role.READER)
    accounts.remove_user("a")
    assert accounts.add_user("a", PASSWORD, Role.READER).user_id != first.user_id


def test_what_is_not_there_is_named(accounts: Accounts) -> None:
    for act in (
        lambda: accounts.remove_user("x"),
        lambda: accounts.set_role("x", Role.ADMIN),
        lambda: accounts.set_password("x", PASSWORD),
    ):
        with pytest.raises(ConfigError, match="There is no user 'x'"):
            act()
    with pytest.raises(ConfigError, match="There is no key 'x'"):
        accounts.remove_key("x")


def test_a_session_survives_a_restart(open_accounts: Callable[[], Accounts]) -> None:
    accounts = open_accounts()
    user = accounts.add_user("a", PASSWORD, Role.READER)
    token = accounts.start_session(user)
    assert open_accounts().session_user(token) == user
    assert accounts.session_user(token + "x") is None
    accounts.end_session(token)
    assert open_accounts().session_user(token) is None


def test_a_session_ends_when_it_is_not_used(accounts: Accounts, clock: Clock) -> None:
    token = accounts.start_session(accounts.add_user("a", PASSWORD, Role.READER))
    for _ in range(3):
        clock.seconds += 11 * 3600
        assert accounts.session_user(token) is not None
        accounts.flush()
    clock.seconds += 13 * 3600
    assert accounts.session_user(token) is None


def test_and_after_a_month_in_any_case(accounts: Accounts, clock: Clock) -> None:
    token = accounts.start_session(accounts.add_user("a", PASSWORD, Role.READER))
    for _ in range(SESSION_DAYS * 24 // 10):
        clock.seconds += 10 * 3600
        assert accounts.session_user(token) is not None
        accounts.flush()
    clock.seconds += 10 * 3600
    assert accounts.session_user(token) is None


def test_sessions_end_with_the_password_and_with_the_user(accounts: Accounts) -> None:
    user = accounts.add_user("a", PASSWORD, Role.READER)
    other = accounts.start_session(accounts.add_user("b", PASSWORD, Role.READER))
    token = accounts.start_session(user)
    accounts.set_password("a", PASSWORD + "!")
    assert accounts.session_user(token) is None
    token = accounts.start_session(user)
    accounts.remove_user("a")
    assert accounts.session_user(token) is None
    assert accounts.session_user(other) is not None


def test_a_role_is_in_force_at_once(accounts: Accounts) -> None:
    token = accounts.start_session(accounts.add_user("a", PASSWORD, Role.READER))
    accounts.set_role("a", Role.ADMIN)
    found = accounts.session_user(token)
    assert found is not None
    assert found.role is Role.ADMIN


def test_keys(accounts: Accounts, tmp_path: Path, clock: Clock) -> None:
    key, text = accounts.add_key("crawler", Role.EDITOR)
    assert text.startswith(f"aa_{key.key_id}_")
    secret = text.split("_", 2)[2]
    assert secret.encode() not in b"".join(file.read_bytes() for file in (tmp_path / "home").iterdir())
    assert accounts.api_keys()[0].used is None
    found = accounts.key_of(text, "a")
    assert found is not None
    assert (found.name, found.role) == ("crawler", Role.EDITOR)
    accounts.flush()
    assert accounts.api_keys()[0].used == clock.seconds
    for wrong in ("", "aa_", text[:-1], text[:-1] + ("a" if text[-1] != "a" else "b"), f"aa_{'0' * 12}_{secret}"):
        assert accounts.key_of(wrong, "b") is None, wrong
    with pytest.raises(ConfigError, match="There is a key 'crawler' already"):
        accounts.add_key("crawler", Role.READER)
    accounts.remove_key("crawler")
    assert accounts.key_of(text, "c") is None


@pytest.mark.parametrize("name", ["a", "nobody"])
def test_an_account_is_locked_whether_it_exists_or_not(accounts: Accounts, clock: Clock, name: str) -> None:
    accounts.add_user("a", PASSWORD, Role.READER)
    accounts.add_user("b", PASSWORD, Role.READER)
    for number in range(3):
        assert accounts.check_password(name, "wrong password", f"10.0.0.{number}") is None
    with pytest.raises(LockedError) as caught:
        accounts.check_password(name, PASSWORD, "10.0.0.9")
    assert caught.value.seconds == 900
    assert accounts.check_password("b", PASSWORD, "10.0.0.0") is not None, "others are not locked out"
    clock.seconds += 901
    assert (accounts.check_password(name, PASSWORD, "10.0.0.9") is not None) == (name == "a")


def test_a_right_password_or_a_new_one_clears_the_count(accounts: Accounts) -> None:
    accounts.add_user("a", PASSWORD, Role.READER)
    for _ in range(3):
        for _ in range(2):
            assert accounts.check_password("a", "wrong password", "x") is None
        assert accounts.check_password("a", PASSWORD, "x") is not None
    for _ in range(3):
        accounts.check_password("a", "wrong password", "y")
    accounts.set_password("a", PASSWORD)
    assert accounts.check_password("a", PASSWORD, "z") is not None


@pytest.mark.parametrize(
    "addresses", [["192.0.2.1"], [f"2001:db8:1:2::{number:x}" for number in range(1, 40)]], ids=["IPv4", "IPv6 network"]
)
def test_an_address_is_locked_and_a_right_password_does_not_clear_it(accounts: Accounts, addresses: list[str]) -> None:
    accounts.add_user("mine", PASSWORD, Role.READER)
    tried = 0

    def guess() -> None:
        nonlocal tried
        for number in range(100):
            address = addresses[number % len(addresses)]
            if number % 2:
                accounts.check_password(f"user{number}", "wrong password", address)
                tried += 1
            else:
                accounts.check_password("mine", PASSWORD, address)

    with pytest.raises(LockedError):
        guess()
    assert tried == 3 * ADDRESS_FACTOR
    with pytest.raises(LockedError):
        accounts.key_of("aa_x", addresses[0])
    assert accounts.check_password("mine", PASSWORD, "198.51.100.1") is not None


def test_a_hash_of_weaker_parameters_is_made_again(tmp_path: Path) -> None:
    Accounts(tmp_path, hasher=QUICK).add_user("a", PASSWORD, Role.READER)
    stronger = Accounts(tmp_path, hasher=PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert stronger.check_password("a", PASSWORD, "x") is not None
    with sqlite3.connect(tmp_path / FILE) as db:
        assert "m=16,t=2" in db.execute("SELECT password FROM users").fetchone()[0]
    assert stronger.check_password("a", PASSWORD, "x") is not None


def test_an_unusable_file_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("not a database, not at all", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"accounts file .* cannot be used"):
        Accounts(tmp_path)
