"""Finds the structure of plain text: paragraphs, headings, list items, tables. The text itself stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.ingest.columns import Columns, is_rule_row, looks_tabular, split_columns
from assistant.text.patterns import lazy_pattern
from assistant.types import Block, BlockKind, Cell

_SEPARATOR = lazy_pattern(
    r"""(?: [-–—=＝*＊_~・…]{3,} | (?:[*＊※◇◆■□●○☆★]\s*){2,}        # rules, drawn
        | [-–—=＝*＊<＜\[［【（(\s]* (?:THE\s+)? (?:END|FIN|EOF) [-–—=＝*＊>＞\]］】）)\s]*  # ---END---
        | -\s?30\s?- | [（(［\[【]?(?:以上|了|完|終|おわり|終わり)[）)］\]】] | 以上 | おわり
        | \#{1,6} )""",
    re.VERBOSE | re.IGNORECASE,
)
_BRACKETED = lazy_pattern(r"【[^【】]{1,60}】")
_SIGN = lazy_pattern(r"[■□◆◇▼▽●○▶►★☆]\s*\S")
_CHAPTER = lazy_pattern(r"第[0-9０-９一二三四五六七八九十百]{1,4}(?P<unit>[部編章節項])(?:[\s　:：.．、]|$)")
_NUMBERED = lazy_pattern(r"(?:[0-9０-９]{1,3}[.．)）]|[(（][0-9０-９]{1,3}[)）]|[①-⑳])[\s　]*\S")
_BULLET = lazy_pattern(r"(?:[・•‣◦*＊+]|[-–—](?=[\s　]))[\s　]*\S")
_SENTENCE_END = lazy_pattern(r"[。．.!！?？」』、,，;；:：]$")
_HEADING_MAX_CHARS = 60
_SECTION_ROW_MAX_CHARS = 40
_SECTION_ROWS_MAX = 3
_CAPTION_MAX_CHARS = 200
_CHAPTER_LEVELS = {"部": 1, "編": 1, "章": 2, "節": 3, "項": 4}

Line = tuple[int, int, str]  # start, end, the line without the white space around it


def is_separator(line: str) -> bool:
    """Whether a line only says that something ends: ``---END---``, ``以上``, ``（了）``, ``-30-``, a rule."""
    stripped = line.strip()
    return 0 < len(stripped) <= 80 and _SEPARATOR.fullmatch(stripped) is not None


def is_prose(line: str) -> bool:
    """Whether a line that stands alone is neither a heading, nor a list item, nor a separator."""
    return _classify(line.strip(), "", "", alone=True)[0] is BlockKind.PARAGRAPH


def find_blocks(text: str) -> list[Block]:
    """The blocks of ``text``, by offsets.

    Blank lines separate paragraphs; in a text without any, each line is one. Two or more lines with columns
    (`` | `` or TAB) are a table, the short lines just above it are its caption.
    """
    if "\n" not in text and "\r" not in text:  # most documents of a JSONL corpus
        line = _line(text, 0, len(text))
        if line is None:
            return []
        kind = BlockKind.SEPARATOR if len(line[2]) <= 80 and is_separator(line[2]) else BlockKind.PARAGRAPH
        return [Block(kind, line[0], line[1])]
    return _Finder(text).blocks()


class _Finder:
    def __init__(self, text: str) -> None:
        self._text = text
        self._blocks: list[Block] = []
        self._tables = 0

    def blocks(self) -> list[Block]:
        groups = _groups(self._text)
        one_line_each = len(groups) == 1
        for group in groups:
            self._add_group(group, one_line_each)
        return self._blocks

    def _add_group(self, group: list[Line], one_line_each: bool) -> None:
        position = 0
        for start, end in _table_ranges(group):
            self._add_lines(group[position:start], one_line_each, before_table=True)
            self._add_table(group[start:end])
            position = end
        self._add_lines(group[position:], one_line_each, before_table=False)

    def _add_lines(self, lines: list[Line], one_line_each: bool, *, before_table: bool) -> None:
        captions = _caption_count(lines) if before_table else 0
        body = lines[: len(lines) - captions]
        start = 0
        for index, (_, _, line) in enumerate(body):
            previous = body[index - 1][2] if index else ""
            following = body[index + 1][2] if index + 1 < len(body) else ""
            kind, level = _classify(line, previous, following, alone=len(lines) == 1 or one_line_each)
            if kind is BlockKind.PARAGRAPH and not one_line_each:
                continue
            self._add_paragraph(body[start:index])
            self._add(kind, body[index], level=level)
            start = index + 1
        self._add_paragraph(body[start:])
        for line_ in lines[len(lines) - captions :]:
            self._add(BlockKind.CAPTION, line_, table=self._tables + 1)

    def _add_paragraph(self, lines: list[Line]) -> None:
        if lines:
            self._blocks.append(Block(BlockKind.PARAGRAPH, lines[0][0], lines[-1][1]))

    def _add(self, kind: BlockKind, line: Line, *, level: int = 0, table: int | None = None) -> None:
        self._blocks.append(Block(kind, line[0], line[1], level=level, table=table))

    def _add_table(self, lines: list[Line]) -> None:
        self._tables += 1
        rows = [split_columns(self._text, start, end) for start, end, _ in lines]
        columns = Columns.of([[self._text[start:end] for start, end in row] for row in rows])
        number = 0
        for index, ((start, end, line), row) in enumerate(zip(lines, rows, strict=True)):
            if is_rule_row(line):
                self._blocks.append(Block(BlockKind.SEPARATOR, start, end, table=self._tables))
            elif index in columns.header_rows:
                cells = tuple(Cell(*span) for span in row)
                self._blocks.append(Block(BlockKind.TABLE_HEADER, start, end, table=self._tables, cells=cells))
            else:
                number += 1
                self._blocks.append(
                    Block(BlockKind.TABLE_ROW, start, end, table=self._tables, row=number, cells=columns.cells(row))
                )


def _groups(text: str) -> list[list[Line]]:
    """Runs of lines between blank ones."""
    groups: list[list[Line]] = []
    current: list[Line] = []
    position = 0
    for raw in text.split("\n"):
        line = _line(text, position, position + len(raw))
        position += len(raw) + 1
        if line is not None:
            current.append(line)
        elif current:
            groups.append(current)
            current = []
    if current:
        groups.append(current)
    return groups


def _line(text: str, start: int, end: int) -> Line | None:
    raw = text[start:end]
    stripped = raw.strip()
    if not stripped:
        return None
    start += len(raw) - len(raw.lstrip())
    return start, start + len(stripped), stripped


def _table_ranges(group: Sequence[Line]) -> list[tuple[int, int]]:
    """Where tables stand in a run of lines. Short lines between rows are rows of one cell (資産の部)."""
    tabular = [index for index, (_, _, line) in enumerate(group) if looks_tabular(line)]
    ranges: list[tuple[int, int]] = []
    for index in tabular:
        between = group[ranges[-1][1] : index] if ranges else []
        if ranges and len(between) <= _SECTION_ROWS_MAX and all(_is_section_row(line) for _, _, line in between):
            ranges[-1] = (ranges[-1][0], index + 1)
        else:
            ranges.append((index, index + 1))
    return [(start, end) for start, end in ranges if end - start >= 2]


def _is_section_row(line: str) -> bool:
    return len(line) <= _SECTION_ROW_MAX_CHARS and not line.endswith(("。", ".", "．"))


def _caption_count(lines: Sequence[Line]) -> int:
    """How many lines just above a table belong to it: its name, its unit (「単位：百万円」)."""
    count = 0
    for _, _, line in reversed(lines):
        if count == 3 or len(line) > _CAPTION_MAX_CHARS or line.endswith(("。", "．", ".")) or is_separator(line):
            break
        count += 1
    return count


def _classify(line: str, previous: str, following: str, *, alone: bool) -> tuple[BlockKind, int]:
    if len(line) <= 80 and is_separator(line):
        return BlockKind.SEPARATOR, 0
    if _BRACKETED.fullmatch(line):
        return BlockKind.HEADING, 2
    short = len(line) <= _HEADING_MAX_CHARS
    if (chapter := _CHAPTER.match(line)) and short and not line.endswith("。"):
        return BlockKind.HEADING, _CHAPTER_LEVELS[chapter["unit"]]
    for pattern, level in ((_SIGN, 3), (_NUMBERED, 3)):
        if not pattern.match(line):
            continue
        same: Callable[[str], object] = pattern.match
        in_run = bool(same(previous) or same(following))
        if not in_run and short and not _SENTENCE_END.search(line) and (alone or pattern is _SIGN):
            return BlockKind.HEADING, level
        # "3.5倍になった" is prose that begins with a figure
        is_item = in_run or alone or not previous
        return (BlockKind.LIST_ITEM, 0) if is_item and not re.match(r"\d+\.\d", line) else (BlockKind.PARAGRAPH, 0)
    if _BULLET.match(line) and (alone or not previous or _BULLET.match(previous) or _BULLET.match(following)):
        return BlockKind.LIST_ITEM, 0
    return BlockKind.PARAGRAPH, 0
