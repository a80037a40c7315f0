"""Where a thing is: one state given for another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.text.patterns import lazy_pattern
from assistant.types import Difference
from assistant.verify.agree import NO_CONTEXT, Context, covered, place_level
from assistant.verify.places import has_word, same_word
from assistant.verify.statement import Statement, Word

_IS_IN_JA = lazy_pattern(r"(?:だ|です|である|に(?:ある|あり|所在|位置|置|構え|建|本[社拠]))|[。」]*$")
_IS_IN_EN = lazy_pattern(
    r"\b(?:is|are|was|were|lies?|sits?|stands?)\b(?: mainly| now| all)?(?: located| based| headquartered| situated)? in (?:the )?$"
)
_LOCATION = lazy_pattern(r"所在地|設置場所|立地|本社|本拠|location|headquarters", re.IGNORECASE)
_COUNTRIES = ("United States", "U.S.", "US", "America", "Europe", "Asia", "Japan", "China", "Britain")


def other_place(claim: Statement, evidence: Statement, context: Context, missing: Sequence[Word]) -> Difference | None:
    """「主な拠点はテキサス州だ」 where the source has the same thing in インディアナ州.

    Only states with states and towns with towns, in one language, and only what is said of where the thing is.
    """
    if claim.lang != evidence.lang or claim.negated or evidence.negated or not missing:
        return None
    placed = [word for word in missing if not word.model and _stands_in_place(claim, word)]
    if len(placed) != 1 or any(word.start - placed[0].end > 1 or placed[0].start - word.end > 1 for word in missing):
        return None
    word = placed[0]
    level = place_level(claim, word)
    rest = replace(claim, words=tuple(item for item in claim.words if item.end <= word.start))
    if not rest.names or not all(covered(item, evidence, context) for item in rest.names):
        return None
    if not _tells_where(rest, evidence, context):
        return None
    found = [item for item in evidence.names if _is_place(evidence, item, level) and not has_word(claim, item)]
    if not found or any(same_word(word, item) for item in evidence.words):
        return None
    return Difference("name", _shown(claim, word, level), _shown(evidence, found[0], level))


def tells_location(*labels: str) -> bool:
    """Whether an attribute of a sheet says where something is."""
    return any(_LOCATION.search(label) for label in labels if label)


def _stands_in_place(claim: Statement, word: Word) -> bool:
    if claim.lang == "ja":
        level = place_level(claim, word)
        return bool(level) and _IS_IN_JA.match(claim.text, word.end + len(level)) is not None
    return _IS_IN_EN.search(claim.text[: word.start]) is not None


def _is_place(evidence: Statement, word: Word, level: str) -> bool:
    if level:
        return place_level(evidence, word) == level
    text = evidence.text
    return _IS_IN_EN.search(text[: word.start]) is not None and not text.startswith(_COUNTRIES, word.start)


def _tells_where(rest: Statement, evidence: Statement, context: Context) -> bool:
    """Whether the evidence is a row for the location, or says of the same noun where it is."""
    if context.row:
        label = evidence.text[: max(evidence.text.find(":"), evidence.text.find("："), 0)]
        return tells_location(label)
    nouns = [word for word in rest.words if word.kind == "noun"]
    subject = [word for word in nouns if word.role == "subject"] if rest.lang == "ja" else nouns
    if not subject or not all(covered(word, evidence, NO_CONTEXT) for word in subject[-1:]):
        return False
    return rest.lang != "ja" or any(same_word(word, subject[-1]) and word.role == "subject" for word in evidence.words)


def _shown(statement: Statement, word: Word, level: str) -> str:
    return statement.text[word.start : word.end + len(level)]
