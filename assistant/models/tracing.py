"""Traces of chat models: none unless the settings ask for them, whatever the environment says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Span:
    """What a trace is told about one reply. Never the text."""

    def __init__(self, span: Any = None) -> None:
        self._span = span

    def tokens(self, input_tokens: int, output_tokens: int) -> None:
        if self._span is not None:
            self._span.set_attribute("gen_ai.usage.input_tokens", input_tokens)
            self._span.set_attribute("gen_ai.usage.output_tokens", output_tokens)


@contextmanager
def traced(mode: str, model: str) -> Iterator[Span]:
    """Run a reply with tracing as the settings say.

    LangChain traces to LangSmith, question and passages included, as soon as LANGSMITH_TRACING is set
    somewhere; ``off`` overrules that. ``opentelemetry`` makes one span with the model's name, its
    duration and token counts, for the exporter the process has configured.
    """
    from langsmith.run_helpers import tracing_context

    with tracing_context(enabled=mode == "langsmith"):
        if mode == "opentelemetry":
            from opentelemetry import trace

            tracer = trace.get_tracer("article-assistant")
            with tracer.start_as_current_span("assistant.chat") as span:
                span.set_attribute("gen_ai.operation.name", "chat")
                span.set_attribute("gen_ai.request.model", model)
                yield Span(span)
        else:
            yield Span()
