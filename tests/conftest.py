"""What every test shares: no settings from outside, no hub, and one index built once."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

os.environ["HF_HUB_OFFLINE"] = "1"  # read when huggingface_hub is imported
# Processes that tests start are kept from the network too, see tests/guard/sitecustomize.py.
_GUARD = str(Path(__file__).parent / "guard")
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (_GUARD, os.environ.get("PYTHONPATH"))))

# A property that holds is not false because the machine is busy: no example has a time limit, here as on CI.
hypothesis.settings.register_profile("busy", deadline=None)
if "CI" not in os.environ:  # Hypothesis has a profile of its own there
    hypothesis.settings.load_profile("busy")

# Files that take longest for their number of tests. They are begun first: one that is left for the end keeps one
# process busy while the others have nothing more to do.
LONGEST_FIRST = (
    "test_eval_meter.py",
    "test_crash.py",
    "test_ask_page.py",
    "test_hostile.py",
    "test_reading_room.py",
    "test_hostile_pages.py",
    "test_accessibility.py",
    "test_compare_in_browser.py",
    "test_check_in_browser.py",
    "test_library_in_browser.py",
    "test_evals_in_browser.py",
    "test_damage.py",
    "test_serve.py",
    "test_check_commands.py",
    "test_corrections.py",
    "test_hostile_index.py",
    "test_library_story.py",
    "test_chroma_server.py",
    "test_watching.py",
    "test_concurrency.py",
    "test_cross.py",
    "test_sandbox.py",
)

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("ASSISTANT_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def shared_articles() -> Path:
    folder = SHARED / "articles"
    if not folder.is_dir():
        pytest.skip("../shared/articles is not there")
    return folder


@pytest.fixture(scope="session")
def forked_builds() -> Iterator[Callable[..., None]]:
    """Builds in this process take their processes from tests/nursery.py from now on; gives the real way to start one."""
    from assistant.index.processes import BuildProcess
    from tests.nursery import Nursery

    nursery, honest = Nursery(), BuildProcess.__init__

    def begin(self: BuildProcess, *, preload: bool = False) -> None:
        self._process, self._task = nursery.start(), ""  # type: ignore[assignment]

    BuildProcess.__init__ = begin  # type: ignore[method-assign]
    yield honest
    BuildProcess.__init__ = honest  # type: ignore[method-assign]
    nursery.close()


@pytest.fixture(scope="session")
def bundled_home(tmp_path_factory: pytest.TempPathFactory, forked_builds: object) -> Path:
    """A home with the bundled corpus, indexed once for all processes of a run. Copied, never changed."""
    from assistant import Assistant, Settings
    from assistant.bundled import bundled_corpus

    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    home, ready = folder / "bundled", folder / "bundled.ready"
    with (folder / "bundled.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            with Assistant.open(Settings(home=home)) as assistant:
                assert not assistant.index([bundled_corpus()]).refused
            ready.touch()
    return home


@pytest.fixture(scope="session")
def base_site(tmp_path_factory: pytest.TempPathFactory, forked_builds: object) -> Path:
    """A corpus and the home that indexed it, see tests/corpora.py. Copied, never changed."""
    from tests.corpora import Site

    site = Site.create(tmp_path_factory.mktemp("base"))
    with site.open() as assistant:
        report = assistant.index([site.corpus])
    assert report.built
    assert not report.refused
    return site.root


@pytest.fixture
def site(base_site: Path, tmp_path: Path):  # type: ignore[no-untyped-def]
    """A private copy of the base corpus and its home."""
    from tests.corpora import Site

    root = tmp_path / "site"
    shutil.copytree(base_site, root)
    return Site(root)
