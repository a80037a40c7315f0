"""Tokens for the lexical index and for scoring: words, character bigrams, part numbers.

Japanese words come from SudachiPy (split mode A, normalised forms), so サーバ and サーバー are one
token. Latin words are stemmed (Snowball). Part numbers stay whole and lose their separators:
``PPR-9087`` gives ``ppr9087``, ``ppr`` and ``9087``, so it never equals ``PPR-9088``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import add
from typing import TYPE_CHECKING

import Stemmer

from assistant.text.morphemes import japanese_forms, japanese_words
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.stopwords import ENGLISH_STOP_WORDS, ENGLISH_VERBS, NO_MODEL_NAMES, QUESTION_WORDS_JA

if TYPE_CHECKING:
    from sudachipy import Morpheme, Tokenizer

_LATIN = lazy_pattern(r"[a-z0-9\u00c0-\u024f]+(?:[-./_'+&][a-z0-9\u00c0-\u024f]+|,(?=\d{3}(?!\d))\d{3})*")
_CJK_RUN = lazy_pattern(
    r"[\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+"
)
_KANJI = lazy_pattern(r"[\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_PARTS = lazy_pattern(r"[a-z\u00c0-\u024f]+|\d+(?:[.,]\d+)*")
_DIGIT = lazy_pattern(r"\d")
_HALF_SURROGATE = lazy_pattern("[\ud800-\udfff]")
_MODEL_TAIL = lazy_pattern(r"[ ](\d{1,4}[a-z]{0,3})(?![a-z0-9_%]|[.,]\d)")
# What only asks for a number: 何個, いくつ, どのくらい. The counter says nothing about the subject.
_HOW_MANY = lazy_pattern(
    r"何(?:個|台|基|枚|本|人|名|社|回|倍|%|パーセント|割|年|月|日|時|分|秒|種類|世代|番目|番|位|度|つ|チップ|gb|tb|nm|w|ドル|円)?"
    r"|いくつ|幾つ|いくら|幾ら|どの(?:くらい|ぐらい|程度)|どれ(?:くらい|ぐらい|ほど|だけ)|どのよう"
)

_SUDACHI_LIMIT = 12_000  # characters: Sudachi takes at most 49,149 bytes at a time


class _Sudachi(threading.local):
    """One tokenizer a thread: a Sudachi tokenizer must not be shared."""

    tokenizer: Tokenizer | None = None


_local = _Sudachi()
_dictionary_lock = threading.Lock()


@lru_cache(maxsize=1)
def _dictionary() -> object:
    from sudachipy import Dictionary

    return Dictionary()


def _tokenizer() -> Tokenizer:
    tokenizer = _local.tokenizer
    if tokenizer is None:
        from sudachipy import SplitMode

        with _dictionary_lock:
            tokenizer = _dictionary().tokenizer(mode=SplitMode.A)  # type: ignore[attr-defined]
        _local.tokenizer = tokenizer
    return tokenizer


def characters(text: str) -> list[str]:
    """Character bigrams of Japanese runs, and single kanji."""
    found: list[str] = []
    for run in _CJK_RUN.findall(normalise(text)):
        found.extend(map(add, run, run[1:]))
        found.extend(_KANJI.findall(run))
    return found


def words(text: str) -> list[str]:
    """Word tokens of a text, in order: the Japanese ones first, then the Latin ones."""
    folded = normalise(text)
    found = japanese_forms(folded) if _CJK_RUN.search(folded) else []
    found.extend(_latin_words(folded))
    return found


@dataclass(frozen=True, slots=True)
class QueryWord:
    """One word of a question. ``share`` is 1 for what names things, less for verbs and adjectives,
    which a text often puts in other words."""

    form: str
    share: float


VERB_SHARE = 0.5


def query_words(text: str) -> list[QueryWord]:
    """Words of a question, each once, without question and stop words; all of them when nothing else is left."""
    found: dict[str, float] = {}
    for form, share in _tagged(_HOW_MANY.sub(" ", normalise(text))):
        found[form] = max(share, found.get(form, 0.0))
    if not found:
        found = dict(_tagged(normalise(text)))
    everything = [QueryWord(form, share) for form, share in found.items()]
    dropped = _dropped_words()
    return [word for word in everything if word.form not in dropped] or everything


def _tagged(folded: str) -> Iterable[tuple[str, float]]:
    if _CJK_RUN.search(folded):
        for form, part in japanese_words(folded):
            yield form, 1.0 if part == "名詞" else VERB_SHARE
    verbs = _english_verbs()
    for form in _latin_words(folded):
        yield form, VERB_SHARE if form in verbs else 1.0


@lru_cache(maxsize=1)
def _dropped_words() -> frozenset[str]:
    return QUESTION_WORDS_JA | ENGLISH_STOP_WORDS | {_stem(word) for word in ENGLISH_STOP_WORDS}


@lru_cache(maxsize=1)
def _english_verbs() -> frozenset[str]:
    return frozenset(_stem(word) for word in ENGLISH_VERBS)


def _latin_words(folded: str) -> Iterable[str]:
    for match in _LATIN.finditer(folded):
        token = match.group()
        yield from _latin_forms(token)
        # "Trainium 3" is also found as trainium3.
        if token.isalpha() and len(token) > 1 and token not in NO_MODEL_NAMES:
            tail = _MODEL_TAIL.match(folded, match.end())
            if tail is not None:
                yield token + tail.group(1)


@lru_cache(maxsize=50_000)
def _latin_forms(token: str) -> tuple[str, ...]:
    return tuple(_latin(token))


def _latin(token: str) -> Iterable[str]:
    if token.isalpha():
        yield _stem(token)
        return
    joined = "".join(char for char in token if char.isalnum()) if _DIGIT.search(token) else token
    if _is_number(token):
        yield token.replace(",", "")
        return
    if token.endswith("'s"):
        yield from _latin(token[:-2])
        return
    yield joined if _DIGIT.search(token) and "." not in token else token.replace(",", "")
    parts = _PARTS.findall(token)
    if len(parts) > 1:
        for part in parts:
            if part.isalpha():
                if len(part) > 1:
                    yield _stem(part)
            elif len(part) > 1:
                yield part.replace(",", "")


def _is_number(token: str) -> bool:
    return token.replace(",", "").replace(".", "", 1).isdigit()


class _English(threading.local):
    """One stemmer a thread: a PyStemmer object must not be shared."""

    def __init__(self) -> None:
        self.stem = Stemmer.Stemmer("english").stemWord


_english = _English()


def _stem(word: str) -> str:
    return str(_english.stem(word)) if len(word) >= 4 and word.isascii() else word


def named_entities(text: str) -> list[tuple[int, int, str]]:
    """Proper names in Japanese text by the dictionary's classes.

    Returns:
        ``(start, end, class)`` with offsets into ``text``; the class is 人名, 地名, 組織名 or 一般.
        Neighbouring names of one class are one name, and a suffix such as さん or 市 is left out.
    """
    found: list[tuple[int, int, str]] = []
    for start, end, _, part, _ in morphemes(text):
        joins = bool(found) and found[-1][1] == start
        if part[1] == "固有名詞":
            if joins and found[-1][2] == part[2]:
                found[-1] = (found[-1][0], end, part[2])
            else:
                found.append((start, end, part[2]))
        elif text[start:end] in ("・", "=", "＝") and joins and found[-1][2] == "人名":
            found[-1] = (found[-1][0], end, "人名")
    return [(start, end, kind) for start, end, kind in found if text[start:end].strip("・=＝")]


def morphemes(text: str) -> Iterator[tuple[int, int, str, tuple[str, ...], bool]]:
    """``(start, end, normalised form, part of speech, unknown word)`` of every morpheme, split mode A; offsets into
    ``text``."""
    text = _HALF_SURROGATE.sub("\ufffd", text)  # Sudachi takes UTF-8 only
    tokenizer = _tokenizer()
    for chunk in range(0, len(text), _SUDACHI_LIMIT):
        for morpheme in tokenizer.tokenize(text[chunk : chunk + _SUDACHI_LIMIT]):
            form, part, unknown = _entries.get(morpheme.word_id()) or _entry(morpheme)
            yield chunk + morpheme.begin(), chunk + morpheme.end(), form, part, unknown


_Entry = tuple[str, tuple[str, ...], bool]
_entries: dict[int, _Entry] = {}
"""Form and part of speech of dictionary words met so far, by their number."""


def _entry(morpheme: Morpheme) -> _Entry:
    unknown = bool(morpheme.is_oov())
    entry = str(morpheme.normalized_form()), _part_of_speech(morpheme.part_of_speech_id()), unknown
    if not unknown:
        _entries[morpheme.word_id()] = entry
    return entry


@cache
def _part_of_speech(part_of_speech_id: int) -> tuple[str, ...]:
    return tuple(_dictionary().pos_of(part_of_speech_id))  # type: ignore[attr-defined]
