"""A definition further down the ranking is read where the first passages have none."""

from __future__ import annotations

from assistant.answer.pipeline import _defines
from assistant.types import BlockKind, Hit, Passage


def _hit(text: str) -> Hit:
    return Hit(Passage("p", "a", 1, 0, 0, len(text), text, BlockKind.PARAGRAPH, "", "en"), 1, 1.0)


def test_any_sentence_of_a_passage_may_define() -> None:
    assert _defines("heron", _hit("Prices rose. Heron is a pump that lifts water."))
    assert not _defines("heron", _hit("Heron sales rose. The pump is made in Bergen."))
