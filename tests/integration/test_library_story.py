"""Any sequence of edits, corrections, withdrawals and removals, against a dictionary.

The library, the views, retrieval, reading and checking are the real ones. Only the index is made in memory
from the library after every step, since building a generation takes seconds.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from assistant import Assistant, Settings
from assistant.chunk import chunk
from assistant.index.dense import ExactDense
from assistant.index.generation import SearchIndex
from assistant.index.lexical import LexicalIndex
from assistant.ingest.builder import TextBuilder
from assistant.library.rows import encode
from assistant.models import embedder_key
from assistant.serving import InUse
from assistant.types import Article, ArticleMetadata

FIRST = date(2026, 1, 1)
NUMBERS = st.integers(0, 2)
VALUES = st.integers(11, 99)


@dataclass
class Factory:
    """What the model knows of one article: what each version says, and since when."""

    versions: list[tuple[date, int]] = field(default_factory=list)
    withdrawn: bool = False
    removed: bool = False

    @property
    def hidden(self) -> bool:
        return self.withdrawn or self.removed

    def value_on(self, day: date) -> int | None:
        values = [value for since, value in self.versions if since <= day]
        return values[-1] if values else None


@dataclass
class Correction:
    number: int
    day: date
    wrong: int
    right: int
    removed: bool = False


class LibraryStory(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        (self.root / "glossary.yaml").write_text("terms: []\n", encoding="utf-8")
        self.assistant = Assistant.open(Settings(home=self.root / "home", glossary=self.root / "glossary.yaml"))
        self.library = self.assistant._library
        self.day = FIRST
        self.factories: dict[int, Factory] = {}
        self.corrections: list[Correction] = []
        self.cited: list[tuple[str, int, int, int, str]] = []

    def teardown(self) -> None:
        self.assistant.close()
        shutil.rmtree(self.root)

    # -- what an editor does -----------------------------------------------------------------------

    @rule(number=NUMBERS, value=VALUES)
    def write(self, number: int, value: int) -> None:
        """Add an article or edit it; the same text again is no new version."""
        self.day += timedelta(days=1)
        factory = self.factories.setdefault(number, Factory())
        if not factory.versions or factory.versions[-1][1] != value:
            factory.versions.append((self.day, value))
        self._store_factory(number)

    @precondition(lambda self: self.factories)
    @rule(data=st.data(), value=VALUES)
    def correct(self, data: st.DataObject, value: int) -> None:
        self.day += timedelta(days=1)
        number = data.draw(st.sampled_from(sorted(self.factories)))
        wrong = self._valid(number, self.day)
        if wrong is None or wrong == value:
            return
        correction = Correction(number, self.day, wrong, value)
        self.corrections.append(correction)
        text = f"部品PPR-900{number}の月産を{wrong}万個としたのは、{value}万個の誤りでした。訂正します。"
        metadata = ArticleMetadata(published=self.day.isoformat(), corrects=(f"factory-{number}",))
        self._store(self._article(f"fix-{len(self.corrections) - 1}", "訂正", text, metadata))

    @precondition(lambda self: self.factories)
    @rule(data=st.data(), withdrawn=st.booleans())
    def withdraw(self, data: st.DataObject, withdrawn: bool) -> None:
        """``withdrawn: true`` in the front matter, or its end; the day stands for when the file was changed."""
        self.day += timedelta(days=1)
        number = data.draw(st.sampled_from(sorted(self.factories)))
        factory = self.factories[number]
        if factory.withdrawn != withdrawn:
            factory.withdrawn = withdrawn
            factory.versions.append((self.day, factory.versions[-1][1]))
        self._store_factory(number)

    @precondition(lambda self: self.factories)
    @rule(data=st.data(), undo=st.booleans())
    def remove(self, data: st.DataObject, undo: bool) -> None:
        number = data.draw(st.sampled_from(sorted(self.factories)))
        self.factories[number].removed = not undo
        self.assistant.remove([f"factory-{number}"], undo=undo)

    @precondition(lambda self: self.corrections)
    @rule(data=st.data(), undo=st.booleans())
    def remove_correction(self, data: st.DataObject, undo: bool) -> None:
        index = data.draw(st.integers(0, len(self.corrections) - 1))
        self.corrections[index].removed = not undo
        self.assistant.remove([f"fix-{index}"], undo=undo)

    @rule()
    def index_again(self) -> None:
        """Nothing has changed, so nothing changes."""
        before = {item.article_id: item.versions for item in self.library.sources()}
        for number in self.factories:
            self._store_factory(number)
        assert {item.article_id: item.versions for item in self.library.sources()} == before

    # -- what must hold ----------------------------------------------------------------------------

    @precondition(lambda self: self.factories)
    @invariant()
    def answers_are_what_the_model_says(self) -> None:
        index = self._index()
        now = self.assistant._serving.wired(index, self.library.view, (0, 0)).pipeline
        for number in self.factories:
            answer = now.answer(f"部品PPR-900{number}の月産は何個ですか？")
            expected = self._valid(number, self.day)
            cited = {citation.article_id for citation in answer.citations}
            if expected is None:
                assert f"factory-{number}" not in cited
            else:
                assert answer.short == f"{expected}万個", (answer.text, self.corrections)
            self.cited += [(one.article_id, one.version, one.start, one.end, one.quote) for one in answer.citations]

    @precondition(lambda self: self.factories)
    @invariant()
    def answers_of_a_day_are_what_the_model_said_then(self) -> None:
        day = FIRST + (self.day - FIRST) // 2
        pipeline = self.assistant._serving.pipeline_of(self._open(), day)
        for number in self.factories:
            answer = pipeline.answer(f"部品PPR-900{number}の月産は何個ですか？")
            expected = self._valid(number, day)
            if expected is None:
                assert f"factory-{number}" not in {citation.article_id for citation in answer.citations}
            else:
                assert answer.short == f"{expected}万個", (answer.text, day, self.factories, self.corrections)

    @invariant()
    def old_citations_resolve(self) -> None:
        for article_id, version, start, end, quote in self.cited[-30:]:
            assert self.assistant.show(article_id, version).text[start:end] == quote

    @invariant()
    def sources_say_what_is_withdrawn(self) -> None:
        standing = {item.article_id: item.withdrawn for item in self.library.sources()}
        assert {name: hidden for name, hidden in standing.items() if name.startswith("factory")} == {
            f"factory-{number}": factory.hidden for number, factory in self.factories.items()
        }

    # -- the model ---------------------------------------------------------------------------------

    def _valid(self, number: int, day: date) -> int | None:
        """What is valid of an article on a day: its text, then every correction made of that, in turn."""
        factory = self.factories[number]
        value = None if factory.hidden else factory.value_on(day)
        if value is None:
            return None
        made = [one for one in self.corrections if one.number == number and not one.removed and one.day <= day]
        since = FIRST
        while True:
            matching = [one for one in made if one.wrong == value and one.day >= since]
            if not matching:
                return value
            last = matching[-1]
            made.remove(last)
            value, since = last.right, last.day

    # -- the real thing ----------------------------------------------------------------------------

    def _article(self, article_id: str, title: str, text: str, metadata: ArticleMetadata) -> Article:
        builder = TextBuilder()
        builder.title(title)
        builder.paragraph(text)
        whole, blocks = builder.build()
        return Article(article_id, title, whole, "ja", blocks, metadata, f"/in/{article_id}.md")

    def _store_factory(self, number: int) -> None:
        factory = self.factories[number]
        first, (last, value) = factory.versions[0][0], factory.versions[-1]
        metadata = ArticleMetadata(
            published=first.isoformat(),
            updated=last.isoformat() if len(factory.versions) > 1 else None,
            withdrawn=factory.withdrawn,
        )
        text = f"部品PPR-900{number}の月産は{value}万個です。第{number}工場でつくります。"
        self._store(self._article(f"factory-{number}", f"第{number}工場の近況", text, metadata))

    def _store(self, article: Article) -> None:
        """As a run of indexing stores it: a new version only when something changed."""
        encoded = encode(article)
        with self.library.write() as writer:
            known = writer.current([article.article_id]).get(article.article_id)
            if known is not None and known.content_hash == encoded.content_hash:
                return
            if known is not None:
                article = replace(article, version=known.version + 1)
                encoded = replace(encoded, article=article)
            chunks = chunk(article, self.assistant.settings.chunk)
            writer.put([(encoded, chunks, known)], self.assistant.settings.chunking)

    def _index(self) -> SearchIndex:
        ids = self.library.live_passage_ids(self.assistant.settings.chunking)
        found = self.library.passages(ids)
        key = embedder_key(self.assistant._embedder)
        return SearchIndex(
            generation="memory",
            fingerprint="",
            passages=len(ids),
            lexical=LexicalIndex.in_memory(found[one] for one in ids),
            dense=ExactDense(*self.library.vectors(ids, key)),
            problems=(),
            dense_kind="exact",
        )

    def _open(self) -> InUse:
        return self.assistant._serving.wired(self._index(), self.library.view, (0, 0))


TestLibraryStory = LibraryStory.TestCase
TestLibraryStory.settings = settings(
    max_examples=10,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
