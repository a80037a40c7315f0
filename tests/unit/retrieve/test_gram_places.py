"""Character runs found in one pass are those that a plain search finds."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieve.gram_places import LONGEST_GRAM, find_grams, gram_table

_FEW = st.text(alphabet="東京都の庁 ab3", max_size=12)  # few characters, so that runs are shared
_TEXT = st.text(alphabet="東京都の庁 ab3橋\U00020bb7", max_size=20)


@given(runs=st.lists(_FEW.filter(bool), min_size=1, max_size=4, unique=True), parts=st.lists(_TEXT, min_size=1))
def test_the_same_as_looking_for_each_run(runs: list[str], parts: list[str]) -> None:
    table = gram_table(tuple(runs))
    assert table is not None
    places = find_grams(table, parts)

    longest = np.zeros(len(parts))
    for size in range(1, LONGEST_GRAM + 1):
        grams = list(table.grams[size - 1])
        expected = np.array([[float(gram in part) for gram in grams] for part in parts]).reshape(len(parts), len(grams))
        assert np.array_equal(places.presence(grams, size), expected)
        if grams:
            longest[expected.any(axis=1)] = size
    assert np.array_equal(places.longest_size(), longest)


def test_the_order_asked_for_is_the_order_given() -> None:
    table = gram_table(("東京都庁",))
    assert table is not None
    places = find_grams(table, ["京都", "都庁"])
    assert places.presence(["都庁", "京都"], 2).tolist() == [[0, 1], [1, 0]]


def test_runs_do_not_reach_over_the_end_of_a_part() -> None:
    table = gram_table(("東京",))
    assert table is not None
    assert not find_grams(table, ["東", "京"]).presence(["東京"], 2).any()


def test_long_questions_and_rare_characters_are_left_to_the_plain_search() -> None:
    assert gram_table(("あ" * 401,)) is None
    assert gram_table(("\U00020bb7野家",)) is None  # 𠮷, beyond the basic plane
