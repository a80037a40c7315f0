"""What versions, corrections and copies cost: when articles are stored, and when questions are asked.

    python -m evals.bench.validity [--articles 10000] [--share 0.1]

The articles are made up (see watching.py). A share of them has a second version, one in a hundred has a
correction, one in fifty a copy. The index is made in memory, vectors are left out: what is measured is the
part that this project adds to a question, not the search itself.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median

from assistant import Assistant, Settings
from assistant.chunk import chunk
from assistant.index.dense import ExactDense
from assistant.index.generation import SearchIndex
from assistant.index.lexical import LexicalIndex
from assistant.ingest.builder import TextBuilder
from assistant.library import likeness, notices
from assistant.library.rows import encode
from assistant.models import embedder_key
from assistant.types import Article, ArticleMetadata
from evals.bench.watching import article as source


def made(article_id: str, number: int, *, output: int = 0, **about: object) -> Article:
    """A made-up article as a loader yields it."""
    title, body = source(number, output=output).split("title: ")[1].split("\n", 1)
    builder = TextBuilder()
    builder.title(title)
    for paragraph in body.split("---\n\n")[1].split("\n\n"):
        builder.paragraph(paragraph)
    text, blocks = builder.build()
    return Article(article_id, title, text, "ja", blocks, ArticleMetadata(**about))  # type: ignore[arg-type]


def timed(step: Callable[[], object], repeats: int = 1) -> float:
    """Median wall time in milliseconds."""
    taken = []
    for _ in range(repeats):
        started = time.perf_counter()
        step()
        taken.append((time.perf_counter() - started) * 1000)
    return median(taken)


def run(count: int, share: float) -> dict[str, float]:
    articles = [made(f"a{number}", number, published="2026-01-05") for number in range(count)]
    articles += [made(f"copy{number}", number, published="2026-01-06") for number in range(0, count, 50)]
    found: dict[str, float] = {"articles": len(articles)}
    started = time.process_time()
    likeness.sketches(articles)
    found["sketches, CPU s"] = time.process_time() - started
    started = time.process_time()
    for item in articles:
        notices.find_links(item)
    found["notices, CPU s"] = time.process_time() - started
    with tempfile.TemporaryDirectory() as folder:
        glossary = Path(folder) / "glossary.yaml"
        glossary.write_text("terms: []\n", encoding="utf-8")
        with Assistant.open(Settings(home=Path(folder) / "home", glossary=glossary)) as assistant:
            found["store, s"] = timed(lambda: store(assistant, articles)) / 1000
            changed = [
                made(f"a{number}", number, output=9000 + number, published="2026-01-05", updated="2026-02-01")
                for number in range(0, count, max(1, round(1 / share)))
            ]
            store(assistant, [replace(item, version=2) for item in changed])
            store(assistant, [correction(number) for number in range(1, count, 100)])
            measure(assistant, found)
    return found


def correction(number: int) -> Article:
    builder = TextBuilder()
    builder.title("訂正")
    wrong = 200 + 7 * number
    builder.paragraph(f"GX-{number}を月に{wrong}個つくるとしたのは、{wrong + 1}個の誤りでした。")
    text, blocks = builder.build()
    about = ArticleMetadata(published="2026-01-20", corrects=(f"a{number}",))
    return Article(f"fix{number}", "訂正", text, "ja", blocks, about)


def store(assistant: Assistant, articles: list[Article]) -> None:
    settings = assistant.settings
    for start in range(0, len(articles), 2000):
        batch = articles[start : start + 2000]
        with assistant._library.write() as writer:
            current = writer.current([item.article_id for item in batch])
            writer.put(
                [(encode(item), chunk(item, settings.chunk), current.get(item.article_id)) for item in batch],
                settings.chunking,
            )


def measure(assistant: Assistant, found: dict[str, float]) -> None:
    library, chunking = assistant._library, assistant.settings.chunking
    ids = library.live_passage_ids(chunking)
    passages = library.passages(ids)
    index = SearchIndex(
        generation="memory",
        fingerprint="",
        passages=len(ids),
        lexical=LexicalIndex.in_memory(passages[one] for one in ids),
        dense=ExactDense(*library.vectors(ids, embedder_key(assistant._embedder))),
        problems=(),
        dense_kind="exact",
    )
    found["passages"] = len(ids)
    found["view of now, first, ms"] = timed(lambda: library.view())
    found["view of now, again, ms"] = timed(lambda: library.view(), 200)
    day = date(2026, 1, 10)
    found["view of a day, first, ms"] = timed(lambda: library.view(day))
    found["versions of that day"] = len(library.view(day).older)
    now = assistant._serving.wired(index, library.view, (0, 0)).pipeline
    found["question of now, ms"] = timed(lambda: now.answer("GX-707を月に何個つくりますか？"), 20)
    from assistant.api import _Open

    current = _Open(index, now, None, None, (0, 0))  # type: ignore[arg-type]
    found["question of a day, first, ms"] = timed(
        lambda: assistant._serving.pipeline_of(current, day).answer("GX-710を月に何個つくりますか？")
    )
    found["question of a day, again, ms"] = timed(
        lambda: assistant._serving.pipeline_of(current, day).answer("GX-710を月に何個つくりますか？"), 20
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--share", type=float, default=0.1)
    options = parser.parse_args()
    for name, value in run(options.articles, options.share).items():
        print(f"{name}: {value:.2f}" if isinstance(value, float) else f"{name}: {value}")


if __name__ == "__main__":
    main()
