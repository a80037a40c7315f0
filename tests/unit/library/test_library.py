"""The library: what is stored, what is live, what is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest

from assistant.chunk import chunk
from assistant.errors import CorpusError, IndexStoreError
from assistant.index import update
from assistant.index.build import BuildPlan
from assistant.index.update import IndexReport, IndexUpdate
from assistant.ingest.builder import TextBuilder
from assistant.library.codec import dump_blocks, dump_metadata, load_blocks, load_metadata
from assistant.library.rows import encode
from assistant.library.store import Library
from assistant.library.summary import FileState
from assistant.models import HashingEmbedder, embedder_key
from assistant.settings import ChunkSettings, Settings
from assistant.types import Article, ArticleMetadata, Source, SpecRow
from tests.corpora import Site

SIZES = ChunkSettings()
CHUNKING = Settings().chunking


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library.open(f"sqlite:///{tmp_path / 'deep' / 'library.sqlite3'}")
    yield opened
    opened.close()


def article(article_id: str = "a", text: str = "本文です。", *, version: int = 1, **metadata: object) -> Article:
    builder = TextBuilder()
    builder.title("題名")
    builder.paragraph(text)
    whole, blocks = builder.build()
    return Article(
        article_id, "題名", whole, "ja", blocks, ArticleMetadata(**metadata), f"/in/{article_id}.md", version=version
    )  # type: ignore[arg-type]


def store(library: Library, *articles: Article) -> None:
    with library.write() as writer:
        current = writer.current([item.article_id for item in articles])
        writer.put([(encode(item), chunk(item, SIZES), current.get(item.article_id)) for item in articles], CHUNKING)


def live_texts(library: Library) -> list[str]:
    passages = library.passages(library.live_passage_ids(CHUNKING)).values()
    return sorted(passage.text for passage in passages)


# -- versions ----------------------------------------------------------------------------------


def test_an_article_comes_back_as_it_was_stored(library: Library) -> None:
    builder = TextBuilder()
    builder.title("題名")
    builder.heading(2, "仕様")
    builder.spec_rows([("質量: 1.2 kg", SpecRow("X100", "質量", "1.2", "kg", entity_aliases=("X-100",)))])
    builder.page = 3
    builder.table([["a", "1"]], header=["製品", "値"], caption="表")
    text, blocks = builder.build()
    stored = Article(
        "x100",
        "題名",
        text,
        "ja",
        blocks,
        ArticleMetadata(
            published="2026-01-05T09:00:00+09:00",
            url="https://example.com/x",
            author="編集部",
            categories=("製品",),
            tags=("AI", "チップ"),
            sources=(Source("発表", "https://example.com/pr"), Source("取材")),
            corrects=("old",),
            embargo_until="2026-01-01",
        ),
        "/in/x100.csv",
    )
    store(library, stored)
    assert library.article("x100") == stored
    assert load_blocks(dump_blocks(stored.blocks)) == stored.blocks
    assert load_metadata(dump_metadata(stored.metadata)) == stored.metadata
    rows = library.spec_passages(CHUNKING)
    assert [row.spec for row in rows] == [SpecRow("X100", "質量", "1.2", "kg", entity_aliases=("X-100",))]
    assert rows[0].url == "https://example.com/x"
    assert library.article_passages("x100", 1, CHUNKING) == list(chunk(stored, SIZES).passages)


def test_an_old_version_can_still_be_read_and_is_not_searched(library: Library) -> None:
    store(library, article(text="初版です。"))
    store(library, article(text="改訂版です。", version=2))
    assert library.article("a").text == "題名\n\n改訂版です。"
    assert library.article("a", 1).text == "題名\n\n初版です。"
    assert library.article("a", 2).version == 2
    assert library.text("a", 1) == "題名\n\n初版です。"
    assert library.text("a", 3) is None
    assert live_texts(library) == ["改訂版です。", "題名"]
    assert library.counts(CHUNKING) == {"articles": 1, "versions": 2, "passages": 2}


@pytest.mark.parametrize(("article_id", "version"), [("b", None), ("a", 2), ("b", 1)])
def test_what_is_not_there_is_an_error(library: Library, article_id: str, version: int | None) -> None:
    store(library, article())
    with pytest.raises(CorpusError, match=rf"'{article_id}'.*`assistant sources`"):
        library.article(article_id, version)


def test_a_transaction_is_stored_whole_or_not_at_all(library: Library) -> None:
    def store_and_fail() -> None:
        with library.write() as writer:
            writer.put([(encode(article()), chunk(article(), SIZES), None)], CHUNKING)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        store_and_fail()
    assert library.counts(CHUNKING) == {"articles": 0, "versions": 0, "passages": 0}


def test_the_same_library_opens_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'library.sqlite3'}"
    first = Library.open(url)
    store(first, article())
    first.close()
    second = Library.open(url)
    assert second.article("a") == article()
    second.close()


def test_a_library_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite3").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(IndexStoreError, match=r"cannot be opened: .*Check `library_url`") as caught:
        Library.open(f"sqlite:///{tmp_path / 'library.sqlite3'}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "別題"},
        {"lang": "en"},
        {"text": "題名\n\n本文です！"},
        {"metadata": ArticleMetadata(author="別人")},
        {"metadata": ArticleMetadata(withdrawn=True)},
    ],
)
def test_the_content_hash_sees_what_a_reader_sees(change: dict[str, object]) -> None:
    assert encode(replace(article(), **change)).content_hash != encode(article()).content_hash  # type: ignore[arg-type]


def test_the_content_hash_does_not_see_the_place_on_disk() -> None:
    assert (
        encode(replace(article(), source_path="/elsewhere", version=9)).content_hash == encode(article()).content_hash
    )


# -- what is hidden ----------------------------------------------------------------------------


def test_removal_hides_at_once_and_can_be_undone(library: Library) -> None:
    store(library, article("a"), article("b", "別の本文です。"))
    with library.write() as writer:
        writer.set_removed(["a"], True)
        assert writer.current(["a"])["a"].removed
    assert library.hidden_articles() == {"a"}
    assert len(library.live_passage_ids(CHUNKING)) == 2
    with library.write() as writer:
        writer.set_removed(["a"], False)
    assert library.hidden_articles() == frozenset()
    assert len(library.live_passage_ids(CHUNKING)) == 4


def test_what_another_process_hides_is_hidden_at_once(library: Library, tmp_path: Path) -> None:
    store(library, article("a", published="2026-01-02"), article("b", "別の本文です。", published="2026-01-01"))
    assert library.hidden_articles() == frozenset()
    assert library.newest() == "2026-01-02"
    other = Library.open(f"sqlite:///{tmp_path / 'deep' / 'library.sqlite3'}")
    with other.write() as writer:
        writer.set_removed(["a"], True)
    other.close()
    assert library.hidden_articles() == {"a"}
    assert library.newest() == "2026-01-01"


def test_a_removed_article_stays_removed_when_its_file_changes(library: Library) -> None:
    store(library, article())
    with library.write() as writer:
        writer.set_removed(["a"], True)
    store(library, article(text="新しい本文です。", version=2))
    assert library.hidden_articles() == {"a"}
    assert library.live_passage_ids(CHUNKING) == []


def test_front_matter_withdraws_and_takes_it_back(library: Library) -> None:
    store(library, article(withdrawn=True))
    assert library.hidden_articles() == {"a"}
    store(library, article(version=2))
    assert library.hidden_articles() == frozenset()


def test_undoing_a_removal_leaves_what_the_front_matter_withdrew(library: Library) -> None:
    store(library, article("a", withdrawn=True), article("b"))
    with library.write() as writer:
        writer.set_removed(["a", "b"], True)
        writer.set_removed(["a", "b"], False)
    assert library.hidden_articles() == {"a"}


NOW = datetime(2026, 6, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("until", "hidden"),
    [
        ("2026-06-01T12:00:01+00:00", True),
        ("2026-06-01T12:00:00+00:00", False),
        ("2026-06-01T11:59:59+00:00", False),
        ("2026-06-01T21:00:01+09:00", True),
        ("2026-06-01T20:59:59+09:00", False),
        ("2026-06-02", True),
        ("2026-06-01", False),
        ("someday", True),
        (None, False),
    ],
)
def test_an_embargo_ends_by_itself(library: Library, until: str | None, hidden: bool) -> None:
    store(library, article(embargo_until=until))
    tokyo = timezone(timedelta(hours=9))
    assert ("a" in library.hidden_articles(NOW)) is hidden
    assert ("a" in library.hidden_articles(NOW.astimezone(tokyo))) is hidden
    assert len(library.live_passage_ids(CHUNKING)) == 2  # indexed already, filtered when asked


def test_the_newest_date_is_of_what_may_be_shown(library: Library) -> None:
    assert library.newest() is None
    store(
        library,
        article("plain", published="2026-01-01"),
        article("past embargo", published="2026-01-02T09:00:00+09:00", embargo_until="2026-01-02"),
        article("future embargo", published="2026-01-03", embargo_until="2999-01-01"),
        article("withdrawn", published="2026-01-04", withdrawn=True),
        article("undated"),
    )
    assert library.newest() == "2026-01-02"


def test_sources_are_newest_first(library: Library) -> None:
    store(
        library,
        article("c", published="2026-01-01"),
        article("b", published="2026-01-02"),
        article("a", published="2026-01-01"),
        article("none"),
    )
    store(library, article("c", text="改訂。", version=2, published="2026-01-01"))
    summaries = library.sources()
    assert [(item.article_id, item.version, item.passages) for item in summaries] == [
        ("b", 1, 2),
        ("a", 1, 2),
        ("c", 2, 2),
        ("none", 1, 2),
    ]
    assert summaries[0].source_path == "/in/b.md"
    assert datetime.fromisoformat(summaries[0].indexed_at).tzinfo is not None


# -- vectors -----------------------------------------------------------------------------------


def test_vectors_come_back_to_the_bit_and_in_the_order_asked(library: Library) -> None:
    store(library, article("a"), article("b", "別の本文です。"))
    embedder = HashingEmbedder(32)
    key = embedder_key(embedder)
    todo = library.passages_without_vector(key, CHUNKING)
    assert sorted(passage.text for _, passage in todo) == ["別の本文です。", "本文です。", "題名"]  # one 題名 for both
    matrix = embedder.embed_passages([passage.text for _, passage in todo])
    with library.write() as writer:
        writer.put_vectors(key, [text_key for text_key, _ in todo], matrix)
    assert library.passages_without_vector(key, CHUNKING) == []
    assert len(library.passages_without_vector("other", CHUNKING)) == 3
    by_text = {passage.text: row for (_, passage), row in zip(todo, matrix, strict=True)}
    asked = [*reversed(library.live_passage_ids(CHUNKING)), "unknown"]
    ids, stored = library.vectors(asked, key)
    assert ids == asked[:-1]
    assert stored.dtype == np.float32
    passages = library.passages(ids)
    assert np.array_equal(stored, np.stack([by_text[passages[passage_id].text] for passage_id in ids]))
    none, empty = library.vectors(["unknown"], key)
    assert (none, empty.shape) == ([], (0, 0))


def test_more_ids_than_one_statement_takes(library: Library) -> None:
    items = [article(f"a{number:04}", f"{number}番。") for number in range(1200)]
    store(library, *items)
    ids = library.live_passage_ids(CHUNKING)
    assert len(library.passages(ids)) == 2400
    with library.write() as writer:
        assert len(writer.current([item.article_id for item in items])) == 1200
        writer.set_removed([item.article_id for item in items], True)
    assert len(library.hidden_articles()) == 1200


# -- files -------------------------------------------------------------------------------------


def test_file_states_come_back(library: Library) -> None:
    state = FileState("/in/a.md", "ab" * 32, 12, 2**63 - 1, "1", ("a", "b"), (("bad line", 3), ("no", None)))
    with library.write() as writer:
        writer.put_file(state)
        writer.put_file(replace(state, size=13))
        writer.touch_file("/in/a.md", 5)
    assert library.file_states() == {"/in/a.md": replace(state, size=13, mtime_ns=5)}


# -- indexing into it, without building --------------------------------------------------------


class CountingEmbedder(HashingEmbedder):
    """Keeps what it was asked to embed."""

    def __init__(self) -> None:
        super().__init__(32)
        self.texts: list[str] = []

    def embed_passages(self, texts):  # type: ignore[no-untyped-def]
        self.texts.extend(texts)
        return super().embed_passages(texts)


class NoBuild:
    """Takes what a build is given and builds nothing."""

    fed: ClassVar[list[str]] = []

    def __init__(self, plan: BuildPlan, on_step: object, *_: object) -> None:
        self.fed.clear()

    def __enter__(self) -> NoBuild:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def feed(self, passage_ids: Sequence[str]) -> None:
        self.fed.extend(passage_ids)

    def finish(self, passage_ids: Sequence[str]) -> SimpleNamespace:
        return SimpleNamespace(generation="none")


class Desk:
    """Runs everything of `assistant index` but the build."""

    def __init__(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        self.site = site
        self.settings = site.settings()
        self.library = Library.open(self.settings.library_location)
        self.embedder = CountingEmbedder()
        monkeypatch.setattr(update, "GenerationBuild", NoBuild)

    def index(self, **more: bool) -> IndexReport:
        self.embedder.texts.clear()
        return IndexUpdate(self.settings, self.library, self.embedder).run([self.site.corpus], **more)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    desk = Desk(Site.create(tmp_path, count=3), monkeypatch)
    yield desk
    desk.library.close()


def test_indexing_twice_does_nothing(desk: Desk) -> None:
    first = desk.index()
    assert (first.added, first.changed, first.unchanged) == (["factory-00", "factory-01", "factory-02"], [], 0)
    assert len(desk.embedder.texts) == 6
    assert sorted(NoBuild.fed) == desk.library.live_passage_ids(CHUNKING)
    second = desk.index()
    assert (second.added, second.changed, second.unchanged) == ([], [], 3)
    assert desk.embedder.texts == []
    assert NoBuild.fed == []


def test_a_touched_file_is_not_a_changed_one(desk: Desk) -> None:
    desk.index()
    desk.site.write(1)
    assert desk.index().unchanged == 3
    assert desk.library.article("factory-01").version == 1


def test_rebuilding_reads_all_files_and_changes_nothing(desk: Desk) -> None:
    desk.index()
    report = desk.index(rebuild=True)
    assert (report.added, report.changed, report.unchanged) == ([], [], 3)
    assert desk.embedder.texts == []


def test_an_edit_is_version_two_and_embeds_its_new_passages_only(desk: Desk) -> None:
    desk.index()
    desk.site.write(1, output=5555)
    report = desk.index()
    assert (report.changed, report.unchanged) == (["factory-01"], 2)
    assert desk.library.article("factory-01").version == 2
    assert "1037個" in desk.library.article("factory-01", 1).text
    assert "5555個" in desk.library.article("factory-01", 2).text
    # The title and date lines are as before, so their vector is too.
    assert desk.embedder.texts == ["第1工場の近況\n部品PPR-9001の月産は5555個です。"]


def test_going_back_to_the_old_text_is_version_three_without_embedding(desk: Desk) -> None:
    desk.index()
    desk.site.write(1, output=5555)
    desk.index()
    desk.site.write(1)
    assert desk.index().changed == ["factory-01"]
    assert desk.library.article("factory-01").version == 3
    assert desk.embedder.texts == []


def test_a_new_article_is_added_and_a_lost_file_is_reported(desk: Desk) -> None:
    desk.index()
    desk.site.write(7)
    desk.site.path(0).unlink()
    report = desk.index()
    assert (report.added, report.unchanged) == (["factory-07"], 2)
    assert report.missing == [str(desk.site.path(0))]
    assert desk.library.article("factory-00").version == 1  # `assistant remove` withdraws, a lost file does not


def test_removal_is_sticky_over_indexing(desk: Desk) -> None:
    desk.index()
    with desk.library.write() as writer:
        writer.set_removed(["factory-01"], True)
    desk.site.write(1, output=5555)
    report = desk.index()
    assert report.withdrawn == ["factory-01"]
    assert desk.library.hidden_articles() == {"factory-01"}
    assert not any("5555" in passage for passage in live_texts(desk.library))


def test_two_files_with_one_id_are_refused_by_name(desk: Desk) -> None:
    (desk.site.corpus / "twin.md").write_text(desk.site.path(1).read_text(encoding="utf-8"), encoding="utf-8")
    report = desk.index()
    assert [(refusal.path, refusal.reason) for refusal in report.refused] == [
        (str(desk.site.corpus / "twin.md"), f"the id 'factory-01' is already used by '{desk.site.path(1)}'")
    ]
    assert report.added == ["factory-00", "factory-01", "factory-02"]


def test_strict_stores_nothing_when_something_is_refused(desk: Desk) -> None:
    bad = desk.site.corpus / "empty.md"
    bad.write_text("", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"1 sources were refused and nothing was stored, '.*empty\.md'") as caught:
        desk.index(strict=True)
    assert caught.value.path == str(bad)
    assert desk.library.counts(CHUNKING)["articles"] == 0
    assert [refusal.path for refusal in desk.index().refused] == [str(bad)]
    assert [refusal.path for refusal in desk.index().refused] == [str(bad)]  # said again, though unread


def test_other_chunk_sizes_cut_the_stored_text_again(desk: Desk) -> None:
    desk.site.write(1, extra="\n" + "".join(f"これは{number}番目の長めの文です。" for number in range(20)))
    desk.index()
    before = len(desk.library.live_passage_ids(desk.settings.chunking))
    desk.settings = desk.site.settings(chunk={"chunk_chars": 40})
    report = desk.index()
    assert (report.changed, report.unchanged) == ([], 3)
    assert len(desk.library.live_passage_ids(desk.settings.chunking)) > before
    assert desk.embedder.texts
    assert desk.library.article("factory-01").version == 1


def test_a_moved_file_keeps_its_article(desk: Desk) -> None:
    desk.index()
    desk.site.path(1).rename(desk.site.corpus / "renamed.md")
    report = desk.index()
    assert (report.added, report.changed, report.unchanged) == ([], [], 3)
    assert report.missing == [str(desk.site.path(1))]
