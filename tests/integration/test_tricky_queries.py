"""The tricky queries on an index of real files: read, chunked, written by Tantivy and Chroma, opened again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant import Assistant, Settings
from assistant.types import AnswerStatus

FILLERS = 60
"""Other articles, more than the ranker looks at: what is right has to be found before it can be ranked."""
ARTICLES = {
    "ppr-9087": ("部品PPR-9087", "部品PPR-9087の全長は4,895mmで、重さは12kgである。"),
    "ppr-9088": ("部品PPR-9088", "部品PPR-9088の全長は4,896mmで、重さは13kgである。"),
    "trainium": ("学習用チップの新製品", "トレイニアム3は前の世代より電力効率が4割高い。"),
    "english": ("Bandwidth notes", "The accelerator has a memory bandwidth of 4.9 TB/s and ships in trays."),
    "server": ("申請の窓口", "新しいサーバーの申し込みは来月に始まる。"),
    "takasaki": ("北の工場", "髙﨑工場は渡邊氏が率い、葛\U000e0100城市に倉庫を持つ。"),
    "congo": ("川の都", "首都はブラザヴィルで、川の港として栄える。"),
    "cat": ("夜の観察", "猫は夜に活動する。飼い主は記録をつけた。"),
    "weather": ("週末の空", "関東は晴れ、北陸は雨の予報である。"),
    "fruit": ("果樹園便り", "りんごの収穫は秋に最も多い。"),
}
GLOSSARY = """
terms:
  - {ja: トレイニアム3, en: Trainium3}
  - {ja: メモリ帯域幅, en: memory bandwidth}
  - {ja: 収穫, en: harvest}
"""


@pytest.fixture(scope="module", params=["exact", "hnsw"])
def assistant(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    root = tmp_path_factory.mktemp("tricky")
    corpus = root / "corpus"
    corpus.mkdir()
    for key, (title, text) in ARTICLES.items():
        (corpus / f"{key}.md").write_text(f"---\nid: {key}\ntitle: {title}\n---\n\n{text}\n", encoding="utf-8")
    for number in range(FILLERS):
        body = f"第{number}支店の部品と倉庫の点検は、担当の{number % 7}班が朝に終えた。次の点検は{number % 12 + 1}月である。"
        (corpus / f"branch-{number}.md").write_text(
            f"---\nid: branch-{number}\ntitle: 第{number}支店の点検\n---\n\n{body}\n", encoding="utf-8"
        )
    (root / "glossary.yaml").write_text(GLOSSARY, encoding="utf-8")
    settings = Settings(home=root / "home", glossary=root / "glossary.yaml", retrieve={"dense": request.param})  # type: ignore[arg-type]
    with Assistant.open(settings) as opened:
        opened.index([corpus])
    with Assistant.open(settings) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "article"),
    [
        pytest.param("PPR-9087の重さは？", "ppr-9087", id="part number"),
        pytest.param("PPR-9088の重さは？", "ppr-9088", id="its neighbour"),
        pytest.param("ＰＰＲ９０８７の重さは？", "ppr-9087", id="full width, no hyphen"),
        pytest.param("全長が４８９５ミリの部品は？", "ppr-9087", id="unit in katakana"),
        pytest.param("全長が4896ミリメートルの部品は？", "ppr-9088", id="unit in full"),
        pytest.param("Which part is 4,895 mm long?", "ppr-9087", id="English question, figure"),
        pytest.param("ﾄﾚｲﾆｱﾑ3の電力効率は？", "trainium", id="half-width katakana"),
        pytest.param("Trainium3の電力効率は？", "trainium", id="glossary"),
        pytest.param("How efficient is Trainium3?", "trainium", id="glossary, English question"),
        pytest.param("メモリ帯域幅は？", "english", id="Japanese question, English article"),
        pytest.param("When is the harvest?", "fruit", id="English question, Japanese article"),
        pytest.param("サーバの申込みはいつ？", "server", id="long vowel and okurigana"),
        pytest.param("高崎工場を率いるのは？", "takasaki", id="variant kanji"),
        pytest.param("渡辺氏の工場は？", "takasaki", id="variant kanji of a name"),
        pytest.param("葛城市の倉庫は？", "takasaki", id="variation selector"),
        pytest.param("ブラザビルの港は？", "congo", id="ヴ and ビ"),
        pytest.param("猫", "cat", id="one kanji that is a word"),
        pytest.param("雨", "weather", id="one kanji within a sentence"),
        pytest.param("邊", "takasaki", id="one kanji of a name, variant"),
    ],
)
def test_the_article_is_first(assistant: Assistant, question: str, article: str) -> None:
    assert assistant.search(question, top_k=5)[0].passage.article_id == article


def test_a_part_number_is_never_answered_from_its_neighbour(assistant: Assistant) -> None:
    answer = assistant.ask("PPR-9086の重さは？")
    assert answer.status is AnswerStatus.REFUSED
    assert "12" not in answer.text
    assert "13" not in answer.text


@pytest.mark.parametrize("question", ["", "   ", "\u3000", "？", "\x00", "🙂", "\ud800", "\U000e0100"])
def test_a_query_without_a_word_has_no_hits(assistant: Assistant, question: str) -> None:
    assert assistant.search(question) == []


@pytest.mark.parametrize(
    "question",
    [
        *("あ", "x", "1", "の", "々", "ー"),
        *("それは何ですか？", "What is it?", "の は が を", "the of and"),
        *(
            piece * (100_000 // len(piece.encode()) + 1)
            for piece in ("a", "猫", "PPR-9087 ", "🙂", "\n", "部品の点検、")
        ),
    ],
    ids=lambda question: f"{question[:8].strip()!a} of {len(question.encode())} bytes",
)
def test_one_character_only_stop_words_or_100_kb_give_ordered_hits(assistant: Assistant, question: str) -> None:
    hits = assistant.search(question, top_k=5)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.passage.text for hit in hits)


def test_what_opens_a_query_of_100_kb_is_found(assistant: Assistant) -> None:
    question = "PPR-9087の重さは？" + "注文の控え、" * 9000
    assert len(question.encode()) > 100_000
    assert assistant.search(question, top_k=1)[0].passage.article_id == "ppr-9087"
