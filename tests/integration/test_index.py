"""From files to hits: what an index holds, and that changing it is the same as building it anew."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import CorpusError, IndexMissingError, IndexStaleError
from assistant.index import worker
from assistant.index.build import GenerationBuild
from assistant.index.dense import ChromaDense, Vectors
from assistant.index.manifest import read_manifest, read_passage_ids
from assistant.index.processes import BuildProcess
from assistant.index.worker import Builder, Order
from assistant.models import embedder_key
from tests.corpora import FACTORIES, Site, texts_found

QUESTIONS = [
    "PPR-9003の月産は？",
    "PPR-9007の月産は？",
    "第12工場の近況",
    "部品の月産は何個？",
    "PPR-9040の月産は？",
    "2026年1月6日の記事",
]


def found(site: Site, question: str, **more: object) -> list[tuple[str, str]]:
    with site.open(**more) as assistant:
        return [(hit.passage.article_id, hit.passage.text) for hit in assistant.search(question, top_k=5)]


def ids_of(site: Site) -> list[str]:
    return read_passage_ids(site.generation)


def test_every_article_is_found_by_its_part_number(site: Site) -> None:
    with site.open() as assistant:
        for number in range(FACTORIES):
            first = assistant.search(f"PPR-{9000 + number}の月産は？")[0]
            assert first.rank == 1
            assert first.passage.article_id == f"factory-{number:02}"
            assert first.passage.text == f"部品PPR-{9000 + number}の月産は{1000 + 37 * number}個です。"
            article = assistant.show(first.passage.article_id)
            assert article.text[first.passage.start : first.passage.end] == first.passage.text


def test_the_manifest_says_what_was_built(site: Site) -> None:
    manifest = read_manifest(site.generation)
    assert manifest.generation == site.generation.name
    assert (manifest.passages, manifest.dimension, manifest.changed_since_full) == (2 * FACTORIES, 128, 0)
    assert manifest.chunking == site.settings().chunking
    with site.open() as assistant:
        status = assistant.status()
        assert (status.generation, status.fingerprint) == (manifest.generation, manifest.fingerprint)
        assert status.counts == {"articles": FACTORIES, "versions": FACTORIES, "passages": 2 * FACTORIES}
        assert status.problems == ()
        assert ids_of(site) == sorted(ids_of(site))


def test_chroma_and_comparing_one_by_one_find_the_same(site: Site) -> None:
    results = []
    for dense, kind in (("hnsw", "chroma"), ("exact", "exact")):
        with site.open(retrieve={"dense": dense, "dense_weight": 0.5}) as assistant:
            results.append([assistant.search(question, top_k=10) for question in QUESTIONS])
            assert assistant.status().dense == kind
    for by_chroma, one_by_one in zip(*results, strict=True):
        assert by_chroma[0].passage == one_by_one[0].passage
        # The last bits of a cosine differ, so hits that tie may change places.
        assert [hit.score for hit in by_chroma] == pytest.approx([hit.score for hit in one_by_one], abs=1e-5)


def test_indexing_again_builds_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    before = site.generation.name
    monkeypatch.setattr(GenerationBuild, "__init__", lambda *_: pytest.fail("a build was started"))
    with site.open() as assistant:
        report = assistant.index([site.corpus])
    assert (report.built, report.unchanged, report.generation) == (False, FACTORIES, before)


def test_adding_editing_and_removing_equals_building_anew(site: Site) -> None:
    steps: list[str] = []
    site.write(3, output=4444)
    site.write(40)
    with site.open() as assistant:
        assistant.remove(["factory-07"])
        report = assistant.index([site.corpus], on_step=lambda step, *_: steps.append(step))
    assert (report.added, report.changed, report.unchanged) == (["factory-40"], ["factory-03"], FACTORIES - 1)
    assert list(dict.fromkeys(steps)) == ["read", "copy", "build", "manifest", "verify", "switch", "clean"]
    # Two passages of 03 for two, two of 40 are new, two of 07 are gone.
    assert read_manifest(site.generation).changed_since_full == 8
    changed_ids = ids_of(site)
    changed_hits = {question: found(site, question) for question in QUESTIONS}
    assert changed_hits["PPR-9003の月産は？"][0] == ("factory-03", "部品PPR-9003の月産は4444個です。")
    assert changed_hits["PPR-9040の月産は？"][0] == ("factory-40", "部品PPR-9040の月産は2480個です。")
    assert not any(article_id == "factory-07" for article_id, _ in changed_hits["PPR-9007の月産は？"])

    steps.clear()
    with site.open() as assistant:
        report = assistant.index([site.corpus], rebuild=True, on_step=lambda step, *_: steps.append(step))
    assert "copy" not in steps
    assert report.unchanged == FACTORIES + 1  # with the removed one
    assert read_manifest(site.generation).changed_since_full == 0
    assert ids_of(site) == changed_ids
    assert {question: found(site, question) for question in QUESTIONS} == changed_hits
    assert [path.name for path in site.index_dir.glob("gen-*")] == [site.generation.name]


def test_many_changes_build_anew(site: Site) -> None:
    for number in range(8):
        site.write(number, output=5000 + number)
    steps: list[str] = []
    with site.open() as assistant:
        assistant.index([site.corpus], on_step=lambda step, *_: steps.append(step))
        assert "copy" not in steps
        assert texts_found(assistant, "PPR-9006の月産は？")[0] == "部品PPR-9006の月産は5006個です。"
    assert read_manifest(site.generation).passages == 2 * FACTORIES


def test_nothing_indexed_says_so(tmp_path: Path) -> None:
    site = Site.create(tmp_path, count=1)
    with site.open() as assistant:
        for ask in (assistant.ask, assistant.search):
            with pytest.raises(IndexMissingError, match=r"Nothing has been indexed yet\. Run `assistant index`"):
                ask("PPR-9000の月産は？")
        status = assistant.status()
        assert status.generation is None
        assert "Nothing has been indexed yet" in status.problems[0]
        assert assistant.sources() == []


def test_other_settings_are_refused_until_the_index_follows(site: Site) -> None:
    other = {"embed": {"dimension": 64}, "chunk": {"chunk_chars": 60}}
    before = read_manifest(site.generation)
    with site.open(**other) as assistant:
        with pytest.raises(IndexStaleError, match=r"Run `assistant index --rebuild`") as caught:
            assistant.ask("PPR-9003の月産は？")
        assert caught.value.found == before.fingerprint
        assert caught.value.wanted == assistant.status().fingerprint != before.fingerprint
        assert any("other settings" in problem for problem in assistant.status().problems)
        report = assistant.index([site.corpus])
        assert (report.built, report.unchanged) == (True, FACTORIES)
        assert assistant.status().problems == ()
        assert texts_found(assistant, "PPR-9003の月産は？")[0] == "部品PPR-9003の月産は1111個です。"
    assert read_manifest(site.generation).dimension == 64
    with site.open() as assistant, pytest.raises(IndexStaleError):
        assistant.ask("PPR-9003の月産は？")


def test_a_corpus_that_is_all_refused_leaves_the_index_alone(site: Site, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "empty.md").write_text("")
    (bad / "picture.png").write_bytes(b"\x89PNG")
    before = site.generation.name
    with site.open() as assistant:
        report = assistant.index([bad, tmp_path / "nowhere"])
        assert [(Path(item.path).name, report.built) for item in report.refused] == [
            ("picture.png", False),
            ("nowhere", False),
            ("empty.md", False),
        ]
        refused = {Path(path).name for path, _, _ in assistant.status().refused}
        assert refused == {"empty.md", "picture.png", "nowhere"}
        with pytest.raises(CorpusError):
            assistant.index([bad], strict=True)
    assert site.generation.name == before


@pytest.fixture
def removed(site: Site) -> Site:
    with site.open() as assistant:
        assistant.remove(["factory-05", "factory-06"])
    return site


def test_a_removed_article_is_gone_at_once_and_comes_back(removed: Site) -> None:
    before = removed.generation.name
    with removed.open() as assistant:
        assert "部品PPR-9005の月産は1185個です。" not in texts_found(assistant, "PPR-9005の月産は？")
        assert "1185" not in assistant.ask("PPR-9005の月産は？").text
        assistant.remove(["factory-05"], undo=True)
        assert texts_found(assistant, "PPR-9005の月産は？")[0] == "部品PPR-9005の月産は1185個です。"
        assert "1222" not in assistant.ask("PPR-9006の月産は？").text
        assert {item.article_id for item in assistant.sources() if item.withdrawn} == {"factory-06"}
        assert assistant.show("factory-06").article_id == "factory-06"  # an editor still sees it
    assert removed.generation.name == before


def test_removing_an_unknown_article_removes_nothing(site: Site) -> None:
    with site.open() as assistant:
        with pytest.raises(CorpusError, match=r"'nobody'.*`assistant sources`"):
            assistant.remove(["factory-05", "nobody"])
        assert texts_found(assistant, "PPR-9005の月産は？")[0] == "部品PPR-9005の月産は1185個です。"


def test_a_graph_that_misses_vectors_is_not_asked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Among thousands of nearly equal texts HNSW loses some: they must be found all the same."""
    honest = BuildProcess.wait

    def unreached(self: BuildProcess, progress: Callable[[int], None]) -> dict[str, object]:
        result = honest(self, progress)
        return {"unreached": 1} if "unreached" in result else result

    monkeypatch.setattr(BuildProcess, "wait", unreached)
    with site.open() as assistant:
        assistant.index([site.corpus], rebuild=True)
    assert read_manifest(site.generation).graph_complete is False
    with site.open(retrieve={"dense": "hnsw"}) as assistant:
        assert assistant.search("PPR-9003の月産は？")[0].passage.article_id == "factory-03"
        assert assistant.status().dense == "exact"
        assert assistant.status().problems == ()


def test_vectors_the_graph_does_not_lead_to_are_counted(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    class Lost(ChromaDense):
        def search(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
            return [(passage_id, cosine / 2) for passage_id, cosine in super().search(vector, limit)]

    settings = site.settings()
    with site.open() as assistant:
        key = embedder_key(assistant._embedder)
    order = Order(
        task="verify",
        library_url=settings.library_location,
        directory=str(site.generation),
        embedder=key,
        ef_search=400,
        ef_construction=64,
        total=2 * FACTORIES,
        working_dir=str(site.home / "verify"),
    )
    assert Builder().run(order, lambda _: None) == {"unreached": 0}
    monkeypatch.setattr(worker, "ChromaDense", Lost)
    result = Builder().run(order, lambda _: None)
    assert int(str(result["unreached"])) >= 40


def test_build_processes_are_kept_when_asked(
    site: Site, forked_builds: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BuildProcess, "__init__", forked_builds)  # started in the real way
    with site.open() as assistant:
        assistant.keep_build_processes()
        pids = []
        for number in range(3):
            (site.corpus / "new.md").write_text(
                f"新しい部品PPR-{8000 + number}の月産は{number}個です。", encoding="utf-8"
            )
            assert assistant.index([site.corpus]).built
            assert assistant.search(f"PPR-{8000 + number}の月産は？")[0].passage.text.startswith("新しい部品")
            pids.append({process.pid for process in assistant._build_processes._idle.values()})
        assert len(pids[0]) == 2
        assert pids[0] == pids[1] == pids[2]
        killed = min(pids[0])
        os.kill(killed, signal.SIGKILL)
        (site.corpus / "new.md").write_text("新しい部品PPR-8009の月産は9個です。", encoding="utf-8")
        assert assistant.index([site.corpus]).built
        idle = list(assistant._build_processes._idle.values())
    assert not any(process.alive for process in idle)
