"""The scale and peers benchmarks: what they make and how they count, on the smallest of everything."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from evals.bench import peer_systems
from evals.bench.growth import growth_svg
from evals.bench.peers import Row, compare, table
from evals.bench.retrieval import Scores
from evals.bench.scale import Size
from evals.bench.scale import table as scale_table
from evals.bench.synthetic import article, questions, write_corpus


def test_a_small_library_is_the_beginning_of_a_large_one(tmp_path: Path) -> None:
    write_corpus(tmp_path / "few", 5)
    write_corpus(tmp_path / "many", 40)
    many = (tmp_path / "many").read_text(encoding="utf-8").splitlines()
    assert (tmp_path / "few").read_text(encoding="utf-8").splitlines() == many[:5]
    assert len({json.loads(line)["text"] for line in many}) == 40
    assert {json.loads(line)["lang"] for line in many} == {"ja", "en"}


def test_questions_are_distinct_and_name_what_their_article_names() -> None:
    asked = questions(60, 200)
    assert len({item.text for item in asked}) == 60
    assert asked == questions(60, 200)
    for item in asked:
        text = article(int(item.article_id[1:]))
        named = f"{text['title']}\n{text['text']}"
        assert any(piece in named for piece in (item.text[:3], *item.text.rstrip("?").split())), item


def test_the_plot_is_one_file_with_a_mark_for_each_figure() -> None:
    drawn = ElementTree.fromstring(growth_svg([(10_000, 5.0, 9.0), (100_000, 7.0, 14.0), (1_000_000, 21.0, 39.0)]))
    assert sum(item.tag.endswith("circle") for item in drawn.iter()) == 6
    assert sum(item.tag.endswith("polyline") for item in drawn.iter()) == 2
    texts = [item.text for item in drawn.iter() if item.tag.endswith("text")]
    assert {"1,000,000", "39", "40 ms", "p95"} <= set(texts)


def test_the_table_of_sizes_names_its_n() -> None:
    size = Size(99_610, 16_949, 600.0, 180.9, 474, 299, 200, 3.2, 250, 7.5, 15.25, 7.0, 0.996, 466, 0.4)
    assert scale_table([size]).splitlines()[2] == (
        "| 99,610 | 7.5 | 15.25 | 7.0 | 10.0 min | 299 MB | 466 MB | 0.996 | 250 |"
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    place = tmp_path / "tiny"
    place.mkdir()
    documents = [
        {"id": f"d{number}", "title": f"Title {number}", "text": f"It is about {word}.", "lang": "en"}
        for number, word in enumerate(("rain", "snow", "wind"))
    ]
    asked = [{"id": 1, "question": "Where is snow?", "doc_ids": ["d1"]}]
    for name, items in (("corpus", documents), ("questions", asked)):
        (place / f"{name}.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    return tmp_path


def test_a_peer_that_is_not_installed_is_left_out_with_a_line(data: Path) -> None:
    # This interpreter without site packages: it has no peer, whatever is installed beside us.
    bare = data / "bare"
    bare.write_text('#!/bin/sh\nexec "$PYTHON_OF_TEST" -S -I "$@"\n', encoding="utf-8")
    bare.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        import sys

        patch.setenv("PYTHON_OF_TEST", sys.executable)
        rows, missing = compare(data, "tiny", ["haystack"], sample=1, python=str(bare))
    assert rows == []
    assert missing == ["haystack is not installed: No module named 'haystack'"]


def test_ours_is_asked_like_a_peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def by_length(documents: peer_systems.Documents) -> peer_systems.Ask:
        return lambda question: [item["id"] for item in documents if item["text"] in question]

    monkeypatch.setitem(peer_systems.SYSTEMS, "by length", by_length)
    found = peer_systems.run("by length", [{"id": "a", "title": "", "text": "cat"}], ["a cat", "a dog"])
    assert found["rankings"] == [["a"], []]
    assert len(found["milliseconds"]) == 2
    assert found["memory_mb"] > 1


def test_a_row_of_the_comparison_shows_every_measure() -> None:
    scores = Scores("tiny", 2, 0.5, 1.0, 1.0, 0.75, 0.815, 1.0, 2.0)
    assert table([Row("ours", scores, 3, 1.25, 90)]).splitlines()[2] == (
        "| tiny | ours | 2 | 0.500 | 1.000 | 0.750 | 0.815 | 1.2 | 1.0 | 2.0 | 90 |"
    )
