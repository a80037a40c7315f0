"""A cited table out of spec sheets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.errors import CorpusError
from assistant.spans import row_span
from assistant.text.normalise import normalise
from assistant.types import Comparison, ComparisonCell, Conflict, ConflictValue, Passage, cite


@dataclass(frozen=True, slots=True)
class Comparable:
    """A product the spec sheets know, with what they say of it."""

    entity: str
    aliases: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]  # each in the sheet's language and in the other; "" where not given


def comparables(rows: Sequence[Passage]) -> list[Comparable]:
    """What can be compared out of ``rows``: those of which most is known first, then by name."""
    aliases: dict[str, dict[str, None]] = defaultdict(dict)
    attributes: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    for row in rows:
        if (spec := row.spec) is not None:
            aliases[spec.entity].update(dict.fromkeys(spec.entity_aliases))
            attributes[spec.entity].setdefault((spec.attribute, spec.attribute_alt))
    found = [Comparable(entity, tuple(aliases[entity]), tuple(known)) for entity, known in attributes.items()]
    return sorted(found, key=lambda item: (-len(item.attributes), item.entity))


def compare_entities(rows: Sequence[Passage], names: Sequence[str], attributes: Sequence[str] = ()) -> Comparison:
    """Line up the facts of several products.

    Args:
        rows: All spec rows that may be shown.
        names: Products, by the sheet's entity or one of its aliases.
        attributes: Attributes in either language; all that any of the products has by default.

    Raises:
        CorpusError: No sheet is about one of the names.
    """
    by_entity: dict[str, list[Passage]] = defaultdict(list)
    for row in rows:
        if row.spec is not None:
            by_entity[row.spec.entity].append(row)
    entities = tuple(dict.fromkeys(_entity(name, by_entity) for name in names))
    wanted = {_key(attribute) for attribute in attributes}
    cells: list[ComparisonCell] = []
    found: dict[str, None] = {}
    marker = 0
    for entity in entities:
        for row in by_entity[entity]:
            spec = row.spec
            assert spec is not None
            if wanted and not wanted & {_key(spec.attribute), _key(spec.attribute_alt)}:
                continue
            marker += 1
            found.setdefault(spec.attribute)
            cells.append(
                ComparisonCell(
                    entity=entity,
                    attribute=spec.attribute,
                    value=spec.value,
                    unit=spec.unit,
                    conditions=spec.conditions,
                    citation=cite(row, *row_span(row), marker=marker),
                )
            )
    return Comparison(entities, tuple(found), tuple(cells), _conflicts(cells))


def _entity(name: str, by_entity: dict[str, list[Passage]]) -> str:
    key = _key(name)
    for entity, rows in by_entity.items():
        spec = rows[0].spec
        assert spec is not None
        if key in {_key(spelling) for spelling in (entity, *spec.entity_aliases)}:
            return entity
    known = ", ".join(sorted(by_entity)[:12])
    raise CorpusError(f"No spec sheet is about {name!r}. Sheets there are: {known or 'none'}.")


def _conflicts(cells: Sequence[ComparisonCell]) -> tuple[Conflict, ...]:
    """Different values of one attribute of one product under the same conditions."""
    groups: dict[tuple[str, str, str, str], list[ComparisonCell]] = defaultdict(list)
    for cell in cells:
        groups[cell.entity, cell.attribute, cell.unit, _key(cell.conditions)].append(cell)
    return tuple(
        Conflict(
            f"{entity} {attribute}",
            tuple(ConflictValue(f"{cell.value} {cell.unit}".strip(), cell.citation) for cell in group),
        )
        for (entity, attribute, _, _), group in groups.items()
        if len({_key(cell.value) for cell in group}) > 1 and all(_is_figure(cell) for cell in group)
    )


def _is_figure(cell: ComparisonCell) -> bool:
    return any(char.isdigit() for char in cell.value) and bool(cell.unit)


def _key(text: str) -> str:
    return "".join(char for char in normalise(text) if char.isalnum())
