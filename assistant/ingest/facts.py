"""Facts of spec sheets: how their columns are named, and how one fact reads as one line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.text.patterns import lazy_pattern
from assistant.types import SpecRow

_COLUMN_NAMES: dict[str, frozenset[str]] = {
    "attribute": frozenset({"attribute", "property", "spec", "item", "項目", "属性", "仕様", "項目名", "スペック"}),
    "attribute_en": frozenset({"attribute_en", "attribute (en)", "項目（英語）", "項目(英語)", "英語名"}),
    "attribute_ja": frozenset({"attribute_ja", "attribute (ja)", "項目（日本語）", "項目(日本語)"}),
    "value": frozenset({"value", "値", "数値", "内容"}),
    "unit": frozenset({"unit", "units", "単位"}),
    "conditions": frozenset(
        {"conditions", "condition", "notes", "note", "remarks", "条件", "備考", "注記", "測定条件"}
    ),
    "as_of": frozenset({"as of", "as_of", "as-of", "asof", "時点", "基準日", "更新日"}),
    "source": frozenset({"source", "sources", "出典", "情報源", "典拠"}),
    "url": frozenset({"url", "source_url", "source url", "link", "リンク"}),
    "entity": frozenset({"entity", "product", "target", "製品", "対象", "製品名", "品名"}),
}
_TIGHT_UNIT = lazy_pattern(r"[%％‰°℃℉′″'\"]|[^\x00-\u2fff]")
"""Units written without a space before them: percent, degrees, and Japanese ones (円, 倍, 個)."""
_CURRENCY_SIGN = lazy_pattern(r"(?:US|A|C|HK|S)?\$|[¥￥€£₩]")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the parts of a fact stand in a table; an absent part has no entry."""

    index: Mapping[str, int] = field(default_factory=dict)

    def cell(self, row: Sequence[str], name: str) -> str:
        position = self.index.get(name)
        return row[position].strip() if position is not None and position < len(row) else ""


def spec_columns(header: Sequence[str]) -> Columns | None:
    """The columns of a spec sheet; None unless an attribute and a value column are there."""
    index: dict[str, int] = {}
    for position, cell in enumerate(header):
        label = " ".join(cell.split()).lower()
        for name, labels in _COLUMN_NAMES.items():
            if label in labels:
                index.setdefault(name, position)
    if "value" not in index or not index.keys() & {"attribute", "attribute_en", "attribute_ja"}:
        return None
    return Columns(index)


def spec_from_row(
    columns: Columns,
    row: Sequence[str],
    *,
    entity: str,
    lang: str,
    aliases: tuple[str, ...] = (),
    sources: Mapping[str, tuple[str, str]] | None = None,
) -> SpecRow | None:
    """One table row as a fact; None when it has no attribute or no value.

    Args:
        columns: From ``spec_columns``.
        row: The cells; missing ones count as empty.
        entity: Whose fact it is, when the row does not say.
        lang: Decides which of two attribute names comes first.
        aliases: Other names of ``entity``.
        sources: Source id to ``(title, url)``.
    """
    own, other = ("attribute_ja", "attribute_en") if lang == "ja" else ("attribute_en", "attribute_ja")
    names = [columns.cell(row, name) for name in ("attribute", own, other)]
    names = [name for name in names if name]
    value = columns.cell(row, "value")
    if not names or not value:
        return None
    named = columns.cell(row, "source")
    title, url = (sources or {}).get(named, (named, ""))
    row_entity = columns.cell(row, "entity")
    return SpecRow(
        entity=row_entity or entity,
        attribute=names[0],
        value=value,
        unit=columns.cell(row, "unit"),
        conditions=columns.cell(row, "conditions"),
        attribute_alt=next((name for name in names[1:] if name != names[0]), ""),
        as_of=columns.cell(row, "as_of"),
        source=title,
        source_url=columns.cell(row, "url") or url,
        entity_aliases=aliases if not row_entity or row_entity == entity else (),
    )


def render_fact(spec: SpecRow, lang: str) -> str:
    """The fact as one self-contained line."""
    spec_parts = {name: _one_line(getattr(spec, name)) for name in ("entity", "attribute", "attribute_alt")}
    amount = quantity(_one_line(spec.value), _one_line(spec.unit))
    conditions, as_of, source = _one_line(spec.conditions), _one_line(spec.as_of), _one_line(spec.source)
    if lang == "ja":
        name = f"{spec_parts['entity']}の{spec_parts['attribute']}"
        alt = f"（{spec_parts['attribute_alt']}）" if spec_parts["attribute_alt"] else ""
        basis = "、".join(part for part in (as_of and f"{as_of}時点", source and f"出典: {source}") if part)
        return (
            f"{name}{alt}: {amount}" + (f"（{conditions}）" if conditions else "") + (f"［{basis}］" if basis else "")
        )
    name = f"{spec_parts['entity']} {spec_parts['attribute']}"
    alt = f" ({spec_parts['attribute_alt']})" if spec_parts["attribute_alt"] else ""
    basis = ", ".join(part for part in (as_of and f"as of {as_of}", source and f"source: {source}") if part)
    return f"{name}{alt}: {amount}" + (f" ({conditions})" if conditions else "") + (f" [{basis}]" if basis else "")


def quantity(value: str, unit: str) -> str:
    """Value and unit as people write them: 144 GB, 50%, 12円, $40, 1.2 USD/hour."""
    if not unit or value.endswith(unit):
        return value
    if _CURRENCY_SIGN.fullmatch(unit):
        return value if value.startswith(unit) else f"{unit}{value}"
    return f"{value}{unit}" if _TIGHT_UNIT.match(unit) else f"{value} {unit}"


def _one_line(text: str) -> str:
    """A fact is one line; line breaks of quoted CSV cells become spaces."""
    return re.sub(r"[ \t\r\n\f\v]+", " ", text).strip()
