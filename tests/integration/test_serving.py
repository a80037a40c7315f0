"""A serving Assistant moves to a new generation while people ask, and drops no question."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections import Counter

import pytest

from assistant.errors import IndexStoreError
from tests.corpora import Site, texts_found

THREADS = 4


class Crowd:
    """Asks for PPR-9005 and others from several threads until told to stop."""

    def __init__(self, assistant) -> None:  # type: ignore[no-untyped-def]
        self.assistant = assistant
        self.failures: list[BaseException] = []
        self.outputs: list[tuple[str, str]] = []  # (generation, number told), in order
        self.asked = Counter[str]()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(seed,)) for seed in range(THREADS)]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=120)
        assert not any(thread.is_alive() for thread in self._threads)

    def _ask(self, seed: int) -> None:
        rng = random.Random(seed)
        for turn in itertools.count():
            if self._stop.is_set():
                return
            number = 5 if turn % 2 == 0 else rng.randrange(10, 30)
            try:
                if turn % 3 == 2:
                    text = texts_found(self.assistant, f"PPR-{9000 + number}の月産は？")[0]
                    generation = ""
                else:
                    answer = self.assistant.ask(f"PPR-{9000 + number}の月産は？")
                    text, generation = answer.text, answer.index.generation
            except BaseException as exc:
                self.failures.append(exc)
                return
            self.asked[generation] += 1
            if number == 5:
                told = next((value for value in ("1185", "6001", "6002") if f"{value}個" in text), text)
                self.outputs.append((generation, told))
            elif f"{1000 + 37 * number}個" not in text:
                self.failures.append(AssertionError(text))


def test_a_new_generation_while_threads_ask(site: Site) -> None:
    first = site.generation.name
    with site.open(retrieve={"dense": "hnsw"}) as serving, site.open() as writer:
        with Crowd(serving) as crowd:
            wait_until(lambda: crowd.asked.total() >= 20 or bool(crowd.failures))
            generations = [first]
            for output in (6001, 6002):
                site.write(5, output=output)
                generations.append(writer.index([site.corpus]).generation)
                wait_until(lambda: crowd.asked[generations[-1]] >= 10 or bool(crowd.failures))
        assert crowd.failures == []
        assert set(crowd.asked) == {*generations, ""}
        told = dict(zip(generations, ("1185", "6001", "6002"), strict=True))
        # Each answer fits the generation it says it was read from: no mixture, no empty moment.
        assert {pair for pair in crowd.outputs if pair[0]} == set(told.items())
        assert {value for _, value in crowd.outputs} == set(told.values())
        # The old generations are let go of.
        writer.index([site.corpus])
        assert [path.name for path in site.index_dir.glob("gen-*")] == [generations[-1]]


def wait_until(condition, seconds: float = 60.0) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_withdrawn_article_is_gone_from_a_serving_assistant_at_once(site: Site) -> None:
    generation = site.generation.name
    with site.open() as serving, site.open() as desk:
        assert texts_found(serving, "PPR-9005の月産は？")[0] == "部品PPR-9005の月産は1185個です。"
        desk.remove(["factory-05"])
        assert "部品PPR-9005の月産は1185個です。" not in texts_found(serving, "PPR-9005の月産は？")
        assert "1185" not in serving.ask("PPR-9005の月産は？").text
        desk.remove(["factory-05"], undo=True)
        assert texts_found(serving, "PPR-9005の月産は？")[0] == "部品PPR-9005の月産は1185個です。"
    assert site.generation.name == generation


def test_an_embargo_holds_until_it_ends(site: Site) -> None:
    site.write(5, embargo_until="2999-01-01")
    site.write(6, embargo_until="2001-01-01")
    with site.open() as assistant:
        assistant.index([site.corpus])
        assert not any("PPR-9005" in text for text in texts_found(assistant, "PPR-9005の月産は？"))
        assert texts_found(assistant, "PPR-9006の月産は？")[0] == "部品PPR-9006の月産は1222個です。"


def test_a_build_that_fails_leaves_the_serving_assistant_alone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    generation = site.generation.name
    site.write(5, output=6001)
    monkeypatch.setattr("assistant.index.build.hash_directory", broken)
    with site.open() as serving, site.open() as writer:
        assert texts_found(serving, "PPR-9005の月産は？")[0] == "部品PPR-9005の月産は1185個です。"
        with pytest.raises(IndexStoreError, match="disk is full"):
            writer.index([site.corpus])
        assert texts_found(serving, "PPR-9005の月産は？")[0] == "部品PPR-9005の月産は1185個です。"
        assert site.generation.name == generation


def broken(_: object) -> dict[str, tuple[int, str]]:
    raise IndexStoreError("the disk is full")


def test_a_new_generation_that_cannot_be_opened_does_not_take_the_old_one_down(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    with site.open() as serving:
        before = serving.ask("PPR-9005の月産は？")
        with site.open(embed={"dimension": 64}) as other:
            other.index([site.corpus])
        after = serving.ask("PPR-9005の月産は？")
        assert after.text == before.text
        assert after.index == before.index
        assert "the new index cannot be opened; the old one stays in use" in caplog.text
