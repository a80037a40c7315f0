"""The chat reader: a model writes, code checks each sentence, and what passes is shown as it comes.

The extractive reader has read first. Whether there is an answer at all, and whether sources disagree,
is its decision and never a model's; its answer is also what is shown when the model fails.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.answer.budget import Budget
from assistant.answer.chat_prompt import Prompt, build_prompt, fitting
from assistant.answer.chat_sentences import NO_ANSWER, Proposal, SentenceStream
from assistant.answer.chat_wording import chat_notice
from assistant.answer.draft import Draft
from assistant.answer.guards import MAX_SENTENCE_CHARS, ArticleText, Support, check_sentence
from assistant.answer.question import Question, QuestionKind
from assistant.errors import ModelError
from assistant.models.chat import Usage, estimate_tokens
from assistant.models.chat_errors import ChatModelError
from assistant.text.normalise import normalise
from assistant.text.quantity_guard import unsupported_figures
from assistant.text.untrusted import Redactor, follows_instruction, is_instruction, without_urls
from assistant.types import AnswerSentence, Citation, Passage, Withheld, cite

_LOGGER = logging.getLogger(__name__)
_MAX_WITHHELD = 12
"""A model that has written so many sentences that fail is not worth waiting for."""
_WITHHELD_CHARS = 300


class StreamingModel(Protocol):
    """The part of :class:`assistant.models.chat.ChatModel` that is used here."""

    @property
    def name(self) -> str: ...

    @property
    def redact(self) -> Redactor: ...

    def warm(self) -> None: ...

    def stream(
        self, messages: Sequence[tuple[str, str]], *, timeout_seconds: float, max_tokens: int, usage: list[Usage]
    ) -> Iterator[str]: ...


@dataclass(frozen=True, slots=True)
class ChatLimits:
    """What one answer may take."""

    timeout_seconds: float = 60.0
    max_input_tokens: int = 6000
    max_output_tokens: int = 800
    max_sentences: int = 6


@dataclass(slots=True)
class _Writing:
    """One answer under way."""

    shown: list[AnswerSentence]
    citations: dict[tuple[str, int, int, int], Citation]
    withheld: list[Withheld]
    seen: set[str]


class ChatReader:
    """Lets a chat model write from passages. Safe to share between threads.

    Args:
        model: The model.
        support: Says whether passages state a sentence.
        article_text: Text of a version of an article, to resolve citations.
        limits: Time, tokens and sentences of one answer.
        budget: What may be spent.
    """

    def __init__(
        self, *, model: StreamingModel, support: Support, article_text: ArticleText, limits: ChatLimits, budget: Budget
    ) -> None:
        self._model = model
        self._support = support
        self._article_text = article_text
        self._limits = limits
        self._budget = budget
        self._paused_until = 0.0
        self._paused_by = ""

    @property
    def name(self) -> str:
        return self._model.name

    def warm(self) -> None:
        """Get ready for the first question."""
        self._model.warm()

    def write(
        self, question: Question, lang: str, passages: Sequence[Passage], draft: Draft, names: Sequence[str] = ()
    ) -> Iterator[AnswerSentence | Draft]:
        """Verified sentences as they pass, then the draft they make up.

        Args:
            question: The question, follow-ups resolved.
            lang: Language of the answer.
            passages: What may be quoted, best first.
            draft: What the extractive reader has found: the answer if the model has none.
            names: Names in the question, as it writes them.
        """
        if draft.refusal or draft.conflicts or not draft.sentences or not passages:
            yield draft
            return
        writing = _Writing([], {}, [], set())
        failure = ""
        if time.monotonic() < self._paused_until:
            failure = self._paused_by
        else:
            prompt = build_prompt(
                question.text, fitting(passages, self._limits.max_input_tokens), lang, self._limits.max_sentences
            )
            try:
                yield from self._verified(prompt, lang, writing, names[0] if len(names) == 1 else "")
            except ChatModelError as exc:
                failure = exc.kind
                if exc.pause_seconds:
                    self._paused_until, self._paused_by = time.monotonic() + exc.pause_seconds, exc.kind
            except ModelError as exc:  # of the entailment model
                _LOGGER.warning("sentences cannot be checked: %s", exc)
                failure = "unchecked"
        if not writing.shown:
            reason = failure or ("unverified" if writing.withheld else "no_answer")
            notice = chat_notice(reason, lang, self.name, quoted=True)
            yield replace(self._without_orders(draft), withheld=tuple(writing.withheld), notice=notice)
            return
        if not _says(draft.short, writing.shown) and question.kind in (QuestionKind.FIGURE, QuestionKind.DATE):
            yield self._quoted(draft, writing)  # true sentences that leave out what was asked
        yield Draft(
            tuple(writing.shown),
            tuple(writing.citations.values()),
            draft.short if draft.short and _stands_in(draft.short, writing.shown) else None,
            withheld=tuple(writing.withheld),
            notice=chat_notice(failure, lang, self.name, quoted=False) if failure else "",
            reader=self.name,
            partial=bool(failure or writing.withheld),
        )

    # -- one reply -------------------------------------------------------------------------------

    def _verified(self, prompt: Prompt, lang: str, writing: _Writing, subject: str) -> Iterator[AnswerSentence]:
        limits = self._limits
        expected = sum(estimate_tokens(text) for _, text in prompt.messages)
        max_tokens = self._budget.output_tokens(expected, limits.max_output_tokens)
        if max_tokens < 1:
            raise ChatModelError("budget", "the limit on cost is reached")
        usage: list[Usage] = []
        stream = SentenceStream()
        pieces = self._model.stream(
            prompt.messages, timeout_seconds=limits.timeout_seconds, max_tokens=max_tokens, usage=usage
        )
        try:
            with closing(pieces):  # type: ignore[type-var]
                for piece in pieces:
                    for proposal in stream.feed(piece):
                        yield from self._taken(proposal, prompt, lang, writing, subject)
                        if len(writing.shown) >= limits.max_sentences:
                            return
                        if len(writing.withheld) >= _MAX_WITHHELD:
                            raise ChatModelError(
                                "unverified", f"{self.name} wrote {_MAX_WITHHELD} sentences that failed."
                            )
            for proposal in stream.finish():
                if len(writing.shown) < limits.max_sentences:
                    yield from self._taken(proposal, prompt, lang, writing, subject)
        finally:
            for used in usage:
                self._budget.spend(used.input_tokens, used.output_tokens)

    def _taken(
        self, proposal: Proposal, prompt: Prompt, lang: str, writing: _Writing, subject: str
    ) -> Iterator[AnswerSentence]:
        if NO_ANSWER in proposal.text:
            return
        key = "".join(normalise(proposal.text).split())
        if key in writing.seen:
            return
        writing.seen.add(key)
        outcome = self._check(proposal, prompt, lang, writing, subject)
        if isinstance(outcome, Withheld):
            text = without_urls(self._model.redact(outcome.text), placeholder="[URL]")
            reason = without_urls(self._model.redact(outcome.reason), placeholder="[URL]")
            writing.withheld.append(Withheld(text[:_WITHHELD_CHARS], reason[:_WITHHELD_CHARS]))
            return
        writing.shown.append(outcome)
        yield outcome

    def _check(
        self, proposal: Proposal, prompt: Prompt, lang: str, writing: _Writing, subject: str
    ) -> AnswerSentence | Withheld:
        text = proposal.text
        if len(text) > MAX_SENTENCE_CHARS:
            return Withheld(text, f"it has {len(text)} characters")
        if self._model.redact(text) != text:
            return Withheld(text, "it repeats a secret")
        if (_is_japanese(text) or not any(char.isascii() and char.isalpha() for char in text)) != (lang == "ja"):
            return Withheld(text, "it is not in the language of the answer")
        if is_instruction(text):
            return Withheld(text, "it gives an order and answers nothing")
        unknown = [number for number in proposal.numbers if not 1 <= number <= len(prompt.passages)]
        if unknown:
            return Withheld(text, f"marker [{unknown[0]}] names no passage")
        named = [prompt.passages[number - 1] for number in proposal.numbers]
        backing = self._support.back(text, named or prompt.passages, subject=subject)
        if not backing.spans:
            return Withheld(text, backing.reason)
        known = dict(writing.citations)
        for passage, start, end in backing.spans:
            place = (passage.article_id, passage.version, start, end)
            known.setdefault(place, cite(passage, start, end, marker=len(known) + 1))
        places = [(passage.article_id, passage.version, start, end) for passage, start, end in backing.spans]
        sentence = AnswerSentence(text, tuple(dict.fromkeys(known[place].marker for place in places)))
        problem = check_sentence(sentence, {item.marker: item for item in known.values()}, self._article_text)
        if problem is None:
            writing.citations = known
        return problem or sentence

    def _without_orders(self, draft: Draft) -> Draft:
        """The draft without sentences that give orders to whoever answers, or follow one, where it has others."""
        cited = {item.marker: item for item in draft.citations}

        def ordered(sentence: AnswerSentence) -> bool:
            texts = [
                (self._article_text(item.article_id, item.version) or "", item.start)
                for item in (cited[marker] for marker in sentence.citations if marker in cited)
            ]
            return is_instruction(sentence.text) or any(follows_instruction(text, start) for text, start in texts)

        kept = tuple(sentence for sentence in draft.sentences if not ordered(sentence))
        return replace(draft, sentences=kept or draft.sentences)

    def _quoted(self, draft: Draft, writing: _Writing) -> AnswerSentence:
        """The extractive reader's first sentence, added to what the model wrote."""
        first = self._without_orders(draft).sentences[0]
        by_marker = {item.marker: item for item in draft.citations}
        markers = []
        for marker in first.citations:
            found = by_marker[marker]
            key = (found.article_id, found.version, found.start, found.end)
            item = writing.citations.setdefault(key, replace(found, marker=len(writing.citations) + 1))
            markers.append(item.marker)
        sentence = AnswerSentence(first.text, tuple(dict.fromkeys(markers)))
        writing.shown.append(sentence)
        return sentence


def _is_japanese(text: str) -> bool:
    return any("\u3041" <= char <= "\u30ff" or "\u4e00" <= char <= "\u9fff" for char in text)


def _says(short: str | None, shown: Sequence[AnswerSentence]) -> bool:
    """Whether the shown sentences state the figure or date that was asked for."""
    return short is None or not unsupported_figures(short, [" ".join(item.text for item in shown)])


def _stands_in(short: str, shown: Sequence[AnswerSentence]) -> bool:
    wanted = "".join(normalise(short).split())
    return any(wanted in "".join(normalise(item.text).split()) for item in shown)
