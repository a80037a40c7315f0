"""Whether an evidence sentence, with what stands around it, has what a claim says: words, predicates, polarity."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.text.dates import DateSpan
from assistant.text.patterns import lazy_pattern
from assistant.types import Difference
from assistant.verify.compared import denied_by_ellipsis, own_clause
from assistant.verify.places import has_word, same_word
from assistant.verify.speakers import named_in
from assistant.verify.statement import ATTRIBUTES, Statement, Word, family
from assistant.verify.vocab import GENERIC, GENERIC_EN, LIGHT_JA, opposites_of, stem

GENERIC_STEMS = frozenset(stem(word) for word in GENERIC_EN)
_CONTEXT_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Context:
    """What the reader of an evidence sentence knows from around it: title, headings, the sentences before."""

    forms: frozenset[str] = frozenset()
    concepts: frozenset[str] = frozenset()
    groups: frozenset[int] = frozenset()
    dates: tuple[DateSpan, ...] = ()
    parties: frozenset[str] = frozenset()  # who is named there, see speakers.named_in
    row: bool = False  # the evidence is a row of a sheet: an attribute and a value, no predicate
    told: date | None = None  # the day the evidence was published


NO_CONTEXT = Context()


def context_of(statements: Sequence[Statement]) -> Context:
    return Context(
        frozenset().union(*(item.forms for item in statements)),
        frozenset().union(*(item.concepts for item in statements)),
        frozenset().union(*(item.groups for item in statements)),
        tuple(found for item in statements for found in item.dates),
        frozenset().union(*(named_in(item) for item in statements)),
    )


def covered(word: Word, evidence: Statement, context: Context) -> float:
    """1 if the evidence has the word, a share if only its surroundings do, else 0."""
    if word.form in evidence.forms or word.concepts & evidence.concepts:
        return 1.0
    if word.model:
        if any(other.model and family(other) == family(word) for other in evidence.words):
            return 0.0  # the sentence is about its sibling, whatever the title names
        if family(word) not in ATTRIBUTES and any(
            other.model and family(other) not in ATTRIBUTES for other in evidence.words
        ):
            return 0.0  # or about another product
        if word.form not in context.forms and not word.concepts & context.concepts:
            return 0.0
        return _CONTEXT_SHARE
    if not word.model and has_word(evidence, word):
        return 1.0
    if word.form in context.forms or word.concepts & context.concepts:
        return _CONTEXT_SHARE
    if (
        len(word.form) > 3
        and not word.model
        and word.form.isascii()
        and any(
            other.form[:5] == word.form[:5]
            for other in evidence.words
            if len(other.form) > 4 and not other.model and len(word.form) > 4
        )
    ):
        return 0.8
    return 0.0


def coverage_of(claim: Statement, evidence: Statement, context: Context) -> float:
    total = sum(word.weight for word in claim.words)
    if not total:
        return 1.0
    return sum(word.weight * covered(word, evidence, context) for word in claim.words) / total


def content_covered(claim: Statement, evidence: Statement, context: Context) -> bool:
    """Whether no noun or adjective of the claim is left without a counterpart.

    English verbs are read as nouns: against a Japanese source one word may be missing
    beside a figure, against an
    English one those that only tie a figure to its subject.
    """
    lost = [
        word
        for word in claim.words
        if word.kind in ("noun", "adjective")
        and word.form not in LIGHT_JA
        and word.form not in GENERIC
        and not covered(word, evidence, context)
    ]
    if claim.lang == "ja":
        return not lost
    if evidence.lang == "ja":
        return len(lost) <= (1 if claim.quantities or claim.dates else 0)
    return all(word.form in GENERIC_STEMS for word in lost)


def object_agrees(claim: Statement, evidence: Statement) -> bool:
    """Whether a thing said to be announced is what was announced, and not what the announcement was about."""
    if claim.lang != "ja" or not claim.dates or evidence.lang != "ja":
        return True
    last = claim.words[-1]
    subjects = [word for word in claim.names if word.role == "subject"]
    if not subjects or last.kind == "name":
        return True
    for index, word in enumerate(evidence.words):
        if word.role == "object" and same_word(word, subjects[-1]) and index + 1 < len(evidence.words):
            following = evidence.words[index + 1]
            if following.kind == "verb" and not same_word(following, last):
                return False
    return True


def predicates_agree(claim: Statement, evidence: Statement, context: Context, *, exact: bool = False) -> bool:
    """Whether what the claim says of its subject is what the evidence says of it.

    Every negation of the claim must be one of the evidence; the claim's last predicate must stand in
    the evidence unless it is a mere tie (積む, 持つ); a negated end of the evidence must be in the claim.
    """
    for word in claim.words:
        if word.negated and not any(other.negated and same_word(word, other) for other in evidence.words):
            return False
    if claim.negated and not evidence.negated:
        return False
    if context.row:
        return True
    ends = [word for word in claim.words if word.kind in ("verb", "adjective")]
    if exact:
        ends = []
    if claim.lang == "ja" and claim.words:
        last = claim.words[-1]
        if not exact and last.form not in LIGHT_JA and last.kind != "name" and not has_word(evidence, last):
            return False
        if ends and ends[-1].form not in LIGHT_JA and not covered(ends[-1], evidence, context):
            return False
    return not (evidence.words and evidence.words[-1].negated and not has_word(claim, evidence.words[-1]))


_MORE_TO_IT = lazy_pattern(
    r"(?:だけ|のみ|ばかり)(?:では|じゃ|で)(?:な[いくか]|あり?ませ)|のみなら|にとどまら|\bnot (?:only|just|merely)\b",
    re.I,
)
_ALL_THERE_IS = lazy_pattern(r"(?:だけ|のみ|ばかり)(?:だ|で|に|が|を)|\bonly\b", re.I)


def limit_difference(claim: Statement, evidence: Statement) -> list[Difference]:
    """「出資だけだ」 where the source has 「出資だけではない」."""
    if not _MORE_TO_IT.search(evidence.text) or _MORE_TO_IT.search(claim.text) or not _ALL_THERE_IS.search(claim.text):
        return []
    return [Difference("polarity", _cue(_ALL_THERE_IS, claim.text), _cue(_MORE_TO_IT, evidence.text))]


def _cue(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match.group() if match is not None else ""


def polarity_differences(claim: Statement, evidence: Statement) -> list[Difference]:
    """Predicates that one side negates or turns round."""
    found: list[Difference] = []
    found.extend(limit_difference(claim, evidence))
    clause = own_clause(claim, evidence)
    if clause is not None and not claim.negated and denied_by_ellipsis(evidence, clause):
        return [*found, Difference("polarity", claim.text, evidence.text[slice(*clause)].strip())]
    for word in claim.words:
        twins = [other for other in evidence.words if same_word(word, other)] if has_word(evidence, word) else []
        if clause is not None:
            twins = [other for other in twins if clause[0] <= other.start < clause[1]] or twins
        if twins:
            if all(other.negated != word.negated for other in twins):
                nearest = twins[-1] if word is claim.words[-1] else twins[0]
                found.append(Difference("polarity", _phrase(claim.text, word), _phrase(evidence.text, nearest)))
            continue
        excluding = opposites_of(word.form)
        if evidence.word_forms.isdisjoint(excluding):
            continue
        turned = [
            other
            for other in evidence.words
            if other.form in excluding
            and (other.kind != "noun" or word.kind != "noun" or not other.role or other.role == word.role)
        ]
        if turned:
            if any(same_word(other, mine) for other in turned for mine in claim.words):
                continue
            if turned[0].negated == word.negated:
                found.append(Difference("polarity", _phrase(claim.text, word), _phrase(evidence.text, turned[0])))
    return found


def _phrase(text: str, word: Word) -> str:
    end = word.end
    if text[word.start].isascii():
        start = max(0, text.rfind(" ", 0, max(0, word.start - 1)) + 1) if word.negated else word.start
        return text[start:end]
    while end < len(text) and end - word.end < 8 and "ぁ" <= text[end] <= "ん":
        end += 1
    return text[word.start : end]


def modality_difference(claim: Statement, evidence: Statement) -> tuple[Difference, bool] | None:
    """A plan told as a fact, or the reverse; the flag says whether that contradicts."""
    if claim.certainty == evidence.certainty:
        return _announced_only(claim, evidence)
    if claim.certainty == 3:
        if evidence.certainty == 2 and not tells_as_done(claim):
            return None
        return Difference("polarity", claim.text, evidence.text), True
    if evidence.certainty == 3:
        return Difference("polarity", claim.text, evidence.text), claim.certainty == 1
    if claim.certainty == 2:
        return Difference("polarity", claim.text, evidence.text), True
    return None


def tells_as_done(claim: Statement) -> bool:
    """Whether a claim says that something is so or has happened; する may still be a plan."""
    ends = ("た", "だ", "ました", "である", "している", "です", "ている", "いる")
    return claim.lang == "en" or claim.text.rstrip("。.」 ").endswith(ends)


_DONE_JA = lazy_pattern(r"(?:し|され)(?:た|ました|ている|ています)")
_AHEAD_JA = lazy_pattern(r"(?:する|される)(?:こと)?(?:と|を)(?=[^。]{0,24}(?:発表|説明|明らか|表明|述べ|約束|決め))")


def _announced_only(claim: Statement, evidence: Statement) -> tuple[Difference, bool] | None:
    """採用した where the source has 採用すると発表した: announced is not done."""
    if claim.lang != "ja" or evidence.lang != "ja" or not claim.words:
        return None
    last = claim.words[-1]
    if not _DONE_JA.match(claim.text, last.end):
        return None
    twins = [word for word in evidence.words if same_word(word, last)]
    if not twins or not all(_AHEAD_JA.match(evidence.text, word.end) for word in twins):
        return None
    return Difference("polarity", _phrase(claim.text, last), _phrase(evidence.text, twins[0])), True


def belongs_to(claim: Statement, word: Word, missing: Sequence[Word]) -> bool:
    """Whether a name only says whose the next name is, and that one is known."""
    if word.role != "of" or claim.lang != "ja" or word.model:
        return False
    behind = [other for other in claim.names if claim.text[word.end : other.start] == "の"]
    return any(not any(other is item for item in missing) for other in behind)


PLACE_LEVELS = frozenset("州県都府道市郡区町村国")


def place_level(statement: Statement, word: Word) -> str:
    """What kind of place a Japanese name is said to be: 州 of テキサス州; empty where that is not said."""
    behind = statement.text[word.end : word.end + 1]
    return behind if behind in PLACE_LEVELS and statement.lang == "ja" else ""


def places_comparable(claim: Statement, word: Word, evidence: Statement, other: Word) -> bool:
    """Whether one name may stand in the other's place: a state is no country, and a place no maker."""
    if place_level(claim, word) != place_level(evidence, other):
        return False
    return claim.lang == "ja" or word.role != "place" or other.role == "place"


_TOO = lazy_pattern(r"(?:社|氏|側)?も(?!の)")


def one_of_several(evidence: Statement, word: Word) -> bool:
    """Whether the evidence says that others did it, too: 「Googleも出資した」."""
    return evidence.lang == "ja" and _TOO.match(evidence.text, word.end) is not None


def name_differences(
    claim: Statement, evidence: Statement, context: Context, missing: Sequence[Word]
) -> list[Difference]:
    """Names of the evidence that stand where the claim has another one."""
    spare = [word for word in evidence.names if not has_word(claim, word) and not one_of_several(evidence, word)]
    found = []
    for word in missing:
        if belongs_to(claim, word, missing):
            continue  # AmazonのAnnapurna Labs: another word for whose they are
        level = [other for other in spare if places_comparable(claim, word, evidence, other)]
        same_role = (
            [other for other in level if other.role == word.role and other.model == word.model]
            or [other for other in level if other.model == word.model]
            or level
        )
        if same_role:
            other = same_role[0]
            spare = [item for item in spare if item is not other]
            found.append(Difference("name", claim.text[word.start : word.end], evidence.text[other.start : other.end]))
    return found
