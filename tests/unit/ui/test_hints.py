"""Glossary notes beside an answer."""

from __future__ import annotations

from assistant.text.glossary import Glossary, Term
from assistant.types import TermHint
from ui.render import hints_html
from ui.strings import EN, JA

BANDWIDTH = Term(("帯域幅", "bandwidth"), note="1秒間に転送できるデータ量")


def test_terms_with_a_note_are_explained_once() -> None:
    glossary = Glossary([BANDWIDTH, Term(("学習", "training"))])

    found = glossary.hints("帯域幅と学習とbandwidthは？")

    assert found == (TermHint("帯域幅", "bandwidth", "1秒間に転送できるデータ量"),)


def test_hints_are_escaped_and_absent_without_terms() -> None:
    hint = TermHint("<b>", "a&b", "<script>")

    assert hints_html((), JA) == ""
    assert "<li><b>&lt;b&gt;</b>（a&amp;b）&lt;script&gt;</li>" in hints_html((hint,), JA)
    assert "<li><b>a&amp;b</b> = &lt;b&gt;</li>" in hints_html((hint,), EN)
    assert "<script>" not in hints_html((hint,), JA) + hints_html((hint,), EN)
