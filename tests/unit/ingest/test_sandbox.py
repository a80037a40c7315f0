"""The child process that parses: its limits, its end and its successor."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from assistant.ingest import Intake, Limits, SourceFile, wire
from assistant.ingest.sandbox import Sandbox
from assistant.types import (
    Article,
    ArticleMetadata,
    Block,
    BlockKind,
    Cell,
    Hidden,
    Refusal,
    Source,
    SpecRow,
)
from tests.hostile.markup import page

GOOD = page("<p>部品PPR-9087の月産は1200個です。</p>").encode()
SLOW = page(f"<p {' '.join(f'a{n}=1' for n in range(60_000))}>x</p>").encode()
SOURCE = SourceFile(Path("/a/b.html"), Path("/a"))


def only_reason(items: list[Article | Refusal]) -> str:
    (refusal,) = items
    assert isinstance(refusal, Refusal)
    assert refusal.path == "/a/b.html"
    return refusal.reason


def test_one_child_reads_many_files() -> None:
    with Sandbox(Limits()) as sandbox:
        for number in range(3):
            (article,) = sandbox.load("html", SourceFile(Path(f"/a/{number}.html"), Path("/a")), GOOD)
            assert isinstance(article, Article)
            assert "1200個" in article.text
            if number == 0:
                child = sandbox._child
        assert sandbox._child is child
        usage = sandbox.last_usage
    assert usage is not None
    assert 0 < usage.peak_bytes < Limits().max_memory_bytes


def test_time_is_limited_and_the_next_file_is_read() -> None:
    with Sandbox(Limits(max_seconds=4)) as sandbox:
        assert only_reason(sandbox.load("html", SOURCE, SLOW)) == (
            "reading it takes longer than the 4 s that `ingest.max_seconds` allows"
        )
    with Sandbox(Limits(max_seconds=20)) as sandbox:
        sandbox.load("html", SOURCE, b"\0")
        assert isinstance(sandbox.load("html", SOURCE, GOOD)[0], Article)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of address space")
def test_memory_is_limited_and_the_next_file_is_read() -> None:
    with Sandbox(Limits(max_memory_mb=192)) as sandbox:
        table = b"a,b,c,d\n" + b"1,2,3,4\n" * 2_000_000
        assert only_reason(sandbox.load("csv", SOURCE, table)) == (
            "reading it takes more than the 192 MB that `ingest.max_memory_mb` allows"
        )
        assert isinstance(sandbox.load("html", SOURCE, GOOD)[0], Article)


def test_a_crash_costs_one_file() -> None:
    with Sandbox(Limits()) as sandbox:
        sandbox.load("html", SOURCE, GOOD)
        assert sandbox._child is not None
        sandbox._child._process.kill()
        sandbox._child._process.wait()
        assert only_reason(sandbox.load("html", SOURCE, GOOD)).startswith("the parser crashed on it (signal 9)")
        assert isinstance(sandbox.load("html", SOURCE, GOOD)[0], Article)


def test_a_child_is_replaced_after_a_number_of_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.ingest.sandbox._FILES_A_CHILD", 2)
    with Sandbox(Limits()) as sandbox:
        kept = []
        for _ in range(4):
            sandbox.load("html", SOURCE, b"")
            kept.append(sandbox._child is not None)
    assert kept == [True, False, True, False]


def test_nonsense_from_the_child_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    code = r"import sys; sys.stdout.buffer.write(b'A\0\0\0\2[]'); sys.stdout.flush(); sys.stdin.buffer.read()"
    monkeypatch.setattr("assistant.ingest.sandbox._CODE", code)
    with Sandbox(Limits()) as sandbox:
        assert "crashed" in only_reason(sandbox.load("html", SOURCE, GOOD))


def test_secrets_of_the_environment_stay_with_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "secret")
    code = "import os, sys; sys.exit(7 if 'SOME_API_KEY' in os.environ else 9)"
    monkeypatch.setattr("assistant.ingest.sandbox._CODE", code)
    with Sandbox(Limits()) as sandbox:
        sandbox.load("html", SOURCE, GOOD)
        process = sandbox._child
    assert process is None


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd').read()",
        "open('x', 'w')",
        "__import__('os').open('/tmp/x', 64)",
        "__import__('subprocess').run(['true'])",
        "__import__('os').system('true')",
        "__import__('socket').create_connection(('127.0.0.1', 9))",
        "__import__('urllib.request').request.urlopen('http://127.0.0.1:9/')",
        "__import__('os').listdir('/etc')",
        "__import__('os').remove('/nothing')",
        "__import__('os').fork()",
        "__import__('sqlite3').connect('/etc/x')",
    ],
)
def test_code_in_the_child_reaches_nothing_outside(attempt: str) -> None:
    code = textwrap.dedent(f"""
        import os, subprocess, socket, urllib.request, sqlite3
        from assistant.ingest.confine import forbid_side_effects
        forbid_side_effects()
        import trafilatura  # Python's own files can still be read
        try:
            {attempt}
        except PermissionError as exc:
            print("stopped:", exc)
    """)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("stopped: a file being parsed asked for"), done.stderr


def test_an_article_arrives_as_it_was_sent() -> None:
    spec = SpecRow("X100", "質量", "1.2", "kg", entity_aliases=("X-100",))
    article = Article(
        article_id="x",
        title="題\ud800",
        text="題 | 1.2",
        lang="ja",
        blocks=(
            Block(BlockKind.TABLE_ROW, 0, 7, page=3, table=1, row=2, cells=(Cell(0, 1, "名"), Cell(4, 7)), spec=spec),
        ),
        metadata=ArticleMetadata(
            published="2026-01-02", tags=("a", "b"), sources=(Source("s", "u"),), hidden=(Hidden("tags", 2),)
        ),
        source_path="/a",
        id_is_explicit=True,
        version=4,
    )
    assert wire.load_article(wire.dump_article(article)) == article


def test_what_no_article_can_be_is_not_accepted() -> None:
    good = wire.dump_article(Article("x", "t", "abc", "ja", (Block(BlockKind.PARAGRAPH, 0, 3),)))
    with pytest.raises(ValueError, match="overlaps or leaves"):
        wire.load_article(good.replace(b"abc", b"ab"))
    with pytest.raises((ValueError, TypeError, KeyError)):
        wire.load_article(b"[1]")


def test_plain_files_of_ordinary_size_need_no_child(tmp_path: Path) -> None:
    small, large = tmp_path / "a.md", tmp_path / "b.md"
    small.write_text("部品は1200個です。\n", encoding="utf-8")
    large.write_text("部品は1200個です。\n" * 5_000, encoding="utf-8")
    with Intake() as intake:
        assert all(isinstance(item, Article) for item in intake.load(SourceFile(small, tmp_path)))
        assert intake.sandbox._child is None
        assert all(isinstance(item, Article) for item in intake.load(SourceFile(large, tmp_path)))
        assert intake.sandbox._child is not None
