"""Wires a chat reader from the settings. Loaded only where one is set."""

from __future__ import annotations

from assistant.answer.budget import Budget
from assistant.answer.chat import ChatLimits, ChatReader
from assistant.library.store import Library
from assistant.models.chat import ChatModel
from assistant.models.chat_providers import ChatRequest
from assistant.models.cross import PairModel
from assistant.settings import Settings
from assistant.text.glossary import Glossary
from assistant.verify.support import DeskSupport

_PROMPT_TOKENS = 1500
"""Room for the system message, the question and an estimate that was too low."""


def make_chat_reader(settings: Settings, library: Library, glossary: Glossary) -> ChatReader:
    """The chat reader that the settings ask for; nothing is loaded or called yet.

    Raises:
        ConfigError: ``reader.model`` names no known provider, or its package is not installed.
    """
    read = settings.reader
    request = ChatRequest(
        model=read.model,
        base_url=read.base_url,
        api_key=read.api_key.get_secret_value() if read.api_key is not None else None,
        temperature=read.temperature,
        timeout_seconds=read.timeout_seconds,
        context_tokens=read.max_input_tokens + read.max_output_tokens + _PROMPT_TOKENS,
        options=read.options,
    )
    limits = ChatLimits(
        timeout_seconds=read.timeout_seconds,
        max_input_tokens=read.max_input_tokens,
        max_output_tokens=read.max_output_tokens,
        max_sentences=read.max_chat_sentences,
    )
    budget = Budget(
        file=settings.home / "chat_cost.json",
        input_price=read.input_price,
        output_price=read.output_price,
        per_question=read.max_cost_per_question,
        per_day=read.max_cost_per_day,
    )
    entailment = None
    if read.nli_model is not None:
        entailment = PairModel(
            read.nli_model,
            setting="reader.nli_model",
            models_dir=settings.home / "models",
            device=settings.embed.device,
        )
    return ChatReader(
        model=ChatModel(request, retries=read.retries, tracing=read.tracing),
        support=DeskSupport(glossary, entailment, library.text),
        article_text=library.text,
        limits=limits,
        budget=budget,
    )
