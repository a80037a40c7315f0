"""Passages as numbered data for a chat model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from assistant.models.chat import estimate_tokens
from assistant.text.untrusted import escaped, without_invisible
from assistant.types import Passage

_AROUND = 40  # tokens of the element around a passage


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent: passage n of the prompt is ``passages[n - 1]``."""

    messages: tuple[tuple[str, str], ...]
    passages: tuple[Passage, ...]


def fitting(passages: Sequence[Passage], max_tokens: int) -> tuple[Passage, ...]:
    """The first passages that fit; one at least."""
    chosen: list[Passage] = []
    left = max_tokens
    for passage in {item.passage_id: item for item in passages}.values():
        left -= estimate_tokens(_element(1, passage)) + _AROUND
        if left < 0 and chosen:
            break
        chosen.append(passage)
    return tuple(chosen)


def build_prompt(question: str, passages: Sequence[Passage], lang: str, max_sentences: int) -> Prompt:
    """System and human message. Whatever an article says stays inside its element."""
    material = "\n".join(_element(number, passage) for number, passage in enumerate(passages, start=1))
    human = f"<passages>\n{material}\n</passages>\n\n<question>{_clean(question)}</question>"
    system = _system(lang).replace("{max_sentences}", str(max_sentences))
    return Prompt((("system", system), ("human", human)), tuple(passages))


@lru_cache(maxsize=2)
def _system(lang: str) -> str:
    return (files("assistant.answer") / "prompts" / lang / "system.txt").read_text(encoding="utf-8")


def _element(number: int, passage: Passage) -> str:
    attributes = {
        "n": str(number),
        "title": passage.title,
        "place": passage.locator,
        "published": passage.published or "",
    }
    shown = " ".join(f'{name}="{_clean(value)}"' for name, value in attributes.items() if value)
    text = f"{passage.context}\n{passage.text}" if passage.context else passage.text
    return f"<passage {shown}>\n{_clean(text)}\n</passage>"


def _clean(text: str) -> str:
    return escaped(without_invisible(text))
