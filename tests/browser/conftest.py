"""A real server on a free port and Debian's Chromium, for tests that press what readers press."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn

from tests.browser.showcase import newsroom
from tests.fakes import FakeAssistant, trainium_assistant

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
TIMEOUT_MS = 60_000  # a loaded machine is slow; only what fails waits that long
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class Site:
    """A running server and the assistant behind it."""

    address: str
    assistant: FakeAssistant


@dataclass
class Recorder:
    """What the browser asked for and complained about."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser() -> Iterator[playwright.Browser]:
    if not CHROMIUM.exists() and not os.environ.get("CI"):
        pytest.skip(f"{CHROMIUM} is missing: apt-get install chromium")
    with playwright.sync_playwright() as api:
        chromium = api.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def start() -> Iterator[Callable[..., Site]]:
    """Starts servers on free ports; all are stopped at the end of the session."""
    from ui.server import _listen, create_server

    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start_one(assistant: FakeAssistant, **options: object) -> Site:
        listener = _listen("127.0.0.1", 0)
        config = uvicorn.Config(
            create_server(assistant, **{"editors": True, **options}),  # type: ignore[arg-type]
            log_config=None,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 60
        while not server.started:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.02)
        running.append((server, thread))
        return Site(f"http://127.0.0.1:{listener.getsockname()[1]}", assistant)

    yield start_one
    for server, _ in running:
        server.should_exit = True
    for _, thread in running:
        thread.join(10)


@pytest.fixture(scope="session")
def site(start: Callable[..., Site]) -> Site:
    return start(trainium_assistant())


@pytest.fixture(scope="session")
def newsroom_site(start: Callable[..., Site], tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site with something on every page."""
    return start(newsroom(tmp_path_factory.mktemp("home")))


@pytest.fixture
def shoot(tmp_path_factory: pytest.TempPathFactory) -> Callable[[playwright.Page, str], None]:
    """Takes a picture for the README and for looking at; ``SCREENSHOTS`` names the folder."""

    def take(page: playwright.Page, name: str) -> None:
        folder = Path(os.environ.get("SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
        folder.mkdir(parents=True, exist_ok=True)
        page.wait_for_timeout(300)
        page.screenshot(path=folder / f"{name}.png")
        assert (folder / f"{name}.png").stat().st_size > 10_000

    return take


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@dataclass
class Profile:
    """A page in a browser profile of its own.

    A profile is used again after everything a reader could have left in it is gone: a process that has compiled
    the page's scripts before loads it in half the time, and loading pages is most of what these tests cost.
    """

    page: playwright.Page
    origins: set[str] = field(default_factory=set)

    def begin(self, recorder: Recorder, *, width: int, height: int, **media: str) -> None:
        self.page.set_default_timeout(TIMEOUT_MS)
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(**{"color_scheme": "light", "reduced_motion": "no-preference", **media})  # type: ignore[arg-type]
        self._listeners = {
            "request": lambda request: recorder.requests.append(request.url),
            "pageerror": lambda error: recorder.complaints.append(str(error)),
            "console": lambda message: recorder.complaints.append(message.text) if message.type == "error" else None,
            "framenavigated": lambda frame: self.origins.add("{0.scheme}://{0.netloc}".format(urlsplit(frame.url))),
        }
        for event, listener in self._listeners.items():
            self.page.on(event, listener)  # type: ignore[call-overload]

    def end(self) -> None:
        for event, listener in self._listeners.items():
            self.page.remove_listener(event, listener)
        self.page.unroute_all(behavior="ignoreErrors")
        self.page.evaluate("sessionStorage.clear()")
        self.page.mouse.move(0, 0)
        self.page.goto("about:blank")
        session = self.page.context.new_cdp_session(self.page)
        for origin in self.origins:
            session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        session.detach()
        self.origins.clear()
        self.page.context.clear_cookies()
        self.page.context.clear_permissions()


@pytest.fixture(scope="session")
def profiles(browser: playwright.Browser) -> Iterator[Callable[..., Profile]]:
    """Profiles nobody uses now, by what cannot be changed once they are there."""
    free: dict[tuple[str, bool], list[Profile]] = {}

    @contextmanager
    def lend(locale: str, has_touch: bool) -> Iterator[Profile]:
        rest = free.setdefault((locale, has_touch), [])
        profile = rest.pop() if rest else Profile(browser.new_context(locale=locale, has_touch=has_touch).new_page())
        yield profile
        try:
            profile.end()
            rest.append(profile)
        except playwright.Error:  # closed or crashed: the next test gets a new one
            profile.page.context.close()

    yield lend
    for profile in itertools.chain(*free.values()):
        profile.page.context.close()


@pytest.fixture
def open_page(profiles: Callable[..., Any], recorder: Recorder) -> Iterator[Callable[..., playwright.Page]]:
    """Opens an address in a fresh profile; what it requests and complains about is recorded."""
    with ExitStack() as lent:

        def open_one(
            address: str,
            *,
            width: int = 1280,
            height: int = 860,
            locale: str = "ja-JP",
            has_touch: bool = False,
            **media: str,
        ) -> playwright.Page:
            profile = lent.enter_context(profiles(locale, has_touch))
            profile.begin(recorder, width=width, height=height, **media)
            profile.page.goto(address)
            profile.page.wait_for_selector("#question textarea")
            profile.page.wait_for_selector(".intro")
            return profile.page

        yield open_one
