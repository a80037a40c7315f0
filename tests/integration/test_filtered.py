"""A filter never lets a word of an article outside it into an answer, by whatever way."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.bundled import bundled_corpus
from assistant.cli import main
from assistant.errors import ConfigError
from assistant.schema import answer_json, search_json
from assistant.scope import Scope
from assistant.types import AnswerStatus

QUESTIONS = (
    "Trainium3のメモリ容量は？",
    "Trainium3とTrainium2のメモリ帯域幅の差は？",
    "Trainium3はTrainium2の何倍速いですか？",
    "Trainiumのメモリ容量は？",
    "メモリ容量が最大のチップはどれですか？",
    "Trainium3はいつ一般提供が始まりましたか？",
    "Trainium3の性能は4.4倍ですか？",
    "Trainium3のメモリは999GBですが、帯域幅は？",
    "AWSはAnthropicにいくら投資しましたか？",
    "「Trainium3」の記事を書いたのは誰ですか？",
    "UltraServerとは何ですか？",
    "Which chip has more memory, Trainium3 or Trainium2?",
    "When did Trainium3 become generally available?",
    "ドイツの首相は誰ですか？",
)
SCOPES = (
    Scope(("articles",)),
    Scope(("specs",)),
    Scope(lang="en"),
    Scope(published_to=date(2025, 12, 4)),
    Scope(published_from=date(2026, 8, 26), lang="ja"),
    Scope(("2025-12-03-trainium3-launch",)),
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    root = tmp_path_factory.mktemp("scope")
    for path in [
        *sorted(bundled_corpus().glob("*/*rainium*")),
        bundled_corpus() / "articles" / "2026-09-16-hbm-memory.md",
    ]:
        target = root / "corpus" / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    settings = Settings(home=root / "home", retrieve={"dense": "exact"})  # type: ignore[arg-type]
    with Assistant.open(settings) as opened:
        opened.index([root / "corpus"])
        yield opened


def named(value: object) -> set[str]:
    """Every article id in a piece of JSON."""
    if isinstance(value, dict):
        own = {value["article_id"]} if "article_id" in value else set()
        return own.union(*map(named, value.values()))
    return set().union(*map(named, value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_nothing_outside_is_shown(assistant: Assistant, scope: Scope) -> None:
    inside = {
        item.article_id
        for item in assistant.sources()
        if scope.admits(
            article_id=item.article_id,
            lang=item.lang,
            published=item.published,
            url=item.url,
            source_path=item.source_path,
        )
    }
    assert 0 < len(inside) < len(assistant.sources())
    shown = 0
    for day in (None, date(2026, 9, 1)):
        for question in QUESTIONS if day is None else QUESTIONS[::4]:
            history = (("Trainium2のメモリ容量は？", "96 GB"),)
            answer = assistant.ask(question, scope=scope, as_of=day, history=history)
            found = named(json.loads(json.dumps(answer_json(None, answer))))
            assert found <= inside, (question, found - inside)
            shown += len(found)
    hits = [hit for question in QUESTIONS for hit in assistant.search(question, top_k=30, scope=scope)]
    assert {hit.passage.article_id for hit in hits} <= inside
    assert {copy.article_id for hit in hits for copy in hit.copies} <= inside
    assert shown, "a filter that lets nothing through proves nothing"


def test_a_narrow_filter_still_finds_its_passages(assistant: Assistant) -> None:
    for summary in assistant.sources():
        text = assistant.show(summary.article_id).text
        words = text[len(text) // 2 :][:60]
        hits = assistant.search(words, top_k=3, scope=Scope((summary.article_id,)))
        assert hits, summary.article_id
        assert {hit.passage.article_id for hit in hits} == {summary.article_id}


def test_filters_answer_where_the_answer_is(assistant: Assistant) -> None:
    told = assistant.ask("Trainium3のメモリ容量は？", scope=Scope(("2025-12-03-trainium3-launch",)))
    assert told.status is not AnswerStatus.REFUSED
    assert "144" in (told.short or "")
    refused = assistant.ask("Trainium3のメモリ容量は？", scope=Scope(published_to=date(2024, 12, 31)))
    assert refused.status is AnswerStatus.REFUSED


def test_an_unknown_source_is_named(assistant: Assistant) -> None:
    with pytest.raises(ConfigError, match="called 'nowhere'"):
        assistant.ask("何？", scope=Scope(("articles", "nowhere")))


def test_a_correction_outside_is_not_shown_and_not_ignored(tmp_path: Path) -> None:
    files = {
        "launch": (
            "キサラギ電機、卓上ロボットK7を発売",
            "2026-03-02",
            "K7の価格は1台12万円だ。\n\nK7の質量は3.4kgである。",
        ),
        "fix": (
            "訂正：K7の価格",
            "2026-03-10",
            "「キサラギ電機、卓上ロボットK7を発売」で、K7の価格を12万円としたのは、15万円の誤りでした。",
        ),
    }
    for name, (title, day, body) in files.items():
        (tmp_path / "c").mkdir(exist_ok=True)
        head = f"---\nid: {name}\ntitle: {title}\ndate: {day}\n---\n\n"
        (tmp_path / "c" / f"{name}.md").write_text(head + body, encoding="utf-8")
    settings = Settings(home=tmp_path / "home", retrieve={"dense": "exact"})  # type: ignore[arg-type]
    with Assistant.open(settings) as assistant:
        assistant.index([tmp_path / "c"])
        assert "15万円" in assistant.ask("K7の価格は？").text
        older = Scope(published_to=date(2026, 3, 5))
        told = assistant.ask("K7の価格は？", scope=older)
        assert named(json.loads(json.dumps(answer_json(None, told)))) == {"launch"}
        assert "15万円" not in json.dumps(answer_json(None, told), ensure_ascii=False)
        assert told.short != "12万円"
        assert "絞り込みの外" in told.notice
        assert assistant.ask("K7の質量は？", scope=older).short == "3.4kg"


def test_the_command_line_filters_and_remembers(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(assistant.settings.home))
    monkeypatch.setenv("ASSISTANT_RETRIEVE__DENSE", "exact")
    turns = tmp_path / "turns.jsonl"
    turns.write_text('{"question": "Trainium3のメモリ容量は？", "text": "144 GB"}\n', encoding="utf-8")
    filters = ["--source", "specs", "--in-lang", "ja"]
    assert main(["ask", "帯域幅は？", "--history", str(turns), "--json", *filters]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rewritten"] == "Trainium3の帯域幅は?"
    assert {item["article_id"] for item in told["citations"]} <= {
        item.article_id for item in assistant.sources() if Path(item.source_path).parent.name == "specs"
    }
    assert main(["search", "Trainium3", "--from", "2026-08-26", "--to", "2026-12-31", "--json"]) == 0
    dates = {item.article_id: item.published or "" for item in assistant.sources()}
    hits = json.loads(capsys.readouterr().out)["hits"]
    assert hits
    assert all(dates[hit["article_id"]] >= "2026-08-26" for hit in hits)
    for wrong, words in (
        (["--from", "yesterday"], "--from 'yesterday' is not a date"),
        (["--source", "nowhere"], "called 'nowhere'"),
        (["--from", "2026-03-02", "--to", "2026-03-01"], "is after the last"),
    ):
        assert main(["ask", "何？", *wrong]) == 2
        assert words in capsys.readouterr().err
    turns.write_text('{"q": 1}\n', encoding="utf-8")
    assert main(["ask", "何？", "--history", str(turns)]) == 2
    assert "line 1" in capsys.readouterr().err


def test_search_json_is_unchanged_without_a_filter(assistant: Assistant) -> None:
    question = "Trainium3のメモリ容量は？"
    plain = search_json(None, question, assistant.search(question, top_k=5))
    everything = Scope(published_from=None, lang=None)
    assert search_json(None, question, assistant.search(question, top_k=5, scope=everything)) == plain


def test_an_article_knows_what_corrects_it(assistant: Assistant) -> None:
    corrected = [item for item in assistant.sources() if item.corrected_by]
    assert corrected, "the corpus has a correction"
    for item in corrected:
        assert [one.article_id for one in assistant.related(item.article_id).corrected_by] == list(item.corrected_by)
        assert all(one.published for one in assistant.related(item.article_id).corrected_by)
