"""``assistant check``: drafts in, verdicts out; once, or again at each save."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant import __version__
from assistant.api import Assistant
from assistant.errors import AssistantError, ConfigError
from assistant.schema import check_json
from assistant.settings import Settings
from assistant.text.invisible import visible
from assistant.types import CheckReport, Verdict
from assistant.verify.draft import draft_files, read_draft, read_pasted
from assistant.verify.report import Checked, summary, to_markdown, to_sarif, to_text

_POLL_SECONDS = 0.3
_FAILS = {
    "contradicted": frozenset({Verdict.CONTRADICTED}),
    "conflicting": frozenset({Verdict.CONTRADICTED, Verdict.CONFLICTING}),
    "not_found": frozenset({Verdict.CONTRADICTED, Verdict.CONFLICTING, Verdict.NOT_FOUND}),
}
FAIL_ON = tuple(_FAILS)


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of a batch."""

    identifier: str | None
    claim: str
    evidence: str | None


def check(settings: Settings, arguments: argparse.Namespace) -> int:
    """Check drafts; 1 if ``--fail-on`` names a verdict that one of the claims has, or a worse one."""
    given: list[str] = arguments.file
    if bool(given) == bool(arguments.batch):
        raise ConfigError("Name drafts or folders, or - for standard input, or --batch FILE.")
    if arguments.json and arguments.format != "text":
        raise ConfigError(f"--json and --format {arguments.format} exclude each other.")
    if arguments.watch:
        return _watch(settings, arguments)
    if arguments.batch:
        return _batch(settings, arguments)
    if "-" in given and len(given) > 1:
        raise ConfigError("- reads one draft from standard input; name no files beside it.")
    names = given if given == ["-"] else [str(path) for path in draft_files([Path(name) for name in given])]
    many = len(given) > 1 or (given != ["-"] and Path(given[0]).is_dir())
    day = _day(arguments.date)
    with Assistant.open(settings, one_shot=True) as assistant:
        checked = [_checked(assistant, name, day) for name in names]
    _print(checked, arguments, many=many)
    return _code(checked, arguments)


def _checked(assistant: Assistant, name: str, day: date | None) -> Checked:
    draft = read_pasted(sys.stdin.read()) if name == "-" else read_draft(Path(name))
    return Checked(assistant.check(draft.text, anchor=day or draft.dated), "stdin" if name == "-" else name, draft)


def _day(text: str | None) -> date | None:
    """The day of ``--date``.

    Raises:
        ConfigError: ``text`` is no day.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise ConfigError(f"--date is {text!r}, not a day. Write it like 2026-02-03.") from exc


def _code(checked: Iterable[Checked], arguments: argparse.Namespace) -> int:
    return int(any(_fails(item.report, arguments.fail_on) for item in checked))


def _fails(report: CheckReport, fail_on: str | None) -> bool:
    return fail_on is not None and any(item.verdict in _FAILS[fail_on] for item in report.claims)


def _print(checked: Sequence[Checked], arguments: argparse.Namespace, *, many: bool) -> None:
    if arguments.json:
        shown: object = _json_of(checked) if many else _object(checked[0], many=False)
        print(json.dumps(shown, ensure_ascii=False, indent=2))
    elif arguments.format == "sarif":
        sys.stdout.write(to_sarif(checked, version=__version__))
    elif arguments.format == "markdown":
        sys.stdout.write(visible("\n".join(to_markdown(item) for item in checked)))
    else:
        sys.stdout.write(visible("\n".join(to_text(item) for item in checked)))


def _object(item: Checked, *, many: bool) -> dict[str, object]:
    """The object of one draft; ``draft`` is the text the offsets point into where that is not the file itself."""
    shown = dict(check_json(None, item.report))
    if many:
        shown["file"] = item.name
    if item.draft.converted:
        shown["draft"] = item.draft.text
    return shown


def _json_of(checked: Sequence[Checked]) -> dict[str, object]:
    total = {verdict.value: sum(summary(item.report)[verdict] for item in checked) for verdict in Verdict}
    return {"drafts": [_object(item, many=True) for item in checked], "summary": total}


# ---------------------------------------------------------------- batch
def _batch(settings: Settings, arguments: argparse.Namespace) -> int:
    failed = False
    day = _day(arguments.date)
    with Assistant.open(settings) as assistant:
        for row in _rows(arguments.batch):
            report = assistant.check(row.claim, anchor=day, evidence=row.evidence)
            failed |= _fails(report, arguments.fail_on)
            print(json.dumps(check_json(row.identifier, report), ensure_ascii=False), flush=True)
    return int(failed)


def _rows(name: str) -> Iterable[_Row]:
    """Lines with ``id``, ``claim`` and, to be judged by one text alone, ``evidence``.

    Raises:
        ConfigError: A line is not such an object; the message names it.
    """
    try:
        lines = sys.stdin.readlines() if name == "-" else Path(name).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(f"The batch file {name!r} cannot be read: {exc}.") from exc
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
            claim, identifier, evidence = values["claim"], values.get("id"), values.get("evidence")
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise ConfigError(
                f"{name}, line {number} is not a JSON object with 'claim': {line.strip()[:80]!r}."
            ) from exc
        for key, value in (("claim", claim), ("evidence", evidence)):
            if not isinstance(value, str) and (key == "claim" or value is not None):
                raise ConfigError(f"{name}, line {number}: {key!r} is {value!r}, not a text.")
        yield _Row(None if identifier is None else str(identifier), claim, evidence)


# ---------------------------------------------------------------- watch
def _watch(settings: Settings, arguments: argparse.Namespace) -> int:
    """Check now and after each save, until Ctrl-C. A draft that cannot be read is told and tried again.

    With ``--fail-on`` the code says how the drafts stood when they were last checked.
    """
    if arguments.batch or "-" in arguments.file:
        raise ConfigError("--watch takes files and folders, not - or --batch.")
    if arguments.format == "sarif":
        raise ConfigError("--watch prints text, Markdown or --json lines, not SARIF.")
    paths = [Path(name) for name in arguments.file]
    _day(arguments.date)
    draft_files(paths)  # a wrong name is an error now, not a silence later
    failing: dict[Path, bool] = {}
    with Assistant.open(settings) as assistant:
        watch_drafts(paths, lambda path: _tell(assistant, path, arguments, failing))
    return int(any(failing.values()))


def watch_drafts(
    paths: Sequence[Path], tell: Callable[[Path], None], *, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Call ``tell`` for each draft now and whenever its file has changed; returns on Ctrl-C."""
    seen: dict[Path, tuple[int, int, int]] = {}
    try:
        while True:
            for path in _present(paths):
                stamp = _stamp(path)
                if stamp is not None and seen.get(path) != stamp:
                    seen[path] = stamp
                    tell(path)
            sleep(_POLL_SECONDS)
    except KeyboardInterrupt:
        return


def _present(paths: Sequence[Path]) -> list[Path]:
    """Drafts that are there now: an editor may be between deleting and renaming."""
    try:
        return draft_files([path for path in paths if path.exists()]) if any(path.exists() for path in paths) else []
    except AssistantError:
        return []


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _tell(assistant: Assistant, path: Path, arguments: argparse.Namespace, failing: dict[Path, bool]) -> None:
    started = time.perf_counter()
    try:
        item = _checked(assistant, str(path), _day(arguments.date))
    except AssistantError as exc:
        sys.stderr.write(f"assistant: {' '.join(str(exc).split())}\n")
        return
    failing[path] = _fails(item.report, arguments.fail_on)  # before it is told: Ctrl-C may come while it is
    if arguments.json:
        print(json.dumps(_object(item, many=True), ensure_ascii=False), flush=True)
        return
    sys.stdout.write(visible(to_markdown(item) if arguments.format == "markdown" else to_text(item)))
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {path.name}: {time.perf_counter() - started:.2f} s. Ctrl-C stops.\n")
    sys.stdout.flush()
