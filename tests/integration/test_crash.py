"""kill -9 at every step of indexing: the old index answers, nothing stored is lost, the next run completes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant import AssistantError
from assistant.errors import IndexMissingError
from assistant.index.manifest import read_pointer
from tests.corpora import FACTORIES, Site, texts_found
from tests.integration.zygote import Zygote, still_running

OLD = "部品PPR-9005の月産は1185個です。"
NEW = "部品PPR-9005の月産は7777個です。"
ADDED = "部品PPR-9040の月産は2480個です。"


@dataclass(frozen=True)
class Kill:
    """Where to kill, and what must hold afterwards."""

    step: str
    nth: int = 0
    delay: float = 0.0
    worker: int | None = None
    rebuild: bool = False
    stored: bool = True  # the changed article is in the library by then
    switched: bool = False  # the new generation is in force by then


# One site for each campaign: killed again and again, and only then left to finish.
CAMPAIGNS: dict[str, list[Kill]] = {
    "reading": [
        Kill("read", nth=0, stored=False),
        Kill("read", nth=5, stored=False),
        Kill("store", nth=5),
        Kill("read", nth=31),
    ],
    "copying": [Kill("copy"), Kill("copy", delay=0.02)],
    "building": [Kill("build", delay=delay) for delay in (0.0, 0.01, 0.02, 0.04, 0.08, 0.16)],
    "building all of it": [
        Kill("read", nth=20, rebuild=True),
        Kill("store", nth=25, rebuild=True),
        Kill("build", delay=0.5, rebuild=True),
        Kill("build", delay=1.1, rebuild=True),
    ],
    "closing": [
        Kill("manifest"),
        Kill("verify"),
        Kill("switch"),
        Kill("verify", delay=0.02),
        Kill("verify", delay=0.1),
    ],
    "cleaning": [Kill("clean", switched=True)],
    "workers": [Kill("build", worker=0), Kill("build", worker=1), Kill("verify", worker=1)],
}


# Their build processes start in the real way and are struck while they import as well.
STARTED = {"building all of it", "workers"}


def test_there_are_twenty_kills_and_more() -> None:
    assert sum(len(kills) for kills in CAMPAIGNS.values()) >= 20


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_killed_at(campaign: str, site: Site, zygote: Zygote) -> None:
    before = site.generation.name
    site.write(5, output=7777)
    site.write(40)
    finished = False
    for kill in CAMPAIGNS[campaign]:
        result = zygote.run(
            "index", root=str(site.root), rebuild=kill.rebuild, kill=vars(kill), imported=campaign not in STARTED
        )
        if kill.worker is None:
            # A delayed kill can come too late on a very fast machine.
            finished = finished or (kill.delay > 0 and "finished" in result)
            assert finished or result["signal"] == 9, result
            assert still_running(result.get("workers", []), seconds=30) == []
        else:
            assert result["signal"] == 0, result
            assert result["error"] == "IndexStoreError"
            assert "ended with code -9" in result["message"]
            assert "The old index stays in force; run `assistant index` again." in result["message"]
        check_what_is_left(site, before, kill, finished=finished)
        if finished:
            break
    complete(site)


def check_what_is_left(site: Site, before: str, kill: Kill, *, finished: bool) -> None:
    switched = kill.switched or finished or (read_pointer(site.index_dir) != before and kill.delay > 0)
    with site.open() as assistant:
        assert assistant.status().problems == ()
        assert texts_found(assistant, "PPR-9005の月産は？")[0] == (NEW if switched else OLD)
        assert texts_found(assistant, "PPR-9006の月産は？")[0] == "部品PPR-9006の月産は1222個です。"
        assert (ADDED in texts_found(assistant, "PPR-9040の月産は？")) is switched
        assert assistant.show("factory-05").version == (2 if kill.stored else 1)
        assert (NEW in assistant.show("factory-05").text) is kill.stored
        assert OLD in assistant.show("factory-05", 1).text
        assert len(assistant.sources()) >= FACTORIES
    if not switched:
        assert read_pointer(site.index_dir) == before


def complete(site: Site) -> None:
    with site.open() as assistant:
        report = assistant.index([site.corpus])
        assert report.refused == []
        assert assistant.show("factory-05").version == 2  # stored once, however often it was killed
        assert assistant.status().problems == ()
        assert texts_found(assistant, "PPR-9005の月産は？")[0] == NEW
        assert OLD not in texts_found(assistant, "PPR-9005の月産は？")
        assert texts_found(assistant, "PPR-9040の月産は？")[0] == ADDED
        assert assistant.status().counts == {"articles": 31, "versions": 32, "passages": 62}
    # Nothing of the killed runs is left.
    assert [path.name for path in site.index_dir.glob("gen-*")] == [site.generation.name]
    assert sorted(path.name for path in site.index_dir.iterdir() if not path.name.startswith("gen-")) == [
        "CURRENT",
        "open",
    ]


@pytest.mark.parametrize(("step", "nth"), [("chunk", 12), ("embed", 1)])
def test_killed_while_settings_change(step: str, nth: int, site: Site, zygote: Zygote) -> None:
    smaller = {"chunk": {"chunk_chars": 50}, "embed": {"dimension": 64}}
    result = zygote.run("index", root=str(site.root), settings=smaller, kill={"step": step, "nth": nth}, imported=True)
    assert result["signal"] == 9, result
    assert still_running(result["workers"], seconds=30) == []
    with site.open() as assistant:
        assert texts_found(assistant, "PPR-9005の月産は？")[0] == OLD
    with site.open(**smaller) as assistant:
        report = assistant.index([site.corpus])
        assert (report.unchanged, report.built) == (FACTORIES, True)
        assert texts_found(assistant, "PPR-9005の月産は？")[0] == OLD
        assert report.passages == 2 * FACTORIES


def test_killed_in_the_very_first_run(tmp_path: Path, zygote: Zygote) -> None:
    site = Site.create(tmp_path / "new", count=6)
    for kill in ({"step": "read", "nth": 3}, {"step": "build", "delay": 1.0}):
        result = zygote.run("index", root=str(site.root), kill=kill)
        assert result["signal"] == 9, result
        with site.open() as assistant:
            assert any("assistant index" in problem for problem in assistant.status().problems)
            with pytest.raises(IndexMissingError) as caught:
                assistant.ask("PPR-9005の月産は？")
            assert isinstance(caught.value, AssistantError)
    with site.open() as assistant:
        assistant.index([site.corpus])
        assert texts_found(assistant, "PPR-9005の月産は？")[0] == OLD
