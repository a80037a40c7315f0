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
    in_text, in_part = _presence(inside, texts, parts)
    fours = np.zeros((count, len(asked.fourgrams)))
    if asked.fourgrams:
        fours[:] = [[gram in text for gram in asked.fourgrams] for text in texts]
    rarity = _rarity(in_text)
    rare_two, rare_three, rare_four = shares(rarity[:two]), shares(rarity[two:]), shares(_rarity(fours))
    titles = list(dict.fromkeys(item.passage.title for item in candidates))
    title_texts = [folded(title) for title in titles]
    in_titles = np.zeros((len(titles), len(inside)))
    for row, title in enumerate(title_texts):
        in_titles[row, [column for column, gram in enumerate(inside) if gram in title]] = 1.0
    places = {title: place for place, title in enumerate(titles)}
    in_title = in_titles[[places[item.passage.title] for item in candidates]]
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


def _presence(grams: Sequence[str], texts: Sequence[str], parts: Sequence[Sequence[str]]) -> tuple[Floats, Floats]:
    """Which grams stand in each text, and in each of its parts: ``(texts, grams)`` and ``(parts, grams)``, 0 or 1.

    A part is only searched for what the whole text has, which is a quarter of it.
    """
    in_text = np.zeros((len(texts), len(grams)))
    in_part = np.zeros((sum(map(len, parts)), len(grams)))
    numbered = list(enumerate(grams))
    row = 0
    for place, (text, own) in enumerate(zip(texts, parts, strict=True)):
        there = [pair for pair in numbered if pair[1] in text]
        for part in own:
            columns = [column for column, gram in there if gram in part]
            in_part[row, columns] = 1.0
            in_text[place, columns] = 1.0
            row += 1
    return in_text, in_part


def _rarity(found: Floats) -> Floats:
    return np.asarray(np.log1p(len(found) / (found.sum(axis=0) + 0.5)))


def _sentences(text: str) -> list[str]:
    """Sentences, roughly: what is looked for in them never crosses one of these ends."""
    return [part for part in text.replace("。", "\n").replace(". ", "\n").split("\n") if part] or [text]


def _longest(asked: Asked, text: str) -> float:
    """Length of the longest stretch of the question that stands in the text, as a share of 20 characters."""
    best = 0
    for run in asked.runs:
        start, end = 0, best + 1
        while end <= len(run):
            if run[start:end] in text:
                best = end - start
            else:
                start += 1
            end = start + best + 1
    return min(best, 20) / 20
