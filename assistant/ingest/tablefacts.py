"""Facts out of tables: which cell says what about whom, where a table makes that clear.

Three shapes are read. A list of attributes (項目 | 値 | 単位) is about the subject of its caption or
heading, or of a column of its own; in a comparison either the rows are products and the columns
attributes, or the other way round. Any other table stays rows without facts: a wrong subject is worse
than none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.ingest.columns import is_number, is_period
from assistant.ingest.facts import spec_columns, spec_from_row
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.units import match_unit
from assistant.types import SpecRow

_ENTITY_HEADS = frozenset(
    """製品 製品名 品名 対象 モデル モデル名 機種 機種名 型番 型式 チップ チップ名 世代名 アクセラレーター アクセラレータ
    プロセッサー プロセッサ サービス名 インスタンス インスタンスタイプ gpu cpu product model device chip accelerator
    processor instance entity sku part""".split()
) | {"product name", "model name", "part number", "instance type"}
_ATTRIBUTE_HEADS = frozenset(
    """項目 項目名 属性 仕様 仕様項目 諸元 スペック 指標 attribute property spec specification specifications feature
    features metric item parameter""".split()
)
_UNIT_HEADS = frozenset({"単位", "unit", "units"})
_CONDITION_HEADS = frozenset(
    {"条件", "備考", "注記", "測定条件", "conditions", "condition", "notes", "note", "remarks"}
)
_NO_SUBJECT = frozenset(
    """値 数値 内容 合計 計 小計 平均 前年比 増減 増減率 構成比 差 比較 説明 詳細 出典 時点 url リンク value values total change
    difference description details source sources result results rank 順位 yes no
    主な 主要 製品 技術 基本 詳細な 全体 各社 比較 ハードウェア hardware technical product key main general system""".split()
)
_EMPTY = frozenset({"", "-", "–", "—", "－", "―", "−", "…", "n/a", "na", "?"})
_SUBJECT = lazy_pattern(
    r"""(?:(?:表|図表|table)\s*[0-9０-９]*(?:[-.][0-9]+)*\s*[:：.．　\s]\s*)?
        (?P<name>.{1,40}?)\s*(?:の|[:：])?\s*(?:主な|主要|製品|技術|ハードウェア|hardware|technical|product|key)?\s*
        (?:仕様書|仕様|スペック|諸元|性能|データシート|specifications?|specs?|spec\s?sheet|data\s?sheet)
        \s*(?:表|一覧|概要|table|sheet|overview)?""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMBERING = lazy_pattern(
    r"\A(?:[0-9０-９]{1,2}(?:[.．][0-9０-９]{1,2})*[.．)）]?\s+|第[0-9０-９]{1,2}[章節項]\s*|[■◆●▼]\s*)"
)
_UNIT_SUFFIX = lazy_pattern(
    r"(?P<name>.+?)\s*[(（\[［](?:単位\s*[:：]\s*|in\s+)?(?P<unit>[^()（）\[\]［］]{1,20})[)）\]］]"
)
_CAPTION_UNIT = lazy_pattern(r"(?:単位|units?)\s*[:：]\s*(?P<unit>[^\s)）\]］、,。]{1,12})", re.IGNORECASE)
_MODEL = lazy_pattern(r"(?=.*\d)(?=.*[A-Za-zァ-ヶ])[\w\s().+/\-・]{2,40}")
_NOTE = lazy_pattern(r"\s*(?P<mark>[*＊※†‡]+\s?\d*|[(（\[［](?:注|note)?\s?\d+[)）\]］]|注\s?\d+)")
_FIGURE = lazy_pattern(r"\D{0,4}\d")
_MAX_SUBJECT_CHARS = 40


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a table.

    Attributes:
        lang: Of the article.
        caption: Of the table.
        headings: The headings above it, outermost first, the title before them.
        entity: Whom the source says its tables are about (``entity:`` in the front matter).
        aliases: Other names of ``entity``.
        notes: Notes below the table, each with its mark.
    """

    lang: str
    caption: str = ""
    headings: Sequence[str] = ()
    entity: str = ""
    aliases: tuple[str, ...] = ()
    notes: Sequence[str] = ()


def table_facts(header: Sequence[str], rows: Sequence[Sequence[str]], around: Around) -> list[tuple[SpecRow, ...]]:
    """The facts of each row, in the order of ``rows``; empty for rows that state none."""
    shape = _shape(header, rows, around)
    if shape is None:
        return [() for _ in rows]
    notes = _notes(around.notes)
    return [tuple(_finished(fact, notes, around.caption) for fact in shape.facts(row)) for row in rows]


def subject_of(texts: Sequence[str]) -> str:
    """Whom a caption or heading like 「Trainium3の仕様」 names; the first that names anybody."""
    for text in texts:
        plain = _NUMBERING.sub("", " ".join(text.split()), count=1)
        match = _SUBJECT.fullmatch(plain)
        name = match["name"].strip(" 　:：「」『』の") if match is not None else ""
        if name and len(name) <= _MAX_SUBJECT_CHARS and _may_be_subject(name):
            return name
    return ""


def split_unit(label: str) -> tuple[str, str]:
    """``帯域幅（TB/s）`` as its name and its unit; the unit is empty when the brackets hold no unit."""
    match = _UNIT_SUFFIX.fullmatch(label.strip())
    if match is None or not _is_unit(match["unit"]):
        return label.strip(), ""
    return match["name"].strip(), match["unit"].strip()


class _Attributes:
    """項目 | 値 | 単位 | 条件, with or without a column that names the product."""

    def __init__(self, header: Sequence[str], subject: str, around: Around) -> None:
        found = spec_columns([_plain(cell) for cell in header])
        assert found is not None
        self._columns = found
        self._subject = subject
        self._entity = subject
        self._around = around

    def facts(self, row: Sequence[str]) -> list[SpecRow]:
        # In a sheet of several products the name often stands in the first of its rows only.
        self._entity = self._columns.cell(row, "entity") or self._entity
        aliases = self._around.aliases if self._entity == self._around.entity else ()
        fact = spec_from_row(self._columns, row, entity=self._entity, lang=self._around.lang, aliases=aliases)
        if fact is None or not fact.entity or not _is_value(fact.value):
            return []
        if fact.unit:
            return [fact]
        name, unit = split_unit(fact.attribute)
        return [replace(fact, attribute=name, unit=unit)]


class _Pairs:
    """Two columns without header below a heading that names the product."""

    def __init__(self, subject: str, around: Around) -> None:
        self._subject = subject
        self._aliases = around.aliases if subject == around.entity else ()

    def facts(self, row: Sequence[str]) -> list[SpecRow]:
        if len(row) < 2 or not row[0].strip() or not _is_value(row[1]):
            return []
        name, unit = split_unit(row[0])
        return [SpecRow(self._subject, name, row[1].strip(), _unit_for(row[1], unit), entity_aliases=self._aliases)]


class _Products:
    """One product a row, one attribute a column."""

    def __init__(self, header: Sequence[str]) -> None:
        labels = [_plain(cell) for cell in header]
        self._conditions = [index for index, label in enumerate(labels) if index and label in _CONDITION_HEADS]
        self._attributes = [
            (index, *split_unit(cell))
            for index, cell in enumerate(header)
            if index and cell.strip() and labels[index] not in _CONDITION_HEADS | _NO_SUBJECT
        ]

    def facts(self, row: Sequence[str]) -> list[SpecRow]:
        entity = row[0].strip() if row else ""
        if not entity or not _may_be_subject(entity):
            return []
        conditions = "、".join(
            row[index].strip() for index in self._conditions if index < len(row) and row[index].strip()
        )
        return [
            SpecRow(entity, name, row[index].strip(), _unit_for(row[index], unit), conditions)
            for index, name, unit in self._attributes
            if index < len(row) and _is_value(row[index])
        ]


class _Comparison:
    """One attribute a row, one product a column."""

    def __init__(self, header: Sequence[str]) -> None:
        labels = [_plain(cell) for cell in header]
        self._unit = next((index for index, label in enumerate(labels) if label in _UNIT_HEADS), None)
        self._conditions = next((index for index, label in enumerate(labels) if label in _CONDITION_HEADS), None)
        self._products = [
            (index, cell.strip())
            for index, cell in enumerate(header)
            if index and cell.strip() and index not in (self._unit, self._conditions)
        ]

    def facts(self, row: Sequence[str]) -> list[SpecRow]:
        if not row or not row[0].strip():
            return []
        name, unit = split_unit(row[0])
        unit = self._cell(row, self._unit) or unit
        conditions = self._cell(row, self._conditions)
        return [
            SpecRow(product, name, row[index].strip(), _unit_for(row[index], unit), conditions)
            for index, product in self._products
            if index < len(row) and _is_value(row[index])
        ]

    @staticmethod
    def _cell(row: Sequence[str], index: int | None) -> str:
        return row[index].strip() if index is not None and index < len(row) else ""


_Shape = _Attributes | _Pairs | _Products | _Comparison


def _shape(header: Sequence[str], rows: Sequence[Sequence[str]], around: Around) -> _Shape | None:
    subject = around.entity or subject_of([around.caption, *reversed(around.headings)])
    labels = [_plain(cell) for cell in header]
    width = len(header)
    if not any(labels):
        pairs = subject and all(len([cell for cell in row if cell.strip()]) <= 2 for row in rows)
        return _Pairs(subject, around) if pairs and len(rows) > 1 else None
    columns = spec_columns(labels)
    if columns is not None:
        return _Attributes(header, subject, around) if subject or "entity" in columns.index else None
    if width < 2 or len(set(labels)) != width:
        return None
    plain = [
        cell for cell, label in zip(header[1:], labels[1:], strict=True) if label not in _UNIT_HEADS | _CONDITION_HEADS
    ]
    if not plain or any(is_period(cell) or is_number(cell) or not cell.strip() for cell in plain):
        return None
    if not _mostly_figures(rows):
        return None  # who said what when is no specification
    names = [row[0].strip() for row in rows if row and row[0].strip()]
    products = bool(names) and all(_may_be_subject(name) for name in names)
    if labels[0] in _ENTITY_HEADS:
        return _Products(header) if products and len(set(names)) == len(names) else None
    compared = all(_may_be_subject(cell) for cell in plain)
    if labels[0] in _ATTRIBUTE_HEADS:
        return _Comparison(header) if compared else None
    if labels[0]:
        return None
    # Without a name of the first column, models (H100, Trainium3) tell which side is which.
    if compared and all(_is_model(cell) for cell in plain) and not all(_is_model(name) for name in names):
        return _Comparison(header)
    return None


def _mostly_figures(rows: Sequence[Sequence[str]]) -> bool:
    """Whether at least half of the cells beside the first column begin with a figure."""
    cells = [cell for row in rows for cell in row[1:] if _is_value(cell)]
    return 2 * sum(_FIGURE.match(normalise(cell)) is not None for cell in cells) >= len(cells) > 0


def _finished(fact: SpecRow, notes: dict[str, str], caption: str) -> SpecRow:
    """Footnote marks taken off, what the notes say among the conditions, the unit of the caption."""
    said: list[str] = []

    def clean(text: str) -> str:
        kept = text
        for match in list(_NOTE.finditer(text)):
            note = notes.get(_mark(match["mark"]))
            if note is not None:
                said.append(note)
                kept = kept.replace(match.group(), "", 1)
        return kept.strip()

    entity, attribute, value = clean(fact.entity), clean(fact.attribute), clean(fact.value)
    conditions = "、".join(dict.fromkeys(part for part in (clean(fact.conditions), *said) if part))
    unit = fact.unit
    if not unit and is_number(value) and (match := _CAPTION_UNIT.search(caption)) and _is_unit(match["unit"]):
        unit = _unit_for(value, match["unit"])
    return replace(fact, entity=entity, attribute=attribute, value=value, unit=unit, conditions=conditions)


def _notes(notes: Sequence[str]) -> dict[str, str]:
    """Notes by their marks."""
    found: dict[str, str] = {}
    for note in notes:
        match = _NOTE.match(note)
        if match is not None and (said := note[match.end() :].strip(" 　:：")):
            found[_mark(match["mark"])] = said
    return found


def _mark(written: str) -> str:
    """A footnote mark in one spelling: ``＊ 1`` and ``*1`` are the same."""
    return re.sub(r"[\s()\[\]]|note", "", normalise(written))


def _plain(cell: str) -> str:
    return " ".join(normalise(cell).split())


def _is_value(cell: str) -> bool:
    return normalise(cell).strip() not in _EMPTY


def _unit_for(value: str, unit: str) -> str:
    """The unit of a column for one of its cells: none where the cell has words or a unit of its own."""
    return (
        unit
        if unit
        and re.fullmatch(
            r"[約~〜±+\-−–]?\s*[0-9０-９.,，．]+(?:\s*[–〜~\-]\s*[0-9０-９.,，．]+)?[億万千兆]*\s*(?:[*＊※†‡]+\s?\d*|（注\s?\d+）)?",
            value.strip(),
        )
        else ""
    )


def _is_unit(text: str) -> bool:
    folded = normalise(text).strip()
    for part in re.split(r"\s*[/・]\s*|\s+per\s+", folded):
        found = match_unit(part, 0)
        if found is None or found[1] != len(part):
            written = match_unit(text.strip(), 0)
            return written is not None and written[1] == len(text.strip())
    return bool(folded)


def _is_model(cell: str) -> bool:
    return _MODEL.fullmatch(cell.strip()) is not None


def _may_be_subject(cell: str) -> bool:
    label = _plain(cell)
    return (
        0 < len(label) <= _MAX_SUBJECT_CHARS
        and label not in _NO_SUBJECT
        and not is_number(cell)
        and not is_period(cell)
        and not label.endswith(("。", "."))
    )
