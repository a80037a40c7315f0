"""What the Ask page's routes do: take a question, have it answered, keep it, show it again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from assistant.errors import AssistantError
from assistant.types import Answer, AnswerSentence, Citation
from ui.askturn import turn_html
from ui.chat import Conversation, Filters, Turn, TurnState
from ui.conversations import FILE_NAME, ConversationStore
from ui.feedback import FILE_NAME as FEEDBACK_NAME
from ui.feedback import FeedbackFile
from ui.protocol import AssistantLike
from ui.render import sentence_html
from ui.runs import THREADS, Run, Runs
from ui.strings import Strings
from ui.viewer import Viewer

log = logging.getLogger(__name__)


class AskDesk:
    """Questions, conversations and answers under way of one server.

    Args:
        assistant: What answers.
        folder: Where conversations and feedback are kept; None keeps them in memory.
    """

    def __init__(self, assistant: AssistantLike, folder: Path | None) -> None:
        self._assistant = assistant
        self.store = ConversationStore(folder / FILE_NAME if folder is not None else None)
        self.feedback = FeedbackFile(folder / FEEDBACK_NAME if folder is not None else None)
        self.runs = Runs(THREADS)

    def close(self) -> None:
        self.runs.close()
        self.store.close()

    # -- asking --------------------------------------------------------------------------------

    def ask(
        self,
        viewer: Viewer,
        question: str,
        *,
        conversation: str | None,
        number: int | None,
        filters: Filters,
        strings: Strings,
    ) -> Run | None:
        """Keep a question and begin to answer it.

        Returns:
            The run to follow; None when the viewer has no such conversation or turn.

        Raises:
            BusyError: Too many are waiting. Nothing was kept.
            FullError: The conversation has as many questions as it may have.
        """
        self.runs.check_room(viewer.user)
        asked = self.store.ask(viewer.user, question, conversation=conversation, number=number, filters=filters)
        if asked is None:
            return None
        found, place = asked
        return self._begin(viewer, found, place, strings)

    def retry(self, viewer: Viewer, conversation: str, number: int, strings: Strings) -> Run | None:
        """Answer a turn again, as it was asked. Returns and raises like :meth:`ask`."""
        self.runs.check_room(viewer.user)
        found = self.store.retry(viewer.user, conversation, number)
        return self._begin(viewer, found, number, strings) if found is not None else None

    def stop(self, viewer: Viewer, conversation: str, number: int, strings: Strings) -> bool:
        """End the work on an answer; False when nobody works on one of this viewer's there."""
        run = self.runs.find(viewer.user, conversation, number)
        if run is None:
            return False
        run.stop()
        if run.claim():
            self._settle(viewer, run, replace(run.turn, state=TurnState.STOPPED), strings)
        return True

    def _begin(self, viewer: Viewer, conversation: Conversation, number: int, strings: Strings) -> Run:
        turn = conversation.turn(number)
        assert turn is not None
        run = Run(viewer.user, conversation.id, turn)
        # What was withdrawn meanwhile does not lead a follow-up either.
        kept = conversation.checked(self._assistant.withheld(), lambda _: True)
        history = kept.history_before(number)
        run.publish(
            "turn",
            {
                "conversation": conversation.id,
                "turn": number,
                "title": conversation.title,
                "html": self.turn_html(viewer, conversation.id, turn, strings),
            },
        )
        self.runs.start(run, lambda run: self._work(viewer, run, history, strings))
        return run

    def _work(self, viewer: Viewer, run: Run, history: tuple[tuple[str, str], ...], strings: Strings) -> None:
        """Answer, in a thread of its own. Only errors raised on purpose are told in their own words."""
        try:
            turn = self._answered(run, history, strings)
        except AssistantError as exc:
            log.warning("Question failed: %s", exc)
            turn = replace(run.turn, state=TurnState.FAILED, error=str(exc))
        except Exception:
            log.exception("a question failed")
            turn = replace(run.turn, state=TurnState.FAILED, error=strings.error_unexpected)
        if run.claim():
            self._settle(viewer, run, turn, strings)

    def _answered(self, run: Run, history: tuple[tuple[str, str], ...], strings: Strings) -> Turn:
        if run.stopped:
            return replace(run.turn, state=TurnState.STOPPED)
        filters = run.turn.filters
        events = self._assistant.stream(
            run.turn.question, history=history, as_of=filters.as_of, scope=filters.scope or None
        )
        with closing(cast("Any", events)) as stream:  # a stopped answer is not read to its end
            for event in cast("Iterator[AnswerSentence | Answer]", stream):
                if run.stopped:
                    return replace(run.turn, state=TurnState.STOPPED)
                if isinstance(event, Answer):
                    return replace(run.turn, state=TurnState.ANSWERED, answer=event, sentences=())
                run.turn = replace(run.turn, sentences=(*run.turn.sentences, event))
                run.publish("sentence", {"html": sentence_html(event, {}, strings)})
        raise RuntimeError("the answer ended without an end")

    def _settle(self, viewer: Viewer, run: Run, turn: Turn, strings: Strings) -> None:
        run.turn = turn
        try:
            self.store.settle(viewer.user, run.conversation, turn)
        finally:
            html = self.turn_html(viewer, run.conversation, turn, strings)
            run.publish("done", {"html": html, "state": turn.state.value}, last=True)

    # -- showing -------------------------------------------------------------------------------

    def conversation(self, viewer: Viewer, conversation: str) -> Conversation | None:
        """One conversation of this viewer, every answer checked again; None when there is no such."""
        found = self.store.conversation(viewer.user, conversation)
        return self.checked(found) if found is not None else None

    def checked(self, conversation: Conversation) -> Conversation:
        """The conversation without what may not be shown any more, and with nobody waiting for nothing."""
        texts: dict[tuple[str, int], str] = {}

        def holds(citation: Citation) -> bool:
            place = (citation.article_id, citation.version)
            if place not in texts:
                try:
                    texts[place] = self._assistant.show(*place).text
                except AssistantError:
                    texts[place] = ""
            return texts[place][citation.start : citation.end] == citation.quote

        def alive(turn: Turn) -> Turn:
            if turn.state is not TurnState.WORKING:
                return turn
            run = self.runs.of(conversation.id, turn.number)
            if run is None:
                return replace(turn, state=TurnState.INTERRUPTED)
            return run.turn

        kept = conversation.checked(self._assistant.withheld(), holds)
        return replace(kept, turns=tuple(map(alive, kept.turns)))

    def turn_html(self, viewer: Viewer, conversation: str, turn: Turn, strings: Strings) -> str:
        """A turn that has been checked, as this viewer sees it."""
        return turn_html(conversation, turn, strings, editor=viewer.is_editor, titles=self.titles(turn.filters))

    def titles(self, filters: Filters) -> dict[str, str]:
        """Titles of the articles that filters name, by id. Other names are not ids, and stay as they are."""
        titles = {}
        for name in filters.scope.sources:
            try:
                titles[name] = self._assistant.show(name, reader=True).title
            except AssistantError:
                continue
        return titles
