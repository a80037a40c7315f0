"""The measures of the search benchmark."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.bench.retrieval import Case, documents, load_cases, ndcg, reciprocal_rank, score


def test_a_document_ranks_with_its_best_passage() -> None:
    assert documents(["a", "a", "b", "a", "c"]) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("ranking", "gold", "reciprocal", "gain"),
    [
        (["a", "b"], {"a"}, 1.0, 1.0),
        (["b", "a"], {"a"}, 0.5, 0.6309),
        (["b", "a", "c"], {"a", "c"}, 0.5, 0.6934),
        (["b"], {"a"}, 0.0, 0.0),
        ([str(number) for number in range(10)] + ["a"], {"a"}, 0.0, 0.0),
    ],
)
def test_measures(ranking: list[str], gold: set[str], reciprocal: float, gain: float) -> None:
    assert reciprocal_rank(ranking, frozenset(gold)) == reciprocal
    assert ndcg(ranking, frozenset(gold)) == pytest.approx(gain, abs=1e-4)


def test_means_over_a_set() -> None:
    cases = [Case("1", "q", frozenset({"a"})), Case("2", "q", frozenset({"b"}))]
    figures = score("set", cases, [["a"], ["c", "b"]], [1.0, 3.0])
    assert (figures.n, figures.hit_at_1, figures.hit_at_5, figures.mrr_at_10) == (2, 0.5, 1.0, 0.75)


def test_questions_without_an_answer_are_left_out(tmp_path: Path) -> None:
    rows = [{"id": number, "question": "q", "doc_ids": ["d"] if number % 2 else []} for number in range(10)]
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert [case.case_id for case in load_cases(tmp_path)] == ["1", "3", "5", "7", "9"]
    assert len(load_cases(tmp_path, step=2)) == 3
    sampled = load_cases(tmp_path, sample=2, seed=1)
    assert len(sampled) == 2
    assert sampled == load_cases(tmp_path, sample=2, seed=1)
