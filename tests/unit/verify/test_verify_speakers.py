"""Who a sentence says it is from."""

from __future__ import annotations

import pytest

from assistant.text.glossary import Glossary, Term
from assistant.types import Verdict
from assistant.verify.agree import NO_CONTEXT, context_of
from assistant.verify.judge import judge
from assistant.verify.speakers import speakers
from assistant.verify.statement import Statement, read_statement

GLOSSARY = Glossary(
    [
        Term(("アマゾン", "Amazon")),
        Term(("アマゾン・ウェブ・サービス", "AWS", "Amazon Web Services")),
    ]
)


def _read(text: str) -> Statement:
    return read_statement(text, glossary=GLOSSARY)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("AWSは、消費電力が3割下がったと説明した。", {"AWS"}),
        ("消費電力は3割下がったとAWSは述べた。", {"AWS"}),
        ("AWSによると、消費電力は3割下がった。", {"AWS"}),
        ("AWSの広報担当者は「3割下がった」と答えた。", {"AWS"}),
        ("AWSは12月に新しいサーバーを売り出した。", set()),
        ("Vega3は消費電力が3割低いと説明した。", set()),
        ("AWS said power use fell by 30 percent.", {"AWS"}),
        ("Power use fell by 30 percent, AWS said.", {"AWS"}),
        ("According to AWS, power use fell by 30 percent.", {"AWS"}),
        ("AWS sells a new server.", set()),
    ],
)
def test_the_source_of_a_statement_is_found(text: str, names: set[str]) -> None:
    statement = _read(text)
    assert {text[word.start : word.end] for word in speakers(statement)} == names


@pytest.mark.parametrize(
    ("claim", "evidence", "verdict"),
    [
        ("AWSは、新しい装置の消費電力が30%下がったと説明した。", "AWSによると、新しい装置の消費電力は30%下がった。", Verdict.SUPPORTED),
        ("アマゾンは、新しい装置の消費電力が30%下がったと説明した。", "AWSによると、新しい装置の消費電力は30%下がった。", Verdict.CONTRADICTED),
        ("AWSは、新しい装置の消費電力が30%下がったと説明した。", "アマゾンによると、新しい装置の消費電力は30%下がった。", Verdict.NOT_FOUND),
        ("The new machine uses 30 percent less power, Amazon said.", "The new machine uses 30 percent less power, AWS said.", Verdict.CONTRADICTED),
        ("The new machine uses 30 percent less power, Amazon Web Services said.", "The new machine uses 30 percent less power, AWS said.", Verdict.SUPPORTED),
    ],
)  # fmt: skip
def test_words_of_a_related_company_are_not_its_own(claim: str, evidence: str, verdict: Verdict) -> None:
    result = judge(_read(claim), _read(evidence))
    assert result.verdict is verdict
    if verdict is Verdict.CONTRADICTED:
        assert {item.kind for item in result.differences} == {"name"}


def test_a_sentence_without_a_source_speaks_for_whom_its_article_names() -> None:
    claim = _read("アマゾンは、新しい装置の消費電力が30%下がったと説明した。")
    evidence = _read("新しい装置の消費電力は30%下がった。")
    own, other = context_of([_read("アマゾン、新しい装置を公開")]), context_of([_read("AWS、新しい装置を公開")])
    assert judge(claim, evidence, own).verdict is Verdict.SUPPORTED
    assert judge(claim, evidence, other).verdict is Verdict.NOT_FOUND
    assert judge(claim, evidence, NO_CONTEXT).verdict is Verdict.NOT_FOUND
