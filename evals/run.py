"""Runs the eval suite: no network, no judge, exact search, so that two runs give the same bytes.

    assistant eval [SUITE] [--json F] [--html F] [--junit F] [--baseline F] [--bless] ...
    python -m evals.run [SUITE] [the same] [--home DIR]

By default the bundled corpus is indexed into a temporary home; ``--home`` takes one that is there. Exit code 0: the
gate passed; 1: the quality is below it; 2: the suite could not be run, or a case could not be scored.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant import Assistant, AssistantError, Settings
from assistant.settings import load_settings
from evals import options
from evals.ask import EXTRACTIVE, Suite, ask_apart, ask_question
from evals.cases import (
    CaseProblem,
    claim_files,
    load_split,
    question_files,
    read_cases,
    read_claims,
    stratified,
    suite_files,
)
from evals.desk import run_desk_case
from evals.gate import (
    BASELINES_DIR,
    FLOORS,
    compare,
    failures,
    floors_toml,
    load_baseline,
    load_floors,
    measured_floors,
    replace_floors,
    write_baseline,
)
from evals.history import keep_run
from evals.lint import lint_cases, lint_claims
from evals.page import html_page
from evals.report import Report, json_text, junit_xml, markdown
from evals.scoring import Answering
from evals.slices import slices
from evals.speed import Speed, measure, speed_json

PASSED, QUALITY, COULD_NOT_RUN = 0, 1, 2
REPORTED_SETTINGS = ("chunk", "embed", "retrieve", "reader")
QUICK_CLAIMS = 90
"""Single claims the quick suite takes, spread over files and verdicts; the full suite takes all."""
JOBS = 2
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def main(settings: Settings, arguments: argparse.Namespace) -> int:
    """Do what the arguments of :mod:`evals.options` ask for; those missing have their defaults."""
    chosen = options.complete(arguments)
    try:
        return _dispatch(settings, chosen)
    except (AssistantError, OSError) as exc:
        sys.stderr.write(f"assistant eval: {' '.join(str(exc).split())}\n")
        return COULD_NOT_RUN


def _dispatch(settings: Settings, arguments: argparse.Namespace) -> int:
    if arguments.judge:
        from evals.judge import judge_stored

        return judge_stored(arguments.judge, arguments.stored, arguments.json)
    if arguments.add or arguments.feedback:
        from evals.feedback import add_case, import_feedback

        if arguments.feedback:
            return import_feedback(Path(arguments.feedback))
        with evaluated_assistant(settings) as assistant:
            return add_case(arguments, corpus_texts(assistant))
    if arguments.suite == "public":
        from evals.public.run import run_public

        return run_public(settings, arguments)
    return _run(settings, arguments)


def load_suite(name: str) -> tuple[Suite, list[CaseProblem]]:
    """Read a suite; what cannot be read comes back as problems.

    Raises:
        ConfigError: There is no such suite, or the split is wrong.
    """
    files = suite_files("quick" if name == "lint" else name)
    questions, problems = read_cases([path for path in files if path in question_files()])
    claims, more = read_claims([path for path in files if path in claim_files()])
    if name == "quick":
        claims = stratified(claims, QUICK_CLAIMS)
    return Suite(name, questions, claims, load_split()), [*problems, *more]


def _run(settings: Settings, arguments: argparse.Namespace) -> int:
    started = time.perf_counter()
    suite, problems = load_suite(str(arguments.suite))
    kept_at = settings.home
    settings, reader = with_reader(settings, arguments.reader)
    home = getattr(arguments, "home", None)
    with evaluated_assistant(settings, Path(home) if home else None) as assistant:
        texts = corpus_texts(assistant)
        problems += [*lint_cases(suite.questions, texts, suite.split), *lint_claims(suite.claims)]
        if problems or suite.name == "lint":
            sys.stderr.writelines(f"{problem}\n" for problem in problems)
            found = f"{len(problems)} problems in the cases" if problems else "no problems in the cases"
            sys.stderr.write(f"assistant eval: {found}; nothing was run.\n")
            return COULD_NOT_RUN if problems else PASSED
        if arguments.half:
            kept = [item for item in suite.questions if suite.split.half_of(item) == arguments.half]
            suite = replace(suite, questions=kept, claims=())
        gated = reader == EXTRACTIVE and not arguments.half
        baseline = _baseline_path(suite.name, arguments.baseline, gated=gated and not arguments.bless)
        # Processes beside each other slow each other down, so what is timed runs alone.
        jobs = 1 if arguments.timings else min(JOBS, os.cpu_count() or 1)
        floors = Path(arguments.floors) if arguments.floors else FLOORS if gated else None
        report = evaluate(assistant, suite, texts=texts, baseline=baseline, floors=floors, reader=reader, jobs=jobs)
        speed = None
        if arguments.timings:
            passages = assistant.status().counts["passages"]
            speed = measure(report.questions, assistant.settings.home, passages, time.perf_counter() - started)
    if suite.name == "full":
        report = _with_public(settings, arguments, report)
    if arguments.bless and gated and not report.errors:
        report = _bless(report, suite.name, set_floors=arguments.set_floors)
    _write(arguments, report, speed)
    if not arguments.half:
        keep_run(kept_at, report)
    if report.errors:
        return COULD_NOT_RUN
    return QUALITY if report.failures else PASSED


def _with_public(settings: Settings, arguments: argparse.Namespace, report: Report) -> Report:
    from evals.public.run import measure_public

    data = Path(arguments.data) if arguments.data else SHARED_DATA
    if not data.is_dir():
        return report
    results, missed = measure_public(settings, data, arguments)
    return replace(report, public=results, failures=(*report.failures, *missed))


def _bless(report: Report, suite: str, *, set_floors: bool) -> Report:
    write_baseline(BASELINES_DIR / f"{suite}.json", suite, report.fingerprint, report.results)
    if not set_floors:
        return report
    replace_floors(FLOORS, suite, floors_toml(suite, measured_floors(report.slices)))
    return replace(report, failures=tuple(failures(report.slices, load_floors(suite), None)))


def _write(arguments: argparse.Namespace, report: Report, speed: Speed | None) -> None:
    draws: dict[str, Callable[[Report], str]] = {
        "json": json_text,
        "html": lambda made: html_page(made, speed),
        "junit": junit_xml,
    }
    for name, draw in draws.items():
        if target := getattr(arguments, name):
            Path(target).write_text(draw(report), encoding="utf-8")
    summary = markdown(report)
    if speed is not None:
        Path(arguments.timings).write_text(speed_json(speed), encoding="utf-8")
    if arguments.markdown:
        with Path(arguments.markdown).open("a", encoding="utf-8") as stream:
            stream.write(summary)
            if speed is not None:
                stream.write("\n| speed on this machine | |\n| --- | --- |\n")
                stream.writelines(f"| {name} | {value} |\n" for name, value in speed.table().items())
    sys.stdout.write(summary)


def evaluate(
    assistant: Assistant,
    suite: Suite,
    *,
    texts: Mapping[str, str],
    baseline: Path | None = None,
    floors: Path | None = FLOORS,
    answering: Answering | None = None,
    reader: str = EXTRACTIVE,
    jobs: int = 1,
) -> Report:
    """Run the cases and judge the run.

    Args:
        assistant: Whose settings and fingerprint are reported.
        suite: The cases, linted.
        texts: Stored text of every article by id, for the corpus' hash.
        baseline: An earlier run to compare with.
        floors: The file of floors; None holds the invariants only.
        answering: What is asked instead of ``assistant``: the meter's own tests put faults here.
        reader: Its name, for the report.
        jobs: Processes that share the cases; the results are the same for any number.
    """
    if jobs > 1 and answering is None:
        questions, claims = ask_apart(assistant.settings, suite, reader, jobs)
    else:
        questions = [ask_question(assistant, suite.split, item, reader, answering) for item in suite.questions]
        asked = answering or assistant
        claims = [result for item in suite.claims for result in run_desk_case(asked, item.case, item.path.stem)]
    results = [*questions, *claims]
    measured = slices(results)
    flips = compare(load_baseline(baseline), results) if baseline else None
    status = assistant.status()
    cases = [*(item.case for item in suite.questions), *(item.case for item in suite.claims)]
    held = load_floors(suite.name, floors) if floors else load_floors("")
    return Report(
        suite=suite.name,
        reader=reader,
        fingerprint=status.fingerprint,
        settings=reported(status.settings),
        corpus_articles=len(texts),
        corpus_sha256=_hash(f"{key}\n{text}\n" for key, text in sorted(texts.items())),
        cases_sha256=_hash(f"{case.model_dump_json()}\n" for case in cases),
        questions=tuple(questions),
        claims=tuple(claims),
        slices=measured,
        flips=flips,
        failures=tuple(failures(measured, held, flips)),
    )


def reported(settings: Mapping[str, Any]) -> dict[str, object]:
    """The settings that decide answers, without addresses and keys: a report is shown to anybody."""
    return {
        name: {key: value for key, value in settings[name].items() if "key" not in key and "url" not in key}
        for name in REPORTED_SETTINGS
    }


def with_reader(settings: Settings, model: str | None) -> tuple[Settings, str]:
    """The settings with a chat model as reader, and the name of the reader in force."""
    if model:
        reader = settings.reader.model_copy(update={"model": model})
        settings = settings.model_copy(update={"reader": reader})
    return settings, settings.reader.model


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


def corpus_texts(assistant: Assistant) -> dict[str, str]:
    """Stored text of every article by id."""
    return {source.article_id: assistant.show(source.article_id).text for source in assistant.sources()}


def _baseline_path(suite: str, given: str | None, *, gated: bool) -> Path | None:
    """The baseline asked for, or else the committed one where there is one."""
    if given:
        return Path(given)
    committed = BASELINES_DIR / f"{suite}.json"
    return committed if gated and committed.is_file() else None


def _hash(parts: Iterator[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main(load_settings(), options.parse()))
