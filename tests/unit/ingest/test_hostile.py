"""Every file of the table of hostile and odd files, read in one batch that none of them ends."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.ingest import Intake, Limits, UnreadableSource, discover
from assistant.ingest.registry import loader_name_for
from assistant.types import Article, Refusal
from tests.hostile.case import Case, Outcome
from tests.hostile.table import CASES

_LAST = "zzz-last.md"

Found = dict[str, list[Article | Refusal]]


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What the batch gave for each file, by name."""
    folder = tmp_path_factory.mktemp("hostile")
    for case in CASES:
        (folder / case.name).write_bytes(case.make())
    (folder / _LAST).write_text("最後の記事です。月産は1200個です。\n", encoding="utf-8")
    found: Found = {case.name: [] for case in CASES}
    found[_LAST] = []
    files, refusals = discover([folder])
    for refusal in refusals:
        found[Path(refusal.path).name.replace("\\u200b", "\u200b")].append(refusal)
    with Intake(Limits(max_seconds=20)) as intake:
        for source in files:
            try:
                found[source.path.name].extend(intake.load(intake.take(source).source))
            except UnreadableSource as exc:
                found[source.path.name].append(source.refusal(str(exc)))
    assert not (Path.cwd() / "pwned").exists()
    assert not (folder.parent / "pwned").exists()
    return found


def test_the_table_is_large_and_names_each_file_once() -> None:
    assert len(CASES) >= 150
    assert len({case.name for case in CASES}) == len(CASES)


def test_the_batch_goes_on_to_its_end(batch: Found) -> None:
    (article,) = batch[_LAST]
    assert isinstance(article, Article)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_outcome(batch: Found, case: Case) -> None:
    items = batch[case.name]
    articles = [item for item in items if isinstance(item, Article)]
    reasons = [item.reason for item in items if isinstance(item, Refusal)]
    text = "\n".join(article.text for article in articles)
    if case.outcome is Outcome.READ:
        assert articles, reasons
        assert not reasons
    elif case.outcome is Outcome.PARTLY:
        assert articles
        assert reasons
    else:
        assert case.outcome is Outcome.REFUSED
        assert reasons
        assert not articles
    for reason in reasons:
        assert reason
        assert "crashed" not in reason
        assert "loader failed" not in reason
    if case.word:
        assert re.search(case.word, text if case.outcome is Outcome.READ else "\n".join((text, *reasons)), re.DOTALL)
    if case.never:
        assert case.never not in text + "".join(article.title for article in articles)
    for article in articles:
        for block in article.blocks:
            assert article.text[block.start : block.end].strip()


def test_what_is_never_in_a_text_is_in_the_file() -> None:
    """Else the table would claim more than it shows."""
    for case in CASES:
        if case.never and case.never != "root:" and loader_name_for(Path(case.name)) in ("markdown", "csv"):
            assert case.never.encode() in case.make() or case.name == "front-laughs.md"
