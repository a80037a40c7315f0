"""The Ask page's turns as values: a question, what it was asked of, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from assistant.errors import AssistantError
from assistant.scope import Scope
from assistant.types import Answer, AnswerSentence, Citation

QUESTION_CHARS = 2000
_HISTORY_TURNS = 6


class TurnState(StrEnum):
    """How far a question has come."""

    WORKING = "working"
    ANSWERED = "answered"  # or refused: a refusal is a result
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"  # nobody works on it: the server was stopped meanwhile
    WITHDRAWN = "withdrawn"  # what it quoted may not be shown any more
    UNREADABLE = "unreadable"  # stored by another version


@dataclass(frozen=True, slots=True)
class Filters:
    """What a question is to be answered from."""

    scope: Scope = field(default_factory=Scope)
    as_of: date | None = None

    def __bool__(self) -> bool:
        return bool(self.scope) or self.as_of is not None

    def to_json(self) -> str:
        scope = self.scope
        return json.dumps(
            {
                "sources": scope.sources,
                "from": _iso(scope.published_from),
                "to": _iso(scope.published_to),
                "lang": scope.lang,
                "as_of": _iso(self.as_of),
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> Filters:
        """Read what :meth:`to_json` wrote.

        Raises:
            ValueError: It is something else.
        """
        values = json.loads(text)
        try:
            scope = Scope(
                tuple(map(str, values["sources"])), _date(values["from"]), _date(values["to"]), values["lang"]
            )
            return cls(scope, _date(values["as_of"]))
        except (KeyError, TypeError, AssistantError) as exc:
            raise ValueError(f"these are no filters: {text[:80]!r}") from exc


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what has come of it so far."""

    question: str
    number: int = 1
    state: TurnState = TurnState.WORKING
    filters: Filters = Filters()
    asked: str = ""  # ISO 8601, UTC
    sentences: tuple[AnswerSentence, ...] = ()
    answer: Answer | None = None
    error: str = ""

    def quotes(self, article_ids: frozenset[str]) -> bool:
        """Whether its answer shows words of one of the articles."""
        answer = self.answer
        if answer is None or not article_ids:
            return False
        shown = {one.article_id for one in quoted(answer)}
        for note in answer.corrections:
            shown |= {note.article_id, note.by_article_id}
        return not shown.isdisjoint(article_ids)

    def withdrawn(self) -> Turn:
        """The turn without its answer."""
        return replace(self, state=TurnState.WITHDRAWN, answer=None, sentences=(), error="")


def quoted(answer: Answer) -> list[Citation]:
    """Every place in an article whose words an answer shows."""
    return [
        *answer.citations,
        *(near.citation for near in answer.nearest),
        *(value.citation for conflict in answer.conflicts for value in conflict.values),
    ]


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns of one conversation, oldest first."""

    id: str
    title: str
    turns: tuple[Turn, ...] = ()

    def turn(self, number: int) -> Turn | None:
        return next((turn for turn in self.turns if turn.number == number), None)

    def history_before(self, number: int) -> tuple[tuple[str, str], ...]:
        """Earlier questions with their answers, oldest first, for a follow-up."""
        answered = [
            (turn.question, turn.answer.text) for turn in self.turns if turn.number < number and turn.answer is not None
        ]
        return tuple(answered[-_HISTORY_TURNS:])

    def checked(self, withheld: frozenset[str], holds: Callable[[Citation], bool]) -> Conversation:
        """The conversation with every answer taken back that may not be shown any more.

        Args:
            withheld: Articles that were withdrawn meanwhile.
            holds: Whether the words of a citation stand where it says.
        """

        def shown(turn: Turn) -> Turn:
            if turn.quotes(withheld):
                return turn.withdrawn()
            if turn.answer is not None and not all(map(holds, quoted(turn.answer))):
                return turn.withdrawn()
            return turn

        return replace(self, turns=tuple(map(shown, self.turns)))
