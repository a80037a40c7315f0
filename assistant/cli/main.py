"""Arguments, exit codes and errors. What each command does is in commands.py."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from assistant import __version__
from assistant.cli import accounts
from assistant.cli.asking import add_filters
from assistant.errors import AssistantError
from assistant.index.lock import WriterLock
from assistant.settings import load_settings
from evals.options import add_options

_WRITES = frozenset({"index", "remove"})


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="assistant",
        description="Answers only from your own articles and spec sheets, and cites the exact words.",
        epilog="Settings come from assistant.toml and ASSISTANT_… variables; `assistant status` shows those in force.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    sub = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    command = sub.add_parser("index", help="read files and folders and build the next index")
    command.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files, folders and, if the settings allow it, web addresses (default: the bundled corpus)",
    )
    command.add_argument("--rebuild", action="store_true", help="read everything again and build from nothing")
    command.add_argument("--strict", action="store_true", help="store nothing if any source is refused")
    command.add_argument("--watch", action="store_true", help="stay and index again whenever a file changes")
    _json(command)
    command.set_defaults(run="index")

    command = sub.add_parser("remove", help="withdraw articles; they are gone from answers at once")
    command.add_argument("article_ids", nargs="+", metavar="ARTICLE_ID")
    command.add_argument("--undo", action="store_true", help="bring withdrawn articles back")
    _json(command)
    command.set_defaults(run="remove")

    command = sub.add_parser("search", help="ranked passages for a question")
    _questions(command)
    command.add_argument("--top-k", type=int, metavar="N", help="passages wanted")
    add_filters(command)
    _json(command)
    command.set_defaults(run="search")

    command = sub.add_parser("ask", help="a cited answer or a refusal")
    _questions(command)
    command.add_argument("--as-of", metavar="DATE", help="answer as of that day (YYYY-MM-DD)")
    command.add_argument("--lang", choices=("ja", "en"), help="language of the words around the quotes")
    add_filters(command)
    command.add_argument("--history", metavar="FILE", help="JSONL of earlier turns, oldest first, for a follow-up")
    command.add_argument("--receipt", metavar="FILE", help="write what the answer stands on, for `assistant verify`")
    _json(command)
    command.set_defaults(run="ask")

    command = sub.add_parser("verify", help="whether the citations of a receipt still hold")
    command.add_argument("file", metavar="FILE", help="a receipt of `assistant ask --receipt`; - reads standard input")
    _json(command)
    command.set_defaults(run="verify")

    command = sub.add_parser("check", help="a verdict for each claim of a draft")
    command.add_argument("file", nargs="*", metavar="FILE", help="drafts and folders of drafts; - reads standard input")
    command.add_argument(
        "--batch",
        metavar="FILE",
        help="JSONL with `id` and `claim`, one result a line; with `evidence` the claim is judged by that text alone",
    )
    command.add_argument(
        "--date", metavar="DAY", help='the day of the drafts, for 昨年 and "last month"; else their own'
    )
    command.add_argument("--watch", action="store_true", help="check again whenever a draft is saved")
    command.add_argument("--format", choices=("text", "markdown", "sarif"), default="text", help="form of the report")
    command.add_argument(
        "--fail-on",
        choices=("contradicted", "conflicting", "not_found"),
        help="exit with 1 if a claim has this verdict or a worse one",
    )
    _json(command)
    command.set_defaults(run="check")

    command = sub.add_parser("compare", help="a cited table out of spec sheets")
    command.add_argument("names", nargs="+", metavar="NAME", help="products")
    command.add_argument("--attributes", metavar="A,B", help="attributes wanted, separated by commas")
    _json(command)
    command.set_defaults(run="compare")

    command = sub.add_parser("sources", help="what is in the library")
    _json(command)
    command.set_defaults(run="sources")

    command = sub.add_parser("show", help="one article with its stored text")
    command.add_argument("article_id", metavar="ARTICLE_ID")
    command.add_argument(
        "--version", "--article-version", dest="article_version", type=int, metavar="N", help="an older version"
    )
    _json(command)
    command.set_defaults(run="show")

    command = sub.add_parser("status", help="what is in force, and the health of the index")
    _json(command)
    command.set_defaults(run="status")

    command = sub.add_parser("models", help="optional sentence-transformers models")
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="models on offer and on this machine")
    _json(listing)
    listing.set_defaults(run="models_list")
    pull = actions.add_parser("pull", help="download a model")
    pull.add_argument("name", metavar="NAME")
    pull.add_argument("--revision", help="commit or tag")
    pull.set_defaults(run="models_pull")

    command = sub.add_parser("serve", help="the web UI and the HTTP API")
    command.add_argument("--host", help="address to listen on (default: the setting)")
    command.add_argument("--port", type=int, help="port (default: the setting)")
    command.set_defaults(run="serve")

    accounts.add_commands(sub)

    command = sub.add_parser("eval", help="the eval suite")
    add_options(command)
    command.set_defaults(run="evaluate")
    return parser


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON")


def _questions(command: argparse.ArgumentParser) -> None:
    command.add_argument("question", nargs="?", metavar="QUESTION", help="the question; - reads standard input")
    command.add_argument("--batch", metavar="FILE", help="JSONL with `id` and `question`, one result a line")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 done, 1 a gate failed, 2 settings or usage, 3 corpus, 4 index, 5 model.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s", stream=sys.stderr)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it cannot read, we report ourselves
    arguments = build_parser().parse_args(argv)
    try:
        settings = load_settings()
        if arguments.run in _WRITES:
            # Refuse a second writer at once: what the command needs takes a second to import.
            with WriterLock(settings.home):
                pass
        if arguments.command in ("user", "key"):
            return accounts.run(settings, arguments)
        from assistant.cli import commands

        code = int(getattr(commands, arguments.run)(settings, arguments))
        sys.stdout.flush()
        return code
    except AssistantError as exc:
        sys.stderr.write(f"assistant: {' '.join(str(exc).split())}\n")
        return exc.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("assistant: stopped; what was stored stays stored.\n")
        return 130
    except BrokenPipeError:
        # The reader of our output (head, less) has had enough: not an error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
