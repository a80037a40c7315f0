"""A check report as Markdown for people and as SARIF for editors and code hosts."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter

from assistant.types import CheckReport, ClaimVerdict, Verdict
from assistant.verify.quotes import char_diff
from assistant.verify.statement import language_of

Json = dict[str, object]

_LABELS = {
    Verdict.SUPPORTED: ("裏付けあり", "supported"),
    Verdict.CONTRADICTED: ("食い違い", "contradicted"),
    Verdict.CONFLICTING: ("資料が割れる", "sources disagree"),
    Verdict.NOT_FOUND: ("記述なし", "not found"),
    Verdict.NOT_CHECKABLE: ("対象外", "not checkable"),
}
_ORDER = (Verdict.CONTRADICTED, Verdict.CONFLICTING, Verdict.NOT_FOUND, Verdict.SUPPORTED, Verdict.NOT_CHECKABLE)
_LEVELS = {Verdict.CONTRADICTED: "error", Verdict.CONFLICTING: "warning", Verdict.NOT_FOUND: "note"}
_RULES = {
    Verdict.CONTRADICTED: "The library says otherwise.",
    Verdict.CONFLICTING: "Sources disagree, or the only support was corrected.",
    Verdict.NOT_FOUND: "Nothing in the library confirms or denies the claim.",
}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def summary(report: CheckReport) -> dict[Verdict, int]:
    """How many claims have each verdict; every verdict is there."""
    counts = Counter(item.verdict for item in report.claims)
    return {verdict: counts[verdict] for verdict in _ORDER}


def to_markdown(report: CheckReport, name: str, *, lang: str | None = None) -> str:
    """A report to read: counts, then the claims, the worst first, each with its reason and evidence.

    Args:
        report: What the desk found.
        name: The draft's file name.
        lang: ``ja`` or ``en`` for the words around; by default the language of the first claim.
    """
    chosen = lang or (language_of(report.claims[0].claim.text) if report.claims else "ja")
    column = 0 if chosen == "ja" else 1
    lines = [f"# {'事実確認' if column == 0 else 'Fact check'}: {_plain(name)}", ""]
    lines.append(" / ".join(f"{_LABELS[verdict][column]} {count}" for verdict, count in summary(report).items()))
    for verdict in _ORDER:
        items = [item for item in report.claims if item.verdict is verdict]
        if not items:
            continue
        lines += ["", f"## {_LABELS[verdict][column]} ({len(items)})", ""]
        for item in items:
            lines += _claim_lines(item, column)
    return "\n".join(lines).rstrip() + "\n"


def _claim_lines(item: ClaimVerdict, column: int) -> list[str]:
    claim = item.claim
    lines = [f"- **{_plain(claim.text)}** ({claim.start}–{claim.end})", f"  - {_plain(item.reason)}"]
    for difference in item.differences:
        shown = f"{_plain(difference.claimed)} → {_plain(difference.found)}"
        if difference.kind == "quote":
            shown = "".join(
                _plain(text) if sign == " " else f"~~{_plain(text)}~~" if sign == "-" else f"**{_plain(text)}**"
                for sign, text in char_diff(difference.claimed, difference.found)
            )
        lines.append(f"  - {difference.kind}: {shown}")
    for evidence in item.evidence:
        citation = evidence.citation
        stance = ("根拠", "for") if evidence.stance == "for" else ("反証", "against")
        lines.append(
            f"  - {stance[column]}: 「{_plain(citation.quote)}」 {_plain(citation.title)} ({citation.article_id}:{citation.start}–{citation.end})"
        )
    return lines


def _plain(text: str) -> str:
    """One line that Markdown shows as it is."""
    squeezed = " ".join(text.split())
    return "".join(f"\\{char}" if char in "\\`*_[]<>|~#" else char for char in squeezed)


def to_sarif(report: CheckReport, name: str, draft: str, *, version: str = "") -> str:
    """SARIF 2.1.0: one result for each claim that is contradicted, conflicting or not found.

    Args:
        report: What the desk found.
        name: Path of the draft as the code host knows it.
        draft: The draft's text, for lines and columns.
        version: Version of the program.
    """
    starts = [0]
    for position, char in enumerate(draft):
        if char == "\n":
            starts.append(position + 1)
    results = [_result(item, name, starts) for item in report.claims if item.verdict in _LEVELS]
    driver: Json = {
        "name": "article-assistant",
        "informationUri": "https://github.com/",
        "rules": [{"id": verdict.value, "shortDescription": {"text": text}} for verdict, text in _RULES.items()],
    }
    if version:
        driver["version"] = version
    del driver["informationUri"]
    run: Json = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _result(item: ClaimVerdict, name: str, starts: list[int]) -> Json:
    first_line, first_column = _place(starts, item.claim.start)
    last_line, last_column = _place(starts, item.claim.end)
    region = {
        "startLine": first_line,
        "startColumn": first_column,
        "endLine": last_line,
        "endColumn": last_column,
        "charOffset": item.claim.start,
        "charLength": item.claim.end - item.claim.start,
    }
    return {
        "ruleId": item.verdict.value,
        "level": _LEVELS[item.verdict],
        "message": {"text": item.reason},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": name}, "region": region}}],
        "properties": {
            "claim": item.claim.text,
            "differences": [{"kind": one.kind, "claimed": one.claimed, "found": one.found} for one in item.differences],
            "evidence": [
                {
                    "article_id": one.citation.article_id,
                    "start": one.citation.start,
                    "end": one.citation.end,
                    "quote": one.citation.quote,
                    "stance": one.stance,
                }
                for one in item.evidence
            ],
        },
    }


def _place(starts: list[int], offset: int) -> tuple[int, int]:
    """Line and column from 1."""
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1
