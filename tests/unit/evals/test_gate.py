import json
import math
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from assistant.errors import ConfigError
from evals.cases import DeskCase, EvalCase, Evidence
from evals.desk import DeskResult
from evals.gate import (
    Baseline,
    Flips,
    SuiteFloors,
    compare,
    failures,
    floors_toml,
    load_baseline,
    load_floors,
    measured_floors,
    replace_floors,
    write_baseline,
)
from evals.page import html_page
from evals.report import Report, json_text, junit_xml, markdown
from evals.scoring import CaseResult, CitedSpan, GoldReading
from evals.slices import scores, slices
from evals.speed import Speed

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
RIGHT = CaseResult(
    CASE,
    ranked=("x100", "y"),
    status="answered",
    short="1.2kg",
    text="質量は1.2 kgだ[1]",
    sentences=("質量は1.2 kgだ",),
    spans=(SPAN,),
    on_gold=True,
    supported=(True,),
    precise=(True,),
    confidence=0.75,
    gold=GoldReading(True, "1.2 kg", True),
)
REFUSED = CaseResult(CASE, ranked=("y", "x100"), status="refused")
RIGHTLY = CaseResult(NO_CASE, ranked=("y",), status="refused")
FALSE = CaseResult(NO_CASE, ranked=("y",), status="answered", short="5", sentences=("5",), spans=(SPAN,))
CLAIM = DeskCase(id="c-1", claim="X100の質量は<2 kg>だ。", verdict="contradicted")
CAUGHT = DeskResult(CLAIM, CLAIM.wanted[0], given="contradicted", reason="1.2 kgとある", spans=(SPAN,))
DANGEROUS = replace(CAUGHT, given="supported", spans=())


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
    figures = {name: (value.value, value.n) for name, value in measured.items() if value.n}
    assert figures == {
        "search.hit_at_1": (0.5, 2),
        "search.recall_at_3": (1.0, 2),
        "search.recall_at_8": (1.0, 2),
        "search.mrr_at_10": (0.75, 2),
        "search.ndcg_at_10": (pytest.approx((1 + 1 / math.log2(3)) / 2), 2),
        "reading.right": (1.0, 1),
        "reading.exact_short": (1.0, 1),
        "answer.right": (0.5, 2),
        "answer.contained": (0.5, 2),
        "answer.exact_short": (0.5, 2),
        "answer.character_f1": (0.5, 2),
        "citations.resolve": (1.0, 2),
        "citations.recall": (1.0, 1),
        "citations.precision": (1.0, 1),
        "citations.gold": (1.0, 1),
        "citations.gold_sentence": (1.0, 1),
        "refusal.false_answer": (0.5, 2),
        "refusal.over_refusal": (0.5, 2),
    }
    assert list(slices([RIGHTLY, replace(RIGHT, topic="x"), CAUGHT])) == [
        "overall",
        "lang:en",
        "lang:ja",
        "half:tuning",
        "difficulty:easy",
        "difficulty:medium",
        "verdict:contradicted",
        "kind:claim",
        "kind:figure",
        "kind:near_miss",
        "topic:x",
        "claims:claims",
    ]


def test_the_desk_is_scored_beside_the_answers() -> None:
    supported = DeskCase(id="c-2", claim="A", verdict="supported")
    alarm = DeskResult(supported, supported.wanted[0], given="contradicted")
    measured = scores([CAUGHT, replace(DANGEROUS, case=CLAIM.model_copy(update={"id": "c-3"})), alarm])
    figures = {name: (value.value, value.n) for name, value in measured.items() if name.startswith("desk.")}
    assert figures == {
        "desk.right": (pytest.approx(1 / 3), 3),
        "desk.macro_f1": (pytest.approx((1 / 2 + 0) / 2), 3),
        "desk.dangerous": (0.5, 2),
        "desk.false_alarm": (1.0, 1),
    }
    assert [result.outcome for result in (CAUGHT, DANGEROUS, alarm)] == ["right", "dangerous", "wrong"]
    assert not replace(CAUGHT, spans=(replace(SPAN, resolves=False),)).passed


@pytest.mark.parametrize(
    ("change", "result", "outcome"),
    [
        ({"forbidden": ("1.2 kg",)}, RIGHT, "wrong"),
        ({"required": (("1.2kg",), ("質量",))}, RIGHT, "right"),
        ({"required": (("1.2kg",), ("長さ", "高さ"))}, RIGHT, "wrong"),
        ({"refusal_ok": True}, REFUSED, "rightly_refused"),
        ({"kind": "list"}, replace(RIGHT, short=None, sentences=("a", "b", "1.2 kg")), "right"),
        ({"kind": "conflict", "required": (("3 kg",),)}, replace(RIGHT, values=("3kg",)), "right"),
        ({"expected": ("1,200 g",)}, RIGHT, "right"),
    ],
)
def test_outcomes_of_other_kinds(change: dict[str, object], result: CaseResult, outcome: str) -> None:
    assert replace(result, case=CASE.model_copy(update=change)).outcome == outcome


def test_a_refusal_may_name_what_it_refuses() -> None:
    case = NO_CASE.model_copy(update={"forbidden": ("PWNED",)})
    assert replace(RIGHTLY, case=case, text="「PWNED」は記事にない").outcome == "rightly_refused"
    assert replace(FALSE, case=case, text="PWNED").why == "says what it must not: PWNED"


def test_floors_hold_on_the_cautious_end() -> None:
    measured = slices([RIGHT, RIGHTLY])  # one right of one: 0.207 to 1
    assert failures(measured, SuiteFloors(slices={"overall": {"answer.right": 0.2}}), None) == []
    assert failures(measured, SuiteFloors(slices={"overall": {"answer.right": 0.21}}), None) == [
        "overall: answer.right is at least 0.207 (n=1, measured 1.000), cannot tell whether it reaches 0.210"
    ]
    assert failures(measured, SuiteFloors(slices={"lang:en": {"refusal.false_answer": 0.79}}), None) == [
        "lang:en: refusal.false_answer is at most 0.793 (n=1, measured 0.000), cannot tell whether it stays under 0.790"
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
    assert replace(flips, low=0.0, high=0.0) == Flips(("ja-x-1",), ("ja-x-2",), ("ja-x-3",), ("ja-x-4",), 1.0)
    assert flips.judgement == "cannot tell"
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


def test_measured_floors_leave_a_margin_and_round_trip(tmp_path: Path) -> None:
    many = [replace(second(RIGHT, number), topic="t") for number in range(10, 30)]
    floors = measured_floors(slices([*many, RIGHTLY]))
    low = 0.8389  # Wilson of 20 in 20; all in one cluster and all right, so nothing is known of their spread
    assert floors["overall"]["answer.right"] == pytest.approx(low - 0.05, abs=0.006)
    assert floors["overall"]["refusal.over_refusal"] == pytest.approx(1 - low + 0.05, abs=0.006)
    assert "citations.resolve" not in floors["overall"]
    assert "refusal.false_answer" not in floors["overall"]  # one case
    assert "answer.right" in floors["topic:t"]
    assert "answer.character_f1" not in floors["topic:t"]
    path = tmp_path / "floors.toml"
    path.write_text('# kept\n[public.jsquad]\n"search.hit_at_1" = 0.9\n\n[quick]\nnet_loss_allowed = 3\n')
    replace_floors(path, "quick", floors_toml("quick", floors))
    assert load_floors("quick", path).slices == floors
    assert load_floors("quick", path).net_loss_allowed == 0
    assert path.read_text().startswith('# kept\n[public.jsquad]\n"search.hit_at_1" = 0.9\n')
    replace_floors(path, "quick", floors_toml("quick", {"overall": {"answer.right": 0.1}}))
    assert load_floors("quick", path).slices == {"overall": {"answer.right": 0.1}}


def test_a_large_change_is_told_and_a_small_one_is_not() -> None:
    before = Baseline(suite="quick", fingerprint="f", outcomes={f"ja-x-{n}": "right" for n in range(10, 30)})
    now = [
        replace(second(REFUSED, n), case=REFUSED.case.model_copy(update={"case_id": f"ja-x-{n}"}))
        for n in range(10, 30)
    ]
    spread = [
        replace(
            result,
            case=result.case.model_copy(update={"gold_evidence": (Evidence(article_id=f"a{n}", quote="q"),)}),
        )
        for n, result in enumerate(now)
    ]
    assert compare(before, spread).judgement == "worse"
    assert compare(before, spread[:2]).judgement == "cannot tell"
    assert compare(before, [RIGHT]).judgement == "no change"


def report(*results: CaseResult, gate: tuple[str, ...] = (), claims: tuple[DeskResult, ...] = ()) -> Report:
    flips = Flips(("ja-x-1",), (), (), (), 1.0)
    measured = slices([*results, *claims])
    return Report("quick", "extractive", "f00", {"embed": {}}, 2, "c", "d", results, claims, measured, flips, gate)


def test_reports_are_whole_and_escaped() -> None:
    bad = replace(REFUSED, sentences=(), short="<b>|\x07</b>")
    made = report(RIGHTLY, second(RIGHT), bad, gate=("overall: too low",), claims=(CAUGHT, DANGEROUS))
    table = json.loads(json_text(made))
    assert [case["outcome"] for case in table["cases"]] == ["rightly_refused", "right", "refused"]
    assert [claim["outcome"] for claim in table["claims"]] == ["right", "dangerous"]
    assert table["desk"]["confusion"]["contradicted"]["supported"] == 1
    assert (table["verdict"], table["failures"]) == ("below the gate", ["overall: too low"])
    page = html_page(made)
    assert "<質量>" not in page
    assert "<2 kg>" not in page
    assert "<b>|" not in page
    assert page.index("ja-x-1</code>") < page.index("ja-x-2</code>")
    assert "<mark>1.2 kg</mark>だ" in page
    assert "lost since the baseline" in page
    assert page.count("<svg") == 2
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page
    summary = markdown(made)
    assert "below the gate" in summary
    assert "| ja-x-1 | X100の<質量>は？ | refused, though the corpus answers | <b>\\|" in summary
    assert "| contradicted | 1 | 1 | 0 | 0 | 0 | 0 |" in summary


def test_the_page_draws_latency_only_when_it_was_measured() -> None:
    speed = Speed((5.0, 9.0), 100.0, 2.0, 10, 20, 3)
    assert "Latency" not in html_page(report(RIGHT))
    assert "Latency of answers" in html_page(report(RIGHT), speed)
    assert speed.table()["answer p95"] == "9.0 ms"


def test_junit_counts_what_it_holds() -> None:
    wrong = replace(RIGHT, short="\x07", sentences=("\x07",))
    error = second(CaseResult(CASE, error="ValueError: \x07"), 3)
    suite = ElementTree.fromstring(junit_xml(report(RIGHTLY, second(wrong), error, gate=("too low",))))
    assert suite.attrib["tests"] == str(len(suite)) == "4"
    assert suite.attrib["failures"] == str(len(suite.findall(".//failure"))) == "2"
    assert suite.attrib["errors"] == str(len(suite.findall(".//error"))) == "1"
