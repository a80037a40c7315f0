"""How often the guard on a chat model's sentences lets a changed sentence pass, and a reworded one.

    python -m evals.bench.support --corpus ../shared/data/jsquad_dev_ja/corpus.jsonl --each 300

Takes true sentences of the bundled corpus (or of a JSONL corpus), changes one thing in each as
``evals.bench.mutations`` does, and asks whether the passages it was taken from still back it. Of ``unchanged`` and
``reworded`` as many as possible should pass, of the others none.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from assistant.answer.guards import unquoted
from assistant.api import Assistant, bundled_corpus
from assistant.settings import load_settings
from assistant.types import Passage
from assistant.verify.support import DeskSupport
from evals.bench.mutations import (
    Mutation,
    make_name_mutation,
    mutate_bound,
    mutate_date,
    mutate_negation,
    mutate_number,
    mutate_unit,
    names_in,
    sentences,
)
from evals.bench.rewordings import reword


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, help="a JSONL corpus; the bundled one by default")
    parser.add_argument("--each", type=int, default=200)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--show", type=int, default=0, help="failures shown for each kind")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, Assistant.open(load_settings(home=Path(home))) as assistant:
        assistant.index([options.corpus or bundled_corpus()])
        run(assistant, random.Random(options.seed), options.each, options.show)


def run(assistant: Assistant, rng: random.Random, each: int, show: int) -> None:
    every = list(sentences(assistant))
    rng.shuffle(every)
    pool: dict[str, list[str]] = {}
    for _, text in every[:2000]:
        for start, end, kind in names_in(text):
            pool.setdefault(kind, []).append(text[start:end])
    mutations: dict[str, Mutation] = {
        "unchanged": lambda text, _: text,
        "reworded": reword,
        "number": mutate_number,
        "unit": mutate_unit,
        "date": mutate_date,
        "name": make_name_mutation(pool),
        "negation": mutate_negation,
        "bound": mutate_bound,
    }
    support = DeskSupport(assistant._glossary)
    for kind, mutation in mutations.items():
        n = passed = shown = 0
        for article_id, text in every:
            changed = mutation(text, rng)
            if changed is None:
                continue
            n += 1
            held = _passes(support, changed, _passages(assistant, article_id, text))
            passed += held
            if held is (kind not in ("unchanged", "reworded")) and shown < show:
                shown += 1
                sys.stdout.write(f"  [{kind}] {article_id}: {text}\n    -> {changed}\n")
            if n == each:
                break
        if n:
            sys.stdout.write(f"{kind:10s} n={n:4d} passed={passed:4d} ({passed / n:.3f})\n")
            sys.stdout.flush()


def _passages(assistant: Assistant, article_id: str, text: str) -> list[Passage]:
    article = assistant.show(article_id)
    found = assistant._library.article_passages(article_id, article.version, assistant.settings.chunking)
    return [passage for passage in found if text in passage.text]


def _passes(support: DeskSupport, text: str, passages: Sequence[Passage]) -> bool:
    """What :class:`assistant.answer.chat.ChatReader` asks of a sentence."""
    backing = support.back(text, passages)
    if not backing.spans:
        return False
    quotes = [passage.text[start - passage.start : end - passage.start] for passage, start, end in backing.spans]
    return unquoted(text, [*quotes, *(passage.title for passage, _, _ in backing.spans)]) is None


if __name__ == "__main__":
    main()
