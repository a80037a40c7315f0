"""Questions to press on the empty page: taken from the library, and known to have an answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from assistant.errors import AssistantError
from assistant.types import AnswerStatus, Article
from ui.protocol import AssistantLike

WANTED = 4
_ARTICLES_READ = 12
_CANDIDATES_TRIED = 12
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
            if trial and self._assistant.ask(question, lang=lang).status is AnswerStatus.REFUSED:
                continue
            found += 1
            yield question

    def _candidates(self, lang: str) -> Iterator[str]:
        sources = [source for source in self._assistant.sources() if not source.withdrawn]
        sources.sort(key=lambda source: (source.lang == lang, source.published or ""), reverse=True)
        articles = [self._assistant.show(source.article_id) for source in sources[:_ARTICLES_READ]]
        # One from each article in turn, so that the questions show the breadth of the library.
        rounds = [list(_from_article(article, lang)) for article in articles]
        seen: set[str] = set()
        for depth in range(3):
            for questions in rounds:
                if depth < len(questions) and questions[depth] not in seen:
                    seen.add(questions[depth])
                    yield questions[depth]


def _from_article(article: Article, lang: str) -> Iterator[str]:
    specs = [block.spec for block in article.blocks if block.spec is not None]
    for spec in specs[:: max(len(specs) // 3, 1)]:
        attribute = spec.attribute if article.lang == lang else spec.attribute_alt
        if attribute:
            yield f"{spec.entity}の{attribute}は？" if lang == "ja" else f"What is the {attribute} of {spec.entity}?"
    if specs or article.lang != lang:
        return
    if lang == "ja":
        if article.metadata.author:
            yield f"「{article.title}」を書いたのは誰ですか？"
        if article.metadata.published:
            yield f"「{article.title}」はいつ公開されましたか？"
    else:
        if article.metadata.author:
            yield f"Who wrote “{article.title}”?"
        if article.metadata.published:
            yield f"When was “{article.title}” published?"
