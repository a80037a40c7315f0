"""Watching a folder: when a run starts, and when none does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from assistant.errors import AssistantError, CorpusError, IndexBusyError
from assistant.index.update import IndexReport
from assistant.index.watch import Watch, look


class Runs:
    """Counts runs and what each of them saw."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: list[dict[str, str]] = []
        self.errors: list[AssistantError] = []
        self.fail: list[AssistantError] = []
        self.arrived = threading.Condition()

    def __call__(self) -> IndexReport:
        if self.fail:
            raise self.fail.pop(0)
        self.seen.append({path.name: path.read_text() for path in sorted(self.folder.glob("*.md"))})
        return IndexReport()

    def tell(self, report: IndexReport | AssistantError, seconds: float) -> None:
        assert seconds >= 0
        with self.arrived:
            if isinstance(report, AssistantError):
                self.errors.append(report)
            self.arrived.notify_all()

    def wait(self, until: Callable[[], bool]) -> None:
        with self.arrived:
            assert self.arrived.wait_for(until, timeout=60)


def watched(folder: Path) -> tuple[Runs, Watch, threading.Thread]:
    runs = Runs(folder)
    watch = Watch([folder], runs, runs.tell, poll_seconds=0.01, settle_seconds=0.02)
    thread = threading.Thread(target=watch.run)
    thread.start()
    return runs, watch, thread


def test_every_change_is_indexed_once(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("one")
    runs, watch, thread = watched(tmp_path)
    runs.wait(lambda: len(runs.seen) == 1)
    aside = tmp_path / ".a.md.swp"
    aside.write_text("two")
    aside.rename(tmp_path / "a.md")  # as editors save
    runs.wait(lambda: runs.seen[-1] == {"a.md": "two"})
    (tmp_path / "a.md").rename(tmp_path / "b.md")
    runs.wait(lambda: runs.seen[-1] == {"b.md": "two"})
    (tmp_path / "b.md").unlink()
    runs.wait(lambda: runs.seen[-1] == {})
    count = len(runs.seen)
    watch.stop()
    thread.join()
    assert len(runs.seen) == count <= 4


def test_errors_do_not_end_it(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("one")
    runs, watch, thread = watched(tmp_path)
    runs.wait(lambda: len(runs.seen) == 1)
    runs.fail = [CorpusError("unreadable")]
    (tmp_path / "a.md").write_text("two!")
    runs.wait(lambda: len(runs.errors) == 1)
    (tmp_path / "a.md").write_text("three")
    runs.wait(lambda: runs.seen[-1] == {"a.md": "three"})
    watch.stop()
    thread.join()
    assert [str(error) for error in runs.errors] == ["unreadable"]


def test_a_busy_index_is_tried_again_without_a_change(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("assistant.index.watch._RETRY_SECONDS", 0.01)
    (tmp_path / "a.md").write_text("one")
    runs = Runs(tmp_path)
    runs.fail = [IndexBusyError("busy", pid=1)]
    watch = Watch([tmp_path], runs, runs.tell, poll_seconds=0.01, settle_seconds=0.01)
    thread = threading.Thread(target=watch.run)
    thread.start()
    runs.wait(lambda: len(runs.seen) == 1)
    watch.stop()
    thread.join()
    assert len(runs.errors) == 1


def test_what_cannot_be_indexed_is_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("one")
    (tmp_path / ".hidden.md").write_text("x")
    (tmp_path / "a.md~").write_text("x")
    assert [Path(path).name for path in look([tmp_path])] == ["a.md"]
