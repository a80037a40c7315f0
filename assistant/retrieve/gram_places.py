"""Where the character runs of a question stand in many texts, found in one pass over all of them.

The texts are laid end to end as an array of code points. A table numbers the characters of the question, the next
one its pairs by the numbers of their characters, the next its runs of three by the numbers of their pairs, and so
on: each look-up narrows the one before, so the time depends on the length of the texts and hardly on how many runs
are looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

LONGEST_GRAM = 4
_PLANE = 0x10000
_LONGEST_QUESTION = 400  # characters: the tables grow with its square
_Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class GramTable:
    """Numbers of a question's characters, pairs, triples and fours; 0 stands for none of them."""

    characters: _Numbers  # by code point, (65,536,)
    joins: tuple[_Numbers, ...]  # for sizes 2, 3 and 4: by the numbers of both shorter runs, square
    grams: tuple[dict[str, int], ...]  # for sizes 1 to 4: the number of each run


@lru_cache(maxsize=16)
def gram_table(runs: tuple[str, ...]) -> GramTable | None:
    """Number every run of up to four characters of ``runs``.

    Returns:
        None where the tables do not pay or do not fit: a question as long as an article, or with characters
        beyond the basic plane.
    """
    if sum(map(len, runs)) > _LONGEST_QUESTION:
        return None
    grams: list[dict[str, int]] = []
    for size in range(1, LONGEST_GRAM + 1):
        found = dict.fromkeys(run[place : place + size] for run in runs for place in range(len(run) - size + 1))
        grams.append({gram: number for number, gram in enumerate(found, start=1)})
    if any(ord(char) >= _PLANE for char in grams[0]):
        return None
    characters = np.zeros(_PLANE, dtype=np.int32)
    for char, number in grams[0].items():
        characters[ord(char)] = number
    joins = []
    for shorter, longer in pairwise(grams):
        table = np.zeros((len(shorter) + 1, len(shorter) + 1), dtype=np.int32)
        for gram, number in longer.items():
            table[shorter[gram[:-1]], shorter[gram[1:]]] = number
        joins.append(table)
    return GramTable(characters, tuple(joins), tuple(grams))


@dataclass(frozen=True, slots=True)
class GramPlaces:
    """Which runs stand in which parts. Parts are numbered through all texts, in order."""

    table: GramTable
    found: tuple[tuple[NDArray[np.intp], _Numbers], ...]  # for sizes 1 to 4: parts and numbers of the runs in them
    parts: int

    def presence(self, grams: Sequence[str], size: int) -> NDArray[np.float64]:
        """1 where a run of ``size`` characters stands in a part: ``(parts, grams)``."""
        numbers = self.table.grams[size - 1]
        column = np.full(len(numbers) + 1, -1, dtype=np.intp)
        column[[numbers[gram] for gram in grams]] = np.arange(len(grams))
        parts, found = self.found[size - 1]
        columns = column[found]
        wanted = columns >= 0
        present = np.zeros((self.parts, len(grams)))
        present[parts[wanted], columns[wanted]] = 1.0
        return present

    def longest_size(self) -> NDArray[np.intp]:
        """The size of the longest run in each part, from 0 to 4 (where 4 means four or more)."""
        longest = np.zeros(self.parts, dtype=np.intp)
        for size, (parts, _) in enumerate(self.found, start=1):
            longest[parts] = size
        return longest


def find_grams(table: GramTable, parts: Sequence[str]) -> GramPlaces:
    """Look for the runs of ``table`` in ``parts``, none of which may hold a line feed."""
    codes = np.frombuffer("\n".join(parts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    owner = np.repeat(np.arange(len(parts)), [len(part) + 1 for part in parts])
    numbers = table.characters[np.where(codes < _PLANE, codes, 0)]
    found = []
    for join in (None, *table.joins):
        if join is not None:
            numbers = join[numbers[:-1], numbers[1:]]
        places = np.flatnonzero(numbers)
        found.append((owner[places], numbers[places]))
    return GramPlaces(table, tuple(found), len(parts))
