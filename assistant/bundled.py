"""The corpus and the glossary that come with the package."""

from __future__ import annotations

from pathlib import Path

from assistant.errors import ConfigError
from assistant.settings import Settings
from assistant.text.glossary import EMPTY, Glossary, load_glossary


def bundled_corpus() -> Path:
    """The corpus that comes with the package: beside it in a checkout, inside it when installed.

    Raises:
        ConfigError: This installation has none.
    """
    package = Path(__file__).resolve().parent
    for candidate in (package.parent / "corpus", package / "_corpus"):
        if (candidate / "specs").is_dir():
            return candidate
    raise ConfigError("This installation has no bundled corpus. Name the files or folders to index.")


def glossary_of(settings: Settings) -> Glossary:
    """The glossary in force: the one of the settings, else the bundled one, else an empty one.

    Raises:
        ConfigError: It cannot be read.
    """
    if settings.glossary is not None:
        return load_glossary(settings.glossary)
    try:
        path = bundled_corpus() / "glossary.yaml"
    except ConfigError:
        return EMPTY
    return load_glossary(path) if path.is_file() else EMPTY
