"""A row's figure is not put forward alone where an article says that sources differ."""

from __future__ import annotations

import pytest

from assistant.answer.question import analyse_question
from assistant.answer.reader import ExtractiveReader
from assistant.answer.specs import RowMatch
from assistant.retrieve.query import Concept, Query
from assistant.text.tokens import query_words
from assistant.types import BlockKind, Hit, Passage, SpecRow

QUESTION = "ヤシオの利用者は何人ですか？"


def _row() -> Passage:
    spec = SpecRow("ヤシオ", "利用者数", "400", "人", attribute_alt="users")
    text = "ヤシオの利用者数（users）: 400人"
    return Passage("row", "spec", 1, 0, 0, len(text), text, BlockKind.TABLE_ROW, "ヤシオ", "ja", spec=spec)


@pytest.mark.parametrize(
    ("text", "short", "sentences"),
    [
        ("ヤシオの利用者は、400人とも、450人とも書かれる。", None, 2),
        ("ヤシオの利用者は400人だ。", "400人", 1),
        ("港の利用者は、400人とも、450人とも書かれる。", "400人", 1),
    ],
)
def test_a_disputed_figure_has_no_short_answer(text: str, short: str | None, sentences: int) -> None:
    query = Query(QUESTION, (), tuple(Concept(((w.form,),), 1.0, True) for w in query_words(QUESTION)), 1.0)
    hit = Hit(Passage("p", "a", 1, 0, 0, len(text), text, BlockKind.PARAGRAPH, "", "ja"), 1, 1.0)
    reader = ExtractiveReader(max_sentences=3)
    draft = reader.read(analyse_question(QUESTION), query, [hit], [RowMatch(_row(), 1.0)])
    assert draft.short == short
    assert len(draft.sentences) == sentences
    assert (draft.sentences[0].text == text) is (short is None)
