"""One row of the table of hostile and odd files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    READ = "read"  # at least one article, nothing refused
    PARTLY = "partly read"  # articles, and refusals of some lines
    REFUSED = "refused"  # no article, and a reason
    HANDLED = "read or refused"  # only of files that are measured: a slow machine refuses what a fast one reads


@dataclass(frozen=True)
class Case:
    """A file, what becomes of it, and a word of why.

    ``word`` is a regular expression found in the reason of a refusal, or in the text of what is read;
    ``never`` must be in no text.
    """

    name: str
    make: Callable[[], bytes]
    outcome: Outcome
    word: str = ""
    never: str = ""


def fixed(content: str | bytes) -> Callable[[], bytes]:
    return lambda: content.encode() if isinstance(content, str) else content
