"""Stand-ins that behave as the real thing does, by hand and to the letter."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import SimpleNamespace

from assistant.api import Related
from assistant.errors import AssistantError, CorpusError
from assistant.library.summary import VersionSummary
from assistant.receipt import ReceiptReport
from assistant.scope import Scope
from assistant.types import (
    Answer,
    AnswerSentence,
    AnswerStatus,
    Article,
    ArticleMetadata,
    Block,
    BlockKind,
    Cell,
    CheckReport,
    Citation,
    Claim,
    ClaimVerdict,
    Comparison,
    ComparisonCell,
    Conflict,
    ConflictValue,
    Difference,
    Evidence,
    Hidden,
    Hit,
    Nearest,
    Passage,
    Verdict,
)
from assistant.verify.compare import Comparable

TRAINIUM = "AWSの新チップ「Trainium3」で何が変わるのか"

_PARAGRAPHS = (
    "AI導入の現場を20年間見てきて思うのは、成否を分けるのは計算の土台だということだ。アルゴリズムだけでは決まらない。その中心にあるのが半導体である。",
    "Trainium3の中身は手堅い。AWSは3nmプロセス技術を選んだ。1個のTrainium3チップにはHBM3Eが144GB載り、帯域幅は4.9TB/s、FP8の演算性能は2.52 petaFLOPSになる。",
    "Trainium3 UltraServerには最大144個のTrainium3チップが入り、全体の性能は362 FP8 PFLOPsになる。EC2 UltraClusters 3.0なら最大100万個のTrainiumチップをつなげるという。",
    "AnthropicはTrainium2でClaudeを動かしており、AWSの側から受けた投資は80億ドルに上る。",
    "NVIDIAの強みは、長く育ててきた開発基盤のCUDAにある。慣れた開発者がそこを離れるのは簡単ではない。",
)


@dataclass(frozen=True, slots=True)
class FakeSummary:
    article_id: str
    title: str
    lang: str
    published: str | None
    url: str | None
    version: int
    versions: int
    passages: int
    withdrawn: bool
    embargo_until: str | None
    source_path: str
    indexed_at: str
    updated: str | None = None
    standing: str = "shown"
    superseded_by: str | None = None
    supersedes: tuple[str, ...] = ()
    corrected_by: tuple[str, ...] = ()
    corrects: tuple[str, ...] = ()
    copy_of: str | None = None
    also_published_as: tuple[str, ...] = ()
    hidden: tuple[Hidden, ...] = ()


def make_article(
    article_id: str,
    title: str,
    paragraphs: Sequence[str],
    *,
    lang: str = "ja",
    metadata: ArticleMetadata | None = None,
    table: Sequence[Sequence[str]] = (),
    version: int = 1,
) -> Article:
    """An article of a title, a heading, paragraphs and, if given, a table whose first row is its header."""
    text = ""
    blocks: list[Block] = []

    def add(kind: BlockKind, piece: str, **more: object) -> None:
        nonlocal text
        text += "\n\n" if text else ""
        blocks.append(Block(kind, len(text), len(text) + len(piece), **more))  # type: ignore[arg-type]
        text += piece

    add(BlockKind.TITLE, title)
    for paragraph in paragraphs:
        add(BlockKind.PARAGRAPH, paragraph)
    for number, row in enumerate(table):
        start = len(text) + 2
        cells = []
        for cell, header in zip(row, table[0], strict=True):
            cells.append(Cell(start, start + len(cell), header if number else ""))
            start += len(cell) + 3
        kind = BlockKind.TABLE_ROW if number else BlockKind.TABLE_HEADER
        add(kind, " | ".join(row), table=1, row=number or None, cells=tuple(cells))
    return Article(
        article_id,
        title,
        text,
        lang,
        tuple(blocks),
        metadata or ArticleMetadata(),
        source_path=f"/corpus/articles/{article_id}.md",
        version=version,
    )


def cite_words(article: Article, words: str, *, marker: int = 1) -> Citation:
    """A citation of the first place where ``words`` stand in the article."""
    start = article.text.index(words)
    return Citation(
        marker=marker,
        passage_id=f"{article.article_id}:{start}",
        article_id=article.article_id,
        version=article.version,
        title=article.title,
        url=article.metadata.url,
        published=article.metadata.published,
        locator=article.title,
        start=start,
        end=start + len(words),
        quote=words,
    )


def make_answer(question: str, *cited: tuple[str, Citation], short: str | None = None, **more: object) -> Answer:
    """An answer of one sentence for each citation."""
    sentences = tuple(AnswerSentence(sentence, (citation.marker,)) for sentence, citation in cited)
    text = "".join(f"{sentence.text}[{sentence.citations[0]}]" for sentence in sentences)
    answer = Answer(
        question,
        AnswerStatus.ANSWERED,
        "ja",
        text,
        short=short,
        sentences=sentences,
        citations=tuple(citation for _, citation in cited),
        newest="2025-12-03",
    )
    return replace(answer, **more)  # type: ignore[arg-type]


@dataclass
class FakeAssistant:
    """Answers from a table of questions; anything else is refused with the nearest passage.

    ``answers`` maps a question to what comes back: an answer, or an error to raise. ``pause_seconds``
    passes before each streamed sentence, so that a test can press stop.
    """

    articles: list[Article] = field(default_factory=list)
    answers: dict[str, Answer | Exception] = field(default_factory=dict)
    reports: dict[str, CheckReport] = field(default_factory=dict)
    comparison: Comparison | None = None
    receipt_report: ReceiptReport = field(default_factory=lambda: ReceiptReport("", "", "intact", ()))
    refused: tuple[tuple[str, str, int | None], ...] = ()
    suggestions: dict[str, list[str]] = field(default_factory=dict)
    pause_seconds: float = 0.0
    search_error: AssistantError | None = None
    settings: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(
            serve=SimpleNamespace(log_questions=False), reader=SimpleNamespace(model="extractive")
        )
    )
    asked: list[tuple[str, tuple[tuple[str, str], ...]]] = field(default_factory=list)
    anchors: list[date | None] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    filtered: list[tuple[Scope | None, date | None]] = field(default_factory=list)
    relations: dict[str, Related] = field(default_factory=dict)
    closed: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        as_of: date | None = None,
        lang: str | None = None,
        scope: Scope | None = None,
    ) -> Answer:
        with self._lock:
            self.asked.append((question, tuple((asked, answer) for asked, answer in history)))
            self.filtered.append((scope, as_of))
        found = self.answers.get(question)
        if isinstance(found, Exception):
            raise found
        return found if found is not None else self._refuse(question)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        as_of: date | None = None,
        lang: str | None = None,
        scope: Scope | None = None,
    ) -> Iterator[AnswerSentence | Answer]:
        answer = self.ask(question, history=history, as_of=as_of, lang=lang, scope=scope)
        for sentence in answer.sentences:
            time.sleep(self.pause_seconds)
            yield sentence
        yield answer

    def receipt(self, answer: Answer) -> dict[str, object]:
        return {"format": 1, "question": answer.question}

    def verify(self, receipt: object) -> ReceiptReport:
        return self.receipt_report

    def search(self, question: str, *, top_k: int | None = None, scope: Scope | None = None) -> list[Hit]:
        if self.search_error is not None:
            raise self.search_error
        hits = []
        for article in self.articles:
            for block in article.blocks:
                text = article.text[block.start : block.end]
                if question in text:
                    passage = Passage(
                        f"{article.article_id}:{block.start}",
                        article.article_id,
                        article.version,
                        0,
                        block.start,
                        block.end,
                        text,
                        block.kind,
                        article.title,
                        article.lang,
                    )
                    hits.append(Hit(passage, len(hits) + 1, 1.0 / (len(hits) + 1)))
        return hits[:top_k]

    def check(
        self, draft: str, *, anchor: date | None = None, on_claim: Callable[[int, int], None] = lambda *_: None
    ) -> CheckReport:
        self.anchors.append(anchor)
        for done in range(total := len(self.reports.get(draft, CheckReport(())).claims)):
            on_claim(done, total)
            time.sleep(self.pause_seconds)
        return self.reports.get(draft, CheckReport(()))

    def compare(self, names: Sequence[str], *, attributes: Sequence[str] = ()) -> Comparison:
        return self.comparison or Comparison(tuple(names), tuple(attributes), ())

    def comparables(self) -> list[Comparable]:
        cells = self.comparison.cells if self.comparison else ()
        return [
            Comparable(
                entity, (), tuple(dict.fromkeys((cell.attribute, "") for cell in cells if cell.entity == entity))
            )
            for entity in dict.fromkeys(cell.entity for cell in cells)
        ]

    def sources(self) -> list[FakeSummary]:
        return [
            FakeSummary(
                article.article_id,
                article.title,
                article.lang,
                article.metadata.published,
                article.metadata.url,
                article.version,
                article.version,
                len(article.blocks),
                article.metadata.withdrawn or article.article_id in self.removed,
                article.metadata.embargo_until,
                article.source_path,
                "2025-12-06T09:00:00+00:00",
                standing="removed" if article.article_id in self.removed else "shown",
                hidden=article.metadata.hidden,
            )
            for article in self.articles
        ]

    def history(self, article_id: str) -> list[VersionSummary]:
        return [
            VersionSummary(item.version, item.title, None, None, "2025-12-06T09:00:00+00:00", True)
            for item in self.articles
            if item.article_id == article_id
        ]

    def remove(self, article_ids: Sequence[str], *, undo: bool = False) -> list[str]:
        known = {article.article_id for article in self.articles}
        for article_id in article_ids:
            if article_id not in known:
                raise CorpusError(f"There is no article {article_id!r} in the library.")
            (self.removed.discard if undo else self.removed.add)(article_id)
        return list(article_ids)

    def show(self, article_id: str, version: int | None = None, *, reader: bool = False) -> Article:
        for article in self.articles:
            if article.article_id == article_id and version in (None, article.version):
                if reader and article.metadata.withdrawn:
                    raise CorpusError(f"The article {article_id!r} has been withdrawn.")
                return article
        raise CorpusError(f"No article {article_id!r} in the library. `assistant sources` lists them.")

    def related(self, article_id: str) -> Related:
        return self.relations.get(article_id, Related())

    def withheld(self) -> frozenset[str]:
        return frozenset(article.article_id for article in self.articles if article.metadata.withdrawn)

    def status(self) -> SimpleNamespace:
        return SimpleNamespace(refused=self.refused)

    def close(self) -> None:
        self.closed = True

    def _refuse(self, question: str) -> Answer:
        nearest = ()
        if self.articles:
            article = self.articles[0]
            block = next((block for block in article.blocks if block.kind is BlockKind.PARAGRAPH), article.blocks[0])
            words = article.text[block.start : block.end]
            nearest = (Nearest(cite_words(article, words), 0.21),)
        return Answer(
            question,
            AnswerStatus.REFUSED,
            "ja",
            "収録している記事には、この質問に答えられる記述が見つかりませんでした。",
            nearest=nearest,
            newest="2025-12-03",
        )


def trainium_assistant(**more: object) -> FakeAssistant:
    """A small library on Trainium3 with an answer for each kind of page."""
    article = make_article(
        "2025-12-03-aws-trainium3",
        TRAINIUM,
        _PARAGRAPHS,
        metadata=ArticleMetadata(
            published="2025-12-03T02:21:37+00:00",
            author="ALLFORCES編集部",
            url="https://example.com/articles/2025-12-03-aws-trainium3",
        ),
    )
    sheet = make_article(
        "trainium-specs",
        "AWS Trainium 仕様表",
        ("値は各社の公表による。",),
        metadata=ArticleMetadata(published="2025-12-05"),
        table=(
            ("製品", "項目", "値", "条件"),
            ("Trainium3", "メモリ容量", "144 GB", "チップ1個当たり"),
            ("Trainium2", "メモリ容量", "96 GB", "チップ1個当たり"),
            ("Trainium3", "メモリ帯域幅", "4.9 TB/s", "チップ1個当たり"),
        ),
    )
    memory = "1個のTrainium3チップにはHBM3Eが144GB載り、帯域幅は4.9TB/s、FP8の演算性能は2.52 petaFLOPSになる。"
    row = "Trainium3 | メモリ容量 | 144 GB | チップ1個当たり"
    invested = "AnthropicはTrainium2でClaudeを動かしており、AWSの側から受けた投資は80億ドルに上る。"
    cuda = "NVIDIAの強みは、長く育ててきた開発基盤のCUDAにある。"
    first, second = cite_words(article, memory), cite_words(sheet, row, marker=2)
    old = cite_words(sheet, "Trainium2 | メモリ容量 | 96 GB | チップ1個当たり", marker=2)
    five = [
        cite_words(article, words, marker=number)
        for number, words in enumerate(
            ("20年間", "3nmプロセス技術", "最大144個のTrainium3チップ", "最大100万個のTrainiumチップ", "80億ドル"),
            start=1,
        )
    ]
    answers: dict[str, Answer | Exception] = {
        "Trainium3のメモリ容量は？": make_answer(
            "Trainium3のメモリ容量は？",
            (memory, first),
            ("Trainium3のメモリ容量は144 GB（チップ1個当たり）。", second),
            short="144GB",
        ),
        "AWSはAnthropicにいくら投資しましたか？": make_answer(
            "AWSはAnthropicにいくら投資しましたか？", (invested, cite_words(article, invested)), short="80億ドル"
        ),
        "NVIDIAの強みは何ですか？": make_answer("NVIDIAの強みは何ですか？", (cuda, cite_words(article, cuda))),
        "五つの出典": make_answer("五つの出典", *((citation.quote, citation) for citation in five)),
        "値が割れている質問": make_answer(
            "値が割れている質問",
            (memory, first),
            conflicts=(Conflict("メモリ容量", (ConflictValue("144GB", first), ConflictValue("96 GB", old))),),
        ),
        "壊れる質問": AssistantError("The index has not been built. Run `assistant index`."),
        "想定外の質問": RuntimeError("secret detail"),
    }
    claim = "Trainium3のメモリ容量は128GBだ。"
    draft = f"{claim}3nmで製造されている。楽しみだ。"
    reports = {
        draft: CheckReport(
            (
                ClaimVerdict(
                    Claim(claim, 0, len(claim)),
                    Verdict.CONTRADICTED,
                    "記事は144GBとしています。",
                    (Difference("number", "128GB", "144GB"),),
                    (Evidence(first, "against"),),
                ),
                ClaimVerdict(
                    Claim("3nmで製造されている。", len(claim), len(claim) + 12),
                    Verdict.SUPPORTED,
                    "記事に同じ記述があります。",
                    (),
                    (Evidence(five[1], "for"),),
                ),
                ClaimVerdict(
                    Claim("楽しみだ。", len(claim) + 12, len(draft)), Verdict.NOT_CHECKABLE, "感想のため照合しません。"
                ),
            )
        )
    }
    comparison = Comparison(
        ("Trainium3", "Trainium2"),
        ("メモリ容量", "メモリ帯域幅"),
        (
            ComparisonCell("Trainium3", "メモリ容量", "144", "GB", "チップ1個当たり", replace(second, marker=1)),
            ComparisonCell("Trainium2", "メモリ容量", "96", "GB", "チップ1個当たり", replace(old, marker=2)),
            ComparisonCell(
                "Trainium3",
                "メモリ帯域幅",
                "4.9",
                "TB/s",
                "チップ1個当たり",
                cite_words(sheet, "Trainium3 | メモリ帯域幅 | 4.9 TB/s | チップ1個当たり", marker=3),
            ),
        ),
    )
    assistant = FakeAssistant(
        articles=[article, sheet],
        answers=answers,
        reports=reports,
        comparison=comparison,
        refused=(("/corpus/articles/broken.md", "byte 812 is not valid UTF-8", None),),
        suggestions={
            "ja": ["Trainium3のメモリ容量は？", "AWSはAnthropicにいくら投資しましたか？", "NVIDIAの強みは何ですか？"],
            "en": ["How much memory does Trainium3 have?"],
        },
    )
    return replace(assistant, **more)  # type: ignore[arg-type]
