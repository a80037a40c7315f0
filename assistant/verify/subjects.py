"""What a sentence of a draft is about when it does not say so: the heading, or the sentence before it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from assistant.text.patterns import lazy_pattern
from assistant.verify.compared import products
from assistant.verify.statement import ATTRIBUTES, Statement, Word, family, language_of

_PRONOUN_JA = lazy_pattern(
    r"^(?P<lead>(?:また|なお|さらに|一方|ただし|しかも|そして|とくに|特に)、?)?"
    r"(?P<pronoun>これ|それ|同(?:チップ|製品|機|社|氏|サービス|モデル)|(?:この|その|本)(?:チップ|製品|モデル|サービス|サーバー))(?=[はがのもを])"
)
_PRONOUN_EN = lazy_pattern(
    r"^(?P<lead>(?:In|On|By|At|As of|Since|After|Before) [^,.]{1,30}?,? )?(?P<pronoun>[Ii]t|[Ii]ts|Its|This|They|Their|The (?:chip|company|product|server|model|accelerator))(?P<own>'s)?\b"
)
_VAGUE = frozenset({"This", "They", "Their", "これ", "それ"})
"""Beside a name of their own these may point at anything."""
_BARE = frozenset({"It", "Its", "it", "its", "This", "They", "Their", "これ", "それ"})
_COMPANY = lazy_pattern(r"^(?:同社|同氏|The company)")
_TOPIC = lazy_pattern(r"^[^、。]{1,20}?(?:は|が|も)(?!、)")
_LISTED = lazy_pattern(r"^[^、。,.]{0,12}(?:と|や|・|、|および|及び|,|\band\b|\bor\b) ?(?:the )?$")
_BESIDE = lazy_pattern(r"[^、。はが]{0,14}?(?:に比べ|と比べ|に対し|と比較|より|比で)")
_VERB_EN = lazy_pattern(r"\b(?:is|are|was|were|has|have|had|will|can|does|did|may|[a-z]{3,}(?:ed|es|s))\b")
_LEAD_EN = lazy_pattern(r"^(?:The|A|An)\s+")


@dataclass(slots=True)
class Subjects:
    """Remembers, sentence by sentence, which product and which company a draft speaks of."""

    product: str = ""
    company: str = ""
    latest: str = ""

    def heading(self, statement: Statement) -> None:
        """A heading starts a new subject, if it names one."""
        named = _one_product(statement)
        if named:
            self.product = self.latest = named
        elif statement.names:
            self.product = ""

    def sentence(self, statement: Statement) -> None:
        """What the next sentence speaks of, if it names nothing: the one product, or the subject, of this one."""
        if _products(statement):
            self.product = self.latest = _one_product(statement)
        subjects = [word for word in statement.names if not word.model and _is_subject(statement, word)]
        if subjects:
            self.company = statement.text[subjects[0].start : subjects[0].end]
            if not _products(statement) or not self.latest:
                self.latest = self.company

    def resolved(self, statement: Statement, text: str) -> str:
        """The text with its subject put in; empty when it names one itself or none is known."""
        ja = language_of(text) == "ja"
        match = (_PRONOUN_JA if ja else _PRONOUN_EN).match(text)
        named = any(word.kind == "name" and not _is_format(word) for word in statement.words)
        if named and (match is None or match["pronoun"] in _VAGUE) and not (ja and _only_compared(statement)):
            return ""
        if match is not None:
            thing = self.latest if match["pronoun"] in _BARE else self.product
            subject = self.company if _COMPANY.match(match["pronoun"]) else thing
            if not subject:
                return ""
            if ja:
                return (match["lead"] or "") + subject + text[match.end() :]
            own = "'s" if match["own"] or match["pronoun"] in ("Its", "its", "Their") else ""
            return f"{match['lead'] or ''}{subject}{own}{text[match.end() :]}"
        if not self.product or not (statement.quantities or statement.dates):
            return ""
        if ja:
            return f"{self.product}{'の' if _TOPIC.match(text) and not named else 'は、'}{text}"
        # An English sentence has its own subject; a caption or a list item has none.
        return "" if _VERB_EN.search(text) else f"{self.product}: {_LEAD_EN.sub('', text)}"


_YEAR = lazy_pattern(r"(?:19|20)[0-9]{2}$")


def _products(statement: Statement) -> list[Word]:
    """Products, without what carries a year: re:Invent 2025 is an event."""
    return [word for word in products(statement) if not _YEAR.search(word.form)]


def _only_compared(statement: Statement) -> bool:
    """Whether all that is named is what something else is measured by: Trainium2 of "Trainium2と比べると1.5倍"."""
    names = [word for word in statement.names if not _is_format(word)]
    return bool(names) and all(_BESIDE.match(statement.text, word.end) for word in names)


def _is_format(word: Word) -> bool:
    return word.model and family(word) in ATTRIBUTES


def _is_subject(statement: Statement, word: Word) -> bool:
    return word.role == "subject" if statement.lang == "ja" else word is statement.names[0]


def _one_product(statement: Statement) -> str:
    """The product a sentence is about, with the words of its name; empty when it may be one of several."""
    found = _products(statement)
    subjects = [word for word in found if word.role == "subject"] or found
    if not found or len({word.form for word in subjects}) > 1:
        return ""
    if any(_LISTED.search(statement.text[one.end : two.start]) for one, two in itertools.pairwise(found)):
        return ""
    chosen = subjects[0]
    first, last = chosen.start, chosen.end
    for word in statement.names:
        if word.start >= last and statement.text[last : word.start] in ("", " "):
            last = word.end
    return statement.text[first:last]
