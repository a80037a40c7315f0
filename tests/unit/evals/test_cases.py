import json
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from evals.cases import (
    DeskCase,
    EvalCase,
    PlacedCase,
    PlacedClaim,
    Split,
    load_split,
    read_cases,
    read_claims,
    stratified,
    suite_files,
)
from evals.lint import lint_cases, lint_claims

GOOD = {
    "case_id": "ja-x100-1",
    "lang": "ja",
    "kind": "figure",
    "question": "X100の質量は？",
    "expected": ["1.2 kg"],
    "gold_evidence": [{"article_id": "x100", "quote": "質量：1.2 kg"}],
    "answerable": True,
}
REFUSAL = {**GOOD, "case_id": "ja-no-1", "kind": "near_miss", "expected": [], "gold_evidence": [], "answerable": False}
TEXTS = {"x100": "X100\n質量：1.2 kg。"}


def problems(folder: Path, *rows: dict[str, object] | str) -> list[str]:
    path = folder / "cases.jsonl"
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    cases, unreadable = read_cases([path])
    return [str(problem).removeprefix(f"{path}:") for problem in [*unreadable, *lint_cases(cases, TEXTS)]]


def test_good_cases_have_no_problems(tmp_path: Path) -> None:
    assert problems(tmp_path, GOOD, "", {**REFUSAL, "question": "X900の質量は？"}) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"gold_evidence": [{"article_id": "x100", "quote": "1.3 kg"}]}, "'x100' does not say '1.3 kg'"),
        ({"gold_evidence": [{"article_id": "x101", "quote": "1.2 kg"}]}, "there is no article 'x101'"),
        ({"kind": "riddle"}, "kind 'riddle' is not one of arithmetic, as_of"),
        ({"kind": "near_miss"}, "kind 'near_miss' is not one of"),
        ({"case_id": "en-x100-1"}, "does not start with 'ja'"),
        ({"expected": []}, "has expected and gold_evidence"),
        ({"answerable": False, "kind": "near_miss"}, "any other case has neither"),
        ({"lang": "fr"}, "1: lang: Input should be"),
        ({"colour": "red"}, "1: colour: Extra inputs"),
        ({"expected": [" "]}, "1: expected.0: String should match"),
    ],
)
def test_a_wrong_case_is_named(tmp_path: Path, change: dict[str, object], said: str) -> None:
    (found,) = problems(tmp_path, {**GOOD, **change})
    assert found.startswith("1: ")
    assert said in f"1: {found}"


def test_duplicates_and_broken_lines(tmp_path: Path) -> None:
    found = problems(tmp_path, GOOD, "{", {**REFUSAL, "case_id": "ja-x100-1", "question": "Ｘ100 の質量は?"})
    assert found[0].startswith("2: not a JSON object")
    assert found[1:] == [
        "3: ja-x100-1: the case_id 'ja-x100-1' is also in cases.jsonl:1",
        "3: ja-x100-1: the question 'x100の質量は?' is also in cases.jsonl:1",
    ]


def test_suites() -> None:
    names = {path.stem for path in suite_files("quick")}
    assert {"refusals", "systems", "claims", "claims_drafts"} <= names
    assert suite_files("full") == suite_files("quick")
    assert [path.name for path in suite_files("systems")] == ["systems.jsonl"]
    with pytest.raises(ConfigError, match=r"no eval suite 'fast'. There are: quick, full, public, lint, articles"):
        suite_files("fast")


def test_gold_articles_are_alternatives() -> None:
    assert EvalCase.model_validate(GOOD).gold_articles == {"x100"}


def placed(**changes: object) -> PlacedCase:
    return PlacedCase(EvalCase.model_validate(GOOD | changes), Path("new.jsonl"), 1)


SPLIT = Split(seen=frozenset({"old"}), final=frozenset({"f"}), clusters={"f": ("x100", "x101"), "t": ("y",)})


def test_halves() -> None:
    assert SPLIT.half_of(placed()) == "final"
    assert SPLIT.topic_of(placed().case) == "f"
    assert SPLIT.half_of(placed(half="tuning")) == "tuning"
    assert SPLIT.half_of(PlacedCase(placed().case, Path("old.jsonl"), 1)) == "tuning"
    other = {"article_id": "y", "quote": "1"}
    assert SPLIT.half_of(placed(gold_evidence=[*GOOD["gold_evidence"], other])) == "tuning"  # type: ignore[misc]
    assert SPLIT.half_of(placed(**REFUSAL)) == "tuning"


def test_leaks_between_the_halves_are_named() -> None:
    final = placed()
    quoted = placed(case_id="ja-x100-2", question="別のことを聞く質問です", half="tuning")
    asked = placed(
        case_id="ja-x100-3",
        question="X100の質量は",
        half="tuning",
        gold_evidence=[{"article_id": "x100", "quote": "質量"}],
    )
    texts = {"x100": "X100\n質量：1.2 kg。"}
    found = [problem.text for problem in lint_cases([final, quoted, asked], texts, SPLIT)]
    assert found == [
        "ja-x100-1: leak: tuning case ja-x100-2 has the same quote '質量：1.2 kg'",
        "ja-x100-1: leak: tuning case ja-x100-3 asks nearly the same",
    ]
    assert list(lint_cases([final, quoted, asked], texts)) == []


def test_what_is_forbidden_cannot_be_expected() -> None:
    (problem,) = lint_cases([placed(forbidden=["1.2KG"])], TEXTS)
    assert "forbidden is expected" in problem.text


def test_the_same_question_of_another_dialogue_or_day_is_no_duplicate() -> None:
    cases = [
        placed(case_id="ja-a-1"),
        placed(case_id="ja-a-2", history=["X100とは？"]),
        placed(case_id="ja-a-3", as_of="2026-01-01"),
    ]
    assert list(lint_cases(cases, TEXTS)) == []


def test_the_split_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "split.toml"
    path.write_text('final = ["a"]\n[clusters]\na = ["x", "y"]\nb = ["y"]\n')
    with pytest.raises(ConfigError, match="in two clusters, or a final cluster without articles: y"):
        load_split(path)
    path.write_text('final = ["c"]\n[clusters]\na = ["x"]\n')
    with pytest.raises(ConfigError, match="without articles: c"):
        load_split(path)
    path.write_text("final = 3\n")
    with pytest.raises(ConfigError, match="cannot be used"):
        load_split(path)


def test_every_article_of_the_corpus_is_in_a_cluster() -> None:
    corpus = Path(__file__).resolve().parents[3] / "corpus"
    split = load_split()
    ids = {path.stem for folder in ("articles", "specs") for path in (corpus / folder).iterdir()}
    assert {article for article in ids if not split.cluster_of(article)} == set()


def claims(folder: Path, *rows: dict[str, object]) -> tuple[list[PlacedClaim], list[str]]:
    path = folder / "claims.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found, unread = read_claims([path])
    return found, [problem.text for problem in [*unread, *lint_claims(found)]]


def test_claims_and_drafts(tmp_path: Path) -> None:
    single = {"id": "c-1", "claim": "AはBだ。", "verdict": "supported", "other": "for another reader"}
    draft = {"id": "d-1", "draft": "AはBだ。CはDだ。", "claims": [{"text": "CはDだ", "verdict": "not_found"}]}
    found, problems = claims(tmp_path, single, draft)
    assert problems == []
    assert [item.case.wanted[0].verdict for item in found] == ["supported", "not_found"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"id": "c-1", "claim": "A", "verdict": "true"}, "a claim has a verdict out of supported"),
        ({"id": "c-1", "claim": " ", "verdict": "supported"}, "a claim has a verdict"),
        ({"id": "c-1", "draft": "A", "claims": []}, "a draft has claims"),
        ({"id": "c-1", "draft": "A", "claims": [{"text": "B", "verdict": "supported"}]}, "not in the draft: ['B']"),
        ({"id": "", "claim": "A", "verdict": "supported"}, "id: String should match"),
    ],
)
def test_a_wrong_claim_is_named(tmp_path: Path, row: dict[str, object], said: str) -> None:
    _, (problem,) = claims(tmp_path, row)
    assert said in problem


def test_duplicate_claims(tmp_path: Path) -> None:
    row = {"id": "c-1", "claim": "A 1", "verdict": "supported"}
    _, problems = claims(tmp_path, row, row | {"claim": "A１"}, row | {"id": "c-2"})
    assert problems == ["c-1: the id 'c-1' is also in claims.jsonl:1", "c-2: the text 'A 1' is also in claims.jsonl:1"]


def test_the_quick_suite_takes_claims_of_every_verdict() -> None:
    def row(path: str, number: int, verdict: str) -> PlacedClaim:
        case = DeskCase.model_validate({"id": f"c-{number}", "claim": f"A{number}", "verdict": verdict})
        return PlacedClaim(case, Path(path), number)

    long = [row("long.jsonl", n, "supported" if n % 2 else "not_found") for n in range(100)]
    short = [row("short.jsonl", n, "supported") for n in range(5)]
    chosen = stratified([*long, *short], 20)
    assert chosen[-5:] == short
    taken = [item.case.verdict for item in chosen[:-5]]
    assert taken.count("supported") == taken.count("not_found") == 10
    assert stratified([*long, *short], 20) == chosen
