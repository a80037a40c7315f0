"""A comparison as escaped HTML: a cited table, then charts of its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.types import Comparison, ComparisonCell
from ui.charts import Bar, Point, bar_chart, scatter
from ui.escape import escape
from ui.measures import Measure, measured
from ui.render import chip, conflicts_html
from ui.spreadsheet import to_csv
from ui.strings import Strings
from ui.wording.compare import CompareWords, words_for

CHARTS_OPEN = 4
"""Charts shown at once; the rest are folded."""
_MOST_BARS = 30
_SCATTER = (("data_rate", ("帯域", "bandwidth")), ("compute", ("演算", "compute", "flops")))
"""What the scatter plot sets against each other: dimension, and words of the attribute's name."""
_FIRST_CHOICE = ("メモリ帯域幅", "FP8演算性能", "BF16演算性能")
"""Attributes preferred for it where several would do."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One attribute with its cells and those of them that are figures."""

    attribute: str
    shown: str  # in the language of the page
    cells: Sequence[ComparisonCell]
    measures: Sequence[Measure]

    @property
    def unit(self) -> str:
        return self.measures[0].unit if self.measures else ""

    @property
    def entities(self) -> set[str]:
        return {item.cell.entity for item in self.measures}


def comparison_html(comparison: Comparison, names: Mapping[str, str], strings: Strings, *, csv_link: str = "") -> str:
    """The table, conflicts, and charts.

    Args:
        comparison: What was compared.
        names: An attribute's name in the other language, by its name in the sheet.
        strings: The language of the page.
        csv_link: Where the table comes as CSV.
    """
    words = words_for(strings.lang)
    if not comparison.cells:
        return f'<p class="notice" data-announce>{escape(words.nothing)}</p>'
    rows = _rows(comparison, names, strings.lang)
    done = words.done.format(entities=len(comparison.entities), attributes=len(rows))
    link = f'<a class="tool" download href="{escape(csv_link)}">{escape(words.csv)}</a>' if csv_link else ""
    charts = _charts(comparison, rows, words)
    jump = f'<a class="tool" href="#charts" data-jump="charts">{escape(words.charts)}</a>' if charts else ""
    return (
        f'<div class="checked-head"><h3 id="compare-result" tabindex="-1">{escape(words.result)}</h3>'
        f'<p class="exports">{jump}{link}</p></div><p class="meta" data-announce>{escape(done)}</p>'
        + _table(comparison, rows, strings, words)
        + conflicts_html(comparison.conflicts, strings)
        + charts
    )


def comparison_csv(comparison: Comparison, names: Mapping[str, str], strings: Strings) -> bytes:
    """One line a value, with its source."""
    words = words_for(strings.lang)
    rows: list[list[object]] = [
        [
            words.column_name,
            words.attribute,
            words.column_value,
            words.column_unit,
            words.column_converted,
            words.column_converted_unit,
            words.column_conditions,
            words.column_source,
            words.column_published,
            words.column_place,
            words.column_quote,
            words.column_article,
            words.column_url,
        ]
    ]
    for row in _rows(comparison, names, strings.lang):
        figures = {id(item.cell): item for item in row.measures}
        for cell in row.cells:
            figure, cited = figures.get(id(cell)), cell.citation
            converted = (figure.figure.replace(",", ""), figure.unit) if figure else ("", "")
            about = (cited.title, cited.published or "", cited.locator, cited.quote, cited.article_id, cited.url or "")
            rows.append([cell.entity, row.shown, cell.value, cell.unit, *converted, cell.conditions, *about])
    return to_csv(rows)


def _rows(comparison: Comparison, names: Mapping[str, str], lang: str) -> list[_Row]:
    rows = []
    for attribute in comparison.attributes:
        cells = [cell for cell in comparison.cells if cell.attribute == attribute]
        shown = names.get(attribute) or attribute if lang == "en" else attribute
        rows.append(_Row(attribute, shown, cells, measured(cells)))
    # What all of them have comes first; otherwise in the order of the sheets.
    return sorted(rows, key=lambda row: -len({cell.entity for cell in row.cells}))


def _table(comparison: Comparison, rows: Sequence[_Row], strings: Strings, words: CompareWords) -> str:
    disputed = {(value.citation.passage_id) for conflict in comparison.conflicts for value in conflict.values}
    head = "".join(f'<th scope="col">{escape(entity)}</th>' for entity in comparison.entities)
    body = ""
    for row in rows:
        figures = {id(item.cell): item for item in row.measures}
        columns = "".join(
            _cell([cell for cell in row.cells if cell.entity == entity], figures, disputed, strings, words)
            for entity in comparison.entities
        )
        body += f'<tr><th scope="row">{escape(row.shown)}</th>{columns}</tr>'
    binary = any(item.binary and item.converted for row in rows for item in row.measures)
    return (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(words.result)}">'
        f'<table class="compared"><thead><tr><th scope="col">{escape(words.attribute)}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>" + (f'<p class="meta">{escape(words.binary_note)}</p>' if binary else "")
    )


def _cell(
    cells: Sequence[ComparisonCell],
    figures: Mapping[int, Measure],
    disputed: set[str],
    strings: Strings,
    words: CompareWords,
) -> str:
    if not cells:
        return f'<td class="blank"><span class="visually-hidden">{escape(words.blank)}</span></td>'
    parts = []
    for cell in cells:
        unit = f" {cell.unit}" if cell.unit else ""
        figure = figures.get(id(cell))
        converted = ""
        if figure is not None and figure.converted:
            told = words.in_unit.format(value=f"{figure.figure} {figure.unit}")
            converted = f' <span class="converted">{escape(told)}</span>'
        mark = ""
        if cell.citation.passage_id in disputed:
            mark = f' <span class="disputed"><span aria-hidden="true">≠</span> {escape(words.conflict_mark)}</span>'
        conditions = f'<span class="meta">{escape(cell.conditions)}</span>' if cell.conditions else ""
        parts.append(
            f'<div class="compared-value"><strong>{escape(cell.value + unit)}</strong>{converted}'
            f"{chip(cell.citation, strings)}{mark}{conditions}</div>"
        )
    return f"<td>{''.join(parts)}</td>"


# -- charts ----------------------------------------------------------------------------------------


def _charts(comparison: Comparison, rows: Sequence[_Row], words: CompareWords) -> str:
    figures = []
    if plot := _scatter(rows, words):
        figures.append(plot)
    drawn = [row for row in rows if len(row.entities) > 1 and any(item.amount for item in row.measures)]
    # What most of them have says most about them.
    drawn.sort(key=lambda row: -len(row.entities))
    figures += [_bars(number, row, comparison.entities, words) for number, row in enumerate(drawn, start=1)]
    if not figures:
        return ""
    shown, folded = figures[:CHARTS_OPEN], figures[CHARTS_OPEN:]
    more = (
        f'<details class="more-charts"><summary>{escape(words.more_charts.format(count=len(folded)))}</summary>'
        f'<div class="charts">{"".join(folded)}</div></details>'
        if folded
        else ""
    )
    return (
        f'<section class="chart-section"><h3 id="charts" tabindex="-1">{escape(words.charts)}</h3><p class="meta">{escape(words.scale_note)}</p>'
        f'<div class="charts">{"".join(shown)}</div>{more}</section>'
    )


def _bars(number: int, row: _Row, entities: Sequence[str], words: CompareWords) -> str:
    ordered = sorted(row.measures, key=lambda item: entities.index(item.cell.entity))[:_MOST_BARS]
    bars = [Bar(item.cell.entity, item.cell.conditions, item.amount, f"{item.figure} {item.unit}") for item in ordered]
    values = "; ".join(f"{bar.label} {bar.text}" + (f" ({bar.note})" if bar.note else "") for bar in bars)
    title = words.bars_title.format(attribute=row.shown, unit=row.unit)
    description = words.bars_desc.format(attribute=row.shown, values=values)
    return _figure(title, bar_chart(f"bars-{number}", title, description, bars), words)


def _scatter(rows: Sequence[_Row], words: CompareWords) -> str:
    chosen = [_axis(rows, dimension, names) for dimension, names in _SCATTER]
    x_row, y_row = chosen
    if x_row is None or y_row is None:
        return ""
    xs, ys = _by_entity(x_row), _by_entity(y_row)
    points = [
        Point(
            entity,
            xs[entity].amount,
            ys[entity].amount,
            f"{entity}: {xs[entity].figure} {x_row.unit}, {ys[entity].figure} {y_row.unit}",
        )
        for entity in xs
        if entity in ys
    ]
    if len(points) < 2:
        return ""
    title = words.scatter_title.format(x=x_row.shown, y=y_row.shown)
    description = words.scatter_desc.format(
        x=x_row.shown,
        x_unit=x_row.unit,
        y=y_row.shown,
        y_unit=y_row.unit,
        values="; ".join(point.text for point in points),
    )
    labels = {"x_label": f"{x_row.shown} ({x_row.unit}) →", "y_label": f"↑ {y_row.shown} ({y_row.unit})"}
    return _figure(title, scatter("scatter", title, description, points, **labels), words, note=words.scatter_note)


def _axis(rows: Sequence[_Row], dimension: str, names: Sequence[str]) -> _Row | None:
    """The attribute of that dimension which most of the products have."""
    fitting = [
        row
        for row in rows
        if row.measures
        and row.measures[0].dimension == dimension
        and any(name in f"{row.attribute} {row.shown}".casefold() for name in names)
    ]
    return max(fitting, key=lambda row: (len(row.entities), row.attribute in _FIRST_CHOICE), default=None)


def _by_entity(row: _Row) -> dict[str, Measure]:
    """The first figure of each product: sheets state the usual basis first."""
    first: dict[str, Measure] = {}
    for item in row.measures:
        first.setdefault(item.cell.entity, item)
    return first


def _figure(title: str, svg: str, words: CompareWords, *, note: str = "") -> str:
    told = f'<p class="meta">{escape(note)}</p>' if note else ""
    return (
        f'<figure class="chart-figure"><figcaption>{escape(title)}</figcaption>{svg}{told}'
        f'<button type="button" class="tool" data-png="{escape(title)}">{escape(words.png)}'
        f'<span class="visually-hidden"> {escape(title)}</span></button></figure>'
    )
