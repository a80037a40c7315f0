"""Makes a large corpus for the benchmarks out of the public development sets."""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path

SETS = ("jsquad_dev_ja", "jaquad_dev_ja", "qa_dev_en")


JAPANESE = ("jsquad_dev_ja", "jaquad_dev_ja")


def make_corpus(data: Path, target: Path, documents: int, *, sets: Sequence[str] = SETS, seed: int = 7) -> int:
    """Write ``documents`` JSONL documents.

    The first ones are the documents of the sets as they are; the others mix sentences of two of them,
    so that no text is stored twice and the vocabulary stays that of real text.

    Returns:
        How many of them are unchanged documents of the sets.
    """
    rng = random.Random(seed)
    originals = [
        json.loads(line)
        for name in sets
        for line in (data / name / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    with target.open("w", encoding="utf-8") as stream:
        for number in range(documents):
            if number < len(originals):
                item = originals[number]
                document = {"id": item["id"], "title": item["title"], "text": item["text"], "lang": item["lang"]}
            else:
                first, second = rng.choice(originals), rng.choice(originals)
                document = {
                    "id": f"mix-{number}",
                    "title": first["title"],
                    "text": _mix(first, second, rng),
                    "lang": first["lang"],
                }
            stream.write(json.dumps(document, ensure_ascii=False) + "\n")
    return min(documents, len(originals))


def _mix(first: dict[str, str], second: dict[str, str], rng: random.Random) -> str:
    mark = "。" if first["lang"] == "ja" else ". "
    parts = [part for part in (first["text"] + mark + second["text"]).split(mark) if part.strip()]
    length = max(1, len(first["text"].split(mark)) - 1)
    return mark.join(rng.sample(parts, min(length, len(parts)))) + mark.strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="directory of the public sets")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--documents", type=int, default=50_000)
    arguments = parser.parse_args()
    make_corpus(arguments.data, arguments.out, arguments.documents)


if __name__ == "__main__":
    main()
