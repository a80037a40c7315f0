"""Yes and no only on the verdict of the claim check; questions as statements; wrong premises."""

from __future__ import annotations

import pytest

from assistant.answer.premise import false_premise
from assistant.answer.question import analyse_question
from assistant.answer.statement import statement_of
from assistant.answer.yesno import answer_yes_no
from assistant.types import CheckReport, Citation, Claim, ClaimVerdict, Evidence, Verdict
from tests.unit.answer.test_calculate import row


@pytest.mark.parametrize(
    ("question", "statement"),
    [
        ("この部品は国内で製造されていますか？", "この部品は国内で製造されています。"),
        ("甲は空冷ですか？", "甲は空冷です。"),
        ("工場は2024年に完成しましたか。", "工場は2024年に完成しました。"),
        ("Is the MI350X air-cooled?", "The MI350X is air-cooled."),
        ("Does Trainium3 use HBM2e memory?", "Trainium3 uses HBM2e memory."),
        ("Was Gaudi 3 announced in 2024?", "Gaudi 3 was announced in 2024."),
    ],
)
def test_questions_as_statements(question: str, statement: str) -> None:
    assert statement_of(analyse_question(question)) == statement


@pytest.mark.parametrize(
    "question",
    [
        "灯台の高さを29mとする資料はありますか？",
        "灯台の使い方を示す記事は見つかっていますか？",
        "Did the city say whether the lighthouse is in use?",
    ],
)
def test_whether_somebody_wrote_it_is_no_statement(question: str) -> None:
    assert statement_of(analyse_question(question)) is None


def test_other_questions_are_no_statements() -> None:
    assert statement_of(analyse_question("部品はどこで製造されていますか？")) is None


def report(verdict: Verdict, quote: str, stance: str) -> CheckReport:
    citation = Citation(1, "p", "a", 1, "甲の仕様", None, None, "甲の仕様", 0, len(quote), quote)
    evidence = (Evidence(citation, stance),) if verdict is not Verdict.NOT_FOUND else ()
    return CheckReport((ClaimVerdict(Claim("文", 0, 1), verdict, "理由", evidence=evidence),))


@pytest.mark.parametrize(
    ("verdict", "quote", "stance", "short"),
    [
        (Verdict.SUPPORTED, "甲は空冷である。", "for", "はい"),
        (Verdict.CONTRADICTED, "甲は液冷である。", "against", "いいえ"),
        (Verdict.SUPPORTED, "甲は空冷ではない。", "for", None),  # the check overlooked the negation
        (Verdict.NOT_FOUND, "乙は空冷である。", "for", None),
        (
            Verdict.CONTRADICTED,
            "甲は空冷である製品で、ラックではない。",
            "against",
            None,
        ),  # what is denied is another thing
        (Verdict.CONTRADICTED, "甲は空冷ではない。", "against", "いいえ"),
    ],
)
def test_the_word_follows_the_verdict(verdict: Verdict, quote: str, stance: str, short: str | None) -> None:
    draft = answer_yes_no(analyse_question("甲は空冷ですか？"), lambda _: report(verdict, quote, stance), frozenset())

    assert (draft.short if draft is not None else None) == short
    if draft is not None:
        assert draft.sentences[0].text == quote
        assert draft.lead.startswith(str(short))


def test_evidence_from_hidden_articles_decides_nothing() -> None:
    question = analyse_question("甲は空冷ですか？")

    hidden = frozenset({"a"})
    assert answer_yes_no(question, lambda _: report(Verdict.SUPPORTED, "甲は空冷である。", "for"), hidden) is None


def test_a_product_name_missing_from_the_evidence_decides_nothing() -> None:
    question = analyse_question("甲はNVFP4に対応していますか？")

    found = report(Verdict.SUPPORTED, "甲はFP8に対応している。", "for")
    assert answer_yes_no(question, lambda _: found, frozenset()) is None


@pytest.mark.parametrize(("figure", "wrong"), [("5nm", True), ("3nm", False), ("3kg", False)])
def test_a_figure_taken_for_granted_is_held_against_the_sheet(figure: str, wrong: bool) -> None:
    question = f"{figure}の甲はいつ発表されましたか？"
    rows = [row("甲", "3", "nm", attribute="製造プロセス", conditions="")]

    found = false_premise(question, (len(figure) + 1, len(figure) + 2), rows)

    assert (found is not None) is wrong
    if found is not None:
        assert found.rest == "甲はいつ発表されましたか?"
