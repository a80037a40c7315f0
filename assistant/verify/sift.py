"""The sentences of retrieved passages that matter to a claim, each judged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.text.glossary import Glossary
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import Qualifier, Quantity
from assistant.types import Hit, SpecRow, Verdict
from assistant.verify.evidence import EvidenceReader, EvidenceSentence
from assistant.verify.judge import VERBATIM, PairVerdict, judge
from assistant.verify.locations import tells_location
from assistant.verify.places import has_word, same_word
from assistant.verify.statement import Statement
from assistant.verify.weigh import Judged

_DIGITS = lazy_pattern(r"[0-9][0-9,.]*[0-9]|[0-9]")
MAX_SENTENCES = 12
"""Sentences judged for one claim; those with the most words in common come first."""
_WORTH_READING = 0.3
"""Sentences with a smaller share of the claim's words, as of the best one's share, are not analysed."""
_MAY_DISPUTE = 0.6
"""Share of the claim's words a sentence must have to be judged after one that repeats the claim."""
_ATTRIBUTE = 0.5
"""Share of a row's attribute words the claim must have before the row stands against it."""
_AROUND = 0.3
"""What a word that only stands around a sentence counts beside one that stands in it."""
_REPEATED = 50.0
_PARTY = lazy_pattern(r"（([^）]+)）$")
_FROM = (Qualifier.AT_LEAST, Qualifier.MORE_THAN)
_GENERIC = frozenset({"数", "量", "額", "値"})
_COUNTED = frozenset({"チップ", "chip", "server"})


class Sieve:
    """Picks and judges sentences. Keeps no state of a draft; safe to share between threads."""

    def __init__(self, reader: EvidenceReader, glossary: Glossary) -> None:
        self._reader = reader
        self._spellings = {
            term.spellings[0]: tuple(normalise(item) for item in term.spellings) for term in glossary.terms
        }

    def judged(self, statement: Statement, hits: Sequence[Hit], whole: str = "") -> list[Judged]:
        """The sentences that share most words with the claim, judged, best first."""
        keys = self._keys(statement)
        total = sum(keys.values()) or 1.0
        rough: list[tuple[float, int, int, EvidenceSentence]] = []
        for rank, hit in enumerate(hits):
            for sentence in self._reader.sentences(hit.passage):
                text = sentence.folded
                having = sum([weight for key, weight in keys.items() if key in text])
                if having or sentence.is_row:
                    rough.append((-having / total + 0.01 * rank, rank, sentence.start, sentence))
        rough.sort(key=lambda item: item[:3])
        repeats = {statement.squeezed, whole}
        found: list[_Found] = []
        floor = _WORTH_READING * rough[0][0] if rough else 0.0  # scores are negative, the best first
        for score, rank, _, sentence in rough[: MAX_SENTENCES + 6]:
            if score > floor:
                break
            bonus = _REPEATED if sentence.squeezed and sentence.squeezed in repeats else 0.0
            if sentence.is_heading and not bonus:
                continue
            other = sentence.statement
            shared = sum(
                word.weight
                for word in statement.words
                if word.form in other.forms or (word.concepts and word.concepts & other.concepts)
            )
            if not bonus and shared <= 0:
                continue  # before its context is read, which takes longer than the sentence
            figures = 0.5 * (bool(statement.quantities) and bool(other.quantities)) + 0.5 * (
                bool(statement.dates) and bool(other.dates)
            )
            found.append((shared, shared + figures + bonus - 0.01 * rank, rank, sentence))
        weight = sum(word.weight for word in statement.words)
        found = _worth_judging(statement, found, weight)
        candidates: list[tuple[float, int, EvidenceSentence, float]] = []
        for shared, value, rank, sentence in found:
            around = 0.0
            if value < _REPEATED:
                forms = sentence.context.forms
                around = sum(_AROUND * word.weight for word in statement.words if word.form in forms)
            candidates.append((value + around, rank, sentence, shared + around))
        candidates.sort(key=lambda item: (-item[0], item[1], item[2].start))
        judged: list[Judged] = []
        decisive = False  # a source says it in nearly the same words: only one that says as much can dispute that
        for _, rank, sentence, shared in candidates[:MAX_SENTENCES]:
            if whole and sentence.statement.squeezed == whole:
                judged.append(Judged(sentence, VERBATIM, rank))
                continue
            if decisive and shared < _MAY_DISPUTE * weight and not sentence.is_row:
                continue
            if sentence.text.strip() == statement.text.strip():
                result = VERBATIM
            else:
                result = judge(statement, sentence.statement, sentence.context)
            decisive = decisive or (result.verdict is Verdict.SUPPORTED and result.near)
            spec = sentence.passage.spec
            # 空冷 against 液冷, and one state against another, say themselves which attribute is meant.
            valued = (
                result.verdict is Verdict.CONTRADICTED
                and any(item.kind != "polarity" for item in result.differences)
                and not (spec is not None and tells_location(spec.attribute, spec.attribute_alt))
            )
            if spec is not None and (
                not self.about(statement, spec, valued)
                or _beside_value(sentence, result)
                or _not_the_value(statement, sentence, result)
            ):
                result = replace(result, verdict=Verdict.NOT_FOUND, differences=())
            judged.append(Judged(sentence, result, rank))
        return judged

    def about(self, statement: Statement, spec: SpecRow, against: bool) -> bool:
        """Whether a row is about the claim's subject and, to stand against it, about the same attribute."""
        forms, concepts = statement.forms, statement.concepts
        entities = [self._reader.read(name) for name in (spec.entity, *spec.entity_aliases)]
        if not any(
            item.names
            and not item.quantities
            and all(word.form in forms or (not word.model and word.concepts & concepts) for word in item.names)
            for item in entities
        ) and not any(
            models and not item.quantities and all(word.form in forms for word in models)
            for item in entities
            for models in [[word for word in item.words if word.model]]
        ):
            return False
        if self._of_another(statement, spec):
            return False
        if not against:
            return True
        best = 0.0
        for name in (spec.attribute, spec.attribute_alt):
            named = self._reader.read(name)
            if named.concepts & frozenset(
                key for word in statement.words if word.kind != "name" for key in word.concepts
            ):
                return True
            words = named.words
            counted = any(item.dimension.startswith("count:") for item in statement.quantities)
            own = [
                word
                for word in words
                if word.form not in entities[0].forms
                and word.form not in _GENERIC
                and not (counted and word.form in _COUNTED)
            ]
            if own:
                best = max(best, sum(has_word(statement, word) for word in own) / len(own))
        return best >= _ATTRIBUTE

    def _of_another(self, statement: Statement, spec: SpecRow) -> bool:
        """Whether a sheet of several parties gives this row to one the claim does not name: （Splash Music）."""
        label = _PARTY.search(spec.attribute)
        if label is None:
            return False
        party = self._reader.read(label[1])
        parties = [self._reader.read(name) for name in spec.entity_aliases]
        listed = any(party.squeezed == item.squeezed for item in parties)
        return listed and not any(same_word(word, own) for word in party.words for own in statement.words)

    def _keys(self, statement: Statement) -> dict[str, float]:
        """What to look for in a text before it is analysed: words as written, spellings of terms, figures."""
        keys: dict[str, float] = {}
        for word in statement.words:
            surface = normalise(statement.text[word.start : word.end])
            keys[surface if surface.isascii() or len(surface) < 3 else surface[:3]] = word.weight
            keys.setdefault(word.form, word.weight / 2)
            for concept in word.concepts:
                for spelling in self._spellings.get(concept, ()):
                    keys.setdefault(spelling, word.weight / 2)
        for item in statement.quantities:
            for digits in _DIGITS.findall(normalise(item.text)):
                keys.setdefault(digits, 0.5)
        return keys


_Found = tuple[float, float, int, EvidenceSentence]
"""A sentence with the weight of the claim's words in it, what it scores without what is around it, its rank."""


def _worth_judging(statement: Statement, found: list[_Found], weight: float) -> list[_Found]:
    """The sentences found, without those that would be passed over beside one that has the claim's very words.

    Even if all that is around such a sentence had the claim's words, too many would be lacking: then nobody needs
    to read its title and the sentences before it.
    """
    text = statement.text.strip()
    if not any(item[3].text.strip() == text for item in found):
        return found
    enough = (_MAY_DISPUTE - _AROUND) * weight
    return [item for item in found if item[0] >= enough or item[1] >= _REPEATED or item[3].is_row]


_MAXIMUM = lazy_pattern(r"最大値|最大構成|上限|\bmaximum\b|\bup to\b", re.IGNORECASE)


def _not_the_value(statement: Statement, sentence: EvidenceSentence, result: PairVerdict) -> bool:
    """Whether a row has the attribute that a claim speaks of and yet does not back it: the claim has none of its
    value (提供が始まった against 提供時期: 未定), or takes a maximum for a minimum."""
    if result.verdict is not Verdict.SUPPORTED or result.verbatim:
        return False
    begin = sentence.text.find(": ") + 2
    end = sentence.text.find("（", begin)
    end = end if end > 0 else len(sentence.text)
    if not any(slot.covered for slot in result.slots):
        value = [word for word in sentence.statement.words if begin <= word.start < end]
        return bool(value) and not any(has_word(statement, word) for word in value)
    return _MAXIMUM.search(sentence.text, end) is not None and any(
        slot.covered and isinstance(slot.claimed, Quantity) and slot.claimed.qualifier in _FROM for slot in result.slots
    )


def _beside_value(sentence: EvidenceSentence, result: PairVerdict) -> bool:
    """Whether a row stands against the claim only by a figure of its conditions: 4倍（705.6 対 185.6）."""
    if result.verdict is not Verdict.CONTRADICTED:
        return False
    end = sentence.text.find("（", sentence.text.find(": ") + 1)
    found = [slot.found for slot in result.slots if slot.difference is not None and slot.found is not None]
    if not any(item.start < end for item in sentence.statement.quantities):
        return False  # the value itself has its bound among the conditions
    return end > 0 and bool(found) and all(item.start > end for item in found)
