"""Fits the reader's weights on the public development sets and writes `assistant/answer/weights.json`.

    python -m evals.bench.fit_reader --cache DIR [--data DIR] [--step 2] [--out FILE]

Indexes, what the search finds and all features are kept under DIR and used again while nothing they stand on has
changed. Three stages are fitted on every ``step``-th question of JSQuAD and fewer of JaQuAD: sentences (right when
they contain a gold answer and come from a gold document), short answers (right when they equal one), and both
together. The fourth, whether a question is answered at all, is fitted on the questions of refusal_dev_ja that the
first stages did not use and, for English, on qa_dev_en. One article in ten is held back from everything. The other
figures are from four folds that keep each article's questions together; the weights are fitted on all but the held
articles, which the reader itself is measured on at the end, at a threshold of 0 and with the default one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.answer.answerable import answerable_features
from assistant.answer.asked import what_is_asked
from assistant.answer.candidates import Candidate, rank_candidates, sentence_weights
from assistant.answer.prose import READ, read_prose
from assistant.answer.reader import ExtractiveReader
from assistant.answer.short import span_scorer
from assistant.answer.weights import WEIGHTS_FILE, reader_weights
from assistant.settings import Settings
from evals.bench.reader_data import Asked, asked_questions, squeeze
from evals.bench.reader_tables import TOPIC, Table, joined, sentence_table, span_table
from evals.bench.softmax import FOLDS, Floats, fit_logistic, fit_rows, fold_of
from evals.matching import character_f1

READING = ("jsquad_dev_ja", "jaquad_dev_ja")
JAQUAD_STEP = 4  # times the step of JSQuAD: it has no passages of its own genre to offer
SENTENCE_PENALTY, SPAN_PENALTY, JOINT_PENALTY, REFUSAL_PENALTY = 1e-4, 3e-4, 1e-4, 5e-3
ENGLISH_PENALTY = 1e-2
SPAN_SEEN = 60  # a feature must be there this often to get a weight
BY_HAND = {"names": 0.5, "names_near": 1.5}  # the sets have hardly any product names
AGAINST_ENDS = ("missing", "missing_letters", "missing_elsewhere", "missing_count", "shared", "worst_run", "_apart")
IN_ENGLISH = frozenset(
    "coverage support passage passage_bigrams rare_bigrams lead passage_lead score window longest trigrams missing rank "
    "heaviest_missing words_missing letters_missing capitals_missing names_missing names_apart title best_passage".split()
)
"""qa_dev_en has 287 questions: more features than these do worse on questions left out."""
FALSE_SHARES = (0.01, 0.02, 0.05, 0.1, 0.2)
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
LEAST_SHOWN = 40
Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Read:
    """One set: its questions, the rows of their sentences, and in which fold each question is."""

    asked: list[Asked]
    table: Table

    @property
    def folds(self) -> NDArray[np.int64]:
        """-1 for what is held back."""
        return np.array([-1 if item.held else fold_of(item.article) for item in self.asked])


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def named(names: Sequence[str], weights: Sequence[float], *, least: float = 0.0) -> Weights:
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True) if abs(weight) > least}


def put(stage: str, weights: Weights, out: Path) -> None:
    content = json.loads(out.read_text(encoding="utf-8"))
    content["weights"][stage] = weights
    out.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for kept in (reader_weights, sentence_weights, span_scorer):  # what was made from the weights before
        kept.cache_clear()


def split(table: Table, values: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    return np.split(values, np.cumsum(table.lengths)[:-1])


def among(table: Table, logits: Floats, of: NDArray[np.float64] | NDArray[np.int64], top: int) -> list[bool]:
    """For each question whether one of its best ``top`` rows is marked."""
    pairs = zip(split(table, logits), split(table, np.asarray(of, dtype=np.float64)), strict=True)
    return [bool(len(marks) and marks[np.argsort(-found, kind="stable")[:top]].max()) for found, marks in pairs]


def fit_sentences(sets: Sequence[Read]) -> Weights:
    names = [name for name in sets[0].table.names if name not in BY_HAND]
    figures: dict[str, list[bool]] = defaultdict(list)
    for fold in range(FOLDS):
        train = joined([item.table.of((item.folds != fold) & (item.folds >= 0)) for item in sets])
        weights = named(names, fit_rows(train, names, penalty=SENTENCE_PENALTY, given=BY_HAND)) | BY_HAND
        for item in sets:
            held = item.table.of(item.folds == fold)
            logits, source = held.logits(weights), item.asked[0].source
            for top in (1, 3):
                figures[f"{source}, best {top}, of a gold document"] += among(held, logits, held.labels, top)
                figures[f"{source}, best {top}, of any"] += among(held, logits, held.marks, top)
    for name, results in sorted(figures.items()):
        say(f"sentences, {name}: {np.mean(results):.3f} (n={len(results)})")
    everything = joined([item.table.of(item.folds >= 0) for item in sets])
    return named(names, fit_rows(everything, names, penalty=SENTENCE_PENALTY, given=BY_HAND)) | BY_HAND


def best_sentences(asked: Sequence[Asked]) -> list[list[Candidate]]:
    return [rank_candidates(item.question, item.asked_for, item.hits)[:READ] for item in asked]


def fit_spans(sets: Sequence[Read], cache: Path, stamp: str, out: Path) -> None:
    """Short answers, then sentences and short answers together; both are written."""
    best = [best_sentences(item.asked) for item in sets]
    tables = [span_table(item.asked, found, cache, stamp) for item, found in zip(sets, best, strict=True)]
    whole = joined(tables)
    seen = np.asarray((whole.features != 0).sum(0)).ravel()
    names = [name for name, count in zip(whole.names, seen, strict=True) if count >= SPAN_SEEN]
    folds = np.concatenate([item.folds for item in sets])
    logits = np.zeros(len(whole.labels))
    for fold in range(FOLDS):
        weights = named(names, fit_rows(whole.of((folds != fold) & (folds >= 0)), names, penalty=SPAN_PENALTY))
        rows = np.repeat(folds == fold, whole.lengths)
        logits[rows] = whole.of(folds == fold).logits(weights)
    put("span", named(names, fit_rows(whole.of(folds >= 0), names, penalty=SPAN_PENALTY), least=0.02), out)
    put(
        "joint",
        _fit_joint(
            [item for one in sets for item in one.asked], [found for one in best for found in one], whole, logits, folds
        ),
        out,
    )


def _fit_joint(
    asked: Sequence[Asked], best: Sequence[Sequence[Candidate]], whole: Table, logits: Floats, folds: NDArray[np.int64]
) -> Weights:
    units, says, tops = [], [], []
    for item, sentences, found, marks, labels, texts in zip(
        asked,
        best,
        split(whole, logits),
        split(whole, whole.marks),
        split(whole, whole.labels),
        split(whole, whole.texts),
        strict=True,
    ):
        rows, told, shown = [], [], []
        for place, sentence in enumerate(sentences):
            here = np.flatnonzero(marks % TOPIC == place)
            top = here[np.argmax(found[here])] if len(here) else None
            right = item.is_right(sentence.passage.article_id, sentence.text)
            topic_right = top is not None and marks[top] >= TOPIC and labels[top] == 1
            spans = found[top] if top is not None else -9.0
            rows.append((sentence.score - sentences[0].score, spans, float(right or topic_right)))
            told.append(any(answer in squeeze(sentence.text) for answer in item.answers) or topic_right)
            shown.append("" if top is None else str(texts[top]))
        units.append(np.array(rows).reshape(-1, 3))
        says.append(told)
        tops.append(shown)

    def fit(chosen: NDArray[np.bool_]) -> Weights:
        rows = [unit for unit, kept in zip(units, chosen, strict=True) if kept]
        table = _dense(("sentence", "span"), rows)
        return named(("sentence", "span"), fit_rows(table, ("sentence", "span"), penalty=JOINT_PENALTY))

    figures: dict[str, list[float]] = defaultdict(list)
    for fold in range(FOLDS):
        weights = fit((folds != fold) & (folds >= 0))
        for index in np.flatnonzero(folds == fold):
            if not len(units[index]):
                continue
            item = asked[index]
            order = np.argsort(
                -(units[index][:, 0] * weights["sentence"] + units[index][:, 1] * weights["span"]), kind="stable"
            )
            short = tops[index][order[0]]
            kind = what_is_asked(item.question).kind
            exact = float(squeeze(short) in item.answers)
            overlap = character_f1(short, item.answers)
            figures[f"{item.source}, first sentence or the topic it leaves out"].append(says[index][order[0]])
            figures[f"{item.source}, any of three"].append(any(says[index][place] for place in order[:3]))
            for name in (item.source, f"{item.source} {kind}"):
                figures[f"{name}, short answer exactly right"].append(exact)
                figures[f"{name}, characters of the short answer, F1"].append(overlap)
    for name, results in sorted(figures.items(), key=lambda entry: (-len(entry[1]), entry[0])):
        if len(results) >= LEAST_SHOWN:
            say(f"read, {name}: {np.mean(results):.3f} (n={len(results)})")
    return fit(folds >= 0)


def _dense(names: tuple[str, ...], units: Sequence[Floats]) -> Table:
    from scipy import sparse

    rows = np.concatenate(units)
    nothing = np.zeros(len(rows), dtype=np.int64)
    lengths = np.array([len(unit) for unit in units])
    return Table(names, sparse.csr_matrix(rows[:, :-1]), rows[:, -1], lengths, nothing, nothing.astype(object))


def fit_answerable(asked: Sequence[Asked], *, english: bool) -> Weights:
    kept, rows = [], []
    for item in asked:
        ranked = rank_candidates(item.question, item.asked_for, item.hits)
        if ranked and not item.held:
            reading = read_prose(item.question, item.asked_for, ranked)
            rows.append(answerable_features(item.question, item.asked_for, reading.ranked, reading.shorts))
            kept.append(item)
    names = sorted({name for row in rows for name in row} - {"bias"})
    names = [name for name in names if not english or name in IN_ENGLISH]
    against = frozenset(name for name in names if name.endswith(AGAINST_ENDS))
    table = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    labels = np.array([float(item.answerable) for item in kept])
    gaps = np.array([item.gap for item in kept])
    folds = np.array([fold_of(item.article) for item in kept])
    penalty = ENGLISH_PENALTY if english else REFUSAL_PENALTY
    belief = np.zeros(len(rows))
    for fold in range(FOLDS):
        bias, weights = fit_logistic(
            table[folds != fold], labels[folds != fold], names, against=against, penalty=penalty
        )
        belief[folds == fold] = 1 / (1 + np.exp(-(table[folds == fold] @ weights + bias)))
    report_refusal(kept[0].source, belief, labels, gaps)
    bias, weights = fit_logistic(table, labels, names, against=against, penalty=penalty)
    return {"bias": round(bias, 3), **named(names, list(weights), least=0.005)}


def report_refusal(
    source: str, belief: Floats, labels: Floats, gaps: NDArray[np.str_], shares: Sequence[float] = FALSE_SHARES
) -> None:
    answerable = belief[labels == 1]
    kinds = sorted(set(gaps[labels == 0]))
    for gap in kinds:
        wrong = belief[(labels == 0) & (gaps == gap)]
        better = float((answerable[:, None] > wrong[None, :]).mean())
        answered = ", ".join(
            f"{share:.0%}: {np.mean(answerable > np.quantile(wrong, 1 - share)):.3f}" for share in shares
        )
        say(
            f"refusal, {source} {gap}: AUC {better:.3f}; answered at false answers of {answered} ({len(answerable)}+{len(wrong)})"
        )
    for threshold in THRESHOLDS:
        false = [f"{gap or 'all'} {np.mean(belief[(labels == 0) & (gaps == gap)] >= threshold):.3f}" for gap in kinds]
        say(f"  threshold {threshold}: answered {np.mean(answerable >= threshold):.3f}, false {', '.join(false)}")


def measure_held(asked: Sequence[Asked]) -> None:
    """The reader itself on articles that nothing was fitted on."""
    reader = ExtractiveReader(max_sentences=Settings().reader.max_sentences, threshold=0.0)
    default = ExtractiveReader(max_sentences=3, threshold=Settings().reader.answer_threshold)
    figures: dict[str, list[float]] = defaultdict(list)
    for item in asked:
        if not item.held:
            continue
        refused = default.read(item.question, item.query, item.hits).refusal is not None
        if not item.answerable:
            figures[f"{item.source} {item.gap}: false answers at the default threshold"].append(float(not refused))
            continue
        figures[f"{item.source}: refused at the default threshold"].append(float(refused))
        if item.question.lang != "ja" or item.source not in READING:
            continue
        ranked = rank_candidates(item.question, item.asked_for, item.hits)
        reading = read_prose(item.question, item.asked_for, ranked)
        best = [
            any(answer in squeeze(found.text) for answer in item.answers)
            or squeeze(reading.short_text(place) or "") in item.answers
            for place, found in enumerate(reading.ranked[:3])
        ]
        figures[f"{item.source}: first sentence or the topic it leaves out"].append(float(any(best[:1])))
        figures[f"{item.source}: any of the best three"].append(float(any(best)))
        draft = reader.read(item.question, item.query, item.hits)
        figures[f"{item.source}: answered at any threshold"].append(float(draft.refusal is None))
        told = [any(answer in squeeze(sentence.text) for answer in item.answers) for sentence in draft.sentences]
        figures[f"{item.source}: first sentence shown"].append(float(any(told[:1])))
        figures[f"{item.source}: any of those shown"].append(float(any(told[:3])))
        figures[f"{item.source}: short answer exactly right"].append(float(squeeze(draft.short or "") in item.answers))
        figures[f"{item.source}: characters, F1"].append(character_f1(draft.short or "", item.answers))
    for name, results in sorted(figures.items()):
        say(f"held articles, {name}: {np.mean(results):.3f} (n={len(results)})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="folder for indexes, hits and features")
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    parser.add_argument("--step", type=int, default=2)
    parser.add_argument("--out", type=Path, default=WEIGHTS_FILE, help="weights file to change")
    parser.add_argument("--only", nargs="*", choices=("sentences", "spans", "refusal", "held"), default=[])
    arguments = parser.parse_args()
    stages = arguments.only or ["sentences", "spans", "refusal", "held"]
    started, used = time.perf_counter(), time.process_time()

    def load(name: str, step: int, but: frozenset[str] = frozenset()) -> list[Asked]:
        return asked_questions(
            arguments.data / name, arguments.cache / "homes" / name, arguments.cache, step=step, but=but
        )

    def spent(stage: str) -> None:
        minutes = (time.process_time() - used) / 60
        say(f"[{stage}: {minutes:.1f} min of CPU, {(time.perf_counter() - started) / 60:.1f} min so far]")

    reading = [load(READING[0], arguments.step), load(READING[1], arguments.step * JAQUAD_STEP)]
    spent("search")
    if "sentences" in stages or "spans" in stages:
        sets = [Read(asked, sentence_table(asked, arguments.cache)) for asked in reading]
        if "sentences" in stages:
            put("sentence", fit_sentences(sets), arguments.out)
            spent("sentences")
        if "spans" in stages:
            stamp = hashlib.sha256(json.dumps(reader_weights().sentence).encode()).hexdigest()[:8]
            fit_spans(sets, arguments.cache, stamp, arguments.out)
            spent("short answers")
    unread = load("refusal_dev_ja", 1, frozenset(item.case_id for item in reading[0]))
    english = load("qa_dev_en", 1)
    if "refusal" in stages:
        put("answerable", fit_answerable(unread, english=False), arguments.out)
        put("answerable_en", fit_answerable(english, english=True), arguments.out)
        spent("refusal")
    if "held" in stages:
        measure_held([*reading[0], *reading[1], *unread, *english])
        spent("held")


if __name__ == "__main__":
    main()
