"""Japanese words for search, from SudachiPy: normalised forms, with kanji numerals as numbers.

Two of Sudachi's plugins took a quarter of its time and are left out: the one that folds widths and
case, since our text is folded already, and the one that joins digits, since Latin digits are tokens
of ours; kanji numerals are joined here (二千八百 gives ``2800``, 二〇二五 gives ``2025``).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from itertools import repeat
from typing import TYPE_CHECKING, cast

from assistant.text.patterns import lazy_pattern

if TYPE_CHECKING:
    from sudachipy import Morpheme, MorphemeList, Tokenizer

# Parts of speech that carry no meaning for search.
_DROPPED = frozenset({"助詞", "助動詞", "補助記号", "空白", "記号"})
_LIMIT = 12_000  # characters: Sudachi takes at most 49,149 bytes at a time
_OUT_OF_VOCABULARY = 0xF0000000  # word ids from here on stand for words the dictionary lacks

_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "億": 10**8, "兆": 10**12, "京": 10**16}
_NUMERALS = _DIGITS | _SMALL | _LARGE
_NUMERAL = lazy_pattern(f"[{''.join(_NUMERALS)}]")
_MARK = "\0"
"""Begins the form of a numeral until :func:`_join_numerals` has seen it; alone it stands for a Latin digit."""

Word = tuple[str, str]
"""``(normalised form, part of speech)``; an empty form for what is not indexed."""

_known: dict[int, Word] = {}
_forms: dict[int, str] = {}
"""The forms of ``_known`` alone: indexing needs no part of speech, and looks up a hundred words a passage."""


class _Local(threading.local):
    """One tokenizer a thread: a Sudachi tokenizer must not be shared."""

    tokenizer: Tokenizer | None = None


_local = _Local()
_lock = threading.Lock()


@lru_cache(maxsize=1)
def _dictionary() -> object:
    from sudachipy import Config, Dictionary

    prolonged = {
        "class": "com.worksap.nlp.sudachi.ProlongedSoundMarkPlugin",
        "prolongedSoundMarks": ["ー"],
        "replacementSymbol": "ー",
    }
    katakana = {
        "class": "com.worksap.nlp.sudachi.JoinKatakanaOovPlugin",
        "oovPOS": ["名詞", "普通名詞", "一般", "*", "*", "*"],
        "minLength": 3,
    }
    return Dictionary(config=Config(inputTextPlugin=[prolonged], pathRewritePlugin=[katakana]))


def _tokenizer() -> Tokenizer:
    tokenizer = _local.tokenizer
    if tokenizer is None:
        from sudachipy import SplitMode

        with _lock:
            tokenizer = _dictionary().tokenizer(mode=SplitMode.A)  # type: ignore[attr-defined]
        _local.tokenizer = tokenizer
    return tokenizer


def japanese_words(folded: str) -> list[Word]:
    """The words of a normalised text that carry meaning, in order. Latin words and numbers are left out."""
    found: list[Word] = []
    for part, morphemes in _analysed(folded):
        words = [_known.get(morpheme.word_id()) or _entry(morpheme) for morpheme in morphemes]
        if _NUMERAL.search(part):
            words = list(_join_numerals(words))
        found.extend(word for word in words if word[0] and word[0] != _MARK)
    return found


def japanese_forms(folded: str) -> list[str]:
    """The normalised forms of :func:`japanese_words`: what indexing spends its time in."""
    found: list[str] = []
    for part, morphemes in _analysed(folded):
        # Loops of the interpreter over single morphemes took as long as the analysis itself.
        forms: list[str | None] = list(map(_forms.get, map(_word_id(), morphemes)))
        try:
            position = -1
            while True:
                position = forms.index(None, position + 1)
                forms[position] = _entry(morphemes[position])[0]
        except ValueError:
            known = cast("list[str]", forms)
        if _MARK not in "".join(known):
            found.extend(filter(None, known))
            continue
        if _NUMERAL.search(part):
            known = [form for form, _ in _join_numerals(zip(known, repeat("")))]
        found.extend(form for form in known if form and form != _MARK)
    return found


def _analysed(folded: str) -> Iterator[tuple[str, MorphemeList]]:
    tokenize = _tokenizer().tokenize
    for start in range(0, len(folded), _LIMIT):
        part = folded[start : start + _LIMIT]
        yield part, tokenize(part)


@lru_cache(maxsize=1)
def _word_id() -> Callable[[Morpheme], int]:
    from sudachipy import Morpheme

    return cast("Callable[[Morpheme], int]", Morpheme.word_id)


def _entry(morpheme: Morpheme) -> Word:
    """The word of a morpheme that is not known yet, remembered when the dictionary has it."""
    word_id = morpheme.word_id()
    if word_id >= _OUT_OF_VOCABULARY:
        return _unlisted(morpheme.surface(), morpheme.normalized_form(), morpheme.part_of_speech_id())
    word = _word(morpheme.surface(), morpheme.normalized_form(), morpheme.part_of_speech_id(), listed=True)
    _known[word_id], _forms[word_id] = word, word[0]
    return word


@lru_cache(maxsize=50_000)
def _unlisted(surface: str, form: str, part_of_speech_id: int) -> Word:
    return _word(surface, form, part_of_speech_id, listed=False)


def _word(surface: str, form: str, part_of_speech_id: int, *, listed: bool) -> Word:
    parts = _part_of_speech(part_of_speech_id)
    numeral = parts[1] == "数詞" and (surface.isascii() or all(char in _NUMERALS for char in surface))
    if parts[0] in _DROPPED or (surface.isascii() and not numeral):  # Latin tokens are ours
        return "", parts[0]
    if numeral:
        return (_MARK if surface.isascii() else _MARK + surface), parts[0]
    form = form.replace(" ", "").lower()
    return (form if listed else _one_spelling(form)), parts[0]


_KATAKANA = lazy_pattern(r"[\u30a1-\u30fa\u30fc]{3,}")
_SPELLINGS = dict(
    zip("ヴァ ヴィ ヴェ ヴォ ヴ ウィ ウェ ウォ".split(), "バ ビ ベ ボ ブ ウイ ウエ ウオ".split(), strict=True)
)
_TO_RESPELL = lazy_pattern("|".join(_SPELLINGS))


def _one_spelling(form: str) -> str:
    """A katakana word that the dictionary lacks: ブラザヴィル is ブラザビル, a long vowel at the end says nothing."""
    if not _KATAKANA.fullmatch(form):
        return form
    form = _TO_RESPELL.sub(lambda match: _SPELLINGS[match.group()], form)
    return form.rstrip("ー") if len(form) > 3 else form


def _join_numerals(words: Iterable[Word]) -> Iterable[Word]:
    """Neighbouring kanji numerals as one number. After Latin digits they stay units: 80億 is 80 and 億."""
    run: list[str] = []
    for form, part in (*words, ("", "")):
        if form.startswith(_MARK):
            run.append(form[1:])
            continue
        if run:
            if all(run):
                yield _value("".join(run)), "名詞"
            else:
                yield from ((numeral, "名詞") for numeral in run if numeral)
            run.clear()
        yield form, part


def _value(numerals: str) -> str:
    """The number that kanji numerals write, in Latin digits; as they are when they write none."""
    if numerals in _LARGE:  # 数万, 何億: how many is said elsewhere
        return numerals
    if all(char in _DIGITS for char in numerals):  # 二〇二五: digits by place
        return "".join(str(_DIGITS[char]) for char in numerals)
    total = below = digits = 0
    for char in numerals:
        if char in _DIGITS:
            digits = digits * 10 + _DIGITS[char]
        elif char in _SMALL:
            below += (digits or 1) * _SMALL[char]
            digits = 0
        elif char in _LARGE:
            total += ((below + digits) or 1) * _LARGE[char]
            below = digits = 0
        else:
            return numerals
    return str(total + below + digits)


@cache
def _part_of_speech(part_of_speech_id: int) -> tuple[str, ...]:
    return tuple(_dictionary().pos_of(part_of_speech_id))  # type: ignore[attr-defined]
