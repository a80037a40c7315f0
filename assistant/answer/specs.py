"""Questions that a row of a spec sheet answers: an entity, an attribute, a value with its basis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.answer.candidates import has_dimension
from assistant.answer.question import Question, QuestionKind
from assistant.retrieve.query import Concept, Query
from assistant.spans import row_span
from assistant.text.dates import find_dates
from assistant.text.glossary import Glossary, Term
from assistant.text.normalise import normalise
from assistant.text.quantities import Relation, compare, find_quantities
from assistant.text.tokens import words
from assistant.types import Conflict, ConflictValue, Passage, SpecRow, cite

_COVER_FLOOR = 0.6
"""Share of the question's weight, its entity aside, that a row must carry."""
_SAME = 0.93
"""A row whose score is at least this share of the best row's is shown with it."""
_IN_CONDITIONS = 0.8
_KINDS = frozenset({QuestionKind.FIGURE, QuestionKind.DATE, QuestionKind.THING, QuestionKind.PLACE})


@dataclass(frozen=True, slots=True)
class RowMatch:
    """A row with its score: 1 when it says all that is asked and nothing else."""

    row: Passage
    score: float


class SpecCatalogue:
    """All spec rows of the library by the entity they are about."""

    def __init__(self, rows: Sequence[Passage]) -> None:
        self._rows: dict[str, list[Passage]] = defaultdict(list)
        names: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            spec = _spec(row)
            self._rows[spec.entity].append(row)
            for name in (spec.entity, *spec.entity_aliases):
                names[normalise(name)].add(spec.entity)
        self._entities = {name: tuple(sorted(entities)) for name, entities in names.items()}
        self._mentions = Glossary(Term((name,)) for name in names)

    def entities(self, question: str) -> list[tuple[str, ...]]:
        """Entities the question names, in its order; several where a name fits several sheets."""
        found = [self._entities[mention.term.spellings[0]] for mention in self._mentions.mentions(question)]
        return list(dict.fromkeys(found))

    def lookup(self, question: Question, query: Query, hidden: frozenset[str]) -> list[RowMatch]:
        """The rows that answer ``question``, best first for each entity it names; empty when none does."""
        if question.kind not in _KINDS or not self._rows:
            return []
        folded = normalise(question.text)
        mentions = self._mentions.mentions(question.text)
        if not mentions:
            return []
        own = frozenset(word for mention in mentions for word in words(folded[mention.start : mention.end]))
        asked = [concept for concept in query.concepts if not set(concept.spellings[0]) <= own]
        if not asked:
            return []
        chosen: list[RowMatch] = []
        for group in self.entities(question.text):
            rows = [row for entity in group for row in self._rows[entity] if row.article_id not in hidden]
            matches = sorted(
                (RowMatch(row, score) for row in rows if (score := _score(row, question, asked)) > 0),
                key=lambda match: (-match.score, match.row.article_id, match.row.ordinal),
            )
            if matches:
                chosen.extend(match for match in matches if match.score >= _SAME * matches[0].score)
        return chosen


def row_conflicts(matches: Sequence[RowMatch], markers: dict[str, int]) -> tuple[Conflict, ...]:
    """Rows of one attribute of one entity that state figures which cannot both hold."""
    groups: dict[tuple[str, str], list[Passage]] = defaultdict(list)
    for match in matches:
        spec = _spec(match.row)
        groups[spec.entity, spec.attribute].append(match.row)
    conflicts = []
    for (entity, attribute), rows in groups.items():
        if any(_differ(_spec(rows[0]), _spec(row)) for row in rows[1:]):
            values = tuple(
                ConflictValue(
                    f"{_spec(row).value} {_spec(row).unit}".strip(),
                    cite(row, *row_span(row), marker=markers[row.passage_id]),
                )
                for row in rows
            )
            conflicts.append(Conflict(f"{entity} {attribute}", values))
    return tuple(conflicts)


def _differ(first: SpecRow, second: SpecRow) -> bool:
    left, right = find_quantities(f"{first.value} {first.unit}"), find_quantities(f"{second.value} {second.unit}")
    return bool(left and right) and compare(left[0], right[0]) is Relation.DIFFERENT


def _score(row: Passage, question: Question, asked: Sequence[Concept]) -> float:
    spec = _spec(row)
    names = _attribute_words(spec.attribute), _attribute_words(spec.attribute_alt)
    conditions = _attribute_words(f"{spec.conditions} {spec.value} {spec.unit}")
    either = names[0] | names[1]
    total = sum(concept.weight for concept in asked) or 1.0
    in_name = sum(concept.weight * concept.in_words(either) for concept in asked) / total
    cover = (
        sum(
            concept.weight * max(concept.in_words(either), _IN_CONDITIONS * concept.in_words(conditions))
            for concept in asked
        )
        / total
    )
    if cover < _COVER_FLOOR or in_name == 0.0:
        return 0.0
    named = frozenset(word for concept in asked for spelling in concept.spellings for word in spelling)
    precision = max((len(name & named) / len(name) for name in names if name), default=0.0)
    return cover * (0.5 + 0.5 * precision) * _fits(spec, question)


def _fits(spec: SpecRow, question: Question) -> float:
    """Whether the value is of the kind asked for."""
    value = f"{spec.value} {spec.unit}".strip()
    if question.kind is QuestionKind.DATE:
        return 1.0 if find_dates(spec.value) else 0.0
    if question.kind is QuestionKind.FIGURE:
        quantities = find_quantities(value)
        if not quantities:
            return 0.3
        if question.dimensions and not any(has_dimension(item.dimension, question.dimensions) for item in quantities):
            return 0.6
    if question.kind is QuestionKind.THING and _is_date(spec.value):
        return 0.5  # "which announced successor": the date of the announcement is no answer
    return 1.0


def _is_date(value: str) -> bool:
    dates = find_dates(value)
    return bool(dates) and dates[0].end - dates[0].start >= 0.7 * len(value)


@lru_cache(maxsize=4096)
def _attribute_words(text: str) -> frozenset[str]:
    return frozenset(words(text))


def _spec(row: Passage) -> SpecRow:
    if row.spec is None:
        raise ValueError(f"passage {row.passage_id!r} is not a row of a spec sheet")
    return row.spec
