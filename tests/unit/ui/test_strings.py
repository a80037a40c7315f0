from __future__ import annotations

from dataclasses import fields
from string import Formatter

import pytest

from ui.strings import EN, JA, Strings, preferred_lang, strings_for


@pytest.mark.parametrize("field", [field.name for field in fields(Strings)])
def test_both_languages_say_everything_with_the_same_values(field: str) -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert getattr(JA, field)
    assert names(getattr(JA, field)) == names(getattr(EN, field))


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("", "ja"),
        ("en-US,en;q=0.9", "en"),
        ("fr-FR,en;q=0.3,ja;q=0.8", "ja"),
        ("ja;q=0,en", "en"),
        ("de", "ja"),
        ("en;q=abc", "en"),
    ],
)
def test_preferred_lang(header: str, lang: str) -> None:
    assert preferred_lang(header) == lang


@pytest.mark.parametrize(
    ("value", "ja", "en"),
    [
        ("2025-12-03", "2025年12月3日", "3 December 2025"),
        ("2025-12-03T02:21:37+00:00", "2025年12月3日", "3 December 2025"),
        ("2025-12", "2025年12月", "December 2025"),
        ("2025", "2025年", "2025"),
        ("2025-13-40", "2025-13-40", "2025-13-40"),
        ("昨年末", "昨年末", "昨年末"),
        (None, "", ""),
    ],
)
def test_dates(value: str | None, ja: str, en: str) -> None:
    assert (JA.date(value), EN.date(value)) == (ja, en)


def test_unknown_language_is_japanese() -> None:
    assert strings_for("xx") is JA
