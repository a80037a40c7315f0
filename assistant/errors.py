"""Every error the package raises on purpose.

    AssistantError                the base; the UI and the CLI catch only this
    ├─ ConfigError                a setting is missing or contradicts another   exit 2
    ├─ CorpusError                a source is unreadable or unknown             exit 3
    ├─ IndexStoreError            (IndexError is Python's own)                  exit 4
    │  ├─ IndexMissingError       nothing indexed yet
    │  ├─ IndexStaleError         built with other settings
    │  ├─ IndexDamagedError       files of a generation are not what was written
    │  └─ IndexBusyError          another process is writing
    └─ ModelError                                                               exit 5
       ├─ ModelUnavailableError   offline, out of memory, rate limit
       └─ ModelOutputError        the reply could not be used

A message says what happened, shows the value with ``!r`` and names the next step.
"""

from __future__ import annotations

from pathlib import Path


class AssistantError(Exception):
    """Base of all errors a caller is expected to handle."""

    exit_code = 1


class ConfigError(AssistantError):
    """A setting or an argument is wrong."""

    exit_code = 2


class CorpusError(AssistantError):
    """A source could not be read, or an article is not in the library."""

    exit_code = 3

    def __init__(self, message: str, *, path: Path | str | None = None) -> None:
        super().__init__(message)
        self.path = path


class IndexStoreError(AssistantError):
    """The index cannot be built, opened or switched."""

    exit_code = 4


class IndexMissingError(IndexStoreError):
    """Nothing has been indexed yet."""


class IndexStaleError(IndexStoreError):
    """The index was built with settings other than those in force."""

    def __init__(self, message: str, *, found: str, wanted: str) -> None:
        super().__init__(message)
        self.found = found
        self.wanted = wanted


class IndexDamagedError(IndexStoreError):
    """Files of a generation are missing or differ from what was written."""

    def __init__(self, message: str, *, damaged: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.damaged = damaged


class IndexBusyError(IndexStoreError):
    """Another process holds the writer's lock."""

    def __init__(self, message: str, *, pid: int | None = None) -> None:
        super().__init__(message)
        self.pid = pid


class ModelError(AssistantError):
    """An embedding, reranking or chat model failed."""

    exit_code = 5
    retryable = False


class ModelUnavailableError(ModelError):
    """The model is not on this machine, or its server does not answer."""

    retryable = True


class ModelOutputError(ModelError):
    """The model replied with something that cannot be used."""

    def __init__(self, message: str, *, raw: str = "") -> None:
        super().__init__(message)
        self.raw = raw
