"""Loads YAML spec sheets. One row is one fact with its unit, conditions, date and source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from assistant.ingest.builder import TextBuilder
from assistant.ingest.dates import WrittenDate, parse_date
from assistant.ingest.decode import decode
from assistant.ingest.facts import render_fact
from assistant.ingest.head import Head, write_head
from assistant.ingest.language import detect_language
from assistant.ingest.source import SourceFile, UnreadableSource, id_from_stem, unify_newlines
from assistant.ingest.yamlnodes import YamlDocument, read_yaml
from assistant.types import Article, ArticleMetadata, Refusal, Source, SpecRow


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _as_date(value: object) -> object:
    return parse_date(value) if isinstance(value, str) else value


Filled = Annotated[str, Field(min_length=1, pattern=r"\S")]
Texts = Annotated[list[Filled], BeforeValidator(_as_list)]
Date = Annotated[WrittenDate, BeforeValidator(_as_date)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SheetSource(_Model):
    title: Filled
    url: str | None = None


class SheetRow(_Model):
    attribute: Filled
    attribute_en: str | None = None
    attribute_ja: str | None = None
    value: Filled
    unit: str | None = None
    conditions: str | None = None
    as_of: str | None = None
    source: str | None = None
    url: str | None = None


class Sheet(_Model):
    """The file as written. Every scalar is text, as printed (``2.50`` stays ``2.50``)."""

    id: Filled | None = None
    title: Filled
    lang: Literal["ja", "en"] | None = None
    entity: Filled
    aliases: Texts = []
    vendor: str | None = None
    category: str | None = None
    published: Date | None = None
    updated: Date | None = None
    author: str | None = None
    tags: Texts = []
    excerpt: str | None = None
    url: str | None = None
    sources: dict[str, SheetSource] = {}
    rows: Annotated[list[SheetRow], Field(min_length=1)]


class SheetLoader:
    """Reads a spec sheet, or refuses it with the line, the key and the value that is wrong."""

    name: ClassVar[str] = "sheet"
    suffixes: ClassVar[frozenset[str]] = frozenset({".yaml", ".yml"})

    def load(self, source: SourceFile) -> Iterator[Article | Refusal]:
        document = read_yaml(unify_newlines(decode(source.read_bytes()).text))
        if document.value is None:
            raise UnreadableSource("the file has no text")
        sheet = _validated(document)
        lang = sheet.lang or detect_language(f"{sheet.title} {' '.join(row.attribute for row in sheet.rows)}")
        aliases = tuple(dict.fromkeys(sheet.aliases))
        facts = [_fact(row, sheet, lang, aliases) for row in sheet.rows]
        head = _head(sheet, aliases)
        builder = TextBuilder()
        write_head(builder, head, lang)
        builder.spec_rows([(render_fact(fact, lang), fact) for fact in facts])
        text, blocks = builder.build()
        yield Article(
            article_id=sheet.id or id_from_stem(source.stem),
            title=sheet.title,
            text=text,
            lang=lang,
            blocks=blocks,
            metadata=head.metadata,
            source_path=str(source.path),
            id_is_explicit=sheet.id is not None,
        )


def _validated(document: YamlDocument) -> Sheet:
    try:
        return Sheet.model_validate(document.value)
    except ValidationError as exc:
        mistakes = exc.errors(include_url=False)
        first = mistakes[0]
        location = first["loc"]
        key = ".".join(str(part) for part in location) or "the sheet"
        if first["type"] == "missing":
            reason = f"{key!r} is missing"
        elif first["type"] == "extra_forbidden":
            reason = f"{key!r} is not a key of a spec sheet (value {first['input']!r})"
        else:
            reason = f"{key!r} is {first['input']!r}: {first['msg'].removeprefix('Value error, ')}"
        more = f" (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
        raise UnreadableSource(f"spec sheet: {reason}{more}", line=document.line_of(location)) from exc


def _fact(row: SheetRow, sheet: Sheet, lang: str, aliases: tuple[str, ...]) -> SpecRow:
    cited = sheet.sources.get(row.source or "")
    others: Mapping[str, str | None] = {"ja": row.attribute_ja, "en": row.attribute_en}
    alternatives = [others["en" if lang == "ja" else "ja"], others[lang]]
    return SpecRow(
        entity=sheet.entity,
        attribute=row.attribute,
        value=row.value,
        unit=row.unit or "",
        conditions=row.conditions or "",
        attribute_alt=next((name for name in alternatives if name and name != row.attribute), ""),
        as_of=row.as_of or "",
        source=cited.title if cited else row.source or "",
        source_url=row.url or (cited.url if cited else None) or "",
        entity_aliases=aliases,
    )


def _head(sheet: Sheet, aliases: tuple[str, ...]) -> Head:
    return Head(
        title=sheet.title,
        published=sheet.published.shown if sheet.published else "",
        updated=sheet.updated.shown if sheet.updated else "",
        aliases=aliases,
        vendor=sheet.vendor or "",
        metadata=ArticleMetadata(
            published=sheet.published.iso if sheet.published else None,
            updated=sheet.updated.iso if sheet.updated else None,
            url=sheet.url,
            author=sheet.author,
            categories=(sheet.category,) if sheet.category else (),
            tags=tuple(sheet.tags),
            excerpt=sheet.excerpt,
            sources=tuple(Source(cited.title, cited.url or "") for cited in sheet.sources.values()),
        ),
    )
