from datetime import date

from assistant.types import Article, CheckReport, Citation, Claim, ClaimVerdict, Evidence, Verdict
from evals.cases import DeskCase
from evals.desk import MISSED, confusion, run_desk_case

TEXT = "X100の質量は1.2 kgだ。"
DRAFT = "X100の質量は2 kgだ。X100は美しい。X100の長さは1 mだ。"


def citation(end: int = 5) -> Citation:
    return Citation(1, "p", "x100", 1, "X", None, None, "X", 0, end, TEXT[:end])


class Desk:
    """Reports what it was given."""

    def __init__(self, *verdicts: ClaimVerdict) -> None:
        self._report = CheckReport(verdicts)

    def check(self, draft: str, *, anchor: date | None = None) -> CheckReport:
        if draft == "broken":
            raise ValueError("broken")
        return self._report

    def show(self, article_id: str, version: int | None = None) -> Article:
        return Article("x100", "X", TEXT, "ja", ())


def verdict(text: str, value: Verdict, source: str = DRAFT) -> ClaimVerdict:
    start = source.index(text)
    needs = value not in (Verdict.NOT_FOUND, Verdict.NOT_CHECKABLE)
    evidence = (Evidence(citation(), "against"),) if needs else ()
    return ClaimVerdict(Claim(text, start, start + len(text)), value, "because", evidence=evidence)


def test_each_claim_of_a_draft_is_found_by_its_words() -> None:
    case = DeskCase.model_validate(
        {
            "id": "d",
            "draft": DRAFT,
            "claims": [
                {"text": "X100の質量は2 kgだ", "verdict": "contradicted"},
                {"text": "X100は美しい", "verdict": "not_checkable"},
                {"text": "X100の長さは1 mだ", "verdict": "not_found"},
            ],
        }
    )
    desk = Desk(
        verdict("X100の質量は2 kgだ。", Verdict.CONTRADICTED), verdict("X100の長さは1 mだ。", Verdict.SUPPORTED)
    )
    results = run_desk_case(desk, case, "claims_drafts")  # type: ignore[arg-type]
    assert [(r.case_id, r.given, r.outcome) for r in results] == [
        ("d-1", "contradicted", "right"),
        ("d-2", MISSED, "wrong"),
        ("d-3", "supported", "dangerous"),
    ]
    assert results[0].spans[0].resolves
    assert "claims:claims_drafts" in results[0].slice_names
    table = confusion(results)
    assert (
        table["not_found"]["supported"] == table["not_checkable"][MISSED] == table["contradicted"]["contradicted"] == 1
    )


def test_of_a_claim_in_parts_the_worst_part_counts() -> None:
    case = DeskCase(id="c", claim=DRAFT, verdict="contradicted")
    desk = Desk(
        verdict("X100は美しい。", Verdict.NOT_CHECKABLE),
        verdict("X100の長さは1 mだ。", Verdict.SUPPORTED),
        verdict("X100の質量は2 kgだ。", Verdict.CONTRADICTED),
    )
    assert [result.given for result in run_desk_case(desk, case)] == ["contradicted"]  # type: ignore[arg-type]
    none = Desk()
    assert [result.given for result in run_desk_case(none, case)] == [MISSED]  # type: ignore[arg-type]


def test_an_error_is_an_error_and_no_wrong_verdict() -> None:
    case = DeskCase(id="c", claim="broken", verdict="supported")
    (result,) = run_desk_case(Desk(), case)  # type: ignore[arg-type]
    assert (result.outcome, result.why) == ("error", "ValueError: broken")
    assert confusion([result])["supported"] == dict.fromkeys(confusion([])["supported"], 0)
