"""The words of a correction as something to cite."""

from __future__ import annotations

from assistant.library.corrected import Replacement
from assistant.library.store import Library
from assistant.library.validity import View
from assistant.types import Citation, Passage, cite


def replacement_at(library: Library, view: View, place: Citation | Passage) -> Replacement | None:
    """What replaces a cited place or a whole passage; None where it is valid."""
    if place.article_id not in view.corrections:
        return None
    return library.corrected.at(view, place.article_id, place.version, place.start, place.end)


def passage_of(library: Library, item: Replacement, chunking: str) -> Passage | None:
    """The passage of the correction that holds the correcting words, or their end."""
    passages = library.article_passages(item.by.article_id, item.by.version, chunking)
    statement = item.statement
    whole = [one for one in passages if one.start <= statement.by_start and statement.by_end <= one.end]
    ends = [one for one in passages if one.start < statement.by_end <= one.end]
    return next(iter((*whole, *ends)), None)


def cite_replacement(library: Library, item: Replacement, chunking: str, *, marker: int = 1) -> Citation | None:
    """A citation of the correcting words."""
    passage = passage_of(library, item, chunking)
    if passage is None:
        return None
    return cite(passage, max(passage.start, item.statement.by_start), item.statement.by_end, marker=marker)
