"""The bundled corpus is in order, and the meter that stands on it is true."""

from __future__ import annotations

import argparse
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import pytest

from assistant import Answer, Article, Assistant, Hit, Settings
from assistant.types import AnswerSentence, AnswerStatus
from evals import corpus_lint, corpus_manifest
from evals.cases import PlacedCase, lint_cases, read_cases, suite_files
from evals.gate import write_baseline
from evals.report import Report, json_text
from evals.run import COULD_NOT_RUN, PASSED, QUALITY, evaluate, evaluated_assistant, main
from evals.scoring import Answering

CORPUS = Path(__file__).resolve().parents[2] / "corpus"


def test_the_corpus_is_clean() -> None:
    assert [str(problem) for problem in corpus_lint.lint_corpus(CORPUS)] == []


def test_manifest_and_readme_are_what_the_files_say() -> None:
    assert corpus_manifest.main(["--check", "--corpus", str(CORPUS)]) == 0


def test_drift_is_noticed_and_repaired(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = tmp_path / "corpus"
    shutil.copytree(CORPUS, corpus)
    sheet = corpus / "specs" / "spec-trainium3.yaml"
    sheet.write_text(sheet.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    readme = corpus / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8").replace("| Omniverse", "| Omnibus"), encoding="utf-8")
    arguments = ["--corpus", str(corpus)]
    assert corpus_manifest.main([*arguments, "--check"]) == 1
    assert "manifest.jsonl is not what the files say" in capsys.readouterr().out
    assert corpus_manifest.main(arguments) == 0
    assert corpus_manifest.main([*arguments, "--check"]) == 0


# -- the meter -------------------------------------------------------------------------------------


@dataclass
class Bench:
    """One indexed home, its cases, and the run of the untouched system."""

    assistant: Assistant
    placed: list[PlacedCase]
    texts: dict[str, str]
    untouched: Report = field(init=False)
    remembering: Remembering = field(init=False)

    def __post_init__(self) -> None:
        # The same question gets the same answer: the faults are planted in remembered ones.
        self.remembering = Remembering(self.assistant)
        self.untouched = self.run()

    def run(self, answering: Answering | None = None, baseline: Path | None = None) -> Report:
        return evaluate(
            self.assistant,
            self.placed,
            suite="quick",
            texts=self.texts,
            answering=answering or self.remembering,
            baseline=baseline,
        )


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    placed, problems = read_cases(suite_files("quick"))
    assert problems == []
    with evaluated_assistant(Settings()) as assistant:
        texts = {source.article_id: assistant.show(source.article_id).text for source in assistant.sources()}
        yield Bench(assistant, placed, texts)


class Remembering:
    """Asks each question once."""

    def __init__(self, assistant: Assistant) -> None:
        self.search = lru_cache(maxsize=None)(assistant.search)
        self.ask = lru_cache(maxsize=None)(assistant.ask)
        self.show = lru_cache(maxsize=None)(assistant.show)


class Faulty:
    """An assistant with one fault planted in its answers or its hits."""

    def __init__(
        self,
        assistant: Remembering,
        *,
        answer: Callable[[Answer], Answer] = lambda answer: answer,
        hits: Callable[[list[Hit]], list[Hit]] = lambda hits: hits,
    ) -> None:
        self._assistant, self._answer, self._hits = assistant, answer, hits

    def search(self, question: str, *, top_k: int | None = None) -> list[Hit]:
        return self._hits(self._assistant.search(question, top_k=top_k))

    def ask(self, question: str) -> Answer:
        return self._answer(self._assistant.ask(question))

    def show(self, article_id: str, version: int | None = None) -> Article:
        return self._assistant.show(article_id, version)


def test_every_system_has_its_questions(bench: Bench) -> None:
    assert [str(problem) for problem in lint_cases(bench.placed, bench.texts)] == []
    asked = Counter((item.case.lang, item.case.system) for item in bench.placed if item.case.system)
    systems = {system for _, system in asked}
    assert len(systems) >= 38
    assert {system for system in systems if asked["ja", system] < 2} == set()
    assert sum(asked["en", system] > 0 for system in systems) >= 15
    refusals = Counter(item.case.lang for item in bench.placed if not item.case.answerable)
    assert refusals == {"ja": 25, "en": 15}


def test_the_untouched_system_passes(bench: Bench) -> None:
    assert bench.untouched.failures == ()
    assert bench.untouched.errors == ()


def test_two_runs_give_the_same_bytes(bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    baseline = tmp_path / "quick.json"
    write_baseline(baseline, "quick", bench.untouched.fingerprint, bench.untouched.results)
    arguments = argparse.Namespace(suite="quick", baseline=str(baseline), bless=False)
    arguments.json, arguments.html, arguments.junit = (str(tmp_path / name) for name in ("a.json", "a.html", "a.xml"))
    assert main(Settings(), arguments) == PASSED  # in a home of its own, indexed anew
    assert "0 lost, 0 gained" in capsys.readouterr().out
    assert Path(arguments.json).read_text(encoding="utf-8") == json_text(bench.run(baseline=baseline))


def always_answer(answer: Answer) -> Answer:
    if answer.status is not AnswerStatus.REFUSED or not answer.nearest:
        return answer
    shown = replace(answer.nearest[0].citation, marker=1)
    sentence = AnswerSentence(shown.quote, (1,))
    return replace(answer, status=AnswerStatus.ANSWERED, sentences=(sentence,), citations=(shown,), nearest=())


def always_refuse(answer: Answer) -> Answer:
    return replace(answer, status=AnswerStatus.REFUSED, short=None, sentences=(), citations=(), conflicts=())


def shuffled(answer: Answer) -> Answer:
    """Every citation names the article of the next one."""
    turned = (*answer.citations[1:], *answer.citations[:1])
    return replace(
        answer,
        citations=tuple(
            replace(one, article_id=other.article_id, version=other.version)
            for one, other in zip(answer.citations, turned, strict=True)
        ),
    )


def off_by_one(answer: Answer) -> Answer:
    return replace(
        answer, citations=tuple(replace(one, start=one.start + 1, end=one.end + 1) for one in answer.citations)
    )


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ({"answer": always_answer}, "overall: refusal.false_answer"),
        ({"answer": always_refuse}, "overall: refusal.over_refusal"),
        ({"answer": shuffled}, "overall: citations.resolve"),
        ({"answer": off_by_one}, "overall: citations.resolve"),
        ({"hits": lambda hits: hits[1:]}, "overall: search.hit_at_1"),
    ],
    ids=["always answer", "always refuse", "shuffled citations", "off by one", "best hit dropped"],
)
def test_a_planted_fault_fails_the_gate(bench: Bench, fault: dict[str, Callable[..., object]], named: str) -> None:
    report = bench.run(Faulty(bench.remembering, **fault))  # type: ignore[arg-type]
    assert any(reason.startswith(named) for reason in report.failures), report.failures


def test_one_lost_case_is_named(bench: Bench, tmp_path: Path) -> None:
    baseline = tmp_path / "quick.json"
    write_baseline(baseline, "quick", bench.untouched.fingerprint, bench.untouched.results)
    lost = next(result for result in bench.untouched.results if result.outcome == "right").case
    fault = Faulty(
        bench.remembering, answer=lambda answer: always_refuse(answer) if answer.question == lost.question else answer
    )
    report = bench.run(fault, baseline)
    assert report.flips is not None
    assert report.flips.lost == (lost.case_id,)
    assert report.failures == (f"1 cases lost, 0 gained since the baseline, net loss allowed: 0. Lost: {lost.case_id}",)


def test_a_case_that_errors_is_an_error(bench: Bench) -> None:
    def break_one(answer: Answer) -> Answer:
        if answer.question == bench.placed[0].case.question:
            raise ValueError("broken")
        return answer

    report = bench.run(Faulty(bench.remembering, answer=break_one))
    assert [result.error for result in report.errors] == ["ValueError: broken"]
    assert report.verdict == "could not be scored"
    cases = report.slices["overall"]
    assert cases["refusal.false_answer"].n + cases["refusal.over_refusal"].n == len(bench.placed) - 1


def test_exit_codes(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = argparse.Namespace(suite="refusals", json=None, html=None, junit=None, baseline=None, bless=False)
    arguments.home = str(bench.assistant.settings.home)
    strict = tmp_path / "floors.toml"
    monkeypatch.setattr("evals.run.load_floors", lambda suite, path: _floors(strict, suite))
    strict.write_text('[refusals.slices.overall]\n"refusal.false_answer" = 0.999\n')
    assert main(Settings(), arguments) == PASSED
    strict.write_text('[refusals.slices.overall]\n"refusal.false_answer" = 0.001\n')
    assert main(Settings(), arguments) == QUALITY
    assert "overall: refusal.false_answer" in capsys.readouterr().out
    strict.write_text('[refusals.slices.overall]\n"refusal.fals_answer" = 0.001\n')
    assert main(Settings(), arguments) == COULD_NOT_RUN
    assert "no metric 'refusal.fals_answer'" in capsys.readouterr().err
    arguments.suite = "nothing"
    assert main(Settings(), arguments) == COULD_NOT_RUN
    arguments.suite, arguments.home = "refusals", str(tmp_path / "empty")
    assert main(Settings(), arguments) == COULD_NOT_RUN


def _floors(path: Path, suite: str) -> object:
    from evals.gate import load_floors

    return load_floors(suite, path)


def test_a_dropped_article_is_noticed(bench: Bench) -> None:
    rest = {key: text for key, text in bench.texts.items() if key != "spec-trainium3"}
    problems = [str(problem) for problem in lint_cases(bench.placed, rest)]
    assert problems
    assert all("there is no article 'spec-trainium3'" in problem for problem in problems)


def test_the_report_names_every_case(bench: Bench) -> None:
    table = json.loads(json_text(bench.untouched))
    assert len(table["cases"]) == len(bench.placed)
    assert "generation" not in json.dumps(table["settings"])
