"""Checks the corpus' spec sheets and glossary; with a facts file, traces every row to a sourced record.

    python -m evals.corpus_check
    python -m evals.corpus_check --facts ../shared/facts/chips.yaml

Each problem is one line, ``path:line: what is wrong``. Exit code 0: nothing is wrong; 1: something is.
"""

from __future__ import annotations

import argparse
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

FACTS_RULES = Path(__file__).with_name("corpus_facts.yaml")
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # ten times as fast where libyaml is there
LINE = "line of this mapping"  # cannot be a key of a sheet
SCALES = {"万": Decimal(10**4), "億": Decimal(10**8), "兆": Decimal(10**12)}
RECORD_SCALES = {"million": Decimal(10**6), "billion": Decimal(10**9)}
NUMBER_WORDS = {"one": "1", "two": "2", "three": "3", "four": "4", "may": "5", "november": "11"}
UNITS = {"USD/時": "USD", "USD/年": "USD", "ドル": "USD", "%": "percent", "倍": "x"}
FIGURE = re.compile(r"(?<![A-Za-z0-9.])(\d[\d,]*(?:\.\d+)?)\s*([万億兆]?)|(?<=[A-Za-z])(\d+)")
BARE_FIGURE = re.compile(r"[\d,]+(?:\.\d+)?(?:[〜~][\d,]+(?:\.\d+)?)?[万億兆]?")
LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]+")
ISO_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
HIRAGANA = re.compile(r"[ぁ-ゖー]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at a place an editor can go to."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of a sheet with its source resolved; absent parts are empty."""

    path: Path
    line: int
    sheet: str
    names: frozenset[str]  # folded entity and aliases of the sheet
    attribute: str
    attribute_en: str
    value: str
    unit: str
    as_of: str
    source: str  # the key of `sources`
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Record:
    """One sourced fact of a facts file."""

    names: frozenset[str]
    attribute: str
    unit: str
    text: str  # value, unit and conditions, in lower case and without digit grouping
    context: str  # the text with the entity and the attribute
    figures: frozenset[Decimal]  # of the text, also multiplied by "billion" where the unit says so
    as_of: str
    urls: frozenset[str]


def fold(text: str) -> str:
    """The spelling by which two names are the same: NFKC, no case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def plain_url(url: str) -> str:
    """An address without its version: GitHub pages become ``owner/repository:path``."""
    match = re.fullmatch(r"https://github\.com/([^/]+/[^/]+)/blob/[^/]+/(.+)", url)
    return f"{match[1]}:{match[2]}" if match else url


def figures(text: str) -> set[Decimal]:
    """The numbers in a text; ``2025-12-02`` is three, ``100万`` is one."""
    found: set[Decimal] = set()
    for number, scale, after_letter in FIGURE.findall(text):
        digits = (number or after_letter).replace(",", "")
        found.add((Decimal(digits) * SCALES.get(scale, Decimal(1))).normalize())
    return found


def digits(text: str) -> str:
    """English number words, months and ``1M``, ``100K`` of a lower-case text as digits."""
    text = re.sub(r"\b(\d+)([km])\b", lambda match: match[1] + ("000" if match[2] == "k" else "000000"), text)
    return re.sub(r"[a-z]+", lambda match: NUMBER_WORDS.get(match[0], match[0]), text)


def read_yaml(path: Path) -> Any:
    """A YAML file with every scalar as printed; each mapping has its line under ``LINE``."""
    return _value(yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER))


def _value(node: yaml.Node | None) -> Any:
    """A composed node as dicts, lists and strings."""
    if isinstance(node, yaml.MappingNode):
        return {LINE: node.start_mark.line + 1} | {str(key.value): _value(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    return "" if node is None else str(node.value)


def load_rows(folder: Path) -> list[Row]:
    """The rows of all sheets, in the order of the files' names."""
    return [row for path in sorted(folder.glob("*.yaml")) for row in _sheet_rows(path)]


def _sheet_rows(path: Path) -> Iterator[Row]:
    """The rows of one sheet."""
    sheet = read_yaml(path)
    names = frozenset(fold(name) for name in [sheet.get("entity", ""), *sheet.get("aliases", [])])
    sources = sheet.get("sources", {})
    for row in sheet.get("rows", []):
        cited = sources.get(row.get("source", ""), {})
        yield Row(
            path=path,
            line=row[LINE],
            sheet=sheet.get("id", ""),
            names=names,
            attribute=row.get("attribute", ""),
            attribute_en=row.get("attribute_en", ""),
            value=row.get("value", ""),
            unit=row.get("unit", ""),
            as_of=row.get("as_of", ""),
            source=row.get("source", ""),
            title=cited.get("title", ""),
            url=cited.get("url", ""),
        )


def lint_sheets(folder: Path) -> Iterator[Problem]:
    """What is wrong in the sheets without looking at any fact."""
    owners: dict[str, Path] = {}
    for path in sorted(folder.glob("*.yaml")):
        sheet = read_yaml(path)
        if sheet.get("id") != path.stem:
            yield Problem(path, 1, f"id {sheet.get('id')!r} is not the file's name {path.stem!r}")
        for name in [sheet.get("entity", ""), *sheet.get("aliases", [])]:
            if owners.setdefault(fold(name), path) != path:
                yield Problem(path, 1, f"the name {name!r} is also in {owners[fold(name)].name}")
        cited = {row.get("source") for row in sheet.get("rows", [])}
        for key, source in sheet.get("sources", {}).items():
            if key != LINE and (not source.get("title") or not re.match(r"https?://\S+$", source.get("url", ""))):
                yield Problem(path, source[LINE], f"source {key!r} needs a title and an http(s) url")
            if key != LINE and key not in cited:
                yield Problem(path, source[LINE], f"source {key!r} is cited by no row")
    yield from _lint_rows(load_rows(folder))


def _lint_rows(rows: Sequence[Row]) -> Iterator[Problem]:
    """Rows without unit, source or date, unequal attribute names, and facts given twice."""
    english: dict[str, str] = {}
    japanese: dict[str, str] = {}
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        if not row.attribute or not row.attribute_en or not row.value:
            yield Problem(row.path, row.line, "a row needs attribute, attribute_en and value")
        if BARE_FIGURE.fullmatch(row.value) and not row.unit:
            yield Problem(row.path, row.line, f"{row.attribute}: the figure {row.value!r} has no unit")
        if not row.title:
            yield Problem(row.path, row.line, f"{row.attribute}: source {row.source!r} is not in `sources`")
        if not ISO_DATE.fullmatch(row.as_of):
            yield Problem(
                row.path, row.line, f"{row.attribute}: as_of {row.as_of!r} is not YYYY, YYYY-MM or YYYY-MM-DD"
            )
        if (known := english.setdefault(row.attribute, row.attribute_en)) != row.attribute_en:
            yield Problem(row.path, row.line, f"{row.attribute!r} is {known!r} elsewhere, here {row.attribute_en!r}")
        if (known := japanese.setdefault(row.attribute_en, row.attribute)) != row.attribute:
            yield Problem(row.path, row.line, f"{row.attribute_en!r} is {known!r} elsewhere, here {row.attribute!r}")
        fact = (row.sheet, row.attribute, row.value, row.unit, row.source)
        if (first := seen.setdefault(fact, row.line)) != row.line:
            yield Problem(row.path, row.line, f"{row.attribute}: same value and source as in line {first}")


def lint_glossary(path: Path) -> Iterator[Problem]:
    """Empty terms, wrong readings, unknown keys, and spellings that stand in two entries."""
    seen: dict[str, tuple[str, int]] = {}
    for term in read_yaml(path).get("terms", []):
        line = term[LINE]
        for key in {"ja", "en", "reading"} - {key for key, value in term.items() if value}:
            yield Problem(path, line, f"{term.get('ja') or term.get('en')!r} has no {key!r}")
        for key in term.keys() - {LINE, "ja", "en", "reading", "synonyms", "note"}:
            yield Problem(path, line, f"{key!r} is not a key of a glossary entry")
        if term.get("reading") and not HIRAGANA.fullmatch(term["reading"]):
            yield Problem(path, line, f"the reading {term['reading']!r} is not hiragana")
        for spelling in [term.get("ja", ""), term.get("en", ""), *term.get("synonyms", [])]:
            other, where = seen.setdefault(fold(spelling), (term.get("ja", ""), line))
            if not spelling or where != line:
                yield Problem(path, line, f"{spelling!r} is empty or also in {other!r}, line {where}")


def load_records(path: Path) -> list[Record]:
    """The records of a facts file."""
    return [_record(record) for record in read_yaml(path)["records"]]


def _record(record: Any) -> Record:
    """One record with its names, figures and addresses prepared for comparing."""
    names = [record["entity"], *(name for group in ("ja", "en") for name in record["aliases"].get(group, []))]
    urls = record["source_url"] if isinstance(record["source_url"], list) else [record["source_url"]]
    text = f"{record['value']} {record['unit']} ; {record['conditions']}".casefold().replace(",", "")
    said = figures(digits(text))
    for word in RECORD_SCALES.keys() & set(record["unit"].split()):
        said |= {(figure * RECORD_SCALES[word]).normalize() for figure in said}
    return Record(
        names=frozenset(fold(name) for name in names),
        attribute=record["attribute"],
        unit=record["unit"].casefold(),
        text=text,
        context=f"{record['entity']} {record['attribute']} {text}".casefold(),
        figures=frozenset(said),
        as_of=record["as_of"],
        urls=frozenset(part for url in urls for part in _addresses(url)),
    )


def _addresses(text: str) -> Iterator[str]:
    """The addresses of a source; ``dir/{a,b}.csv`` stands for two."""
    for part in text.split(" ; "):
        choice = re.fullmatch(r"(.*)\{(.+)\}(.*)", part)
        yield from (choice[1] + middle + choice[3] for middle in choice[2].split(",")) if choice else (part,)


def compare(rows: Sequence[Row], records: Sequence[Record], rules: Any) -> Iterator[Problem]:
    """What a row says that no record of its entity and attribute says."""
    explained = {(rule["sheet"], rule["source"]) for rule in rules["explained"]}
    dated = {(url, record.as_of) for record in records for url in record.urls}
    for row in rows:
        prefixes = tuple(rules["attributes"].get(re.sub("（.*", "", row.attribute), ()))
        if not prefixes:
            yield Problem(row.path, row.line, f"{row.attribute}: not in {FACTS_RULES.name}")
            continue
        names = row.names | {fold(name) for name in rules["entities"].get(row.sheet, [])}
        kin = [record for record in records if record.names & names and record.attribute.startswith(prefixes)]
        stating = [record for record in kin if states(record, row)]
        url = plain_url(row.url)
        citing = [record for record in stating if url in record.urls]
        if not stating:
            yield Problem(row.path, row.line, f"{row.attribute}: no record says {row.value} {row.unit}".rstrip())
        elif not citing and (row.sheet, row.source) not in explained:
            yield Problem(row.path, row.line, f"{row.attribute}: the record of {row.value!r} does not cite {row.url}")
        elif not any(row.as_of in record.as_of for record in citing or stating) and (url, row.as_of) not in dated:
            wanted = " or ".join(sorted({record.as_of for record in stating}))
            yield Problem(row.path, row.line, f"{row.attribute}: as_of {row.as_of} instead of {wanted}")


def states(record: Record, row: Row) -> bool:
    """Whether a record says the row's value in its unit, as its own value or in its conditions.

    A bare figure must stand in the record itself; a wording may also use the entity's name.
    """
    unit = UNITS.get(row.unit, row.unit if row.unit.isascii() else "").casefold()
    own_unit = re.search(rf"(?<![a-z]){re.escape(unit)}(?!/s|[a-rt-z])", record.unit)  # GB is not GB/s, nor W kW
    said = record.figures if BARE_FIGURE.fullmatch(row.value) else record.figures | figures(record.context)
    words = LATIN_WORD.findall(row.value.casefold())
    in_unit = not unit or own_unit is not None or f"{row.value}{unit}" in record.text.replace(" ", "")
    return in_unit and figures(row.value) <= said and all(word in record.context for word in words)


def main(argv: Sequence[str] | None = None) -> int:
    """Lint, compare if asked to, print what is wrong and a summary."""
    parser = argparse.ArgumentParser(prog="python -m evals.corpus_check", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--corpus", type=Path, default=Path("corpus"), help="folder with specs/ and glossary.yaml")
    parser.add_argument("--facts", type=Path, help="facts file to compare the sheets with")
    options = parser.parse_args(argv)
    specs, glossary = options.corpus / "specs", options.corpus / "glossary.yaml"
    if missing := [path for path in (specs, glossary, options.facts) if path and not path.exists()]:
        parser.error(f"{str(missing[0])!r} does not exist; give --corpus and --facts")
    rows = load_rows(specs)
    problems = [*lint_sheets(specs), *lint_glossary(glossary)]
    if options.facts:
        problems += compare(rows, load_records(options.facts), read_yaml(FACTS_RULES))
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    sheets, terms = len({row.path for row in rows}), len(read_yaml(glossary)["terms"])
    compared = f", compared with {options.facts}" if options.facts else ""
    sys.stdout.write(f"{sheets} sheets, {len(rows)} facts, {terms} terms{compared}: {len(problems)} problems\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
