"""Writes corpus/manifest.jsonl and the table of systems in corpus/README.md, both out of the corpus' own files.

python -m evals.corpus_manifest           # write
python -m evals.corpus_manifest --check   # exit code 1 when either differs from the files
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml

from evals.corpus_check import LINE, Row, load_rows, read_yaml
from evals.corpus_lint import ArticleFile, read_articles

LICENCE = "CC-BY-4.0"
SYSTEMS = Path(__file__).with_name("corpus_systems.yaml")
BEGIN, END = "<!-- begin: systems (python -m evals.corpus_manifest) -->", "<!-- end: systems -->"


def manifest(corpus: Path) -> str:
    """One JSON object a line for each file: path, licence, sha256 and sources, in the order of paths."""
    articles, problems = read_articles(corpus / "articles")
    if problems:
        raise ValueError(str(problems[0]))
    entries = [_entry(corpus, item.path, item.fields.get("licence") or LICENCE, _sources(item)) for item in articles]
    entries.append(_entry(corpus, corpus / "glossary.yaml", LICENCE, []))
    for path in sorted((corpus / "specs").glob("*.yaml")):
        sources = [source for key, source in read_yaml(path).get("sources", {}).items() if key != LINE]
        entries.append(_entry(corpus, path, LICENCE, [_source(source) for source in sources]))
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)


def _entry(corpus: Path, path: Path, licence: str, sources: list[dict[str, str]]) -> dict[str, object]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {"path": path.relative_to(corpus).as_posix(), "licence": licence, "sha256": digest, "sources": sources}


def _sources(article: ArticleFile) -> list[dict[str, str]]:
    return [_source(source) for source in article.fields.get("sources") or []]


def _source(source: Any) -> dict[str, str]:
    if isinstance(source, str):
        return {"title": source, "url": ""}
    return {"title": source.get("title", ""), "url": source.get("url", "")}


# -- the table of systems --------------------------------------------------------------------------


def systems_table(corpus: Path) -> str:
    """Each named system with its sheets, articles and the number of its sourced facts, as Markdown.

    Raises:
        ValueError: A system has neither sheet nor article, or a sheet is not there.
    """
    articles, _ = read_articles(corpus / "articles")
    rows = load_rows(corpus / "specs")
    lines = ["| system | spec sheets | articles | sourced facts |", "| --- | --- | --- | --- |"]
    counted: set[tuple[Path, int]] = set()
    for system in yaml.safe_load(SYSTEMS.read_text(encoding="utf-8")):
        facts = list(_facts(system, rows))
        counted |= {(row.path, row.line) for row in facts}
        sheets = list(dict.fromkeys(row.sheet for row in facts))
        about = [article for article in articles if _is_about(article, system["words"])]
        missing = [name for name in system["sheets"] if not any(fnmatch(sheet, name) for sheet in sheets)]
        if missing or not (sheets or about):
            raise ValueError(f"{SYSTEMS.name}: {system['name']}: no sheet {missing} or no article")
        cells = (
            system["name"],
            ", ".join(f"[{sheet.removeprefix('spec-')}](specs/{sheet}.yaml)" for sheet in sheets) or "–",
            ", ".join(_link(item) for item in about) or "–",
            str(len(facts)),
        )
        lines.append(f"| {' | '.join(cells)} |")
    total = len({row.path for row in rows})
    lines += ["", f"{len(articles)} articles, {total} sheets, {len(rows)} facts, each with a source; "]
    lines[-1] += f"{len(counted)} of the facts are counted above (a fact may count for two systems)."
    return "\n".join(lines)


def _facts(system: dict[str, Any], rows: Sequence[Row]) -> Iterator[Row]:
    for row in rows:
        wanted = any(fnmatch(row.sheet, name) for name in system["sheets"])
        named = "rows" not in system or any(name in row.attribute for name in system["rows"])
        if wanted and named and row.title and row.url:
            yield row


def _is_about(article: ArticleFile, words: Sequence[str]) -> bool:
    places = "\n".join([article.fields.get("title", ""), *article.texts("tags"), *article.headings])
    # TCO is not in "what comes", Inferentia is in Inferentia2.
    return any(re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z])", places, re.IGNORECASE) for word in words)


def _link(article: ArticleFile) -> str:
    label = article.path.stem[:10] + (" (en)" if article.fields.get("lang") == "en" else "")
    return f"[{label}](articles/{article.path.name})"


def readme(corpus: Path) -> str:
    """The README as it should be: its text with the table between the markers made anew."""
    text = (corpus / "README.md").read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ValueError(f"{corpus / 'README.md'} needs the lines {BEGIN!r} and {END!r}, once each")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{systems_table(corpus)}\n{END}{rest.split(END)[1]}"


def main(argv: Sequence[str] | None = None) -> int:
    """Write both files, or check them."""
    parser = argparse.ArgumentParser(prog="python -m evals.corpus_manifest", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--corpus", type=Path, default=Path("corpus"), help="folder with articles/ and specs/")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when a file would change")
    options = parser.parse_args(argv)
    code = 0
    try:
        wanted = {"manifest.jsonl": manifest(options.corpus), "README.md": readme(options.corpus)}
    except (OSError, ValueError) as exc:
        sys.stderr.write(f"{exc}\n")
        return 1
    for name, text in wanted.items():
        path = options.corpus / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        if options.check:
            sys.stdout.write(f"{path} is not what the files say; run python -m evals.corpus_manifest\n")
            code = 1
        else:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{path} written\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
