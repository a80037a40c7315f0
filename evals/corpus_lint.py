"""Checks the whole corpus for mistakes an editor can make: articles, spec sheets, glossary.

    python -m evals.corpus_lint [--corpus DIR]

An article needs a title, a date, an author, a language, a licence and sources, its id is its file name, its links
lead somewhere and what it corrects is there. Sheets and glossary: see ``corpus_check``. Each problem is one line,
``path:line: what is wrong``. Exit code 0: nothing is wrong; 1: something is.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

from evals.corpus_check import LOADER, Problem, lint_glossary, lint_sheets

REQUIRED = ("id", "title", "date", "author", "lang", "licence", "sources")
KEYS = frozenset((*REQUIRED, "categories", "tags", "excerpt", "updated", "corrects", "supersedes", "withdrawn"))
LINK = re.compile(r"(?<!!)\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)")
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|#", re.IGNORECASE)
CODE_FENCE = re.compile(r"\s*(```|~~~)")


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """A Markdown article: its front matter with the line of each key, and its body."""

    path: Path
    fields: dict[str, Any]  # every scalar a string
    lines: dict[str, int]
    body: str
    body_line: int  # line of the body's first line

    def texts(self, key: str) -> list[str]:
        """A field that is one text or a list of texts."""
        value = self.fields.get(key) or []
        return [value] if isinstance(value, str) else [str(item) for item in value]

    @property
    def headings(self) -> list[str]:
        return re.findall(r"^#+ +(.+)$", self.body, flags=re.MULTILINE)


def read_article(path: Path) -> ArticleFile | Problem:
    """One article file, or what keeps it from being read."""
    lines = path.read_text(encoding="utf-8").split("\n")
    end = next((number for number, line in enumerate(lines) if number and line.rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or end is None:
        return Problem(path, 1, "there is no front matter between two lines of ---")
    head = "\n".join(lines[1:end])
    try:
        node = yaml.compose(head, Loader=LOADER)
        fields = yaml.load(head, Loader=LOADER)
    except yaml.MarkedYAMLError as exc:
        line = exc.problem_mark.line + 2 if exc.problem_mark else 1
        return Problem(path, line, f"broken front matter: {exc.problem}")
    if not isinstance(node, yaml.MappingNode) or not isinstance(fields, dict):
        return Problem(path, 2, "the front matter is not made of 'key: value' lines")
    where = {str(key.value): key.start_mark.line + 2 for key, _ in node.value}
    return ArticleFile(path, fields, where, "\n".join(lines[end + 1 :]), end + 2)


def read_articles(folder: Path) -> tuple[list[ArticleFile], list[Problem]]:
    """All articles of a folder by name, and the files that are none."""
    articles: list[ArticleFile] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.md")):
        found = read_article(path)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            articles.append(found)
    return articles, problems


def lint_articles(folder: Path) -> Iterator[Problem]:
    """What is wrong in the articles."""
    articles, problems = read_articles(folder)
    yield from problems
    ids = {article.fields.get("id", "") for article in articles}
    for article in articles:
        yield from _lint_fields(article)
        yield from _lint_sources(article)
        yield from _lint_links(article)
        for key in ("corrects", "supersedes"):
            for target in article.texts(key):
                if target not in ids or target == article.fields.get("id"):
                    yield Problem(article.path, article.lines[key], f"{key} {target!r}, which is no other article's id")


def _lint_fields(article: ArticleFile) -> Iterator[Problem]:
    fields, path = article.fields, article.path
    for key in REQUIRED:
        if not fields.get(key):
            yield Problem(path, article.lines.get(key, 1), f"the article has no {key!r}")
    for key in fields.keys() - KEYS:
        yield Problem(path, article.lines[key], f"{key!r} is not a key of an article")
    if fields.get("id") and fields["id"] != path.stem:
        yield Problem(path, article.lines["id"], f"id {fields['id']!r} is not the file's name {path.stem!r}")
    if fields.get("lang") and fields["lang"] not in ("ja", "en"):
        yield Problem(path, article.lines["lang"], f"lang {fields['lang']!r} is neither ja nor en")
    if written := str(fields.get("date") or ""):
        try:
            date.fromisoformat(written[:10])
        except ValueError:
            yield Problem(path, article.lines["date"], f"date {written!r} does not begin with YYYY-MM-DD")
        else:
            if not path.stem.startswith(written[:10]):
                yield Problem(path, article.lines["date"], f"date {written[:10]} is not that of the file's name")
    if not article.body.strip():
        yield Problem(path, article.body_line, "the article has no text")


def _lint_sources(article: ArticleFile) -> Iterator[Problem]:
    sources = article.fields.get("sources")
    for source in sources if isinstance(sources, list) else []:
        title, url = (source.get("title"), source.get("url")) if isinstance(source, dict) else (source, None)
        if not title or (url and not re.match(r"https?://\S+$", url)):
            yield Problem(article.path, article.lines["sources"], f"source {source!r} needs a title; a url is http(s)")


def _lint_links(article: ArticleFile) -> Iterator[Problem]:
    fenced = False
    for number, line in enumerate(article.body.split("\n"), start=article.body_line):
        fenced ^= CODE_FENCE.match(line) is not None
        for match in LINK.finditer("" if fenced else line):
            target = unquote(match[1].split("#")[0])
            if not ELSEWHERE.match(match[1]) and not (article.path.parent / target).is_file():
                yield Problem(article.path, number, f"the link to {match[1]!r} leads nowhere")


def lint_corpus(corpus: Path) -> list[Problem]:
    """Everything that is wrong in a corpus folder."""
    return [
        *lint_articles(corpus / "articles"),
        *lint_sheets(corpus / "specs"),
        *lint_glossary(corpus / "glossary.yaml"),
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Print what is wrong and a summary."""
    parser = argparse.ArgumentParser(prog="python -m evals.corpus_lint", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--corpus", type=Path, default=Path("corpus"), help="folder with articles/ and specs/")
    corpus = parser.parse_args(argv).corpus
    for path in (corpus / "articles", corpus / "specs", corpus / "glossary.yaml"):
        if not path.exists():
            parser.error(f"{str(path)!r} does not exist; give --corpus")
    problems = lint_corpus(corpus)
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    sys.stdout.write(f"{len(list((corpus / 'articles').glob('*.md')))} articles: {len(problems)} problems\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
