"""Splits long lists of ids into `IN` lists that every database takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

SIZE = 500


def batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), SIZE):
        yield items[start : start + SIZE]
