"""The parts of an index: pointer, manifest, locks, exact vectors, lexical half."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexBusyError, IndexDamagedError, IndexMissingError, IndexStoreError
from assistant.index.build import OPEN_DIR, clean
from assistant.index.dense import ExactDense
from assistant.index.lexical import K1, LexicalIndex, LexicalWriter, QueryTerm, tokens_of
from assistant.index.lock import Lease, WriterLock, lease_of
from assistant.index.manifest import (
    MANIFEST,
    POINTER,
    Manifest,
    damaged_files,
    hash_directory,
    read_manifest,
    read_pointer,
    write_durably,
    write_manifest,
    write_pointer,
)
from assistant.types import BlockKind, Passage

# -- manifest and pointer ----------------------------------------------------------------------


def generation(index_dir: Path, name: str = "gen-a") -> Path:
    directory = index_dir / name
    (directory / "lexical").mkdir(parents=True)
    (directory / "passages.ids").write_text("p1\n")
    (directory / "lexical" / "seg").write_bytes(b"0123456789")
    (directory / "lexical" / ".writer.lock").write_bytes(b"")
    manifest = Manifest(name, "f" * 16, "{}", 4, "c", 1, 0, "2026-01-01T00:00:00+00:00", hash_directory(directory))
    write_manifest(directory, manifest)
    return directory


def test_a_manifest_comes_back(tmp_path: Path) -> None:
    directory = generation(tmp_path)
    manifest = read_manifest(directory)
    assert sorted(manifest.files) == ["lexical/seg", "passages.ids"]
    assert manifest.files["lexical/seg"][0] == 10
    assert (manifest.generation, manifest.passages, manifest.format) == ("gen-a", 1, 1)
    assert damaged_files(directory, manifest) == ()


def test_every_kind_of_damage_is_named(tmp_path: Path) -> None:
    directory = generation(tmp_path)
    manifest = read_manifest(directory)
    seg = directory / "lexical" / "seg"
    seg.write_bytes(b"0123456780")
    assert damaged_files(directory, manifest) == ("lexical/seg",)
    seg.write_bytes(b"012345678")
    assert damaged_files(directory, manifest) == ("lexical/seg",)
    seg.unlink()
    (directory / "extra").write_bytes(b"")
    assert damaged_files(directory, manifest) == ("extra", "lexical/seg")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"files": {}}', '{"files": {"a": 1}}', '{"files": [], "generation": "g"}'],
)
def test_a_manifest_that_is_none(tmp_path: Path, text: str) -> None:
    directory = generation(tmp_path)
    (directory / MANIFEST).write_text(text)
    with pytest.raises(IndexDamagedError, match=r"'gen-a' cannot be read\. Run `assistant index`") as caught:
        read_manifest(directory)
    assert caught.value.damaged == (MANIFEST,)


def test_a_manifest_of_another_format(tmp_path: Path) -> None:
    directory = generation(tmp_path)
    values = json.loads((directory / MANIFEST).read_text())
    (directory / MANIFEST).write_text(json.dumps({**values, "format": 99}))
    with pytest.raises(IndexDamagedError, match="has format 99, this version reads 1"):
        read_manifest(directory)


def test_the_pointer_moves_whole(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match=r"Nothing has been indexed yet\. Run `assistant index`"):
        read_pointer(tmp_path)
    generation(tmp_path, "gen-a")
    generation(tmp_path, "gen-b")
    write_pointer(tmp_path, "gen-a")
    assert read_pointer(tmp_path) == "gen-a"
    write_pointer(tmp_path, "gen-b")
    assert read_pointer(tmp_path) == "gen-b"
    assert sorted(path.name for path in tmp_path.iterdir()) == [POINTER, "gen-a", "gen-b"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"gen-a",
        b"gen-z 0123",
        b"../gen-a 0123",
        b"gen-a 0123 more",
        b"\xff\xfe\x00",
        b"/etc 0123",
        b".. 0123",
    ],
)
def test_a_pointer_to_nothing(tmp_path: Path, content: bytes) -> None:
    generation(tmp_path)
    (tmp_path / POINTER).write_bytes(content)
    with pytest.raises(IndexDamagedError, match="Run `assistant index`") as caught:
        read_pointer(tmp_path)
    assert caught.value.damaged == (POINTER,)


def test_the_pointer_seals_the_manifest(tmp_path: Path) -> None:
    directory = generation(tmp_path)
    write_pointer(tmp_path, "gen-a")
    text = (directory / MANIFEST).read_text()
    (directory / MANIFEST).write_text(text.replace('"passages": 1', '"passages": 2'))
    with pytest.raises(IndexDamagedError, match="'gen-a' is not what was written") as caught:
        read_pointer(tmp_path)
    assert caught.value.damaged == (f"gen-a/{MANIFEST}",)


def test_a_durable_write_leaves_nothing_aside(tmp_path: Path) -> None:
    write_durably(tmp_path / "f", "one")
    write_durably(tmp_path / "f", "two")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"f": "two"}


# -- locks and leases --------------------------------------------------------------------------


def test_a_second_writer_is_refused_by_name_and_at_once(tmp_path: Path) -> None:
    with WriterLock(tmp_path):
        seconds = []
        for _ in range(3):
            started = time.perf_counter()
            with (
                pytest.raises(IndexBusyError, match=rf"pid {os.getpid()}, since \d{{4}}-.*Wait for it") as caught,
                WriterLock(tmp_path),
            ):
                pass
            seconds.append(time.perf_counter() - started)
        assert min(seconds) < 0.5  # the fastest: the others may have waited for the processor
        assert caught.value.pid == os.getpid()
        assert caught.value.exit_code == 4
    with WriterLock(tmp_path):
        pass


def test_an_error_inside_releases_the_lock(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="stop"), WriterLock(tmp_path):
        raise RuntimeError("stop")
    with WriterLock(tmp_path):
        pass


def test_a_lock_file_of_nonsense_still_refuses(tmp_path: Path) -> None:
    with WriterLock(tmp_path):
        (tmp_path / "writer.lock").write_text("nonsense")
        with pytest.raises(IndexBusyError, match=r"pid None, since an unknown time"), WriterLock(tmp_path):
            pass


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from assistant.index.lock import WriterLock\n"
        "with WriterLock(Path(sys.argv[1])):\n    print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(IndexBusyError) as caught, WriterLock(tmp_path):
            pass
        assert caught.value.pid == process.pid
        process.kill()
    with WriterLock(tmp_path):
        pass


def test_a_lease_is_seen_while_it_is_held(tmp_path: Path) -> None:
    assert lease_of(tmp_path / "none") is None
    lease = Lease(tmp_path / "one", generation="gen-a")
    assert lease_of(tmp_path / "one") == "gen-a"
    lease.release()
    assert lease_of(tmp_path / "one") is None
    lease.release()  # twice does no harm


def test_cleaning_keeps_what_is_in_force_or_in_use(tmp_path: Path) -> None:
    for name in ("gen-a", "gen-b", "gen-c"):
        generation(tmp_path, name)
    lease = Lease(tmp_path / OPEN_DIR / "1-x", generation="gen-b")
    Lease(tmp_path / OPEN_DIR / "2-y", generation="gen-a").release()
    (tmp_path / OPEN_DIR / "verify-9").mkdir()
    clean(tmp_path, keep="gen-c")
    assert sorted(path.name for path in tmp_path.glob("gen-*")) == ["gen-b", "gen-c"]
    assert [path.name for path in (tmp_path / OPEN_DIR).iterdir()] == ["1-x"]
    lease.release()
    clean(tmp_path, keep="gen-c")
    assert [path.name for path in tmp_path.glob("gen-*")] == ["gen-c"]


# -- exact vectors -----------------------------------------------------------------------------


def unit(*rows: tuple[float, ...]) -> np.ndarray:
    matrix = np.array(rows, dtype=np.float32)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def test_exact_search_ranks_by_cosine_with_ties_by_id() -> None:
    dense = ExactDense(["c", "a", "b", "d"], unit((1, 0), (1, 0), (0, 1), (1, 1)))
    query = np.array([1, 0], dtype=np.float32)
    assert [(key, round(score, 4)) for key, score in dense.search(query, 4)] == [
        ("a", 1.0),
        ("c", 1.0),
        ("d", 0.7071),
        ("b", 0.0),
    ]
    assert [key for key, _ in dense.search(query, 1)] == ["a"]
    assert [key for key, _ in dense.search(query, 99)] == ["a", "c", "d", "b"]
    assert dense.search(query, 0) == []
    assert dense.size == 4


def test_exact_search_agrees_with_sorting_everything() -> None:
    rng = np.random.default_rng(7)
    matrix = rng.normal(size=(500, 16)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    ids = [f"p{number:03}" for number in range(500)]
    dense = ExactDense(ids, matrix)
    for limit in (1, 7, 499, 500):
        expected = sorted(zip(ids, (matrix @ matrix[3]).tolist(), strict=True), key=lambda item: (-item[1], item[0]))
        assert [key for key, _ in dense.search(matrix[3], limit)] == [key for key, _ in expected[:limit]]


def test_exact_search_of_nothing_and_of_another_dimension() -> None:
    empty = ExactDense([], np.zeros((0, 0), dtype=np.float32))
    assert empty.search(np.ones(3, dtype=np.float32), 5) == []
    with pytest.raises(IndexStoreError, match="has 3 dimensions, the stored ones 2"):
        ExactDense(["a"], unit((1, 0))).search(np.ones(3, dtype=np.float32), 5)


# -- the lexical half --------------------------------------------------------------------------


def passage(
    passage_id: str, text: str, *, title: str = "題", context: str = "", headings: tuple[str, ...] = ()
) -> Passage:
    return Passage(
        passage_id, passage_id, 1, 0, 0, len(text), text, BlockKind.PARAGRAPH, title, "ja", headings, context
    )


PASSAGES = [
    passage("p1", "部品PPR-9087を納入した。"),
    passage("p2", "部品PPR-9088を納入した。", headings=("価格",)),
    passage("p3", "144 GB", context="製品 | メモリ", title="Trainium3の仕様"),
]


def hits(index: LexicalIndex, field: str, *terms: str) -> list[str]:
    return [hit.passage_id for hit in index.search([QueryTerm(field, term, 1.0) for term in terms], 10)]


@pytest.fixture(params=["memory", "disk"])
def lexical(request: pytest.FixtureRequest, tmp_path: Path) -> LexicalIndex:
    if request.param == "memory":
        return LexicalIndex.in_memory(PASSAGES)
    writer = LexicalWriter(tmp_path / "lexical")
    writer.add(map(tokens_of, PASSAGES))
    writer.close()
    return LexicalIndex.open(tmp_path / "lexical")


def test_fields_hold_what_their_names_say(lexical: LexicalIndex) -> None:
    assert lexical.size == 3
    assert hits(lexical, "words", "ppr9087") == ["p1"]
    assert hits(lexical, "words", "部品") == ["p1", "p2"]
    assert hits(lexical, "headings", "価格") == ["p2"]
    assert hits(lexical, "words", "価格") == []
    assert hits(lexical, "title", "trainium3") == ["p3"]
    assert hits(lexical, "words", "製品") == ["p3"]  # the table header
    assert hits(lexical, "chars", "納入") == ["p1", "p2"]
    assert hits(lexical, "words", "absent") == []
    assert lexical.search([], 10) == []
    assert lexical.search([QueryTerm("words", "部品", 1.0)], 0) == []


def test_frequencies_and_bounds(lexical: LexicalIndex) -> None:
    assert lexical.document_frequency("words", "部品") == 2
    assert lexical.document_frequency("words", "absent") == 0
    assert lexical.idf("words", "部品") == pytest.approx(math.log(1 + 1.5 / 2.5))
    terms = [QueryTerm("words", "ppr9087", 2.0), QueryTerm("words", "absent", 1.0)]
    assert lexical.known(terms) == terms[:1]
    bound = lexical.best_possible(terms[:1])
    assert bound == pytest.approx(2.0 * math.log(1 + 2.5 / 1.5) * (K1 + 1))
    assert 0 < lexical.search(terms, 1)[0].score < bound


def test_deleting_and_adding_to_a_copy(tmp_path: Path) -> None:
    writer = LexicalWriter(tmp_path)
    writer.add(map(tokens_of, PASSAGES))
    writer.close()
    again = LexicalWriter(tmp_path)
    again.delete(["p1", "unknown"])
    again.add([tokens_of(passage("p4", "部品PPR-9087の後継。"))])
    again.close()
    index = LexicalIndex.open(tmp_path)
    assert index.size == 3
    assert hits(index, "words", "ppr9087") == ["p4"]


def test_no_index_is_an_error_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(IndexStoreError, match=r"cannot be opened.*Run `assistant index`"):
        LexicalIndex.open(tmp_path)
