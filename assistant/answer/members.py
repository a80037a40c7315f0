"""Lists: the sentence that announces members, and the members that stand beside it."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer.candidates import Candidate
from assistant.answer.typed import introduces
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern

MEMBERS = 12
_KANJI = {kanji: number for number, kanji in enumerate("二三四五六七八九十", start=2)}
_WORDS = {word: number for number, word in enumerate("two three four five six seven eight nine ten".split(), start=2)}
_COUNT = lazy_pattern(
    r"(?<![\d.,第])(?P<number>[2-9]|1[0-2]|[二三四五六七八九十])(?:つ|種類|種|社|点|個|件|カ所|か所|項目|段階|区分)(?!目)(?:の(?P<what>[^、。はがをに「」]{1,12}))?"
    r"|\b(?P<word>two|three|four|five|six|seven|eight|nine|ten)\b"
)
_SEPARATOR = lazy_pattern(r"、|,(?!\d)|・(?!\s)|(?<=[^\W\d_a-z])と(?=「|[A-Zァ-ヶ一-龠])|および|または|\b(?:and|or)\b")
_ITEM = lazy_pattern(r"\s*(?:\d{1,2}[.)．）]|[・*•-])\s")


def count_told(text: str) -> tuple[int, str]:
    """How many members a text announces, and what they are: (3, 料金区分); (0, "") where it announces none."""
    match = _COUNT.search(normalise(text))
    if match is None:
        return 0, ""
    if match["word"]:
        return _WORDS[match["word"]], ""
    number = match["number"]
    return (int(number) if number.isascii() else _KANJI[number]), match["what"] or ""


def lists(text: str, least: int) -> bool:
    """Whether a text names at least ``least`` things one after the other."""
    return len(_SEPARATOR.findall(text)) >= least - 1


def announced(ranked: Sequence[Candidate], wanted: int) -> list[Candidate]:
    """The sentences that list or announce as many members as the question says there are."""
    return [item for item in ranked if count_told(item.text)[0] == wanted and item.features.coverage > 0]


def with_members(intro: Candidate, ranked: Sequence[Candidate]) -> list[Candidate]:
    """The members that a sentence announces: the lines after it, the sentence after it, or the items under the
    heading it names; nothing where it lists them itself."""
    count, what = count_told(intro.text)
    if introduces(intro.text):
        below = _lines_below(intro, ranked)
        if below:
            return below
    if not count or lists(intro.text, max(count, 3)):
        return []
    same = sorted(
        (item for item in ranked if item.passage.article_id == intro.passage.article_id and item.start > intro.start),
        key=lambda item: item.start,
    )
    if same and same[0].passage.passage_id == intro.passage.passage_id:
        if _is_item(same[0]):
            return [item for item in same if _is_item(item)][:count]
        if lists(same[0].text, count):
            return same[:1]
    return _under_heading(count, what, same)[:count]


def _lines_below(intro: Candidate, ranked: Sequence[Candidate]) -> list[Candidate]:
    after = sorted(
        (item for item in ranked if item.passage.passage_id == intro.passage.passage_id and item.start > intro.start),
        key=lambda item: item.start,
    )
    found: list[Candidate] = []
    for item in after:
        if item.text.rstrip().endswith(("。", ".")) or len(found) == MEMBERS:
            break
        found.append(item)
    return found


def _under_heading(count: int, what: str, after: Sequence[Candidate]) -> list[Candidate]:
    """The items of a section whose heading announces the same: 「5つの確認点」."""
    return [
        item
        for item in after
        if what
        and item.passage.heading_path
        and count_told(item.passage.heading_path[-1]) == (count, what)
        and _is_item(item)
    ]


def _is_item(item: Candidate) -> bool:
    return _ITEM.match(item.text) is not None
