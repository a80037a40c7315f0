"""A checked draft as a file to hand on: Word, Markdown, CSV."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from assistant.text.invisible import visible
from assistant.types import CheckReport, ClaimVerdict, Verdict
from assistant.verify.report import Checked, summary, to_markdown
from ui.check_view import SIGN
from ui.checks import Check
from ui.spreadsheet import to_csv
from ui.strings import Strings
from ui.wording.check import CheckWords, words_for

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "markdown": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
SUFFIXES = {"docx": "docx", "markdown": "md", "csv": "csv"}
_SHADES = {
    Verdict.SUPPORTED: "E4F2E7",
    Verdict.CONTRADICTED: "FBE6E3",
    Verdict.CONFLICTING: "FDF0D9",
    Verdict.NOT_FOUND: "ECEAE4",
}


def exported(check: Check, kind: str, strings: Strings) -> bytes:
    """The file of a finished check; ``kind`` is ``docx``, ``markdown`` or ``csv``."""
    report = check.report or CheckReport(())
    words = words_for(strings.lang)
    name = check.name or words.draft
    if kind == "markdown":
        return visible(to_markdown(Checked(report, name, check.draft))).encode("utf-8")
    if kind == "csv":
        return to_csv(_rows(report, strings, words))
    return _docx(check, report, name, strings, words)


def _rows(report: CheckReport, strings: Strings, words: CheckWords) -> list[list[object]]:
    rows: list[list[object]] = [
        [
            words.column_number,
            words.column_verdict,
            words.column_claim,
            words.column_reason,
            words.column_differences,
            words.column_stance,
            words.column_quote,
            words.column_title,
            words.column_published,
            words.column_place,
            words.column_version,
            words.column_url,
        ]
    ]
    for number, item in enumerate(report.claims, start=1):
        told = [number, *map(visible, (strings.verdict(item.verdict.value), item.claim.text, item.reason))]
        told.append(visible(" / ".join(f"{one.claimed} → {one.found}" for one in item.differences)))
        for evidence in item.evidence:
            cited = evidence.citation
            stance = words.stance_for if evidence.stance == "for" else words.stance_against
            about = (cited.quote, cited.title, cited.published or "", cited.locator)
            rows.append([*told, stance, *map(visible, about), cited.version, cited.url or ""])
        if not item.evidence:
            rows.append([*told, *[""] * 7])
    return rows


def _docx(check: Check, report: CheckReport, name: str, strings: Strings, words: CheckWords) -> bytes:
    import docx

    document = docx.Document()
    document.core_properties.title = visible(f"{words.result}: {name}")
    document.core_properties.author = strings.product
    document.add_heading(visible(f"{words.result}: {name}"), level=1)
    counts = summary(report)
    document.add_paragraph(
        " / ".join(f"{SIGN[key]} {strings.verdict(key.value)} {count}" for key, count in counts.items() if count)
    )
    model = words.nli.format(model=report.nli_model) if report.nli_model else words.no_nli
    day = strings.date(check.anchor.isoformat()) if check.anchor else ""
    document.add_paragraph(f"{words.anchor.format(date=day) if day else words.no_anchor} {model}")
    document.add_heading(words.draft_marked, level=2)
    _marked_draft(document.add_paragraph(), check.draft.text, report)
    document.add_heading(words.claims, level=2)
    for number, item in enumerate(report.claims, start=1):
        _claim(document, number, item, strings, words)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _marked_draft(paragraph: Paragraph, draft: str, report: CheckReport) -> None:
    position = 0
    for item in sorted(report.claims, key=lambda found: found.claim.start):
        start, end = max(item.claim.start, position), min(item.claim.end, len(draft))
        if start >= end:
            continue
        paragraph.add_run(_xml_text(draft[position:start]))
        run = paragraph.add_run(_xml_text(draft[start:end]))
        run.underline = item.verdict in (Verdict.CONTRADICTED, Verdict.CONFLICTING)
        if item.verdict in _SHADES:
            _shade(run, _SHADES[item.verdict])
            paragraph.add_run(f" [{SIGN[item.verdict]}]").bold = True
        position = end
    paragraph.add_run(_xml_text(draft[position:]))


def _shade(run: object, colour: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), colour)
    run._r.get_or_add_rPr().append(shade)  # type: ignore[attr-defined]


def _claim(document: Document, number: int, item: ClaimVerdict, strings: Strings, words: CheckWords) -> None:
    head = document.add_paragraph()
    head.add_run(f"{number}. {SIGN[item.verdict]} {strings.verdict(item.verdict.value)}").bold = True
    document.add_paragraph(_xml_text(item.claim.text))
    document.add_paragraph(_xml_text(item.reason))
    if item.differences:
        table = document.add_table(rows=1, cols=3, style="Table Grid")
        for cell, text in zip(table.rows[0].cells, (words.differences, words.claimed, words.found), strict=True):
            cell.text = text
        for one in item.differences:
            cells = table.add_row().cells
            for cell, text in zip(cells, (words.kind(one.kind), one.claimed, one.found), strict=True):
                cell.text = _xml_text(text)
        document.add_paragraph()
    for evidence in item.evidence:
        cited = evidence.citation
        stance = words.evidence_for if evidence.stance == "for" else words.evidence_against
        about = ", ".join(part for part in (cited.title, strings.date(cited.published), cited.locator) if part)
        paragraph = document.add_paragraph(style="List Bullet")
        paragraph.add_run(f"{stance}: ").bold = True
        paragraph.add_run(_xml_text(f"{cited.quote}\n— {about}{f' {cited.url}' if cited.url else ''}"))


def _xml_text(text: str) -> str:
    """Without characters that show nothing or that XML has no place for."""
    return "".join(char for char in visible(text) if char >= " " or char in "\n\t")
