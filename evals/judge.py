"""A chat model's opinion of stored answers. It never gates, and it never sees the system: only a report.

The figure depends on the model, its version and its mood; what is reported is therefore also how often it agrees with
the suite's own judgement, and every answer on which the two part.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from assistant.errors import ConfigError, ModelUnavailableError
from evals.metrics import rate
from evals.report import rounded

VERDICTS = ("right", "partly", "wrong")
_WORD = re.compile(r"\b(right|partly|wrong)\b", re.IGNORECASE)
_PROMPT = """You compare an answer with the reference of an exam. Say only one word.
right: the answer says what the reference says, in any words or units.
partly: a part is missing or something beside it is wrong.
wrong: anything else.

Question: {question}
Reference (any one of these is enough): {expected}
Answer: {answer}

One word:"""


class ChatModel(Protocol):
    """What is needed of a LangChain chat model."""

    def invoke(self, prompt: str) -> Any: ...


def judge_stored(model: str, stored: str | None, target: str | None, chat: ChatModel | None = None) -> int:
    """Have a model score the answers of a report and print what came of it.

    Args:
        model: ``provider:name`` for LangChain's ``init_chat_model``.
        stored: A report written with ``--json``.
        target: Where the verdicts go as JSON; None prints only the summary.
        chat: Asked instead of ``model``, by the tests.

    Returns:
        0 once every answer was judged.

    Raises:
        ConfigError: The report is missing.
        ModelUnavailableError: The model cannot be loaded or asked.
    """
    if not stored:
        raise ConfigError("--judge scores stored answers: name the report with --stored F (written by --json F).")
    try:
        cases = json.loads(Path(stored).read_text(encoding="utf-8"))["cases"]
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ConfigError(
            f"--stored {stored!r} is not a report of this suite: {exc}. Write one with --json F."
        ) from exc
    answered = [case for case in cases if case["answerable"] and case["status"] in ("answered", "partial")]
    asked = chat if chat is not None else _load(model)
    verdicts = {case["case_id"]: _ask(asked, model, case) for case in answered}
    table = summary(model, answered, verdicts)
    if target:
        Path(target).write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(_markdown(table))
    return 0


def summary(model: str, cases: Sequence[Mapping[str, Any]], verdicts: Mapping[str, str]) -> dict[str, Any]:
    """Rates with intervals, the agreement with the suite, and where the two part."""
    told = [case for case in cases if verdicts[case["case_id"]] in VERDICTS]
    agree = [(verdicts[case["case_id"]] == "right") == (case["outcome"] == "right") for case in told]
    apart = [
        {"case_id": case["case_id"], "judge": verdicts[case["case_id"]], "suite": case["outcome"]}
        for case, same in zip(told, agree, strict=True)
        if not same
    ]
    return {
        "judge": model,
        "gates": False,
        "right": rounded(rate(verdicts[case["case_id"]] == "right" for case in told)),
        "agreement": rounded(rate(agree)),
        "unscored": [case["case_id"] for case in cases if case not in told],
        "apart": apart,
        "verdicts": dict(verdicts),
    }


def _ask(chat: ChatModel, model: str, case: Mapping[str, Any]) -> str:
    expected = " / ".join(case["expected"]) or "; ".join(" or ".join(group) for group in case["required"])
    prompt = _PROMPT.format(question=case["question"], expected=expected, answer=case["text"])
    try:
        reply = chat.invoke(prompt)
    except Exception as exc:  # a provider's own errors have no common base
        raise ModelUnavailableError(f"The judge {model!r} could not be asked: {exc}. Try again later.") from exc
    content = getattr(reply, "content", reply)
    found = _WORD.search(content if isinstance(content, str) else str(content))
    return found.group().lower() if found else "unscored"


def _load(model: str) -> ChatModel:
    try:
        from langchain.chat_models import init_chat_model

        loaded: ChatModel = init_chat_model(model, temperature=0)
    except (ImportError, ValueError) as exc:
        raise ModelUnavailableError(
            f"The judge {model!r} cannot be loaded: {exc}. Write it as provider:name and install its package."
        ) from exc
    return loaded


def _markdown(table: Mapping[str, Any]) -> str:
    right, agreement = table["right"], table["agreement"]
    lines = [f"## Judge {table['judge']} (never gates)", ""]
    for name, value in (("right", right), ("agrees with the suite", agreement)):
        if value["n"]:
            lines.append(f"- {name}: {value['value']:.3f} ({value['low']:.3f}–{value['high']:.3f}), {value['n']}")
    if table["unscored"]:
        lines.append(f"- no verdict: {', '.join(table['unscored'])}")
    lines += [f"- {item['case_id']}: judge {item['judge']}, suite {item['suite']}" for item in table["apart"]]
    return "\n".join(lines) + "\n"
