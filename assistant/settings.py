"""Settings: values and their checks. Builds nothing, opens nothing.

Arguments beat environment variables (``ASSISTANT_RETRIEVE__TOP_K=4``) beat ``assistant.toml`` beat
the defaults, which run offline.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from assistant.errors import ConfigError

BUILTIN_EMBEDDER = "builtin"
ANALYSIS_VERSION = 5
"""Raised whenever tokens or normalisation change: older indexes are then rebuilt."""
CHUNKING_VERSION = 2
"""Raised whenever passages of the same article would come out differently."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ChunkSettings(_Section):
    chunk_chars: int = Field(400, ge=40, le=8000, description="Target length of a Japanese passage, in characters.")
    chunk_chars_en: int = Field(
        1000, ge=80, le=20000, description="Target length of an English passage, in characters."
    )


class EmbedSettings(_Section):
    model: str = Field(
        BUILTIN_EMBEDDER,
        min_length=1,
        description="`builtin`, or a sentence-transformers model by name or local path.",
    )
    revision: str | None = Field(None, description="Commit or tag of the model; recorded in the index.")
    dimension: int = Field(128, ge=16, le=4096, description="Dimension of the built-in embedder.")
    device: str | None = Field(None, description="`cpu`, `cuda`, …; empty lets sentence-transformers choose.")
    batch_size: int = Field(64, ge=1, le=4096, description="Passages embedded at a time.")
    query_prompt: str | None = Field(None, description="Text put before a query; empty takes the model's own.")
    passage_prompt: str | None = Field(None, description="Text put before a passage; empty takes the model's own.")


class RetrieveSettings(_Section):
    top_k: int = Field(8, ge=1, le=200, description="Passages handed to the reader.")
    candidates: int = Field(100, ge=10, le=2000, description="Passages fetched from each half before fusing.")
    dense: Literal["hnsw", "exact", "auto"] = Field(
        "auto",
        description="`hnsw` asks Chroma; `exact` compares every stored vector (repeatable to the bit); `auto` is "
        "`hnsw`, except in single commands over at most 20,000 passages, where importing Chroma would take longer.",
    )
    dense_weight: float | None = Field(
        None, ge=0, le=1, description="Share of the dense score in the fused score; empty takes the embedder's own."
    )
    ef_search: int = Field(400, ge=10, le=5000, description="HNSW search breadth: larger finds more, slower.")


class ReadSettings(_Section):
    max_sentences: int = Field(3, ge=1, le=10, description="Sentences shown at most in an extractive answer.")


class ServeSettings(_Section):
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(7860, ge=0, le=65535, description="Port; 0 takes a free one.")
    allowed_hosts: tuple[str, ...] = Field(
        (), description="Host names the server answers to beside those of `host`, for a proxy in front of it."
    )
    log_questions: bool = Field(False, description="Write question texts into the access log.")


class Settings(BaseSettings):
    """Everything that can be set. See the README's table, which a test keeps complete."""

    model_config = SettingsConfigDict(
        env_prefix="ASSISTANT_",
        env_nested_delimiter="__",
        toml_file="assistant.toml",
        extra="forbid",
        frozen=True,
        validate_default=True,
    )

    home: Path = Field(Path(".assistant"), description="Directory of all state: library, index, models.")
    library_url: str | None = Field(None, description="SQLAlchemy URL of the library; empty means SQLite under `home`.")
    glossary: Path | None = Field(None, description="Glossary file; empty takes `glossary.yaml` of the bundled corpus.")
    chunk: ChunkSettings = ChunkSettings()
    embed: EmbedSettings = EmbedSettings()
    retrieve: RetrieveSettings = RetrieveSettings()
    reader: ReadSettings = ReadSettings()
    serve: ServeSettings = ServeSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def library_location(self) -> str:
        """SQLAlchemy URL of the library."""
        return self.library_url or f"sqlite:///{self.home.absolute() / 'library.sqlite3'}"

    @property
    def chunking(self) -> str:
        """Hash of what decides where passages are cut, 8 hexadecimal digits."""
        payload = f"{CHUNKING_VERSION}:{self.chunk.model_dump_json()}"
        return hashlib.blake2b(payload.encode(), digest_size=4).hexdigest()

    @property
    def index_dir(self) -> Path:
        """Directory of the index generations and the pointer to the one in force."""
        return self.home / "index"

    def index_fingerprint(self, *, embedder: str) -> str:
        """Hash of all that changes stored vectors, tokens or passages.

        Args:
            embedder: What identifies the embedder: name, revision, dimension, prompts, normalisation.

        Returns:
            16 hexadecimal digits.
        """
        payload = json.dumps(
            {
                "analysis": ANALYSIS_VERSION,
                "chunking": CHUNKING_VERSION,
                "chunk": self.chunk.model_dump(),
                "embedder": embedder,
            },
            sort_keys=True,
        )
        return hashlib.blake2b(payload.encode(), digest_size=8).hexdigest()


def load_settings(**overrides: object) -> Settings:
    """Read the settings in force.

    Raises:
        ConfigError: A value is wrong or a key of ``assistant.toml`` is unknown.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as exc:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in error['loc']) or 'settings'}: {error['msg']}"
            + (f" (got {error['input']!r})" if error["type"] != "missing" else "")
            for error in exc.errors()
        )
        raise ConfigError(f"Settings are wrong: {problems}. See the table of settings in the README.") from exc
    except SettingsError as exc:  # a variable that should be JSON and is not
        raise ConfigError(f"Settings cannot be read: {exc}. Correct the ASSISTANT_ variable of that name.") from exc
    except ValueError as exc:  # a TOML file that does not parse
        raise ConfigError(f"assistant.toml cannot be read: {exc}. Correct it or move it away.") from exc


def settings_table() -> str:
    """The settings as a Markdown table: name in ``assistant.toml``, variable, default, meaning."""
    lines = ["| setting | variable | default | meaning |", "| --- | --- | --- | --- |"]

    def row(path: tuple[str, ...], default: object, meaning: str) -> None:
        variable = "ASSISTANT_" + "__".join(part.upper() for part in path)
        shown = "" if default in (None, ()) else f"`{default}`"
        lines.append(f"| `{'.'.join(path)}` | `{variable}` | {shown} | {meaning} |")

    for name, field in Settings.model_fields.items():
        if isinstance(field.default, _Section):
            for inner, described in type(field.default).model_fields.items():
                row((name, inner), described.default, described.description or "")
        else:
            row((name,), field.default, field.description or "")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(settings_table())
