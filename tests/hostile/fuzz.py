"""Good files of each format with something broken in them, the same for the same number.

``python -m tests.hostile.fuzz SECONDS`` mutates for that long and prints what was seen.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from assistant.ingest import Intake, Limits, SourceFile
from assistant.types import Article, Refusal
from tests.hostile.containers import docx, epub, good_pdf, pptx, xlsx
from tests.hostile.markup import _ITEM, page, rss
from tests.hostile.texts import GOOD, record

GOOD_FILES: dict[str, Callable[[], bytes]] = {
    "a.md": lambda: (
        f"---\ntitle: 工場\ndate: 2026-01-02\ntags: [a, b]\n---\n\n# 題\n\n{GOOD}\n|a|b|\n|-|-|\n|1|2|\n".encode()
    ),
    "a.txt": lambda: (GOOD * 5).encode(),
    "a.csv": lambda: "製品,月産\nPPR-9087,1200\n".encode(),
    "a.yaml": lambda: "title: 仕様\nentity: X100\nrows:\n  - attribute: 質量\n    value: 1.2\n    unit: kg\n".encode(),
    "a.jsonl": lambda: (record() + record(id="a2")).encode(),
    "a.html": lambda: page(f"<p>{GOOD}</p><table><tr><th>a<tr><td>1</table>").encode(),
    "a.rss": lambda: rss(_ITEM.format(1) + _ITEM.format(2)).encode(),
    "a.rtf": lambda: rb"{\rtf1\ansi The plant makes 1200 units.\par}",
    "a.pdf": good_pdf,
    "a.docx": docx,
    "a.xlsx": xlsx,
    "a.pptx": pptx,
    "a.epub": epub,
}
_PIECES = (
    b"\0",
    b"\xff",
    b"<",
    b">",
    b"&",
    b"[",
    b"{",
    b'"',
    b"\n",
    b"/",
    b"%",
    b"-1",
    b"9" * 20,
    b"\xe2\x80\xae",
    b"<!--",
    b"obj",
    b"PK\x03\x04",
)


def mutated(data: bytes, number: int) -> bytes:
    """``data`` with one to six changes: bytes flipped, cut, doubled, moved, inserted."""
    chance = random.Random(number)
    out = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(out) + 1)
        length = chance.choice((1, 1, 2, 8, 64, 512))
        kind = chance.randrange(5)
        if kind == 0 and start < len(out):
            out[start] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del out[start : start + length]
        elif kind == 2:
            out[start:start] = out[start : start + length] * chance.choice((1, 2, 30))
        elif kind == 3:
            out[start:start] = chance.choice(_PIECES) * chance.choice((1, 1, 3, 200))
        else:
            other = chance.randrange(len(out) + 1)
            out[start : start + length] = out[other : other + length]
    return bytes(out)


def outcome(intake: Intake, name: str, data: bytes) -> tuple[list[Article], list[Refusal]]:
    path = Path("/fuzz") / name
    items = list(intake.load(SourceFile(path, path.parent, data)))
    return [item for item in items if isinstance(item, Article)], [item for item in items if isinstance(item, Refusal)]


def main(seconds: float) -> None:
    seen: Counter[str] = Counter()
    ends = time.monotonic() + seconds
    number = 0
    with Intake(Limits()) as intake:
        while time.monotonic() < ends:
            number += 1
            for name, make in GOOD_FILES.items():
                articles, refusals = outcome(intake, name, mutated(make(), number))
                seen["read" if articles else "refused"] += 1
                for refusal in refusals:
                    for word in ("crashed", "loader failed", "max_seconds", "max_memory"):
                        if word in refusal.reason:
                            seen[word] += 1
                            sys.stdout.write(f"{name} {number}: {refusal.reason}\n")
    sys.stdout.write(f"{number} rounds of {len(GOOD_FILES)} formats: {dict(seen)}\n")


if __name__ == "__main__":
    main(float(sys.argv[1]))
