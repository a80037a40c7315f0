"""How far a candidate passage covers the character runs of a question, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from assistant.retrieve.asked import KEPT, Asked
from assistant.retrieve.candidate import Candidate, Floats, first_best, folded, row_shares, shares
from assistant.retrieve.gram_places import LONGEST_GRAM, find_grams, gram_table
from assistant.retrieve.word_coverage import IN_TITLE

_RUN = 20
"""Characters from which a longer stretch says no more."""


def character_coverage(asked: Asked, candidates: Sequence[Candidate], texts: Sequence[str]) -> dict[str, Floats]:
    """Coverage of the question's runs of two, three and four characters (words, in a question without
    Japanese): phrases, readings, compounds."""
    count, two, three = len(candidates), len(asked.bigrams), len(asked.trigrams)
    parts = [_sentences(text) for text in texts]
    lengths = [len(found) for found in parts]
    starts = np.cumsum([0, *lengths[:-1]])
    titles = list(dict.fromkeys(item.passage.title for item in candidates))
    seen = _look(asked, texts, parts, [folded(title) for title in titles])
    in_part, in_text, fours = seen.in_part, np.maximum.reduceat(seen.in_part, starts), seen.fours
    rarity = _rarity(in_text)
    rare_two, rare_three, rare_four = shares(rarity[:two]), shares(rarity[two:]), shares(_rarity(fours))
    places = {title: place for place, title in enumerate(titles)}
    in_title = seen.in_title[[places[item.passage.title] for item in candidates]]
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
        "longest_match": seen.longest,
        "type_in_passage": typed(answer, texts),
        "type_in_span": typed(answer, chosen),
        "counter_in_passage": typed(counter, texts),
        "counter_in_span": typed(counter, chosen),
    }


class _Seen(NamedTuple):
    """Which of the question's runs stand where: 1 or 0."""

    in_part: Floats  # pairs, then threes: (parts, grams)
    in_title: Floats  # the same: (titles, grams)
    fours: Floats  # (texts, fourgrams)
    longest: Floats  # length of the longest stretch of the question in each text, as a share of 20 characters


def _look(asked: Asked, texts: Sequence[str], parts: Sequence[Sequence[str]], titles: Sequence[str]) -> _Seen:
    """Look for runs of characters in all places at once, for runs of words one by one."""
    flat = [part for own in parts for part in own]
    table = gram_table(asked.runs) if asked.japanese and len(asked.runs) < KEPT else None
    if table is None:
        inside = (*asked.bigrams, *asked.trigrams)
        return _Seen(
            _contained(inside, flat),
            _contained(inside, titles),
            _contained(asked.fourgrams, texts),
            np.array([_longest(asked, text) for text in texts]),
        )
    places = find_grams(table, [*flat, *(title.replace("\n", " ") for title in titles)])
    both = np.hstack([places.presence(asked.bigrams, 2), places.presence(asked.trigrams, 3)])
    starts = np.cumsum([0, *(len(own) for own in parts[:-1])])
    fours = np.maximum.reduceat(places.presence(asked.fourgrams, 4)[: len(flat)], starts)
    sizes = np.maximum.reduceat(places.longest_size()[: len(flat)], starts).tolist()
    # Runs of up to four characters are known by now: only longer ones have to be measured.
    longest = [
        _longest(asked, text, size) if size == LONGEST_GRAM else size / _RUN
        for text, size in zip(texts, sizes, strict=True)
    ]
    return _Seen(both[: len(flat)], both[len(flat) :], fours, np.array(longest))


def _contained(grams: Sequence[str], texts: Sequence[str]) -> Floats:
    """Which grams stand in which texts: ``(texts, grams)``."""
    return np.array([[gram in text for gram in grams] for text in texts], dtype=np.float64).reshape(
        len(texts), len(grams)
    )


def _rarity(found: Floats) -> Floats:
    return np.asarray(np.log1p(len(found) / (found.sum(axis=0) + 0.5)))


def _sentences(text: str) -> list[str]:
    """Sentences, roughly: what is looked for in them never crosses one of these ends."""
    return [part for part in text.replace("。", "\n").replace(". ", "\n").split("\n") if part] or [text]


def _longest(asked: Asked, text: str, known: int = 0) -> float:
    """Length of the longest stretch of the question that stands in the text, as a share of 20 characters.

    ``known`` is a length that is found at least.
    """
    best = known
    for run in asked.runs:
        start, end = 0, best + 1
        while end <= len(run):
            if run[start:end] in text:
                best = end - start
            else:
                start += 1
            end = start + best + 1
    return min(best, _RUN) / _RUN
