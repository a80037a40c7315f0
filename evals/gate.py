"""Decides whether a run passes: invariants, floors on confidence bounds, flips against a baseline."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import ConfigError
from evals.metrics import mcnemar
from evals.scoring import LOWER_IS_BETTER, METRICS, CaseResult, Scores

BASELINES_DIR = Path(__file__).with_name("baselines")
FLOORS = BASELINES_DIR / "floors.toml"
PASSES = frozenset({"right", "rightly_refused"})
INVARIANT = "citations.resolve"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SuiteFloors(_Model):
    """What a suite must reach, by slice and metric.

    A floor is compared with the lower end of the 95 % interval; for a rate of which less is better the figure is a
    ceiling and is compared with the upper end.
    """

    net_loss_allowed: int = 0
    slices: dict[str, dict[str, float]] = {}


class Baseline(_Model):
    """The outcome of each case of an earlier run."""

    suite: str
    fingerprint: str
    outcomes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Flips:
    """How the cases changed since the baseline, by case id."""

    lost: tuple[str, ...]
    gained: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    p_value: float  # of the lost and the gained being equally likely; small: the change is no accident

    @property
    def net_loss(self) -> int:
        return len(self.lost) - len(self.gained)


def load_floors(suite: str, path: Path = FLOORS) -> SuiteFloors:
    """The floors of one suite; none when the file does not name it.

    Raises:
        ConfigError: The file is missing or wrong.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        floors = SuiteFloors.model_validate(table.get(suite, {}))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as exc:
        raise ConfigError(f"The floors in {str(path)!r} cannot be used: {' '.join(str(exc).split())}") from exc
    for name in {metric for metrics in floors.slices.values() for metric in metrics} - METRICS.keys():
        raise ConfigError(f"{path}: there is no metric {name!r}. There are: {', '.join(METRICS)}.")
    return floors


def load_baseline(path: Path) -> Baseline:
    """Read a blessed run.

    Raises:
        ConfigError: It is missing or no baseline.
    """
    try:
        return Baseline.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError) as exc:
        raise ConfigError(
            f"The baseline {str(path)!r} cannot be read: {' '.join(str(exc).split())}. `assistant eval --bless` makes one."
        ) from exc


def write_baseline(path: Path, suite: str, fingerprint: str, results: Sequence[CaseResult]) -> None:
    """Make a run the baseline of later ones."""
    outcomes = {result.case.case_id: result.outcome for result in sorted(results, key=lambda item: item.case.case_id)}
    table = {"suite": suite, "fingerprint": fingerprint, "outcomes": outcomes}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def compare(baseline: Baseline, results: Sequence[CaseResult]) -> Flips:
    """Which cases changed sides since the baseline. Errors are on no side."""
    before = {key: outcome in PASSES for key, outcome in baseline.outcomes.items() if outcome != "error"}
    now = {result.case.case_id: result.passed for result in results if not result.error}
    both = [key for key in now if key in before]
    lost = tuple(key for key in both if before[key] and not now[key])
    gained = tuple(key for key in both if now[key] and not before[key])
    ids = {result.case.case_id for result in results}
    return Flips(
        lost=lost,
        gained=gained,
        new=tuple(key for key in now if key not in baseline.outcomes),
        gone=tuple(key for key in baseline.outcomes if key not in ids),
        p_value=mcnemar(len(lost), len(gained)),
    )


def failures(slices: Mapping[str, Scores], floors: SuiteFloors, flips: Flips | None) -> list[str]:
    """Why the run does not pass, one sentence a reason; empty when it does."""
    found = []
    for name, scores in slices.items():
        if (resolved := scores[INVARIANT]).value is not None and resolved.value < 1:
            found.append(f"{name}: {INVARIANT} is {resolved.value:.4f} of {resolved.n}, it must be 1")
    for name, metrics in floors.slices.items():
        if name not in slices:
            found.append(f"{name}: there is a floor for this slice but no case in it")
            continue
        for metric, bound in metrics.items():
            measured = slices[name][metric]
            if measured.low is None or measured.high is None:
                found.append(f"{name}: {metric} has a floor but no case is scored by it")
            elif metric in LOWER_IS_BETTER and measured.high > bound:
                found.append(f"{name}: {metric} is at most {measured.high:.3f} (n={measured.n}), above {bound:.3f}")
            elif metric not in LOWER_IS_BETTER and measured.low < bound:
                found.append(f"{name}: {metric} is at least {measured.low:.3f} (n={measured.n}), below {bound:.3f}")
    if flips and flips.net_loss > floors.net_loss_allowed:
        found.append(
            f"{len(flips.lost)} cases lost, {len(flips.gained)} gained since the baseline, "
            f"net loss allowed: {floors.net_loss_allowed}. Lost: {', '.join(flips.lost)}"
        )
    return found
