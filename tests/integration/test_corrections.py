"""The story of a price: an article, its correction, copies, a withdrawal, an embargo; told in two languages."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.cli import main
from assistant.errors import CorpusError
from assistant.schema import answer_json, search_json
from assistant.types import AnswerStatus, Verdict


@dataclass(frozen=True)
class Story:
    """The same events in one language."""

    lang: str
    price: str
    weight: str
    spring: str
    wrong: str
    right: str
    weighs: str
    files: dict[str, tuple[dict[str, str], str]]


JA = Story(
    lang="ja",
    price="K7の価格は？",
    weight="K7の質量は？",
    spring="V2の価格は？",
    wrong="12万円",
    right="15万円",
    weighs="3.4kg",
    files={
        "launch": (
            {"title": "キサラギ電機、卓上ロボットK7を発売", "date": "2026-03-02", "url": "https://news.example/k7"},
            "キサラギ電機は2026年3月2日、卓上ロボット「K7」を発売した。K7の価格は1台12万円だ。\n\n"
            "K7の質量は3.4kgである。電池は8時間もち、家庭のほか学校にも売り込む。",
        ),
        "correction": (
            {"title": "訂正：K7の価格", "date": "2026-03-10"},
            "3月2日の記事「キサラギ電機、卓上ロボットK7を発売」で、K7の価格を12万円としたのは、15万円の誤りでした。"
            "お詫びして訂正します。",
        ),
        "wire": (
            {"title": "キサラギ電機、卓上ロボットK7を発売", "date": "2026-03-01", "author": "共同通信"},
            "【共同】キサラギ電機は2026年3月2日、卓上ロボット「K7」を発売した。K7の価格は1台12万円だ。\n\n"
            "K7の質量は3.4kgである。電池は8時間もち、家庭のほか学校にも売り込む。",
        ),
        "heavier": (
            {"title": "キサラギ電機、卓上ロボットK7を発売した", "date": "2026-03-04"},
            "キサラギ電機は2026年3月2日、卓上ロボット「K7」を発売した。K7の価格は1台12万円だ。\n\n"
            "K7の質量は3.9kgである。電池は8時間もち、家庭のほか学校にも売り込む。",
        ),
        "spring": (
            {"title": "ミナヅキ工業の掃除機V2", "date": "2026-03-03"},
            "ミナヅキ工業の掃除機「V2」は5月に店頭へ並ぶ。V2の価格は4万円だ。",
        ),
    },
)
EN = Story(
    lang="en",
    price="What is the price of the Finch drone?",
    weight="What is the weight of the Finch drone?",
    spring="What is the price of the Heron kite?",
    wrong="$1,200",
    right="$1,500",
    weighs="3.4 kg",
    files={
        "launch": (
            {"title": "Corvid launches the Finch drone", "date": "2026-03-02", "url": "https://news.example/finch"},
            "Corvid put the Finch drone on sale on 2 March 2026. The price of the Finch drone is $1,200.\n\n"
            "The weight of the Finch drone is 3.4 kg. Its battery lasts 8 hours, and schools are among the buyers.",
        ),
        "correction": (
            {"title": "Correction: price of the Finch", "date": "2026-03-10"},
            "The article “Corvid launches the Finch drone” gave a wrong price. The price of the Finch drone is $1,500, "
            "not $1,200.",
        ),
        "wire": (
            {"title": "Corvid launches the Finch drone", "date": "2026-03-01", "author": "Reuters"},
            "LONDON (Reuters) - Corvid put the Finch drone on sale on 2 March 2026. The price of the Finch drone is "
            "$1,200.\n\n"
            "The weight of the Finch drone is 3.4 kg. Its battery lasts 8 hours, and schools are among the buyers.",
        ),
        "heavier": (
            {"title": "Corvid launched the Finch drone", "date": "2026-03-04"},
            "Corvid put the Finch drone on sale on 2 March 2026. The price of the Finch drone is $1,200.\n\n"
            "The weight of the Finch drone is 3.9 kg. Its battery lasts 8 hours, and schools are among the buyers.",
        ),
        "spring": (
            {"title": "Tern Works and its Heron kite", "date": "2026-03-03"},
            "Shops will stock the Heron kite from May. The price of the Heron kite is $40.",
        ),
    },
)


class Desk:
    """A folder with the files of a story."""

    def __init__(self, story: Story, root: Path) -> None:
        self.story = story
        self.folder = root / "articles"
        self.folder.mkdir()
        (root / "glossary.yaml").write_text("terms: []\n", encoding="utf-8")
        self.settings = Settings(
            home=root / "home", glossary=root / "glossary.yaml", retrieve={"dense": "exact"}, time_zone="Asia/Tokyo"
        )

    def put(self, name: str, *, as_name: str = "", body: str = "", **more: str) -> None:
        front, text = self.story.files[name]
        head = "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in {**front, **more}.items())
        path = self.folder / f"{as_name or name}.md"
        path.write_text(f"---\n{head}\n---\n\n{body or text}\n", encoding="utf-8")


@pytest.fixture(params=[JA, EN], ids=["ja", "en"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    return Desk(request.param, tmp_path)


def shown(assistant: Assistant) -> set[str]:
    return {item.article_id for item in assistant.sources() if item.standing == "shown"}


def test_a_price_is_corrected(desk: Desk) -> None:
    story = desk.story
    desk.put("launch")
    desk.put("spring")
    with Assistant.open(desk.settings) as assistant:
        assistant.index([desk.folder])
        before = assistant.ask(story.price)
        assert (before.short, before.corrections) == (story.wrong, ())
        assert story.wrong in before.sentences[0].text

        desk.put("correction")
        assistant.index([desk.folder])
        after = assistant.ask(story.price)
        assert after.status is AnswerStatus.ANSWERED
        assert after.short == story.right
        assert {citation.article_id for citation in after.citations} == {"correction"}
        (note,) = after.corrections
        assert (note.kind, note.date, note.was, note.now) == ("statement", "2026-03-10", story.wrong, story.right)
        assert (note.article_id, note.by_article_id, note.marker) == ("launch", "correction", 1)
        assert assistant.show("launch").text[note.start : note.end] == note.quote
        assert story.wrong in note.quote
        assert ("2026年3月10日" if story.lang == "ja" else "2026-03-10") in after.text
        assert answer_json(None, after)["corrections"]

        # The rest of the older article stays valid, and nothing is said where nothing was corrected.
        weight = assistant.ask(story.weight)
        assert (weight.short or weight.sentences[0].text).count(story.weighs) == 1
        assert weight.citations[0].article_id == "launch"
        assert weight.corrections == ()

        # A citation made before the correction still opens on its words.
        cited = before.citations[0]
        assert assistant.show("launch", cited.version).text[cited.start : cited.end] == cited.quote

        # As of a day between, and of a day before anything was published.
        between = assistant.ask(story.price, as_of=date(2026, 3, 9))
        assert (between.short, between.corrections, between.as_of) == (story.wrong, (), "2026-03-09")
        assert ("2026年3月9日" if story.lang == "ja" else "2026-03-09") in between.text
        assert between.newest == "2026-03-03"
        assert assistant.ask(story.price, as_of=date(2026, 3, 10)).short == story.right
        early = assistant.ask(story.price, as_of=date(2026, 3, 1))
        assert early.status is AnswerStatus.REFUSED
        assert early.nearest == ()

        # The fact desk: the wrong price conflicts, the weight is supported.
        wrong, right = (
            assistant.check(text).claims[0] for text in (before.sentences[0].text, weight.sentences[0].text)
        )
        assert wrong.verdict is Verdict.CONFLICTING
        assert right.verdict is Verdict.SUPPORTED

        # The correction is withdrawn: what it corrected stands again, at once.
        assistant.remove(["correction"])
        assert assistant.ask(story.price).short == story.wrong
        assistant.remove(["correction"], undo=True)
        assert assistant.ask(story.price).short == story.right
        summaries = {item.article_id: item for item in assistant.sources()}
        assert summaries["launch"].corrected_by == ("correction",)
        assert summaries["correction"].corrects == ("launch",)
        assert assistant.status().library.problems == ()


def test_copies_collapse_and_another_figure_does_not(desk: Desk) -> None:
    story = desk.story
    for name in ("launch", "wire", "heavier"):
        desk.put(name)
    desk.put("launch", as_name="again")
    with Assistant.open(desk.settings) as assistant:
        assistant.index([desk.folder])
        # Our own before the agency's, though that is earlier; byte copies by their names.
        assert shown(assistant) == {"again", "heavier"}
        hits = assistant.search(story.price, top_k=10)
        assert {hit.passage.article_id for hit in hits} == {"again", "heavier"}
        (top,) = {hit.copies for hit in hits if hit.passage.article_id == "again"}
        assert [copy.article_id for copy in top] == ["launch", "wire"]
        assert search_json(None, "", hits)["hits"]
        answer = assistant.ask(story.price)
        assert {copy.article_id for one in answer.citations if one.article_id == "again" for copy in one.copies} == {
            "launch",
            "wire",
        }
        # Each in turn takes over from the one withdrawn.
        assistant.remove(["again"])
        assert shown(assistant) == {"launch", "heavier"}
        assistant.remove(["launch"])
        assert shown(assistant) == {"wire", "heavier"}
        assert "wire" in {hit.passage.article_id for hit in assistant.search(story.price, top_k=10)}


def test_a_correction_holds_for_the_copies_of_what_it_names(desk: Desk) -> None:
    desk.put("launch")
    desk.put("wire")
    desk.put("correction")
    with Assistant.open(desk.settings) as assistant:
        assistant.index([desk.folder])
        assistant.remove(["launch"])
        answer = assistant.ask(desk.story.price)
        assert answer.short == desk.story.right
        assert answer.corrections[0].now == desk.story.right


def test_what_is_withheld_is_seen_nowhere_at_once(desk: Desk) -> None:
    story = desk.story
    desk.put("launch")
    ends = datetime.now(UTC) + timedelta(seconds=8)
    desk.put("spring", embargo_until=ends.isoformat(timespec="seconds"))
    with Assistant.open(desk.settings) as assistant, Assistant.open(desk.settings) as serving:
        assistant.index([desk.folder])
        waiting = serving.ask(story.spring)
        if datetime.now(UTC) < ends:  # a slow machine may be past it
            assert "spring" not in {one.article_id for one in waiting.citations}
        assert serving.ask(story.price).short == story.wrong

        assistant.remove(["launch"])
        gone = serving.ask(story.price)
        assert "launch" not in {one.citation.article_id for one in gone.nearest}
        assert gone.short is None
        assert "launch" not in {hit.passage.article_id for hit in serving.search(story.price, top_k=20)}
        assert serving.ask(story.price, as_of=date(2026, 3, 5)).status is AnswerStatus.REFUSED
        (claim,) = serving.check(story.files["launch"][1].split("。" if story.lang == "ja" else ". ")[0]).claims
        assert claim.verdict is not Verdict.SUPPORTED
        with pytest.raises(CorpusError, match="withdrawn"):
            serving.show("launch", reader=True)
        marked = serving.show("launch", 1)
        assert marked.metadata.withdrawn
        assert {item.article_id: item.standing for item in serving.sources()}["launch"] == "removed"

        while datetime.now(UTC) < ends + timedelta(seconds=1):
            time.sleep(0.2)
        lifted = serving.ask(story.spring)  # nothing was written: the embargo ended by itself
        assert "spring" in {one.article_id for one in lifted.citations}


def test_a_new_version_supersedes_and_old_days_keep_the_old_one(desk: Desk) -> None:
    story = desk.story
    text = story.files["launch"][1]
    desk.put("launch")
    desk.put("spring")
    with Assistant.open(desk.settings) as assistant:
        assistant.index([desk.folder])
        first = assistant.ask(story.price).citations[0]
        desk.put("launch", body=text.replace(story.wrong, story.right), updated="2026-03-08")
        words = story.files["spring"][1]
        desk.put("spring", as_name="summer", supersedes="spring", date="2026-03-12", body=words.replace("4", "6"))
        assistant.index([desk.folder])
        assert assistant.ask(story.price).short == story.right
        assert assistant.ask(story.price, as_of=date(2026, 3, 7)).short == story.wrong
        assert assistant.ask(story.price, as_of=date(2026, 3, 8)).short == story.right
        older = assistant.ask(story.price, as_of=date(2026, 3, 7)).citations[0]
        assert (older.version, older.quote) == (1, first.quote)
        assert assistant.show("launch", 1).text[first.start : first.end] == first.quote
        assert [item.version for item in assistant.history("launch")] == [2, 1]
        # The article that another replaces is gone from answers, and the answer says what it replaces.
        replaced = assistant.ask(story.spring)
        assert {one.article_id for one in replaced.citations} == {"summer"}
        assert [(note.kind, note.article_id) for note in replaced.corrections] == [("article", "spring")]
        assert {item.article_id: item.standing for item in assistant.sources()}["spring"] == "superseded"
        assert {one.article_id for one in assistant.ask(story.spring, as_of=date(2026, 3, 11)).citations} == {"spring"}


def test_a_correction_that_names_nothing_is_reported(desk: Desk) -> None:
    desk.put("launch")
    desk.put("correction", corrects="2026-02-30-nothing")
    desk.put("spring", corrects="launch")
    with Assistant.open(desk.settings) as assistant:
        assistant.index([desk.folder])
        problems = assistant.status().library.problems
        assert len(problems) == 2
        assert "'2026-02-30-nothing', which is no article of the library" in problems[0]
        assert "which statement is wrong could not be told" in problems[1]
        answer = assistant.ask(desk.story.weight)
        assert [note.kind for note in answer.corrections] == ["unplaced"]


def test_the_command_line_tells_an_editor(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(desk.settings.home))
    monkeypatch.setenv("ASSISTANT_GLOSSARY", str(desk.settings.glossary))
    monkeypatch.setenv("ASSISTANT_RETRIEVE__DENSE", "exact")
    for name in ("launch", "wire", "correction"):
        desk.put(name)
    assert main(["index", str(desk.folder)]) == 0
    desk.put("launch", body=desk.story.files["launch"][1] + "\n\n" + desk.story.files["spring"][1])
    assert main(["index", str(desk.folder)]) == 0
    capsys.readouterr()
    assert main(["sources"]) == 0
    listed = capsys.readouterr().out
    assert "v2" in listed
    assert "corrected by correction" in listed
    assert "corrects launch" in listed
    assert main(["show", "launch", "--version", "1"]) == 0
    printed = capsys.readouterr()
    assert "launch, version 1 of 2" in printed.err
    assert desk.story.wrong in printed.out
    assert main(["show", "launch", "--json"]) == 0
    assert [item["version"] for item in json.loads(capsys.readouterr().out)["versions"]] == [2, 1]
    assert main(["ask", desk.story.price, "--as-of", "2026-03-05", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["as_of"] == "2026-03-05"
    assert main(["ask", desk.story.price]) == 0
    assert desk.story.right in capsys.readouterr().out
    assert main(["status"]) == 0
    assert "corrected" in capsys.readouterr().out
