"""Asks the reader's own questions: `evals/bench/questions/own.jsonl` on the bundled corpus.

    python -m evals.bench.own [--half tuned|held] [--questions FILE] [--corpus PATH ...] [--show]

The questions were written before anything was tuned on them. Those of the half ``held`` were looked at
once, at the end. A question is right when all parts of one expected answer stand in what is shown: the
short answer and the sentences. An unanswerable one is right when it is refused.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from assistant.api import Assistant
from assistant.settings import load_settings
from assistant.types import Answer, AnswerStatus
from evals.matching import contains

QUESTIONS = Path(__file__).with_name("questions")


def is_right(case: dict[str, object], answer: Answer) -> bool:
    """Whether the answer says what is expected, or refuses what cannot be answered."""
    if not case["answerable"]:
        return answer.status is AnswerStatus.REFUSED
    if answer.status is AnswerStatus.REFUSED and case["kind"] != "ambiguous":
        return False
    shown = f"{answer.short or ''}\n{answer.text}"
    return any(all(contains(shown, part) for part in parts) for parts in case["expected"])  # type: ignore[attr-defined]


def ask_all(cases: Sequence[dict[str, object]], assistant: Assistant) -> list[tuple[dict[str, object], Answer]]:
    return [(case, assistant.ask(str(case["question"]))) for case in cases]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("tuned", "held"))
    parser.add_argument("--questions", type=Path, default=QUESTIONS / "own.jsonl")
    parser.add_argument("--corpus", nargs="*", default=[], help="what to index; the bundled corpus by default")
    parser.add_argument("--home", type=Path, help="an indexed home to ask instead")
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    arguments = parser.parse_args()
    cases = [json.loads(line) for line in arguments.questions.read_text(encoding="utf-8").splitlines()]
    cases = [case for case in cases if arguments.half in (None, case["half"])]
    with (
        tempfile.TemporaryDirectory() as folder,
        Assistant.open(load_settings(home=arguments.home or Path(folder)), one_shot=True) as assistant,
    ):
        if arguments.home is None:
            assistant.index(arguments.corpus)
        asked = ask_all(cases, assistant)
    groups: dict[str, list[bool]] = defaultdict(list)
    for case, answer in asked:
        right = is_right(case, answer)
        groups[f"{case['lang']} {'answerable' if case['answerable'] else 'unanswerable'}"].append(right)
        groups[f"  {case['kind']}"].append(right)
        if arguments.show and not right:
            sys.stdout.write(f"{case['id']} {case['kind']} {case['question']} -> {answer.status} {answer.short!r}\n")
            sys.stdout.write(f"    {answer.text[:300]!r}\n    expected {case['expected']}\n")
    for name, results in sorted(groups.items(), reverse=True):
        sys.stdout.write(f"{name}: {sum(results)}/{len(results)} = {sum(results) / len(results):.3f}\n")


if __name__ == "__main__":
    main()
