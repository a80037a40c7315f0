"""Cross-encoders on tiny models built here: order of hits, odds of entailment, what cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import ModelError, ModelUnavailableError
from assistant.models.cross import PairModel
from assistant.retrieve.rerank import rerank
from assistant.text.glossary import EMPTY
from assistant.types import BlockKind, Hit, Passage
from assistant.verify.support import DeskSupport
from tests.corpora import Site

pytestmark = pytest.mark.integration

LABELS = {0: "contradiction", 1: "entailment", 2: "neutral"}


def tiny_model(directory: Path, *, labels: dict[int, str], bias: list[float] | None = None) -> str:
    """A BERT of one layer whose classifier, when a bias is given, says the same of every pair."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    directory.mkdir(parents=True)
    letters = [chr(code) for code in (*range(0x21, 0x7F), *range(0x3041, 0x30FF), *map(ord, "部品月産個工場近況第"))]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    (directory / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizerFast(vocab_file=str(directory / "vocab.txt")).save_pretrained(directory)
    torch.manual_seed(5)
    model = BertForSequenceClassification(
        BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=32,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
            num_labels=len(labels),
            id2label=labels,
            label2id={label: index for index, label in labels.items()},
        )
    )
    if bias is not None:
        with torch.no_grad():
            model.classifier.weight.zero_()
            model.classifier.bias.copy_(torch.tensor(bias))
    model.save_pretrained(directory)
    return str(directory)


def pair_model(name: str) -> PairModel:
    return PairModel(name, setting="retrieve.reranker", models_dir=Path("none"), device="cpu")


@pytest.fixture(scope="module")
def reranker(tmp_path_factory: pytest.TempPathFactory) -> str:
    return tiny_model(tmp_path_factory.mktemp("models") / "reranker", labels={0: "score"})


def test_the_search_follows_the_cross_encoder(site: Site, reranker: str) -> None:
    retrieve = {"dense": "exact", "top_k": 4}
    with site.open(retrieve=retrieve) as assistant:
        plain = assistant.search("部品の月産", top_k=10)
    model = pair_model(reranker)
    scores = model.scores([("部品の月産", f"{hit.passage.title}\n{hit.passage.text}") for hit in plain])
    expected = [hit.passage.passage_id for _, hit in sorted(zip(-scores, plain, strict=True), key=lambda item: item[0])]
    with site.open(retrieve={**retrieve, "reranker": reranker, "rerank_depth": 10}) as assistant:
        found = assistant.search("部品の月産")
        assert assistant.status().reranker == reranker
    assert [hit.passage.passage_id for hit in found] == expected[:4]
    assert [hit.rank for hit in found] == [1, 2, 3, 4]
    assert [hit.score for hit in found] == [hit.score for hit in plain[:4]]


def test_hits_beyond_the_depth_keep_their_place() -> None:
    class Backwards:
        def scores(self, pairs: list[tuple[str, str]]) -> list[float]:
            return [float(index) for index in range(len(pairs))]

    hits = [
        Hit(Passage(f"p{n}", "a", 1, n, 0, 1, "x", BlockKind.PARAGRAPH, "t", "ja"), n, 1.0 / n) for n in range(1, 6)
    ]
    assert [hit.passage.passage_id for hit in rerank("q", hits, Backwards(), 3)] == ["p3", "p2", "p1", "p4", "p5"]
    assert rerank("q", [], Backwards(), 3) == ()


@pytest.mark.parametrize(("bias", "held"), [([0.0, 9.0, 0.0], True), ([9.0, 0.0, 0.0], False)])
def test_a_sentence_must_also_pass_the_entailment_model(tmp_path: Path, bias: list[float], held: bool) -> None:
    text = "Trainium3は144GBのメモリを搭載する。"
    passage = Passage("p", "a", 1, 0, 0, len(text), text, BlockKind.PARAGRAPH, "Trainium3", "ja")
    model = pair_model(tiny_model(tmp_path / "nli", labels=LABELS, bias=bias))
    backing = DeskSupport(EMPTY, model).back("Trainium3は144GBのメモリを積む。", [passage])
    assert bool(backing.spans) is held
    assert backing.score == pytest.approx(0.9998 if held else 0.0001, abs=1e-3)
    assert DeskSupport(EMPTY, model).back(text, [passage]).spans  # the source's own words need no model


def test_models_that_cannot_be_used(tmp_path: Path, reranker: str) -> None:
    with pytest.raises(ModelUnavailableError, match="assistant models pull nobody/nothing"):
        pair_model("nobody/nothing")
    with pytest.raises(ModelError, match="no label for entailment"):
        pair_model(tiny_model(tmp_path / "other", labels={0: "a", 1: "b"})).probability("x", "y")
    with pytest.raises(ModelError, match="3 labels"):
        pair_model(tiny_model(tmp_path / "nli", labels=LABELS)).scores([("x", "y")])
    assert len(pair_model(reranker).scores([])) == 0
