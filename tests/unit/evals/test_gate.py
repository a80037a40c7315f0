import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from assistant.errors import ConfigError
from evals.cases import EvalCase, Evidence
from evals.gate import Baseline, Flips, SuiteFloors, compare, failures, load_baseline, load_floors, write_baseline
from evals.report import Report, html_page, json_text, junit_xml, markdown
from evals.scoring import CaseResult, CitedSpan, scores, slices

GOLD = (Evidence(article_id="x100", quote="1.2 kg"),)
CASE = EvalCase(
    case_id="ja-x-1",
    lang="ja",
    kind="figure",
    question="X100の<質量>は？",
    expected=("1.2 kg",),
    gold_evidence=GOLD,
    answerable=True,
)
NO_CASE = EvalCase(
    case_id="en-n-1",
    lang="en",
    kind="near_miss",
    question="X900?",
    expected=(),
    gold_evidence=(),
    answerable=False,
)
SPAN = CitedSpan("citation", "x100", 5, 11, "1.2 kg", "質量は", "だ", True)
RIGHT = CaseResult(CASE, ("x100", "y"), "answered", "1.2kg", ("質量は1.2 kgだ",), (SPAN,))
REFUSED = CaseResult(CASE, ("y", "x100"), "refused")
RIGHTLY = CaseResult(NO_CASE, ("y",), "refused")
FALSE = CaseResult(NO_CASE, ("y",), "answered", "5", ("5",), (SPAN,))


def second(result: CaseResult, number: int = 2) -> CaseResult:
    return replace(result, case=result.case.model_copy(update={"case_id": f"{result.case.case_id[:-1]}{number}"}))


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        (RIGHT, "right"),
        (replace(RIGHT, status="partial", short=None), "right"),
        (replace(RIGHT, short=None, sentences=("a", "b", "1.2 kg")), "wrong"),
        (replace(RIGHT, short="2 kg", sentences=()), "wrong"),
        (replace(RIGHT, spans=(replace(SPAN, article_id="y"),)), "wrong"),
        (replace(RIGHT, spans=(replace(SPAN, role="nearest"),)), "wrong"),
        (REFUSED, "refused"),
        (RIGHTLY, "rightly_refused"),
        (FALSE, "false_answer"),
        (CaseResult(CASE, error="IndexMissingError: x"), "error"),
    ],
)
def test_outcomes(result: CaseResult, outcome: str) -> None:
    assert result.outcome == outcome
    assert result.passed is (outcome in ("right", "rightly_refused"))
    assert bool(result.why) is not result.passed


def test_a_right_answer_with_a_broken_citation_does_not_pass() -> None:
    broken = replace(RIGHT, spans=(SPAN, replace(SPAN, role="nearest", resolves=False)))
    assert broken.outcome == "right"
    assert not broken.passed
    assert broken.why == "1 citations are not what the article says at their place"


def test_the_four_scores_are_kept_apart() -> None:
    measured = scores([RIGHT, second(REFUSED), RIGHTLY, second(FALSE), second(CaseResult(CASE, error="boom"), 3)])
    figures = {name: (value.value, value.n) for name, value in measured.items()}
    assert figures == {
        "search.hit_at_1": (0.5, 2),
        "search.recall_at_8": (1.0, 2),
        "search.mrr_at_10": (0.75, 2),
        "answer.right": (0.5, 2),
        "answer.contained": (0.5, 2),
        "answer.exact_short": (0.5, 2),
        "citations.resolve": (1.0, 2),
        "citations.gold": (1.0, 1),
        "refusal.false_answer": (0.5, 2),
        "refusal.over_refusal": (0.5, 2),
    }
    assert list(slices([RIGHTLY, RIGHT])) == ["overall", "lang:en", "lang:ja", "kind:figure", "kind:near_miss"]


def test_floors_hold_on_the_cautious_end() -> None:
    measured = slices([RIGHT, RIGHTLY])  # one right of one: 0.207 to 1
    assert failures(measured, SuiteFloors(slices={"overall": {"answer.right": 0.2}}), None) == []
    assert failures(measured, SuiteFloors(slices={"overall": {"answer.right": 0.21}}), None) == [
        "overall: answer.right is at least 0.207 (n=1), below 0.210"
    ]
    assert failures(measured, SuiteFloors(slices={"lang:en": {"refusal.false_answer": 0.79}}), None) == [
        "lang:en: refusal.false_answer is at most 0.793 (n=1), above 0.790"
    ]


def test_a_floor_without_cases_fails() -> None:
    measured = slices([RIGHT])
    assert failures(measured, SuiteFloors(slices={"lang:en": {"answer.right": 0.1}}), None) == [
        "lang:en: there is a floor for this slice but no case in it"
    ]
    assert failures(measured, SuiteFloors(slices={"lang:ja": {"refusal.false_answer": 0.9}}), None) == [
        "lang:ja: refusal.false_answer has a floor but no case is scored by it"
    ]


def test_one_broken_citation_fails() -> None:
    measured = slices([replace(RIGHT, spans=(SPAN, replace(SPAN, resolves=False)))])
    assert failures(measured, SuiteFloors(), None)[0] == "overall: citations.resolve is 0.5000 of 2, it must be 1"


def test_flips_are_named() -> None:
    before = Baseline(
        suite="quick",
        fingerprint="f",
        outcomes={"ja-x-1": "right", "ja-x-2": "wrong", "ja-x-4": "right", "en-n-1": "error"},
    )
    flips = compare(before, [REFUSED, second(RIGHT), second(RIGHT, 3), RIGHTLY])
    assert flips == Flips(("ja-x-1",), ("ja-x-2",), ("ja-x-3",), ("ja-x-4",), 1.0)
    assert failures(slices([REFUSED]), SuiteFloors(), flips) == []
    lost = replace(flips, gained=())
    assert failures(slices([REFUSED]), SuiteFloors(), lost) == [
        "1 cases lost, 0 gained since the baseline, net loss allowed: 0. Lost: ja-x-1"
    ]
    assert failures(slices([REFUSED]), SuiteFloors(net_loss_allowed=1), lost) == []


def test_baselines_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "quick.json"
    write_baseline(path, "quick", "f", [RIGHT, RIGHTLY])
    assert load_baseline(path).outcomes == {"en-n-1": "rightly_refused", "ja-x-1": "right"}
    path.write_text("{}")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_baseline(path)


def test_floors_name_known_metrics(tmp_path: Path) -> None:
    path = tmp_path / "floors.toml"
    path.write_text('[quick.slices.overall]\n"answer.rihgt" = 0.5\n')
    with pytest.raises(ConfigError, match=r"no metric 'answer.rihgt'"):
        load_floors("quick", path)
    assert load_floors("other", path) == SuiteFloors()
    path.write_text("[quick\n")
    with pytest.raises(ConfigError, match="cannot be used"):
        load_floors("quick", path)


def report(*results: CaseResult, gate: tuple[str, ...] = ()) -> Report:
    flips = Flips(("ja-x-1",), (), (), (), 1.0)
    return Report("quick", "f00", {"embed": {}}, 2, "c", "d", results, slices(results), flips, gate)


def test_reports_are_whole_and_escaped() -> None:
    bad = replace(REFUSED, sentences=(), short="<b>|\x07</b>")
    made = report(RIGHTLY, second(RIGHT), bad, gate=("overall: too low",))
    table = json.loads(json_text(made))
    assert [case["outcome"] for case in table["cases"]] == ["rightly_refused", "right", "refused"]
    assert (table["verdict"], table["failures"]) == ("below the gate", ["overall: too low"])
    page = html_page(made)
    assert "<質量>" not in page
    assert "<b>|" not in page
    assert page.index("ja-x-1</code>") < page.index("ja-x-2</code>")
    assert "<mark>1.2 kg</mark>だ" in page
    assert "lost since the baseline" in page
    assert "http" not in page.replace("https://", "").split("<body>")[0]
    summary = markdown(made)
    assert "below the gate" in summary
    assert "| ja-x-1 | X100の<質量>は？ | refused, though the corpus answers | <b>\\|" in summary


def test_junit_counts_what_it_holds() -> None:
    wrong = replace(RIGHT, short="\x07", sentences=("\x07",))
    error = second(CaseResult(CASE, error="ValueError: \x07"), 3)
    suite = ElementTree.fromstring(junit_xml(report(RIGHTLY, second(wrong), error, gate=("too low",))))
    assert suite.attrib["tests"] == str(len(suite)) == "4"
    assert suite.attrib["failures"] == str(len(suite.findall(".//failure"))) == "2"
    assert suite.attrib["errors"] == str(len(suite.findall(".//error"))) == "1"
