"""Keeps answers to what is valid: corrected statements give way to their corrections.

Stands between the readers and the checks, whichever the reader is. What it takes from a statement that has been corrected is replaced by the words of the correction, and the answer says what was
corrected and when. The rest of the older article stays in use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.answer.draft import Draft
from assistant.answer.replaced import cite_replacement, passage_of, replacement_at
from assistant.answer.specs import RowMatch
from assistant.library.corrected import Replacement
from assistant.library.store import Library
from assistant.library.validity import Edition, View
from assistant.text.normalise import normalise
from assistant.text.quantities import find_quantities
from assistant.types import (
    AnswerSentence,
    AppliedCorrection,
    Citation,
    Conflict,
    Passage,
    PublishedCopy,
)


def published_copies(editions: Sequence[Edition]) -> tuple[PublishedCopy, ...]:
    return tuple(PublishedCopy(item.article_id, item.title, item.url, item.published) for item in editions)


@dataclass(slots=True)
class _Shown:
    """The draft in the making."""

    sentences: list[AnswerSentence]
    citations: list[Citation]
    notes: dict[tuple[object, ...], AppliedCorrection]

    def add(self, text: str, citations: Sequence[Citation]) -> tuple[int, ...]:
        """Add a sentence; a citation of a place that is cited already is not repeated."""
        markers = []
        for citation in citations:
            place = (citation.article_id, citation.version, citation.start, citation.end)
            known = next(
                (one for one in self.citations if (one.article_id, one.version, one.start, one.end) == place), None
            )
            if known is None:
                known = replace(citation, marker=len(self.citations) + 1)
                self.citations.append(known)
            markers.append(known.marker)
        if all(sentence.text != text for sentence in self.sentences):
            self.sentences.append(AnswerSentence(text, tuple(markers)))
        return tuple(markers)


class Validity:
    """What has been corrected, as far as an answer is concerned: nothing that is shown may state it."""

    def __init__(self, library: Library, chunking: str, view: Callable[[], View]) -> None:
        self._library = library
        self._chunking = chunking
        self._view = view

    def rows(self, rows: Sequence[RowMatch]) -> tuple[RowMatch, ...]:
        """Rows that other rows correct are exchanged for these; what a text corrects is dealt with in the draft."""
        return tuple(self._valid_rows(self._view(), rows))

    def passages(self, passages: Sequence[Passage]) -> list[Passage]:
        """Passages without those that hold a corrected statement: a chat model would repeat it in its own words."""
        view = self._view()
        return [passage for passage in passages if replacement_at(self._library, view, passage) is None]

    def stands(self, draft: Draft) -> bool:
        """Whether nothing that the draft cites has been corrected: what was computed from it still holds."""
        view = self._view()
        return all(replacement_at(self._library, view, citation) is None for citation in draft.citations)

    def draft(self, draft: Draft) -> Draft:
        """The draft with the words of corrections in place of what they correct, and what was corrected and when."""
        view = self._view()
        if not draft.sentences or not (view.corrections or view.supersedes or view.copies):
            return draft
        return self._corrected(view, draft)

    # -- rows ------------------------------------------------------------------------------------

    def _valid_rows(self, view: View, rows: Sequence[RowMatch]) -> list[RowMatch]:
        kept: dict[str, RowMatch] = {}
        for match in rows:
            row = match.row
            found = replacement_at(self._library, view, row)
            new = passage_of(self._library, found, self._chunking) if found is not None else None
            chosen = new if new is not None and new.spec is not None else row
            kept.setdefault(chosen.passage_id, RowMatch(chosen, match.score))
        return list(kept.values())

    # -- sentences -------------------------------------------------------------------------------

    def _corrected(self, view: View, draft: Draft) -> Draft:
        known = {citation.marker: citation for citation in draft.citations}
        shown = _Shown([], [], {})
        short = draft.short
        for number, sentence in enumerate(draft.sentences):
            citations = [known[marker] for marker in sentence.citations if marker in known]
            found = [item for one in citations if (item := replacement_at(self._library, view, one)) is not None]
            if found and not (number == 0 and _of_the_rest(short, found)):
                now = self._replace(shown, found)
                if number == 0:
                    short = now if short is not None else None
                continue
            shown.add(sentence.text, citations)
            for item in found:  # the sentence says something else too, and that is what was asked
                self._note(shown, item, None)
            for citation in citations:
                short = self._made_by(view, shown, citation, short)
        self._told_besides(view, shown)
        if short is not None and short != draft.short and not any(short in one.quote for one in shown.citations):
            short = None
        return replace(
            draft,
            sentences=tuple(shown.sentences),
            citations=tuple(
                replace(one, copies=published_copies(view.copies.get(one.article_id, ()))) for one in shown.citations
            ),
            short=short,
            conflicts=self._conflicts(view, draft.conflicts, shown),
            corrections=tuple(shown.notes.values()),
        )

    def _replace(self, shown: _Shown, found: Sequence[Replacement]) -> str | None:
        """Show the correcting words instead; returns the right fact where it is known."""
        for item in found:
            citation = cite_replacement(self._library, item, self._chunking)
            if citation is not None:
                markers = shown.add(" ".join(citation.quote.split()), [citation])
                self._note(shown, item, markers[0])
        return next((item.statement.now for item in found if item.statement.now), None)

    def _made_by(self, view: View, shown: _Shown, citation: Citation, short: str | None) -> str | None:
        """Note what the words of a cited correction correct; a correction also names the wrong figure, which
        must not become the short answer."""
        made = self._library.corrected.made_by(
            view, citation.article_id, citation.version, citation.start, citation.end
        )
        marker = next(one.marker for one in shown.citations if one.start == citation.start and one.end == citation.end)
        for item in made:
            self._note(shown, item, marker)
            statement = item.statement
            if short is not None and statement.was and statement.now and _same_fact(short, statement.was):
                short = statement.now
        return short

    def _note(self, shown: _Shown, item: Replacement, marker: int | None) -> None:
        older = self._library.article(item.article_id, item.version)
        statement = item.statement
        note = AppliedCorrection(
            kind="statement",
            article_id=item.article_id,
            version=item.version,
            title=older.title,
            published=older.metadata.published,
            by_article_id=item.by.article_id,
            by_version=item.by.version,
            by_title=item.by.title,
            date=_day_of(item.by, item.article_id),
            start=statement.start,
            end=statement.end,
            quote=older.text[statement.start : statement.end],
            was=statement.was,
            now=statement.now,
            marker=marker,
        )
        shown.notes.setdefault((item.article_id, item.by.article_id, statement.was, statement.now), note)

    def _told_besides(self, view: View, shown: _Shown) -> None:
        """What else a reader of the cited articles must know."""
        for citation in tuple(shown.citations):
            for older in view.supersedes.get(citation.article_id, ()):
                shown.notes.setdefault(
                    ("article", older.article_id), _article_note("article", older, citation, citation.marker)
                )
            for by in self._library.corrected.unplaced(view, citation.article_id, citation.version):
                shown.notes.setdefault(("unplaced", citation.article_id, by.article_id), _unplaced_note(citation, by))

    def _conflicts(self, view: View, conflicts: Sequence[Conflict], shown: _Shown) -> tuple[Conflict, ...]:
        """Disagreements between valid statements only, with the markers as they are now."""
        places = {(one.article_id, one.version, one.start, one.end): one for one in shown.citations}
        kept = []
        for conflict in conflicts:
            values = []
            for value in conflict.values:
                one = value.citation
                place = places.get((one.article_id, one.version, one.start, one.end))
                if place is not None and replacement_at(self._library, view, one) is None:
                    values.append(replace(value, citation=replace(one, marker=place.marker)))
            if len({value.value for value in values}) > 1:
                kept.append(Conflict(conflict.attribute, tuple(values)))
        return tuple(kept)


def _of_the_rest(short: str | None, found: Sequence[Replacement]) -> bool:
    """Whether the short answer is something else that the corrected sentence says as well."""
    return short is not None and all(
        item.statement.was and len(item.statement.was) < 40 and not _same_fact(short, item.statement.was)
        for item in found
    )


def _same_fact(short: str, was: str) -> bool:
    one, two = find_quantities(short), find_quantities(was)
    if one and two:
        return (one[0].dimension, one[0].low, one[0].high) == (two[0].dimension, two[0].low, two[0].high)
    first, second = normalise(short), normalise(was)
    return first in second or second in first


def _day_of(by: Edition, article_id: str) -> str:
    """When a correction was made; that of an article to its own text, when it was updated."""
    return (by.updated or "")[:10] or by.day if by.article_id == article_id else by.day


def _article_note(kind: str, older: Edition, citation: Citation, marker: int | None) -> AppliedCorrection:
    return AppliedCorrection(
        kind=kind,
        article_id=older.article_id,
        version=older.version,
        title=older.title,
        published=older.published,
        by_article_id=citation.article_id,
        by_version=citation.version,
        by_title=citation.title,
        date=(citation.published or "")[:10],
        marker=marker,
    )


def _unplaced_note(citation: Citation, by: Edition) -> AppliedCorrection:
    return AppliedCorrection(
        kind="unplaced",
        article_id=citation.article_id,
        version=citation.version,
        title=citation.title,
        published=citation.published,
        by_article_id=by.article_id,
        by_version=by.version,
        by_title=by.title,
        date=by.day,
    )
