"""Whether citations back what they stand behind: recall of sentences and precision of citations, as in ALCE.

The checker is the fact desk's own judge, so the figure is only as good as the judge. Its agreement with labelled
pairs of claim and evidence is measured by `assistant eval public` and printed beside the figure.

References:
    Gao et al., Enabling Large Language Models to Generate Text with Citations, EMNLP 2023, section 3.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from assistant import Answer, Verdict
from assistant.verify.judge import judge_pair
from evals.matching import fold

CHECKER = Path(__file__).with_name("baselines") / "checker.json"


def attribution(answer: Answer) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """``(recall of each sentence, precision of each citation of a sentence)`` of one answer.

    A sentence is recalled when all its cited spans together support it. A citation is precise when its sentence is
    recalled and it supports the sentence alone, or the others no longer do without it.
    """
    quotes = {citation.marker: citation.quote for citation in answer.citations}
    recalled: list[bool] = []
    precise: list[bool] = []
    for sentence in answer.sentences:
        cited = [quotes[marker] for marker in sentence.citations]
        whole = supports(cited, sentence.text)
        recalled.append(whole)
        for index, quote in enumerate(cited):
            others = [*cited[:index], *cited[index + 1 :]]
            needed = len(cited) == 1 or supports([quote], sentence.text) or not supports(others, sentence.text)
            precise.append(whole and needed)
    return tuple(recalled), tuple(precise)


def supports(quotes: Sequence[str], sentence: str) -> bool:
    """Whether the quotes say the sentence: word for word, or by the fact desk's judge."""
    if not quotes:
        return False
    said = fold("".join(quotes))
    if fold(sentence) in said:
        return True
    return judge_pair(sentence, "\n".join(quotes)).verdict is Verdict.SUPPORTED


def checker_agreement(path: Path = CHECKER) -> list[dict[str, object]]:
    """The judge's last measured agreement with each labelled set; empty where it was never measured."""
    if not path.is_file():
        return []
    table = json.loads(path.read_text(encoding="utf-8"))
    return list(table["sets"])
