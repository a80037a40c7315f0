"""What an interrogative says about the answer."""

from __future__ import annotations

import pytest

from assistant.answer.asked import what_is_asked
from assistant.answer.question import QuestionKind, analyse_question


@pytest.mark.parametrize(
    ("question", "kind", "head", "counter"),
    [
        ("工場は何年に開業しましたか？", "year", "年", "年"),
        ("委員会は何人で構成されますか？", "count", "人", "人"),
        ("この祭りの別名を何というか。", "name", "別名", ""),
        ("県庁所在地はどこですか？", "place", "地", ""),
        ("設計したのはどの国ですか？", "place", "国", ""),
        ("How many ports does the switch have?", "count", "port", ""),
        ("What is the die size of the chip?", "count", "size", ""),
    ],
)
def test_type_and_head_noun(question: str, kind: str, head: str, counter: str) -> None:
    asked = what_is_asked(analyse_question(question))

    assert (asked.kind, asked.head, asked.counter) == (kind, head, counter)


def test_what_follows_the_interrogative_is_kept() -> None:
    asked = what_is_asked(analyse_question("新線は何年に開業しましたか？"))

    assert (asked.particle, asked.predicate) == ("に", "開業")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("この部品を作っているのはどの会社ですか？", QuestionKind.ORGANISATION),
        ("Which company makes the part?", QuestionKind.ORGANISATION),
        ("Who developed the part?", QuestionKind.ORGANISATION),
        ("Who wrote the novel?", QuestionKind.METADATA),
        ("使われる3種類の材料は何ですか？", QuestionKind.LIST),
        ("What is the list price of the part?", QuestionKind.FIGURE),
    ],
)
def test_kinds(question: str, kind: QuestionKind) -> None:
    assert analyse_question(question).kind is kind
