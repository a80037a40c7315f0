"""Small corpora on disk, whose every answer is known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant import Assistant, Settings

FACTORIES = 30
"""Each article is one passage about one factory, with a part number that no other article has."""


def article_source(number: int, *, output: int | None = None, extra: str = "", **front: object) -> str:
    """Markdown of the article ``factory-<number>``; its id does not depend on the file's place."""
    lines = {
        "id": f"factory-{number:02}",
        "title": f"第{number}工場の近況",
        "date": f"2026-01-{number % 28 + 1:02}",
        **front,
    }
    head = "\n".join(f"{key}: {value}" for key, value in lines.items())
    body = f"部品PPR-{9000 + number}の月産は{output or 1000 + 37 * number}個です。"
    return f"---\n{head}\n---\n\n{body}\n{extra}"


@dataclass(frozen=True)
class Site:
    """A corpus directory and the assistant's home beside it."""

    root: Path

    @property
    def corpus(self) -> Path:
        return self.root / "corpus"

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def index_dir(self) -> Path:
        return self.home / "index"

    @property
    def generation(self) -> Path:
        """Directory of the generation in force."""
        return self.index_dir / (self.index_dir / "CURRENT").read_text(encoding="utf-8").split()[0]

    @classmethod
    def create(cls, root: Path, *, count: int = FACTORIES) -> Site:
        site = cls(root)
        site.corpus.mkdir(parents=True)
        (root / "glossary.yaml").write_text("terms: []\n", encoding="utf-8")
        for number in range(count):
            site.write(number)
        return site

    def path(self, number: int) -> Path:
        return self.corpus / f"factory-{number:02}.md"

    def write(self, number: int, *, output: int | None = None, extra: str = "", **front: object) -> None:
        self.path(number).write_text(article_source(number, output=output, extra=extra, **front), encoding="utf-8")

    def settings(self, **more: object) -> Settings:
        return Settings(**{"home": self.home, "glossary": self.root / "glossary.yaml", **more})  # type: ignore[arg-type]

    def open(self, **more: object) -> Assistant:
        """Vectors are compared one by one unless told otherwise: Chroma takes a second to import."""
        return Assistant.open(self.settings(**{"retrieve": {"dense": "exact"}, **more}))


def texts_found(assistant: Assistant, question: str) -> list[str]:
    return [hit.passage.text for hit in assistant.search(question, top_k=3)]
