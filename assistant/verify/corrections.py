"""Which statements another article corrects."""

from __future__ import annotations

from assistant.library.store import Library
from assistant.types import BlockKind, Passage
from assistant.verify.evidence import EvidenceSentence


class Corrections:
    """Finds the correction of a statement that stands as evidence, as of the moment it was made."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.view = library.view()

    def of(self, sentence: EvidenceSentence) -> Passage | None:
        """A passage of what corrects ``sentence``. Also where the article has a correction of which it cannot
        be told what it corrects; None when the statement stands."""
        view, passage = self.view, sentence.passage
        if passage.article_id not in view.corrections:
            return None
        found = self._library.corrected.at(view, passage.article_id, passage.version, sentence.start, sentence.end)
        if found is not None:
            return self._passage(found.by.article_id, found.by.version, found.statement.by_start)
        unplaced = self._library.corrected.unplaced(view, passage.article_id, passage.version)
        return self._passage(unplaced[-1].article_id, unplaced[-1].version, 0) if unplaced else None

    def _passage(self, article_id: str, version: int, start: int) -> Passage | None:
        passages = self._library.article_passages(article_id, version)
        after = [item for item in passages if item.end > start and item.kind is not BlockKind.METADATA]
        return next(iter(after), None)
