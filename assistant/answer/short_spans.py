"""Spans of a sentence that could be a short answer: noun phrases, figures, names, quoted terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.text.morphology import Morpheme, morphemes
from assistant.text.patterns import lazy_pattern

_NOMINAL = frozenset(("名詞", "接頭辞", "接尾辞", "形状詞"))
_JOINERS = frozenset("・-=＝.,/&%％+°℃:~〜～゠–−’'‐’")
_APPROXIMATE = frozenset(("約", "およそ", "およそ", "ほぼ", "最大", "最低", "少なくとも", "合計", "計", "平均", "推定"))
_VAGUE_ENDS = frozenset("以上 以下 程度 前後 未満 頃 ごろ ほど 余り 以内 超 弱 強".split())
_QUOTED = lazy_pattern(r"「[^「」\n]{1,40}」|『[^『』\n]{1,40}』|“[^“”\n]{1,40}”|\"[^\"\n]{1,40}\"")
_DROPS = 3
_LINK_LIMIT = 14  # morphemes of a phrase joined by の
_LIST_LIMIT = 6  # members of a list
_LISTING = frozenset(
    (
        "と",
        "や",
        "、",
        "，",
        "および",
        "及び",
        "または",
        "又は",
        "ならびに",
        "並びに",
        "か",
        "、および",
        "から",
        " - ",
        "や、",
    )
)
_DIGITS = lazy_pattern(r"[0-9０-９]")
_KATAKANA = lazy_pattern(r"[ァ-ヺー・゠＝=]+$")
_LATIN = lazy_pattern(r"[A-Za-zＡ-Ｚａ-ｚ0-9０-９ .,&'’+/・:-]+$")
_ORGANISATION = lazy_pattern(
    r"(?:社|会|大学|党|省|庁|局|軍|団|機構|協会|委員会|銀行|研究所|連盟|組合|チーム|政府|学校|教会|リーグ|隊)$"
)


class ShortSpan(NamedTuple):
    """``first`` and ``last`` are indexes of morphemes, both included; offsets are within the sentence."""

    start: int
    end: int
    first: int
    last: int
    shape: str  # full, left, right, core, link, list, quoted, inside
    kind: str  # date, count, number, person, place, org, proper, katakana, latin, action, quality, noun


def spans_of(text: str) -> tuple[tuple[Morpheme, ...], list[ShortSpan]]:
    """The morphemes of a sentence and its candidate spans, each once."""
    tokens = morphemes(text)
    found: dict[tuple[int, int], ShortSpan] = {}

    def add(first: int, last: int, shape: str) -> None:
        while first <= last and tokens[first].part in ("空白", "補助記号"):
            first += 1
        while last >= first and tokens[last].part == "空白":
            last -= 1
        if first > last:
            return
        key = tokens[first].start, tokens[last].end
        if key not in found:
            found[key] = ShortSpan(*key, first, last, shape, kind_of(tokens[first : last + 1]))

    chunks = list(_chunks(tokens))
    for first, last in chunks:
        add(first, last, "full")
        for drop in range(1, min(_DROPS, last - first) + 1):
            add(first + drop, last, "left")
            add(first, last - drop, "right")
        for inner in _numeric_cores(tokens, first, last):
            add(*inner, "core")
        for inner in _proper_runs(tokens, first, last):
            add(*inner, "core")
    for index in range(len(chunks) - 1):
        reach = index
        while (
            reach + 1 < len(chunks)
            and chunks[reach + 1][0] == chunks[reach][1] + 2
            and tokens[chunks[reach][1] + 1].surface == "の"
            and chunks[reach + 1][1] - chunks[index][0] < _LINK_LIMIT
        ):
            reach += 1
            add(chunks[index][0], chunks[reach][1], "link")
    for index in range(len(chunks) - 1):
        for reach in range(index + 1, min(index + _LIST_LIMIT, len(chunks))):
            between = tokens[chunks[reach - 1][1] + 1 : chunks[reach][0]]
            if not between or "".join(token.surface for token in between) not in _LISTING:
                break
            add(chunks[index][0], chunks[reach][1], "list")
    starts = {token.start: position for position, token in enumerate(tokens)}
    ends = {token.end: position for position, token in enumerate(tokens)}
    for match in _QUOTED.finditer(text):
        for start, end, shape in (
            (match.start(), match.end(), "quoted"),
            (match.start() + 1, match.end() - 1, "inside"),
        ):
            if start in starts and end in ends and (start, end) not in found and starts[start] <= ends[end]:
                first, last = starts[start], ends[end]
                found[start, end] = ShortSpan(start, end, first, last, shape, kind_of(tokens[first : last + 1]))
    return tokens, list(found.values())


def _chunks(tokens: Sequence[Morpheme]) -> Iterator[tuple[int, int]]:
    """Longest runs of nouns with what joins them: 東京・大阪間, 1,500 Km, Ivo Wittig."""
    index = 0
    while index < len(tokens):
        if not _opens(tokens[index]):
            index += 1
            continue
        last = index
        position = index + 1
        while position < len(tokens):
            token = tokens[position]
            if token.part in _NOMINAL:
                last = position
            elif not (
                position + 1 < len(tokens)
                and tokens[position + 1].part in _NOMINAL
                and (
                    token.surface in _JOINERS
                    or (
                        (token.part == "空白" and (tokens[position - 1].end - tokens[position - 1].start) > 0)
                        and _latin_or_digit(tokens[position - 1], tokens[position + 1])
                    )
                )
            ) and not (token.surface in ("%", "％", "°", "℃", "つ") and position == last + 1):
                break
            elif token.surface in ("%", "％", "°", "℃", "つ"):
                last = position
            position += 1
        yield index, last
        index = max(last + 1, position)


def _opens(token: Morpheme) -> bool:
    return token.part in _NOMINAL or (token.part == "副詞" and token.surface in _APPROXIMATE)


def _latin_or_digit(before: Morpheme, after: Morpheme) -> bool:
    return before.surface.isascii() or after.surface.isascii()


def _numeric_cores(tokens: Sequence[Morpheme], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Figures with their unit inside a longer run, and the same without about and more."""
    start: int | None = None
    for position in range(first, last + 2):
        inside = position <= last
        numeric = inside and (tokens[position].detail == "数詞" or tokens[position].name in ("助数詞", "助数詞可能"))
        joined = inside and tokens[position].surface in _JOINERS
        if numeric and start is None:
            start = position
        elif start is not None and not (numeric or joined):
            yield start, position - 1
            if inside and tokens[position].part in _NOMINAL:
                yield start, position
            start = None
    if tokens[last].surface in _VAGUE_ENDS and last > first:
        yield first, last - 1
    if tokens[first].surface in _APPROXIMATE and last > first:
        yield first + 1, last


def _proper_runs(tokens: Sequence[Morpheme], first: int, last: int) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for position in range(first, last + 2):
        proper = position <= last and (
            tokens[position].detail == "固有名詞"
            or (start is not None and position < last and tokens[position].surface in ("・", "＝", "=", "゠"))
        )
        if proper and start is None:
            start = position
        elif not proper and start is not None:
            yield start, position - 1
            start = None


def kind_of(tokens: Sequence[Morpheme]) -> str:
    """What a run of nouns looks like: date, number, count, org, person, place, proper, katakana, latin, …"""
    text = "".join(token.surface for token in tokens)
    last = tokens[-1]
    if _DIGITS.search(text) or any(token.detail == "数詞" for token in tokens):
        if last.surface in (
            "年",
            "月",
            "日",
            "世紀",
            "時",
            "分",
            "頃",
            "ごろ",
            "年代",
            "曜日",
            "代",
            "初頭",
            "末",
            "前半",
            "後半",
            "半ば",
        ):
            return "date"
        if last.detail == "数詞":
            return "number"
        if (
            last.name in ("助数詞", "助数詞可能")
            or last.surface in _VAGUE_ENDS
            or last.surface in ("%", "％", "人", "Km", "m")
        ):
            return "count"
    names = {token.name for token in tokens if token.detail == "固有名詞"}
    if _ORGANISATION.search(text) and len(tokens) > 1:
        return "org"
    if "人名" in names:
        return "person"
    if "地名" in names:
        return "place"
    if names:
        return "proper"
    if _KATAKANA.match(text):
        return "katakana"
    if _LATIN.match(text):
        return "latin"
    if last.name == "サ変可能":
        return "action"
    return "quality" if last.part == "形状詞" else "noun"
