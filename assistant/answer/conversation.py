"""Follow-up questions made whole from the questions before them.

Earlier turns supply only names and the attribute that was asked for; what they said is never evidence.
Every turn is searched again with the rewritten question, so the last turn obeys the rules of the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answer.question import Question, QuestionKind, analyse_question
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.tokens import named_entities

Names = Callable[[str], Sequence[tuple[int, int]]]
"""Where a text names an entity of the library's sheets; offsets into the normalised text."""

_MAX_TURNS = 50
_MARK_JA = lazy_pattern(r"^(?:では|じゃあ?|それでは|それじゃあ?|ちなみに|あと|なら|そして|同じく|また)[、,]?\s*")
_MARK_EN = lazy_pattern(r"^(?:and|so|then|ok|also|but)\b[ ,]*|^(?:what|how) about\b\s*", re.IGNORECASE)
_PRONOUN_JA = lazy_pattern(
    r"(?:それ|これ|そちら|そっち|同製品|同チップ|その(?:チップ|製品|サーバー|会社|企業|サービス)|この(?:チップ|製品|サーバー|会社|企業|サービス))(?=[はがをにのでとも、]|って)"
)
_OF_IT_JA = lazy_pattern(r"(?:その|この)(?=[^\s、。])")
_PRONOUN_EN = lazy_pattern(
    r"\b(?:its|their|(?:that|this) (?:chip|product|server|system|company|service)'s)\b"
    r"|\b(?:it|they|them|(?:that|this|the) (?:chip|product|server|system|company|service|one))\b",
    re.IGNORECASE,
)
_AGAINST_JA = lazy_pattern(
    r"^(?:前世代|前の世代|先代)(?:と比べ(?:る|て)?と?|に比べ(?:る|て)?と?|比)(?:は|では)?[?？。]*$"
)
_AGAINST_EN = lazy_pattern(
    r"^(?:compared (?:with|to)|versus|vs\.?) (?:the |its )?(?:previous|last) (?:generation|one)\??$", re.IGNORECASE
)
_EARLIER = lazy_pattern(
    r"^(?:(?P<first>初代)|(?:1つ|ひとつ|一つ)?前の(?:世代|型)|先代|the (?:previous|last) (?:generation|one))(?:のもの)?(?:では|だと|は|なら)?[?？。]*$",
    re.IGNORECASE,
)
_NUMBERED = lazy_pattern(r"(?P<stem>[^\d]*[^\d.])(?P<number>\d{1,2})")
_ONE_WITH = lazy_pattern(r"the (?:one|ones|version|model) with\b", re.IGNORECASE)
_LEFT_OPEN = frozenset((QuestionKind.FIGURE, QuestionKind.DATE, QuestionKind.PLACE))
_LEFT_OPEN_WORDS = 7
"""A question of so few words, without a name of its own, goes on about what was spoken of."""
_BASIS = lazy_pattern(
    r"^(?:(?P<ja>(?:チップ|サーバー|gpu|ラック|1台|1個|1基|ultraserver)[^、。?？]{0,6}(?:当たり|あたり|ごと|全体))(?:では|だと|は)?[?？。]*"
    r"|(?P<en>(?:per|for the whole|for one) [a-z ]{2,20})\??)$"
)
_BARE_JA = lazy_pattern(
    r"^[^、。?？「」]{1,24}?(?:は|って|も)(?:(?:、?(?:何|いくつ|いくら|どれ|どの|どう|いつ|誰|どこ|どんな)[^。?？]{0,16})?)[?？。]*$"
)
_ASKS_AT_ONCE = lazy_pattern(r"いつ|どこ|誰|なぜ|どうして|どう|何年")
_DONE_JA = lazy_pattern(r"[^はがをの、]{1,10}(?:した|する|している|った|いた|んだ)のは")
_FIRST_WORD = lazy_pattern(r"^([^\s、。はがのをにで]{2,20})(?:は|の|が|を)")
_BARE_EN = lazy_pattern(r"^(?:the )?[a-z0-9 -]{2,30}\??$")
_TODAY = lazy_pattern(r"今日|本日|昨日|明日|天気|株価|為替|\btoday\b|\bweather\b|\bnews\b|\btomorrow\b|\byesterday\b")
_PROPER_EN = lazy_pattern(
    r"(?<![\w'])(?!(?:I|What|When|Where|Who|Why|How|Which|Is|Are|Does|Do|Did|Was|Were|And|The|Can)\b)[A-Z][\w-]*(?: [A-Z0-9][\w.-]*)*"
)
_JAPANESE = lazy_pattern(r"[ぁ-ヿ一-鿿]")
_QUOTED = lazy_pattern(r"[「『“\"]([^」』”\"]{2,40})[」』”\"]")


@dataclass(frozen=True, slots=True)
class _Topic:
    """The last whole question and the name it is about."""

    question: str
    name: str


def resolve(question: str, history: Sequence[tuple[str, str]], names: Names) -> str | None:
    """The question as it stands on its own; None when it already does, or nothing before it helps.

    Args:
        question: What the user wrote.
        history: Earlier turns, ``(question, answer text)``, oldest first. Only the questions are read.
        names: Finds the entities of the library.
    """
    topic: _Topic | None = None
    for asked, _ in history[-_MAX_TURNS:]:
        whole = _rewritten(asked, topic, names) or asked
        found = _topic_in(whole, names)
        topic = _Topic(whole, found) if found else topic
    return _rewritten(question, topic, names)


def _rewritten(question: str, topic: _Topic | None, names: Names) -> str | None:
    text = normalise(question).strip()
    if topic is None or not text or _TODAY.search(text):
        return None
    analysed = analyse_question(question)
    if analysed.kind is QuestionKind.METADATA:
        return None
    japanese = analysed.lang == "ja"
    marked = (_MARK_JA if japanese else _MARK_EN).match(text)
    rest = text[marked.end() :].strip() if marked else text
    own = _name_in(question, names)
    if own:
        # "H200は？": the same question about another product
        bare = _without(rest, own)
        if re.fullmatch(
            r"(?:の(?:場合|とき|方|ほう))?[のはってでも?？。、 ]*|(?:the|for|of|'s|[?., ])*", bare
        ) and normalise(own) != normalise(topic.name):
            return _replaced(topic.question, topic.name, own)
        return _replaced(topic.question, topic.name, rest.rstrip("?. ")) if _ONE_WITH.match(rest) else None
    return _with_topic(rest, bool(marked), topic, analysed)


def _with_topic(rest: str, marked: bool, topic: _Topic, analysed: Question) -> str | None:
    whole = topic.question.rstrip("?？。 ")
    earlier = _EARLIER.match(rest)
    if earlier is not None and (renamed := _of_generation(topic, first=earlier["first"] is not None)):
        return renamed
    if analysed.lang == "ja":
        if _AGAINST_JA.match(rest):
            attribute = _attribute_ja(topic)
            return (
                f"{topic.name}の{attribute}は前世代の何倍ですか？"
                if attribute
                else f"{topic.name}は前世代の何倍ですか？"
            )
        basis = _BASIS.match(rest)
        if basis:
            return f"{topic.name}の{basis['ja'] or basis['en']}の{_attribute_ja(topic)}は？"
        if _PRONOUN_JA.search(rest):
            return _PRONOUN_JA.sub(topic.name, rest, count=1)
        if _OF_IT_JA.match(rest):
            return _OF_IT_JA.sub(f"{topic.name}の", rest, count=1)
        if (marked or _BARE_JA.match(rest) or _ASKS_AT_ONCE.match(rest)) and not _own_subject(rest):
            joint = "は" if _ASKS_AT_ONCE.match(rest) else "を" if _DONE_JA.match(rest) else "の"
            return f"{topic.name}{joint}{rest}"
        return None
    if _AGAINST_EN.match(rest):
        return f"{whole} compared with the previous generation?"
    basis = _BASIS.match(rest)
    if basis:
        return f"{whole} {basis['en'] or basis['ja']}?"
    if _PRONOUN_EN.search(rest):
        return _PRONOUN_EN.sub(lambda match: _possessive(match.group(), topic.name), rest, count=1)
    if analysed.kind in _LEFT_OPEN and not marked and rest.endswith("?") and len(rest.split()) <= _LEFT_OPEN_WORDS:
        return f"{rest.rstrip('?. ')} ({topic.name})?"
    if marked or _BARE_EN.match(rest):
        noun = re.sub(r"^the ", "", rest.rstrip("?. "))
        if re.match(r"(?:what|which|who|when|where|why|how|is|are|does|did|was|were|can)\b", noun):
            return f"{rest.rstrip('?. ')} ({topic.name})?" if marked else None
        return f"What is the {noun} of {topic.name}?"
    return None


def _of_generation(topic: _Topic, *, first: bool) -> str | None:
    """The last question on the generation before, by its number, or on the first of the line."""
    match = re.search(rf"{re.escape(topic.name)}(?P<number> ?\d+)?", topic.question, re.IGNORECASE)
    if match is None:
        return None
    numbered = _NUMBERED.fullmatch(match.group())
    if numbered is None or int(numbered["number"]) < 2:
        return None
    stem, number = numbered["stem"], int(numbered["number"]) - 1
    first = first or (number == 1 and not stem.endswith(" "))
    other = f"初代{stem.strip()}" if first and _JAPANESE.search(topic.question) else f"{stem}{1 if first else number}"
    return _replaced(topic.question, match.group(), other)


def _possessive(pronoun: str, name: str) -> str:
    return f"{name}'s" if pronoun.lower() in ("its", "their") or pronoun.lower().endswith("'s") else name


def _attribute_ja(topic: _Topic) -> str:
    """What the last question asked of its subject: メモリ容量 of 「Trainium3のメモリ容量は？」."""
    rest = _without(normalise(topic.question), topic.name)
    match = re.search(r"^の?(?P<what>[^はがをも、。?？]{1,20}?)(?:は|って|が|を|も|[?？]|$)", rest)
    return match["what"].strip("の ") if match else ""


def _own_subject(text: str) -> bool:
    """Whether the question names a person, a place or something quoted of its own."""
    return bool(_QUOTED.search(text)) or any(kind in ("人名", "地名", "一般") for _, _, kind in named_entities(text))


def _name_in(text: str, names: Names) -> str:
    """The first entity a text names, as written there; else its first proper name."""
    folded = normalise(text)
    places = sorted(names(text), key=lambda place: (place[0], place[0] - place[1]))
    if places:
        start, end = places[0]
        return _as_written(folded[start:end], text)
    quoted = _QUOTED.search(text)
    if quoted:
        return quoted[1]
    proper = _PROPER_EN.search(text)
    if proper:
        return proper.group()
    if not _JAPANESE.search(text):
        return ""
    found = [(start, end) for start, end, _ in named_entities(text)]
    return text[found[0][0] : found[0][1]] if found else ""


def _topic_in(text: str, names: Names) -> str:
    """What a whole question is about: the entity it names, else its first word before は or の."""
    found = _name_in(text, names)
    first = _FIRST_WORD.match(text.strip())
    if found and not (first and first[1].startswith(found)):
        return found
    return first[1] if first and not _PRONOUN_JA.match(first[1] + "は") else ""


def _as_written(name: str, text: str) -> str:
    match = re.search(r"[ ./_-]?".join(map(re.escape, name.replace(" ", ""))), text, re.IGNORECASE)
    return match.group() if match else name


def _without(text: str, name: str) -> str:
    return _replaced(text, name, "").strip()


def _replaced(text: str, name: str, other: str) -> str:
    return re.sub(re.escape(name), lambda _: other, text, count=1, flags=re.IGNORECASE)
