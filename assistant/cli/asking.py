"""Filters and earlier turns on the command line of `ask` and `search`."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from assistant.errors import ConfigError
from assistant.scope import LANGS, Scope

_TURNS_MAX = 50


def add_filters(command: argparse.ArgumentParser) -> None:
    """Options that restrict a question to some of the articles."""
    command.add_argument(
        "--source",
        action="append",
        default=[],
        metavar="NAME",
        help="only articles with this id, site, file or folder name; may be given several times",
    )
    command.add_argument("--from", dest="published_from", metavar="DATE", help="only articles published since that day")
    command.add_argument("--to", dest="published_to", metavar="DATE", help="only articles published up to that day")
    command.add_argument("--in-lang", choices=LANGS, help="only articles in this language")


def scope_of(arguments: argparse.Namespace) -> Scope | None:
    """The filter that the options ask for; None without any.

    Raises:
        ConfigError: A day is no date, or the days are in the wrong order.
    """
    scope = Scope(
        tuple(arguments.source),
        day_of("--from", arguments.published_from),
        day_of("--to", arguments.published_to),
        arguments.in_lang,
    )
    return scope or None


def day_of(option: str, given: str | None) -> date | None:
    """The day an option names; None where it is not given.

    Raises:
        ConfigError: It is no date.
    """
    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError as exc:
        raise ConfigError(f"{option} {given!r} is not a date. Write it as YYYY-MM-DD.") from exc


def read_history(name: str | None) -> list[tuple[str, str]]:
    """Earlier turns of a JSONL file, oldest first: `question` and, if kept, `text`, as `ask --batch` writes them.

    Raises:
        ConfigError: The file cannot be read, or a line is something else.
    """
    if name is None:
        return []
    try:
        lines = Path(name).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(f"The history {name!r} cannot be read: {exc}.") from exc
    turns = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
            question, text = values["question"], values.get("text", "")
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise ConfigError(f"{name}, line {number} is not a JSON object with 'question': {line[:80]!r}.") from exc
        if not isinstance(question, str) or not isinstance(text, str):
            raise ConfigError(f"{name}, line {number}: 'question' and 'text' must be texts.")
        turns.append((question, text))
    return turns[-_TURNS_MAX:]
