"""Signing in and out over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.errors import ConfigError
from assistant.settings import load_settings
from tests.fakes import FakeAssistant, trainium_assistant
from tests.unit.ui.people import ORIGIN, PASSWORD, open_accounts
from ui.accounts import Accounts
from ui.guard import SESSION_COOKIE
from ui.server import accounts_of, create_server
from ui.viewer import Role
from ui.wording.account import EN, JA


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Accounts, FastAPI]:
    accounts = open_accounts(tmp_path_factory.mktemp("home"), lockout_failures=3)
    return accounts, create_server(trainium_assistant(), accounts=accounts)


@pytest.fixture
def app(house: tuple[Accounts, FastAPI]) -> FastAPI:
    return house[1]


@pytest.fixture
def accounts(house: tuple[Accounts, FastAPI]) -> Accounts:
    """One user, nothing left of the test before."""
    accounts = house[0]
    with accounts._writing() as db:
        for table in ("sessions", "users", "api_keys", "failures"):
            db.execute(f"DELETE FROM {table}")
    accounts.add_user("suzuki", PASSWORD, Role.EDITOR)
    return accounts


@pytest.fixture
def client(app: FastAPI, accounts: Accounts) -> Iterator[TestClient]:
    with TestClient(app, follow_redirects=False, headers=ORIGIN) as client:
        yield client


def sign_in(client: TestClient, password: str = PASSWORD, **more: str):  # type: ignore[no-untyped-def]
    return client.post("/ui/sign-in", data={"name": "suzuki", "password": password, "lang": "ja", **more})


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/", "ui/sign-in"),
        ("/ja/", "../ui/sign-in?lang=ja&next=ja%2F"),
        ("/en/?c=7", "../ui/sign-in?lang=en&next=en%2F%3Fc%3D7"),
        ("/ui/account", "../ui/sign-in"),
    ],
)
def test_a_page_leads_to_the_sign_in_page(client: TestClient, path: str, target: str) -> None:
    reply = client.get(path)
    assert reply.status_code == 303
    assert sorted(re.split("[?&]", reply.headers["location"])) == sorted(re.split("[?&]", target))


@pytest.mark.parametrize("words", [JA, EN], ids=["ja", "en"])
def test_the_form_is_ours_and_needs_no_script(client: TestClient, words: object) -> None:
    reply = client.get("/ui/sign-in", params={"lang": words.lang, "next": "en/?c=7"})  # type: ignore[attr-defined]
    assert f'<html lang="{words.lang}">' in reply.text  # type: ignore[attr-defined]
    assert words.lead in reply.text  # type: ignore[attr-defined]
    assert "<script" not in reply.text
    assert not re.findall(r"""(?:src|href|action)=["'](?:https?:)?//""", reply.text)
    assert 'name="next" value="en/?c=7"' in reply.text
    policy = reply.headers["content-security-policy"]
    assert "form-action 'self'" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert reply.headers["cache-control"] == "no-store"
    for path in re.findall(r'href="(static/[^"]+)"', reply.text):
        assert client.get(f"/ui/{path}").status_code == 200


def test_signing_in_and_out(client: TestClient, accounts: Accounts) -> None:
    assert client.get("/api/v1/sources").status_code == 401
    reply = sign_in(client, next="en/?c=7")
    assert (reply.status_code, reply.headers["location"]) == (303, "../en/?c=7")
    cookie = reply.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    page = client.get("/en/")
    assert 'data-role="editor" data-viewer="suzuki"' in page.text
    assert client.get("/ui/whoami").json() == {"name": "suzuki", "role": "editor"}
    assert client.get("/api/v1/sources").status_code == 200
    kept = client.cookies[SESSION_COOKIE]
    assert client.post("/ui/sign-out").status_code == 303
    assert client.get("/api/v1/sources").status_code == 401
    client.cookies.set(SESSION_COOKIE, kept)
    assert client.get("/api/v1/sources").status_code == 401, "the session has ended, not only its cookie"


def test_signing_in_again_ends_the_session_before(client: TestClient, accounts: Accounts) -> None:
    sign_in(client)
    first = client.cookies[SESSION_COOKIE]
    sign_in(client)
    assert client.cookies[SESSION_COOKIE] != first
    assert accounts.session_user(first) is None


def test_the_cookie_is_secure_behind_https(app: FastAPI, accounts: Accounts) -> None:
    headers = {"origin": "https://testserver"}
    with TestClient(app, base_url="https://testserver", follow_redirects=False, headers=headers) as client:
        assert "Secure" in sign_in(client).headers["set-cookie"]


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "ja/../../x", "/ja/", "ja/?x=</script>", "javascript:1", "\n"]
)
def test_signing_in_leads_nowhere_else(client: TestClient, target: str) -> None:
    assert sign_in(client, next=target).headers["location"] == "../"
    assert 'name="next" value=""' in client.get("/ui/sign-in", params={"next": target}).text


def test_a_wrong_password(client: TestClient) -> None:
    wrong = sign_in(client, "something else entirely")
    unknown = client.post("/ui/sign-in", data={"name": "<script>", "password": PASSWORD, "lang": "ja"})
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert JA.wrong in wrong.text
    assert JA.wrong in unknown.text
    assert "<script" not in unknown.text
    assert "something else" not in wrong.text
    assert SESSION_COOKIE not in client.cookies


def test_a_locked_account_says_when_to_come_back(client: TestClient) -> None:
    for _ in range(3):
        sign_in(client, "something else entirely")
    reply = sign_in(client)
    assert reply.status_code == 429
    assert int(reply.headers["retry-after"]) <= 900
    assert "15分ほど" in reply.text


@pytest.mark.parametrize("body", [b"", b"\xff=\xfe&name=%00", b"name=a" * 10_000, b'{"name":"suzuki"}'])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json", "multipart/form-data", "x"])
def test_other_bodies_are_a_failed_sign_in(client: TestClient, body: bytes, kind: str) -> None:
    assert client.post("/ui/sign-in", content=body, headers={"content-type": kind}).status_code in (401, 429)


def test_changing_the_password_ends_the_other_sessions(client: TestClient, accounts: Accounts) -> None:
    sign_in(client)
    (user,) = accounts.users()
    elsewhere = accounts.start_session(user)

    def change(**values: str):  # type: ignore[no-untyped-def]
        given = {"current": PASSWORD, "new": "a new password", "again": "a new password", "lang": "en", **values}
        return client.post("/ui/account", data=given)

    assert EN.not_repeated in change(again="x").text
    assert EN.wrong_current in change(current="wrong password").text
    short = change(new="short", again="short")
    assert (short.status_code, "At least 12 characters" in short.text) == (422, True)
    assert accounts.session_user(elsewhere) is not None
    done = change()
    assert (done.status_code, EN.changed in done.text) == (200, True)
    assert accounts.session_user(elsewhere) is None
    assert client.get("/ui/account").status_code == 200, "who changed it stays signed in"
    assert sign_in(client).status_code == 401
    assert sign_in(client, "a new password").status_code == 303


def test_the_account_page_is_in_both_languages(client: TestClient) -> None:
    sign_in(client)
    assert JA.signed_in_as.format(name="suzuki", role="編集者") in client.get("/ui/account?lang=ja").text
    assert EN.signed_in_as.format(name="suzuki", role="editor") in client.get("/ui/account?lang=en").text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
        {"origin": "http://testserver", "sec-fetch-site": "same-site"},
        {},  # every browser names an origin, and programs have keys
    ],
)
def test_no_other_site_acts_for_a_signed_in_user(app: FastAPI, accounts: Accounts, headers: dict[str, str]) -> None:
    token = accounts.start_session(accounts.users()[0])
    with TestClient(app, follow_redirects=False, headers=headers) as client:
        client.cookies.set(SESSION_COOKIE, token)
        for path in (
            "/ui/sign-out",
            "/ui/account",
            "/api/v1/ask",
            "/ui/ask",
        ):
            assert client.post(path, json={"question": "x"}).status_code == 403, path
        client.cookies.clear()
        assert sign_in(client).status_code == 403, "nor signs the user in as somebody else"
    assert accounts.session_user(token) is not None


def test_keys(client: TestClient, accounts: Accounts) -> None:
    _, text = accounts.add_key("crawler", Role.READER)
    headers = {"authorization": f"Bearer {text}"}
    assert client.get("/ui/whoami", headers=headers).json() == {"name": "crawler", "role": "reader"}
    sign_in(client)
    assert client.get("/ui/whoami", headers=headers).json()["name"] == "crawler", "a key wins over a cookie"
    wrong = client.get("/ui/whoami", headers={"authorization": "Bearer aa_x"})
    assert (wrong.status_code, wrong.headers["www-authenticate"]) == (401, "Bearer")
    accounts.remove_key("crawler")
    assert client.get("/ui/whoami", headers=headers).status_code == 401
    assert client.post("/ui/account", headers=headers).status_code == 401


def test_wrong_keys_lock_the_address(client: TestClient) -> None:
    for _ in range(15):
        assert client.get("/ui/whoami", headers={"authorization": "Bearer x"}).status_code == 401
    reply = client.get("/ui/whoami", headers={"authorization": "Bearer x"})
    assert (reply.status_code, reply.json()["error"]["type"]) == (429, "Locked")
    assert int(reply.headers["retry-after"]) > 0


def test_without_accounts_nobody_signs_in() -> None:
    with TestClient(create_server(FakeAssistant())) as client:
        assert client.get("/ui/sign-in").status_code == 404
        assert client.get("/ui/whoami").json() == {"name": "", "role": "reader"}
        assert 'data-viewer=""' in client.get("/ja/").text


def test_the_settings_ask_for_it(tmp_path: Path) -> None:
    assert accounts_of(load_settings(home=tmp_path)) is None
    settings = load_settings(home=tmp_path, auth={"enabled": True, "session_hours": 1})
    with pytest.raises(ConfigError, match="assistant user add NAME --role admin"):
        accounts_of(settings)
    open_accounts(tmp_path).add_user("a", PASSWORD, Role.ADMIN)
    assert accounts_of(settings) is not None


def test_names_and_passwords_stay_out_of_the_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    sign_in(client)
    sign_in(client, "something else entirely")
    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("ui", "uvicorn")))
    assert "Sign-in failed from testclient" in told
    assert not [word for word in (PASSWORD, "something else", "suzuki", client.cookies[SESSION_COOKIE]) if word in told]
