"""The reads that every question makes: passages, and the revision that tells of writes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from assistant.chunk import chunk
from assistant.library.quick import Revision
from assistant.library.rows import encode
from assistant.library.store import Library
from assistant.settings import ChunkSettings, Settings
from assistant.types import ArticleMetadata
from tests.fakes import make_article


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'library.sqlite3'}"


@pytest.fixture
def library(url: str) -> Iterator[Library]:
    opened = Library.open(url)
    yield opened
    opened.close()


def put(library: Library, count: int) -> dict[str, object]:
    articles = [
        make_article(
            f"a{number}", f"題名{number}", [f"本文{number}である。"], metadata=ArticleMetadata(url=f"u{number}")
        )
        for number in range(count)
    ]
    cut = [(encode(item), chunk(item, ChunkSettings()), None) for item in articles]
    with library.write() as writer:
        writer.put(cut, Settings().chunking)
    return {passage.passage_id: passage for _, chunks, _ in cut for passage in chunks.passages}


def test_passages_come_back_as_they_were_cut(library: Library) -> None:
    stored = put(library, 1200)  # more than one statement takes
    found = library.passages([*stored, "unknown"])
    assert found == stored
    assert library.passages([]) == {}


def test_the_one_article_of_a_library(library: Library) -> None:
    assert library.only_article() is None
    put(library, 3)
    assert library.only_article() is None
    assert library.only_article({"a0", "a2"}) == ("a1", 1)


def test_the_text_of_a_version(library: Library) -> None:
    put(library, 2)
    article = library.article("a1")
    assert library.text("a1", 1) == article.text
    assert library.text("a1", 2) is None
    assert library.text("unknown", 1) is None


def test_the_revision_changes_with_every_write_of_this_or_another_process(library: Library, url: str) -> None:
    other = Library.open(url)
    seen = [library._revision()]
    for writer in (library, other, library):
        with writer.write():
            pass
        seen.append(library._revision())
        assert library._revision() == seen[-1] == other._revision()
    assert len(set(seen)) == 4
    other.close()


def test_the_revision_is_read_again_only_after_a_write(library: Library, url: str) -> None:
    reads: list[int] = []
    revision = Revision(create_engine(url), lambda: str(reads.append(1)))
    put(library, 1)
    for _ in range(5):
        revision()
    assert len(reads) == 1
    with library.write():
        pass
    revision()
    assert len(reads) == 2
    revision.close()


def test_a_database_without_a_file_is_asked_each_time() -> None:
    reads: list[int] = []
    revision = Revision(create_engine("sqlite://"), lambda: str(reads.append(1)))
    revision()
    revision()
    assert len(reads) == 2
