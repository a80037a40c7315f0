from __future__ import annotations

import gc
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.exc import IntegrityError

from assistant.errors import CorpusError
from assistant.index.update import IndexUpdate
from assistant.library import tables
from assistant.library.bulk import insert_rows
from assistant.library.store import Library
from assistant.models import HashingEmbedder
from assistant.settings import Settings

ROW = {
    "passage_id": "p1", "article_id": "a", "version": 1, "chunking": "c", "ordinal": 0, "start": 0, "end": 3,
    "text": "'一;\x01", "kind": "paragraph", "heading_path": "[]", "context": "", "page": None, "row": 7, "spec": None,
    "text_key": "k",
}  # fmt: skip


def test_rows_come_back_as_sqlalchemy_reads_them() -> None:
    """`end` and `row` are words of SQL, a vector is binary, some values are missing."""
    engine = create_engine("sqlite://")
    tables.metadata.create_all(engine)
    vector = {"text_key": "k", "embedder": "e", "data": b"\x00\xff'"}
    with engine.begin() as connection:
        insert_rows(connection, tables.passages, [ROW, {**ROW, "passage_id": "p2", "row": None, "page": 2}])
        insert_rows(connection, tables.vectors, [vector])
        insert_rows(connection, tables.links, [])
        found = [dict(row._mapping) for row in connection.execute(select(tables.passages))]
        assert found == [ROW, {**ROW, "passage_id": "p2", "row": None, "page": 2}]
        assert dict(connection.execute(select(tables.vectors)).one()._mapping) == vector
        with pytest.raises(IntegrityError):
            insert_rows(connection, tables.passages, [ROW])


def test_the_process_collects_as_before_after_a_run(tmp_path: Path) -> None:
    before = gc.get_threshold()
    settings = Settings(home=tmp_path)
    library = Library.open(f"sqlite:///{tmp_path}/library.sqlite3")
    with pytest.raises(CorpusError):
        IndexUpdate(settings, library, HashingEmbedder(16)).run([tmp_path / "missing"])
    library.close()
    assert gc.get_threshold() == before
    assert gc.isenabled()
