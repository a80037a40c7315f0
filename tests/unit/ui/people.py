"""A server with accounts and everybody who may come to it, and Gradio's events by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from tests.fakes import FakeAssistant
from ui.accounts import Accounts
from ui.guard import SESSION_COOKIE
from ui.server import create_server
from ui.viewer import Role

PASSWORD = "correct horse battery"
ORIGIN = {"origin": "http://testserver"}
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PEOPLE = {"reader-a": Role.READER, "reader-b": Role.READER, "editor": Role.EDITOR, "admin": Role.ADMIN}
KEYS = {"reader-key": Role.READER, "editor-key": Role.EDITOR, "admin-key": Role.ADMIN}
WHO = ("anonymous", *PEOPLE, *KEYS)


def open_accounts(home: Path, **more: Any) -> Accounts:
    return Accounts(home, hasher=QUICK, **more)


@dataclass
class House:
    """A server with two readers, an editor, an administrator and a key of each role."""

    assistant: FakeAssistant
    home: Path
    options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.accounts = open_accounts(self.home)
        self.sessions = {
            name: self.accounts.start_session(self.accounts.add_user(name, PASSWORD, role))
            for name, role in PEOPLE.items()
        }
        self.keys = {name: self.accounts.add_key(name, role)[1] for name, role in KEYS.items()}
        self.app: FastAPI = create_server(self.assistant, accounts=self.accounts, **self.options)

    @cached_property
    def client(self) -> TestClient:
        return TestClient(self.app, raise_server_exceptions=False, follow_redirects=False)

    def send(self, who: str, method: str, path: str, **more: Any) -> Response:
        """One request of one of :data:`WHO`, as a browser or a program sends it."""
        headers = dict(more.pop("headers", {}))
        if who in self.sessions:
            headers = {**ORIGIN, **headers, "cookie": f"{SESSION_COOKIE}={self.sessions[who]}"}
        elif who in self.keys:
            headers["authorization"] = f"Bearer {self.keys[who]}"
        self.client.cookies.clear()
        return self.client.request(method, path, headers=headers, **more)
