"""What became of a product: one that was cancelled does not ship, one without a date has not gone on sale."""

from __future__ import annotations

import re
from datetime import date

from assistant.text.dates import DateSpan
from assistant.text.patterns import lazy_pattern
from assistant.types import Difference
from assistant.verify.agree import Context, covered
from assistant.verify.statement import Statement, Word

_COMES = lazy_pattern(
    r"(?:出荷|発売|提供|量産|販売|投入|リリース)(?:を(?:開始|始め)|が(?:始ま|開始)|[しすさ]|中|済み|開始|(?:の|される|する)?予定)"
    r"|\b(?:ship(?:s|ped|ping)?|launch(?:es|ed|ing)?|(?:goes|went|go|gone|is|are|was) on sale|on the market|(?:is|are|was|become|became) "
    r"(?:now )?(?:generally )?available|in (?:mass|volume) production|release[ds]?|roll(?:s|ed)? out)\b",
    re.IGNORECASE,
)
"""What lets a product come to its buyers."""
_CAME = lazy_pattern(
    r"(?:出荷|発売|提供|量産|販売|投入|リリース)(?:を(?:開始し|始め)た|が始まった|(?:し|され)(?:た|てい[るた])|中(?:だ|で)|(?:開始)?済み)"
    r"|\b(?:shipped|is shipping|launched|went on sale|is on sale|(?:has|have) gone on sale|on the market|(?:is|are|was|became) "
    r"(?:now )?(?:generally )?available|(?:was|has been|were) released|rolled out)\b",
    re.IGNORECASE,
)
"""What says that it already has come."""
_CANCELLED_JA = r"(?:を|は|が|の(?:開発|発売|製品化|出荷)[をはが]?)?(?:取りやめ|中止|打ち切|断念|撤回|キャンセル)"
_CANCELLED_EN = r"(?:cancel(?:l?ed|s)|scrapped|scraps|abandon(?:ed|s)|dropped|drops|shelved|shelves|axed)\b"
_CANCELS = lazy_pattern(rf"(?:取りやめ|中止|打ち切|断念|撤回|キャンセル)|\b{_CANCELLED_EN}", re.IGNORECASE)
_NOT_YET = lazy_pattern(
    r"(?:開発|設計|計画|試作)(?:中|段階)|未定|未発売|発売前"
    r"|(?:発売|提供|出荷|販売|投入)(?:の)?(?:時期|日|開始日)(?:は|を|も)(?:示し|明らかに|公表|発表|明かし|決まっ)[^、。]{0,6}(?:ない|ず)"
    r"|\b(?:in|under) (?:development|design)\b|\bnot yet (?:on sale|available|released|shipping|shipped)\b"
    r"|\b(?:no|without an?|has not (?:given|named|set) an?) (?:release|launch|availability|sale) date\b",
    re.IGNORECASE,
)
_COARSE = frozenset(("season", "quarter", "half", "year", "fiscal_year", "decade", "century"))


def other_fate(claim: Statement, evidence: Statement, context: Context) -> Difference | None:
    """The claim's product comes out where the evidence has it cancelled, or has no date for it yet.

    What the evidence calls open may have come since it was published, so a claim of a later day is not touched.
    """
    comes = _COMES.search(claim.text)
    if comes is None or claim.negated or evidence.denied or _CANCELS.search(claim.text):
        return None
    coming = _coming(claim, comes)
    if not coming or not all(covered(word, evidence, context) for word in claim.names):
        return None
    if not evidence.negated:
        cancelled = _cancelled(coming, evidence)
        if cancelled is not None:
            return Difference("polarity", _shown(claim, comes), cancelled)
    came, open_yet = _CAME.search(claim.text), _NOT_YET.search(evidence.text)
    if came is None or open_yet is None or not all(_had_come(item, context.told) for item in claim.dates):
        return None
    products = [word for word in coming if word.model]
    about = [word for word in evidence.names if word.model]
    if len(products) != 1 or not about or not all(_same(products[0], word) for word in about):
        return None
    return Difference("polarity", _shown(claim, came), open_yet.group())


def _shown(claim: Statement, cue: re.Match[str]) -> str:
    """The cue with its inflection: 出荷する."""
    end = cue.end()
    while claim.lang == "ja" and end < len(claim.text) and "ぁ" <= claim.text[end] <= "ん":
        end += 1
    return claim.text[cue.start() : end]


def _coming(claim: Statement, comes: re.Match[str]) -> list[Word]:
    """The name of what comes: the object of "ships", else the subject."""
    if claim.lang == "ja":
        before = [word for word in claim.names if word.end <= comes.start()]
        for role in ("object", "subject"):
            found = [word for word in before if word.role == role]
            if found:
                return _run_to(claim, found[-1])
        return []
    behind = [word for word in claim.names if 0 <= word.start - comes.end() <= len(" the ")]
    if behind:
        return [word for word in claim.names if word.start >= behind[0].start][:3]
    before = [word for word in claim.names if word.end <= comes.start()]
    return _run_to(claim, before[-1]) if before else []


def _run_to(statement: Statement, last: Word) -> list[Word]:
    """The names that stand side by side up to ``last``: Falcon and Shores."""
    run = [last]
    for word in reversed([item for item in statement.names if item.end <= last.start]):
        if run[0].start - word.end > 1:
            break
        run.insert(0, word)
    return run


def _run_from(statement: Statement, first: Word) -> int:
    """Where the names that stand side by side from ``first`` on end."""
    end = first.end
    for word in statement.names:
        if word.start > first.start and word.start - end <= 1:
            end = word.end
    return end


def _same(one: Word, two: Word) -> bool:
    return one.form == two.form or not one.concepts.isdisjoint(two.concepts)


def _cancelled(coming: list[Word], evidence: Statement) -> str | None:
    """How the evidence says that this very thing was cancelled."""
    for word in evidence.names:
        if not any(_same(word, mine) for mine in coming):
            continue
        behind = evidence.text[word.end : word.end + 40]
        if evidence.lang == "ja":
            match = re.match(rf"[」』”）)]*{_CANCELLED_JA}", behind)
        else:
            match = re.match(
                rf",? (?:(?:was|were|has been|had been|is) )?(?:later )?{_CANCELLED_EN}", behind, re.IGNORECASE
            )
            if match is not None and not re.search(r"was|were|been|is", match.group()):
                match = None  # Intel cancelled
            verbs = list(re.finditer(rf"\b{_CANCELLED_EN}", evidence.text[: word.start], re.IGNORECASE))
            if match is None and verbs and _object_of(evidence, verbs[-1].end(), word):
                return evidence.text[verbs[-1].start() : _run_from(evidence, word)]
        if match is not None:
            begin = _run_to(evidence, word)[0].start
            begin -= evidence.text[begin - 1 : begin] in ("「", "『", "“", "（")
            return evidence.text[begin : word.end + match.end()]
    return None


def _object_of(evidence: Statement, verb_end: int, word: Word) -> bool:
    """Whether a name is what a verb before it is done to: nothing but "its", "the" and the same name stand between."""
    between = evidence.text[verb_end : _run_to(evidence, word)[0].start]
    return re.fullmatch(r" (?:(?:the|its|a|an|plans for|work on) )*[\"“']?", between) is not None


def _had_come(claimed: DateSpan, told: date | None) -> bool:
    """Whether the evidence was written when the claim's day had come."""
    day = claimed.last if claimed.granularity in _COARSE else claimed.first
    return day is not None and told is not None and day <= told
