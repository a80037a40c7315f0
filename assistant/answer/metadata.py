"""Questions about an article itself: who wrote it, when, in which category."""

from __future__ import annotations

from functools import lru_cache

from assistant.answer.question import Question
from assistant.library.store import Library
from assistant.retrieve.retriever import Retrieved
from assistant.text.tokens import words
from assistant.types import BlockKind, Hit

_MAX_ARTICLES = 5
# Words that ask for the metadata and say nothing about which article is meant.
_ASKING = (
    "記事 文章 本文 コラム 著者 筆者 執筆者 執筆 書く 書いた 公開 公開日 掲載 掲載日 発行 配信 更新 日付 日 カテゴリー カテゴリ 分類 分野 タグ 出典 どれ 属する "
    "付く 付いている 名前 情報 シート article story post piece author write wrote written writer publish published publication date "
    "category categories tag tags source sources sheet"
)


@lru_cache(maxsize=1)
def _asking_words() -> frozenset[str]:
    return frozenset(words(_ASKING))


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
    asking = _asking_words()
    subject = [
        concept for concept in retrieved.query.concepts if not all(word in asking for word in concept.spellings[0])
    ]
    if not subject:
        only = library.only_article(hidden)
        if only is None:
            return ()
        wanted = [(*only, 1.0)]
    else:
        wanted = []
        total = sum(concept.weight for concept in subject) or 1.0
        for hit in retrieved.hits:
            found = frozenset(words(f"{hit.passage.title}\n{hit.passage.text}"))
            share = sum(concept.weight * concept.in_words(found) for concept in subject) / total
            if share >= 0.5 and hit.passage.article_id not in {article_id for article_id, _, _ in wanted}:
                wanted.append((hit.passage.article_id, hit.passage.version, hit.score))
    hits: list[Hit] = []
    for article_id, version, score in wanted[:_MAX_ARTICLES]:
        heads = [
            passage
            for passage in library.article_passages(article_id, version, chunking)
            if passage.kind is BlockKind.METADATA
        ]
        hits.extend(Hit(passage, len(hits) + 1 + index, score) for index, passage in enumerate(heads))
    return tuple(hits)
