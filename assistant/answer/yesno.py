"""Yes and no, said only on the verdict of the claim check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.answer.draft import Draft
from assistant.answer.question import Question
from assistant.answer.statement import statement_of
from assistant.answer.wording import lead_text
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.tokens import words
from assistant.types import AnswerSentence, CheckReport, Citation, Evidence, Verdict

ClaimCheck = Callable[[str], CheckReport]
"""Verdicts for a statement: the fact desk, which stands above this package."""
_NEGATIVE = lazy_pattern(
    r"ない|なかっ|ません|ず(?:、|に|。|$)|非対応|対象外|未対応|未定|誤り|ではな|\bnot\b|n't\b|\bno\b|\bnever\b|\bneither\b|\bwithout\b"
)
_ASIDE = lazy_pattern(r"[(（][^()（）]*[)）]")
"""Conditions of a row and other asides: that a detail is not known does not negate the statement."""
_SHOWN = 2
_CLAUSE = lazy_pattern(r"[、。;,]")
_MOST = 0.8


def answer_yes_no(question: Question, check: ClaimCheck, hidden: frozenset[str]) -> Draft | None:
    """はい or いいえ with the evidence; None where the check does not decide.

    A verdict is not taken over when its evidence is negated and the question is not, or lacks a product
    name or a number format of the statement: the check reads roles less strictly than a bare はい claims.
    """
    statement = statement_of(question)
    if statement is None:
        return None
    claims = check(statement).claims
    if len(claims) != 1:
        return None
    found = claims[0]
    if found.verdict not in (Verdict.SUPPORTED, Verdict.CONTRADICTED):
        return None
    stance = "for" if found.verdict is Verdict.SUPPORTED else "against"
    evidence = [item for item in found.evidence if item.stance == stance and item.citation.article_id not in hidden]
    if found.verdict is Verdict.SUPPORTED:
        evidence = [item for item in evidence if _says_so(statement, item)]
    else:
        evidence = [item for item in evidence if not _negates_another(statement, item)]
    if not evidence:
        return None
    citations = tuple(_renumbered(item, marker) for marker, item in enumerate(evidence[:_SHOWN], start=1))
    sentences = tuple(AnswerSentence(" ".join(item.quote.split()), (item.marker,)) for item in citations)
    word = lead_text("yes" if found.verdict is Verdict.SUPPORTED else "no", question.lang)
    return Draft(sentences, citations, word.rstrip("。."), lead=word)


def _says_so(statement: str, evidence: Evidence) -> bool:
    quote = _ASIDE.sub("", normalise(evidence.citation.quote))
    if bool(_NEGATIVE.search(quote)) != bool(_NEGATIVE.search(normalise(statement))):
        return False
    told = frozenset(words(f"{evidence.citation.quote}\n{evidence.citation.title}"))
    return all(word in told for word in words(statement) if _is_name(word))


def _negates_another(statement: str, evidence: Evidence) -> bool:
    """Whether what is negated in the evidence is something else: its other clauses say the statement's words.

    「橋は鋼で造った吊り橋で、木橋ではない」 does not deny that it is made of steel.
    """
    if _NEGATIVE.search(normalise(statement)):
        return False
    clauses = _CLAUSE.split(normalise(evidence.citation.quote))
    kept = [clause for clause in clauses if not _NEGATIVE.search(clause)]
    if len(kept) == len(clauses):
        return False
    asked, told = frozenset(words(statement)), frozenset(words("\n".join(kept)))
    return len(asked & told) >= _MOST * len(asked)


def _is_name(word: str) -> bool:
    return word.isascii() and word[:1].isalpha() and any(char.isdigit() for char in word)


def _renumbered(evidence: Evidence, marker: int) -> Citation:
    return replace(evidence.citation, marker=marker)
