"""Who does what to whom: the same names with their roles exchanged are another statement."""

from __future__ import annotations

import re

from assistant.text.patterns import lazy_pattern
from assistant.types import Difference
from assistant.verify.places import same_word
from assistant.verify.statement import Statement, Word
from assistant.verify.vocab import stem

_RECEIVE_JA = lazy_pattern(r"を(?:受け|もらっ|得)|(?:さ)?れ(?:た|る|て|、)|られ(?:た|る|て|、)")
_NOMINAL = lazy_pattern(
    r"(?P<one>[^、。のはが]{2,20})(?:の|による|は、?|が)(?P<two>[^、。のはが]{2,20})(?P<case>からの|への|に対する)"
)
_STRICT = frozenset(
    stem(word)
    for word in "出資 投資 投じる 買収 売却 提訴 訴える 破る 勝つ 倒す 抜く 上回る 下回る 攻撃 殺害 invest investment acquire sue beat defeat exceed surpass outperform fund kill commit".split()
)
_PASSIVE_EN = lazy_pattern(
    r"\b(?:was|were|been|being|is|are|be)\b[^,.;]{0,24}\bby\b|\b(?:receiv(?:e|es|ed|ing)|got|raised|gets)\b[^.;]{0,60}\bfrom\b"
)
_PAID = frozenset(stem(word) for word in "支払う 払う pay commit".split())
"""Acts that two parties do to each other in one direction: who pays is not paid for the same."""
_DIRECTED = frozenset(
    stem(word)
    for word in (
        "出資 投資 投じる 買収 提供 供給 供与 販売 売る 売却 貸す 支払う 渡す 与える 譲渡 委託 発注 提訴 訴える 批判 支援 攻撃 破る 勝つ 倒す 抜く 上回る 下回る 超える 採用 使う 利用 買う 購入 依存 統合 合併 "
        "製造 開発 設計 任命 殺害 招待 追う 生む 影響 移籍 invest investment acquire buy supply provide sell pay sue lead beat defeat exceed surpass outperform adopt use fund finance criticise criticize own commit "
        "develop design make manufacture host appoint kill invite follow influence support"
    ).split()
)


def reversed_roles(claim: Statement, evidence: Statement) -> list[Difference]:
    """The claim's giver and taker when the evidence has them the other way round."""
    mine, theirs = _direction(claim), _direction(evidence)
    if mine is None:
        return []
    giver, taker, acts = mine
    if theirs is None:
        actor = _lone_actor(evidence, acts) if any(word.form in _STRICT for word in acts) else None
        if actor is not None and same_word(actor, taker) and not same_word(actor, giver):
            found = f"{_shown(evidence, actor)} → …"
            return [Difference("name", f"{_shown(claim, giver)} → {_shown(claim, taker)}", found)]
        return []
    other_giver, other_taker, other_acts = theirs
    if not any(same_word(first, second) for first in acts for second in other_acts):
        return []
    if any(word.form in _PAID for word in acts) and _half_turned(giver, taker, other_giver, other_taker):
        claimed = f"{_shown(claim, giver)} → {_shown(claim, taker)}"
        return [Difference("name", claimed, f"{_shown(evidence, other_giver)} → {_shown(evidence, other_taker)}")]
    if same_word(giver, other_taker) and same_word(taker, other_giver) and not same_word(giver, taker):
        claimed = f"{_shown(claim, giver)} → {_shown(claim, taker)}"
        return [Difference("name", claimed, f"{_shown(evidence, other_giver)} → {_shown(evidence, other_taker)}")]
    return []


def _half_turned(giver: Word, taker: Word, other_giver: Word, other_taker: Word) -> bool:
    """Whether who receives in the claim is who gives in the evidence: "A pays B" against "B pays C"."""
    return same_word(taker, other_giver) and not same_word(giver, other_giver) and not same_word(taker, other_taker)


def _lone_actor(evidence: Statement, acts: list[Word]) -> Word | None:
    """The one name of a sentence when it is the one that acts: Google of "Google had invested $3 billion"."""
    names = evidence.names
    done = [word for word in evidence.words if word.kind != "name" and any(same_word(word, act) for act in acts)]
    if len(names) != 1 or not done:
        return None
    if evidence.lang == "ja":
        return names[0] if names[0].role == "subject" and not _RECEIVE_JA.search(evidence.text) else None
    active = names[0].end <= done[0].start and not _PASSIVE_EN.search(evidence.text)
    return names[0] if active else None


_MOVED_JA = lazy_pattern(r"から[^、。]{1,16}?(?:に|へ)")


def left_behind(claim: Statement, evidence: Statement) -> bool:
    """Whether the claim tells of something that the evidence only moves away from: GPU of "GPUからTrainiumに移し"."""
    if evidence.lang != "ja":
        return False
    for word in claim.words:
        twins = [other for other in evidence.words if same_word(word, other)] if word.role != "source" else []
        if twins and all(_MOVED_JA.match(evidence.text, other.end) for other in twins):
            begin = twins[0].end
            match = _MOVED_JA.match(evidence.text, begin)
            assert match is not None
            new = [other for other in evidence.words if begin <= other.start < match.end()]
            if new and not any(same_word(one, two) for one in new for two in claim.words):
                return True
    return False


def acts_on_another(statement: Statement) -> bool:
    """Whether a statement tells of an act between two, which may happen more than once."""
    direction = _direction(statement)
    return direction is not None and any(word.form in _STRICT for word in direction[2])


def direction_unknown(claim: Statement, evidence: Statement) -> bool:
    """Whether the claim says who acts on whom and the evidence, with both names, does not show it."""
    mine = _direction(claim)
    if mine is None or not any(word.form in _STRICT for word in mine[2]):
        return False
    giver, taker, _ = mine
    both = any(same_word(giver, word) for word in evidence.names) and any(
        same_word(taker, word) for word in evidence.names
    )
    theirs = _direction(evidence)
    if theirs is None:
        turned = any(
            same_word(taker, word) and (word.role == "subject" or (evidence.lang == "en" and word is evidence.names[0]))
            for word in evidence.names
        )
        return both or turned
    same = same_word(giver, theirs[0]) and same_word(taker, theirs[1])
    if any(same_word(one, two) for one in mine[2] for two in theirs[2]):
        return not same  # it tells of that act between others
    return both and not same


def _shown(statement: Statement, word: Word) -> str:
    return statement.text[word.start : word.end]


def _direction(statement: Statement) -> tuple[Word, Word, list[Word]] | None:
    """The name that acts, the name acted upon, and the words for the act; None when it is not clear."""
    names = statement.names
    acts = [word for word in statement.words if word.form in _DIRECTED and word.kind != "name"]
    if len(names) < 2 or not acts:
        return None
    if statement.lang == "ja":
        nominal = _NOMINAL.search(statement.text)
        if nominal is not None:
            near = {
                key: [word for word in names if nominal.start(key) <= word.start < nominal.end(key)]
                for key in ("one", "two")
            }
            if near["one"] and near["two"]:
                one, two = near["one"][-1], near["two"][-1]
                return (two, one, acts) if nominal["case"] == "からの" else (one, two, acts)
        subjects = [word for word in names if word.role == "subject"]
        sources = [word for word in names if word.role in ("source", "by")]
        takers = [word for word in names if word.role in ("dative", "object")]
        if subjects and sources and (_RECEIVE_JA.search(statement.text) or "からの" in statement.text):
            return sources[-1], subjects[0], acts
        passive = _RECEIVE_JA.search(statement.text) is not None
        if subjects and takers:
            return (takers[-1], subjects[0], acts) if passive and not sources else (subjects[0], takers[-1], acts)
        return None
    if _PASSIVE_EN.search(statement.text):
        agents = [word for word in names if word.role in ("by", "source")]
        takers = [word for word in names if word.role not in ("by", "source")]
        if agents and takers:
            return agents[0], takers[0], acts
    for act in acts:
        begin, end = _clause_en(statement.text, act.start)
        inside = [word for word in names if begin <= word.start < end]
        before = [word for word in inside if word.end <= act.start]
        after = [word for word in inside if word.start >= act.end]
        if before and after:
            dative = [word for word in after if word.role == "dative"]
            return before[0], (dative or after)[0], acts
    return None


def _clause_en(text: str, position: int) -> tuple[int, int]:
    """The stretch between semicolons, colons and relative clauses that holds a place."""
    borders = [match.start() for match in re.finditer(r"[;:]|, (?:and|but|while|whereas|which|who)\b", text)]
    begin = max((border for border in borders if border < position), default=0)
    return begin, min((border for border in borders if border > position), default=len(text))
