"""Which characters of a question stand in a sentence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.answer.overlap import RUN, among, asked_characters, longest_shared


def test_pairs_leave_out_hiragana_and_marks_and_come_once() -> None:
    asked = asked_characters("東京の東京駅は?")
    assert asked.bigrams == ("東京", "京駅")
    assert asked.run == "東京の東京駅は?"
    assert asked.trigrams[:2] == ("東京の", "京の東")


def test_width_and_spaces_do_not_matter() -> None:
    assert asked_characters("ＨＢＭ ３Ｅ").run == asked_characters("hbm3e").run


def test_places_of_runs_that_are_found() -> None:
    assert among(("東京", "大阪", "駅前"), "東京の駅前") == [0, 2]


@given(st.text(alphabet="ab東京", max_size=30), st.text(alphabet="ab東京", max_size=60))
def test_longest_run_is_that_of_trying_all(asked: str, told: str) -> None:
    runs = [
        asked[start:end]
        for start in range(len(asked))
        for end in range(start + 1, len(asked) + 1)
        if asked[start:end] in told
    ]
    best = min(RUN, max(map(len, runs), default=0))
    assert longest_shared(asked, told) == (best / min(RUN, len(asked)) if asked else 0.0)
