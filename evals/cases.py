"""Cases are data: questions with what a right answer contains and where the corpus says so; claims with their verdict.

A case's evidence is quotes, not passages, so cutting articles differently leaves the cases valid. The quotes are
alternatives: any one of them is enough to answer the question. README.md beside this file describes the fields.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.errors import ConfigError

CASES_DIR = Path(__file__).with_name("cases")
SPLIT = CASES_DIR / "split.toml"
CLAIMS = "claims"
"""Files whose name starts so hold claims for the fact desk, in the form `assistant check --batch` reads."""
Filled = Annotated[str, Field(min_length=1, pattern=r"\S")]
Half = Literal["tuning", "final"]
ANSWERABLE_KINDS = frozenset(
    "figure name date definition reason list comparison arithmetic yes_no metadata follow_up spec cross_language "
    "correction as_of conflict false_premise injection".split()
)
UNANSWERABLE_KINDS = frozenset(
    ("subject_absent", "fact_absent", "near_miss", "today", "injection", "as_of", "false_premise")
)
_DIFFICULTY = {
    "easy": "figure name date definition spec metadata subject_absent today",
    "medium": "reason list yes_no cross_language conflict correction near_miss",
    "hard": "comparison arithmetic follow_up as_of false_premise injection fact_absent",
}
DIFFICULTY = {kind: level for level, kinds in _DIFFICULTY.items() for kind in kinds.split()}


class Evidence(BaseModel):
    """Where an article says it, word for word as stored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    article_id: Filled
    quote: Filled


class EvalCase(BaseModel):
    """One question. ``expected`` and ``gold_evidence`` are alternatives, the groups of ``required`` are not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    case_id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    lang: Literal["ja", "en"]
    kind: Filled
    system: str = Field("", description="Which of the corpus' named systems it is about, see corpus_systems.yaml.")
    question: Filled
    history: tuple[Filled, ...] = Field((), description="Earlier questions of the dialogue, oldest first.")
    as_of: date | None = Field(None, description="The day as of which it is asked.")
    expected: tuple[Filled, ...]
    required: tuple[tuple[Filled, ...], ...] = Field(
        (), description="What all of a whole answer must say, for lists and conflicts: alternatives for each part."
    )
    forbidden: tuple[Filled, ...] = Field((), description="What an answer must not say, a retracted figure for one.")
    refusal_ok: bool = Field(False, description="A refusal is right too, as for a false premise.")
    gold_evidence: tuple[Evidence, ...]
    answerable: bool
    half: Literal["tuning"] | None = Field(None, description="`tuning` takes the case out of the final half.")

    @property
    def gold_articles(self) -> frozenset[str]:
        return frozenset(evidence.article_id for evidence in self.gold_evidence)

    @property
    def cluster(self) -> str:
        """Cases with the same first article are right or wrong together; a case without one stands alone."""
        return self.gold_evidence[0].article_id if self.gold_evidence else self.case_id

    @property
    def difficulty(self) -> str:
        return DIFFICULTY.get(self.kind, "hard")


class ExpectedClaim(BaseModel):
    """One claim of a draft, by the words of the draft it stands in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Filled
    verdict: Literal["supported", "contradicted", "conflicting", "not_found", "not_checkable"]


class DeskCase(BaseModel):
    """A claim with its verdict, or a draft with the verdicts of its claims. Other keys are for other readers."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-zA-Z0-9][\w.-]*$")]
    lang: Literal["ja", "en"] = "ja"
    claim: str = ""
    draft: str = ""
    verdict: str = ""
    claims: tuple[ExpectedClaim, ...] = ()
    anchor: date | None = Field(None, description="The day the draft is dated.")
    note: str = ""

    @model_validator(mode="after")
    def _one_form(self) -> DeskCase:
        if self.draft.strip():
            missing = [item.text for item in self.claims if item.text not in self.draft]
            if self.claim or not self.claims or missing:
                raise ValueError(f"a draft has claims, each with words of it; not in the draft: {missing!r}")
        elif not self.claim.strip() or self.verdict not in VERDICTS:
            raise ValueError(f"a claim has a verdict out of {', '.join(VERDICTS)}, not {self.verdict!r}")
        return self

    @property
    def text(self) -> str:
        return self.draft or self.claim

    @property
    def wanted(self) -> tuple[ExpectedClaim, ...]:
        return self.claims or (ExpectedClaim.model_validate({"text": self.claim, "verdict": self.verdict}),)


VERDICTS = ("supported", "contradicted", "conflicting", "not_found", "not_checkable")


@dataclass(frozen=True, slots=True)
class CaseProblem:
    """Something wrong with a case, at a line an editor can go to."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


C = TypeVar("C", EvalCase, DeskCase)


@dataclass(frozen=True, slots=True)
class PlacedCase:
    """A question and the line it stands on."""

    case: EvalCase
    path: Path
    line: int


@dataclass(frozen=True, slots=True)
class PlacedClaim:
    """A claim or draft and the line it stands on."""

    case: DeskCase
    path: Path
    line: int


class Split(BaseModel):
    """Which articles belong together, and which of these clusters are kept for the final measurement."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seen: frozenset[str] = frozenset()
    """Files whose cases were looked at before the split was made: tuning, whatever they are about."""
    final: frozenset[str] = frozenset()
    clusters: dict[str, tuple[str, ...]] = {}

    def cluster_of(self, article_id: str) -> str:
        return next((name for name, articles in self.clusters.items() if article_id in articles), "")

    def topic_of(self, case: EvalCase) -> str:
        """The cluster of the first gold article; empty for a case without one."""
        return self.cluster_of(case.gold_evidence[0].article_id) if case.gold_evidence else ""

    def half_of(self, placed: PlacedCase) -> Half:
        """``final`` for an unseen case all of whose articles belong to final clusters."""
        case = placed.case
        if case.half == "tuning" or placed.path.stem in self.seen or not case.gold_evidence:
            return "tuning"
        return "final" if all(self.cluster_of(key) in self.final for key in case.gold_articles) else "tuning"


def load_split(path: Path = SPLIT) -> Split:
    """Read the split.

    Raises:
        ConfigError: The file is missing or wrong, or an article is in two clusters.
    """
    try:
        split = Split.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as exc:
        raise ConfigError(f"The split in {str(path)!r} cannot be used: {' '.join(str(exc).split())}") from exc
    placed = [article for articles in split.clusters.values() for article in articles]
    twice = sorted({article for article in placed if placed.count(article) > 1} | (split.final - split.clusters.keys()))
    if twice:
        raise ConfigError(f"{path}: in two clusters, or a final cluster without articles: {', '.join(twice)}.")
    return split


def question_files(folder: Path = CASES_DIR) -> list[Path]:
    """All files of questions."""
    return [path for path in sorted(folder.glob("*.jsonl")) if not path.stem.startswith(CLAIMS)]


def claim_files(folder: Path = CASES_DIR) -> list[Path]:
    """All files of claims and drafts."""
    return [path for path in sorted(folder.glob("*.jsonl")) if path.stem.startswith(CLAIMS)]


def suite_files(suite: str, folder: Path = CASES_DIR) -> list[Path]:
    """The files of a suite: ``quick`` and ``full`` are all files, any other name is one file.

    Raises:
        ConfigError: There is no such suite.
    """
    files = [*question_files(folder), *claim_files(folder)]
    chosen = files if suite in ("quick", "full") else [path for path in files if path.stem == suite]
    if not chosen:
        names = ", ".join(["quick", "full", "public", "lint", *(path.stem for path in files)])
        raise ConfigError(f"There is no eval suite {suite!r}. There are: {names}.")
    return chosen


def read_cases(paths: Iterable[Path]) -> tuple[list[PlacedCase], list[CaseProblem]]:
    """The questions of some files in order, and the lines that are none."""
    found, problems = _read(paths, EvalCase)
    return [PlacedCase(case, path, line) for case, path, line in found], problems


def read_claims(paths: Iterable[Path]) -> tuple[list[PlacedClaim], list[CaseProblem]]:
    """The claims and drafts of some files in order, and the lines that are none."""
    found, problems = _read(paths, DeskCase)
    return [PlacedClaim(case, path, line) for case, path, line in found], problems


def _read(paths: Iterable[Path], model: type[C]) -> tuple[list[tuple[C, Path, int]], list[CaseProblem]]:
    cases: list[tuple[C, Path, int]] = []
    problems: list[CaseProblem] = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            try:
                cases.append((model.model_validate(json.loads(line)), path, number))
            except ValidationError as exc:
                first = exc.errors(include_url=False)[0]
                where = ".".join(str(part) for part in first["loc"]) or "the case"
                problems.append(CaseProblem(path, number, f"{where}: {first['msg']}"))
            except ValueError as exc:
                problems.append(CaseProblem(path, number, f"not a JSON object: {exc}"))
    return cases, problems


def stratified(claims: Sequence[PlacedClaim], limit: int, *, whole: int = 30) -> list[PlacedClaim]:
    """About ``limit`` claims of the long files, every k-th of each verdict; files of up to ``whole`` are all kept."""
    lengths = Counter(item.path for item in claims)
    long = [item for item in claims if lengths[item.path] > whole]
    step = max(1, -(-len(long) // limit))
    seen: dict[tuple[str, str], int] = {}
    chosen = []
    for item in claims:
        key = (item.path.stem, item.case.verdict)
        number = seen[key] = seen.get(key, -1) + 1
        if lengths[item.path] <= whole or number % step == 0:
            chosen.append(item)
    return chosen
