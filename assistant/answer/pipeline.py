"""The answer chain: retrieve, read, verify. Plain steps; chain.py shows them as a LangChain Runnable."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.answer.arithmetic import worked_out
from assistant.answer.candidates import names_among
from assistant.answer.conversation import Names, resolve
from assistant.answer.defines import defines, term_of
from assistant.answer.draft import Draft
from assistant.answer.guards import ArticleText, check_sentence
from assistant.answer.inside import keep_inside
from assistant.answer.metadata import subject_words
from assistant.answer.notes import as_of_note, correction_notes
from assistant.answer.question import Question, QuestionKind, analyse_question, asked_part
from assistant.answer.reader import Reader, is_about_today
from assistant.answer.sheets import SheetDesk
from assistant.answer.specs import RowMatch
from assistant.answer.valid import Validity
from assistant.answer.wording import refusal_text
from assistant.answer.yesno import ClaimCheck, answer_yes_no
from assistant.retrieve.query import Query
from assistant.retrieve.retriever import Retrieved, Retriever
from assistant.spans import quotable_spans
from assistant.types import (
    Answer,
    AnswerSentence,
    AnswerStatus,
    AppliedCorrection,
    Citation,
    Hit,
    IndexRef,
    Nearest,
    TermHint,
    Timings,
    Withheld,
    cite,
)

if TYPE_CHECKING:
    from assistant.answer.chat import ChatReader  # loaded only where a chat model is set

MAX_QUESTION_CHARS = 2000
"""What is read of a question. A longer one is a document, and takes seconds without asking more."""
_NEAREST = 3
_DEFINED_AMONG = 32
"""Passages looked through for a definition where the first have none in the question's language."""
_IN_FIGURES = frozenset((QuestionKind.FIGURE, QuestionKind.THING))
_NEAREST_CHARS = 200


@dataclass(frozen=True, slots=True)
class Found:
    """After the first step: the question, analysed, with its hits."""

    question: Question
    lang: str
    retrieved: Retrieved
    rows: tuple[RowMatch, ...]
    milliseconds: float
    hidden: frozenset[str] = frozenset()
    rewritten: str | None = None
    premise: Draft | None = None  # what a sheet says against a figure the question takes for granted


@dataclass(frozen=True, slots=True)
class Read:
    """After the second step: what the reader proposes."""

    found: Found
    draft: Draft
    milliseconds: float


class AnswerPipeline:
    """Answers one question at a time from one open index; safe to share between threads."""

    def __init__(
        self,
        *,
        retriever: Retriever,
        reader: Reader,
        article_text: ArticleText,
        newest: Callable[[], str | None],
        index: IndexRef,
        metadata_hits: Callable[[Question, Retrieved], tuple[Hit, ...]] = lambda _, retrieved: retrieved.hits,
        spec_rows: Callable[[Question, Query], tuple[RowMatch, ...]] = lambda _, __: (),
        hints: Callable[[str], tuple[TermHint, ...]] = lambda _: (),
        sheets: SheetDesk | None = None,
        names: Names = lambda _: (),
        check: ClaimCheck | None = None,
        chat: ChatReader | None = None,
        as_of: str | None = None,
        valid: Validity | None = None,
    ) -> None:
        self._chat = chat
        self._retriever = retriever
        self._reader = reader
        self._article_text = article_text
        self._newest = newest
        self._index = index
        self._metadata_hits = metadata_hits
        self._spec_rows = spec_rows
        self._hints = hints
        self._as_of = as_of
        self._valid = valid
        self._sheets = sheets
        self._names = names
        self._check = check

    def answer(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        lang: str | None = None,
        hidden: frozenset[str] = frozenset(),
    ) -> Answer:
        """Answer from everything but the articles in ``hidden``; ``history`` is oldest first."""
        return self.verify(self.read(self.retrieve(question, history=history, lang=lang, hidden=hidden)))

    def stream(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        lang: str | None = None,
        hidden: frozenset[str] = frozenset(),
    ) -> Iterator[AnswerSentence | Answer]:
        """Verified sentences one by one, then the whole answer."""
        streamed = False
        read: Read | None = None
        for event in self._reading(self.retrieve(question, history=history, lang=lang, hidden=hidden)):
            if isinstance(event, Read):
                read = event
            else:
                streamed = True
                yield event
        assert read is not None
        answer = self.verify(read)
        if not streamed:
            yield from answer.sentences
        yield answer

    def retrieve(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        lang: str | None = None,
        hidden: frozenset[str] = frozenset(),
    ) -> Found:
        started = time.perf_counter()
        written = question[:MAX_QUESTION_CHARS]
        rewritten = resolve(written, history, self._names) if history else None
        text = rewritten or asked_part(written)
        analysed = analyse_question(text)
        premise = self._sheets.premise(analysed, hidden) if self._sheets is not None else None
        if premise is not None:
            text = premise[0]
            analysed = analyse_question(text)
        retrieved = self._retriever.search(text, prose_only=True, also_hidden=hidden)
        if analysed.kind is QuestionKind.DEFINITION and (term := term_of(text)):
            retrieved = self._with_definitions(term, text, analysed.lang, retrieved, hidden)
        if analysed.kind is QuestionKind.METADATA:
            subject = subject_words(retrieved.query)
            about = self._retriever.search(subject, prose_only=True, also_hidden=hidden) if subject else retrieved
            about = replace(about, query=retrieved.query)
            heads = tuple(hit for hit in self._metadata_hits(analysed, about) if hit.passage.article_id not in hidden)
            if heads:
                retrieved = replace(retrieved, hits=heads)
            else:
                analysed = analyse_question(text, about_articles=False)
        rows = tuple(
            match for match in self._spec_rows(analysed, retrieved.query) if match.row.article_id not in hidden
        )
        if self._valid is not None:
            # A row may give way to the row that corrects it, which may be one to leave out.
            rows = tuple(match for match in self._valid.rows(rows) if match.row.article_id not in hidden)
        return Found(
            question=replace(analysed, asked=written),
            lang=lang or analyse_question(written).lang,
            retrieved=retrieved,
            rows=rows,
            milliseconds=_since(started),
            hidden=hidden,
            rewritten=rewritten,
            premise=premise[1] if premise is not None else None,
        )

    def _with_definitions(
        self, term: str, text: str, lang: str, retrieved: Retrieved, hidden: frozenset[str]
    ) -> Retrieved:
        """With the further passages that define the term: few words leave the search little to choose by, and what
        says most of a thing need not say what it is."""
        if any(_defines(term, hit) and hit.passage.lang == lang for hit in retrieved.hits):
            return retrieved
        known = {hit.passage.passage_id for hit in retrieved.hits}
        more = self._retriever.search(text, top_k=_DEFINED_AMONG, prose_only=True, also_hidden=hidden).hits
        found = [hit for hit in more if hit.passage.passage_id not in known and _defines(term, hit)]
        rank = len(retrieved.hits)
        further = tuple(replace(hit, rank=rank + place) for place, hit in enumerate(found, start=1))
        return replace(retrieved, hits=(*retrieved.hits, *further))

    def read(self, found: Found) -> Read:
        *_, read = self._reading(found)
        assert isinstance(read, Read)
        return read

    def _reading(self, found: Found) -> Iterator[AnswerSentence | Read]:
        """What a chat model writes, sentence by verified sentence, if there is one; then all that was read.

        What code decides from whole sheets or by the claim check is not left to a model.
        """
        started = time.perf_counter()
        query = found.retrieved.query
        decided = self._decided(found)
        draft = decided or self._reader.read(found.question, query, found.retrieved.hits, found.rows)
        if found.premise is not None:
            decided = draft = _after(found.premise, draft)
        if self._chat is not None and decided is None:
            passages = [*(match.row for match in found.rows), *(hit.passage for hit in found.retrieved.hits)]
            if self._valid is not None:
                passages = self._valid.passages(passages)
            names = [_as_written(name, found) for name in query.names]
            for event in self._chat.write(found.question, found.lang, passages, draft, names):
                if isinstance(event, Draft):
                    draft = event
                else:
                    yield event
        if self._valid is not None:
            draft = keep_inside(self._valid.draft(draft), found.hidden, found.lang)
        yield Read(found, draft, _since(started))

    def _decided(self, found: Found) -> Draft | None:
        """What code answers whichever reader is in force: from whole sheets, or by the claim check."""
        question, query = found.question, found.retrieved.query
        if is_about_today(question):
            return None
        if question.kind is QuestionKind.YES_NO and self._check is not None and not query.unknown_names:
            decided = answer_yes_no(question, self._check, found.hidden)
            if decided is not None:
                return decided
        computed = self._sheets.answer(question, query, found.hidden) if self._sheets is not None else None
        if computed is None and question.kind in _IN_FIGURES and not query.unknown_names:
            passages = [*(match.row for match in found.rows), *(hit.passage for hit in found.retrieved.hits)]
            computed = worked_out(question.text, question.lang, passages)
        if computed is not None and self._valid is not None and not self._valid.stands(computed):
            return None  # from figures that were corrected
        return computed

    def verify(self, read: Read) -> Answer:
        started = time.perf_counter()
        found, draft = read.found, read.draft
        shown: list[AnswerSentence] = []
        withheld = list(draft.withheld)
        known = {citation.marker: citation for citation in draft.citations}
        for index, sentence in enumerate(draft.sentences):
            computed = draft.calculation if index == 0 else None
            problem = check_sentence(sentence, known, self._article_text, computed)
            if problem is None:
                shown.append(sentence)
            else:
                withheld.append(problem)
        lost = len(withheld) > len(draft.withheld)
        newest = self._newest()
        if not shown:
            return self._refusal(read, newest, tuple(withheld), started)
        sentences, citations, new = _renumbered(shown, known)
        corrections = tuple(replace(note, marker=new.get(note.marker or 0)) for note in draft.corrections)
        lead = "" if lost else draft.lead
        return Answer(
            question=found.question.asked,
            status=AnswerStatus.PARTIAL if lost or draft.partial else AnswerStatus.ANSWERED,
            lang=found.lang,
            text=self._with_notes(_text(sentences, found.lang, lead), corrections, found.lang),
            short=None if lost and draft.calculation is not None else draft.short,
            sentences=sentences,
            citations=citations,
            conflicts=() if lost else draft.conflicts,
            withheld=tuple(withheld),
            hints=self._hints(found.question.text),
            corrections=corrections,
            as_of=self._as_of,
            lead=lead,
            rewritten=found.rewritten,
            newest=newest,
            reader=draft.reader or self._reader.name,
            notice=draft.notice,
            index=self._index,
            timings=_timings(read, started),
        )

    def _with_notes(self, text: str, corrections: tuple[AppliedCorrection, ...], lang: str) -> str:
        """The text with what has to be said of corrections and of the day, a line each."""
        notes = [*correction_notes(corrections, lang), as_of_note(self._as_of, lang)]
        return "\n".join([text, *filter(None, notes)])

    def _refusal(self, read: Read, newest: str | None, withheld: tuple[Withheld, ...], started: float) -> Answer:
        found, draft = read.found, read.draft
        reason = draft.refusal or "fact"
        if newest is None and not found.retrieved.hits and reason not in ("empty",):
            reason = "nothing" if reason == "subject" else reason
        text = refusal_text(
            reason,
            found.lang,
            name=_as_written(draft.missing_name, found),
            newest=newest or "—",
            choices=("、" if found.lang == "ja" else ", ").join(draft.choices),
        )
        # What is about the named product is nearer than what only shares the attribute.
        closest = sorted(found.retrieved.hits, key=lambda hit: -_names_shared(found.retrieved.query, hit))[:_NEAREST]
        nearest = tuple(_nearest(hit, marker) for marker, hit in enumerate(closest, start=1))
        return Answer(
            question=found.question.asked,
            status=AnswerStatus.REFUSED,
            lang=found.lang,
            text=self._with_notes(text, (), found.lang),
            nearest=nearest,
            withheld=withheld,
            hints=self._hints(found.question.text),
            as_of=self._as_of,
            rewritten=found.rewritten,
            choices=draft.choices,
            newest=newest,
            reader=draft.reader or self._reader.name,
            notice=draft.notice,
            index=self._index,
            timings=_timings(read, started),
        )


def _defines(term: str, hit: Hit) -> bool:
    passage = hit.passage
    return any(defines(term, passage.text[start:end]) for start, end in quotable_spans(passage))


def _names_shared(query: Query, hit: Hit) -> float:
    if not query.names:
        return 0.0
    return names_among(query.names, frozenset().union(*hit.span_words))


def _nearest(hit: Hit, marker: int) -> Nearest:
    passage = hit.passage
    end = min(passage.end, passage.start + _NEAREST_CHARS)
    return Nearest(cite(passage, passage.start, end, marker=marker), hit.score)


def _as_written(name: str, found: Found) -> str:
    """The name as the user wrote it, if it can be found again: Gaudi 8 for gaudi8."""
    pattern = r"[ ./_-]?".join(map(re.escape, name))
    match = re.search(pattern, found.question.text, re.IGNORECASE)
    return match.group() if match else name


def _renumbered(
    sentences: list[AnswerSentence], citations: dict[int, Citation]
) -> tuple[tuple[AnswerSentence, ...], tuple[Citation, ...], dict[int, int]]:
    """Markers 1..n in the order they are shown, without gaps left by withheld sentences; with old to new."""
    new: dict[int, int] = {}
    for sentence in sentences:
        for marker in sentence.citations:
            new.setdefault(marker, len(new) + 1)
    renamed = tuple(
        AnswerSentence(sentence.text, tuple(new[marker] for marker in sentence.citations)) for sentence in sentences
    )
    return renamed, tuple(replace(citations[old], marker=marker) for old, marker in new.items()), new


def _after(first: Draft, then: Draft) -> Draft:
    """Put what corrects the question before the answer to what is left of it."""
    if then.refusal is not None:
        return first
    offset = len(first.citations)
    moved = tuple(
        AnswerSentence(item.text, tuple(marker + offset for marker in item.citations)) for item in then.sentences
    )
    citations = tuple(replace(item, marker=item.marker + offset) for item in then.citations)
    conflicts = tuple(
        replace(
            conflict,
            values=tuple(
                replace(value, citation=replace(value.citation, marker=value.citation.marker + offset))
                for value in conflict.values
            ),
        )
        for conflict in then.conflicts
    )
    return Draft((*first.sentences, *moved), (*first.citations, *citations), then.short, conflicts, lead=first.lead)


def _text(sentences: tuple[AnswerSentence, ...], lang: str, lead: str = "") -> str:
    parts = [lead] if lead else []
    parts += [sentence.text + "".join(f"[{marker}]" for marker in sentence.citations) for sentence in sentences]
    return ("\n" if any("\n" in part for part in parts) or lang == "ja" else " ").join(parts)


def _timings(read: Read, started: float) -> Timings:
    verify = _since(started)
    retrieve, reading = read.found.milliseconds, read.milliseconds
    return Timings(retrieve=retrieve, read=reading, verify=verify, total=retrieve + reading + verify)


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
