"""The arguments of `assistant eval`. Imports nothing else of the suite: the command line is built on every call."""

from __future__ import annotations

import argparse
from collections.abc import Sequence


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add suite and options to a parser."""
    parser.add_argument(
        "suite",
        nargs="?",
        default="quick",
        metavar="SUITE",
        help="quick (default), full (all claims, and the public sets where present), public, lint, or one case file",
    )
    files = parser.add_argument_group("reports")
    files.add_argument("--json", metavar="F", help="everything, every case")
    files.add_argument("--html", metavar="F", help="one self-contained page")
    files.add_argument("--junit", metavar="F", help="for CI")
    files.add_argument("--markdown", metavar="F", help="what is printed, appended to a file (a job summary)")
    files.add_argument("--timings", metavar="F", help="p50, p95, index size, start-up; the page then has them too")
    gate = parser.add_argument_group("gate")
    gate.add_argument("--baseline", metavar="F", help="compare with this run instead of the committed one")
    gate.add_argument("--floors", metavar="F", help="floors to hold instead of the committed ones")
    gate.add_argument("--bless", action="store_true", help="make this run the baseline")
    gate.add_argument("--set-floors", action="store_true", help="with --bless: also set the floors from this run")
    gate.add_argument("--half", choices=("tuning", "final"), help="only the questions of one half; nothing is gated")
    models = parser.add_argument_group("models")
    models.add_argument("--reader", metavar="MODEL", help="answer with this chat model instead of the reader in force")
    models.add_argument("--judge", metavar="MODEL", help="have a chat model score the answers stored in --stored")
    models.add_argument("--stored", metavar="F", help="a report written with --json, for --judge")
    public = parser.add_argument_group("public sets")
    public.add_argument("--data", metavar="DIR", help="where they lie (default: ../shared/data)")
    public.add_argument("--sets", metavar="A,B", help="only these")
    public.add_argument("--sample", type=int, default=300, metavar="N", help="questions a set (default 300)")
    public.add_argument("--seconds", type=float, default=600.0, metavar="S", help="time for all sets (default 600)")
    cases = parser.add_argument_group("new cases")
    cases.add_argument("--add", metavar="QUESTION", help="add a case to evals/cases/added.jsonl")
    cases.add_argument("--expected", action="append", metavar="A", help="an expected answer; several are alternatives")
    cases.add_argument("--evidence", action="append", metavar="ARTICLE=QUOTE", help="where the corpus says it")
    cases.add_argument("--kind", metavar="KIND", help="figure, name, date, ...; see evals/README.md")
    cases.add_argument("--import", dest="feedback", metavar="F", help="draft cases from the UI's feedback (JSONL)")


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options on their own, for `python -m evals.run`."""
    parser = argparse.ArgumentParser(prog="python -m evals.run", description="Runs the eval suite.")
    add_options(parser)
    parser.add_argument("--home", metavar="DIR", help="an indexed home to ask instead of a temporary one")
    return parser.parse_args(arguments)


def complete(arguments: argparse.Namespace) -> argparse.Namespace:
    """The same arguments with a default for each that is missing."""
    values = vars(parse([])) | vars(arguments)
    return argparse.Namespace(**values)
