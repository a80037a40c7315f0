"""Which articles say the same: byte copies, wire copies, lightly edited re-posts.

Two steps. Each text gets a few *buckets*: its least shingle hash under two hash functions, together
with all its digits, so that only texts with the same digits ever meet. Two texts share the least
hash with a probability that equals the Jaccard similarity of their shingle sets. Those that meet are
then compared in full: similarity, quantities, dates, names, negations. A pair passes only when none
of these differ, so that a doubtful pair stays apart.

References:
    Broder, "On the resemblance and containment of documents", SEQUENCES 1997 (shingles, MinHash).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assistant.text.dates import find_dates
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import find_quantities
from assistant.text.sentences import split_sentences
from assistant.text.stopwords import ENGLISH_STOP_WORDS
from assistant.text.tokens import named_entities
from assistant.types import Article, ArticleMetadata, BlockKind

SHINGLE_CHARS = 8
MIN_CHARS = 60
"""Shorter texts are copies only when they are the same to the character, title included."""
SAME_SHARE = 0.75
"""Jaccard similarity of the shingles from which a text may be an edited copy."""
_BATCH_CHARS = 500_000
_SEEDS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
Hashes = NDArray[np.uint64]
_NOT_BODY = frozenset({BlockKind.TITLE, BlockKind.METADATA, BlockKind.SEPARATOR})

_AGENCY = (
    r"共同通信(?:社)?|時事通信(?:社)?|ロイター(?:通信)?|AP通信|AFP(?:時事|=時事)?|ブルームバーグ|新華社|共同|時事|"
    r"Reuters|Associated Press|AP|AFP|Bloomberg|Kyodo(?: News)?|Jiji(?: Press)?|PR ?TIMES|PR Newswire|Business Wire"
)
_AGENCY_NAMES = (
    "共同", "時事", "ロイター", "AP通信", "AFP", "ブルームバーグ", "新華社", "Reuters", "REUTERS", "Associated Press",
    "(AP)", "（AP）", "Bloomberg", "Kyodo", "KYODO", "Jiji", "PR TIMES", "PRTIMES", "PR Newswire", "Business Wire",
)  # fmt: skip
_WIRE = lazy_pattern(rf"^(?:{_AGENCY})$", re.IGNORECASE)
# A credit or dateline: it names who sent the text, not what the text says.
_CREDIT = lazy_pattern(
    rf"^\s*(?:[【\[(（][^】\])）\n]{{0,24}}(?:{_AGENCY})[^】\])）\n]{{0,12}}[】\])）]\s*"
    rf"|(?:[A-Z][A-Za-z.]+(?:[ ,][A-Z][A-Za-z.]+)*,?\s+)?[(（](?:{_AGENCY})[)）]\s*[-–—―]+\s*)"
    rf"|\s*[【\[(（](?:{_AGENCY})(?:配信|提供|電)?[】\])）]\s*$"
    rf"|^\s*(?:配信|提供|Source|Credit)\s*[:：]\s*(?:{_AGENCY})\s*$",
    re.MULTILINE,
)
_DIGITS = lazy_pattern(r"\d+(?:[.,]\d+)*")
_NEGATION = lazy_pattern(
    r"な[いかくけ]|ませ?ん|ずに|不可|未(?:定|達|公表|発表)|\b(?:not|no|never|none|without|cannot)\b|n't\b"
)
_LATIN_NAME = lazy_pattern(r"(?<![A-Za-z0-9])(?:[A-Z][A-Za-z0-9.&'-]*|[A-Za-z-]*\d[A-Za-z0-9.-]*)")
_KATAKANA = lazy_pattern(r"[ァ-ヴー]{2,}")
# Words that turn a statement round: a text that swaps one for another is another text.
_TURNING = lazy_pattern(
    r"[月火水木金土日]曜|午前|午後|今年|昨年|来年|前年|増|減|上[が昇げ回]|下[が落げ回]|高|低|勝|負|黒字|赤字|賛成|反対|開始|終了|停止|再開|拡大|縮小|買収|売却|"
    r"\b(?:ris\w*|rose|fall\w*|fell|increas\w*|decreas\w*|gain\w*|los[et]\w*|w[io]n\w*|up|down|more|less|higher|lower|"
    r"profit\w*|start\w*|end\w*|stop\w*|buy\w*|bought|sell\w*|sold|support\w*|oppos\w*|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|[ap]\.?m\.?|last|next)\b"
)


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is stored of a text to find its copies."""

    buckets: tuple[str | None, str | None]
    wire: bool


def sketches(bodies: Sequence[Body]) -> list[Sketch]:
    """The sketch of each article, in order."""
    found = []
    for own, least in zip(bodies, _least_hashes(bodies), strict=True):
        text = own.folded
        if not text:
            found.append(Sketch((None, None), False))
            continue
        digits = " ".join(sorted(set(_digits(text))))
        title = "".join(normalise(own.title).split())
        salt = digits if len(text) >= MIN_CHARS else f"{digits}|{title}|{text}"
        found.append(Sketch((_bucket(0, least[0], salt), _bucket(1, least[1], salt)), own.wire))
    return found


def _bucket(function: int, least: int, salt: str) -> str:
    key = f"{function}:{least}:{salt}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(key, digest_size=8).hexdigest()


class Body:
    """The text of an article without title, article head and agency credit, in the forms in which it is compared
    with others, each worked out once when it is needed."""

    def __init__(self, article: Article) -> None:
        names_agency = any(map(article.text.__contains__, _AGENCY_NAMES))  # few do, and credits are slow to look for
        self.title = article.title
        self.text = _without_head(article)
        if names_agency:
            self.text = _CREDIT.sub("", self.text)
        self.text = self.text.strip()
        self.wire = _is_wire(article.metadata) or (names_agency and _CREDIT.search(article.text) is not None)
        """Whether the article credits an agency: in its author field, its tags, or a credit in the text."""
        self._hashes: Hashes | None = None

    @cached_property
    def folded(self) -> str:
        return "".join(normalise(self.text).split())  # digits are in ASCII now

    @cached_property
    def shingles(self) -> Hashes:
        """Hashes of the shingles, sorted, each once. As strings they would take ten times the memory."""
        hashes = _shingle_hashes(_codes(_padded(self.folded))) if self._hashes is None else self._hashes
        ordered = np.sort(hashes)
        return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))]

    @cached_property
    def sentences(self) -> dict[str, str]:
        """Folded sentences and what each is in the text."""
        found = (self.text[start:end] for start, end in split_sentences(self.text))
        return {"".join(normalise(sentence).split()): sentence for sentence in found}

    @cached_property
    def figures(self) -> tuple[object, ...]:
        """Everything that counts as a figure or a date, in a form in which equal means the same."""
        quantities = frozenset(
            (item.low.normalize(), item.high.normalize(), item.dimension, item.per, item.qualifier)
            for item in find_quantities(self.text)
        )
        dates = frozenset(item.key for item in find_dates(self.text))
        return frozenset(_digits(normalise(self.text))), quantities, dates

    def keep_hashes(self, hashes: Hashes) -> None:
        """Keep the hashes of the shingles as a sketch has worked them out."""
        self._hashes = hashes


def _without_head(article: Article) -> str:
    if not article.blocks:
        return article.text
    return "\n\n".join(article.text[block.start : block.end] for block in article.blocks if block.kind not in _NOT_BODY)


def _is_wire(about: ArticleMetadata) -> bool:
    fields = (*(about.author or "").replace("、", ",").split(","), *about.tags, *about.categories)
    return any(_WIRE.match(item.strip()) for item in fields)


def says_the_same(first: Body, second: Body) -> bool:
    """Whether two articles are copies: nearly the same words and not one figure, date, name or negation apart."""
    if first.folded != second.folded:
        if min(len(first.folded), len(second.folded)) < MIN_CHARS or _similarity(first, second) < SAME_SHARE:
            return False
        if not _same_statements(first, second):
            return False
    return first.title == second.title or (_titles_agree(first.title, second) and _titles_agree(second.title, first))


def _least_hashes(bodies: Sequence[Body]) -> Iterator[tuple[int, int]]:
    """For each text the least hash of its shingles under each of the two functions."""
    start = 0
    while start < len(bodies):  # many texts at a time: NumPy's calls cost more than its work on one
        end, size = start, 0
        while end < len(bodies) and (end == start or size + len(bodies[end].folded) <= _BATCH_CHARS):
            size += len(bodies[end].folded)
            end += 1
        yield from _batch_least_hashes(bodies[start:end])
        start = end


def _batch_least_hashes(bodies: Sequence[Body]) -> list[tuple[int, int]]:
    padded = [_padded(own.folded) for own in bodies]
    rolled = _shingle_hashes(_codes("".join(padded)))
    lengths = np.array([len(text) for text in padded])
    ends = np.cumsum(lengths)
    starts = ends - lengths
    for own, first, last in zip(bodies, starts, ends - SHINGLE_CHARS + 1, strict=True):
        own.keep_hashes(rolled[first:last])
    with np.errstate(over="ignore"):
        rows: list[Hashes] = []
        for seed in _SEEDS:
            mixed = (rolled ^ (rolled >> np.uint64(31))) * seed
            mixed ^= mixed >> np.uint64(29)
            # Shingles that run over the end of a text belong to none.
            for offset in range(1, SHINGLE_CHARS):
                over = ends[:-1] - offset
                mixed[over] = np.uint64(2**64 - 1)
            rows.append(np.minimum.reduceat(mixed, starts))
    return [(int(one), int(two)) for one, two in zip(*rows, strict=True)]


def _padded(text: str) -> str:
    return text.ljust(SHINGLE_CHARS)


def _codes(text: str) -> Hashes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)


def _shingle_hashes(codes: Hashes) -> Hashes:
    count = len(codes) - SHINGLE_CHARS + 1
    rolled = np.zeros(count, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for offset in range(SHINGLE_CHARS):
            rolled = rolled * np.uint64(1_099_511_628_211) + codes[offset : offset + count]
    return rolled


def _similarity(first: Body, second: Body) -> float:
    """Jaccard similarity of the shingles, or an upper bound of it when that is below :data:`SAME_SHARE`."""
    one, two = first.shingles, second.shingles
    bound = min(len(one), len(two)) / max(len(one), len(two))
    if bound < SAME_SHARE:
        return bound
    both = np.concatenate((one, two))
    both.sort()
    shared = int(np.count_nonzero(both[1:] == both[:-1]))
    return shared / (len(both) - shared)


def _digits(text: str) -> list[str]:
    return [match.replace(",", "") for match in _DIGITS.findall(text)]


def _same_statements(first: Body, second: Body) -> bool:
    """Whether the texts have the same figures and dates, and the sentences that are not in both the same names,
    figures and turning words, in the same order: two figures that change places make another statement."""
    one, two = first.sentences, second.sentences
    only_one = "\n".join(text for key, text in one.items() if key not in two)
    only_two = "\n".join(text for key, text in two.items() if key not in one)
    folded_one, folded_two = normalise(only_one), normalise(only_two)
    # From the cheapest to the dearest: most pairs that share many words differ in a figure.
    return (
        _digits(folded_one) == _digits(folded_two)
        and _TURNING.findall(folded_one) == _TURNING.findall(folded_two)
        and len(_NEGATION.findall(folded_one)) == len(_NEGATION.findall(folded_two))
        and _names(only_one) == _names(only_two)
        and first.figures == second.figures
    )


def _names(text: str) -> list[str]:
    """Proper names, katakana words, Latin words in capitals and anything with a digit, in order."""
    japanese = [text[start:end] for start, end, _ in named_entities(text) if not text[start:end].isascii()]
    latin = [name for name in _LATIN_NAME.findall(text) if name.lower() not in ENGLISH_STOP_WORDS]
    return [normalise(name) for name in (*japanese, *_KATAKANA.findall(text), *latin)]


def _titles_agree(title: str, other: Body) -> bool:
    """Whether a title says nothing of figures and names that the other article does not say."""
    known = normalise(f"{other.title}\n{other.text}")
    return (
        set(_digits(normalise(title))) <= set(_digits(known))
        and all(name in known for name in _names(title))
        and all(word in known for word in _TURNING.findall(normalise(title)))
    )
