"""A model's reply, cut into sentences while it comes, with the passage numbers each one names."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

from assistant.text.patterns import lazy_pattern
from assistant.text.sentences import split_sentences
from assistant.text.untrusted import without_invisible

NO_ANSWER = "NO_ANSWER"
"""What the prompt asks a model to write when the passages hold no answer."""
_NUMBERS = r"\s*(?:出典|参照|文献|資料|passages?|sources?|n\s?=)?\s*[:：]?\s*\^?[0-9０-９]{1,4}(?:\s*[,、，;\-–~〜]\s*\^?[0-9０-９]{1,4})*(?:†[^\]】］]{0,40})?\s*"
_MARKER = lazy_pattern(rf"[\[［【]{_NUMBERS}[\]］】]", re.I)
_LEADING = lazy_pattern(rf"(?:[\s*_`]*[\[［【]{_NUMBERS}[\]］】])+[。．.]?", re.I)
_UNFINISHED = lazy_pattern(r"[\s*_`]*(?:[\[［【][^\]］】]{0,60})?")
_BULLET = lazy_pattern(r"^\s*(?:#{1,6}\s+|[-*+•・●■]\s+|[0-9]{1,2}[.)．]\s+|>\s+)+")
_FENCE = lazy_pattern(r"^\s*(?:```|~~~|[-=*_|\s:]{3,}$)")
_THINK = lazy_pattern(r"<(think|thinking|reasoning)>.*?</\1>", re.S | re.I)
_THINK_OPEN = lazy_pattern(r"<(think|thinking|reasoning)>", re.I)
_STRESS = lazy_pattern(r"\*\*|__|`")
_POLAR = lazy_pattern(r"^(?:はい|いいえ|ええ|Yes|No)[、，,。.!！]\s*", re.I)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One sentence as a model wrote it, without its markers."""

    text: str
    numbers: tuple[int, ...]  # passages it names, from 1, as written: nothing says they exist


class SentenceStream:
    """Takes pieces of a reply, gives sentences that are finished."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, piece: str) -> list[Proposal]:
        """Sentences finished by ``piece``. The last one stays open: its marker may be on the way."""
        self._rest = _THINK.sub("", self._rest + piece.replace("\r", ""))
        if _THINK_OPEN.search(self._rest) or _half_open(self._rest):
            return []
        *lines, tail = self._rest.split("\n")
        found = [proposal for line in lines for proposal in proposals(line)]
        spans = _spans(tail)
        while spans and (spans[-1][1] >= len(tail.rstrip()) or _UNFINISHED.fullmatch(tail[spans[-1][1] :])):
            last = spans.pop()
            if not spans or not _UNFINISHED.fullmatch(tail[last[0] : last[1]]):
                break
        done = spans[-1][1] if spans else 0
        found += [proposal for start, end in spans for proposal in proposals(tail[start:end])]
        self._rest = tail[done:]
        return found

    def finish(self) -> list[Proposal]:
        """What is left when the reply has ended by itself; a reply cut short leaves nothing."""
        rest, self._rest = _THINK.sub("", self._rest), ""
        if _THINK_OPEN.search(rest):
            return []
        return [proposal for line in rest.split("\n") for proposal in proposals(line)]


def _half_open(text: str) -> bool:
    """Whether ``text`` may go on to open a block of thoughts."""
    start = text.lstrip()
    return len(start) < 12 and any(
        opening.startswith(start.lower()) for opening in ("<think>", "<thinking>", "<reasoning>") if start
    )


def proposals(line: str) -> list[Proposal]:
    """The sentences of one line, formatting taken off."""
    if _FENCE.match(line):
        return []
    found = []
    for start, end in _spans(line):
        piece = line[start:end]
        numbers: list[int] = []
        for match in _MARKER.finditer(piece):
            numbers += _numbers(match.group())
        text = clean(_MARKER.sub("", piece))
        if any(char.isalnum() for char in text):
            found.append(Proposal(text, tuple(dict.fromkeys(numbers))))
    return found


def clean(text: str) -> str:
    """A sentence as plain words: no Markdown, no entities, nothing invisible, no はい、 before it."""
    text = without_invisible(html.unescape(text))
    text = _STRESS.sub("", _BULLET.sub("", text))
    text = re.sub(r"\s+([。．、，]|[.!?]$)", r"\1", " ".join(text.split()))
    return unicodedata.normalize("NFC", _POLAR.sub("", text)).strip()


def _spans(line: str) -> list[tuple[int, int]]:
    """Sentences with the markers that follow their full stop."""
    spans: list[tuple[int, int]] = []
    position = 0
    for start, end in split_sentences(line):
        if start < position:
            start = position
        leading = _LEADING.match(line, start, end)
        if leading is not None and spans:
            spans[-1] = (spans[-1][0], leading.end())
            start = leading.end()
        if line[start:end].strip():
            spans.append((start, end))
        position = end
    return spans


def _numbers(marker: str) -> list[int]:
    folded = unicodedata.normalize("NFKC", marker)
    found: list[int] = []
    for first, last in re.findall(r"([0-9]{1,4})(?:\s*[-–~〜]\s*([0-9]{1,4}))?", folded.split("†")[0]):
        if last and 0 < int(last) - int(first) < 20:
            found += range(int(first), int(last) + 1)
        else:
            found += [int(first), *([int(last)] if last else [])]
    return found
