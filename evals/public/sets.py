"""What a public set is to the suite, and the form the project's own copies have."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import ConfigError

SUPPORTS, REFUTES, NEITHER = "SUPPORTS", "REFUTES", "NOT ENOUGH INFO"
FAMILIES = {
    "jsquad": "jsquad",
    "jaquad": "jaquad",
    "refusal": "refusal",
    "tables_dev_ja": "u4",
    "u4": "u4",
    "tables_dev_en": "tatqa",
    "tatqa": "tatqa",
    "tat-qa": "tatqa",
    "qa_dev_en": "clapnq",
    "clapnq": "clapnq",
    "nli": "jnli",
    "claims_dev_en": "vitaminc",
    "vitaminc": "vitaminc",
    "nomiracl": "nomiracl",
}
"""Which family a folder belongs to, by a part of its name."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text that is searched."""

    id: str
    title: str
    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with answer strings, alternatives, and the documents that hold them, alternatives too."""

    id: str
    question: str
    answers: tuple[str, ...]
    doc_ids: tuple[str, ...]
    answerable: bool
    lang: str
    gap: str = ""  # what was taken out of the documents: "near", "far"


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim with one evidence text."""

    id: str
    claim: str
    evidence: str
    label: str  # SUPPORTS, REFUTES or NOT ENOUGH INFO
    lang: str
    title: str = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class PublicSet:
    """A set as it was found."""

    name: str
    family: str
    documents: tuple[Document, ...] = ()
    questions: tuple[Question, ...] = ()
    pairs: tuple[Pair, ...] = ()


def family_of(name: str, default: str) -> str:
    """The family a folder's name tells, or else what its format suggests."""
    lowered = name.lower()
    return next((family for part, family in FAMILIES.items() if part in lowered), default)


def read_json(path: Path) -> Any:
    """Read a JSON file.

    Raises:
        ConfigError: It is none.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as exc:
        raise ConfigError(f"{path} cannot be read as JSON: {exc}.") from exc


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    """Read a JSONL file line by line.

    Raises:
        ConfigError: A line is no JSON object; it is named.
    """
    with path.open(encoding="utf-8-sig") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as exc:
                raise ConfigError(f"{path}, line {number} is not JSON: {exc}.") from exc
            if not isinstance(row, dict):
                raise ConfigError(f"{path}, line {number} is not a JSON object.")
            yield row


def read_normalised(folder: Path) -> PublicSet:
    """``corpus.jsonl`` with ``questions.jsonl``, or ``claims.jsonl``: the form of ``../shared/data``."""
    documents: tuple[Document, ...] = ()
    questions: tuple[Question, ...] = ()
    pairs: tuple[Pair, ...] = ()
    if (folder / "corpus.jsonl").is_file():
        documents = tuple(
            Document(str(row["id"]), str(row.get("title", "")), str(row["text"]), str(row["lang"]))
            for row in read_jsonl(folder / "corpus.jsonl")
        )
        questions = tuple(
            Question(
                str(row["id"]),
                str(row["question"]),
                tuple(str(answer) for answer in row["answers"]),
                tuple(str(key) for key in row["doc_ids"]),
                bool(row["answerable"]),
                str(row["lang"]),
                str(row.get("gap", "")),
            )
            for row in read_jsonl(folder / "questions.jsonl")
        )
    if (folder / "claims.jsonl").is_file():
        pairs = tuple(
            Pair(
                str(row["id"]),
                str(row["claim"]),
                str(row["evidence"]),
                str(row["label"]),
                str(row["lang"]),
                str(row.get("page", "")),
                bool(row.get("has_number", False)),
            )
            for row in read_jsonl(folder / "claims.jsonl")
        )
    return PublicSet(folder.name, family_of(folder.name, "other"), documents, questions, pairs)
