"""What every displayed sentence must pass, whoever wrote it.

A sentence is shown only if each citation resolves to the library word for word and each figure,
date and unit of the sentence stands in its cited spans.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from assistant.text.normalise import normalise
from assistant.text.quantity_guard import unsupported_figures
from assistant.types import AnswerSentence, Citation, Withheld

ArticleText = Callable[[str, int], str | None]
"""Text of a version of an article, None when the library has no such version."""


def broken_citation(citation: Citation, article_text: ArticleText) -> str | None:
    """Why a citation does not hold; None when the quote stands at its offsets, word for word."""
    text = article_text(citation.article_id, citation.version)
    if text is None:
        return f"article {citation.article_id!r} version {citation.version} is not in the library"
    if text[citation.start : citation.end] != citation.quote:
        return f"the quote does not stand at {citation.start}:{citation.end} of {citation.article_id!r}"
    return None


def check_sentence(
    sentence: AnswerSentence, citations: Mapping[int, Citation], article_text: ArticleText
) -> Withheld | None:
    """Why a sentence must not be shown; None when it may be."""
    quotes: list[str] = []
    for marker in sentence.citations:
        citation = citations.get(marker)
        if citation is None:
            return Withheld(sentence.text, f"marker [{marker}] names no passage")
        reason = broken_citation(citation, article_text)
        if reason is not None:
            return Withheld(sentence.text, reason)
        quotes.append(citation.quote)
        quotes.append(citation.title)
    if _is_quoted(sentence.text, quotes):
        return None
    missing = unsupported_figures(sentence.text, quotes)
    if missing:
        return Withheld(sentence.text, f"not in the cited words: {', '.join(missing)}")
    return None


def _is_quoted(text: str, quotes: Sequence[str]) -> bool:
    wanted = "".join(normalise(text).split())
    return any(wanted in "".join(normalise(quote).split()) for quote in quotes)
