"""Who a sentence says it is from: the parent company's words are not its subsidiary's.

A glossary may give related names one meaning for facts: what AWS sells, Amazon sells. A statement has one speaker, and
an editor who writes "Amazon says" where the record has "AWS says" puts words into somebody's mouth.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from assistant.text.patterns import lazy_pattern
from assistant.types import Difference
from assistant.verify.statement import ATTRIBUTES, Statement, Word, family

if TYPE_CHECKING:
    from assistant.verify.agree import Context

_SAYS_JA = (
    "述べ|語っ|語る|話し|話す|説明|コメント|主張|強調|指摘|表明|言っ|言う|明かし|明らかに|答え|宣言|投稿|書い|書く|"
    "警告|発表し|発表する|公表し|予測|予想"
)
_SAID_JA = lazy_pattern(rf"(?:と(?:も|は)?|[」』])(?:[^、。「」]{{0,16}}?)(?:{_SAYS_JA})")
_SOURCE_JA = lazy_pattern(
    r"(?:(?:の[^、。（）「」]{0,16}?)?(?:氏|CEO|社)?(?:によると|によれば|に言わせれば))"
    r"|(?:の[^、。（）「」]{0,16}?)(?:説明|発表|主張|広報|公称|投稿|資料|文書|コメント|見解|話)"
)
_SAID_EN = lazy_pattern(
    r"\b(?:said|says|say|told|claims?|claimed|stated|states|explained|explains|argued|argues|insist(?:s|ed)|added|adds|noted|notes|"
    r"wrote|writes|posted|declared|declares|warned|warns|announced that|announces that|(?:documentation|statement|release) gives)\b"
)
_SOURCE_EN = lazy_pattern(r"\b[Aa]ccording to (?:the )?")
_BREAK_JA = "、。「」（）()：:"
_BREAK_EN = lazy_pattern(r"[,;:\"“”()]|\b(?:that|which|who|and|but|while)\b")


def speakers(statement: Statement) -> tuple[Word, ...]:
    """The names, no products, of those whom the statement gives as its source or lets say it."""
    found = _speakers_ja(statement) if statement.lang == "ja" else _speakers_en(statement)
    return tuple(dict.fromkeys(word for word in found if not word.model and family(word) not in ATTRIBUTES))


def parties(words: Iterable[Word]) -> frozenset[str]:
    """What tells names apart: the glossary's term where they belong to one, so that Amazon of "Amazon Web Services"
    is not Amazon, else the form."""
    return frozenset([key for word in words if word.kind == "name" for key in (word.concepts or (word.form,))])


def named_in(statement: Statement) -> frozenset[str]:
    """The parties a statement names. A maker's name that begins a product's, as in Amazon EC2 Trn3, is none."""
    names = statement.names
    apart = [word for index, word in enumerate(names) if not word.model and not _leads_to_model(names, index)]
    return parties(apart)


def _leads_to_model(names: Sequence[Word], index: int) -> bool:
    while index + 1 < len(names) and names[index + 1].start - names[index].end <= 1:
        index += 1
        if names[index].model:
            return True
    return False


def other_speaker(claim: Statement, evidence: Statement, context: Context) -> Difference | None:
    """The claim's speaker against the evidence's, where the evidence gives these words to somebody else.

    Without a speaker of its own the evidence speaks for whom it names, or whom the text around it names; ``found`` is
    empty where that is somebody else.
    """
    mine = speakers(claim)
    if not mine:
        return None
    theirs = speakers(evidence)
    if theirs and parties(mine).isdisjoint(parties(theirs)):
        return Difference("name", _shown(claim, mine[-1]), _shown(evidence, theirs[-1]))
    known = parties(theirs) | named_in(evidence) | context.parties
    # Of a person with a company, the company must be known too: AWS of "AWSのジャシーCEO".
    unknown = [word for word in mine if word.concepts and parties([word]).isdisjoint(known)]
    if not unknown and parties(mine).isdisjoint(known):
        unknown = list(mine)
    return Difference("name", _shown(claim, unknown[-1]), "") if unknown else None


def _shown(statement: Statement, word: Word) -> str:
    return statement.text[word.start : word.end]


def _speakers_ja(statement: Statement) -> list[Word]:
    text, found = statement.text, []
    for word in statement.names:
        if _SOURCE_JA.match(text, _end(statement, word)):
            found += _phrase_ja(statement, word)
    said = list(_SAID_JA.finditer(text))
    if said:
        subjects = [
            word for word in statement.names if word.role == "subject" and not word.model and word.end <= said[-1].end()
        ]
        behind = [word for word in subjects if text[: word.start].endswith(("と", "」", "と、", "」、"))]
        for word in behind[-1:] or subjects[:1]:
            found += _phrase_ja(statement, word)
    return found


def _end(statement: Statement, name: Word) -> int:
    """Where the glossary's term ends that a name begins: behind サービス of アマゾン・ウェブ・サービス."""
    end = name.end
    for word in statement.words:
        if word.start >= end and word.start - end <= 1 and not word.concepts.isdisjoint(name.concepts):
            end = word.end
    return end


def _phrase_ja(statement: Statement, last: Word) -> list[Word]:
    """The names of the noun phrase that ends with ``last``: AWS and ジャシー of AWSのジャシーCEO."""
    begin = max(statement.text.rfind(mark, 0, last.start) for mark in _BREAK_JA) + 1
    return [word for word in statement.names if begin <= word.start <= last.start]


def _speakers_en(statement: Statement) -> list[Word]:
    text, found = statement.text, []
    for match in _SOURCE_EN.finditer(text):
        stop = _BREAK_EN.search(text, match.end())
        end = stop.start() if stop is not None else len(text)
        found += _run(statement, match.end(), end)
    for match in _SAID_EN.finditer(text):
        begin = max((mark.end() for mark in _BREAK_EN.finditer(text, 0, match.start())), default=0)
        before = [word for word in statement.names if begin <= word.start < match.start()]
        behind = _run(statement, match.end() + 1, len(text)) if not before else []
        found += before or behind
    return found


def _run(statement: Statement, begin: int, end: int) -> list[Word]:
    """Names that follow each other from ``begin`` on."""
    found: list[Word] = []
    for word in statement.names:
        if begin <= word.start < end and word.start - (found[-1].end if found else begin) <= 1:
            found.append(word)
    return found
