"""Vectors on a Chroma server: the same contract as in files, and nothing lost when it is away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.errors import ConfigError, IndexStoreError
from assistant.index import chroma_server
from assistant.index.chroma_server import StoreAddress
from assistant.settings import load_settings
from tests.chromaserver import ChromaServer
from tests.corpora import FACTORIES, Site, texts_found

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    server = ChromaServer.create(tmp_path_factory.mktemp("chroma"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def server(running: ChromaServer) -> ChromaServer:
    if running.process is None:
        running.start()
    return running


def open_at(site: Site, server: ChromaServer | None, **more: object) -> Assistant:
    store = {"url": server.url} if server is not None else {}
    return site.open(retrieve={"dense": "hnsw"}, store=store, **more)


def generation_collection(site: Site) -> str:
    return f"assistant-{site.generation.name}"


@pytest.mark.parametrize("where", ["files", "server"])
def test_the_contract_of_an_index(site: Site, server: ChromaServer, where: str) -> None:
    at = server if where == "server" else None
    with open_at(site, at) as assistant:
        assistant.index([site.corpus])
        assert assistant.search("PPR-9005")[0].passage.article_id == "factory-05"
        status = assistant.status()
        assert status.dense == ("chroma server" if at else "chroma")
        assert status.problems == ()
        dense = assistant._serving._open.index.dense  # type: ignore[union-attr]
        ids = assistant._library.live_passage_ids(assistant.settings.chunking)
        _, matrix = assistant._library.vectors(ids, assistant._serving.request().embedder_key)
        assert dense.size == len(ids)
        for passage_id, vector in zip(ids[:5], matrix[:5], strict=True):
            found = dense.search(vector, 3)
            assert passage_id in dict(found)
            assert found[0][1] == pytest.approx(1.0, abs=1e-4)
        assert dense.search(matrix[0], 0) == []
        site.write(3, output=7777)
        site.write(FACTORIES)
        assert assistant.index([site.corpus]).built
        assert "7777個" in texts_found(assistant, "PPR-9003")[0]
        assert assistant.search(f"PPR-{9000 + FACTORIES}")[0].passage.article_id == f"factory-{FACTORIES}"
        assert not assistant.index([site.corpus]).built


def test_a_generation_is_a_collection_and_goes_with_it(site: Site, server: ChromaServer) -> None:
    with open_at(site, server) as assistant:
        assert assistant.index([site.corpus]).built  # moved from files
        first = generation_collection(site)
        assert first in server.collections()
        site.write(1, output=4242)
        assistant.index([site.corpus])
        second = generation_collection(site)
        assert second != first
        assert second in server.collections()
        assistant.search("PPR-9001")
        assistant.index([site.corpus])  # the old generation is no longer in use
        assert first not in server.collections()
    assert not (site.generation / "chroma" / "chroma.sqlite3").exists()
    with open_at(site, None) as assistant:
        assert assistant.index([site.corpus]).built  # moved back
        assert assistant.status().problems == ()


def found(assistant: Assistant) -> list[str]:
    """The best two: behind them many tie, and the last bits of a cosine decide."""
    return [hit.passage.passage_id for hit in assistant.search("第5工場の月産")][:2]


def test_search_goes_on_without_the_server(site: Site, server: ChromaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chroma_server, "_RETRY_SECONDS", 0.0)
    with open_at(site, server) as assistant:
        assistant.index([site.corpus])
        before = found(assistant)
        server.stop()
        assert found(assistant) == before
        [problem] = assistant.status().problems
        assert server.url in problem
        assert "one by one" in problem
        assert "個" in assistant.ask("部品PPR-9005の月産は何個ですか？").text
        site.write(2, output=31)
        with pytest.raises(IndexStoreError, match="does not answer"):
            assistant.index([site.corpus])
        server.start()
        assert found(assistant) == before
        assert assistant.status().problems == ()
        assistant.index([site.corpus])
        assert "31個" in texts_found(assistant, "PPR-9002")[0]


def test_a_collection_that_lacks_vectors_is_not_trusted(site: Site, server: ChromaServer) -> None:
    with open_at(site, server) as assistant:
        assistant.index([site.corpus])
    import chromadb

    client = chromadb.HttpClient(host="127.0.0.1", port=server.port)
    collection = client.get_collection(generation_collection(site), embedding_function=None)
    collection.delete(ids=collection.get(limit=3)["ids"])
    with open_at(site, server) as assistant:
        assert len(assistant.search("PPR-9005")) > 0
        assert any("instead of" in problem for problem in assistant.status().problems)
        assert assistant.index([site.corpus]).built
        assert assistant.status().problems == ()


def test_addresses() -> None:
    for url in ("localhost:8000", "ftp://a", "http://a/b", "http://user:word@a"):
        with pytest.raises(ConfigError, match=r"store\.url") as caught:
            StoreAddress(url)
        assert "word" not in str(caught.value).replace("password", "")
    assert "secret" not in repr(StoreAddress("http://a", token="secret"))


def test_the_token_is_not_stored(
    site: Site, server: ChromaServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = {"url": server.url, "token": "tok-5d1a9e"}
    with site.open(retrieve={"dense": "hnsw"}, store=store) as assistant:
        assistant.index([site.corpus])
        assert "tok-5d1a9e" not in str(assistant.status())
    for file in site.home.rglob("*"):
        assert not file.is_file() or b"tok-5d1a9e" not in file.read_bytes()
    monkeypatch.chdir(tmp_path)
    Path("assistant.toml").write_text('[store]\ntoken = "tok-5d1a9e"\n')
    with pytest.raises(ConfigError, match="ASSISTANT_STORE__TOKEN"):
        load_settings()
