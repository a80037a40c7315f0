"""A draft cut into statements that can be checked, each with its place in the draft."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.text.dates import find_dates
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import find_quantities
from assistant.text.sentences import split_sentences
from assistant.verify.statement import language_of

_FENCE = lazy_pattern(r"^(?:```|~~~).*?^(?:```|~~~)[^\n]*$", re.MULTILINE | re.DOTALL)
_FRONT_MATTER = lazy_pattern(r"\A---\n.*?\n---\n", re.DOTALL)
_HEADING = lazy_pattern(r"^\s{0,3}#{1,6}\s+|^\s*(?:[-*+・•]|[0-9]{1,2}[.)])\s+|^\s*>\s?")
_PRODUCT = lazy_pattern(r"[A-Za-z][A-Za-z-]*[ ]?[0-9]")
_RULE = lazy_pattern(r"^\s*(?:[-*_=]{3,}|---END---|\|?[\s:|-]+\|?)\s*$")
_TABLE_LINE = lazy_pattern(r"^\s*\|.*\|\s*$")
_IMAGE = lazy_pattern(r"^\s*!\[(?P<alt>[^\]]*)\]\([^)]*\)\s*$")

_QUESTION = lazy_pattern(
    r"[?？]\s*[」』）)\"”]*$|(?:でしょうか|だろうか|ますか|ですか|のか|ませんか)[。．]?$|(?:何|なぜ|どう|どこ|いつ|誰|どれ|どの|いくら)[^。「」]{0,40}か[。．]?$"
)
_OPINION_JA = lazy_pattern(
    r"個人的に|気がす|正直なところ|私(?:は|に|も|自身)|ではないでしょうか|いかがで|皆さん|"
    r"(?:と思(?:う|い|っ|わ)|と考え(?:る|てい|ます)|と感じ|べきだ|べきで|と言えるでしょう|と言えよう|と言える|のではないか|に違いない|はずだ|はずです|素晴らしい|残念だ|残念で|"
    r"ましょう|ほしい|たいもの|すべき|必要があるだろう|歓迎すべき|てください|魅力的|面白い|驚き|驚くべき)[^、。]{0,12}[。！!]?[」』]?$|"
    r"(?:賢明|愚か|見事|立派|秀逸|絶妙|圧巻|無謀|英断|楽しみ|心強|頼もし|喜ばし|望まし|嘆かわし|痛まし|物足りな)"
    r"(?:だ|い|です|である|だった|かった|でした)(?:と言うほかない|ね|よ)?[。！!]?$|(?:夢|ロマン|魅力|見応え)が(?:ある|あります|あふれる)[。！!]?$|"
    r"(?:[えけせてねめれげぜべみきしび]よう|[一-鿿][こそともろごぼの]う)[。！!]?$"
)
"""What its writer thinks, hopes, values or calls for: 賢明だった, 夢がある, 考えよう."""
_PREDICTION_JA = lazy_pattern(
    r"(?:だろう|でしょう|かもしれない|かもしれません|と予想され|と期待され|と見られ|とみられ|可能性(?:が|も)(?:ある|高い|あり)|はず(?:だ|です))[^、。]{0,8}[。」]?$"
)
_ATTRIBUTED_JA = lazy_pattern(
    r"によると|によれば|は[^。]{1,60}と(?:述べ|語|話|説明|主張|発表|明らか|予測|予想|指摘|報じ|表明|見込)|が[^。]{1,60}と(?:述べ|語|説明|主張|発表|予測|報じ)"
)
_OPINION_EN = lazy_pattern(
    r"\b(?:I|we) (?:think|believe|feel|hope|guess|suspect)\b|\bin my (?:view|opinion)\b|\b(?:personally|frankly|honestly|hopefully|arguably)\b|\b(?:should|ought to)\b|\b(?:amazing|wonderful|terrible|exciting|unwise|brilliant|disappointing|regrettable|admirable|delightful|thrilling)\b",
    re.IGNORECASE,
)
_PREDICTION_EN = lazy_pattern(
    r"\b(?:will (?:probably|likely|surely|certainly)|is likely to|are likely to|could well|may well|might|is bound to|is going to)\b",
    re.IGNORECASE,
)
_ATTRIBUTED_EN = lazy_pattern(
    r"\baccording to\b|\b(?:said|says|stated|claims?|claimed|announced|told|reported|explained|expects?|forecasts?|predicts?|projects?)\b",
    re.IGNORECASE,
)
_PREDICATE_JA = lazy_pattern(
    r"(?:[一-鿿](?:み|り|き|ち|け|せ|め|れ)|[ぁ-ん](?:し|り|き|ち|み|い|え|け|せ|て|べ|め|れ|ず|く)|し|(?<!ま)で|おり|あり|だが|たが|るが|ため|ので|一方|のに対し)$"
)
_PREDICATE_EN = lazy_pattern(r"\b(?:is|are|was|were|has|have|had|will|can|does|did|[a-z]+(?:ed|es|s))\b")
_EN_BREAK = lazy_pattern(r"(?:;\s+|,\s+(?:and|but|while|whereas|though|although)\s+)")
_OWN_TOPIC = lazy_pattern(r"[^、。「」]{1,24}?(?<![にでとらへ])は(?!な)")
_HAS_TOPIC = lazy_pattern(r"[はがも]")
_CAPTION = lazy_pattern(
    r"(?:表|図|写真|グラフ|資料|[Tt]able|[Ff]igure|[Ff]ig\.|[Cc]hart|[Pp]hoto)[ 　]?[0-9０-９]{1,3}(?:[-－.][0-9]{1,2})?[ 　]*[:：.．、　 ]\s*"
)
"""The number of a table or picture says nothing about what its caption states."""
_NOUN_END = lazy_pattern(r"[A-Za-z0-9０-９％%一-鿿ァ-ヶー）)]")
_TOPIC_JA = lazy_pattern(r"^(?P<topic>[^、。]{1,40}?(?:は|が|では|も))(?:、)?(?=.)")


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """One statement of a draft. ``text`` stands at ``start:end`` of the draft."""

    text: str
    start: int
    end: int
    judged: str  # what is checked: the text, with the topic of its sentence or the header of its column
    sentence: str  # the whole sentence
    not_checkable: str = ""  # question, opinion, prediction, heading, empty
    heading: str = ""  # the heading it stands under, the nearest


def split_claims(draft: str) -> list[DraftClaim]:
    """Cut a draft (plain text or Markdown) into claims, in order."""
    claims: list[DraftClaim] = []
    heading = ""
    skipped = [match.span() for match in (*_FRONT_MATTER.finditer(draft), *_FENCE.finditer(draft))]
    for start, end in _stretches(draft, skipped):
        first = draft[start:end].split("\n", 1)[0]
        if first.lstrip().startswith("#"):
            heading = _clean(first.strip("# 　\n"))
        claims.extend(replace(claim, heading=heading) for claim in _stretch_claims(draft, start, end))
    return claims


def _stretches(draft: str, skipped: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Paragraphs, list items, headings and tables; wrapped lines of one paragraph stay together."""
    position = 0
    begin: int | None = None
    last = 0
    table: int | None = None
    for line in draft.splitlines(keepends=True):
        start, end = position, position + len(line)
        position = end
        blank = (
            not line.strip()
            or any(first <= start < stop for first, stop in skipped)
            or (_RULE.match(line.rstrip("\n")) is not None and table is None)
        )
        is_table = _TABLE_LINE.match(line) is not None
        mark = _HEADING.match(line) is not None or _IMAGE.match(line) is not None
        if (blank or is_table or mark) and begin is not None:
            yield begin, last
            begin = None
        if table is not None and not is_table:
            yield table, last
            table = None
        if not blank:
            if is_table:
                table = start if table is None else table
            elif begin is None:
                begin = start
        last = end
        if begin is not None and line.lstrip().startswith("#"):
            yield begin, end
            begin = None
    if begin is not None:
        yield begin, last
    if table is not None:
        yield table, last


def _stretch_claims(draft: str, start: int, end: int) -> Iterator[DraftClaim]:
    text = draft[start:end]
    if _TABLE_LINE.match(text.splitlines()[0]):
        yield from _table_claims(draft, start, end)
        return
    image = _IMAGE.match(text)
    if image is not None:
        if image["alt"].strip():
            yield from _sentence_claims(draft, start + image.start("alt"), start + image.end("alt"))
        return
    mark = _HEADING.match(text)
    heading = text.lstrip().startswith("#")
    begin = start + (mark.end() if mark is not None else 0)
    for first, last in split_sentences(draft, begin, end):
        if heading and not _has_value(draft[first:last]):
            continue
        yield from _sentence_claims(draft, first, last)


def _has_value(text: str) -> bool:
    return bool(find_quantities(text) or find_dates(text))


def _clean(text: str) -> str:
    """Inline Markdown as a reader sees it; half of a broken character, which no tokenizer takes, becomes "?"."""
    text = re.sub(r"[\ud800-\udfff]", "?", text)
    text = re.sub(r"\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)", r"\1", text)
    text = re.sub(r"(\*\*|__|`)(.+?)\1", r"\2", text)
    return re.sub(r"\s*\n\s*", "" if language_of(text) == "ja" else " ", text)


def _sentence_claims(draft: str, start: int, end: int) -> Iterator[DraftClaim]:
    while start < end and draft[start] in "*_ 　":
        start += 1
    label = _CAPTION.match(draft, start, end)
    if label is not None:
        start = label.end()
    raw = draft[start:end]
    if not raw.strip() or not re.search(r"\w", raw):
        return
    sentence = _clean(raw)
    reason = uncheckable(sentence)
    if reason:
        yield DraftClaim(raw, start, end, sentence, sentence, reason)
        return
    pieces = _parts(raw, language_of(raw))
    if len(pieces) == 1 or "\n" in raw:
        yield DraftClaim(raw, start, end, sentence, sentence)
        return
    topic = ""
    for first, last in pieces:
        piece = raw[first:last]
        judged = _clean(piece)
        if first and topic and not _own_topic(piece):
            judged = topic + judged
        elif not topic:
            topic = _topic(piece)
        yield DraftClaim(
            piece, start + first, start + last, judged, sentence, uncheckable(judged) if last == len(raw) else ""
        )


def _topic(piece: str) -> str:
    if language_of(piece) == "ja":
        match = _TOPIC_JA.match(piece)
        return match["topic"] if match is not None else ""
    match = re.match(r"(?:The\s+)?(?:[A-Z][\w.'-]*|[0-9][\w.]*)(?:\s+(?:[A-Z0-9][\w.'-]*))*", piece)
    return match.group() + " " if match is not None else ""


def _own_topic(piece: str) -> bool:
    if language_of(piece) == "ja":
        return _OWN_TOPIC.match(piece) is not None
    return re.match(r"(?:the\s+)?[A-Z]", piece) is not None


def _parts(sentence: str, lang: str) -> list[tuple[int, int]]:
    """Cut a compound sentence where both sides state something of their own."""
    cuts = _cuts_ja(sentence) if lang == "ja" else [match.end() for match in _EN_BREAK.finditer(sentence)]
    pieces: list[tuple[int, int]] = []
    begin = 0
    for cut in cuts:
        left, right = sentence[begin:cut], sentence[cut:]
        if not _states(left, lang) or not _states(right, lang):
            continue
        pieces.append((begin, cut))
        begin = cut
    pieces.append((begin, len(sentence)))
    return pieces


def _cuts_ja(sentence: str) -> list[int]:
    depth = 0
    cuts: list[int] = []
    figures = {item.end for item in find_quantities(sentence)}
    for position, char in enumerate(sentence):
        if char in "「『（(":
            depth += 1
        elif char in "」』）)":
            depth = max(0, depth - 1)
        elif (
            char == "、"
            and depth == 0
            and figures
            and _NOUN_END.match(sentence[position - 1])
            and _HAS_TOPIC.search(sentence, cuts[-1] if cuts else 0, position)  # 1692年、 is no statement
            and _OWN_TOPIC.match(sentence, position + 1)
        ):
            cuts.append(position + 1)  # メモリは144GB、帯域幅は4.9TB/s
        elif char == "、" and depth == 0 and _PREDICATE_JA.search(sentence, max(0, position - 6), position):
            if (
                sentence[position - 1] == "で"
                and sentence[position - 2 : position - 1] not in "んい"
                and position - 1 not in figures
            ):
                continue  # 会見で and 時点で say where and when
            cuts.append(position + 1)
    return cuts


def _states(text: str, lang: str) -> bool:
    """Whether a part has a figure or date of its own, beside a predicate."""
    if not _has_value(text):
        return False
    return True if lang == "ja" else _PREDICATE_EN.search(text) is not None


def uncheckable(sentence: str) -> str:
    """Why a sentence states nothing that a source can confirm; empty when it does."""
    text = sentence.strip().strip("*_ 　")
    if _QUESTION.search(text):
        return "question"
    if language_of(text) == "ja":
        attributed = _ATTRIBUTED_JA.search(text) is not None
        if _OPINION_JA.search(text) and not attributed:
            return "opinion"
        if not attributed and _PREDICTION_JA.search(text):
            return "prediction"
        return ""
    attributed = _ATTRIBUTED_EN.search(text) is not None
    if _OPINION_EN.search(text) and not attributed:
        return "opinion"
    if not attributed and _PREDICTION_EN.search(text):
        return "prediction"
    return ""


def _table_claims(draft: str, start: int, end: int) -> Iterator[DraftClaim]:
    """One claim for each cell under a header; its place is the cell."""
    header: list[str] = []
    position = start
    for line in draft[start:end].splitlines(keepends=True):
        first = position
        position += len(line)
        if _RULE.match(line.rstrip("\n")):
            continue
        cells = _cells(line, first)
        texts = [_clean(draft[begin:stop]) for begin, stop in cells]
        if not header:
            header = texts
            continue
        if len(texts) < 2 or len(texts) != len(header):
            continue
        value_at = next((place for place, name in enumerate(header) if place and name.lower() in _VALUE_HEADS), None)
        if value_at is not None:
            yield from _fact_row(draft, cells, texts, header, value_at)
            continue
        for (begin, stop), name, value in list(zip(cells, header, texts, strict=True))[1:]:
            if value and value not in ("-", "—", "–"):
                label = texts[0]
                if _PRODUCT.search(name) and not _PRODUCT.search(label):
                    label, name = name, label  # products stand side by side in the header
                joined = (
                    f"{label}の{name}は{value}。"
                    if language_of(label + name) == "ja"
                    else f"{name} of {label}: {value}"
                )
                row = (
                    "、".join((*header[1:], *texts))
                    if language_of(texts[0] + name) == "ja"
                    else " ".join((*header, *texts))
                )
                yield DraftClaim(draft[begin:stop], begin, stop, joined, row)


_VALUE_HEADS = frozenset({"値", "数値", "value", "figure"})
_UNIT_HEADS = frozenset({"単位", "unit"})


def _fact_row(
    draft: str, cells: list[tuple[int, int]], texts: list[str], header: list[str], value_at: int
) -> Iterator[DraftClaim]:
    """The one claim of a row of 項目, 値, 単位: its place is the value."""
    value, label = texts[value_at], next((text for text in reversed(texts[:value_at]) if text), "")
    if not value or not label or value in ("-", "—", "–"):
        return
    unit = next((text for text, name in zip(texts, header, strict=True) if name.lower() in _UNIT_HEADS), "")
    begin, stop = cells[value_at]
    japanese = language_of(label + value) == "ja"
    judged = f"{label}は{value}{unit}。" if japanese else f"{label}: {value} {unit}".strip()
    yield DraftClaim(draft[begin:stop], begin, stop, judged, judged)


def _cells(line: str, offset: int) -> list[tuple[int, int]]:
    stripped = line.rstrip("\n")
    bars = [index for index, char in enumerate(stripped) if char == "|" and stripped[index - 1 : index] != "\\"]
    spans = []
    for first, last in itertools.pairwise(bars):
        begin, stop = first + 1, last
        while begin < stop and stripped[begin].isspace():
            begin += 1
        while stop > begin and stripped[stop - 1].isspace():
            stop -= 1
        spans.append((offset + begin, offset + stop))
    return spans
