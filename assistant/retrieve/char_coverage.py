"""How far a candidate passage covers the character runs of a question, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from assistant.retrieve.asked import Asked
from assistant.retrieve.candidate import Candidate, Floats, first_best, folded, row_shares, shares
from assistant.retrieve.word_coverage import IN_TITLE


def character_coverage(asked: Asked, candidates: Sequence[Candidate], texts: Sequence[str]) -> dict[str, Floats]:
    """Coverage of the question's runs of two, three and four characters (words, in a question without
    Japanese): phrases, readings, compounds."""
    count, two, three = len(candidates), len(asked.bigrams), len(asked.trigrams)
    parts = [_sentences(text) for text in texts]
    lengths = [len(found) for found in parts]
    starts = np.cumsum([0, *lengths[:-1]])
    inside = (*asked.bigrams, *asked.trigrams)
    in_part = np.zeros((sum(lengths), len(inside)))
    if inside:
        in_part[:] = [[gram in part for gram in inside] for found in parts for part in found]
    in_text = np.maximum.reduceat(in_part, starts)
    fours = np.zeros((count, len(asked.fourgrams)))
    if asked.fourgrams:
        fours[:] = [[gram in text for gram in asked.fourgrams] for text in texts]
    rarity = _rarity(in_text)
    rare_two, rare_three, rare_four = shares(rarity[:two]), shares(rarity[two:]), shares(_rarity(fours))
    titles = list(dict.fromkeys(item.passage.title for item in candidates))
    title_texts = [folded(title) for title in titles]
    in_titles = np.array([[gram in title for gram in inside] for title in title_texts], dtype=np.float64)
    in_title = in_titles.reshape(len(titles), len(inside))[[titles.index(item.passage.title) for item in candidates]]
    near_weight = shares(_rarity(np.maximum(in_text, in_title))[:two])
    left = row_shares(_rarity(in_text)[:two] * (1 - in_title[:, :two]))
    rare_part = in_part[:, :two] @ rare_two
    best_part = np.maximum.reduceat(rare_part, starts)
    owner = np.repeat(np.arange(count), lengths)
    near_part = np.maximum(in_part[:, :two], IN_TITLE * in_title[owner, :two]) @ near_weight
    left_part = (in_part[:, :two] * left[owner]).sum(axis=1)
    sentence = first_best(rare_part, best_part, owner, count) - starts
    answer, counter = asked.answer, asked.counter
    chosen = [found[int(place)] for found, place in zip(parts, sentence, strict=True)]

    def typed(pattern: re.Pattern[str] | None, places: Sequence[str]) -> Floats:
        if pattern is None:
            return np.zeros(count)
        return np.array([float(pattern.search(place) is not None) for place in places])

    return {
        "bigrams_passage": in_text[:, :two].sum(axis=1) / max(two, 1),
        "bigrams_span": np.maximum.reduceat(in_part[:, :two].sum(axis=1), starts) / max(two, 1),
        "rare_bigrams_passage": in_text[:, :two] @ rare_two,
        "rare_bigrams_span": best_part,
        "trigrams_passage": in_text[:, two:] @ rare_three,
        "fourgrams_passage": fours @ rare_four,
        "trigrams_span": np.maximum.reduceat(in_part[:, two:] @ rare_three, starts) if three else np.zeros(count),
        "near_bigrams_passage": np.maximum(in_text, IN_TITLE * in_title)[:, :two] @ near_weight,
        "near_bigrams_span": np.maximum.reduceat(near_part, starts),
        "left_bigrams_passage": (in_text[:, :two] * left).sum(axis=1),
        "left_bigrams_span": np.maximum.reduceat(left_part, starts),
        "head_is_topic": np.array(
            [float(asked.topic is not None and asked.topic.search(text) is not None) for text in texts]
        ),
        "subject_opens": np.array([float(any(text.startswith(run) for run in asked.openers)) for text in texts]),
        "longest_match": np.array([_longest(asked, text) for text in texts]),
        "type_in_passage": typed(answer, texts),
        "type_in_span": typed(answer, chosen),
        "counter_in_passage": typed(counter, texts),
        "counter_in_span": typed(counter, chosen),
    }


def _rarity(found: Floats) -> Floats:
    return np.asarray(np.log1p(len(found) / (found.sum(axis=0) + 0.5)))


def _sentences(text: str) -> list[str]:
    """Sentences, roughly: what is looked for in them never crosses one of these ends."""
    return [part for part in text.replace("。", "\n").replace(". ", "\n").split("\n") if part] or [text]


def _longest(asked: Asked, text: str) -> float:
    """Length of the longest stretch of the question that stands in the text, as a share of 20 characters."""
    best = 0
    for run in asked.runs:
        length = len(run)
        start = 0
        while start + best < length:
            while start + best < length and run[start : start + best + 1] in text:
                best += 1
            start += 1
    return min(best, 20) / 20
