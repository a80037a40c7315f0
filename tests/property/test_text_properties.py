"""Folding, sentences and tokens of any text."""

from __future__ import annotations

import unicodedata

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.models import HashingEmbedder
from assistant.text.normalise import normalise, normalise_with_offsets
from assistant.text.sentences import split_sentences
from assistant.text.tokens import characters, query_words, words

# Where folding is hard: marks that join what is before them, jamo, wide and narrow forms, nothing to see.
TRICKY = "車ｶﾞﾗｽﾊﾟ\uff9e\uff9f㌔㍻①½Ａ1aΑΣςσİıßǅが\u3099\u0301\u0323\u0345e\u1112\u1161\u11ab\u1100ㄱㅏ\uffa1\uffc2한葛\U000e0100\ufe0f\u200b\u200d\u202e\u00ad\ufeff\u0344\u0f73\u09c7\u09be\u0dd9\u0dcf\U0001d157\U0001d165𡈽髙―〜\ufdfa\u037a゛ｰ-’“　\n"
ANY_TEXT = st.one_of(st.text(max_size=60), st.text(alphabet=TRICKY, max_size=30))
PROSE = st.text(alphabet="車両ガ。。！？!?…．.「」『』（）()“”\"'[]1２３No U.S. Dr.Acme Inc.\n　 ", max_size=120)


@settings(max_examples=1000, deadline=None)
@given(ANY_TEXT)
@example("ΑΣ")
@example("ΑΣ\u0301")
@example("\uff9eか\uff9e")
@example("\u1100\u200b\u1161")
@example("a\u0323\u0301\u200b\u0328")
def test_the_map_back_belongs_to_the_folded_text(text: str) -> None:
    mapped = normalise_with_offsets(text)
    assert mapped.text == normalise(text)
    assert len(mapped.starts) == len(mapped.ends) == len(mapped.text)
    assert mapped.original_length == len(text)
    segments = list(zip(mapped.starts, mapped.ends, strict=True))
    for (start, end), (following, _) in zip(segments, [*segments[1:], (len(text), 0)], strict=False):
        assert 0 <= start < end <= len(text)
        assert following == start or following >= end  # segments are shared or apart, never overlapping


@settings(max_examples=250, deadline=None)
@given(ANY_TEXT, ANY_TEXT)
def test_a_folded_range_leads_to_a_text_that_folds_to_it(before: str, after: str) -> None:
    # Nothing joins the b, so it is a segment of its own.
    text = f"a{before}b-{after}c"
    mapped = normalise_with_offsets(text)
    start = mapped.position(1 + len(before))
    assert mapped.text[start] == "b"
    assert mapped.span(start, start + 1)[0] == 1 + len(before)
    assert normalise(text[slice(*mapped.span(0, start))]) == mapped.text[:start]


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=40))
def test_width_and_composition_do_not_matter(text: str) -> None:
    assert normalise(unicodedata.normalize("NFD", text)) == normalise(unicodedata.normalize("NFC", text))


@settings(max_examples=600, deadline=None)
@given(st.one_of(PROSE, ANY_TEXT), st.integers(0, 20), st.integers(0, 20))
def test_sentences_cover_everything_once_and_in_order(text: str, before: int, after: int) -> None:
    start = min(before, len(text))
    end = max(start, len(text) - after)
    position = start
    for first, last in split_sentences(text, start, end):
        assert position <= first < last <= end
        assert not text[position:first].strip()
        assert not text[first].isspace()
        assert not text[last - 1].isspace()
        position = last
    assert not text[position:end].strip()


@settings(max_examples=300, deadline=None)
@given(PROSE)
def test_a_blank_line_always_parts_sentences(text: str) -> None:
    whole = split_sentences(f"{text}\n\n{text}")
    first = split_sentences(text)
    offset = len(text) + 2
    assert whole == [*first, *((start + offset, end + offset) for start, end in first)]


@settings(max_examples=400, deadline=None)
@given(st.one_of(ANY_TEXT, st.text(alphabet="日本\ud800\udfffaB9 -.,ー々サーバ", max_size=30)))
def test_tokens_of_any_text(text: str) -> None:
    found = words(text)
    assert words(text) == found
    for token in (*found, *characters(text)):
        assert token
        assert not any(char.isspace() for char in token)  # the index splits at white space
    asked = [word.form for word in query_words(text)]
    assert len(asked) == len(set(asked))
    assert set(asked) <= set(found)


@settings(max_examples=100, deadline=None)
@given(st.lists(ANY_TEXT, min_size=1, max_size=6))
def test_vectors_of_any_texts(texts: list[str]) -> None:
    embedder = HashingEmbedder(64)
    matrix = embedder.embed_passages(texts)
    assert matrix.shape == (len(texts), 64)
    np.testing.assert_allclose(np.linalg.norm(matrix, axis=1), 1.0, atol=1e-5)
    for text, row in zip(texts, matrix, strict=True):
        assert np.array_equal(embedder.embed_query(text), row)
