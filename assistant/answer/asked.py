"""What a question's interrogative says about the answer: its type, its head noun, its place in the sentence.

「日本の首都はどこですか」 asks for a place whose head noun is 首都; 「何年に開業したか」 asks for a year
that stands before に and 開業.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.answer.question import Question, QuestionKind
from assistant.text.morphology import Morpheme, morphemes
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.tokens import words

_PLAIN = frozenset(
    ("何", "なに", "なん", "誰", "だれ", "どこ", "何処", "いつ", "なぜ", "どう", "どちら", "どれ", "いくら", "幾ら")
)
_BEFORE_NOUN = frozenset(("どの", "どんな", "何の", "なんの", "どういう", "どういった", "どのよう"))
_COUNTERS = frozenset(
    "個 台 基 枚 本 人 名 社 回 倍 % パーセント 割 種類 世代 番 位 度 つ ドル 円 歳 件 分 秒 時間 日間 年間 カ国 か国".split()
)
_CALENDAR = {"年": "year", "月": "month", "日": "day", "世紀": "century", "時": "hour", "曜日": "weekday"}
_NOUNS = frozenset(("名詞", "接尾辞", "形状詞"))
_HEAD_TYPES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"(?:読み|読み方|読み仮名|ふりがな|振り仮名|よみ)$", "reading"),
        (r"(?:人|者|氏|(?<!国)家|手|王|帝|相|長|役|官|師|氏名|本名|監督|選手|夫|妻|父|母|兄|弟|子|神)$", "person"),
        (r"(?:国|国家|都市|県|市|州|町|村|区|地|地方|島|駅|山|川|場所|地域|大陸|出身地|首都|方面|所)$", "place"),
        (r"(?:社|会社|企業|団体|組織|機関|大学|学校|党|省|庁|局|チーム|メーカー|軍|教|球団|協会|銀行|放送局)$", "org"),
        (r"(?:年|時期|時代|世紀|日|月|時|頃|期間|季節)$", "date"),
        (r"(?:数|量|割合|率|長さ|高さ|面積|人口|距離|速度|重さ|温度|値|額|価格|金額|回数|順位|標高|全長|幅|サイズ|規模)$", "count"),
        (r"(?:語|言語)$", "language"),
        (r"(?:名称|名前|名|別名|呼び名|通称|愛称|略称|作品|曲|映画|小説|番組|題名|タイトル|アルバム|本)$", "name"),
    )
)  # fmt: skip

_HEADS_EN = tuple(
    re.compile(pattern)
    for pattern in (
        r"\bhow (?:many|much) (?P<head>[a-z][a-z0-9 -]*?) (?:does|do|did|is|are|was|were|has|have|had|can|could|will|would|in|per|on|of)\b",
        r"\bhow much (?:does|do|did|would|will) .+? (?P<head>cost|weigh)\b",
        r"\b(?:what|who) (?:is|are|was|were) (?:the |an? )?(?P<head>[a-z][a-z0-9 -]*?) (?:of|at|for)\b",
        r"\bwhat (?P<head>[a-z][a-z -]*?) (?:does|do|did|is|are|was|were|has|have)\b",
    )
)
_ASIDE_EN = lazy_pattern(
    r"\b(?:total|exact|maximum|minimum|peak|current|more|less|higher|lower|larger|smaller|faster|better|greater|fewer|each|factor|number|amount|kinds?|types?|names?|value|method|percentage|percent|year|date|day|month|time|company|firm|city|country|place)\b"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """``kind`` is year, month, day, date, person, place, org, count, what, which, reason, …"""

    kind: str
    counter: str = ""  # what follows 何: 人 of 何人
    head: str = ""  # normalised noun that says what the answer is: 国 of どの国, 首都 of 首都はどこ
    particle: str = ""  # what follows the interrogative: に of 何年に
    phrase: tuple[str, ...] = ()  # all words of the head in an English question: die, size
    subject: str = ""  # normalised noun before は: 所長 of 所長は誰
    predicate: str = ""  # normalised verb or noun the answer depends on: 開業 of 何年に開業した
    relative: bool = False  # a clause says what is wanted: …を持つ国は, …したのは誰


@lru_cache(maxsize=64)
def what_is_asked(question: Question) -> Asked:
    """Read the interrogative of ``question``."""
    if question.lang != "ja":
        return _english(question)
    tokens = morphemes(normalise(question.text))
    place = _interrogative(tokens)
    if place is None:
        return _without_interrogative(question, tokens)
    index, after = place
    word = tokens[index].surface
    counter = head = ""
    kind = _plain_kind(question)
    if word in ("何", "なん", "どの", "どんな", "どういう", "どういった") or word in _BEFORE_NOUN:
        noun = _noun_run(tokens, after)
        if noun > after:
            written = "".join(token.surface for token in tokens[after:noun])
            head = tokens[noun - 1].form
            if word in ("何", "なん") and written.startswith("年") and written[1:2].isdigit():
                counter, kind = "年", "year"  # 何年8月
            elif word in ("何", "なん") and (written in _CALENDAR or _is_counter(tokens[after])):
                counter, kind = written, _CALENDAR.get(written, "count")
            elif word == "どんな":
                kind = "what"  # どんな国: what it is like, not which one
            else:
                kind = _typed_by(head, "which")
            after = noun
    kind = {"誰": "person", "だれ": "person", "どなた": "person", "どこ": "place", "何処": "place", "いつ": "date"}.get(
        word, kind
    )
    naming = any(token.form in ("言う", "呼ぶ", "称する") for token in tokens[after : after + 3])
    if kind in ("thing", "which", "place", "definition") and not counter:
        named = head or _subject(tokens, index)
        if named:
            otherwise = "what" if kind in ("thing", "definition") else kind
            head, kind = named, "name" if naming and not head else _typed_by(named, otherwise)
    if kind == "thing":
        kind = "what"
    particle = tokens[after].surface if after < len(tokens) and tokens[after].part in ("助詞", "助動詞") else ""
    if after + 1 < len(tokens) and particle == "と" and tokens[after + 1].surface in ("いう", "言う", "呼ば", "呼ぶ"):
        particle = "と言う"
    return Asked(
        kind,
        counter,
        head,
        particle,
        subject=_subject(tokens, index),
        predicate=_predicate(tokens, after),
        relative=_is_relative(tokens, index),
    )


def _without_interrogative(question: Question, tokens: tuple[Morpheme, ...]) -> Asked:
    """「…の読みは？」「…を持つ国は？」: the noun that stands last says what is wanted."""
    end = len(tokens)
    while end and tokens[end - 1].part in ("助詞", "補助記号", "助動詞", "空白"):
        end -= 1
    head = _last_noun(tokens, len(tokens))
    if head == "方" and end > 1 and tokens[end - 2].form in ("読む", "読み"):
        head = "読み方"
    if head.startswith("何") and len(head) > 1:  # 何党, one word for the tagger
        return Asked(_typed_by(head[1:], "which"), head=head[1:], relative=_is_relative(tokens, end - 1))
    return Asked(_typed_by(head, _plain_kind(question)), head=head, relative=_is_relative(tokens, end))


def _is_relative(tokens: tuple[Morpheme, ...], index: int) -> bool:
    """Whether the noun phrase before the interrogative at ``index``, or の, has a clause before it."""
    position = index - 1
    while position > 0 and tokens[position].part in ("助詞", "補助記号", "空白") and tokens[position].surface != "の":
        position -= 1
    while position > 0 and (tokens[position].part in _NOUNS or tokens[position].surface == "の"):
        position -= 1
    return position > 0 and tokens[position].part in ("動詞", "助動詞", "形容詞")


def _english(question: Question) -> Asked:
    folded = " ".join(normalise(question.text).split())
    for pattern in _HEADS_EN:
        match = pattern.search(folded)
        if match:
            phrase = words(_ASIDE_EN.sub(" ", match["head"]))
            if phrase:
                return Asked(_plain_kind(question), head=phrase[-1], phrase=tuple(phrase))
    return Asked(_plain_kind(question))


def _plain_kind(question: Question) -> str:
    return {
        QuestionKind.FIGURE: "count",
        QuestionKind.DATE: "date",
        QuestionKind.PERSON: "person",
        QuestionKind.PLACE: "place",
        QuestionKind.ORGANISATION: "org",
    }.get(question.kind, question.kind.value)


def _typed_by(head: str, otherwise: str) -> str:
    return next((kind for pattern, kind in _HEAD_TYPES if head and pattern.search(head)), otherwise)


def _interrogative(tokens: tuple[Morpheme, ...]) -> tuple[int, int] | None:
    """Index of the interrogative and of what follows it; the last one of the question counts."""
    for index in range(len(tokens) - 1, -1, -1):
        surface = tokens[index].surface
        if surface in _PLAIN or surface in _BEFORE_NOUN:
            after = index + 1
            following = "".join(token.surface for token in tokens[after : after + 3])
            if surface in ("何", "なん"):
                # 何という人, 何の花: the noun that follows is the head
                for bridge, length in (("という", 2), ("と言う", 2), ("といった", 3), ("の", 1)):
                    if following.startswith(bridge) and after + length < len(tokens):
                        if tokens[after + length].part == "名詞":
                            after += length
                        break
            return index, after
        if tokens[index].form == "幾" and index + 1 < len(tokens) and tokens[index + 1].surface == "つ":
            return index, index + 2
    return None


def _noun_run(tokens: tuple[Morpheme, ...], start: int) -> int:
    end = start
    while end < len(tokens) and (tokens[end].part in _NOUNS or tokens[end].surface in ("%", "・")):
        end += 1
    return end


def _is_counter(token: Morpheme) -> bool:
    return token.name in ("助数詞", "助数詞可能") or token.surface in _COUNTERS


def _subject(tokens: tuple[Morpheme, ...], index: int) -> str:
    """The noun before は, も, が or を that stands last before the interrogative."""
    for position in range(index - 1, 0, -1):
        if tokens[position].part == "助詞" and tokens[position].surface in ("は", "も", "が", "を"):
            return _last_noun(tokens, position)
    return ""


def _last_noun(tokens: tuple[Morpheme, ...], end: int) -> str:
    for token in reversed(tokens[:end]):
        if token.part in _NOUNS:
            return token.form
        if token.part not in ("助詞", "補助記号", "助動詞", "空白"):
            return ""
    return ""


def _predicate(tokens: tuple[Morpheme, ...], after: int) -> str:
    for token in tokens[after:]:
        if token.part in ("動詞", "名詞", "形容詞", "形状詞") and token.form not in (
            "為る",
            "言う",
            "有る",
            "成る",
            "居る",
        ):
            return token.form
    return ""
