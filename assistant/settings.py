"""Settings: values and their checks. Builds nothing, opens nothing.

Arguments beat environment variables (``ASSISTANT_RETRIEVE__TOP_K=4``) beat ``assistant.toml`` beat
the defaults, which run offline.
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, JsonValue, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from assistant.errors import ConfigError
from assistant.text.patterns import lazy_pattern

BUILTIN_EMBEDDER = "builtin"
ANALYSIS_VERSION = 6
"""Raised whenever tokens or normalisation change: older indexes are then rebuilt."""
CHUNKING_VERSION = 4
"""Raised whenever passages of the same article would come out differently."""


_HOST_PATTERN = lazy_pattern(r"(?:\*\.)?[\w\-]+(?:\.[\w\-]+)*(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?")


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
    backend: Literal["torch", "onnx", "openvino"] = Field(
        "torch", description="What runs the model; `onnx` and `openvino` need the extra of that name."
    )
    threads: int | None = Field(
        None, ge=1, le=1024, description="CPU threads of a model under torch; empty takes one for each core."
    )
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
    reranker: str | None = Field(
        None, description="Cross-encoder that orders the first hits, by name or local path; empty for none."
    )
    rerank_depth: int = Field(20, ge=2, le=200, description="Hits the reranker orders.")
    ef_search: int = Field(400, ge=10, le=5000, description="HNSW search breadth: larger finds more, slower.")


class CheckSettings(_Section):
    nli_model: str | None = Field(
        None,
        description="Cross-encoder for entailment, by name or local path, that must agree before `check` calls a "
        "claim supported; empty: rules and words alone.",
    )
    nli_floor: float = Field(
        0.2, ge=0, le=1, description="Probability of entailment below which that model withdraws a support."
    )


class ReadSettings(_Section):
    max_sentences: int = Field(3, ge=1, le=10, description="Sentences shown at most in an extractive answer.")
    answer_threshold: float = Field(
        0.4,
        ge=0,
        le=1,
        description="Probability that a sentence answers the question from which it is shown: higher refuses more.",
    )
    model: str = Field(
        "extractive",
        min_length=1,
        description="`extractive`, or a chat model as `provider:name` (`openai:…`, `ollama:…`, `anthropic:…`, `bedrock:…`).",
    )
    base_url: str | None = Field(
        None, description="Address of the chat model's server, for vLLM, llama.cpp, Ollama or a proxy."
    )
    api_key: SecretStr | None = Field(
        None, description="Key of the chat model; only from the environment. Empty takes the provider's own variable."
    )
    temperature: float | None = Field(0.0, ge=0, le=2, description="Randomness; empty leaves it to the server.")
    timeout_seconds: float = Field(60.0, gt=0, le=3600, description="Longest time for one reply of the chat model.")
    retries: int = Field(1, ge=0, le=5, description="Calls repeated when a chat model fails before its first word.")
    max_input_tokens: int = Field(6000, ge=200, le=1_000_000, description="Passages sent at most, in estimated tokens.")
    max_output_tokens: int = Field(800, ge=16, le=100_000, description="Length of a chat model's reply at most.")
    max_chat_sentences: int = Field(6, ge=1, le=30, description="Sentences shown at most of a chat model's reply.")
    input_price: float = Field(0.0, ge=0, description="Price of a million input tokens, in any currency.")
    output_price: float = Field(0.0, ge=0, description="Price of a million output tokens, in that currency.")
    max_cost_per_question: float | None = Field(None, gt=0, description="Limit on the cost of one answer.")
    max_cost_per_day: float | None = Field(None, gt=0, description="Limit on the cost of a day (UTC), all commands.")
    options: dict[str, JsonValue] = Field({}, description="Further arguments of the provider's client.")
    tracing: Literal["off", "langsmith", "opentelemetry"] = Field(
        "off", description="Where calls of the chat model are traced; `off` overrules LANGSMITH_TRACING."
    )
    nli_model: str | None = Field(
        None, description="Cross-encoder for entailment, by name or path, that a chat model's sentences must also pass."
    )


class StoreSettings(_Section):
    url: str | None = Field(
        None,
        description="A Chroma server for the vectors (`http://host:8000`, Chroma Cloud); empty keeps them in files.",
    )
    tenant: str = Field("default_tenant", min_length=1, description="Tenant on that server.")
    database: str = Field("default_database", min_length=1, description="Database on that server.")
    token: SecretStr | None = Field(None, description="Token or API key of that server; only from the environment.")


class IngestSettings(_Section):
    """Limits for reading one file; see ``assistant.ingest.limits``."""

    max_file_mb: int = Field(64, ge=1, le=2048, description="Largest file read, in MB; JSONL corpora may be larger.")
    max_seconds: float = Field(25, gt=0, le=3600, description="Longest time for reading one file.")
    max_memory_mb: int = Field(
        512, ge=192, le=65536, description="Memory of the process that parses files, in MB (Linux)."
    )
    max_pages: int = Field(2000, ge=1, le=100_000, description="Most pages or slides of one file.")
    max_entries: int = Field(5000, ge=1, le=1_000_000, description="Most entries inside a DOCX, XLSX, PPTX or EPUB.")
    max_unpacked_mb: int = Field(256, ge=1, le=65536, description="Unpacked size of such a file, in MB.")
    max_ratio: int = Field(200, ge=2, le=100_000, description="Largest ratio of unpacked to packed size of an entry.")
    max_depth: int = Field(32, ge=1, le=500, description="Folders within folders that are walked.")


class FetchSettings(_Section):
    enabled: bool = Field(False, description="Let `assistant index` read web addresses.")
    allow_hosts: tuple[str, ...] = Field(
        (), description="Hosts that may be read: `news.example.jp`, `*.example.jp`, `example.jp:8443`."
    )
    allow_http: bool = Field(False, description="Allow addresses without encryption.")
    max_mb: int = Field(20, ge=1, le=1024, description="Largest document fetched, in MB.")
    max_seconds: float = Field(
        30, gt=0, le=600, description="Longest time for fetching one address, redirects included."
    )
    max_redirects: int = Field(
        5, ge=0, le=20, description="Redirects followed; each is checked like the first address."
    )

    @field_validator("allow_hosts")
    @classmethod
    def _hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not _HOST_PATTERN.fullmatch(host):
                raise ValueError(f"{host!r} is not a host name; write it without https:// and without a path")
        return hosts


class ServeSettings(_Section):
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(7860, ge=0, le=65535, description="Port; 0 takes a free one.")
    allowed_hosts: tuple[str, ...] = Field(
        (), description="Host names the server answers to beside those of `host`, for a proxy in front of it."
    )
    editors: bool | None = Field(
        None,
        description="Whether the pages are for editors, who see withdrawn articles, marked, and may index folders; "
        "empty means only when listening on this machine alone, without `allowed_hosts`.",
    )
    workers: int | None = Field(
        None,
        ge=0,
        le=64,
        description="Processes that work out answers, 200 MB or more each; 0 has the server's own do it. Empty means "
        "0 for one person on this machine, else one for each core, up to four.",
    )
    rate_per_minute: int | None = Field(
        None,
        ge=0,
        description="Questions, searches, drafts and comparisons of one viewer a minute; 0 for no limit. Empty means 60, "
        "and no limit for one person on this machine.",
    )
    log_questions: bool = Field(False, description="Write question texts into the log.")


class AuthSettings(_Section):
    """Sign-in to the server. Users and keys are made by ``assistant user`` and ``assistant key``."""

    enabled: bool = Field(
        False,
        description="Let nobody in without a user name and password or an API key; see `assistant user add`. Roles "
        "then decide, and `serve.editors` does nothing.",
    )
    session_hours: float = Field(12, gt=0, le=720, description="A sign-in ends when it is not used for so long.")
    lockout_failures: int = Field(
        10, ge=3, le=1000, description="Wrong passwords in a row that lock an account; five times as many, an address."
    )
    lockout_minutes: float = Field(15, gt=0, le=1440, description="How long it stays locked.")


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
    receipt_key: SecretStr | None = Field(
        None, description="Key that seals receipts (HMAC); only from the environment. Empty seals with a plain hash."
    )
    time_zone: str | None = Field(
        None,
        description="Where times without an offset are meant and days end, like `Asia/Tokyo`; empty takes the system's.",
    )
    chunk: ChunkSettings = ChunkSettings()
    embed: EmbedSettings = EmbedSettings()
    retrieve: RetrieveSettings = RetrieveSettings()
    reader: ReadSettings = ReadSettings()
    check: CheckSettings = CheckSettings()
    store: StoreSettings = StoreSettings()
    serve: ServeSettings = ServeSettings()
    auth: AuthSettings = AuthSettings()
    ingest: IngestSettings = IngestSettings()
    fetch: FetchSettings = FetchSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = TomlConfigSettingsSource(settings_cls)
        _no_secrets(settings_cls, file.toml_data)
        return init_settings, env_settings, file

    @property
    def library_location(self) -> str:
        """SQLAlchemy URL of the library."""
        return self.library_url or f"sqlite:///{self.home.absolute() / 'library.sqlite3'}"

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str | None) -> str | None:
        if name is not None:
            try:
                ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
                raise ValueError(f"{name!r} is no time zone; write it like Asia/Tokyo") from exc
        return name

    @property
    def zone(self) -> tzinfo:
        """The time zone in force."""
        if self.time_zone is not None:
            return ZoneInfo(self.time_zone)
        return datetime.now().astimezone().tzinfo or UTC

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


def _no_secrets(settings_cls: type[BaseSettings], values: dict[str, Any]) -> None:
    """A file is copied, mailed and committed: secrets belong into the environment."""
    for name, section in values.items():
        if name == "receipt_key":
            raise ConfigError(
                "assistant.toml has receipt_key: keep secrets in the environment. Set ASSISTANT_RECEIPT_KEY."
            )
        described = settings_cls.model_fields[name].default if name in settings_cls.model_fields else None
        if not isinstance(section, dict) or not isinstance(described, _Section):
            continue
        for key in section:
            field = type(described).model_fields.get(key)
            if field is not None and "SecretStr" in str(field.annotation):
                raise ConfigError(
                    f"assistant.toml has {name}.{key}: keep secrets in the environment. "
                    f"Set ASSISTANT_{name.upper()}__{key.upper()} and take the line out."
                )


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
        shown = "" if default in (None, (), {}) else f"`{default}`"
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
