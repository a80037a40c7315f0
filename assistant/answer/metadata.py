"""Questions about an article itself: who wrote it, when, in which category."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from assistant.answer.question import Question
from assistant.library.store import Library
from assistant.retrieve.query import Concept, Query
from assistant.retrieve.retriever import Retrieved
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.tokens import words
from assistant.types import BlockKind, Hit

_MAX_ARTICLES = 5
_FITS = 0.5
"""Share of the subject that an article must carry."""
# Words that ask for the metadata and say nothing about which article is meant.
_ASKING = (
    "記事 文章 本文 コラム 著者 筆者 執筆者 執筆 書く 書いた 公開 公開日 掲載 掲載日 発行 配信 更新 日付 日 カテゴリー カテゴリ 分類 分野 タグ 出典 どれ 属する "
    "付く 付いている 名前 情報 シート article story post piece author write wrote written writer publish published publication date "
    "category categories tag tags source sources sheet report come came out appear "
    "部署 班 記者 担当 出る まとめる 解説 伝える 紹介 説明 扱う 報じる 取り上げる 比べる 日本語 英語 english japanese 版"
)
_OF_SHEETS = lazy_pattern(r"シート|仕様表|スペック表|\b(?:spec(?:ification)?|data) ?sheets?\b")
_IN_JAPANESE = lazy_pattern(r"日本語|和文|\bjapanese\b")
_IN_ENGLISH = lazy_pattern(r"英語|英文|\benglish\b")
_TITLE, _BODY, _LANGUAGE, _SHEET = 1.0, 0.3, 0.1, 0.3
"""What counts when several articles fit: the subject in the title and head before the text, the question's own
language, an article before a sheet that nobody asked for."""


@lru_cache(maxsize=1)
def _asking_words() -> frozenset[str]:
    return frozenset(words(_ASKING))


def _subject(query: Query) -> list[Concept]:
    asking = _asking_words()
    return [concept for concept in query.concepts if not all(word in asking for word in concept.spellings[0])]


def subject_words(query: Query) -> str:
    """What an article is to be about, to search for: the words that ask for its author or day find other articles."""
    return " ".join(word for concept in _subject(query) for word in concept.spellings[0])


def metadata_hits(
    question: Question,
    retrieved: Retrieved,
    library: Library,
    chunking: str,
    *,
    hidden: frozenset[str] = frozenset(),
) -> tuple[Hit, ...]:
    """The heads of the articles a metadata question is about, best first; those in ``hidden`` are left out.

    A question that names no subject (「誰が書いた？」) is only answered from a library of one article.
    """
    subject = _subject(retrieved.query)
    if not subject:
        only = library.only_article(hidden)
        if only is None:
            return ()
        wanted = [(*only, 1.0)]
    else:
        wanted = _articles(question, subject, retrieved.hits)
    hits: list[Hit] = []
    for article_id, version, score in wanted[:_MAX_ARTICLES]:
        heads = [
            passage
            for passage in library.article_passages(article_id, version, chunking)
            if passage.kind is BlockKind.METADATA
        ]
        hits.extend(Hit(passage, len(hits) + 1 + index, score) for index, passage in enumerate(heads))
    return tuple(hits)


def _articles(question: Question, subject: Sequence[Concept], found: Sequence[Hit]) -> list[tuple[str, int, float]]:
    """The articles among the hits that the subject fits: id, version, score of the search; best first."""
    folded = normalise(question.text)
    language = "ja" if _IN_JAPANESE.search(folded) else "en" if _IN_ENGLISH.search(folded) else ""
    sheets = bool(_OF_SHEETS.search(folded))
    fitting: dict[str, tuple[float, Hit]] = {}
    for hit in found:
        passage = hit.passage
        if language and passage.lang != language:
            continue
        in_title = _share(subject, passage.title)
        anywhere = _share(subject, f"{passage.title}\n{passage.text}")
        if anywhere < _FITS:
            continue
        fit = _TITLE * in_title + _BODY * anywhere + _LANGUAGE * (passage.lang == question.lang)
        fit -= _SHEET * ((passage.spec is not None) != sheets)
        best = fitting.get(passage.article_id)
        if best is None or fit > best[0]:
            fitting[passage.article_id] = fit, hit
    ordered = sorted(fitting.values(), key=lambda item: (-item[0], item[1].rank))
    return [(hit.passage.article_id, hit.passage.version, hit.score) for _, hit in ordered]


def _share(subject: Sequence[Concept], text: str) -> float:
    found = frozenset(words(text))
    total = sum(concept.weight for concept in subject) or 1.0
    return sum(concept.weight * concept.in_words(found) for concept in subject) / total
