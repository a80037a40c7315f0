"""Decides whether a run passes: invariants, floors on confidence bounds, flips against a baseline."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import ConfigError
from evals.metrics import mcnemar, paired_bootstrap
from evals.slices import LOWER_IS_BETTER, METRICS, Result, Scores

BASELINES_DIR = Path(__file__).with_name("baselines")
FLOORS = BASELINES_DIR / "floors.toml"
PASSES = frozenset({"right", "rightly_refused"})
INVARIANT = "citations.resolve"
SIGNIFICANT = 0.05
MARGIN = 0.05
"""What `--set-floors` leaves between a measured bound and its new floor, overall and for a language."""
SLICE_MARGIN = 0.12
"""The same for smaller slices, whose intervals move by as much when two or three cases flip."""
CHIEF = frozenset(
    "search.hit_at_1 reading.right answer.right citations.gold refusal.false_answer "
    "refusal.over_refusal desk.right desk.dangerous".split()
)
"""Metrics that get a floor in slices other than the whole."""
SMALLEST_SLICE = 10
"""Cases a slice needs for `--set-floors` to give it a floor: the interval of fewer says nothing."""


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
    change: float = 0.0  # of the pass rate over the cases of both runs
    low: float = 0.0
    high: float = 0.0

    @property
    def net_loss(self) -> int:
        return len(self.lost) - len(self.gained)

    @property
    def judgement(self) -> str:
        """``better`` or ``worse`` when the test and the bootstrap agree on it, else ``cannot tell``."""
        if self.p_value < SIGNIFICANT and (self.low > 0 or self.high < 0):
            return "better" if self.change > 0 else "worse"
        return "no change" if not self.lost and not self.gained else "cannot tell"


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
    for name in {metric for metrics in floors.slices.values() for metric in metrics} - set(METRICS):
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


def write_baseline(path: Path, suite: str, fingerprint: str, results: Sequence[Result]) -> None:
    """Make a run the baseline of later ones."""
    outcomes = {result.case_id: result.outcome for result in sorted(results, key=lambda item: item.case_id)}
    table = {"suite": suite, "fingerprint": fingerprint, "outcomes": outcomes}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def measured_floors(slices: Mapping[str, Scores]) -> dict[str, dict[str, float]]:
    """Floors a margin below each measured lower bound (above the upper one for ceilings), cut to two digits.

    Every metric overall, the chief ones in each other slice. Slices of few cases, and bounds too low to hold anything,
    get none. An invariant needs none.
    """
    table: dict[str, dict[str, float]] = {}
    for name, scores in slices.items():
        margin = MARGIN if name.startswith(("overall", "lang:")) else SLICE_MARGIN
        for metric, measured in scores.items():
            if metric == INVARIANT or (name != "overall" and metric not in CHIEF):
                continue
            if measured.low is None or measured.high is None or measured.n < SMALLEST_SLICE:
                continue
            less = metric in LOWER_IS_BETTER
            floor = round(measured.high + margin, 2) if less else round(measured.low - margin, 2)
            if floor < 0.9 if less else floor > 0.1:
                table.setdefault(name, {})[metric] = floor
    return table


def floors_toml(suite: str, slices: Mapping[str, Mapping[str, float]], *, net_loss_allowed: int = 0) -> str:
    """The section of one suite in ``floors.toml``."""
    lines = [f"[{suite}]", f"net_loss_allowed = {net_loss_allowed}"]
    for name, metrics in slices.items():
        lines += ["", f'[{suite}.slices."{name}"]', *(f'"{metric}" = {floor}' for metric, floor in metrics.items())]
    return "\n".join(lines) + "\n"


def replace_floors(path: Path, suite: str, section: str) -> None:
    """Put a section into ``floors.toml`` instead of the one of that suite; other suites stay as they are."""
    kept: list[str] = []
    ours = False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            ours = line.lstrip("[").split("]")[0].split(".")[0] == suite
        if not ours:
            kept.append(line)
    path.write_text("\n".join(kept).rstrip() + "\n\n" + section, encoding="utf-8")


def compare(baseline: Baseline, results: Sequence[Result]) -> Flips:
    """Which cases changed sides since the baseline. Errors are on no side."""
    before = {key: outcome in PASSES for key, outcome in baseline.outcomes.items() if outcome != "error"}
    now = {result.case_id: result.passed for result in results if not result.error}
    both = [key for key in now if key in before]
    lost = tuple(key for key in both if before[key] and not now[key])
    gained = tuple(key for key in both if now[key] and not before[key])
    ids = {result.case_id for result in results}
    change, low, high = paired_bootstrap(before, now, {result.case_id: result.cluster for result in results})
    return Flips(
        lost=lost,
        gained=gained,
        new=tuple(key for key in now if key not in baseline.outcomes),
        gone=tuple(key for key in baseline.outcomes if key not in ids),
        p_value=mcnemar(len(lost), len(gained)),
        change=change,
        low=low,
        high=high,
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
            if measured.value is None or measured.low is None or measured.high is None:
                found.append(f"{name}: {metric} has a floor but no case is scored by it")
            elif metric in LOWER_IS_BETTER and measured.high > bound:
                told = "is above" if measured.low > bound else "cannot tell whether it stays under"
                found.append(
                    f"{name}: {metric} is at most {measured.high:.3f} (n={measured.n}, measured {measured.value:.3f}), "
                    f"{told} {bound:.3f}"
                )
            elif metric not in LOWER_IS_BETTER and measured.low < bound:
                told = "is below" if measured.high < bound else "cannot tell whether it reaches"
                found.append(
                    f"{name}: {metric} is at least {measured.low:.3f} (n={measured.n}, measured {measured.value:.3f}), "
                    f"{told} {bound:.3f}"
                )
    if flips and flips.net_loss > floors.net_loss_allowed:
        found.append(
            f"{len(flips.lost)} cases lost, {len(flips.gained)} gained since the baseline, "
            f"net loss allowed: {floors.net_loss_allowed}. Lost: {', '.join(flips.lost)}"
        )
    return found
