"""Adapters for the formats the sets are published in. A folder is recognised by what its files look like.

JSQuAD and JaQuAD: SQuAD JSON. U4 (NTCIR-18): ``questions_tqa.json`` beside the reports' HTML with ``table-id`` and
``cell-id`` attributes. CLAP NQ: JSONL with ``input``, ``passages``, ``output``. TAT-QA: a JSON list of ``table``,
``paragraphs``, ``questions``. VitaminC: JSONL with ``claim``, ``evidence``, ``label``. JNLI: JSONL with ``sentence1``,
``sentence2``, ``label``. NoMIRACL: ``topics`` and ``qrels`` as TSV, the corpus as (gzipped) JSONL.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.errors import ConfigError
from evals.public.sets import (
    NEITHER,
    REFUTES,
    SUPPORTS,
    Document,
    Pair,
    PublicSet,
    Question,
    family_of,
    read_json,
    read_jsonl,
    read_normalised,
)

_SEP = re.compile(r"\s*\[SEP\]\s*")
_JNLI = {"entailment": SUPPORTS, "contradiction": REFUTES, "neutral": NEITHER}
_NUMBER = re.compile(r"\d")


def find_sets(data: Path) -> list[PublicSet]:
    """Every set in a folder and its subfolders, in name order.

    Raises:
        ConfigError: There is no such folder, or nothing in it is a set.
    """
    if not data.is_dir():
        raise ConfigError(f"There is no folder {str(data)!r}. Name the one with the public sets by --data DIR.")
    folders = [data, *sorted(path for path in data.iterdir() if path.is_dir())]
    found = [public for folder in folders if (public := read_set(folder)) is not None]
    if not found:
        raise ConfigError(f"No set in {str(data)!r} has a known format. See evals/README.md for the formats.")
    return found


def read_set(folder: Path) -> PublicSet | None:
    """The set in one folder, or None when its files are of no known format.

    Raises:
        ConfigError: A file has a known format and is broken.
    """
    try:
        if (folder / "corpus.jsonl").is_file() and (folder / "questions.jsonl").is_file():
            return read_normalised(folder)
        claims = folder / "claims.jsonl"
        if claims.is_file() and {"id", "claim", "evidence", "label", "lang"} <= next(read_jsonl(claims), {}).keys():
            return read_normalised(folder)
        if (folder / "topics").is_dir() and (folder / "qrels").is_dir():
            return read_nomiracl(folder)
        return _merged(folder, _files(folder))
    except (KeyError, TypeError, IndexError, AttributeError) as exc:
        raise ConfigError(f"The set in {str(folder)!r} lacks what its format asks for: {exc!r}.") from exc


def _files(folder: Path) -> Iterator[PublicSet]:
    for path in sorted(folder.glob("*.json")):
        table = read_json(path)
        if isinstance(table, dict) and isinstance(table.get("data"), list):
            yield read_squad(folder.name, table)
        elif isinstance(table, list) and table and {"table", "questions"} <= table[0].keys():
            yield read_tatqa(folder.name, table)
        elif isinstance(table, dict) and table and all("table_id" in row for row in _values(table)):
            yield read_u4(folder, table)
    for path in sorted(folder.glob("*.jsonl")):
        first = next(read_jsonl(path), {})
        for keys, read in _LINES:
            if keys <= first.keys():
                yield read(folder.name, read_jsonl(path))
                break


def _values(table: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [row for row in table.values() if isinstance(row, Mapping)] or [{}]


def _merged(folder: Path, parts: Iterable[PublicSet]) -> PublicSet | None:
    """The files of one folder (train, valid) as one set; documents that occur twice once."""
    found = list(parts)
    if not found:
        return None
    documents = {document.id: document for part in found for document in part.documents}
    return PublicSet(
        folder.name,
        found[0].family,
        tuple(documents.values()),
        tuple(question for part in found for question in part.questions),
        tuple(pair for part in found for pair in part.pairs),
    )


def read_squad(name: str, table: Mapping[str, Any]) -> PublicSet:
    """SQuAD JSON. JSQuAD puts the title before ``[SEP]`` into the context."""
    documents: list[Document] = []
    questions: list[Question] = []
    separated = False
    for number, article in enumerate(table["data"]):
        for index, paragraph in enumerate(article["paragraphs"]):
            parts = _SEP.split(paragraph["context"], maxsplit=1)
            separated |= len(parts) == 2
            key = f"{number}-{index}"
            documents.append(Document(key, article.get("title") or parts[0], parts[-1], "ja"))
            for item in paragraph["qas"]:
                answers = tuple(dict.fromkeys(_answer_texts(item["answers"])))
                impossible = bool(item.get("is_impossible")) or not answers
                gold = () if impossible else (key,)
                questions.append(Question(str(item["id"]), item["question"], answers, gold, not impossible, "ja"))
    family = family_of(name, "jsquad" if separated else "jaquad")
    return PublicSet(name, family, tuple(documents), tuple(questions))


def _answer_texts(answers: Any) -> list[str]:
    # SQuAD: a list of objects; the datasets library turns it into one object of lists.
    return [str(text) for text in answers["text"]] if isinstance(answers, dict) else [str(a["text"]) for a in answers]


def read_clapnq(name: str, rows: Iterable[Mapping[str, Any]]) -> PublicSet:
    """CLAP NQ: one question with its passage a line; an empty answer means the passage does not answer it."""
    documents: dict[str, Document] = {}  # by text: several questions may share a passage
    questions: list[Question] = []
    for row in rows:
        keys = []
        for passage in row["passages"]:
            text = str(passage["text"])
            fresh = Document(f"clapnq-{len(documents):05d}", str(passage.get("title", "")), text, "en")
            keys.append(documents.setdefault(text, fresh).id)
        answers = tuple(str(out["answer"]) for out in row["output"] if str(out.get("answer", "")).strip())
        gold = tuple(keys) if answers else ()
        questions.append(Question(str(row["id"]), str(row["input"]), answers, gold, bool(answers), "en"))
    return PublicSet(name, family_of(name, "clapnq"), tuple(documents.values()), tuple(questions))


def read_tatqa(name: str, rows: Iterable[Mapping[str, Any]]) -> PublicSet:
    """TAT-QA: a table with paragraphs is one document; an answer that is computed is kept, with its scale."""
    documents: list[Document] = []
    questions: list[Question] = []
    for row in rows:
        key = str(row["table"]["uid"])
        lines = [" | ".join(str(cell) for cell in cells) for cells in row["table"]["table"]]
        paragraphs = [str(item["text"]) for item in sorted(row["paragraphs"], key=lambda item: item["order"])]
        documents.append(Document(key, "", "\n".join(lines) + "\n\n" + "\n\n".join(paragraphs), "en"))
        for item in row["questions"]:
            given = item["answer"] if isinstance(item["answer"], list) else [item["answer"]]
            texts = [str(text) for text in given if str(text).strip()]
            whole = ", ".join(texts)
            scale = str(item.get("scale") or "")
            answers = dict.fromkeys([whole, f"{whole} {scale}".strip()] if texts else [])
            gold = (key,) if texts else ()
            questions.append(Question(str(item["uid"]), str(item["question"]), tuple(answers), gold, bool(texts), "en"))
    return PublicSet(name, family_of(name, "tatqa"), tuple(documents), tuple(questions))


def read_u4(folder: Path, table: Mapping[str, Any]) -> PublicSet:
    """U4: the tables of the reports' HTML are the documents, the value of a cell is the answer."""
    from lxml import html

    documents: dict[str, Document] = {}
    cells: dict[str, str] = {}
    for path in sorted([*folder.rglob("*.htm"), *folder.rglob("*.html")]):
        tree = html.fromstring(path.read_bytes())
        for element in tree.iter("table"):
            key = element.get("table-id")
            if not key:
                continue
            lines = []
            for row in element.iter("tr"):
                texts = []
                for cell in row.iter("td", "th"):
                    text = " ".join(cell.text_content().split())
                    texts.append(text)
                    if cell.get("cell-id"):
                        cells[cell.get("cell-id")] = text
                lines.append(" | ".join(texts))
            documents[key] = Document(key, path.stem, "\n".join(lines), "ja")
    questions = []
    for key, row in table.items():
        table_id = str(row["table_id"])
        values = [cells.get(str(row.get("cell_id")), ""), str(row.get("value", ""))]
        answers = tuple(dict.fromkeys(value for value in values if value.strip()))
        gold = (table_id,) if table_id in documents else ()
        questions.append(Question(key, str(row["question"]), answers, gold, True, "ja"))
    return PublicSet(folder.name, family_of(folder.name, "u4"), tuple(documents.values()), tuple(questions))


def read_vitaminc(name: str, rows: Iterable[Mapping[str, Any]]) -> PublicSet:
    """VitaminC: a claim and one sentence of a revised page."""
    pairs = tuple(
        Pair(
            str(row.get("unique_id", number)),
            str(row["claim"]),
            str(row["evidence"]),
            str(row["label"]).upper(),
            "en",
            str(row.get("page", "")),
            bool(_NUMBER.search(str(row["claim"]))),
        )
        for number, row in enumerate(rows)
    )
    return PublicSet(name, family_of(name, "vitaminc"), pairs=pairs)


def read_jnli(name: str, rows: Iterable[Mapping[str, Any]]) -> PublicSet:
    """JNLI: ``sentence1`` is the evidence, ``sentence2`` the claim."""
    pairs = tuple(
        Pair(
            str(row.get("sentence_pair_id", number)),
            str(row["sentence2"]),
            str(row["sentence1"]),
            _JNLI[str(row["label"])],
            "ja",
        )
        for number, row in enumerate(rows)
    )
    return PublicSet(name, family_of(name, "jnli"), pairs=pairs)


def read_nomiracl(folder: Path) -> PublicSet:
    """NoMIRACL: topics with a judged passage are answerable, topics whose judged passages are all irrelevant are not."""
    questions: list[Question] = []
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    for path in sorted((folder / "qrels").glob("*.tsv")):
        for row in _tsv(path):
            judged[row[0]][row[2] if len(row) > 3 else row[1]] = int(row[-1])
    for path in sorted((folder / "topics").glob("*.tsv")):
        for row in _tsv(path):
            gold = tuple(key for key, relevant in judged[row[0]].items() if relevant > 0)
            questions.append(Question(row[0], row[1], (), gold, bool(gold), _language(folder, row[1])))
    wanted = {key for items in judged.values() for key in items}
    documents = [
        Document(str(row["docid"]), str(row.get("title", "")), str(row["text"]), _language(folder, str(row["text"])))
        for row in _nomiracl_corpus(folder)
        if str(row["docid"]) in wanted
    ]
    return PublicSet(folder.name, "nomiracl", tuple(documents), tuple(questions))


def _nomiracl_corpus(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("corpus*.jsonl*")):
        if path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8") as stream:
                yield from (json.loads(line) for line in stream if line.strip())
        else:
            yield from read_jsonl(path)


def _tsv(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            if len(row) > 1 and row[0] not in ("qid", "query_id"):
                yield row


def _language(folder: Path, text: str) -> str:
    if folder.name in ("english", "en"):
        return "en"
    return "ja" if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", text) else "en"


_LINES: tuple[tuple[frozenset[str], Callable[[str, Iterable[Mapping[str, Any]]], PublicSet]], ...] = (
    (frozenset({"input", "passages", "output"}), read_clapnq),
    (frozenset({"sentence1", "sentence2", "label"}), read_jnli),
    (frozenset({"claim", "evidence", "label"}), read_vitaminc),
)
