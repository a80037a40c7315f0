"""New cases: one from the command line, drafts from what users said about answers in the UI.

The UI appends one JSON object a line to a file: ``question``, ``answer`` (as shown), ``citations`` (a list of
``article_id``, ``version``, ``start``, ``end``, ``quote``), ``verdict`` (``wrong`` or ``missing_source``), ``note`` (in
the user's words), ``time`` (ISO 8601), and optionally ``lang``. Imported, they are drafts in ``cases/drafts``, which no
suite reads: a person writes what is expected and moves them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import ConfigError
from assistant.verify.statement import language_of
from evals.cases import CASES_DIR, EvalCase, Filled, PlacedCase, load_split, question_files, read_cases
from evals.lint import lint_cases
from evals.matching import fold

ADDED = "added.jsonl"
DRAFTS = Path("drafts") / "feedback.jsonl"


class FeedbackCitation(BaseModel):
    """A citation as the UI showed it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    article_id: Filled
    version: int = Field(1, ge=1)
    start: int = Field(0, ge=0)
    end: int = Field(0, ge=0)
    quote: Filled


class Feedback(BaseModel):
    """One remark of a user on one answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: Filled
    answer: str
    citations: tuple[FeedbackCitation, ...] = ()
    verdict: Literal["wrong", "missing_source"]
    note: str = ""
    time: datetime
    lang: Literal["ja", "en"] | None = None


def add_case(arguments: argparse.Namespace, texts: Mapping[str, str], folder: Path = CASES_DIR) -> int:
    """Append a case made of the command line's arguments, if the linter finds nothing wrong with it.

    Args:
        arguments: ``add`` (the question), ``kind``, ``expected``, ``evidence`` (``ARTICLE=QUOTE``); a case without
            expected answers is one that must be refused.
        texts: Stored text of every article by id.
        folder: Where the cases are.

    Returns:
        0 when it was added.

    Raises:
        ConfigError: The case is wrong.
    """
    question = str(arguments.add).strip()
    lang = language_of(question)
    kind = arguments.kind or ("figure" if arguments.expected else "fact_absent")
    evidence = []
    for given in arguments.evidence or ():
        article, separator, quote = given.partition("=")
        if not separator:
            raise ConfigError(f"--evidence {given!r} is not ARTICLE=QUOTE. `assistant sources` lists the articles.")
        evidence.append({"article_id": article.strip(), "quote": quote})
    values = {
        "case_id": f"{lang}-added-{_digest(question)}",
        "lang": lang,
        "kind": kind,
        "question": question,
        "expected": list(arguments.expected or ()),
        "gold_evidence": evidence,
        "answerable": bool(arguments.expected),
    }
    try:
        case = EvalCase.model_validate(values)
    except ValidationError as exc:
        raise ConfigError(f"The case cannot be added: {' '.join(str(exc).split())}") from exc
    path = folder / ADDED
    known, _ = read_cases(question_files(folder))
    placed = PlacedCase(case, path, len(known) + 1)
    split = load_split(folder / "split.toml") if (folder / "split.toml").is_file() else None
    problems = [item for item in lint_cases([*known, placed], texts, split) if case.case_id in item.text]
    if problems:
        raise ConfigError(f"The case cannot be added: {'; '.join(item.text for item in problems)}")
    _append(path, [values])
    sys.stdout.write(f"added {case.case_id} to {path}. Review it like code.\n")
    return 0


def import_feedback(source: Path, folder: Path = CASES_DIR) -> int:
    """Make draft cases of a file of feedback; what was imported before is left alone.

    Returns:
        0 when every line could be read.

    Raises:
        ConfigError: A line is no feedback; nothing is imported then.
    """
    drafts: list[dict[str, object]] = []
    try:
        lines = source.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(f"The feedback {str(source)!r} cannot be read: {exc}.") from exc
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            drafts.append(_draft(Feedback.model_validate_json(line)))
        except ValidationError as exc:
            first = exc.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise ConfigError(f"{source}, line {number}: {where} {first['msg']}. Nothing was imported.") from exc
    path = folder / DRAFTS
    known = _ids(path)
    fresh = list({str(draft["case_id"]): draft for draft in drafts if draft["case_id"] not in known}.values())
    path.parent.mkdir(parents=True, exist_ok=True)
    _append(path, fresh)
    sys.stdout.write(
        f"{len(fresh)} draft cases in {path}, {len(drafts) - len(fresh)} were there before. Each needs `expected`, "
        "`gold_evidence` and `answerable` before it moves into a file of cases.\n"
    )
    return 0


def _draft(feedback: Feedback) -> dict[str, object]:
    lang = feedback.lang or language_of(feedback.question)
    return {
        "case_id": f"{lang}-feedback-{_digest(fold(feedback.question), feedback.time.isoformat())}",
        "lang": lang,
        "kind": "",
        "question": feedback.question,
        "expected": [],
        "gold_evidence": [{"article_id": item.article_id, "quote": item.quote} for item in feedback.citations],
        "answerable": None,
        "needs_review": True,
        "feedback": {
            "answer": feedback.answer,
            "verdict": feedback.verdict,
            "note": feedback.note,
            "time": feedback.time.isoformat(),
        },
    }


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=4).hexdigest()


def _ids(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    return {json.loads(line)["case_id"] for line in path.read_text(encoding="utf-8").splitlines() if line.strip()}


def _append(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("a", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
