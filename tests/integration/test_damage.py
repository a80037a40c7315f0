"""Damaged files: they are noticed, named and repaired; nothing crashes and no answer is wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import IndexDamagedError, IndexMissingError
from assistant.index.manifest import MANIFEST, POINTER
from tests.corpora import Site, texts_found
from tests.integration.zygote import Zygote

QUESTIONS = ["PPR-9005の月産は？", "第12工場の近況", "PPR-9029の月産は？"]

# Every file of a generation but the empty lock files, by a pattern that no other matches.
FILES = [
    "chroma/chroma.sqlite3",
    "chroma/*/data_level0.bin",
    "chroma/*/header.bin",
    "chroma/*/length.bin",
    "chroma/*/link_lists.bin",
    "lexical/*.fast",
    "lexical/*.fieldnorm",
    "lexical/*.idx",
    "lexical/*.pos",
    "lexical/*.store",
    "lexical/*.term",
    "lexical/.managed.json",
    "lexical/meta.json",
    "manifest.json",
    "passages.ids",
]


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    if data:
        data[len(data) // 2] ^= 0x10
    else:
        data.append(0)
    path.write_bytes(data)


def truncate(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] if data else b"\0")


def empty(path: Path) -> None:
    path.write_bytes(b"" if path.stat().st_size else b"\0")


DAMAGE: dict[str, Callable[[Path], None]] = {
    "flipped byte": flip,
    "truncated": truncate,
    "emptied": empty,
    "deleted": Path.unlink,
}


@pytest.fixture(scope="module")
def healthy(base_site: Path, zygote: Zygote) -> dict[str, object]:
    """What a whole index says through Chroma."""
    result = zygote.run("ask", root=str(base_site), questions=QUESTIONS)
    assert (result["signal"], result["problems"], result["dense"]) == (0, [], "chroma")
    assert result["hits"][QUESTIONS[0]] == "部品PPR-9005の月産は1185個です。"
    assert "1185個" in result["answers"][QUESTIONS[0]]
    return result


def ask(site: Site, zygote: Zygote) -> dict[str, object]:
    result = zygote.run("ask", root=str(site.root), questions=QUESTIONS)
    assert result["signal"] == 0, result
    assert "crash" not in result, result
    return result


def test_the_patterns_name_every_file_once(base_site: Path) -> None:
    directory = Site(base_site).generation
    named = [path for pattern in FILES for path in directory.glob(pattern)]
    present = [path for path in directory.rglob("*") if path.is_file() and not path.name.endswith(".lock")]
    assert sorted(named) == sorted(present)
    assert len(set(named)) == len(FILES)


@pytest.mark.parametrize("pattern", FILES)
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_named_and_answered_without(
    pattern: str, damage: str, site: Site, zygote: Zygote, healthy: dict[str, object]
) -> None:
    (path,) = site.generation.glob(pattern)
    DAMAGE[damage](path)
    result = ask(site, zygote)
    (problem,) = result["problems"]  # type: ignore[misc]
    assert path.name in problem or (pattern == MANIFEST and "manifest" in problem)
    assert "`assistant index`" in problem
    assert result["hits"] == healthy["hits"]
    assert result["answers"] == healthy["answers"]
    searched = "chroma" if pattern.startswith("lexical/") else "exact"
    assert result["dense"] == searched


DIRECTORIES = ["chroma/*-*", "chroma", "lexical"]


@pytest.mark.parametrize("pattern", DIRECTORIES)
def test_a_deleted_directory(pattern: str, site: Site, zygote: Zygote, healthy: dict[str, object]) -> None:
    (path,) = site.generation.glob(pattern)
    shutil.rmtree(path)
    result = ask(site, zygote)
    assert "is damaged" in result["problems"][0]  # type: ignore[index]
    assert result["hits"] == healthy["hits"]
    assert result["answers"] == healthy["answers"]


def test_a_file_too_many_is_noticed(site: Site, zygote: Zygote, healthy: dict[str, object]) -> None:
    (site.generation / "chroma" / "stray.bin").write_bytes(b"x")
    result = ask(site, zygote)
    assert "stray.bin" in result["problems"][0]  # type: ignore[index]
    assert result["hits"] == healthy["hits"]


@pytest.mark.parametrize(
    "content",
    [b"", b"garbage", b"\xff\x00\xfe", b"gen-nowhere 0123", b"../../corpus 0123", b"x" * 100_000],
    ids=["empty", "garbage", "binary", "nowhere", "outside", "long"],
)
def test_a_pointer_of_nonsense(content: bytes, site: Site, zygote: Zygote, healthy: dict[str, object]) -> None:
    (site.index_dir / POINTER).write_bytes(content)
    result = ask(site, zygote)
    (problem,) = result["problems"]  # type: ignore[misc]
    assert "pointer" in problem
    assert "Run `assistant index`" in problem
    assert len(problem) < 300
    assert result["hits"] == healthy["hits"]
    assert result["answers"] == healthy["answers"]


def test_a_missing_pointer_says_what_to_run(site: Site, zygote: Zygote) -> None:
    (site.index_dir / POINTER).unlink()
    result = ask(site, zygote)
    assert result["error"] == IndexMissingError.__name__
    assert "Run `assistant index`" in str(result["message"])
    assert "Run `assistant index`" in result["problems"][0]  # type: ignore[index]


@pytest.mark.parametrize(
    "change", [{"passages": 3}, {"fingerprint": "0" * 16}, {"files": {}}, {"format": 2}, {"new": 1}]
)
def test_an_edited_manifest(change: dict[str, object], site: Site, zygote: Zygote, healthy: dict[str, object]) -> None:
    path = site.generation / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    result = ask(site, zygote)
    assert "manifest" in result["problems"][0]  # type: ignore[index]
    assert result["hits"] == healthy["hits"]


def test_a_damaged_index_under_other_settings_is_no_empty_answer(site: Site) -> None:
    (site.index_dir / POINTER).write_bytes(b"")
    with site.open(chunk={"chunk_chars": 50}) as assistant, pytest.raises(IndexDamagedError, match="`assistant index`"):
        assistant.ask("PPR-9005の月産は？")


REPAIRS = ["chroma/*/data_level0.bin", "lexical/*.store", "passages.ids", "manifest.json", f"../{POINTER}"]


@pytest.mark.parametrize("pattern", REPAIRS)
def test_indexing_again_repairs(pattern: str, site: Site, zygote: Zygote, healthy: dict[str, object]) -> None:
    truncate(site.index_dir / POINTER if POINTER in pattern else next(site.generation.glob(pattern)))
    with site.open() as assistant:
        assert len(assistant.status().problems) == 1
        report = assistant.index([site.corpus])
        assert report.built
        assert report.added == report.changed == []
        assert assistant.status().problems == ()
        assert texts_found(assistant, QUESTIONS[0])[0] == "部品PPR-9005の月産は1185個です。"
    result = ask(site, zygote)
    assert (result["problems"], result["dense"]) == ([], "chroma")
    assert result["hits"] == healthy["hits"]
    assert [path.name for path in site.index_dir.glob("gen-*")] == [site.generation.name]


def test_files_emptied_under_a_server_do_not_take_it_down(
    site: Site, zygote: Zygote, healthy: dict[str, object]
) -> None:
    result = zygote.run("ask", root=str(site.root), questions=QUESTIONS, empty_after_opening=True)
    assert (result["signal"], result["dense"]) == (0, "chroma")
    assert result["hits"] == healthy["hits"]
    assert result["answers"] == healthy["answers"]
    assert "Run `assistant index`" in result["problems"][0]
