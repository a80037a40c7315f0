"""Questions that a row of a spec sheet answers: an entity, an attribute, a value with its basis."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.answer.calculate import is_system
from assistant.answer.question import Question, QuestionKind
from assistant.answer.typed import has_dimension
from assistant.retrieve.query import Concept, Query
from assistant.spans import row_span
from assistant.text.dates import find_dates
from assistant.text.glossary import Glossary, Term
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import Relation, compare, find_quantities
from assistant.text.tokens import words
from assistant.types import Conflict, ConflictValue, Passage, SpecRow, cite

_COVER_FLOOR = 0.6
"""Share of the question's weight, its entity aside, that a row must carry."""
_SAME = 0.93
"""A row whose score is at least this share of the best row's is shown with it."""
_IN_CONDITIONS = 0.8
_KINDS = frozenset(
    {
        QuestionKind.FIGURE,
        QuestionKind.DATE,
        QuestionKind.THING,
        QuestionKind.PLACE,
        QuestionKind.ORGANISATION,
        QuestionKind.LIST,
        QuestionKind.DEFINITION,
    }
)
_LEAST = 0.3
"""A row below this score only shares a word with the question."""
_FORMAT = lazy_pattern(r"(?:mx|nv)?(?:fp|bf|int|tf)\d+|bfloat16")
"""Number formats have sheets of their own; beside a product they say which of its figures is meant."""
_ASKING = frozenset(
    words(
        "予定 計画 見込み 予想 公式 それぞれ 合計 全部 each respectively total year date day month percentage percent number amount value times time ワット ギガバイト"
    )
)
_VERB = 0.4
_VERB_END = lazy_pattern(r"[ぁ-ん][うくぐすつぬぶむる]$|[一-龠][うくぐすつぬぶむる]$")
_PRICE = frozenset(words("cost price 価格 料金 値段 費用 fee 単価 定価"))
_PER_HOUR = ("/時", "/時間", "/h", "/hour")
_HOUR = frozenset(words("1時間 1 hour hourly"))
_OF_ANOTHER = 0.3
"""What a row is worth that is about another member of its sheet than the one the question names."""
_UNASKED = 0.6
"""What a row is worth whose attribute is about the previous generation or a claim that nobody asked for."""
_STEM = lazy_pattern(r"(?<![a-z0-9])[a-z]{3,}(?![a-z0-9])(?! ?v?\d)")
_MODEL = lazy_pattern(r"(?=\D*\d)[a-z]+\d[a-z0-9.-]*[a-z]|[a-z]+\d{3,}[a-z]*")
"""A model number that names a product by itself; v4 and gen2 do not."""
_UNDATED = lazy_pattern(r"^未定|^\d{4}年")
_BRACKETS = lazy_pattern(r"[（(][^）)]*[）)]")
_BASIS = lazy_pattern(r"当たり|あたり|全体|合計|1(?:個|基|台)|\bper\b|\btotal\b|\beach\b")
_WHOLE = lazy_pattern(r"合計|全体|全部で|\btotal\b|\baltogether\b|\bwhole\b")
_ASIDE = lazy_pattern(r"前世代|previous generation|versus|主張|claimed|最小|条件付き|予約|reserved")
_YEARLY, _HOURLY = (
    re.compile(r"年(?:間|額|いくら)|1年|\b(?:per|a) year\b|annual"),
    re.compile(r"時間|\bper hour\b|hourly|an hour"),
)


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
        _add_last_words(names)
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
        written = [folded[mention.start : mention.end] for mention in mentions]
        subjects = [text for text in written if not _FORMAT.fullmatch(text)] or written
        asked = _asked(query, " ".join(subjects))
        if not asked:
            return []
        chosen: list[RowMatch] = []
        groups = [group for group in self.entities(question.text) if not is_format(group)]
        for group in groups or self.entities(question.text):
            rows = [row for entity in group for row in self._rows[entity] if row.article_id not in hidden]
            matches = sorted(
                (RowMatch(row, score) for row in rows if (score := _score(row, question, asked)) > 0),
                key=lambda match: (-match.score, match.row.article_id, match.row.ordinal),
            )
            if matches and matches[0].score >= _LEAST:
                chosen.extend(_with_other_basis(matches, question.text))
        return chosen

    def rows_of(self, entities: Iterable[str], hidden: frozenset[str]) -> list[Passage]:
        """All rows of the entities that may be shown."""
        return [row for entity in entities for row in self._rows.get(entity, []) if row.article_id not in hidden]

    def all_rows(self, hidden: frozenset[str]) -> list[Passage]:
        return self.rows_of(self._rows, hidden)

    def places(self, question: str) -> list[tuple[tuple[int, int], tuple[str, ...]]]:
        """Where the normalised question names entities, and which."""
        return [
            ((mention.start, mention.end), self._entities[mention.term.spellings[0]])
            for mention in self._mentions.mentions(question)
        ]

    def family(self, question: str) -> tuple[str, tuple[str, ...]]:
        """A name in the question that several sheets share up to a number, and their entities: Trainium."""
        folded = normalise(question)
        for match in _STEM.finditer(folded):
            stem = match.group()
            members = {
                entity
                for name, entities in self._entities.items()
                if re.fullmatch(rf"(?:[a-z]+ )?{re.escape(stem)} ?v?\d+[a-z]?", name)
                for entity in entities
            }
            if len(members) > 1:
                return stem, tuple(sorted(members))
        return "", ()

    def matching(self, question: Question, query: Query, rows: Sequence[Passage], without: str) -> list[RowMatch]:
        """Rows whose attribute the question asks for, best first, whichever entity they are about.

        Args:
            question: What is asked.
            query: Its concepts.
            rows: The rows to look at.
            without: Words of the question that name entities or compare, and are no attribute.
        """
        asked = _asked(query, without)
        found = [RowMatch(row, score) for row in rows if asked and (score := _score(row, question, asked)) > 0]
        return sorted(found, key=lambda match: (-match.score, match.row.article_id, match.row.ordinal))


def _add_last_words(names: dict[str, set[str]]) -> None:
    """Let a model number stand for the whole name where only one sheet has it: v5e for TPU v5e."""
    short: dict[str, set[str]] = defaultdict(set)
    for name, entities in names.items():
        first, _, last = name.rpartition(" ")
        if first and _MODEL.fullmatch(last):
            short[last] |= entities
    for last, entities in short.items():
        if len(entities) == 1:
            names.setdefault(last, entities)


def is_format(group: Sequence[str]) -> bool:
    """Whether the entities are number formats (FP8), which beside a product name one of its attributes."""
    return all(_FORMAT.fullmatch(normalise(entity)) for entity in group)


def _asked(query: Query, without: str) -> list[Concept]:
    """The concepts that can name an attribute; verbs, which a sheet seldom has, count little."""
    dropped = frozenset(words(without)) | _ASKING
    kept = [concept for concept in query.concepts if not set(concept.spellings[0]) <= dropped]
    return [
        replace(concept, weight=_VERB * concept.weight) if _VERB_END.search(concept.spellings[0][-1]) else concept
        for concept in kept
    ]


def _with_other_basis(matches: Sequence[RowMatch], question: str) -> list[RowMatch]:
    """The best rows, and the same attribute on the other basis: per GPU beside the whole rack."""
    best = [match for match in matches if match.score >= _SAME * matches[0].score]
    if _WHOLE.search(question):
        return [match for match in best if is_system(match.row)] or best
    if _BASIS.search(question):
        return best
    spec = _spec(best[0].row)
    base = _BRACKETS.sub("", spec.attribute)
    for match in matches[len(best) :]:
        other = _spec(match.row)
        bracket = _BRACKETS.search(other.attribute)
        if bracket is None or other.entity != spec.entity or _BRACKETS.sub("", other.attribute) != base:
            continue
        if _BASIS.search(bracket.group()):
            best.append(match)
    return best


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
    if spec.unit.endswith(_PER_HOUR):
        conditions = conditions | _HOUR
    either = names[0] | names[1]
    total = sum(concept.weight for concept in asked) or 1.0
    if either & _PRICE and any(
        item.dimension.startswith("currency") for item in find_quantities(f"{spec.value} {spec.unit}")
    ):
        either = either | _PRICE
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
    aside = _ASIDE.search(f"{spec.attribute} {spec.attribute_alt}")
    unasked = _UNASKED if aside and not _ASIDE.search(normalise(question.text)) else 1.0
    bracket = _BRACKETS.search(spec.attribute)
    member = normalise(bracket.group()[1:-1]) if bracket else ""
    if member and member not in normalise(question.text) and member in map(normalise, spec.entity_aliases):
        unasked = _OF_ANOTHER  # p5en's price under the name of p5
    named = frozenset(word for concept in asked for spelling in concept.spellings for word in spelling)
    precision = max((len(name & named) / len(name) for name in names if name), default=0.0)
    return cover * (0.5 + 0.5 * precision) * _fits(spec, question) * unasked


def _fits(spec: SpecRow, question: Question) -> float:
    """Whether the value is of the kind asked for."""
    value = f"{spec.value} {spec.unit}".strip()
    if question.kind is QuestionKind.DATE:
        return 1.0 if find_dates(spec.value) or _UNDATED.search(spec.value) else 0.0
    if question.kind is QuestionKind.FIGURE:
        quantities = find_quantities(value)
        if not quantities:
            return 0.3
        folded = normalise(question.text)
        if "/" in spec.unit and (
            (_YEARLY.search(folded) and "年" not in spec.unit) or (_HOURLY.search(folded) and "時" not in spec.unit)
        ):
            return 0.3
        if question.dimensions == ("multiple",) and all(item.dimension != "multiple" for item in quantities):
            return 0.0  # how many times: a price is no answer
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
