"""Scores the fact desk: claims and drafts against the verdicts people gave them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.types import ClaimVerdict, Verdict
from evals.cases import VERDICTS, DeskCase, ExpectedClaim
from evals.scoring import Answering, CitedSpan, cited_span

MISSED = "missed"
"""Given to a claim of a draft the desk reported nothing for."""
_WORST_FIRST = ("contradicted", "conflicting", "not_found", "supported", "not_checkable")


@dataclass(frozen=True, slots=True)
class DeskResult:
    """What came of one claim, or of one claim of a draft."""

    case: DeskCase
    wanted: ExpectedClaim
    source: str = "claims"  # the file it stands in
    number: int = 0  # of the claim in its draft, from 1; 0 outside drafts
    given: str = ""
    reason: str = ""
    spans: tuple[CitedSpan, ...] = ()
    error: str = ""

    @property
    def case_id(self) -> str:
        return f"{self.case.id}-{self.number}" if self.number else self.case.id

    @property
    def lang(self) -> str:
        return self.case.lang

    @property
    def kind(self) -> str:
        return "draft" if self.number else "claim"

    @property
    def cluster(self) -> str:
        return self.case.id

    @property
    def slice_names(self) -> tuple[str, ...]:
        return (
            f"lang:{self.case.lang}",
            f"verdict:{self.wanted.verdict}",
            f"kind:{self.kind}",
            f"claims:{self.source}",
        )

    @property
    def outcome(self) -> str:
        """``right``, ``wrong``, ``dangerous`` (called supported and is not) or ``error``."""
        if self.error:
            return "error"
        if self.given == self.wanted.verdict:
            return "right"
        return "dangerous" if self.given == Verdict.SUPPORTED.value else "wrong"

    @property
    def passed(self) -> bool:
        return self.outcome == "right" and all(span.resolves for span in self.spans)

    @property
    def why(self) -> str:
        if self.error:
            return self.error
        if not all(span.resolves for span in self.spans):
            return "evidence is not what the article says at its place"
        return "" if self.outcome == "right" else f"{self.wanted.verdict} called {self.given}"

    @property
    def measured(self) -> Mapping[str, Sequence[float | bool]]:
        out: dict[str, Sequence[float | bool]] = {
            "citations.resolve": [span.resolves for span in self.spans],
            "desk.right": [self.outcome == "right"],
        }
        if self.wanted.verdict == Verdict.SUPPORTED.value:
            out["desk.false_alarm"] = [self.given in ("contradicted", "conflicting")]
        else:
            out["desk.dangerous"] = [self.outcome == "dangerous"]
        return out


def run_desk_case(assistant: Answering, case: DeskCase, source: str = "claims") -> list[DeskResult]:
    """Check one claim or draft once; a draft gives one result for each expected claim."""
    try:
        report = assistant.check(case.text, anchor=case.anchor)
        results = []
        for number, wanted in enumerate(case.wanted, start=1):
            matched = _matched(case, wanted, report.claims)
            spans = tuple(
                cited_span(assistant, "evidence", evidence.citation) for item in matched for evidence in item.evidence
            )
            verdicts = [item.verdict.value for item in matched]
            given = next((verdict for verdict in _WORST_FIRST if verdict in verdicts), MISSED)
            reason = " / ".join(dict.fromkeys(item.reason for item in matched if item.verdict.value == given))
            results.append(DeskResult(case, wanted, source, number if case.draft else 0, given, reason, spans))
    except Exception as exc:  # the system's error, named in the report, and no wrong verdict
        error = f"{type(exc).__name__}: {exc}"
        return [
            DeskResult(case, wanted, source, number if case.draft else 0, error=error)
            for number, wanted in enumerate(case.wanted, start=1)
        ]
    return results


def _matched(case: DeskCase, wanted: ExpectedClaim, reported: Sequence[ClaimVerdict]) -> list[ClaimVerdict]:
    """What was reported on the expected claim; on a single claim everything counts, the worst verdict first.

    Of a draft it is what overlaps the expected words; a sentence may have been split into several claims, of which
    those with the most words in common count.
    """
    if not case.draft:
        return list(reported) if len(reported) < 2 else [item for item in reported if not _idle(item, reported)]
    start = case.draft.find(wanted.text)
    end = start + len(wanted.text)
    overlapping = [item for item in reported if item.claim.start < end and start < item.claim.end]
    if len(overlapping) < 2:
        return overlapping
    likeness = [SequenceMatcher(None, item.claim.text, wanted.text, autojunk=False).ratio() for item in overlapping]
    return [item for item, ratio in zip(overlapping, likeness, strict=True) if ratio >= max(likeness) - 0.2]


def _idle(item: ClaimVerdict, reported: Sequence[ClaimVerdict]) -> bool:
    others = any(other.verdict is not Verdict.NOT_CHECKABLE for other in reported)
    return item.verdict is Verdict.NOT_CHECKABLE and others


def confusion(results: Sequence[DeskResult]) -> dict[str, dict[str, int]]:
    """How often each verdict (outer key) was given as each verdict; errors are left out."""
    columns = [*VERDICTS, MISSED]
    scored = [result for result in results if not result.error]
    return {
        label: {given: sum(r.wanted.verdict == label and r.given == given for r in scored) for given in columns}
        for label in VERDICTS
    }
