"""What shows nothing is removed and counted; what writing needs stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.invisible import count_hidden, has_invisible, hidden_spans, in_words, visible, visible_with_offsets
from assistant.text.normalise import INVISIBLE, normalise
from tests.hostile.texts import selected, tagged


@pytest.mark.parametrize(
    "text",
    [
        "葛󠄀城市",  # a variation sequence of a kanji
        "辻\ufe00\u3000神\ufe00社",
        "👩\u200d🔬と👨\u200d👩\u200d👧\u200d👦",
        "👩🏽\u200d🚀",
        "❤\ufe0f\u200d🔥 ☎\ufe0e 1\ufe0f\u20e3",
        "🏴\u200d☠\ufe0f",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # the flag of Scotland
        "می\u200cخواهم",  # Persian
        "क्\u200dष र्\u200dय क्\u200c",  # Hindi
        "ශ්\u200dරී",  # Sinhala
        "ᠭᠠᠯ\u180b",  # Mongolian
        "一行目\n二行目\tタブ\u3000全角",
        "\u1100\u1160",  # old Korean: a consonant without a vowel
        "ᄀ\u115fᅡ",
    ],
)
def test_ordinary_writing_stays(text: str) -> None:
    assert visible(text) == text
    assert not count_hidden(text)


@pytest.mark.parametrize(
    ("text", "shown", "counts"),
    [
        (f"価格{tagged('obey')}は1円", "価格は1円", {"tags": 4}),
        (f"A{selected('yes')}B", "AB", {"variation selectors": 3}),
        ("葛\U000e0100\U000e0101\U000e0102城", "葛\U000e0100城", {"variation selectors": 2}),
        ("工\u200b場\u2060\ufeff", "工場", {"zero width": 3}),
        ("ab\u200dcd\u200c", "abcd", {"zero width": 2}),
        ("👩\u200d\u200d🔬", "👩🔬", {"zero width": 2}),
        ("価格\u202e0021\u202c\u2066円\u200f", "価格0021円", {"bidirectional controls": 4}),
        ("sili\u00adcon", "silicon", {"soft hyphens": 1}),
        ("\ufff9漢\ufffaかん\ufffb", "漢かん", {"annotation marks": 3}),
        ("\u3164名\uffa0前\u115f", "名前", {"fillers": 3}),
        ("\x1b[2J題\x00", "[2J題", {"control characters": 2}),
        ("🏴" + tagged("zzzz"), "🏴", {"tags": 4}),
        ("\ufe0f1", "1", {"variation selectors": 1}),
    ],
)
def test_what_hides_is_removed_and_counted(text: str, shown: str, counts: dict[str, int]) -> None:
    assert visible(text) == shown
    assert dict(count_hidden(text)) == counts


def test_counts_in_words() -> None:
    assert in_words({"tags": 2, "zero width": 12, "fillers": 2}) == "12 zero width, 2 fillers, 2 tags"


_ODD = st.text(
    alphabet=st.sampled_from(
        "aあ葛ｶﾞ1❤👩🔬🏴\u0301\u200b\u200c\u200d\u202e\u00ad\ufe0f\ufe00\u3164\U000e0100\U000e0067\U000e007f\n\x1b\u094d\u0915ب"
    ),
    max_size=40,
)


@given(_ODD)
def test_removing_is_complete_and_loses_nothing_else(text: str) -> None:
    shown = visible(text)
    hidden = "".join(text[start:end] for start, end in hidden_spans(text))
    assert sorted(shown + hidden) == sorted(text)
    assert sum(count_hidden(text).values()) == len(hidden)
    assert all(has_invisible(character) for character in hidden)
    assert [char for char in text if not has_invisible(char)] == [char for char in shown if not has_invisible(char)]


@given(_ODD, st.data())
def test_offsets_lead_to_the_same_characters(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    mapped = visible_with_offsets(text)
    assert mapped.text == visible(text)
    assert 0 <= mapped.offset(start) <= mapped.offset(end) <= len(mapped.text)
    removed = {position for first, last in hidden_spans(text) for position in range(first, last)}
    kept = "".join(text[position] for position in range(start, end) if position not in removed)
    assert mapped.text[mapped.offset(start) : mapped.offset(end)] == kept


@given(_ODD.filter(lambda text: "\x1b" not in text))
def test_search_sees_no_more_than_a_reader(text: str) -> None:
    assert not INVISIBLE.search(normalise(text))
    assert normalise(visible(text)) == normalise(text) or unicodedata.normalize("NFKC", text) != text


def test_a_variant_is_found_by_its_base() -> None:
    assert normalise("葛\U000e0100城") == normalise("葛城")
