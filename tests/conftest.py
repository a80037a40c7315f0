"""What every test shares: no settings from outside, no hub, and one index built once."""

from __future__ import annotations

import os
import shutil
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

SHARED = Path(__file__).resolve().parents[2] / "shared"


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
def base_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
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
