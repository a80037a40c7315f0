"""What every displayed sentence must pass, whoever wrote it.

A sentence is shown only if each citation resolves to the library word for word, each figure, date and
unit of the sentence stands in its cited spans, and so do its addresses and quotations. A sentence in
a model's own words must also be said by the cited passages, see :class:`Support`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answer.calculate import Calculation, holds
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.quantity_guard import unsupported_figures
from assistant.text.untrusted import URL
from assistant.text.verbatim import find_verbatim
from assistant.types import CELL_SEPARATOR, AnswerSentence, Citation, Passage, Withheld

_CAPTION_MAX_CHARS = 200

ArticleText = Callable[[str, int], str | None]
"""Text of a version of an article, None when the library has no such version."""
_QUOTATION = lazy_pattern(r"[「『“]([^「」『』“”]+)[」』”]|\"([^\"]+)\"")
_SENTENCE_END = lazy_pattern(r"[。．.!！?？\n｡]")
MAX_SENTENCE_CHARS = 600
"""A longer sentence cannot be held against a passage in one piece."""


@dataclass(frozen=True, slots=True)
class Backing:
    """What backs a sentence: spans of passages, or the reason why nothing does.

    ``score`` is the model's probability that the spans entail the sentence, where one is asked.
    """

    spans: tuple[tuple[Passage, int, int], ...] = ()  # offsets into the article's text
    reason: str = ""
    score: float | None = None


class Support(Protocol):
    """Says whether passages state a sentence, in whatever words."""

    def back(self, text: str, passages: Sequence[Passage], *, subject: str = "") -> Backing:
        """Find the spans of ``passages`` that state ``text``.

        Args:
            text: One sentence.
            passages: Where to look.
            subject: What the sentence is about where it names nothing itself.
        """


def broken_citation(citation: Citation, article_text: ArticleText) -> str | None:
    """Why a citation does not hold; None when the quote stands at its offsets, word for word."""
    text = article_text(citation.article_id, citation.version)
    if text is None:
        return f"article {citation.article_id!r} version {citation.version} is not in the library"
    if text[citation.start : citation.end] != citation.quote:
        return f"the quote does not stand at {citation.start}:{citation.end} of {citation.article_id!r}"
    return None


def check_sentence(
    sentence: AnswerSentence,
    citations: Mapping[int, Citation],
    article_text: ArticleText,
    calculation: Calculation | None = None,
) -> Withheld | None:
    """Why a sentence must not be shown; None when it may be.

    The sentence of a ``calculation`` states a figure that no source states: it is computed again.
    """
    quotes: list[str] = []
    for marker in sentence.citations:
        citation = citations.get(marker)
        if citation is None:
            return Withheld(sentence.text, f"marker [{marker}] names no passage")
        reason = broken_citation(citation, article_text)
        if reason is not None:
            return Withheld(sentence.text, reason)
        quotes.append(citation.quote)
        if CELL_SEPARATOR in citation.quote:
            quotes.append(_with_header(citation, article_text(citation.article_id, citation.version) or ""))
        quotes.append(citation.title)
    if calculation is not None and calculation.text == sentence.text:
        return None if holds(calculation, citations) else Withheld(sentence.text, "the calculation does not hold")
    reason = unquoted(sentence.text, quotes)
    return Withheld(sentence.text, reason) if reason is not None else None


def unquoted(text: str, quotes: Sequence[str]) -> str | None:
    """What of a sentence ought to stand in the cited words and does not; None when all of it does."""
    if _is_quoted(text, quotes):
        return None
    for match in URL.finditer(text):
        if not any(match.group() in quote for quote in quotes):
            return "it has an address that is not in the cited words"
    missing = unsupported_figures(text, quotes)
    if missing:
        return f"not in the cited words: {', '.join(missing)}"
    for quotation in quotations(text):
        if not any(find_verbatim(quotation, quote) for quote in quotes):
            return f"not a quotation of the cited words: {quotation}"
    return None


def quotations(text: str) -> list[str]:
    """What stands between quotation marks."""
    return [found.strip() for match in _QUOTATION.finditer(text) if (found := match.group(1) or match.group(2)).strip()]


def _with_header(citation: Citation, text: str) -> str:
    """A cited table row behind the names of its columns and the caption, which may hold its unit."""
    top = text.rfind("\n\n", 0, citation.start)
    above = text[:top].rpartition("\n\n")[2] if top > 0 else ""
    caption = above if len(above) <= _CAPTION_MAX_CHARS else ""
    header = text[top + 2 if top >= 0 else 0 : citation.start].partition("\n")[0]
    return f"{caption} {header} {citation.quote}".replace(CELL_SEPARATOR, " ")


def _is_quoted(text: str, quotes: Sequence[str]) -> bool:
    """Whether the sentence is the cited words, or whole sentences of them.

    Part of a sentence is none: 「Trainium3は5nmではない」 does not say 「Trainium3は5nm」.
    """
    wanted = _squeezed(text)
    for quote in quotes:
        if wanted == _squeezed(quote):
            return True
        place = find_verbatim(text, quote)
        if place is not None:
            before, behind = quote[: place[0]].rstrip(), quote[place[1] :].lstrip("」』”\"' 　")
            starts = not before or _SENTENCE_END.fullmatch(before[-1])
            if starts and (not behind or _SENTENCE_END.match(behind) or _SENTENCE_END.fullmatch(quote[place[1] - 1])):
                return True
    return False


def _squeezed(text: str) -> str:
    return "".join(normalise(text).split())
