"""Check reports as text and Markdown for people and as SARIF for editors and code hosts."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from assistant.types import CheckReport, ClaimVerdict, Verdict
from assistant.verify.draft import DraftText
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
_STANCES = {"for": ("根拠", "for"), "against": ("反証", "against")}
_KINDS = {
    "number": ("数値", "figure"),
    "unit": ("単位", "unit"),
    "date": ("日付", "date"),
    "name": ("名前", "name"),
    "polarity": ("肯定・否定など", "sense"),
    "quote": ("引用", "quotation"),
}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def summary(report: CheckReport) -> dict[Verdict, int]:
    """How many claims have each verdict; every verdict is there."""
    counts = Counter(item.verdict for item in report.claims)
    return {verdict: counts[verdict] for verdict in _ORDER}


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft with what the desk found in it."""

    report: CheckReport
    name: str  # path as given
    draft: DraftText


def _column(item: Checked) -> int:
    """0 where the words around are Japanese, 1 where they are English: the draft's own language."""
    return 0 if language_of(item.draft.text) == "ja" or not item.report.claims else 1


def _signals(report: CheckReport, column: int) -> str:
    """Which signals stand behind the verdicts; that no model was asked is said, not left out."""
    if report.nli_model:
        return (f"含意判定モデル: {report.nli_model}", f"Entailment model: {report.nli_model}")[column]
    return (
        "含意判定モデルは使っていない（語句と数値の照合のみ）。",
        "No entailment model was used: words and figures only.",
    )[column]


def to_text(checked: Checked) -> str:
    """For a terminal: each claim with its place, verdict, reason and evidence, in the order of the draft."""
    column = _column(checked)
    starts = _line_starts(checked.draft.text)
    lines = []
    for found in checked.report.claims:
        line, place = _place(starts, found.claim.start)
        lines.append(f"{checked.name}:{line}:{place}: [{_LABELS[found.verdict][column]}] {_clip(found.claim.text)}")
        lines.append(f"    {found.reason}")
        lines += [f"    {_clip(item.claimed)} → {_clip(item.found)}" for item in found.differences[1:]]
        for evidence in found.evidence:
            stance = _STANCES[evidence.stance][column]
            citation = evidence.citation
            within = f" ({citation.locator})" if citation.locator not in ("", citation.title) else ""
            lines.append(f"    {stance}: {_clip(citation.quote)} — {citation.title}{within}")
    if not checked.report.claims:
        lines.append(f"{checked.name}: " + ("確かめる文がない。", "No claim was found in the draft.")[column])
    lines += ["", _counts(checked.report, column), _signals(checked.report, column), ""]
    return "\n".join(lines)


def _counts(report: CheckReport, column: int) -> str:
    return " / ".join(f"{_LABELS[verdict][column]} {count}" for verdict, count in summary(report).items())


def _clip(text: str, limit: int = 120) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def to_markdown(item: Checked) -> str:
    """A report to read: counts, then the claims, the worst first, each with its reason and evidence."""
    column = _column(item)
    lines = [f"# {'事実確認' if column == 0 else 'Fact check'}: {_plain(item.name)}", ""]
    lines += [_counts(item.report, column), "", _signals(item.report, column)]
    for verdict in _ORDER:
        items = [found for found in item.report.claims if found.verdict is verdict]
        if not items:
            continue
        lines += ["", f"## {_LABELS[verdict][column]} ({len(items)})", ""]
        for found in items:
            lines += _claim_lines(found, column, _line_starts(item.draft.text))
    return "\n".join(lines).rstrip() + "\n"


def _claim_lines(item: ClaimVerdict, column: int, starts: list[int]) -> list[str]:
    claim = item.claim
    line = _place(starts, claim.start)[0]
    place = (f"{line}行目", f"line {line}")[column]
    lines = [f"- **{_plain(claim.text)}** ({place})", f"  - {_plain(item.reason)}"]
    for difference in item.differences:
        shown = f"{_plain(difference.claimed)} → {_plain(difference.found)}"
        if difference.kind == "quote":
            shown = "".join(
                _plain(text) if sign == " " else f"~~{_plain(text)}~~" if sign == "-" else f"**{_plain(text)}**"
                for sign, text in char_diff(difference.claimed, difference.found)
            )
        lines.append(f"  - {_KINDS.get(difference.kind, (difference.kind,) * 2)[column]}: {shown}")
    for evidence in item.evidence:
        citation = evidence.citation
        stance = _STANCES[evidence.stance][column]
        quoted = (f"「{_plain(citation.quote)}」", f"“{_plain(citation.quote)}”")[column]
        lines.append(
            f"  - {stance}: {quoted} {_plain(citation.title)} ({citation.article_id}:{citation.start}–{citation.end})"
        )
    return lines


def _plain(text: str) -> str:
    """One line that Markdown shows as it is."""
    squeezed = " ".join(text.split())
    return "".join(f"\\{char}" if char in "\\`*_[]<>|~#" else char for char in squeezed)


def to_sarif(checked: Sequence[Checked], *, version: str = "") -> str:
    """SARIF 2.1.0: one result for each claim that is contradicted, conflicting or not found.

    Lines and columns are those of the draft's text; of a format that is not text (DOCX), of the text read from it.

    Args:
        checked: The drafts; ``name`` is the path as the code host knows it, relative to the repository.
        version: Version of the program.
    """
    results = [_result(found, item) for item in checked for found in item.report.claims if found.verdict in _LEVELS]
    driver: Json = {
        "name": "article-assistant",
        "rules": [
            {
                "id": verdict.value,
                "name": verdict.value.title().replace("_", ""),
                "shortDescription": {"text": text},
                "defaultConfiguration": {"level": _LEVELS[verdict]},
            }
            for verdict, text in _RULES.items()
        ],
    }
    if version:
        driver["version"] = version
    models = sorted({item.report.nli_model for item in checked if item.report.nli_model})
    run: Json = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"nli_model": models[0] if models else None},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _line_starts(draft: str) -> list[int]:
    return [0, *(position + 1 for position, char in enumerate(draft) if char == "\n")]


def _uri(name: str) -> str:
    """A path as a URI reference: separators kept, everything else escaped."""
    return quote(name.replace("\\", "/").removeprefix("./"), safe="/")


def _result(item: ClaimVerdict, checked: Checked) -> Json:
    starts = _line_starts(checked.draft.text)
    name = _uri(checked.name)
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
        "ruleIndex": list(_RULES).index(item.verdict),
        "level": _LEVELS[item.verdict],
        "message": {"text": item.reason},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": name}, "region": region}}],
        "partialFingerprints": {"claim/v1": hashlib.sha256(item.claim.text.encode()).hexdigest()[:16]},
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
