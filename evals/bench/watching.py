"""How long a folder of many files takes to index: first, unchanged, with one file changed; once and in watch mode.

    python -m evals.bench.watching [--files 1000] [--json FILE]

The texts are made up here: each file is an article of about 900 characters with figures of its own. Times
of the steps are those between the calls of the step listener.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from statistics import median

from assistant import Assistant, Settings
from assistant.errors import AssistantError
from assistant.index.update import IndexReport

_SUBJECTS = ("第一工場", "第二倉庫", "港の支店", "山の研究所", "本社の別館")
_GOODS = ("歯車", "軸受け", "電動機", "配電盤", "圧力計", "搬送機")


def article(number: int, *, output: int = 0) -> str:
    """Markdown of one made-up article."""
    subject, goods = _SUBJECTS[number % 5], _GOODS[number % 6]
    lines = [
        f"{subject}では{goods}GX-{number}を月に{(output or 200 + 7 * number) + 11 * part}個つくる。"
        f"検査の{part + 1}番目の工程には{3 + (number + part) % 9}人が就き、{40 + (number * part) % 50}分で一巡する。"
        for part in range(12)
    ]
    return (
        f"---\nid: made-{number}\ntitle: {subject}の{goods}GX-{number}\ndate: 2026-01-{number % 28 + 1:02}\n---\n\n"
        + ("\n\n".join("".join(lines[start : start + 3]) for start in range(0, 12, 3)) + "\n")
    )


class Steps:
    """Seconds spent in each step of a run."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._name, self._since = "", time.perf_counter()

    def __call__(self, name: str, _done: int, _total: int) -> None:
        now = time.perf_counter()
        if self._name:
            self.seconds[self._name] += now - self._since
        self._name, self._since = name, now

    def all(self) -> dict[str, float]:
        self(self._name, 0, 0)
        return {name: round(value, 2) for name, value in sorted(self.seconds.items(), key=lambda item: -item[1])}


def run(files: int, repeats: int) -> dict[str, object]:
    """Measure in a temporary directory; all times in seconds."""
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        folder = root / "articles"
        folder.mkdir()
        (root / "glossary.yaml").write_text("terms: []\n", encoding="utf-8")
        for number in range(files):
            (folder / f"made-{number}.md").write_text(article(number), encoding="utf-8")
        settings = Settings(home=root / "home", glossary=root / "glossary.yaml")
        results: dict[str, object] = {"files": files}
        with Assistant.open(settings) as assistant:
            results["first"] = _timed(assistant, folder)
            results["unchanged"] = [_timed(assistant, folder) for _ in range(repeats)]
            changed = []
            for turn in range(repeats):
                (folder / f"made-{turn}.md").write_text(article(turn, output=5000 + turn), encoding="utf-8")
                changed.append(_timed(assistant, folder))
            results["one changed"] = changed
            results["watch, one changed"] = _watched(assistant, folder, repeats)
        return results


def _timed(assistant: Assistant, folder: Path) -> dict[str, object]:
    steps = Steps()
    started = time.perf_counter()
    report = assistant.index([folder], on_step=steps)
    seconds = time.perf_counter() - started
    return {"seconds": round(seconds, 2), "passages": report.passages, "steps": steps.all()}


def _watched(assistant: Assistant, folder: Path, repeats: int) -> list[dict[str, object]]:
    """From saving a file to the switch, as the person who saves it waits for it."""
    done = threading.Event()
    reports: list[IndexReport | AssistantError] = []

    def tell(report: IndexReport | AssistantError, _seconds: float) -> None:
        reports.append(report)
        done.set()

    watch = assistant.watch([folder], on_report=tell)
    thread = threading.Thread(target=watch.run)
    thread.start()
    done.wait(120)
    found: list[dict[str, object]] = []
    for turn in range(repeats):
        done.clear()
        saved = time.perf_counter()
        (folder / f"made-{100 + turn}.md").write_text(article(100 + turn, output=7000 + turn), encoding="utf-8")
        done.wait(120)
        report = reports[-1]
        took = time.perf_counter() - saved
        run_seconds = report.seconds if isinstance(report, IndexReport) else None
        found.append({"seconds": round(took, 2), "of these indexing": run_seconds and round(run_seconds, 2)})
    watch.stop()
    thread.join()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results = run(options.files, options.repeats)
    for name, value in results.items():
        if isinstance(value, list):
            seconds = [item["seconds"] for item in value]
            print(f"{name}: median {median(seconds):.2f} s of {seconds}; {value[-1]}")
        else:
            print(f"{name}: {value}")
    if options.json:
        options.json.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
