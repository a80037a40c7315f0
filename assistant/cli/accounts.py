"""``assistant user`` and ``assistant key``: who may use the server."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assistant.errors import ConfigError
from assistant.settings import Settings

if TYPE_CHECKING:
    from ui.accounts import Accounts

ROLES = ("reader", "editor", "admin")


def add_commands(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of both commands."""
    users = sub.add_parser("user", help="who may sign in to the server").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    _named(
        users, "add", "make an account; the password is asked for, or read from standard input", "user_add", "reader"
    )
    _listing(users, "user_list")
    _named(users, "remove", "remove an account and end its sessions", "user_remove")
    _named(users, "password", "set a new password and end the account's sessions", "user_password")
    role = _named(users, "role", "change what an account may do", "user_role")
    role.add_argument("role", choices=ROLES)

    keys = sub.add_parser("key", help="API keys for programs").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    _named(keys, "add", "make a key and print it, once", "key_add", "reader")
    _listing(keys, "key_list")
    _named(keys, "remove", "revoke a key", "key_remove")


def _named(
    sub: argparse._SubParsersAction[argparse.ArgumentParser], action: str, told: str, run: str, role: str = ""
) -> argparse.ArgumentParser:
    command = sub.add_parser(action, help=told)
    command.add_argument("name", metavar="NAME")
    if role:
        command.add_argument("--role", choices=ROLES, default=role, help=f"what it may do (default: {role})")
    command.set_defaults(run=run)
    return command


def _listing(sub: argparse._SubParsersAction[argparse.ArgumentParser], run: str) -> None:
    command = sub.add_parser("list", help="show them")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=run)


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Do what ``arguments.run`` names."""
    from ui.accounts import Accounts
    from ui.viewer import Role

    accounts = Accounts(settings.home)
    name = getattr(arguments, "name", "")
    if arguments.run == "user_list":
        _listed([{"name": user.name, "role": user.role.name.lower()} for user in accounts.users()], arguments.json)
    elif arguments.run == "user_add":
        _absent(accounts, name)
        user = accounts.add_user(name, _password(), Role[arguments.role.upper()])
        print(f"added: {user.name} ({arguments.role})")
        if not settings.auth.enabled:
            print("Accounts are not asked for yet: set ASSISTANT_AUTH__ENABLED=true and start the server again.")
    elif arguments.run == "user_remove":
        accounts.remove_user(name)
        print(f"removed: {name}; every session has ended")
    elif arguments.run == "user_password":
        accounts.set_password(name, _password())
        print(f"changed: the password of {name}; every session has ended")
    elif arguments.run == "user_role":
        accounts.set_role(name, Role[arguments.role.upper()])
        print(f"changed: {name} is {arguments.role} now")
    elif arguments.run == "key_list":
        listed = [
            {
                "name": key.name,
                "role": key.role.name.lower(),
                "id": key.key_id,
                "created": _time(key.created),
                "last used": _time(key.used) if key.used is not None else None,
            }
            for key in accounts.api_keys()
        ]
        _listed(listed, arguments.json)
    elif arguments.run == "key_add":
        _, text = accounts.add_key(name, Role[arguments.role.upper()])
        print("Keep this key now, it is not shown again. Send it as `Authorization: Bearer KEY`.", file=sys.stderr)
        print(text)
    else:
        accounts.remove_key(name)
        print(f"revoked: {name}")
    return 0


def _absent(accounts: Accounts, name: str) -> None:
    # Before a password is typed in vain.
    if any(user.name == name.casefold() for user in accounts.users()):
        raise ConfigError(f"There is a user {name!r} already. Choose another name.")


def _password() -> str:
    """Typed twice at a terminal, or the first line of standard input; never an argument, which others can see."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("The same again: "):
        raise ConfigError("The two passwords differ. Nothing was changed; run the command again.")
    return first


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _listed(rows: list[dict[str, str | None]], as_json: bool) -> None:
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        print("  ".join(f"{name}: {value or 'never'}" if name != "name" else str(value) for name, value in row.items()))
