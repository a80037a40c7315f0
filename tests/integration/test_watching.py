"""Watching a real folder: edits, moves and deletes, and an end in order."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.errors import AssistantError
from assistant.index.update import IndexReport
from tests.corpora import Site, texts_found


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site of its own: a copy of the shared one would know the files of both."""
    return Site.create(tmp_path / "site", count=10)


class Watching:
    """A watch in a thread, and the reports it made."""

    def __init__(self, assistant: Assistant, site: Site) -> None:
        self.reports: list[IndexReport | AssistantError] = []
        self._arrived = threading.Condition()
        self._watch = assistant.watch([site.corpus], on_report=self._told)
        self._thread = threading.Thread(target=self._watch.run)

    def __enter__(self) -> Watching:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._watch.stop()
        self._thread.join()

    def _told(self, report: IndexReport | AssistantError, _seconds: float) -> None:
        with self._arrived:
            self.reports.append(report)
            self._arrived.notify_all()

    def after(self, change: Callable[[], object]) -> IndexReport:
        """The report of the run that ``change`` brings about."""
        with self._arrived:
            count = len(self.reports)
            change()
            assert self._arrived.wait_for(lambda: len(self.reports) > count, timeout=120)
            report = self.reports[-1]
        assert isinstance(report, IndexReport), report
        return report


def test_a_watch_follows_edits_moves_and_deletes(site: Site) -> None:
    with site.open() as assistant:
        watching = Watching(assistant, site)
        with watching:
            watching.after(lambda: None)
            changed = watching.after(lambda: site.write(5, output=6001))
            assert changed.changed == ["factory-05"]
            assert texts_found(assistant, "PPR-9005の月産は？")[0] == "部品PPR-9005の月産は6001個です。"

            elsewhere = site.corpus / "moved" / "anything.md"
            elsewhere.parent.mkdir()
            moved = watching.after(lambda: site.path(5).rename(elsewhere))
            assert moved.moved == [(str(site.path(5)), str(elsewhere))]
            assert (moved.added, moved.changed, moved.gone, moved.built) == ([], [], [], False)
            assert {item.article_id: item.source_path for item in assistant.sources()}["factory-05"] == str(elsewhere)

            gone = watching.after(elsewhere.unlink)
            assert gone.gone == ["factory-05"]
            assert "部品PPR-9005の月産は6001個です。" not in texts_found(assistant, "PPR-9005の月産は？")
            assert {item.article_id: item.standing for item in assistant.sources()}["factory-05"] == "gone"
            assert "6001" in assistant.show("factory-05").text  # stored for those who cited it

            back = watching.after(lambda: site.write(5, output=6001))
            assert back.gone == []
            assert texts_found(assistant, "PPR-9005の月産は？")[0] == "部品PPR-9005の月産は6001個です。"


def test_a_renamed_file_keeps_its_article_without_a_watch(site: Site) -> None:
    with site.open() as assistant:
        assistant.index([site.corpus])
        new = site.corpus / "renamed.md"
        site.path(7).rename(new)
        report = assistant.index([site.corpus])
        assert report.moved == [(str(site.path(7)), str(new))]
        assert (report.added, report.missing, report.built) == ([], [], False)


def test_a_signal_ends_the_command_in_order(site: Site) -> None:
    environment = {
        **os.environ,
        "ASSISTANT_HOME": str(site.home),
        "ASSISTANT_GLOSSARY": str(site.root / "glossary.yaml"),
    }
    command = [sys.executable, "-c", "import sys; from assistant.cli import main; sys.exit(main())"]
    process = subprocess.Popen(
        [*command, "index", "--watch", str(site.corpus), "--json"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    assert len(first["added"]) == 10
    site.write(3, output=7003)
    assert json.loads(process.stdout.readline())["changed"] == ["factory-03"]
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=180)
    assert process.returncode == 0
    assert "Traceback" not in errors
