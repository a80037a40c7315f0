"""The file of fitted weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import ConfigError
from assistant.retrieve.features import NAMES
from assistant.retrieve.ranker import WEIGHTS_FILE, Ranker, load_ranker


def test_the_file_tells_what_it_was_fitted_on() -> None:
    stored = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    assert stored["report"]["grouped_by"] == "article"
    for figures in stored["report"]["sets"].values():
        assert figures["cross_validated"]["mrr_at_10"] >= figures["fused_score"]["mrr_at_10"] - 0.01


def test_weights_for_other_features_are_refused_by_name(tmp_path: Path) -> None:
    place = tmp_path / "ranker.json"
    place.write_text(json.dumps({"weights": {"shoe_size": 1.0}, "table": {}}), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"ranker\.json"):
        load_ranker(place)
    place.write_text("{", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_ranker(place)


def test_a_passage_without_the_named_product_comes_after_one_that_has_it() -> None:
    values = np.zeros((2, len(NAMES)))
    values[0, NAMES.index("words_passage")] = 1.0
    values[1, NAMES.index("names_near")] = 1.0
    first, second = load_ranker().of_features(values)
    assert second > first


def test_a_row_of_a_table_is_weighed_by_both_columns() -> None:
    values = np.zeros((2, len(NAMES)))
    values[:, NAMES.index("words_passage")] = 0.5
    values[1, NAMES.index("is_table")] = 1.0
    weights, table = np.zeros(len(NAMES)), np.zeros(len(NAMES))
    weights[NAMES.index("words_passage")] = 2.0
    table[NAMES.index("words_passage")] = 1.0
    assert Ranker(weights, table).of_features(values).tolist() == [1.0, 1.5]
