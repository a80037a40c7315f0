"""Runs the eval suite: no network, no judge, exact search, so that two runs give the same bytes.

    assistant eval [SUITE] [--json F] [--html F] [--junit F] [--baseline F] [--bless]
    python -m evals.run [SUITE] [the same] [--home DIR]

By default the bundled corpus is indexed into a temporary home; ``--home`` takes one that is there. Exit code 0: the
gate passed; 1: the quality is below it; 2: the suite could not be run, or a case could not be scored.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant import Assistant, AssistantError, Settings
from assistant.settings import load_settings
from evals.cases import CASES_DIR, PlacedCase, lint_cases, read_cases, suite_files
from evals.gate import BASELINES_DIR, FLOORS, Flips, compare, failures, load_baseline, load_floors, write_baseline
from evals.report import Report, html_page, json_text, junit_xml, markdown
from evals.scoring import Answering, run_case, slices

PASSED, QUALITY, COULD_NOT_RUN = 0, 1, 2
REPORTED_SETTINGS = ("chunk", "embed", "retrieve", "reader")


def main(settings: Settings, arguments: argparse.Namespace) -> int:
    """Run one suite, write the reports asked for, print the summary.

    Args:
        settings: The settings in force; search is made exact.
        arguments: ``suite``, ``json``, ``html``, ``junit``, ``baseline`` (paths or None), ``bless``; ``home`` may be
            absent.
    """
    try:
        return _run(settings, arguments)
    except (AssistantError, OSError) as exc:
        sys.stderr.write(f"assistant eval: {' '.join(str(exc).split())}\n")
        return COULD_NOT_RUN


def _run(settings: Settings, arguments: argparse.Namespace) -> int:
    suite = str(arguments.suite)
    files = suite_files(suite)
    placed, problems = read_cases(files)
    home = getattr(arguments, "home", None)
    with evaluated_assistant(settings, Path(home) if home else None) as assistant:
        texts = {source.article_id: assistant.show(source.article_id).text for source in assistant.sources()}
        problems += lint_cases(placed, texts)
        if problems:
            sys.stderr.writelines(f"{problem}\n" for problem in problems)
            sys.stderr.write(f"assistant eval: {len(problems)} problems in the cases; nothing was run.\n")
            return COULD_NOT_RUN
        baseline = _baseline_path(suite, arguments.baseline)
        report = evaluate(assistant, placed, suite=suite, texts=texts, baseline=None if arguments.bless else baseline)
    if arguments.bless and not report.errors:
        write_baseline(BASELINES_DIR / f"{suite}.json", suite, report.fingerprint, report.results)
    for name, draw in (("json", json_text), ("html", html_page), ("junit", junit_xml)):
        if target := getattr(arguments, name):
            Path(target).write_text(draw(report), encoding="utf-8")
    sys.stdout.write(markdown(report))
    if report.errors:
        return COULD_NOT_RUN
    return QUALITY if report.failures else PASSED


def evaluate(
    assistant: Assistant,
    placed: Sequence[PlacedCase],
    *,
    suite: str,
    texts: Mapping[str, str],
    baseline: Path | None = None,
    floors: Path = FLOORS,
    answering: Answering | None = None,
) -> Report:
    """Run the cases and judge the run.

    Args:
        assistant: Whose settings and fingerprint are reported.
        placed: The cases, linted.
        suite: Names the floors that apply.
        texts: Stored text of every article by id, for the corpus' hash.
        baseline: An earlier run to compare with.
        floors: The file of floors.
        answering: What is asked instead of ``assistant``: the meter's own tests put faults here.
    """
    results = tuple(run_case(answering or assistant, item.case) for item in placed)
    measured = slices(results)
    flips: Flips | None = compare(load_baseline(baseline), results) if baseline else None
    status = assistant.status()
    return Report(
        suite=suite,
        fingerprint=status.fingerprint,
        settings={name: status.settings[name] for name in REPORTED_SETTINGS},
        corpus_articles=len(texts),
        corpus_sha256=_hash(f"{key}\n{text}\n" for key, text in sorted(texts.items())),
        cases_sha256=_hash(f"{item.case.model_dump_json()}\n" for item in placed),
        results=results,
        slices=measured,
        flips=flips,
        failures=tuple(failures(measured, load_floors(suite, floors), flips)),
    )


@contextmanager
def evaluated_assistant(settings: Settings, home: Path | None = None) -> Iterator[Assistant]:
    """An assistant with exact search: of ``home``, or of a temporary one with the bundled corpus in it."""
    retrieve = settings.retrieve.model_copy(update={"dense": "exact"})
    if home is not None:
        with Assistant.open(settings.model_copy(update={"retrieve": retrieve, "home": home})) as assistant:
            yield assistant
        return
    with tempfile.TemporaryDirectory(prefix="assistant-eval-") as folder:
        # A library at a URL would be written to: the temporary home has its own.
        values = {"retrieve": retrieve, "home": Path(folder), "library_url": None}
        if (models := settings.home.absolute() / "models").is_dir():
            (Path(folder) / "models").symlink_to(models)
        with Assistant.open(settings.model_copy(update=values)) as assistant:
            assistant.index(strict=True)
            yield assistant


def _baseline_path(suite: str, given: str | None) -> Path | None:
    """The baseline asked for, or else the committed one where there is one."""
    if given:
        return Path(given)
    committed = BASELINES_DIR / f"{suite}.json"
    return committed if committed.is_file() else None


def _hash(parts: Iterator[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode())
    return digest.hexdigest()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.run", description=(__doc__ or "").split("\n")[0])
    names = ", ".join(sorted(path.stem for path in CASES_DIR.glob("*.jsonl")))
    parser.add_argument("suite", nargs="?", default="quick", help=f"quick (all), or one of: {names}")
    for option, what in (("json", "every case"), ("html", "one page"), ("junit", "for CI"), ("baseline", "compare")):
        parser.add_argument(f"--{option}", metavar="F", help=what)
    parser.add_argument("--bless", action="store_true", help="make this run the baseline")
    parser.add_argument("--home", metavar="DIR", help="an indexed home to ask instead of a temporary one")
    return parser


if __name__ == "__main__":
    sys.exit(main(load_settings(), _parser().parse_args()))
