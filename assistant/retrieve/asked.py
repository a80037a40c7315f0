"""What a question asks for, beside its words: the type of answer, quoted labels, figures, phrases."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.stopwords import ENGLISH_STOP_WORDS
from assistant.text.tokens import words

_RUN = lazy_pattern(r"[\w々〆ー]+")
_PARTICLES = lazy_pattern(
    r"(?:です|ます|ました|でした)?か?[?？。]*$|(?:何(?=\w)|いつ|どこ|だれ|誰|どの|どれ|どんな|いくつ|いくら|なに|なぜ|どう|という|とは)"
)
_HIRAGANA_ONLY = lazy_pattern(r"[\u3041-\u3096]+")
_QUOTED = lazy_pattern(r"[「『“\"]([^「」『』“”\"]{1,80})[」』”\"]")
_LABEL_LAST = lazy_pattern(
    r"」\s*(?:の(?:額|値|金額|数値|割合|合計))?(?:は|とは)?"
    r"(?:いくら|いくつ|何\w{0,3}|どれ(?:くらい|ほど)|を教えて(?:ください|下さい)?|を示して|を答えよ)?(?:です|でした)?か?[?。]*$"
)
_NOUN = lazy_pattern(r"[\u30a1-\u30fa\u30fc・]+|[\u4e00-\u9fff々]+|[a-z][a-z0-9]*")
_TOPIC = lazy_pattern(r"([\u30a1-\u30fa\u30fc]{2,}|[\u4e00-\u9fff々]{2,})(?:は|が|とは)")
_LATIN_WORD = lazy_pattern(r"[^\W_]+(?:['.,-][^\W_]+)*")
_INNER = lazy_pattern(r"[、,]")
_NUMBER = lazy_pattern(r"\d+(?:[.,]\d+)*")
_JAPANESE = lazy_pattern(r"[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]")

_DATE = lazy_pattern(
    r"\d{3,4}年|\d{1,2}月|\d+日|世紀|年代|時代|元年|\b\d{4}\b|january|february|march|april|june|july|august|september|october|november|december"
)
_FIGURE = lazy_pattern(r"\d|[一二三四五六七八九十百千万億兆]")
_PERSON = lazy_pattern(
    r"[\u4e00-\u9fff]{2,}(?:氏|さん|博士|教授|皇帝|天皇|大統領|首相)|・|[\u4e00-\u9fff]{3,}|[a-z]+ [a-z]+"
)
_PLACE = lazy_pattern(r"[都道府県市区町村国島州郡港駅城山川湖海大陸洋半島地方]|\bin\b")
_COUNTED = lazy_pattern(r"何(?!で|が|を|に|と|の|か|も|や|は|ら|処|故|より|から|まで)([^\W\d_]{1,2})")
_HOW_MUCH = lazy_pattern(
    r"いくつ|いくら|どのくらい|どれくらい|どれだけ|どの程度|割合|人数|金額|[数率量額高]は|[全身]長は|\bhow (?:many|much|long|far|old|tall|big)\b|percentage|amount"
)
_WHEN = lazy_pattern(r"いつ|何年|何月|何日|何時代|何世紀|どの時代|\bwhen\b|what (?:year|date|day|month)")
_WHO = lazy_pattern(r"誰|だれ|人物|何者|\bwho(?:m|se)?\b")
_WHERE = lazy_pattern(r"どこ|何処|何県|何市|何国|どの国|どの地|\bwhere\b|what (?:country|city|state|place)")
KEPT = 100
"""Character runs of a question that are looked for; a question of ordinary length has fewer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the features see it. All texts are normalised."""

    folded: str
    japanese: bool
    runs: tuple[str, ...]
    bigrams: tuple[str, ...]
    trigrams: tuple[str, ...]
    fourgrams: tuple[str, ...]
    numbers: tuple[str, ...]
    quoted: tuple[str, ...]
    quoted_words: tuple[tuple[str, ...], ...]
    names_label: bool  # the question ends with a quoted label: …における「建設仮勘定」は？
    answer: re.Pattern[str] | None  # what an answer of the asked type looks like
    counter: re.Pattern[str] | None  # a figure with the counter asked for: 何冊 -> 1,300冊
    topic: re.Pattern[str] | None  # the noun asked about as the topic or subject of a sentence: 首都は
    openers: tuple[str, ...]  # nouns of the question: a passage that opens with one is about it
    scope: str  # 個別, 連結 or nothing: which accounts a figure is asked of

    def scope_match(self, text: str) -> float:
        """1 when the text is of the accounts asked for, -1 when of the others, 0 when it does not say."""
        group = "連結" in text
        single = not group and ("事業年度" in text or "個別" in text or "単体" in text or "提出会社" in text)
        if not group and not single:
            return 0.0
        return 1.0 if single == (self.scope == "個別") else -1.0


@lru_cache(maxsize=64)
def analyse(question: str) -> Asked:
    """Read a question for the features."""
    folded = normalise(question)
    japanese = bool(_JAPANESE.search(folded))
    runs, pairs, threes, fours = _character_runs(folded) if japanese else _word_runs(folded)
    quoted = tuple(
        part for phrase in _QUOTED.findall(folded) for part in map(str.strip, _INNER.split(phrase)) if len(part) > 1
    )[:6]
    counter = _COUNTED.search(folded)
    return Asked(
        folded=folded,
        japanese=japanese,
        runs=tuple(runs)[:KEPT],
        bigrams=tuple(dict.fromkeys(pairs))[:KEPT],
        trigrams=tuple(dict.fromkeys(threes))[:KEPT],
        fourgrams=tuple(dict.fromkeys(fours))[:KEPT],
        numbers=tuple(dict.fromkeys(number.replace(",", "") for number in _NUMBER.findall(folded)))[:10],
        quoted=quoted,
        quoted_words=tuple(tuple(words(phrase)) for phrase in quoted[:1]),
        names_label=bool(quoted) and _LABEL_LAST.search(folded) is not None,
        answer=_answer(folded, counter is not None),
        counter=re.compile(r"[\d一二三四五六七八九十百千万億数]\s?" + re.escape(counter.group(1)[0]))
        if counter is not None
        else None,
        topic=_topic(folded),
        openers=tuple(dict.fromkeys(noun for noun in _NOUN.findall(folded) if len(noun) > 1))[:12],
        scope="個別" if "個別" in folded or "単体" in folded else ("連結" if "連結" in folded else ""),
    )


def _topic(folded: str) -> re.Pattern[str] | None:
    """「ラオスの首都はどこ」 asks for 首都: 首都は, 首都が, 首都である, 首都の."""
    nouns = _TOPIC.findall(folded)
    if not nouns:
        return None
    return re.compile(re.escape(nouns[-1]) + r"\s*(?:は|が|を|も|:|＝|として|となる|である|とする)")


_Runs = tuple[list[str], list[str], list[str], list[str]]


def _character_runs(folded: str) -> _Runs:
    """Runs of word characters without question words, and their bigrams, trigrams and fourgrams."""
    runs = [run for run in _RUN.findall(_PARTICLES.sub(" ", folded)) if not run.isdigit() or len(run) > 1]

    def grams(size: int) -> list[str]:
        found = (run[place : place + size] for run in runs for place in range(len(run) - size + 1))
        return [gram for gram in found if not _HIRAGANA_ONLY.fullmatch(gram)]

    return runs, grams(2), grams(3), grams(4)


def _word_runs(folded: str) -> _Runs:
    """The same of a question without Japanese, where the unit is the word: net, net income, net income tax."""
    found = _LATIN_WORD.findall(folded)
    content = [word not in ENGLISH_STOP_WORDS for word in found]

    def grams(size: int) -> list[str]:
        return [
            " ".join(found[place : place + size])
            for place in range(len(found) - size + 1)
            if content[place] and content[place + size - 1]
        ]

    return [" ".join(found)] if found else [], [word for word in grams(1) if len(word) > 2], grams(2), grams(3)


def _answer(folded: str, counted: bool) -> re.Pattern[str] | None:
    if _WHEN.search(folded):
        return _DATE
    if _WHO.search(folded):
        return _PERSON
    if counted or _HOW_MUCH.search(folded):
        return _FIGURE
    if _WHERE.search(folded):
        return _PLACE
    return None
