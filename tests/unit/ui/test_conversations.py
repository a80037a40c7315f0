"""Conversations are kept, each for its own user."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.scope import Scope
from assistant.types import AnswerSentence
from tests.fakes import cite_words, make_answer, make_article, trainium_assistant
from ui import conversations
from ui.chat import Filters, Turn, TurnState
from ui.conversations import FILE_NAME, ConversationStore, FullError

ARTICLE = make_article("a1", "題名", ("質量は1.2 kgです。",))
ANSWER = make_answer("質量は？", ("質量は1.2 kgです。", cite_words(ARTICLE, "質量は1.2 kgです。")), short="1.2 kg")
NONE = Filters()


@pytest.fixture
def store() -> ConversationStore:
    return ConversationStore()


def asked(store: ConversationStore, user: str, *questions: str) -> str:
    """A conversation of these questions, each answered."""
    identifier: str | None = None
    for question in questions:
        found = store.ask(user, question, conversation=identifier, number=None, filters=NONE)
        assert found is not None
        identifier, number = found[0].id, found[1]
        store.settle(
            user, identifier, Turn(question, number, TurnState.ANSWERED, answer=replace(ANSWER, question=question))
        )
    assert identifier is not None
    return identifier


def questions(store: ConversationStore, user: str, conversation: str) -> list[str]:
    found = store.conversation(user, conversation)
    assert found is not None
    return [turn.question for turn in found.turns]


def test_answers_survive_a_restart_to_the_letter(tmp_path: Path) -> None:
    answers = [item for item in trainium_assistant().answers.values() if not isinstance(item, Exception)]
    first = ConversationStore(tmp_path / FILE_NAME)
    identifier = asked(first, "u", *(item.question for item in answers))
    for number, answer in enumerate(answers, start=1):
        first.settle("u", identifier, Turn(answer.question, number, TurnState.ANSWERED, answer=answer))
    filters = Filters(Scope(("a1",), date(2026, 1, 1), None, "ja"), date(2026, 3, 5))
    first.ask("u", "絞る", conversation=identifier, number=None, filters=filters)
    stopped = Turn("絞る", len(answers) + 1, TurnState.STOPPED, sentences=(AnswerSentence("半分。", (1,)),))
    first.settle("u", identifier, stopped)
    first.close()
    again = ConversationStore(tmp_path / FILE_NAME).conversation("u", identifier)
    assert again is not None
    assert [turn.answer for turn in again.turns[:-1]] == answers
    assert (again.turns[-1].filters, again.turns[-1].sentences) == (filters, stopped.sentences)
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o077 == 0, "nobody else on this machine reads it"


def test_nobody_finds_changes_or_deletes_what_is_anothers(store: ConversationStore) -> None:
    mine = asked(store, "me", "私の質問")
    before = store.conversation("me", mine)
    assert store.conversation("you", mine) is None
    assert store.conversations("you") == []
    assert store.ask("you", "割り込み", conversation=mine, number=None, filters=NONE) is None
    assert store.ask("you", "割り込み", conversation=mine, number=1, filters=NONE) is None
    assert store.retry("you", mine, 1) is None
    assert not store.rename("you", mine, "別名")
    assert not store.delete("you", mine)
    store.settle("you", mine, Turn("私の質問", 1, TurnState.FAILED, error="x"))
    assert store.conversation("me", mine) == before


def test_the_user_is_not_written_down(tmp_path: Path) -> None:
    store = ConversationStore(tmp_path / FILE_NAME)
    asked(store, "visitor:secret-cookie", "質問")
    store.close()
    assert b"secret-cookie" not in (tmp_path / FILE_NAME).read_bytes()


def test_editing_the_last_question_replaces_it_and_an_earlier_one_branches(store: ConversationStore) -> None:
    first = asked(store, "u", "一", "二", "三")
    found = store.ask("u", "三の改", conversation=first, number=3, filters=NONE)
    assert found is not None
    assert (found[0].id, found[1]) == (first, 3)
    assert questions(store, "u", first) == ["一", "二", "三の改"]
    found = store.ask("u", "二の改", conversation=first, number=2, filters=NONE)
    assert found is not None
    assert found[0].id != first
    assert found[1] == 2
    assert questions(store, "u", found[0].id) == ["一", "二の改"]
    assert found[0].turns[0].answer is not None
    assert questions(store, "u", first) == ["一", "二", "三の改"], "nothing is lost"
    assert store.ask("u", "九", conversation=first, number=9, filters=NONE) is None


def test_asking_again_keeps_what_follows(store: ConversationStore) -> None:
    identifier = asked(store, "u", "一", "二")
    found = store.retry("u", identifier, 1)
    assert found is not None
    assert [turn.state for turn in found.turns] == [TurnState.WORKING], "what follows is not needed for the answer"
    assert found.turns[0].answer is None
    whole = store.conversation("u", identifier)
    assert whole is not None
    assert [turn.state for turn in whole.turns] == [TurnState.WORKING, TurnState.ANSWERED]
    assert store.retry("u", identifier, 3) is None


def test_an_answer_to_a_question_that_was_changed_meanwhile_is_not_kept(store: ConversationStore) -> None:
    identifier = asked(store, "u", "一")
    store.ask("u", "一の改", conversation=identifier, number=1, filters=NONE)
    store.settle("u", identifier, Turn("一", 1, TurnState.ANSWERED, answer=ANSWER))
    found = store.conversation("u", identifier)
    assert found is not None
    assert found.turns[0].state is TurnState.WORKING


@pytest.mark.parametrize(
    ("search", "found"),
    [("質量", True), ("ＫＧ", True), ("1.2 一", True), ("100%", False), ("_", False), ("ない", False)],
)
def test_search_looks_into_questions_and_answers(store: ConversationStore, search: str, found: bool) -> None:
    asked(store, "u", "一")
    assert bool(store.conversations("u", search)) is found


def test_titles(store: ConversationStore) -> None:
    identifier = asked(store, "u", "長い" * 100)
    assert len(store.conversations("u")[0].title) == conversations.TITLE_CHARS
    assert store.rename("u", identifier, " 投資の\n話 ")
    assert store.conversations("u")[0].title == "投資の 話"
    assert store.delete("u", identifier)
    assert store.conversations("u") == []
    assert store.conversation("u", identifier) is None


def test_limits(monkeypatch: pytest.MonkeyPatch, store: ConversationStore) -> None:
    monkeypatch.setattr(conversations, "TURNS_MAX", 2)
    monkeypatch.setattr(conversations, "CONVERSATIONS_MAX", 2)
    full = asked(store, "u", "一", "二")
    with pytest.raises(FullError, match="2 questions"):
        store.ask("u", "三", conversation=full, number=None, filters=NONE)
    assert questions(store, "u", full) == ["一", "二"]
    for _ in range(3):
        last = asked(store, "u", "次")
    assert len(store.conversations("u")) == 2
    assert store.conversations("u")[0].id == last
    assert store.conversation("u", full) is None, "the one that was quiet longest went"


def test_what_cannot_be_read_leaves_its_question(tmp_path: Path) -> None:
    store = ConversationStore(tmp_path / FILE_NAME)
    identifier = asked(store, "u", "一", "二")
    store.close()
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("""UPDATE turns SET answer = '{"question": 3}' WHERE number = 1""")
        connection.execute("UPDATE turns SET filters = '[]' WHERE number = 2")
    found = ConversationStore(tmp_path / FILE_NAME).conversation("u", identifier)
    assert found is not None
    assert [(turn.question, turn.state) for turn in found.turns] == [
        ("一", TurnState.UNREADABLE),
        ("二", TurnState.UNREADABLE),
    ]


def test_a_newer_or_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    ConversationStore(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(ConfigError, match="format 99"):
        ConversationStore(path)
    other = tmp_path / "other" / FILE_NAME
    other.parent.mkdir()
    other.write_bytes(b"not a database" * 1000)
    with pytest.raises(ConfigError, match=r"conversations\.sqlite3.*Move the file away"):
        ConversationStore(other)


def test_quiet_conversations_are_forgotten(tmp_path: Path) -> None:
    store = ConversationStore(tmp_path / FILE_NAME)
    old, new = asked(store, "u", "古い"), asked(store, "u", "新しい")
    store.close()
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("UPDATE conversations SET changed = '2020-01-01T00:00:00+00:00' WHERE id = ?", (old,))
    again = ConversationStore(tmp_path / FILE_NAME)
    assert [item.id for item in again.conversations("u")] == [new]


def test_what_was_withdrawn_is_not_shown_again(store: ConversationStore) -> None:
    identifier = asked(store, "u", "一", "二")
    found = store.conversation("u", identifier)
    assert found is not None
    assert found.checked(frozenset({"other"}), lambda _: True) == found
    taken = found.checked(frozenset({"a1"}), lambda _: True)
    assert [turn.state for turn in taken.turns] == [TurnState.WITHDRAWN] * 2
    assert all(turn.answer is None for turn in taken.turns)
    assert taken.history_before(3) == ()
    assert found.checked(frozenset(), lambda citation: False).turns[0].state is TurnState.WITHDRAWN
    assert found.history_before(2) == (("一", ANSWER.text),)
