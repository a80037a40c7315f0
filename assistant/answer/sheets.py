"""Questions that the spec sheets answer as a whole: largest, ratio, difference, which of two, a wrong premise.

Also the question back when a name fits several sheets: Trainium without a number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer.basis import BASIS_WORDS, asks_for_basis, on_basis
from assistant.answer.calculate import (
    SUPERLATIVE_WORDS,
    Operand,
    asks_for_system,
    best_rows,
    calculate,
    is_system,
    operand,
    operation_of,
)
from assistant.answer.draft import Draft, quote_rows, refuse
from assistant.answer.premise import false_premise
from assistant.answer.question import Question, QuestionKind
from assistant.answer.short import short_answer
from assistant.answer.specs import RowMatch, SpecCatalogue, is_format
from assistant.answer.wording import lead_text
from assistant.retrieve.query import Query
from assistant.text.normalise import normalise
from assistant.types import AnswerSentence, Passage

_STRONG = 0.5
"""Score from which a row is about the attribute asked for."""
_ASKED_BACK = frozenset((QuestionKind.FIGURE, QuestionKind.DATE))
_TIES = 3
_PRODUCTS = "チップ 製品 gpu アクセラレーター アクセラレータ システム サーバー ラック aiチップ どれ どちら chip chips product accelerator system server rack"


class SheetDesk:
    """Answers from the rows of all sheets; None where the question is none of these."""

    def __init__(self, catalogue: SpecCatalogue) -> None:
        self._catalogue = catalogue

    def answer(self, question: Question, query: Query, hidden: frozenset[str]) -> Draft | None:
        if not question.text.strip() or query.unknown_names:
            return None
        operation = operation_of(question.text)
        places = self._catalogue.places(question.text)
        groups = list(dict.fromkeys(entities for _, entities in places))
        if len(groups) > 1:
            groups = [group for group in groups if not is_format(group)]
        if operation in ("largest", "smallest") and not groups:
            return self._superlative(operation, question, query, hidden)
        if operation in ("ratio", "difference", "which_more", "which_less") and len(groups) == 2:
            return self._two(operation, question, query, groups, hidden)
        basis = asks_for_basis(question.text) if groups and question.kind is QuestionKind.FIGURE else ""
        if basis:
            return self._on_basis(basis, question, query, groups, hidden)
        if not groups and question.kind in _ASKED_BACK:
            return self._ask_back(question, query, hidden)
        return None

    def premise(self, question: Question, hidden: frozenset[str]) -> tuple[str, Draft] | None:
        """The question without a figure that its sheet contradicts, and the row that does."""
        for place, entities in self._catalogue.places(question.text):
            found = false_premise(question.text, place, self._catalogue.rows_of(entities, hidden))
            if found is not None:
                sentences, citations = quote_rows([found.row])
                words = lead_text("premise", question.lang, figure=found.figure)
                return found.rest, Draft(sentences, citations, None, lead=words)
        return None

    def _superlative(self, operation: str, question: Question, query: Query, hidden: frozenset[str]) -> Draft | None:
        rows = self._catalogue.all_rows(hidden)
        without = " ".join((_PRODUCTS, *SUPERLATIVE_WORDS.findall(normalise(question.text))))
        matches = self._catalogue.matching(replace(question, kind=QuestionKind.FIGURE), query, rows, without)
        operands = _comparable(matches, asks_for_system(question.text))
        best = best_rows(operation, operands)[:_TIES]
        if not best:
            return None
        sentences, citations = quote_rows([item.row for item in best])
        names = [item.row.spec.entity for item in best if item.row.spec is not None]
        short = ("、" if question.lang == "ja" else ", ").join(names)
        return Draft(sentences, citations, short, lead=lead_text("compared", question.lang))

    def _two(
        self,
        operation: str,
        question: Question,
        query: Query,
        groups: Sequence[tuple[str, ...]],
        hidden: frozenset[str],
    ) -> Draft | None:
        plain = replace(question, kind=QuestionKind.FIGURE, dimensions=())
        if operation == "ratio":
            stated = self._stated_ratio(plain, query, groups, hidden)
            if stated is not None:
                return stated
        names = " ".join(alias for group in groups for alias in (*group, *self._aliases(group, hidden)))
        without = " ".join((_PRODUCTS, "差 違い 何倍", names, *SUPERLATIVE_WORDS.findall(normalise(question.text))))
        chosen: list[list[Operand]] = []
        wanted: tuple[str, str] | None = None
        for group in groups:
            matches = self._catalogue.matching(plain, query, self._catalogue.rows_of(group, hidden), without)
            operands = [item for match in matches if match.score >= _STRONG * 0.8 and (item := operand(match.row))]
            if wanted is not None:
                operands = [item for item in operands if _attribute(item.row) == wanted] or operands
            if not operands:
                return None
            wanted = wanted or _attribute(operands[0].row)
            chosen.append([item for item in operands if _attribute(item.row) == _attribute(operands[0].row)])
        first, second = _in_one_unit(question.text, *chosen)
        if first.dimension != second.dimension:
            return None
        if operation in ("which_more", "which_less"):
            best = best_rows(operation, [first, second])
            if len(best) != 1 or best[0].row.spec is None:
                return None
            ordered = sorted([first, second], key=lambda item: item is not best[0])
            sentences, citations = quote_rows([item.row for item in ordered])
            return Draft(sentences, citations, best[0].row.spec.entity, lead=lead_text("compared", question.lang))
        folded = normalise(question.text)
        if operation == "ratio" and "how many times" in folded and " than " not in folded:
            first, second = second, first
        result = calculate(operation, first, second, (1, 2), question.lang)
        if result is None:
            return None
        quotes, citations = quote_rows([first.row, second.row])
        return Draft(
            (AnswerSentence(result.text, (1, 2)), *quotes),
            citations,
            result.short,
            lead=lead_text("computed", question.lang),
            calculation=result,
        )

    def _on_basis(
        self, basis: str, question: Question, query: Query, groups: Sequence[tuple[str, ...]], hidden: frozenset[str]
    ) -> Draft | None:
        rows = [row for group in groups for row in self._catalogue.rows_of(group, hidden)]
        names = " ".join(alias for group in groups for alias in (*group, *self._aliases(group, hidden)))
        matches = self._catalogue.matching(question, query, rows, f"{BASIS_WORDS} {names}")
        found = on_basis(basis, question.text, rows, matches, question.lang)
        if found is None:
            return None
        result, value, count = found
        quotes, citations = quote_rows([value.row, count.row])
        computed = AnswerSentence(result.text, (1, 2))
        lead = lead_text("computed", question.lang)
        return Draft((computed, *quotes), citations, result.short, lead=lead, calculation=result)

    def _stated_ratio(
        self, question: Question, query: Query, groups: Sequence[tuple[str, ...]], hidden: frozenset[str]
    ) -> Draft | None:
        """A row that states the ratio itself: Trainium4 against Trainium3."""
        rows = [
            row
            for row in self._catalogue.rows_of(groups[0], hidden)
            if row.spec is not None
            and "versus" in row.spec.attribute_alt
            and any(entity in row.spec.conditions for entity in groups[1])
        ]
        without = " ".join((*groups[0], *groups[1], "何倍 倍"))
        matches = self._catalogue.matching(question, query, rows, without)
        if not matches:
            return None
        sentences, citations = quote_rows([matches[0].row])
        return Draft(sentences, citations, short_answer(question, query, citations[0].quote, spec=matches[0].row.spec))

    def _aliases(self, group: tuple[str, ...], hidden: frozenset[str]) -> list[str]:
        rows = self._catalogue.rows_of(group, hidden)
        return [alias for row in rows[:1] if row.spec is not None for alias in row.spec.entity_aliases]

    def _ask_back(self, question: Question, query: Query, hidden: frozenset[str]) -> Draft | None:
        stem, entities = self._catalogue.family(question.text)
        if not stem:
            return None
        having = [
            entity
            for entity in entities
            if any(
                match.score >= _STRONG
                for match in self._catalogue.matching(question, query, self._catalogue.rows_of([entity], hidden), stem)
            )
        ]
        return refuse("ambiguous", stem, tuple(having)) if len(having) > 1 else None


def _in_one_unit(question: str, firsts: Sequence[Operand], seconds: Sequence[Operand]) -> tuple[Operand, Operand]:
    """The best pair: in the unit the question names, else in one unit, else the best of each."""
    pairs = [
        (first, second) for first in firsts for second in seconds if _unit(first) and _unit(first) == _unit(second)
    ]
    folded = normalise(question)
    named = [pair for pair in pairs if re.search(rf"{re.escape(_unit(pair[0]))}(?![a-z])", folded)]
    return (named or pairs or [(firsts[0], seconds[0])])[0]


def _unit(item: Operand) -> str:
    return normalise(item.row.spec.unit) if item.row.spec is not None else ""


def _attribute(row: Passage) -> tuple[str, str]:
    return (row.spec.attribute, row.spec.attribute_alt) if row.spec is not None else ("", "")


def _comparable(matches: Sequence[RowMatch], of_systems: bool) -> list[Operand]:
    """Operands of the one attribute that fits best, of chips or of whole systems, in one dimension."""
    strong = [match for match in matches if match.score >= _STRONG and is_system(match.row) == of_systems]
    if not strong:
        return []
    wanted = _attribute(strong[0].row)
    operands = [item for match in strong if _attribute(match.row) == wanted and (item := operand(match.row))]
    return [item for item in operands if item.dimension == operands[0].dimension]
