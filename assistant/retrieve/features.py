"""What speaks for a candidate passage: the interpretable features of the learned ranker.

Everything is computed from the words the index stores of each sentence and from the normalised text, so
that no tokenizer runs on a passage while somebody waits. Shares lie in 0..1; "relative" means relative to
the best candidate of the same question. A term that few of the candidates have tells them apart best, so
coverage is measured twice: by the weight of a term in the whole index, and by its rarity among the candidates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from assistant.retrieve.asked import Asked, analyse
from assistant.retrieve.candidate import Candidate, Floats, Places, folded
from assistant.retrieve.char_coverage import character_coverage
from assistant.retrieve.query import Query
from assistant.retrieve.word_coverage import word_coverage
from assistant.text.normalise import normalise
from assistant.types import BlockKind

NAMES = (
    "lexical_share",
    "lexical_relative",
    "lexical_reciprocal_rank",
    "cosine_relative",
    "words_passage",
    "words_title",
    "words_around",
    "words_anywhere",
    "words_best_span",
    "words_best_pair",
    "words_span_and_title",
    "rare_passage",
    "rare_span",
    "rare_span_and_title",
    "rare_pair",
    "heaviest_missing",
    "heaviest_in_span",
    "words_density",
    "bigrams_passage",
    "bigrams_span",
    "rare_bigrams_passage",
    "rare_bigrams_span",
    "trigrams_passage",
    "fourgrams_passage",
    "trigrams_span",
    "longest_match",
    "last_in_span",
    "last_in_passage",
    "first_in_span",
    "first_near",
    "names_near",
    "numbers_near",
    "numbers_in_span",
    "quoted_in_text",
    "quoted_is_label",
    "quoted_words_in_span",
    "scope",
    "type_in_span",
    "type_in_passage",
    "counter_in_span",
    "counter_in_passage",
    "title_in_question",
    "title_share_in_question",
    "left_passage",
    "left_span",
    "left_bigrams_passage",
    "left_bigrams_span",
    "near_bigrams_passage",
    "near_bigrams_span",
    "bm25_relative",
    "label_match",
    "head_is_topic",
    "subject_opens",
    "log_length",
    "spans",
    "first_passage",
    "is_table",
    "is_metadata",
    "same_language",
    "article_other_best",
    "article_share",
    "article_words",
    "title_share_of_candidates",
    "title_mean",
)


def features(query: Query, candidates: Sequence[Candidate]) -> Floats:
    """One row for each candidate, one column for each of :data:`NAMES`; candidates best lexical score first."""
    asked = analyse(query.text)
    words = word_coverage(query, candidates)
    texts = [normalise(item.passage.text) for item in candidates]
    lexical = np.array([item.lexical for item in candidates])
    cosine = np.maximum(np.array([item.cosine for item in candidates]), 0.0)
    top = max(float(lexical.max()), 1e-9)
    ranks = (lexical[None, :] > lexical[:, None]).sum(axis=1) + 1.0
    columns: dict[str, Floats] = {
        "lexical_share": lexical,
        "lexical_relative": lexical / top,
        "lexical_reciprocal_rank": 1.0 / ranks,
        "cosine_relative": cosine / max(float(cosine.max()), 1e-9),
        **words,
        **character_coverage(asked, candidates, texts),
        **_asked_for(query, asked, candidates, texts),
        **_shape(query, asked, candidates),
        **_article(candidates, lexical / top),
    }
    crossing = columns["same_language"] == 0
    if crossing.any():
        # No run of characters can be found again in the other language: there the words speak for them.
        for name, (source, factor) in _IN_OTHER_LANGUAGE.items():
            columns[name] = np.where(crossing, factor * columns[source], columns[name])
    return np.column_stack([columns[name] for name in NAMES])


_IN_OTHER_LANGUAGE = {
    **{name: ("words_anywhere", 0.8) for name in NAMES if name.endswith("bigrams_passage")},
    **{name: ("words_best_span", 0.8) for name in NAMES if name.endswith("bigrams_span")},
    "trigrams_passage": ("words_anywhere", 0.5),
    "fourgrams_passage": ("words_anywhere", 0.4),
    "trigrams_span": ("words_best_span", 0.5),
    "longest_match": ("words_best_span", 0.3),
}


def _asked_for(query: Query, asked: Asked, candidates: Sequence[Candidate], texts: Sequence[str]) -> dict[str, Floats]:
    """Product names, figures and quoted labels of the question."""
    count = len(candidates)
    columns = {
        key: np.zeros(count)
        for key in ("names_near", "numbers_near", "numbers_in_span", "quoted_in_text", "quoted_is_label",
                    "quoted_words_in_span", "scope")
    }  # fmt: skip
    for index, (item, text) in enumerate(zip(candidates, texts, strict=True)):
        if query.names or asked.numbers:
            everywhere = item.title.union(item.around, *item.spans)
            columns["names_near"][index] = names_among(query, everywhere)
            columns["numbers_near"][index] = _share_of(asked.numbers, everywhere)
            if asked.numbers:
                columns["numbers_in_span"][index] = max(
                    (_share_of(asked.numbers, span) for span in item.spans), default=0.0
                )
        if asked.quoted or asked.scope:
            near = f"{folded(item.passage.title)}\n{folded(item.passage.context)}\n{text}"
            columns["scope"][index] = asked.scope_match(near)
        if asked.quoted:
            labels = {line.split("|", 1)[0].strip(" \u3000()") for line in near.split("\n")}
            found = [_is_label(phrase, labels) for phrase in asked.quoted]
            columns["quoted_in_text"][index] = sum(phrase in near for phrase in asked.quoted) / len(asked.quoted)
            columns["quoted_is_label"][index] = (sum(found) + 2 * found[0]) / (len(found) + 2)
            first = frozenset(asked.quoted_words[0])
            columns["quoted_words_in_span"][index] = max(
                (len(first & span) / len(first | span) for span in item.spans if first), default=0.0
            )
    return columns


def names_among(query: Query, found: frozenset[str]) -> float:
    """Share of the question's product names that are among the words, under any spelling of the glossary."""
    named = [concept for concept in query.concepts if not set(query.names).isdisjoint(concept.spellings[0])]
    if not named:
        return 1.0
    return sum(
        any(all(word in found for word in spelling) for spelling in concept.spellings) for concept in named
    ) / len(named)


def _share_of(wanted: Sequence[str], found: frozenset[str]) -> float:
    return sum(item in found for item in wanted) / len(wanted) if wanted else 0.0


def _is_label(phrase: str, labels: set[str]) -> float:
    if phrase in labels or f"{phrase}合計" in labels or f"{phrase}計" in labels:
        return 1.0
    return 0.0


def _shape(query: Query, asked: Asked, candidates: Sequence[Candidate]) -> dict[str, Floats]:
    """What the passage is, apart from its words."""
    squeezed = "".join(asked.folded.split())
    titles: dict[str, tuple[float, float]] = {}
    for item in candidates:
        if item.passage.title not in titles:
            titles[item.passage.title] = _title_match(item.passage.title, squeezed)
    return {
        "title_in_question": np.array([titles[item.passage.title][0] for item in candidates]),
        "title_share_in_question": np.array([titles[item.passage.title][1] for item in candidates]),
        "log_length": np.array([math.log(len(item.passage.text)) / 8 for item in candidates]),
        "spans": np.array([min(len(item.spans), 12) / 12 for item in candidates]),
        "first_passage": np.array([float(item.passage.ordinal == 0) for item in candidates]),
        # A row of a spec sheet names its subject and attribute itself; it reads like a sentence.
        "is_table": np.array(
            [float(item.passage.kind is BlockKind.TABLE_ROW and item.passage.spec is None) for item in candidates]
        ),
        "is_metadata": np.array([float(item.passage.kind is BlockKind.METADATA) for item in candidates]),
        "same_language": np.array([float((item.passage.lang == "ja") == asked.japanese) for item in candidates]),
    }


def _title_match(title: str, question: str) -> tuple[float, float]:
    plain = "".join(folded(title).split())
    if not plain:
        return 0.0, 0.0
    pairs = ["".join(pair) for pair in pairwise(plain)] or [plain]
    return float(plain in question), sum(pair in question for pair in pairs) / len(pairs)


def _groups(keys: Sequence[str]) -> Places:
    """The number of each key's group, in the order of first sight."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.intp)


def _article(candidates: Sequence[Candidate], relative: Floats) -> dict[str, Floats]:
    """What the other candidates of the same article, and of the same title, say."""
    articles = _groups([item.passage.article_id for item in candidates])
    titles = _groups([item.passage.title for item in candidates])
    count = len(candidates)
    sizes, title_sizes = np.bincount(articles), np.bincount(titles)
    best, second = np.zeros(len(sizes)), np.zeros(len(sizes))
    for place, group in enumerate(articles.tolist()):
        value = relative[place]
        if value > best[group]:
            best[group], second[group] = value, best[group]
        else:
            second[group] = max(second[group], value)
    other = np.where(relative >= best[articles], second[articles], best[articles])
    share = np.minimum(sizes[articles] - 1, 10) / 10
    group = title_sizes[titles] / count
    mean = (np.bincount(titles, weights=relative) / title_sizes)[titles]
    return {
        "article_other_best": other,
        "article_share": share,
        "title_share_of_candidates": group,
        "title_mean": mean,
    }
