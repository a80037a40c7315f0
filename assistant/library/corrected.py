"""Where the stored text is corrected, and by which words."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from assistant.library.statements import CorrectedStatement, corrected_statements
from assistant.library.validity import Edition, View
from assistant.types import Article

_KEPT = 2000
_MAX_CHAIN = 8


@dataclass(frozen=True, slots=True)
class Replacement:
    """A corrected statement with the correction that is valid now, at the end of any chain of them."""

    article_id: str  # the older article
    version: int
    statement: CorrectedStatement  # ``now`` and ``by_start:by_end`` are those of ``by``
    by: Edition


class CorrectedText:
    """Finds corrected statements. What a pair of versions yields is worked out once; versions never change."""

    def __init__(self, article: Callable[[str, int], Article]) -> None:
        self._article = article
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, int, str, int], tuple[CorrectedStatement, ...]] = {}

    def statements(self, article_id: str, version: int, by: Edition) -> tuple[CorrectedStatement, ...]:
        """Statements of a version that ``by`` corrects, in order of the text."""
        key = (article_id, version, by.article_id, by.version)
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        older, correction = self._article(article_id, version), self._article(by.article_id, by.version)
        found = tuple(corrected_statements(older, correction))
        with self._lock:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[key] = found
        return found

    def at(self, view: View, article_id: str, version: int, start: int, end: int) -> Replacement | None:
        """What replaces the text ``start:end``; None when no correction in ``view`` concerns it."""
        corrections = view.corrections.get(article_id, ())
        found = self._newest(corrections, article_id, version, start, end)
        seen = {article_id}
        for _ in range(_MAX_CHAIN):
            if found is None or found.by.article_id in seen:
                break
            seen.add(found.by.article_id)
            # A later correction may name the correction, or the article again with the figure it then had.
            later = [one for one in corrections if one.article_id not in seen and one.day >= found.by.day]
            further = (*view.corrections.get(found.by.article_id, ()), *later)
            place = found.statement
            again = self._newest(further, found.by.article_id, found.by.version, place.by_start, place.by_end)
            if again is None:
                break
            statement = CorrectedStatement(
                place.start,
                place.end,
                again.statement.by_start,
                again.statement.by_end,
                place.was,
                again.statement.now,
            )
            found = Replacement(article_id, version, statement, again.by)
        return found

    def made_by(self, view: View, article_id: str, version: int, start: int, end: int) -> list[Replacement]:
        """The corrections that the text ``start:end`` of a correction makes to other articles."""
        found = []
        for target, corrections in view.corrections.items():
            for by in corrections:
                if (by.article_id, by.version) != (article_id, version) or target in view.withheld:
                    continue
                older = self._article(target, view.older.get(target, 0))
                found += [
                    Replacement(target, older.version, statement, by)
                    for statement in self.statements(target, older.version, by)
                    if statement.by_start < end and start < statement.by_end
                ]
        return found

    def unplaced(self, view: View, article_id: str, version: int) -> list[Edition]:
        """Corrections of an article of which no statement could be told to be the wrong one."""
        return [by for by in view.corrections.get(article_id, ()) if not self.statements(article_id, version, by)]

    def _newest(
        self, corrections: tuple[Edition, ...], article_id: str, version: int, start: int, end: int
    ) -> Replacement | None:
        for by in sorted(corrections, key=lambda item: (item.day, item.article_id), reverse=True):
            for statement in self.statements(article_id, version, by):
                if statement.start < end and start < statement.end:
                    return Replacement(article_id, version, statement, by)
        return None
