"""`pytest evals`: one assistant over the bundled corpus for every case."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant import Assistant
from assistant.settings import Settings
from evals.run import evaluated_assistant


@pytest.fixture(scope="session")
def assistant() -> Iterator[Assistant]:
    with evaluated_assistant(Settings()) as opened:
        yield opened
