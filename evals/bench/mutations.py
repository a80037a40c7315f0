"""Mutation benchmark of the fact desk: one change in a true sentence must take it out of "supported".

    python -m evals.bench.mutations --contexts ../shared/data/jsquad_dev_ja/corpus.jsonl --home /tmp/bench --each 300

Indexes the bundled corpus and the given contexts into ``--home``, takes true sentences from them, changes one
thing in each, and counts verdicts by kind of change; ``unchanged`` and ``reworded`` must stay supported.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.api import Assistant, bundled_corpus
from assistant.settings import load_settings
from assistant.text.dates import find_dates
from assistant.text.quantities import Relation, compare, find_quantities
from assistant.text.sentences import split_sentences
from assistant.text.tokens import named_entities
from assistant.types import BlockKind, CheckReport, Verdict
from assistant.verify.claims import uncheckable
from assistant.verify.statement import language_of
from evals.bench.rewordings import reword

Mutation = Callable[[str, random.Random], "str | None"]

_DIGITS = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")
_UNITS = {
    "GB/s": "TB/s",
    "TB/s": "GB/s",
    "GB": "TB",
    "TB": "GB",
    "MB": "GB",
    "nm": "mm",
    "PFLOPS": "TFLOPS",
    "TFLOPS": "PFLOPS",
    "GHz": "MHz",
    "kW": "W",
    "W": "kW",
    "億": "万",
    "万": "億",
    "兆": "億",
    "ドル": "円",
    "円": "ドル",
    "倍": "%",
    "%": "倍",
    "％": "倍",
    "km": "m",
    "kg": "g",
    "cm": "m",
    "m": "km",
    "時間": "分",
    "分間": "時間",
    "日間": "年間",
    "年間": "日間",
    "人": "社",
    "キロ": "メートル",
    "トン": "グラム",
    "メートル": "キロメートル",
    "キロメートル": "メートル",
    "世紀": "年",
    "歳": "人",
    "か国": "人",
    "ヶ国": "人",
    "回": "人",
    "個": "人",
    "台": "人",
    "か月": "年",
    "ヶ月": "年",
    "billion": "million",
    "million": "billion",
    "percent": "times",
    "℃": "K",
    "度": "倍",
    "平方キロメートル": "平方メートル",
    "ha": "a",
    "両": "人",
    "校": "人",
    "種": "人",
    "枚": "人",
    "本": "人",
}
_BOUNDS = [
    ("以上", "未満"),
    ("以下", "超"),
    ("未満", "以上"),
    ("以内", "以上"),
    ("を超え", "を下回"),
    ("を上回", "を下回"),
    ("を下回", "を上回"),
    ("最大", "最低"),
    ("超の", "未満の"),
    ("以降", "以前"),
    ("以前", "以降"),
    ("more than", "less than"),
    ("less than", "more than"),
    ("at least", "at most"),
    ("at most", "at least"),
    ("up to", "at least"),
    ("over ", "under "),
    ("under ", "over "),
    ("fewer than", "more than"),
]
_NEGATIONS: list[tuple[re.Pattern[str], str]] = [
    (re.compile(r"(?<!で)はない。$"), "はある。"),
    (re.compile(r"ではない。$"), "である。"),
    (re.compile(r"でない。$"), "である。"),
    (re.compile(r"(て|で)いない。$"), r"\1いる。"),
    (re.compile(r"(て|で)いなかった。$"), r"\1いた。"),
    (re.compile(r"しない。$"), "する。"),
    (re.compile(r"しなかった。$"), "した。"),
    (re.compile(r"できない。$"), "できる。"),
    (re.compile(r"である。$"), "ではない。"),
    (re.compile(r"(て|で)いる。$"), r"\1いない。"),
    (re.compile(r"(て|で)いた。$"), r"\1いなかった。"),
    (re.compile(r"(て|で)いく。$"), r"\1いかない。"),
    (re.compile(r"できる。$"), "できない。"),
    (re.compile(r"される。$"), "されない。"),
    (re.compile(r"された。$"), "されなかった。"),
    (re.compile(r"れた。$"), "れなかった。"),
    (re.compile(r"れる。$"), "れない。"),
    (re.compile(r"する。$"), "しない。"),
    (re.compile(r"(?<![さ話出示])した。$"), "しなかった。"),
    (re.compile(r"になった。$"), "にならなかった。"),
    (re.compile(r"となった。$"), "とならなかった。"),
    (re.compile(r"になる。$"), "にならない。"),
    (re.compile(r"となる。$"), "とならない。"),
    (re.compile(r"であった。$"), "ではなかった。"),
    (re.compile(r"だった。$"), "ではなかった。"),
    (re.compile(r"(?<=[一-鿿ァ-ヶーA-Za-z0-9%])だ。$"), "ではない。"),
    (re.compile(r"(?<=[にも])ある。$"), "ない。"),
    (re.compile(r"がある。$"), "がない。"),
    (re.compile(r"\b(is|are|was|were|has|can|does|do|did|will) (?!not|no\b)"), r"\1 not "),
    (re.compile(r"\b(is|are|was|were|can|does|do|did|will) not "), r"\1 "),
]


def mutate_number(text: str, rng: random.Random) -> str | None:
    places = [
        item for item in find_quantities(text) if _DIGITS.match(item.text) and not item.dimension.startswith("ordinal")
    ]
    rng.shuffle(places)
    for item in places:
        match = _DIGITS.search(item.text)
        if match is None:
            continue
        written = match.group()
        value = float(written.replace(",", ""))
        changed = value * rng.choice([0.5, 1.4, 1.5, 2, 3]) if value else 3.0
        if "." in written:
            new = f"{changed:.{len(written.split('.')[1])}f}"
        else:
            number = round(changed)
            if number == value:
                number += 1
            new = f"{number:,}" if "," in written else str(number)
        out = text[: item.start] + item.text.replace(written, new, 1) + text[item.end :]
        after = [found for found in find_quantities(out) if found.start == item.start]
        if out != text and after and compare(after[0], item) in (Relation.DIFFERENT, Relation.OPEN) and new != written:
            return out
    return None


def mutate_unit(text: str, rng: random.Random) -> str | None:
    places = list(find_quantities(text))
    rng.shuffle(places)
    for item in places:
        for unit in sorted(_UNITS, key=len, reverse=True):
            if item.text.endswith(unit) or (unit in "億万兆" and unit in item.text):
                position = item.text.rindex(unit)
                changed = item.text[:position] + _UNITS[unit] + item.text[position + len(unit) :]
                out = text[: item.start] + changed + text[item.end :]
                after = [found for found in find_quantities(out) if found.start == item.start]
                if after and compare(after[0], item) in (Relation.DIFFERENT, Relation.INCOMPARABLE, Relation.OPEN):
                    return out
                break
    return None


def mutate_date(text: str, rng: random.Random) -> str | None:
    places = [item for item in find_dates(text) if re.search(r"[0-9]", item.text)]
    rng.shuffle(places)
    for item in places:
        runs = list(re.finditer(r"[0-9]+", item.text))
        run = rng.choice(runs)
        value = int(run.group())
        new = (
            value + rng.choice([1, 2, 3, 5, -1, -2])
            if value > 31
            else (value % 9) + 1
            if value % 9 + 1 != value
            else value + 1
        )
        changed = (
            item.text[: run.start()]
            + str(new).zfill(len(run.group()) if run.group().startswith("0") else 1)
            + item.text[run.end() :]
        )
        out = text[: item.start] + changed + text[item.end :]
        after = [found for found in find_dates(out) if found.start <= item.start < found.end]
        if after and after[0].key != item.key:
            return out
    return None


def make_name_mutation(pool: dict[str, list[str]]) -> Mutation:
    def mutate_name(text: str, rng: random.Random) -> str | None:
        places = names_in(text)
        rng.shuffle(places)
        for start, end, kind in places:
            name = text[start:end]
            if text.count(name) > 1:
                continue
            others = [
                other for other in pool.get(kind, []) if other not in text and other not in name and name not in other
            ]
            if others:
                return text[:start] + rng.choice(others) + text[end:]
        return None

    return mutate_name


def names_in(text: str) -> list[tuple[int, int, str]]:
    """Proper names with a class: the dictionary's, or ``model`` for names with digits."""
    found = [
        (match.start(), match.end(), "model")
        for match in re.finditer(
            r"(?<![A-Za-z0-9])(?!(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)[A-Z][A-Za-z]*[ ]?[0-9][0-9A-Za-z]*(?![A-Za-z0-9.])",
            text,
        )
    ]
    if language_of(text) == "ja":
        found += [
            item for item in named_entities(text) if item[2] in ("人名", "地名", "組織名") and item[1] - item[0] > 1
        ]
    else:
        found += [
            (match.start(), match.end(), "company")
            for match in re.finditer(
                r"\b(?:Amazon|AWS|Google|NVIDIA|Intel|AMD|Anthropic|Microsoft|OpenAI|TSMC|Meta)\b(?! [A-Z0-9])", text
            )
        ]
    found.sort()
    out: list[tuple[int, int, str]] = []
    for item in found:
        if not out or item[0] >= out[-1][1]:
            out.append(item)
    return out


def mutate_negation(text: str, rng: random.Random) -> str | None:
    for pattern, new in _NEGATIONS:
        if pattern.search(text):
            out = pattern.sub(new, text, count=1)
            if out != text:
                return out
    return None


def mutate_bound(text: str, rng: random.Random) -> str | None:
    places = [
        (item.span_start, item.span_end)
        for item in find_quantities(text)
        if item.qualifier.value not in ("exact", "about")
    ]
    places += [(item.start, item.end + 3) for item in find_dates(text)]
    for start, end in places:
        span = text[start : end + 2]
        for old, new in _BOUNDS:
            if old in span:
                position = start + span.index(old)
                return text[:position] + new + text[position + len(old) :]
    return None


# ---------------------------------------------------------------- the run
def sentences(assistant: Assistant) -> Iterator[tuple[str, str]]:
    """``(article id, sentence)``: true sentences of prose that can be checked."""
    for summary in assistant.sources():
        if summary.withdrawn:
            continue
        article = assistant.show(summary.article_id)
        for block in article.blocks:
            if block.kind is not BlockKind.PARAGRAPH or block.spec is not None:
                continue
            for start, end in split_sentences(article.text, block.start, block.end):
                text = article.text[start:end]
                if 15 <= len(text) <= 220 and text[-1] in "。." and "\n" not in text and not uncheckable(text):
                    yield article.article_id, text


def worst(report: CheckReport) -> Verdict:
    """The verdict of a sentence that may have been cut into several claims."""
    found = [item.verdict for item in report.claims]
    for verdict in (Verdict.CONTRADICTED, Verdict.CONFLICTING, Verdict.NOT_FOUND, Verdict.SUPPORTED):
        if verdict in found:
            return verdict
    return Verdict.NOT_CHECKABLE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contexts", type=Path, nargs="*", default=[])
    parser.add_argument("--home", type=Path, default=Path("/tmp/bench-mutations"))
    parser.add_argument("--each", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kinds", default="")
    parser.add_argument("--show", type=int, default=0, help="failures shown for each kind")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    options.home.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = [bundled_corpus()]
    for number, source in enumerate(options.contexts):
        copy = options.home / f"contexts{number}.jsonl"
        with source.open(encoding="utf-8") as lines, copy.open("w", encoding="utf-8") as out:
            for line in lines:
                row = json.loads(line)
                out.write(
                    json.dumps({key: row[key] for key in ("id", "title", "text", "lang")}, ensure_ascii=False) + "\n"
                )
        paths.append(copy)
    with Assistant.open(load_settings(home=options.home / "home")) as assistant:
        assistant.index(paths)
        results = run(assistant, rng, options.each, options.kinds.split(",") if options.kinds else [], options.show)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def run(assistant: Assistant, rng: random.Random, each: int, kinds: list[str], show: int) -> dict[str, dict[str, int]]:
    corrected = {key for summary in assistant.sources() for key in assistant.show(summary.article_id).metadata.corrects}
    every = [item for item in sentences(assistant) if item[0] not in corrected]
    rng.shuffle(every)
    bundled = [item for item in every if re.match(r"20\d\d-", item[0])]
    others = [item for item in every if not re.match(r"20\d\d-", item[0])]
    mixed = [item for pair in zip(bundled, others, strict=False) for item in pair] + (
        others if len(others) > len(bundled) else bundled
    )[min(len(bundled), len(others)) :]
    pool: dict[str, list[str]] = {}
    for _, text in every[:3000]:
        for start, end, kind in names_in(text):
            pool.setdefault(kind, []).append(text[start:end])
    mutations: dict[str, Mutation] = {
        "unchanged": lambda text, _: text,
        "reworded": reword,
        "number": mutate_number,
        "unit": mutate_unit,
        "date": mutate_date,
        "name": make_name_mutation(pool),
        "negation": mutate_negation,
        "bound": mutate_bound,
    }
    check = checker(assistant)
    results: dict[str, dict[str, int]] = {}
    for kind, mutation in mutations.items():
        if kinds and kind not in kinds:
            continue
        counts: Counter[str] = Counter()
        shown = 0
        started = time.perf_counter()
        for article_id, text in mixed:
            if sum(counts.values()) >= each:
                break
            changed = mutation(text, rng)
            if changed is None:
                continue
            report = check(changed)
            verdict = worst(report)
            if verdict is Verdict.NOT_CHECKABLE:
                continue
            counts[verdict.value] += 1
            wanted = Verdict.SUPPORTED if kind in ("unchanged", "reworded") else Verdict.CONTRADICTED
            if verdict is not wanted and shown < show:
                shown += 1
                print(f"  [{kind}] {verdict.value} {article_id}\n     {text}\n  -> {changed}")
                for item in report.claims:
                    print(f"       {item.verdict.value}: {item.claim.text[:60]} | {item.reason}")
                    for evidence in item.evidence[:2]:
                        print(
                            f"          {evidence.stance} {evidence.citation.article_id}: {evidence.citation.quote[:110]}"
                        )
        n = sum(counts.values())
        seconds = time.perf_counter() - started
        results[kind] = dict(counts)
        if n:
            out = 1 - counts["supported"] / n
            print(
                f"{kind:10s} n={n:4d} supported={counts['supported'] / n:.3f} left={out:.3f} contradicted={counts['contradicted'] / n:.3f} {dict(counts)} {1000 * seconds / n:.0f} ms each"
            )
            sys.stdout.flush()
    return results


def checker(assistant: Assistant) -> Callable[[str], CheckReport]:
    return assistant.check


if __name__ == "__main__":
    main()
