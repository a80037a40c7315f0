"""What the reader's weights are fitted on: features of sentences and of short answers, as arrays kept on disk."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.answer.candidates import FEATURES, Candidate, rank_candidates
from assistant.answer.short import short_options
from evals.bench.reader_data import Asked, source_hash, squeeze

TOPIC = 100  # added to the mark of a short answer that its sentence does not name
_SENTENCES = ("answer/candidates.py", "answer/asked.py", "answer/question.py", "text", "retrieve/query.py", "spans.py")
_SPANS = (*_SENTENCES, "answer/short.py", "answer/short_features.py", "answer/short_spans.py", "answer/topics.py")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of all questions one after the other; ``lengths`` says how many each question has.

    ``features`` is sparse, (n_rows, len(names)); ``labels`` is 1 where a row is right.
    """

    names: tuple[str, ...]
    features: Any
    labels: NDArray[np.float64]
    lengths: NDArray[np.int64]
    marks: NDArray[np.int64]  # a number for each row: which sentence it belongs to
    texts: NDArray[np.object_]  # of each short answer; empty for sentences

    @property
    def starts(self) -> NDArray[np.int64]:
        return np.append(0, np.cumsum(self.lengths)[:-1])

    def of(self, questions: NDArray[np.bool_]) -> Table:
        """The rows of some of the questions."""
        rows = np.repeat(questions, self.lengths)
        return Table(
            self.names,
            self.features[rows],
            self.labels[rows],
            self.lengths[questions],
            self.marks[rows],
            self.texts[rows],
        )

    def logits(self, weights: dict[str, float]) -> NDArray[np.float64]:
        return np.asarray(self.features @ np.array([weights.get(name, 0.0) for name in self.names]))


class _Rows:
    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = {name: index for index, name in enumerate(names)}
        self.columns, self.values, self.ends = array("i"), array("f"), array("q", [0])
        self.labels, self.lengths, self.marks = array("d"), array("q"), array("q")
        self.texts: list[str] = []

    def add(self, features: Iterable[tuple[str, float]], label: float, mark: int = 0, text: str = "") -> None:
        for name, value in features:
            if value:
                self.columns.append(self.names.setdefault(name, len(self.names)))
                self.values.append(value)
        self.ends.append(len(self.columns))
        self.labels.append(label)
        self.marks.append(mark)
        self.texts.append(text)

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(
            path,
            names=np.array(json.dumps([list(self.names), self.texts], ensure_ascii=False)),
            columns=np.array(self.columns),
            values=np.array(self.values),
            ends=np.array(self.ends),
            labels=np.array(self.labels),
            lengths=np.array(self.lengths),
            marks=np.array(self.marks),
        )


def _load(path: Path) -> Table:
    from scipy import sparse

    with np.load(path) as kept:
        names, texts = json.loads(str(kept["names"]))
        shape = (len(kept["labels"]), len(names))
        features = sparse.csr_matrix((kept["values"], kept["columns"], kept["ends"]), shape)
        shown = np.array(texts, dtype=object)
        return Table(tuple(names), features, kept["labels"], kept["lengths"], kept["marks"], shown)


def _kept(path: Path, make: Callable[[], _Rows]) -> Table:
    if not path.exists():
        make().save(path)
    return _load(path)


def sentence_table(asked: Sequence[Asked], cache: Path) -> Table:
    """A row for each sentence of each question; its mark is 1 where it contains an answer, whatever the document."""

    def make() -> _Rows:
        rows = _Rows(FEATURES)
        for item in asked:
            ranked = rank_candidates(item.question, item.asked_for, item.hits)
            for found in ranked:
                right = item.is_right(found.passage.article_id, found.text)
                says = any(answer in squeeze(found.text) for answer in item.answers)
                rows.add(_of(found), float(right), int(says))
            rows.lengths.append(len(ranked))
        return rows

    return _kept(cache / f"{_name(asked)}-{source_hash(_SENTENCES)}.sentences.npz", make)


def _of(found: Candidate) -> list[tuple[str, float]]:
    return [(name, float(getattr(found.features, name))) for name in FEATURES]


def span_table(asked: Sequence[Asked], best: Sequence[Sequence[Candidate]], cache: Path, stamp: str) -> Table:
    """A row for each short answer in the best sentences of each question; marks number the sentences.

    ``stamp`` names the weights that chose the sentences.
    """

    def make() -> _Rows:
        rows = _Rows(("sentence", "sentence_rank"))
        for item, sentences in zip(asked, best, strict=True):
            before = len(rows.labels)
            options = short_options(item.question, item.asked_for, sentences)
            for rank, (found, here) in enumerate(zip(sentences, options, strict=True)):
                around = [("sentence", found.score - sentences[0].score), ("sentence_rank", 1 / (rank + 1))]
                of_gold = found.passage.article_id in item.gold
                for option in here:
                    right = of_gold and squeeze(option.text) in item.answers
                    rows.add(
                        [*option.features.items(), *around],
                        float(right),
                        rank + TOPIC * (option.topic is not None),
                        option.text,
                    )
            rows.lengths.append(len(rows.labels) - before)
        return rows

    return _kept(cache / f"{_name(asked)}-{source_hash(_SPANS)}-{stamp}.spans.npz", make)


def _name(asked: Sequence[Asked]) -> str:
    return f"{asked[0].source}-{len(asked)}"


def joined(tables: Sequence[Table]) -> Table:
    """Several tables as one, with all their names."""
    from scipy import sparse

    names = tuple(dict.fromkeys(name for table in tables for name in table.names))
    index = {name: position for position, name in enumerate(names)}
    parts = []
    for table in tables:
        cells = ([1.0] * len(table.names), (range(len(table.names)), [index[name] for name in table.names]))
        parts.append(table.features @ sparse.csr_matrix(cells, (len(table.names), len(names))))
    return Table(
        names,
        sparse.vstack(parts).tocsr(),
        np.concatenate([table.labels for table in tables]),
        np.concatenate([table.lengths for table in tables]),
        np.concatenate([table.marks for table in tables]),
        np.concatenate([table.texts for table in tables]),
    )
