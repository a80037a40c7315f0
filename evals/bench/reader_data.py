"""Questions of the public development sets with what the search found for them, kept on disk between runs."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assistant.answer.question import Question, analyse_question, without_type_nouns
from assistant.api import Assistant
from assistant.retrieve.query import Query
from assistant.settings import load_settings
from assistant.text.normalise import normalise
from assistant.types import Hit

_PACKAGE = Path(__file__).resolve().parents[2] / "assistant"
_SEARCHING = ("retrieve", "text", "index", "chunk.py", "types.py", "spans.py")
_HELD = 10
"""One article in ten is held back: nothing is fitted on it, and it is measured once at the end."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set with what the search found for it."""

    case_id: str
    source: str  # name of the set
    article: str  # questions on one article are right or wrong together
    text: str
    answers: tuple[str, ...]  # squeezed; for qa_dev_en the gold sentences
    gold: frozenset[str]  # documents that answer it
    answerable: bool
    gap: str  # near or far for a refusal_dev_ja question whose passage is gone
    query: Query
    hits: tuple[Hit, ...]

    @property
    def question(self) -> Question:
        return analyse_question(self.text, about_articles=False)

    @property
    def asked_for(self) -> Query:
        return without_type_nouns(self.question, self.query)

    @property
    def held(self) -> bool:
        return is_held(self.article)

    def is_right(self, hit_article: str, text: str) -> bool:
        """Whether a sentence of an article contains a gold answer."""
        shown = squeeze(text)
        return hit_article in self.gold and any(answer in shown for answer in self.answers)


def squeeze(text: str) -> str:
    return "".join(normalise(text).split())


def is_held(article: str) -> bool:
    return _number(article + "/held") % _HELD == 0


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def source_hash(names: Iterable[str]) -> str:
    """Of the modules that decide what is cached, so that a changed one is never read from the cache."""
    digest = hashlib.sha256()
    for name in names:
        path = _PACKAGE / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def asked_questions(
    data: Path, home: Path, cache: Path, *, step: int = 1, but: frozenset[str] = frozenset()
) -> list[Asked]:
    """Every ``step``-th question of a set, from the cache where nothing that the search stands on has changed.

    ``home`` is indexed here if it holds no index of the set's corpus yet; questions with an id in ``but`` are
    left out before counting.
    """
    name = data.name
    kept = cache / f"{name}-{step}-{'part-' if but else ''}{source_hash(_SEARCHING)}.hits.pickle"
    if kept.exists():
        return list(pickle.loads(kept.read_bytes()))
    corpus = [json.loads(line) for line in (data / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
    titles = {item["id"]: str(item["title"]) for item in corpus}
    found = []
    with Assistant.open(load_settings(home=home), one_shot=True) as assistant:
        assistant.index([data / "corpus.jsonl"])
        with assistant._serving.using() as current:
            lines = (data / "questions.jsonl").read_text(encoding="utf-8").splitlines()
            cases = [case for case in map(json.loads, lines) if case["id"] not in but]
            for case in cases[::step]:
                retrieved = current.pipeline._retriever.search(case["question"], prose_only=True)
                found.append(
                    Asked(
                        case_id=str(case["id"]),
                        source=name,
                        article=_article(case, titles),
                        text=str(case["question"]),
                        answers=tuple(squeeze(answer) for answer in case.get("gold_sentences") or case["answers"]),
                        gold=frozenset(case["doc_ids"]),
                        answerable=bool(case["answerable"]),
                        gap=str(case.get("gap", "")),
                        query=retrieved.query,
                        hits=retrieved.hits,
                    )
                )
    cache.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(pickle.dumps(found, protocol=pickle.HIGHEST_PROTOCOL))
    return found


def _article(case: dict[str, object], titles: dict[str, str]) -> str:
    """The article a question was written on: by its title, or by the id of a question whose article is gone."""
    identifier = str(case["id"])
    if identifier.startswith("a"):
        return identifier.split("p")[0]
    documents = case["doc_ids"] or [case.get("near_doc")]
    assert isinstance(documents, list)
    return titles.get(str(documents[0]), identifier)
