"""Whether a sentence says what something is: 「NKIは、…手段だ」, "NVLink is NVIDIA's direct connection between GPUs"."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern

_TERM_JA = lazy_pattern(
    r"^(?P<term>[^、。?]{1,40}?)(?:とは|って|は(?=、?何を)|という(?:言葉|用語)(?:は|の)|の(?:定義|意味)は|はどういう意味)"
)
_TERM_EN = lazy_pattern(
    r"^(?:what (?:is|are|was|were|does|do|did)|define) (?:an? |the )?(?P<term>[\w .&/'\"-]+?)(?: (?:do|mean|stand for))?[?. ]*$"
)
_ENDS_JA = lazy_pattern(r"(?<!と|え)(?:だ|である|です|をいう|を指す|のこと|を意味する|と呼ばれる|呼び名)$")
_COUNTS_JA = lazy_pattern(r"[0-9][0-9,.万億]*(?:つ|個|台|基|社|人|種類|ドル|円|[a-z/%]{1,7})?(?:だ|である|です)$")
_ACTS_EN = r"is|are|was|were|refers to|stands for|means|names|describes|uses|lets|connects|links|runs"
_MAKER = 16
"""Characters that may stand before the term: 「NVIDIA（エヌビディア）の」 without its reading."""


def term_of(question: str) -> str:
    """What a question for a definition wants defined, normalised; empty where it cannot be told."""
    folded = " ".join(normalise(question).split())
    match = _TERM_EN.match(folded) or _TERM_JA.match(folded)
    return match["term"].strip("「」『』\"' ") if match else ""


def defines(term: str, text: str) -> bool:
    """Whether ``text`` opens with the normalised ``term`` and goes on to say what it is."""
    if not term:
        return False
    folded = _BRACKETS.sub("", " ".join(normalise(text).split())).rstrip("。. ")
    english, japanese = _patterns(term)
    if english.match(folded):
        return True
    match = japanese.match(folded)
    return match is not None and _ENDS_JA.search(folded) is not None and not _COUNTS_JA.search(folded)


_BRACKETS = lazy_pattern(r"[(（][^()（）]*[)）]")


@lru_cache(maxsize=64)
def _patterns(term: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    named = re.escape(term)
    return (
        re.compile(
            rf"^(?:the |an? )?\"?{named}\"?(?:,? or [^,]{{1,30}},?)?,? (?:{_ACTS_EN})\b(?! (?:not|also|about)\b)(?<!is(?= \d))(?<!are(?= \d))"
        ),
        re.compile(rf"^[・* ]*(?:[^、。は]{{0,{_MAKER}}}の)?[「『]?(?:[a-z]+ )?{named}[」』]?(?:とは|は)"),
    )
