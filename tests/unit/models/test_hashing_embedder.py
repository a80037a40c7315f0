"""The built-in embedder: vectors of spelling, repeatable to the bit."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from assistant.models import HashingEmbedder, embedder_key, load_embedder
from assistant.settings import Settings

TEXTS = [
    "Trainium3のメモリ容量は144GB。",
    "PPR-9087の月産は1,000個です。",
    "",
    " \n",
    "a",
    "half surrogate \udcff",
    "𡈽地",
    "The quick brown fox. " * 200,
    "。、！",
]


@pytest.mark.parametrize("dimension", [16, 256, 1000])
def test_shape_type_and_length(dimension: int) -> None:
    vectors = HashingEmbedder(dimension).embed_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors.astype(np.float64), axis=1), 1.0, atol=1e-6)


def test_no_texts_no_rows() -> None:
    vectors = HashingEmbedder(32).embed_passages([])
    assert vectors.shape == (0, 32)
    assert vectors.dtype == np.float32


def test_one_by_one_or_together_is_the_same_to_the_bit() -> None:
    embedder = HashingEmbedder(256)
    together = embedder.embed_passages(TEXTS)
    for text, row in zip(TEXTS, together, strict=True):
        assert np.array_equal(embedder.embed_query(text), row), text
        assert np.array_equal(embedder.embed_passages([text])[0], row), text


def test_batches_of_thousands_are_the_same_to_the_bit() -> None:
    embedder = HashingEmbedder(64)
    texts = [f"工場{number}の part {number}" for number in range(2100)]
    vectors = embedder.embed_passages(texts)
    for number in (0, 2047, 2048, 2099):
        assert np.array_equal(vectors[number], embedder.embed_query(texts[number]))


def test_another_process_makes_the_same_vectors() -> None:
    code = (
        "from assistant.models.hashing import HashingEmbedder; import hashlib;"
        "print(hashlib.sha256(HashingEmbedder(256).embed_query('Trainium3のメモリ容量').tobytes()).hexdigest())"
    )
    seen = {
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
        for _ in range(2)
    }
    import hashlib

    here = hashlib.sha256(HashingEmbedder(256).embed_query("Trainium3のメモリ容量").tobytes()).hexdigest()
    assert seen == {here + "\n"}


def test_a_text_without_any_feature_has_the_fixed_direction() -> None:
    expected = np.zeros(16, dtype=np.float32)
    expected[0] = 1.0
    assert np.array_equal(HashingEmbedder(16).embed_query("。、！"), expected)


def test_spelling_variants_are_near_and_other_subjects_are_far() -> None:
    embedder = HashingEmbedder(256)
    query = embedder.embed_query("Ｔｒａｉｎｉｕｍ３　ﾒﾓﾘ容量")
    same, other = embedder.embed_passages(["trainium3 メモリ容量", "猫が魚を食べた"])
    assert float(query @ same) == pytest.approx(1.0, abs=1e-6)
    assert float(query @ other) < 0.3


def test_neighbouring_texts_do_not_leak_into_each_other() -> None:
    embedder = HashingEmbedder(256)
    assert np.array_equal(embedder.embed_passages(["日本", "本日"])[0], embedder.embed_passages(["日本", "abc"])[0])


def test_identity_and_key_follow_the_dimension() -> None:
    small, large = HashingEmbedder(64), HashingEmbedder(128)
    assert json.loads(small.identity)["dimension"] == 64
    assert embedder_key(small) == embedder_key(HashingEmbedder(64))
    assert embedder_key(small) != embedder_key(large)
    assert len(embedder_key(small)) == 16


def test_the_settings_choose_it() -> None:
    embedder = load_embedder(Settings(embed={"dimension": 99}))  # type: ignore[arg-type]
    assert isinstance(embedder, HashingEmbedder)
    assert embedder.dimension == 99
