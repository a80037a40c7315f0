"""Asks the cases of a suite, in this process or in several that share them."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

from assistant import Assistant, Settings
from evals.cases import PlacedCase, PlacedClaim, Split
from evals.desk import DeskResult, run_desk_case
from evals.gold import read_gold
from evals.scoring import Answering, CaseResult, run_case

T = TypeVar("T")
EXTRACTIVE = "extractive"
_CHUNK = 24
"""Cases a process takes at a time: few enough that none is left with a long rest."""
_worker: Assistant | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """The cases of one run."""

    name: str
    questions: Sequence[PlacedCase]
    claims: Sequence[PlacedClaim]
    split: Split


def ask_question(
    assistant: Assistant, split: Split, item: PlacedCase, reader: str, answering: Answering | None = None
) -> CaseResult:
    """One question, and, for the extractive reader, the same from its gold passages alone.

    The gold passages are read by ``assistant`` even where ``answering`` is asked.
    """
    result = run_case(answering or assistant, item.case, split.half_of(item), split.topic_of(item.case))
    if reader == EXTRACTIVE and not result.error:
        return replace(result, gold=read_gold(assistant, item.case))
    return result


def ask_apart(settings: Settings, suite: Suite, reader: str, jobs: int) -> tuple[list[CaseResult], list[DeskResult]]:
    """All cases, shared by ``jobs`` fresh processes that each open the library; in the order of the suite."""
    context = multiprocessing.get_context("spawn")  # the index does not survive a fork
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_open, initargs=(settings,)) as pool:
        claims = [pool.submit(_claims, part) for part in _parts(suite.claims)]
        questions = [pool.submit(_questions, suite.split, part, reader) for part in _parts(suite.questions)]
        return (
            [result for future in questions for result in future.result()],
            [result for future in claims for result in future.result()],
        )


def _open(settings: Settings) -> None:
    global _worker
    _worker = Assistant.open(settings)


def _questions(split: Split, part: Sequence[PlacedCase], reader: str) -> list[CaseResult]:
    assert _worker is not None
    return [ask_question(_worker, split, item, reader) for item in part]


def _claims(part: Sequence[PlacedClaim]) -> list[DeskResult]:
    assert _worker is not None
    return [result for item in part for result in run_desk_case(_worker, item.case, item.path.stem)]


def _parts(items: Sequence[T]) -> list[Sequence[T]]:
    return [items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK)]
