"""Cases are data: questions with what a right answer contains and where the corpus says so.

A case's evidence is quotes, not passages, so cutting articles differently leaves the cases valid.
The quotes are alternatives: any one of them is enough to answer the question.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import ConfigError
from evals.metrics import fold

CASES_DIR = Path(__file__).with_name("cases")
NOT_QUESTIONS = frozenset({"claims", "claims_fresh", "claims_hard"})
"""Files of ``evals/cases`` that hold claims for the fact desk, in the form `assistant check --batch` reads."""
Filled = Annotated[str, Field(min_length=1, pattern=r"\S")]
ANSWERABLE_KINDS = frozenset(
    "figure name date definition reason list comparison yes_no cross_language correction conflict".split()
)
UNANSWERABLE_KINDS = frozenset(("subject_absent", "fact_absent", "near_miss", "today"))


class Evidence(BaseModel):
    """Where an article says it, word for word as stored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    article_id: Filled
    quote: Filled


class EvalCase(BaseModel):
    """One question. ``expected`` and ``gold_evidence`` are alternatives."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    case_id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    lang: Literal["ja", "en"]
    kind: Filled
    system: str = Field("", description="Which of the corpus' named systems it is about, see corpus_systems.yaml.")
    question: Filled
    expected: tuple[Filled, ...]
    gold_evidence: tuple[Evidence, ...]
    answerable: bool

    @property
    def gold_articles(self) -> frozenset[str]:
        return frozenset(evidence.article_id for evidence in self.gold_evidence)


@dataclass(frozen=True, slots=True)
class CaseProblem:
    """Something wrong with a case, at a line an editor can go to."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class PlacedCase:
    """A case and the line it stands on."""

    case: EvalCase
    path: Path
    line: int


def suite_files(suite: str, folder: Path = CASES_DIR) -> list[Path]:
    """The files of a suite: ``quick`` is all files of questions, any other name is one file.

    Raises:
        ConfigError: There is no such suite.
    """
    files = [path for path in sorted(folder.glob("*.jsonl")) if path.stem not in NOT_QUESTIONS]
    chosen = files if suite == "quick" else [path for path in files if path.stem == suite]
    if not chosen:
        names = ", ".join(["quick", *(path.stem for path in files)])
        raise ConfigError(f"There is no eval suite {suite!r}. There are: {names}.")
    return chosen


def read_cases(paths: Iterable[Path]) -> tuple[list[PlacedCase], list[CaseProblem]]:
    """The cases of some files in order, and the lines that are none."""
    cases: list[PlacedCase] = []
    problems: list[CaseProblem] = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            try:
                cases.append(PlacedCase(EvalCase.model_validate(json.loads(line)), path, number))
            except ValidationError as exc:
                first = exc.errors(include_url=False)[0]
                where = ".".join(str(part) for part in first["loc"]) or "the case"
                problems.append(CaseProblem(path, number, f"{where}: {first['msg']}"))
            except ValueError as exc:
                problems.append(CaseProblem(path, number, f"not a JSON object: {exc}"))
    return cases, problems


def lint_cases(cases: Sequence[PlacedCase], texts: Mapping[str, str]) -> Iterator[CaseProblem]:
    """Duplicates, dangling quotes, unknown articles, and cases that contradict themselves.

    Args:
        cases: The cases of all files of a suite.
        texts: Stored text of every article by id.
    """
    ids: dict[str, PlacedCase] = {}
    questions: dict[str, PlacedCase] = {}
    for placed in cases:
        case = placed.case
        for name, key, seen in (("case_id", case.case_id, ids), ("question", fold(case.question), questions)):
            if (first := seen.setdefault(key, placed)) is not placed:
                yield _problem(placed, f"the {name} {key!r} is also in {first.path.name}:{first.line}")
        if not case.case_id.startswith(f"{case.lang}-"):
            yield _problem(placed, f"case_id {case.case_id!r} does not start with {case.lang!r}")
        kinds = ANSWERABLE_KINDS if case.answerable else UNANSWERABLE_KINDS
        if case.kind not in kinds:
            yield _problem(placed, f"kind {case.kind!r} is not one of {', '.join(sorted(kinds))}")
        if case.answerable != bool(case.expected) or case.answerable != bool(case.gold_evidence):
            yield _problem(placed, "an answerable case has expected and gold_evidence, any other case has neither")
        for evidence in case.gold_evidence:
            if evidence.article_id not in texts:
                yield _problem(placed, f"there is no article {evidence.article_id!r}")
            elif evidence.quote not in texts[evidence.article_id]:
                yield _problem(placed, f"{evidence.article_id!r} does not say {evidence.quote!r}")


def _problem(placed: PlacedCase, text: str) -> CaseProblem:
    return CaseProblem(placed.path, placed.line, f"{placed.case.case_id}: {text}")
