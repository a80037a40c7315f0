"""Questions to press on the empty page: taken from the library, and known to have an answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence

from assistant.errors import AssistantError
from assistant.types import AnswerStatus, Article
from ui.protocol import AssistantLike, SourceSummary

WANTED = 4
_ARTICLES_READ = 12
_CANDIDATES_TRIED = 16
_TITLE_CHARS = 60
_KEPT_SECONDS = 300.0


class Suggestions:
    """Suggested questions per language, worked out once and kept for five minutes.

    Args:
        assistant: Where the articles are. Questions it names itself (``assistant.suggestions``, a
            mapping from language to questions) win over made ones.
    """

    def __init__(self, assistant: AssistantLike) -> None:
        self._assistant = assistant
        self._kept: dict[str, tuple[float, tuple[str, ...]]] = {}
        self._lock = threading.Lock()

    def questions(self, lang: str) -> tuple[str, ...]:
        """Up to four questions; none when the library is empty or cannot be read."""
        given = getattr(self._assistant, "suggestions", None) or {}
        if given.get(lang):
            return tuple(given[lang])[:WANTED]
        with self._lock:
            kept = self._kept.get(lang)
            if kept is not None and time.monotonic() - kept[0] < _KEPT_SECONDS:
                return kept[1]
            try:
                made = tuple(self._answerable(lang))
            except AssistantError:
                # The page says what is wrong when a question is asked; here there is nothing to suggest.
                made = ()
            if made:
                self._kept[lang] = (time.monotonic(), made)
            return made

    def empty_library(self) -> bool:
        try:
            return not self._assistant.sources()
        except AssistantError:
            return True

    def _answerable(self, lang: str) -> Iterator[str]:
        found = 0
        # Trying a question is cheap with the built-in reader only; a chat model is not asked.
        trial = getattr(getattr(self._assistant.settings, "reader", None), "model", "extractive") == "extractive"
        for tried, question in enumerate(self._candidates(lang)):
            if found >= WANTED or tried >= _CANDIDATES_TRIED:
                return
            if trial and self._assistant.ask(question, lang=lang).status is not AnswerStatus.ANSWERED:
                continue
            found += 1
            yield question

    def _candidates(self, lang: str) -> Iterator[str]:
        sources = [source for source in self._assistant.sources() if str(source.standing) == "shown"]
        # Sheets seldom have a date, articles do: some of either, spread over the whole library.
        sheets = _spread([source for source in sources if not source.published])
        dated = sorted(sources, key=lambda source: (source.lang == lang, source.published or ""), reverse=True)
        chosen = dict.fromkeys(source.article_id for source in [*sheets, *dated[:_ARTICLES_READ]])
        # One from each article in turn, so that the questions show the breadth of the library; facts
        # with a unit come first, since their answers show best what a citation is.
        rounds: list[Iterator[str]] = []
        later: list[Iterator[str]] = []
        for article_id in chosen:
            article = self._assistant.show(article_id)
            facts = any(block.spec is not None for block in article.blocks)
            (rounds if facts else later).append(_from_article(article, lang))
        seen: set[str] = set()
        for group in (rounds, later):
            for questions in (*group, *group):
                question = next(questions, None)
                if question is not None and question not in seen:
                    seen.add(question)
                    yield question


def _spread(sources: Sequence[SourceSummary]) -> Sequence[SourceSummary]:
    return sources[:: max(len(sources) // _ARTICLES_READ, 1)][:_ARTICLES_READ]


def _from_article(article: Article, lang: str) -> Iterator[str]:
    specs = [block.spec for block in article.blocks if block.spec is not None]
    for spec in sorted(specs, key=lambda spec: not spec.unit):
        attribute = spec.attribute if article.lang == lang else spec.attribute_alt
        if attribute:
            yield f"{spec.entity}の{attribute}は？" if lang == "ja" else f"{spec.entity}: {attribute}?"
    if specs or article.lang != lang or len(article.title) > _TITLE_CHARS:
        return
    if article.metadata.author:
        yield f"「{article.title}」を書いたのは誰ですか？" if lang == "ja" else f"Who wrote “{article.title}”?"
    if article.metadata.published:
        when = f"「{article.title}」はいつ公開されましたか？"
        yield when if lang == "ja" else f"When was “{article.title}” published?"
