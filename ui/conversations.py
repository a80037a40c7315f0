"""Conversations kept on the server, each for the viewer who had it.

One SQLite file in the state folder. Answers are kept as typed data, not as HTML: they are checked again
whenever they are shown, since an article may have been withdrawn meanwhile.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter

from assistant.errors import ConfigError
from assistant.text.normalise import normalise
from assistant.types import Answer, AnswerSentence
from ui.chat import Conversation, Filters, Turn, TurnState

SCHEMA_VERSION = 1
FILE_NAME = "conversations.sqlite3"
TURNS_MAX = 200
"""Questions in one conversation."""
CONVERSATIONS_MAX = 500
"""Conversations of one viewer; beyond it the one that was quiet longest goes."""
KEPT_DAYS = 400
"""How long a quiet conversation is kept: no browser keeps its cookie longer."""
TITLE_CHARS = 120
_LISTED = 200
_NEEDED = 20
_BUSY_SECONDS = 10
_SCHEMA = """
CREATE TABLE conversations (
  id TEXT PRIMARY KEY, user TEXT NOT NULL, title TEXT NOT NULL, created TEXT NOT NULL, changed TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX conversations_of_user ON conversations (user, changed);
CREATE TABLE turns (
  conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  question TEXT NOT NULL,
  filters TEXT NOT NULL,
  state TEXT NOT NULL,
  asked TEXT NOT NULL,
  sentences TEXT NOT NULL DEFAULT '[]',
  answer TEXT,
  error TEXT NOT NULL DEFAULT '',
  words TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (conversation, number)
) WITHOUT ROWID;
"""

_ANSWER = TypeAdapter(Answer)
_SENTENCES = TypeAdapter(tuple[AnswerSentence, ...])


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of the list of conversations."""

    id: str
    title: str
    changed: str  # ISO 8601, UTC
    turns: int


class FullError(ConfigError):
    """A conversation has as many questions as it may have."""


class ConversationStore:
    """Everybody's conversations. Safe to share between threads; several processes may use one file.

    Every method takes the user first and finds only what is that user's.

    Args:
        path: The file; None keeps everything in memory.

    Raises:
        ConfigError: The file is damaged, or was written by a newer version.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = sqlite3.connect(
                path or ":memory:", timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            if path is not None:
                path.chmod(0o600)
            for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "secure_delete = ON"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._prepare(path)
        except sqlite3.Error as exc:
            raise ConfigError(
                f"The conversations in {str(path)!r} cannot be opened: {exc}. Move the file away to begin anew."
            ) from exc

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _prepare(self, path: Path | None) -> None:
        with self._write() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > SCHEMA_VERSION:
                raise ConfigError(
                    f"The conversations in {str(path)!r} have format {version}, this version reads {SCHEMA_VERSION}. "
                    "Update the assistant, or move the file away."
                )
            if version == 0:
                for statement in filter(str.strip, _SCHEMA.split(";")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            old = datetime.now(UTC) - timedelta(days=KEPT_DAYS)
            connection.execute("DELETE FROM conversations WHERE changed < ?", (_stamp(old),))

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _read(self, query: str, values: Sequence[object]) -> list[tuple[str, ...]]:
        with self._lock:
            return self._connection.execute(query, tuple(values)).fetchall()

    # -- asking --------------------------------------------------------------------------------

    def ask(
        self, user: str, question: str, *, conversation: str | None, number: int | None, filters: Filters
    ) -> tuple[Conversation, int] | None:
        """Put down a question before it is answered.

        Args:
            user: Whose conversation it is.
            question: What was asked.
            conversation: Which one; None begins a new one.
            number: The turn it replaces; None adds one. Where turns follow the replaced one, the new question
                and what stood before it become a conversation of their own, and nothing is lost.
            filters: What it is to be answered from.

        Returns:
            The end of the conversation as it stands now, with the number of the turn to answer; None when
            there is no such conversation or turn of this user.

        Raises:
            FullError: The conversation has :data:`TURNS_MAX` turns.
        """
        owner, now = _owner(user), _stamp(datetime.now(UTC))
        with self._write() as connection:
            if conversation is None:
                target = self._begin(connection, owner, question, now)
                place = 1
            else:
                if not self._owns(connection, owner, conversation):
                    return None
                (last,) = connection.execute(
                    "SELECT coalesce(max(number), 0) FROM turns WHERE conversation = ?", (conversation,)
                ).fetchone()
                if number is not None and not 1 <= number <= last:
                    return None
                target, place = conversation, last + 1 if number is None else number
                if place < last:
                    target = self._begin(connection, owner, question, now)
                    connection.execute(
                        "INSERT INTO turns SELECT ?, number, question, filters, state, asked, sentences, answer, error, words "
                        "FROM turns WHERE conversation = ? AND number < ?",
                        (target, conversation, place),
                    )
                if place > TURNS_MAX:
                    raise FullError(f"This conversation has {TURNS_MAX} questions. Begin a new one.")
            connection.execute("DELETE FROM turns WHERE conversation = ? AND number = ?", (target, place))
            connection.execute(
                "INSERT INTO turns (conversation, number, question, filters, state, asked, words) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (target, place, question, filters.to_json(), TurnState.WORKING, now, normalise(question)),
            )
            connection.execute("UPDATE conversations SET changed = ? WHERE id = ?", (now, target))
        found = self.conversation(user, target, until=place)
        return (found, place) if found is not None else None

    def retry(self, user: str, conversation: str, number: int) -> Conversation | None:
        """Open a turn again with its own question and filters; what follows it stays."""
        with self._write() as connection:
            if not self._owns(connection, _owner(user), conversation):
                return None
            changed = connection.execute(
                "UPDATE turns SET state = ?, sentences = '[]', answer = NULL, error = '' "
                "WHERE conversation = ? AND number = ?",
                (TurnState.WORKING, conversation, number),
            ).rowcount
        return self.conversation(user, conversation, until=number) if changed else None

    def settle(self, user: str, conversation: str, turn: Turn) -> None:
        """Keep what came of a question. A turn that was deleted meanwhile stays deleted."""
        text = turn.answer.text if turn.answer is not None else " ".join(item.text for item in turn.sentences)
        with self._write() as connection:
            if self._owns(connection, _owner(user), conversation):
                connection.execute(
                    "UPDATE turns SET state = ?, sentences = ?, answer = ?, error = ?, words = ? "
                    "WHERE conversation = ? AND number = ? AND question = ?",
                    (
                        turn.state,
                        _SENTENCES.dump_json(turn.sentences).decode(),
                        _ANSWER.dump_json(turn.answer).decode() if turn.answer is not None else None,
                        turn.error,
                        f"{normalise(turn.question)}\n{normalise(text)}",
                        conversation,
                        turn.number,
                        turn.question,
                    ),
                )

    def _begin(self, connection: sqlite3.Connection, owner: str, question: str, now: str) -> str:
        identifier = secrets.token_urlsafe(18)
        connection.execute(
            "INSERT INTO conversations VALUES (?, ?, ?, ?, ?)", (identifier, owner, _title(question), now, now)
        )
        connection.execute(
            "DELETE FROM conversations WHERE id IN "
            "(SELECT id FROM conversations WHERE user = ? ORDER BY changed DESC, id LIMIT -1 OFFSET ?)",
            (owner, CONVERSATIONS_MAX),
        )
        return identifier

    @staticmethod
    def _owns(connection: sqlite3.Connection, owner: str, conversation: str) -> bool:
        query = "SELECT 1 FROM conversations WHERE id = ? AND user = ?"
        return connection.execute(query, (conversation, owner)).fetchone() is not None

    # -- looking -------------------------------------------------------------------------------

    def conversation(self, user: str, conversation: str, *, until: int | None = None) -> Conversation | None:
        """One conversation; None when this user has no such conversation.

        Args:
            user: Whose it is.
            conversation: Which one.
            until: Only this turn and the few before it that a follow-up may need; all turns by default.
        """
        rows = self._read("SELECT title FROM conversations WHERE id = ? AND user = ?", (conversation, _owner(user)))
        if not rows:
            return None
        turns = self._read(
            "SELECT number, question, filters, state, asked, sentences, answer, error FROM turns "
            "WHERE conversation = ? AND number BETWEEN ? AND ? ORDER BY number",
            (conversation, 1 if until is None else until - _NEEDED, TURNS_MAX if until is None else until),
        )
        return Conversation(conversation, rows[0][0], tuple(_turn(row) for row in turns))

    def conversations(self, user: str, search: str = "") -> list[Summary]:
        """This user's conversations, the latest first; with ``search`` those in which all its words stand."""
        query = (
            "SELECT c.id, c.title, c.changed, (SELECT count(*) FROM turns t WHERE t.conversation = c.id) "
            "FROM conversations c WHERE c.user = ?"
        )
        values: list[object] = [_owner(user)]
        for word in normalise(search).split()[:8]:
            pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
            query += (
                " AND (c.title LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM turns t WHERE t.conversation = c.id "
                "AND t.words LIKE ? ESCAPE '\\'))"
            )
            values += [pattern, pattern]
        rows = self._read(f"{query} ORDER BY c.changed DESC, c.id LIMIT {_LISTED}", values)
        return [Summary(row[0], row[1], row[2], int(row[3])) for row in rows]

    # -- keeping order -------------------------------------------------------------------------

    def rename(self, user: str, conversation: str, title: str) -> bool:
        """Give a conversation another title; False when there is no such conversation of this user."""
        with self._write() as connection:
            return bool(
                connection.execute(
                    "UPDATE conversations SET title = ? WHERE id = ? AND user = ?",
                    (_title(title), conversation, _owner(user)),
                ).rowcount
            )

    def delete(self, user: str, conversation: str) -> bool:
        """Forget a conversation; False when there is no such conversation of this user."""
        with self._write() as connection:
            return bool(
                connection.execute(
                    "DELETE FROM conversations WHERE id = ? AND user = ?", (conversation, _owner(user))
                ).rowcount
            )


def _owner(user: str) -> str:
    """What stands in the file for a user: a visitor's name is the secret of a cookie."""
    return hashlib.blake2b(user.encode(), digest_size=20).hexdigest()


def _title(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= TITLE_CHARS else f"{flat[: TITLE_CHARS - 1]}…"


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def _turn(row: Sequence[str]) -> Turn:
    number, question, filters, state, asked, sentences, answer, error = row
    turn = Turn(question, number=int(number), state=TurnState(state), asked=asked, error=error)
    try:
        return replace(
            turn,
            filters=Filters.from_json(filters),
            sentences=_SENTENCES.validate_json(sentences),
            answer=_ANSWER.validate_json(answer) if answer else None,
        )
    except ValueError:
        # Written by another version, or damaged: the question is still there to be asked again.
        return replace(turn, state=TurnState.UNREADABLE)
