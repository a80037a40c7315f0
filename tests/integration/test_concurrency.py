"""One writer at a time, many readers always."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant.errors import IndexBusyError
from assistant.index.build import OPEN_DIR
from tests.corpora import Site, texts_found
from tests.integration.zygote import REPOSITORY

CLI = [sys.executable, "-c", "import sys; from assistant.cli import main; sys.exit(main())"]


def environment(site: Site) -> dict[str, str]:
    return {
        **os.environ,
        "ASSISTANT_HOME": str(site.home),
        "ASSISTANT_GLOSSARY": str(site.root / "glossary.yaml"),
        "PYTHONPATH": str(REPOSITORY),
    }


def test_a_second_writer_of_the_same_process_is_refused(site: Site) -> None:
    refused: list[IndexBusyError] = []

    def on_step(step: str, done: int, total: int) -> None:
        if step == "read" and not refused:
            with site.open() as second:
                for write in (lambda: second.index([site.corpus]), lambda: second.remove(["factory-01"])):
                    with pytest.raises(IndexBusyError) as caught:
                        write()
                    refused.append(caught.value)
                # Reading goes on meanwhile.
                assert texts_found(second, "PPR-9005の月産は？")[0] == "部品PPR-9005の月産は1185個です。"

    with site.open() as assistant:
        assistant.index([site.corpus], on_step=on_step)
        assert [error.pid for error in refused] == [os.getpid()] * 2
        assert assistant.sources()[0].withdrawn is False
        assistant.remove(["factory-01"])  # the lock is free again


def test_of_two_commands_at_once_the_second_ends_with_code_4_and_names_the_pid(site: Site, tmp_path: Path) -> None:
    site.write(5, output=7777)
    ready, go = tmp_path / "ready", tmp_path / "go"
    code = (
        "import sys, time; from pathlib import Path; from tests.corpora import Site\n"
        "site, ready, go = Site(Path(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3])\n"
        "def on_step(step, *_):\n"
        "    if step == 'build' and not ready.exists():\n"
        "        ready.touch()\n"
        "        while not go.exists(): time.sleep(0.02)\n"
        "with site.open() as assistant: assistant.index([site.corpus], on_step=on_step)\n"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", code, str(site.root), str(ready), str(go)], cwd=REPOSITORY, env=environment(site)
    )
    try:
        deadline = time.monotonic() + 180
        while not ready.exists():
            assert first.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        second = subprocess.run(
            [*CLI, "index", str(site.corpus)],
            cwd=tmp_path,
            env=environment(site),
            capture_output=True,
            text=True,
            timeout=180,
        )
        assert second.returncode == 4, second.stderr
        assert f"pid {first.pid}," in second.stderr
        assert len(second.stderr.strip().splitlines()) == 1
    finally:
        go.touch()
        assert first.wait(timeout=180) == 0
    with site.open() as assistant:
        assert texts_found(assistant, "PPR-9005の月産は？")[0] == "部品PPR-9005の月産は7777個です。"


def test_a_generation_in_use_is_kept_and_cleaned_up_afterwards(site: Site) -> None:
    old = site.generation
    with site.open() as reader, site.open() as writer:
        assert texts_found(reader, "PPR-9005の月産は？")[0] == "部品PPR-9005の月産は1185個です。"
        site.write(5, output=7777)
        writer.index([site.corpus])
        assert old.is_dir()
        assert site.generation != old
        # The reader moves with its next question, and only then lets go of the old one.
        assert texts_found(reader, "PPR-9005の月産は？")[0] == "部品PPR-9005の月産は7777個です。"
        assert writer.index([site.corpus]).built is False
        assert not old.exists()
        assert site.generation.is_dir()
        assert len(list((site.index_dir / OPEN_DIR).iterdir())) == 1
    assert list((site.index_dir / OPEN_DIR).iterdir()) == []


def test_the_lease_of_a_killed_reader_is_no_lease(site: Site) -> None:
    code = (
        "import sys, time; from pathlib import Path; from tests.corpora import Site\n"
        "assistant = Site(Path(sys.argv[1])).open(); assistant.search('PPR-9005')\n"
        "print('open', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(site.root)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        with site.open() as writer:
            writer.index([site.corpus])
            assert [path.name.split("-")[0] for path in (site.index_dir / OPEN_DIR).iterdir()] == [str(reader.pid)]
            reader.kill()
            reader.wait()
            writer.index([site.corpus])
    assert list((site.index_dir / OPEN_DIR).iterdir()) == []
