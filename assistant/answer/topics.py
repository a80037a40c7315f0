"""What a Japanese sentence speaks of without saying so.

「ハノーファーは北ドイツの都市である。ニーダーザクセン州の州都である。」 The second sentence answers
「ニーダーザクセン州の州都はどこか」 only with the topic of the first, or with the title of a reference article.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from assistant.answer.asked import Asked
from assistant.answer.candidates import Candidate
from assistant.answer.short_spans import kind_of
from assistant.spans import quotable_spans
from assistant.text.morphology import Morpheme, morphemes
from assistant.text.patterns import lazy_pattern

_OPENING = lazy_pattern(
    r"(?:[^、。は]{1,16}、)?[「『]?([^、。「」『』（(は]{1,24})[」』]?(?:[（(][^）)]{0,80}[）)])?(?:とは|は)"
)
_NOMINAL = frozenset(("名詞", "接頭辞", "接尾辞", "形状詞", "補助記号", "空白", "記号"))
_NOT_TOPICS = frozenset(
    "これ それ ここ そこ 彼 彼女 彼ら 現在 当時 以後 以降 以前 一方 また なお 場合 時 後 前 中 際 うち 前者 後者 同社 同氏 同国 同年 こと もの ため".split()
)
_TITLE_CHARS = 20
ASKED_FOR = frozenset(("person", "place", "org", "what", "which", "thing", "name", "language"))
"""Kinds of question that a topic can answer; a figure or a date stands in the sentence itself."""


@dataclass(frozen=True, slots=True)
class Topic:
    """``start`` and ``end`` are article offsets of the sentence that names it, both -1 for the title alone."""

    text: str
    start: int
    end: int
    title: bool
    adjacent: bool  # named by the sentence just before


def topics_of(item: Candidate) -> list[Topic]:
    """What the sentence can be about: the topic last named before it in its passage, and the article's title."""
    passage = item.passage
    before = [span for span in quotable_spans(passage) if passage.start + span[1] <= item.start]
    found: list[Topic] = []
    for distance, (start, end) in enumerate(reversed(before)):
        named = opening_topic(passage.text[start:end])
        if named:
            found.append(Topic(named, passage.start + start, passage.start + end, False, distance == 0))
            break
    title = passage.title.strip()
    if title and title not in item.text and _is_name(title) and not any(title == topic.text for topic in found):
        place = next(((start, end) for start, end in reversed(before) if title in passage.text[start:end]), None)
        where = (passage.start + place[0], passage.start + place[1]) if place else (-1, -1)
        found.append(Topic(title, *where, True, bool(before) and place == before[-1]))
    return [topic for topic in found if topic.text not in item.text]


@lru_cache(maxsize=1024)
def opening_topic(text: str) -> str:
    """The noun phrase before は at the head of a sentence; empty without one."""
    match = _OPENING.match(text)
    if match is None:
        return ""
    phrase = match[1].strip()
    return phrase if phrase not in _NOT_TOPICS and _is_name(phrase) else ""


@lru_cache(maxsize=1024)
def _is_name(text: str) -> bool:
    """Whether the text is a noun phrase; headlines, which say something, are not."""
    if len(text) > _TITLE_CHARS:
        return False
    tokens = morphemes(text)
    return bool(tokens) and all(token.part in _NOMINAL or token.surface in ("の", "・") for token in tokens)


def topic_features(
    asked: Asked, item: Candidate, topic: Topic, weights: Mapping[str, float]
) -> Iterator[tuple[str, float]]:
    """``(name, value)`` of what speaks for the topic as the short answer. Names are those of the weights file."""
    shape = "title" if topic.title else "topic"
    tokens: tuple[Morpheme, ...] = morphemes(topic.text)
    yield shape, 1.0
    yield f"{shape}&{asked.kind}", 1.0
    yield f"{asked.kind}&omitted&{kind_of(tokens)}", 1.0
    if asked.relative:
        yield f"{shape}&relative", 1.0
    if topic.adjacent:
        yield f"{shape}&adjacent", 1.0
    if opening_topic(item.text):
        yield f"{shape}&own_topic", 1.0
    if asked.head and any(token.form == asked.head for token in tokens):
        yield f"{shape}&head", 1.0
    yield f"{shape}&coverage", item.features.coverage
    yield f"{shape}&longest", item.features.longest
    yield f"{shape}&novel", item.features.novel_share
    asked_inside = sum(1 for token in tokens if weights.get(token.form, 0.0) > 0)
    if asked_inside:
        yield f"{shape}&asked", asked_inside / len(tokens)
        if asked_inside == len(tokens):
            yield f"{shape}&only_asked", 1.0
