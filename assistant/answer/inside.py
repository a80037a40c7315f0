"""Keeps an answer inside the filter of the person who asks, whichever way it was found.

Search, sheets and readers leave out what lies outside; what is added later (the words of a correction,
other copies of a cited text) passes here.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.answer.draft import Draft
from assistant.types import Conflict

_NOTICE = {
    "ja": "絞り込みの外にある記事が、この範囲の記述の一部を訂正または差し替えています。絞り込みを外してご確認ください。",
    "en": "An article outside your filters corrects or replaces part of what these articles say. Clear the filters to see it.",
}


def keep_inside(draft: Draft, outside: frozenset[str], lang: str) -> Draft:
    """The draft without anything of the articles in ``outside``; a sentence that loses a citation goes with it.

    That a correction lies outside is said, without saying what it says: a reader must not take the older
    words for the last ones.
    """
    if not outside:
        return draft
    kept = {one.marker for one in draft.citations if one.article_id not in outside}
    sentences = tuple(item for item in draft.sentences if kept.issuperset(item.citations))
    lost = len(sentences) < len(draft.sentences)
    if lost and draft.calculation is not None:
        sentences = ()
    corrections = tuple(
        note for note in draft.corrections if note.article_id not in outside and note.by_article_id not in outside
    )
    corrected_outside = any(note.by_article_id in outside for note in draft.corrections)
    citations = tuple(
        replace(one, copies=tuple(copy for copy in one.copies if copy.article_id not in outside))
        for one in draft.citations
        if one.marker in kept
    )
    conflicts = []
    for conflict in draft.conflicts:
        values = tuple(value for value in conflict.values if value.citation.article_id not in outside)
        if len({value.value for value in values}) > 1:
            conflicts.append(Conflict(conflict.attribute, values))
    refused = bool(draft.sentences) and not sentences
    return replace(
        draft,
        sentences=sentences,
        citations=citations,
        short=None if lost and not any(draft.short and draft.short in one.quote for one in citations) else draft.short,
        conflicts=tuple(conflicts),
        corrections=corrections,
        lead="" if lost else draft.lead,
        calculation=None if lost else draft.calculation,
        refusal="fact" if refused else draft.refusal,
        notice=_NOTICE[lang] if corrected_outside or lost else draft.notice,
    )
