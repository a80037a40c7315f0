"""The values that travel between the steps: article, passage, hit, citation, answer, verdict.

All are frozen and checked where they are made. Offsets are half-open code-point positions in
``Article.text``. Nothing here imports another module of ours except the errors.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

CELL_SEPARATOR = " | "
"""Stands between the cells of a rendered table row."""


class BlockKind(StrEnum):
    """What a stretch of an article is."""

    TITLE = "title"
    METADATA = "metadata"  # "著者: 編集部": one line a field, answerable like text
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    QUOTE = "quote"
    CODE = "code"
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    TABLE_HEADER = "table_header"
    TABLE_ROW = "table_row"
    SEPARATOR = "separator"  # "---END---", a rule: part of the text, never a passage


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table row, with the header it stands under."""

    start: int
    end: int
    header: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"cell offsets {self.start}:{self.end} are not a half-open range")


@dataclass(frozen=True, slots=True)
class SpecRow:
    """One fact of a spec sheet: an attribute of an entity with its value and basis."""

    entity: str
    attribute: str  # as the sheet names it, in the sheet's language
    value: str  # as printed, without the unit
    unit: str = ""
    conditions: str = ""  # "チップ1個当たり、密": the basis on which the value holds
    attribute_alt: str = ""  # the same attribute in the other language
    as_of: str = ""  # ISO date, possibly without day or month
    source: str = ""
    source_url: str = ""
    entity_aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of ``Article.text`` with one role. Blocks are in order and never overlap."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0  # headings: 1 to 6
    page: int | None = None  # from 1, where the source has pages
    table: int | None = None  # tables are numbered from 1 within the article
    row: int | None = None  # data rows are numbered from 1 within their table
    cells: tuple[Cell, ...] = ()
    spec: SpecRow | None = None
    facts: tuple[SpecRow, ...] = ()  # of a row that states several, one a cell
    place: str = ""  # what a person calls the part of the file: スライド 2, sheet "Specs"

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"block offsets {self.start}:{self.end} are empty or reversed")


@dataclass(frozen=True, slots=True)
class Source:
    """Where an article's facts come from."""

    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Hidden:
    """One kind of character that shows nothing, and how often a source has it."""

    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class ArticleMetadata:
    """What is known about an article besides its text. Dates are ISO 8601 strings."""

    published: str | None = None
    updated: str | None = None
    url: str | None = None
    author: str | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    excerpt: str | None = None
    sources: tuple[Source, ...] = ()
    licence: str | None = None
    corrects: tuple[str, ...] = ()  # article ids, URLs or titles as written in the front matter
    supersedes: tuple[str, ...] = ()
    withdrawn: bool = False
    embargo_until: str | None = None
    fetched: str | None = None  # when it was read from the web, ISO 8601; not part of its content
    hidden: tuple[Hidden, ...] = ()  # characters of the source that no reader sees


@dataclass(frozen=True, slots=True)
class Article:
    """A source text as published, with its structure.

    ``text`` is what a reader of the article sees: markup is gone, nothing is normalised.
    """

    article_id: str
    title: str
    text: str
    lang: str  # "ja" or "en"
    blocks: tuple[Block, ...]
    metadata: ArticleMetadata = ArticleMetadata()
    source_path: str = ""  # absolute path; for a JSONL corpus the path of the file
    id_is_explicit: bool = False  # the source names its id; otherwise it comes from the file name
    version: int = 1

    def __post_init__(self) -> None:
        if not self.article_id.strip():
            raise ValueError("an article needs an id")
        if self.version < 1:
            raise ValueError(f"version {self.version!r} is below 1")
        position = 0
        for block in self.blocks:
            if block.start < position or block.end > len(self.text):
                raise ValueError(f"block {block.start}:{block.end} overlaps or leaves the text of {self.article_id!r}")
            position = block.end


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file, or a line of a file, that could not be read, and why."""

    path: str
    reason: str
    line: int | None = None
    unpublished: bool = False  # a draft: readable, but not for readers; no mistake


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable slice of one version of an article."""

    passage_id: str
    article_id: str
    version: int
    ordinal: int  # position among the passages of its article, from 0
    start: int
    end: int
    text: str
    kind: BlockKind
    title: str
    lang: str
    heading_path: tuple[str, ...] = ()
    context: str = ""  # table header and caption: searched with the text, not part of it
    page: int | None = None
    row: int | None = None  # of the last line; the lines above it are the rows before, without a gap
    spec: SpecRow | None = None
    facts: tuple[SpecRow, ...] = ()
    published: str | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        if self.end - self.start != len(self.text) or self.start < 0 or not self.text:
            raise ValueError(f"passage {self.passage_id!r} has {len(self.text)} characters for {self.start}:{self.end}")

    @property
    def locator(self) -> str:
        """What a person calls the place: page, heading path, row."""
        return self.locator_of(self.start, self.end)

    def locator_of(self, start: int, end: int) -> str:
        """The place of a part of the passage, given by article offsets."""
        japanese = self.lang == "ja"
        parts = []
        if self.page is not None:
            parts.append(f"{self.page}ページ" if japanese else f"p. {self.page}")
        if self.heading_path:
            parts.append(" > ".join(self.heading_path))
        if rows := self._rows(start, end):
            parts.append(f"{'行' if japanese else 'row'} {rows}")
        if self.spec is not None:
            parts.append(self.spec.attribute)
        if not parts:
            parts.append(self.title)
        return " · ".join(parts)

    def _rows(self, start: int, end: int) -> str:
        """The rows of a table that ``start:end`` touches, ``3`` or ``3–5``; empty where there are none."""
        if self.row is None:
            return ""
        last = self.row - self.text.count("\n", max(end - 1 - self.start, 0))
        # What stands above the rows is parted from them by a blank line.
        rows = self.text[max(start - self.start, 0) : end - self.start].rpartition("\n\n")[2]
        first = max(last - rows.count("\n"), 1)
        if last < 1:
            return ""  # the names of the columns
        return str(last) if first == last else f"{first}–{last}"


@dataclass(frozen=True, slots=True)
class PublishedCopy:
    """Another article that says the same as a cited one: a wire copy, a re-post."""

    article_id: str
    title: str
    url: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage. Rank 1 is best; a larger score is better."""

    passage: Passage
    rank: int
    score: float
    span_words: tuple[frozenset[str], ...] = ()  # words of each quotable span, where the index keeps them
    copies: tuple[PublishedCopy, ...] = ()  # "also published as"

    def __post_init__(self) -> None:
        if self.rank < 1:
            raise ValueError(f"rank {self.rank!r} is below 1")


@dataclass(frozen=True, slots=True)
class Citation:
    """One place in the library that backs a statement."""

    marker: int  # the n of "[n]" shown to the user, from 1
    passage_id: str
    article_id: str
    version: int
    title: str
    url: str | None
    published: str | None
    locator: str
    start: int
    end: int
    quote: str
    copies: tuple[PublishedCopy, ...] = ()  # "also published as"

    def __post_init__(self) -> None:
        if self.marker < 1:
            raise ValueError(f"marker {self.marker!r} is below 1")
        if not self.quote or self.end - self.start != len(self.quote):
            raise ValueError(f"quote {self.quote!r} does not fill {self.start}:{self.end}")


def cite(passage: Passage, start: int, end: int, *, marker: int) -> Citation:
    """Make a citation of ``passage`` from article offsets.

    Raises:
        ValueError: The span is empty or leaves the passage.
    """
    if not passage.start <= start < end <= passage.end:
        raise ValueError(f"span {start}:{end} leaves passage {passage.passage_id!r} ({passage.start}:{passage.end})")
    return Citation(
        marker=marker,
        passage_id=passage.passage_id,
        article_id=passage.article_id,
        version=passage.version,
        title=passage.title,
        url=passage.url,
        published=passage.published,
        locator=passage.locator_of(start, end),
        start=start,
        end=end,
        quote=passage.text[start - passage.start : end - passage.start],
    )


class AnswerStatus(StrEnum):
    ANSWERED = "answered"
    PARTIAL = "partial"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One displayed sentence and the markers of the citations that back it."""

    text: str
    citations: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError(f"sentence {self.text!r} has no citation")


@dataclass(frozen=True, slots=True)
class ConflictValue:
    value: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that state different values of one attribute."""

    attribute: str
    values: tuple[ConflictValue, ...]


@dataclass(frozen=True, slots=True)
class Nearest:
    """A close passage shown with a refusal. It is not an answer."""

    citation: Citation
    score: float


@dataclass(frozen=True, slots=True)
class AppliedCorrection:
    """What an answer takes from a correction instead of the older text, or has to say of one.

    ``kind`` is ``statement`` (one statement of the older article was corrected), ``article`` (a cited
    article supersedes the older one) or ``unplaced`` (a cited article has a correction, and whether it
    concerns the quoted words could not be told).
    """

    kind: str
    article_id: str  # the older article
    version: int
    title: str
    published: str | None
    by_article_id: str
    by_version: int
    by_title: str
    date: str  # of the correction, YYYY-MM-DD
    start: int = 0  # the corrected statement in the older text; empty for a whole article
    end: int = 0
    quote: str = ""
    was: str = ""  # the wrong fact and the right one, each as printed; empty where not known
    now: str = ""
    marker: int | None = None  # the citation that shows the correcting words


@dataclass(frozen=True, slots=True)
class IndexRef:
    """Which index an answer was read from."""

    generation: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent in each step of one answer."""

    retrieve: float = 0.0
    read: float = 0.0
    verify: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Withheld:
    """A sentence a reader produced that did not pass the checks; editors see it struck through."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class TermHint:
    """A glossary term of the question, its other spelling and a short note, shown beside an answer."""

    term: str
    translation: str
    note: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown for a question: verified sentences with citations, or a refusal."""

    question: str
    status: AnswerStatus
    lang: str
    text: str
    short: str | None = None
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    hints: tuple[TermHint, ...] = ()
    corrections: tuple[AppliedCorrection, ...] = ()
    as_of: str | None = None  # YYYY-MM-DD: answered from what was valid on that day
    lead: str = ""  # stands before the sentences in our own words: はい, a premise that does not hold
    rewritten: str | None = None  # the follow-up question as it was searched for
    choices: tuple[str, ...] = ()  # on a refusal: what the question may be about, for the user to choose
    newest: str | None = None
    reader: str = "extractive"
    notice: str = ""  # one line when a chat model failed and sentences are quoted instead
    index: IndexRef = field(default_factory=lambda: IndexRef("", ""))
    timings: Timings = Timings()

    def __post_init__(self) -> None:
        known = {citation.marker for citation in self.citations}
        for sentence in self.sentences:
            unknown = [marker for marker in sentence.citations if marker not in known]
            if unknown:
                raise ValueError(f"sentence {sentence.text!r} cites unknown markers {unknown!r}")
        if self.status is AnswerStatus.REFUSED and self.sentences:
            raise ValueError("a refusal shows no sentence")


class Verdict(StrEnum):
    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    CONFLICTING = "conflicting"
    NOT_FOUND = "not_found"
    NOT_CHECKABLE = "not_checkable"


@dataclass(frozen=True, slots=True)
class Claim:
    """One checkable statement with its offsets in the editor's draft."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a claim and the record part: ``kind`` is number, unit, date, name, polarity or quote."""

    kind: str
    claimed: str
    found: str


@dataclass(frozen=True, slots=True)
class Evidence:
    citation: Citation
    stance: str  # "for" or "against"


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    claim: Claim
    verdict: Verdict
    reason: str
    differences: tuple[Difference, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        needs_evidence = self.verdict not in (Verdict.NOT_FOUND, Verdict.NOT_CHECKABLE)
        if needs_evidence and not self.evidence:
            raise ValueError(f"verdict {self.verdict.value!r} of {self.claim.text!r} has no evidence")


@dataclass(frozen=True, slots=True)
class CheckReport:
    claims: tuple[ClaimVerdict, ...]
    nli_model: str | None = None  # the entailment model that was asked too; None: rules and words alone


@dataclass(frozen=True, slots=True)
class ComparisonCell:
    entity: str
    attribute: str
    value: str
    unit: str
    conditions: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Comparison:
    """A cited table out of spec sheets; an unknown cell is absent."""

    entities: tuple[str, ...]
    attributes: tuple[str, ...]
    cells: tuple[ComparisonCell, ...]
    conflicts: tuple[Conflict, ...] = ()
