"""Who may sign in: users, sessions and API keys, in one SQLite file of the state folder.

Passwords are stored as argon2id hashes, session tokens and API keys as SHA-256: those are random and
long, so nobody can find them by trying. Several processes may use the file at once, so that
``assistant user remove`` takes effect in a running server with its next request.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import ConfigError
from ui.viewer import Role

if TYPE_CHECKING:
    from argon2 import PasswordHasher

FILE = "accounts.sqlite3"
NAME_CHARS = 64
PASSWORD_CHARS = (12, 1024)
"""Shortest and longest password. The upper end bounds the work of hashing."""
SESSION_DAYS = 30
"""After so many days everybody signs in again, however often they came by."""
ADDRESS_FACTOR = 5
"""Failures allowed to an address, as a multiple of those allowed to an account: offices share addresses."""
_SEEN_SECONDS = 60.0
"""How exact "last used" is: writing it with every request would be a write with every request."""
_HASHERS = 2
"""Passwords checked at a time: each takes 64 MiB and a core for some 50 ms."""
_NAME = re.compile(r"\w[\w.@+\-]*")
_KEY = re.compile(r"aa_([0-9a-f]{12})_([\w-]{43})")

_TABLES = """
CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, role INTEGER NOT NULL, password TEXT NOT NULL, created REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS sessions (
    token TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    created REAL NOT NULL, seen REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS api_keys (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, role INTEGER NOT NULL, secret TEXT NOT NULL,
    created REAL NOT NULL, used REAL
);
CREATE TABLE IF NOT EXISTS failures (who TEXT PRIMARY KEY, count INTEGER NOT NULL, last REAL NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with a password. ``user_id`` is new with every account, also when a name is used again."""

    user_id: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A program's key; the secret itself is shown once, when it is made. Times are seconds since 1970."""

    key_id: str
    name: str
    role: Role
    created: float
    used: float | None


class LockedError(Exception):
    """Too many failures: no password is looked at for ``seconds`` more."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"locked for {seconds:.0f} s")
        self.seconds = max(1, round(seconds))


class Accounts:
    """The accounts of one state folder. Safe to share between threads.

    Args:
        home: The state folder; it is made when it is missing.
        session_hours: A session that was not used for so long has ended.
        lockout_failures: Wrong passwords in a row after which an account is locked.
        lockout_minutes: For how long.
        now: The clock, in seconds since 1970.
        hasher: How passwords are hashed; argon2id with the library's parameters (RFC 9106) by default.
    """

    def __init__(
        self,
        home: Path,
        *,
        session_hours: float = 12,
        lockout_failures: int = 10,
        lockout_minutes: float = 15,
        now: Callable[[], float] = time.time,
        hasher: PasswordHasher | None = None,
    ) -> None:
        self._path = home / FILE
        self._session_seconds = session_hours * 3600
        self._lockout_failures = lockout_failures
        self._lockout_seconds = lockout_minutes * 60
        self._now = now
        self._local = threading.local()
        self._hashing = threading.BoundedSemaphore(_HASHERS)
        self._hasher = hasher
        self._nobody = ""
        self._background = ThreadPoolExecutor(1, thread_name_prefix="accounts")
        try:
            home.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600, exist_ok=True)
            with self._writing() as db:
                for statement in _TABLES.split(";"):
                    db.execute(statement)
        except (OSError, sqlite3.Error) as exc:
            raise ConfigError(f"The accounts file {str(self._path)!r} cannot be used: {exc}. Check `home`.") from exc

    # -- users ---------------------------------------------------------------------------------

    def add_user(self, name: str, password: str, role: Role) -> User:
        """Raises: ConfigError: The name is taken or unusable, or the password too short."""
        name = _checked_name(name)
        user = User(secrets.token_hex(8), name, role)
        hashed = self._hash(password)
        with self._writing() as db:
            try:
                db.execute(
                    "INSERT INTO users VALUES (?, ?, ?, ?, ?)",
                    (user.user_id, name, int(role), hashed, self._now()),
                )
            except sqlite3.IntegrityError as exc:
                raise ConfigError(f"There is a user {name!r} already. Choose another name.") from exc
        return user

    def users(self) -> list[User]:
        rows = self._db().execute("SELECT id, name, role FROM users ORDER BY name")
        return [User(user_id, name, Role(role)) for user_id, name, role in rows]

    def remove_user(self, name: str) -> None:
        """The user is gone, and so is every session."""
        with self._writing() as db:
            self._one(db.execute("DELETE FROM users WHERE name = ?", (_folded(name),)), name)

    def set_role(self, name: str, role: Role) -> None:
        """In force with the user's next request."""
        with self._writing() as db:
            self._one(db.execute("UPDATE users SET role = ? WHERE name = ?", (int(role), _folded(name))), name)

    def set_password(self, name: str, password: str) -> None:
        """Ends all sessions of the user, and a lockout of the account."""
        hashed = self._hash(password)
        with self._writing() as db:
            self._one(db.execute("UPDATE users SET password = ? WHERE name = ?", (hashed, _folded(name))), name)
            db.execute(
                "DELETE FROM sessions WHERE user_id = (SELECT id FROM users WHERE name = ?)",
                (_folded(name),),
            )
            db.execute("DELETE FROM failures WHERE who = ?", (_account(name),))

    def check_password(self, name: str, password: str, address: str) -> User | None:
        """The user, or None when name and password do not belong together.

        An unknown name takes as long as a wrong password, and is locked like one, so neither tells who
        has an account.

        Raises:
            LockedError: The account or the address has failed too often; nothing was looked at.
        """
        # Counted before it is looked at: a hundred guesses at once get no further than one after another.
        self._count_failure(name, address)
        row = (
            self._db().execute("SELECT id, name, role, password FROM users WHERE name = ?", (_folded(name),)).fetchone()
        )
        stored = row[3] if row is not None else self._dummy()
        if not self._verify(stored, password) or row is None:
            return None
        fresh = self._hash(password) if self._argon2().check_needs_rehash(stored) else stored
        with self._writing() as db:
            db.execute("DELETE FROM failures WHERE who = ?", (_account(name),))
            # Only this one try: whoever has an account must not clear the guesses made beside it.
            db.execute("UPDATE failures SET count = count - 1 WHERE who = ?", (_address(address),))
            db.execute("UPDATE users SET password = ? WHERE id = ? AND password = ?", (fresh, row[0], stored))
        return User(row[0], row[1], Role(row[2]))

    # -- sessions ------------------------------------------------------------------------------

    def start_session(self, user: User) -> str:
        """A new session's token, for a cookie."""
        token, now = secrets.token_urlsafe(32), self._now()
        with self._writing() as db:
            db.execute(
                "DELETE FROM sessions WHERE seen < ? OR created < ?",
                (now - self._session_seconds, now - SESSION_DAYS * 86400),
            )
            db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (_digest(token), user.user_id, now, now))
        return token

    def session_user(self, token: str) -> User | None:
        """Whose session it is, with the role of now; None when it has ended."""
        digest, now = _digest(token), self._now()
        row = (
            self._db()
            .execute(
                "SELECT users.id, users.name, users.role, sessions.seen FROM sessions JOIN users ON users.id = user_id"
                " WHERE token = ? AND seen >= ? AND sessions.created >= ?",
                (digest, now - self._session_seconds, now - SESSION_DAYS * 86400),
            )
            .fetchone()
        )
        if row is None:
            return None
        if now - row[3] > _SEEN_SECONDS:
            self._later("UPDATE sessions SET seen = ? WHERE token = ?", now, digest)
        return User(row[0], row[1], Role(row[2]))

    def end_session(self, token: str) -> None:
        with self._writing() as db:
            db.execute("DELETE FROM sessions WHERE token = ?", (_digest(token),))

    # -- API keys ------------------------------------------------------------------------------

    def add_key(self, name: str, role: Role) -> tuple[ApiKey, str]:
        """A new key and its text, which is stored nowhere.

        Raises:
            ConfigError: The name is taken or unusable.
        """
        name, secret = _checked_name(name), secrets.token_urlsafe(32)
        key = ApiKey(secrets.token_hex(6), name, role, self._now(), None)
        with self._writing() as db:
            try:
                db.execute(
                    "INSERT INTO api_keys VALUES (?, ?, ?, ?, ?, NULL)",
                    (key.key_id, name, int(role), _digest(secret), key.created),
                )
            except sqlite3.IntegrityError as exc:
                raise ConfigError(f"There is a key {name!r} already. Choose another name.") from exc
        return key, f"aa_{key.key_id}_{secret}"

    def api_keys(self) -> list[ApiKey]:
        rows = self._db().execute("SELECT id, name, role, created, used FROM api_keys ORDER BY name")
        return [ApiKey(key_id, name, Role(role), created, used) for key_id, name, role, created, used in rows]

    def remove_key(self, name: str) -> None:
        with self._writing() as db:
            found = db.execute("DELETE FROM api_keys WHERE name = ?", (_folded(name),))
            if not found.rowcount:
                raise ConfigError(f"There is no key {name!r}. `assistant key list` shows them.")

    def key_of(self, text: str, address: str) -> ApiKey | None:
        """The key of an ``Authorization: Bearer`` header; None when it is none of ours.

        Raises:
            LockedError: The address has sent too many wrong ones.
        """
        self._refuse_locked(self._db(), None, address)
        match = _KEY.fullmatch(text)
        row = None
        if match is not None:
            row = (
                self._db()
                .execute("SELECT id, name, role, created, used, secret FROM api_keys WHERE id = ?", (match[1],))
                .fetchone()
            )
        if match is None or row is None or not hmac.compare_digest(row[5], _digest(match[2])):
            self._count_failure(None, address)
            return None
        now = self._now()
        if row[4] is None or now - row[4] > _SEEN_SECONDS:
            self._later("UPDATE api_keys SET used = ? WHERE id = ?", now, row[0])
        return ApiKey(row[0], row[1], Role(row[2]), row[3], row[4])

    # -- failures ------------------------------------------------------------------------------

    def _refuse_locked(self, db: sqlite3.Connection, name: str | None, address: str) -> None:
        now = self._now()
        for who, allowed in self._counted(name, address):
            row = db.execute("SELECT count, last FROM failures WHERE who = ?", (who,)).fetchone()
            if row is not None and row[0] >= allowed and now - row[1] < self._lockout_seconds:
                raise LockedError(row[1] + self._lockout_seconds - now)

    def _count_failure(self, name: str | None, address: str) -> None:
        now = self._now()
        with self._writing() as db:
            self._refuse_locked(db, name, address)
            # Failures older than a lockout are forgotten: nobody is locked out by a typo a month.
            db.execute("DELETE FROM failures WHERE last < ?", (now - self._lockout_seconds,))
            for who, _ in self._counted(name, address):
                db.execute(
                    "INSERT INTO failures VALUES (?, 1, ?)"
                    " ON CONFLICT (who) DO UPDATE SET count = count + 1, last = excluded.last",
                    (who, now),
                )

    def _counted(self, name: str | None, address: str) -> Iterator[tuple[str, int]]:
        if name is not None:
            yield _account(name), self._lockout_failures
        yield _address(address), self._lockout_failures * ADDRESS_FACTOR

    # -- inside --------------------------------------------------------------------------------

    def _hash(self, password: str) -> str:
        shortest, longest = PASSWORD_CHARS
        if not shortest <= len(password) <= longest:
            raise ConfigError(f"A password has {shortest} to {longest} characters; this one has {len(password)}.")
        with self._hashing:
            return self._argon2().hash(_password(password))

    def _verify(self, stored: str, password: str) -> bool:
        from argon2.exceptions import VerificationError

        with self._hashing:
            try:
                return self._argon2().verify(stored, _password(password[: PASSWORD_CHARS[1] + 1]))
            except VerificationError:
                return False

    def _dummy(self) -> str:
        """The hash that unknown names are compared with, so that they take as long."""
        if not self._nobody:
            self._nobody = self._hash(secrets.token_urlsafe(32))
        return self._nobody

    def _argon2(self) -> PasswordHasher:
        if self._hasher is None:
            from argon2 import PasswordHasher

            self._hasher = PasswordHasher()
        return self._hasher

    def _later(self, statement: str, *values: object) -> None:
        """Write when there is time: requests are looked up on the event loop, which must not wait for a disk."""

        def write() -> None:
            with self._writing() as db:
                db.execute(statement, values)

        self._background.submit(write)

    def flush(self) -> None:
        """Wait until "last used" is written."""
        self._background.submit(int).result()

    def _db(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, timeout=10, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
            self._local.connection = connection
        return connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        db = self._db()
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    @staticmethod
    def _one(found: sqlite3.Cursor, name: str) -> None:
        if not found.rowcount:
            raise ConfigError(f"There is no user {name!r}. `assistant user list` shows them.")


def _folded(name: str) -> str:
    """Names are compared without regard to case and width, as people type them."""
    readable = name.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFKC", readable).casefold().strip()[: NAME_CHARS + 1]


def _checked_name(name: str) -> str:
    folded = _folded(name)
    if not _NAME.fullmatch(folded) or len(folded) > NAME_CHARS:
        raise ConfigError(
            f"{name!r} cannot be a name. Use up to {NAME_CHARS} letters, digits and . @ + - _, beginning with a letter."
        )
    return folded


def _password(password: str) -> bytes:
    # A Japanese keyboard may send the same letters full width.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _account(name: str) -> str:
    return f"account:{_digest(_folded(name))}"


def _address(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return f"address:{address}"
    # Whoever has one IPv6 address has a whole network of them.
    return f"address:{ipaddress.ip_network((parsed, 64), strict=False) if parsed.version == 6 else parsed}"
