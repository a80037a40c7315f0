"""Statements without SQLAlchemy: `IN` lists that every database takes, and the marks of its driver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Dialect

SIZE = 500


def batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), SIZE):
        yield items[start : start + SIZE]


def placeholder(dialect: Dialect) -> str:
    """What stands for a value in a statement."""
    return "?" if dialect.paramstyle == "qmark" else "%s"
