"""The meter is true: planted faults make the gate fail with the right slice named, the untouched system passes."""

from __future__ import annotations

import argparse
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from assistant import Answer, Article, Assistant, Hit, Settings
from assistant.types import CheckReport
from evals import faults
from evals.ask import Suite, ask_apart
from evals.gate import floors_toml, measured_floors, write_baseline
from evals.report import Report, json_text
from evals.run import COULD_NOT_RUN, PASSED, QUALITY, corpus_texts, evaluate, evaluated_assistant, load_suite, main
from evals.scoring import Answering

CLAIM_FILES = ("claims_units", "claims_kinds")


class Remembering:
    """Asks each question and checks each claim once: the faults are planted in remembered answers."""

    def __init__(self, assistant: Assistant) -> None:
        self._search = lru_cache(maxsize=None)(assistant.search)
        self._ask = lru_cache(maxsize=None)(assistant.ask)
        self._show = lru_cache(maxsize=None)(assistant.show)
        self._check = lru_cache(maxsize=None)(assistant.check)

    def search(self, question: str, *, top_k: int | None = None) -> list[Hit]:
        return self._search(question, top_k=top_k)

    def ask(self, question: str, *, history: tuple[tuple[str, str], ...] = (), as_of: date | None = None) -> Answer:
        return self._ask(question, history=tuple(history), as_of=as_of)

    def show(self, article_id: str, version: int | None = None) -> Article:
        return self._show(article_id, version)

    def check(self, draft: str, *, anchor: date | None = None) -> CheckReport:
        return self._check(draft, anchor=anchor)


class Changed(Remembering):
    """Remembered answers, changed."""

    def __init__(self, remembering: Remembering, change: Callable[[Answer], Answer]) -> None:
        self.__dict__ |= remembering.__dict__
        self._change = change

    def ask(self, question: str, *, history: tuple[tuple[str, str], ...] = (), as_of: date | None = None) -> Answer:
        return self._change(super().ask(question, history=history, as_of=as_of))


@dataclass
class Bench:
    """One indexed home, its cases, and the run of the untouched system with the floors it sets."""

    assistant: Assistant
    suite: Suite
    texts: dict[str, str]
    remembering: Remembering
    untouched: Report
    floors: Path
    baseline: Path

    def run(self, answering: Answering, floors: Path | None = None, baseline: Path | None = None) -> Report:
        return evaluate(
            self.assistant,
            self.suite,
            texts=self.texts,
            answering=answering,
            floors=floors or self.floors,
            baseline=baseline,
            reader="recorded",
        )


@pytest.fixture(scope="module")
def bench(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("bench")
    whole, problems = load_suite("quick")
    assert problems == []
    suite = replace(whole, claims=[item for item in whole.claims if item.path.stem in CLAIM_FILES])
    home = shutil.copytree(bundled_home, folder / "home")
    with evaluated_assistant(Settings(), home) as assistant:
        texts, remembering = corpus_texts(assistant), Remembering(assistant)
        untouched = evaluate(assistant, suite, texts=texts, answering=remembering, floors=None, reader="recorded")
        floors, baseline = folder / "floors.toml", folder / "quick.json"
        floors.write_text(floors_toml("quick", measured_floors(untouched.slices)), encoding="utf-8")
        write_baseline(baseline, "quick", untouched.fingerprint, untouched.results)
        yield Bench(assistant, suite, texts, remembering, untouched, floors, baseline)


def test_there_are_cases_of_every_kind_in_both_languages(bench: Bench) -> None:
    kinds = Counter((item.case.kind, item.case.lang) for item in bench.suite.questions)
    assert len(bench.suite.questions) >= 300
    assert {kind for kind, _ in kinds if not kinds[kind, "ja"] or not kinds[kind, "en"]} == set()
    asked = Counter((item.case.lang, item.case.system) for item in bench.suite.questions if item.case.system)
    systems = {system for _, system in asked}
    assert len(systems) >= 38
    assert {system for system in systems if asked["ja", system] < 2} == set()
    assert sum(asked["en", system] > 0 for system in systems) >= 15
    halves = Counter(result.half for result in bench.untouched.questions if result.case.answerable)
    assert halves["final"] >= 100


def test_the_untouched_system_passes(bench: Bench) -> None:
    report = bench.run(bench.remembering, baseline=bench.baseline)
    assert report.errors == ()
    assert report.failures == ()
    assert json_text(report) == json_text(bench.run(bench.remembering, baseline=bench.baseline))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (faults.shuffled_citations(), {"overall: citations.gold ", "overall: citations.recall "}),
        (faults.always_answers, {"overall: refusal.false_answer ", "kind:near_miss: refusal.false_answer "}),
        (faults.always_refuses, {"overall: refusal.over_refusal ", "kind:spec: answer.right "}),
        (faults.off_by_one, {"overall: citations.resolve "}),
    ],
    ids=["shuffled citations", "always answers", "always refuses", "off by one"],
)
def test_a_planted_fault_fails_the_gate(bench: Bench, change: Callable[[Answer], Answer], named: set[str]) -> None:
    report = bench.run(Changed(bench.remembering, change))
    for reason in named:
        assert any(found.startswith(reason) for found in report.failures), (reason, report.failures)


def test_a_wrong_analyser_fails_japanese_search_alone(bench: Bench) -> None:
    with faults.wrong_analyser(bench.assistant):
        report = bench.run(Searching(bench.remembering, bench.assistant))
    assert any(reason.startswith("lang:ja: search.hit_at_1 ") for reason in report.failures), report.failures
    assert not any(reason.startswith("lang:en: search") for reason in report.failures)


class Searching(Remembering):
    """Searches anew, remembers the rest."""

    def __init__(self, remembering: Remembering, assistant: Assistant) -> None:
        self.__dict__ |= remembering.__dict__
        self._search = assistant.search


def test_a_dropped_article_fails_its_topic(bench: Bench) -> None:
    about = {item.case.question for item in bench.suite.questions if faults.DROPPED in item.case.gold_articles}

    class Reasking(Remembering):
        def __init__(self) -> None:
            self.__dict__ |= bench.remembering.__dict__

        def ask(self, question: str, **options: object) -> Answer:
            real = bench.assistant if question in about else super()
            return real.ask(question, **options)  # type: ignore[arg-type]

    with faults.dropped_article(bench.assistant):
        report = bench.run(Reasking(), baseline=bench.baseline)
    assert any(reason.startswith("topic:customers: answer.right ") for reason in report.failures), report.failures
    assert report.flips is not None
    assert len(report.flips.lost) >= 8


def test_a_unit_bug_fails_the_claims_on_units(bench: Bench) -> None:
    class Rechecking(Remembering):
        def __init__(self) -> None:
            self.__dict__ |= bench.remembering.__dict__
            self._check = bench.assistant.check

    with faults.unit_bug(bench.assistant):
        report = bench.run(Rechecking())
    assert any(reason.startswith("claims:claims_units: desk.right ") for reason in report.failures), report.failures


def test_one_lost_case_is_named(bench: Bench) -> None:
    lost = next(result for result in bench.untouched.questions if result.outcome == "right").case
    report = bench.run(
        Changed(
            bench.remembering,
            lambda answer: faults.always_refuses(answer) if answer.question == lost.question else answer,
        ),
        baseline=bench.baseline,
    )
    assert report.flips is not None
    assert report.flips.lost == (lost.case_id,)
    assert report.flips.judgement == "cannot tell"
    said = f"1 cases lost, 0 gained since the baseline, net loss allowed: 0. Lost: {lost.case_id}"
    assert report.failures[-1] == said


def test_a_lowered_floor_passes_and_a_raised_one_names_the_metric(bench: Bench, tmp_path: Path) -> None:
    floors = tmp_path / "floors.toml"
    floors.write_text('[quick.slices.overall]\n"answer.right" = 0.1\n')
    assert bench.run(bench.remembering, floors).failures == ()
    floors.write_text('[quick.slices.overall]\n"answer.right" = 0.999\n')
    (reason,) = bench.run(bench.remembering, floors).failures
    assert reason.startswith("overall: answer.right is at least ")
    assert reason.endswith("is below 0.999")


def test_a_case_that_errors_is_an_error(bench: Bench) -> None:
    def break_one(answer: Answer) -> Answer:
        if answer.question == bench.suite.questions[0].case.question:
            raise ValueError("broken")
        return answer

    report = bench.run(Changed(bench.remembering, break_one))
    assert [result.error for result in report.errors] == ["ValueError: broken"]
    assert report.verdict == "could not be scored"


def test_processes_that_share_the_cases_give_the_same_results(bench: Bench) -> None:
    small = replace(bench.suite, questions=bench.suite.questions[:30], claims=bench.suite.claims[:6])
    questions, claims = ask_apart(bench.assistant.settings, small, "recorded", 2)
    assert [replace(result, milliseconds={}) for result in questions] == [
        replace(result, milliseconds={}) for result in bench.untouched.questions[:30]
    ]
    assert claims == list(bench.untouched.claims[: len(claims)])


def test_exit_codes_and_repeated_bytes(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def arguments(**given: object) -> argparse.Namespace:
        return argparse.Namespace(suite="specs", home=str(bench.assistant.settings.home), **given)

    floors = tmp_path / "floors.toml"
    floors.write_text('[specs.slices.overall]\n"answer.right" = 0.05\n')
    outputs = []
    for run in ("a", "b"):
        paths = {name: str(tmp_path / f"{run}.{name}") for name in ("json", "html", "junit")}
        assert main(Settings(), arguments(floors=str(floors), **paths)) == PASSED
        outputs.append([Path(path).read_bytes() for path in paths.values()] + [capsys.readouterr().out.encode()])
        monkeypatch.setattr("evals.run.JOBS", 1)  # the same bytes without processes to share the cases
    assert outputs[0] == outputs[1]
    floors.write_text('[specs.slices.overall]\n"answer.right" = 0.999\n')
    assert main(Settings(), arguments(floors=str(floors))) == QUALITY
    assert "overall: answer.right" in capsys.readouterr().out
    floors.write_text('[specs.slices.overall]\n"answer.rihgt" = 0.5\n')
    assert main(Settings(), arguments(floors=str(floors))) == COULD_NOT_RUN
    assert "no metric 'answer.rihgt'" in capsys.readouterr().err
    assert main(Settings(), argparse.Namespace(suite="nothing")) == COULD_NOT_RUN
    assert main(Settings(), argparse.Namespace(suite="specs", home=str(tmp_path / "empty"))) == COULD_NOT_RUN
    capsys.readouterr()


def test_timings_stay_out_of_what_is_compared(bench: Bench, tmp_path: Path) -> None:
    paths = {name: str(tmp_path / name) for name in ("json", "timings", "html", "markdown")}
    home = str(bench.assistant.settings.home)
    assert main(Settings(), argparse.Namespace(suite="refusals", home=home, **paths)) == PASSED
    timings = json.loads(Path(paths["timings"]).read_text(encoding="utf-8"))
    assert len(timings["ask_milliseconds"]) == 40
    assert {"answer p50", "answer p95", "index", "start-up (import in a fresh process)"} <= timings.keys()
    assert "Latency of answers" in Path(paths["html"]).read_text(encoding="utf-8")
    assert "milliseconds" not in Path(paths["json"]).read_text(encoding="utf-8")
    assert "answer p95" in Path(paths["markdown"]).read_text(encoding="utf-8")
