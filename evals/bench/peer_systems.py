"""The systems of the comparison, each behind ``make(documents) -> ask(question) -> document ids, best first``.

Run by peers.py as a program of its own, one process for each system, so that this file imports nothing of ours
at the top and can be run by an interpreter that has only the peer. Every system gets the same documents, title
and text, and is asked for ten. Beside each peer's defaults stands the best set-up for Japanese that its own
options allow; where the defaults know Japanese there is no other.

    python peer_systems.py SYSTEM DOCUMENTS.jsonl QUESTIONS.jsonl RESULT.json
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Documents = list[dict[str, str]]
Ask = Callable[[str], list[str]]
DEPTH = 10
_WARM_UP = 3


def ours(documents: Documents) -> Ask:
    from assistant.api import Assistant
    from assistant.settings import load_settings

    folder = Path(tempfile.mkdtemp(prefix="peers-"))
    corpus = folder / "corpus.jsonl"
    corpus.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in documents), encoding="utf-8")
    assistant = Assistant.open(load_settings(home=folder / "home"))
    assistant.index([corpus])

    def ask(question: str) -> list[str]:
        hits = assistant.search(question, top_k=4 * DEPTH)  # documents are cut into passages
        return list(dict.fromkeys(hit.passage.article_id for hit in hits))[:DEPTH]

    return ask


def haystack(documents: Documents) -> Ask:
    """Its default splits Japanese into single characters."""
    from haystack import Document
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    store = InMemoryDocumentStore()
    store.write_documents([Document(id=item["id"], content=_content(item)) for item in documents])
    retriever = InMemoryBM25Retriever(store, top_k=DEPTH)
    return lambda question: [item.id for item in retriever.run(question)["documents"]]


def llama_index(documents: Documents, **options: Any) -> Ask:
    from llama_index.core.schema import TextNode
    from llama_index.retrievers.bm25 import BM25Retriever

    nodes = [TextNode(id_=item["id"], text=_content(item)) for item in documents]
    retriever = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=DEPTH, **options)
    return lambda question: [item.node.node_id for item in retriever.retrieve(question)]


def llama_index_ja(documents: Documents) -> Ask:
    """Pairs of neighbouring word characters by ``token_pattern``: it has no segmenter of its own."""
    return llama_index(documents, token_pattern=r"(?u)(?=(\w\w))", skip_stemming=True)


def txtai(documents: Documents, **scoring: Any) -> Ask:
    from txtai import Embeddings

    embeddings = Embeddings(keyword=True, scoring={"method": "bm25", "terms": True, **scoring})
    embeddings.index([(item["id"], _content(item), None) for item in documents])
    return lambda question: [str(key) for key, _ in embeddings.search(question, DEPTH)]


def txtai_ja(documents: Documents) -> Ask:
    """Its tokenizer's character pairs."""
    return txtai(documents, tokenizer={"ngrams": {"ngrams": 2, "unique": False}})


def langchain(documents: Documents, **options: Any) -> Ask:
    from langchain_community.retrievers import BM25Retriever

    retriever = BM25Retriever.from_texts(
        [_content(item) for item in documents], metadatas=[{"id": item["id"]} for item in documents], k=DEPTH, **options
    )
    return lambda question: [str(item.metadata["id"]) for item in retriever.invoke(question)]


def langchain_ja(documents: Documents) -> Ask:
    """Its ``preprocess_func`` with SudachiPy, the set-up that its users write about."""
    from sudachipy import Dictionary, SplitMode

    tokenizer = Dictionary().tokenizer(mode=SplitMode.A)
    kept = ("名詞", "動詞", "形容詞", "形状詞", "副詞", "接頭辞", "接尾辞")

    def words(text: str) -> list[str]:
        return [
            item.normalized_form().lower()
            for start in range(0, len(text), 10_000)
            for item in tokenizer.tokenize(text[start : start + 10_000])
            if item.part_of_speech()[0] in kept
        ]

    return langchain(documents, preprocess_func=words)


SYSTEMS: dict[str, Callable[[Documents], Ask]] = {
    "article assistant": ours,
    "haystack": haystack,
    "llama-index": llama_index,
    "llama-index, character pairs": llama_index_ja,
    "txtai": txtai,
    "txtai, character pairs": txtai_ja,
    "langchain": langchain,
    "langchain, SudachiPy": langchain_ja,
}


def _content(item: dict[str, str]) -> str:
    return f"{item['title']}\n{item['text']}"


def resident_mb() -> int:
    """Memory of this process; the most it ever had where the system does not tell."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) // 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def run(system: str, documents: Documents, questions: list[str]) -> dict[str, Any]:
    """Index and ask, each question once; times in seconds and milliseconds."""
    started = time.perf_counter()
    ask = SYSTEMS[system](documents)
    seconds = time.perf_counter() - started
    for question in questions[:_WARM_UP]:
        ask(question + " ")
    rankings, milliseconds = [], []
    for question in questions:
        before = time.perf_counter()
        rankings.append(ask(question))
        milliseconds.append((time.perf_counter() - before) * 1000)
    return {
        "index_seconds": round(seconds, 2),
        "memory_mb": resident_mb(),
        "rankings": rankings,
        "milliseconds": milliseconds,
    }


def _lines(path: str) -> list[Any]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


def main() -> None:
    system, documents, questions, result = sys.argv[1:]
    try:
        found = run(system, _lines(documents), _lines(questions))
    except ImportError as exc:
        found = {"missing": str(exc)}
    Path(result).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
