"""Citations of any article: they resolve word for word, whatever its text is made of."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer.guards import broken_citation, check_sentence
from assistant.chunk import chunk
from assistant.ingest.builder import TextBuilder
from assistant.schema import citation_json
from assistant.settings import ChunkSettings
from assistant.spans import quotable_spans, span_words
from assistant.text.normalise import normalise, normalise_with_offsets
from assistant.text.sentences import split_sentences
from assistant.types import AnswerSentence, Article, BlockKind, SpecRow, cite

ANY = st.text(st.characters(exclude_categories=("Cs",)), max_size=120)
TRICKY = st.text(alphabet="葛\U000e0100辻か\u3099ﾊﾟ㌔①Å\u200b\u202e\ufeff𡈽👩\u200d👧。！?\n\r\u2028　 a1|", max_size=80)
TEXT = st.one_of(ANY, TRICKY)
SIZES = st.builds(ChunkSettings, chunk_chars=st.integers(40, 120), chunk_chars_en=st.integers(80, 200))


@st.composite
def articles(draw: st.DrawFn) -> Article:
    builder = TextBuilder()
    builder.title(draw(TEXT).strip() or "題名")
    builder.metadata("著者", draw(TEXT))
    for _ in range(draw(st.integers(0, 5))):
        match draw(st.integers(0, 3)):
            case 0:
                builder.heading(2, draw(TEXT))
            case 1:
                builder.table(draw(st.lists(st.lists(TEXT, max_size=3), max_size=3)), header=["品", "値"])
            case 2:
                builder.spec_rows([(draw(TEXT), SpecRow("X100", "質量", "1.2", "kg"))])
            case _:
                builder.paragraph(draw(TEXT), draw(st.sampled_from([BlockKind.PARAGRAPH, BlockKind.QUOTE])))
    text, blocks = builder.build()
    return Article("a", "題名", text, draw(st.sampled_from(["ja", "en"])), blocks)


@settings(max_examples=200, deadline=None)
@given(articles(), SIZES)
def test_every_quotable_span_can_be_cited_and_resolves(article: Article, sizes: ChunkSettings) -> None:
    texts = {(article.article_id, article.version): article.text}
    for passage in chunk(article, sizes).passages:
        spans = quotable_spans(passage)
        assert len(span_words(passage)) == len(spans)
        for number, (start, end) in enumerate(spans, start=1):
            citation = cite(passage, passage.start + start, passage.start + end, marker=number)
            assert article.text[citation.start : citation.end] == citation.quote
            assert broken_citation(citation, lambda one, two: texts.get((one, two))) is None
            quoted = AnswerSentence(" ".join(citation.quote.split()) or "x", (number,))
            if citation.quote.strip():
                assert check_sentence(quoted, {number: citation}, lambda one, two: texts.get((one, two))) is None
            assert json.loads(json.dumps(citation_json(citation)))["quote"] == citation.quote


@settings(max_examples=200, deadline=None)
@given(articles(), SIZES, st.integers(-3, 300), st.integers(-3, 300))
def test_no_citation_leaves_its_passage(article: Article, sizes: ChunkSettings, start: int, end: int) -> None:
    for passage in chunk(article, sizes).passages[:4]:
        if passage.start <= start < end <= passage.end:
            assert cite(passage, start, end, marker=1).quote == article.text[start:end]
        else:
            with pytest.raises(ValueError, match="leaves passage"):
                cite(passage, start, end, marker=1)


@settings(max_examples=300, deadline=None)
@given(TEXT)
def test_the_offset_map_cuts_a_text_into_segments_that_fold_by_themselves(text: str) -> None:
    folded = normalise_with_offsets(text)
    segments = list(dict.fromkeys(zip(folded.starts, folded.ends, strict=True)))
    assert "".join(normalise(text[start:end]) for start, end in segments) == folded.text
    assert all(one[1] <= two[0] for one, two in pairwise(segments))
    for start, end in segments:
        assert 0 <= start < end <= len(text)


@settings(max_examples=300, deadline=None)
@given(TEXT)
def test_sentences_of_any_text_lose_nothing(text: str) -> None:
    spans = split_sentences(text)
    kept = "".join("".join(text[start:end].split()) for start, end in spans)
    assert kept == "".join(text.split())
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
