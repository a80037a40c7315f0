"""Odd things in folders: names, links, pipes, depths, and files that change while they are read."""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path

import pytest

from assistant.ingest import Intake, Limits, SourceFile, UnreadableSource, discover
from assistant.ingest.discovery import printable
from assistant.types import Article, Refusal

GOOD = "部品PPR-9087の月産は1200個です。\n"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX file systems")


def reasons(folder: Path, **options: int) -> dict[str, str]:
    return {Path(item.path).name: item.reason for item in discover([folder], **options)[1]}


def names(folder: Path) -> list[str]:
    return [item.path.name for item in discover([folder])[0]]


def test_what_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    monkeypatch.chdir(tmp_path)  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.md")
        (tmp_path / "folder.md").mkdir()
        (tmp_path / "zero.md").symlink_to("/dev/zero")
        found = reasons(tmp_path)
    assert found["pipe.md"] == "not a regular file: a named pipe"
    assert found["socket.md"] == "not a regular file: a socket"
    assert found["zero.md"].startswith("the link leads out of the folder")
    assert discover([Path("/dev/zero")])[1] == [Refusal("/dev/zero", "not a regular file: a device")]
    assert names(tmp_path) == []


def test_links_that_go_round(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "good.md").write_text(GOOD)
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "self.md").symlink_to(tmp_path / "self.md")
    (tmp_path / "one.md").symlink_to(tmp_path / "two.md")
    (tmp_path / "two.md").symlink_to(tmp_path / "one.md")
    assert names(tmp_path) == ["good.md"]
    assert set(reasons(tmp_path)) == {"self.md", "one.md", "two.md"}


def test_names_of_any_bytes(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    try:
        with open(folder + b"/\xff\xfe.md", "w") as file:
            file.write(GOOD)
    except OSError:
        pytest.skip("this file system has UTF-8 names only")
    for name in ("a\nb.md", "\x1b[2J.md", "\u202egpj.md", "x" * 252 + ".md", "...md", "名\U000e0041.md"):
        (tmp_path / name).write_text(GOOD)
    found, refused = discover([tmp_path])
    assert [item.reason for item in refused] == ["the name is not UTF-8; rename the file or folder"]
    assert refused[0].path.endswith("\\xff\\xfe.md")
    assert len(found) == 5  # the hidden one is skipped
    with Intake() as intake:
        for source in found:
            (article,) = intake.load(source)
            assert isinstance(article, Article)
            assert article.article_id.isprintable()


def test_paths_are_shown_with_escapes() -> None:
    assert printable("/a/\x1b[2J\n\udcff 名.md") == "/a/\\x1b[2J\\n\\xff 名.md"


@pytest.mark.parametrize(
    ("name", "reason"), [("a\0b.md", "null"), ("x" * 300 + ".md", "File name too long"), ("no.md", "no such file")]
)
def test_names_that_no_file_can_have(tmp_path: Path, name: str, reason: str) -> None:
    found, (refusal,) = discover([tmp_path / name])
    assert not found
    assert reason in refusal.reason
    assert refusal.path.isprintable()


def test_of_names_that_look_the_same_the_composed_one_is_read(tmp_path: Path) -> None:
    (tmp_path / "工場が.md").write_text(GOOD)
    (tmp_path / "工場か\u3099.md").write_text("別の本文です。\n")
    if len(list(tmp_path.iterdir())) < 2:
        pytest.skip("this file system takes both for one name")
    found, (refusal,) = discover([tmp_path])
    assert [item.path.name for item in found] == ["工場が.md"]
    assert refusal.path.endswith("か\u3099.md")
    assert "looks the same" in refusal.reason


def test_depth_is_limited(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(60):
        deep /= "d"
        deep.mkdir()
    (deep / "a.md").write_text(GOOD)
    (tmp_path / "good.md").write_text(GOOD)
    found, (refusal,) = discover([tmp_path])
    assert [item.path.name for item in found] == ["good.md"]
    assert refusal.reason == "more than 32 folders deep, which is what `ingest.max_depth` allows"
    assert len(discover([tmp_path], max_depth=60)[0]) == 2


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read(tmp_path: Path) -> None:
    for name in ("folder", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "folder").chmod(0)
    (tmp_path / "a.md").write_text(GOOD)
    (tmp_path / "a.md").chmod(0)
    assert reasons(tmp_path) == {"folder": "cannot be read: Permission denied"}
    with Intake() as intake, pytest.raises(UnreadableSource, match="cannot be read: Permission denied"):
        intake.take(SourceFile(tmp_path / "a.md", tmp_path))
    (tmp_path / "folder").chmod(0o700)


def take(path: Path, root: Path, **limits: int) -> bytes | None:
    with Intake(Limits(**limits)) as intake:
        return intake.take(SourceFile(path, root)).source.data


def test_a_file_that_became_something_else(tmp_path: Path) -> None:
    """Between finding and reading: gone, a pipe, a link out of the folder, in place of the file or its folder."""
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "a.md").write_text(GOOD)
    path = inside / "a.md"
    assert take(path, inside) == GOOD.encode()
    path.unlink()
    with pytest.raises(UnreadableSource, match="cannot be read: No such file"):
        take(path, inside)
    os.mkfifo(path)
    with pytest.raises(UnreadableSource, match="not a regular file"):  # and nobody waits for a writer
        take(path, inside)
    path.unlink()
    path.symlink_to(outside / "a.md")
    with pytest.raises(UnreadableSource, match="replaced by a link that leads out of the folder"):
        take(path, inside)
    (inside / "sub").symlink_to(outside)
    with pytest.raises(UnreadableSource, match="replaced by a link that leads out of the folder"):
        take(inside / "sub" / "a.md", inside)


def _take_until_refused(path: Path) -> None:
    while True:  # it may rest for the moment that reading takes
        take(path, path.parent, max_file_mb=4)


def test_a_file_that_never_stops_growing(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(GOOD.encode())
    stop = threading.Event()

    def grow() -> None:
        with path.open("ab", buffering=0) as file:
            while not stop.is_set():
                file.write(GOOD.encode() * 200)

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        with pytest.raises(UnreadableSource, match=r"somebody is writing to the file|max_file_mb"):
            _take_until_refused(path)
    finally:
        stop.set()
        writer.join()


def test_a_large_sparse_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.md").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(UnreadableSource, match="1,099,511,627,776 bytes, more than the 1,048,576"):
        take(tmp_path / "a.md", tmp_path, max_file_mb=1)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="Linux")
def test_a_file_whose_size_is_not_what_it_says(tmp_path: Path) -> None:
    assert Path("/proc/self/maps").stat().st_size == 0
    with pytest.raises(UnreadableSource, match="somebody is writing"):
        take(Path("/proc/self/maps"), Path("/"))


def test_a_corpus_beyond_the_limit_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id":"a","text":"%s"}\n{"id":"b","text":"x"}\n' % ("あ" * 500_000), encoding="utf-8")
    with Intake(Limits(max_file_mb=1)) as intake:
        taken = intake.take(SourceFile(path, tmp_path))
        assert taken.source.data is None
        assert [item.article_id for item in intake.load(taken.source) if isinstance(item, Article)] == ["a", "b"]
