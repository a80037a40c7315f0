"""Which package a provider needs, and the arguments its client takes."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from assistant.errors import ConfigError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_OLLAMA_OPTIONS = frozenset(
    "mirostat mirostat_eta mirostat_tau num_ctx num_gpu num_thread repeat_last_n repeat_penalty seed stop temperature "
    "tfs_z top_k top_p".split()
)
NO_KEY = "none"
"""Sent where a local server wants no key but the client insists on one."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider of LangChain's ``init_chat_model``."""

    module: str
    extra: str  # of our own distribution; empty: name the package instead
    style: str = "openai"  # how limits are called: openai, ollama, anthropic, bedrock, other
    base_url_variables: tuple[str, ...] = ()
    default_base_url: str = ""


PROVIDERS: Mapping[str, Provider] = {
    "openai": Provider(
        "langchain_openai", "openai", "openai", ("OPENAI_API_BASE", "OPENAI_BASE_URL"), "https://api.openai.com/v1"
    ),
    "ollama": Provider("langchain_ollama", "ollama", "ollama"),
    "anthropic": Provider(
        "langchain_anthropic",
        "anthropic",
        "anthropic",
        ("ANTHROPIC_API_URL", "ANTHROPIC_BASE_URL"),
        "https://api.anthropic.com",
    ),
    "bedrock": Provider("langchain_aws", "bedrock", "bedrock"),
    "bedrock_converse": Provider("langchain_aws", "bedrock", "bedrock"),
    "azure_openai": Provider("langchain_openai", "openai", "azure"),
    "google_genai": Provider("langchain_google_genai", "", "other"),
    "google_vertexai": Provider("langchain_google_vertexai", "", "other"),
    "mistralai": Provider("langchain_mistralai", "", "other"),
    "groq": Provider("langchain_groq", "", "other"),
    "deepseek": Provider("langchain_deepseek", "", "other"),
    "xai": Provider("langchain_xai", "", "other"),
}
"""Providers whose limits we know how to set. Others of LangChain's are refused: without limits, a reply may never end."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A chat model as the settings ask for it.

    Raises:
        ConfigError: The name has no provider, the provider is unknown or its package is not installed.
    """

    model: str  # provider:name
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    temperature: float | None = 0.0
    timeout_seconds: float = 60.0
    context_tokens: int = 8192
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        provider, _, name = self.model.partition(":")
        if not name.strip() or not provider.strip():
            raise ConfigError(
                f"reader.model {self.model!r} names no provider. Write it as provider:name, "
                f"for instance openai:gpt-5-mini or ollama:qwen3, or set it to 'extractive'."
            )
        known = PROVIDERS.get(provider)
        if known is None:
            raise ConfigError(
                f"reader.model {self.model!r}: there is no provider {provider!r}. Known are {', '.join(sorted(PROVIDERS))}; "
                f"a server that speaks OpenAI's protocol (vLLM, llama.cpp, LM Studio) is openai with reader.base_url."
            )
        if find_spec(known.module) is None:
            package = f"article-assistant[{known.extra}]" if known.extra else known.module.replace("_", "-")
            raise ConfigError(
                f"reader.model {self.model!r} needs a package that is not installed. Run `pip install '{package}'`."
            )
        for key in self.options:
            if any(part in key.lower() for part in ("api_key", "secret", "password", "credential", "access_token")):
                raise ConfigError(
                    f"reader.options has {key!r}: keep secrets in the environment (ASSISTANT_READER__API_KEY)."
                )

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.api_key,) if self.api_key else ()

    @property
    def provider(self) -> Provider:
        return PROVIDERS[self.model.partition(":")[0]]

    def per_call(self, max_tokens: int) -> dict[str, Any]:
        """Arguments of one call: how long the reply may get."""
        if self.provider.style != "ollama":
            return {"max_tokens": max_tokens}
        options = {key: value for key, value in self.options.items() if key in _OLLAMA_OPTIONS}
        if self.temperature is not None:
            options.setdefault("temperature", self.temperature)
        # Ollama cuts a prompt that does not fit its default context, without a word.
        options.setdefault("num_ctx", self.context_tokens)
        return {"options": {**options, "num_predict": max_tokens}}

    def arguments(self) -> dict[str, Any]:
        """Arguments of the client. Retries are ours, so that the limit on time holds for all of them."""
        provider = self.provider
        arguments: dict[str, Any] = {}
        base_url = self.base_url
        if base_url is None and provider.default_base_url:
            # Named, or LangChain would take LANGSMITH_GATEWAY's and send our passages there.
            base_url = next(filter(None, map(os.environ.get, provider.base_url_variables)), provider.default_base_url)
        if base_url is not None:
            arguments["azure_endpoint" if provider.style == "azure" else "base_url"] = base_url
        if self.temperature is not None:
            arguments["temperature"] = self.temperature
        if self.api_key is not None and provider.style not in ("ollama", "bedrock"):
            arguments["api_key"] = self.api_key
        elif self.base_url is not None and provider.style in ("openai", "anthropic"):
            # A key of the environment belongs to the provider, not to whoever runs this server.
            arguments["api_key"] = NO_KEY
        if provider.style == "ollama":
            headers = {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}
            arguments["client_kwargs"] = {"timeout": self.timeout_seconds, "headers": headers}
        elif provider.style in ("openai", "azure", "anthropic"):
            arguments |= {"timeout": self.timeout_seconds, "max_retries": 0}
        if provider.style == "openai":
            arguments["stream_chunk_timeout"] = self.timeout_seconds
        return {**arguments, **self.options}


_MAKING = threading.Lock()


def create_model(request: ChatRequest) -> BaseChatModel:
    """The LangChain chat model of a request.

    Raises:
        ConfigError: It cannot be made with these settings.
    """
    from langchain.chat_models import init_chat_model

    with _MAKING, _without_gateway():
        provider, _, name = request.model.partition(":")
        try:
            model: BaseChatModel = init_chat_model(name, model_provider=provider, **request.arguments())
        except Exception as exc:  # pydantic's, the provider's and botocore's own errors
            raise ConfigError(
                f"{request.model} cannot be set up with these settings ({type(exc).__name__}). "
                f"Check reader.options, reader.base_url and the provider's key in the environment."
            ) from exc
    return model


@contextmanager
def _without_gateway() -> Iterator[None]:
    """LANGSMITH_GATEWAY would reroute requests to a third party; only the settings decide where they go."""
    value = os.environ.pop("LANGSMITH_GATEWAY", None)
    try:
        yield
    finally:
        if value is not None:
            os.environ["LANGSMITH_GATEWAY"] = value
