"""The Ask page's turns: from a question to HTML, without knowing Gradio."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape

from assistant.errors import AssistantError
from assistant.types import Answer, AnswerSentence
from ui import render
from ui.protocol import AssistantLike
from ui.strings import Strings

log = logging.getLogger(__name__)

QUESTION_CHARS = 2000
_HISTORY_TURNS = 6
_KEPT_TURNS = 100


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what has come of it so far."""

    question: str
    answer: Answer | None = None
    sentences: tuple[AnswerSentence, ...] = ()
    error: str = ""
    stopped: bool = False
    withdrawn: bool = False  # what it quoted may not be shown any more

    @property
    def finished(self) -> bool:
        return self.answer is not None or bool(self.error) or self.stopped or self.withdrawn

    def quotes(self, article_ids: frozenset[str]) -> bool:
        """Whether its answer shows words of one of the articles."""
        answer = self.answer
        if answer is None or not article_ids:
            return False
        quoted = {one.article_id for one in (*answer.citations, *(near.citation for near in answer.nearest))}
        quoted.update(note.article_id for note in answer.corrections)
        return not quoted.isdisjoint(article_ids)

    def html(self, strings: Strings) -> str:
        if self.withdrawn:
            body = f'<p class="notice">{escape(strings.turn_withdrawn)}</p>'
        elif self.error:
            body = render.error_html(self.error, strings)
        elif self.answer is not None:
            body = render.answer_html(self.answer, strings)
        elif self.stopped:
            body = render.stopped_html(self.sentences, strings)
        else:
            body = render.sentences_html(self.sentences, {}, strings) or render.pending_html(strings)
        return render.turn_html(self.question, body, strings, busy=not self.finished)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns of one browser session; the last one is the current one."""

    turns: tuple[Turn, ...] = ()

    @property
    def current(self) -> Turn | None:
        return self.turns[-1] if self.turns else None

    def asked(self, question: str) -> Conversation:
        kept = tuple(turn for turn in self.turns if turn.finished)[-(_KEPT_TURNS - 1) :]
        return Conversation((*kept, Turn(question)))

    def with_current(self, turn: Turn) -> Conversation:
        return Conversation((*self.turns[:-1], turn))

    def without(self, withheld: frozenset[str]) -> Conversation:
        """The conversation with every answer taken back that quotes an article withheld meanwhile."""
        return Conversation(
            tuple(Turn(turn.question, withdrawn=True) if turn.quotes(withheld) else turn for turn in self.turns)
        )

    def stopped(self) -> Conversation:
        turn = self.current
        if turn is None or turn.finished:
            return self
        return self.with_current(replace(turn, stopped=True))

    def failed(self, message: str) -> Conversation:
        turn = self.current
        if turn is None or turn.finished:
            return self
        return self.with_current(replace(turn, error=message))

    def history(self) -> tuple[tuple[str, str], ...]:
        """Earlier questions with their answers, oldest first, without the current one."""
        answered = [(turn.question, turn.answer.text) for turn in self.turns[:-1] if turn.answer is not None]
        return tuple(answered[-_HISTORY_TURNS:])

    def earlier_html(self, strings: Strings) -> str:
        return "".join(turn.html(strings) for turn in self.turns[:-1])

    def current_html(self, strings: Strings) -> str:
        return self.current.html(strings) if self.current is not None else ""


def run_turn(assistant: AssistantLike, conversation: Conversation) -> Iterator[Conversation]:
    """Answer the current question, yielding the conversation after every verified sentence.

    Only errors the assistant raises on purpose become part of the page; anything else goes on up.
    """
    turn = conversation.current
    if turn is None:
        return
    try:
        for event in assistant.stream(turn.question, history=conversation.history()):
            if isinstance(event, Answer):
                turn = replace(turn, answer=event)
            else:
                turn = replace(turn, sentences=(*turn.sentences, event))
            yield conversation.with_current(turn)
    except AssistantError as exc:
        log.warning("Question failed: %s", exc)
        yield conversation.with_current(replace(turn, error=str(exc)))
