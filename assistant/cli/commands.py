"""What each command does: arguments in, the public API asked, text or JSON out."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.api import Assistant
from assistant.cli import show as text
from assistant.cli.asking import day_of, read_history, scope_of
from assistant.cli.progress import Progress
from assistant.cli.receipts import read_receipt, receipt_text, write_receipt
from assistant.errors import ConfigError, IndexMissingError
from assistant.models.catalogue import PRESETS, pull_model, pulled_models
from assistant.schema import answer_json, article_json, compare_json, search_json
from assistant.settings import Settings
from assistant.text.invisible import visible
from assistant.types import Answer, AnswerSentence

Arguments = argparse.Namespace


def index(settings: Settings, arguments: Arguments) -> int:
    if arguments.watch:
        from assistant.cli.watching import watch

        return watch(settings, arguments)
    with Assistant.open(settings) as assistant, Progress() as progress:
        report = assistant.index(
            arguments.paths, rebuild=arguments.rebuild, strict=arguments.strict, on_step=progress.step
        )
    if arguments.json:
        _print_json(asdict(report))
    else:
        _say(text.index_report(report))
    return 0


def remove(settings: Settings, arguments: Arguments) -> int:
    with Assistant.open(settings) as assistant:
        removed = assistant.remove(arguments.article_ids, undo=arguments.undo)
    if arguments.json:
        _print_json({"removed" if not arguments.undo else "restored": removed})
    else:
        for article_id in removed:
            print(f"{'brought back' if arguments.undo else 'withdrawn'}: {article_id}")
    return 0


def search(settings: Settings, arguments: Arguments) -> int:
    _one_source(arguments)
    if arguments.top_k is not None and arguments.top_k < 1:
        raise ConfigError(f"--top-k {arguments.top_k} is below 1.")
    scope = scope_of(arguments)
    with Assistant.open(settings, one_shot=not arguments.batch) as assistant:
        if arguments.batch:
            for identifier, question in _batch(arguments.batch, "question"):
                hits = assistant.search(question, top_k=arguments.top_k, scope=scope)
                _print_line(search_json(identifier, question, hits))
            return 0
        question = _question(arguments.question)
        hits = assistant.search(question, top_k=arguments.top_k, scope=scope)
    if arguments.json:
        _print_json(search_json(None, question, hits))
    else:
        _say(text.hits(hits))
    return 0


def ask(settings: Settings, arguments: Arguments) -> int:
    _one_source(arguments)
    given: dict[str, Any] = {
        "as_of": day_of("--as-of", arguments.as_of),
        "lang": arguments.lang,
        "history": read_history(arguments.history),
        "scope": scope_of(arguments),
    }
    with Assistant.open(settings, one_shot=not arguments.batch) as assistant:
        if arguments.batch:
            for identifier, question in _batch(arguments.batch, "question"):
                _print_line(answer_json(identifier, assistant.ask(question, **given)))
            return 0
        question = _question(arguments.question)
        live = not arguments.json and settings.reader.model != "extractive" and sys.stdout.isatty()
        streamed = 0
        if live:
            answer, streamed = _streamed(assistant.stream(question, **given))
        else:
            answer = assistant.ask(question, **given)
        receipt = assistant.receipt(answer) if arguments.receipt else None
    if receipt is not None:
        write_receipt(Path(arguments.receipt), receipt)
    if arguments.json:
        _print_json(answer_json(None, answer))
    else:
        _say(text.answer(answer, with_text=streamed == 0))
    return 0


def _streamed(events: Iterator[AnswerSentence | Answer]) -> tuple[Answer, int]:
    """Print verified sentences as a chat model writes them; the whole answer and how many there were."""
    answer, count = None, 0
    for event in events:
        if isinstance(event, Answer):
            answer = event
        else:
            count += 1
            _say(event.text + "".join(f"[{marker}]" for marker in event.citations))
    assert answer is not None
    return answer, count


def verify(settings: Settings, arguments: Arguments) -> int:
    from assistant.receipt import receipt_report_json

    receipt = read_receipt(arguments.file)
    with Assistant.open(settings, one_shot=True) as assistant:
        report = assistant.verify(receipt)
    if arguments.json:
        _print_json(receipt_report_json(report))
    else:
        _say(receipt_text(report))
    return 0 if report.holds else 1


def check(settings: Settings, arguments: Arguments) -> int:
    from assistant.cli import checking

    return checking.check(settings, arguments)


def compare(settings: Settings, arguments: Arguments) -> int:
    attributes = [item.strip() for item in (arguments.attributes or "").split(",") if item.strip()]
    with Assistant.open(settings, one_shot=True) as assistant:
        comparison = assistant.compare(arguments.names, attributes=attributes)
    if arguments.json:
        _print_json(compare_json(comparison))
    else:
        _say(text.comparison(comparison))
    return 0


def sources(settings: Settings, arguments: Arguments) -> int:
    with Assistant.open(settings, one_shot=True) as assistant:
        found, refused = assistant.sources(), assistant.refused()
    if arguments.json:
        _print_json([asdict(item) for item in found])
    else:
        _say(text.sources(found, refused))
    return 0


def show(settings: Settings, arguments: Arguments) -> int:
    with Assistant.open(settings, one_shot=True) as assistant:
        article = assistant.show(arguments.article_id, arguments.article_version)
        versions = assistant.history(arguments.article_id)
        (summary,) = [item for item in assistant.sources() if item.article_id == article.article_id]
    if arguments.json:
        library = {"library": asdict(summary), "versions": [asdict(item) for item in versions]}
        _print_json({**article_json(article), **library})
    else:
        # The text alone can be piped on.
        print(text.article_head(article, summary, versions), file=sys.stderr)
        if article.metadata.hidden:
            sys.stderr.write(text.hidden_note(article) + "\n")
        _say(article.text)
    return 0


def status(settings: Settings, arguments: Arguments) -> int:
    with Assistant.open(settings, one_shot=True) as assistant:
        found = assistant.status()
    if arguments.json:
        _print_json(asdict(found))
    else:
        _say(text.status(found))
    return 0


def models_list(settings: Settings, arguments: Arguments) -> int:
    pulled = pulled_models(settings.home / "models")
    if arguments.json:
        _print_json({"presets": [asdict(preset) for preset in PRESETS.values()], "pulled": pulled})
        return 0
    print(f"in force: {settings.embed.model}")
    for preset in PRESETS.values():
        here = "here" if preset.name in pulled else "    "
        print(f"  {here}  {preset.name}  ({preset.languages}; {preset.dimension} dimensions; {preset.note})")
    for name in pulled:
        if name not in PRESETS:
            print(f"  here  {name}")
    return 0


def models_pull(settings: Settings, arguments: Arguments) -> int:
    path = pull_model(arguments.name, revision=arguments.revision, models_dir=settings.home / "models")
    print(f"pulled: {arguments.name} ({path})")
    print(f"To use it, set ASSISTANT_EMBED__MODEL={arguments.name} and run `assistant index --rebuild`.")
    return 0


def serve(settings: Settings, arguments: Arguments) -> int:
    from ui.server import serve as run_server

    with Assistant.open(settings) as assistant:
        try:
            assistant.search("index")
        except IndexMissingError:
            print("Nothing is indexed yet: indexing the bundled corpus.", flush=True)
            with Progress() as progress:
                _say(text.index_report(assistant.index(on_step=progress.step)))
        host = arguments.host or settings.serve.host
        port = settings.serve.port if arguments.port is None else arguments.port
        run_server(assistant, host, port, allowed_hosts=settings.serve.allowed_hosts, on_ready=_announce)
    return 0


def _announce(address: str) -> None:
    print(f"Open {address} in a browser. Ctrl-C stops the server.", flush=True)


def evaluate(settings: Settings, arguments: Arguments) -> int:
    from evals.run import main as run_suite

    return int(run_suite(settings, arguments))


# -- reading arguments ---------------------------------------------------------------------------


def _one_source(arguments: Arguments) -> None:
    if getattr(arguments, "receipt", None) and arguments.batch:
        raise ConfigError("--receipt takes one question, not --batch.")
    if (arguments.question is None) == (arguments.batch is None):
        raise ConfigError("Give one question (or - for standard input), or --batch FILE.")


def _question(given: str) -> str:
    return sys.stdin.read().strip() if given == "-" else given


def _batch(name: str, key: str) -> Iterator[tuple[str | None, str]]:
    """``(id, text)`` of each line of a JSONL file.

    Raises:
        ConfigError: A line is not an object with the key; the message names it.
    """
    for number, line in enumerate(_lines(name), start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
            value = values[key]
            identifier = values.get("id")
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise ConfigError(
                f"{name}, line {number} is not a JSON object with {key!r}: {line.strip()[:80]!r}."
            ) from exc
        if not isinstance(value, str):
            raise ConfigError(f"{name}, line {number}: {key!r} is {value!r}, not a text.")
        yield None if identifier is None else str(identifier), value


def _lines(name: str) -> Iterable[str]:
    if name == "-":
        return sys.stdin
    try:
        return Path(name).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(f"The batch file {name!r} cannot be read: {exc}.") from exc


# -- writing -------------------------------------------------------------------------------------


def _say(shown: str) -> None:
    """Print what a person reads: nothing in it may hide, or steer the terminal."""
    print(visible(shown), flush=True)


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _print_line(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, default=str), flush=True)
