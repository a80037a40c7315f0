"""Planted faults: does the meter notice? Each wraps or breaks the system in one way.

    python -m evals.faults

runs the quick suite once for each fault and prints which slices make the gate fail; exit code 1 when one passes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from unittest import mock

from assistant import Answer, Article, Assistant, Citation, Hit
from assistant.settings import load_settings
from assistant.text import tokens, units
from assistant.types import AnswerSentence, AnswerStatus, CheckReport
from evals.ask import Suite
from evals.gate import FLOORS
from evals.run import corpus_texts, evaluate, evaluated_assistant, load_suite

DROPPED = "2026-02-24-trainium-customers"


class Faulty:
    """The real system with one part of its answers changed."""

    def __init__(self, real: Assistant, change: Callable[[Answer], Answer] = lambda answer: answer) -> None:
        self._real = real
        self._change = change

    def search(self, question: str, *, top_k: int | None = None) -> list[Hit]:
        return self._real.search(question, top_k=top_k)

    def ask(self, question: str, *, history: Sequence[tuple[str, str]] = (), as_of: date | None = None) -> Answer:
        return self._change(self._real.ask(question, history=history, as_of=as_of))

    def show(self, article_id: str, version: int | None = None) -> Article:
        return self._real.show(article_id, version)

    def check(self, draft: str, *, anchor: date | None = None) -> CheckReport:
        return self._real.check(draft, anchor=anchor)


def shuffled_citations() -> Callable[[Answer], Answer]:
    """Each answer shows the citations of the answer before it: true places, wrong ones."""
    before: list[Citation] = []

    def change(answer: Answer) -> Answer:
        nonlocal before
        mine, before = before, list(answer.citations) or before
        if not mine or not answer.citations:
            return answer
        swapped = [
            replace(mine[index % len(mine)], marker=citation.marker) for index, citation in enumerate(answer.citations)
        ]
        return replace(answer, citations=tuple(swapped))

    return change


def always_answers(answer: Answer) -> Answer:
    """Instead of refusing, the nearest passage is put forward as the answer."""
    if answer.status is not AnswerStatus.REFUSED or not answer.nearest:
        return answer
    citation = replace(answer.nearest[0].citation, marker=1)
    sentence = AnswerSentence(citation.quote, (1,))
    return replace(
        answer, status=AnswerStatus.ANSWERED, sentences=(sentence,), citations=(citation,), nearest=(), short=None
    )


def always_refuses(answer: Answer) -> Answer:
    """Nothing is answered."""
    return replace(answer, status=AnswerStatus.REFUSED, sentences=(), citations=(), conflicts=(), short=None)


def off_by_one(answer: Answer) -> Answer:
    """Every citation points one character too far."""
    moved = tuple(replace(item, start=item.start + 1, end=item.end + 1) for item in answer.citations)
    return replace(answer, citations=moved)


@contextmanager
def wrong_analyser(assistant: Assistant) -> Iterator[None]:
    """Questions are cut at spaces, as an analyser for English does; a Japanese question is then one word."""

    def spaces(text: str) -> list[tokens.QueryWord]:
        real = tokens.query_words(text)
        return [replace(real[0], form="".join(text.split()))] if real and not text.isascii() else real

    with (
        mock.patch("assistant.retrieve.query.query_words", spaces),
        mock.patch("assistant.retrieve.query.characters", lambda text: text.split()),
    ):
        yield


@contextmanager
def dropped_article(assistant: Assistant) -> Iterator[None]:
    """One article is missing from the library."""
    assistant.remove([DROPPED])
    try:
        yield
    finally:
        assistant.remove([DROPPED], undo=True)


@contextmanager
def unit_bug(assistant: Assistant) -> Iterator[None]:
    """Prefixes of units are lost: a gigabyte is a terabyte."""
    flat = {name: replace(unit, factor=type(unit.factor)(1)) for name, unit in units.SYMBOLS.items()}
    with mock.patch.dict(units.SYMBOLS, flat):
        yield


@contextmanager
def _untouched(assistant: Assistant) -> Iterator[None]:
    yield


def failures_with(name: str, assistant: Assistant, suite: Suite, floors: Path, baseline: Path | None) -> list[str]:
    """What the gate says of the system with one fault; ``untouched`` is no fault."""
    changes: dict[str, Callable[[Answer], Answer]] = {
        "shuffled citations": shuffled_citations(),
        "always answers": always_answers,
        "always refuses": always_refuses,
        "off-by-one spans": off_by_one,
    }
    broken = {
        "wrong-language analyser": wrong_analyser,
        "dropped article": dropped_article,
        "unit bug": unit_bug,
    }
    texts = corpus_texts(assistant)
    with broken.get(name, _untouched)(assistant):
        asked = Faulty(assistant, changes[name]) if name in changes else None
        report = evaluate(assistant, suite, texts=texts, floors=floors, baseline=baseline, answering=asked)
    errors = [f"{result.case_id}: {result.error}" for result in report.errors]
    return [*errors, *report.failures]


FAULTS = (
    "shuffled citations",
    "always answers",
    "always refuses",
    "off-by-one spans",
    "wrong-language analyser",
    "dropped article",
    "unit bug",
)


def main() -> int:
    """Run every fault against the committed floors and baseline."""
    suite, problems = load_suite("quick")
    if problems:
        raise SystemExit("\n".join(map(str, problems)))
    baseline = FLOORS.with_name("quick.json")
    unnoticed = 0
    with evaluated_assistant(load_settings()) as assistant:
        for name in ("untouched", *FAULTS):
            found = failures_with(name, assistant, suite, FLOORS, baseline)
            unnoticed += bool(found) if name == "untouched" else not found
            sys.stdout.write(f"{name}: {'passes' if not found else f'{len(found)} reasons to fail'}\n")
            sys.stdout.writelines(f"  {reason[:160]}\n" for reason in found[:6])
            sys.stdout.flush()
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
