"""Fits the reader's weights on the public development sets and writes `assistant/answer/weights.json`.

    python -m evals.bench.fit_reader --homes DIR [--data DIR] [--step 2] [--write]

``DIR/<set>`` is an indexed home of each set (``ASSISTANT_HOME=DIR/<set> assistant index corpus.jsonl``). Three
stages are fitted on every ``step``-th question of JSQuAD and JaQuAD: sentences (right when they contain a gold
answer and come from a gold document), short answers (right when they equal one), and both together. The
fourth, whether a question is answered at all, is fitted on refusal_dev_ja (without the questions of the
first stages) and, for English, on qa_dev_en. All figures printed are from four folds that keep each
article's questions together; the weights written are fitted on everything.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.answer.answerable import answerable_features
from assistant.answer.asked import what_is_asked
from assistant.answer.candidates import FEATURES, rank_candidates
from assistant.answer.prose import READ, read_prose
from assistant.answer.question import Question, without_type_nouns
from assistant.answer.short_features import question_weights, repeats, span_features, view
from assistant.answer.short_spans import spans_of
from assistant.answer.weights import WEIGHTS_FILE, reader_weights
from assistant.api import Assistant
from assistant.retrieve.query import Query
from assistant.settings import load_settings
from assistant.text.normalise import normalise
from assistant.types import Hit
from evals.bench.softmax import FOLDS, Group, first_right, fit_logistic, fit_softmax, fold_of, scores

READING = ("jsquad_dev_ja", "jaquad_dev_ja")
SENTENCE_PENALTY, SPAN_PENALTY, REFUSAL_PENALTY = 1e-4, 3e-4, 1e-3
SPAN_SEEN = 60  # a feature must be there this often to get a weight
AGAINST = frozenset(("missing", "heaviest_missing", "missing_letters", "missing_elsewhere", "missing_count", "shared"))
NOT_IN_ENGLISH = frozenset(("short", "head", "predicate"))
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
Case = dict[str, object]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set with what the search found for it."""

    case: Case
    question: Question
    query: Query
    hits: Sequence[Hit]

    @property
    def article(self) -> str:
        key = str(self.case["doc_ids"][0] if self.case.get("doc_ids") else self.case.get("near_doc") or self.case["id"])  # type: ignore[index]
        return key.split("p")[0] if key.startswith("a") else key.rsplit("-", 1)[0]


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def squeeze(text: str) -> str:
    return "".join(normalise(text).split())


def asked(home: Path, questions: Path, step: int) -> Iterator[Asked]:
    with Assistant.open(load_settings(home=home), one_shot=True) as assistant, assistant._serving.using() as current:
        for line in questions.read_text(encoding="utf-8").splitlines()[::step]:
            case = json.loads(line)
            found = current.pipeline.retrieve(case["question"])
            query = without_type_nouns(found.question, found.retrieved.query)
            yield Asked(case, found.question, query, found.retrieved.hits)


def sentence_groups(home: Path, questions: Path, step: int) -> list[Group]:
    groups = []
    for item in asked(home, questions, step):
        ranked = rank_candidates(item.question, item.query, item.hits)
        if item.case["answerable"] and ranked:
            gold = [squeeze(answer) for answer in item.case["answers"]]  # type: ignore[attr-defined]
            rows = [
                (
                    {name: float(getattr(found.features, name)) for name in FEATURES},
                    float(
                        found.passage.article_id in item.case["doc_ids"]  # type: ignore[operator]
                        and any(answer in squeeze(found.text) for answer in gold)
                    ),
                )
                for found in ranked
            ]
            groups.append(Group(item.article, home.name, rows))
    return groups


def span_groups(home: Path, questions: Path, step: int) -> list[tuple[Group, list[tuple[float, float, int]]]]:
    """Spans of the first sentences, and of each sentence its logit, whether it is right, how many spans it has."""
    groups = []
    for item in asked(home, questions, step):
        ranked = rank_candidates(item.question, item.query, item.hits)[:READ]
        if not item.case["answerable"] or not ranked:
            continue
        gold = [squeeze(answer) for answer in item.case["answers"]]  # type: ignore[attr-defined]
        target, share = what_is_asked(item.question), question_weights(item.query)
        views, spans = [], []
        for found in ranked:
            tokens, those = spans_of(found.text)
            views.append(view(found.text, found.passage.title, tokens, target, share))
            spans.append(those)
        count = repeats(views, spans)
        rows, sentences = [], []
        for rank, (found, seen, those) in enumerate(zip(ranked, views, spans, strict=True), start=1):
            of_gold = found.passage.article_id in item.case["doc_ids"]  # type: ignore[operator]
            sentences.append(
                (
                    found.score - ranked[0].score,
                    float(of_gold and any(answer in squeeze(found.text) for answer in gold)),
                    len(those),
                )
            )
            for span in those:
                text = found.text[span.start : span.end]
                features = dict(span_features(target, seen, span, count[text]))
                features |= {"sentence": found.score - ranked[0].score, "sentence_rank": 1 / rank}
                rows.append((features, float(of_gold and squeeze(text) in gold)))
        if rows:
            groups.append((Group(item.article, home.name, rows, target.kind), sentences))
    return groups


def answerable_groups(
    home: Path, questions: Path, skipped: frozenset[str]
) -> list[tuple[str, float, str, dict[str, float]]]:
    found = []
    for item in asked(home, questions, 1):
        ranked = rank_candidates(item.question, item.query, item.hits)
        if ranked and item.case["id"] not in skipped:
            reading = read_prose(item.question, item.query, ranked)
            features = answerable_features(item.question, item.query, reading.ranked, reading.shorts)
            identifier = str(item.case["id"]).split("p")[0] if item.question.lang == "ja" else item.article
            found.append((identifier, float(bool(item.case["answerable"])), str(item.case.get("gap", "")), features))
    return found


def named(names: Sequence[str], weights: Sequence[float], *, least: float = 0.0) -> dict[str, float]:
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True) if abs(weight) > least}


def put(stage: str, weights: dict[str, float], write: Path) -> None:
    content = json.loads(write.read_text(encoding="utf-8"))
    content["weights"][stage] = weights
    write.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    reader_weights.cache_clear()


def fit_sentences(groups: Sequence[Group]) -> dict[str, float]:
    names = FEATURES
    for source in READING:
        firsts, thirds, total = 0.0, 0.0, 0
        for fold in range(FOLDS):
            train = [group for group in groups if fold_of(group.article) != fold]
            held = [group for group in groups if fold_of(group.article) == fold and group.source == source]
            if held:
                logits = scores(held, named(names, fit_softmax(train, names, penalty=SENTENCE_PENALTY)))
                firsts += len(held) * first_right(held, logits)
                thirds += len(held) * first_right(held, logits, 3)
                total += len(held)
        say(f"sentences, {source}: first {firsts / total:.3f}, among three {thirds / total:.3f} (n={total})")
    return named(names, fit_softmax(groups, names, penalty=SENTENCE_PENALTY))


def fit_spans(
    found: Sequence[tuple[Group, list[tuple[float, float, int]]]],
) -> tuple[dict[str, float], dict[str, float]]:
    seen = Counter(name for group, _ in found for features, _ in group.rows for name in features)
    names = sorted(name for name, count in seen.items() if count >= SPAN_SEEN)
    joint: list[Group] = []
    exact: dict[str, list[float]] = {}
    for fold in range(FOLDS):
        train = [group for group, _ in found if fold_of(group.article) != fold]
        weights = named(names, fit_softmax(train, names, penalty=SPAN_PENALTY))
        for group, sentences in found:
            if fold_of(group.article) != fold:
                continue
            logits = scores([group], weights)[0]
            exact.setdefault(group.source, []).append(group.rows[int(np.argmax(logits))][1])
            exact.setdefault(f"{group.source} {group.kind}", []).append(group.rows[int(np.argmax(logits))][1])
            position, rows = 0, []
            for logit, right, count in sentences:
                best = float(logits[position : position + count].max()) if count else -9.0
                rows.append(({"sentence": logit, "span": best}, right))
                position += count
            joint.append(Group(group.article, group.source, rows))
    for name, results in sorted(exact.items(), key=lambda item: -len(item[1])):
        if len(results) >= 30:
            say(f"short answers, {name}: exactly right {np.mean(results):.3f} (n={len(results)})")
    together = named(("sentence", "span"), fit_softmax(joint, ("sentence", "span"), penalty=1e-4))
    for source in READING:
        of_source = [group for group in joint if group.source == source]
        logits = scores(of_source, together)
        say(
            f"both, {source}: first {first_right(of_source, logits):.3f}, "
            f"among three {first_right(of_source, logits, 3):.3f} (n={len(of_source)})"
        )
    return named(names, fit_softmax([group for group, _ in found], names, penalty=SPAN_PENALTY), least=0.02), together


def fit_answerable(rows: Sequence[tuple[str, float, str, dict[str, float]]], *, english: bool) -> dict[str, float]:
    names = sorted({name for *_, features in rows for name in features} - {"bias"})
    names = [name for name in names if not name.startswith("kind=") and not (english and name in NOT_IN_ENGLISH)]
    table = np.array([[features.get(name, 0.0) for name in names] for *_, features in rows])
    labels = np.array([label for _, label, _, _ in rows])
    gaps = np.array([gap for *_, gap, _ in rows])
    folds = np.array([fold_of(article) for article, *_ in rows])
    penalty = REFUSAL_PENALTY * (10 if english else 1)
    belief = np.zeros(len(rows))
    for fold in range(FOLDS):
        train, held = folds != fold, folds == fold
        bias, weights = fit_logistic(table[train], labels[train], names, against=AGAINST, penalty=penalty)
        belief[held] = 1 / (1 + np.exp(-(table[held] @ weights + bias)))
    answerable = belief[labels == 1]
    for gap in sorted(set(gaps[labels == 0])):
        wrong = belief[(labels == 0) & (gaps == gap)]
        shares = ", ".join(
            f"{1 - q:.0%}: {np.mean(answerable > np.quantile(wrong, q)):.3f}" for q in (0.98, 0.95, 0.9, 0.8)
        )
        say(f"refusal, {gap or 'qa_dev_en'} (n={len(answerable)}+{len(wrong)}): answered at false answers of {shares}")
    for threshold in THRESHOLDS:
        false = {
            gap: float(np.mean(belief[(labels == 0) & (gaps == gap)] >= threshold))
            for gap in sorted(set(gaps[labels == 0]))
        }
        shown = ", ".join(f"{gap or 'all'} {share:.3f}" for gap, share in false.items())
        say(f"  threshold {threshold}: answered {np.mean(answerable >= threshold):.3f}, false answers {shown}")
    bias, weights = fit_logistic(table, labels, names, against=AGAINST, penalty=penalty)
    return {"bias": round(bias, 3), **named(names, list(weights), least=0.005)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--homes", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    parser.add_argument("--step", type=int, default=2)
    parser.add_argument("--out", type=Path, default=WEIGHTS_FILE, help="weights file to change")
    parser.add_argument("--only", nargs="*", choices=("sentences", "spans", "refusal"), default=[])
    arguments = parser.parse_args()

    def files(name: str) -> tuple[Path, Path]:
        return arguments.homes / name, arguments.data / name / "questions.jsonl"

    chosen = arguments.only or ["sentences", "spans", "refusal"]
    with ProcessPoolExecutor(2, max_tasks_per_child=1) as pool:
        if "sentences" in chosen:
            parts = [pool.submit(sentence_groups, *files(name), arguments.step) for name in READING]
            put("sentence", fit_sentences([group for part in parts for group in part.result()]), arguments.out)
        if "spans" in chosen:
            spans = [pool.submit(span_groups, *files(name), arguments.step) for name in READING]
            span, joint = fit_spans([item for part in spans for item in part.result()])
            put("span", span, arguments.out)
            put("joint", joint, arguments.out)
        if "refusal" in chosen:
            lines = files(READING[0])[1].read_text(encoding="utf-8").splitlines()[:: arguments.step]
            used = frozenset(str(json.loads(line)["id"]) for line in lines)
            japanese = pool.submit(answerable_groups, *files("refusal_dev_ja"), used)
            english = pool.submit(answerable_groups, *files("qa_dev_en"), frozenset())
            put("answerable", fit_answerable(japanese.result(), english=False), arguments.out)
            put("answerable_en", fit_answerable(english.result(), english=True), arguments.out)


if __name__ == "__main__":
    main()
