"""How far a candidate passage covers the words of a question: whole, by sentence, beside its title."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.retrieve.candidate import Candidate, Floats, first_best, row_shares, shares
from assistant.retrieve.query import Concept, Query, concepts_in
from assistant.types import BlockKind

IN_TITLE, IN_CONTEXT = 0.8, 0.7
"""What a concept is worth to a sentence when it stands in the title, or in headings and table header."""
_K1, _B = 1.2, 0.6
_MAX_CONCEPTS = 64
"""The heaviest concepts of a question as long as an article; an ordinary question has fewer."""


def word_coverage(query: Query, candidates: Sequence[Candidate]) -> dict[str, Floats]:
    """Coverage of the question's concepts."""
    concepts = _heaviest(query.concepts)
    count, terms = len(candidates), len(concepts)
    if not terms:
        return {name: np.zeros(count) for name in _COLUMNS}
    spans = [span for item in candidates for span in (item.spans or (frozenset(),))]
    lengths = [len(item.spans) or 1 for item in candidates]
    starts = np.cumsum([0, *lengths[:-1]])
    owner = np.repeat(np.arange(count), lengths)
    in_span = concepts_in(concepts, spans)
    titles = list(dict.fromkeys(item.title for item in candidates))
    title = concepts_in(concepts, titles)[_places(titles, [item.title for item in candidates])]
    contexts = list(dict.fromkeys(item.around for item in candidates))
    around = concepts_in(concepts, contexts)[_places(contexts, [item.around for item in candidates])]

    passage = np.maximum.reduceat(in_span, starts)
    anywhere = np.maximum(np.maximum(passage, title), around)
    weights = shares(np.array([concept.weight for concept in concepts]))
    # Rarity among the candidates, damped by the weight in the whole index.
    local = shares(np.log1p(count / (anywhere.sum(axis=0) + 0.5)) * np.sqrt(weights))
    both = np.column_stack([weights, local])
    rest = np.maximum(IN_TITLE * title, IN_CONTEXT * around)[owner]
    after = np.vstack([in_span[1:], np.zeros((1, terms))])
    after[starts[1:] - 1] = 0.0
    pairs = np.maximum(in_span, after)
    near = np.maximum(in_span, rest) @ both

    def best(values: Floats) -> Floats:
        return np.asarray(np.maximum.reduceat(values, starts))

    alone, paired, supported = best(in_span @ both), best(pairs @ both), best(near)
    paired_near = best(np.maximum(pairs, rest) @ local)
    at = first_best(near[:, 0], supported[:, 0], owner, count)
    # What the title says holds for all passages of an article: what is left tells them apart.
    left = row_shares(local * (1 - title))
    left_span = np.maximum.reduceat((in_span * left[owner]).sum(axis=1), starts)
    said = np.add.reduceat(in_span, starts)
    sizes = np.array([sum(map(len, item.spans)) for item in candidates], dtype=np.float64)
    norm = _K1 * (1 - _B + _B * sizes / max(float(sizes.mean()), 1.0))
    bm25 = (said * (_K1 + 1) / (said + norm[:, None])) @ weights
    chosen = in_span[at]
    return {
        "words_passage": passage @ weights,
        "words_title": title @ weights,
        "words_around": around @ weights,
        "words_anywhere": anywhere @ weights,
        "words_best_span": alone[:, 0],
        "words_best_pair": paired[:, 0],
        "words_span_and_title": supported[:, 0],
        "rare_passage": anywhere @ local,
        "rare_span": alone[:, 1],
        "rare_span_and_title": supported[:, 1],
        "rare_pair": paired_near,
        "heaviest_missing": (weights * (1 - anywhere)).max(axis=1),
        "heaviest_in_span": chosen[:, int(weights.argmax())],
        "words_density": np.add.reduceat(in_span.sum(axis=1), starts) / np.array(lengths) / terms,
        "last_in_span": chosen[:, -1],
        "last_in_passage": passage[:, -1],
        "first_in_span": chosen[:, 0],
        "first_near": anywhere[:, 0],
        "left_passage": (np.maximum(passage, around) * left).sum(axis=1),
        "left_span": left_span,
        "bm25_relative": bm25 / max(float(bm25.max()), 1e-9),
        "label_match": _label_match(concepts, candidates),
        "article_words": _of_article(candidates, anywhere) @ weights,
    }


_COLUMNS = tuple(
    "words_passage words_title words_around words_anywhere words_best_span words_best_pair words_span_and_title "
    "rare_passage rare_span rare_span_and_title rare_pair heaviest_missing heaviest_in_span words_density "
    "last_in_span last_in_passage first_in_span first_near left_passage left_span bm25_relative label_match "
    "article_words".split()
)


def _places(distinct: Sequence[frozenset[str]], values: Sequence[frozenset[str]]) -> list[int]:
    numbers = {value: place for place, value in enumerate(distinct)}
    return [numbers[value] for value in values]


def _heaviest(concepts: Sequence[Concept]) -> Sequence[Concept]:
    if len(concepts) <= _MAX_CONCEPTS:
        return concepts
    least = sorted((concept.weight for concept in concepts), reverse=True)[_MAX_CONCEPTS - 1]
    return [concept for concept in concepts if concept.weight >= least][:_MAX_CONCEPTS]


def _label_match(concepts: Sequence[Concept], candidates: Sequence[Candidate]) -> Floats:
    """Table rows whose label is made of the question's words: the harmonic mean of both shares (F1)."""
    wanted = frozenset(word for concept in concepts for word in concept.spellings[0])
    best = np.zeros(len(candidates))
    for index, item in enumerate(candidates):
        if item.passage.kind is BlockKind.TABLE_ROW:
            for span in item.spans:
                shared = len(wanted & span)
                if shared:
                    label = sum(1 for word in span if not word[0].isdigit())
                    best[index] = max(best[index], 2 * shared / (len(wanted) + label))
    return best


def _of_article(candidates: Sequence[Candidate], anywhere: Floats) -> Floats:
    """What all candidates of the same article have together."""
    together: dict[str, Floats] = {}
    for item, found in zip(candidates, anywhere, strict=True):
        key = item.passage.article_id
        together[key] = np.maximum(together[key], found) if key in together else found
    return np.stack([together[item.passage.article_id] for item in candidates])
