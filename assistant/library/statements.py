"""Which statements of an older article a correction replaces, and by which words.

A correction leaves the rest of the older article valid. What it replaces is found in two ways: the
correction says what was wrong (「1,200円としたのは1,500円の誤り」, "12 dollars, not 15"), and the older
sentence states that; or it only states the right figure, and the older sentence says the same of the
same thing with another figure. A correction whose statement is not found corrects nothing by itself:
readers are then told of it, and the editor sees that it could not be placed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.library.notices import notice_text, title_key
from assistant.text.dates import DateSpan, find_dates
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import Quantity, Relation, compare, find_quantities
from assistant.text.sentences import split_sentences
from assistant.text.tokens import named_entities, query_words
from assistant.types import Article, BlockKind, SpecRow

_SHARED_FLOOR = 2
"""Content words that a sentence with the wrong fact must share with the correction, its fact aside; one
is enough when no other sentence of the older article states that fact."""
_SHARE = 0.6
"""Share of the shorter sentence's content words that both must have when no wrong fact is named."""
_QUOTE_COVER = 0.8
_NO_STATEMENT = frozenset({BlockKind.TITLE, BlockKind.SEPARATOR, BlockKind.HEADING, BlockKind.TABLE_HEADER})
_SUMMARY_CHARS = 25
"""Length from which a line of the article head is a summary, not a date or a name."""

# Where the wrong part of a sentence ends and the right part begins, or the other way round.
_WRONG_FIRST = lazy_pattern(
    r"正しくは|(?:と|を)(?:ある|あった|した|しました|書いた|書きました|記した|記載した|記載しました|表記した|報じた|報じました|"
    r"伝えた|伝えました|紹介した|紹介しました|説明した|していました|していた|しており)[^。、]{0,8}(?:のは|部分は|点は|箇所は|が、|が)、?|"
    r"ではなく、?|でなく、?|(?<=[)）】\s\d円個件人台社％%])(?:→|⇒)|→|[（(【〔]?正[）)】〕]?\s*[:：]|[（(【〔]正[）)】〕]|"
    r"\bshould (?:have (?:said|read|been|stated)|be|read)\b|\b(?:the )?correct (?:figure|number|price|date|name|value|amount)s?(?: is| was|:)|"
    r"\b(?:in fact|actually)\b|\bit (?:is|was)\b(?! incorrect)|;",
    re.IGNORECASE,
)
_RIGHT_FIRST = lazy_pattern(r",? (?:not|rather than|instead of) ", re.IGNORECASE)
_JA_FROM_TO = lazy_pattern(r"(?P<wrong>[^、。]+?)から、?(?P<right>[^、。]+?)(?:に|へ)(?:訂正|修正|改め)")
_REPLACED = lazy_pattern(r"(?P<wrong>[^、。を]+?)を、?(?P<right>[^、。]+?)(?:に|へ)(?:訂正|修正|変更|改め)")
_FROM_TO = lazy_pattern(
    r"\b(?:changed|corrected|revised) from (?P<wrong>[^,;]+?) to (?P<right>[^,;.]+(?:\.\d+)?[^,;.]*)", re.I
)
_SAYS_WRONG = lazy_pattern(
    r"誤り|誤って|誤記|間違|訂正|修正|正しくは|正[）)】〕:：]|ではなく|でなく|→|⇒|"
    r"\b(?:incorrect\w*|wrong\w*|misstat\w*|mistaken\w*|erroneous\w*|error\w*|not|should|rather than|instead of|corrected)\b",
    re.IGNORECASE,
)
_RIGHT_NEXT = lazy_pattern(
    r"^\s*(?:正しくは|正確には|正[）)】〕:：]|(?:the )?correct\b|it (?:is|was|should)\b|in fact\b|actually\b)", re.I
)
_QUOTED = lazy_pattern(r"「([^「」\n]{1,200})」|『([^『』\n]{1,200})』|“([^“”\n]{1,200})”|\"([^\"\n]{1,200})\"")
_LATIN = lazy_pattern(r"\b[A-Z][\w&'-]*(?: [A-Z][\w&'-]*)*")


@dataclass(frozen=True, slots=True)
class CorrectedStatement:
    """A stretch of the older text that is not valid any more, and what takes its place."""

    start: int  # in the older article's text
    end: int
    by_start: int  # in the correction's text
    by_end: int
    was: str = ""  # the wrong fact as the older sentence writes it, where it is known
    now: str = ""  # the right one as the correction writes it


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int
    end: int
    text: str
    words: frozenset[str]
    spec: SpecRow | None = None
    is_head: bool = False  # stands in the article head


@dataclass(frozen=True, slots=True)
class _Swap:
    """What a correction says was wrong and what is right, with the place that says so."""

    wrong: str
    right: str
    words: frozenset[str]  # of the sentence, the one before it and the correction's title
    start: int
    end: int


def corrected_statements(older: Article, correction: Article) -> list[CorrectedStatement]:
    """The statements of ``older`` that ``correction`` replaces, in the order of the text.

    For a notice that stands in the article itself (``correction`` is ``older``), its own sentences
    are left alone.
    """
    own = older.article_id == correction.article_id and older.version == correction.version
    ours = _sentences(correction)
    if own:
        notice = notice_text(correction)
        ours = [sentence for sentence in ours if sentence.text in notice]
    ours = [sentence for sentence in ours if not sentence.is_head]
    taken = {(sentence.start, sentence.end) for sentence in ours} if own else set()
    theirs = [sentence for sentence in _sentences(older) if (sentence.start, sentence.end) not in taken]
    found: dict[tuple[int, int], CorrectedStatement] = {}
    folded = normalise(older.text)
    for swap in _swaps(ours, correction.title, title_key(older.title)):
        facts = [(sentence, _wrong_fact(sentence, swap, folded)) for sentence in theirs]
        stating = [(sentence, fact) for sentence, fact in facts if fact is not None]
        for sentence, (was, now) in stating:
            if len(stating) == 1 or len(sentence.words & swap.words) >= _SHARED_FLOOR:
                found.setdefault(
                    (sentence.start, sentence.end),
                    CorrectedStatement(sentence.start, sentence.end, swap.start, swap.end, was, now),
                )
    if not own:
        for statement in ours:
            if _SAYS_WRONG.search(statement.text):
                continue
            for sentence in theirs:
                made = _by_value(sentence, statement)
                if made is not None:
                    found.setdefault((made.start, made.end), made)
    return [found[key] for key in sorted(found)]


def _sentences(article: Article) -> list[_Sentence]:
    found = []
    for block in article.blocks:
        if block.kind in _NO_STATEMENT:
            continue
        if block.kind is BlockKind.METADATA and block.end - block.start < _SUMMARY_CHARS:
            continue
        row = block.kind is BlockKind.TABLE_ROW
        spans = [(block.start, block.end)] if row else split_sentences(article.text, block.start, block.end)
        for start, end in spans:
            text = article.text[start:end]
            found.append(_Sentence(start, end, text, _words(text), block.spec, block.kind is BlockKind.METADATA))
    return found


def _words(text: str) -> frozenset[str]:
    return frozenset(word.form for word in query_words(text) if not word.form.replace(".", "").isdigit())


# -- what the correction says was wrong ----------------------------------------------------------


def _swaps(sentences: Sequence[_Sentence], title: str, older_title: str) -> list[_Swap]:
    found = []
    for number, sentence in enumerate(sentences):
        following = sentences[number + 1] if number + 1 < len(sentences) else None
        answered = following is not None and _RIGHT_NEXT.search(following.text) is not None
        if not _SAYS_WRONG.search(sentence.text) and not answered:
            continue
        before = sentences[number - 1].words if number else frozenset()
        words = sentence.words | before | _words(title)
        text = _without_title(sentence.text, older_title)
        for wrong, right in _zones(text):
            if right.strip() and _has_fact(right):
                found.append(_Swap(wrong, right, words, sentence.start, sentence.end))
            elif following is not None and (
                answered or (not _SAYS_WRONG.search(following.text) and _comparable(wrong, following.text))
            ):
                found.append(_Swap(wrong, following.text, words, sentence.start, following.end))
    return found


def _without_title(text: str, older_title: str) -> str:
    """The sentence without the title by which it names the older article: that is no statement."""

    def keep(match: re.Match[str]) -> str:
        key = title_key(next(filter(None, match.groups())))
        return "" if len(key) >= 4 and key in older_title else match.group()

    return _QUOTED.sub(keep, text)


def _zones(sentence: str) -> list[tuple[str, str]]:
    """``(wrong part, right part)`` of a sentence that says something was wrong."""
    ours = list(_JA_FROM_TO.finditer(sentence)) or _REPLACED.finditer(sentence)
    pairs = [(match["wrong"], match["right"]) for match in ours]
    pairs += [(match["wrong"], match["right"]) for match in _FROM_TO.finditer(sentence)]
    if pairs:
        return pairs
    turn = _RIGHT_FIRST.search(sentence)
    if turn is not None and _has_fact(sentence[turn.end() :]):
        return [(sentence[turn.end() :], sentence[: turn.start()])]
    cuts = list(_WRONG_FIRST.finditer(sentence))
    for cut in cuts:
        if _has_fact(sentence[: cut.start()]) and _has_fact(sentence[cut.end() :]):
            return [(sentence[: cut.start()], sentence[cut.end() :])]
    return [(sentence[: cuts[0].start()] if cuts else sentence, "")]


def _has_fact(text: str) -> bool:
    return bool(find_quantities(text) or find_dates(text) or _QUOTED.search(text) or _name_list(text))


def _comparable(wrong: str, right: str) -> bool:
    claimed, stated = find_quantities(wrong), find_quantities(right)
    return any(compare(one, two) is Relation.DIFFERENT for one in claimed for two in stated)


def _name_list(text: str) -> list[str]:
    names = [text[start:end] for start, end, _ in named_entities(text) if not text[start:end].isascii()]
    return names + [re.sub(r"^(?:The|An?|Our|We|It) ", "", name) for name in _LATIN.findall(text)]


def _wrong_fact(sentence: _Sentence, swap: _Swap, older: str) -> tuple[str, str] | None:
    """``(was, now)`` when the older sentence states what the correction says was wrong.

    Args:
        sentence: A sentence of the older article.
        swap: What the correction says.
        older: The older article's text, folded: a right name is one that it does not have.
    """
    quotes = [next(filter(None, match.groups())) for match in _QUOTED.finditer(swap.wrong)]
    right_quotes = [next(filter(None, match.groups())) for match in _QUOTED.finditer(swap.right)]
    for number, quote in enumerate(quotes):
        if len(quote) >= 10 and _covers(quote, sentence):
            return _pair_of_quote(quote, right_quotes[number] if number < len(right_quotes) else "", swap, sentence)
    if not sentence.words & swap.words:
        return None
    wrong_figures, right_figures = find_quantities(swap.wrong), find_quantities(swap.right)
    for item in find_quantities(sentence.text):
        for wrong in wrong_figures:
            if _equal(item, wrong) and not any(_equal(item, right) for right in right_figures):
                right = next((other for other in right_figures if other.dimension == wrong.dimension), None)
                if right is not None:
                    return sentence.text[item.start : item.end], swap.right[right.start : right.end]
    wrong_days, right_days = find_dates(swap.wrong), find_dates(swap.right)
    for day in find_dates(sentence.text):
        for wrong_day in wrong_days:
            if _same_day(day, wrong_day) and not any(_same_day(day, other) for other in right_days):
                right_day = next(iter(right_days), None)
                if right_day is not None:
                    return sentence.text[day.start : day.end], swap.right[right_day.start : right_day.end]
    if wrong_figures and right_figures:
        return None  # it is a figure that was wrong, and this sentence does not state it
    return _wrong_name(sentence, swap, [quote for quote in quotes if len(quote) < 10], right_quotes, older)


def _wrong_name(
    sentence: _Sentence, swap: _Swap, quotes: Sequence[str], right_quotes: Sequence[str], older: str
) -> tuple[str, str] | None:
    folded, right, wrong = normalise(sentence.text), normalise(swap.right), normalise(swap.wrong)
    new = [name for name in (*right_quotes, *_name_list(swap.right)) if normalise(name) not in wrong]
    now = next((name for name in new if normalise(name) not in older), "")
    for name in (*quotes, *reversed(_name_list(swap.wrong))):
        known = normalise(name)
        if now and len(known) >= 2 and known in folded and known not in right:
            return name, now
    return None


def _pair_of_quote(quote: str, right_quote: str, swap: _Swap, sentence: _Sentence) -> tuple[str, str]:
    """The figures that differ between a quoted wrong sentence and its replacement; else both as they are."""
    rights = find_quantities(right_quote or swap.right)
    for item in find_quantities(quote):
        other = next((right for right in rights if compare(item, right) is Relation.DIFFERENT), None)
        if other is not None:
            return quote[item.start : item.end], (right_quote or swap.right)[other.start : other.end]
    return (quote if quote in sentence.text else ""), right_quote


def _covers(quote: str, sentence: _Sentence) -> bool:
    """Whether the sentence says what the quotation says: its words, and each of its figures."""
    asked = _words(quote)
    if not asked or len(asked & sentence.words) < _QUOTE_COVER * len(asked):
        return False
    stated = find_quantities(sentence.text)
    return all(any(_equal(item, other) for other in stated) for item in find_quantities(quote))


# -- another value of the same thing -------------------------------------------------------------


def _by_value(sentence: _Sentence, statement: _Sentence) -> CorrectedStatement | None:
    """The correction states the same of the same thing with another figure."""
    if sentence.spec is not None and statement.spec is not None:
        return _by_row(sentence, sentence.spec, statement, statement.spec)
    if (sentence.spec is None) != (statement.spec is None) and not sentence.spec:
        return None
    fewer = min(len(sentence.words), len(statement.words))
    shared = sentence.words & statement.words
    if fewer < 2 or len(shared) < max(2, _SHARE * fewer):
        return None
    if not _models(sentence.words) <= statement.words:
        return None
    rights = find_quantities(statement.text)
    for item in find_quantities(sentence.text):
        if any(_equal(item, right) for right in rights):
            continue
        right = next((other for other in rights if compare(item, other) is Relation.DIFFERENT), None)
        if right is not None:
            return CorrectedStatement(
                sentence.start,
                sentence.end,
                statement.start,
                statement.end,
                sentence.text[item.start : item.end],
                statement.text[right.start : right.end],
            )
    return None


def _by_row(sentence: _Sentence, old: SpecRow, statement: _Sentence, new: SpecRow) -> CorrectedStatement | None:
    same = (
        normalise(old.entity) == normalise(new.entity)
        and normalise(old.attribute) == normalise(new.attribute)
        and normalise(old.conditions) == normalise(new.conditions)
    )
    if not same:
        return None
    was, now = f"{old.value} {old.unit}".strip(), f"{new.value} {new.unit}".strip()
    return CorrectedStatement(sentence.start, sentence.end, statement.start, statement.end, was, now)


def _models(words: frozenset[str]) -> frozenset[str]:
    """Words with letters and digits, which name one product and no other."""
    return frozenset(word for word in words if re.search(r"\d", word) and re.search(r"[^\W\d]", word))


def _equal(one: Quantity, two: Quantity) -> bool:
    return one.dimension == two.dimension and (one.low, one.high) == (two.low, two.high)


def _same_day(one: DateSpan, two: DateSpan) -> bool:
    if one.first is not None and two.first is not None:
        return (one.first, one.last) == (two.first, two.last)
    # 2月3日 against 2026年2月3日: the part both have decides.
    return one.key == two.key or one.key.lstrip("-") == two.key[5:] or two.key.lstrip("-") == one.key[5:]
