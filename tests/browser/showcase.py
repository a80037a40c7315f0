"""A small newsroom for the tests of the pages beside Ask, with something of every kind to show."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from assistant.types import (
    Article,
    ArticleMetadata,
    CheckReport,
    Claim,
    ClaimVerdict,
    Comparison,
    ComparisonCell,
    Conflict,
    ConflictValue,
    Difference,
    Evidence,
    Hidden,
    Verdict,
)
from tests.fakes import FakeAssistant, cite_words, make_article, trainium_assistant

_CHIPS = {
    "Trainium3": (("144", "GB"), ("4.9", "TB/s"), ("2.52", "PFLOPS")),
    "Trainium2": (("96", "GiB"), ("2.9", "TB/s"), ("1299", "TFLOPS")),
    "NVIDIA B200": (("180", "GB"), ("8.0", "TB/s"), ("4500", "TFLOPS")),
    "NVIDIA H100": (("80", "GB"), ("3.35", "TB/s"), ("1979", "TFLOPS")),
}
_ATTRIBUTES = ("メモリ容量", "メモリ帯域幅", "FP8演算性能")
_NEWS = (
    ("2026-03-04-hbm", "HBMの供給、26年後半まで逼迫　3社が増産を前倒し", "2026-03-04"),
    ("2026-02-18-rainier", "Project Rainier、稼働1年で学習に使うチップを倍増", "2026-02-18"),
    ("2026-02-02-inference", "推論向けチップの値付け、「1トークン当たり」が主流に", "2026-02-02"),
    ("2026-01-15-cooling", "水冷サーバーの設計、配管の規格づくりが始まる", "2026-01-15"),
)

SENTENCES = (
    ("Trainium3のメモリ容量は128GBだ。", Verdict.CONTRADICTED),
    ("Trainium3は3nmで製造される。", Verdict.SUPPORTED),
    ("AnthropicはTrainium2を100万個使う。", Verdict.CONFLICTING),
    ("次の世代は2028年に量産される。", Verdict.NOT_FOUND),
    ("この先が楽しみだ。", Verdict.NOT_CHECKABLE),
)
DRAFT = "".join(text for text, _ in SENTENCES)
_REASONS = {
    Verdict.CONTRADICTED: "数値が違う。原稿は「128GB」だが、記事では「144GB」となっている。",
    Verdict.SUPPORTED: "記事に同じ記述がある。",
    Verdict.CONFLICTING: "記事によって書いている数が違う。",
    Verdict.NOT_FOUND: "この内容を裏付ける記述も否定する記述も見当たらない。",
    Verdict.NOT_CHECKABLE: "感想を述べた文のため、照合しない。",
}


@dataclass
class Newsroom(FakeAssistant):
    """Says of its index what the real one says."""

    def status(self) -> SimpleNamespace:
        return SimpleNamespace(
            refused=self.refused,
            generation="gen-20261123T090000-1fa057",
            fingerprint="355f41828b702d5a",
            counts={"articles": len(self.articles), "passages": 48},
            problems=(),
            embedder="builtin",
            dense="chroma",
            reader="extractive",
            library=SimpleNamespace(standings={"shown": len(self.articles) - 1, "removed": 1}, problems=()),
        )


def newsroom(home: Path, **more: object) -> FakeAssistant:
    """Articles, a draft with each verdict, a comparison and runs of the eval suite."""
    base = trainium_assistant()
    article = base.articles[0]
    articles = [*base.articles, *(_news(*item) for item in _NEWS)]
    save_runs(home)
    return Newsroom(
        answers=base.answers,
        suggestions=base.suggestions,
        articles=articles,
        reports={DRAFT: _report(article)},
        comparison=_comparison(base.articles[1]),
        removed={"2026-01-15-cooling"},
        refused=(
            ("/corpus/articles/broken.md", "not UTF-8: byte 0xff at offset 812; save it as UTF-8 and try again", None),
            ("/corpus/spec.pdf", "the document is protected by a password; save it without one", None),
        ),
        settings=SimpleNamespace(home=home, serve=SimpleNamespace(log_questions=False)),
        **more,  # type: ignore[arg-type]
    )


def _news(article_id: str, title: str, published: str) -> Article:
    hidden = (Hidden("zero width", 12),) if article_id.endswith("inference") else ()
    about = ArticleMetadata(published=published, hidden=hidden)
    return make_article(article_id, title, (f"{title}。詳しくは続報で伝える。",), metadata=about)


def _report(article: Article) -> CheckReport:
    memory = cite_words(article, "1個のTrainium3チップにはHBM3Eが144GB載り")
    process = cite_words(article, "AWSは3nmプロセス技術を選んだ。", marker=2)
    chips = cite_words(article, "EC2 UltraClusters 3.0なら最大100万個のTrainiumチップをつなげるという。", marker=3)
    servers = cite_words(article, "Trainium3 UltraServerには最大144個のTrainium3チップが入り", marker=4)
    evidence = {
        Verdict.CONTRADICTED: (Evidence(memory, "against"),),
        Verdict.SUPPORTED: (Evidence(process, "for"),),
        Verdict.CONFLICTING: (Evidence(chips, "for"), Evidence(servers, "against")),
    }
    claims, start = [], 0
    for text, verdict in SENTENCES:
        differences = (Difference("number", "128GB", "144GB"),) if verdict is Verdict.CONTRADICTED else ()
        claim = Claim(text, start, start + len(text))
        claims.append(ClaimVerdict(claim, verdict, _REASONS[verdict], differences, evidence.get(verdict, ())))
        start += len(text)
    return CheckReport(tuple(claims))


def _comparison(sheet: Article) -> Comparison:
    row = "Trainium3 | メモリ容量 | 144 GB | チップ1個当たり"
    cells = []
    for chip, values in _CHIPS.items():
        for attribute, (value, unit) in zip(_ATTRIBUTES, values, strict=True):
            cited = replace(cite_words(sheet, row), marker=len(cells) + 1, passage_id=f"{chip}:{attribute}")
            if (chip, attribute) != ("NVIDIA H100", "FP8演算性能"):
                cells.append(ComparisonCell(chip, attribute, value, unit, "チップ1個当たり", cited))
    memory = [cell for cell in cells if cell.entity == "NVIDIA B200"][:1]
    other = replace(memory[0], value="192", citation=replace(memory[0].citation, marker=20, passage_id="other"))
    values = tuple(ConflictValue(f"{cell.value} GB", cell.citation) for cell in (*memory, other))
    conflict = Conflict("NVIDIA B200 メモリ容量", values)
    return Comparison(tuple(_CHIPS), _ATTRIBUTES, (*cells, other), (conflict,))


def save_runs(home: Path, count: int = 5) -> None:
    """Runs of the eval suite, as `assistant eval` keeps them."""
    (home / "runs").mkdir(parents=True, exist_ok=True)
    for number in range(count):
        at = datetime(2026, 11, 1, 9, tzinfo=UTC) + timedelta(days=4 * number)
        overall = {
            metric: {"n": 380, "value": value, "low": value - 0.05, "high": value + 0.04}
            for metric, value in (
                ("answer.right", 0.62 + 0.03 * number),
                ("search.hit_at_1", 0.86 + 0.01 * number),
                ("desk.right", 0.76 + 0.02 * number),
                ("refusal.false_answer", 0.14 - 0.02 * number),
            )
        }
        run = {
            "at": at.isoformat(),
            "suite": "quick",
            "reader": "extractive",
            "version": "0.9",
            "verdict": "passed" if number else "below the gate",
            "fingerprint": "355f41828b702d5a",
            "articles": 95,
            "questions": 485,
            "claims": 188,
            "flips": {"lost": ["ja-figure-3"], "gained": ["ja-name-1"], "change": 0.004, "judgement": "cannot tell"},
            "slices": {"overall": overall, "lang:ja": overall, "lang:en": overall, "kind:figure": overall},
            "failing": [_failing_question(), _failing_claim()],
            "failing_total": 2,
        }
        path = home / "runs" / f"{at:%Y%m%dT%H%M%S}-quick-{number:04}.json"
        path.write_text(json.dumps(run), encoding="utf-8")


def _failing_question() -> dict[str, object]:
    return {
        "id": "ja-figure-3",
        "kind": "figure",
        "lang": "ja",
        "why": "another figure",
        "question": "Trainium3のメモリ容量は？",
        "short": "96 GB",
        "expected": ["144 GB"],
    }


def _failing_claim() -> dict[str, object]:
    return {
        "id": "claim-7",
        "kind": "claim",
        "lang": "ja",
        "why": "contradicted called not_found",
        "claim": DRAFT,
        "short": "not_found",
        "expected": ["contradicted"],
    }
