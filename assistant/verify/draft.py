"""Reading a draft from a file: text and Markdown as they are, other formats through the loaders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.errors import CorpusError
from assistant.ingest import SourceFile, load, supported_suffixes
from assistant.text.patterns import lazy_pattern
from assistant.types import Article, Block, BlockKind

_AS_WRITTEN = frozenset({".md", ".markdown", ".txt", ".text", ""})
_DATA = frozenset({".csv", ".tsv", ".jsonl", ".json", ".yaml", ".yml", ".xlsx", ".xls", ".ods"})
"""Formats of sheets, which a folder of drafts may hold too; named one by one they are read."""
_HTML = lazy_pattern(
    r"\s*(?:<!doctype html|<html|<(?:p|div|article|section|h[1-6]|ul|ol|table|span|meta|head|body)\b)", re.I
)
_DATE = lazy_pattern(r"\A---\n(?:.*\n)*?date:\s*[\"']?(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class DraftText:
    """A draft's text with the day it is dated, if it says so."""

    text: str
    dated: date | None = None
    converted: bool = False  # offsets point into ``text``, which is not the file as it stands


def draft_date(text: str) -> date | None:
    """The ``date:`` of a Markdown draft's front matter."""
    match = _DATE.match(text)
    if match is None:
        return None
    try:
        return date.fromisoformat(match.group(1))
    except ValueError:
        return None


def read_draft(path: Path) -> DraftText:
    """Read a draft; offsets of the claims are into ``text``.

    Raises:
        CorpusError: The file cannot be read, or its format is not supported.
    """
    suffix = path.suffix.lower()
    if suffix in _AS_WRITTEN:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as exc:
            raise CorpusError(f"The draft {str(path)!r} cannot be read: {exc}. It must be UTF-8 text.") from exc
        return DraftText(text, draft_date(text))
    if suffix not in supported_suffixes():
        known = ", ".join(sorted({*_AS_WRITTEN - {""}, *supported_suffixes()}))
        raise CorpusError(f"The draft {str(path)!r} has a format that is not read. Use one of: {known}.")
    for item in load(SourceFile(path.resolve(), path.resolve().parent)):
        if isinstance(item, Article):
            published = item.metadata.published
            try:
                dated = date.fromisoformat((published or "")[:10])
            except ValueError:
                dated = None
            return DraftText(with_structure(item, untitled=path.stem), dated, converted=True)
        raise CorpusError(f"The draft {str(path)!r} cannot be read: {item.reason}.")
    raise CorpusError(f"The draft {str(path)!r} has no text.")


def with_structure(article: Article, *, untitled: str = "") -> str:
    """A converted draft as Markdown: headings name what the sentences below are about, and tables keep their cells.

    Args:
        article: The draft as the loader read it.
        untitled: The title of a file that has none, which is left out.
    """
    parts: list[str] = []
    previous: tuple[int, bool] | None = None  # table and whether it was a row of it
    for block in article.blocks:
        text = article.text[block.start : block.end]
        row = block.kind in (BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW)
        if block.kind is BlockKind.SEPARATOR or (block.kind is BlockKind.TITLE and text.strip() == untitled):
            continue
        if row:
            cells = [cell.strip() for cell in (_cells(article.text, block) if block.cells else text.split(" | "))]
            filled = [cell for cell in cells if cell]
            first = previous is None or previous != (block.table or 0, True)
            if first and len(cells) > 1 and cells[0] and len(filled) == 1:
                line, row = filled[0], False  # a caption in a row of its own
            else:
                line = "| " + " | ".join(re.sub(r"\s*\n\s*", " ", cell).replace("|", "\\|") for cell in cells) + " |"
        elif block.kind in (BlockKind.TITLE, BlockKind.HEADING):
            line = "#" * max(1, min(6, block.level or 1)) + " " + " ".join(text.split())
        else:
            line = text
        table = (block.table or 0, row)
        parts.append(("\n" if row and previous == table else "\n\n") + line)
        previous = table
    return "".join(parts).lstrip("\n")


def _cells(text: str, block: Block) -> list[str]:
    return [text[cell.start : cell.end] for cell in block.cells]


def read_pasted(text: str) -> DraftText:
    """A draft from standard input: HTML copied from a page is read as HTML, anything else as it is."""
    if _HTML.match(text) is None:
        return DraftText(text, draft_date(text))
    with TemporaryDirectory() as folder:
        page = Path(folder) / "pasted.html"
        page.write_text(text, encoding="utf-8")
        return read_draft(page)


def draft_files(paths: Sequence[Path]) -> list[Path]:
    """The drafts of files and folders, each once; in folders what has a readable format and no hidden name.

    Raises:
        CorpusError: A path is not there, or a folder has no draft.
    """
    found: dict[Path, None] = {}
    known = (_AS_WRITTEN - {""}) | (set(supported_suffixes()) - _DATA)
    for path in paths:
        if path.is_file():
            found.setdefault(path)
            continue
        if not path.is_dir():
            raise CorpusError(f"There is no draft {str(path)!r}. Name a file or a folder.")
        inside = [
            item
            for item in sorted(path.rglob("*"))
            if item.is_file()
            and item.suffix.lower() in known
            and not any(part.startswith((".", "~$")) for part in item.relative_to(path).parts)
        ]
        if not inside:
            raise CorpusError(f"The folder {str(path)!r} has no draft. Formats read: {', '.join(sorted(known))}.")
        found.update(dict.fromkeys(inside))
    return list(found)
