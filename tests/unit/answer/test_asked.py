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
        ("北と東で海に接する国家は？", "place", "国家", ""),
        ("港町の読み方は？", "reading", "読み方", ""),
        ("新聞の名前は何ですか？", "name", "名前", ""),
        ("橋が開通したのは何年8月ですか？", "year", "月", "年"),
        ("提案に反対したのは、何党？", "org", "党", ""),
        ("どんな国ですか？", "what", "国", ""),
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
    ("question", "relative"),
    [
        ("北で海に接する国は？", True),
        ("橋を設計したのは誰ですか？", True),
        ("その国の首都はどこ？", False),
        ("新聞の名前は？", False),
    ],
)
def test_a_clause_can_say_what_is_wanted(question: str, relative: bool) -> None:
    assert what_is_asked(analyse_question(question)).relative is relative


@pytest.mark.parametrize(
    ("question", "dimensions"),
    [
        ("契約した計算能力は何GWですか？", ("power",)),
        ("How many bits per number does it take?", ("data",)),
        ("遅延は初代の何分の1ですか？", ("multiple",)),
        ("何個の数が1つの倍率を共有しますか？", ("count", "number")),
        ("メモリの帯域幅はどれくらいですか？", ("data_rate", "bit_rate", "data")),
    ],
)
def test_the_unit_asked_for_says_the_dimension(question: str, dimensions: tuple[str, ...]) -> None:
    assert analyse_question(question).dimensions == dimensions


def test_a_figure_noun_in_a_question_on_something_else_asks_for_no_figure() -> None:
    asked = analyse_question("What does the cost of ownership add to the price?")

    assert asked.kind is QuestionKind.THING


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
