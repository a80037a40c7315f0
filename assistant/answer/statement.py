"""The statement inside a yes/no question, for the claim check: はい and いいえ are said only on its verdict."""

from __future__ import annotations

import re

from assistant.answer.question import Question, QuestionKind
from assistant.text.patterns import lazy_pattern

_TAIL_JA = lazy_pattern(
    r"(?P<verb>[^、。]*?)(?P<end>ますか|ましたか|ませんか|ですか|でしたか|ていますか|ているか|ましょうか|のですか|んですか|たか|るか|だろうか|か)[?？。]*$"
)
_ENDINGS = {
    "ますか": "ます",
    "ましたか": "ました",
    "ていますか": "ています",
    "ているか": "ている",
    "ですか": "です",
    "でしたか": "でした",
    "のですか": "",
    "んですか": "",
    "たか": "た",
    "るか": "る",
}
_BE_EN = lazy_pattern(r"^(?P<verb>is|are|was|were)\s+(?P<rest>.+?)\??$", re.IGNORECASE)
_DO_EN = lazy_pattern(r"^(?P<aux>does|do|did|can|could|has|have|had|will|would)\s+(?P<rest>.+?)\??$", re.IGNORECASE)
_VERB_EN = lazy_pattern(
    r"\s(?P<verb>use|have|support|run|need|include|make|offer|belong|carry|hold|reach|deliver|cost|come|contain|plan|provide|"
    r"announce|develop|own|sell|publish|say|give|gain|rely|work|require|exceed|consume|draw|mean)\b",
    re.IGNORECASE,
)
_PREDICATE_EN = lazy_pattern(
    r"^(?P<subject>(?:the\s+|an?\s+)?(?:[\w.&/'’-]+\s+)*?[\w.&/'’-]*[A-Z0-9][\w.&/'’-]*)\s+(?P<predicate>[a-z(].*)$"
)


_OF_SOURCES = lazy_pattern(
    r"(?:資料|記事|報道|文書|出典|記述|説明|数字)(?:は|が|も)(?:ほかに|他に)?(?:ありますか|ありませんか|あるか|見つか|存在)|"
    r"\b(?:is|are) there (?:an?|any) (?:article|source|report|document|story)|\bdid [\w .&'-]+ say whether\b",
    re.IGNORECASE,
)
"""Whether somebody wrote something is no statement on the matter itself."""


def statement_of(question: Question) -> str | None:
    """The question as a statement; None when it is none or its words cannot be turned safely."""
    if question.kind is not QuestionKind.YES_NO or _OF_SOURCES.search(question.text):
        return None
    return _japanese(question.text.strip()) if question.lang == "ja" else _english(" ".join(question.text.split()))


def _japanese(text: str) -> str | None:
    match = _TAIL_JA.search(text)
    if match is None or match["end"] not in _ENDINGS:
        return None
    return f"{text[: match.start('end')]}{_ENDINGS[match['end']]}。"


def _english(text: str) -> str | None:
    match = _BE_EN.match(text)
    if match is not None:
        parts = _PREDICATE_EN.match(match["rest"])
        return None if parts is None else f"{_capital(parts['subject'])} {match['verb'].lower()} {parts['predicate']}."
    match = _DO_EN.match(text)
    if match is None:
        return None
    rest, aux = match["rest"], match["aux"].lower()
    if aux in ("does", "do", "did"):
        verb = _VERB_EN.search(rest)
        if verb is None:
            return None
        form = {"does": _third(verb["verb"].lower()), "do": verb["verb"], "did": _past(verb["verb"].lower())}[aux]
        return f"{_capital(rest[: verb.start()])} {form}{rest[verb.end() :]}."
    parts = _PREDICATE_EN.match(rest)
    return None if parts is None else f"{_capital(parts['subject'])} {aux} {parts['predicate']}."


def _third(verb: str) -> str:
    if verb == "have":
        return "has"
    return (
        verb + ("es" if verb.endswith(("s", "sh", "ch", "x")) else "s")
        if not verb.endswith("y") or verb == "say"
        else f"{verb[:-1]}ies"
    )


def _past(verb: str) -> str:
    irregular = {
        "have": "had",
        "run": "ran",
        "make": "made",
        "hold": "held",
        "come": "came",
        "say": "said",
        "give": "gave",
    }
    irregular |= {"sell": "sold", "draw": "drew", "mean": "meant", "cost": "cost"}
    return irregular.get(verb, f"{verb}d" if verb.endswith("e") else f"{verb}ed")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
